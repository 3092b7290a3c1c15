/* msturn-frames.c
 * Cutting frames out of a TCP stream, [MS-TURN] 2.1.4 and RFC 4571, and finding the way back after a gap.
 *
 * tcp_dissect_pdus() believes every length it meets. Here a stream may have lost a segment, or carry something else
 * from some point on; four bytes of header are little to go by, so a frame has to be believable before its length is
 * used, and after a loss the next believable one is looked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-frames.h"

#include "turn/packet-msturn.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/exceptions.h>
#include <epan/show_exception.h>

#define HEADER 4
#define RFC4571_HEADER 2
#define TYPE_CONTROL 2
#define TYPE_DATA 3
#define MULTIPLEX 0xff10
#define MULTIPLEX_HEADER 12 /* channel, length, session id */
#define STUN_COOKIE 0x2112a442 /* RFC 5389 6 */
#define CHAIN 4           /* so many frames in a row are no accident */
#define MAX_INFOS 8       /* frames of one segment that are told in the Info column */
#define MIN_PEER_FRAME 8  /* the smallest that RTP, RTCP and STUN can be */

static int proto_frames = -1;

static int hf_type = -1;
static int hf_reserved = -1;
static int hf_length = -1;
static int hf_inner_length = -1;
static int hf_rest = -1;
static int hf_skipped = -1;

static int ett_frame = -1;

static expert_field ei_lost = EI_INIT;
static expert_field ei_reserved = EI_INIT;
static expert_field ei_empty = EI_INIT;
static expert_field ei_cut = EI_INIT;
static expert_field ei_gap = EI_INIT;


static const value_string frame_types[] = {
    { TYPE_CONTROL, "TURN control message" },
    { TYPE_DATA, "End-to-end data" },
    { 0, NULL },
};

struct msturn_frames {
    msturn_framing_t framing;
    bool known;    /* next is valid */
    uint32_t next; /* TCP sequence number of the next frame */
    uint32_t end;  /* where that frame ends, when its header was seen; else next */
};

/* How a payload is entered, when not simply with a frame at its first byte. Kept with the packet for later passes. */
typedef struct {
    int rest;     /* bytes of an earlier frame in front */
    bool lost;    /* no frame boundary is known: look for one */
    int missing;  /* bytes of the stream that the capture has not got, 0 = none */
} entry_t;

/* A frame's header, or the judgement that there is none. */
typedef enum {
    NO_FRAME,
    NEEDS_MORE, /* bytes, to judge */
    IS_FRAME
} verdict_t;

typedef struct {
    int total; /* header and payload, bytes */
    int header;
    unsigned type; /* TYPE_*, MULTIPLEX; 0 = RFC 4571 */
    bool certain;  /* by more than the header */
} frame_t;

msturn_frames_t *
msturn_frames_new(msturn_framing_t framing)
{
    msturn_frames_t *frames = wmem_new0(wmem_file_scope(), msturn_frames_t);

    frames->framing = framing;
    return frames;
}

void
msturn_frames_begin_at(msturn_frames_t *frames, uint32_t seq)
{
    frames->known = true;
    frames->next = seq;
    frames->end = seq;
}

/* --- judging headers -------------------------------------------------------------------------------------------- */

static verdict_t
judge_control(tvbuff_t *tvb, int offset, int available, frame_t *frame)
{
    int length = frame->total - HEADER;

    if (length < MSTURN_HEADER_LENGTH)
        return NO_FRAME;
    if (available < HEADER + 4)
        return NEEDS_MORE;
    if (available >= HEADER + MSTURN_MIN_LENGTH)
        frame->certain = msturn_looks_like(tvb, offset + HEADER, (unsigned)length);
    /* The message inside repeats the length: a type byte alone is no proof. */
    if (!frame->certain && tvb_get_ntohs(tvb, offset + HEADER + 2) != length - MSTURN_HEADER_LENGTH)
        return NO_FRAME;
    return IS_FRAME;
}

