/* uclog-dump.c
 * Text dumps of SIP messages: what telephone systems and SIP writers print when they are told to
 *
 *   Asterisk     <--- Received SIP request (480 bytes) from UDP:192.0.2.1:5060 --->
 *                <--- SIP read from UDP:192.0.2.1:5060 --->     <--- Transmitting (no NAT) to 192.0.2.1:5060 --->
 *                Reliably Transmitting (no NAT) to 192.0.2.1:5060:      and Retransmitting #1 (NAT) to …:
 *   FreeSWITCH   recv 584 bytes from udp/[192.0.2.1]:5090 at 12:30:57.916812:      with dashed lines, indented by 3
 *   sipe         MESSAGE START <<<<<<<<<< SIP - 2012-03-01T12:00:00.123456Z … MESSAGE END
 *   Sonus SBC    … .SIPCM: SipFeSocketRecvMsg - msg = INVITE sip:…                 up to ", msgLen = 818."
 *   Expressway   … Module="network.sip" Level="DEBUG":  Action="Received" … Src-ip="192.0.2.1" Src-port="5060"
 *                then SIPMSG: and the message between two bars, indented by 1
 *   kamailio     a line of syslog with the message in it, #015#012, "#015 " or \r\n for line ends
 *
 * The message follows on lines of its own. It ends where its Content-Length says, with a line of dashes, or with
 * what begins the next one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-parser.h"

#include "knowledge/array.h"
#include "logs/uclog-sip.h"
#include "text/sbc-log.h"

/* Lines between what announces a message and its first line: blank ones and dashes. */
#define MOST_LINES_BEFORE 3

typedef enum { IDLE, WANT_START, MESSAGE } state_t;

typedef struct {
    uclog_sink_t *sink;
    state_t state;
    uclog_record_t *record;
    uclog_sip_t sip;
    unsigned waited; /* lines since the announcement */
    bool barred;     /* a bar stands in front of the message and behind it */
    size_t indent;   /* blanks in front of each line of the message */
    bool prefixed;   /* each line has "name[123]: " in front, behind a time: syslog or the journal wrote it */
    bool bracketed;  /* each line has a time in brackets, as Asterisk's console writes it */
    bool has_time;
    uclog_stamp_t stamp; /* of the last line that had one */
    bool has_stamp;
} dump_parser_t;

/* What a line is looked at for: nearly all lines have none of these. */
typedef enum { ASTERISK, CHAN_SIP, SOFIA, SIPE, SONUS, EXPRESSWAY, WRITERS } writer_t;

static const char *const signs[WRITERS] = {
    [ASTERISK] = "<--- ",
    [CHAN_SIP] = "ransmitting ",
    [SOFIA] = " bytes ",
    [SIPE] = "MESSAGE START ",
    [SONUS] = "SipFeSocketRecvMsg",
    [EXPRESSWAY] = "Module=\"network.sip\" Level=\"DEBUG\"",
};

/* What announces a message: what begins where the sign stands, and the words before the address. */
typedef struct {
    writer_t writer;
    const char *mark;
    uclog_direction_t direction;
    const char *address; /* NULL = the line has none; Expressway: the side that the other one is */
    const char *time;    /* words before a time of its own; NULL = it has none */
} form_t;

static const form_t forms[] = {
    { ASTERISK, "<--- Received SIP ", UCLOG_RECEIVED, ") from ", NULL },
    { ASTERISK, "<--- Transmitting SIP ", UCLOG_SENT, ") to ", NULL },
    { ASTERISK, "<--- SIP read from ", UCLOG_RECEIVED, " read from ", NULL },
    { ASTERISK, "<--- Transmitting (", UCLOG_SENT, ") to ", NULL },
    { ASTERISK, "<--- Reliably Transmitting (", UCLOG_SENT, ") to ", NULL },
    { CHAN_SIP, "ransmitting (", UCLOG_SENT, ") to ", NULL },
    { CHAN_SIP, "ransmitting #", UCLOG_SENT, ") to ", NULL },
    { SOFIA, " bytes from ", UCLOG_RECEIVED, "]", " at " },
    { SOFIA, " bytes to ", UCLOG_SENT, "]", " at " },
    { SIPE, "MESSAGE START <<<<<<<<<< SIP - ", UCLOG_RECEIVED, NULL, " SIP - " },
    { SIPE, "MESSAGE START >>>>>>>>>> SIP - ", UCLOG_SENT, NULL, " SIP - " },
    { SONUS, "SipFeSocketRecvMsg - msg = ", UCLOG_RECEIVED, NULL, NULL },
    { EXPRESSWAY, "Module=", UCLOG_RECEIVED, "Src", NULL },
    { EXPRESSWAY, "Module=", UCLOG_SENT, "Dst", NULL },
};

