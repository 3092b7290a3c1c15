/* icewarn-input.c
 * What icewarn reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "commands/icewarn-input.h"

/* The input is read in pieces. What begins in the last part of one is looked at together with the next; a little of
 * what was searched already is kept, because the finder looks at what stands before a name. */
#define PIECE  (1024U * 1024U)
#define LAST   (4U * HEADER_VALUE_MAX)
#define BEFORE 512U

typedef enum { UNKNOWN, BYTES, UTF16_LE, UTF16_BE } encoding_t;

typedef struct {
    FILE *file;
    encoding_t encoding;
    unsigned high; /* first half of a pair of UTF-16 */
    int odd;       /* first byte of a unit of UTF-16, -1 when none */
} input_t;

void
icewarn_find_in_argument(const char *text, icewarn_find_t find, void *data)
{
    msdiag_finder_t finder;
    msdiag_found_t found;

    msdiag_finder_init(&finder, text, (unsigned)MIN(strlen(text), PIECE), MSDIAG_FIND_ALL);
    while (msdiag_finder_next(&finder, &found))
        find(data, text, &found, 0);
    msdiag_finder_clear(&finder);
}

static void
append_utf16_unit(input_t *input, GString *text, unsigned unit)
{
    if (unit >= 0xD800 && unit < 0xDC00) {
        input->high = unit;
        return;
    }
    if (unit >= 0xDC00 && unit < 0xE000)
        unit = input->high ? 0x10000 + ((input->high - 0xD800) << 10) + (unit - 0xDC00) : 0xFFFD;
    input->high = 0;
    g_string_append_unichar(text, unit ? unit : ' ');
}

static void
append_utf16(input_t *input, GString *text, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned byte = (unsigned char)bytes[i];

        if (input->odd < 0) {
            input->odd = (int)byte;
            continue;
        }
        append_utf16_unit(input, text,
                          input->encoding == UTF16_BE ? (unsigned)input->odd << 8 | byte
                                                      : byte << 8 | (unsigned)input->odd);
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
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (size >= marks[i].length && memcmp(bytes, marks[i].mark, marks[i].length) == 0) {
            input->encoding = marks[i].encoding;
            return marks[i].length;
        }
    return 0;
}

/* Appends what can be read to text, about a piece; false at the end of the input. */
static bool
read_piece(input_t *input, GString *text)
{
    static char buffer[65536];
    gsize enough = text->len + PIECE;

    while (text->len < enough) {
        size_t size = fread(buffer, 1, sizeof buffer, input->file);
        size_t start = input->encoding == UNKNOWN ? find_encoding(input, buffer, size) : 0;

        if (size == 0)
            return false;
        if (input->encoding == BYTES)
            g_string_append_len(text, buffer + start, (gssize)(size - start));
        else
            append_utf16(input, text, buffer + start, size - start);
    }
    return true;
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

/* Finds what begins in text from pos up to stop, below lines others; returns where the search ended. */
static unsigned
find_in_piece(const GString *text, unsigned pos, unsigned stop, uint64_t lines, icewarn_find_t find, void *data)
{
    msdiag_finder_t finder;
    msdiag_found_t found;

    msdiag_finder_init(&finder, text->str, (unsigned)text->len, MSDIAG_FIND_ALL);
    finder.pos = pos;
    pos = stop;
    while (msdiag_finder_next(&finder, &found) && found.name.offset < stop) {
        find(data, text->str, &found, lines + found.line);
        pos = MAX(stop, found.raw.offset + found.raw.length);
    }
    msdiag_finder_clear(&finder);
    return pos;
}

void
icewarn_find_in_stream(FILE *file, icewarn_find_t find, void *data)
{
    input_t input = { .file = file, .odd = -1 };
    GString *text = g_string_new(NULL);
    uint64_t lines = 0;
    unsigned pos = 0;
    bool more = true;

    while (more) {
        unsigned keep;

        more = read_piece(&input, text);
        pos = find_in_piece(text, pos, (unsigned)text->len - (more ? LAST : 0), lines, find, data);
        keep = pos - MIN(pos, BEFORE);
        lines += count_lines(text->str, keep);
        g_string_erase(text, 0, (gssize)keep);
        pos -= keep;
    }
    g_string_free(text, TRUE);
}
