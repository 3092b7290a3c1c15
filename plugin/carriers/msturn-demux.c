/* msturn-demux.c
 * Whose payload is it: RFC 7983's first-byte rules, with the multiplexed header and MS-TURN before them.
 * The hooks that bring packets here stand in msturn-hooks.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-demux.h"

#include "base/enabled.h"
#include "base/address-item.h"
#include "base/address-text.h"
#include "ice/packet-msice.h"
#include "turn/msturn-values.h"
#include "turn/msturn-findings.h"
#include "turn/msturn-flows.h"
#include "carriers/msturn-frame-header.h"
#include "carriers/msturn-media.h"
#include "turn/msturn-claim.h"
#include "turn/packet-msturn.h"

static int hf_channel = -1;
static int hf_channel_length = -1;
static int hf_channel_rest = -1;
static int hf_too_deep = -1;
static int hf_raw = -1;
static int hf_raw_ipv4 = -1;
static int hf_raw_ipv6 = -1;
static int hf_raw_port = -1;
static int ett_channel = -1;
static dissector_handle_t message_handle;

static const value_string channel_names[] = { { MULTIPLEX_CHANNEL, "Multiplexed TURN" }, { 0, NULL } };

/* What both headers with a length have in common: the payload behind the header, and what is left behind it. */
static int
dissect_behind_header(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_tree *header_tree, int header,
                      unsigned length, const msturn_path_t *path, msturn_carrier_t carrier)
{
    const int captured = (int)tvb_captured_length(tvb), reported = (int)tvb_reported_length(tvb);
    const int end = header + (int)length < reported ? header + (int)length : reported;
    msturn_path_t inner = *path;
    tvbuff_t *payload;

    if (reported > end && reported - end > 3 && captured > end) {
        proto_item *item = proto_tree_add_item(header_tree, hf_channel_rest, tvb, end, -1, ENC_NA);
        msturn_finding(pinfo, item, MSTURN_EI_LENGTH_SHORT, "%d", reported - end);
    }
    if (captured <= header || end <= header)
        return captured;
    inner.carrier = carrier;
    inner.depth++;
    payload = tvb_new_subset_length_caplen(tvb, header, (captured < end ? captured : end) - header, end - header);
    col_append_str(pinfo->cinfo, COL_INFO, ": ");
    col_set_fence(pinfo->cinfo, COL_INFO);
    if (!msturn_demux(payload, pinfo, tree, &inner)) {
        col_append_fstr(pinfo->cinfo, COL_INFO, "%d bytes", end - header);
        call_data_dissector(payload, pinfo, tree);
    }
    return captured;
}

/* [MS-TURN] 2.2.3: channel 0xFF10, a length that counts the session id, the session id. */
static int
dissect_multiplexed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    msturn_path_t inner = *path;
    const int captured = (int)tvb_captured_length(tvb), reported = (int)tvb_reported_length(tvb);
    const unsigned length = tvb_get_ntohs(tvb, 2);
    proto_item *item =
        proto_tree_add_item(tree, msturn_proto(), tvb, 0,
                            captured < MULTIPLEX_HEADER_LENGTH ? captured : MULTIPLEX_HEADER_LENGTH, ENC_NA);
    proto_tree *header_tree = proto_item_add_subtree(item, ett_channel);
    proto_item *length_item;

    proto_item_append_text(item, ", multiplexed, %u bytes", length);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MS-TURN");
    col_set_str(pinfo->cinfo, COL_INFO, "Multiplexed");
    proto_tree_add_item(header_tree, hf_channel, tvb, 0, 2, ENC_BIG_ENDIAN);
    length_item = proto_tree_add_item(header_tree, hf_channel_length, tvb, 2, 2, ENC_BIG_ENDIAN);
    if (length < MULTIPLEX_SESSION_LENGTH || CHANNEL_HEADER_LENGTH + (int)length > reported) {
        msturn_finding(pinfo, length_item, MSTURN_EI_MULTIPLEX_LENGTH, "%u, with %d bytes behind it", length,
                       reported - CHANNEL_HEADER_LENGTH);
        if (length < MULTIPLEX_SESSION_LENGTH) {
            if (captured > CHANNEL_HEADER_LENGTH)
                proto_tree_add_item(header_tree, hf_channel_rest, tvb, CHANNEL_HEADER_LENGTH, -1, ENC_NA);
            return captured;
        }
    }
    if (captured < MULTIPLEX_HEADER_LENGTH) {
        if (captured > CHANNEL_HEADER_LENGTH)
            proto_tree_add_item(header_tree, hf_channel_rest, tvb, CHANNEL_HEADER_LENGTH, -1, ENC_NA);
        if (reported > captured)
            msturn_finding(pinfo, item, MSTURN_EI_CUT_BY_CAPTURE, "%d bytes of %d", captured, reported);
        return captured;
    }
    inner.other_session = !msturn_add_session_id(pinfo, header_tree, tvb, CHANNEL_HEADER_LENGTH);
    if (inner.other_session)
        msturn_finding(pinfo, item, MSTURN_EI_SESSION_UNKNOWN, NULL);
    return dissect_behind_header(tvb, pinfo, tree, header_tree, MULTIPLEX_HEADER_LENGTH,
                                 length - MULTIPLEX_SESSION_LENGTH, &inner, MSTURN_IN_MULTIPLEX);
}

