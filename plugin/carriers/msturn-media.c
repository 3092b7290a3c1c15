/* msturn-media.c
 * What media flows are made of: RTP, RTCP, SRTCP, DTLS, handed to the stock dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-media.h"

#include <epan/dissectors/packet-rtcp.h>
#include <epan/dissectors/packet-rtp.h>

#include "calls/facts.h"
#include "turn/msturn-flows.h"
#include "turn/msturn-stock.h"

#define RTP_HEADER    12
#define RTCP_HEADER   8
#define SRTCP_INDEX   4
#define SRTCP_E_BIT   0x80000000U
#define DTLS_HEADER   13
#define RTCP_PT_FIRST 192
#define RTCP_PT_LAST  223
#define RTCP_PT_SR    200 /* the types in use: from sender report to extended report */
#define RTCP_PT_XR    207

static int hf_encrypted_rtcp = -1;
static int proto_rtp = -1;
static int proto_rtcp = -1;
static dissector_handle_t rtp_handle, rtcp_handle, dtls_handle;
static compat_bool uses_stock_rtp = true; /* preference */

/* The tails that SRTCP has behind the index: RFC 3711 with its two lengths of tags, and RFC 7714, where the tag
 * stands before the index. Lync offers a master key identifier of one byte. */
#define TAIL(algorithm, mki, tag)                                                                                    \
    {                                                                                                                \
        .encryption_algorithm = SRTP_ENC_ALG_AES_##algorithm, .auth_algorithm = SRTP_AUTH_ALG_HMAC_SHA1,             \
        .mki_len = mki, .auth_tag_len = tag                                                                          \
    }
static struct srtp_info tails[] = {
    TAIL(CM, 0, 10), TAIL(CM, 1, 10), TAIL(CM, 0, 4), TAIL(CM, 1, 4), TAIL(GCM, 0, 0), TAIL(GCM, 1, 0),
};

/* Whether the header of an RTP packet and what it announces fit into length bytes. */
static bool
rtp_fits(tvbuff_t *tvb, unsigned length)
{
    const unsigned captured = tvb_captured_length(tvb);
    const uint8_t first = tvb_get_uint8(tvb, 0);
    unsigned size = RTP_HEADER + 4 * (first & 0x0FU);

    if (captured < RTP_HEADER || size > length)
        return false;
    if (first & 0x10) { /* header extension */
        if (size + 4 > length)
            return false;
        if (captured >= size + 4)
            size += 4 + 4U * tvb_get_ntohs(tvb, (int)size + 2);
    }
    if (size > length)
        return false;
    /* Padding counts itself, and is encrypted in SRTP: then the stock dissector only says that it is odd. */
    return true;
}

/* Whether length bytes are RTCP packets one behind the other, each with an RTCP packet type. */
static bool
rtcp_fits(tvbuff_t *tvb, unsigned length)
{
    unsigned offset = 0;

    while (offset + 4 <= length && tvb_bytes_exist(tvb, (int)offset, 4)) {
        const uint8_t type = tvb_get_uint8(tvb, (int)offset + 1);

        if (tvb_get_uint8(tvb, (int)offset) >> 6 != 2 || type < RTCP_PT_FIRST || type > RTCP_PT_LAST)
            return false;
        offset += 4 + 4U * tvb_get_ntohs(tvb, (int)offset + 2);
    }
    return offset == length;
}

/* The tail that makes length bytes an SRTCP packet, NULL = none. */
static struct srtp_info *
srtcp_tail(tvbuff_t *tvb, unsigned length)
{
    if (tvb_captured_length(tvb) < length)
        return NULL;
    for (unsigned i = 0; i < array_length(tails); i++) {
        const unsigned tail = SRTCP_INDEX + tails[i].mki_len + tails[i].auth_tag_len;
        uint32_t index;

        if (length < RTCP_HEADER + tail || (length - tail) % 4 != 0)
            continue;
        index = tvb_get_ntohl(tvb, (int)(length - tail));
        /* An index counts packets from 0: a large one is something else. */
        if ((index & ~SRTCP_E_BIT) < (1U << 24) && ((index & SRTCP_E_BIT) || rtcp_fits(tvb, length - tail)))
            return &tails[i];
    }
    return NULL;
}

