/* sip-envelope.c
 * The SIP message around a body or a header line that a dissector was handed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip-envelope.h"

#define REACH 16384

/* One text line of the message, without its end. */
typedef struct {
    const char *text;
    int length;
} line_t;

static line_t
line_at(const char *text, int start, int end, int *next)
{
    const char *stop = (const char *)memchr(text + start, '\n', (size_t)(end - start));
    int length = stop ? (int)(stop - text) - start : end - start;
    *next = stop ? start + length + 1 : end;
    if (length > 0 && text[start + length - 1] == '\r')
        length--;
    return (line_t){ text + start, length };
}

/* Methods that start a request line; a name that ends like another stands before it. */
static const char *const methods[] = { "BENOTIFY", "NOTIFY",    "INVITE",    "ACK",    "BYE",    "CANCEL",
                                       "REGISTER", "SERVICE",   "SUBSCRIBE", "UPDATE", "PRACK",  "MESSAGE",
                                       "OPTIONS",  "NEGOTIATE", "REFER",     "INFO",   "PUBLISH" };

static int
find_in(line_t line, const char *what)
{
    int length = (int)strlen(what);
    for (int at = 0; at + length <= line.length; at++) {
        const char *first = (const char *)memchr(line.text + at, what[0], (size_t)(line.length - length - at + 1));
        if (!first)
            return -1;
        at = (int)(first - line.text);
        if (memcmp(first, what, (size_t)length) == 0)
            return at;
    }
    return -1;
}

/* Where in the line a status line starts, -1 if nowhere. A frame holds bytes of other protocols in front of
 * it. */
static int
status_line_in(line_t line)
{
    int at = find_in(line, "SIP/2.0 ");
    if (at < 0 || at + 11 > line.length)
        return -1;
    const char *code = line.text + at + 8;
    return g_ascii_isdigit(code[0]) && g_ascii_isdigit(code[1]) && g_ascii_isdigit(code[2]) ? at : -1;
}

/* The same for a request line. */
static int
request_line_in(line_t line)
{
    static const char end[] = " SIP/2.0";
    int end_length = (int)strlen(end);
    if (line.length <= end_length || memcmp(line.text + line.length - end_length, end, (size_t)end_length) != 0)
        return -1;
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        int at = find_in(line, methods[i]);
        if (at >= 0 && line.text[at + (int)strlen(methods[i])] == ' ')
            return at;
    }
    return -1;
}

/* Position of the nearest start line in front of the end of the text; -1 when there is none. */
static int
find_start_line(const char *text, int length)
{
    int end = length;
    while (end > 0) {
        int start = end;
        while (start > 0 && text[start - 1] != '\n')
            start--;
        int next;
        line_t line = line_at(text, start, length, &next);
        int at = status_line_in(line);
        if (at < 0)
            at = request_line_in(line);
        if (at >= 0)
            return start + at;
        end = start - 1;
    }
    return -1;
}

