/* sdp-parse.c
 * What the lines of an SDP body say about ICE: both candidate grammars, without any tree.
 *
 * Grammars: draft-ietf-mmusic-ice-06 as [MS-ICE] uses it, and RFC 5245, section 15.1, as [MS-ICE2] does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-parse.h"

/* The body as a copy that tokens are cut out of in place: a blank behind a token becomes its end. */
typedef struct {
    packet_info *pinfo;
    char *text;
    sdp_session_t *session;
    sdp_interest_t (*interest)(const char *name);
    unsigned candidate_room, remote_room, attribute_room, media_room;
} parser_t;

/* One more element in an array that grows; NULL when the bound is reached. */
static void *
append(parser_t *parser, void **array, unsigned *count, unsigned *room, unsigned limit, size_t size)
{
    if (*count == limit) {
        parser->session->more = true;
        return NULL;
    }
    if (*count == *room) {
        *room = *room ? *room * 2 : 16;
        *array = wmem_realloc(parser->pinfo->pool, *array, *room * size);
    }
    void *element = (char *)*array + *count * size;
    memset(element, 0, size);
    ++*count;
    return element;
}

/* Cuts [at, end) of the copy into tokens; what lies beyond the limit becomes the rest. */
static unsigned
tokenize(parser_t *parser, int at, int end, sdp_token_t *tokens, unsigned limit, sdp_token_t *rest)
{
    unsigned count = 0;
    char *text = parser->text;
    *rest = (sdp_token_t){ end, 0, "" };
    for (;;) {
        while (at < end && (text[at] == ' ' || text[at] == '\t'))
            at++;
        if (at == end)
            return count;
        if (count == limit) {
            *rest = (sdp_token_t){ at, end - at, text + at };
            return count;
        }
        int start = at;
        while (at < end && text[at] != ' ' && text[at] != '\t')
            at++;
        tokens[count++] = (sdp_token_t){ start, at - start, text + start };
        if (at < end)
            text[at++] = '\0'; /* the last token is ended by the NUL that ends the line */
    }
}

/* The first defect of a line is the one to speak of. */
static void
defect(sdp_candidate_t *candidate, const char *what)
{
    if (!candidate->defect)
        candidate->defect = what;
}

static void
read_transport(sdp_candidate_t *candidate, const sdp_token_t *token)
{
    candidate->transport_token = *token;
    candidate->transport = ice_transport_of(token->text);
    if (!ice_may_name(token->text))
        defect(candidate, "the transport is no token");
}

static void
read_component(sdp_candidate_t *candidate, const sdp_token_t *token)
{
    candidate->component = *token;
    candidate->component_valid =
        read_number(token->text, 256, &candidate->component_id) && candidate->component_id > 0;
    if (!candidate->component_valid)
        defect(candidate, "the component is not a number from 1 to 256");
}

/* draft-06: user-name component password transport q-value address port */
static void
read_draft06(sdp_candidate_t *candidate, const sdp_token_t *t, unsigned count)
{
    if (count < 7)
        defect(candidate, "fewer than the 7 words of a draft-06 candidate");
    candidate->foundation = t[0];
    if (count > 1)
        read_component(candidate, &t[1]);
    if (count > 3)
        read_transport(candidate, &t[3]);
    if (count > 4) {
        char *end;
        candidate->priority = t[4];
        candidate->q_value = g_ascii_strtod(t[4].text, &end);
        candidate->priority_valid =
            *end == '\0' && g_ascii_isdigit(t[4].text[0]) && candidate->q_value >= 0 && candidate->q_value <= 1;
        if (!candidate->priority_valid)
            defect(candidate, "the priority is not a q-value from 0 to 1");
    }
    if (count > 5)
        sdp_read_host(&candidate->host, &t[5]);
    if (count > 6)
        sdp_read_port(&candidate->port, &t[6]);
    if (count > 7) {
        candidate->rest = t[7];
        defect(candidate, "more than the 7 words of a draft-06 candidate");
    }
}

