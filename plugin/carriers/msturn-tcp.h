/* msturn-tcp.h
 * MS-TURN over TCP: pseudo-TLS, frames, and what stands in them. [MS-TURN] 2.1.1, 2.1.4
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_TCP_H
#define MSICE_MSTURN_TCP_H

#include "base/compat.h"

typedef enum {
    MSTURN_TCP_FOREIGN,   /* not ours */
    MSTURN_TCP_TLS,       /* a handshake of real TLS */
    MSTURN_TCP_MAYBE_CUT, /* agrees with a pseudo-TLS message so far, as genuine TLS may */
    MSTURN_TCP_OURS_CUT,  /* begins as an MS-TURN frame and nothing else does, but too short to be sure */
    MSTURN_TCP_OURS       /* the start of a stream of ours */
} msturn_tcp_begin_t;

/* What the first bytes of a segment say about a connection that nobody has claimed yet. Never throws. */
msturn_tcp_begin_t msturn_tcp_begins(tvbuff_t *tvb);

/* Makes the connection of this packet ours and dissects the segment. data: the struct tcpinfo that TCP passes, or
 * NULL. Returns the bytes taken. */
int msturn_tcp_claim(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/* Asks TCP for the segment that follows. Returns false where reassembly is not on offer. */
bool msturn_tcp_ask_for_more(tvbuff_t *tvb, packet_info *pinfo);

void proto_register_msturn_tcp(void);
void proto_reg_handoff_msturn_tcp(void);

#endif
