/* msturn-frame-header.c
 * Judging the headers of frames: is this one, how long is it, where is the next?
 *
 * Four bytes of header are little to go by in a stream that may have lost a segment, or that carries something else
 * from some point on. So a header has to be believable before its length is used: by what stands behind it, or by the
 * header that follows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-frame-header.h"

#include "turn/msturn-claim.h"

#define CHAIN 4 /* so many frames in a row are no accident */

static msturn_verdict_t
judge_control(tvbuff_t *tvb, int offset, int available, msturn_frame_t *frame)
{
    int length = frame->total - MSTURN_FRAME_HEADER;

    if (length < STUN_HEADER_LENGTH)
        return MSTURN_NO_FRAME;
    if (available < MSTURN_FRAME_HEADER + 4)
        return MSTURN_FRAME_NEEDS_MORE;
    if (available >= MSTURN_FRAME_HEADER + MSTURN_MIN_LENGTH)
        frame->certain = msturn_looks_like(tvb, offset + MSTURN_FRAME_HEADER, (unsigned)length);
    /* The message inside repeats the length: a type byte alone is no proof. */
    if (!frame->certain && tvb_get_ntohs(tvb, offset + MSTURN_FRAME_HEADER + 2) != length - STUN_HEADER_LENGTH)
        return MSTURN_NO_FRAME;
    return MSTURN_IS_FRAME;
}

/* Channel 0xFF10: the header is left to the demultiplexer. */
static msturn_verdict_t
judge_multiplex(tvbuff_t *tvb, int offset, int available, msturn_frame_t *frame)
{
    int length = frame->total - MULTIPLEX_HEADER_LENGTH;

    if (tvb_get_uint8(tvb, offset + 1) != (MSTURN_FRAME_MULTIPLEX & 0xff))
        return MSTURN_NO_FRAME;
    frame->type = MSTURN_FRAME_MULTIPLEX;
    frame->header = 0;
    if (length < STUN_HEADER_LENGTH || available < MULTIPLEX_HEADER_LENGTH + 8)
        return MSTURN_IS_FRAME;
    offset += MULTIPLEX_HEADER_LENGTH;
    frame->certain = msturn_looks_like(tvb, offset, (unsigned)length) ||
                     (tvb_get_ntohl(tvb, offset + 4) == STUN_COOKIE &&
                      tvb_get_ntohs(tvb, offset + 2) == length - STUN_HEADER_LENGTH);
    return MSTURN_IS_FRAME;
}

/* Judges the header of a relay's frame by itself. available: captured bytes from offset on. */
static msturn_verdict_t
judge_relay(tvbuff_t *tvb, int offset, int available, msturn_frame_t *frame)
{
    uint8_t type;

    frame->header = MSTURN_FRAME_HEADER;
    frame->certain = false;
    if (available < 1)
        return MSTURN_FRAME_NEEDS_MORE;
    type = tvb_get_uint8(tvb, offset);
    if (type != MSTURN_FRAME_CONTROL && type != MSTURN_FRAME_DATA && type != MSTURN_FRAME_MULTIPLEX >> 8)
        return MSTURN_NO_FRAME;
    if (available < MSTURN_FRAME_HEADER)
        return MSTURN_FRAME_NEEDS_MORE;
    frame->total = MSTURN_FRAME_HEADER + tvb_get_ntohs(tvb, offset + 2);
    frame->type = type;
    if (type == MSTURN_FRAME_CONTROL)
        return judge_control(tvb, offset, available, frame);
    if (type == MSTURN_FRAME_MULTIPLEX >> 8)
        return judge_multiplex(tvb, offset, available, frame);
    frame->certain = frame->total >= MSTURN_FRAME_HEADER + 2 + MSTURN_MIN_PEER_FRAME &&
                     available >= MSTURN_FRAME_HEADER + 2 &&
                     tvb_get_ntohs(tvb, offset + MSTURN_FRAME_HEADER) == frame->total - MSTURN_FRAME_HEADER - 2;
    return MSTURN_IS_FRAME;
}

