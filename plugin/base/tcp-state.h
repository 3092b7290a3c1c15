/* tcp-state.h
 * What the stock dissector knows of a packet's TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TCP_STATE_H
#define MSICE_TCP_STATE_H

#include "base/compat.h"

/* Bits of tcp.completeness, as users see it: what a connection has gone through so far. */
enum {
    TCP_SEEN_SYN = 0x01,
    TCP_SEEN_SYN_ACK = 0x02,
    TCP_SEEN_ACK = 0x04,
    TCP_SEEN_DATA = 0x08,
    TCP_SEEN_FIN = 0x10,
    TCP_SEEN_RST = 0x20
};

/* Those bits for a connection, the packet that is dissected included; 0 when the stock dissector does not follow it.
 */
uint8_t tcp_state_seen(const conversation_t *conversation);

/* Numbers of TCP as they stand in the packets, not counted from the connection's begin. */
typedef struct {
    uint32_t next; /* behind the last byte that the sender of this packet has sent */
    uint32_t ack;  /* the first that it has not acknowledged */
} tcp_numbers_t;

/* How far the sender of this packet has come, with this packet; false when the stock dissector does not follow it.
 * First pass. */
bool tcp_state_numbers(conversation_t *conversation, packet_info *pinfo, tcp_numbers_t *numbers);

/* Whether what a segment ends in, at this number of its TCP header, began in an earlier frame and goes on behind it,
 * as the stock dissector knows so far; it counts from the connection's begin when its numbers are relative. */
bool tcp_state_is_waited_with(packet_info *pinfo, uint32_t end, bool relative);

/* Whether there was no other connection between the same ends before this one. */
bool tcp_state_is_first(const conversation_t *conversation);

#endif
