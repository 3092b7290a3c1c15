/* text-units.c
 * Text however escaped, one logical character at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/text-units.h"

#include "knowledge/array.h"
#include "text/quotes.h"

#include <string.h>

/* Longest tag that is taken for one, longest entity, and most backslashes in a row. */
#define MAX_TAG         128
#define MAX_ENTITY      40
#define MAX_BACKSLASHES 32

/* The byte at pos, NUL behind the end. */
static char
at(const text_reader_t *reader, unsigned pos)
{
    return pos < reader->length ? reader->text[pos] : '\0';
}

static bool
has(const text_reader_t *reader, unsigned pos, const char *word)
{
    size_t length = strlen(word);

    return pos <= reader->length && reader->length - pos >= length &&
           g_ascii_strncasecmp(reader->text + pos, word, length) == 0;
}

/* Reads up to digits digits of a base at pos into *value; returns how many there are. */
static unsigned
number_at(const text_reader_t *reader, unsigned pos, unsigned base, unsigned digits, unsigned *value)
{
    unsigned count = 0;

    for (*value = 0; count < digits; count++) {
        int digit = g_ascii_xdigit_value(at(reader, pos + count));

        if (digit < 0 || (unsigned)digit >= base)
            break;
        *value = *value * base + (unsigned)digit;
    }
    return count;
}

static bool
set(text_unit_t *unit, text_kind_t kind, unsigned length, const char *bytes, unsigned size)
{
    unit->kind = kind;
    unit->length = length;
    unit->size = size;
    memcpy(unit->bytes, bytes, size);
    return true;
}

/* Characters that stand for a quote: curly ones, the low one that opens in German and other languages, and the double
 * prime. */
static bool
is_quote_code(unsigned code)
{
    return code == '"' || code == 0x201C || code == 0x201D || code == 0x201E || code == 0x2033;
}

/* A character that is written by its number. */
static bool
set_code(text_unit_t *unit, unsigned length, unsigned code)
{
    char utf8[6];
    int size;

    if (code == '\r' || code == '\n' || code == 0)
        return set(unit, TEXT_LINE_END, length, " ", 1);
    if (code < ' ' || code == 0xA0)
        return set(unit, TEXT_BLANK, length, " ", 1);
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return false;
    size = g_unichar_to_utf8(code, utf8);
    return set(unit, is_quote_code(code) ? TEXT_QUOTE : TEXT_CHAR, length, utf8, (unsigned)size);
}

/* Those of is_quote_code() in code page 1252. */
static bool
is_quote_of_1252(unsigned char c)
{
    return c == 0x84 || c == 0x93 || c == 0x94;
}

/* The length of such a quote in UTF-8, or in code page 1252 where no UTF-8 stands before. */
static unsigned
curly_quote_at(const text_reader_t *reader, unsigned pos)
{
    char c = at(reader, pos);

    if (c == '\xE2')
        return curly_quote_length(reader->text + pos, reader->length - pos);
    return is_quote_of_1252((unsigned char)c) && (pos == 0 || !(reader->text[pos - 1] & 0x80)) ? 1 : 0;
}

/* A real line end: CR LF, LF, CR, also CR CR LF of files that were written twice in text mode. */
static unsigned
line_end_at(const text_reader_t *reader, unsigned pos)
{
    unsigned length = 0;

    while (length < 3 && at(reader, pos + length) == '\r')
        length++;
    if (at(reader, pos + length) == '\n')
        return length + 1;
    return length > 0 ? 1 : 0;
}

/* Quotes in a row from pos on, at most four. */
static unsigned
quote_run(const text_reader_t *reader, unsigned pos)
{
    unsigned count = 0;

    while (count < 4 && at(reader, pos + count) == '"')
        count++;
    return count;
}

