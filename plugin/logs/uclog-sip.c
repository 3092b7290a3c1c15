/* uclog-sip.c
 * Rebuilds the bytes of a SIP message from the lines of a log
 *
 * The logs keep the text of a message, not its bytes: line ends are those of the
 * log, a logger adds a line end behind the body, Snooper and web pages drop or
 * double blank lines. Content-Length tells which of these happened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-sip.h"

#include "knowledge/array.h"

/* What a web page makes of plain characters; also as single bytes of code page 1252. */
static const struct {
    char mangled[4];
    unsigned length;
    char plain;
} web_characters[] = {
    { "\xE2\x80\x9C", 3, '"' },                               /* left double quotation mark */
    { "\xE2\x80\x9D", 3, '"' },                               /* right double quotation mark */
    { "\xE2\x80\x9E", 3, '"' },                               /* low double quotation mark */
    { "\xE2\x80\xB3", 3, '"' },                               /* double prime */
    { "\xE2\x80\x98", 3, '\'' },                              /* single quotation marks */
    { "\xE2\x80\x99", 3, '\'' }, { "\xE2\x80\xB2", 3, '\'' }, /* prime */
    { "\xE2\x80\x93", 3, '-' },                               /* en dash */
    { "\xC2\xA0", 2, ' ' },                                   /* no-break space */
    { "\x93", 1, '"' },          { "\x94", 1, '"' },          { "\x91", 1, '\'' },
    { "\x92", 1, '\'' },         { "\x96", 1, '-' },          { "\xA0", 1, ' ' },
};

/* The row for the character at text[0], NULL if it is none of these. Single bytes count only outside UTF-8.
 */
static const char *
web_character(const char *text, size_t length, unsigned *used)
{
    gunichar character = g_utf8_get_char_validated(text, (gssize)length);
    bool utf8 = character != (gunichar)-1 && character != (gunichar)-2;

    for (size_t i = 0; i < array_length(web_characters); i++) {
        if (utf8 == (web_characters[i].length > 1) && length >= web_characters[i].length &&
            memcmp(text, web_characters[i].mangled, web_characters[i].length) == 0) {
            *used = web_characters[i].length;
            return &web_characters[i].plain;
        }
    }
    *used = utf8 ? (unsigned)g_unichar_to_utf8(character, NULL) : 1;
    return NULL;
}

bool
uclog_is_web_copy(const char *text, size_t length)
{
    unsigned used;

    if (uclog_is_ascii(text, length))
        return false;
    for (size_t i = 0; i < length; i += used) {
        used = 1;
        if ((unsigned char)text[i] >= 0x80 && web_character(text + i, length - i, &used))
            return true;
    }
    return false;
}

bool
uclog_restore_ascii(uclog_bytes_t *bytes, const char *text, size_t length)
{
    bool restored = false;
    unsigned used;

    for (size_t i = 0; i < length; i += used) {
        const char *plain = NULL;

        used = 1;
        if ((unsigned char)text[i] >= 0x80)
            plain = web_character(text + i, length - i, &used);
        uclog_bytes_append(bytes, plain ? plain : text + i, plain ? 1 : used);
        restored = restored || plain;
    }
    return restored;
}

void
uclog_sip_begin(uclog_sip_t *sip, uclog_record_t *record)
{
    memset(sip, 0, sizeof *sip);
    sip->record = record;
    sip->content_length = -1;
}

bool
uclog_sip_is_start_line(const char *text, size_t length)
{
    size_t method = 0;

    while (length && text[length - 1] == ' ')
        length--;
    if (length >= 11 && memcmp(text, "SIP/2.0 ", 8) == 0)
        return g_ascii_isdigit(text[8]) && g_ascii_isdigit(text[9]) && g_ascii_isdigit(text[10]);
    while (method < length && (g_ascii_isupper(text[method]) || text[method] == '_'))
        method++;
    return method > 0 && length > method + 8 && text[method] == ' ' && memcmp(text + length - 8, " SIP/2.0", 8) == 0;
}