/* Channel 0xFF10: the header is left to the demultiplexer. */
static verdict_t
judge_multiplex(tvbuff_t *tvb, int offset, int available, frame_t *frame)
{
    int length = frame->total - MULTIPLEX_HEADER;

    if (tvb_get_uint8(tvb, offset + 1) != (MULTIPLEX & 0xff))
        return NO_FRAME;
    frame->type = MULTIPLEX;
    frame->header = 0;
    if (length < MSTURN_HEADER_LENGTH || available < MULTIPLEX_HEADER + 8)
        return IS_FRAME;
    offset += MULTIPLEX_HEADER;
    frame->certain = msturn_looks_like(tvb, offset, (unsigned)length)
                     || (tvb_get_ntohl(tvb, offset + 4) == STUN_COOKIE
                         && tvb_get_ntohs(tvb, offset + 2) == length - MSTURN_HEADER_LENGTH);
    return IS_FRAME;
}

/* Judges the header of a relay's frame by itself. available: captured bytes from offset on. */
static verdict_t
judge_relay(tvbuff_t *tvb, int offset, int available, frame_t *frame)
{
    uint8_t type;

    frame->header = HEADER;
    frame->certain = false;
    if (available < 1)
        return NEEDS_MORE;
    type = tvb_get_uint8(tvb, offset);
    if (type != TYPE_CONTROL && type != TYPE_DATA && type != MULTIPLEX >> 8)
        return NO_FRAME;
    if (available < HEADER)
        return NEEDS_MORE;
    frame->total = HEADER + tvb_get_ntohs(tvb, offset + 2);
    frame->type = type;
    if (type == TYPE_CONTROL)
        return judge_control(tvb, offset, available, frame);
    if (type == MULTIPLEX >> 8)
        return judge_multiplex(tvb, offset, available, frame);
    frame->certain = frame->total >= HEADER + 2 + MIN_PEER_FRAME && available >= HEADER + 2
                     && tvb_get_ntohs(tvb, offset + HEADER) == frame->total - HEADER - 2;
    return IS_FRAME;
}

static verdict_t
judge_peer(tvbuff_t *tvb, int offset, int available, frame_t *frame)
{
    if (available < RFC4571_HEADER)
        return NEEDS_MORE;
    frame->header = RFC4571_HEADER;
    frame->total = RFC4571_HEADER + tvb_get_ntohs(tvb, offset);
    frame->type = 0;
    frame->certain = available >= RFC4571_HEADER + 8 && frame->total >= RFC4571_HEADER + MSTURN_HEADER_LENGTH
                     && tvb_get_ntohl(tvb, offset + RFC4571_HEADER + 4) == STUN_COOKIE
                     && tvb_get_ntohs(tvb, offset + RFC4571_HEADER + 2)
                            == frame->total - RFC4571_HEADER - MSTURN_HEADER_LENGTH;
    return IS_FRAME;
}

static verdict_t
judge(tvbuff_t *tvb, int offset, msturn_framing_t framing, frame_t *frame)
{
    int available = tvb_captured_length_remaining(tvb, offset);

    return framing == MSTURN_FRAMING_RELAY ? judge_relay(tvb, offset, available, frame)
                                           : judge_peer(tvb, offset, available, frame);
}

/* RFC 4571 knows no wrong header, so its payload has to speak: RTP, RTCP or STUN. */
static bool
payload_speaks(tvbuff_t *tvb, int offset, msturn_framing_t framing, const frame_t *frame)
{
    uint8_t first;

    if (framing == MSTURN_FRAMING_RELAY)
        return frame->type == MULTIPLEX || tvb_get_uint8(tvb, offset + 1) == 0;
    if (frame->total < RFC4571_HEADER + MIN_PEER_FRAME)
        return false;
    if (tvb_captured_length_remaining(tvb, offset) <= RFC4571_HEADER)
        return true;
    first = tvb_get_uint8(tvb, offset + RFC4571_HEADER);
    return first >> 6 == 2 || frame->certain;
}

