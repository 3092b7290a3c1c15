/* msturn-answer.c
 * Who answered a pseudo-TLS hello: the Edge, somebody on the way, or nobody.
 *
 * The client waits for the ServerHello before it says anything else, so the first thing that comes from the server's
 * side settles the question. It may be no data at all: a reset or an end of the connection has no payload and reaches
 * no dissector, which is why a postdissector (without wanted fields) watches connections whose hello is open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-answer.h"

#include "calls/facts.h"
#include "base/packet-end.h"
#include "turn/packet-msturn.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

/* Bits of tcp.completeness, as users see it: what a connection has gone through so far. */
#define COMPLETENESS_FIN 0x10
#define COMPLETENESS_RST 0x20

#define MAX_STATUS_LINE 512 /* of HTTP; whoever sends more has said enough */

static int proto_watch = -1;

static int hf_answered_by = -1;
static int hf_answered_in = -1;
static int hf_hello_in = -1;
static int hf_answer_time = -1;
static int hf_tunnelled = -1;
static int hf_http_status = -1;
static int hf_http_reason = -1;
static int hf_tls_alert = -1;
static int hf_cert_subject = -1;
static int hf_cert_issuer = -1;
static int hf_cert_names = -1;

static int ett_answer = -1;

static expert_field ei_edge = EI_INIT;
static expert_field ei_http_proxy = EI_INIT;
static expert_field ei_tls_server = EI_INIT;
static expert_field ei_tls_alert = EI_INIT;
static expert_field ei_reset = EI_INIT;
static expert_field ei_closed = EI_INIT;
static expert_field ei_unanswered = EI_INIT;
static expert_field ei_frames = EI_INIT;
static expert_field ei_other = EI_INIT;
static expert_field ei_tunnelled = EI_INIT;
static expert_field ei_proxy_auth = EI_INIT;

static dissector_handle_t http_handle;
static dissector_handle_t tls_handle;
static dissector_handle_t data_handle;
static int answer_tap = -1;

/* State of the file. */
static wmem_array_t *hellos;      /* of msturn_hello_t * */
static wmem_map_t *frames;        /* frame -> msturn_hello_t: the frames that carry or answer a hello */
static unsigned pending;          /* hellos nobody has answered yet */
static msturn_hello_t *new_hello; /* met in this packet, not yet tied to its connection */

/* A watched connection. */
typedef struct {
    msturn_hello_t *hello;
    uint8_t completeness; /* before the frame that is looked at */
} watched_t;

/* An outcome: its finding, who dissects the rest. */
typedef struct {
    expert_field *ei;
    const char *text; /* of the finding */
    dissector_handle_t *rest;
} outcome_t;

static const outcome_t outcomes[] = {
    [MSTURN_ANSWER_NONE] = { &ei_unanswered,
                             "Nobody answered the pseudo-TLS hello in this capture. Check that firewalls let TCP 443 "
                             "through to the Edge without inspecting it.",
                             NULL },
    [MSTURN_ANSWER_EDGE] = { &ei_edge, "The Edge answered the pseudo-TLS hello: the way over TCP 443 is open.",
                             NULL },
    [MSTURN_ANSWER_HTTP_PROXY] = { &ei_http_proxy,
                                   "An HTTP proxy answered the pseudo-TLS hello, the Edge never saw it. Check why "
                                   "traffic to the Edge's address on TCP 443 is intercepted, and exempt it.",
                                   &http_handle },
    [MSTURN_ANSWER_TLS_SERVER] = { &ei_tls_server,
                                   "A genuine TLS server answered the pseudo-TLS hello, not the Edge's media relay. "
                                   "Check SSL inspection, reverse proxies and the address published for the A/V Edge "
                                   "service.",
                                   &tls_handle },
    [MSTURN_ANSWER_TLS_ALERT] = { &ei_tls_alert,
                                  "A genuine TLS peer refused the pseudo-TLS hello with an alert. Check SSL "
                                  "inspection on the way and the address published for the A/V Edge service.",
                                  &tls_handle },
    [MSTURN_ANSWER_RESET] = { &ei_reset,
                              "The connection was reset in answer to the pseudo-TLS hello. Check for a firewall that "
                              "takes TCP 443 apart and resets what is no genuine TLS.",
                              NULL },
    [MSTURN_ANSWER_CLOSED] = { &ei_closed,
                               "The server's side closed the connection without answering the pseudo-TLS hello. "
                               "Check proxies and firewalls on the way, and that the A/V Edge service listens on "
                               "this address.",
                               NULL },
    [MSTURN_ANSWER_GAVE_UP] = { &ei_unanswered,
                                "Nobody answered the pseudo-TLS hello until the client gave up. Check that firewalls "
                                "let TCP 443 through to the Edge without inspecting it.",
                                NULL },
    [MSTURN_ANSWER_FRAMES] = { &ei_frames,
                               "The server sends MS-TURN frames without having answered the pseudo-TLS hello.",
                               NULL },
    [MSTURN_ANSWER_OTHER] = { &ei_other,
                              "The answer to the pseudo-TLS hello is neither TLS nor HTTP nor MS-TURN. Check which "
                              "service listens on this address.",
                              &data_handle },
};

