/* uclog.c
 * Turns client and server logs of Lync and Skype for Business into captures:
 * a converter on the command line, and a capture source (extcap) of Wireshark.
 *
 * Exit status: 0 = done, 1 = wrong use, or input or output failed, 2 = a file is no such log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "logs/uclog-extcap.h"
#include "logs/uclog-files.h"
#include "logs/uclog-findings.h"
#include "logs/uclog-os.h"
#include "logs/uclog-writer.h"
#include "text/program.h"

enum { STATUS_GOOD = 0, STATUS_FAILED = 1, STATUS_NO_LOG = 2 };

#define FOLLOW_POLL_MS  100
#define RELEASE_POLL_MS 20
#define RELEASE_TRIES   250
/* Short logs are done before one could read it. */
#define PROGRESS_BYTES 32000000U
/* Further warnings are only counted: a badly damaged log would hide all else. */
#define MAX_WARNINGS 10

static struct {
    char *output;
    char *format;
    char *zone;
    gboolean utc, trace, follow, quiet, version;
    gboolean interfaces, dlts, config, capture;
    char *interface, *fifo, *file, *filter, *wireshark_version;
    char **paths;
} options;

static const GOptionEntry entries[] = {
    { "write", 'w', 0, G_OPTION_ARG_FILENAME, &options.output, "Write to this file (- or none: standard output)",
      "FILE" },
    { "format", 'F', 0, G_OPTION_ARG_STRING, &options.format,
      "pcapng (default), or pcap: without comments and machines", "FORMAT" },
    { "utc", 0, 0, G_OPTION_ARG_NONE, &options.utc, "Times without a zone are UTC, not local time of this machine",
      NULL },
    { "tz", 0, 0, G_OPTION_ARG_STRING, &options.zone, "They are of this time zone: +02:00, Europe/Berlin", "ZONE" },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &options.trace, "Log lines between the messages, too, as syslog records",
      NULL },
    { "follow", 'f', 0, G_OPTION_ARG_NONE, &options.follow, "Keep reading a log that is still being written", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "No warnings, no progress, no summary", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, "Print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.paths, NULL, "FILE..." },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
};

/* What Wireshark calls the program with. */
static const GOptionEntry extcap_entries[] = {
    { "extcap-interfaces", 0, 0, G_OPTION_ARG_NONE, &options.interfaces, "List the interface", NULL },
    { "extcap-version", 0, 0, G_OPTION_ARG_STRING, &options.wireshark_version, "Version of Wireshark", "VERSION" },
    { "extcap-dlts", 0, 0, G_OPTION_ARG_NONE, &options.dlts, "List the link types", NULL },
    { "extcap-config", 0, 0, G_OPTION_ARG_NONE, &options.config, "List the options", NULL },
    { "extcap-interface", 0, 0, G_OPTION_ARG_STRING, &options.interface, "The interface that is meant", "NAME" },
    { "extcap-capture-filter", 0, 0, G_OPTION_ARG_STRING, &options.filter, "Not used", "FILTER" },
    { "capture", 0, 0, G_OPTION_ARG_NONE, &options.capture, "Read --file and write to --fifo", NULL },
    { "fifo", 0, 0, G_OPTION_ARG_FILENAME, &options.fifo, "Where Wireshark reads the packets", "FIFO" },
    { "file", 0, 0, G_OPTION_ARG_FILENAME, &options.file, "The log file", "FILE" },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
};

/* All of a run. */
typedef struct {
    uclog_clock_t clock;
    uclog_file_t *files;
    unsigned file_count;
    uclog_writer_t *writer;
    uclog_window_t *window;
    uint64_t messages;
    uint64_t others; /* findings without their message, log lines */
    uint64_t warnings;
    int64_t first_ms, last_ms;
    uint64_t progress; /* bytes read when it was shown last */
    bool progress_shown;
} run_state_t;

static volatile sig_atomic_t stopped;

static void
stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static void
clear_progress(run_state_t *run)
{
    if (run->progress_shown)
        fprintf(stderr, "\r\033[K");
    run->progress_shown = false;
}

