/* packet-end.h
 * What the plugin does at the end of each packet, behind all dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_END_H
#define MSICE_PACKET_END_H

#include "compat.h"

/* The one postdissector behind it, registered with the first call (at hand-off); for naming the fields it wants kept.
 */
dissector_handle_t packet_end_handle(void);

#endif
