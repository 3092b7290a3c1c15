/* header-value.c
 * The value of a diagnostics header in any text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/header-value.h"

#include "text/msdiag-split.h"
#include "text/text-lines.h"

#include <string.h>

/* A quote may be closed this many bytes and lines further on; where it is not, the value ends with its line. */
#define MAX_UNCLOSED       4096
#define MAX_UNCLOSED_LINES 16

/* Characters of no meaning that may stand between a closing quote and the next ";". */
#define MAX_JUNK 8

/* What is being read. */
typedef enum {
    BEFORE_ID,
    IN_ID,
    BEHIND_ID,
    BEHIND_VALUE,
    IN_NAME,
    BEHIND_NAME,
    BEFORE_VALUE,
    IN_BARE,
    IN_QUOTED
} state_t;

/* A place where the value may end. */
typedef struct {
    unsigned pos;
    size_t size; /* of out */
    bool verbatim;
} mark_t;

typedef struct {
    text_reader_t reader;
    GString *out;
    size_t start; /* of the value in out */
    unsigned pos; /* of the next character */
    state_t state;
    char enclosure;
    unsigned indent;
    unsigned junk;   /* of MAX_JUNK */
    unsigned name;   /* characters of the parameter's name so far */
    bool wrapped;    /* an unindented line goes on the header: its first parameter must prove that with a quote */
    bool joined;     /* a comma and an id were read: the first parameter must prove them another value, no prose */
    bool verbatim;   /* all that was read stands for itself */
    bool end_is_cut; /* the text was over before the value was */
    mark_t solid;    /* the last place where the value may end */
    bool unclosed;   /* a quote that is open since an earlier line … */
    mark_t before_break; /* … makes this the end when it is not closed … */
    mark_t closed;       /* … and lets the value go on from here when it is */
    unsigned lines;      /* since then */
} value_reader_t;

static mark_t
here(const value_reader_t *r)
{
    return (mark_t){ r->pos, r->out->len, r->verbatim };
}

static void
append(value_reader_t *r, const char *bytes, unsigned size, unsigned length)
{
    g_string_append_len(r->out, bytes, size);
    r->verbatim &= size == length && memcmp(r->reader.text + r->pos, bytes, size) == 0;
    r->pos += length;
}

/* The value may end here, unless what was read last has yet to be proved a part of it. */
static void
mark_solid(value_reader_t *r)
{
    if (!r->wrapped && !r->joined)
        r->solid = here(r);
}

/* Takes a character into the value; the value may end behind it when solid. */
static bool
take(value_reader_t *r, const text_unit_t *unit, bool solid)
{
    append(r, unit->bytes, unit->size, unit->length);
    if (solid)
        mark_solid(r);
    return true;
}

static bool
go(value_reader_t *r, state_t state)
{
    r->state = state;
    r->name = r->junk = 0;
    r->reader.in_value = state == IN_BARE || state == IN_QUOTED;
    return true;
}

/* The quote that was open over a line end is closed for sure: what follows it is what follows a value. */
static void
confirm_closed(value_reader_t *r)
{
    if (r->unclosed && r->state == BEHIND_VALUE) {
        r->unclosed = false;
        r->solid = r->closed;
    }
}

/* Whether a unit is a character, and this one. */
static bool
is(const text_unit_t *unit, char c)
{
    return unit->kind == TEXT_CHAR && unit->size == 1 && unit->bytes[0] == c;
}

/* Characters outside quotes at which a value ends, because it stands between them or in a table's cell. */
static bool
ends_value(const value_reader_t *r, const text_unit_t *unit)
{
    if (unit->kind == TEXT_QUOTE)
        return true;
    return unit->kind == TEXT_CHAR && unit->size == 1 &&
           (strchr("|<>{}]`", unit->bytes[0]) || unit->bytes[0] == r->enclosure);
}

/* Whether a unit at pos is a comma that joins the next value to this one. */
static bool
joins(const value_reader_t *r, const text_unit_t *unit, unsigned pos)
{
    return is(unit, ',') && msdiag_value_begins(r->reader.text, r->reader.length, pos + unit->length);
}

