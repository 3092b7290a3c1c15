/* msturn-flows.h
 * Which conversations and addresses are ours, and where raw data goes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FLOWS_H
#define MSICE_MSTURN_FLOWS_H

#include "base/compat.h"

/* Why an address is taken for an endpoint of ours; a later reason of higher value replaces a lower one. */
typedef enum {
    MSTURN_NAMED_BY_CHECK = 1,    /* a connectivity check went there or came from there */
    MSTURN_NAMED_BY_CANDIDATE,    /* a host or reflexive candidate of an SDP body */
    MSTURN_NAMED_REFLEXIVE,       /* an Allocate response says so */
    MSTURN_NAMED_RELAY_CANDIDATE, /* a relayed candidate of an SDP body */
    MSTURN_NAMED_RELAYED          /* an Allocate response says so */
} msturn_named_t;

/* What is known about an endpoint. */
typedef struct {
    msturn_named_t why;
    uint32_t frame; /* the first frame that named it */
} msturn_endpoint_info_t;

/* Makes the conversation of this packet ours: the following packets come to the dissector of marked
 * conversations first (over UDP), and msturn_conversation_is_ours() says so. Does nothing on later passes. */
void msturn_mark_conversation(packet_info *pinfo);

/* Whether the conversation of this packet was marked (any transport). */
bool msturn_conversation_is_ours(packet_info *pinfo);

/* Notes that the relay of others speaks in this packet's conversation; what fits both it and MS-TURN is then not
 * ours. Does nothing on later passes. */
void msturn_mark_foreign(packet_info *pinfo);

/* Whether it was noted before or in this packet, and nothing of ours was met. */
bool msturn_conversation_is_foreign(packet_info *pinfo);

/* Notes that an address:port was named by an SDP candidate or an Allocate response; traffic from and to it is
 * demultiplexed from this packet on, without a signature. The address is copied. Does nothing on later passes.
 * transport: PT_UDP or PT_TCP (the note is kept for both; heuristics look at UDP). */
void msturn_name_address(packet_info *pinfo, port_type transport, const address *addr, uint16_t port,
                         msturn_named_t why);

/* What was known about an address:port when this packet was captured, NULL = nothing. File scope memory. */
const msturn_endpoint_info_t *msturn_lookup_address(const packet_info *pinfo, port_type transport,
                                                    const address *addr, uint16_t port);

/* Notes that the conversation's raw data goes to (and comes from) this peer: a Set Active Destination request was
 * answered in this packet, [MS-TURN] 3.1. The address is copied. */
void msturn_set_active_destination(packet_info *pinfo, const address *addr, uint16_t port);

/* The active destination of this packet's conversation when it was captured, NULL = none. *port is set with it.
 * File scope memory. */
const address *msturn_active_destination(packet_info *pinfo, uint16_t *port);

/* Whether any address was named so far: a cheap way out for heuristics. */
bool msturn_any_address_named(void);

/* Gives a conversation to the dissector of marked conversations, from this packet on. */
void msturn_take_conversation(const packet_info *pinfo, conversation_t *conversation);

/* The dissector that marked conversations get; given by the hooks. */
void msturn_flows_set_handle(dissector_handle_t udp);

/* proto: the protocol that conversations are marked with; once, at registration. */
void msturn_flows_register(int proto);

#endif
