/* msice-report.c
 * The calls of msice-batch, or of tshark -z msice,json, as one HTML file to read and to hand on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "batch/report-call.h"
#include "batch/report-calls.h"
#include "batch/report-extract.h"
#include "batch/report-mask.h"
#include "batch/report-style.h"
#include "batch/report-summary.h"

static struct {
    char *output;
    gboolean mask;
    int extract;
    char **paths;
} options;

static const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Write there; without it to standard output",
      "FILE" },
    { "mask", 0, 0, G_OPTION_ARG_NONE, &options.mask,
      "Replace addresses, names, URIs and Call-IDs, the same by the same", NULL },
    { "extract", 0, 0, G_OPTION_ARG_INT, &options.extract,
      "Write the frames of call N of the report as a capture (-o)", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.paths, NULL, "[calls.ndjson]" },
    G_OPTION_ENTRY_NULL,
};

static mask_t *
mask_calls(const GPtrArray *calls)
{
    mask_t *mask = mask_new();

    for (unsigned i = 0; i < calls->len; i++)
        mask_call(mask, (JsonObject *)calls->pdata[i]);
    return mask;
}

static GString *
make_page(const GPtrArray *calls)
{
    GString *page = g_string_new(REPORT_HEAD);
    mask_t *mask = options.mask ? mask_calls(calls) : NULL;

    report_summary(page, calls);
    for (unsigned i = 0; i < calls->len; i++)
        report_call(page, (JsonObject *)calls->pdata[i], i + 1);
    g_string_append(page, REPORT_END);
    if (mask)
        mask_free(mask);
    return page;
}

static int
write_page(const GPtrArray *calls)
{
    GString *page = make_page(calls);
    FILE *file = options.output ? fopen(options.output, "wb") : stdout;
    bool good = file && fwrite(page->str, 1, page->len, file) == page->len && fflush(file) == 0;

    if (!good)
        fprintf(stderr, "msice-report: %s: %s\n", options.output ? options.output : "standard output",
                strerror(errno));
    if (file && options.output)
        fclose(file);
    g_string_free(page, TRUE);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Addresses are those of the masked report. */
static bool
extract_masked(const GPtrArray *calls, JsonObject *call)
{
    char *capture = NULL;
    int fd = g_file_open_tmp("msice-XXXXXX.pcap", &capture, NULL);
    bool good = false;

    if (fd < 0)
        return false;
    close(fd);
    if (report_extract(call, capture, REPORT_MASKABLE)) {
        mask_t *mask = mask_calls(calls);

        good = report_mask_capture(mask, capture, options.output);
        mask_free(mask);
    }
    g_unlink(capture);
    g_free(capture);
    return good;
}

static int
extract(const GPtrArray *calls)
{
    JsonObject *call;

    if (options.extract < 1 || (unsigned)options.extract > calls->len) {
        fprintf(stderr, "msice-report: there is no call %d, the report has %u\n", options.extract, calls->len);
        return EXIT_FAILURE;
    }
    if (!options.output) {
        fprintf(stderr, "msice-report: --extract needs -o FILE\n");
        return EXIT_FAILURE;
    }
    call = (JsonObject *)calls->pdata[options.extract - 1];
    return (options.mask ? extract_masked(calls, call) : report_extract(call, options.output, "pcapng"))
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}

static int
run(void)
{
    const char *path = options.paths ? options.paths[0] : "calls.ndjson";
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    unsigned bad;
    GPtrArray *calls;
    int status;

    if (!file) {
        fprintf(stderr, "msice-report: %s: %s\n", path, strerror(errno));
        return EXIT_FAILURE;
    }
    calls = report_read_calls(file, &bad);
    if (bad)
        fprintf(stderr, "msice-report: %u lines are no calls of a form that is known here\n", bad);
    status = options.extract ? extract(calls) : write_page(calls);
    g_ptr_array_free(calls, TRUE);
    if (file != stdin)
        fclose(file);
    return status;
}

int
main(int argc, char **argv)
{
    GOptionContext *context = g_option_context_new("- a report of calls as one HTML file");
    GError *error = NULL;
    int status = EXIT_FAILURE;

    setlocale(LC_ALL, "");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        fprintf(stderr, "msice-report: %s\n", error->message);
    else if (options.paths && options.paths[1])
        fprintf(stderr, "msice-report: one file of calls at a time (cat them together, and name -)\n");
    else
        status = run();
    g_clear_error(&error);
    g_option_context_free(context);
    return status;
}
