/* report-extract.h
 * The frames of a call as a capture of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_EXTRACT_H
#define MSICE_REPORT_EXTRACT_H

#include "batch/report-mask.h"

#include <stdbool.h>

/* Has tshark write them, in a format of its own (tshark -F); says on standard error why not. */
bool report_extract(JsonObject *call, const char *output, const char *format);

/* Writes a capture that report_extract() has written as REPORT_MASKABLE again, with the addresses that the mask gives
 * them; says on standard error why that is not possible, and writes nothing then. */
#define REPORT_MASKABLE "nsecpcap"
bool report_mask_capture(mask_t *mask, const char *capture, const char *output);

#endif