/* RFC 5245: foundation component transport priority address port typ type [raddr a rport p] *(name value) */
static void
read_rfc5245(sdp_candidate_t *candidate, const sdp_token_t *t, unsigned count)
{
    if (count < 8)
        defect(candidate, "fewer than the 8 words of an RFC 5245 candidate");
    candidate->foundation = t[0];
    if (count > 1)
        read_component(candidate, &t[1]);
    if (count > 2)
        read_transport(candidate, &t[2]);
    if (count > 3) {
        candidate->priority = t[3];
        candidate->priority_valid = read_number(t[3].text, G_MAXUINT32, &candidate->priority_value);
        if (!candidate->priority_valid)
            defect(candidate, "the priority is not a 32-bit number");
    }
    if (count > 4)
        sdp_read_host(&candidate->host, &t[4]);
    if (count > 5)
        sdp_read_port(&candidate->port, &t[5]);
    if (count > 7) {
        candidate->type_token = t[7];
        candidate->type = ice_type_of(t[7].text);
        if (!ice_may_name(t[7].text))
            defect(candidate, "the type is no token");
    }
    unsigned at = 8;
    for (; at + 1 < count; at += 2) {
        if (sdp_same_name(t[at].text, "raddr"))
            sdp_read_host(&candidate->related, &t[at + 1]);
        else if (sdp_same_name(t[at].text, "rport"))
            sdp_read_port(&candidate->related_port, &t[at + 1]);
        else
            break;
    }
    if (at < count)
        candidate->rest = t[at];
}

static void
read_candidate(parser_t *parser, sdp_token_t name, sdp_token_t value, int line_offset, int line_length)
{
    sdp_session_t *session = parser->session;
    sdp_candidate_t *candidate =
        (sdp_candidate_t *)append(parser, (void **)&session->candidates, &session->candidate_count,
                                  &parser->candidate_room, SDP_MAX_CANDIDATES, sizeof(sdp_candidate_t));
    if (!candidate)
        return;
    candidate->attribute = name;
    candidate->value = value;
    candidate->line_offset = line_offset;
    candidate->line_length = line_length;
    candidate->media = (int)session->media_count - 1;
    if (session->media_count)
        session->media[session->media_count - 1].candidates++;

    sdp_token_t tokens[SDP_MAX_TOKENS];
    int end = value.offset + value.length;
    unsigned count = tokenize(parser, value.offset, end, tokens, SDP_MAX_TOKENS, &candidate->rest);

    /* The word "typ" in its place tells RFC 5245 from draft-06; in a shorter line the place of the transport.
     */
    if (count > 6 && sdp_same_name(tokens[6].text, "typ"))
        candidate->form = SDP_FORM_RFC5245;
    else if (count > 3 && ice_transport_of(tokens[3].text) != ICE_TRANSPORT_OTHER)
        candidate->form = SDP_FORM_DRAFT06;
    else if (count > 2 && ice_transport_of(tokens[2].text) != ICE_TRANSPORT_OTHER)
        candidate->form = SDP_FORM_RFC5245;
    else if (count == 7)
        candidate->form = SDP_FORM_DRAFT06;

    if (candidate->form == SDP_FORM_DRAFT06) {
        read_draft06(candidate, tokens, count);
        /* Without a transport that is known the seven words may be anything of others. */
        session->microsoft |= candidate->transport != ICE_TRANSPORT_OTHER;
    } else if (candidate->form == SDP_FORM_RFC5245) {
        read_rfc5245(candidate, tokens, count);
        session->microsoft |= ice_transport_is_microsoft(candidate->transport);
    } else {
        defect(candidate, count ? "neither a draft-06 nor an RFC 5245 candidate" : "nothing behind the colon");
        candidate->rest = value;
    }
    if (candidate->rest.length)
        candidate->rest.length = end - candidate->rest.offset;
}

static sdp_remote_candidate_t *
new_remote(parser_t *parser, int line_offset, int line_length)
{
    sdp_session_t *session = parser->session;
    sdp_remote_candidate_t *remote =
        (sdp_remote_candidate_t *)append(parser, (void **)&session->remote, &session->remote_count,
                                         &parser->remote_room, SDP_MAX_CANDIDATES, sizeof(sdp_remote_candidate_t));
    if (!remote)
        return NULL;
    remote->line_offset = line_offset;
    remote->line_length = line_length;
    remote->media = (int)session->media_count - 1;
    if (session->media_count)
        session->media[session->media_count - 1].remote_candidates++;
    return remote;
}

