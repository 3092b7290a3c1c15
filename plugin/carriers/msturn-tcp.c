/* msturn-tcp.c
 * MS-TURN over TCP: a connection from its first bytes on, [MS-TURN] 2.1.
 *
 * A connection is claimed once, by the first segment that only MS-TURN can have sent; from then on TCP calls the
 * conversation's dissector here. When somebody else answers the hello, everything behind goes to his dissector.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-tcp.h"

#include "carriers/msturn-answer.h"
#include "carriers/msturn-certificate.h"
#include "carriers/msturn-frames.h"
#include "carriers/msturn-pseudotls.h"
#include "turn/msturn-flows.h"
#include "turn/packet-msturn.h"

#include <epan/dissectors/packet-tcp.h>

static int proto_stream = -1;

static expert_field ei_edge_alone = EI_INIT;
static expert_field ei_early = EI_INIT;

static dissector_handle_t
    stream_handle; /* of the conversation: no layer, so that impostors' traffic has none of ours */
static dissector_handle_t ours_handle; /* with the layer "msturn" */

/* The sides of a connection. */
enum { CLIENT, SERVER, SIDES };

/* A connection of ours. File scope, written on the first pass. */
typedef struct {
    address client;
    uint16_t client_port;
    msturn_frames_t *frames[SIDES];
    msturn_hello_t *hello;   /* NULL: the connection began without, or before the capture */
    msturn_flight_t *flight; /* of a genuine TLS server */
} stream_t;

/* What ours_handle is called for. */
typedef struct {
    stream_t *stream;
    int side;
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

static stream_t *
stream_of(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation != NULL ? (stream_t *)conversation_get_proto_data(conversation, proto_stream) : NULL;
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

/* Makes the connection of this packet ours. First pass. */
static void
claim(tvbuff_t *tvb, packet_info *pinfo, msturn_framing_t framing, const struct tcpinfo *tcpinfo)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    stream_t *stream = wmem_new0(wmem_file_scope(), stream_t);
    bool client = sent_by_client(tvb, pinfo);

    copy_address_wmem(wmem_file_scope(), &stream->client, client ? &pinfo->src : &pinfo->dst);
    stream->client_port = (uint16_t)(client ? pinfo->srcport : pinfo->destport);
    for (int side = 0; side < SIDES; side++)
        stream->frames[side] = msturn_frames_new(framing);
    if (tcpinfo != NULL)
        msturn_frames_begin_at(stream->frames[client ? CLIENT : SERVER], tcpinfo->seq);
    conversation_add_proto_data(conversation, proto_stream, stream);
    conversation_set_dissector_from_frame_number(conversation, pinfo->num, stream_handle);
    msturn_mark_conversation(pinfo);
}

static int
side_of(const packet_info *pinfo, const stream_t *stream)
{
    return addresses_equal(&pinfo->src, &stream->client) && pinfo->srcport == stream->client_port ? CLIENT : SERVER;
}

/* --- what is ours ----------------------------------------------------------------------------------------------- */

static void
dissect_client_hello(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, stream_t *stream,
                     const struct tcpinfo *tcpinfo)
{
    proto_item *item;
    proto_tree *subtree;

    if (!PINFO_FD_VISITED(pinfo)) {
        stream->hello = msturn_hello_new(pinfo);
        if (tcpinfo != NULL)
            msturn_frames_begin_at(stream->frames[CLIENT], tcpinfo->seq + MSTURN_CLIENT_HELLO_LENGTH);
    }
    msturn_frames_next_info(pinfo);
    col_append_str(pinfo->cinfo, COL_INFO, "Pseudo-TLS Client Hello");
    subtree = msturn_pseudotls_dissect(tvb, 0, tree, MSTURN_CLIENT_HELLO, &item);
    if (stream->hello != NULL)
        msturn_hello_show(tvb, pinfo, subtree, item, stream->hello);
    if (tvb_reported_length(tvb) > MSTURN_CLIENT_HELLO_LENGTH)
        expert_add_info(pinfo, item, &ei_early);
}

static void
dissect_server_hello(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, stream_t *stream,
                     const struct tcpinfo *tcpinfo)
{
    proto_item *item;
    proto_tree *subtree;

    if (!PINFO_FD_VISITED(pinfo)) {
        if (tcpinfo != NULL)
            msturn_frames_begin_at(stream->frames[SERVER], tcpinfo->seq + MSTURN_SERVER_HELLO_LENGTH);
    }
    msturn_frames_next_info(pinfo);
    col_append_str(pinfo->cinfo, COL_INFO, "Pseudo-TLS Server Hello, Server Hello Done: the Edge answered");
    subtree = msturn_pseudotls_dissect(tvb, 0, tree, MSTURN_SERVER_HELLO, &item);
    if (stream->hello != NULL && stream->hello->answer_frame == pinfo->num)
        msturn_answer_show(tvb, pinfo, subtree, item, stream->hello);
    else
        expert_add_info(pinfo, item, &ei_edge_alone);
}

/* The hello stands at the start of this side's data, and only there. */
static bool
is_hello(tvbuff_t *tvb, const packet_info *pinfo, const stream_t *stream, int side)
{
    if (side == CLIENT)
        return msturn_pseudotls_match(tvb, 0, MSTURN_CLIENT_HELLO) == MSTURN_HELLO_COMPLETE &&
               (stream->hello == NULL || stream->hello->hello_frame == pinfo->num);
    if (msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO) != MSTURN_HELLO_COMPLETE)
        return false;
    return stream->hello == NULL || stream->hello->answer == MSTURN_ANSWER_NONE ||
           stream->hello->answer_frame == pinfo->num;
}