static void
show_progress(void *context)
{
    run_state_t *run = context;
    uint64_t position = 0, size = 0;

    for (unsigned i = 0; i < run->file_count; i++) {
        position += run->files[i].position;
        size += run->files[i].size;
    }
    if (size < position || position < run->progress + PROGRESS_BYTES)
        return;
    run->progress = position;
    fprintf(stderr, "\ruclog: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " MB, %" G_GUINT64_FORMAT " messages ",
            position / 1000000, size / 1000000, run->messages);
    run->progress_shown = true;
}

typedef struct {
    run_state_t *run;
    uclog_file_t *file;
} warning_context_t;

static void
warn(void *context, uint64_t line, const char *text)
{
    const warning_context_t *place = context;

    if (options.quiet || options.capture || place->run->warnings++ >= MAX_WARNINGS)
        return;
    clear_progress(place->run);
    fprintf(stderr, "uclog: %s:%" G_GUINT64_FORMAT ": skipped %s\n", place->file->name, line, text);
    if (place->run->warnings == MAX_WARNINGS)
        fprintf(stderr, "uclog: further warnings are not shown\n");
}

static void
write_record(void *context, uclog_record_t *record)
{
    run_state_t *run = context;

    if (record->kind == UCLOG_MESSAGE)
        run->messages++;
    else
        run->others++;
    if (run->first_ms < 0 || record->time_ms < run->first_ms)
        run->first_ms = record->time_ms;
    if (record->time_ms > run->last_ms)
        run->last_ms = record->time_ms;
    uclog_writer_record(run->writer, record);
    uclog_record_free(record);
}

static char *
format_time(const run_state_t *run, int64_t time_ms)
{
    GDateTime *utc = g_date_time_new_from_unix_utc(time_ms / 1000);
    GDateTime *local = g_date_time_to_timezone(utc, run->clock.zone);
    char *second = g_date_time_format(local, "%Y-%m-%d %H:%M:%S");
    char *zone = g_date_time_format(local, "%:z");
    char *text = g_strdup_printf("%s.%03d %s", second, (int)(time_ms % 1000), zone);

    g_free(zone);
    g_free(second);
    g_date_time_unref(local);
    g_date_time_unref(utc);
    return text;
}

static void
print_summary(run_state_t *run)
{
    uint64_t skipped = 0;
    char *first, *last;

    if (options.quiet || options.capture)
        return;
    clear_progress(run);
    for (unsigned i = 0; i < run->file_count; i++)
        skipped += run->files[i].reader.sink.skipped;
    fprintf(stderr, "uclog: %" G_GUINT64_FORMAT " messages, ", run->messages);
    if (run->others)
        fprintf(stderr, "%" G_GUINT64_FORMAT " other records, ", run->others);
    fprintf(stderr, "%" G_GUINT64_FORMAT " records skipped", skipped);
    if (run->first_ms >= 0) {
        first = format_time(run, run->first_ms);
        last = format_time(run, run->last_ms);
        fprintf(stderr, ", %s to %s", first, last);
        g_free(first);
        g_free(last);
    }
    fputc('\n', stderr);
}