/* Whether frames follow each other from offset on: to the end of the tvb exactly, or for a while. */
static bool
chain_holds(tvbuff_t *tvb, int offset, msturn_framing_t framing)
{
    int end = (int)tvb_reported_length(tvb);

    for (int i = 0; i < CHAIN; i++) {
        frame_t frame;
        verdict_t verdict = judge(tvb, offset, framing, &frame);

        if (verdict == NEEDS_MORE)
            return i > 0; /* the data ends within a header, behind a whole frame */
        if (verdict == NO_FRAME || !payload_speaks(tvb, offset, framing, &frame))
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

/* The next believable frame at or behind offset, or -1. */
static int
find_frame(tvbuff_t *tvb, int offset, msturn_framing_t framing)
{
    int captured = (int)tvb_captured_length(tvb);

    for (; offset + HEADER <= captured; offset++) {
        if (chain_holds(tvb, offset, framing))
            return offset;
    }
    return -1;
}

bool
msturn_frame_certain(tvbuff_t *tvb, int offset)
{
    frame_t frame;

    return judge(tvb, offset, MSTURN_FRAMING_RELAY, &frame) == IS_FRAME && frame.certain
           && tvb_get_uint8(tvb, offset + 1) == 0
           && (frame.type == TYPE_CONTROL || frame.total <= tvb_reported_length_remaining(tvb, offset));
}

bool
msturn_frame_may_follow(tvbuff_t *tvb, int offset)
{
    static const uint8_t cookie[] = { 0x00, 0x0f, 0x00, 0x04, 0x72, 0xc6, 0x4b, 0xc6 };
    int available = tvb_captured_length_remaining(tvb, offset);
    int beyond = available - HEADER - MSTURN_HEADER_LENGTH;
    unsigned length;

    if (available < HEADER || tvb_get_ntohs(tvb, offset) != TYPE_CONTROL << 8)
        return false;
    length = tvb_get_ntohs(tvb, offset + 2);
    if (length < MSTURN_MIN_LENGTH || (available > 4 && tvb_get_uint8(tvb, offset + 4) > 1))
        return false;
    if (available >= 8 && tvb_get_ntohs(tvb, offset + 6) != length - MSTURN_HEADER_LENGTH)
        return false;
    return beyond <= 0
           || tvb_memeql(tvb, offset + HEADER + MSTURN_HEADER_LENGTH, cookie,
                         MIN((size_t)beyond, sizeof cookie))
                  == 0;
}

/* --- dissecting ------------------------------------------------------------------------------------------------- */

/* Hands a payload to the demultiplexer; what nobody knows stays data. */
static void
dissect_payload(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_carrier_t carrier)
{
    msturn_path_t path = { .carrier = carrier };
    unsigned length = tvb_reported_length(tvb);

    if (carrier == MSTURN_IN_TCP_CONTROL
        && (msturn_looks_like(tvb, 0, length) || tvb_captured_length(tvb) < 8
            || tvb_get_ntohl(tvb, 4) != STUN_COOKIE)) {
        msturn_dissect_message(tvb, pinfo, tree, &path);
        return;
    }
    if (msturn_demux(tvb, pinfo, tree, &path) == 0) {
        col_append_fstr(pinfo->cinfo, COL_INFO, "End-to-end data, %u bytes", length);
        call_data_dissector(tvb, pinfo, tree);
    }
}

/* The number of RFC 4571 frames that fill the tvb exactly, 0 = it is not filled by such frames. */
static unsigned
inner_frames(tvbuff_t *tvb)
{
    int length = (int)tvb_reported_length(tvb);
    int offset = 0;
    unsigned count = 0;

    while (offset + RFC4571_HEADER + MIN_PEER_FRAME <= length
           && tvb_captured_length_remaining(tvb, offset) >= RFC4571_HEADER) {
        offset += RFC4571_HEADER + tvb_get_ntohs(tvb, offset);
        count++;
        if (offset == length)
            return count;
    }
    return 0;
}

/* End-to-end data: RFC 4571 frames inside as Microsoft's clients send them, or the bare payload. */
static void
dissect_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_tree *frame_tree)
{
    unsigned count = inner_frames(tvb);
    int offset = 0;

    if (count == 0) {
        dissect_payload(tvb, pinfo, tree, MSTURN_IN_TCP_DATA);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        int length = tvb_get_ntohs(tvb, offset);

        proto_tree_add_item(frame_tree, hf_inner_length, tvb, offset, RFC4571_HEADER, ENC_BIG_ENDIAN);
        if (length > 0)
            dissect_payload(tvb_new_subset_length(tvb, offset + RFC4571_HEADER, length), pinfo, tree,
                            MSTURN_IN_TCP_DATA);
        offset += RFC4571_HEADER + length;
    }
}

static proto_tree *
add_header(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const frame_t *frame, bool cut)
{
    int length = frame->total - frame->header;
    proto_item *item;
    proto_tree *subtree;

    if (frame->type == 0)
        item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, frame->header,
                                              "Microsoft TURN, ICE-TCP frame (RFC 4571): %d bytes", length);
    else
        item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, frame->header,
                                              "Microsoft TURN, TCP frame: %s, %d bytes",
                                              val_to_str_const(frame->type, frame_types, "unknown"), length);
    subtree = proto_item_add_subtree(item, ett_frame);
    if (frame->type != 0) {
        proto_tree_add_item(subtree, hf_type, tvb, offset, 1, ENC_BIG_ENDIAN);
        proto_tree_add_item(subtree, hf_reserved, tvb, offset + 1, 1, ENC_BIG_ENDIAN);
        if (tvb_get_uint8(tvb, offset + 1) != 0)
            expert_add_info(pinfo, item, &ei_reserved);
    }
    proto_tree_add_item(subtree, hf_length, tvb, offset + frame->header - 2, 2, ENC_BIG_ENDIAN);
    if (length == 0)
        expert_add_info(pinfo, item, &ei_empty);
    if (cut)
        expert_add_info(pinfo, item, &ei_cut);
    return subtree;
}

