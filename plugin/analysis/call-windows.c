/* call-windows.c
 * The statistics of calls as windows of the GUI, in its menu Telephony.
 *
 * A window's rows are made from the packets that come by. In the GUI all packets have been seen before, so the rows
 * of a call can be made whole with its first packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#define LEFT(label)                                                                                                  \
    {                                                                                                                \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, label, "%s"                                                               \
    }
#define RIGHT(label)                                                                                                 \
    {                                                                                                                \
        TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, label, "%s"                                                              \
    }
#define NUMBER(label)                                                                                                \
    {                                                                                                                \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, label, "%u"                                                                \
    }

static stat_tap_table_item call_columns[] = {
    NUMBER("Call"),    LEFT("Start (UTC)"), LEFT("From"),    LEFT("To"),      LEFT("Media"),
    LEFT("Locations"), RIGHT("ID"),         LEFT("ICEWarn"), LEFT("Verdict"),
};

static stat_tap_table_item pair_columns[] = {
    NUMBER("Call"), LEFT("What"),      LEFT("Side"),   LEFT("Transport"), LEFT("Medium"),
    LEFT("Local"),  LEFT("Type"),      LEFT("Remote"), LEFT("Type"),      LEFT("Outcome"),
    RIGHT("Tries"), LEFT("Nominated"), RIGHT("Frame"), RIGHT("RTT (ms)"),
};

#define CALL_COLUMNS array_length(call_columns)
#define PAIR_COLUMNS array_length(pair_columns)

/* Calls that have their rows. There is one table of each kind, however many windows show it. */
static GHashTable *calls_shown, *pairs_shown;

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

/* Appends a row: the number of a call, and a text for each other column. */
static void
append(stat_tap_table *table, unsigned number, const char *const *texts)
{
    stat_tap_table_item_type *items = g_new0(stat_tap_table_item_type, table->num_fields);

    items[0].type = TABLE_ITEM_UINT;
    items[0].value.uint_value = number;
    for (unsigned column = 1; column < table->num_fields; column++) {
        items[column].type = TABLE_ITEM_STRING;
        items[column].value.string_value = g_strdup(call_or_dash(texts[column]));
    }
    stat_tap_init_table_row(table, table->num_elements, table->num_fields, items);
    g_free(items);
}

static void
append_call(wmem_allocator_t *scope, stat_tap_table *table, const facts_call_t *call)
{
    call_summary_t summary;
    const char *texts[CALL_COLUMNS];

    call_summarize_whole(scope, call, &summary);
    texts[1] = call_time_text(scope, &summary.start);
    texts[2] = summary.from;
    texts[3] = summary.to;
    texts[4] = summary.media;
    texts[5] = summary.locations;
    texts[6] = summary.has_id ? wmem_strdup_printf(scope, "%u", summary.id) : NULL;
    texts[7] = summary.has_flags ? wmem_strdup_printf(scope, "0x%x", summary.flags) : NULL;
    texts[8] = summary.has_verdict ? summary.verdict.cause : NULL;
    append(table, summary.number, texts);
}

static void
append_pair(wmem_allocator_t *scope, const call_pair_t *pair, void *data)
{
    const char *texts[PAIR_COLUMNS] = { NULL };

    texts[1] = pair->kind;
    texts[2] = call_side_name(pair->side);
    texts[3] = pair->transport == PT_TCP ? "TCP" : "UDP";
    texts[4] = pair->media;
    texts[5] = call_at_text(scope, pair->local);
    texts[6] = facts_type_name(pair->local_type);
    if (pair->remote) {
        texts[7] = call_at_text(scope, pair->remote);
        texts[8] = facts_type_name(pair->remote_type);
        texts[9] = pair->outcome;
        texts[10] = wmem_strdup_printf(scope, "%u", pair->tries);
        texts[11] = pair->nominated ? "yes" : "no";
        texts[12] = wmem_strdup_printf(scope, "%u", pair->frame);
        texts[13] = pair->rtt >= 0 ? wmem_strdup_printf(scope, "%.1f", pair->rtt * 1000) : NULL;
    }
    append((stat_tap_table *)data, pair->call->number, texts);
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
    wmem_allocator_t *scope;

    if (!g_hash_table_add(calls_shown, (void *)(uintptr_t)call))
        return TAP_PACKET_DONT_REDRAW;
    scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    append_call(scope, table_of(data), call);
    wmem_destroy_allocator(scope);
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

void
call_windows_register(void)
{
    static tap_param params[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };
    static stat_tap_table_ui calls = {
        .group = COMPAT_STAT_GROUP_TELEPHONY,
        .title = "Microsoft Media Calls",
        .tap_name = "msice",
        .cli_string = "msice,calls,window",
        .stat_tap_init_cb = init_calls,
        .packet_func = calls_packet,
        .stat_tap_reset_table_cb = reset_calls,
        .stat_tap_free_table_item_cb = free_item,
        .nfields = CALL_COLUMNS,
        .fields = call_columns,
        .nparams = array_length(params),
        .params = params,
    };
    static stat_tap_table_ui pairs = {
        .group = COMPAT_STAT_GROUP_TELEPHONY,
        .title = "Microsoft Media Candidates",
        .tap_name = "msice",
        .cli_string = "msice,candidates,window",
        .stat_tap_init_cb = init_pairs,
        .packet_func = pairs_packet,
        .stat_tap_reset_table_cb = reset_pairs,
        .stat_tap_free_table_item_cb = free_item,
        .nfields = PAIR_COLUMNS,
        .fields = pair_columns,
        .nparams = array_length(params),
        .params = params,
    };

    register_stat_tap_table_ui(&calls);
    register_stat_tap_table_ui(&pairs);
}
