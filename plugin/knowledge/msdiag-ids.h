/* msdiag-ids.h
 * What the ids of the diagnostics headers mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_IDS_H
#define MSICE_MSDIAG_IDS_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

typedef enum {
    MSDIAG_INFORMATION,   /* progress, or an ordinary end */
    MSDIAG_FAILURE,       /* a request was refused or failed */
    MSDIAG_MEDIA_FAILURE, /* the call found no media path */
} msdiag_kind_t;

typedef struct {
    uint32_t id;
    msdiag_kind_t kind;
    const char *brief;       /* a few words for the packet list; NULL when the id alone must do */
    const char *explanation; /* one sentence */
} msdiag_id_t;

/* Returns the row of an id, static; NULL when the table has none. ([MS-OCER] 7, 8 and headers seen in traces) */
const msdiag_id_t *msdiag_id_lookup(uint32_t id);

/* Ids that one component uses. */
typedef struct {
    uint32_t first, last;
    const char *area; /* "MRAS", "client" */
} msdiag_range_t;

/* Returns the range an id belongs to, static; NULL when none is known. */
const msdiag_range_t *msdiag_id_range(uint32_t id);

/* Returns the name of that range, static; NULL when none is known. */
const char *msdiag_id_area(uint32_t id);

/* Whether the id is known to exist, with or without a row. */
bool msdiag_id_is_published(uint32_t id);

/* Appends to text what is known of an id: its row and its range, or its range alone. Returns false, and appends
 * nothing, when nothing is. */
bool msdiag_id_append_words(GString *text, uint32_t id);

#endif
