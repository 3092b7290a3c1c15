/* uclog-dump.c
 * Text dumps of SIP messages: what telephone systems and SIP writers print when they are told to
 *
 * What announces a message is in uclog-dump-forms.c. It follows on lines of its own, and ends where its
 * Content-Length says, with a line of dashes, or with what begins the next one. Two forms announce nothing, both of
 * kamailio: a line of syslog with the message in it, #015#012, "#015 " or \r\n for line ends; and an entry of the
 * journal with the first line at its end, and the others indented.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-parser.h"

#include "knowledge/array.h"
#include "logs/uclog-dump-forms.h"
#include "logs/uclog-sip.h"
#include "text/sbc-log.h"

/* A status line has no more bytes where an entry of the journal ends with it. */
#define LONGEST_STATUS 100

/* The journal indents by what stands in front of an entry: a time, a host and a program. */
#define LEAST_INDENT 8

/* Lines between what announces a message and its first line: blank ones and dashes. */
#define MOST_LINES_BEFORE 3

typedef enum { IDLE, WANT_START, MESSAGE } state_t;

typedef struct {
    uclog_sink_t *sink;
    state_t state;
    uclog_record_t *record;
    uclog_sip_t sip;
    unsigned waited; /* lines since the announcement */
    bool by_ios;     /* Cisco's IOS tells direction and addresses in a line of its own */
    bool barred;     /* a bar stands in front of the message and behind it */
    bool in_journal; /* the lines behind the first are indented, and the first that is not ends the message */
    size_t indent;   /* blanks in front of each line of the message */
    bool prefixed;   /* each line has "name[123]: " in front, behind a time: syslog or the journal wrote it */
    bool bracketed;  /* each line has a time in brackets, as Asterisk's console writes it */
    bool has_time;
    uclog_stamp_t stamp; /* of the last line that had one */
    bool has_stamp;
} dump_parser_t;

/* Notes the time that a line begins with; returns how many bytes it has, 0 = none. */
static size_t
line_time(dump_parser_t *parser, const char *text, size_t length)
{
    size_t used = uclog_stamp_parse_line(&parser->stamp, text, length, parser->has_stamp ? &parser->stamp : NULL,
                                         &parser->sink->written);

    parser->has_stamp = parser->has_stamp || used > 0;
    return used;
}

/* How much stands in front of the date in a line of IOS: "007592: *"; *stamp is set where there is a date. */
static bool
ios_time(const dump_parser_t *parser, const char *text, size_t length, uclog_stamp_t *stamp)
{
    enum { DAY = sizeof "Apr  7 " - 1, YEAR = sizeof "2022 " - 1, LONGEST = 32 };
    char plain[LONGEST + 1];
    size_t at = 0;
    unsigned year = 0;

    while (at < length && g_ascii_isdigit(text[at]))
        at++;
    at = at && at + 2 < length && memcmp(text + at, ": ", 2) == 0 ? at + 2 : 0;
    at += at < length && strchr("*.", text[at]) && text[at];
    uclog_copy_name(plain, sizeof plain, text + at, length - at);
    if (strlen(plain) > DAY + YEAR && plain[DAY + YEAR - 1] == ' ' && strspn(plain + DAY, "0123456789") == YEAR - 1) {
        year = (unsigned)strtoul(plain + DAY, NULL, 10);
        memmove(plain + DAY, plain + DAY + YEAR, sizeof plain - DAY - YEAR);
    }
    if (!uclog_stamp_parse_month(stamp, plain, strlen(plain)))
        return false;
    uclog_stamp_guess_year(stamp, parser->has_stamp ? &parser->stamp : NULL, &parser->sink->written);
    if (year)
        stamp->year = year;
    return true;
}

/* The program and its number stand no farther from the begin of a line. */
#define FARTHEST_PROGRAM 120

/* How much of a line stands in front of what a program has written: "… name[123]: "; 0 = there is no such thing. */
static size_t
prefix_length(const char *text, size_t length)
{
    const char *colon = text;
    size_t digits;

    length = MIN(length, FARTHEST_PROGRAM);
    while ((colon = uclog_find(colon, length - (size_t)(colon - text), "]: ")) != NULL) {
        for (digits = 0; digits < (size_t)(colon - text) && g_ascii_isdigit(colon[-1 - (ptrdiff_t)digits]);)
            digits++;
        if (digits && digits + 1 < (size_t)(colon - text) && colon[-1 - (ptrdiff_t)digits] == '[' &&
            g_ascii_isalnum(colon[-2 - (ptrdiff_t)digits]))
            return (size_t)(colon - text) + 3;
        colon++;
    }
    return 0;
}