/* A straight quote at pos behind some backslashes, which begin at start. */
static bool
read_quote(const text_reader_t *reader, unsigned start, unsigned pos, text_unit_t *unit)
{
    unsigned backslashes = pos - start;
    unsigned width = reader->quotes_known && reader->doubled ? 2 : 1;
    unsigned own;

    if (!reader->quotes_known)
        return set(unit, TEXT_QUOTE, backslashes + 1, "\"", 1);
    if (backslashes < reader->backslashes || quote_run(reader, pos) < width || (reader->coded && backslashes == 0))
        return set(unit, TEXT_STOP, 1, "", 0);
    /* Those that the value itself has; two of them are one backslash, the last of an odd number escapes the quote. */
    own = (backslashes - reader->backslashes) / (reader->backslashes + 1);
    if (own >= 2)
        return set(unit, TEXT_CHAR, 2 * (reader->backslashes + 1), "\\\\", 2);
    if (own == 1)
        return set(unit, TEXT_CHAR, backslashes + width, "\\\"", 2);
    return set(unit, TEXT_QUOTE, backslashes + width, "\"", 1);
}

/* Whether the word at pos could not go on a reason: nothing, a header, the next escaped character. */
static bool
ends_line(const text_reader_t *reader, unsigned pos)
{
    unsigned end = pos;

    if (pos >= reader->length || strchr("\\\"'# \t\r\n", at(reader, pos)) || has(reader, pos, "SIP/2.0"))
        return true;
    while (end - pos < 40 && (g_ascii_isalnum(at(reader, end)) || at(reader, end) == '-'))
        end++;
    return (end > pos && at(reader, end) == ':') || (end == pos + 1 && at(reader, end) == '=');
}

/* "\n" and "\r" as letters. Where backslashes escape nothing a value may hold them itself (DOMAIN\name), so inside
 * a value it must look like the end of a line. */
static bool
read_letter(const text_reader_t *reader, unsigned start, unsigned pos, text_unit_t *unit)
{
    unsigned backslashes = pos - start;
    unsigned end = pos + 1;

    if (reader->in_value && backslashes > reader->backslashes &&
        !(at(reader, pos) == 'r' && at(reader, end) == '\\' && has(reader, end + backslashes, "n")) &&
        !ends_line(reader, end))
        return false;
    /* "\r\n" is one line end. */
    if (at(reader, pos) == 'r' && has(reader, end, "\\") && end + backslashes < reader->length &&
        reader->text[end + backslashes] == 'n' && reader->text[end + backslashes - 1] == '\\')
        end += backslashes + 1;
    return set(unit, TEXT_LINE_END, end - start, " ", 1);
}

/* What follows backslashes: a quote, a control character, a number, a character that needs none. */
static bool
read_backslashes(const text_reader_t *reader, unsigned start, text_unit_t *unit)
{
    unsigned pos = start;
    unsigned code, digits;

    while (at(reader, pos) == '\\' && pos - start < MAX_BACKSLASHES)
        pos++;
    switch (at(reader, pos)) {
    case '"':
        return read_quote(reader, start, pos, unit);
    case 'r':
    case 'n':
        return read_letter(reader, start, pos, unit);
    case 't':
        return !(reader->in_value && reader->backslashes == 0) && set(unit, TEXT_BLANK, pos + 1 - start, " ", 1);
    case 'u':
        return number_at(reader, pos + 1, 16, 4, &code) == 4 && set_code(unit, pos + 5 - start, code);
    case 'x':
        return number_at(reader, pos + 1, 16, 2, &code) == 2 && set_code(unit, pos + 3 - start, code);
    case '0':
        digits = number_at(reader, pos, 8, 3, &code);
        return digits == 3 && code < ' ' && set_code(unit, pos + 3 - start, code);
    default:
        break;
    }
    /* Half of them escape the others; one before a "/" or the like says nothing. */
    code = reader->backslashes ? (pos - start) / (reader->backslashes + 1) : pos - start;
    if (code == pos - start)
        return false;
    return set(unit, code ? TEXT_CHAR : TEXT_NOTHING, pos - start, "\\\\\\\\", MIN(code, 4));
}

