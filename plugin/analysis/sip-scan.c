/* sip-scan.c
 * Which dialogs the SIP messages of a packet belong to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/sip-scan.h"

/* Key of the packet's own data. */
#define SCANNED 2

/* What is looked at of one data source, and how long a request line may be. */
#define MAX_SOURCE       (256 * 1024)
#define MAX_REQUEST_LINE 2048

#define VERSION        "SIP/2.0"
#define VERSION_LENGTH 7

/* What was read in this packet so far. */
typedef struct {
    sip_scanned_t *messages;
    wmem_list_t *sources; /* those that were read */
} scanned_t;

/* A text in the packet's pool while it is read. */
typedef struct {
    packet_info *pinfo;
    const char *text;
    int length;
} reader_t;

static int proto_owner = -1;
static int proto_sip = -1;

void
sip_scan_register(int proto)
{
    proto_owner = proto;
}

bool
sip_scan_wanted(const packet_info *pinfo)
{
    if (proto_sip == -1)
        proto_sip = proto_get_id_by_filter_name("sip");
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer; layer = wmem_list_frame_next(layer))
        if (GPOINTER_TO_INT(wmem_list_frame_data(layer)) == proto_sip)
            return true;
    return false;
}

static const char *
copy(const reader_t *reader, int from, int to)
{
    while (from < to && (reader->text[from] == ' ' || reader->text[from] == '\t'))
        from++;
    while (to > from && g_ascii_isspace(reader->text[to - 1]))
        to--;
    return wmem_strndup(reader->pinfo->pool, reader->text + from, (size_t)(to - from));
}

/* The URI of a From or To value, and its tag. */
static const char *
read_party(const reader_t *reader, const char *value, const char **tag)
{
    const char *open = strchr(value, '<'), *close = open ? strchr(open, '>') : NULL;
    const char *params = close ? close : value;
    const char *uri = open ? open + 1 : value;
    const char *at = tag ? strstr(params, ";tag=") : NULL;

    if (at)
        *tag = wmem_strndup(reader->pinfo->pool, at + 5, strcspn(at + 5, ";, \t\r\n"));
    return wmem_strndup(reader->pinfo->pool, uri, strcspn(uri, ">;"));
}

/* Product names that only Microsoft's clients and servers carry. */
static bool
is_microsoft_product(const char *value)
{
    static const char *const products[] = { "UCCAPI", "RTCC/", "RTC/", "CPE/", "OCPhone", "UCMA" };

    for (size_t i = 0; i < array_length(products); i++)
        if (strncmp(value, products[i], strlen(products[i])) == 0)
            return true;
    return false;
}

typedef enum { CALL_ID, CONVERSATION, CSEQ, FROM, TO, AGENT, LENGTH, HEADERS } header_t;

static const struct {
    const char *name;
    int length;
    header_t header;
} header_names[] = {
    { "Call-ID", 7, CALL_ID },
    { "i", 1, CALL_ID },
    { "Ms-Conversation-ID", 18, CONVERSATION },
    { "CSeq", 4, CSEQ },
    { "From", 4, FROM },
    { "f", 1, FROM },
    { "To", 2, TO },
    { "t", 1, TO },
    { "User-Agent", 10, AGENT },
    { "Server", 6, AGENT },
    { "Content-Length", 14, LENGTH },
    { "l", 1, LENGTH },
};

static bool
name_is(const reader_t *reader, int from, int to, const char *name, int length)
{
    return to - from == length && ((reader->text[from] ^ name[0]) & 0xDF) == 0 &&
           g_ascii_strncasecmp(reader->text + from, name, (size_t)(to - from)) == 0;
}

/* Where the values of the lines stand, HEADERS of them; to = 0: the line is missing. Most messages are looked up by
 * their Call-ID and nothing else, so the others are not copied before they are needed. */
typedef struct {
    int from, to;
} span_t;

static void
read_header(const reader_t *reader, int from, int to, span_t *spans, facts_sip_t *sip)
{
    const char *colon = (const char *)memchr(reader->text + from, ':', (size_t)(to - from));
    int end;

    if (!colon)
        return;
    end = (int)(colon - reader->text);
    if (end - from > 3 && (reader->text[from] | 0x20) == 'm' && (reader->text[from + 1] | 0x20) == 's' &&
        reader->text[from + 2] == '-')
        sip->microsoft = true;
    for (size_t i = 0; i < array_length(header_names); i++) {
        if (name_is(reader, from, end, header_names[i].name, header_names[i].length)) {
            spans[header_names[i].header] = (span_t){ end + 1, to };
            return;
        }
    }
}

