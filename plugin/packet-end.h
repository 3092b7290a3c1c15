/* packet-end.h
 * What the plugin does at the end of each packet, behind all dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_END_H
#define MSICE_PACKET_END_H

#include "compat.h"

/* Called with the frame's bytes and tree (NULL when nobody sees it) for every packet: turn away at once what has
 * nothing to do, and what belongs to a protocol that is disabled. */
typedef void (*packet_end_t)(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Adds a function; they run in the order in which they were added. Call at registration or hand-off. */
void packet_end_add(packet_end_t function);

/* The one postdissector behind them, for naming the fields it wants kept. */
dissector_handle_t packet_end_handle(void);

#endif
