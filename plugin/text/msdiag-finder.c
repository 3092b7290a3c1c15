/* msdiag-finder.c
 * Finds the diagnostics headers and the ICEWarn values in any text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/msdiag-finder.h"

#include "knowledge/array.h"
#include "text/text-lines.h"

/* Between a name and its value stands no more than this. */
#define MAX_BETWEEN 256

/* So far the text before a name is looked at for a label or the beginning of a line. */
#define MAX_BEFORE 128

/* The words that are searched for, each in the middle of what it finds. */
#define WORD(text) text, sizeof(text) - 1
static const struct {
    const char *text;
    unsigned length;
    unsigned wanted;
} words[] = {
    { WORD("diagnostics"), MSDIAG_FIND_NAMED },
    { WORD("reason"), MSDIAG_FIND_NAMELESS },
    { WORD("icewarn"), MSDIAG_FIND_FLAGS },
};
#undef WORD

/* Letters of either case share a place in the table of shifts, with some other characters. */
#define PLACE(c) ((unsigned char)(c) % MSDIAG_FINDER_PLACES)

/* Horspool's search for several words at once: how far to go on when a byte stands where a word may end. */
static void
prepare_search(msdiag_finder_t *finder)
{
    unsigned shortest = UINT8_MAX;

    for (size_t i = 0; i < array_length(words); i++)
        if (finder->wanted & words[i].wanted)
            shortest = MIN(shortest, words[i].length);
    finder->shortest = shortest;
    memset(finder->shift, (int)shortest, sizeof finder->shift);
    for (size_t i = 0; i < array_length(words); i++)
        for (unsigned k = 0; finder->wanted & words[i].wanted && k + 1 < words[i].length; k++) {
            uint8_t *shift = &finder->shift[PLACE(words[i].text[k])];

            *shift = (uint8_t)MIN(*shift, words[i].length - 1 - k);
        }
}

void
msdiag_finder_init(msdiag_finder_t *finder, const char *text, unsigned length, unsigned wanted)
{
    memset(finder, 0, sizeof *finder);
    finder->reader.text = text;
    finder->reader.length = length;
    finder->wanted = wanted;
    finder->line = 1;
    prepare_search(finder);
}

void
msdiag_finder_clear(msdiag_finder_t *finder)
{
    if (finder->value)
        g_string_free(finder->value, TRUE);
    finder->value = NULL;
}

/* Whether a word ends at the byte last, and begins at finder->pos at the earliest. */
static bool
ends_word(const msdiag_finder_t *finder, size_t word, unsigned last)
{
    unsigned length = words[word].length;
    const char *text = finder->reader.text + last + 1 - length;

    return (finder->reader.text[last] | 0x20) == words[word].text[length - 1] && last + 1 - finder->pos >= length &&
           finder->wanted & words[word].wanted && g_ascii_strncasecmp(text, words[word].text, length) == 0;
}

/* The next of the words from finder->pos on: returns which, and stores where it begins; -1 when there is none. */
static int
next_word(const msdiag_finder_t *finder, unsigned *start)
{
    const char *text = finder->reader.text;
    unsigned length = finder->reader.length;

    if (length - finder->pos < finder->shortest)
        return -1;
    for (unsigned last = finder->pos + finder->shortest - 1; last < length; last += finder->shift[PLACE(text[last])])
        for (size_t i = 0; i < array_length(words); i++)
            if (ends_word(finder, i, last)) {
                *start = last + 1 - words[i].length;
                return (int)i;
            }
    return -1;
}

static uint64_t
line_of(msdiag_finder_t *finder, unsigned pos)
{
    const char *text = finder->reader.text, *feed;

    while (finder->counted < pos && (feed = memchr(text + finder->counted, '\n', pos - finder->counted)) != NULL) {
        finder->counted = (unsigned)(feed - text) + 1;
        finder->line++;
    }
    finder->counted = MAX(finder->counted, pos);
    return finder->line;
}

/* What stands between a name and its value. */
typedef struct {
    unsigned pos;       /* of the value */
    char sign;          /* what ties them: ":" or "=", "," between cells, ">" for a tag; NUL so far */
    char enclosure;     /* the quote that was opened and not closed; NUL when none */
    bool quoted;        /* there was a quote */
    bool crossed;       /* there was a line end */
    bool says_value;    /* as in {"name": "ms-diagnostics", "value": "…"} */
    bool value_follows; /* the end was reached */
} between_t;

