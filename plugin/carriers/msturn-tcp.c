/* msturn-tcp.c
 * MS-TURN over TCP: a connection from its first bytes on, [MS-TURN] 2.1.
 *
 * A connection is claimed once, by the first segment that only MS-TURN can have sent; from then on TCP calls the
 * conversation's dissector here. When somebody else answers the hello, everything behind goes to his dissector.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-tcp.h"

#include "base/enabled.h"
#include "base/finding-add.h"
#include "base/in-front.h"
#include "carriers/msturn-answer-show.h"
#include "carriers/msturn-answer.h"
#include "carriers/msturn-begins.h"
#include "carriers/msturn-certificate.h"
#include "carriers/msturn-frames.h"
#include "carriers/msturn-pseudotls.h"
#include "carriers/msturn-stream.h"
#include "turn/packet-msturn.h"

#include <epan/dissectors/packet-tcp.h>

static int proto_stream = -1;

static expert_field ei_edge_alone = EI_INIT;
static expert_field ei_early = EI_INIT;

static dissector_handle_t
    stream_handle; /* of the conversation: no layer, so that impostors' traffic has none of ours */
static dissector_handle_t ours_handle; /* with the layer "msturn" */

/* What ours_handle is called for. */
typedef struct {
    msturn_stream_t *stream;
    msturn_side_t side;
    void *tcpinfo;
} call_t;

msturn_tcp_begin_t
msturn_tcp_begins(tvbuff_t *tvb)
{
    msturn_pseudotls_match_t client;
    msturn_pseudotls_match_t server;
    uint32_t start;

    if (tvb_captured_length(tvb) < 4)
        return MSTURN_TCP_FOREIGN;
    start = tvb_get_ntohl(tvb, 0);
    switch (start >> 24) {
    case 0x16:
        /* Version and length tell most handshakes of real TLS apart. */
        if (start != 0x16030100)
            return start >> 16 == 0x1603 ? MSTURN_TCP_TLS : MSTURN_TCP_FOREIGN;
        if (tvb_captured_length(tvb) == 4)
            return MSTURN_TCP_FOREIGN;
        client = msturn_pseudotls_match(tvb, 0, MSTURN_CLIENT_HELLO);
        server = msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO);
        if (client == MSTURN_HELLO_COMPLETE || server == MSTURN_HELLO_COMPLETE)
            return MSTURN_TCP_OURS;
        return client == MSTURN_HELLO_BEGINS || server == MSTURN_HELLO_BEGINS ? MSTURN_TCP_MAYBE_CUT : MSTURN_TCP_TLS;
    case 0x02:
    case 0x03:
    case 0xff:
        if (msturn_frame_certain(tvb, 0))
            return MSTURN_TCP_OURS;
        return msturn_frame_may_follow(tvb, 0) ? MSTURN_TCP_OURS_CUT : MSTURN_TCP_FOREIGN;
    default:
        return MSTURN_TCP_FOREIGN;
    }
}

bool
msturn_tcp_ask_for_more(tvbuff_t *tvb, packet_info *pinfo)
{
    if (pinfo->can_desegment == 0 || tvb_captured_length(tvb) < tvb_reported_length(tvb))
        return false;
    pinfo->desegment_offset = 0;
    pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
    return true;
}

/* --- the state of a connection ---------------------------------------------------------------------------------- */

static bool
is_whole_hello(tvbuff_t *tvb)
{
    return msturn_pseudotls_match(tvb, 0, MSTURN_CLIENT_HELLO) == MSTURN_HELLO_COMPLETE ||
           msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO) == MSTURN_HELLO_COMPLETE;
}

/* The client sent this packet, as far as its first bytes and the ports tell. */
static bool
sent_by_client(tvbuff_t *tvb, const packet_info *pinfo)
{
    if (msturn_pseudotls_match(tvb, 0, MSTURN_CLIENT_HELLO) == MSTURN_HELLO_COMPLETE)
        return true;
    if (msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO) == MSTURN_HELLO_COMPLETE)
        return false;
    return pinfo->destport < pinfo->srcport;
}

static void
tell_unseen(const msturn_stream_t *stream)
{
    for (int side = 0; side < MSTURN_SIDES; side++)
        msturn_frames_unseen(stream->frames[side]);
}