/* Appends to the message, as far as a packet can hold it. */
static void
append(uclog_sip_t *sip, const char *text, size_t length)
{
    uclog_bytes_t *data = &sip->record->data;
    size_t room = UCLOG_MAX_DATA - MIN(data->length, UCLOG_MAX_DATA);

    if (length > room) {
        sip->cut_at_limit = true;
        length = room;
    }
    if (!sip->web_copy)
        uclog_bytes_append(data, text, length);
    else if (uclog_restore_ascii(data, text, length))
        sip->restored = true;
}

/* Appends the text and CR LF. */
static void
append_line(uclog_sip_t *sip, const char *text, size_t length)
{
    uclog_bytes_t *data = &sip->record->data;

    if (sip->web_copy || data->length + length + 2 > UCLOG_MAX_DATA) {
        append(sip, text, length);
        append(sip, "\r\n", 2);
        return;
    }
    if (data->size - data->length < length + 2)
        uclog_bytes_reserve(data, length + 2);
    memcpy(data->data + data->length, text, length);
    data->length += length + 2;
    data->data[data->length - 2] = '\r';
    data->data[data->length - 1] = '\n';
}

void
uclog_sip_start_line(uclog_sip_t *sip, const char *text, size_t length)
{
    while (length && text[length - 1] == ' ')
        length--;
    sip->record->start_line.offset = (uint32_t)sip->record->data.length;
    append(sip, text, length);
    sip->record->start_line.length = (uint32_t)sip->record->data.length - sip->record->start_line.offset;
    append(sip, "\r\n", 2);
    sip->phase = UCLOG_SIP_HEADERS;
}

static void
note_content_length(uclog_sip_t *sip, const char *value, size_t length)
{
    int64_t number = 0;
    size_t i;

    for (i = 0; i < length && g_ascii_isdigit(value[i]) && number < INT32_MAX; i++)
        number = number * 10 + (value[i] - '0');
    if (i > 0)
        sip->content_length = number;
}

/* Whether `text` starts with the name, which is in lower case and has letters and hyphens only. */
static inline bool
starts_with_name(const char *text, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((text[i] | 0x20) != name[i])
            return false;
    }
    return true;
}

/* The headers that the reader itself needs; RFC 3261 7.3.3 has the short names. */
static void
note_header(uclog_sip_t *sip, const char *text, size_t length)
{
    static const struct {
        char name[16];
        unsigned length;
        enum { CALL_ID, CSEQ, CONTENT_LENGTH } header;
    } headers[] = {
        { "call-id", 7, CALL_ID },  { "i", 1, CALL_ID },
        { "cseq", 4, CSEQ },        { "content-length", 14, CONTENT_LENGTH },
        { "l", 1, CONTENT_LENGTH },
    };
    size_t base = sip->record->data.length;

    for (size_t i = 0; i < array_length(headers); i++) {
        size_t value = headers[i].length;
        uclog_slice_t slice;

        if (length <= value || !starts_with_name(text, headers[i].name, value))
            continue;
        while (value < length && text[value] == ' ')
            value++;
        if (value == length || text[value] != ':')
            continue;
        for (value++; value < length && text[value] == ' ';)
            value++;
        while (length > value && text[length - 1] == ' ')
            length--;
        slice.offset = (uint32_t)(base + value);
        slice.length = (uint32_t)(length - value);
        switch (headers[i].header) {
        case CALL_ID:
            sip->record->call_id = slice;
            break;
        case CSEQ:
            sip->record->cseq = slice;
            break;
        case CONTENT_LENGTH:
            note_content_length(sip, text + value, length - value);
            break;
        }
        return;
    }
}

void
uclog_sip_begin_body(uclog_sip_t *sip)
{
    if (sip->phase != UCLOG_SIP_HEADERS)
        return;
    append(sip, "\r\n", 2);
    sip->phase = UCLOG_SIP_BODY;
    sip->body = sip->record->data.length;
    sip->blanks = 0;
}

