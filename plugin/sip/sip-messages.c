/* sip-messages.c
 * The SIP messages of a packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip/sip-messages.h"

#include "base/layers.h"

/* Key of the packet's own data, with the protocol sip as its owner: no key of the stock dissector. */
#define READ_SOURCES 0x51500001

/* What is looked at of one data source, and how long a request line may be. */
#define MAX_SOURCE       (256 * 1024)
#define MAX_REQUEST_LINE 2048

#define VERSION        "SIP/2.0"
#define VERSION_LENGTH 7

/* A data source that was read. */
typedef struct read_source {
    struct read_source *next;
    tvbuff_t *source;
    sip_message_t *messages;
    uint32_t total; /* messages of all of them; in the first */
} read_source_t;

static int proto_sip = -1, proto_sdp = -1;

/* Compact forms as in RFC 3261, section 7.3.3. */
static const struct {
    const char *name;
    int length;
    sip_header_t header;
} header_names[] = {
    { "Call-ID", 7, SIP_CALL_ID },
    { "i", 1, SIP_CALL_ID },
    { "Ms-Conversation-ID", 18, SIP_CONVERSATION_ID },
    { "CSeq", 4, SIP_CSEQ },
    { "From", 4, SIP_FROM },
    { "f", 1, SIP_FROM },
    { "To", 2, SIP_TO },
    { "t", 1, SIP_TO },
    { "User-Agent", 10, SIP_USER_AGENT },
    { "Server", 6, SIP_SERVER },
    { "Contact", 7, SIP_CONTACT },
    { "m", 1, SIP_CONTACT },
    { "Reason", 6, SIP_REASON },
    { "X-MS-UserLocation", 17, SIP_USER_LOCATION },
    { "Content-Length", 14, SIP_CONTENT_LENGTH },
    { "l", 1, SIP_CONTENT_LENGTH },
};

/* Methods, those that end like another one first. What stands in front of a datagram's payload, the checksum of UDP,
 * may look like a letter: then this tells where the method begins. */
static const char *const methods[] = { "BENOTIFY", "NOTIFY",    "INVITE",  "PRACK",     "ACK",    "BYE",
                                       "CANCEL",   "REGISTER",  "SERVICE", "SUBSCRIBE", "UPDATE", "MESSAGE",
                                       "OPTIONS",  "NEGOTIATE", "REFER",   "INFO",      "PUBLISH" };

static bool
name_is(const char *text, int length, const char *name, int name_length)
{
    return length == name_length &&
           (memcmp(text, name, (size_t)length) == 0 || g_ascii_strncasecmp(text, name, (size_t)length) == 0);
}

