/* report-calls.h
 * The calls that msice-batch, or tshark, wrote: each once, as it was decoded last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_CALLS_H
#define MSICE_REPORT_CALLS_H

#include <json-glib/json-glib.h>
#include <stdio.h>

/* Reads them: JsonObject, in the order of the lines. *bad: how many lines were no calls. */
GPtrArray *report_read_calls(FILE *file, unsigned *bad);

#endif
