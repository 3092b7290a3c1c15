/* sdp-dialog.c
 * Offers and answers of a call side by side.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-dialog.h"

/* Bodies kept of one call: more than any call has, less than a flood could fill memory with. */
#define MAX_BODIES 256

typedef struct {
    uint32_t frame;
    int at; /* where its message begins: a packet may hold several */
    address src, dst;
    uint32_t src_port; /* tells the sides apart where both are one host */
    unsigned status;
    bool microsoft;
    const char *cseq, *to_tag; /* of an answer: which request and whose; NULL = absent */
    unsigned media_count;
    sdp_dialog_medium_t *media;
} body_t;

/* Call-ID -> wmem_array of body_t in the order of frames. */
static wmem_map_t *calls;

void
sdp_dialog_register(void)
{
    calls = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
}

static const char *
ufrag_of(const sdp_session_t *session, int media)
{
    for (int of = media; of >= -1; of = of > -1 ? -1 : -2)
        for (unsigned i = 0; i < session->attribute_count; i++)
            if (session->attributes[i].media == of && sdp_same_name(session->attributes[i].name.text, "ice-ufrag"))
                return session->attributes[i].value.text;
    return "";
}

void
sdp_dialog_ice_of(wmem_allocator_t *scope, const sdp_session_t *session, int media, sdp_dialog_ice_t *ice)
{
    wmem_strbuf_t *list = wmem_strbuf_new(scope, "");
    const char *password = session->media[media].password ? session->media[media].password : session->password;

    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];

        if (candidate->media == media)
            wmem_strbuf_append_printf(list, "%u %d %s %s %d\n", candidate->component_id, (int)candidate->transport,
                                      candidate->host.token.length ? candidate->host.token.text : "",
                                      candidate->port.token.length ? candidate->port.token.text : "",
                                      (int)candidate->type);
    }
    ice->candidates = wmem_strbuf_get_str(list);
    ice->ufrag = wmem_strdup(scope, ufrag_of(session, media));
    ice->password = wmem_strdup(scope, password ? password : "");
}

/* The tag of To, which tells the answers of several who were called apart. */
static const char *
to_tag(const packet_info *pinfo, const sip_message_t *message)
{
    const char *tag;

    sip_message_party(pinfo, message, SIP_TO, &tag);
    return tag;
}

void
sdp_dialog_note(packet_info *pinfo, const sip_message_t *message, const sdp_session_t *session, bool microsoft)
{
    const char *call_id = sip_message_value(pinfo, message, SIP_CALL_ID);

    if (!call_id || PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt)
        return;
    wmem_array_t *bodies = (wmem_array_t *)wmem_map_lookup(calls, call_id);
    if (!bodies) {
        bodies = wmem_array_sized_new(wmem_file_scope(), sizeof(body_t), 4);
        wmem_map_insert(calls, wmem_strdup(wmem_file_scope(), call_id), bodies);
    }
    if (wmem_array_get_count(bodies) >= MAX_BODIES)
        return;

    body_t body = {
        .frame = pinfo->num, .at = message->start, .src_port = pinfo->srcport, .media_count = session->media_count
    };
    body.status = message->status;
    body.microsoft = microsoft;
    body.cseq = wmem_strdup(wmem_file_scope(), sip_message_value(pinfo, message, SIP_CSEQ));
    body.to_tag = wmem_strdup(wmem_file_scope(), to_tag(pinfo, message));
    copy_address_wmem(wmem_file_scope(), &body.src, &pinfo->src);
    copy_address_wmem(wmem_file_scope(), &body.dst, &pinfo->dst);
    body.media = wmem_alloc0_array(wmem_file_scope(), sdp_dialog_medium_t, session->media_count + 1);
    for (unsigned i = 0; i < session->media_count; i++) {
        body.media[i].name = wmem_strdup(wmem_file_scope(), session->media[i].name.text);
        body.media[i].in_use = session->media[i].in_use;
        body.media[i].candidates =
            session->media[i].candidates_of < 0 ? 0 : session->media[session->media[i].candidates_of].candidates;
        body.media[i].chosen = session->media[i].remote_candidates != 0;
        body.media[i].has_others = session->trickles;
        sdp_dialog_ice_of(wmem_file_scope(), session, (int)i, &body.media[i].ice);
    }
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];
        for (unsigned m = 0; m < session->media_count; m++) {
            if (candidate->media < 0 || session->media[m].candidates_of != candidate->media)
                continue;
            body.media[m].has_ipv4 |= candidate->host.kind == SDP_HOST_IPV4;
            body.media[m].has_ipv6 |= candidate->host.kind == SDP_HOST_IPV6;
            body.media[m].has_others |= candidate->host.kind == SDP_HOST_NAME;
        }
    }
    wmem_array_append_one(bodies, body);
}

