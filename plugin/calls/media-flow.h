/* media-flow.h
 * The media that was told, as it stands between the one who tells (media-flow.c) and the one who asks (media.c).
 *
 * A flow is media from one address and port to another, the relay's where it goes through one; a stream is what one
 * SSRC sends in it. Each packet takes a few lookups, however many streams there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MEDIA_FLOW_H
#define MSICE_MEDIA_FLOW_H

#include "calls/calls.h"
#include "calls/rtp-stream.h"
#include "calls/spurts.h"

typedef struct {
    const facts_endpoint_t *endpoint;
    facts_key_t from, to;
    unsigned point; /* as far as it was known; 0 = of all: it is inside a TCP connection */
} flow_key_t;

typedef struct media_flow media_flow_t;

typedef struct {
    const media_flow_t *flow;
    uint32_t ssrc;
} stream_key_t;

typedef struct {
    stream_key_t key;
    rtp_stream_t rtp;
    unsigned gaps;  /* that were heeded */
    unsigned clock; /* that of the flow, when a packet was taken */
} stream_t;

struct media_flow {
    flow_key_t key;
    media_flow_t *next; /* of the endpoint */
    unsigned point;     /* where it was captured; inside a TCP connection, by whose clock its times are */
    stream_t *latest;   /* whose packet came last */
    const stream_t *main;
    unsigned gaps; /* in its TCP stream */
    unsigned streams;
    uint64_t packets, lost, bytes;
    uint32_t first_frame, last_frame;
    nstime_t first, last;
    nstime_t last_report; /* RTCP along it */
    spurts_t spurts;
    bool relayed;
    facts_key_t peer;
    bool own; /* concluded: one end is the computer where the call is watched */
    media_direction_t direction;
};

/* The flow with all of a key, the point among it; NULL = there is none. */
const media_flow_t *media_flow_find(const flow_key_t *key);

/* Seconds that a time by the clock of one point takes to be one by another's. */
double media_seconds_apart(unsigned from, unsigned to);

#endif