static void
set_time(dump_parser_t *parser, const uclog_form_t *form, const uclog_line_t *line)
{
    const char *at = form->time ? uclog_find(line->text, line->length, form->time) : NULL;
    uclog_stamp_t stamp = parser->has_stamp ? parser->stamp : parser->sink->written;

    if (at) {
        size_t left;

        at += strlen(form->time);
        left = line->length - (size_t)(at - line->text);
        if (uclog_stamp_parse_iso(&stamp, at, left) || uclog_stamp_parse_clock(&stamp, at, left))
            parser->has_time = true;
    }
    parser->has_time |= parser->has_stamp;
    uclog_sink_set_time(parser->sink, parser->record, &stamp);
}

static void
finish(dump_parser_t *parser)
{
    uclog_record_t *record = parser->record;

    parser->state = IDLE;
    parser->record = NULL;
    if (!record)
        return;
    if (!parser->has_time)
        uclog_record_comment(record, "The log gives no time: the date is that of the file's last change");
    if (uclog_sip_end(&parser->sip)) {
        uclog_sink_put_message(parser->sink, record, NULL);
        return;
    }
    uclog_sink_skip(parser->sink, record->line, "a message without a SIP start line");
    uclog_record_free(record);
}

/* A start line alone is no message: some entry has ended with one. */
static void
finish_journal(dump_parser_t *parser)
{
    if (!parser->indent) {
        uclog_record_free(parser->record);
        parser->record = NULL;
    }
    finish(parser);
}

/* A time in brackets stands for that in front of it, unless that alone tells its zone, as the journal's does. */
static bool
is_bracketed(dump_parser_t *parser, const char *text, size_t length)
{
    const uclog_stamp_t before = parser->stamp;

    if (!length || text[0] != '[' || !line_time(parser, text, length))
        return false;
    if (before.zoned && !parser->stamp.zoned)
        parser->stamp = before;
    return true;
}

static void
announce(dump_parser_t *parser, const uclog_form_t *form, const uclog_line_t *line)
{
    size_t prefix = line_time(parser, line->text, line->length) ? prefix_length(line->text, line->length) : 0;
    uclog_stamp_t stamp = { 0 };

    finish(parser);
    parser->by_ios = form->writer == UCLOG_IOS;
    if (parser->by_ios && ios_time(parser, line->text, line->length, &stamp)) {
        parser->stamp = stamp;
        parser->has_stamp = true;
    }
    parser->record = uclog_sink_record(parser->sink, UCLOG_MESSAGE, line, parser->sink->last_ms);
    parser->record->direction = form->direction;
    parser->prefixed = prefix > 0;
    parser->barred = form->writer == UCLOG_EXPRESSWAY;
    parser->in_journal = false;
    parser->bracketed = is_bracketed(parser, line->text, line->length) ||
                        is_bracketed(parser, line->text + prefix, line->length - prefix);
    parser->has_time = false;
    set_time(parser, form, line);
    uclog_dump_set_address(parser->record, form, line);
    uclog_sip_begin(&parser->sip, parser->record);
    parser->state = WANT_START;
    parser->waited = 0;
}

/* A line as it was in the message: without what stands in front of each, time and indent. */
static uclog_line_t
bare_line(const dump_parser_t *parser, const uclog_line_t *line)
{
    uclog_line_t bare = *line;
    const char *close;
    size_t at = parser->prefixed ? prefix_length(line->text, line->length) : 0;

    bare.text += at;
    bare.length -= at;
    at = 0;
    if (parser->bracketed && bare.length && bare.text[0] == '[' &&
        (close = (const char *)memchr(bare.text, ']', bare.length)) != NULL) {
        at = (size_t)(close - bare.text) + 1;
        at += at < bare.length && bare.text[at] == ' ';
    }
    for (size_t i = 0; i < parser->indent && at < bare.length && bare.text[at] == ' '; i++)
        at++;
    bare.text += at;
    bare.length -= at;
    return bare;
}

static void
start(dump_parser_t *parser, const uclog_line_t *line)
{
    uclog_line_t bare;
    size_t blanks = 0;

    parser->indent = 0;
    bare = bare_line(parser, line);
    while (blanks < bare.length && bare.text[blanks] == ' ')
        blanks++;
    parser->indent = blanks;
    if (parser->barred && blanks < bare.length && bare.text[blanks] == '|')
        blanks++;
    if (uclog_sip_is_start_line(bare.text + blanks, bare.length - blanks)) {
        uclog_sip_start_line(&parser->sip, bare.text + blanks, bare.length - blanks);
        parser->state = MESSAGE;
    } else if (!(parser->by_ios && uclog_dump_ios_way(parser->record, bare.text, bare.length)) &&
               ++parser->waited > MOST_LINES_BEFORE) {
        finish(parser);
    }
}

