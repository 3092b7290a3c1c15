/* msturn-answer.c
 * Who answered a pseudo-TLS hello: the Edge, somebody on the way, or nobody.
 *
 * The client waits for the ServerHello before it says anything else, so the first thing that comes from the server's
 * side settles the question. It may be no data at all: a reset or an end of the connection has no payload and reaches
 * no dissector, which is why connections whose hello is open are watched at the end of each packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-answer.h"

#include "base/packet-end.h"
#include "base/tcp-state.h"
#include "calls/facts.h"
#include "carriers/msturn-answer-show.h"
#include "carriers/msturn-answer-stats.h"
#include "turn/packet-msturn.h"

#include <epan/dissectors/packet-tcp.h>

#define MAX_STATUS_LINE 512 /* of HTTP; whoever sends more has said enough */

static dissector_handle_t http_handle;
static dissector_handle_t tls_handle;
static dissector_handle_t data_handle;

/* State of the file. */
static wmem_map_t *frames; /* frame -> msturn_hello_t: the frames that carry or answer a hello */
static unsigned pending;   /* hellos nobody has answered yet */

/* What a stream from the server's side may begin with. */
static const struct {
    uint8_t length;
    uint8_t bytes[5];
    uint8_t wanted; /* bytes that must be there to read the answer */
    msturn_answer_t answer;
} beginnings[] = {
    { 5, { 'H', 'T', 'T', 'P', '/' }, 12, MSTURN_ANSWER_HTTP_PROXY },
    { 2, { 0x16, 0x03 }, 5, MSTURN_ANSWER_TLS_SERVER },
    { 2, { 0x15, 0x03 }, 7, MSTURN_ANSWER_TLS_ALERT },
    { 2, { 0x02, 0x00 }, 4, MSTURN_ANSWER_FRAMES },
    { 2, { 0x03, 0x00 }, 4, MSTURN_ANSWER_FRAMES },
    { 2, { 0xff, 0x10 }, 4, MSTURN_ANSWER_FRAMES },
};

static const msturn_hello_t *
hello_of_frame(uint32_t frame)
{
    return (const msturn_hello_t *)wmem_map_lookup(frames, GUINT_TO_POINTER(frame));
}

static void
note_frame(uint32_t frame, msturn_hello_t *hello)
{
    packet_end_ask_always();
    if (wmem_map_lookup(frames, GUINT_TO_POINTER(frame)) == NULL)
        wmem_map_insert(frames, GUINT_TO_POINTER(frame), hello);
}

/* What the analysis of calls has to know: a hello, or its answer when there is one. */
static void
tell_facts(packet_info *pinfo, const msturn_hello_t *hello)
{
    static const facts_answerer_t by[] = {
        [MSTURN_ANSWER_NONE] = FACTS_BY_NOBODY,           [MSTURN_ANSWER_EDGE] = FACTS_BY_EDGE,
        [MSTURN_ANSWER_HTTP_PROXY] = FACTS_BY_HTTP_PROXY, [MSTURN_ANSWER_TLS_SERVER] = FACTS_BY_TLS_SERVER,
        [MSTURN_ANSWER_TLS_ALERT] = FACTS_BY_TLS_SERVER,  [MSTURN_ANSWER_RESET] = FACTS_BY_RESET,
        [MSTURN_ANSWER_CLOSED] = FACTS_BY_RESET,          [MSTURN_ANSWER_GAVE_UP] = FACTS_BY_NOBODY,
        [MSTURN_ANSWER_FRAMES] = FACTS_BY_EDGE,           [MSTURN_ANSWER_OTHER] = FACTS_BY_OTHER,
        [MSTURN_ANSWER_UNSEEN] = FACTS_BY_SOMEBODY,       [MSTURN_ANSWER_EDGE_UNSEEN] = FACTS_BY_EDGE,
    };
    facts_hello_t fact = { .client = &hello->client,
                           .server = &hello->server,
                           .client_port = hello->client_port,
                           .server_port = hello->server_port,
                           .by = by[hello->answer],
                           .proxied = hello->tunnelled,
                           .http_status = hello->http_status };

    if (hello->answer != MSTURN_ANSWER_GAVE_UP)
        facts_tell_hello(pinfo, &fact);
}