/* Makes the connection of this packet ours. First pass. */
static void
claim(tvbuff_t *tvb, packet_info *pinfo, msturn_framing_t framing, const struct tcpinfo *tcpinfo)
{
    const bool client = sent_by_client(tvb, pinfo);
    msturn_stream_t *stream = msturn_stream_make(pinfo, stream_handle, client);

    for (int side = 0; side < MSTURN_SIDES; side++)
        stream->frames[side] = msturn_frames_new(framing);
    if (tcpinfo != NULL)
        msturn_frames_begin_at(stream->frames[client ? MSTURN_CLIENT : MSTURN_SERVER], tcpinfo->seq);
    /* What came before was not known as ours, and may have been a hello that the other side's first bytes answer. */
    if (tcpinfo != NULL && tcpinfo->seq != 1 && !is_whole_hello(tvb))
        tell_unseen(stream);
}

/* Notes where the snap length has cut a segment. First pass. */
static void
note_snapped(tvbuff_t *tvb, const packet_info *pinfo, const msturn_stream_t *stream)
{
    if (PINFO_FD_VISITED(pinfo) || tvb_captured_length(tvb) == tvb_reported_length(tvb))
        return;
    tell_unseen(stream);
}

/* --- what is ours ----------------------------------------------------------------------------------------------- */

static void
dissect_client_hello(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_stream_t *stream,
                     const struct tcpinfo *tcpinfo)
{
    proto_item *item;
    proto_tree *subtree;

    if (!PINFO_FD_VISITED(pinfo)) {
        msturn_hello_new(pinfo, stream, tcpinfo);
        if (tcpinfo != NULL)
            msturn_frames_begin_at(stream->frames[MSTURN_CLIENT], tcpinfo->seq + MSTURN_CLIENT_HELLO_LENGTH);
    }
    msturn_frames_next_info(pinfo);
    col_append_str(pinfo->cinfo, COL_INFO, "Pseudo-TLS Client Hello");
    subtree = msturn_pseudotls_dissect(tvb, 0, tree, MSTURN_CLIENT_HELLO, &item);
    if (stream->hello != NULL)
        msturn_hello_show(tvb, pinfo, subtree, item, stream->hello);
    if (tvb_reported_length(tvb) > MSTURN_CLIENT_HELLO_LENGTH)
        finding_add(pinfo, item, &ei_early);
}

static void
dissect_server_hello(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_stream_t *stream,
                     const struct tcpinfo *tcpinfo)
{
    proto_item *item;
    proto_tree *subtree;

    if (!PINFO_FD_VISITED(pinfo)) {
        if (tcpinfo != NULL)
            msturn_frames_begin_at(stream->frames[MSTURN_SERVER], tcpinfo->seq + MSTURN_SERVER_HELLO_LENGTH);
    }
    msturn_frames_next_info(pinfo);
    col_append_str(pinfo->cinfo, COL_INFO, "Pseudo-TLS Server Hello, Server Hello Done: the Edge answered");
    subtree = msturn_pseudotls_dissect(tvb, 0, tree, MSTURN_SERVER_HELLO, &item);
    if (stream->hello != NULL && stream->hello->answer_frame == pinfo->num)
        msturn_answer_show(tvb, pinfo, subtree, item, stream->hello, MSTURN_ANSWER_EDGE);
    else
        finding_add(pinfo, item, &ei_edge_alone);
}

/* Whether the server's hello begins here. What the snap length cut fits as far as it goes, and nothing more of it
 * will come. */
static bool
is_server_hello(tvbuff_t *tvb)
{
    const msturn_pseudotls_match_t match = msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO);

    return match == MSTURN_HELLO_COMPLETE ||
           (match == MSTURN_HELLO_BEGINS && tvb_captured_length(tvb) < tvb_reported_length(tvb));
}

