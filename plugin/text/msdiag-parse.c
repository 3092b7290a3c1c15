/* msdiag-parse.c
 * Takes the value of a Microsoft diagnostics header apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/msdiag-parse.h"

#include "knowledge/array.h"
#include "knowledge/msdiag-names.h"
#include "text/quotes.h"

/* A quote at pos: returns its length in bytes, 0 when there is none. Web pages and mails turn '"' into U+201C,
 * U+201D, U+201E and U+2033, with no regard to which of them opens and which closes. */
static unsigned
quote_at(const char *text, unsigned end, unsigned pos)
{
    if (pos >= end)
        return 0;
    return text[pos] == '"' ? 1 : curly_quote_length(text + pos, end - pos);
}

/* A blank at pos: returns its length in bytes. Line ends count (folding), and the no-break space of web pages. */
static unsigned
blank_at(const char *text, unsigned end, unsigned pos)
{
    if (pos >= end)
        return 0;
    switch (text[pos]) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return 1;
    case '\xC2':
        return end - pos >= 2 && text[pos + 1] == '\xA0' ? 2 : 0;
    default:
        return 0;
    }
}

static unsigned
skip_blanks(const char *text, unsigned end, unsigned pos)
{
    unsigned length;

    while ((length = blank_at(text, end, pos)) > 0)
        pos += length;
    return pos;
}

/* Whether a byte belongs to no blank: a quick answer for nearly all. */
static bool
is_plain(char c)
{
    return c > ' ' && c < '\x7F';
}

/* The span from start to end without blanks around it. */
static msdiag_span_t
trimmed(const char *text, unsigned start, unsigned end)
{
    if (start < end && is_plain(text[start]) && is_plain(text[end - 1]))
        return (msdiag_span_t){ start, end - start };
    start = skip_blanks(text, end, start);
    for (;;) {
        if (end > start && blank_at(text, end, end - 1))
            end -= 1;
        else if (end >= start + 2 && blank_at(text, end, end - 2) == 2)
            end -= 2;
        else
            break;
    }
    return (msdiag_span_t){ start, end - start };
}

static bool
is_name_char(char c)
{
    return g_ascii_isalnum(c) || (c && strchr("-_.", c));
}

static unsigned
separator_from(const char *text, unsigned pos, unsigned end, char separator)
{
    const char *found = pos < end ? memchr(text + pos, separator, end - pos) : NULL;

    return found ? (unsigned)(found - text) : end;
}

/* The first ";" in [start, end) that a "name =" follows: where a value without closing quote must have ended. */
static unsigned
next_parameter(const char *text, unsigned start, unsigned end)
{
    for (unsigned pos = separator_from(text, start, end, ';'); pos < end;
         pos = separator_from(text, pos + 1, end, ';')) {
        unsigned name, after;

        name = skip_blanks(text, end, pos + 1);
        for (after = name; after < end && is_name_char(text[after]); after++)
            ;
        if (after > name) {
            unsigned sign = skip_blanks(text, end, after);
            if (sign < end && text[sign] == '=')
                return pos;
        }
    }
    return end;
}

/* The first ";" in [start, end) that the next medium follows, as in "…;video:ICEWarn=": it parts media as a comma
 * does. */
static unsigned
next_medium(const char *text, unsigned start, unsigned end)
{
    for (unsigned pos = separator_from(text, start, end, ';'); pos < end;
         pos = separator_from(text, pos + 1, end, ';')) {
        const unsigned label = skip_blanks(text, end, pos + 1);
        unsigned after;

        for (after = label; after < end && (g_ascii_isalpha(text[after]) || text[after] == '-'); after++)
            ;
        if (after > label && after + 1 < end && text[after] == ':' && g_ascii_isalpha(text[after + 1]))
            return pos;
    }
    return end;
}

/* The closing quote for a value that starts at start: '"' closes '"', any curly quote closes a curly one. */
static unsigned
closing_quote(const char *text, unsigned start, unsigned end, bool straight)
{
    if (straight) {
        for (unsigned pos = separator_from(text, start, end, '"'); pos < end;
             pos = separator_from(text, pos + 1, end, '"')) {
            unsigned escapes = 0;

            while (pos - escapes > start && text[pos - escapes - 1] == '\\')
                escapes++;
            if (escapes % 2 == 0)
                return pos;
        }
        return end;
    }
    for (unsigned pos = start; pos < end; pos++) {
        if (text[pos] == '\\' && pos + 1 < end)
            pos++;
        else if (text[pos] != '"' && quote_at(text, end, pos))
            return pos;
    }
    return end;
}