static void
dissect_frame(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const frame_t *frame)
{
    int length = frame->total - frame->header;
    bool cut = frame->total > tvb_reported_length_remaining(tvb, offset);
    proto_tree *subtree = frame->header > 0 ? add_header(tvb, offset, pinfo, tree, frame, cut) : NULL;
    tvbuff_t *payload;

    if (length == 0) {
        col_append_str(pinfo->cinfo, COL_INFO, "Empty frame");
        return;
    }
    payload = tvb_new_subset_length(
        tvb, offset + frame->header, MIN(length, tvb_reported_length_remaining(tvb, offset + frame->header)));
    /* Half a message would be reported as a broken one. */
    if (cut) {
        col_append_fstr(pinfo->cinfo, COL_INFO, "Frame of %d bytes, cut", length);
        call_data_dissector(payload, pinfo, tree);
    } else if (frame->type == 0) {
        dissect_payload(payload, pinfo, tree, MSTURN_IN_TCP_RFC4571);
    } else if (frame->type == TYPE_DATA) {
        dissect_data(payload, pinfo, tree, subtree);
    } else {
        dissect_payload(payload, pinfo, tree,
                        frame->type == TYPE_CONTROL ? MSTURN_IN_TCP_CONTROL : MSTURN_IN_TCP_DATA);
    }
}

/* One frame must not cost us those behind it. */
static void
dissect_frame_safely(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const frame_t *frame)
{
    TRY
    {
        dissect_frame(tvb, offset, pinfo, tree, frame);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
}

static void
add_outside(tvbuff_t *tvb, int offset, int length, packet_info *pinfo, proto_tree *tree, int hf, expert_field *ei)
{
    const char *what = ei != NULL ? "bytes outside any frame" : "rest of a frame";
    proto_item *item
        = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, length, "Microsoft TURN, %s", what);
    proto_tree *subtree = proto_item_add_subtree(item, ett_frame);

    msturn_frames_next_info(pinfo);
    col_append_fstr(pinfo->cinfo, COL_INFO, "[%s]", what);
    proto_tree_add_item(subtree, hf, tvb, offset, length, ENC_NA);
    if (ei == NULL)
        return;
    expert_add_info_format(pinfo, item, ei,
                           "A frame should begin here, with type 2 or 3: %d bytes passed over. Check for segments that "
                           "the capture lost, or for something that changes the stream on the way.",
                           length);
}

/* --- the stream ------------------------------------------------------------------------------------------------- */

/* Compares where the payload begins with where the last one ended. First pass. */
static entry_t
enter(const msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset, int length)
{
    uint32_t seq = tcpinfo->seq + (uint32_t)offset;
    entry_t entry = { 0 };
    int32_t ahead = (int32_t)(frames->next - seq);

    if (!frames->known) {
        entry.lost = true;
        return entry;
    }
    if (ahead >= 0) {
        entry.rest = MIN(ahead, length);
        return entry;
    }
    entry.missing = -ahead;
    ahead = (int32_t)(frames->end - seq);
    if (frames->end != frames->next && ahead >= 0)
        entry.rest = MIN(ahead, length); /* the gap is inside a frame whose end is known */
    else
        entry.lost = true;
    return entry;
}