/* remote-candidate: user-name; remote-candidates: 1*(component address port) */
static void
read_remote_candidates(parser_t *parser, bool draft06, sdp_token_t value, int line_offset, int line_length)
{
    sdp_token_t tokens[SDP_MAX_TOKENS], rest;
    int end = value.offset + value.length;
    unsigned count = tokenize(parser, value.offset, end, tokens, SDP_MAX_TOKENS, &rest);
    unsigned at = 0;
    do {
        sdp_remote_candidate_t *remote = new_remote(parser, line_offset, line_length);
        if (!remote)
            return;
        if (draft06) {
            if (count)
                remote->username = tokens[0];
            remote->complete = count == 1;
            return;
        }
        if (at < count)
            remote->component = tokens[at];
        if (at + 1 < count)
            sdp_read_host(&remote->host, &tokens[at + 1]);
        if (at + 2 < count)
            sdp_read_port(&remote->port, &tokens[at + 2]);
        remote->complete = at + 2 < count && remote->port.valid;
        at += 3;
    } while (at < count);
}

/* A value without the blanks that some write in front of it or behind it: names are compared whole. */
static sdp_token_t
without_blanks(parser_t *parser, sdp_token_t value)
{
    char *text = parser->text + value.offset;
    const int front = (int)strspn(text, " \t");

    value = (sdp_token_t){ value.offset + front, value.length - front, text + front };
    while (value.length > 0 && (value.text[value.length - 1] == ' ' || value.text[value.length - 1] == '\t'))
        value.length--;
    parser->text[value.offset + value.length] = '\0';
    return value;
}

static void
read_attribute(parser_t *parser, sdp_token_t name, sdp_token_t value, int line_offset, int line_length)
{
    sdp_session_t *session = parser->session;
    sdp_attribute_t *attribute =
        (sdp_attribute_t *)append(parser, (void **)&session->attributes, &session->attribute_count,
                                  &parser->attribute_room, SDP_MAX_ATTRIBUTES, sizeof(sdp_attribute_t));
    if (!attribute)
        return;
    *attribute = (sdp_attribute_t){ line_offset, line_length, (int)session->media_count - 1, name, value };
}

/* Cuts a token at a slash: a port's count of ports, an address's TTL. */
static void
cut_at_slash(parser_t *parser, sdp_token_t *token)
{
    char *slash = (char *)memchr(parser->text + token->offset, '/', (size_t)token->length);
    if (slash) {
        *slash = '\0';
        token->length = (int)(slash - parser->text) - token->offset;
    }
}

/* m=<name> <port>[/<count>] <protocol> <formats> */
static void
read_media(parser_t *parser, int start, int end)
{
    sdp_session_t *session = parser->session;
    sdp_media_t *media = (sdp_media_t *)append(parser, (void **)&session->media, &session->media_count,
                                               &parser->media_room, SDP_MAX_MEDIA, sizeof(sdp_media_t));
    if (!media)
        return;
    sdp_token_t tokens[3], rest;
    unsigned count = tokenize(parser, start + 2, end, tokens, 3, &rest);
    media->line_offset = start;
    media->line_length = end - start;
    media->connection = session->connection;
    media->one_way = session->one_way;
    media->name = media->protocol = media->port.token = (sdp_token_t){ end, 0, "" };
    if (count > 0)
        media->name = tokens[0];
    if (count > 1) {
        cut_at_slash(parser, &tokens[1]);
        sdp_read_port(&media->port, &tokens[1]);
    }
    if (count > 2)
        media->protocol = tokens[2];
}

/* c=IN IP4 <address>[/<ttl>] */
static void
read_connection(parser_t *parser, int start, int end)
{
    sdp_session_t *session = parser->session;
    sdp_token_t tokens[3], rest;
    if (tokenize(parser, start + 2, end, tokens, 3, &rest) < 3)
        return;
    cut_at_slash(parser, &tokens[2]);
    sdp_read_host(session->media_count ? &session->media[session->media_count - 1].connection : &session->connection,
                  &tokens[2]);
}

/* rtcp:<port> [IN IP4 <address>] */
static void
read_rtcp_port(const char *text, sdp_media_t *media)
{
    const char *end;

    ws_strtou16(text, &end, &media->rtcp_port);
}

/* The direction of media, or of all that follow; false = the attribute is another one. */
static bool
read_direction(sdp_session_t *session, const char *name)
{
    static const char *const one_way[] = { "sendonly", "recvonly", "inactive" };
    bool *to = session->media_count ? &session->media[session->media_count - 1].one_way : &session->one_way;

    for (size_t i = 0; i < array_length(one_way); i++)
        if (sdp_same_name(name, one_way[i])) {
            *to = true;
            return true;
        }
    if (!sdp_same_name(name, "sendrecv"))
        return false;
    *to = false;
    return true;
}

