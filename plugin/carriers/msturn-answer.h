/* msturn-answer.h
 * Who answered a pseudo-TLS hello: the Edge, somebody on the way, or nobody. The one place that knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_ANSWER_H
#define MSICE_MSTURN_ANSWER_H

#include "base/compat.h"
#include "carriers/msturn-certificate.h"

typedef enum {
    MSTURN_ANSWER_NONE,       /* nobody, as far as the capture goes */
    MSTURN_ANSWER_EDGE,       /* the pseudo-TLS ServerHello of [MS-TURN] 2.1.1 */
    MSTURN_ANSWER_HTTP_PROXY, /* an HTTP status line */
    MSTURN_ANSWER_TLS_SERVER, /* a genuine TLS handshake */
    MSTURN_ANSWER_TLS_ALERT,  /* a TLS alert */
    MSTURN_ANSWER_RESET,      /* RST from the server's side */
    MSTURN_ANSWER_CLOSED,     /* FIN from the server's side */
    MSTURN_ANSWER_GAVE_UP,    /* the client closed or reset the connection without having got an answer */
    MSTURN_ANSWER_FRAMES,     /* MS-TURN frames at once, without a ServerHello */
    MSTURN_ANSWER_OTHER       /* data that is none of these */
} msturn_answer_t;

/* One pseudo-TLS ClientHello and what became of it. File scope; read only for everybody else. */
typedef struct msturn_hello {
    uint32_t number; /* from 1, in the order of the capture */
    uint32_t hello_frame;
    nstime_t hello_time;
    address client;
    address server; /* as the client addressed it: the proxy, when tunnelled */
    uint16_t client_port;
    uint16_t server_port;
    bool tunnelled; /* sent through an HTTP CONNECT tunnel */
    msturn_answer_t answer;
    uint32_t answer_frame; /* the frame that proves it, 0 = none */
    nstime_t answer_time;
    uint16_t http_status;             /* of an HTTP proxy, 0 = not readable */
    const char *http_reason;          /* may be NULL */
    int tls_alert;                    /* description of a TLS alert, -1 = none */
    msturn_certificate_t certificate; /* of a TLS server, empty = not seen */
    uint32_t cert_frame;              /* the frame that completes it, 0 = none */
} msturn_hello_t;

/* What the tap "msturn_hello" gets: for each frame that carries or answers a hello. */
typedef struct {
    const msturn_hello_t *hello;
    bool known; /* a later pass: hello->answer is final even on the frame of the hello */
} msturn_hello_tap_t;

/* How many hellos the dissection has met so far. */
unsigned msturn_hello_count(void);

/* The hello number index + 1 (index below msturn_hello_count()), in the order of the capture. */
const msturn_hello_t *msturn_hello_get(unsigned index);

/* The hello that a frame carries or answers (either way), NULL = none. On a first pass: as far as known. */
const msturn_hello_t *msturn_hello_of_frame(uint32_t frame);

/* A short name of an outcome, as `msturn.answered_by` shows it. */
const char *msturn_answer_name(msturn_answer_t answer);

/* --- for the stream dissector ---------------------------------------------------------------------------------- */

/* A ClientHello in this packet; first pass only. */
msturn_hello_t *msturn_hello_new(packet_info *pinfo);

/* What the first bytes of the server's side say; *more is set when there are too few to tell. Never throws. */
msturn_answer_t msturn_answer_classify(tvbuff_t *tvb, bool *more);

/* Notes who answered, in this packet; first pass only. tvb: the answer, for what can be read from it. */
void msturn_answer_settle(tvbuff_t *tvb, packet_info *pinfo, msturn_hello_t *hello, msturn_answer_t answer);

/* Adds links (and, where nobody answered, the finding) to the tree of the ClientHello. */
void msturn_hello_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                       const msturn_hello_t *hello);

/* Adds the answer to the tree of its message: link to the hello, who answered, finding. The Edge's ServerHello calls
 * this; every other answer is shown here, behind all dissectors. */
void msturn_answer_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                        const msturn_hello_t *hello);

/* Notes the certificate of a genuine TLS server, complete in this packet; first pass only. */
void msturn_answer_certificate(packet_info *pinfo, msturn_hello_t *hello, const msturn_certificate_t *certificate);

/* Whether what follows the answer belongs to the dissector of the one who answered; *handle becomes that one. */
bool msturn_answer_is_impostor(msturn_answer_t answer, dissector_handle_t *handle);

/* Registers the statistics on hellos; after the tap. */
void msturn_answer_register_statistics(void);

/* What is done at the end of a packet: tvb is the frame's, tree NULL when nobody sees it. Called by plugin.c. */
void msturn_answer_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_msturn_answer(void);
void proto_reg_handoff_msturn_answer(void);

#endif
