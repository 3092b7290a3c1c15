/* call-tap.c
 * -z msice,calls: a line a call; -z msice,json: the same for machines; -z msice,candidates: a line a candidate and
 * pair.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include "analysis/call-columns.h"
#include "analysis/call-json.h"
#include "base/printable.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

/* --- tshark -z msice,calls ---------------------------------------------------------------------------------------
 */

/* Calls that the filter of the statistics let through, by number. */
typedef struct {
    char *filter;
    GHashTable *numbers;
} listener_t;

static tap_packet_status
note_call(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    listener_t *listener = (listener_t *)data;
    const facts_place_t *place = (const facts_place_t *)tapped;

    return g_hash_table_add(listener->numbers, (void *)(uintptr_t)place->call) ? TAP_PACKET_REDRAW
                                                                               : TAP_PACKET_DONT_REDRAW;
}

static void
forget_calls(void *data)
{
    g_hash_table_remove_all(((listener_t *)data)->numbers);
}

static void
free_listener(void *data)
{
    listener_t *listener = (listener_t *)data;

    g_hash_table_destroy(listener->numbers);
    g_free(listener->filter);
    g_free(listener);
}

/* Whether a packet of a call came by: what was tapped under a call that became part of another counts for that. */
static bool
call_was_tapped(GHashTable *tapped, const facts_call_t *call)
{
    GHashTableIter iter;
    void *key;

    if (g_hash_table_contains(tapped, call))
        return true;
    g_hash_table_iter_init(&iter, tapped);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (((facts_call_t *)key)->joined && call_root((facts_call_t *)key) == call)
            return true;
    return false;
}

static void
print_labels(const table_column_t *columns, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (columns[i].label)
            printf("%s%s", i ? " | " : "", columns[i].label);
    printf("\n");
}

static void
print_row(wmem_allocator_t *scope, const table_column_t *columns, unsigned count, const void *row)
{
    for (unsigned i = 0; i < count; i++)
        if (columns[i].label)
            printf("%s%s", i ? " | " : "", printable(scope, call_or_dash(columns[i].text(scope, row))));
    printf("\n");
}

/* Calls the function for each call that was tapped, with a scope of its own. */
static void
each_call(const listener_t *listener, void (*print)(wmem_allocator_t *scope, const facts_call_t *call))
{
    const facts_call_t *call;

    for (unsigned i = 0; (call = facts_call_at(i)) != NULL; i++) {
        wmem_allocator_t *scope;

        if (!call_was_tapped(listener->numbers, call))
            continue;
        scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
        print(scope, call);
        wmem_destroy_allocator(scope);
    }
}

static void
print_call(wmem_allocator_t *scope, const facts_call_t *call)
{
    call_summary_t summary;

    call_summarize(scope, call, &summary);
    print_row(scope, call_columns, call_column_count, &summary);
}

static void
print_calls(void *data)
{
    const listener_t *listener = (const listener_t *)data;

    printf("Media calls%s%s\n", listener->filter ? " with " : "", listener->filter ? listener->filter : "");
    print_labels(call_columns, call_column_count);
    each_call(listener, print_call);
}

static void
listen(const char *option, const char *name, tap_draw_cb draw)
{
    listener_t *listener = g_new0(listener_t, 1);
    GString *problem;

    option += strlen(name);
    if (*option == ',')
        listener->filter = g_strdup(option + 1);
    listener->numbers = g_hash_table_new(g_direct_hash, g_direct_equal);
    problem = register_tap_listener("msice", listener, listener->filter, TL_REQUIRES_NOTHING, forget_calls, note_call,
                                    draw, free_listener);
    if (problem) {
        fprintf(stderr, "%s: %s\n", name, problem->str);
        g_string_free(problem, TRUE);
        exit(1);
    }
}

static compat_stat_init
listen_calls(const char *option, void *data _U_)
{
    listen(option, "msice,calls", print_calls);
    return COMPAT_STAT_STARTED;
}

/* --- tshark -z msice,json ----------------------------------------------------------------------------------------
 */

static void
print_json(wmem_allocator_t *scope, const facts_call_t *call)
{
    call_summary_t summary;

    call_summarize(scope, call, &summary);
    puts(call_json(scope, &summary));
}

static void
print_jsons(void *data)
{
    each_call((const listener_t *)data, print_json);
}

static compat_stat_init
listen_json(const char *option, void *data _U_)
{
    listen(option, "msice,json", print_jsons);
    return COMPAT_STAT_STARTED;
}

/* --- tshark -z msice,candidates ----------------------------------------------------------------------------------
 */

static void
print_pair(wmem_allocator_t *scope, const call_pair_t *pair, void *data _U_)
{
    print_row(scope, pair_columns, pair_column_count, pair);
}

static void
print_pairs(wmem_allocator_t *scope, const facts_call_t *call)
{
    call_pairs(scope, call, print_pair, NULL);
}

static void
print_candidates(void *data)
{
    const listener_t *listener = (const listener_t *)data;

    printf("Candidates of media calls%s%s\n", listener->filter ? " with " : "",
           listener->filter ? listener->filter : "");
    print_labels(pair_columns, pair_column_count);
    each_call(listener, print_pairs);
}

static compat_stat_init
listen_candidates(const char *option, void *data _U_)
{
    listen(option, "msice,candidates", print_candidates);
    return COMPAT_STAT_STARTED;
}

void
call_stats_register(void)
{
    static stat_tap_ui calls = {
        COMPAT_STAT_GROUP_TELEPHONY, "Microsoft media calls", "msice,calls", listen_calls, 0, NULL
    };
    static stat_tap_ui json = {
        COMPAT_STAT_GROUP_TELEPHONY, "Microsoft media calls as JSON", "msice,json", listen_json, 0, NULL
    };
    static stat_tap_ui pairs = { COMPAT_STAT_GROUP_TELEPHONY,
                                 "Candidates of Microsoft media calls",
                                 "msice,candidates",
                                 listen_candidates,
                                 0,
                                 NULL };

    register_stat_tap_ui(&calls, NULL);
    register_stat_tap_ui(&json, NULL);
    register_stat_tap_ui(&pairs, NULL);
    call_summary_register();
    call_tree_register();
    call_windows_register();
}