static int
dissect_channel(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    const int reported = (int)tvb_reported_length(tvb);
    const unsigned length = tvb_get_ntohs(tvb, 2);
    proto_item *item, *length_item;
    proto_tree *header_tree;

    /* A stream pads ChannelData to 4 bytes, a datagram may. */
    if (CHANNEL_HEADER_LENGTH + (int)length > reported || reported - CHANNEL_HEADER_LENGTH - (int)length > 3)
        return 0;
    item = proto_tree_add_item(tree, msturn_proto(), tvb, 0, CHANNEL_HEADER_LENGTH, ENC_NA);
    header_tree = proto_item_add_subtree(item, ett_channel);
    proto_item_append_text(item, ", ChannelData, %u bytes", length);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "TURN CHANNEL");
    col_add_fstr(pinfo->cinfo, COL_INFO, "ChannelData 0x%04x", tvb_get_ntohs(tvb, 0));
    proto_tree_add_item(header_tree, hf_channel, tvb, 0, 2, ENC_BIG_ENDIAN);
    length_item = proto_tree_add_item(header_tree, hf_channel_length, tvb, 2, 2, ENC_BIG_ENDIAN);
    if (length == 0)
        msturn_finding(pinfo, length_item, MSTURN_EI_CHANNEL_LENGTH, "0");
    return dissect_behind_header(tvb, pinfo, tree, header_tree, CHANNEL_HEADER_LENGTH, length, path,
                                 MSTURN_IN_CHANNEL);
}

/* What an active destination gets and sends that is nothing we know. */
static int
dissect_raw(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const address *peer, uint16_t port)
{
    proto_item *item = proto_tree_add_item(tree, msturn_proto(), tvb, 0, -1, ENC_NA);
    proto_tree *raw_tree = proto_item_add_subtree(item, ett_channel);

    proto_item_append_text(item, ", end-to-end data, active destination %s",
                           address_port_text(pinfo->pool, peer, port));
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MS-TURN");
    col_add_fstr(pinfo->cinfo, COL_INFO, "End-to-end data, active destination %s",
                 address_port_text(pinfo->pool, peer, port));
    proto_item_set_generated(address_item_add(raw_tree, hf_raw_ipv4, hf_raw_ipv6, tvb, 0, 0, peer));
    proto_item_set_generated(proto_tree_add_uint(raw_tree, hf_raw_port, tvb, 0, 0, port));
    proto_tree_add_item(raw_tree, hf_raw, tvb, 0, -1, ENC_NA);
    return (int)tvb_captured_length(tvb);
}

/* The first byte says STUN, and it is not MS-TURN: RFC 5389, draft 6, or an answer without the cookie attribute. */
static int
dissect_stun_like(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    const unsigned captured = tvb_captured_length(tvb), reported = tvb_reported_length(tvb);

    if (msturn_enabled() &&
        (msturn_looks_like_answer(tvb, pinfo, 0, reported) || msturn_looks_like_cut(tvb, pinfo, 0, reported)))
        return call_dissector_only(message_handle, tvb, pinfo, tree, (void *)path);
    if (captured >= 8 && tvb_get_ntohl(tvb, 4) == STUN_COOKIE)
        return msice_dissect_rfc5389(tvb, pinfo, tree, path);
    if (msice_looks_like_draft06_check(tvb, pinfo))
        return msice_dissect_draft06(tvb, pinfo, tree, path);
    return 0;
}

