/* msturn-frame-header.h
 * Judging the headers of frames: is this one, how long is it, where is the next? [MS-TURN] 2.1.4, 2.2.3, RFC 4571
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FRAME_HEADER_H
#define MSICE_MSTURN_FRAME_HEADER_H

#include "base/compat.h"
#include "knowledge/stun-numbers.h"

typedef enum {
    MSTURN_FRAMING_RELAY, /* types 2 and 3 with a two-byte length, and 0xFF10, [MS-TURN] 2.1.4 and 2.2.3 */
    MSTURN_FRAMING_PEER,  /* a two-byte length, RFC 4571: ICE-TCP between the peers */
    MSTURN_FRAMING_BARE   /* messages one behind the other, by the lengths in their headers */
} msturn_framing_t;

#define MSTURN_FRAME_HEADER   4
#define MSTURN_MIN_PEER_FRAME 8 /* the smallest that RTP, RTCP and STUN can be */

/* The first byte of a relay's frame; 0 and 1 stand for the other framings. */
enum {
    MSTURN_FRAME_PEER = 0,
    MSTURN_FRAME_BARE = 1,
    MSTURN_FRAME_CONTROL = 2,
    MSTURN_FRAME_DATA = 3,
    MSTURN_FRAME_MULTIPLEX = MULTIPLEX_CHANNEL
};

typedef enum {
    MSTURN_NO_FRAME,
    MSTURN_FRAME_NEEDS_MORE, /* bytes, to judge */
    MSTURN_IS_FRAME
} msturn_verdict_t;

typedef struct {
    int total;     /* header and payload, bytes */
    int header;    /* bytes; 0 for 0xFF10 and bare messages, whose headers the demultiplexer shows */
    unsigned type; /* MSTURN_FRAME_* */
    bool certain;  /* by more than the header */
} msturn_frame_t;

/* Judges the header at offset. Never throws, like all functions here. *frame is set when it is one. */
msturn_verdict_t msturn_frame_judge(tvbuff_t *tvb, int offset, msturn_framing_t framing, msturn_frame_t *frame);

/* Judges it as the one that has to come next in a stream: stricter where the header breaks a rule. */
msturn_verdict_t msturn_frame_judge_next(tvbuff_t *tvb, int offset, msturn_framing_t framing, msturn_frame_t *frame);

/* The next believable frame at or behind offset, or -1. */
int msturn_frame_find(tvbuff_t *tvb, int offset, msturn_framing_t framing);

/* Whether an RFC 4571 frame that holds a STUN message begins at offset, whole: *length bytes of message. */
bool msturn_frame_holds_stun(tvbuff_t *tvb, int offset, int *length);

/* Whether a frame begins at offset beyond doubt: a control frame that holds an MS-TURN message, or data with a
 * second, agreeing length inside. */
bool msturn_frame_certain(tvbuff_t *tvb, int offset);

/* Whether the bytes that are there, from offset on, can only be the beginning of such a control frame. */
bool msturn_frame_may_follow(tvbuff_t *tvb, int offset);

/* The number of RFC 4571 frames that fill the tvb exactly, 0 = it is not filled by such frames. */
unsigned msturn_count_peer_frames(tvbuff_t *tvb);

#endif
