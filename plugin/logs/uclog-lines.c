/* uclog-lines.c
 * A log as a stream of lines, whatever its encoding and line ends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-lines.h"

#include "knowledge/array.h"

#include <string.h>

#include <glib.h>

/* Holds the longest line that is handed out in one piece. */
#ifndef UCLOG_BUFFER_SIZE /* smaller in the fuzzer, whose lines are short */
#define UCLOG_BUFFER_SIZE (128U * 1024U)
#endif

typedef enum { ENCODING_UNKNOWN, ENCODING_BYTES, ENCODING_UTF16_LE, ENCODING_UTF16_BE } encoding_t;

struct uclog_lines_t {
    uclog_read_function_t read;
    void *context;
    encoding_t coding;
    bool at_end;
    bool continued;
    uint64_t number;
    int64_t offset; /* of buffer[start] */
    size_t start, fill;
    char *buffer;
    GString *decoded; /* the current line of a UTF-16 file */
#ifdef UCLOG_EXACT_MEMORY
    char *exact;
#endif
};

uclog_lines_t *
uclog_lines_new(uclog_read_function_t read, void *context, int64_t offset)
{
    uclog_lines_t *lines = g_new0(uclog_lines_t, 1);

    lines->read = read;
    lines->context = context;
    lines->offset = offset;
    lines->coding = offset > 0 ? ENCODING_BYTES : ENCODING_UNKNOWN;
    lines->buffer = g_malloc(UCLOG_BUFFER_SIZE);
    return lines;
}

void
uclog_lines_free(uclog_lines_t *lines)
{
    if (!lines)
        return;
    if (lines->decoded)
        g_string_free(lines->decoded, TRUE);
    g_free(lines->buffer);
#ifdef UCLOG_EXACT_MEMORY
    g_free(lines->exact);
#endif
    g_free(lines);
}

bool
uclog_lines_is_utf16(const uclog_lines_t *lines, bool *big_endian)
{
    *big_endian = lines->coding == ENCODING_UTF16_BE;
    return lines->coding == ENCODING_UTF16_LE || lines->coding == ENCODING_UTF16_BE;
}

void
uclog_lines_set_utf16(uclog_lines_t *lines, bool utf16, bool big_endian)
{
    lines->coding = !utf16 ? ENCODING_BYTES : big_endian ? ENCODING_UTF16_BE : ENCODING_UTF16_LE;
}

static void
skip(uclog_lines_t *lines, size_t count)
{
    lines->start += count;
    lines->offset += (int64_t)count;
}

/* The first bytes tell the encoding. Without a byte order mark ASCII in UTF-16 shows by its zeros. */
static void
find_encoding(uclog_lines_t *lines)
{
    static const struct {
        unsigned char bytes[4];
        unsigned length, mask; /* mask: 2 = only bytes 1 and 3 are compared, 1 = only bytes 0 and 2 */
        unsigned mark;         /* how many of them are a mark, not text */
        encoding_t coding;
    } marks[] = {
        { { 0xEF, 0xBB, 0xBF }, 3, 0, 3, ENCODING_BYTES }, { { 0xFF, 0xFE }, 2, 0, 2, ENCODING_UTF16_LE },
        { { 0xFE, 0xFF }, 2, 0, 2, ENCODING_UTF16_BE },    { { 0, 0, 0, 0 }, 4, 2, 0, ENCODING_UTF16_LE },
        { { 0, 0, 0, 0 }, 4, 1, 0, ENCODING_UTF16_BE },
    };
    const unsigned char *text = (const unsigned char *)lines->buffer + lines->start;
    size_t length = lines->fill - lines->start;

    lines->coding = ENCODING_BYTES;
    for (size_t i = 0; i < array_length(marks); i++) {
        bool same = length >= marks[i].length;

        for (unsigned k = 0; same && k < marks[i].length; k++) {
            if (marks[i].mask == 0)
                same = text[k] == marks[i].bytes[k];
            else
                same = (text[k] == 0) == ((k & 1U) == (marks[i].mask == 2));
        }
        if (same) {
            lines->coding = marks[i].coding;
            skip(lines, marks[i].mark);
            return;
        }
    }
}

/* Appends to the buffer. Returns what the read function returned. */
static int64_t
fill(uclog_lines_t *lines)
{
    int64_t got;

    if (lines->start > 0) {
        memmove(lines->buffer, lines->buffer + lines->start, lines->fill - lines->start);
        lines->fill -= lines->start;
        lines->start = 0;
    }
    got = lines->read(lines->context, lines->buffer + lines->fill, UCLOG_BUFFER_SIZE - lines->fill);
    if (got > 0)
        lines->fill += (size_t)got;
    return got;
}

/* The line feed in `length` bytes of UTF-16 text; NULL if there is none. */
static const char *
find_utf16_line_feed(const char *text, size_t length, bool big_endian)
{
    for (size_t i = 0; i + 1 < length; i += 2) {
        if (text[i + (big_endian ? 1 : 0)] == '\n' && text[i + (big_endian ? 0 : 1)] == 0)
            return text + i;
    }
    return NULL;
}