/* Whether the text is "name: …" with a header's name. */
static bool
is_header(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && (g_ascii_isalnum(text[i]) || text[i] == '-' || text[i] == '_' || text[i] == '.'))
        i++;
    return i > 0 && i < length && text[i] == ':';
}

/* Snooper and web pages lose the blank line before a body: SDP, XML and multipart bodies show by their start.
 */
static bool
starts_body(const char *text, size_t length)
{
    if (text[0] != 'v' && text[0] != '<' && text[0] != '-')
        return false;
    return (length == 3 && memcmp(text, "v=0", 3) == 0) || (length > 1 && text[0] == '<' && text[1] != ' ') ||
           (length > 2 && memcmp(text, "--", 2) == 0);
}

static void
header_line(uclog_sip_t *sip, const uclog_line_t *line)
{
    const char *text = line->text;
    size_t length = line->length;

    if (!line->continued) {
        /* A paste indents every line; " name: value" as a folded header would be most unusual. */
        if (length > 1 && text[0] == ' ' && is_header(text + 1, length - 1)) {
            text++;
            length--;
            sip->unindented = true;
        }
        if ((text[0] | 0x20) == 'c' || (text[0] | 0x20) == 'i' || (text[0] | 0x20) == 'l')
            note_header(sip, text, length);
    }
    sip->bare_log = line->end == 1;
    if (line->end == 1)
        append_line(sip, text, length);
    else
        append(sip, text, length + line->end);
}

static void
body_line(uclog_sip_t *sip, const uclog_line_t *line)
{
    if (line->end == 2) {
        append(sip, line->text, line->length + 2);
    } else if (line->end == 1 && sip->bare_log) {
        append_line(sip, line->text, line->length);
    } else {
        append(sip, line->text, line->length);
        if (line->end)
            append(sip, "\n", 1);
    }
}

/* A spaced copy: which of the blank lines were in the message? Half of what is there. */
static void
spaced_line(uclog_sip_t *sip, const uclog_line_t *line)
{
    static const uclog_line_t blank = { "\r\n", 0, 2, false, 0, 0 };

    if (sip->phase == UCLOG_SIP_HEADERS) {
        if (sip->blanks >= 2 || !is_header(line->text, line->length))
            uclog_sip_begin_body(sip);
    } else {
        bool part_ends = sip->phase == UCLOG_SIP_PART_HEADERS && !is_header(line->text, line->length);

        for (unsigned i = part_ends ? 1 : sip->blanks / 2; i > 0; i--)
            body_line(sip, &blank);
        if (part_ends || sip->blanks >= 2)
            sip->phase = UCLOG_SIP_BODY;
    }
    sip->blanks = 0;
    if (sip->phase == UCLOG_SIP_HEADERS) {
        header_line(sip, line);
        return;
    }
    body_line(sip, line);
    if (line->length > 2 && memcmp(line->text, "--", 2) == 0)
        sip->phase = UCLOG_SIP_PART_HEADERS;
}

void
uclog_sip_line(uclog_sip_t *sip, const uclog_line_t *line)
{
    bool is_blank = line->length == 0 && !line->continued;

    if (sip->spaced) {
        if (is_blank)
            sip->blanks++;
        else if (line->continued)
            (sip->phase == UCLOG_SIP_HEADERS ? header_line : body_line)(sip, line);
        else
            spaced_line(sip, line);
        return;
    }
    if (sip->phase == UCLOG_SIP_HEADERS) {
        if (is_blank) {
            uclog_sip_begin_body(sip);
            return;
        }
        if (line->continued || !starts_body(line->text, line->length)) {
            header_line(sip, line);
            return;
        }
        uclog_sip_begin_body(sip);
    }
    body_line(sip, line);
}

