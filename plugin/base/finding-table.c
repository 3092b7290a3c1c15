/* finding-table.c
 * Expert items as tables: a row a finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/finding-table.h"
#include "base/finding-add.h"

void
finding_table_register(const finding_table_t *table, int proto)
{
    const expert_field unregistered = EI_INIT;

    for (unsigned i = 0; i < table->count; i++) {
        const finding_row_t *row = &table->rows[i];
        const ei_register_info info = { &table->fields[i],
                                        { row->filter, row->group, row->severity, row->happened, EXPFILL } };

        table->fields[i] = unregistered;
        table->infos[i] = info;
    }
    expert_register_field_array(expert_register_protocol(proto), table->infos, (int)table->count);
}

void
finding_table_add(const finding_table_t *table, unsigned row_number, packet_info *pinfo, proto_item *item,
                  const char *format, va_list arguments)
{
    const finding_row_t *row = &table->rows[row_number];
    const char *detail = format ? wmem_strdup_vprintf(pinfo->pool, format, arguments) : NULL;

    finding_add_format(pinfo, item, &table->fields[row_number], "%s%s%s%s%s", row->happened, detail ? ": " : "",
                       detail ? detail : "", row->check ? ". " : "", row->check ? row->check : "");
}