/* The hello stands at the start of this side's data, and only there. */
static bool
is_hello(tvbuff_t *tvb, const packet_info *pinfo, const msturn_stream_t *stream, msturn_side_t side)
{
    if (side == MSTURN_CLIENT)
        return msturn_pseudotls_match(tvb, 0, MSTURN_CLIENT_HELLO) == MSTURN_HELLO_COMPLETE &&
               (stream->hello == NULL || stream->hello->hello_frame == pinfo->num);
    if (!is_server_hello(tvb))
        return false;
    return stream->hello == NULL || msturn_answer_is_open(stream->hello->answer) ||
           stream->hello->answer_frame == pinfo->num;
}

static int
dissect_ours(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const call_t *call = (const call_t *)data;
    msturn_stream_t *stream = call->stream;
    int offset = 0;

    if (is_hello(tvb, pinfo, stream, call->side)) {
        if (call->side == MSTURN_CLIENT) {
            dissect_client_hello(tvb, pinfo, tree, stream, (const struct tcpinfo *)call->tcpinfo);
            offset = MSTURN_CLIENT_HELLO_LENGTH;
        } else {
            dissect_server_hello(tvb, pinfo, tree, stream, (const struct tcpinfo *)call->tcpinfo);
            offset = MSTURN_SERVER_HELLO_LENGTH;
        }
    }
    msturn_frames_dissect(tvb, offset, pinfo, tree, stream->frames[call->side], call->tcpinfo);
    return (int)tvb_captured_length(tvb);
}

/* The same as a layer of its own. Of bytes that TCP is to hand over again with more it takes none: the layer would be
 * there on the first pass only, and TCP finds what it has put together by the number of layers in front of it. */
static int
dissect_layer(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const int taken = dissect_ours(tvb, pinfo, tree, data);

    return pinfo->desegment_len != 0 && pinfo->desegment_offset == 0 ? 0 : taken;
}

/* --- who answered ----------------------------------------------------------------------------------------------- */

static int
hand_over(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    pinfo->can_desegment = pinfo->saved_can_desegment;
    return call_dissector_only(handle, tvb, pinfo, tree, data);
}

static int
hand_to_ours(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, call_t *call)
{
    const int taken = hand_over(ours_handle, tvb, pinfo, tree, call);

    return pinfo->desegment_len != 0 ? (int)tvb_captured_length(tvb) : taken;
}

/* Bytes that the dissector behind us has finished with. */
static int
finished(tvbuff_t *tvb, const packet_info *pinfo)
{
    return pinfo->desegment_len != 0 ? MIN(pinfo->desegment_offset, (int)tvb_captured_length(tvb))
                                     : (int)tvb_captured_length(tvb);
}

/* Collects a genuine TLS server's certificate. First pass. */
static void
look_for_certificate(tvbuff_t *tvb, packet_info *pinfo, msturn_stream_t *stream, const struct tcpinfo *tcpinfo)
{
    msturn_certificate_t certificate = { 0 };

    if (stream->hello->answer != MSTURN_ANSWER_TLS_SERVER || tcpinfo == NULL)
        return;
    if (stream->flight == NULL)
        stream->flight = msturn_flight_new();
    if (msturn_flight_feed(stream->flight, tvb, 0, finished(tvb, pinfo), tcpinfo->seq, &certificate))
        msturn_answer_certificate(pinfo, stream->hello, &certificate);
}

/* The server's side of a connection that somebody else answered: what he says goes to his dissector. */
static int
dissect_impostor(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_stream_t *stream,
                 dissector_handle_t handle, void *data)
{
    int taken = handle != NULL ? hand_over(handle, tvb, pinfo, tree, data) : 0;

    if (!PINFO_FD_VISITED(pinfo))
        look_for_certificate(tvb, pinfo, stream, (const struct tcpinfo *)data);
    return taken != 0 ? taken : (int)tvb_captured_length(tvb);
}

/* Whether who answered was settled before this packet, by one that says it for good or, of the Edge, well enough
 * for all but the answer itself. */
static bool
is_settled(const msturn_hello_t *hello, const packet_info *pinfo, int32_t distance)
{
    if (hello->answer_frame == 0 || hello->answer_frame > pinfo->num)
        return false;
    return !msturn_answer_is_open(hello->answer) ||
           (hello->answer == MSTURN_ANSWER_EDGE_UNSEEN && (distance != 0 || hello->answer_frame == pinfo->num));
}