/* Whether a line stands behind the message: dashes, or the words that a form ends with. */
static bool
is_end(const uclog_line_t *line)
{
    static const char *const ends[] = { "<-----", "-----", "MESSAGE END ", ", msgLen = ", "--- (" };

    if (line->length < 3 || !strchr("<-M,", line->text[0]))
        return false;
    for (size_t i = 0; i < array_length(ends); i++)
        if (line->length >= strlen(ends[i]) && memcmp(line->text, ends[i], strlen(ends[i])) == 0)
            return true;
    return line->length == 3 && memcmp(line->text, "---", 3) == 0;
}

/* Whether IOS goes on with something else: a line with a date. */
static bool
is_other_of_ios(const dump_parser_t *parser, const uclog_line_t *line)
{
    uclog_stamp_t stamp = { 0 };

    return parser->by_ios && line->length &&
           (g_ascii_isdigit(line->text[0]) || strchr("*.JFMASOND", line->text[0])) &&
           ios_time(parser, line->text, line->length, &stamp);
}

/* Whether the body is there, and the line does not look like one more of it. */
static bool
is_behind_body(const dump_parser_t *parser, const uclog_line_t *line)
{
    const uclog_sip_t *sip = &parser->sip;

    return sip->phase == UCLOG_SIP_BODY && sip->content_length >= 0 &&
           sip->record->data.length - sip->body >= (size_t)sip->content_length &&
           !(line->length > 2 && g_ascii_islower(line->text[0]) && line->text[1] == '=');
}

/* A dashed line may be the boundary of a multipart body. */
static bool
is_boundary(const dump_parser_t *parser, const uclog_line_t *line)
{
    const uclog_sip_t *sip = &parser->sip;

    return sip->phase == UCLOG_SIP_BODY && sip->content_length > 0 &&
           sip->record->data.length - sip->body + line->length < (size_t)sip->content_length &&
           line->text[0] == '-' && line->text[line->length - 1] != '-';
}

/* Whether the bar behind a message ends a line, which it is taken off: alone behind blanks or, behind a body without
 * a line end, with the rest of it in front. */
static bool
has_bar_at_end(const dump_parser_t *parser, uclog_line_t *line)
{
    size_t length = line->length;

    if (!length || line->text[length - 1] != '|')
        return false;
    for (length--; length && line->text[length - 1] == ' ';)
        length--;
    if (length && parser->sip.phase != UCLOG_SIP_BODY)
        return false;
    line->length = length ? line->length - 1 : 0;
    return true;
}

static void
message_line(dump_parser_t *parser, const uclog_line_t *line)
{
    uclog_line_t bare = bare_line(parser, line);
    bool closed = parser->barred && has_bar_at_end(parser, &bare);

    if (closed && bare.length)
        uclog_sip_line(&parser->sip, &bare);
    if (closed || (is_end(&bare) && !is_boundary(parser, &bare)) || is_behind_body(parser, &bare) ||
        is_other_of_ios(parser, &bare))
        finish(parser);
    else
        uclog_sip_line(&parser->sip, &bare);
}

/* Where the start line of a message begins whose end stands at an offset, and what begins it; NULL = nowhere. */
static const char *
start_before(const char *text, const char *end)
{
    const char *word = end;

    for (unsigned words = 0; word > text && words < 3; words++) {
        while (word > text && word[-1] == ' ')
            word--;
        while (word > text && word[-1] != ' ')
            word--;
        while (word < end && !g_ascii_isalnum(*word))
            word++;
        if (uclog_sip_is_start_line(word, (size_t)(end - word)))
            return word;
        while (word > text && word[-1] != ' ')
            word--;
    }
    return NULL;
}

/* The message that a line of syslog holds with its line ends escaped; NULL = it has none. */
static const char *
escaped_message(const uclog_line_t *line)
{
    static const char *const ends[] = { "#015#012", "\\r\\n", "#015 " };

    if (line->continued || line->length < 100)
        return NULL;
    for (size_t i = 0; i < array_length(ends); i++) {
        const char *end = uclog_find(line->text, line->length, ends[i]);
        const char *status = end ? uclog_find(line->text, (size_t)(end - line->text), "SIP/2.0 ") : NULL;

        if (status && uclog_sip_is_start_line(status, (size_t)(end - status)))
            return status;
        if (end)
            return start_before(line->text, end);
    }
    return NULL;
}

/* Begins a message of which the log tells the time alone. */
static void
begin_message(dump_parser_t *parser, const uclog_line_t *line)
{
    finish(parser);
    parser->record = uclog_sink_record(parser->sink, UCLOG_MESSAGE, line, parser->sink->last_ms);
    line_time(parser, line->text, line->length);
    parser->has_time = parser->has_stamp;
    uclog_sink_set_time(parser->sink, parser->record, parser->has_time ? &parser->stamp : &parser->sink->written);
    uclog_sip_begin(&parser->sip, parser->record);
}