/* What the stock dissectors keep with the conversation that was made for one end is to be found with the exact one,
 * too: which of the two they ask differs from version to version. */
static void
copy_stock_data(packet_info *pinfo, const conversation_t *made)
{
    const int protocols[2] = { proto_rtp, proto_rtcp };
    conversation_t *exact = find_conversation_pinfo(pinfo, 0);

    if (!exact || exact == made)
        return;
    for (unsigned i = 0; i < 2; i++) {
        void *data = conversation_get_proto_data(made, protocols[i]);

        if (data)
            conversation_add_proto_data(exact, protocols[i], data);
    }
}

/* Tells the stock dissectors that this flow is encrypted from here on, in both directions. */
static void
mark_encrypted(packet_info *pinfo, struct srtp_info *tail)
{
    address *ends[2] = { &pinfo->net_dst, &pinfo->net_src };
    const uint32_t ports[2] = { pinfo->destport, pinfo->srcport };

    if (PINFO_FD_VISITED(pinfo))
        return;
    for (unsigned i = 0; i < 2; i++) {
        const conversation_t *conversation =
            find_conversation(pinfo->num, ends[i], ends[1 - i], conversation_pt_to_conversation_type(pinfo->ptype),
                              ports[i], ports[1 - i], NO_ADDR_B);
        rtp_dyn_payload_t *payload_types;
        conversation_t *made;
        address anyone;

        /* Signalling may have said so already, and then knows the payload types, too. */
        if (compat_rtp_is_encrypted(conversation, proto_rtp, &payload_types))
            continue;
        srtp_add_address(pinfo, PT_UDP, ends[i], (int)ports[i], (int)ports[1 - i], "MS-TURN", pinfo->num, 0,
                         payload_types, tail, NULL);
        /* That gave the flow to the RTP dissector; it stays with us, who know what else flows there. */
        clear_address(&anyone);
        made = find_conversation(pinfo->num, ends[i], &anyone, CONVERSATION_UDP, ports[i], ports[1 - i], NO_ADDR_B);
        if (made) {
            msturn_take_conversation(pinfo, made);
            copy_stock_data(pinfo, made);
        }
    }
}

/* Whether the capture cut a packet that is whole as far as its first header tells: what is behind it, and whether it
 * is encrypted, stands at its end. */
static bool
is_cut(tvbuff_t *tvb, unsigned length)
{
    return tvb_captured_length(tvb) < length &&
           (!tvb_bytes_exist(tvb, 2, 2) || 4 + 4U * tvb_get_ntohs(tvb, 2) <= length);
}

static int
dissect_rtcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const unsigned length = tvb_reported_length(tvb);
    const uint8_t type = tvb_get_uint8(tvb, 1);
    struct srtp_info *tail;

    if (length >= RTCP_HEADER && rtcp_fits(tvb, length)) {
        facts_tell_rtcp(pinfo);
        return msturn_call_stock(rtcp_handle, tvb, pinfo, tree);
    }
    tail = srtcp_tail(tvb, length);
    if (tail)
        facts_tell_rtcp(pinfo);
    if (tail && pinfo->ptype == PT_UDP) {
        mark_encrypted(pinfo, tail);
        return msturn_call_stock(rtcp_handle, tvb, pinfo, tree);
    }
    if (tail) {
        /* The stock dissector knows encrypted flows over UDP only. */
        proto_tree_add_item(tree, hf_encrypted_rtcp, tvb, 0, -1, ENC_NA);
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "SRTCP");
        col_set_str(pinfo->cinfo, COL_INFO, "Encrypted RTCP");
        return (int)tvb_captured_length(tvb);
    }
    if (type >= RTCP_PT_SR && type <= RTCP_PT_XR) {
        /* Cut or damaged: the stock heuristics would still take it, and call it malformed. */
        const bool cut = is_cut(tvb, length);

        if (cut) {
            facts_tell_rtcp(pinfo);
            msturn_cut(tvb, pinfo, tree);
        } else {
            msturn_unreadable(tvb, pinfo, tree, "RTCP");
        }
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "RTCP");
        col_set_str(pinfo->cinfo, COL_INFO, cut ? "RTCP, cut by the capture" : "Unreadable RTCP");
        return (int)tvb_captured_length(tvb);
    }
    return 0;
}

