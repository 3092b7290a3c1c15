/* uclog-server.c
 * Server logs: SIPStack text of OCSLogger and of the centralized logging service
 *
 *   TL_INFO(TF_PROTOCOL) [pool\machine]PID.TID::MM/DD/YYYY-HH:MM:SS.mmm.seq (SIPStack,…)$$begin_record
 *   Trace-Correlation-Id: …, Instance-Id: …, Direction: …, Peer: …, Message-Type: …
 *   Start-Line: …
 *   headers
 *   Message-Body: …
 *   $$end_record
 *
 * The lines before Start-Line come in any order. A record of TF_DIAG or
 * TF_SECURITY names a message and says what is wrong with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-parser.h"

#include "knowledge/array.h"
#include "logs/uclog-diagnosis.h"
#include "logs/uclog-sip.h"

#define END_MARK          "$$end_record"
#define BEGIN_MARK        "$$begin_record"
#define MARK_LENGTH(mark) (sizeof(mark) - 1)

typedef enum {
    IDLE,    /* between records */
    TRACED,  /* behind a line that is a record by itself */
    META,    /* in a message, before its start line */
    MESSAGE, /* in a message, behind its start line */
    TEXT     /* in a record of any other kind */
} state_t;

typedef struct {
    uclog_sink_t *sink;
    state_t state;
    uclog_record_t *record;
    uclog_sip_t sip;
    uclog_bytes_t diagnosis; /* "Text: …", "Result-Code: …" and the like of a finding */
    uclog_bytes_t traced;    /* in TRACED without a record: the line, in case a finding follows */
    uclog_line_t traced_line;
} server_parser_t;

/* The parts of a record's first line. */
typedef struct {
    const char *level, *flag, *place, *process, *component, *rest;
    size_t level_length, flag_length, place_length, process_length, component_length, rest_length;
    uclog_stamp_t stamp;
} prefix_t;

/* Reads up to `stop`; returns what is behind it, NULL if it does not come. */
static const char *
part(const char *at, const char *end, char stop, const char **start, size_t *length)
{
    const char *found = at < end ? memchr(at, stop, (size_t)(end - at)) : NULL;

    if (!found)
        return NULL;
    *start = at;
    *length = (size_t)(found - at);
    return found + 1;
}

static const char *
hex_part(const char *at, const char *end)
{
    const char *start = at;

    while (at < end && g_ascii_isxdigit(*at))
        at++;
    return at - start >= 4 && at - start <= 8 ? at : NULL;
}

static bool
parse_prefix(prefix_t *parts, const uclog_line_t *line)
{
    const char *at = line->text, *end = line->text + line->length, *close;
    unsigned used;

    if (line->continued || line->length < 48 || at[0] != 'T' || at[1] != 'L' || at[2] != '_')
        return false;
    at = part(at + 3, end, '(', &parts->level, &parts->level_length);
    if (!at || end - at < 3 || memcmp(at, "TF_", 3) != 0)
        return false;
    at = part(at, end, ')', &parts->flag, &parts->flag_length);
    if (!at)
        return false;
    while (at < end && *at != '[' && at - parts->flag < 40)
        at++; /* a blank, or what a web page made of it */
    if (at >= end || *at != '[')
        return false;
    at = part(at + 1, end, ']', &parts->place, &parts->place_length);
    if (!at)
        return false;
    parts->process = at;
    if (!(at = hex_part(at, end)) || at >= end || *at++ != '.' || !(at = hex_part(at, end)))
        return false;
    parts->process_length = (size_t)(at - parts->process);
    if (end - at < 2 || at[0] != ':' || at[1] != ':')
        return false;
    used = uclog_stamp_parse(&parts->stamp, at + 2, (size_t)(end - at - 2), '-');
    if (used == 0)
        return false;
    at += 2 + used;
    /* ".0009ef1d (SIPStack,…)": the number of the record and the place in the program. */
    parts->component = NULL;
    parts->component_length = 0;
    close = memchr(at, '(', (size_t)(end - at));
    if (!close)
        return false;
    at = part(close + 1, end, ',', &parts->component, &parts->component_length);
    if (!at || !(at = part(at, end, ')', &close, &parts->rest_length)))
        return false;
    if (at < end && *at == ')') /* behind the line number in parentheses */
        at++;
    parts->rest = at;
    parts->rest_length = (size_t)(end - at);
    return true;
}

static const struct {
    const char *level;
    uint8_t severity;
} levels[] = {
    { "FATAL", 2 }, { "ERROR", 3 }, { "WARN", 4 }, { "INFO", 6 }, { "VERBOSE", 7 }, { "NOISE", 7 },
};

