/* report-ladder.h
 * What was tried in a call, as arrows between addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_LADDER_H
#define MSICE_REPORT_LADDER_H

#include <json-glib/json-glib.h>

/* Appends it as inline SVG. */
void report_ladder(GString *page, JsonObject *call);

#endif
