/* msturn-answer-show.c
 * Who answered a pseudo-TLS hello, in the trees of the hello and of its answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-answer-show.h"

#include <epan/tap.h>

#include "base/finding-add.h"
#include "turn/packet-msturn.h"

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
static expert_field ei_unseen = EI_INIT;
static expert_field ei_tunnelled = EI_INIT;
static expert_field ei_proxy_auth = EI_INIT;

static int answer_tap = -1;

/* The finding for each outcome, and its words. */
static const struct {
    expert_field *ei;
    const char *text;
} outcomes[] = {
    [MSTURN_ANSWER_NONE] = { &ei_unanswered,
                             "Nobody answered the pseudo-TLS hello in this capture. Check that firewalls let TCP 443 "
                             "through to the Edge without inspecting it." },
    [MSTURN_ANSWER_EDGE] = { &ei_edge, "The Edge answered the pseudo-TLS hello: the way over TCP 443 is open." },
    [MSTURN_ANSWER_HTTP_PROXY] = { &ei_http_proxy,
                                   "An HTTP proxy answered the pseudo-TLS hello, the Edge never saw it. Check why "
                                   "traffic to the Edge's address on TCP 443 is intercepted, and exempt it." },
    [MSTURN_ANSWER_TLS_SERVER] = { &ei_tls_server,
                                   "A genuine TLS server answered the pseudo-TLS hello, not the Edge's media relay. "
                                   "Check SSL inspection, reverse proxies and the address published for the A/V Edge "
                                   "service." },
    [MSTURN_ANSWER_TLS_ALERT] = { &ei_tls_alert,
                                  "A genuine TLS peer refused the pseudo-TLS hello with an alert. Check SSL "
                                  "inspection on the way and the address published for the A/V Edge service." },
    [MSTURN_ANSWER_RESET] = { &ei_reset,
                              "The connection was reset in answer to the pseudo-TLS hello. Check for a firewall that "
                              "takes TCP 443 apart and resets what is no genuine TLS." },
    [MSTURN_ANSWER_CLOSED] = { &ei_closed,
                               "The server's side closed the connection without answering the pseudo-TLS hello. "
                               "Check proxies and firewalls on the way, and that the A/V Edge service listens on "
                               "this address." },
    [MSTURN_ANSWER_GAVE_UP] = { &ei_unanswered,
                                "Nobody answered the pseudo-TLS hello until the client gave up. Check that firewalls "
                                "let TCP 443 through to the Edge without inspecting it." },
    [MSTURN_ANSWER_FRAMES] = { &ei_frames,
                               "The server sends MS-TURN frames without having answered the pseudo-TLS hello." },
    [MSTURN_ANSWER_OTHER] = { &ei_other,
                              "The answer to the pseudo-TLS hello is neither TLS nor HTTP nor MS-TURN. Check which "
                              "service listens on this address." },
    [MSTURN_ANSWER_UNSEEN] = { &ei_unseen,
                               "What the server's side said first is not in the capture, or came out of order: who "
                               "answered the pseudo-TLS hello cannot be told from here." },
    [MSTURN_ANSWER_EDGE_UNSEEN] = { &ei_edge,
                                    "The Edge has answered the pseudo-TLS hello, by what follows: its answer is not "
                                    "in the capture." },
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
        finding_add(pinfo, item, &ei_tunnelled);
    }
    if (hello->answer_frame != 0) {
        generated(proto_tree_add_uint(subtree, hf_answered_in, tvb, 0, 0, hello->answer_frame));
        generated(proto_tree_add_uint(subtree, hf_answered_by, tvb, 0, 0, hello->answer));
    }
    /* Only a pass that has seen the whole capture can say that no answer follows. */
    if (PINFO_FD_VISITED(pinfo)) {
        if (hello->answer == MSTURN_ANSWER_NONE)
            generated(proto_tree_add_uint(subtree, hf_answered_by, tvb, 0, 0, hello->answer));
        if (outcomes[hello->answer].ei == &ei_unanswered) {
            finding_add_format(pinfo, item, &ei_unanswered, "%s", outcomes[hello->answer].text);
            col_append_str(pinfo->cinfo, COL_INFO, ", unanswered");
        }
    }
    tap_hello(pinfo, hello);
}

/* The words of what an HTTP proxy has answered. */
static void
show_http(packet_info *pinfo, proto_item *item, const msturn_hello_t *hello, const char *who, expert_field *ei,
          const char *text)
{
    finding_add_format(pinfo, item, ei, "%s Its answer: %u%s%s", text, hello->http_status,
                       hello->http_reason ? " " : "", hello->http_reason ? hello->http_reason : "");
    if (hello->http_status == 407)
        finding_add(pinfo, item, &ei_proxy_auth);
    col_append_fstr(pinfo->cinfo, COL_INFO, " [pseudo-TLS hello answered by %s, status %u]", who, hello->http_status);
}

