/* rtp-stream.h
 * What the headers of one RTP stream tell: packets, loss and jitter, of RFC 3550.
 *
 * A stream is what one sender (SSRC) sends on one way. Its headers are clear in SRTP, too. A packet counts once,
 * however often the capture holds it, and only when a second one follows it in sequence: payloads that look like RTP
 * by chance have numbers of their own each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_RTP_STREAM_H
#define MSICE_RTP_STREAM_H

#include "base/compat.h"

/* A packet of the stream, as far as its header and the frame tell. */
typedef struct {
    uint32_t frame;
    unsigned length; /* bytes, from the RTP header on */
    nstime_t time;
    uint32_t timestamp;
    uint16_t sequence;
    uint8_t payload_type;
} rtp_packet_t;

/* A sequence number farther from the highest than this belongs to a new section: the sender began anew. So does a
 * nearer one where time says that nothing can have been lost in between, or that it is no late one. */
#define RTP_MOST_MISSING 3000

/* Numbers that are remembered, to tell late packets from copies: a power of two above RTP_MOST_MISSING. */
#define RTP_WINDOW 4096

/* The sequence numbers of a stream, extended by their wraps. */
typedef struct {
    bool begun;
    bool skips;              /* the next number begins a section, whatever lies in between */
    uint64_t first, highest; /* of the section */
    uint64_t received;       /* different ones from the first of the section on */
    uint64_t lost;           /* in the sections before */
    uint64_t seen[RTP_WINDOW / 64];
    double noted[RTP_WINDOW / 64]; /* when one of these came last, in seconds since the epoch; 0 = none has */
    double advanced;               /* when the highest came */
} rtp_sequence_t;

/* The interarrival jitter, RFC 3550 section 6.4.1. */
typedef struct {
    uint32_t clock; /* Hz; 0 = not known */
    bool fixed;     /* by the payload type */
    bool typed;     /* the payload type is set */
    uint8_t payload_type;
    bool begun;
    uint32_t timestamp; /* of the packet before */
    nstime_t time;
    double advance, passed; /* of timestamps, and of time in seconds, to estimate the clock from */
    unsigned steps;
    double jitter, sum; /* seconds: the running value, and all of them added up */
    uint64_t samples;
} rtp_jitter_t;

typedef struct {
    uint64_t packets;
    rtp_sequence_t sequence;
    rtp_jitter_t jitter;
    bool holds; /* a packet that waits for a second one: the first of the stream, or of a new section */
    rtp_packet_t held;
} rtp_stream_t;

/* Notes a packet in a stream that is all zero at first. Returns how many packets count from now on: 0 = none yet, or
 * it is a copy; 1 = this one; 2 = this one and the held one before it. */
unsigned rtp_stream_take(rtp_stream_t *stream, const rtp_packet_t *packet);

/* What came before the next packet is not in the capture: the numbers in between are not missed. */
void rtp_stream_skip(rtp_stream_t *stream);

/* Sets the times of the stream later, by so many seconds: a clock was wrong. */
void rtp_stream_shift(rtp_stream_t *stream, double seconds);

/* Packets that the sequence numbers miss: those behind the first and before the highest that did not come (yet), in
 * each section. */
uint64_t rtp_stream_lost(const rtp_stream_t *stream);

/* "audio" or "video" where the payload type is one that has its meaning from RFC 3551; else NULL. */
const char *rtp_stream_medium(const rtp_stream_t *stream);

/* The mean of the jitter in ms, negative = not known. */
double rtp_stream_jitter(const rtp_stream_t *stream);

#endif
