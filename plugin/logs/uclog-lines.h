/* uclog-lines.h
 * A log as a stream of lines, whatever its encoding and line ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_LINES_H
#define MSICE_UCLOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line, without its line end. The text is valid until the next call for this stream. `end` tells the line
 * end: 2 = CR LF (these two bytes follow the text), 1 = any other, 0 = none. */
typedef struct {
    const char *text;
    size_t length;
    unsigned end;
    bool continued;  /* a further piece of a line longer than the buffer */
    int64_t offset;  /* in the file */
    uint64_t number; /* from 1 */
} uclog_line_t;

/* Reads up to `size` bytes: the number read, 0 at the end (or nothing to read now), -1 on errors. */
typedef int64_t (*uclog_read_function_t)(void *context, void *buffer, size_t size);

typedef struct uclog_lines_t uclog_lines_t;

/* A stream of lines over `read`; `offset` is where the reading starts in the file. */
uclog_lines_t *uclog_lines_new(uclog_read_function_t read, void *context, int64_t offset);
void uclog_lines_free(uclog_lines_t *lines);

/* The next line. Returns 1, 0 at the end of the input, -1 on a read error.
 * `last` says that nothing will follow: a line without an end is handed out then, and kept for later
 * otherwise. */
int uclog_lines_next(uclog_lines_t *lines, uclog_line_t *line, bool last);

/* Whether the file is UTF-16; a stream that starts inside a file (offset > 0) has to be told. */
bool uclog_lines_is_utf16(const uclog_lines_t *lines, bool *big_endian);
void uclog_lines_set_utf16(uclog_lines_t *lines, bool utf16, bool big_endian);

/* Whether the line is "key value" (the key has its colon in it); *value and *length are the value, in the line,
 * without the spaces around it. */
bool uclog_line_value(const uclog_line_t *line, const char *key, const char **value, size_t *length);

#endif
