/* uclog-client.c
 * Client logs: Communicator-uccapi-0.uccapilog, Lync-UccApi-0.UccApilog
 *
 *   MM/DD/YYYY|HH:MM:SS.mmm PID:TID INFO  :: Data Received - ip:port (To Local Address: ip:port) N bytes:
 *   MM/DD/YYYY|HH:MM:SS.mmm PID:TID INFO  :: SIP/2.0 200 OK
 *   headers, blank line, body, all without a prefix
 *   MM/DD/YYYY|HH:MM:SS.mmm PID:TID INFO  :: End of Data Received - … N bytes
 *
 * Only the prefix, the words at the start of the text and the start line are
 * needed: converters write logs without addresses, and Snooper took them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-parser.h"

#include "knowledge/array.h"
#include "logs/uclog-sip.h"

/* RFC 5626 4.4.1: a keep-alive is two line ends, its answer one. */
#define KEEP_ALIVE_BYTES 4

typedef enum { IDLE, WANT_START, MESSAGE } state_t;

typedef struct {
    uclog_sink_t *sink;
    state_t state;
    uclog_record_t *record; /* the message under construction */
    uclog_record_t *trace;  /* the last log line: more lines may belong to it */
    uclog_sip_t sip;
    int64_t wire_bytes; /* -1: the log does not say */
} client_parser_t;

/* The part of a line before its text. */
typedef struct {
    uclog_stamp_t stamp;
    const char *thread; /* "PID:TID" */
    size_t thread_length;
    const char *level;
    size_t level_length;
    const char *text;
    size_t length;
    bool web_copy; /* a no-break space in the prefix */
} prefix_t;

static size_t
hex_digits(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && g_ascii_isxdigit(text[i]))
        i++;
    return i;
}

/* Skips blanks; a web page makes no-break spaces of some (C2 A0, or A0 in code page 1252). */
static size_t
skip_blanks(const char *text, size_t i, size_t length, bool *web_copy)
{
    for (;;) {
        if (i < length && text[i] == ' ') {
            i++;
        } else if (i < length && text[i] == '\xA0') {
            i++;
            *web_copy = true;
        } else if (i + 1 < length && text[i] == '\xC2' && text[i + 1] == '\xA0') {
            i += 2;
            *web_copy = true;
        } else {
            return i;
        }
    }
}

static bool
parse_prefix(prefix_t *parts, const uclog_line_t *line)
{
    const char *text = line->text;
    size_t length = line->length, i, pid, tid;

    if (line->continued || length < 24 || text[2] != '/' || text[10] != '|')
        return false;
    i = uclog_stamp_parse(&parts->stamp, text, length, '|');
    if (i == 0)
        return false;
    parts->web_copy = false;
    i = skip_blanks(text, i, length, &parts->web_copy);
    parts->thread = text + i;
    pid = hex_digits(text + i, length - i);
    if (pid == 0 || i + pid + 1 >= length || text[i + pid] != ':')
        return false;
    tid = hex_digits(text + i + pid + 1, length - i - pid - 1);
    if (tid == 0)
        return false;
    parts->thread_length = pid + 1 + tid;
    i = skip_blanks(text, i + pid + 1 + tid, length, &parts->web_copy);
    parts->level = text + i;
    while (i < length && g_ascii_isupper(text[i]))
        i++;
    parts->level_length = (size_t)(text + i - parts->level);
    i = skip_blanks(text, i, length, &parts->web_copy);
    if (parts->level_length == 0 || i + 2 > length || text[i] != ':' || text[i + 1] != ':')
        return false;
    i = skip_blanks(text, i + 2, length, &parts->web_copy);
    parts->text = text + i;
    parts->length = length - i;
    return true;
}

static bool
starts_with(const char *text, size_t length, const char *word)
{
    size_t word_length = strlen(word);

    return length >= word_length && memcmp(text, word, word_length) == 0;
}

/* The words that start a message, and the direction they tell. */
static uclog_direction_t
message_direction(const char *text, size_t length)
{
    if (starts_with(text, length, "Data Received"))
        return UCLOG_RECEIVED;
    if (starts_with(text, length, "Sending Packet"))
        return UCLOG_SENT;
    return UCLOG_DIRECTION_UNKNOWN;
}