static const char *
find(const char *text, size_t length, const char *word)
{
    const char *at = text, *end = text + length;
    size_t size = strlen(word);

    /* By its first letter, which is chosen to be rare: most lines have not even that. */
    while ((size_t)(end - at) >= size &&
           (at = (const char *)memchr(at, word[0], (size_t)(end - at) - size + 1)) != NULL) {
        if (memcmp(at, word, size) == 0)
            return at;
        at++;
    }
    return NULL;
}

/* FreeSWITCH: recv|send N bytes from|to <transport>/[<address>]:<port> at <time>: */
static bool
is_sofia(const char *line, const char *mark, size_t length)
{
    const char *slash = find(mark, length - (size_t)(mark - line), "/[");
    size_t at = (size_t)(mark - line);

    while (at > 0 && g_ascii_isdigit(line[at - 1]))
        at--;
    return slash && slash - mark < 20 && at >= 5 &&
           (memcmp(line + at - 5, "recv ", 5) == 0 || memcmp(line + at - 5, "send ", 5) == 0);
}

static bool
begins(const char *text, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - text) >= length && memcmp(text, word, length) == 0;
}

/* The value of side-what="value" in a line of Expressway, without blanks around it; NULL = there is none. */
static const char *
quoted(const uclog_line_t *line, const char *side, const char *what, size_t *length)
{
    char name[16];
    const char *end = line->text + line->length, *at, *stop;

    g_snprintf(name, sizeof name, "%s-%s=\"", side, what);
    at = find(line->text, line->length, name);
    at = at ? at + strlen(name) : end;
    stop = (const char *)memchr(at, '"', (size_t)(end - at));
    while (stop && at < stop && *at == ' ')
        at++;
    while (stop && at < stop && stop[-1] == ' ')
        stop--;
    *length = stop ? (size_t)(stop - at) : 0;
    return *length ? at : NULL;
}

static const form_t *
form_of(const uclog_line_t *line)
{
    const char *end = line->text + line->length;

    if (line->continued || line->length < 20)
        return NULL;
    for (unsigned writer = 0; writer < WRITERS; writer++) {
        const char *sign;

        if (((writer == SOFIA || writer == CHAN_SIP) && end[-1] != ':') || (writer == SIPE && line->text[0] != 'M') ||
            ((writer == SONUS || writer == EXPRESSWAY) && !g_ascii_isdigit(line->text[0])))
            continue;
        sign = find(line->text, line->length, signs[writer]);
        for (size_t i = 0; sign && i < array_length(forms); i++) {
            size_t length;

            if (forms[i].writer == writer && begins(sign, end, forms[i].mark) &&
                (writer != SOFIA || is_sofia(line->text, sign, line->length)) &&
                (writer != EXPRESSWAY || quoted(line, forms[i].address, "ip", &length)))
                return &forms[i];
        }
    }
    return NULL;
}