/* The length of the name of the header line between two offsets, and where its colon stands; 0 = it is none. */
static int
header_name(const sip_message_t *message, int from, int to, const char **colon)
{
    const char *line = message->text + from;
    int length;

    *colon = (const char *)memchr(line, ':', (size_t)(to - from));
    if (!*colon)
        return 0;
    length = (int)(*colon - line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return length;
}

static void
read_line(sip_message_t *message, int from, int to)
{
    const char *line = message->text + from, *colon;
    int length = header_name(message, from, to, &colon);

    if (!length)
        return;
    if (length > 3 && (line[0] | 0x20) == 'm' && (line[1] | 0x20) == 's' && line[2] == '-')
        message->microsoft = true;
    for (size_t i = 0; i < array_length(header_names); i++) {
        if (name_is(line, length, header_names[i].name, header_names[i].length)) {
            message->lines[header_names[i].header].from = (int)(colon - message->text) + 1;
            message->lines[header_names[i].header].to = to;
            return;
        }
    }
}

/* Where the header line that begins at an offset ends, with the lines that go on with it because they begin with a
 * blank (RFC 3261, 7.3.1), and in *next the one behind it; -1 where its line end is missing before `length`. */
static int
line_end(const char *text, int at, int length, int *next)
{
    const char *stop;
    int end;

    do {
        stop = (const char *)memchr(text + at, '\n', (size_t)(length - at));
        if (!stop)
            return -1;
        end = (int)(stop - text);
        *next = end + 1;
        if (end > at && text[end - 1] == '\r')
            end--;
        if (end == at)
            return end;
        at = *next;
    } while (at < length && (text[at] == ' ' || text[at] == '\t'));
    return end;
}

/* Reads the header lines from an offset on. Returns the offset behind the empty line, -1 where it is missing. */
static int
read_lines(sip_message_t *message, int at, int length)
{
    while (at < length) {
        int next, end = line_end(message->text, at, length, &next);

        if (end < 0)
            return -1;
        if (end == at)
            return next;
        read_line(message, at, end);
        at = next;
    }
    return -1;
}

/* Where the method starts that ends at an offset. */
static int
method_before(const char *text, int end)
{
    int start = end;

    while (start > 0 && g_ascii_isupper(text[start - 1]))
        start--;
    for (size_t i = 0; i < array_length(methods); i++) {
        int length = (int)strlen(methods[i]);

        if (end - start >= length && memcmp(text + end - length, methods[i], (size_t)length) == 0)
            return end - length;
    }
    return start;
}

/* The start of the message whose version stands at an offset; false where none starts there. RFC 3261, 7.1 and 7.2 */
static bool
read_start(sip_message_t *message, int version, int length)
{
    const char *text = message->text;
    int behind = version + VERSION_LENGTH, uri;

    if (behind + 5 <= length && text[behind] == ' ' && text[behind + 1] >= '1' && text[behind + 1] <= '6' &&
        g_ascii_isdigit(text[behind + 2]) && g_ascii_isdigit(text[behind + 3]) && text[behind + 4] == ' ') {
        message->status =
            (unsigned)((text[behind + 1] - '0') * 100 + (text[behind + 2] - '0') * 10 + text[behind + 3] - '0');
        message->start = version;
        return true;
    }
    if (version < 2 || text[version - 1] != ' ' || behind >= length || (text[behind] != '\r' && text[behind] != '\n'))
        return false;
    for (uri = version - 2; uri > 0 && g_ascii_isgraph(text[uri]) && version - uri < MAX_REQUEST_LINE;)
        uri--;
    if (uri <= 0 || text[uri] != ' ')
        return false;
    message->start = method_before(text, uri);
    message->method.from = message->start;
    message->method.to = uri;
    return message->start < uri;
}

static unsigned
body_length(const sip_message_t *message)
{
    unsigned length = 0;

    for (int at = message->lines[SIP_CONTENT_LENGTH].from; at < message->lines[SIP_CONTENT_LENGTH].to; at++) {
        if (g_ascii_isdigit(message->text[at]))
            length = MIN(length * 10 + (unsigned)(message->text[at] - '0'), (unsigned)INT_MAX / 16);
        else if (length || !g_ascii_isspace(message->text[at]))
            break;
    }
    return length;
}

static const char *
find_word(const char *text, const char *end, const char *word, int length)
{
    while (end - text >= length) {
        text = (const char *)memchr(text, word[0], (size_t)(end - text - length) + 1);
        if (!text || memcmp(text, word, (size_t)length) == 0)
            return text;
        text++;
    }
    return NULL;
}

/* Reads the header lines and the length of the body of a message whose start line is known. A datagram holds all of
 * its message: the length of the body need not be told there, and what it lacks will not come (RFC 3261, 18.3). */
static void
read_rest(sip_message_t *message, int version, int length, bool cut, bool datagram)
{
    const char *line = (const char *)memchr(message->text + version, '\n', (size_t)(length - version));
    int body = line ? read_lines(message, (int)(line - message->text) + 1, length) : -1;
    unsigned wanted;

    message->end = length;
    if (body < 0)
        return;
    message->body = body;
    wanted = datagram && !message->lines[SIP_CONTENT_LENGTH].to ? (unsigned)(length - body) : body_length(message);
    /* What the capture has cut off will not come in a later packet. */
    message->complete = cut || datagram || wanted <= (unsigned)(length - body);
    if (wanted < (unsigned)(length - body))
        message->end = body + (int)wanted;
}

static sip_message_t *
read_source(packet_info *pinfo, tvbuff_t *source)
{
    int length = (int)MIN(tvb_captured_length(source), (unsigned)MAX_SOURCE);
    bool cut = tvb_captured_length(source) < tvb_reported_length(source);
    const char *text = length ? (const char *)tvb_memdup(pinfo->pool, source, 0, (size_t)length) : "";
    sip_message_t *first = NULL, **last = &first;
    int at = 0;

    while (at < length) {
        const char *found = find_word(text + at, text + length, VERSION, VERSION_LENGTH);
        int version = found ? (int)(found - text) : length;
        sip_message_t message = { .source = source, .text = text };

        at = version + VERSION_LENGTH;
        if (!found || !read_start(&message, version, length))
            continue;
        read_rest(&message, version, length, cut, pinfo->ptype == PT_UDP);
        at = message.end;
        *last = (sip_message_t *)wmem_memdup(pinfo->pool, &message, sizeof message);
        last = &(*last)->next;
    }
    return first;
}

static int
owner(void)
{
    if (proto_sip == -1)
        proto_sip = proto_get_id_by_filter_name("sip");
    return proto_sip;
}

bool
sip_dissected(const packet_info *pinfo)
{
    return has_layer(pinfo, owner());
}

/* Whether the name stands in it, which has a letter that is rare in messages. */
static bool
names_microsoft(tvbuff_t *source)
{
    static const char before[] = "icroso";
    const size_t length = strlen(before);
    int left = (int)tvb_captured_length(source);
    const char *text = left ? (const char *)tvb_get_ptr(source, 0, left) : "", *end = text + left, *at = text;

    while (at < end && (at = (const char *)memchr(at, 'f', (size_t)(end - at))) != NULL) {
        if ((size_t)(at - text) >= length && memcmp(at - length, before, length) == 0)
            return true;
        at++;
    }
    return false;
}

bool
sip_names_microsoft(const packet_info *pinfo)
{
    if (!sip_dissected(pinfo))
        return false;
    for (const GSList *item = pinfo->data_src; item; item = item->next)
        if (names_microsoft(get_data_source_tvb((const struct data_source *)item->data)))
            return true;
    return false;
}

/* Whether the text ends in a header line, as a message without a body does; only blank lines stand behind it. */
static bool
ends_in_header(const char *text, const char *end)
{
    const char *line;

    while (end > text && (end[-1] == '\r' || end[-1] == '\n'))
        end--;
    for (line = end; line > text && line[-1] != '\n';)
        line--;
    if (line == end || !g_ascii_isalpha(*line))
        return false;
    while (line < end && (g_ascii_isalnum(*line) || *line == '-'))
        line++;
    return line < end && *line == ':';
}

/* Whether a line is such as SDP begins with (RFC 8866, 5.1). */
static bool
has_sdp(tvbuff_t *source)
{
    static const char begin[] = "\nv=0";
    const int length = (int)tvb_captured_length(source);
    const char *text = length ? (const char *)tvb_get_ptr(source, 0, length) : "";

    return !ends_in_header(text, text + length) && find_word(text, text + length, begin, (int)strlen(begin));
}

bool
sip_left_body(const packet_info *pinfo)
{
    if (pinfo->ptype == PT_TCP || !sip_dissected(pinfo))
        return false;
    if (proto_sdp == -1)
        proto_sdp = proto_get_id_by_filter_name("sdp");
    if (has_layer(pinfo, proto_sdp)) /* there is one message in a datagram */
        return false;
    for (const GSList *item = pinfo->data_src; item; item = item->next)
        if (has_sdp(get_data_source_tvb((const struct data_source *)item->data)))
            return true;
    return false;
}

/* The source as it has been read, or NULL. */
static read_source_t *
known_source(packet_info *pinfo, tvbuff_t *source, read_source_t **first)
{
    read_source_t *at = (read_source_t *)p_get_proto_data(pinfo->pool, pinfo, owner(), READ_SOURCES);

    *first = at;
    while (at && at->source != source)
        at = at->next;
    return at;
}

static const sip_message_t *
keep_source(packet_info *pinfo, tvbuff_t *source, read_source_t *first, sip_message_t *messages)
{
    read_source_t *added = wmem_new(pinfo->pool, read_source_t);

    added->source = source;
    added->messages = messages;
    added->total = 0;
    added->next = first ? first->next : NULL;
    if (first)
        first->next = added; /* the first stays where it is: replacing it costs more */
    else
        p_add_proto_data(pinfo->pool, pinfo, owner(), READ_SOURCES, first = added);
    for (sip_message_t *message = messages; message; message = message->next)
        message->number = first->total++;
    return messages;
}

const sip_message_t *
sip_messages(packet_info *pinfo, tvbuff_t *source)
{
    read_source_t *first, *known = known_source(pinfo, source, &first);

    return known ? known->messages : keep_source(pinfo, source, first, read_source(pinfo, source));
}

void
sip_messages_none(packet_info *pinfo, tvbuff_t *source)
{
    read_source_t *first, *known = known_source(pinfo, source, &first);

    if (known)
        known->messages = NULL;
    else
        keep_source(pinfo, source, first, NULL);
}

const sip_message_t *
sip_message_around(packet_info *pinfo, tvbuff_t *part)
{
    int position = tvb_raw_offset(part);

    for (const sip_message_t *message = sip_messages(pinfo, tvb_get_ds_tvb(part)); message; message = message->next)
        if (message->start < position && position <= message->end)
            return message;
    return NULL;
}

/* Makes a value that goes on in other lines one line: a line end and the blanks behind it are one blank. */
static void
unfold(char *value)
{
    char *to = strpbrk(value, "\r\n");

    for (const char *from = to; from && *from;) {
        if (*from == '\r' || *from == '\n') {
            from += strspn(from, "\r\n \t");
            *to++ = ' ';
        } else {
            *to++ = *from++;
        }
    }
    if (to)
        *to = '\0';
}

static const char *
copy(const packet_info *pinfo, const sip_message_t *message, int from, int to)
{
    char *value;

    while (from < to && g_ascii_isspace(message->text[from]))
        from++;
    while (to > from && g_ascii_isspace(message->text[to - 1]))
        to--;
    value = wmem_strndup(pinfo->pool, message->text + from, (size_t)(to - from));
    unfold(value);
    return value;
}

const char *
sip_message_value(const packet_info *pinfo, const sip_message_t *message, sip_header_t header)
{
    if (!message->lines[header].to)
        return NULL;
    return copy(pinfo, message, message->lines[header].from, message->lines[header].to);
}

static bool
is_line_of(const sip_message_t *message, int from, int to, sip_header_t header, const char **colon)
{
    int length = header_name(message, from, to, colon);

    for (size_t i = 0; length && i < array_length(header_names); i++)
        if (header_names[i].header == header &&
            name_is(message->text + from, length, header_names[i].name, header_names[i].length))
            return true;
    return false;
}

bool
sip_message_next_line(const sip_message_t *message, sip_header_t header, int *from, int *to)
{
    /* Most messages have none. */
    int at = *to ? *to : message->start, last = message->lines[header].to;

    while (at < last) {
        int next, found = line_end(message->text, at, last, &next), end = found < 0 ? last : found;
        const char *colon;

        if (is_line_of(message, at, end, header, &colon)) {
            *from = (int)(colon - message->text) + 1;
            *to = end;
            return true;
        }
        at = found < 0 ? last : next;
    }
    return false;
}

const char *
sip_message_method(const packet_info *pinfo, const sip_message_t *message)
{
    const char *value;

    if (!message->status)
        return copy(pinfo, message, message->method.from, message->method.to);
    value = sip_message_value(pinfo, message, SIP_CSEQ);
    if (!value)
        return NULL;
    value += strspn(value, "0123456789");
    return value + strspn(value, " \t");
}

const char *
sip_message_target(const packet_info *pinfo, const sip_message_t *message)
{
    int from = message->method.to, to = from;

    if (message->status)
        return NULL;
    while (to < message->end && message->text[to] == ' ')
        to++;
    while (to < message->end && g_ascii_isgraph(message->text[to]))
        to++;
    return copy(pinfo, message, from, to);
}

/* "sip:user:password@host" as "sip:user@host", in place. RFC 3261, 19.1.1. */
static char *
without_password(char *uri)
{
    char *host = strchr(uri, '@');
    char *scheme_end = strchr(uri, ':');
    char *password = scheme_end && host && scheme_end < host ? strchr(scheme_end + 1, ':') : NULL;

    if (password && password < host)
        memmove(password, host, strlen(host) + 1);
    return uri;
}

const char *
sip_message_party(const packet_info *pinfo, const sip_message_t *message, sip_header_t header, const char **tag)
{
    const char *value = sip_message_value(pinfo, message, header);
    const char *open, *close, *parameter;

    if (tag)
        *tag = NULL;
    if (!value)
        return NULL;
    /* `"Name" <uri;parameters>;tag=…` or `uri;tag=…` */
    open = strrchr(value, '<');
    close = open ? strchr(open, '>') : NULL;
    parameter = tag ? strstr(close ? close : value, ";tag=") : NULL;
    if (parameter)
        *tag = wmem_strndup(pinfo->pool, parameter + 5, strcspn(parameter + 5, ";, \t\r\n"));
    if (open)
        value = open + 1;
    return without_password(wmem_strndup(pinfo->pool, value, strcspn(value, ">;")));
}

const char *
sip_message_sender(const packet_info *pinfo, const sip_message_t *message)
{
    return message ? sip_message_party(pinfo, message, message->status ? SIP_TO : SIP_FROM, NULL) : NULL;
}