static uint8_t
syslog_severity(const prefix_t *parts)
{
    for (size_t i = 0; i < array_length(levels); i++) {
        if (strlen(levels[i].level) == parts->level_length &&
            memcmp(levels[i].level, parts->level, parts->level_length) == 0)
            return levels[i].severity;
    }
    return 6;
}

/* "[pool\machine]" of the centralized logging service; "[3]", the number of a processor, says nothing. */
static void
set_place(uclog_record_t *record, const prefix_t *parts)
{
    const char *slash = memchr(parts->place, '\\', parts->place_length);

    if (slash) {
        uclog_copy_name(record->pool, sizeof record->pool, parts->place, (size_t)(slash - parts->place));
        uclog_copy_name(record->machine, sizeof record->machine, slash + 1,
                        parts->place_length - (size_t)(slash - parts->place) - 1);
    } else {
        for (size_t i = 0; i < parts->place_length; i++) {
            if (!g_ascii_isdigit(parts->place[i])) {
                uclog_copy_name(record->machine, sizeof record->machine, parts->place, parts->place_length);
                return;
            }
        }
    }
}

/* Which side of an Edge the message came from or goes to: 'source="internal edge";destination="external edge"'.
 * That this server made the message itself is no news: it goes out. */
static void
say_path(server_parser_t *parser, const char *text, size_t length)
{
    static const char local[] = "source=\"local\"";
    uclog_bytes_t plain = { 0 };

    if (!uclog_is_ascii(text, length)) {
        if (uclog_restore_ascii(&plain, text, length))
            parser->sip.web_copy = true;
        text = plain.data;
        length = plain.length;
    }
    if (length && !(length == sizeof local - 1 && memcmp(text, local, length) == 0))
        uclog_record_comment_text(parser->record, text, length);
    uclog_bytes_free(&plain);
}

static void
set_direction(server_parser_t *parser, const char *value, size_t length)
{
    const char *more = memchr(value, ';', length);
    size_t word = more ? (size_t)(more - value) : length;

    if (word == 8 && memcmp(value, "incoming", 8) == 0)
        parser->record->direction = UCLOG_RECEIVED;
    else if (word == 8 && memcmp(value, "outgoing", 8) == 0)
        parser->record->direction = UCLOG_SENT;
    if (more)
        say_path(parser, more + 1, length - word - 1);
}

static void
set_peer(server_parser_t *parser, const char *value, size_t length)
{
    uclog_parse_peer(parser->record, &parser->record->remote, value, length);
}

static void
set_start_line(server_parser_t *parser, const char *value, size_t length)
{
    if (!uclog_sip_is_start_line(value, length))
        return;
    uclog_sip_start_line(&parser->sip, value, length);
    parser->state = MESSAGE;
}

/* The lines before the message; the others (Instance-Id, Message-Type …) say nothing that the message does
 * not. */
static const struct {
    const char *key;
    void (*set)(server_parser_t *parser, const char *value, size_t length);
} meta_lines[] = {
    { "Direction:", set_direction },
    { "Peer:", set_peer },
    { "Start-Line:", set_start_line },
};

/* The lines of a finding that name the message, in the order of uclog_record.names. */
static const char *const name_keys[] = { "SIP-Start-Line:", "SIP-Call-ID:", "SIP-CSeq:" };

static void
append_text(uclog_record_t *record, const char *text, size_t length, bool new_line)
{
    if (record->data.length + length + 1 > UCLOG_MAX_DATA)
        return;
    if (new_line && record->data.length)
        uclog_bytes_append(&record->data, "\n", 1);
    uclog_bytes_append(&record->data, text, length);
}

/* Whether the line of a record's body is one that only a finding has. */
static bool
is_finding_line(const uclog_line_t *line)
{
    const char *value;
    size_t length;

    return uclog_line_value(line, "LogType:", &value, &length) ||
           uclog_line_value(line, "SIP-Call-ID:", &value, &length) ||
           uclog_line_value(line, "Result-Code:", &value, &length);
}