/* Names that users see and filter on. */
static const value_string answer_values[] = {
    { MSTURN_ANSWER_NONE, "nobody" },
    { MSTURN_ANSWER_EDGE, "Edge" },
    { MSTURN_ANSWER_HTTP_PROXY, "HTTP proxy" },
    { MSTURN_ANSWER_TLS_SERVER, "TLS server" },
    { MSTURN_ANSWER_TLS_ALERT, "TLS alert" },
    { MSTURN_ANSWER_RESET, "reset" },
    { MSTURN_ANSWER_CLOSED, "closed without an answer" },
    { MSTURN_ANSWER_GAVE_UP, "nobody (the client gave up)" },
    { MSTURN_ANSWER_FRAMES, "MS-TURN without a hello" },
    { MSTURN_ANSWER_OTHER, "something else" },
    { 0, NULL },
};

/* RFC 5246 7.2.2, those that a refused hello may meet. */
static const value_string alert_names[] = {
    { 0, "close notify" },        { 10, "unexpected message" },
    { 20, "bad record MAC" },     { 22, "record overflow" },
    { 40, "handshake failure" },  { 47, "illegal parameter" },
    { 49, "access denied" },      { 50, "decode error" },
    { 70, "protocol version" },   { 71, "insufficient security" },
    { 80, "internal error" },     { 86, "inappropriate fallback" },
    { 112, "unrecognized name" }, { 0, NULL },
};

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

unsigned
msturn_hello_count(void)
{
    return hellos != NULL ? wmem_array_get_count(hellos) : 0;
}

const msturn_hello_t *
msturn_hello_get(unsigned index)
{
    return *(msturn_hello_t **)wmem_array_index(hellos, index);
}

const msturn_hello_t *
msturn_hello_of_frame(uint32_t frame)
{
    return (const msturn_hello_t *)wmem_map_lookup(frames, GUINT_TO_POINTER(frame));
}

const char *
msturn_answer_name(msturn_answer_t answer)
{
    return val_to_str_const(answer, answer_values, "unknown");
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
msturn_hello_new(packet_info *pinfo)
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
    wmem_array_append_one(hellos, hello);
    hello->number = wmem_array_get_count(hellos);
    note_frame(pinfo->num, hello);
    pending++;
    new_hello = hello;
    tell_facts(pinfo, hello);
    return hello;
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

static void
tap_hello(packet_info *pinfo, const msturn_hello_t *hello)
{
    msturn_hello_tap_t *event;

    if (!have_tap_listener(answer_tap))
        return;
    event = wmem_new0(pinfo->pool, msturn_hello_tap_t);
    event->hello = hello;
    event->known = PINFO_FD_VISITED(pinfo);
    tap_queue_packet(answer_tap, pinfo, event);
}

void
msturn_answer_settle(tvbuff_t *tvb, packet_info *pinfo, msturn_hello_t *hello, msturn_answer_t answer)
{
    if (hello->answer == MSTURN_ANSWER_NONE && pending > 0)
        pending--;
    hello->answer = answer;
    hello->answer_frame = pinfo->num;
    nstime_delta(&hello->answer_time, &pinfo->abs_ts, &hello->hello_time);
    note_frame(pinfo->num, hello);
    if (answer == MSTURN_ANSWER_HTTP_PROXY)
        read_http_status(tvb, hello);
    if (answer == MSTURN_ANSWER_TLS_ALERT && tvb_captured_length(tvb) >= 7 && tvb_get_ntohs(tvb, 3) == 2)
        hello->tls_alert = tvb_get_uint8(tvb, 6);
    tell_facts(pinfo, hello);
}

static void
generated(proto_item *item)
{
    proto_item_set_generated(item);
}

void
msturn_hello_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                  const msturn_hello_t *hello)
{
    if (hello->tunnelled) {
        generated(proto_tree_add_boolean(subtree, hf_tunnelled, tvb, 0, 0, true));
        expert_add_info(pinfo, item, &ei_tunnelled);
    }
    if (hello->answer_frame != 0) {
        generated(proto_tree_add_uint(subtree, hf_answered_in, tvb, 0, 0, hello->answer_frame));
        generated(proto_tree_add_uint(subtree, hf_answered_by, tvb, 0, 0, hello->answer));
    }
    /* Only a pass that has seen the whole capture can say that no answer follows. */
    if (PINFO_FD_VISITED(pinfo)) {
        if (hello->answer == MSTURN_ANSWER_NONE)
            generated(proto_tree_add_uint(subtree, hf_answered_by, tvb, 0, 0, hello->answer));
        if (outcomes[hello->answer].ei == &ei_unanswered)
            expert_add_info_format(pinfo, item, &ei_unanswered, "%s", outcomes[hello->answer].text);
    }
    tap_hello(pinfo, hello);
}