msturn_hello_t *
msturn_hello_new(packet_info *pinfo, msturn_stream_t *stream, const void *tcpinfo)
{
    msturn_hello_t *hello = wmem_new0(wmem_file_scope(), msturn_hello_t);

    hello->hello_frame = pinfo->num;
    hello->hello_time = pinfo->abs_ts;
    copy_address_wmem(wmem_file_scope(), &hello->client, &pinfo->src);
    copy_address_wmem(wmem_file_scope(), &hello->server, &pinfo->dst);
    hello->client_port = (uint16_t)pinfo->srcport;
    hello->server_port = (uint16_t)pinfo->destport;
    hello->tunnelled = proto_is_frame_protocol(pinfo->layers, "http");
    hello->tls_alert = -1;
    if (tcpinfo) {
        hello->has_answer_seq = true;
        hello->answer_seq = ((const struct tcpinfo *)tcpinfo)->lastackseq;
    }
    hello->stream = stream;
    stream->hello = hello;
    note_frame(pinfo->num, hello);
    pending++;
    tell_facts(pinfo, hello);
    return hello;
}

bool
msturn_answer_is_open(msturn_answer_t answer)
{
    return answer == MSTURN_ANSWER_NONE || answer == MSTURN_ANSWER_GAVE_UP || answer == MSTURN_ANSWER_UNSEEN ||
           answer == MSTURN_ANSWER_EDGE_UNSEEN;
}

int32_t
msturn_answer_distance(const msturn_hello_t *hello, const void *tcpinfo)
{
    return tcpinfo && hello->has_answer_seq ? (int32_t)(((const struct tcpinfo *)tcpinfo)->seq - hello->answer_seq)
                                            : 0;
}

bool
msturn_answer_was_received(const msturn_hello_t *hello, const void *tcpinfo)
{
    return tcpinfo && hello->has_answer_seq &&
           (int32_t)(((const struct tcpinfo *)tcpinfo)->lastackseq - hello->answer_seq) > 0;
}

msturn_answer_t
msturn_answer_classify(tvbuff_t *tvb, bool *more)
{
    int available = tvb_captured_length(tvb);

    *more = false;
    for (size_t i = 0; i < array_length(beginnings); i++) {
        int length = MIN(available, beginnings[i].length);

        if (tvb_memeql(tvb, 0, beginnings[i].bytes, (size_t)length) != 0)
            continue;
        *more = available < beginnings[i].wanted ||
                (beginnings[i].answer == MSTURN_ANSWER_HTTP_PROXY && available < MAX_STATUS_LINE &&
                 tvb_find_line_end(tvb, 0, available, NULL, true) < 0);
        return beginnings[i].answer;
    }
    return MSTURN_ANSWER_OTHER;
}

static void
read_http_status(tvbuff_t *tvb, msturn_hello_t *hello)
{
    int next;
    int length = tvb_find_line_end(tvb, 0, MIN((int)tvb_captured_length(tvb), MAX_STATUS_LINE), &next, false);
    char **words;

    if (length <= 0)
        return;
    words = g_strsplit((const char *)tvb_get_string_enc(wmem_file_scope(), tvb, 0, length, ENC_ISO_8859_1), " ", 3);
    if (g_strv_length(words) >= 2) {
        uint64_t status = g_ascii_strtoull(words[1], NULL, 10);

        hello->http_status = status <= 999 ? (uint16_t)status : 0;
        if (words[2] != NULL)
            hello->http_reason = wmem_strdup(wmem_file_scope(), words[2]);
    }
    g_strfreev(words);
}

void
msturn_answer_settle(tvbuff_t *tvb, packet_info *pinfo, msturn_hello_t *hello, msturn_answer_t answer)
{
    if (hello->answer == MSTURN_ANSWER_NONE && pending > 0)
        pending--;
    hello->before = hello->answer;
    hello->answer = answer;
    hello->answer_frame = hello->told_in[answer] = pinfo->num;
    note_frame(pinfo->num, hello);
    if (answer == MSTURN_ANSWER_HTTP_PROXY)
        read_http_status(tvb, hello);
    if (answer == MSTURN_ANSWER_TLS_ALERT && tvb_captured_length(tvb) >= 7 && tvb_get_ntohs(tvb, 3) == 2)
        hello->tls_alert = tvb_get_uint8(tvb, 6);
    tell_facts(pinfo, hello);
}

msturn_answer_t
msturn_answer_known(const msturn_hello_t *hello, const packet_info *pinfo)
{
    msturn_answer_t known = MSTURN_ANSWER_NONE;

    if (hello->told_in[MSTURN_ANSWER_EDGE_UNSEEN] == pinfo->num)
        return MSTURN_ANSWER_EDGE_UNSEEN;
    for (unsigned answer = 0; answer < MSTURN_ANSWERS; answer++) {
        const uint32_t told = hello->told_in[answer];

        if (told != 0 && told < pinfo->num && told >= hello->told_in[known])
            known = (msturn_answer_t)answer;
    }
    return known;
}

void
msturn_answer_certificate(packet_info *pinfo, msturn_hello_t *hello, const msturn_certificate_t *certificate)
{
    hello->certificate = *certificate;
    hello->cert_frame = pinfo->num;
    note_frame(pinfo->num, hello);
}