/* A quote of any kind: the first behind the sign encloses the value, the one before the name may enclose both. */
static void
between_quote(between_t *between, char quote)
{
    between->quoted = true;
    if (between->sign)
        between->enclosure = between->enclosure == quote ? '\0' : quote;
    else if (between->enclosure == quote)
        between->enclosure = '\0';
}

/* A character between name and value; false when nothing can follow it. */
static bool
between_char(const text_reader_t *reader, between_t *between, char c)
{
    static const char more[] = "alue";

    if (g_ascii_isdigit(c) || (c == ';' && between->sign))
        between->value_follows = true;
    else if (c == '`' || c == '\'')
        between_quote(between, c);
    else if (strchr(":=>", c))
        between->sign = between->sign == ':' ? ':' : c;
    else if (strchr(",|", c))
        between->sign = between->sign ? between->sign : ',';
    else if ((c == 'v' || c == 'V') && (between->sign || between->quoted) && !between->says_value &&
             between->pos + 5 <= reader->length && !g_ascii_strncasecmp(reader->text + between->pos + 1, more, 4)) {
        between->says_value = true;
        between->sign = '\0';
        between->enclosure = '\0';
        between->pos += 4;
    } else if (!strchr("*_[]{}()", c))
        return false;
    return true;
}

/* Goes from the end of a name to its value; false when something else follows. */
static bool
go_between(const text_reader_t *reader, unsigned name, unsigned pos, between_t *between)
{
    unsigned start = pos;
    text_unit_t unit;

    *between = (between_t){ .pos = pos };
    if (name > 0 && strchr("\"'`", reader->text[name - 1]))
        between->enclosure = reader->text[name - 1];
    for (; between->pos - start < MAX_BETWEEN; between->pos += unit.length) {
        text_read(reader, between->pos, &unit);
        switch (unit.kind) {
        case TEXT_END:
            return false;
        case TEXT_LINE_END:
            if (!between->sign || between->crossed)
                return false;
            between->crossed = true;
            break;
        case TEXT_STOP: /* a tag */
            between->sign = between->sign ? between->sign : '>';
            between->crossed = false;
            break;
        case TEXT_QUOTE:
            between_quote(between, '"');
            break;
        case TEXT_CHAR:
            if (unit.size == 1 && unit.bytes[0] == '\t' && !between->sign)
                between->sign = ',';
            else if (!between_char(reader, between, unit.bytes[0]))
                return false;
            if (between->value_follows)
                return true;
            break;
        case TEXT_BLANK:
        case TEXT_NOTHING:
            break;
        }
    }
    return false;
}

/* Whether an error id as headers have it stands at pos, or, with a plain ":" before it, ";" and a parameter. */
static bool
is_id_at(const text_reader_t *reader, const between_t *between)
{
    unsigned pos = between->pos, start = pos;
    char c;

    while (pos < reader->length && pos - start < 20 && g_ascii_isdigit(reader->text[pos]))
        pos++;
    while (pos > start && pos + 1 < reader->length && pos - start < 40 && reader->text[pos] == '.' &&
           g_ascii_isdigit(reader->text[pos + 1]))
        for (pos++; pos < reader->length && g_ascii_isdigit(reader->text[pos]); pos++)
            ;
    c = pos < reader->length ? reader->text[pos] : ';';
    if (pos > start && between->says_value && between->enclosure && strchr("\"'\\", c))
        return true;
    /* "23 or 24" and "24." of a sentence are ids, a date or "1st" is none. */
    if (pos > start && between->sign == ':' && !between->crossed && !g_ascii_isalnum(c) && !strchr("-:/_%@", c))
        return true;
    while (pos < reader->length && (reader->text[pos] == ' ' || reader->text[pos] == '\t'))
        pos++;
    if (pos == reader->length || reader->text[pos] != ';')
        return false;
    return pos > start || (between->sign == ':' && !between->crossed && text_is_item_at(reader, pos + 1));
}

/* Begins to tell of a find: the finder's buffer is empty then, for the value. */
static void
begin_find(msdiag_finder_t *finder, msdiag_span_t name, msdiag_span_t raw, msdiag_found_t *found)
{
    memset(found, 0, sizeof *found);
    found->line = line_of(finder, name.offset);
    found->name = name;
    found->raw = raw;
    if (!finder->value)
        finder->value = g_string_new(NULL);
    g_string_truncate(finder->value, 0);
}