void
msturn_answer_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                   const msturn_hello_t *hello)
{
    const outcome_t *outcome = &outcomes[hello->answer];
    const char *who = msturn_answer_name(hello->answer);

    generated(proto_tree_add_uint(subtree, hf_hello_in, tvb, 0, 0, hello->hello_frame));
    generated(proto_tree_add_uint(subtree, hf_answered_by, tvb, 0, 0, hello->answer));
    generated(proto_tree_add_time(subtree, hf_answer_time, tvb, 0, 0, &hello->answer_time));
    if (hello->http_status != 0)
        generated(proto_tree_add_uint(subtree, hf_http_status, tvb, 0, 0, hello->http_status));
    if (hello->http_reason != NULL)
        generated(proto_tree_add_string(subtree, hf_http_reason, tvb, 0, 0, hello->http_reason));
    if (hello->tls_alert >= 0)
        generated(proto_tree_add_uint(subtree, hf_tls_alert, tvb, 0, 0, (uint32_t)hello->tls_alert));

    if (hello->http_status != 0)
        expert_add_info_format(pinfo, item, outcome->ei, "%s Its answer: %u%s%s", outcome->text, hello->http_status,
                               hello->http_reason ? " " : "", hello->http_reason ? hello->http_reason : "");
    else
        expert_add_info_format(pinfo, item, outcome->ei, "%s", outcome->text);
    if (hello->http_status == 407)
        expert_add_info(pinfo, item, &ei_proxy_auth);

    if (hello->answer != MSTURN_ANSWER_EDGE) {
        if (hello->http_status != 0)
            col_append_fstr(pinfo->cinfo, COL_INFO, " [pseudo-TLS hello answered by %s, status %u]", who,
                            hello->http_status);
        else
            col_append_fstr(pinfo->cinfo, COL_INFO, " [pseudo-TLS hello answered by: %s]", who);
    }
    tap_hello(pinfo, hello);
}

void
msturn_answer_certificate(packet_info *pinfo, msturn_hello_t *hello, const msturn_certificate_t *certificate)
{
    hello->certificate = *certificate;
    hello->cert_frame = pinfo->num;
    note_frame(pinfo->num, hello);
}

/* The names of a genuine TLS server's certificate, in the packet that completes it. */
static void
show_certificate(tvbuff_t *tvb, proto_tree *tree, const msturn_hello_t *hello)
{
    const struct {
        int *hf;
        const char *text;
    } names[] = {
        { &hf_cert_subject, hello->certificate.subject },
        { &hf_cert_issuer, hello->certificate.issuer },
        { &hf_cert_names, hello->certificate.names },
    };
    proto_tree *subtree = proto_item_add_subtree(
        proto_tree_add_protocol_format(tree, msturn_proto(), tvb, 0, 0,
                                       "Microsoft TURN, certificate of who answered the pseudo-TLS hello"),
        ett_answer);

    generated(proto_tree_add_uint(subtree, hf_hello_in, tvb, 0, 0, hello->hello_frame));
    for (size_t i = 0; i < array_length(names); i++) {
        if (names[i].text != NULL)
            generated(proto_tree_add_string(subtree, *names[i].hf, tvb, 0, 0, names[i].text));
    }
}

/* An answer that is no message of ours. It may be no data at all, or data that its dissector put off to a later
 * packet: so it is shown behind everything else, by the number of the frame alone. */