static bool
read_entity(const text_reader_t *reader, unsigned start, text_unit_t *unit)
{
    static const struct {
        const char *name;
        unsigned code;
    } names[] = {
        { "quot", '"' },  { "apos", '\'' },    { "lt", '<' },       { "gt", '>' },
        { "nbsp", 0xA0 }, { "ldquo", 0x201C }, { "rdquo", 0x201D }, { "Prime", 0x2033 },
        { "semi", ';' },  { "colon", ':' },    { "bdquo", 0x201E }, { "equals", '=' },
        { "comma", ',' }, { "NewLine", '\n' }, { "Tab", '\t' },     { "num", '#' },
    };
    unsigned pos = start + 1;
    unsigned code;

    while (has(reader, pos, "amp;") && pos - start < MAX_ENTITY) /* escaped more than once */
        pos += 4;
    if (at(reader, pos) == '#') {
        bool hex = (at(reader, pos + 1) | 0x20) == 'x';
        unsigned digits = number_at(reader, pos + (hex ? 2 : 1), hex ? 16 : 10, 7, &code);

        pos += (hex ? 2 : 1) + digits;
        return digits > 0 && at(reader, pos) == ';' && set_code(unit, pos + 1 - start, code);
    }
    for (size_t i = 0; i < array_length(names); i++) {
        unsigned end = pos + (unsigned)strlen(names[i].name);

        if (has(reader, pos, names[i].name) && at(reader, end) == ';')
            return set_code(unit, end + 1 - start, names[i].code);
    }
    if (pos == start + 1)
        return false;
    return set(unit, TEXT_CHAR, pos - start, "&", 1);
}

/* A tag of HTML or XML: those that only change the looks are nothing, <br> ends a line, others end the text. Inside
 * a value an unknown one may be an address. */
static bool
read_tag(const text_reader_t *reader, unsigned start, text_unit_t *unit)
{
    static const char *const inline_tags[] = { "a",    "abbr", "b",    "code",   "em", "font", "i",   "kbd",
                                               "mark", "samp", "span", "strong", "tt", "u",    "wbr", "sup" };
    static const char *const blocks[] = { "p",  "div", "td", "th", "tr",   "table", "li",        "ul",
                                          "ol", "pre", "dd", "dt", "body", "html",  "blockquote" };
    bool closing = at(reader, start + 1) == '/';
    unsigned name = start + (closing ? 2 : 1), end = name, close;
    bool known = closing;

    while (end - name < 20 && (g_ascii_isalnum(at(reader, end)) || at(reader, end) == ':'))
        end++;
    if (end == name || !g_ascii_isalpha(at(reader, name)) || !strchr(" />\t\r\n", at(reader, end)))
        return false;
    for (close = end; close - start < MAX_TAG && close < reader->length && !strchr("<>", at(reader, close)); close++)
        ;
    if (at(reader, close) != '>')
        return false;
    close += 1;
    if (end - name == 2 && has(reader, name, "br")) {
        close += line_end_at(reader, close); /* the line end of the source is none of its own */
        return set(unit, TEXT_LINE_END, close - start, " ", 1);
    }
    for (size_t i = 0; i < array_length(inline_tags); i++)
        if (end - name == strlen(inline_tags[i]) && has(reader, name, inline_tags[i]))
            return set(unit, TEXT_NOTHING, close - start, "", 0);
    for (size_t i = 0; i < array_length(blocks); i++)
        known |= end - name == strlen(blocks[i]) && has(reader, name, blocks[i]);
    if (reader->in_value && !known)
        return false;
    return set(unit, TEXT_STOP, close - start, "", 0);
}

/* The octal numbers that syslog daemons write for control characters: #015#012. */
static bool
read_octal(const text_reader_t *reader, unsigned start, text_unit_t *unit)
{
    unsigned end = start + 4;
    unsigned code;

    if (number_at(reader, start + 1, 8, 3, &code) != 3 || code >= ' ')
        return false;
    if (code == '\r' && has(reader, end, "#012"))
        end += 4;
    return set_code(unit, end - start, code);
}

static bool
read_quoted_printable(const text_reader_t *reader, unsigned start, text_unit_t *unit)
{
    unsigned end, code;

    for (end = start + 1; end - start < 4 && (at(reader, end) == ' ' || at(reader, end) == '\t'); end++)
        ;
    if (line_end_at(reader, end))
        return set(unit, TEXT_NOTHING, end + line_end_at(reader, end) - start, "", 0);
    if (number_at(reader, start + 1, 16, 2, &code) != 2)
        return false;
    if (has(reader, start, "=E2=80=9C") || has(reader, start, "=E2=80=9D") || has(reader, start, "=E2=80=9E") ||
        has(reader, start, "=E2=80=B3"))
        return set_code(unit, 9, '"');
    if (has(reader, start, "=C2=A0"))
        return set_code(unit, 6, 0xA0);
    if (has(reader, start, "=0D=0A"))
        return set_code(unit, 6, '\n');
    if (is_quote_of_1252((unsigned char)code))
        return set_code(unit, 3, '"');
    if (code < 0x80)
        return set_code(unit, 3, code);
    return set(unit, TEXT_CHAR, 3, (const char[]){ (char)code }, 1);
}