/* "End of" alone (reduced files), or with the words of the start behind it. */
static bool
is_end(const char *text, size_t length)
{
    if (!starts_with(text, length, "End of"))
        return false;
    for (text += 6, length -= 6; length && *text == ' '; length--)
        text++;
    return length == 0 || message_direction(text, length) != UCLOG_DIRECTION_UNKNOWN;
}

static uint8_t
syslog_severity(const prefix_t *parts)
{
    static const struct {
        const char *level;
        uint8_t severity;
    } levels[] = { { "ERROR", 3 }, { "WARN", 4 }, { "INFO", 6 }, { "TRACE", 7 } };

    for (size_t i = 0; i < array_length(levels); i++) {
        if (starts_with(parts->level, parts->level_length, levels[i].level))
            return levels[i].severity;
    }
    return 6;
}

/* What follows the words of a message start: "- remote (To Local Address: local) N bytes:", all of it
 * optional. */
static void
parse_head(client_parser_t *parser, const char *text, size_t length)
{
    static const char local_words[] = "Local Address:";
    static const char bytes_word[] = " bytes";
    const char *end = text + length, *at, *bytes;

    for (at = text; at < end && !g_ascii_isalnum(*at) && *at != '(' && *at != '[';)
        at++;
    for (text = at; at < end && *at != ' ' && *at != '(';)
        at++;
    bytes = g_strstr_len(text, end - text, bytes_word);
    if (memchr(text, ':', (size_t)(at - text)))
        uclog_parse_peer(parser->record, &parser->record->remote, text, (size_t)(at - text));
    at = g_strstr_len(text, end - text, local_words);
    if (at) {
        for (at += sizeof local_words - 1; at < end && *at == ' ';)
            at++;
        for (text = at; at < end && *at != ' ' && *at != ')';)
            at++;
        /* A log without addresses has the number of bytes here. */
        if (memchr(text, ':', (size_t)(at - text)) || memchr(text, '.', (size_t)(at - text)))
            uclog_endpoint_parse(&parser->record->local, text, (size_t)(at - text));
    }
    parser->wire_bytes = -1;
    if (bytes) {
        int64_t number = 0, scale = 1;

        for (at = bytes; at[-1] >= '0' && at[-1] <= '9' && scale < 1000000000; at--) {
            number += (at[-1] - '0') * scale;
            scale *= 10;
        }
        if (scale > 1)
            parser->wire_bytes = number;
    }
}

static void
flush_trace(client_parser_t *parser)
{
    if (parser->trace)
        uclog_sink_put(parser->sink, parser->trace);
    parser->trace = NULL;
}

static void
finish(client_parser_t *parser, const char *cut)
{
    uclog_record_t *record = parser->record;

    if (!record)
        return;
    parser->record = NULL;
    parser->state = IDLE;
    if (!uclog_sip_end(&parser->sip)) {
        if (parser->wire_bytes < 0 || parser->wire_bytes > KEEP_ALIVE_BYTES)
            uclog_sink_skip(parser->sink, record->line, "a message without a SIP start line");
        uclog_record_free(record);
        return;
    }
    if (parser->wire_bytes >= 0 && (size_t)parser->wire_bytes != record->data.length)
        uclog_record_comment(record, "The log counts %" G_GINT64_FORMAT " bytes on the wire, and holds %zu",
                             parser->wire_bytes, record->data.length);
    uclog_sink_put_message(parser->sink, record, cut);
}

static void
begin(client_parser_t *parser, const uclog_line_t *line, const prefix_t *parts, uclog_direction_t direction)
{
    uclog_record_t *record;
    int64_t time_ms = uclog_clock_ms(parser->sink->clock, &parts->stamp);

    finish(parser, "Cut: the next message starts before its end");
    flush_trace(parser);
    record = uclog_sink_record(parser->sink, UCLOG_MESSAGE, line, time_ms);
    record->direction = direction;
    uclog_copy_name(record->process, sizeof record->process, parts->thread, parts->thread_length);
    parser->record = record;
    parser->state = WANT_START;
    uclog_sip_begin(&parser->sip, record);
    parse_head(parser, parts->text + (direction == UCLOG_RECEIVED ? 13 : 14),
               parts->length - (direction == UCLOG_RECEIVED ? 13 : 14));
    parser->sip.web_copy = parts->web_copy || uclog_is_web_copy(parts->text, parts->length);
}