static bool
before_id(value_reader_t *r, const text_unit_t *unit)
{
    return unit->kind == TEXT_BLANK ? take(r, unit, false) : go(r, IN_ID);
}

static bool
in_id(value_reader_t *r, const text_unit_t *unit)
{
    if (unit->kind == TEXT_CHAR && g_ascii_isdigit(unit->bytes[0]))
        return take(r, unit, true);
    if (is(unit, '[') && r->out->len == r->start) /* some tools print the value in brackets */
        return take(r, unit, false);
    if (is(unit, '.') && r->pos + 1 < r->reader.length && g_ascii_isdigit(r->reader.text[r->pos + 1]))
        return take(r, unit, false);
    return go(r, BEHIND_ID);
}

static bool
behind_id(value_reader_t *r, const text_unit_t *unit)
{
    if (unit->kind == TEXT_BLANK)
        return take(r, unit, false);
    if (is(unit, ';'))
        return take(r, unit, false) && go(r, IN_NAME);
    /* Some write the reason without its name: 3001003 "App is not allowed". */
    if (unit->kind == TEXT_QUOTE && r->enclosure != '"')
        return take(r, unit, false) && go(r, IN_QUOTED);
    return false;
}

static bool
behind_value(value_reader_t *r, const text_unit_t *unit)
{
    bool junk = (unit->kind == TEXT_QUOTE && r->enclosure != '"') ||
                (unit->kind == TEXT_CHAR && (unit->bytes[0] & 0x80 || unit->bytes[0] == '\\'));

    if (is(unit, ';')) {
        confirm_closed(r);
        return take(r, unit, false) && go(r, IN_NAME);
    }
    if (unit->kind == TEXT_BLANK)
        return take(r, unit, false);
    if (joins(r, unit, r->pos)) {
        confirm_closed(r);
        r->joined = true;
        return take(r, unit, false) && go(r, BEFORE_ID);
    }
    if (!junk && ends_value(r, unit))
        confirm_closed(r);
    return junk && r->junk++ < MAX_JUNK && take(r, unit, false);
}

/* Whether the "=" behind a name shows that the text is quoted-printable: "=3D" before a quote or the like. */
static bool
shows_quoted_printable(const value_reader_t *r)
{
    const char *next = r->reader.text + r->pos + 1;

    return r->reader.length - r->pos > 3 && next[0] == '3' && (next[1] | 0x20) == 'd' &&
           (strchr("\"=&\\ \t\r\n", next[2]) || next[2] & 0x80);
}

static bool
take_equals(value_reader_t *r, const text_unit_t *unit)
{
    if (!r->reader.quoted_printable && shows_quoted_printable(r)) {
        r->reader.quoted_printable = true;
        return true; /* the "=" is read again */
    }
    r->joined = false;
    return take(r, unit, true) && go(r, BEFORE_VALUE);
}

static bool
in_name(value_reader_t *r, const text_unit_t *unit)
{
    if (unit->kind == TEXT_CHAR && unit->size == 1 && text_is_name_char(unit->bytes[0])) {
        r->name++;
        return take(r, unit, false);
    }
    if (is(unit, '=') && r->name)
        return take_equals(r, unit);
    if (unit->kind == TEXT_BLANK) {
        if (r->name)
            go(r, BEHIND_NAME);
        return take(r, unit, false);
    }
    if (is(unit, ';')) { /* an item without value, or none at all */
        mark_solid(r);
        return take(r, unit, false) && go(r, IN_NAME);
    }
    return false;
}

static bool
behind_name(value_reader_t *r, const text_unit_t *unit)
{
    if (unit->kind == TEXT_BLANK)
        return take(r, unit, false);
    return is(unit, '=') && take_equals(r, unit);
}