/* Opens the files and makes sure that each of them is a log, before anything is written. */
static int
open_files(run_state_t *run, char **paths, warning_context_t *places)
{
    uclog_sink_t sink = { 0 };

    sink.clock = &run->clock;
    sink.trace = options.trace;
    sink.warn = warn;
    for (unsigned i = 0; i < run->file_count; i++) {
        uclog_file_t *file = &run->files[i];
        uclog_found_t found;

        places[i].run = run;
        places[i].file = file;
        sink.source = i;
        sink.context = &places[i];
        if (!uclog_file_open(file, paths[i], options.follow, &sink)) {
            fprintf(stderr, "uclog: %s: %s\n", paths[i], strerror(errno));
            return STATUS_FAILED;
        }
        if (!options.quiet && !options.capture && uclog_os_is_terminal(UCLOG_STDERR)) {
            file->progress = show_progress;
            file->context = run;
        }
        /* The first message may come behind gigabytes. */
        file->stopped = &stopped;
        found = uclog_reader_detect(&file->reader, !options.follow);
        file->stopped = NULL;
        if (stopped) {
            clear_progress(run);
            return STATUS_FAILED;
        }
        if (found == UCLOG_READ_ERROR) {
            fprintf(stderr, "uclog: %s: %s\n", paths[i], strerror(file->error));
            return STATUS_FAILED;
        }
        /* A file to follow may still be empty, or a log without a message; what has lines, and none of a log, is as
         * wrong as without following. */
        if (found == UCLOG_NO_LOG ||
            (found == UCLOG_UNDECIDED && file->reader.searched > 0 && !file->reader.sink.has_before)) {
            clear_progress(run);
            fprintf(stderr, "uclog: %s: not a log that uclog reads; expected " UCLOG_EXPECTED "\n", paths[i]);
            return STATUS_NO_LOG;
        }
    }
    return STATUS_GOOD;
}

static int
open_output(void)
{
    const char *path = options.capture ? options.fifo : options.output;
    int fd = uclog_os_create(path);

    if (fd < 0) {
        fprintf(stderr, "uclog: %s: %s\n", path, strerror(errno));
    } else if (fd == UCLOG_STDOUT && uclog_os_is_terminal(fd)) {
        fprintf(stderr, "uclog: a capture is not for a terminal: use -w FILE, or a pipe to tshark -r -\n");
        return -1;
    }
    return fd;
}

static void
convert(run_state_t *run, int output)
{
    while (!stopped && !uclog_writer_error(run->writer)) {
        uclog_record_t *record = uclog_files_next(run->files, run->file_count, options.follow);

        if (record) {
            if (run->window)
                uclog_window_add(run->window, record);
            else
                write_record(run, record);
            continue;
        }
        if (!options.follow)
            break;
        if (run->window)
            uclog_window_flush(run->window);
        uclog_writer_flush(run->writer);
        if (!uclog_os_wait(output, FOLLOW_POLL_MS))
            break;
    }
    if (run->window)
        uclog_window_flush(run->window);
}

/* Whether findings can come: from a server log, or from a file that is still empty. */
static bool
needs_window(const run_state_t *run)
{
    for (unsigned i = 0; i < run->file_count; i++) {
        if (!run->files[i].reader.format || run->files[i].reader.format->server)
            return true;
    }
    return false;
}

/* Writes all files to the output; the files are open. */
static int
write_all(run_state_t *run)
{
    const char **names = g_new0(const char *, run->file_count + 1);
    int output = open_output(), error, status = STATUS_GOOD;

    if (output < 0) {
        g_free(names);
        return STATUS_FAILED;
    }
    for (unsigned i = 0; i < run->file_count; i++)
        names[i] = run->files[i].name;
    run->writer = uclog_writer_new(output, options.format && strcmp(options.format, "pcap") == 0, names);
    if (needs_window(run))
        run->window = uclog_window_new(options.trace, write_record, run);
    uclog_writer_flush(run->writer);
    convert(run, output);
    uclog_writer_flush(run->writer);
    error = uclog_writer_error(run->writer);
    if (!uclog_writer_free(run->writer) && !error)
        error = EIO;
    /* A reader that has seen enough (tshark -c, head) is no failure. */
    if (error && error != EPIPE) {
        clear_progress(run);
        fprintf(stderr, "uclog: writing: %s\n", strerror(error));
        status = STATUS_FAILED;
    }
    for (unsigned i = 0; i < run->file_count; i++) {
        if (run->files[i].reader.failed) {
            fprintf(stderr, "uclog: %s: %s\n", run->files[i].path, strerror(run->files[i].error));
            status = STATUS_FAILED;
        }
    }
    uclog_window_free(run->window);
    g_free(names);
    return status;
}