static bool
ends_parameter(const char *text, unsigned end, unsigned pos)
{
    pos = skip_blanks(text, end, pos);
    return pos >= end || text[pos] == ';';
}

/* Where the quote of the other kind stands that ends right before stop; end when there is none. */
static unsigned
other_quote_before(const char *text, unsigned start, unsigned stop, unsigned end, bool straight)
{
    while (stop > start && blank_at(text, stop, stop - 1))
        stop--;
    if (straight)
        return stop >= start + 3 && text[stop - 1] != '"' && quote_at(text, stop, stop - 3) == 3 ? stop - 3 : end;
    return stop > start && text[stop - 1] == '"' ? stop - 1 : end;
}

/* Takes the quoted value whose opening quote (of quote bytes) stands at pos; returns where the parameter ends. */
static unsigned
take_quoted(const char *text, unsigned end, unsigned pos, unsigned quote, msdiag_param_t *param)
{
    unsigned start = pos + quote;
    bool straight = quote == 1;
    unsigned close = closing_quote(text, start, end, straight);
    unsigned stop = next_parameter(text, start, close);
    unsigned other;

    /* An editor may have changed only one of the two quotes. */
    if (close == end && stop == end)
        stop = close = closing_quote(text, start, end, !straight);
    else if (stop < close && (other = other_quote_before(text, start, stop, end, straight)) < end)
        stop = close = other;

    if (close < end) {
        unsigned behind = close + quote_at(text, end, close);

        /* A quote that is followed by neither ";" nor the end opens the next value, when there is a next
         * parameter before it: then the closing quote of this one is missing. */
        if (ends_parameter(text, end, behind) || stop == close) {
            param->value = trimmed(text, start, close);
            stop = separator_from(text, behind, end, ';');
            param->trailer = trimmed(text, behind, stop);
            if (param->trailer.length)
                param->problems |= MSDIAG_TEXT_AFTER_VALUE;
            return stop;
        }
    }
    param->problems |= MSDIAG_NO_CLOSING_QUOTE;
    param->value = trimmed(text, start, stop);
    return stop;
}

/* Takes the parameter "name = value" at pos, up to the separator; returns where it ends. */
static unsigned
take_parameter(const char *text, unsigned end, unsigned pos, char separator, msdiag_param_t *param)
{
    unsigned stop = separator_from(text, pos, end, separator);
    unsigned sign, value, quote;

    if (separator == ',')
        stop = next_medium(text, pos, stop);
    sign = separator_from(text, pos, stop, '=');
    memset(param, 0, sizeof *param);
    param->name = trimmed(text, pos, sign);
    if (sign == stop) {
        param->problems = MSDIAG_NO_VALUE;
    } else {
        value = skip_blanks(text, stop, sign + 1);
        quote = quote_at(text, end, value);
        if (quote && separator == ';')
            stop = take_quoted(text, end, value, quote, param);
        else
            param->value = trimmed(text, value, stop);
    }
    param->whole = trimmed(text, pos, stop);
    return stop;
}

/* Takes all parameters of [pos, end). */
static void
take_parameters(const char *text, unsigned pos, unsigned end, char separator, msdiag_list_t *list)
{
    list->count = list->empty = 0;
    list->rest = (msdiag_span_t){ end, 0 };
    while (pos < end) {
        unsigned start = skip_blanks(text, end, pos);

        if (start < end && text[start] == separator) {
            list->empty++;
            pos = start + 1;
            continue;
        }
        if (start == end)
            break;
        if (list->count == MSDIAG_MAX_PARAMS) {
            list->rest = trimmed(text, start, end);
            break;
        }
        pos = take_parameter(text, end, start, separator, &list->params[list->count++]);
        if (pos < end)
            pos++; /* the separator */
    }
}

