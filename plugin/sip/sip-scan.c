/* sip-scan.c
 * Which dialogs the SIP messages of a packet belong to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip/sip-scan.h"

#include "base/packet-comment.h"
#include "base/packet-end.h"
#include "knowledge/ms-products.h"
#include "text/sbc-log.h"

/* Keys of the packet's own data. */
#define SCANNED 2
#define SESSION 5

/* No SIP message with the headers it must have is shorter. */
#define SHORTEST_MESSAGE 100

/* What was told of this packet so far. */
typedef struct {
    sip_scanned_t *messages;
    wmem_list_t *sources; /* those that were read */
} scanned_t;

static int proto_owner = -1;

/* The last packet that was looked at, with nothing found: it is asked about more than once. */
static struct {
    uint32_t frame;
    unsigned sources;
} looked;

static void
forget_looked(void)
{
    looked.frame = 0;
}

/* Whether the message has an SDP body whose media are instant messages only (m=message, [MS-SIPRE] sessions of text).
 */
static bool
is_text_only(const sip_message_t *message)
{
    static const char text_medium[] = "message ";
    const char *end = message->text + message->end, *line = message->text + message->start;
    bool found = false;

    while ((line = g_strstr_len(line, end - line, "\nm=")) != NULL) {
        line += 3;
        if (end - line < (ptrdiff_t)sizeof text_medium || memcmp(line, text_medium, sizeof text_medium - 1) != 0)
            return false;
        found = true;
    }
    return found;
}

/* The value of a parameter of the Contact's URI, up to stop or the end of the parameter; NULL = it has none. */
static const char *
contact_parameter(const packet_info *pinfo, const sip_message_t *message, const char *name, char stop)
{
    const char *contact = sip_message_value(pinfo, message, SIP_CONTACT);
    const char *found = contact ? strstr(contact, name) : NULL;
    const char ends[] = { ';', '>', ' ', ',', stop, '\0' };

    if (!found)
        return NULL;
    found += strlen(name);
    return wmem_strndup(pinfo->pool, found, strcspn(found, ends));
}

static bool
names_service(const char *text)
{
    return text && ms_names_service(text, strlen(text));
}

/* Whether the service that SBCs speak with has sent the message: it says so, or wants answers at one of its hosts. */
static bool
is_of_service(const packet_info *pinfo, const sip_message_t *message)
{
    const char *agent = sip_message_value(pinfo, message, SIP_USER_AGENT);
    const char *server = sip_message_value(pinfo, message, SIP_SERVER);

    return (agent && ms_product_speaks_with_sbc(agent)) || (server && ms_product_speaks_with_sbc(server)) ||
           names_service(sip_message_value(pinfo, message, SIP_CONTACT));
}

static bool
names_sender(const packet_info *pinfo, const sip_message_t *message)
{
    return sip_message_value(pinfo, message, SIP_USER_AGENT) || sip_message_value(pinfo, message, SIP_SERVER) ||
           sip_message_value(pinfo, message, SIP_CONTACT);
}

/* What a message tells of a call through an SBC. The parameters x-i and x-c of the service's Contact name the call;
 * the part of x-c behind its first slash is that of one of the legs. */
static void
read_service(facts_sip_t *sip, const packet_info *pinfo, const sip_message_t *message)
{
    const char *location;

    /* Who answers without a word about himself is who was asked. */
    sip->of_service = is_of_service(pinfo, message) || (sip->status && !names_sender(pinfo, message) &&
                                                        names_service(sip->to) && !names_service(sip->from));
    sip->with_service = sip->of_service || names_service(sip->from) || names_service(sip->to) ||
                        names_service(sip_message_target(pinfo, message));
    if (!sip->of_service)
        return;
    location = sip_message_value(pinfo, message, SIP_USER_LOCATION);
    sip->user_inside = location && g_ascii_strcasecmp(location, "internal") == 0;
    sip->shared[FACTS_SHARED_CALL] = contact_parameter(pinfo, message, ";x-i=", ';');
    sip->shared[FACTS_SHARED_CHAIN] = contact_parameter(pinfo, message, ";x-c=", '/');
}

void
sip_scan_set_session(packet_info *pinfo, const char *session)
{
    p_add_proto_data(pinfo->pool, pinfo, proto_owner, SESSION, (void *)(uintptr_t)session);
}

/* The session of an SBC that the packet's messages stand in: said by who dissects its log, or by uclog. */
static const char *
session_of(packet_info *pinfo)
{
    const char *said = (const char *)p_get_proto_data(pinfo->pool, pinfo, proto_owner, SESSION);

    return said ? said : packet_comment_between(pinfo, SBC_LOG_SESSION_BEFORE, SBC_LOG_SESSION_BEHIND);
}

