/* msturn-hello.h
 * A pseudo-TLS ClientHello and what became of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_HELLO_H
#define MSICE_MSTURN_HELLO_H

#include "base/compat.h"
#include "carriers/msturn-certificate.h"

typedef enum {
    MSTURN_ANSWER_NONE,        /* nobody, as far as the capture goes */
    MSTURN_ANSWER_EDGE,        /* the pseudo-TLS ServerHello of [MS-TURN] 2.1.1 */
    MSTURN_ANSWER_HTTP_PROXY,  /* an HTTP status line */
    MSTURN_ANSWER_TLS_SERVER,  /* a genuine TLS handshake */
    MSTURN_ANSWER_TLS_ALERT,   /* a TLS alert */
    MSTURN_ANSWER_RESET,       /* RST from the server's side */
    MSTURN_ANSWER_CLOSED,      /* FIN from the server's side */
    MSTURN_ANSWER_GAVE_UP,     /* the client closed or reset the connection without having got an answer */
    MSTURN_ANSWER_FRAMES,      /* MS-TURN frames at once, without a ServerHello */
    MSTURN_ANSWER_OTHER,       /* data that is none of these */
    MSTURN_ANSWER_UNSEEN,      /* somebody: what the server's side said first is not in the capture, or comes late */
    MSTURN_ANSWER_EDGE_UNSEEN, /* the same, and it was the Edge, by what follows */
    MSTURN_ANSWERS
} msturn_answer_t;

/* File scope; written by msturn-answer.c only. */
typedef struct msturn_hello {
    uint32_t hello_frame;
    nstime_t hello_time;
    address client;
    address server; /* as the client addressed it: the proxy, when tunnelled */
    uint16_t client_port;
    uint16_t server_port;
    bool tunnelled; /* sent through an HTTP CONNECT tunnel */
    bool has_answer_seq;
    uint32_t answer_seq;              /* TCP sequence number that the answer begins with */
    msturn_answer_t answer, before;   /* before: the one that it has replaced */
    uint32_t answer_frame;            /* the frame that proves it, 0 = none */
    uint32_t told_in[MSTURN_ANSWERS]; /* frames that said so, also what others replace since; 0 = none */
    uint16_t http_status;             /* of an HTTP proxy, 0 = not readable */
    const char *http_reason;          /* may be NULL */
    int tls_alert;                    /* description of a TLS alert, -1 = none */
    msturn_certificate_t certificate; /* of a TLS server, empty = not seen */
    uint32_t cert_frame;              /* the frame that completes it, 0 = none */
    struct msturn_stream *stream;     /* its connection */
} msturn_hello_t;

/* What the tap "msturn_hello" gets: for each frame that carries or answers a hello. */
typedef struct {
    const msturn_hello_t *hello;
    bool known; /* a later pass: hello->answer is final even on the frame of the hello */
} msturn_hello_tap_t;

/* The words for an outcome, as `msturn.answered_by` shows it. */
extern const value_string msturn_answer_names[];

#endif