void
msdiag_parse_header(const char *text, unsigned length, msdiag_header_t *header)
{
    unsigned pos = skip_blanks(text, length, 0);
    uint64_t id = 0;
    unsigned start, stop;

    memset(header, 0, G_STRUCT_OFFSET(msdiag_header_t, list));
    if (pos < length && text[pos] == '[') /* some tools print the value in brackets */
        pos++;
    for (start = pos; pos < length && g_ascii_isdigit(text[pos]); pos++)
        if (id <= UINT32_MAX)
            id = id * 10 + (unsigned)g_ascii_digit_value(text[pos]);
    header->id_span = (msdiag_span_t){ start, pos - start };
    if (pos == start) {
        header->id_state = MSDIAG_ID_MISSING;
    } else if (id > UINT32_MAX) {
        header->id_state = MSDIAG_ID_TOO_BIG;
    } else {
        header->id_state = MSDIAG_ID_OK;
        header->id = (uint32_t)id;
    }
    if (pos > start && pos + 1 < length && text[pos] == '.' && g_ascii_isdigit(text[pos + 1])) {
        start = ++pos;
        while (pos < length && (g_ascii_isdigit(text[pos]) || text[pos] == '.'))
            pos++;
        header->sub_id = (msdiag_span_t){ start, pos - start };
    }
    stop = separator_from(text, pos, length, ';');
    header->stray = trimmed(text, pos, stop);
    take_parameters(text, stop < length ? stop + 1 : length, length, ';', &header->list);
    /* A ";" at the very end is common and says nothing; only ";;" tells of a lost parameter. */
}

void
msdiag_parse_list(const char *text, msdiag_span_t span, msdiag_list_t *list)
{
    take_parameters(text, span.offset, span.offset + span.length, ',', list);
}

msdiag_place_t
msdiag_place_of(const char *text, msdiag_span_t name)
{
    const msdiag_key_t *key = msdiag_key_find(text + name.offset, name.length);

    return key ? key->place : MSDIAG_PLACE_NONE;
}

bool
msdiag_take_label(const char *text, msdiag_span_t *span, msdiag_span_t *label)
{
    unsigned end = span->offset + span->length;
    unsigned pos = span->offset;

    if (!memchr(text + pos, ':', span->length)) /* most have none */
        return false;
    while (pos < end && (g_ascii_isalpha(text[pos]) || text[pos] == '-'))
        pos++;
    if (pos == span->offset || pos == end || text[pos] != ':')
        return false;
    /* "audio:ICEWarn=", but not "host:port" or "a:1". */
    if (pos + 1 < end && !g_ascii_isalpha(text[pos + 1]) && !blank_at(text, end, pos + 1))
        return false;
    *label = (msdiag_span_t){ span->offset, pos - span->offset };
    *span = trimmed(text, pos + 1, end);
    return true;
}

/* The ICEWarn values of the media debug data in a span. */
static void
each_flags_of_media(const char *text, msdiag_span_t span, msdiag_flags_found_t found, void *data)
{
    msdiag_list_t *list = g_new(msdiag_list_t, 1);
    msdiag_span_t media = { 0, 0 };

    msdiag_parse_list(text, span, list);
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_span_t name = list->params[i].name;

        msdiag_take_label(text, &name, &media);
        if (msdiag_place_of(text, name) == MSDIAG_PLACE_FLAGS)
            found(data, text, list->params[i].value, media);
    }
    g_free(list);
}

void
msdiag_each_flags(const char *text, const msdiag_list_t *list, msdiag_flags_found_t found, void *data)
{
    msdiag_span_t media = { 0, 0 };

    for (unsigned i = 0; i < list->count; i++)
        if (msdiag_place_of(text, list->params[i].name) == MSDIAG_PLACE_MEDIA)
            media = list->params[i].value;
    for (unsigned i = 0; i < list->count; i++) {
        const msdiag_param_t *param = &list->params[i];
        msdiag_place_t place = msdiag_place_of(text, param->name);

        if (place == MSDIAG_PLACE_FLAGS)
            found(data, text, param->value, media);
        else if (place == MSDIAG_PLACE_CALLER_MEDIA || place == MSDIAG_PLACE_CALLEE_MEDIA)
            each_flags_of_media(text, param->value, found, data);
    }
}