/* The entry of this payload, made on the first pass and kept where it says anything. */
static entry_t
entry_of(packet_info *pinfo, const msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset, int length)
{
    entry_t entry = { 0 };
    const entry_t *kept;
    uint32_t key;

    if (tcpinfo == NULL)
        return entry;
    key = tcpinfo->seq + (uint32_t)offset;
    if (PINFO_FD_VISITED(pinfo)) {
        kept = (const entry_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_frames, key);
        return kept != NULL ? *kept : entry;
    }
    entry = enter(frames, tcpinfo, offset, length);
    if (entry.rest != 0 || entry.lost || entry.missing != 0)
        p_add_proto_data(wmem_file_scope(), pinfo, proto_frames, key,
                         wmem_memdup(wmem_file_scope(), &entry, sizeof entry));
    return entry;
}

/* Notes where the frame begins that could not be dissected yet, and where it ends. First pass. */
static void
expect(packet_info *pinfo, msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset, int end)
{
    if (tcpinfo == NULL || PINFO_FD_VISITED(pinfo))
        return;
    frames->known = true;
    frames->next = tcpinfo->seq + (uint32_t)offset;
    frames->end = tcpinfo->seq + (uint32_t)end;
}

static void
forget(packet_info *pinfo, msturn_frames_t *frames)
{
    if (!PINFO_FD_VISITED(pinfo))
        frames->known = false;
}

void
msturn_frames_next_info(packet_info *pinfo)
{
    unsigned *told = (unsigned *)p_get_proto_data(pinfo->pool, pinfo, proto_frames, 0);

    if (told == NULL) {
        told = wmem_new0(pinfo->pool, unsigned);
        p_add_proto_data(pinfo->pool, pinfo, proto_frames, 0, told);
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "MS-TURN");
        col_clear(pinfo->cinfo, COL_INFO);
    } else if (*told < MAX_INFOS) {
        col_append_str(pinfo->cinfo, COL_INFO, " | ");
        col_set_fence(pinfo->cinfo, COL_INFO);
    } else if (*told == MAX_INFOS) {
        col_append_str(pinfo->cinfo, COL_INFO, " | ...");
        col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    }
    (*told)++;
}

/* A frame whose reserved byte is set may be a mistake of the sender, or no frame at all. */
static bool
breaks_rule(tvbuff_t *tvb, int offset, const frame_t *frame)
{
    return (frame->type == TYPE_CONTROL || frame->type == TYPE_DATA) && !frame->certain
           && tvb_get_uint8(tvb, offset + 1) != 0;
}

/* Whether a frame that ends at offset leads to another one, or to the end of the data. */
static bool
lands(tvbuff_t *tvb, int offset, msturn_framing_t framing)
{
    return offset == (int)tvb_reported_length(tvb) || chain_holds(tvb, offset, framing);
}

/* The frames from offset on. Returns when all is dissected or TCP was asked for more. */
static void
dissect_frames(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, msturn_frames_t *frames,
               const struct tcpinfo *tcpinfo, bool lost)
{
    int end = (int)tvb_reported_length(tvb);

    while (offset < end) {
        frame_t frame = { 0 };
        verdict_t verdict = lost ? NO_FRAME : judge(tvb, offset, frames->framing, &frame);

        if (verdict == IS_FRAME && breaks_rule(tvb, offset, &frame) && !lands(tvb, offset + frame.total, frames->framing))
            verdict = NO_FRAME;
        if (verdict == NO_FRAME) {
            int found = find_frame(tvb, offset, frames->framing);
            int skipped = (found < 0 ? end : found) - offset;

            lost = false;
            if (found < 0)
                forget(pinfo, frames);
            if (skipped > 0)
                add_outside(tvb, offset, skipped, pinfo, tree, hf_skipped, &ei_lost);
            if (found < 0)
                return;
            offset = found;
            continue;
        }
        if (verdict == NEEDS_MORE || frame.total > end - offset) {
            if (pinfo->can_desegment > 0 && tvb_captured_length(tvb) == tvb_reported_length(tvb)) {
                expect(pinfo, frames, tcpinfo, offset, verdict == IS_FRAME ? offset + frame.total : offset);
                pinfo->desegment_offset = offset;
                pinfo->desegment_len = verdict == IS_FRAME ? (uint32_t)(frame.total - (end - offset))
                                                           : DESEGMENT_ONE_MORE_SEGMENT;
                return;
            }
            if (verdict == NEEDS_MORE) {
                forget(pinfo, frames);
                add_outside(tvb, offset, end - offset, pinfo, tree, hf_rest, NULL);
                return;
            }
        }
        expect(pinfo, frames, tcpinfo, offset + frame.total, offset + frame.total);
        msturn_frames_next_info(pinfo);
        dissect_frame_safely(tvb, offset, pinfo, tree, &frame);
        offset += frame.total;
    }
}

