/* report-call.h
 * The page of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_CALL_H
#define MSICE_REPORT_CALL_H

#include <json-glib/json-glib.h>

/* Appends it; number: of the call in the report, from 1. */
void report_call(GString *page, JsonObject *call, unsigned number);

#endif