/* What begins with a character that may stand for another one; false when it stands for itself. */
static bool
read_escape(const text_reader_t *reader, unsigned pos, text_unit_t *unit)
{
    switch (reader->text[pos]) {
    case '\\':
        return read_backslashes(reader, pos, unit);
    case '&':
        return read_entity(reader, pos, unit);
    case '<':
        return read_tag(reader, pos, unit);
    case '#':
        return read_octal(reader, pos, unit);
    case '=':
        return reader->quoted_printable && read_quoted_printable(reader, pos, unit);
    case '"':
        return read_quote(reader, pos, pos, unit);
    default:
        return false;
    }
}

void
text_read(const text_reader_t *reader, unsigned pos, text_unit_t *unit)
{
    char c = at(reader, pos);
    unsigned length;

    if (pos >= reader->length) {
        set(unit, TEXT_END, 0, "", 0);
    } else if (g_ascii_isalnum(c)) { /* nearly all */
        set(unit, TEXT_CHAR, 1, &c, 1);
    } else if (!read_escape(reader, pos, unit)) {
        if (c == ' ' || c == '\t')
            set(unit, TEXT_BLANK, 1, &c, 1);
        else if ((length = line_end_at(reader, pos)) > 0)
            set(unit, TEXT_LINE_END, length, reader->text + pos, length);
        else if (c == '\0')
            set(unit, TEXT_LINE_END, 1, &c, 1);
        else if (has(reader, pos, "\xC2\xA0"))
            set(unit, TEXT_BLANK, 2, "\xC2\xA0", 2);
        else if ((length = curly_quote_at(reader, pos)) == 1)
            set_code(unit, 1, '"');
        else if (length)
            set(unit, TEXT_QUOTE, length, reader->text + pos, length);
        else
            set(unit, TEXT_CHAR, 1, &c, 1);
    }
}

void
text_learn_quotes(text_reader_t *reader, unsigned pos)
{
    unsigned start = pos;
    unsigned run, behind;

    if (curly_quote_at(reader, pos))
        return; /* says nothing about straight ones */
    while (at(reader, pos) == '\\' && pos - start < MAX_BACKSLASHES)
        pos++;
    reader->quotes_known = true;
    reader->coded = at(reader, pos) != '"';
    if (reader->coded)
        return;
    reader->backslashes = pos - start;
    /* Two in a row are one of CSV, or an empty value: that is not followed by text. */
    run = quote_run(reader, pos);
    behind = pos + run;
    while (behind - pos < 8 && at(reader, behind) == ' ')
        behind++;
    reader->doubled = run == 4 || (run == 2 && behind < reader->length && !strchr(";,\r\n\\<", at(reader, behind)));
}

bool
text_escape_ends_at(const char *text, unsigned pos)
{
    /* From the longest on: the sign, how many digits follow it, and of which base. */
    static const struct {
        const char *sign;
        unsigned digits, base;
    } forms[] = { { "\\u", 4, 16 }, { "\\x", 2, 16 }, { "\\", 3, 8 }, { "#", 3, 8 }, { "=", 2, 16 }, { "%", 2, 16 } };

    if (pos >= 2 && text[pos - 2] == '\\' && strchr("nrt", text[pos - 1]))
        return true;
    for (size_t i = 0; i < array_length(forms); i++) {
        unsigned length = (unsigned)strlen(forms[i].sign) + forms[i].digits;
        text_reader_t reader = { .text = text, .length = pos };
        unsigned code;

        if (pos >= length && has(&reader, pos - length, forms[i].sign) &&
            number_at(&reader, pos - forms[i].digits, forms[i].base, forms[i].digits, &code) == forms[i].digits &&
            code < ' ')
            return true;
    }
    return false;
}
