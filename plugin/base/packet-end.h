/* packet-end.h
 * Who asked for the end of a packet, behind all dissectors. What is done there stands in plugin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_END_H
#define MSICE_PACKET_END_H

#include "base/each-packet.h"

/* With a tree every packet is looked at again at its end. Without one only those are that the analysis wants (see
 * plugin.c) or that were asked for:
 *
 * Asks for this packet. */
void packet_end_ask(const packet_info *pinfo);

/* Asks for this packet and all that follow in the file. */
void packet_end_ask_always(void);

/* Whether this packet was asked for, with a tree or without. */
static inline bool
packet_end_asked(const packet_info *pinfo)
{
    return each_packet.end_always || each_packet.end_frame == pinfo->num;
}

/* What is done there; once, at registration, by plugin.c, which knows all modules. */
void packet_end_register(dissector_t dissect);

/* The one postdissector behind it, registered with the first call (at hand-off); for naming the fields it wants kept.
 */
dissector_handle_t packet_end_handle(void);

#endif
