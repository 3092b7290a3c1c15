/* uclog-files.c
 * The log files that are read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-files.h"

#include "knowledge/array.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* If there is another file of this name now, or the file was emptied: goes to its start. */
static bool
take_new_file(uclog_file_t *file)
{
    struct stat now, here;
    int fd;

    if (stat(file->path, &now) != 0 || fstat(file->fd, &here) != 0)
        return false;
    if (now.st_ino == here.st_ino && now.st_dev == here.st_dev) {
        if ((uint64_t)now.st_size >= file->position)
            return false;
        if (lseek(file->fd, 0, SEEK_SET) != 0)
            return false;
    } else {
        fd = open(file->path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return false;
        close(file->fd);
        file->fd = fd;
    }
    file->position = 0;
    return true;
}

static ssize_t
read_some(uclog_file_t *file, void *buffer, size_t size)
{
    ssize_t got;

    do {
        got = read(file->fd, buffer, size);
    } while (got < 0 && errno == EINTR);
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
    ssize_t got = pread(file->fd, start, sizeof start, 0);

    for (size_t i = 0; i < array_length(marks); i++) {
        if (got >= (ssize_t)marks[i].length && memcmp(start, marks[i].bytes, marks[i].length) == 0 &&
            lseek(file->fd, marks[i].length, SEEK_SET) == (off_t)marks[i].length)
            file->position = marks[i].length;
    }
}

static int64_t
read_file(void *context, void *buffer, size_t size)
{
    uclog_file_t *file = context;
    ssize_t got = read_some(file, buffer, size);

    if (got == 0 && file->follow && file->fd != STDIN_FILENO) {
        bool line_open = file->line_open;

        /* Whoever replaced the file may have written to the old one until a moment ago. */
        struct stat now, here;

        if (stat(file->path, &now) == 0 && fstat(file->fd, &here) == 0 && now.st_ino != here.st_ino)
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
    struct stat status;

    file->path = path;
    file->follow = follow;
    file->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0)
        return false;
    if (fstat(file->fd, &status) != 0)
        return false;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (S_ISREG(status.st_mode))
        file->size = (uint64_t)status.st_size;
#ifdef POSIX_FADV_SEQUENTIAL
    posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
    file->name = file->fd == STDIN_FILENO ? g_strdup("standard input") : g_path_get_basename(path);
    uclog_reader_init(&file->reader, read_file, file, 0, sink);
    uclog_clock_date(sink->clock, S_ISREG(status.st_mode) ? status.st_mtime : time(NULL), &file->reader.sink.written);
    return true;
}

void
uclog_file_close(uclog_file_t *file)
{
    uclog_record_free(file->head);
    if (file->reader.lines)
        uclog_reader_clear(&file->reader);
    if (file->fd > STDIN_FILENO)
        close(file->fd);
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
