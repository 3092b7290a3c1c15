/* call-windows.c
 * The statistics of calls as windows of the GUI, in its menu Telephony.
 *
 * A window's rows are made from the packets that come by. In the GUI all packets have been seen before, so the rows
 * of a call can be made whole with its first packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include "analysis/call-columns.h"
#include "analysis/call-json.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

/* More columns than either table has. */
#define MOST_COLUMNS 40
#define NUMBER_WIDTH 8

static stat_tap_table_item call_items[MOST_COLUMNS], pair_items[MOST_COLUMNS], json_items[MOST_COLUMNS];

/* Calls that have their rows. There is one table of each kind, however many windows show it. */
static GHashTable *calls_shown, *pairs_shown, *jsons_shown;

static void
free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)(uintptr_t)item->value.string_value);
        item->value.string_value = NULL;
    }
}

static void
empty(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++)
            free_item(table, row, column, stat_tap_get_field_data(table, row, column));
        g_free(table->elements[row]);
    }
    g_free(table->elements);
    table->elements = NULL;
    table->num_elements = 0;
}

static void
reset_calls(stat_tap_table *table)
{
    g_hash_table_remove_all(calls_shown);
    empty(table);
}

static void
reset_pairs(stat_tap_table *table)
{
    g_hash_table_remove_all(pairs_shown);
    empty(table);
}

static void
reset_jsons(stat_tap_table *table)
{
    g_hash_table_remove_all(jsons_shown);
    empty(table);
}

static void
init(stat_tap_table_ui *window, const char *title, GHashTable **shown)
{
    stat_tap_table *table = stat_tap_find_table(window, title);

    if (!*shown)
        *shown = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_hash_table_remove_all(*shown);
    if (table)
        empty(table);
    else
        stat_tap_add_table(window, stat_tap_init_table(title, (int)window->nfields, 0, NULL));
}

static void
init_calls(stat_tap_table_ui *window)
{
    init(window, "Media calls", &calls_shown);
}

static void
init_pairs(stat_tap_table_ui *window)
{
    init(window, "Candidates", &pairs_shown);
}

static void
init_jsons(stat_tap_table_ui *window)
{
    init(window, "Calls as JSON", &jsons_shown);
}

/* The column that stands in a place of a window, from 1; NULL = there are no more. */
static const table_column_t *
column_at(const table_column_t *columns, unsigned count, unsigned place)
{
    for (unsigned i = 0; i < count; i++)
        if (columns[i].title && columns[i].place == place)
            return &columns[i];
    return NULL;
}

/* The windows sort by text: numbers are as long as each other, so that 10 comes behind 9. That makes the first column
 * wide enough for the mark of sorting, too, which Wireshark leaves no room for. */
static char *
cell_text(const table_column_t *column, wmem_allocator_t *scope, const void *row)
{
    return g_strdup_printf("%*s", column->right ? NUMBER_WIDTH : 0, call_or_dash(column->text(scope, row)));
}

static void
append(wmem_allocator_t *scope, stat_tap_table *table, const table_column_t *columns, unsigned count, const void *row)
{
    stat_tap_table_item_type *items = g_new0(stat_tap_table_item_type, table->num_fields);

    for (unsigned field = 0; field < table->num_fields; field++) {
        const table_column_t *column = column_at(columns, count, field + 1);

        items[field].type = TABLE_ITEM_STRING;
        items[field].value.string_value = cell_text(column, scope, row);
    }
    stat_tap_init_table_row(table, table->num_elements, table->num_fields, items);
    g_free(items);
}

static void
append_call(stat_tap_table *table, const table_column_t *columns, unsigned count, const facts_call_t *call)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    call_summary_t summary;

    call_summarize(scope, call, &summary);
    append(scope, table, columns, count, &summary);
    wmem_destroy_allocator(scope);
}

static void
append_pair(wmem_allocator_t *scope, const call_pair_t *pair, void *data)
{
    append(scope, (stat_tap_table *)data, pair_columns, pair_column_count, pair);
}

static stat_tap_table *
table_of(void *data)
{
    return g_array_index(((stat_data_t *)data)->stat_tap_data->tables, stat_tap_table *, 0);
}

static tap_packet_status
calls_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const facts_call_t *call = ((const facts_place_t *)tapped)->call;

    if (!g_hash_table_add(calls_shown, (void *)(uintptr_t)call))
        return TAP_PACKET_DONT_REDRAW;
    append_call(table_of(data), call_columns, call_column_count, call);
    return TAP_PACKET_REDRAW;
}

/* What sharkd hands out, which knows nothing of tshark's lists. */
static tap_packet_status
jsons_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const facts_call_t *call = ((const facts_place_t *)tapped)->call;

    if (!g_hash_table_add(jsons_shown, (void *)(uintptr_t)call))
        return TAP_PACKET_DONT_REDRAW;
    append_call(table_of(data), json_columns, json_column_count, call);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status
pairs_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const facts_call_t *call = ((const facts_place_t *)tapped)->call;
    wmem_allocator_t *scope;

    if (!g_hash_table_add(pairs_shown, (void *)(uintptr_t)call))
        return TAP_PACKET_DONT_REDRAW;
    scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    call_pairs(scope, call, append_pair, table_of(data));
    wmem_destroy_allocator(scope);
    return TAP_PACKET_REDRAW;
}

/* Fills in the columns of a window; returns how many there are. */
static unsigned
make_items(const table_column_t *columns, unsigned count, stat_tap_table_item *items)
{
    const table_column_t *column;
    unsigned fields = 0;

    while (fields < MOST_COLUMNS && (column = column_at(columns, count, fields + 1)) != NULL)
        items[fields++] = (stat_tap_table_item){ TABLE_ITEM_STRING, column->right ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
                                                 column->title, "%s" };
    return fields;
}

void
call_windows_register(void)
{
    static tap_param params[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };
    static stat_tap_table_ui windows[] = {
        { .title = "Microsoft Media Calls",
          .cli_string = "msice,calls,window",
          .stat_tap_init_cb = init_calls,
          .packet_func = calls_packet,
          .stat_tap_reset_table_cb = reset_calls,
          .group = COMPAT_STAT_GROUP_TELEPHONY,
          .fields = call_items },
        { .title = "Microsoft Media Candidates",
          .cli_string = "msice,candidates,window",
          .stat_tap_init_cb = init_pairs,
          .packet_func = pairs_packet,
          .stat_tap_reset_table_cb = reset_pairs,
          .group = COMPAT_STAT_GROUP_TELEPHONY,
          .fields = pair_items },
        { .title = "Microsoft Media Calls as JSON",
          .cli_string = "msice,json,window",
          .stat_tap_init_cb = init_jsons,
          .packet_func = jsons_packet,
          .stat_tap_reset_table_cb = reset_jsons,
          .group = REGISTER_LOG_STAT_GROUP_UNSORTED, /* in no menu of Wireshark: for sharkd */
          .fields = json_items },
    };
    const unsigned counts[array_length(windows)] = { make_items(call_columns, call_column_count, call_items),
                                                     make_items(pair_columns, pair_column_count, pair_items),
                                                     make_items(json_columns, json_column_count, json_items) };

    for (size_t i = 0; i < array_length(windows); i++) {
        stat_tap_table_ui *window = &windows[i];

        window->tap_name = "msice";
        window->stat_tap_free_table_item_cb = free_item;
        window->nfields = counts[i];
        window->nparams = array_length(params);
        window->params = params;
        register_stat_tap_table_ui(window);
    }
}
