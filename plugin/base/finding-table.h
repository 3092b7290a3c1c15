/* finding-table.h
 * Expert items as tables: a row a finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FINDING_TABLE_H
#define MSICE_FINDING_TABLE_H

#include <stdarg.h>

#include "base/compat.h"

/* Severities: Chat = normal, Note = may be normal, Warn = not in a healthy network, Error = the call failed or a peer
 * would reject the message. */
typedef struct {
    const char *filter; /* whole filter name */
    int group;
    int severity;
    const char *happened;
    const char *check; /* what to look at first; NULL where happened says it all */
} finding_row_t;

typedef struct {
    const finding_row_t *rows;
    expert_field *fields;    /* as many as rows; filled when registered */
    ei_register_info *infos; /* as many as rows; filled when registered */
    unsigned count;
} finding_table_t;

/* Registers all rows with the protocol's expert module. The table and its arrays have to be static. */
void finding_table_register(const finding_table_t *table, int proto);

/* Adds a row below the item (NULL = none). format: what exactly, put between the row's two texts; NULL =
 * nothing to add. */
void finding_table_add(const finding_table_t *table, unsigned row_number, packet_info *pinfo, proto_item *item,
                       const char *format, va_list arguments);

#endif