/* Who speaks on the server's side in this packet; *wait is set when TCP was asked for more bytes to tell. Only the
 * first bytes say it: where they are missing, frames do, and nothing else. */
static msturn_answer_t
who_speaks(tvbuff_t *tvb, packet_info *pinfo, const msturn_hello_t *hello, const void *tcpinfo, bool *wait)
{
    const int32_t distance = msturn_answer_distance(hello, tcpinfo);
    msturn_answer_t answer;
    bool more = false;

    *wait = false;
    if (is_settled(hello, pinfo, distance))
        return hello->answer;
    if (distance > 0)
        return msturn_frame_find(tvb, 0, MSTURN_FRAMING_RELAY) >= 0 ? MSTURN_ANSWER_EDGE_UNSEEN
                                                                    : MSTURN_ANSWER_UNSEEN;
    if (is_server_hello(tvb))
        return MSTURN_ANSWER_EDGE;
    if (msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO) == MSTURN_HELLO_BEGINS)
        *wait = msturn_tcp_ask_for_more(tvb, pinfo);
    answer = msturn_answer_classify(tvb, &more);
    if (more && !*wait)
        *wait = msturn_tcp_ask_for_more(tvb, pinfo);
    return answer;
}

/* Notes that the client speaks on behind its hello, as it does to the Edge alone, which has answered. First pass. */
static void
look_at_client(tvbuff_t *tvb, packet_info *pinfo, msturn_hello_t *hello, const void *tcpinfo)
{
    if (hello->answer != MSTURN_ANSWER_EDGE_UNSEEN && msturn_answer_is_open(hello->answer) &&
        msturn_answer_was_received(hello, tcpinfo) && msturn_frame_certain(tvb, 0))
        msturn_answer_settle(tvb, pinfo, hello, MSTURN_ANSWER_EDGE_UNSEEN);
}

/* The conversation's dissector. */
static int
dissect_stream(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    msturn_stream_t *stream = msturn_stream_find(pinfo);
    call_t call = { .stream = stream, .tcpinfo = data };
    dissector_handle_t handle = NULL;
    msturn_hello_t *hello;
    msturn_answer_t answer;
    bool wait;

    if (stream == NULL)
        return 0;
    /* A piece of the stream that an ICMP message quotes is not part of it. */
    if (pinfo->flags.in_error_pkt)
        return call_data_dissector(tvb, pinfo, tree);
    note_snapped(tvb, pinfo, stream);
    call.side = msturn_stream_side(pinfo, stream);
    hello = stream->hello;
    if (hello == NULL || hello->hello_frame >= pinfo->num)
        return hand_to_ours(tvb, pinfo, tree, &call);

    if (call.side == MSTURN_CLIENT) {
        if (!PINFO_FD_VISITED(pinfo))
            look_at_client(tvb, pinfo, hello, data);
        if (msturn_answer_is_impostor(msturn_answer_known(hello, pinfo), &handle) && handle != NULL)
            return hand_over(handle, tvb, pinfo, tree, data);
        return hand_to_ours(tvb, pinfo, tree, &call);
    }
    answer = who_speaks(tvb, pinfo, hello, data, &wait);
    if (wait) {
        /* What it acknowledges, or ends behind, is no answer that the capture lacks, but too little of one. */
        stream->has_answer_at = false;
        return (int)tvb_captured_length(tvb);
    }
    if (!PINFO_FD_VISITED(pinfo) && msturn_answer_is_open(hello->answer) && answer != hello->answer)
        msturn_answer_settle(tvb, pinfo, hello, answer);
    if (msturn_answer_is_impostor(answer, &handle))
        return dissect_impostor(tvb, pinfo, tree, stream, handle, data);
    return hand_to_ours(tvb, pinfo, tree, &call);
}

int
msturn_tcp_claim(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!PINFO_FD_VISITED(pinfo) && msturn_stream_find(pinfo) == NULL)
        claim(tvb, pinfo, MSTURN_FRAMING_RELAY, (const struct tcpinfo *)data);
    return dissect_stream(tvb, pinfo, tree, data);
}

/* --- other ports ------------------------------------------------------------------------------------------------ */

