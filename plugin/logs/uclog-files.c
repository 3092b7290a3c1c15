/* uclog-files.c
 * The log files that are read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-files.h"

#include "knowledge/array.h"

#include "logs/uclog-os.h"

#include <errno.h>

static bool
same_file(const uclog_status_t *one, const uclog_status_t *other)
{
    return one->volume == other->volume && one->number == other->number;
}

/* If there is another file of this name now, or the file was emptied: goes to its start. */
static bool
take_new_file(uclog_file_t *file)
{
    uclog_status_t now, here;
    int fd;

    if (!uclog_os_status_of(file->path, &now) || !uclog_os_status(file->fd, &here))
        return false;
    if (same_file(&now, &here)) {
        if (now.size >= file->position || !uclog_os_seek(file->fd, 0))
            return false;
    } else {
        fd = uclog_os_open(file->path);
        if (fd < 0)
            return false;
        uclog_os_close(file->fd);
        file->fd = fd;
    }
    file->position = 0;
    return true;
}

static gssize
read_some(uclog_file_t *file, void *buffer, size_t size)
{
    gssize got = uclog_os_read(file->fd, buffer, size);

    if (got > 0) {
        file->position += (uint64_t)got;
        file->line_open = ((char *)buffer)[got - 1] != '\n' && ((char *)buffer)[got - 1] != '\0';
    }
    return got;
}

/* What a new file starts with is read as text in the middle of the stream: its byte order mark is left out.
 */
static void
skip_mark(uclog_file_t *file)
{
    static const struct {
        char bytes[4];
        unsigned length;
    } marks[] = { { "\xEF\xBB\xBF", 3 }, { "\xFF\xFE", 2 }, { "\xFE\xFF", 2 } };
    char start[3];
    gssize got = uclog_os_read(file->fd, start, sizeof start);

    for (size_t i = 0; i < array_length(marks); i++) {
        if (got >= (gssize)marks[i].length && memcmp(start, marks[i].bytes, marks[i].length) == 0)
            file->position = marks[i].length;
    }
    uclog_os_seek(file->fd, file->position);
}

static int64_t
read_file(void *context, void *buffer, size_t size)
{
    uclog_file_t *file = context;
    gssize got;

    if (file->stopped && *file->stopped)
        return 0;
    got = read_some(file, buffer, size);
    if (got == 0 && file->follow && file->fd != UCLOG_STDIN) {
        bool line_open = file->line_open;

        /* Whoever replaced the file may have written to the old one until a moment ago. */
        uclog_status_t now, here;

        if (uclog_os_status_of(file->path, &now) && uclog_os_status(file->fd, &here) && !same_file(&now, &here))
            got = read_some(file, buffer, size);
        if (got == 0 && take_new_file(file)) {
            skip_mark(file);
            if (line_open) {
                /* The old file ended inside a line. */
                *(char *)buffer = '\n';
                file->line_open = false;
                got = 1;
            } else {
                got = read_some(file, buffer, size);
            }
        }
    }
    if (got < 0)
        file->error = errno;
    if (file->progress)
        file->progress(file->context);
    return got;
}

bool
uclog_file_open(uclog_file_t *file, const char *path, bool follow, const uclog_sink_t *sink)
{
    uclog_status_t status;

    file->path = path;
    file->follow = follow;
    file->fd = uclog_os_open(path);
    if (file->fd < 0 || !uclog_os_status(file->fd, &status))
        return false;
    if (status.folder) {
        errno = EISDIR;
        return false;
    }
    if (status.regular)
        file->size = status.size;
    file->name = file->fd == UCLOG_STDIN ? g_strdup("standard input") : g_path_get_basename(path);
    uclog_reader_init(&file->reader, read_file, file, 0, sink);
    file->reader.patient = true;
    uclog_clock_date(sink->clock, status.regular ? status.written : g_get_real_time() / G_USEC_PER_SEC,
                     &file->reader.sink.written);
    return true;
}

void
uclog_file_close(uclog_file_t *file)
{
    uclog_record_free(file->head);
    if (file->reader.lines)
        uclog_reader_clear(&file->reader);
    if (file->fd > UCLOG_STDIN)
        uclog_os_close(file->fd);
    g_free(file->name);
    memset(file, 0, sizeof *file);
}

/* Sees to it that the file's next record is there, if it has one. */
static void
fill_head(uclog_file_t *file, bool follow)
{
    if (!file->head && (file->reader.format || uclog_reader_detect(&file->reader, !follow) == UCLOG_LOG))
        file->head = uclog_reader_next(&file->reader, !follow);
}

uclog_record_t *
uclog_files_next(uclog_file_t *files, unsigned count, bool follow)
{
    uclog_file_t *first = NULL;
    uclog_record_t *record;

    for (unsigned i = 0; i < count; i++) {
        fill_head(&files[i], follow);
        if (files[i].head && (!first || files[i].head->time_ms < first->head->time_ms))
            first = &files[i];
    }
    if (!first)
        return NULL;
    record = first->head;
    first->head = NULL;
    return record;
}
