/* media.h
 * What the media of a call was like, each direction: how much, how much was lost, how even, how long silent.
 *
 * From RTP headers of the packets that passed the capture point after the capture showed one of their ends to be a
 * call's: RTCP, DTLS, copies, and what is quoted by ICMP errors do not count. "Sent" is what the computer sent where
 * the call is watched (call_is_own()), whatever way it took; what it sent is lost only behind the capture point, so
 * that loss in there is what the capture itself missed, when it was made on that computer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MEDIA_H
#define MSICE_MEDIA_H

#include "calls/calls.h"

/* Sums over the streams of a direction. Times are those of the capture; addresses have file scope. */
typedef struct {
    unsigned streams;
    uint64_t packets, lost, bytes;
    double loss;        /* percent */
    double jitter;      /* mean, in ms, of the stream with most packets; negative = not known */
    double gap;         /* longest silence of all streams together, in seconds */
    uint32_t gap_frame; /* the first behind that silence; 0 = none */
    double seconds;     /* in which there was media */
    uint32_t first_frame, last_frame;
    nstime_t first, last;
    nstime_t last_report; /* RTCP along one of the flows; 0 = none */
    facts_key_t from, to; /* of the flow with most packets, as on the wire */
    const char *medium;   /* of the stream with most packets, as far as its payload type says; NULL = it does not */
    bool relayed;         /* it goes inside TURN */
    facts_key_t peer;     /* that it comes from or goes to behind the relay; port 0 = not told */
} media_summary_t;

/* Fills in the media of a call in a direction as far as told; false = there was none. */
bool media_of_call(const facts_call_t *call, media_direction_t direction, media_summary_t *summary);

/* In how many seconds behind that time a packet of the direction was met. */
double media_seconds_after(const facts_call_t *call, media_direction_t direction, const nstime_t *when);

/* What another point than the call's own one has seen of its media: packets and loss, of the flows that both have
 * seen. */
typedef struct {
    uint64_t here, here_lost, there, there_lost;
} media_point_t;

/* Fills that in for a direction; false = it has seen none. Media inside TCP connections are not told by points. */
bool media_at_point(const facts_call_t *call, unsigned point, media_direction_t direction, media_point_t *seen);

#endif