static const char *
value_of(const reader_t *reader, const span_t *spans, header_t header)
{
    return spans[header].to ? copy(reader, spans[header].from, spans[header].to) : NULL;
}

static void
read_values(const reader_t *reader, const span_t *spans, facts_sip_t *sip)
{
    const char *from = value_of(reader, spans, FROM), *to = value_of(reader, spans, TO);
    const char *cseq = value_of(reader, spans, CSEQ);

    sip->conversation_id = value_of(reader, spans, CONVERSATION);
    sip->user_agent = value_of(reader, spans, AGENT);
    if (sip->user_agent)
        sip->microsoft |= is_microsoft_product(sip->user_agent);
    if (from)
        sip->from = read_party(reader, from, &sip->from_tag);
    if (to)
        sip->to = read_party(reader, to, NULL);
    if (sip->status && cseq) {
        cseq += strspn(cseq, "0123456789");
        sip->method = cseq + strspn(cseq, " \t");
    }
}

static unsigned
body_length(const reader_t *reader, const span_t *spans)
{
    const char *value = value_of(reader, spans, LENGTH);

    return value ? (unsigned)MIN(strtoul(value, NULL, 10), INT_MAX / 2) : 0;
}

/* The start of the message whose version stands at an offset: its method or status goes to *sip. -1 = none. */
static int
read_start(const reader_t *reader, int version, facts_sip_t *sip)
{
    const char *text = reader->text;
    int behind = version + VERSION_LENGTH;
    int uri, method;

    if (behind + 5 <= reader->length && text[behind] == ' ' && g_ascii_isdigit(text[behind + 1]) &&
        g_ascii_isdigit(text[behind + 2]) && g_ascii_isdigit(text[behind + 3]) && text[behind + 4] == ' ') {
        sip->status =
            (unsigned)((text[behind + 1] - '0') * 100 + (text[behind + 2] - '0') * 10 + text[behind + 3] - '0');
        return version;
    }
    if (version < 2 || text[version - 1] != ' ' || behind >= reader->length ||
        (text[behind] != '\r' && text[behind] != '\n'))
        return -1;
    for (uri = version - 2; uri > 0 && g_ascii_isgraph(text[uri]) && version - uri < MAX_REQUEST_LINE;)
        uri--;
    if (uri <= 0 || text[uri] != ' ')
        return -1;
    for (method = uri; method > 0 && g_ascii_isupper(text[method - 1]);)
        method--;
    /* What stands before a datagram's first byte may look like a letter. */
    if (uri - method > 6 && strncmp(text + uri - 6, "INVITE", 6) == 0)
        method = uri - 6;
    else if (uri - method > 3 && (strncmp(text + uri - 3, "BYE", 3) == 0 || strncmp(text + uri - 3, "ACK", 3) == 0))
        method = uri - 3;
    else if (uri - method > 6 && strncmp(text + uri - 6, "CANCEL", 6) == 0)
        method = uri - 6;
    if (method == uri)
        return -1;
    sip->method = copy(reader, method, uri);
    return method;
}

/* Reads the header lines from an offset on. Returns the offset behind the empty line, -1 where it is missing. */
static int
read_lines(const reader_t *reader, int at, span_t *spans, facts_sip_t *sip)
{
    while (at < reader->length) {
        const char *stop = (const char *)memchr(reader->text + at, '\n', (size_t)(reader->length - at));
        int end, next;

        if (!stop)
            return -1;
        end = (int)(stop - reader->text);
        next = end + 1;
        if (end > at && reader->text[end - 1] == '\r')
            end--;
        if (end == at)
            return next;
        read_header(reader, at, end, spans, sip);
        at = next;
    }
    return -1;
}

static void
add_message(scanned_t *scanned, packet_info *pinfo, tvbuff_t *source, int start, int end, const facts_sip_t *sip)
{
    sip_scanned_t *message = wmem_new0(pinfo->pool, sip_scanned_t);
    sip_scanned_t **last = &scanned->messages;

    message->source = source;
    message->start = start;
    message->end = end;
    message->sip = *sip;
    message->side = facts_tell_sip(pinfo, sip);
    while (*last)
        last = &(*last)->next;
    *last = message;
}

