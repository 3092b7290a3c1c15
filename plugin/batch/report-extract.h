/* report-extract.h
 * The frames of a call as a capture of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_EXTRACT_H
#define MSICE_REPORT_EXTRACT_H

#include <json-glib/json-glib.h>
#include <stdbool.h>

/* Has tshark write them; says on standard error why not. */
bool report_extract(JsonObject *call, const char *output);

#endif