/* Whether the first bytes of a payload of so many bytes are the header of a STUN message that fills it. */
static bool
stun_fills(tvbuff_t *tvb, int offset, int length)
{
    return length >= STUN_HEADER_LENGTH && tvb_captured_length_remaining(tvb, offset) >= 4 &&
           tvb_get_uint8(tvb, offset) <= 1 && tvb_get_ntohs(tvb, offset + 2) == length - STUN_HEADER_LENGTH;
}

bool
msturn_frame_holds_stun(tvbuff_t *tvb, int offset, int *length)
{
    const int available = tvb_captured_length_remaining(tvb, offset) - RFC4571_HEADER_LENGTH;

    if (available < STUN_HEADER_LENGTH)
        return false;
    *length = tvb_get_ntohs(tvb, offset);
    return *length <= available && stun_fills(tvb, offset + RFC4571_HEADER_LENGTH, *length);
}

static msturn_verdict_t
judge_peer(tvbuff_t *tvb, int offset, int available, msturn_frame_t *frame)
{
    if (available < RFC4571_HEADER_LENGTH)
        return MSTURN_FRAME_NEEDS_MORE;
    frame->header = RFC4571_HEADER_LENGTH;
    frame->total = RFC4571_HEADER_LENGTH + tvb_get_ntohs(tvb, offset);
    frame->type = MSTURN_FRAME_PEER;
    frame->certain = stun_fills(tvb, offset + RFC4571_HEADER_LENGTH, frame->total - RFC4571_HEADER_LENGTH);
    return MSTURN_IS_FRAME;
}

/* A message without a frame: nothing else may stand in such a stream. */
static msturn_verdict_t
judge_bare(tvbuff_t *tvb, int offset, int available, msturn_frame_t *frame)
{
    if (available < 4)
        return MSTURN_FRAME_NEEDS_MORE;
    if (tvb_get_uint8(tvb, offset) > 1)
        return MSTURN_NO_FRAME;
    frame->header = 0;
    frame->total = STUN_HEADER_LENGTH + tvb_get_ntohs(tvb, offset + 2);
    frame->type = MSTURN_FRAME_BARE;
    frame->certain = msturn_looks_like(tvb, offset, (unsigned)frame->total) ||
                     (available >= 8 && tvb_get_ntohl(tvb, offset + 4) == STUN_COOKIE);
    return MSTURN_IS_FRAME;
}

msturn_verdict_t
msturn_frame_judge(tvbuff_t *tvb, int offset, msturn_framing_t framing, msturn_frame_t *frame)
{
    int available = tvb_captured_length_remaining(tvb, offset);

    switch (framing) {
    case MSTURN_FRAMING_PEER:
        return judge_peer(tvb, offset, available, frame);
    case MSTURN_FRAMING_BARE:
        return judge_bare(tvb, offset, available, frame);
    default:
        return judge_relay(tvb, offset, available, frame);
    }
}

/* RFC 4571 knows no wrong header, so its payload has to speak: RTP, RTCP or STUN. Nor does a bare message. */
static bool
payload_speaks(tvbuff_t *tvb, int offset, msturn_framing_t framing, const msturn_frame_t *frame)
{
    uint8_t first;

    if (framing == MSTURN_FRAMING_RELAY)
        return frame->type == MSTURN_FRAME_MULTIPLEX || tvb_get_uint8(tvb, offset + 1) == 0;
    if (framing == MSTURN_FRAMING_BARE)
        return frame->certain;
    if (frame->total < RFC4571_HEADER_LENGTH + MSTURN_MIN_PEER_FRAME)
        return false;
    if (tvb_captured_length_remaining(tvb, offset) <= RFC4571_HEADER_LENGTH)
        return true;
    first = tvb_get_uint8(tvb, offset + RFC4571_HEADER_LENGTH);
    return first >> 6 == 2 || frame->certain;
}

/* Whether frames follow each other from offset on: to the end of the tvb exactly, or for a while. */
static bool
chain_holds(tvbuff_t *tvb, int offset, msturn_framing_t framing)
{
    int end = (int)tvb_reported_length(tvb);

    for (int i = 0; i < CHAIN; i++) {
        msturn_frame_t frame;
        msturn_verdict_t verdict = msturn_frame_judge(tvb, offset, framing, &frame);

        if (verdict == MSTURN_FRAME_NEEDS_MORE)
            return i > 0; /* the data ends within a header, behind a whole frame */
        if (verdict == MSTURN_NO_FRAME || !payload_speaks(tvb, offset, framing, &frame))
            return false;
        if (frame.certain)
            return true;
        offset += frame.total;
        if (offset == end)
            return true;
        if (offset > end)
            return i > 0;
    }
    return true;
}