static void
text_line(server_parser_t *parser, const uclog_line_t *line)
{
    uclog_record_t *record = parser->record;
    const char *value;
    size_t length;

    if (is_finding_line(line))
        record->kind = UCLOG_FINDING;
    append_text(record, line->text, line->length, !line->continued);
    if (uclog_line_value(line, "Severity:", &value, &length)) {
        if (length >= 5 && memcmp(value, "error", 5) == 0)
            record->severity = 3;
        else if (length >= 7 && memcmp(value, "warning", 7) == 0)
            record->severity = 4;
        else if (length >= 11 && memcmp(value, "information", 11) == 0)
            record->severity = 6;
    }
    if (uclog_line_value(line, "Peer:", &value, &length))
        uclog_parse_peer(record, &record->remote, value, length);
    uclog_diagnosis_add(&parser->diagnosis, line);
    /* The names are kept in their order, each terminated: a missing one is empty. */
    for (size_t i = 0, at = 0; i < array_length(name_keys); i++, at += strlen(record->names.data + at) + 1) {
        if (uclog_line_value(line, name_keys[i], &value, &length) && length < UCLOG_MAX_DATA / 4) {
            uclog_bytes_t names = { 0 };

            uclog_bytes_append(&names, record->names.data, at);
            uclog_bytes_append(&names, value, strnlen(value, length));
            uclog_bytes_append(&names, "", 1);
            at += strlen(record->names.data + at) + 1;
            uclog_bytes_append(&names, record->names.data + at, record->names.length - at);
            uclog_bytes_free(&record->names);
            record->names = names;
            return;
        }
    }
}

static void
hand_out_text(server_parser_t *parser)
{
    static const char *const severities[] = { "emergency", "alert",  "critical",    "error",
                                              "warning",   "notice", "information", "verbose" };
    uclog_record_t *record = parser->record;

    if (record->kind == UCLOG_FINDING) {
        uclog_record_comment(record, "%s %s: %.*s", record->flag, severities[record->severity & 7],
                             (int)parser->diagnosis.length, parser->diagnosis.length ? parser->diagnosis.data : "");
        uclog_sink_put(parser->sink, record);
    } else if (parser->sink->trace || (record->severity <= 4 && strcmp(record->flag, "TF_CONNECTION") == 0)) {
        record->kind = UCLOG_TRACE;
        uclog_sink_put(parser->sink, record);
    } else {
        uclog_record_free(record);
    }
}

static void
finish(server_parser_t *parser, const char *cut)
{
    uclog_record_t *record = parser->record;

    if (!record)
        return;
    if (parser->state == META || parser->state == MESSAGE) {
        if (!uclog_sip_end(&parser->sip)) {
            uclog_sink_skip(parser->sink, record->line, "a record of TF_PROTOCOL without a SIP start line");
            uclog_record_free(record);
        } else {
            uclog_sink_put_message(parser->sink, record, cut);
        }
    } else {
        hand_out_text(parser);
    }
    parser->record = NULL;
    parser->state = IDLE;
}

/* The mark that says that lines follow, NULL if the line is a record by itself. */
static const char *
find_begin_mark(const prefix_t *parts)
{
    const char *mark = memchr(parts->rest, '$', parts->rest_length);

    return mark ? g_strstr_len(mark, parts->rest + parts->rest_length - mark, BEGIN_MARK) : NULL;
}

/* Starts the record of the line. */
static void
begin(server_parser_t *parser, const uclog_line_t *line, const prefix_t *parts)
{
    static const char message_flag[] = "TF_PROTOCOL";
    const char *mark = find_begin_mark(parts);
    bool is_message = mark && parts->flag_length == MARK_LENGTH(message_flag) &&
                      memcmp(parts->flag, message_flag, parts->flag_length) == 0;
    uclog_record_t *record;

    record = uclog_sink_record(parser->sink, is_message ? UCLOG_MESSAGE : UCLOG_TRACE, line,
                               uclog_clock_ms(parser->sink->clock, &parts->stamp));
    record->severity = syslog_severity(parts);
    set_place(record, parts);
    uclog_copy_name(record->flag, sizeof record->flag, parts->flag, parts->flag_length);
    uclog_copy_name(record->process, sizeof record->process, parts->process, parts->process_length);
    uclog_copy_name(record->component, sizeof record->component, parts->component, parts->component_length);
    parser->record = record;
    if (is_message) {
        uclog_sip_begin(&parser->sip, record);
        parser->sip.web_copy = uclog_is_web_copy(line->text, line->length);
        parser->state = META;
        return;
    }
    uclog_bytes_append(&record->names, "\0\0\0", 3);
    parser->diagnosis.length = 0;
    parser->state = mark ? TEXT : TRACED;
    if (!mark)
        append_text(record, parts->rest, parts->rest_length, false);
}

/* Whether the record is a line by itself that nobody wants to see: most of some logs is. */
static bool
is_chatter(const server_parser_t *parser, const prefix_t *parts)
{
    return !parser->sink->trace && !find_begin_mark(parts);
}

static void
keep_traced(server_parser_t *parser, const uclog_line_t *line)
{
    parser->traced.length = 0;
    uclog_bytes_append(&parser->traced, line->text, line->length);
    parser->traced_line = *line;
    parser->state = TRACED;
}

/* A finding follows a line that was taken for chatter: that line is its start. */
static void
begin_traced(server_parser_t *parser)
{
    prefix_t parts;

    parser->traced_line.text = parser->traced.data;
    if (parse_prefix(&parts, &parser->traced_line))
        begin(parser, &parser->traced_line, &parts);
}