static const char *
copy(packet_info *pinfo, const char *text, int length)
{
    while (length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return wmem_strndup(pinfo->pool, text, (size_t)length);
}

/* The URI of a From or To value: `"Name" <uri;params>;tag=…` or `uri;tag=…`. */
static const char *
bare_uri(packet_info *pinfo, const char *value)
{
    const char *start = strrchr(value, '<');
    start = start ? start + 1 : value;
    return copy(pinfo, start, (int)strcspn(start, ">;"));
}

/* Which headers are read; compact forms as in RFC 3261, section 7.3.3. */
typedef enum { HEADER_CALL_ID, HEADER_CSEQ, HEADER_FROM, HEADER_TO, HEADER_USER_AGENT, HEADER_SERVER } header_t;
static const struct {
    const char *name;
    header_t header;
} headers[] = {
    { "Call-ID", HEADER_CALL_ID },
    { "i", HEADER_CALL_ID },
    { "CSeq", HEADER_CSEQ },
    { "From", HEADER_FROM },
    { "f", HEADER_FROM },
    { "To", HEADER_TO },
    { "t", HEADER_TO },
    { "User-Agent", HEADER_USER_AGENT },
    { "Server", HEADER_SERVER },
};

static void
read_header(packet_info *pinfo, sip_envelope_t *envelope, line_t line, int line_offset)
{
    const char *colon = (const char *)memchr(line.text, ':', (size_t)line.length);
    if (!colon)
        return;
    int name_length = (int)(colon - line.text);
    while (name_length > 0 && g_ascii_isspace(line.text[name_length - 1]))
        name_length--;
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        if ((int)strlen(headers[i].name) != name_length ||
            g_ascii_strncasecmp(headers[i].name, line.text, (size_t)name_length) != 0)
            continue;
        const char *value = copy(pinfo, colon + 1, line.length - (int)(colon + 1 - line.text));
        switch (headers[i].header) {
        case HEADER_CALL_ID:
            envelope->call_id = value;
            break;
        case HEADER_CSEQ:
            if (!envelope->is_request) {
                value += strspn(value, "0123456789");
                envelope->method = copy(pinfo, value, (int)strlen(value));
            }
            break;
        case HEADER_FROM:
            envelope->from = bare_uri(pinfo, value);
            break;
        case HEADER_TO:
            envelope->to = bare_uri(pinfo, value);
            break;
        case HEADER_USER_AGENT:
        case HEADER_SERVER:
            envelope->product = value;
            envelope->product_is_server = headers[i].header == HEADER_SERVER;
            envelope->product_offset = line_offset;
            envelope->product_length = line.length;
            break;
        }
        return;
    }
}

static sip_envelope_t *
read_envelope(packet_info *pinfo, tvbuff_t *source, const char *text, int start, int end, int text_offset)
{
    sip_envelope_t *envelope = wmem_new0(pinfo->pool, sip_envelope_t);
    int at;
    line_t line = line_at(text, start, end, &at);

    envelope->source = source;
    envelope->offset = text_offset + start;
    envelope->is_request = status_line_in(line) != 0;
    if (envelope->is_request) {
        const char *blank = (const char *)memchr(line.text, ' ', (size_t)line.length);
        envelope->method = copy(pinfo, line.text, blank ? (int)(blank - line.text) : line.length);
    } else {
        envelope->status = (unsigned)((line.text[8] - '0') * 100 + (line.text[9] - '0') * 10 + line.text[10] - '0');
    }
    while (at < end) {
        int offset = at;
        line = line_at(text, at, end, &at);
        if (line.length == 0)
            break;
        read_header(pinfo, envelope, line, text_offset + offset);
    }
    return envelope;
}

const sip_envelope_t *
sip_envelope(packet_info *pinfo, tvbuff_t *part)
{
    static const int cache_owner_key = 0x51500001;
    tvbuff_t *source = tvb_get_ds_tvb(part);
    int position = tvb_raw_offset(part);
    int available = (int)tvb_captured_length(source);
    if (position <= 0 || position > available)
        return NULL;

    int from = MAX(0, position - REACH);
    int end = MIN(available, position + REACH);
    char *text = (char *)tvb_memdup(pinfo->pool, source, from, (size_t)(end - from));
    int start = find_start_line(text, position - from);
    if (start < 0)
        return NULL;

    int proto = proto_get_id_by_filter_name("sip");
    sip_envelope_t *known = (sip_envelope_t *)p_get_proto_data(pinfo->pool, pinfo, proto, cache_owner_key);
    if (known && known->source == source && known->offset == from + start)
        return known;
    known = read_envelope(pinfo, source, text, start, end - from, from);
    p_remove_proto_data(pinfo->pool, pinfo, proto, cache_owner_key);
    p_add_proto_data(pinfo->pool, pinfo, proto, cache_owner_key, known);
    return known;
}

const char *
sip_envelope_sender(const sip_envelope_t *envelope)
{
    if (!envelope)
        return NULL;
    return envelope->is_request ? envelope->from : envelope->to;
}