static void
read_line(parser_t *parser, int start, int end)
{
    char *text = parser->text;
    sdp_session_t *session = parser->session;
    if (end - start < 3 || text[start + 1] != '=')
        return;
    if (text[start] == 'm')
        read_media(parser, start, end);
    else if (text[start] == 'c')
        read_connection(parser, start, end);
    else if (text[start] == 'k' && parser->interest(SDP_KEY_LINE) != SDP_NOT_WANTED)
        read_attribute(parser, (sdp_token_t){ start, 2, SDP_KEY_LINE },
                       (sdp_token_t){ start + 2, end - start - 2, text + start + 2 }, start, end - start);
    if (text[start] != 'a')
        return;

    char *colon = (char *)memchr(text + start, ':', (size_t)(end - start));
    int name_end = colon ? (int)(colon - text) : end;
    text[name_end] = '\0';
    sdp_token_t name = { start + 2, name_end - start - 2, text + start + 2 };
    sdp_token_t value = { end, 0, text + end };
    if (colon)
        value = (sdp_token_t){ name_end + 1, end - name_end - 1, colon + 1 };

    bool ipv6_line = sdp_same_name(name.text, "x-candidate-ipv6");
    if (ipv6_line || sdp_same_name(name.text, "candidate")) {
        read_candidate(parser, name, value, start, end - start);
        session->microsoft |= ipv6_line;
    } else if (sdp_same_name(name.text, "remote-candidates")) {
        read_remote_candidates(parser, false, value, start, end - start);
    } else if (sdp_same_name(name.text, "remote-candidate")) {
        read_remote_candidates(parser, true, value, start, end - start);
        session->microsoft = true;
    } else if (sdp_same_name(name.text, "ice-lite")) {
        session->ice_lite = true;
    } else if (sdp_same_name(name.text, "ice-options")) {
        session->trickles |= sdp_has_word(value.text, "trickle");
    } else if (sdp_same_name(name.text, "ice-pwd")) {
        const char *password = without_blanks(parser, value).text;

        if (session->media_count)
            session->media[session->media_count - 1].password = password;
        else
            session->password = password;
    } else if (sdp_same_name(name.text, "rtcp")) {
        if (session->media_count)
            read_rtcp_port(value.text, &session->media[session->media_count - 1]);
    } else if (!read_direction(session, name.text)) {
        sdp_interest_t interest = parser->interest(name.text);
        if (interest == SDP_NOT_WANTED)
            return;
        read_attribute(parser, name, without_blanks(parser, value), start, end - start);
        if (interest == SDP_TELLTALE)
            session->microsoft = true;
    }
}

/* The type of a UDP candidate of the same section that has the same address. */
static const sdp_candidate_t *
udp_candidate_there(const sdp_session_t *session, const sdp_candidate_t *candidate)
{
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *other = &session->candidates[i];
        if (other->media == candidate->media && other->form == SDP_FORM_DRAFT06 &&
            other->transport == ICE_TRANSPORT_UDP && other->type != ICE_TYPE_UNKNOWN &&
            sdp_host_equal(&other->host, &candidate->host))
            return other;
    }
    return NULL;
}

/* A draft-06 line carries no type. The q-value tells it for UDP; for TCP lines no such values are documented,
 * so only an address whose role is known from elsewhere tells something. */
static void
derive_draft06_types(sdp_session_t *session)
{
    bool left = false;
    for (unsigned i = 0; i < session->candidate_count; i++) {
        sdp_candidate_t *candidate = &session->candidates[i];
        if (candidate->form != SDP_FORM_DRAFT06)
            continue;
        if (candidate->transport != ICE_TRANSPORT_UDP || !candidate->priority_valid) {
            left = true;
            continue;
        }
        candidate->type = candidate->q_value >= 0.8   ? ICE_TYPE_HOST
                          : candidate->q_value >= 0.5 ? ICE_TYPE_SRFLX
                                                      : ICE_TYPE_RELAY;
        candidate->type_basis = "q-value";
    }
    for (unsigned i = 0; left && i < session->candidate_count; i++) {
        sdp_candidate_t *candidate = &session->candidates[i];
        if (candidate->form != SDP_FORM_DRAFT06 || candidate->type != ICE_TYPE_UNKNOWN)
            continue;
        const sdp_candidate_t *other = udp_candidate_there(session, candidate);
        bool is_public = (candidate->host.kind == SDP_HOST_IPV4 || candidate->host.kind == SDP_HOST_IPV6) &&
                         !sdp_host_is_private(&candidate->host);
        if (other) {
            candidate->type = other->type;
            candidate->type_basis = "same address as a UDP candidate of this type";
        } else if (is_public && candidate->media >= 0 &&
                   sdp_host_equal(&candidate->host, &session->media[candidate->media].connection)) {
            candidate->type = ICE_TYPE_RELAY;
            candidate->type_basis = "address of the c= line, and no local candidate has it";
        } else if (is_public && candidate->port.valid && candidate->port.value >= 50000 &&
                   candidate->port.value <= 59999) {
            candidate->type = ICE_TYPE_RELAY;
            candidate->type_basis = "public address with a port in the range of an Edge, 50000-59999";
        }
    }
}