static void
show_answer(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_hello_t *hello)
{
    proto_item *item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, 0, 0,
                                                      "Microsoft TURN, answer to the pseudo-TLS hello: %s",
                                                      msturn_answer_name(hello->answer));

    msturn_answer_show(tvb, pinfo, proto_item_add_subtree(item, ett_answer), item, hello);
}

bool
msturn_answer_is_impostor(msturn_answer_t answer, dissector_handle_t *handle)
{
    if (outcomes[answer].rest == NULL)
        return false;
    *handle = *outcomes[answer].rest;
    return true;
}

/* What the end of a connection says about its hello; NONE when this frame does not end it. */
static msturn_answer_t
ending(packet_info *pinfo, watched_t *watched)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    struct tcp_analysis *tcpd = conversation != NULL ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    bool from_client =
        addresses_equal(&pinfo->src, &watched->hello->client) && pinfo->srcport == watched->hello->client_port;
    uint8_t now;

    if (tcpd == NULL)
        return MSTURN_ANSWER_NONE;
    now = (uint8_t)(tcpd->conversation_completeness & ~watched->completeness);
    watched->completeness = (uint8_t)tcpd->conversation_completeness;
    if ((now & (COMPLETENESS_RST | COMPLETENESS_FIN)) == 0)
        return MSTURN_ANSWER_NONE;
    if (from_client)
        return MSTURN_ANSWER_GAVE_UP;
    return (now & COMPLETENESS_RST) != 0 ? MSTURN_ANSWER_RESET : MSTURN_ANSWER_CLOSED;
}

/* Looks after connections whose hello is open. First pass. */
static void
watch(tvbuff_t *tvb, packet_info *pinfo)
{
    conversation_t *conversation;
    watched_t *watched;

    if (pinfo->ptype != PT_TCP || pinfo->flags.in_error_pkt)
        return;
    conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation == NULL)
        return;
    watched = (watched_t *)conversation_get_proto_data(conversation, proto_watch);
    if (new_hello != NULL && new_hello->hello_frame == pinfo->num) {
        if (watched == NULL) {
            watched = wmem_new0(wmem_file_scope(), watched_t);
            conversation_add_proto_data(conversation, proto_watch, watched);
        }
        watched->hello = new_hello;
    }
    new_hello = NULL;
    if (watched != NULL && watched->hello->answer == MSTURN_ANSWER_NONE) {
        msturn_answer_t answer = ending(pinfo, watched);

        if (answer != MSTURN_ANSWER_NONE)
            msturn_answer_settle(tvb, pinfo, watched->hello, answer);
    }
}

void
msturn_answer_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const msturn_hello_t *hello;

    if (wmem_map_size(frames) == 0 || !msturn_enabled())
        return;
    if (!PINFO_FD_VISITED(pinfo) && pending > 0)
        watch(tvb, pinfo);
    hello = msturn_hello_of_frame(pinfo->num);
    if (hello == NULL)
        return;
    if (hello->answer_frame == pinfo->num && hello->answer != MSTURN_ANSWER_EDGE)
        show_answer(tvb, pinfo, tree, hello);
    if (hello->cert_frame == pinfo->num)
        show_certificate(tvb, tree, hello);
}

static void
start_file(void)
{
    hellos = wmem_array_new(wmem_file_scope(), sizeof(msturn_hello_t *));
    pending = 0;
    new_hello = NULL;
}

static void
end_file(void)
{
    hellos = NULL; /* its memory goes with the file */
    pending = 0;
    new_hello = NULL;
}

