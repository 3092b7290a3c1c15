/* sdp-facts.c
 * Tells the analysis of calls what an SDP body offers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-facts.h"

#include "offers/sdp-sbc.h"

static const facts_type_t types[ICE_TYPES] = {
    [ICE_TYPE_UNKNOWN] = FACTS_TYPE_UNKNOWN, [ICE_TYPE_HOST] = FACTS_HOST,   [ICE_TYPE_SRFLX] = FACTS_SRFLX,
    [ICE_TYPE_PRFLX] = FACTS_PRFLX,          [ICE_TYPE_RELAY] = FACTS_RELAY,
};

static const char *
medium_name(const sdp_session_t *session, int media)
{
    return media >= 0 && (unsigned)media < session->media_count ? session->media[media].name.text : NULL;
}

static void
tell_candidate(packet_info *pinfo, const sip_scanned_t *message, const sdp_session_t *session,
               const sdp_candidate_t *candidate)
{
    port_type transport = ice_transport_is_tcp(candidate->transport) ? PT_TCP : PT_UDP;
    address addr;
    facts_candidate_t fact = { 0 };

    if (candidate->transport == ICE_TRANSPORT_OTHER || !candidate->port.valid ||
        !sdp_host_to_address(&candidate->host, &addr))
        return;
    fact = (facts_candidate_t){
        .call_id = message->call_id,
        .media = medium_name(session, candidate->media),
        .side = message->side,
        .microsoft = session->microsoft,
        .of_sbc = message->party == SIP_BY_SBC,
        .lite = session->ice_lite && message->party == SIP_BY_SBC,
        .transport = transport,
        .type = types[candidate->type],
        .addr = &addr,
        .port = candidate->port.value,
    };

    /* Microsoft's clients offer their own address as a reflexive one, too: it shows no NAT. */
    if (candidate->type == ICE_TYPE_SRFLX && sdp_host_equal(&candidate->host, &candidate->related))
        fact.type = FACTS_HOST;
    facts_tell_candidate(pinfo, &fact);
}

/* Without ICE, media of a call through an SBC go to the addresses of the c= and m= lines. */
static void
tell_connection(packet_info *pinfo, const sip_scanned_t *message, const sdp_media_t *media)
{
    address addr;
    facts_candidate_t fact = {
        .call_id = message->call_id,
        .media = media->name.text,
        .side = message->side,
        .of_sbc = message->party == SIP_BY_SBC,
        .transport = PT_UDP,
        .type = message->party == SIP_BY_SBC ? FACTS_HOST : FACTS_TYPE_UNKNOWN,
        .addr = &addr,
        .port = media->port.value,
    };

    if (media->in_use && !media->candidates && media->port.valid && sdp_host_to_address(&media->connection, &addr))
        facts_tell_candidate(pinfo, &fact);
}

static void
tell_through_sbc(packet_info *pinfo, const sip_scanned_t *message, const sdp_session_t *session)
{
    for (unsigned i = 0; i < session->media_count; i++)
        tell_connection(pinfo, message, &session->media[i]);
    if (message->party == SIP_BY_SBC)
        sdp_sbc_tell(pinfo, session, message);
}

/* The port of media whose addresses follow in other messages, of which c=0.0.0.0 is a part (RFC 8840, 4.1.1). */
#define TRICKLE_PORT 9

/* Whether a medium is on hold: c=0.0.0.0 is an older way to say so (RFC 3264, 8.4). */
static bool
is_held(const sdp_media_t *media)
{
    static const uint8_t zeros[4];
    address addr;

    if (media->one_way || media->port.value == TRICKLE_PORT)
        return media->one_way;
    return sdp_host_to_address(&media->connection, &addr) && addr.type == AT_IPv4 &&
           memcmp(addr.data, zeros, sizeof zeros) == 0;
}

/* Whether media go in one direction or none, as far as the body says: speech, and where there is none all that is in
 * use, as of a screen that is shared. *held: what it says; false = nothing. */
static bool
says_direction(const sdp_session_t *session, bool *held)
{
    bool any = false;

    *held = true;
    for (unsigned i = 0; i < session->media_count; i++) {
        const sdp_media_t *media = &session->media[i];

        if (media->in_use && strcmp(media->name.text, "audio") == 0) {
            *held = is_held(media);
            return true;
        }
        any |= media->in_use;
        *held &= !media->in_use || is_held(media);
    }
    return any;
}

/* What the body says of the direction of media. Who answers may leave a hold unsaid, but does not end it. */
static void
tell_hold(packet_info *pinfo, const sip_scanned_t *message, const sdp_session_t *session)
{
    bool held;

    if (says_direction(session, &held) && (held || !message->message->status))
        facts_tell_hold(pinfo, message->call_id, held);
}

/* Whether candidates are of Microsoft's clients, or of who speaks with them. Their attributes would not tell: others
 * pass them on. */
static bool
has_candidates_of_microsoft(const sdp_session_t *session)
{
    for (unsigned i = 0; i < session->candidate_count; i++)
        if (ice_transport_is_microsoft(session->candidates[i].transport))
            return true;
    return false;
}

void
sdp_tell_facts(packet_info *pinfo, tvbuff_t *tvb, const sdp_session_t *session)
{
    sip_scanned_t *message;

    if (PINFO_FD_VISITED(pinfo) || !facts_options.enabled)
        return;
    message = sip_scan_around(pinfo, tvb);
    if (!message)
        return;
    if (has_candidates_of_microsoft(session))
        sip_scan_claim(pinfo, message);
    /* First, because with a candidate a call that is known by its checks is looked for by the names. */
    for (unsigned i = 0; i < session->attribute_count; i++)
        if (strcmp(session->attributes[i].name.text, "ice-ufrag") == 0)
            facts_tell_ufrag(pinfo, message->call_id, session->attributes[i].value.text);
    for (unsigned i = 0; i < session->candidate_count; i++)
        tell_candidate(pinfo, message, session, &session->candidates[i]);
    tell_hold(pinfo, message, session);
    if (message->party != SIP_BY_OTHERS)
        tell_through_sbc(pinfo, message, session);
    for (unsigned i = 0; i < session->media_count; i++)
        facts_tell_medium(pinfo, message->call_id, session->media[i].name.text,
                          session->media[i].port.valid && session->media[i].in_use);
}