/* Whether the m= line announces the transport of a candidate: one address may be that of a UDP and of a TCP relay. */
static bool
is_announced(const sdp_media_t *media, ice_transport_t transport)
{
    return transport != ICE_TRANSPORT_OTHER &&
           ice_transport_is_tcp(transport) == (g_ascii_strncasecmp(media->protocol.text, "TCP", 3) == 0);
}

/* A candidate stands on a line per component; lists repeat lines now and then. */
static void
mark_defaults_and_repetitions(sdp_session_t *session)
{
    for (unsigned i = 0; i < session->candidate_count; i++) {
        sdp_candidate_t *candidate = &session->candidates[i];
        if (candidate->media >= 0) {
            const sdp_media_t *media = &session->media[candidate->media];
            uint32_t port = candidate->component_id == 2 ? media->rtcp_port : media->port.value;
            candidate->is_default = candidate->port.valid && candidate->port.value == port && port != 0 &&
                                    sdp_host_equal(&candidate->host, &media->connection) &&
                                    is_announced(media, candidate->transport);
        }
        candidate->first_of_its_kind = candidate->form != SDP_FORM_UNKNOWN;
        for (unsigned j = 0; j < i && candidate->first_of_its_kind; j++) {
            const sdp_candidate_t *other = &session->candidates[j];
            if (other->media == candidate->media && other->form == candidate->form &&
                other->transport == candidate->transport && other->type == candidate->type &&
                strcmp(other->foundation.text, candidate->foundation.text) == 0)
                candidate->first_of_its_kind = false;
        }
    }
}

/* Where the line at `at` ends. Stock's SDP ends one at a CR alone, too: behind it may stand a line with a password.
 */
static int
line_end(const char *text, int at, int length)
{
    while (at < length && text[at] != '\n' && text[at] != '\r')
        at++;
    return at;
}

sdp_session_t *
sdp_parse(packet_info *pinfo, tvbuff_t *tvb, sdp_interest_t (*interest)(const char *name))
{
    int length = (int)tvb_captured_length(tvb);
    char *text = (char *)wmem_alloc(pinfo->pool, (size_t)length + 1);
    tvb_memcpy(tvb, text, 0, (size_t)length);
    text[length] = '\0';

    sdp_session_t *session = wmem_new0(pinfo->pool, sdp_session_t);
    parser_t parser = { .pinfo = pinfo, .text = text, .session = session, .interest = interest };
    int at = 0;
    while (at < length) {
        const int end = line_end(text, at, length);

        text[end] = '\0';
        read_line(&parser, at, end);
        at = end + 1;
    }
    derive_draft06_types(session);
    mark_defaults_and_repetitions(session);
    return session;
}

bool
sdp_speaks_of_ice(const sdp_session_t *session)
{
    return session->candidate_count || session->remote_count || session->microsoft;
}

bool
sdp_may_speak_of_ice(packet_info *pinfo, tvbuff_t *tvb)
{
    /* How the names begin: candidate and cryptoscale, remote-candidate(s), x-anything. */
    const int length = (int)tvb_captured_length(tvb);
    const char *text;

    if (length <= 4)
        return false;
    text = (const char *)tvb_memdup(pinfo->pool, tvb, 0, (size_t)length);
    for (int at = 0; length - at > 4; at = line_end(text, at, length) + 1) {
        char first, second;

        if (text[at] != 'a' || text[at + 1] != '=')
            continue;
        first = g_ascii_tolower(text[at + 2]);
        second = g_ascii_tolower(text[at + 3]);
        if ((first == 'x' && second == '-') || (first == 'c' && (second == 'a' || second == 'r')) ||
            (first == 'r' && second == 'e'))
            return true;
    }
    return false;
}