static void
tell_rtp(tvbuff_t *tvb, packet_info *pinfo, const msturn_path_t *path)
{
    const facts_rtp_t rtp = {
        .payload_type = tvb_get_uint8(tvb, 1) & 0x7FU,
        .sequence = tvb_get_ntohs(tvb, 2),
        .timestamp = tvb_get_ntohl(tvb, 4),
        .ssrc = tvb_get_ntohl(tvb, 8),
        .length = tvb_reported_length(tvb),
        .relayed = (path->depth > 0 || path->carrier == MSTURN_IN_TCP_DATA) &&
                   !(path->other_session && facts_relay_is_peers(pinfo)),
        .peer = path->peer,
        .peer_port = path->peer_port,
    };

    /* As a check tells it; those may be cut, or in front of the capture. */
    if (path->other_session)
        facts_tell_peers_relay(pinfo, path->peer);
    facts_tell_rtp(pinfo, &rtp);
}

int
msturn_media_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    const unsigned length = tvb_reported_length(tvb);
    const uint8_t first = tvb_get_uint8(tvb, 0);

    if (first >= 20 && first <= 63) {
        const uint16_t version = length >= DTLS_HEADER && tvb_bytes_exist(tvb, 1, 2) ? tvb_get_ntohs(tvb, 1) : 0;

        if (dtls_handle && (version == 0xFEFF || version == 0xFEFD || version == 0x0100))
            return msturn_call_stock(dtls_handle, tvb, pinfo, tree);
        return 0;
    }
    if (first < 128 || first > 191 || !tvb_bytes_exist(tvb, 1, 1))
        return 0;
    if (tvb_get_uint8(tvb, 1) >= RTCP_PT_FIRST && tvb_get_uint8(tvb, 1) <= RTCP_PT_LAST)
        return rtcp_handle ? dissect_rtcp(tvb, pinfo, tree) : 0;
    if (!rtp_handle || !rtp_fits(tvb, length))
        return 0;
    tell_rtp(tvb, pinfo, path);
    return uses_stock_rtp ? msturn_call_stock(rtp_handle, tvb, pinfo, tree) : call_data_dissector(tvb, pinfo, tree);
}

void
msturn_media_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_encrypted_rtcp,
          { "Encrypted RTCP", "msturn.srtcp", FT_BYTES, BASE_NONE, NULL, 0x0, "SRTCP over a stream", HFILL } },
    };

    proto_register_field_array(proto, hf, array_length(hf));
}

void
msturn_media_register_preferences(module_t *preferences)
{
    prefs_register_bool_preference(preferences, "stock_rtp", "Show media with the RTP dissector",
                                   "The RTP dissector keeps some 140 bytes of each packet in memory; the calls are "
                                   "told without it, too",
                                   &uses_stock_rtp);
}

void
msturn_media_handoff(void)
{
    rtp_handle = find_dissector("rtp");
    rtcp_handle = find_dissector("rtcp");
    dtls_handle = find_dissector("dtls");
    proto_rtp = proto_get_id_by_filter_name("rtp");
    proto_rtcp = proto_get_id_by_filter_name("rtcp");
}