static bool
before_value(value_reader_t *r, const text_unit_t *unit)
{
    if (unit->kind == TEXT_BLANK)
        return take(r, unit, false);
    if (unit->kind == TEXT_QUOTE) {
        if (!r->reader.quotes_known)
            text_learn_quotes(&r->reader, r->pos);
        text_unit_t quote;
        text_read(&r->reader, r->pos, &quote);
        r->wrapped = false;
        return take(r, &quote, true) && go(r, IN_QUOTED);
    }
    if (r->wrapped || ends_value(r, unit))
        return false;
    if (is(unit, ';'))
        return take(r, unit, false) && go(r, IN_NAME);
    return go(r, IN_BARE);
}

static bool
in_bare(value_reader_t *r, const text_unit_t *unit)
{
    if (is(unit, ';'))
        return take(r, unit, false) && go(r, IN_NAME);
    if (ends_value(r, unit))
        return false;
    if (unit->kind == TEXT_BLANK)
        return !text_is_header_at(&r->reader, r->pos + unit->length) && take(r, unit, false);
    return take(r, unit, true);
}

/* Whether what was read ends with ";name=": a quote there opens, and the one before was never closed. */
static bool
ends_with_name(const value_reader_t *r)
{
    const char *text = r->out->str;
    size_t pos = r->out->len, end;

    while (pos > r->start && text[pos - 1] == ' ')
        pos--;
    if (pos == r->start || text[pos - 1] != '=')
        return false;
    for (end = --pos; pos > r->start && text_is_name_char(text[pos - 1]); pos--)
        ;
    if (pos == end)
        return false;
    while (pos > r->start && text[pos - 1] == ' ')
        pos--;
    return pos > r->start && text[pos - 1] == ';';
}

static bool
in_quoted(value_reader_t *r, const text_unit_t *unit)
{
    if (r->unclosed && r->pos - r->before_break.pos > MAX_UNCLOSED)
        return false;
    if (unit->kind == TEXT_QUOTE && !ends_with_name(r)) {
        take(r, unit, !r->unclosed);
        r->closed = here(r);
        return go(r, BEHIND_VALUE);
    }
    return take(r, unit, !r->unclosed);
}

/* A number that was broken by a line end: "0x40" and "00320,". */
static bool
breaks_number(const value_reader_t *r, unsigned next)
{
    size_t pos = r->out->len;
    unsigned end = next;

    while (pos > r->start && r->out->len - pos < 8 && g_ascii_isxdigit(r->out->str[pos - 1]))
        pos--;
    if (pos < r->start + 2 || (r->out->str[pos - 1] | 0x20) != 'x' || r->out->str[pos - 2] != '0')
        return false;
    while (end < r->reader.length && end - next < 8 && g_ascii_isxdigit(r->reader.text[end]))
        end++;
    return end > next && end < r->reader.length && strchr(",;\"\\&=", r->reader.text[end]);
}

/* Whether the value goes on in the next line, whose text begins at next. */
static bool
goes_on(value_reader_t *r, unsigned next, bool folded)
{
    char last = r->out->len > r->start ? r->out->str[r->out->len - 1] : '\0';
    text_unit_t unit;

    switch (r->state) {
    case BEFORE_ID:
        return folded;
    case IN_ID:
    case BEHIND_ID:
    case BEHIND_VALUE:
        /* These wait for a ";" only, or for a comma that joins. */
        r->state = r->state == IN_ID ? BEHIND_ID : r->state;
        r->junk = MAX_JUNK;
        text_read(&r->reader, next, &unit);
        return is(&unit, ';') || (r->state == BEHIND_VALUE && folded && joins(r, &unit, next));
    case IN_NAME:
        r->wrapped = !folded;
        return r->name == 0;
    case BEHIND_NAME:
        return folded;
    case BEFORE_VALUE:
        text_read(&r->reader, next, &unit);
        return folded || unit.kind == TEXT_QUOTE;
    case IN_BARE:
        return folded || (last == ',' && text_is_item_at(&r->reader, next));
    case IN_QUOTED:
        break;
    }
    if (folded || ((last == ',' || last == ';') && text_is_item_at(&r->reader, next)))
        return true;
    if (!r->unclosed) {
        r->unclosed = true;
        r->before_break = r->solid;
        r->lines = 0;
    }
    return r->lines++ < MAX_UNCLOSED_LINES;
}

