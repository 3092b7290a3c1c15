/* uclog-sbc.c
 * Syslog of AudioCodes SBCs, as a collector wrote it
 *
 *   Jul 29 12:00:01 10.1.1.1 [S=71] [SID=2ed1c8:96:5] (N 71121) ---- Incoming SIP Message from 192.0.2.1:5060 to
 *     SIPInterface #0 (Teams) TLS TO(#3) SocketID(7) ----
 *   INVITE sip:… SIP/2.0, the message on lines of its own, or in the same line with #012 for line ends
 *   … [Time:29-07@12:00:01.123]
 *   Jul 29 12:00:01 10.1.1.1 [S=72] [SID=2ed1c8:96:5] (N 71122) the rest of a long message [Time:…]
 *
 * Entries before the first of these lines stand in the same record where the device joins several to one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-parser.h"

#include "logs/uclog-sip.h"
#include "text/sbc-log.h"

typedef struct {
    uclog_sink_t *sink;
    uclog_record_t *record; /* the message under construction; NULL = none */
    GString *text;          /* its text so far, with LF for line ends */
    GString *session;       /* of the record that was read last, and so of the message */
    sbc_head_t head;        /* of the record that was read last */
    sbc_head_t begun;       /* of the record that it has begun in */
    bool has_time;          /* the device has told it */
    bool collectors_time;
    uclog_stamp_t known; /* the last time that the log has told: the device's, or the collector's */
    bool has_known;
    int64_t first;    /* offset of the first line of the record that is read */
    unsigned missing; /* records that the collector has not got, before the message */
    bool seen_any;
    unsigned last_sequence; /* of the last record of the file */
} sbc_parser_t;

static void
set_stamp(sbc_parser_t *parser, const uclog_stamp_t *stamp)
{
    parser->known = *stamp;
    parser->has_known = true;
    uclog_sink_set_time(parser->sink, parser->record, stamp);
}

/* The device writes no year, many collectors neither. */
static void
set_stamp_without_year(sbc_parser_t *parser, uclog_stamp_t *stamp)
{
    uclog_stamp_guess_year(stamp, parser->has_known ? &parser->known : NULL, &parser->sink->written);
    set_stamp(parser, stamp);
}

static void
set_time(sbc_parser_t *parser, const sbc_time_t *told)
{
    uclog_stamp_t stamp = { .month = told->month,
                            .day = told->day,
                            .hour = told->hour,
                            .minute = told->minute,
                            .second = told->second,
                            .millisecond = told->millisecond };

    if (told->month >= 1 && told->month <= 12 && told->day >= 1 && told->day <= 31 && told->hour <= 23 &&
        told->minute <= 59 && told->second <= 60)
        set_stamp_without_year(parser, &stamp);
    parser->has_time = true;
}

/* Where the device writes no time, that of the collector is left, in front of the record. */
static void
set_collectors_time(sbc_parser_t *parser, const uclog_line_t *line)
{
    uclog_stamp_t stamp = { 0 };

    parser->collectors_time = true;
    if (uclog_stamp_parse_iso(&stamp, line->text, line->length))
        set_stamp(parser, &stamp);
    else if (uclog_stamp_parse_month(&stamp, line->text, line->length))
        set_stamp_without_year(parser, &stamp);
    else
        parser->collectors_time = false;
}

/* Adds a piece of the message as the log has it. */
static void
add_piece(sbc_parser_t *parser, const char *text, size_t length)
{
    if (!parser->record || parser->text->len + length > UCLOG_MAX_DATA)
        return;
    /* Most lines are as they were: the reader has found their ends. */
    if (memchr(text, '#', length) || memchr(text, '\\', length))
        sbc_log_unescape(parser->text, text, length);
    else
        g_string_append_len(parser->text, text, (gssize)length);
}

/* Builds the message out of its lines. */
static bool
build(sbc_parser_t *parser)
{
    const char *text = parser->text->str, *end = text + parser->text->len;
    uclog_sip_t sip;

    uclog_sip_begin(&sip, parser->record);
    while (text < end) {
        const char *stop = (const char *)memchr(text, '\n', (size_t)(end - text));
        uclog_line_t line = { text, (size_t)((stop ? stop : end) - text), stop ? 1 : 0, false, 0, 1 };

        if (line.length == strspn(text, " ") && line.length < (size_t)(end - text))
            line.length = 0;
        if (sip.phase != UCLOG_SIP_START)
            uclog_sip_line(&sip, &line);
        else if (uclog_sip_is_start_line(line.text, line.length))
            uclog_sip_start_line(&sip, line.text, line.length);
        else if (line.length)
            break;
        text = stop ? stop + 1 : end;
    }
    return uclog_sip_end(&sip);
}

/* Whether the text has the length that its Content-Length says; line ends may differ. */
static bool
is_whole(const sbc_parser_t *parser)
{
    const char *text = parser->text->str + strspn(parser->text->str, "\n"), *body = strstr(text, "\n\n");

    if (!body)
        body = strstr(text, "\n \n");
    return body && parser->text->len - (size_t)(body - parser->text->str) + 32 >= sbc_log_content_length(text, body);
}