/* Decodes `length` bytes of UTF-16 into lines->decoded. */
static void
decode_utf16(uclog_lines_t *lines, const char *text, size_t length)
{
    bool big_endian = lines->coding == ENCODING_UTF16_BE;
    unsigned high = 0;

    if (!lines->decoded)
        lines->decoded = g_string_sized_new(256);
    g_string_truncate(lines->decoded, 0);
    for (size_t i = 0; i + 1 < length; i += 2) {
        unsigned first = (unsigned char)text[i], second = (unsigned char)text[i + 1];
        unsigned unit = big_endian ? first << 8 | second : second << 8 | first;

        if (unit >= 0xD800 && unit < 0xDC00) {
            high = unit;
            continue;
        }
        if (unit >= 0xDC00 && unit < 0xE000)
            unit = high ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : 0xFFFD;
        high = 0;
        g_string_append_unichar(lines->decoded, unit);
    }
}

/* Hands out `length` bytes from the buffer as a line; `feed` is the size of the line feed behind them. */
static void
hand_out(uclog_lines_t *lines, uclog_line_t *line, size_t length, size_t feed)
{
    const char *text = lines->buffer + lines->start;

    line->continued = lines->continued;
    line->offset = lines->offset;
    if (!lines->continued)
        lines->number++;
    line->number = lines->number;
    lines->continued = feed == 0;
    if (lines->coding == ENCODING_BYTES) {
        line->text = text;
        line->length = length;
    } else {
        decode_utf16(lines, text, length);
        line->length = lines->decoded->len;
        if (feed)
            g_string_append_c(lines->decoded, '\n');
        line->text = lines->decoded->str;
    }
    line->end = feed ? 1 : 0;
    if (feed && line->length && line->text[line->length - 1] == '\r') {
        line->end = 2;
        line->length--;
        /* Written twice through a text mode: CR CR LF. The last CR is the one before the line feed. */
        while (line->length && line->text[line->length - 1] == '\r') {
            line->length--;
            line->end = 1;
        }
    }
    skip(lines, length + feed);
}

/* The next line, where it is not simply the next bytes of the buffer. */
static int
next_with_reading(uclog_lines_t *lines, uclog_line_t *line, bool last)
{
    size_t searched = 0;

    for (;;) {
        const char *text = lines->buffer + lines->start;
        size_t length = lines->fill - lines->start;
        const char *feed = NULL;

        if (lines->coding == ENCODING_BYTES)
            feed = length > searched ? memchr(text + searched, '\n', length - searched) : NULL;
        else if (lines->coding != ENCODING_UNKNOWN)
            feed = find_utf16_line_feed(text + searched, length - searched, lines->coding == ENCODING_UTF16_BE);
        if (feed) {
            hand_out(lines, line, (size_t)(feed - text), lines->coding == ENCODING_BYTES ? 1 : 2);
            return 1;
        }
        /* The encoding mark is still to be skipped, or the rest is searched only once. */
        searched =
            lines->coding == ENCODING_UNKNOWN ? 0 : length & ~(size_t)(lines->coding == ENCODING_BYTES ? 0 : 1);
        if (length == UCLOG_BUFFER_SIZE) {
            hand_out(lines, line, length, 0);
            return 1;
        }

        int64_t got = fill(lines);

        if (got < 0)
            return -1;
        if (lines->coding == ENCODING_UNKNOWN && (lines->fill - lines->start >= 4 || (got == 0 && last)))
            find_encoding(lines);
        if (got == 0) {
            length = lines->fill - lines->start;
            if (!last || length == 0)
                return 0;
            hand_out(lines, line, length, 0);
            return 1;
        }
    }
}

static int
next_line(uclog_lines_t *lines, uclog_line_t *line, bool last)
{
    const char *text = lines->buffer + lines->start, *feed;
    size_t length;

    /* Nearly every line: it lies in the buffer, ready to be shown. */
    if (lines->coding != ENCODING_BYTES || lines->continued || lines->start == lines->fill ||
        (feed = memchr(text, '\n', lines->fill - lines->start)) == NULL)
        return next_with_reading(lines, line, last);
    length = (size_t)(feed - text);
    if (length && feed[-1] == '\r') {
        if (length > 1 && feed[-2] == '\r')
            return next_with_reading(lines, line, last);
        line->length = length - 1;
        line->end = 2;
    } else {
        line->length = length;
        line->end = 1;
    }
    line->text = text;
    line->continued = false;
    line->offset = lines->offset;
    line->number = ++lines->number;
    skip(lines, length + 1);
    return 1;
}

int
uclog_lines_next(uclog_lines_t *lines, uclog_line_t *line, bool last)
{
    int got = next_line(lines, line, last);

#ifdef UCLOG_EXACT_MEMORY /* in the fuzzer: whoever reads beyond the line is seen */
    if (got > 0) {
        g_free(lines->exact);
        lines->exact = g_malloc(line->length + (line->end == 2 ? 2 : 0) + (line->length == 0 && line->end != 2));
        memcpy(lines->exact, line->text, line->length + (line->end == 2 ? 2 : 0));
        line->text = lines->exact;
    }
#endif
    return got;
}

bool
uclog_line_value(const uclog_line_t *line, const char *key, const char **value, size_t *length)
{
    size_t key_length;

    if (line->continued || line->length == 0 || line->text[0] != key[0])
        return false;
    key_length = strlen(key);
    if (line->length < key_length || memcmp(line->text, key, key_length) != 0)
        return false;
    *value = line->text + key_length;
    *length = line->length - key_length;
    while (*length && **value == ' ') {
        (*value)++;
        (*length)--;
    }
    while (*length && (*value)[*length - 1] == ' ')
        (*length)--;
    return true;
}