static void
trace(client_parser_t *parser, const uclog_line_t *line, const prefix_t *parts)
{
    if (!parser->sink->trace)
        return;
    flush_trace(parser);
    parser->trace =
        uclog_sink_record(parser->sink, UCLOG_TRACE, line, uclog_clock_ms(parser->sink->clock, &parts->stamp));
    parser->trace->severity = syslog_severity(parts);
    uclog_copy_name(parser->trace->process, sizeof parser->trace->process, parts->thread, parts->thread_length);
    uclog_bytes_append(&parser->trace->data, parts->text, MIN(parts->length, UCLOG_MAX_DATA));
}

static void
prefixed_line(client_parser_t *parser, const uclog_line_t *line, const prefix_t *parts)
{
    uclog_direction_t direction = message_direction(parts->text, parts->length);

    if (direction != UCLOG_DIRECTION_UNKNOWN) {
        begin(parser, line, parts, direction);
    } else if (is_end(parts->text, parts->length)) {
        if (parser->state == IDLE)
            uclog_sink_skip(parser->sink, line->number, "the end of a message whose start is missing");
        finish(parser, NULL);
    } else if (parser->state == WANT_START && uclog_sip_is_start_line(parts->text, parts->length)) {
        parser->sip.web_copy = parser->sip.web_copy || parts->web_copy;
        uclog_sip_start_line(&parser->sip, parts->text, parts->length);
        parser->state = MESSAGE;
    } else {
        trace(parser, line, parts);
    }
}

static void
raw_line(client_parser_t *parser, const uclog_line_t *line)
{
    switch (parser->state) {
    case MESSAGE:
        uclog_sip_line(&parser->sip, line);
        break;
    case WANT_START:
        if (line->length == 0) {
            parser->sip.spaced = true;
        } else if (uclog_sip_is_start_line(line->text, line->length)) {
            uclog_sip_start_line(&parser->sip, line->text, line->length);
            parser->state = MESSAGE;
        }
        break;
    case IDLE:
        /* Whole documents are logged as lines without a prefix behind a line with one. */
        if (parser->trace && parser->trace->data.length + line->length < UCLOG_MAX_DATA && line->length) {
            if (!line->continued)
                uclog_bytes_append(&parser->trace->data, "\n", 1);
            uclog_bytes_append(&parser->trace->data, line->text, line->length);
        }
        break;
    }
}

static void
client_line(void *data, const uclog_line_t *line)
{
    client_parser_t *parser = data;
    prefix_t parts;

    if (parse_prefix(&parts, line))
        prefixed_line(parser, line, &parts);
    else
        raw_line(parser, line);
}

static bool
client_probe(const uclog_line_t *line)
{
    prefix_t parts;

    return parse_prefix(&parts, line);
}

static bool
client_leftover(const uclog_line_t *line)
{
    (void)line; /* the end of a message has a prefix: it goes through the parser */
    return false;
}

static void *
client_start(uclog_sink_t *sink)
{
    client_parser_t *parser = g_new0(client_parser_t, 1);

    parser->sink = sink;
    return parser;
}

static void
client_end(void *data)
{
    client_parser_t *parser = data;

    finish(parser, "Cut: the log ends before the message");
    flush_trace(parser);
}

static void
client_idle(void *data)
{
    flush_trace(data);
}

static void
client_stop(void *data)
{
    client_parser_t *parser = data;

    uclog_record_free(parser->record);
    uclog_record_free(parser->trace);
    g_free(parser);
}

const uclog_format_t uclog_client_format = {
    "client log", false,      client_probe, client_leftover, client_start,
    client_line,  client_end, client_idle,  client_stop,     false,
};