static void
finish(sbc_parser_t *parser)
{
    uclog_record_t *record = parser->record;

    if (!record)
        return;
    if (parser->session->len)
        uclog_record_comment(record, SBC_LOG_SESSION_BEFORE "%s" SBC_LOG_SESSION_BEHIND, parser->session->str);
    if (parser->missing)
        uclog_record_comment(record, "%u records before it are missing", parser->missing);
    if (!is_whole(parser))
        uclog_record_comment(record, "Cut: the record in which it goes on is missing");
    if (!parser->has_time)
        uclog_record_comment(record, parser->collectors_time ? "The record gives no time: that of the collector"
                                                             : "The record gives no time: that of the one before");
    if (build(parser)) {
        uclog_sink_put_message(parser->sink, record, NULL);
    } else {
        uclog_sink_skip(parser->sink, record->line, "a message without a SIP start line");
        uclog_record_free(record);
    }
    parser->record = NULL;
}

/* Begins a message in the record whose head was read last. */
static void
begin(sbc_parser_t *parser, const uclog_line_t *line, const char *text, const sbc_banner_t *banner)
{
    uclog_record_t *record = uclog_sink_record(parser->sink, UCLOG_MESSAGE, line, parser->sink->last_ms);

    record->offset = parser->first;
    record->behind = (unsigned)MIN(
        (size_t)(line->offset - parser->first) + (size_t)(text - line->text) + banner->address, UCLOG_FARTHEST - 1);
    record->direction = banner->outgoing ? UCLOG_SENT : UCLOG_RECEIVED;
    uclog_parse_peer(record, &record->remote, text + banner->address, banner->address_length);
    uclog_copy_name(record->machine, sizeof record->machine, text + banner->interface, banner->interface_length);
    parser->record = record;
    parser->has_time = parser->collectors_time = false;
    parser->begun = parser->head;
    g_string_truncate(parser->text, 0);
}

/* Takes a piece of a record: the message under construction goes on in it, and others begin. */
static void
take_text(sbc_parser_t *parser, const uclog_line_t *line, const char *text, size_t length)
{
    sbc_banner_t banner;
    sbc_time_t told;
    bool has_time;

    length = sbc_log_cut_time(text, length, &told, &has_time);
    while (sbc_log_banner(text, length, &banner)) {
        add_piece(parser, text, banner.start);
        if (parser->record) {
            finish(parser);
            parser->missing = 0;
        }
        begin(parser, line, text, &banner);
        set_collectors_time(parser, line);
        if (has_time)
            set_time(parser, &told);
        text += banner.message;
        length -= banner.message;
    }
    if (!parser->record)
        return;
    add_piece(parser, text, length);
    if (has_time && !parser->has_time)
        set_time(parser, &told);
    /* What ends with a time ends the record. */
    if (parser->text->len && !has_time && line->end)
        g_string_append_c(parser->text, '\n');
}

/* Whether a record goes on with the message: it is the next one of the same session. */
static bool
goes_on(const sbc_parser_t *parser, const uclog_line_t *line, const sbc_head_t *head)
{
    return parser->record && head->has_sequence && parser->head.has_sequence &&
           head->sequence == parser->head.sequence + 1 && head->session_length == parser->session->len &&
           memcmp(line->text + head->session, parser->session->str, parser->session->len) == 0;
}

static void
head_line(sbc_parser_t *parser, const uclog_line_t *line, const sbc_head_t *head)
{
    size_t at = head->text;

    if (goes_on(parser, line, head) && !is_whole(parser)) {
        /* What has no text yet begins behind the blanks. */
        if (parser->text->str[strspn(parser->text->str, " \n")])
            at = sbc_log_goes_on_at(head, &parser->begun);
    } else {
        finish(parser);
        parser->missing = head->has_sequence && parser->seen_any && head->sequence > parser->last_sequence + 1
                              ? head->sequence - parser->last_sequence - 1
                              : 0;
        g_string_truncate(parser->session, 0);
        g_string_append_len(parser->session, line->text + head->session, (gssize)head->session_length);
    }
    if (head->has_sequence) {
        parser->seen_any = true;
        parser->last_sequence = head->sequence;
    }
    parser->head = *head;
    take_text(parser, line, line->text + at, line->length - at);
}

static void
sbc_line(void *data, const uclog_line_t *line)
{
    sbc_parser_t *parser = data;
    sbc_head_t head;

    if (!line->continued && sbc_log_head(line->text, line->length, &head)) {
        parser->first = line->offset;
        head_line(parser, line, &head);
    } else {
        take_text(parser, line, line->text, line->length);
    }
}

static bool
sbc_probe(const uclog_line_t *line)
{
    sbc_head_t head;

    return !line->continued && sbc_log_head(line->text, line->length, &head);
}

static bool
sbc_leftover(const uclog_line_t *line)
{
    (void)line; /* what belongs to no record has no mark */
    return false;
}

static void *
sbc_start(uclog_sink_t *sink)
{
    sbc_parser_t *parser = g_new0(sbc_parser_t, 1);

    parser->sink = sink;
    parser->known = sink->before;
    parser->has_known = sink->has_before;
    parser->text = g_string_new(NULL);
    parser->session = g_string_new(NULL);
    return parser;
}

static void
sbc_end(void *data)
{
    finish(data);
}

/* A message may go on in the next record: it is handed out when that has come. */
static void
sbc_idle(void *data)
{
    sbc_parser_t *parser = data;

    if (parser->record && parser->has_time && is_whole(parser))
        finish(parser);
}

static void
sbc_stop(void *data)
{
    sbc_parser_t *parser = data;

    uclog_record_free(parser->record);
    g_string_free(parser->text, TRUE);
    g_string_free(parser->session, TRUE);
    g_free(parser);
}

const uclog_format_t uclog_sbc_format = {
    "syslog of an SBC", false, sbc_probe, sbc_leftover, sbc_start, sbc_line, sbc_end, sbc_idle, sbc_stop, true,
};
