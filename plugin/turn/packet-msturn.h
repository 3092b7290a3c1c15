/* packet-msturn.h
 * One MS-TURN message, wherever it stands: in a datagram, in a TCP frame, inside another message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSTURN_H
#define MSICE_PACKET_MSTURN_H

#include "base/compat.h"
#include "turn/msturn-path.h"

#define MSTURN_HEADER_LENGTH 20
#define MSTURN_MIN_LENGTH    28 /* header and cookie attribute */

/* Whether an MS-TURN message starts at offset: a known message type and the MAGIC-COOKIE attribute right behind the
 * header, [MS-TURN] 2.2.1 and 2.2.2. length: bytes there are for it (of the datagram or frame); the message's own
 * length field may disagree, which is a finding and no reason to turn it away. Never throws. */
bool msturn_looks_like(tvbuff_t *tvb, int offset, unsigned length);

/* Whether an answer without the cookie attribute starts at offset: its type is a response and a request with the same
 * transaction id was seen. Some servers leave the cookie out of errors. */
bool msturn_looks_like_answer(tvbuff_t *tvb, packet_info *pinfo, int offset, unsigned length);

/* Whether a message starts at offset that the capture cuts before its cookie attribute: its type is known, its
 * conversation is ours, and its length fits. */
bool msturn_looks_like_cut(tvbuff_t *tvb, packet_info *pinfo, int offset, unsigned length);

/* Dissects the MS-TURN message that fills the tvb (whether it looks like one or not), with everything nested in it.
 * path: how it came here, NULL = straight in a datagram. Returns the bytes taken: all of the tvb. */
int msturn_dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path);

/* The protocol's id ("msturn"), for those who add fields to it. */
int msturn_proto(void);

/* Whether the user left the protocol enabled. */
bool msturn_enabled(void);

void proto_register_msturn(void);
void proto_reg_handoff_msturn(void);

#endif