static int
dissect_ours(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const call_t *call = (const call_t *)data;
    stream_t *stream = call->stream;
    int offset = 0;

    if (is_hello(tvb, pinfo, stream, call->side)) {
        if (call->side == CLIENT) {
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

/* --- who answered ----------------------------------------------------------------------------------------------- */

static int
hand_over(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    pinfo->can_desegment = pinfo->saved_can_desegment;
    return call_dissector_only(handle, tvb, pinfo, tree, data);
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
look_for_certificate(tvbuff_t *tvb, packet_info *pinfo, stream_t *stream, const struct tcpinfo *tcpinfo)
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
dissect_impostor(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, stream_t *stream, dissector_handle_t handle,
                 void *data)
{
    int taken = handle != NULL ? hand_over(handle, tvb, pinfo, tree, data) : 0;

    if (!PINFO_FD_VISITED(pinfo))
        look_for_certificate(tvb, pinfo, stream, (const struct tcpinfo *)data);
    return taken != 0 ? taken : (int)tvb_captured_length(tvb);
}

/* Who speaks on the server's side in this packet; *wait is set when TCP was asked for more bytes to tell. */
static msturn_answer_t
who_speaks(tvbuff_t *tvb, packet_info *pinfo, const msturn_hello_t *hello, bool *wait)
{
    msturn_answer_t answer;
    bool more = false;

    *wait = false;
    if (hello->answer != MSTURN_ANSWER_NONE && hello->answer_frame <= pinfo->num)
        return hello->answer;
    switch (msturn_pseudotls_match(tvb, 0, MSTURN_SERVER_HELLO)) {
    case MSTURN_HELLO_COMPLETE:
        return MSTURN_ANSWER_EDGE;
    case MSTURN_HELLO_BEGINS:
        *wait = msturn_tcp_ask_for_more(tvb, pinfo);
        break;
    default:
        break;
    }
    answer = msturn_answer_classify(tvb, &more);
    if (more && !*wait)
        *wait = msturn_tcp_ask_for_more(tvb, pinfo);
    return answer;
}

/* The conversation's dissector. */
static int
dissect_stream(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    stream_t *stream = stream_of(pinfo);
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
    call.side = side_of(pinfo, stream);
    hello = stream->hello;
    if (hello == NULL || hello->hello_frame >= pinfo->num)
        return hand_over(ours_handle, tvb, pinfo, tree, &call);

    if (call.side == CLIENT) {
        if (hello->answer_frame < pinfo->num && msturn_answer_is_impostor(hello->answer, &handle) && handle != NULL)
            return hand_over(handle, tvb, pinfo, tree, data);
        return hand_over(ours_handle, tvb, pinfo, tree, &call);
    }
    answer = who_speaks(tvb, pinfo, hello, &wait);
    if (wait)
        return (int)tvb_captured_length(tvb);
    if (!PINFO_FD_VISITED(pinfo) && hello->answer == MSTURN_ANSWER_NONE)
        msturn_answer_settle(tvb, pinfo, hello, answer);
    if (msturn_answer_is_impostor(answer, &handle))
        return dissect_impostor(tvb, pinfo, tree, stream, handle, data);
    return hand_over(ours_handle, tvb, pinfo, tree, &call);
}

int
msturn_tcp_claim(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!PINFO_FD_VISITED(pinfo) && stream_of(pinfo) == NULL)
        claim(tvb, pinfo, MSTURN_FRAMING_RELAY, (const struct tcpinfo *)data);
    return dissect_stream(tvb, pinfo, tree, data);
}

/* --- other ports ------------------------------------------------------------------------------------------------ */

/* Attributes that only Microsoft's connectivity checks carry, [MS-ICE2] 2.2. */
static const uint16_t check_attributes[] = { 0x8054, 0x8070 };

/* Whether a connectivity check with a Microsoft attribute stands in an RFC 4571 frame at the start of the tvb. */
static bool
is_peer_check(tvbuff_t *tvb)
{
    int captured = (int)tvb_captured_length(tvb);
    int end;

    if (captured < 2 + MSTURN_HEADER_LENGTH || tvb_get_ntohl(tvb, 6) != MSTURN_STUN_COOKIE)
        return false;
    end = 2 + tvb_get_ntohs(tvb, 0);
    if ((tvb_get_ntohs(tvb, 2) & 0xfeef) != 0x0001 || end != 2 + MSTURN_HEADER_LENGTH + tvb_get_ntohs(tvb, 4) ||
        end > captured)
        return false;
    for (int offset = 2 + MSTURN_HEADER_LENGTH; offset + 4 <= end;) {
        uint16_t type = tvb_get_ntohs(tvb, offset);

        for (size_t i = 0; i < array_length(check_attributes); i++) {
            if (type == check_attributes[i])
                return true;
        }
        offset += 4 + ((tvb_get_ntohs(tvb, offset + 2) + 3) & ~3);
    }
    return false;
}

/* Claims a connection for a caller that has added the layer "msturn" already, and dissects the segment. */
static int
claim_below_layer(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_framing_t framing, void *data)
{
    call_t call = { .tcpinfo = data };

    if (!PINFO_FD_VISITED(pinfo) && stream_of(pinfo) == NULL)
        claim(tvb, pinfo, framing, (const struct tcpinfo *)data);
    call.stream = stream_of(pinfo);
    if (call.stream == NULL)
        return 0;
    call.side = side_of(pinfo, call.stream);
    return dissect_ours(tvb, pinfo, tree, &call);
}

static compat_bool
dissect_tcp_heur(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    msturn_framing_t framing;

    if (pinfo->flags.in_error_pkt)
        return false;
    if (msturn_tcp_begins(tvb) == MSTURN_TCP_OURS)
        framing = MSTURN_FRAMING_RELAY;
    else if (is_peer_check(tvb))
        framing = MSTURN_FRAMING_PEER;
    else
        return false;
    return claim_below_layer(tvb, pinfo, tree, framing, data) != 0;
}

/* Decode As: the user says that the connection is MS-TURN. */
static int
dissect_decode_as(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return claim_below_layer(tvb, pinfo, tree, MSTURN_FRAMING_RELAY, data);
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
    proto_stream = proto_register_protocol_in_name_only("Microsoft TURN over TCP", "MS-TURN over TCP", "msturn_tcp",
                                                        msturn_proto(), FT_PROTOCOL);
}

void
proto_reg_handoff_msturn_tcp(void)
{
    stream_handle = create_dissector_handle(dissect_stream, proto_stream);
    ours_handle = create_dissector_handle(dissect_ours, msturn_proto());
    dissector_add_for_decode_as("tcp.port", create_dissector_handle(dissect_decode_as, msturn_proto()));
    heur_dissector_add("tcp", dissect_tcp_heur, "Microsoft TURN over TCP", "msturn_tcp", msturn_proto(),
                       HEURISTIC_ENABLE);
}