/* Whether the body of `length` bytes has the length `wanted`, not counting line ends that a logger put behind
 * it. */
static bool
fits(const char *body, size_t length, size_t wanted)
{
    if (length < wanted)
        return false;
    for (size_t i = wanted; i < length; i++) {
        if (body[i] != '\r' && body[i] != '\n' && body[i] != ' ')
            return false;
    }
    return true;
}

/* Gives every line feed of the body its CR. In place: the body moves right by what it grows, and is copied
 * back line by line. */
static void
add_returns(uclog_sip_t *sip)
{
    uclog_bytes_t *data = &sip->record->data;
    size_t length = data->length - sip->body, missing = 0;
    const char *from, *end, *feed;
    char *to;

    end = data->data + data->length;
    for (from = data->data + sip->body; from < end && (feed = memchr(from, '\n', (size_t)(end - from)));
         from = feed + 1)
        missing += feed == from || feed[-1] != '\r';
    if (missing == 0)
        return;
    uclog_bytes_reserve(data, missing);
    to = data->data + sip->body;
    memmove(to + missing, to, length);
    data->length += missing;
    end = data->data + data->length;
    for (from = to + missing; (feed = memchr(from, '\n', (size_t)(end - from))) != NULL; from = feed + 1) {
        bool bare = feed == from || feed[-1] != '\r';

        memmove(to, from, (size_t)(feed - from));
        to += feed - from;
        if (bare)
            *to++ = '\r';
        *to++ = '\n';
    }
    memmove(to, from, (size_t)(end - from));
}

/* Takes the CR before every line feed of the body away. */
static void
take_returns(uclog_sip_t *sip)
{
    uclog_bytes_t *data = &sip->record->data;
    size_t to = sip->body;

    for (size_t i = sip->body; i < data->length; i++) {
        if (data->data[i] != '\r' || i + 1 == data->length || data->data[i + 1] != '\n')
            data->data[to++] = data->data[i];
    }
    data->length = to;
}

/* The line ends of the body: as the log has them, all with CR, all without. One of them fits the
 * Content-Length. */
static void
fit_body(uclog_sip_t *sip)
{
    static void (*const changes[])(uclog_sip_t *) = { NULL, add_returns, take_returns };
    uclog_bytes_t *data = &sip->record->data;
    size_t wanted = (size_t)sip->content_length;

    for (size_t i = 0; i < array_length(changes); i++) {
        if (changes[i])
            changes[i](sip);
        if (fits(data->data + sip->body, data->length - sip->body, wanted)) {
            data->length = sip->body + wanted;
            return;
        }
    }
    add_returns(sip);
    if (!sip->cut_at_limit)
        uclog_record_comment(sip->record, "Content-Length says %zu bytes, the log holds %zu bytes of body", wanted,
                             data->length - sip->body);
}

/* Keeps a slice inside the message: replaced characters and the size limit make it shorter. */
static void
clamp(const uclog_record_t *record, uclog_slice_t *slice)
{
    if (slice->offset > record->data.length)
        slice->length = 0;
    else
        slice->length = MIN(slice->length, (uint32_t)record->data.length - slice->offset);
}

bool
uclog_sip_end(uclog_sip_t *sip)
{
    if (sip->phase == UCLOG_SIP_START)
        return false;
    uclog_sip_begin_body(sip);
    if (sip->content_length >= 0)
        fit_body(sip);
    else
        add_returns(sip);
    if (sip->cut_at_limit)
        uclog_record_comment(sip->record, "Longer than %u bytes: the rest is left out", UCLOG_MAX_DATA);
    clamp(sip->record, &sip->record->start_line);
    clamp(sip->record, &sip->record->call_id);
    clamp(sip->record, &sip->record->cseq);
    if (sip->unindented)
        uclog_record_comment(sip->record, "The blank before header lines was taken away");
    if (sip->restored)
        uclog_record_comment(sip->record, "Quotes and blanks of a web page turned back into ASCII");
    return true;
}
