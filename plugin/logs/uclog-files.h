/* uclog-files.h
 * The log files that are read: opening, following, merging by time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_FILES_H
#define MSICE_UCLOG_FILES_H

#include <signal.h>

#include "logs/uclog-reader.h"

/* A file, or standard input. */
typedef struct {
    const char *path; /* "-": standard input */
    char *name;       /* without the folders */
    int fd;
    bool follow;
    bool line_open; /* what was read last was not a line feed */
    int error;      /* errno of a failed read */
    uint64_t position;
    uint64_t size;                   /* 0: not known */
    void (*progress)(void *context); /* called after each read; NULL: not wanted */
    void *context;
    const volatile sig_atomic_t *stopped; /* the file ends where this is set; NULL: nothing stops it */
    uclog_reader_t reader;
    uclog_record_t *head; /* the next record, already read */
} uclog_file_t;

/* Opens a file for reading as a log. `follow`: it may grow, and be replaced by a new one of the same name.
 * Returns false with errno set if it cannot be opened. */
bool uclog_file_open(uclog_file_t *file, const char *path, bool follow, const uclog_sink_t *sink);
void uclog_file_close(uclog_file_t *file);

/* The earliest of the next records of all files (the caller owns it). NULL: the end of all, or nothing yet.
 */
uclog_record_t *uclog_files_next(uclog_file_t *files, unsigned count, bool follow);

#endif
