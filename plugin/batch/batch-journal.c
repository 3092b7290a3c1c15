/* batch-journal.c
 * The results: a file with a line a call, and beside it a journal with a line a file that is done.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/batch-journal.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of the end of the journal is looked at for its last line. */
#define LAST_LINE 65536

static const char *const state_names[FILE_STATES] = {
    [FILE_DONE] = "done",
    [FILE_DAMAGED] = "damaged",
    [FILE_FOREIGN] = "foreign",
    [FILE_FAILED] = "failed",
};

/* --- files -------------------------------------------------------------------------------------------------------
 */

bool
journal_identify(const char *path, file_identity_t *identity)
{
    GStatBuf status;

    *identity = (file_identity_t){ 0 };
    identity->label = g_utf8_validate(path, -1, NULL) ? g_strdup(path) : g_filename_to_uri(path, NULL, NULL);
    if (!identity->label)
        identity->label = g_utf8_make_valid(path, -1);
    if (g_stat(path, &status) != 0)
        return false;
    identity->size = status.st_size;
    identity->modified = status.st_mtime;
    return true;
}

void
journal_identity_clear(file_identity_t *identity)
{
    g_free(identity->label);
}

/* A line of the journal that is remembered. */
typedef struct {
    int64_t size, modified, calls;
    file_state_t state;
    char *reason;
} entry_t;

static void
free_entry(void *data)
{
    g_free(((entry_t *)data)->reason);
    g_free(data);
}

/* --- writing -----------------------------------------------------------------------------------------------------
 */

static char *
journal_path(const char *results)
{
    return g_strconcat(results, ".files", NULL);
}

static char *
quoted(const char *text)
{
    JsonNode *node = json_node_init_string(json_node_alloc(), text);
    char *json = json_to_string(node, FALSE);

    json_node_free(node);
    return json;
}

