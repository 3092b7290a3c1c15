/* msice-worker.c
 * What msice-batch runs: decodes files one by one and appends their calls to the results.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/batch-engine.h"
#include "batch/batch-journal.h"
#include "batch/batch-source.h"

static struct {
    char *results;
    int seconds, megabytes;
    gboolean pending, summary, from_input;
    char **paths;
} options = { .seconds = 600, .megabytes = 4096 };

static const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.results, "Append the calls there", "FILE" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &options.seconds, "Seconds for one file (600)", "N" },
    { "memory", 0, 0, G_OPTION_ARG_INT, &options.megabytes, "Address space of a decoder in MiB (4096)", "N" },
    { "pending", 0, 0, G_OPTION_ARG_NONE, &options.pending, "Print the names that are not done, NUL behind each",
      NULL },
    { "summary", 0, 0, G_OPTION_ARG_NONE, &options.summary, "Say what became of the files", NULL },
    { "files-from-input", 0, 0, G_OPTION_ARG_NONE, &options.from_input, "Names on standard input, NUL behind each",
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.paths, NULL, "FILE…" },
    G_OPTION_ENTRY_NULL,
};

/* --- one file ----------------------------------------------------------------------------------------------------
 */

typedef struct {
    engine_t *engine;
    const char *problem; /* why no engine is to be had */
} worker_t;

/* Decodes a capture; the answer is the caller's to clear. */
static void
decode(worker_t *worker, const char *path, engine_answer_t *answer, file_result_t *result)
{
    if (!engine_ask(worker->engine, path, answer, &worker->problem))
        return;
    result->calls = answer->calls;
    result->reason = answer->reason;
    if (!answer->answered)
        result->state = FILE_FAILED;
    else if (!answer->loaded)
        result->state = FILE_DAMAGED;
}

static void
decode_log(worker_t *worker, const char *path, source_kind_t kind, engine_answer_t *answer, file_result_t *result)
{
    static const file_result_t results[] = {
        [LOG_DAMAGED] = { FILE_DAMAGED, "it is compressed, and cannot be unpacked to its end", NULL },
        [LOG_FOREIGN] = { FILE_FOREIGN, "neither a capture nor a log that uclog knows", NULL },
        [LOG_FAILED] = { FILE_FAILED, "uclog could not read it", NULL },
    };
    char *capture = NULL;
    int fd = g_file_open_tmp("msice-XXXXXX.pcapng", &capture, NULL);
    source_log_t log = LOG_FAILED;

    if (fd >= 0) {
        close(fd);
        log = source_convert_log(path, kind, capture, (unsigned)options.seconds);
    }
    if (log == LOG_WRITTEN || log == LOG_DAMAGED)
        decode(worker, capture, answer, result);
    if (log != LOG_WRITTEN && result->state == FILE_DONE) {
        *result = results[log];
        result->calls = answer->calls;
    }
    if (capture)
        g_unlink(capture);
    g_free(capture);
}

static void
decode_file(worker_t *worker, const char *path, engine_answer_t *answer, file_result_t *result)
{
    source_kind_t kind = source_kind(path);

    if (kind == SOURCE_UNREADABLE || kind == SOURCE_EMPTY)
        *result = (file_result_t){ FILE_DAMAGED, kind == SOURCE_EMPTY ? "it is empty" : "it cannot be read", NULL };
    else if (kind == SOURCE_CAPTURE)
        decode(worker, path, answer, result);
    else
        decode_log(worker, path, kind, answer, result);
}

/* False when the whole run makes no sense any more. */
static bool
work_on(worker_t *worker, const char *path)
{
    file_identity_t identity;
    engine_answer_t answer = { 0 };
    file_result_t result = { FILE_DONE, NULL, NULL };
    bool good = true;

    if (journal_identify(path, &identity)) {
        decode_file(worker, path, &answer, &result);
        if (worker->problem) {
            fprintf(stderr, "msice-worker: %s\n", worker->problem);
            good = false;
        } else if (!journal_append(options.results, &identity, &result)) {
            perror(options.results);
            good = false;
        }
    }
    if (answer.calls)
        engine_answer_clear(&answer);
    journal_identity_clear(&identity);
    return good;
}

static int
work(char **paths)
{
    engine_limits_t limits = { (unsigned)options.seconds, (unsigned)options.megabytes };
    worker_t worker = { engine_new(&limits), NULL };
    bool good = true;

    for (unsigned i = 0; paths[i] && good; i++)
        good = work_on(&worker, paths[i]);
    engine_free(worker.engine);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- arguments ---------------------------------------------------------------------------------------------------
 */

/* Names that end with NUL each; to be freed. */
static char **
read_names(void)
{
    GPtrArray *names = g_ptr_array_new();
    char *name = NULL;
    size_t room = 0;

    while (getdelim(&name, &room, '\0', stdin) > 0)
        g_ptr_array_add(names, g_strdup(name));
    free(name);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

static int
run(void)
{
    char **paths = options.from_input ? read_names() : g_strdupv(options.paths);
    int status = EXIT_SUCCESS;

    if (!paths)
        paths = g_new0(char *, 1);
    if (options.pending)
        journal_print_pending(options.results, paths);
    else if (options.summary)
        status = journal_print_summary(options.results, paths);
    else
        status = work(paths);
    g_strfreev(paths);
    return status;
}

int
main(int argc, char **argv)
{
    GOptionContext *context = g_option_context_new("- the calls of captures and logs, for msice-batch");
    GError *error = NULL;
    int status = EXIT_FAILURE;

    setlocale(LC_ALL, "");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        fprintf(stderr, "msice-worker: %s\n", error->message);
    else if (!options.results || options.seconds <= 0 || options.megabytes <= 0)
        fprintf(stderr, "msice-worker: -o FILE is missing, or a limit is not above 0\n");
    else
        status = run();
    g_clear_error(&error);
    g_option_context_free(context);
    return status;
}
