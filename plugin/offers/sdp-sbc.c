/* sdp-sbc.c
 * What Teams asks of the SDP of an SBC, and where it is not kept: media bypass, SRTP, addresses.
 *
 * With media bypass an SBC is ICE-lite: one candidate, IPv4, the same in the provisional and the final answer; keys
 * by SDES. Source: Microsoft's articles on the media protocols of Direct Routing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-sbc.h"

#include "base/finding-add.h"

#define SRTP_SUITE "AES_CM_128_HMAC_SHA1_80"

static expert_field ei_candidates = EI_INIT;
static expert_field ei_changed = EI_INIT;
static expert_field ei_srtp = EI_INIT;
static expert_field ei_private = EI_INIT;

/* The candidates of a medium for RTP; *six: how many of them are IPv6. */
static unsigned
count_candidates(const sdp_session_t *session, int media, unsigned *six)
{
    unsigned count = 0;

    *six = 0;
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];

        if (candidate->media != media || candidate->component_id != 1)
            continue;
        count++;
        *six += candidate->host.kind == SDP_HOST_IPV6;
    }
    return count;
}

static void
judge_candidates(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media)
{
    unsigned six, count = count_candidates(session, media, &six);

    if (count > 1 || six)
        finding_add_format(pinfo, item, &ei_candidates,
                           "%s: the SBC offers %u candidate%s, %u of them IPv6; Teams takes exactly one, IPv4. Set "
                           "the SBC to ICE-lite with the one address that Teams reaches",
                           session->media[media].name.text, count, count == 1 ? "" : "s", six);
}

/* Whether one of the medium's key offers has the suite that Teams takes; *any: whether it has some. */
static bool
offers_suite(const sdp_session_t *session, int media, bool *any)
{
    bool found = false;

    *any = false;
    for (unsigned i = 0; i < session->attribute_count; i++) {
        const sdp_attribute_t *attribute = &session->attributes[i];
        const char *suite;

        if (attribute->media != media || !sdp_same_name(attribute->name.text, "crypto"))
            continue;
        *any = true;
        suite = attribute->value.text + strcspn(attribute->value.text, " ");
        suite += strspn(suite, " ");
        found |=
            strcspn(suite, " ") == sizeof SRTP_SUITE - 1 && strncmp(suite, SRTP_SUITE, sizeof SRTP_SUITE - 1) == 0;
    }
    return found;
}

/* Fax and others have no SRTP. */
static bool
is_rtp(const sdp_media_t *media)
{
    return strstr(media->protocol.text, "RTP/") != NULL;
}

static void
judge_srtp(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media)
{
    bool any, right = offers_suite(session, media, &any);

    if (!right)
        finding_add_format(pinfo, item, &ei_srtp,
                           "%s: the SBC offers %s; Teams takes SRTP with %s only. Set the SBC's trunk to Teams to "
                           "this suite",
                           session->media[media].name.text, any ? "other SRTP suites" : "no SRTP keys (a=crypto)",
                           SRTP_SUITE);
}

/* Whether the medium has addresses, and all of them are private: of its candidates, or where it has none, of its c=
 * line. */
static bool
is_private(const sdp_session_t *session, int media, const sdp_host_t **host)
{
    *host = session->media[media].candidates ? NULL : &session->media[media].connection;
    for (unsigned i = 0; i < session->candidate_count; i++) {
        if (session->candidates[i].media != media)
            continue;
        if (!sdp_host_is_private(&session->candidates[i].host))
            return false;
        *host = &session->candidates[i].host;
    }
    return *host && sdp_host_is_private(*host);
}

/* Where Teams says that its user sits in the SBC's network, an inner address is what it wants. A first offer of the
 * SBC comes before Teams can have said so. */
static void
judge_addresses(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media,
                const sip_scanned_t *scanned)
{
    const sdp_host_t *host;
    address where;

    if (facts_user_inside(scanned->call_id) || (!scanned->message->status && !PINFO_FD_VISITED(pinfo)) ||
        !is_private(session, media, &host) || !sdp_host_to_address(host, &where))
        return;
    finding_add_format(pinfo, item, &ei_private,
                       "%s: the SBC offers %s only, a private address, which Teams cannot reach. Set the public "
                       "address of its NAT for the media of this trunk",
                       session->media[media].name.text, address_to_str(pinfo->pool, &where));
}

static void
judge_changes(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media,
              const sip_scanned_t *scanned)
{
    sdp_dialog_ice_t now, before;
    uint32_t frame = sdp_dialog_provisional(pinfo, scanned->message, media, &before);

    if (!frame)
        return;
    sdp_dialog_ice_of(pinfo->pool, session, media, &now);
    if (strcmp(now.candidates, before.candidates) != 0 || strcmp(now.ufrag, before.ufrag) != 0 ||
        strcmp(now.password, before.password) != 0)
        finding_add_format(pinfo, item, &ei_changed,
                           "%s: the SBC has changed its %s since its provisional answer in frame %u: the checks "
                           "that run already fail. Both answers have to say the same",
                           session->media[media].name.text,
                           strcmp(now.candidates, before.candidates) != 0 ? "candidates"
                           : strcmp(now.ufrag, before.ufrag) != 0         ? "ICE user fragment"
                                                                          : "ICE password",
                           frame);
}

void
sdp_sbc_medium(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media,
               const sip_scanned_t *scanned)
{
    if (media < 0 || !session->media[media].in_use)
        return;
    judge_candidates(pinfo, item, session, media);
    if (is_rtp(&session->media[media]))
        judge_srtp(pinfo, item, session, media);
    judge_addresses(pinfo, item, session, media, scanned);
    judge_changes(pinfo, item, session, media, scanned);
}

void
sdp_sbc_tell(packet_info *pinfo, const sdp_session_t *session, const sip_scanned_t *scanned)
{
    const sdp_host_t *host;

    for (unsigned media = 0; media < session->media_count; media++)
        if (session->media[media].in_use)
            facts_tell_sbc_addresses(pinfo, scanned->call_id, is_private(session, (int)media, &host));
}

void
sdp_sbc_register(int proto)
{
    static ei_register_info ei[] = {
        { &ei_candidates,
          { "msice.expert.sbc_candidates", PI_SEQUENCE, PI_WARN, "The SBC offers other candidates than Teams takes",
            EXPFILL } },
        { &ei_changed,
          { "msice.expert.sbc_answer_changed", PI_SEQUENCE, PI_WARN,
            "The SBC's final answer has other candidates or credentials than its provisional one", EXPFILL } },
        { &ei_srtp,
          { "msice.expert.sbc_srtp_suite", PI_SECURITY, PI_WARN, "The SBC does not offer the SRTP suite of Teams",
            EXPFILL } },
        { &ei_private,
          { "msice.expert.sbc_address_private", PI_SEQUENCE, PI_WARN, "The SBC offers a private address to Teams",
            EXPFILL } },
    };

    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
}
