/* msturn-begins.h
 * Whether a payload begins a conversation of ours, by itself or by what its conversation has shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_BEGINS_H
#define MSICE_MSTURN_BEGINS_H

#include "base/compat.h"

/* Whether an MS-TURN message of Microsoft's stands at the start of the payload. own_port: it came from or to a port
 * of the preference, where what fits relays of others as well is taken for ours unless they were met there. */
bool msturn_begins_message(tvbuff_t *tvb, packet_info *pinfo, bool own_port);

/* Whether a connectivity check of a Microsoft endpoint fills the payload. */
bool msturn_begins_check(tvbuff_t *tvb, packet_info *pinfo);

#endif