static const char *
find_version(const char *text, const char *end)
{
    while (end - text >= VERSION_LENGTH) {
        text = (const char *)memchr(text, VERSION[0], (size_t)(end - text) - VERSION_LENGTH + 1);
        if (!text || memcmp(text, VERSION, VERSION_LENGTH) == 0)
            return text;
        text++;
    }
    return NULL;
}

static bool
names_microsoft(const char *line, const char *end, const char *header)
{
    size_t length = strlen(header);

    if ((size_t)(end - line) < length + 16 || g_ascii_strncasecmp(line, header, length) != 0)
        return false;
    line += length;
    return is_microsoft_product(line + (*line == ' '));
}

/* Whether a line is one that only Microsoft's products write: a quick look before the reading. */
static bool
has_microsoft_line(const char *text, const char *end)
{
    while (end - text > 4 && (text = (const char *)memchr(text, '\n', (size_t)(end - text) - 4)) != NULL) {
        text++;
        if (((text[0] | 0x20) == 'm' && (text[1] | 0x20) == 's' && text[2] == '-') ||
            ((text[0] | 0x20) == 'u' && names_microsoft(text, end, "User-Agent:")) ||
            ((text[0] | 0x20) == 's' && names_microsoft(text, end, "Server:")))
            return true;
    }
    return false;
}

static void
scan_source(scanned_t *scanned, packet_info *pinfo, tvbuff_t *source)
{
    bool whole = tvb_captured_length(source) == tvb_reported_length(source);
    reader_t reader = { .pinfo = pinfo, .length = (int)MIN(tvb_captured_length(source), (unsigned)MAX_SOURCE) };
    int at = 0;

    if (reader.length < VERSION_LENGTH)
        return;
    reader.text = (const char *)tvb_memdup(pinfo->pool, source, 0, (size_t)reader.length);
    if (!facts_any_dialog() && !has_microsoft_line(reader.text, reader.text + reader.length))
        return;
    while (at < reader.length) {
        const char *found = find_version(reader.text + at, reader.text + reader.length);
        facts_sip_t sip = { 0 };
        span_t spans[HEADERS] = { { 0, 0 } };
        unsigned body;
        int start, end;
        const char *line;

        if (!found)
            return;
        at = (int)(found - reader.text) + VERSION_LENGTH;
        start = read_start(&reader, at - VERSION_LENGTH, &sip);
        if (start < 0)
            continue;
        line = (const char *)memchr(reader.text + at, '\n', (size_t)(reader.length - at));
        end = line ? read_lines(&reader, (int)(line - reader.text) + 1, spans, &sip) : -1;
        if (end < 0)
            continue;
        body = body_length(&reader, spans);
        /* A message that goes on in later packets is told with the packet that completes it. */
        if (whole && body > (unsigned)(reader.length - end))
            return;
        at = (int)MIN((unsigned)reader.length, (unsigned)end + body);
        sip.call_id = value_of(&reader, spans, CALL_ID);
        if (!facts_takes_headers_of(pinfo, sip.call_id))
            continue;
        read_values(&reader, spans, &sip);
        add_message(scanned, pinfo, source, start, at, &sip);
    }
}

const sip_scanned_t *
sip_scan(packet_info *pinfo)
{
    scanned_t *scanned = (scanned_t *)p_get_proto_data(pinfo->pool, pinfo, proto_owner, SCANNED);

    if (!scanned) {
        scanned = wmem_new0(pinfo->pool, scanned_t);
        scanned->sources = wmem_list_new(pinfo->pool);
        p_add_proto_data(pinfo->pool, pinfo, proto_owner, SCANNED, scanned);
    }
    for (GSList *item = pinfo->data_src; item; item = item->next) {
        tvbuff_t *source = get_data_source_tvb((const struct data_source *)item->data);

        if (wmem_list_find(scanned->sources, source))
            continue;
        scan_source(scanned, pinfo, source);
        wmem_list_prepend(scanned->sources, source);
    }
    return scanned->messages;
}

const sip_scanned_t *
sip_scan_around(packet_info *pinfo, tvbuff_t *part)
{
    tvbuff_t *source = tvb_get_ds_tvb(part);
    int position = tvb_raw_offset(part);

    for (const sip_scanned_t *message = sip_scan(pinfo); message; message = message->next)
        if (message->source == source && message->start <= position && position <= message->end)
            return message;
    return NULL;
}
