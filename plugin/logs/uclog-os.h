/* uclog-os.h
 * What GLib has no name for and systems do differently: files that are replaced while they are read, pipes whose
 * reader goes away, the way a program is stopped. uclog-os.c for POSIX, uclog-os-windows.c for Windows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_OS_H
#define MSICE_UCLOG_OS_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

enum { UCLOG_STDIN, UCLOG_STDOUT, UCLOG_STDERR };

/* What is told of a file. */
typedef struct {
    uint64_t volume, number; /* two files differ in one of them */
    uint64_t size;
    int64_t written; /* when, in seconds since 1970 */
    bool regular;
    bool folder;
} uclog_status_t;

/* All return what their namesakes in C do: -1 or false with errno set where they fail. */

/* Opens a file for reading so that others may write, rename and delete it. "-" is standard input. */
int uclog_os_open(const char *path);

/* Creates a file, or opens the pipe of this name, for writing. NULL and "-" are standard output. */
int uclog_os_create(const char *path);

gssize uclog_os_read(int fd, void *buffer, size_t size);
gssize uclog_os_write(int fd, const void *data, size_t size);
bool uclog_os_seek(int fd, uint64_t position);
bool uclog_os_close(int fd);
bool uclog_os_is_terminal(int fd);

bool uclog_os_status(int fd, uclog_status_t *status);
bool uclog_os_status_of(const char *path, uclog_status_t *status);

/* Waits that long, less if it is seen that nobody reads the output any more; false then. */
bool uclog_os_wait(int output, unsigned milliseconds);

/* Has `stop` called when the program is to end, and a broken pipe told by the write. */
void uclog_os_catch_signals(void (*stop)(int number));

/* Opens and closes a pipe that Wireshark waits for and that gets no data; false: it has to be tried again. */
bool uclog_os_release(const char *pipe);

#endif
