/* report-mask.h
 * Replaces what names people, computers and calls, the same by the same, so that a report can be handed on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_MASK_H
#define MSICE_REPORT_MASK_H

#include <json-glib/json-glib.h>

typedef struct mask mask_t;

mask_t *mask_new(void);
void mask_free(mask_t *mask);

/* Replaces texts of a call in place. What no row of the table allows is not shown. */
void mask_call(mask_t *mask, JsonObject *call);

/* What an IP address is replaced by: the one that it has in the report, too. The mask's. */
const char *mask_address(mask_t *mask, const char *address);

/* A number for whatever a text names, from 1 on. */
unsigned mask_number(mask_t *mask, const char *text);

#endif
