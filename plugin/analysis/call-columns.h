/* call-columns.h
 * The columns of the tables of calls and of candidates: one row a column, for tshark and for the windows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_COLUMNS_H
#define MSICE_CALL_COLUMNS_H

#include "analysis/call-pairs.h"
#include "analysis/call-summary.h"

typedef struct {
    const char *label; /* in the first line of the list, docs/stories.md: stays the same from version to version */
    const char *title; /* of the window's column; NULL = not shown there */
    unsigned place;    /* in the window, from 1; what is asked first comes first */
    bool right;        /* aligned in the window */
    const char *(*text)(wmem_allocator_t *scope, const void *row); /* NULL or empty = nothing to say */
} table_column_t;

/* Rows are call_summary_t. */
extern const table_column_t call_columns[];
extern const unsigned call_column_count;

/* Rows are call_pair_t. */
extern const table_column_t pair_columns[];
extern const unsigned pair_column_count;

#endif