static bool
is_before(const body_t *body, const packet_info *pinfo, const sip_message_t *message)
{
    return body->frame < pinfo->num || (body->frame == pinfo->num && body->at < message->start);
}

/* Bodies of a call before this message; the array is NULL when there is none. */
static const body_t *
bodies_before(const packet_info *pinfo, const sip_message_t *message, unsigned *count)
{
    const char *call_id = sip_message_value(pinfo, message, SIP_CALL_ID);

    *count = 0;
    wmem_array_t *bodies = call_id ? (wmem_array_t *)wmem_map_lookup(calls, call_id) : NULL;
    if (!bodies)
        return NULL;
    const body_t *all = (const body_t *)wmem_array_get_raw(bodies);
    while (*count < wmem_array_get_count(bodies) && is_before(&all[*count], pinfo, message))
        ++*count;
    return all;
}

static bool
sent_by(const body_t *body, const address *src, const address *dst, uint32_t src_port)
{
    return addresses_equal(&body->src, src) && addresses_equal(&body->dst, dst) &&
           (!addresses_equal(src, dst) || body->src_port == src_port);
}

static bool
from_other_side(const packet_info *pinfo, const body_t *body)
{
    return sent_by(body, &pinfo->dst, &pinfo->src, pinfo->destport);
}

bool
sdp_dialog_other_side(const packet_info *pinfo, const sip_message_t *message, sdp_dialog_side_t *side)
{
    unsigned count;
    const body_t *bodies = bodies_before(pinfo, message, &count);
    memset(side, 0, sizeof *side);
    for (unsigned i = count; i-- > 0;) {
        if (side->frame && bodies[i].frame != side->frame)
            break;
        if (!from_other_side(pinfo, &bodies[i]))
            continue;
        side->frame = bodies[i].frame;
        side->media_count = MAX(side->media_count, bodies[i].media_count);
        for (unsigned m = 0; m < bodies[i].media_count; m++) {
            const sdp_dialog_medium_t *from = &bodies[i].media[m];
            sdp_dialog_medium_t *into = &side->media[m];
            into->name = from->name;
            into->in_use |= from->in_use;
            into->has_ipv4 |= from->has_ipv4;
            into->has_ipv6 |= from->has_ipv6;
            into->has_others |= from->has_others;
            into->candidates += from->candidates;
            into->chosen |= from->chosen;
        }
    }
    return side->frame != 0;
}

uint32_t
sdp_dialog_provisional(const packet_info *pinfo, const sip_message_t *message, int media, sdp_dialog_ice_t *ice)
{
    const char *cseq = sip_message_value(pinfo, message, SIP_CSEQ), *tag = to_tag(pinfo, message);
    unsigned count;
    const body_t *bodies = bodies_before(pinfo, message, &count);

    if (message->status < 200)
        return 0;
    while (count-- > 0) {
        const body_t *body = &bodies[count];

        if (body->status < 100 || body->status >= 200 || (unsigned)media >= body->media_count ||
            g_strcmp0(body->cseq, cseq) != 0 || g_strcmp0(body->to_tag, tag) != 0)
            continue;
        *ice = body->media[media].ice;
        return body->frame;
    }
    return 0;
}

bool
sdp_dialog_lacks_final_offer(const packet_info *pinfo, const sip_message_t *message, uint32_t *offer,
                             uint32_t *answer)
{
    unsigned count;
    const body_t *bodies = bodies_before(pinfo, message, &count);
    const body_t *first = NULL;
    bool microsoft = false;
    *offer = *answer = 0;
    for (unsigned i = 0; i < count; i++) {
        const body_t *body = &bodies[i];
        if (!sent_by(body, &pinfo->src, &pinfo->dst, pinfo->srcport) && !from_other_side(pinfo, body))
            continue;
        bool has_candidates = false;
        microsoft |= body->microsoft;
        for (unsigned m = 0; m < body->media_count; m++) {
            if (body->media[m].chosen)
                return false;
            has_candidates |= body->media[m].candidates != 0;
        }
        if (!has_candidates)
            continue;
        if (!first)
            first = body;
        if (sent_by(body, &first->src, &first->dst, first->src_port))
            *offer = body->frame;
        else
            *answer = body->frame;
    }
    return microsoft && *offer && *answer;
}

bool
sdp_dialog_is_empty(void)
{
    return wmem_map_size(calls) == 0;
}
