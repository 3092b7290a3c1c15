/* msturn-segments.c
 * Streams that carry messages without the frames of [MS-TURN] 2.1.4: MS-TURN messages one behind the other, and the
 * direct connections of ICE-TCP, where checks and media stand in frames of RFC 4571.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-segments.h"

#include <epan/dissectors/packet-tcp.h>

#include "ice/packet-msice.h"
#include "carriers/msturn-demux.h"
#include "turn/msturn-flows.h"
#include "turn/packet-msturn.h"

#define RFC4571_HEADER 2

static dissector_handle_t bare_handle, framed_handle;

static unsigned
bare_length(packet_info *pinfo _U_, tvbuff_t *tvb, int offset, void *data _U_)
{
    return MSTURN_HEADER_LENGTH + tvb_get_ntohs(tvb, offset + 2);
}

static int
dissect_bare_pdu(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    static const msturn_path_t path = { MSTURN_IN_PDU, 0, NULL, 0, false };
    const int taken = msturn_demux(tvb, pinfo, tree, &path);

    return taken ? taken : call_data_dissector(tvb, pinfo, tree);
}

static int
dissect_bare(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    tcp_dissect_pdus(tvb, pinfo, tree, TRUE, MSTURN_HEADER_LENGTH, bare_length, dissect_bare_pdu, data);
    return (int)tvb_captured_length(tvb);
}

static unsigned
framed_length(packet_info *pinfo _U_, tvbuff_t *tvb, int offset, void *data _U_)
{
    return RFC4571_HEADER + tvb_get_ntohs(tvb, offset);
}

static int
dissect_framed_pdu(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    static const msturn_path_t path = { MSTURN_IN_TCP_RFC4571, 0, NULL, 0, false };
    tvbuff_t *payload;

    if (tvb_captured_length(tvb) <= RFC4571_HEADER)
        return (int)tvb_captured_length(tvb);
    payload = tvb_new_subset_remaining(tvb, RFC4571_HEADER);
    if (!msturn_demux(payload, pinfo, tree, &path))
        call_data_dissector(payload, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

static int
dissect_framed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    tcp_dissect_pdus(tvb, pinfo, tree, TRUE, RFC4571_HEADER, framed_length, dissect_framed_pdu, data);
    return (int)tvb_captured_length(tvb);
}

static void
claim(packet_info *pinfo, dissector_handle_t handle)
{
    if (PINFO_FD_VISITED(pinfo))
        return;
    msturn_mark_conversation(pinfo);
    conversation_set_dissector(find_or_create_conversation(pinfo), handle);
}

/* A segment that begins with an MS-TURN message. */
static compat_bool
heuristic_bare(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (tvb_captured_length(tvb) < MSTURN_MIN_LENGTH || tvb_get_uint8(tvb, 0) > 1 ||
        !msturn_looks_like(tvb, 0, tvb_reported_length(tvb)))
        return false;
    claim(pinfo, bare_handle);
    return dissect_bare(tvb, pinfo, tree, data) > 0;
}

/* A segment that begins with a frame that holds a check. */
static compat_bool
heuristic_framed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    tvbuff_t *payload;
    int length;

    if (tvb_captured_length(tvb) < RFC4571_HEADER + MSTURN_HEADER_LENGTH || tvb_get_uint8(tvb, RFC4571_HEADER) > 1)
        return false;
    length = tvb_get_ntohs(tvb, 0);
    if (length < MSTURN_HEADER_LENGTH || length > tvb_captured_length_remaining(tvb, RFC4571_HEADER))
        return false;
    payload = tvb_new_subset_length(tvb, RFC4571_HEADER, length);
    if (!msice_looks_like_check(payload) && !msice_looks_like_draft06_check(payload, pinfo))
        return false;
    claim(pinfo, framed_handle);
    return dissect_framed(tvb, pinfo, tree, data) > 0;
}

void
proto_reg_handoff_msturn_segments(void)
{
    bare_handle = create_dissector_handle(dissect_bare, msturn_proto());
    framed_handle = create_dissector_handle(dissect_framed, msice_proto());
    heur_dissector_add("tcp", heuristic_bare, "MS-TURN over TCP without frames", "msturn_bare_tcp", msturn_proto(),
                       HEURISTIC_ENABLE);
    heur_dissector_add("tcp", heuristic_framed, "MS-ICE checks over TCP", "msice_tcp", msice_proto(),
                       HEURISTIC_ENABLE);
}
