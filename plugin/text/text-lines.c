/* text-lines.c
 * What lines of logs, dumps and mails begin with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/text-lines.h"

#include "knowledge/array.h"
#include "knowledge/msdiag-names.h"

#include <string.h>

/* Marks and blanks before a line's text, names of headers: no more than this is looked at. */
#define MAX_INDENT 64
#define MAX_NAME   48

static char
at(const text_reader_t *reader, unsigned pos)
{
    return pos < reader->length ? reader->text[pos] : '\0';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static unsigned
skip_blanks(const text_reader_t *reader, unsigned pos)
{
    while (is_blank(at(reader, pos)))
        pos++;
    return pos;
}

unsigned
text_skip_marks(const text_reader_t *reader, unsigned pos, unsigned *indent, bool *marks)
{
    unsigned start = pos;
    text_unit_t unit;

    *indent = 0;
    *marks = false;
    for (; pos - start < MAX_INDENT; pos += unit.length) {
        text_read(reader, pos, &unit);
        if (unit.kind == TEXT_BLANK) {
            *indent += 1;
        } else if (unit.kind == TEXT_CHAR && (unit.bytes[0] == '>' || unit.bytes[0] == '|')) {
            *indent = 0;
            *marks = true;
        } else {
            break;
        }
    }
    /* One blank belongs to the mark. */
    if (*marks && *indent)
        *indent -= 1;
    return pos;
}

unsigned
text_indent_of(const text_reader_t *reader, unsigned pos)
{
    unsigned start = pos;

    while (start > 0 && pos - start < MAX_INDENT && is_blank(reader->text[start - 1]))
        start--;
    if (start == 0 || reader->text[start - 1] == '\n' || reader->text[start - 1] == '\r' ||
        text_escape_ends_at(reader->text, start))
        return pos - start;
    if (reader->text[start - 1] == '>' || reader->text[start - 1] == '|')
        return pos > start ? pos - start - 1 : 0;
    return 0;
}

/* The length of the header-like word at pos. */
static unsigned
name_length(const text_reader_t *reader, unsigned pos)
{
    unsigned end = pos;

    if (!g_ascii_isalpha(at(reader, pos)))
        return 0;
    while (end - pos < MAX_NAME && (g_ascii_isalnum(at(reader, end)) || at(reader, end) == '-'))
        end++;
    return end - pos;
}

bool
text_is_item_at(const text_reader_t *reader, unsigned pos)
{
    unsigned length = name_length(reader, pos);

    if (length > 0 && at(reader, pos + length) == ':') { /* a label */
        pos += length + 1;
        length = name_length(reader, pos);
    }
    return length > 1 && at(reader, skip_blanks(reader, pos + length)) == '=';
}

bool
text_is_header_at(const text_reader_t *reader, unsigned pos)
{
    unsigned length = name_length(reader, pos);
    unsigned colon = skip_blanks(reader, pos + length);
    char next = at(reader, colon + 1);

    if (length == 0 || at(reader, colon) != ':' || text_is_item_at(reader, pos))
        return false;
    /* "host:5061" and "http://" are no headers, "CSeq:1" and "Content-Length:0" are. */
    if (g_ascii_isdigit(next) || next == '/')
        return memchr(reader->text + pos, '-', length) ||
               (length == 4 && !g_ascii_strncasecmp(reader->text + pos, "CSeq", 4));
    return true;
}

/* Whether the text at pos has the form of a pattern: "9" stands for a digit, "a" for a small and "A" for a capital
 * letter, other characters for themselves. */
static bool
has_form(const text_reader_t *reader, unsigned pos, const char *pattern)
{
    for (; *pattern; pattern++, pos++) {
        char c = at(reader, pos);

        if (*pattern == '9'   ? !g_ascii_isdigit(c)
            : *pattern == 'a' ? !g_ascii_islower(c)
            : *pattern == 'A' ? !g_ascii_isupper(c)
                              : c != *pattern)
            return false;
    }
    return true;
}

/* A request line: a method in capitals and a URI. */
static bool
is_request_line(const text_reader_t *reader, unsigned pos)
{
    static const char *const schemes[] = { "sip:", "sips:", "tel:", "http", "/" };
    unsigned start = pos;

    while (pos - start < MAX_NAME && g_ascii_isupper(at(reader, pos)))
        pos++;
    if (pos - start < 3 || at(reader, pos) != ' ')
        return false;
    for (size_t i = 0; i < array_length(schemes); i++)
        if (pos + 1 + strlen(schemes[i]) <= reader->length &&
            memcmp(reader->text + pos + 1, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return false;
}

/* A header's value without its name, as reports print it: "25; reason=". */
static bool
is_nameless_header(const text_reader_t *reader, unsigned pos)
{
    static const char reason[] = "reason";
    unsigned start = pos;

    while (pos - start < 10 && g_ascii_isdigit(at(reader, pos)))
        pos++;
    if (pos == start || at(reader, pos) != ';')
        return false;
    pos = skip_blanks(reader, pos + 1);
    return pos + sizeof reason <= reader->length &&
           g_ascii_strncasecmp(reader->text + pos, reason, sizeof reason - 1) == 0;
}

bool
text_line_stands_alone(const text_reader_t *reader, unsigned pos)
{
    /* SDP, start lines, rulers, records of logs: by priority, bracket, flag, date or time. */
    static const char *const forms[] = {
        "a=",        "SIP/9",     "HTTP/9",     "--",         "==",         "**",         "__",
        "$$",        "TL_",       "<9",         "[",          "{",          "}",          "#",
        "</",        "99:99:",    "9999-99-99", "9999/99/99", "99/99/9999", "99.99.9999", "9/9/9999",
        "99/9/9999", "9/99/9999", "Aaa 99 ",    "Aaa  9 ",    "Aaa 9 ",     "99-Aaa-",    "-- ",
    };

    for (size_t i = 0; i < array_length(forms); i++)
        if (has_form(reader, pos, forms[i]))
            return true;
    return text_is_header_at(reader, pos) || is_request_line(reader, pos) || is_nameless_header(reader, pos);
}

bool
text_word_begins_at(const text_reader_t *reader, unsigned pos)
{
    char before = pos > 0 ? reader->text[pos - 1] : ' ';

    return !(text_is_name_char(before) || before == '%' || before == '@' || before == '/') ||
           text_escape_ends_at(reader->text, pos);
}

/* Whether one of the names stands at pos as a word of its own. */
static bool
is_name_at(const text_reader_t *reader, unsigned pos, const msdiag_name_t *name)
{
    return pos <= reader->length && reader->length - pos >= name->length &&
           g_ascii_strncasecmp(reader->text + pos, name->name, name->length) == 0 &&
           !text_is_name_char(at(reader, pos + name->length)) && text_word_begins_at(reader, pos);
}

unsigned
text_diagnostics_name_at(const text_reader_t *reader, unsigned pos)
{
    if (!strchr("mMxX", at(reader, pos)))
        return 0;
    for (unsigned i = 0; i < msdiag_name_count; i++)
        if (is_name_at(reader, pos, &msdiag_names[i]))
            return msdiag_names[i].length;
    return 0;
}

unsigned
text_diagnostics_name_around(const text_reader_t *reader, unsigned pos, unsigned *start)
{
    for (unsigned i = 0; i < msdiag_name_count; i++) {
        const char *name = msdiag_names[i].name;
        unsigned before = (unsigned)(strstr(name, "diagnostics") - name);

        if (pos >= before && is_name_at(reader, pos - before, &msdiag_names[i])) {
            *start = pos - before;
            return msdiag_names[i].length;
        }
    }
    return 0;
}