static void
end_find(const msdiag_finder_t *finder, msdiag_found_t *found)
{
    found->value = finder->value->str;
    found->length = (unsigned)finder->value->len;
}

/* The header of a name, whose value begins at pos. */
static void
read_header(msdiag_finder_t *finder, msdiag_span_t name, unsigned pos, char enclosure, msdiag_found_t *found)
{
    unsigned indent = text_indent_of(&finder->reader, name.offset);
    header_value_t value;

    begin_find(finder, name, (msdiag_span_t){ pos, 0 }, found);
    header_value_read(finder->reader.text, finder->reader.length, pos, enclosure, indent, &value, finder->value);
    found->is_header = true;
    found->raw.length = value.end - pos;
    found->verbatim = value.verbatim;
    found->end_is_cut = value.end_is_cut;
    end_find(finder, found);
}

/* A header with its name, which has "diagnostics" at pos. */
static bool
find_named(msdiag_finder_t *finder, unsigned pos, msdiag_found_t *found)
{
    unsigned name = 0;
    unsigned length = text_diagnostics_name_around(&finder->reader, pos, &name);
    between_t between;

    if (!length || name < finder->pos || !go_between(&finder->reader, name, name + length, &between) ||
        !is_id_at(&finder->reader, &between))
        return false;
    read_header(finder, (msdiag_span_t){ name, length }, between.pos, between.enclosure, found);
    return true;
}

/* Goes back from pos over the characters that what has. */
static unsigned
skip_back(const char *text, unsigned pos, const char *what)
{
    unsigned end = pos;

    while (pos > 0 && end - pos < MAX_BEFORE && text[pos - 1] && strchr(what, text[pos - 1]))
        pos--;
    return pos;
}

static bool
ends_with(const char *text, unsigned pos, const char *word)
{
    unsigned length = (unsigned)strlen(word);

    return pos >= length && g_ascii_strncasecmp(text + pos - length, word, length) == 0;
}

/* Whether a header without its name may begin at pos: at the start of a line or of a table's cell, or as the content
 * of the element diagHeader. The cell before must not name another header. */
static bool
may_begin_nameless(const char *text, unsigned pos)
{
    unsigned before = skip_back(text, pos, " \t\"'\\>|*`[");
    unsigned cell, name;

    if (before == 0 || strchr("\r\n", text[before - 1]) || text_escape_ends_at(text, before) ||
        text_escape_ends_at(text, skip_back(text, pos, " ")))
        return true;
    if (ends_with(text, skip_back(text, pos, " \t\r\n"), "diagHeader>") ||
        ends_with(text, skip_back(text, pos, " \t\r\n"), "diagHeader&gt;"))
        return true;
    cell = text[before - 1] == ',' || text[before - 1] == ';' ? before - 1 : before;
    if (cell == before && !memchr(text + before, '|', pos - before) && !memchr(text + before, '\t', pos - before))
        return false;
    cell = skip_back(text, cell, " \t\"'\\*`");
    for (name = cell; name > 0 && cell - name < MAX_BEFORE && text_is_name_char(text[name - 1]); name--)
        ;
    return !(name < cell && g_ascii_isalpha(text[name]) && memchr(text + name, '-', cell - name));
}

/* A header without its name, which has "reason" at pos. */
static bool
find_nameless(msdiag_finder_t *finder, unsigned pos, msdiag_found_t *found)
{
    const char *text = finder->reader.text;
    unsigned sign = pos + 6;
    unsigned start = skip_back(text, pos, " \t");
    between_t between = { .sign = ':' };

    while (sign < finder->reader.length && sign - pos < MAX_BEFORE && text[sign] == ' ')
        sign++;
    if (sign >= finder->reader.length || text[sign] != '=' || start == 0 || text[start - 1] != ';')
        return false;
    start = skip_back(text, skip_back(text, start - 1, " \t"), "0123456789.");
    between.pos = start;
    if (start < finder->pos || !g_ascii_isdigit(text[start]) || !is_id_at(&finder->reader, &between) ||
        !may_begin_nameless(text, start))
        return false;
    read_header(finder, (msdiag_span_t){ start, 0 }, start, '\0', found);
    return true;
}

