/* report-calls.c
 * The calls that msice-batch, or tshark, wrote: each once, as it was decoded last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-calls.h"

#include <stdbool.h>
#include <stdlib.h>

#include "batch/report-html.h"

/* What this program understands. */
#define SCHEMA 1

static JsonObject *
read_call(JsonParser *parser, const char *line)
{
    JsonObject *call;

    if (!json_parser_load_from_data(parser, line, -1, NULL) || !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
        return NULL;
    call = json_node_get_object(json_parser_get_root(parser));
    return member_whole(call, "schema") == SCHEMA && member_whole(call, "call") ? json_object_ref(call) : NULL;
}

/* Of one that names its file; to be freed. */
static char *
key_of(JsonObject *call)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", member_whole(call, "call"), member_text(call, "file"));
}

/* Whether nothing behind this line says otherwise: of a file that was decoded again only what it was then counts.
 * Lines that name no file, as tshark writes them, may be of any: none of them is another one. */
static bool
is_latest(GHashTable *sizes, GHashTable *latest, JsonObject *call)
{
    const char *file = member_text(call, "file");
    char *key;
    bool good;

    if (!file)
        return true;
    key = key_of(call);
    good = g_hash_table_lookup(latest, key) == call &&
           *(const int64_t *)g_hash_table_lookup(sizes, file) == member_whole(call, "file_size");
    g_free(key);
    return good;
}

static int64_t *
keep_number(int64_t number)
{
    int64_t *kept = g_new(int64_t, 1);

    *kept = number;
    return kept;
}

static void
free_call(void *call)
{
    json_object_unref((JsonObject *)call);
}

static void
drop_old(GPtrArray *calls)
{
    GHashTable *sizes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTable *latest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    unsigned kept = 0;

    for (unsigned i = 0; i < calls->len; i++) {
        JsonObject *call = (JsonObject *)calls->pdata[i];
        const char *file = member_text(call, "file");

        if (!file)
            continue;
        g_hash_table_replace(sizes, g_strdup(file), keep_number(member_whole(call, "file_size")));
        g_hash_table_replace(latest, key_of(call), call);
    }
    for (unsigned i = 0; i < calls->len; i++) {
        JsonObject *call = (JsonObject *)calls->pdata[i];

        if (is_latest(sizes, latest, call))
            calls->pdata[kept++] = call;
        else
            free_call(call);
    }
    g_ptr_array_set_free_func(calls, NULL); /* those behind have moved or are gone */
    g_ptr_array_set_size(calls, (int)kept);
    g_ptr_array_set_free_func(calls, free_call);
    g_hash_table_destroy(latest);
    g_hash_table_destroy(sizes);
}

GPtrArray *
report_read_calls(FILE *file, unsigned *bad)
{
    GPtrArray *calls = g_ptr_array_new_with_free_func(free_call);
    JsonParser *parser = json_parser_new();
    char *line = NULL;
    size_t room = 0;

    *bad = 0;
    while (getline(&line, &room, file) > 0) {
        JsonObject *call = read_call(parser, line);

        if (call)
            g_ptr_array_add(calls, call);
        else
            (*bad)++;
    }
    free(line);
    g_object_unref(parser);
    drop_old(calls);
    return calls;
}