/* Notes the time that a line begins with; returns how many bytes it has, 0 = none. */
static size_t
line_time(dump_parser_t *parser, const char *text, size_t length)
{
    size_t used = uclog_stamp_parse_line(&parser->stamp, text, length, parser->has_stamp ? &parser->stamp : NULL,
                                         &parser->sink->written);

    parser->has_stamp = parser->has_stamp || used > 0;
    return used;
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
    while ((colon = find(colon, length - (size_t)(colon - text), "]: ")) != NULL) {
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
set_time(dump_parser_t *parser, const form_t *form, const uclog_line_t *line)
{
    const char *at = form->time ? find(line->text, line->length, form->time) : NULL;
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

/* Src-ip="192.0.2.1" Src-port="5060" */
static void
set_quoted_address(uclog_record_t *record, uclog_endpoint_t *endpoint, const uclog_line_t *line, const char *side)
{
    size_t host_length, port_length;
    const char *host = quoted(line, side, "ip", &host_length), *port = quoted(line, side, "port", &port_length);
    char *text;

    if (!host)
        return;
    text =
        g_strdup_printf("[%.*s]%s%.*s", (int)host_length, host, port ? ":" : "", (int)port_length, port ? port : "");
    uclog_parse_peer(record, endpoint, text, strlen(text));
    g_free(text);
}

/* "UDP:192.0.2.1:5060", "192.0.2.1:5060:", "[192.0.2.1]:5060" */
static void
set_address(dump_parser_t *parser, const form_t *form, const uclog_line_t *line)
{
    const char *at = form->address ? find(line->text, line->length, form->address) : NULL;
    const char *end = line->text + line->length, *stop, *colon;

    if (form->writer == EXPRESSWAY) {
        set_quoted_address(parser->record, &parser->record->remote, line, form->address);
        set_quoted_address(parser->record, &parser->record->local, line, "Local");
    }
    if (!at || form->writer == EXPRESSWAY)
        return;
    if (form->address[0] == ']') {
        at = (const char *)memchr(line->text, '[', line->length);
        for (const char *next = at; next && next < end;
             next = (const char *)memchr(at + 1, '[', (size_t)(end - at - 1)))
            at = next;
    } else {
        at += strlen(form->address);
    }
    for (stop = at; stop < end && *stop != ' ';)
        stop++;
    if (stop > at && stop[-1] == ':')
        stop--;
    colon = (const char *)memchr(at, ':', (size_t)(stop - at));
    if (colon && colon > at && g_ascii_isupper(*at))
        at = colon + 1;
    uclog_parse_peer(parser->record, &parser->record->remote, at, (size_t)(stop - at));
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
announce(dump_parser_t *parser, const form_t *form, const uclog_line_t *line)
{
    size_t prefix = line_time(parser, line->text, line->length) ? prefix_length(line->text, line->length) : 0;

    finish(parser);
    parser->record = uclog_sink_record(parser->sink, UCLOG_MESSAGE, line, parser->sink->last_ms);
    parser->record->direction = form->direction;
    parser->prefixed = prefix > 0;
    parser->barred = form->writer == EXPRESSWAY;
    parser->bracketed = is_bracketed(parser, line->text, line->length) ||
                        is_bracketed(parser, line->text + prefix, line->length - prefix);
    parser->has_time = false;
    set_time(parser, form, line);
    set_address(parser, form, line);
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
    } else if (++parser->waited > MOST_LINES_BEFORE) {
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
    if (closed || (is_end(&bare) && !is_boundary(parser, &bare)) || is_behind_body(parser, &bare))
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
        const char *end = find(line->text, line->length, ends[i]);
        const char *status = end ? find(line->text, (size_t)(end - line->text), "SIP/2.0 ") : NULL;

        if (status && uclog_sip_is_start_line(status, (size_t)(end - status)))
            return status;
        if (end)
            return start_before(line->text, end);
    }
    return NULL;
}

static void
whole_message(dump_parser_t *parser, const uclog_line_t *line, const char *message)
{
    GString *text = g_string_new(NULL);
    const char *at, *end;

    sbc_log_unescape(text, message, line->length - (size_t)(message - line->text));
    finish(parser);
    parser->record = uclog_sink_record(parser->sink, UCLOG_MESSAGE, line, parser->sink->last_ms);
    line_time(parser, line->text, line->length);
    parser->has_time = parser->has_stamp;
    uclog_sink_set_time(parser->sink, parser->record, parser->has_time ? &parser->stamp : &parser->sink->written);
    uclog_sip_begin(&parser->sip, parser->record);
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
    const form_t *form = form_of(line);
    const char *message;

    if (form) {
        announce(parser, form, line);
        if (form->writer == SONUS) { /* the start line stands in the same one */
            uclog_line_t rest = *line;

            rest.text = find(line->text, line->length, form->mark) + strlen(form->mark);
            rest.length = line->length - (size_t)(rest.text - line->text);
            start(parser, &rest);
        }
    } else if (parser->state == MESSAGE) {
        message_line(parser, line);
    } else if ((message = escaped_message(line)) != NULL) {
        whole_message(parser, line, message);
    } else if (parser->state == WANT_START) {
        start(parser, line);
    } else if (!line->continued) {
        line_time(parser, line->text, line->length);
    }
}

static bool
dump_probe(const uclog_line_t *line)
{
    return form_of(line) || escaped_message(line);
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
