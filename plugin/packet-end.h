/* packet-end.h
 * What the plugin does at the end of each packet, behind all dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_END_H
#define MSICE_PACKET_END_H

#include "compat.h"

/* Without a tree only packets that ask for it are looked at again at their end, beside those that mscall wants: this
 * packet, */
void packet_end_ask(const packet_info *pinfo);

/* or each packet of the file from here on. */
void packet_end_ask_always(void);

/* Whether this packet is among them. */
bool packet_end_asked(const packet_info *pinfo);

/* The one postdissector behind it, registered with the first call (at hand-off); for naming the fields it wants kept.
 */
dissector_handle_t packet_end_handle(void);

#endif
