/* msturn-flows.h
 * Which conversations and addresses are ours, and where raw data goes: the state behind msturn-demux.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FLOWS_H
#define MSICE_MSTURN_FLOWS_H

#include "base/compat.h"

/* The active destination of this packet's conversation when it was captured, NULL = none. *port is set with it.
 * File scope memory. */
const address *msturn_active_destination(packet_info *pinfo, uint16_t *port);

/* Whether any address was named so far: a cheap way out for heuristics. */
bool msturn_any_address_named(void);

/* Gives a conversation to the dissector of marked conversations, from this packet on. */
void msturn_take_conversation(const packet_info *pinfo, conversation_t *conversation);

/* The dissector that marked conversations get; given by the hooks. */
void msturn_flows_set_handle(dissector_handle_t udp);

void msturn_flows_register(void);

#endif