bool
msturn_answer_is_impostor(msturn_answer_t answer, dissector_handle_t *handle)
{
    switch (answer) {
    case MSTURN_ANSWER_HTTP_PROXY:
        *handle = http_handle;
        return true;
    case MSTURN_ANSWER_TLS_SERVER:
    case MSTURN_ANSWER_TLS_ALERT:
        *handle = tls_handle;
        return true;
    case MSTURN_ANSWER_OTHER:
    case MSTURN_ANSWER_UNSEEN:
        *handle = data_handle;
        return true;
    default:
        return false;
    }
}

/* Whether bytes of an answer were sent that the capture has not got: the client acknowledges them, or the server's
 * end stands behind them. */
static bool
passed_unseen(packet_info *pinfo, conversation_t *conversation, msturn_stream_t *stream, uint8_t now)
{
    const bool from_client = msturn_stream_side(pinfo, stream) == MSTURN_CLIENT;
    tcp_numbers_t numbers;

    /* The numbers of a reset may be anybody's guess. */
    if ((now & TCP_SEEN_RST) != 0 || !tcp_state_numbers(conversation, pinfo, &numbers))
        return false;
    if (stream->hello->hello_frame == pinfo->num) {
        stream->has_answer_at = true;
        stream->answer_at = numbers.ack;
        return false;
    }
    if (!stream->has_answer_at)
        return false;
    return from_client ? (int32_t)(numbers.ack - stream->answer_at) > 0
                       : (now & TCP_SEEN_FIN) != 0 && (int32_t)(numbers.next - stream->answer_at) > 1;
}

/* What a packet that carries no answer says about a hello that has none; NONE = nothing. */
static msturn_answer_t
ending(packet_info *pinfo, msturn_stream_t *stream)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const uint8_t seen = tcp_state_seen(conversation), now = seen & (uint8_t)~stream->seen;

    stream->seen = seen;
    if (passed_unseen(pinfo, conversation, stream, now))
        return MSTURN_ANSWER_UNSEEN;
    if ((now & (TCP_SEEN_RST | TCP_SEEN_FIN)) == 0)
        return MSTURN_ANSWER_NONE;
    if (msturn_stream_side(pinfo, stream) == MSTURN_CLIENT)
        return MSTURN_ANSWER_GAVE_UP;
    return (now & TCP_SEEN_RST) != 0 ? MSTURN_ANSWER_RESET : MSTURN_ANSWER_CLOSED;
}

/* Looks after connections whose hello is open. hello: what this packet carries or answers, NULL = none. First pass.
 */
static void
watch(tvbuff_t *tvb, packet_info *pinfo, const msturn_hello_t *hello)
{
    msturn_stream_t *stream;
    msturn_answer_t answer;

    if (pinfo->ptype != PT_TCP || pinfo->flags.in_error_pkt)
        return;
    stream = msturn_stream_find(pinfo);
    if (stream == NULL && hello && hello->hello_frame == pinfo->num) {
        stream = hello->stream;
        msturn_stream_share(pinfo, stream);
    }
    if (stream == NULL || stream->hello == NULL || stream->hello->answer != MSTURN_ANSWER_NONE)
        return;
    answer = ending(pinfo, stream);
    if (answer != MSTURN_ANSWER_NONE)
        msturn_answer_settle(tvb, pinfo, stream->hello, answer);
}

void
msturn_answer_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const msturn_hello_t *hello;

    if (wmem_map_size(frames) == 0 || !msturn_enabled())
        return;
    if (!PINFO_FD_VISITED(pinfo) && pending > 0)
        watch(tvb, pinfo, hello_of_frame(pinfo->num));
    hello = hello_of_frame(pinfo->num); /* this packet may have turned out to answer it */
    if (hello == NULL)
        return;
    for (unsigned answer = 0; answer < MSTURN_ANSWERS; answer++)
        if (hello->told_in[answer] == pinfo->num && answer != MSTURN_ANSWER_EDGE)
            msturn_answer_show_alone(tvb, pinfo, tree, hello, (msturn_answer_t)answer);
    if (hello->cert_frame == pinfo->num)
        msturn_answer_show_certificate(tvb, tree, hello);
}

static void
start_file(void)
{
    pending = 0;
}

void
proto_register_msturn_answer(void)
{
    msturn_answer_show_register(msturn_proto());
    frames = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    msturn_answer_register_statistics();
    register_init_routine(start_file);
}

void
proto_reg_handoff_msturn_answer(void)
{
    http_handle = find_dissector("http-over-tcp");
    tls_handle = find_dissector("tls");
    data_handle = find_dissector("data");
}
