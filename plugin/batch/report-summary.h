/* report-summary.h
 * What the calls have in common: charts, and a table with a link to each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_SUMMARY_H
#define MSICE_REPORT_SUMMARY_H

#include <glib.h>

/* Appends it; calls: JsonObject. */
void report_summary(GString *page, const GPtrArray *calls);

#endif