/* The label of the medium right before the name at pos: "audio:ICEWarn". */
static msdiag_span_t
label_before(const char *text, unsigned pos)
{
    unsigned end = pos > 0 && text[pos - 1] == ':' ? pos - 1 : 0;
    unsigned start = end;

    while (start > 0 && end - start < MAX_BEFORE && (g_ascii_isalpha(text[start - 1]) || text[start - 1] == '-'))
        start--;
    while (start < end && text[start] == '-')
        start++;
    return (msdiag_span_t){ start, end - start };
}

/* The length of the number at pos, hexadecimal with 0x or decimal; 0 when there is none or text goes on it. */
static unsigned
number_length(const text_reader_t *reader, unsigned pos)
{
    const char *text = reader->text;
    bool hex = pos + 1 < reader->length && text[pos] == '0' && (text[pos + 1] | 0x20) == 'x';
    unsigned start = pos + (hex ? 2 : 0), end;

    for (end = start; end < reader->length && end - start < MAX_BEFORE; end++)
        if (hex ? !g_ascii_isxdigit(text[end]) : !g_ascii_isdigit(text[end]))
            break;
    if (end == start || (end < reader->length && (g_ascii_isalnum(text[end]) || text[end] == '_')))
        return 0;
    return end - pos;
}

/* Where the value begins when the text before it is quoted-printable: "=3D", and a quote or a soft line break. */
static unsigned
skip_quoted_printable(const text_reader_t *reader, unsigned pos)
{
    const char *text = reader->text;
    unsigned value = pos + 2;

    if (text[pos - 1] != '=' || reader->length - pos <= 2 || g_ascii_strncasecmp(text + pos, "3D", 2) != 0)
        return pos;
    while (value < reader->length && value - pos < 6 && strchr("\"=\r\n", text[value]))
        value++;
    return value;
}

/* Whether what stands between the name and a number of length bytes makes that its value. A sentence may say
 * "ICEWarn: 23 calls": plain decimals behind ":" are only of reports. The text of an element may stand in a line of
 * its own. */
static bool
is_flags_value(const text_reader_t *reader, const between_t *between, unsigned length, bool is_report)
{
    bool hex = length > 2 && (reader->text[between->pos + 1] | 0x20) == 'x';

    return length && between->sign && (!between->crossed || (is_report && between->sign == '>')) &&
           (is_report || hex || between->quoted || between->sign == '=');
}

/* The value of ICEWarn or IceWarningFlags outside a header; the name has "icewarn" at pos. */
static bool
find_flags(msdiag_finder_t *finder, unsigned pos, msdiag_found_t *found)
{
    static const char rest[] = "ingFlags";
    const text_reader_t *reader = &finder->reader;
    unsigned end = pos + 7;
    bool is_report = reader->length - end >= 8 && !g_ascii_strncasecmp(reader->text + end, rest, 8);
    between_t between;
    unsigned length;

    end += is_report ? 8 : 0;
    if ((end < reader->length && text_is_name_char(reader->text[end])) ||
        !(is_report || text_word_begins_at(reader, pos)) || !go_between(reader, pos, end, &between))
        return false;
    between.pos = skip_quoted_printable(reader, between.pos);
    length = number_length(reader, between.pos);
    if (!is_flags_value(reader, &between, length, is_report))
        return false;
    begin_find(finder, (msdiag_span_t){ pos, end - pos }, (msdiag_span_t){ between.pos, length }, found);
    g_string_append_len(finder->value, reader->text + between.pos, length);
    found->media = label_before(reader->text, pos);
    found->verbatim = true;
    end_find(finder, found);
    return true;
}

bool
msdiag_finder_next(msdiag_finder_t *finder, msdiag_found_t *found)
{
    static bool (*const find[])(msdiag_finder_t *, unsigned, msdiag_found_t *) = { find_named, find_nameless,
                                                                                   find_flags };
    unsigned pos;
    int word;

    while ((word = next_word(finder, &pos)) >= 0) {
        if (find[word](finder, pos, found)) {
            finder->pos = MAX(found->raw.offset + found->raw.length, pos + 1);
            return true;
        }
        finder->pos = pos + 1;
    }
    finder->pos = finder->reader.length;
    return false;
}