/* A line end, real or escaped: the value goes on behind it when the next line can be nothing else. */
static bool
cross_line(value_reader_t *r, const text_unit_t *unit)
{
    unsigned indent;
    bool marks;
    unsigned next = text_skip_marks(&r->reader, r->pos + unit->length, &indent, &marks);
    bool folded = indent > r->indent;
    bool awaited = folded && r->state == BEFORE_ID; /* an id, with which a line of its own could begin, too */
    text_unit_t first;

    confirm_closed(r);
    text_read(&r->reader, next, &first);
    if (unit->bytes[0] == '\0' || first.kind == TEXT_LINE_END || first.kind == TEXT_END || first.kind == TEXT_STOP ||
        (!awaited && text_line_stands_alone(&r->reader, next)) || text_diagnostics_name_at(&r->reader, next) ||
        !goes_on(r, next, folded))
        return false;
    if (breaks_number(r, next))
        append(r, "", 0, next - r->pos);
    else if (!marks && unit->bytes[0] != ' ')
        append(r, r->reader.text + r->pos, next - r->pos, next - r->pos);
    else
        append(r, " ", 1, next - r->pos);
    return true;
}

/* Whether the next header of diagnostics begins here, in the middle of a line: a name, perhaps in quotes, and ":". */
static bool
begins_next_header(const value_reader_t *r)
{
    unsigned length = text_diagnostics_name_at(&r->reader, r->pos);
    unsigned pos = r->pos + length;
    text_unit_t unit;

    for (unsigned i = 0; length && i < 3; i++, pos += unit.length) {
        text_read(&r->reader, pos, &unit);
        if (is(&unit, ':'))
            return true;
        if (unit.kind != TEXT_BLANK && unit.kind != TEXT_QUOTE && !is(&unit, '\'') && !is(&unit, '`'))
            break;
    }
    return false;
}

/* Takes the next character; false at the end of the value. */
static bool
step(value_reader_t *r)
{
    static bool (*const steps[])(value_reader_t *, const text_unit_t *) = {
        [BEFORE_ID] = before_id,       [IN_ID] = in_id,     [BEHIND_ID] = behind_id,
        [BEHIND_VALUE] = behind_value, [IN_NAME] = in_name, [BEHIND_NAME] = behind_name,
        [BEFORE_VALUE] = before_value, [IN_BARE] = in_bare, [IN_QUOTED] = in_quoted,
    };
    text_unit_t unit;

    if (r->out->len - r->start > HEADER_VALUE_MAX)
        return false;
    text_read(&r->reader, r->pos, &unit);
    switch (unit.kind) {
    case TEXT_END:
        confirm_closed(r);
        r->end_is_cut = !r->unclosed && !r->wrapped && !r->joined;
        return false;
    case TEXT_STOP:
        confirm_closed(r);
        return false;
    case TEXT_NOTHING:
        append(r, "", 0, unit.length);
        return true;
    case TEXT_LINE_END:
        return cross_line(r, &unit);
    case TEXT_CHAR:
        if (begins_next_header(r))
            return false;
        break;
    case TEXT_BLANK:
    case TEXT_QUOTE:
        break;
    }
    return steps[r->state](r, &unit);
}

void
header_value_read(const char *text, unsigned length, unsigned pos, char enclosure, unsigned indent,
                  header_value_t *value, GString *out)
{
    value_reader_t r = {
        .reader = { .text = text, .length = length },
        .out = out,
        .start = out->len,
        .pos = pos,
        .enclosure = enclosure,
        .indent = indent,
        .state = IN_ID,
        .verbatim = true,
    };
    mark_t end;

    r.solid = here(&r);
    while (step(&r))
        ;
    end = r.end_is_cut ? here(&r) : r.unclosed ? r.before_break : r.solid;
    value->end_is_cut = r.end_is_cut;
    value->end = end.pos;
    value->verbatim = end.verbatim;
    g_string_truncate(out, end.size);
}