void
msturn_answer_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                   const msturn_hello_t *hello, msturn_answer_t answer)
{
    const char *who = val_to_str_const(answer, msturn_answer_names, "unknown"), *text = outcomes[answer].text;
    nstime_t passed;

    nstime_delta(&passed, &pinfo->abs_ts, &hello->hello_time);
    generated(proto_tree_add_uint(subtree, hf_hello_in, tvb, 0, 0, hello->hello_frame));
    generated(proto_tree_add_uint(subtree, hf_answered_by, tvb, 0, 0, answer));
    generated(proto_tree_add_time(subtree, hf_answer_time, tvb, 0, 0, &passed));
    if (answer == MSTURN_ANSWER_HTTP_PROXY && hello->http_status != 0)
        generated(proto_tree_add_uint(subtree, hf_http_status, tvb, 0, 0, hello->http_status));
    if (answer == MSTURN_ANSWER_HTTP_PROXY && hello->http_reason != NULL)
        generated(proto_tree_add_string(subtree, hf_http_reason, tvb, 0, 0, hello->http_reason));
    if (answer == MSTURN_ANSWER_TLS_ALERT && hello->tls_alert >= 0)
        generated(proto_tree_add_uint(subtree, hf_tls_alert, tvb, 0, 0, (uint32_t)hello->tls_alert));

    if (answer == MSTURN_ANSWER_HTTP_PROXY && hello->http_status != 0) {
        show_http(pinfo, item, hello, who, outcomes[answer].ei, text);
    } else {
        finding_add_format(pinfo, item, outcomes[answer].ei, "%s", text);
        if (answer != MSTURN_ANSWER_EDGE)
            col_append_fstr(pinfo->cinfo, COL_INFO, " [pseudo-TLS hello answered by: %s]", who);
    }
    tap_hello(pinfo, hello);
}

/* The names of a genuine TLS server's certificate, in the packet that completes it. */
void
msturn_answer_show_certificate(tvbuff_t *tvb, proto_tree *tree, const msturn_hello_t *hello)
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
void
msturn_answer_show_alone(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_hello_t *hello,
                         msturn_answer_t answer)
{
    proto_item *item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, 0, 0,
                                                      "Microsoft TURN, answer to the pseudo-TLS hello: %s",
                                                      val_to_str_const(answer, msturn_answer_names, "unknown"));

    msturn_answer_show(tvb, pinfo, proto_item_add_subtree(item, ett_answer), item, hello, answer);
}

static hf_register_info hf[] = {
    { &hf_answered_by,
      { "Hello answered by", "msturn.answered_by", FT_UINT8, BASE_DEC, VALS(msturn_answer_names), 0,
        "Who answered the pseudo-TLS hello", HFILL } },
    { &hf_answered_in,
      { "Hello answered in", "msturn.pseudotls.answered_in", FT_FRAMENUM, BASE_NONE,
        FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL } },
    { &hf_hello_in,
      { "Pseudo-TLS hello in", "msturn.pseudotls.hello_in", FT_FRAMENUM, BASE_NONE,
        FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL } },
    { &hf_answer_time,
      { "Time since the hello", "msturn.pseudotls.answer_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, NULL, HFILL } },
    { &hf_tunnelled,
      { "Inside an HTTP CONNECT tunnel", "msturn.pseudotls.tunnelled", FT_BOOLEAN, BASE_NONE, NULL, 0, NULL,
        HFILL } },
    { &hf_http_status,
      { "HTTP status", "msturn.answer.http_status", FT_UINT16, BASE_DEC, NULL, 0,
        "Status in the answer of an HTTP proxy", HFILL } },
    { &hf_http_reason, { "HTTP reason", "msturn.answer.http_reason", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL } },
    { &hf_tls_alert,
      { "TLS alert", "msturn.answer.tls_alert", FT_UINT8, BASE_DEC, VALS(alert_names), 0, NULL, HFILL } },
    { &hf_cert_subject,
      { "Certificate subject", "msturn.answer.certificate.subject", FT_STRING, BASE_NONE, NULL, 0,
        "Common name of the certificate of a genuine TLS server", HFILL } },
    { &hf_cert_issuer,
      { "Certificate issuer", "msturn.answer.certificate.issuer", FT_STRING, BASE_NONE, NULL, 0,
        "Common name of its issuer: an inspecting firewall signs with its own", HFILL } },
    { &hf_cert_names,
      { "Certificate DNS names", "msturn.answer.certificate.names", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL } },
};

static ei_register_info ei[] = {
    { &ei_edge,
      { "msturn.expert.answered_by_edge", PI_SEQUENCE, PI_CHAT, "The Edge answered the pseudo-TLS hello", EXPFILL } },
    { &ei_http_proxy,
      { "msturn.expert.answered_by_http_proxy", PI_SEQUENCE, PI_ERROR, "An HTTP proxy answered the pseudo-TLS hello",
        EXPFILL } },
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
      { "msturn.expert.hello_unanswered", PI_SEQUENCE, PI_ERROR, "Nobody answered the pseudo-TLS hello", EXPFILL } },
    { &ei_frames,
      { "msturn.expert.answered_without_hello", PI_SEQUENCE, PI_WARN,
        "MS-TURN frames came in place of the pseudo-TLS ServerHello", EXPFILL } },
    { &ei_other,
      { "msturn.expert.answered_by_other", PI_SEQUENCE, PI_ERROR,
        "The answer to the pseudo-TLS hello is neither TLS nor HTTP nor MS-TURN", EXPFILL } },
    { &ei_unseen,
      { "msturn.expert.answer_not_captured", PI_SEQUENCE, PI_NOTE,
        "The answer to the pseudo-TLS hello is not in the capture", EXPFILL } },
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

void
msturn_answer_show_register(int proto)
{
    static int *ett[] = { &ett_answer };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
    answer_tap = register_tap("msturn_hello");
}
