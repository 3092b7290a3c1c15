/* msturn-frame-header.h
 * Judging the headers of frames: is this one, how long is it, where is the next? [MS-TURN] 2.1.4, 2.2.3, RFC 4571
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FRAME_HEADER_H
#define MSICE_MSTURN_FRAME_HEADER_H

#include "base/compat.h"

typedef enum {
    MSTURN_FRAMING_RELAY, /* types 2 and 3 with a two-byte length, and 0xFF10, [MS-TURN] 2.1.4 and 2.2.3 */
    MSTURN_FRAMING_PEER   /* a two-byte length, RFC 4571: ICE-TCP between the peers */
} msturn_framing_t;

#define MSTURN_FRAME_HEADER   4
#define MSTURN_RFC4571_HEADER 2
#define MSTURN_STUN_COOKIE    0x2112a442 /* RFC 5389 6 */
#define MSTURN_MIN_PEER_FRAME 8          /* the smallest that RTP, RTCP and STUN can be */

/* The first byte of a relay's frame; 0 stands for RFC 4571. */
enum { MSTURN_FRAME_PEER = 0, MSTURN_FRAME_CONTROL = 2, MSTURN_FRAME_DATA = 3, MSTURN_FRAME_MULTIPLEX = 0xff10 };

typedef enum {
    MSTURN_NO_FRAME,
    MSTURN_FRAME_NEEDS_MORE, /* bytes, to judge */
    MSTURN_IS_FRAME
} msturn_verdict_t;

typedef struct {
    int total;     /* header and payload, bytes */
    int header;    /* bytes; 0 for 0xFF10, whose header the demultiplexer shows */
    unsigned type; /* MSTURN_FRAME_* */
    bool certain;  /* by more than the header */
} msturn_frame_t;

/* Judges the header at offset. Never throws, like all functions here. *frame is set when it is one. */
msturn_verdict_t msturn_frame_judge(tvbuff_t *tvb, int offset, msturn_framing_t framing, msturn_frame_t *frame);

/* Judges it as the one that has to come next in a stream: stricter where the header breaks a rule. */
msturn_verdict_t msturn_frame_judge_next(tvbuff_t *tvb, int offset, msturn_framing_t framing, msturn_frame_t *frame);

/* The next believable frame at or behind offset, or -1. */
int msturn_frame_find(tvbuff_t *tvb, int offset, msturn_framing_t framing);

/* Whether a frame begins at offset beyond doubt: a control frame that holds an MS-TURN message, or data with a
 * second, agreeing length inside. */
bool msturn_frame_certain(tvbuff_t *tvb, int offset);

/* Whether the bytes that are there, from offset on, can only be the beginning of such a control frame. */
bool msturn_frame_may_follow(tvbuff_t *tvb, int offset);

#endif