void
msturn_frames_dissect(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, msturn_frames_t *frames,
                      void *tcpinfo)
{
    int length = tvb_reported_length_remaining(tvb, offset);
    entry_t entry;

    if (length <= 0)
        return;
    entry = entry_of(pinfo, frames, (const struct tcpinfo *)tcpinfo, offset, length);
    if (entry.missing > 0) {
        proto_tree_add_expert_format(tree, pinfo, &ei_gap, tvb, offset, 0,
                                     "%d bytes in front of this segment are not in the capture, or came out of order. "
                                     "Try the TCP preference to reassemble out-of-order segments.",
                                     entry.missing);
    }
    if (entry.rest > 0)
        add_outside(tvb, offset, entry.rest, pinfo, tree, hf_rest, NULL);
    dissect_frames(tvb, offset + entry.rest, pinfo, tree, frames, (const struct tcpinfo *)tcpinfo, entry.lost);
    col_set_writable(pinfo->cinfo, COL_INFO, TRUE);
}

void
proto_register_msturn_frames(void)
{
    static hf_register_info hf[] = {
        { &hf_type,
          { "Type", "msturn.frame.type", FT_UINT8, BASE_DEC, VALS(frame_types), 0, "[MS-TURN] 2.1.4", HFILL } },
        { &hf_reserved, { "Reserved", "msturn.frame.reserved", FT_UINT8, BASE_HEX, NULL, 0, "Has to be 0", HFILL } },
        { &hf_length,
          { "Length", "msturn.frame.length", FT_UINT16, BASE_DEC, NULL, 0, "Bytes behind the length", HFILL } },
        { &hf_inner_length,
          { "RFC 4571 length", "msturn.frame.rfc4571_length", FT_UINT16, BASE_DEC, NULL, 0,
            "Framing of the ICE-TCP stream inside end-to-end data", HFILL } },
        { &hf_rest,
          { "Rest of a frame", "msturn.frame.rest", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of a frame that could not be put together", HFILL } },
        { &hf_skipped,
          { "Bytes outside any frame", "msturn.frame.skipped", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_lost,
          { "msturn.expert.framing_lost", PI_PROTOCOL, PI_ERROR, "Bytes that are no MS-TURN frame", EXPFILL } },
        { &ei_reserved,
          { "msturn.expert.frame_reserved", PI_PROTOCOL, PI_ERROR,
            "The second byte of a frame has to be 0: the other side closes the connection", EXPFILL } },
        { &ei_empty,
          { "msturn.expert.frame_empty", PI_PROTOCOL, PI_WARN, "A frame without content", EXPFILL } },
        { &ei_cut,
          { "msturn.expert.frame_cut", PI_REASSEMBLE, PI_NOTE,
            "The frame goes on in segments that were not put together: see the TCP preferences on reassembly",
            EXPFILL } },
        { &ei_gap,
          { "msturn.expert.stream_gap", PI_SEQUENCE, PI_NOTE, "Bytes of the stream are not in the capture",
            EXPFILL } },
    };
    static int *ett[] = { &ett_frame };

    proto_frames = proto_register_protocol_in_name_only("Microsoft TURN frames", "MS-TURN frames", "msturn.frames",
                                                        msturn_proto(), FT_PROTOCOL);
    proto_register_field_array(msturn_proto(), hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(msturn_proto()), ei, array_length(ei));
}
