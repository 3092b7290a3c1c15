/* icewarn-input.c
 * What icewarn reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "commands/icewarn-input.h"

#include "knowledge/array.h"

/* The input is read in pieces. What begins in the last part of one is looked at together with the next; a little of
 * what was searched already is kept, because the finder looks at what stands before a name. */
#ifndef ICEWARN_PIECE /* smaller in the fuzzer, whose inputs are short */
#define ICEWARN_PIECE (1024U * 1024U)
#endif
#define LAST   (4U * HEADER_VALUE_MAX)
#define BEFORE 512U

typedef enum { UNKNOWN, BYTES, UTF16_LE, UTF16_BE } encoding_t;

typedef struct {
    FILE *file;
    encoding_t encoding;
    unsigned high; /* first half of a pair of UTF-16 */
    int odd;       /* first byte of a unit of UTF-16, -1 when none */

    GString *text;  /* of the input, what was not searched yet and a little before it */
    uint64_t lines; /* of the input before the text */
    /* In quoted-printable a line may be broken anywhere, in the middle of a number, by "=" at its end. Such lines are
     * joined before they are searched; where that was done says how lines count. */
    bool quoted_printable;
    gsize joined;   /* lines are joined up to here */
    GArray *breaks; /* gsize: where in the text lines were joined */
} input_t;

/* Lines of quoted-printable are not longer (RFC 2045 6.7). */
#define MAX_QUOTED_PRINTABLE 76

void
icewarn_find_in_argument(const char *text, icewarn_find_t find, void *data)
{
    msdiag_finder_t finder;
    msdiag_found_t found;

    msdiag_finder_init(&finder, text, (unsigned)MIN(strlen(text), ICEWARN_PIECE), MSDIAG_FIND_ALL);
    while (msdiag_finder_next(&finder, &found))
        find(data, text, &found, 0);
    msdiag_finder_clear(&finder);
}

static void
append_utf16_unit(input_t *input, unsigned unit)
{
    if (unit >= 0xD800 && unit < 0xDC00) {
        input->high = unit;
        return;
    }
    if (unit >= 0xDC00 && unit < 0xE000)
        unit = input->high ? 0x10000 + ((input->high - 0xD800) << 10) + (unit - 0xDC00) : 0xFFFD;
    input->high = 0;
    g_string_append_unichar(input->text, unit ? unit : ' ');
}

static void
append_utf16(input_t *input, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned byte = (unsigned char)bytes[i], first = (unsigned)input->odd;

        if (input->odd < 0) {
            input->odd = (int)byte;
            continue;
        }
        append_utf16_unit(input, input->encoding == UTF16_BE ? first << 8 | byte : byte << 8 | first);
        input->odd = -1;
    }
}

/* The byte order mark tells the encoding; returns its length. */
static size_t
find_encoding(input_t *input, const char *bytes, size_t size)
{
    static const struct {
        const char *mark;
        size_t length;
        encoding_t encoding;
    } marks[] = { { "\xEF\xBB\xBF", 3, BYTES }, { "\xFF\xFE", 2, UTF16_LE }, { "\xFE\xFF", 2, UTF16_BE } };

    input->encoding = BYTES;
    for (size_t i = 0; i < array_length(marks); i++)
        if (size >= marks[i].length && memcmp(bytes, marks[i].mark, marks[i].length) == 0) {
            input->encoding = marks[i].encoding;
            return marks[i].length;
        }
    return 0;
}

/* Whether the line from start to end, where its line feed stands, goes on in the next one; then stores in *mark where
 * the "=" stands that says so. */
static bool
is_broken(const char *text, gsize start, gsize end, gsize *mark)
{
    if (end > start && text[end - 1] == '\r')
        end--;
    *mark = end - 1;
    return end > start && end - start <= MAX_QUOTED_PRINTABLE && text[end - 1] == '=';
}