static facts_sip_t
read_message(packet_info *pinfo, const sip_message_t *message, const char *call_id)
{
    const char *server = sip_message_value(pinfo, message, SIP_SERVER);
    facts_sip_t sip = {
        .call_id = call_id,
        .shared = { [FACTS_SHARED_CONVERSATION] = sip_message_value(pinfo, message, SIP_CONVERSATION_ID) },
        .method = sip_message_method(pinfo, message),
        .status = message->status,
        .user_agent = sip_message_value(pinfo, message, SIP_USER_AGENT),
        .microsoft = message->microsoft,
        .text_only = is_text_only(message),
    };

    sip.from = sip_message_party(pinfo, message, SIP_FROM, &sip.from_tag);
    sip.to = sip_message_party(pinfo, message, SIP_TO, &sip.to_tag);
    /* Both may be there: a server that passes a message on adds its own name. */
    sip.microsoft |= sip.user_agent && ms_product_is_sign(sip.user_agent, strlen(sip.user_agent));
    sip.microsoft |= server && ms_product_is_sign(server, strlen(server));
    if (!sip.user_agent)
        sip.user_agent = server;
    read_service(&sip, pinfo, message);
    sip.shared[FACTS_SHARED_SESSION] = session_of(pinfo);
    sip.microsoft |= sip.with_service;
    return sip;
}

static void
add_message(scanned_t *scanned, packet_info *pinfo, const sip_message_t *message, const char *call_id)
{
    const facts_sip_t sip = read_message(pinfo, message, call_id);
    sip_scanned_t *added = wmem_new0(pinfo->pool, sip_scanned_t);
    sip_scanned_t **last = &scanned->messages;

    added->message = message;
    added->call_id = call_id;
    added->side = facts_tell_sip(pinfo, &sip);
    added->microsoft = sip.microsoft;
    if (sip.with_service || facts_dialog_with_service(call_id))
        added->party = sip.of_service                       ? SIP_BY_SERVICE
                       : facts_is_inner_leg(pinfo, call_id) ? SIP_BY_OTHERS
                                                            : SIP_BY_SBC;
    while (*last)
        last = &(*last)->next;
    *last = added;
}

void
sip_scan_claim(packet_info *pinfo, sip_scanned_t *scanned)
{
    facts_sip_t sip;

    if (scanned->microsoft || !scanned->call_id || facts_call_by_id(scanned->call_id))
        return;
    sip = read_message(pinfo, scanned->message, scanned->call_id);
    sip.microsoft = scanned->microsoft = true;
    scanned->side = facts_tell_sip(pinfo, &sip);
}

static const char *
skip_blanks(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t'))
        line++;
    return line;
}

/* Whether a line is a header of this name with a product of Microsoft's for its value. */
static bool
names_microsoft(const char *line, const char *end, const char *header)
{
    size_t length = strlen(header);

    /* Nearly everybody writes it in these letters. */
    if ((size_t)(end - line) < length ||
        (memcmp(line, header, length) != 0 && g_ascii_strncasecmp(line, header, length) != 0))
        return false;
    line = skip_blanks(line + length, end);
    if (line == end || *line != ':')
        return false;
    line = skip_blanks(line + 1, end);
    return ms_product_is_sign(line, (size_t)(end - line));
}

/* Whether what stands before a line end at stop, from `from` on, is a request line to the service that SBCs speak
 * with. In front of it may stand what carries it. */
static bool
is_request_to_service(const char *from, const char *stop)
{
    static const char version[] = " SIP/2.0";
    const char *end = stop > from && stop[-1] == '\r' ? stop - 1 : stop;

    return end - from > (ptrdiff_t)sizeof version && end[-1] == '0' &&
           memcmp(end - sizeof version + 1, version, sizeof version - 1) == 0 &&
           ms_names_service(from, (size_t)(end - from));
}

/* Whether the second letter of a line is this one. */
static bool
goes_on(const char *line, char letter)
{
    return (line[1] | 0x20) == letter;
}

static bool
is_extension(const char *line, const char *end _U_)
{
    return goes_on(line, 's') && line[2] == '-';
}

static bool
is_user_agent(const char *line, const char *end)
{
    return goes_on(line, 's') && names_microsoft(line, end, "User-Agent");
}

static bool
is_server(const char *line, const char *end)
{
    return goes_on(line, 'e') && names_microsoft(line, end, "Server");
}

static bool
is_from(const char *line, const char *end)
{
    return (goes_on(line, 'r') || line[1] == ':') && ms_names_service(line, (size_t)(end - line));
}

static bool
is_to(const char *line, const char *end)
{
    return (goes_on(line, 'o') || line[1] == ':') && ms_names_service(line, (size_t)(end - line));
}

