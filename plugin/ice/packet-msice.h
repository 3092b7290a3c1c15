/* packet-msice.h
 * Connectivity checks as Microsoft endpoints send them: [MS-ICE2] (RFC 5389 messages) and [MS-ICE] (draft 6).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSICE_H
#define MSICE_PACKET_MSICE_H

#include "base/compat.h"
#include "turn/msturn-path.h"

/* Whether an RFC 5389 Binding message with an attribute that only Microsoft endpoints send starts here. */
bool msice_looks_like_check(tvbuff_t *tvb);

/* Whether a draft-06 Binding message starts here: no RFC 5389 cookie, a user name made of two candidate ids
 * (requests), or a transaction id that such a request had (responses). */
bool msice_looks_like_draft06_check(tvbuff_t *tvb, packet_info *pinfo);

/* Dissects an RFC 5389 message that fills the tvb: the stock "stun" tree first, then, for Binding messages,
 * ours. Returns the bytes taken, 0 if stock does not take it. */
int msice_dissect_rfc5389(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path);

/* Dissects a draft-06 check that fills the tvb. Returns the bytes taken. */
int msice_dissect_draft06(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path);

/* The protocol's id ("msice"), for those who add fields to it. */
int msice_proto(void);

void proto_register_msice(void);
void proto_reg_handoff_msice(void);

#endif