int
msturn_frame_find(tvbuff_t *tvb, int offset, msturn_framing_t framing)
{
    int captured = (int)tvb_captured_length(tvb);

    for (; offset + MSTURN_FRAME_HEADER <= captured; offset++) {
        if (chain_holds(tvb, offset, framing))
            return offset;
    }
    return -1;
}

bool
msturn_frame_certain(tvbuff_t *tvb, int offset)
{
    msturn_frame_t frame;

    return msturn_frame_judge(tvb, offset, MSTURN_FRAMING_RELAY, &frame) == MSTURN_IS_FRAME && frame.certain &&
           tvb_get_uint8(tvb, offset + 1) == 0 &&
           (frame.type == MSTURN_FRAME_CONTROL || frame.total <= tvb_reported_length_remaining(tvb, offset));
}

bool
msturn_frame_may_follow(tvbuff_t *tvb, int offset)
{
    static const uint8_t cookie[] = { 0x00, 0x0f, 0x00, 0x04, 0x72, 0xc6, 0x4b, 0xc6 };
    int available = tvb_captured_length_remaining(tvb, offset);
    int beyond = available - MSTURN_FRAME_HEADER - STUN_HEADER_LENGTH;
    unsigned length;

    if (available < MSTURN_FRAME_HEADER || tvb_get_ntohs(tvb, offset) != MSTURN_FRAME_CONTROL << 8)
        return false;
    length = tvb_get_ntohs(tvb, offset + 2);
    if (length < MSTURN_MIN_LENGTH || (available > 4 && tvb_get_uint8(tvb, offset + 4) > 1))
        return false;
    if (available >= 8 && tvb_get_ntohs(tvb, offset + 6) != length - STUN_HEADER_LENGTH)
        return false;
    return beyond <= 0 || tvb_memeql(tvb, offset + MSTURN_FRAME_HEADER + STUN_HEADER_LENGTH, cookie,
                                     MIN((size_t)beyond, sizeof cookie)) == 0;
}

/* A frame whose reserved byte is set may be a mistake of the sender, or no frame at all. */
static bool
breaks_rule(tvbuff_t *tvb, int offset, const msturn_frame_t *frame)
{
    return (frame->type == MSTURN_FRAME_CONTROL || frame->type == MSTURN_FRAME_DATA) && !frame->certain &&
           tvb_get_uint8(tvb, offset + 1) != 0;
}

/* Whether a frame that ends at offset leads to another one, or to the end of the data. */
static bool
lands(tvbuff_t *tvb, int offset, msturn_framing_t framing)
{
    return offset == (int)tvb_reported_length(tvb) || chain_holds(tvb, offset, framing);
}

msturn_verdict_t
msturn_frame_judge_next(tvbuff_t *tvb, int offset, msturn_framing_t framing, msturn_frame_t *frame)
{
    msturn_verdict_t verdict = msturn_frame_judge(tvb, offset, framing, frame);

    if (verdict != MSTURN_IS_FRAME || !breaks_rule(tvb, offset, frame))
        return verdict;
    /* What would tell may stand in what the snap length cut. */
    if (tvb_captured_length(tvb) < tvb_reported_length(tvb))
        return MSTURN_FRAME_NEEDS_MORE;
    return lands(tvb, offset + frame->total, framing) ? MSTURN_IS_FRAME : MSTURN_NO_FRAME;
}

unsigned
msturn_count_peer_frames(tvbuff_t *tvb)
{
    int length = (int)tvb_reported_length(tvb);
    int offset = 0;
    unsigned count = 0;

    while (offset + RFC4571_HEADER_LENGTH + MSTURN_MIN_PEER_FRAME <= length &&
           tvb_captured_length_remaining(tvb, offset) >= RFC4571_HEADER_LENGTH) {
        offset += RFC4571_HEADER_LENGTH + tvb_get_ntohs(tvb, offset);
        count++;
        if (offset == length)
            return count;
    }
    return 0;
}