void
proto_register_msturn_answer(void)
{
    static hf_register_info hf[] = {
        { &hf_answered_by,
          { "Hello answered by", "msturn.answered_by", FT_UINT8, BASE_DEC, VALS(answer_values), 0,
            "Who answered the pseudo-TLS hello", HFILL } },
        { &hf_answered_in,
          { "Hello answered in", "msturn.pseudotls.answered_in", FT_FRAMENUM, BASE_NONE,
            FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL } },
        { &hf_hello_in,
          { "Pseudo-TLS hello in", "msturn.pseudotls.hello_in", FT_FRAMENUM, BASE_NONE,
            FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL } },
        { &hf_answer_time,
          { "Time since the hello", "msturn.pseudotls.answer_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, NULL,
            HFILL } },
        { &hf_tunnelled,
          { "Inside an HTTP CONNECT tunnel", "msturn.pseudotls.tunnelled", FT_BOOLEAN, BASE_NONE, NULL, 0, NULL,
            HFILL } },
        { &hf_http_status,
          { "HTTP status", "msturn.answer.http_status", FT_UINT16, BASE_DEC, NULL, 0,
            "Status in the answer of an HTTP proxy", HFILL } },
        { &hf_http_reason,
          { "HTTP reason", "msturn.answer.http_reason", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_tls_alert,
          { "TLS alert", "msturn.answer.tls_alert", FT_UINT8, BASE_DEC, VALS(alert_names), 0, NULL, HFILL } },
        { &hf_cert_subject,
          { "Certificate subject", "msturn.answer.certificate.subject", FT_STRING, BASE_NONE, NULL, 0,
            "Common name of the certificate of a genuine TLS server", HFILL } },
        { &hf_cert_issuer,
          { "Certificate issuer", "msturn.answer.certificate.issuer", FT_STRING, BASE_NONE, NULL, 0,
            "Common name of its issuer: an inspecting firewall signs with its own", HFILL } },
        { &hf_cert_names,
          { "Certificate DNS names", "msturn.answer.certificate.names", FT_STRING, BASE_NONE, NULL, 0, NULL,
            HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_edge,
          { "msturn.expert.answered_by_edge", PI_SEQUENCE, PI_CHAT, "The Edge answered the pseudo-TLS hello",
            EXPFILL } },
        { &ei_http_proxy,
          { "msturn.expert.answered_by_http_proxy", PI_SEQUENCE, PI_ERROR,
            "An HTTP proxy answered the pseudo-TLS hello", EXPFILL } },
        { &ei_tls_server,
          { "msturn.expert.answered_by_tls_server", PI_SEQUENCE, PI_ERROR,
            "A genuine TLS server answered the pseudo-TLS hello", EXPFILL } },
        { &ei_tls_alert,
          { "msturn.expert.answered_by_tls_alert", PI_SEQUENCE, PI_ERROR, "A TLS alert answered the pseudo-TLS hello",
            EXPFILL } },
        { &ei_reset,
          { "msturn.expert.hello_reset", PI_SEQUENCE, PI_ERROR,
            "The connection was reset in answer to the pseudo-TLS hello", EXPFILL } },
        { &ei_closed,
          { "msturn.expert.hello_closed", PI_SEQUENCE, PI_ERROR,
            "The server's side closed the connection without answering the pseudo-TLS hello", EXPFILL } },
        { &ei_unanswered,
          { "msturn.expert.hello_unanswered", PI_SEQUENCE, PI_ERROR, "Nobody answered the pseudo-TLS hello",
            EXPFILL } },
        { &ei_frames,
          { "msturn.expert.answered_without_hello", PI_SEQUENCE, PI_WARN,
            "MS-TURN frames came in place of the pseudo-TLS ServerHello", EXPFILL } },
        { &ei_other,
          { "msturn.expert.answered_by_other", PI_SEQUENCE, PI_ERROR,
            "The answer to the pseudo-TLS hello is neither TLS nor HTTP nor MS-TURN", EXPFILL } },
        { &ei_tunnelled,
          { "msturn.expert.hello_tunnelled", PI_SEQUENCE, PI_CHAT,
            "The pseudo-TLS hello goes through an HTTP CONNECT tunnel: a proxy is configured and lets it through",
            EXPFILL } },
        { &ei_proxy_auth,
          { "msturn.expert.proxy_authentication", PI_SEQUENCE, PI_ERROR,
            "The proxy wants authentication (407) and got a pseudo-TLS hello. Exempt the Edge's address from the "
            "proxy",
            EXPFILL } },
    };
    static int *ett[] = { &ett_answer };

    proto_register_field_array(msturn_proto(), hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(msturn_proto()), ei, array_length(ei));

    proto_watch = proto_register_protocol_in_name_only("Microsoft TURN hello watch", "MS-TURN hello watch",
                                                       "msturn_hello_watch", msturn_proto(), FT_PROTOCOL);
    frames = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    answer_tap = register_tap("msturn_hello");
    msturn_answer_register_statistics();
    register_init_routine(start_file);
    register_cleanup_routine(end_file);
}

void
proto_reg_handoff_msturn_answer(void)
{
    http_handle = find_dissector("http-over-tcp");
    tls_handle = find_dissector("tls");
    data_handle = find_dissector("data");
}