int
msturn_demux(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path)
{
    static const msturn_path_t plain = { .carrier = MSTURN_IN_UDP };
    const unsigned captured = tvb_captured_length(tvb);
    const address *peer;
    uint16_t port;
    uint8_t first;
    int taken = 0;

    if (!path)
        path = &plain;
    if (captured == 0)
        return 0;
    if (path->depth > MSTURN_MAX_DEPTH) {
        proto_item *item = proto_tree_add_item(tree, hf_too_deep, tvb, 0, -1, ENC_NA);
        msturn_finding(pinfo, item, MSTURN_EI_NESTED_TOO_DEEP, "%u", path->depth);
        return (int)captured;
    }
    first = tvb_get_uint8(tvb, 0);
    if (msturn_has_cookie(tvb, 0) &&
        msturn_enabled()) /* whatever its type; through the handle, to stand among the frame's protocols */
        taken = call_dissector_only(message_handle, tvb, pinfo, tree, (void *)path);
    else if (first <= 3)
        taken = dissect_stun_like(tvb, pinfo, tree, path);
    else if (first == MULTIPLEX_CHANNEL >> 8 && captured >= CHANNEL_HEADER_LENGTH &&
             tvb_get_ntohs(tvb, 0) == MULTIPLEX_CHANNEL)
        taken = dissect_multiplexed(tvb, pinfo, tree, path);
    else if (first >= 64 && first <= 79 && captured >= CHANNEL_HEADER_LENGTH)
        taken = dissect_channel(tvb, pinfo, tree, path);
    else
        taken = msturn_media_dissect(tvb, pinfo, tree, path);
    if (!taken && path->depth == 0) {
        peer = msturn_active_destination(pinfo, &port);
        if (peer)
            taken = dissect_raw(tvb, pinfo, tree, peer, port);
    }
    return taken;
}

/* What a message of ours carries: called by the messages, which know only its name. A relayed TCP port sends on what
 * it gets as it is: then RFC 4571 frames stand in the attribute, too. */
static int
dissect_payload(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const msturn_path_t *path = (const msturn_path_t *)data;
    unsigned count = pinfo->ptype == PT_TCP ? msturn_count_peer_frames(tvb) : 0;
    int offset = 0, taken = 0;

    if (count == 0)
        return msturn_demux(tvb, pinfo, tree, path);
    for (unsigned i = 0; i < count; i++) {
        int length = tvb_get_ntohs(tvb, offset);

        if (length)
            taken +=
                msturn_demux(tvb_new_subset_length(tvb, offset + RFC4571_HEADER_LENGTH, length), pinfo, tree, path);
        offset += RFC4571_HEADER_LENGTH + length;
    }
    return taken;
}

static int
dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return msturn_dissect_message(tvb, pinfo, tree, (const msturn_path_t *)data);
}

void
proto_register_msturn_demux(void)
{
    int proto_payload;
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_channel, { "Channel", "msturn.channel", FT_UINT16, BASE_HEX, VALS(channel_names), 0x0, NULL, HFILL } },
        { &hf_channel_length, { "Channel Data Length", "msturn.channel_length", FT_UINT16, BASE_DEC, NULL, 0x0, "Bytes behind this field", HFILL } },
        { &hf_channel_rest, { "Undecoded", "msturn.channel_rest", FT_BYTES, BASE_NONE, NULL, 0x0, "Bytes that the header does not account for", HFILL } },
        { &hf_too_deep, { "Nested Too Deeply", "msturn.nested", FT_BYTES, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_raw, { "End-to-end Data", "msturn.raw", FT_BYTES, BASE_NONE, NULL, 0x0, "What the active destination gets or sent", HFILL } },
        { &hf_raw_ipv4, { "Active Destination", "msturn.active.ipv4", FT_IPv4, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_raw_ipv6, { "Active Destination (IPv6)", "msturn.active.ipv6", FT_IPv6, BASE_NONE, NULL, 0x0, NULL, HFILL } },
        { &hf_raw_port, { "Active Destination Port", "msturn.active.port", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_channel };

    proto_register_field_array(msturn_proto(), hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    msturn_media_register(msturn_proto());
    proto_payload = enabled_add_internal("Microsoft TURN payload", "MS-TURN payload", "msturn_payload");
    register_dissector("msturn-payload", dissect_payload, proto_payload);
}

void
proto_reg_handoff_msturn_demux(void)
{
    message_handle = create_dissector_handle(dissect_message, msturn_proto());
    msturn_media_handoff();
}
