/* connections.h
 * TCP connections, of which each capture point has seen its own part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CONNECTIONS_H
#define MSICE_CONNECTIONS_H

#include "calls/points.h"

/* The first frames of a connection that are kept until its call is known. */
#define CONNECTION_MAX_FRAMES 6

/* A TCP connection; becomes an attempt when its call is known. */
typedef struct connection {
    struct connection *next;            /* that nobody knows yet: of all, or of those to the same address */
    struct connection *views;           /* what other points (points.h) have seen of it; of a view: the next one */
    unsigned point;                     /* where it was captured */
    uint32_t sequence;                  /* number of its SYN */
    sight_t sight;                      /* of its first SYN, until it is sent again; frame 0 = told (points.h) */
    const conversation_t *conversation; /* the first; stock TCP may begin another one for another point */
    uint8_t seen;                       /* there, bits of tcp.completeness */
    uint32_t data_frame[2];             /* first data from here, from there, once there are views */
    facts_key_t local, remote;
    uint8_t addresses[2][16]; /* of these two */
    uint32_t frames[CONNECTION_MAX_FRAMES];
    unsigned frame_count;
    uint32_t first_frame, last_frame, answer_frame;
    uint32_t tries;
    facts_outcome_t outcome;
    nstime_t first_time, last_time;
    double rtt;
    facts_end_t reset;
    facts_attempt_t *attempt;
} connection_t;

/* The connection of a conversation; NULL = its SYN was not seen, or there was no room. */
connection_t *connection_of(const conversation_t *conversation);

/* A connection that begins with this packet, as the place of the packet has seen it; in file scope. */
connection_t *connection_view_new(const packet_info *pinfo, const facts_key_t *local, const facts_key_t *remote);

/* Makes what one point has seen of a connection an attempt below an endpoint; the frames before this one become
 * steps. False when there is no room. */
bool connection_attach_view(packet_info *pinfo, connection_t *connection, facts_endpoint_t *endpoint, bool to_server);

/* Whether a segment is the first of a connection; header may be NULL. */
bool connection_is_syn(const frame_tcp_t *header);

/* Most connections open with their first SYN: how that one looked is told when there is another one. */
void connection_tell_first(const packet_info *pinfo, connection_t *connection);

/* Other points know the connection again by the sequence number of its SYN. completeness: up to this packet. */
void connection_meet(packet_info *pinfo, connection_t *connection, uint8_t completeness, const frame_tcp_t *header);

/* The connection whose SYN was seen before; NULL = none. When stock TCP has seen its end since, it takes this SYN for
 * that of another connection. */
connection_t *connection_met_again(const packet_info *pinfo, const conversation_t *conversation,
                                   const frame_tcp_t *header);

/* What the point of this packet has seen of a connection. */
connection_t *connection_at_point(packet_info *pinfo, connection_t *connection);

/* Bits of tcp.completeness that were seen where this packet was captured; stock TCP makes no difference between
 * points. */
uint8_t connection_seen_at_point(const connection_t *whole, connection_t *view, uint8_t completeness,
                                 const frame_tcp_t *header);

#endif