static int
run_files(char **paths)
{
    run_state_t run = { 0 };
    warning_context_t *places;
    int status;

    run.first_ms = run.last_ms = -1;
    run.file_count = g_strv_length(paths);
    if (!uclog_clock_init(&run.clock, options.utc ? "UTC" : options.zone && *options.zone ? options.zone : NULL)) {
        fprintf(stderr, "uclog: no such time zone: %s\n", options.zone);
        return STATUS_FAILED;
    }
    run.files = g_new0(uclog_file_t, run.file_count);
    places = g_new0(warning_context_t, run.file_count);
    for (unsigned i = 0; i < run.file_count; i++)
        run.files[i].fd = -1;
    status = open_files(&run, paths, places);
    if (status == STATUS_GOOD) {
        status = write_all(&run);
        if (status == STATUS_GOOD)
            print_summary(&run);
    }
    for (unsigned i = 0; i < run.file_count; i++)
        uclog_file_close(&run.files[i]);
    uclog_clock_clear(&run.clock);
    g_free(places);
    g_free(run.files);
    return status;
}

/* Opens and closes the FIFO when there is nothing to write. Wireshark's capture child may have it open by now and
 * waits for a first writer, for ever where none comes; it need not have got that far, so it is given some seconds. */
static void
release_reader(const char *fifo)
{
    for (int tries = 0; tries < RELEASE_TRIES && !stopped && !uclog_os_release(fifo); tries++)
        g_usleep(RELEASE_POLL_MS * 1000);
}

/* Answers Wireshark, or captures for it. */
static int
run_extcap(void)
{
    char *paths[] = { options.file, NULL };
    int status = STATUS_FAILED;

    if (options.interfaces) {
        uclog_extcap_interfaces();
        return STATUS_GOOD;
    }
    if (!options.interface || strcmp(options.interface, UCLOG_INTERFACE) != 0) {
        fprintf(stderr, "uclog: the interface is --extcap-interface " UCLOG_INTERFACE "\n");
        return STATUS_FAILED;
    }
    if (options.dlts) {
        uclog_extcap_dlts();
        return STATUS_GOOD;
    }
    if (options.config) {
        uclog_extcap_config();
        return STATUS_GOOD;
    }
    if (options.fifo && options.file && *options.file)
        status = run_files(paths);
    else
        fprintf(stderr, "uclog: choose a log file in the options of the interface (--file), and a --fifo\n");
    if (options.fifo && status != STATUS_GOOD)
        release_reader(options.fifo);
    return status;
}

int
main(int argc, char **argv)
{
    GOptionContext *context = g_option_context_new("- client and server logs as a capture");
    GOptionGroup *group =
        g_option_group_new("extcap", "What Wireshark calls", "Show what Wireshark calls", NULL, NULL);
    char **words = program_begin(argv);
    GError *error = NULL;
    int status;

    (void)argc;
    g_option_group_add_entries(group, extcap_entries);
    g_option_context_add_group(context, group);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, "Writes the SIP messages of the logs, merged by time, as a capture:\n"
                                          "  uclog Lync-UccApi-0.UccApilog | tshark -r - -Y icewarn");
    if (!g_option_context_parse_strv(context, &words, &error)) {
        fprintf(stderr, "uclog: %s (uclog --help)\n", error->message);
        status = STATUS_FAILED;
    } else if (options.version) {
        printf("uclog %s\n", MSICE_VERSION);
        status = STATUS_GOOD;
    } else if (options.format && strcmp(options.format, "pcap") != 0 && strcmp(options.format, "pcapng") != 0) {
        fprintf(stderr, "uclog: -F takes pcapng or pcap\n");
        status = STATUS_FAILED;
    } else {
        uclog_os_catch_signals(stop);
        if (options.interfaces || options.dlts || options.config || options.capture) {
            status = run_extcap();
        } else if (!options.paths) {
            fprintf(stderr, "uclog: name a log file (uclog --help)\n");
            status = STATUS_FAILED;
        } else {
            status = run_files(options.paths);
        }
    }
    uclog_record_free_store();
    g_strfreev(words);
    g_option_context_free(context);
    return status;
}