static bool
write_all(int fd, const GString *text)
{
    for (size_t done = 0; done < text->len;) {
        ssize_t written = write(fd, text->str + done, text->len - done);

        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    return true;
}

/* Cuts off an unfinished last line of the journal; returns up to where the results are whole. */
static int64_t
repair_journal(int journal)
{
    int64_t size = lseek(journal, 0, SEEK_END), start = MAX(size - LAST_LINE, 0), whole = 0;
    char *text = g_malloc0(LAST_LINE + 1);
    ssize_t length = pread(journal, text, LAST_LINE, start);
    char *end = length > 0 ? g_strrstr_len(text, length, "\n") : NULL;
    const char *value;

    if (end) {
        end[1] = '\0';
        value = g_strrstr(text, "\"whole\":");
        whole = value ? g_ascii_strtoll(value + strlen("\"whole\":"), NULL, 10) : 0;
        size = start + (end + 1 - text);
    } else if (start == 0) {
        size = 0;
    }
    g_free(text);
    return ftruncate(journal, size) == 0 ? whole : -1;
}

/* A call as the plugin made it, with its file behind the version. */
static void
append_call(GString *text, const char *call, const char *file, int64_t size)
{
    const char *comma = strchr(call, ',');

    if (!comma)
        return;
    g_string_append_len(text, call, comma - call);
    g_string_append_printf(text, ",\"file\":%s,\"file_size\":%" G_GINT64_FORMAT "%s\n", file, size, comma);
}

static GString *
call_lines(const file_identity_t *identity, const GPtrArray *calls)
{
    GString *text = g_string_new(NULL);
    char *file = quoted(identity->label);

    for (unsigned i = 0; calls && i < calls->len; i++)
        append_call(text, (const char *)calls->pdata[i], file, identity->size);
    g_free(file);
    return text;
}

static GString *
journal_line(const file_identity_t *identity, const file_result_t *result, int64_t whole)
{
    char *file = quoted(identity->label), *reason = result->reason ? quoted(result->reason) : NULL;
    GString *text = g_string_new(NULL);

    g_string_append_printf(
        text,
        "{\"file\":%s,\"size\":%" G_GINT64_FORMAT ",\"modified\":%" G_GINT64_FORMAT ",\"status\":\"%s\",\"calls\":%u",
        file, identity->size, identity->modified, state_names[result->state], result->calls ? result->calls->len : 0);
    if (reason)
        g_string_append_printf(text, ",\"reason\":%s", reason);
    g_string_append_printf(text, ",\"whole\":%" G_GINT64_FORMAT "}\n", whole);
    g_free(file);
    g_free(reason);
    return text;
}

/* With the lock on the journal held. */
static bool
append_locked(int journal, int results, const file_identity_t *identity, const file_result_t *result)
{
    int64_t whole = repair_journal(journal);
    GString *calls = call_lines(identity, result->calls), *line = NULL;
    bool good =
        whole >= 0 && ftruncate(results, MIN(whole, lseek(results, 0, SEEK_END))) == 0 && write_all(results, calls);

    if (good) {
        line = journal_line(identity, result, lseek(results, 0, SEEK_END));
        good = write_all(journal, line);
        g_string_free(line, TRUE);
    }
    g_string_free(calls, TRUE);
    return good;
}

bool
journal_append(const char *results, const file_identity_t *identity, const file_result_t *result)
{
    char *path = journal_path(results);
    int journal = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int lines = open(results, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    bool good =
        journal >= 0 && lines >= 0 && flock(journal, LOCK_EX) == 0 && append_locked(journal, lines, identity, result);

    if (lines >= 0)
        close(lines);
    if (journal >= 0)
        close(journal);
    g_free(path);
    return good;
}

/* --- reading -----------------------------------------------------------------------------------------------------
 */

static int64_t
number_of(JsonObject *object, const char *name)
{
    return json_object_has_member(object, name) ? json_object_get_int_member(object, name) : -1;
}

static const char *
text_of(JsonObject *object, const char *name)
{
    return json_object_has_member(object, name) ? json_object_get_string_member(object, name) : NULL;
}

static file_state_t
state_of(const char *name)
{
    file_state_t state = FILE_DONE;

    while (state < FILE_FAILED && g_strcmp0(name, state_names[state]) != 0)
        state++;
    return state;
}

static void
take_line(GHashTable *entries, JsonParser *parser, const char *line)
{
    JsonObject *object;
    entry_t *entry;

    if (!json_parser_load_from_data(parser, line, -1, NULL) || !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
        return;
    object = json_node_get_object(json_parser_get_root(parser));
    if (!text_of(object, "file"))
        return;
    entry = g_new0(entry_t, 1);
    entry->size = number_of(object, "size");
    entry->modified = number_of(object, "modified");
    entry->calls = number_of(object, "calls");
    entry->state = state_of(text_of(object, "status"));
    entry->reason = g_strdup(text_of(object, "reason"));
    g_hash_table_replace(entries, g_strdup(text_of(object, "file")), entry);
}

/* label -> entry_t: the latest line of each file. */
static GHashTable *
read_journal(const char *results)
{
    GHashTable *entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_entry);
    char *path = journal_path(results), *line = NULL;
    JsonParser *parser = json_parser_new();
    FILE *file = fopen(path, "r");
    size_t room = 0;

    while (file && getline(&line, &room, file) > 0)
        take_line(entries, parser, line);
    if (file)
        fclose(file);
    free(line);
    g_object_unref(parser);
    g_free(path);
    return entries;
}

/* What the journal knows about a file as it is now; NULL = nothing. */
static const entry_t *
entry_of(GHashTable *entries, const char *path)
{
    file_identity_t identity;
    bool there = journal_identify(path, &identity);
    const entry_t *entry = (const entry_t *)g_hash_table_lookup(entries, identity.label);

    journal_identity_clear(&identity);
    return entry && there && entry->size == identity.size && entry->modified == identity.modified ? entry : NULL;
}

void
journal_print_pending(const char *results, char **paths)
{
    GHashTable *entries = read_journal(results);

    for (unsigned i = 0; paths[i]; i++)
        if (!entry_of(entries, paths[i]))
            fwrite(paths[i], 1, strlen(paths[i]) + 1, stdout);
    g_hash_table_destroy(entries);
}

static void
print_file(const char *state, const char *path, const char *reason)
{
    char *shown = g_filename_display_name(path);

    fprintf(stderr, "%s: %s: %s\n", state, shown, reason);
    g_free(shown);
}

/* How the exit status tells: what is damaged weighs more than what is foreign. */
enum { STATUS_GOOD = 0, STATUS_DAMAGED = 2, STATUS_FOREIGN = 3 };

int
journal_print_summary(const char *results, char **paths)
{
    GHashTable *entries = read_journal(results);
    unsigned counts[FILE_STATES] = { 0 }, missing = 0;
    int64_t calls = 0;

    for (unsigned i = 0; paths[i]; i++) {
        const entry_t *entry = entry_of(entries, paths[i]);

        if (!entry) {
            missing++;
            print_file("not done", paths[i], "its worker ended, or the file has changed meanwhile");
            continue;
        }
        counts[entry->state]++;
        calls += entry->calls;
        if (entry->state != FILE_DONE)
            print_file(state_names[entry->state], paths[i], entry->reason ? entry->reason : "no reason is known");
    }
    fprintf(stderr, "%" G_GINT64_FORMAT " calls in %u files; %u damaged, %u failed, %u foreign, %u not done\n", calls,
            counts[FILE_DONE], counts[FILE_DAMAGED], counts[FILE_FAILED], counts[FILE_FOREIGN], missing);
    g_hash_table_destroy(entries);
    if (missing || counts[FILE_DAMAGED] || counts[FILE_FAILED])
        return STATUS_DAMAGED;
    return counts[FILE_FOREIGN] ? STATUS_FOREIGN : STATUS_GOOD;
}
