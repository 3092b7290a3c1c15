/* report-extract.c
 * The frames of a call as a capture of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-extract.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch/batch-source.h"
#include "batch/capture-mask.h"
#include "batch/report-html.h"

/* How long a log may take to become a capture, in seconds. */
#define LOG_SECONDS 600

/* In two passes: which call a frame belongs to may show later. */
static bool
run_tshark(const char *capture, int64_t number, const char *output, const char *format)
{
    char *filter = g_strdup_printf("msice.call == %" G_GINT64_FORMAT, number);
    const char *words[] = { "tshark", "-2", "-q", "-r", capture, "-Y", filter, "-F", format, "-w", output, NULL };
    char **arguments = g_strdupv((char **)(uintptr_t)words);
    char *errors = NULL;
    int status = -1;
    bool good = g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                             NULL, &errors, &status, NULL) &&
                status == 0;

    if (!good)
        fprintf(stderr, "msice-report: tshark: %s\n", errors ? errors : "it cannot be run");
    g_free(errors);
    g_strfreev(arguments);
    g_free(filter);
    return good;
}

static bool
extract_log(const char *path, source_kind_t kind, int64_t number, const char *output, const char *format)
{
    char *capture = NULL;
    int fd = g_file_open_tmp("msice-XXXXXX.pcapng", &capture, NULL);
    bool good = false;

    if (fd < 0)
        return false;
    close(fd);
    switch (source_convert_log(path, kind, capture, LOG_SECONDS)) {
    case LOG_WRITTEN:
    case LOG_DAMAGED:
        good = run_tshark(capture, number, output, format);
        break;
    default:
        fprintf(stderr, "msice-report: uclog cannot read %s\n", path);
    }
    g_unlink(capture);
    g_free(capture);
    return good;
}

bool
report_extract(JsonObject *call, const char *output, const char *format)
{
    const char *file = member_text(call, "file");
    char *path = !file                               ? NULL
                 : g_str_has_prefix(file, "file://") ? g_filename_from_uri(file, NULL, NULL)
                                                     : g_strdup(file);
    source_kind_t kind = path ? source_kind(path) : SOURCE_UNREADABLE;
    bool good = false;

    if (!path)
        fprintf(stderr, "msice-report: the line does not name its file: it is not one of msice-batch\n");
    else if (kind == SOURCE_UNREADABLE)
        fprintf(stderr, "msice-report: %s cannot be read\n", path);
    else if (kind == SOURCE_CAPTURE)
        good = run_tshark(path, member_whole(call, "call"), output, format);
    else
        good = extract_log(path, kind, member_whole(call, "call"), output, format);
    g_free(path);
    return good;
}

bool
report_mask_capture(mask_t *mask, const char *capture, const char *output)
{
    char *file, *why;
    size_t length;
    GError *error = NULL;
    bool good = g_file_get_contents(capture, &file, &length, &error);

    if (good) {
        why = capture_mask(mask, (uint8_t *)file, length);
        if (why)
            fprintf(stderr, "msice-report: this call cannot be masked: %s\n", why);
        good = !why && g_file_set_contents(output, file, (gssize)length, &error);
        g_free(why);
        g_free(file);
    }
    if (error)
        fprintf(stderr, "msice-report: %s\n", error->message);
    g_clear_error(&error);
    return good;
}