static void
meta_line(server_parser_t *parser, const uclog_line_t *line)
{
    const char *value;
    size_t length;

    if (line->length == 0 && line->number == parser->record->line + 1)
        parser->sip.spaced = true;
    for (size_t i = 0; i < array_length(meta_lines); i++) {
        if (uclog_line_value(line, meta_lines[i].key, &value, &length)) {
            meta_lines[i].set(parser, value, length);
            return;
        }
    }
}

static void
message_line(server_parser_t *parser, const uclog_line_t *line)
{
    uclog_line_t body;

    /* The body has a line of its own: a blank line among the headers does not start it. */
    if (parser->sip.phase == UCLOG_SIP_HEADERS && line->length == 0 && !parser->sip.spaced)
        return;
    if (parser->sip.phase != UCLOG_SIP_HEADERS ||
        !uclog_line_value(line, "Message-Body:", &body.text, &body.length)) {
        uclog_sip_line(&parser->sip, line);
        return;
    }
    uclog_sip_begin_body(&parser->sip);
    body = *line;
    /* Only the blank behind the colon is the log's; "-", also as the dash of a web page, is no body. */
    body.text = line->text + MARK_LENGTH("Message-Body:");
    body.length = line->length - MARK_LENGTH("Message-Body:");
    if (body.length && body.text[0] == ' ') {
        body.text++;
        body.length--;
    }
    body.number = 0;
    if (!(body.length == 1 && body.text[0] == '-') &&
        !(body.length == 3 && memcmp(body.text, "\xE2\x80\x93", 3) == 0))
        uclog_sip_line(&parser->sip, &body);
}

static bool
is_end(const uclog_line_t *line)
{
    return line->length >= MARK_LENGTH(END_MARK) && line->text[line->length - 1] == 'd' &&
           memcmp(line->text + line->length - MARK_LENGTH(END_MARK), END_MARK, MARK_LENGTH(END_MARK)) == 0;
}

static void
body_line(server_parser_t *parser, const uclog_line_t *line)
{
    switch (parser->state) {
    case IDLE:
        break;
    case TRACED:
        /* A web copy may have lost the mark that starts the record: its lines show what it is. */
        if (is_finding_line(line)) {
            if (!parser->record)
                begin_traced(parser);
            parser->state = TEXT;
            text_line(parser, line);
        } else if (line->length && parser->record) {
            append_text(parser->record, line->text, line->length, !line->continued);
        }
        break;
    case TEXT:
        text_line(parser, line);
        break;
    case META:
        meta_line(parser, line);
        break;
    case MESSAGE:
        message_line(parser, line);
        break;
    }
}

static void
server_line(void *data, const uclog_line_t *line)
{
    server_parser_t *parser = data;
    prefix_t parts;
    bool ends = line->length >= MARK_LENGTH(END_MARK) && line->text[line->length - 1] == 'd';

    if (line->length && line->text[0] == 'T' && parse_prefix(&parts, line)) {
        finish(parser, "Cut: the next record starts before its end");
        if (is_chatter(parser, &parts))
            keep_traced(parser, line);
        else
            begin(parser, line, &parts);
    } else if (ends && is_end(line)) {
        uclog_line_t rest = *line;

        rest.length -= MARK_LENGTH(END_MARK);
        rest.end = 0;
        if (!parser->record)
            uclog_sink_skip(parser->sink, line->number, "the end of a record whose start is missing");
        else if (rest.length)
            body_line(parser, &rest);
        finish(parser, NULL);
    } else {
        body_line(parser, line);
    }
}

static bool
server_probe(const uclog_line_t *line)
{
    prefix_t parts;

    return parse_prefix(&parts, line);
}

static bool
server_leftover(const uclog_line_t *line)
{
    return is_end(line);
}

static void *
server_start(uclog_sink_t *sink)
{
    server_parser_t *parser = g_new0(server_parser_t, 1);

    parser->sink = sink;
    return parser;
}

static void
server_end(void *data)
{
    finish(data, "Cut: the log ends before the record");
}

static void
server_idle(void *data)
{
    server_parser_t *parser = data;

    if (parser->state == TRACED)
        finish(parser, NULL);
}

static void
server_stop(void *data)
{
    server_parser_t *parser = data;

    uclog_record_free(parser->record);
    uclog_bytes_free(&parser->diagnosis);
    uclog_bytes_free(&parser->traced);
    g_free(parser);
}

const uclog_format_t uclog_server_format = {
    "server log", true,       server_probe, server_leftover, server_start,
    server_line,  server_end, server_idle,  server_stop,     false,
};