/* How a stream that begins like this segment is framed; false when it is none of ours. */
static bool
framing_of(tvbuff_t *tvb, packet_info *pinfo, msturn_framing_t *framing)
{
    int length;

    if (msturn_tcp_begins(tvb) == MSTURN_TCP_OURS) {
        *framing = MSTURN_FRAMING_RELAY;
        return true;
    }
    if (msturn_begins_message(tvb, pinfo, false)) {
        *framing = MSTURN_FRAMING_BARE;
        return true;
    }
    *framing = MSTURN_FRAMING_PEER;
    return msturn_frame_holds_stun(tvb, 0, &length) &&
           msturn_begins_check(tvb_new_subset_length(tvb, RFC4571_HEADER_LENGTH, length), pinfo);
}

/* Claims a connection for a caller that has added the layer "msturn" already, and dissects the segment. */
static int
claim_below_layer(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_framing_t framing, void *data)
{
    call_t call = { .tcpinfo = data };

    if (!PINFO_FD_VISITED(pinfo) && msturn_stream_find(pinfo) == NULL)
        claim(tvb, pinfo, framing, (const struct tcpinfo *)data);
    call.stream = msturn_stream_find(pinfo);
    if (call.stream == NULL)
        return 0;
    note_snapped(tvb, pinfo, call.stream);
    call.side = msturn_stream_side(pinfo, call.stream);
    return dissect_ours(tvb, pinfo, tree, &call);
}

/* The layer "msturn" is there already. */
static int
dissect_claimed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    msturn_framing_t framing;

    return framing_of(tvb, pinfo, &framing) ? claim_below_layer(tvb, pinfo, tree, framing, data) : 0;
}

static bool
is_ours(tvbuff_t *tvb, packet_info *pinfo)
{
    msturn_framing_t framing;

    return !pinfo->flags.in_error_pkt && framing_of(tvb, pinfo, &framing);
}

static in_front_heuristic_t heuristic = { .list = "tcp",
                                          .short_name = "msturn_tcp",
                                          .title = "Microsoft TURN over TCP",
                                          .wants = is_ours,
                                          .dissect = dissect_claimed };
static heur_dissector_t stock_stun, stock_classic_stun;

static compat_bool
ask(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&heuristic, tvb, pinfo, tree, data);
}

static compat_bool
in_front_of_stun(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask_instead(&heuristic, tvb, pinfo, tree, data) || stock_stun(tvb, pinfo, tree, data);
}

static compat_bool
in_front_of_classic_stun(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask_instead(&heuristic, tvb, pinfo, tree, data) || stock_classic_stun(tvb, pinfo, tree, data);
}

/* Decode As: the user says that the connection is MS-TURN. */
static int
dissect_decode_as(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return each_packet.plugin ? claim_below_layer(tvb, pinfo, tree, MSTURN_FRAMING_RELAY, data) : 0;
}

void
proto_register_msturn_tcp(void)
{
    static ei_register_info ei[] = {
        { &ei_edge_alone,
          { "msturn.expert.edge_hello_alone", PI_SEQUENCE, PI_CHAT,
            "The Edge answered a pseudo-TLS hello that is not in the capture", EXPFILL } },
        { &ei_early,
          { "msturn.expert.early_data", PI_PROTOCOL, PI_WARN,
            "Data behind the pseudo-TLS hello in the same segment: a client waits for the answer", EXPFILL } },
    };
    expert_register_field_array(expert_register_protocol(msturn_proto()), ei, array_length(ei));
    proto_stream = enabled_add_internal("Microsoft TURN over TCP", "MS-TURN over TCP", "msturn_tcp");
    msturn_stream_register(proto_stream);
}

void
proto_reg_handoff_msturn_tcp(void)
{
    stream_handle = create_dissector_handle(dissect_stream, proto_stream);
    ours_handle = create_dissector_handle(dissect_layer, msturn_proto());
    dissector_add_for_decode_as("tcp.port", create_dissector_handle(dissect_decode_as, msturn_proto()));
    in_front_add_heuristic(&heuristic, ask, msturn_proto());
    stock_stun = in_front_of_heuristic("stun_tcp", in_front_of_stun);
    stock_classic_stun = in_front_of_heuristic("classicstun_tcp", in_front_of_classic_stun);
}
