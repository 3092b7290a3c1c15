/* msdiag-ids.h
 * What the ids of the diagnostics headers mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_IDS_H
#define MSICE_MSDIAG_IDS_H

#include <stdint.h>

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

/* Returns the name of the range an id belongs to ("MRAS", "client"), static; NULL when no range is known. */
const char *msdiag_id_area(uint32_t id);

#endif
