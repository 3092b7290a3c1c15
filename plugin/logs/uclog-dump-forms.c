/* uclog-dump-forms.c
 * What announces a SIP message in a text dump, and the address that stands there
 *
 *   Asterisk     <--- Received SIP request (480 bytes) from UDP:192.0.2.1:5060 --->
 *                <--- SIP read from UDP:192.0.2.1:5060 --->     <--- Transmitting (no NAT) to 192.0.2.1:5060 --->
 *                Reliably Transmitting (no NAT) to 192.0.2.1:5060:      and Retransmitting #1 (NAT) to …:
 *   FreeSWITCH   recv 584 bytes from udp/[192.0.2.1]:5090 at 12:30:57.916812:      with dashed lines, indented by 3
 *   sipe         MESSAGE START <<<<<<<<<< SIP - 2012-03-01T12:00:00.123456Z … MESSAGE END
 *   Sonus SBC    … .SIPCM: SipFeSocketRecvMsg - msg = INVITE sip:…                 up to ", msgLen = 818."
 *   Expressway   … Module="network.sip" Level="DEBUG":  Action="Received" … Src-ip="192.0.2.1" Src-port="5060"
 *                then SIPMSG: and the message between two bars, indented by 1
 *   Cisco IOS    007592: *Apr  7 07:28:56.046: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:
 *                then Received: or Sent:, with addresses in the newer ones
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-dump-forms.h"

#include "knowledge/array.h"
#include "logs/uclog-parser.h"

const char *
uclog_find(const char *text, size_t length, const char *word)
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

/* What a line is looked at for: nearly all lines have none of these. */
static const char *const signs[UCLOG_WRITERS] = {
    [UCLOG_ASTERISK] = "<--- ",
    [UCLOG_CHAN_SIP] = "ransmitting ",
    [UCLOG_SOFIA] = " bytes ",
    [UCLOG_SIPE] = "MESSAGE START ",
    [UCLOG_SONUS] = "SipFeSocketRecvMsg",
    [UCLOG_EXPRESSWAY] = "Module=\"network.sip\" Level=\"DEBUG\"",
    [UCLOG_IOS] = "SIP/Msg/ccsipDisplayMsg:",
};

static const uclog_form_t forms[] = {
    { UCLOG_ASTERISK, "<--- Received SIP ", UCLOG_RECEIVED, ") from ", NULL },
    { UCLOG_ASTERISK, "<--- Transmitting SIP ", UCLOG_SENT, ") to ", NULL },
    { UCLOG_ASTERISK, "<--- SIP read from ", UCLOG_RECEIVED, " read from ", NULL },
    { UCLOG_ASTERISK, "<--- Transmitting (", UCLOG_SENT, ") to ", NULL },
    { UCLOG_ASTERISK, "<--- Reliably Transmitting (", UCLOG_SENT, ") to ", NULL },
    { UCLOG_CHAN_SIP, "ransmitting (", UCLOG_SENT, ") to ", NULL },
    { UCLOG_CHAN_SIP, "ransmitting #", UCLOG_SENT, ") to ", NULL },
    { UCLOG_SOFIA, " bytes from ", UCLOG_RECEIVED, "]", " at " },
    { UCLOG_SOFIA, " bytes to ", UCLOG_SENT, "]", " at " },
    { UCLOG_SIPE, "MESSAGE START <<<<<<<<<< SIP - ", UCLOG_RECEIVED, NULL, " SIP - " },
    { UCLOG_SIPE, "MESSAGE START >>>>>>>>>> SIP - ", UCLOG_SENT, NULL, " SIP - " },
    { UCLOG_SONUS, "SipFeSocketRecvMsg - msg = ", UCLOG_RECEIVED, NULL, NULL },
    { UCLOG_EXPRESSWAY, "Module=", UCLOG_RECEIVED, "Src", NULL },
    { UCLOG_EXPRESSWAY, "Module=", UCLOG_SENT, "Dst", NULL },
    { UCLOG_IOS, "SIP/Msg/ccsipDisplayMsg:", UCLOG_DIRECTION_UNKNOWN, NULL, NULL },
};

/* FreeSWITCH: recv|send N bytes from|to <transport>/[<address>]:<port> at <time>: */
static bool
is_sofia(const char *line, const char *mark, size_t length)
{
    const char *slash = uclog_find(mark, length - (size_t)(mark - line), "/[");
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
    at = uclog_find(line->text, line->length, name);
    at = at ? at + strlen(name) : end;
    stop = (const char *)memchr(at, '"', (size_t)(end - at));
    while (stop && at < stop && *at == ' ')
        at++;
    while (stop && at < stop && stop[-1] == ' ')
        stop--;
    *length = stop ? (size_t)(stop - at) : 0;
    return *length ? at : NULL;
}

const uclog_form_t *
uclog_dump_form(const uclog_line_t *line)
{
    const char *end = line->text + line->length;

    if (line->continued || line->length < 20)
        return NULL;
    for (unsigned writer = 0; writer < UCLOG_WRITERS; writer++) {
        const char *sign;

        if (((writer == UCLOG_SOFIA || writer == UCLOG_CHAN_SIP || writer == UCLOG_IOS) && end[-1] != ':') ||
            (writer == UCLOG_SIPE && line->text[0] != 'M') ||
            ((writer == UCLOG_SONUS || writer == UCLOG_EXPRESSWAY) && !g_ascii_isdigit(line->text[0])))
            continue;
        sign = uclog_find(line->text, line->length, signs[writer]);
        for (size_t i = 0; sign && i < array_length(forms); i++) {
            size_t length;

            if (forms[i].writer == writer && begins(sign, end, forms[i].mark) &&
                (writer != UCLOG_SOFIA || is_sofia(line->text, sign, line->length)) &&
                (writer != UCLOG_EXPRESSWAY || quoted(line, forms[i].address, "ip", &length)))
                return &forms[i];
        }
    }
    return NULL;
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
void
uclog_dump_set_address(uclog_record_t *record, const uclog_form_t *form, const uclog_line_t *line)
{
    const char *at = form->address ? uclog_find(line->text, line->length, form->address) : NULL;
    const char *end = line->text + line->length, *stop, *colon;

    if (form->writer == UCLOG_EXPRESSWAY) {
        set_quoted_address(record, &record->remote, line, form->address);
        set_quoted_address(record, &record->local, line, "Local");
    }
    if (!at || form->writer == UCLOG_EXPRESSWAY)
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
    uclog_parse_peer(record, &record->remote, at, (size_t)(stop - at));
}

bool
uclog_dump_ios_way(uclog_record_t *record, const char *text, size_t length)
{
    const char *end = text + length, *from, *to;
    bool received = begins(text, end, "Received:");
    uclog_endpoint_t *sender = received ? &record->remote : &record->local;
    uclog_endpoint_t *receiver = received ? &record->local : &record->remote;

    if (!received && !begins(text, end, "Sent:"))
        return false;
    record->direction = received ? UCLOG_RECEIVED : UCLOG_SENT;
    from = uclog_find(text, length, " message from ");
    to = from ? uclog_find(from, (size_t)(end - from), " to ") : NULL;
    if (to) {
        from += sizeof " message from " - 1;
        uclog_parse_peer(record, sender, from, (size_t)(to - from));
        to += sizeof " to " - 1;
        while (end > to && (end[-1] == ' ' || end[-1] == ':'))
            end--;
        uclog_parse_peer(record, receiver, to, (size_t)(end - to));
    }
    return true;
}
