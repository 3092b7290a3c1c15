/* packet-msturn.h
 * One MS-TURN message, wherever it stands: in a datagram, in a TCP frame, inside another message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSTURN_H
#define MSICE_PACKET_MSTURN_H

#include "base/compat.h"
#include "turn/msturn-path.h"

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
