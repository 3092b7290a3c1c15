/* call-json.h
 * A call as a JSON object, for machines: -z msice,json, docs/json.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_JSON_H
#define MSICE_CALL_JSON_H

#include "analysis/call-columns.h"

/* The call as one line without its end, valid UTF-8; in scope. */
char *call_json(wmem_allocator_t *scope, const call_summary_t *summary);

/* Number and object of a call, the table by which sharkd hands them out. Rows are call_summary_t. */
extern const table_column_t json_columns[];
extern const unsigned json_column_count;

#endif