/* Header lines that only Microsoft's products write, or, From and To, with a host of the service. */
static const struct {
    char first;                                    /* in lower case */
    bool (*is)(const char *line, const char *end); /* of three characters at least */
} microsoft_headers[] = {
    { 'm', is_extension }, { 'u', is_user_agent }, { 's', is_server }, { 'f', is_from }, { 't', is_to },
};

/* A bit for each letter that one begins with: most lines begin with something else. */
static uint32_t first_letters;

#define LETTER(letter) (1U << ((letter)&31))

static void
note_first_letters(void)
{
    for (size_t i = 0; i < array_length(microsoft_headers); i++)
        first_letters |= LETTER(microsoft_headers[i].first);
}

static bool
is_microsoft_header(const char *line, const char *end)
{
    if (!(first_letters & LETTER(*line)) || end - line < 3)
        return false;
    for (size_t i = 0; i < array_length(microsoft_headers); i++)
        if ((line[0] | 0x20) == microsoft_headers[i].first)
            return microsoft_headers[i].is(line, end);
    return false;
}

bool
sip_scan_names_microsoft(packet_info *pinfo, tvbuff_t *source)
{
    int length = (int)tvb_captured_length(source);
    const char *start, *end, *stop;

    if (length < SHORTEST_MESSAGE)
        return false;
    start = (const char *)tvb_get_ptr(source, 0, length);
    end = start + length;
    for (const char *line = start; line < end; line = stop + 1) {
        stop = (const char *)memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        if (is_microsoft_header(line, stop) || is_request_to_service(line, stop))
            return true;
        /* Behind the header lines of a datagram stands its body; blank lines may stand in front. */
        if (pinfo->ptype == PT_UDP && (*line == '\r' || *line == '\n') && line - start > SHORTEST_MESSAGE)
            return false;
    }
    return false;
}

static void
scan_source(scanned_t *scanned, packet_info *pinfo, tvbuff_t *source)
{
    for (const sip_message_t *message = sip_messages(pinfo, source); message; message = message->next) {
        const char *call_id;

        /* A message that goes on in later packets is told with the packet that completes it. */
        if (!message->complete)
            continue;
        call_id = sip_message_value(pinfo, message, SIP_CALL_ID);
        if (facts_takes_headers_of(pinfo, call_id))
            add_message(scanned, pinfo, message, call_id);
    }
}

/* Whether the packet has been looked at, with nothing found. */
static bool
is_looked_at(const packet_info *pinfo)
{
    return looked.frame == pinfo->num && looked.sources == g_slist_length(pinfo->data_src);
}

static bool
has_microsoft_source(packet_info *pinfo)
{
    if (is_looked_at(pinfo))
        return false;
    for (const GSList *item = pinfo->data_src; item; item = item->next)
        if (sip_scan_names_microsoft(pinfo, get_data_source_tvb((const struct data_source *)item->data)))
            return true;
    looked.frame = pinfo->num;
    looked.sources = g_slist_length(pinfo->data_src);
    return false;
}

/* Whether a message of the packet may matter. While there is no dialog of Microsoft's, only messages are looked at
 * that were asked for: those with SDP or with one of the header lines that we dissect. */
static bool
may_matter(packet_info *pinfo)
{
    if (facts_any_dialog())
        return true;
    return packet_end_asked(pinfo) && has_microsoft_source(pinfo);
}

void
sip_scan_ask(packet_info *pinfo)
{
    if (facts_any_dialog() || has_microsoft_source(pinfo))
        packet_end_ask(pinfo);
}

void
sip_scan_ask_at_end(packet_info *pinfo)
{
    if (!is_looked_at(pinfo) && (sip_names_microsoft(pinfo) || sip_left_body(pinfo)))
        sip_scan_ask(pinfo);
}

static sip_scanned_t *
scan(packet_info *pinfo)
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
sip_scan(packet_info *pinfo)
{
    return may_matter(pinfo) ? scan(pinfo) : NULL;
}

static sip_scanned_t *
find_scanned(sip_scanned_t *scanned, const sip_message_t *message)
{
    while (scanned && scanned->message != message)
        scanned = scanned->next;
    return scanned;
}

const sip_scanned_t *
sip_scan_of(packet_info *pinfo, const sip_message_t *message)
{
    return may_matter(pinfo) ? find_scanned(scan(pinfo), message) : NULL;
}

sip_scanned_t *
sip_scan_around(packet_info *pinfo, tvbuff_t *part)
{
    sip_scanned_t *scanned = scan(pinfo); /* the part is ours, so it matters */
    const sip_message_t *message = scanned ? sip_message_around(pinfo, part) : NULL;

    return message ? find_scanned(scanned, message) : NULL;
}

void
sip_scan_register(int proto)
{
    proto_owner = proto;
    note_first_letters();
    register_init_routine(forget_looked);
}
