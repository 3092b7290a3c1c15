/* call-tap.h
 * The statistics of calls: lists of tshark, windows, counts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_TAP_H
#define MSICE_CALL_TAP_H

#include "calls/facts.h"

/* Registers -z msice,calls, -z msice,tree and -z msice,candidates, and their windows. The tap "msice" hands over a
 * facts_place_t for each call of a frame. */
void call_stats_register(void);
void call_tree_register(void);
void call_windows_register(void);

/* Registers the flow graph "msice" for a protocol. */
void call_ladder_register(int proto);

/* Registers the entries of menus that lead to a call, for a protocol. */
void call_menu_register(int proto);

/* Hands the packet on to Telephony > VoIP Calls, when that is open. */
void call_ladder_tap(tvbuff_t *tvb, packet_info *pinfo, const facts_place_t *place);

#endif