/* Joins the lines of quoted-printable text that were broken, as far as they are there. */
static void
join_lines(input_t *input)
{
    char *text = input->text->str;
    gsize length = input->text->len, from = input->joined, to = from, mark;
    const char *feed = g_strrstr_len(text + from, (gssize)(length - from), "\n");

    if (!feed)
        return;
    input->quoted_printable |= g_strstr_len(text + from, (gssize)(length - from), "=3D") != NULL;
    input->joined = (gsize)(feed - text) + 1;
    if (!input->quoted_printable)
        return;
    while (from < length && (feed = memchr(text + from, '\n', length - from)) != NULL) {
        gsize end = (gsize)(feed - text);
        bool broken = is_broken(text, from, end, &mark);
        gsize kept = (broken ? mark : end + 1) - from;

        memmove(text + to, text + from, kept);
        to += kept;
        from = end + 1;
        if (broken)
            g_array_append_val(input->breaks, to);
    }
    input->joined = to;
    g_string_erase(input->text, (gssize)to, (gssize)(from - to));
}

/* Appends what can be read to the text, about a piece; false at the end of the input. */
static bool
read_piece(input_t *input)
{
    static char buffer[MIN(65536, ICEWARN_PIECE)];
    gsize enough = input->text->len + ICEWARN_PIECE;
    size_t size = 1;

    while (input->text->len < enough && size > 0) {
        size_t start;

        size = fread(buffer, 1, sizeof buffer, input->file);
        start = input->encoding == UNKNOWN ? find_encoding(input, buffer, size) : 0;
        if (input->encoding == BYTES)
            g_string_append_len(input->text, buffer + start, (gssize)(size - start));
        else
            append_utf16(input, buffer + start, size - start);
    }
    join_lines(input);
    return size > 0;
}

static unsigned
count_lines(const char *text, gsize length)
{
    const char *feed;
    unsigned count = 0;

    for (gsize pos = 0; pos < length && (feed = memchr(text + pos, '\n', length - pos)) != NULL; count++)
        pos = (gsize)(feed - text) + 1;
    return count;
}

/* How many lines were joined before a place of the text. */
static unsigned
breaks_before(const input_t *input, gsize pos)
{
    unsigned first = 0, last = input->breaks->len;

    while (first < last) {
        unsigned middle = (first + last) / 2;

        if (g_array_index(input->breaks, gsize, middle) <= pos)
            first = middle + 1;
        else
            last = middle;
    }
    return first;
}

/* Finds what begins in the text from pos up to stop; returns where the search ended. */
static unsigned
find_in_piece(const input_t *input, unsigned pos, unsigned stop, icewarn_find_t find, void *data)
{
    const GString *text = input->text;
    msdiag_finder_t finder;
    msdiag_found_t found;

    msdiag_finder_init(&finder, text->str, (unsigned)text->len, MSDIAG_FIND_ALL);
    finder.pos = pos;
    pos = stop;
    while (msdiag_finder_next(&finder, &found) && found.name.offset < stop) {
        find(data, text->str, &found, input->lines + found.line + breaks_before(input, found.name.offset));
        pos = MAX(stop, found.raw.offset + found.raw.length);
    }
    msdiag_finder_clear(&finder);
    return pos;
}

/* Forgets the text before a place. */
static void
drop(input_t *input, gsize size)
{
    unsigned breaks = size ? breaks_before(input, size - 1) : 0;

    input->lines += count_lines(input->text->str, size) + breaks;
    g_array_remove_range(input->breaks, 0, breaks);
    for (unsigned i = 0; i < input->breaks->len; i++)
        g_array_index(input->breaks, gsize, i) -= size;
    g_string_erase(input->text, 0, (gssize)size);
    input->joined -= MIN(size, input->joined);
}

void
icewarn_find_in_stream(FILE *file, icewarn_find_t find, void *data)
{
    input_t input = {
        .file = file,
        .odd = -1,
        .text = g_string_new(NULL),
        .breaks = g_array_new(FALSE, FALSE, sizeof(gsize)),
    };
    unsigned pos = 0;
    bool more = true;

    while (more) {
        unsigned length, stop, keep;

        more = read_piece(&input);
        length = (unsigned)input.text->len;
        stop = more ? length - MIN(length, LAST) : length;
        pos = find_in_piece(&input, pos, MAX(pos, stop), find, data);
        keep = pos - MIN(pos, BEFORE);
        drop(&input, keep);
        pos -= keep;
    }
    g_string_free(input.text, TRUE);
    g_array_free(input.breaks, TRUE);
}