/* The start line that an entry of the journal ends with; NULL = it has none. */
static const char *
start_at_end(const uclog_line_t *line)
{
    static const char version[] = "SIP/2.0";
    const char *end = line->text + line->length, *status;
    size_t prefix, tail = MIN(line->length, LONGEST_STATUS);

    if (line->continued || line->length < sizeof version || !g_ascii_isalnum(line->text[0]) ||
        !(status = uclog_find(end - tail, tail, version)) ||
        (prefix = prefix_length(line->text, line->length)) == 0 || status < line->text + prefix)
        return NULL;
    return status + sizeof version - 1 == end                        ? start_before(line->text + prefix, end)
           : uclog_sip_is_start_line(status, (size_t)(end - status)) ? status
                                                                     : NULL;
}

static void
journal_message(dump_parser_t *parser, const uclog_line_t *line, const char *start)
{
    begin_message(parser, line);
    uclog_sip_start_line(&parser->sip, start, line->length - (size_t)(start - line->text));
    parser->prefixed = parser->bracketed = parser->barred = parser->by_ios = false;
    parser->in_journal = true;
    parser->indent = 0;
    parser->state = MESSAGE;
}

/* Whether a line goes on with the message that an entry of the journal has begun: the first one behind it tells how
 * far they are indented. */
static bool
goes_on_in_journal(dump_parser_t *parser, const uclog_line_t *line)
{
    size_t blanks = 0;

    while (blanks < line->length && line->text[blanks] == ' ')
        blanks++;
    if (!parser->indent && blanks >= LEAST_INDENT && memchr(line->text, ':', line->length))
        parser->indent = blanks;
    return parser->indent && (blanks >= parser->indent || blanks == line->length);
}

static void
whole_message(dump_parser_t *parser, const uclog_line_t *line, const char *message)
{
    GString *text = g_string_new(NULL);
    const char *at, *end;

    sbc_log_unescape(text, message, line->length - (size_t)(message - line->text));
    begin_message(parser, line);
    end = text->str + text->len;
    for (at = text->str; at < end;) {
        const char *stop = (const char *)memchr(at, '\n', (size_t)(end - at));
        uclog_line_t piece = { at, (size_t)((stop ? stop : end) - at), stop ? 1 : 0, false, 0, 1 };

        if (parser->sip.phase == UCLOG_SIP_START)
            uclog_sip_start_line(&parser->sip, piece.text, piece.length);
        else
            uclog_sip_line(&parser->sip, &piece);
        at = stop ? stop + 1 : end;
    }
    g_string_free(text, TRUE);
    finish(parser);
}

static void
dump_line(void *data, const uclog_line_t *line)
{
    dump_parser_t *parser = data;
    const uclog_form_t *form = uclog_dump_form(line);
    const char *message;

    if (parser->state == MESSAGE && parser->in_journal && !goes_on_in_journal(parser, line))
        finish_journal(parser);
    if (form) {
        announce(parser, form, line);
        if (form->writer == UCLOG_SONUS) { /* the start line stands in the same one */
            uclog_line_t rest = *line;

            rest.text = uclog_find(line->text, line->length, form->mark) + strlen(form->mark);
            rest.length = line->length - (size_t)(rest.text - line->text);
            start(parser, &rest);
        }
    } else if (parser->state == MESSAGE) {
        message_line(parser, line);
    } else if ((message = escaped_message(line)) != NULL) {
        whole_message(parser, line, message);
    } else if (parser->state == WANT_START) {
        start(parser, line);
    } else if ((message = start_at_end(line)) != NULL) {
        journal_message(parser, line, message);
    } else if (!line->continued) {
        line_time(parser, line->text, line->length);
    }
}

static bool
dump_probe(const uclog_line_t *line)
{
    return uclog_dump_form(line) || escaped_message(line) || start_at_end(line);
}

static bool
dump_leftover(const uclog_line_t *line)
{
    (void)line;
    return false;
}

static void *
dump_start(uclog_sink_t *sink)
{
    dump_parser_t *parser = g_new0(dump_parser_t, 1);

    parser->sink = sink;
    parser->stamp = sink->before;
    parser->has_stamp = sink->has_before;
    return parser;
}

static void
dump_end(void *data)
{
    finish(data);
}

static void
dump_idle(void *data)
{
    (void)data; /* a message ends with what comes behind it */
}

static void
dump_stop(void *data)
{
    dump_parser_t *parser = data;

    uclog_record_free(parser->record);
    g_free(parser);
}

const uclog_format_t uclog_dump_format = {
    "text dump of SIP", false, dump_probe, dump_leftover, dump_start, dump_line, dump_end, dump_idle, dump_stop, true,
};
