/* msturn-frames.c
 * Cutting frames out of a TCP stream, [MS-TURN] 2.1.4 and RFC 4571, and finding the way back after a gap.
 *
 * tcp_dissect_pdus() believes every length it meets. Here a stream may have lost a segment, or carry something else
 * from some point on; four bytes of header are little to go by, so a frame has to be believable before its length is
 * used, and after a loss the next believable one is looked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-frames.h"

#include "base/enabled.h"
#include "base/finding-add.h"
#include "base/layers.h"
#include "base/tcp-state.h"
#include "calls/facts.h"
#include "carriers/msturn-demux.h"
#include "carriers/msturn-inner.h"
#include "turn/msturn-claim.h"
#include "turn/packet-msturn.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/exceptions.h>
#include <epan/show_exception.h>

#define MAX_INFOS 8 /* frames of one segment that are told in the Info column */

static int proto_frames = -1;

static int hf_type = -1;
static int hf_reserved = -1;
static int hf_length = -1;
static int hf_rest = -1;
static int hf_skipped = -1;

static int ett_frame = -1;

static expert_field ei_lost = EI_INIT;
static expert_field ei_reserved = EI_INIT;
static expert_field ei_empty = EI_INIT;
static expert_field ei_cut = EI_INIT;
static expert_field ei_gap = EI_INIT;

static const value_string frame_types[] = {
    { MSTURN_FRAME_CONTROL, "TURN control message" },
    { MSTURN_FRAME_DATA, "End-to-end data" },
    { 0, NULL },
};

/* Bytes of no frame in a payload. */
typedef struct {
    int at, length;
} skip_t;

/* How a payload is read, when not simply one frame behind the other. Kept with the packet for later passes, on which
 * TCP hands over no more than what was dissected on the first: the bytes that followed may have told frames apart. */
typedef struct {
    int rest;    /* bytes of an earlier frame in front */
    bool lost;   /* no frame boundary is known: look for one */
    bool unseen; /* the same, by what the capture has not got: bytes in front of the next one are no fault */
    int missing; /* bytes of the stream that are not in the capture, or were not put together; 0 = none */
    bool
        handed; /* those had been handed over: they were to be put together with a segment that the snap length cut */
    bool waits; /* bytes outside any frame come again with the frame behind them, and are told then */
    wmem_array_t *skips; /* skip_t, in order; NULL = none */
} entry_t;

struct msturn_frames {
    msturn_framing_t framing;
    bool known;      /* next is valid */
    bool synced;     /* it has been before */
    uint32_t next;   /* TCP sequence number of the next frame */
    uint32_t end;    /* where that frame ends, when its header was seen; else next */
    entry_t again;   /* how what waits at next was entered, and is to be when it comes again */
    bool begun;      /* handed is valid */
    uint32_t handed; /* TCP sequence number behind all that came before this payload */
    bool unseen;     /* bytes of the stream may be missing, see msturn_frames_unseen() */
    msturn_inner_t *inner;
};

msturn_frames_t *
msturn_frames_new(msturn_framing_t framing)
{
    msturn_frames_t *frames = wmem_new0(wmem_file_scope(), msturn_frames_t);

    frames->framing = framing;
    frames->inner = msturn_inner_new();
    return frames;
}

void
msturn_frames_begin_at(msturn_frames_t *frames, uint32_t seq)
{
    frames->known = frames->synced = true;
    frames->next = seq;
    frames->end = seq;
    frames->again = (entry_t){ 0 };
}

static bool
is_snapped(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) < tvb_reported_length(tvb);
}

void
msturn_frames_unseen(msturn_frames_t *frames)
{
    frames->unseen = true;
}

/* --- dissecting ------------------------------------------------------------------------------------------------- */

/* Hands a payload to the demultiplexer; what nobody knows stays data. */
static void
dissect_payload(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, msturn_carrier_t carrier)
{
    msturn_path_t path = { .carrier = carrier };
    unsigned length = tvb_reported_length(tvb);

    if (carrier == MSTURN_IN_TCP_CONTROL &&
        (msturn_looks_like(tvb, 0, length) || tvb_captured_length(tvb) < 8 || tvb_get_ntohl(tvb, 4) != STUN_COOKIE)) {
        msturn_dissect_message(tvb, pinfo, tree, &path);
        return;
    }
    if (msturn_demux(tvb, pinfo, tree, &path) == 0) {
        col_append_fstr(pinfo->cinfo, COL_INFO, "End-to-end data, %u bytes", length);
        call_data_dissector(tvb, pinfo, tree);
    }
}

static void
dissect_end_to_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    dissect_payload(tvb, pinfo, tree, MSTURN_IN_TCP_DATA);
}

static proto_tree *
add_header(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const msturn_frame_t *frame, bool cut)
{
    int length = frame->total - frame->header;
    proto_item *item;
    proto_tree *subtree;

    if (frame->type == MSTURN_FRAME_PEER)
        item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, frame->header,
                                              "Microsoft TURN, ICE-TCP frame (RFC 4571): %d bytes", length);
    else
        item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, frame->header,
                                              "Microsoft TURN, TCP frame: %s, %d bytes",
                                              val_to_str_const(frame->type, frame_types, "unknown"), length);
    subtree = proto_item_add_subtree(item, ett_frame);
    if (frame->type != MSTURN_FRAME_PEER) {
        proto_tree_add_item(subtree, hf_type, tvb, offset, 1, ENC_BIG_ENDIAN);
        proto_tree_add_item(subtree, hf_reserved, tvb, offset + 1, 1, ENC_BIG_ENDIAN);
        if (tvb_get_uint8(tvb, offset + 1) != 0)
            finding_add(pinfo, item, &ei_reserved);
    }
    proto_tree_add_item(subtree, hf_length, tvb, offset + frame->header - 2, 2, ENC_BIG_ENDIAN);
    if (length == 0)
        finding_add(pinfo, item, &ei_empty);
    if (cut && is_snapped(tvb))
        finding_add_format(pinfo, item, &ei_cut,
                           "The frame goes on in other segments: with one that the snap length cut nothing is put "
                           "together.");
    else if (cut)
        finding_add(pinfo, item, &ei_cut);
    return subtree;
}

static msturn_carrier_t
carrier_of(const msturn_frame_t *frame)
{
    switch (frame->type) {
    case MSTURN_FRAME_PEER:
        return MSTURN_IN_TCP_RFC4571;
    case MSTURN_FRAME_BARE:
        return MSTURN_IN_PDU;
    case MSTURN_FRAME_CONTROL:
        return MSTURN_IN_TCP_CONTROL;
    default:
        return MSTURN_IN_TCP_DATA;
    }
}

static void
dissect_frame(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, msturn_inner_t *inner, uint32_t place,
              const msturn_frame_t *frame)
{
    int length = frame->total - frame->header;
    bool cut = frame->total > tvb_reported_length_remaining(tvb, offset);
    proto_tree *subtree = frame->header > 0 ? add_header(tvb, offset, pinfo, tree, frame, cut) : NULL;
    tvbuff_t *payload;

    if (length == 0) {
        col_append_str(pinfo->cinfo, COL_INFO, "Empty frame");
        return;
    }
    payload = tvb_new_subset_length(tvb, offset + frame->header,
                                    MIN(length, tvb_reported_length_remaining(tvb, offset + frame->header)));
    /* Half a message would be reported as a broken one. */
    if (cut) {
        facts_tell_stream_gap(pinfo);
        col_append_fstr(pinfo->cinfo, COL_INFO, "Frame of %d bytes, cut", length);
        call_data_dissector(payload, pinfo, tree);
    } else if (frame->type == MSTURN_FRAME_DATA) {
        /* RFC 4571 packets as Microsoft's clients send them, or the bare payload. */
        if (!msturn_inner_dissect(payload, pinfo, tree, subtree, inner, place, dissect_end_to_end))
            dissect_end_to_end(payload, pinfo, tree);
    } else {
        dissect_payload(payload, pinfo, tree, carrier_of(frame));
    }
}

/* One frame must not cost us those behind it. */
static void
dissect_frame_safely(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, msturn_inner_t *inner,
                     uint32_t place, const msturn_frame_t *frame)
{
    TRY
    {
        dissect_frame(tvb, offset, pinfo, tree, inner, place, frame);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
}

/* Bytes of the stream in front of a frame, or in place of one. wrong: a frame had to begin here. */
static void
add_outside(tvbuff_t *tvb, int offset, int length, packet_info *pinfo, proto_tree *tree, bool wrong)
{
    const char *what = wrong ? "bytes outside any frame" : "rest of a frame";
    const int captured = MIN(length, tvb_captured_length_remaining(tvb, offset));
    proto_item *item;
    proto_tree *subtree;

    offset = MIN(offset, (int)tvb_captured_length(tvb));
    item = proto_tree_add_protocol_format(tree, msturn_proto(), tvb, offset, captured, "Microsoft TURN, %s", what);
    subtree = proto_item_add_subtree(item, ett_frame);
    facts_tell_stream_gap(pinfo);
    msturn_frames_next_info(pinfo);
    col_append_fstr(pinfo->cinfo, COL_INFO, "[%s]", what);
    if (captured > 0)
        proto_tree_add_item(subtree, wrong ? hf_skipped : hf_rest, tvb, offset, captured, ENC_NA);
    if (captured < length)
        finding_add_format(
            pinfo, item, &ei_gap,
            "%d bytes of the stream were cut by the snap length. Frames are found again where the next "
            "one surely begins.",
            length - captured);
    if (!wrong)
        return;
    finding_add_format(pinfo, item, &ei_lost,
                       "A frame should begin here, with type 2 or 3: %d bytes passed over. Check for segments that "
                       "the capture lost, or for something that changes the stream on the way.",
                       length);
}

/* --- the stream ------------------------------------------------------------------------------------------------- */

/* Whether a payload is the first of its side, in a connection that the capture saw open. */
static bool
is_first(packet_info *pinfo, const struct tcpinfo *tcpinfo, int offset)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return tcpinfo->seq + (uint32_t)offset == 1 && conversation &&
           (tcp_state_seen(conversation) & (TCP_SEEN_SYN | TCP_SEEN_SYN_ACK)) != 0;
}

/* Compares where the payload begins with where the last one ended. First pass. */
static entry_t
enter(packet_info *pinfo, const msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset, int length)
{
    uint32_t seq = tcpinfo->seq + (uint32_t)offset;
    entry_t entry = { 0 };
    int32_t ahead = (int32_t)(frames->next - seq);

    if (!frames->known) {
        entry.lost = true;
        /* Of a connection that is known as ours by its other side, or that the capture begins in. */
        entry.unseen = frames->unseen || (!frames->synced && !is_first(pinfo, tcpinfo, offset));
        return entry;
    }
    if (ahead == 0)
        return frames->again;
    if (ahead > 0) {
        entry.rest = MIN(ahead, length);
        return entry;
    }
    entry.missing = -ahead;
    entry.handed = frames->unseen && frames->begun && (int32_t)(frames->handed - seq) >= 0;
    ahead = (int32_t)(frames->end - seq);
    if (frames->end != frames->next && ahead >= 0)
        entry.rest = MIN(ahead, length); /* the gap is inside a frame whose end is known */
    else
        entry.lost = true;
    entry.unseen = entry.lost && frames->unseen;
    return entry;
}

/* The entry of this payload, made on the first pass and kept (keep_entry) for others. */
static entry_t
entry_of(packet_info *pinfo, const msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset, int length)
{
    entry_t entry = { 0 };
    const entry_t *kept;

    if (tcpinfo == NULL)
        return entry;
    if (!PINFO_FD_VISITED(pinfo))
        return enter(pinfo, frames, tcpinfo, offset, length);
    kept = (const entry_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_frames, tcpinfo->seq + (uint32_t)offset);
    return kept != NULL ? *kept : entry;
}

/* Keeps an entry where it says anything. First pass. */
static void
keep_entry(packet_info *pinfo, const struct tcpinfo *tcpinfo, int offset, const entry_t *entry)
{
    const uint32_t key = tcpinfo != NULL ? tcpinfo->seq + (uint32_t)offset : 0;
    entry_t *kept;

    if (tcpinfo == NULL || PINFO_FD_VISITED(pinfo))
        return;
    kept = (entry_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_frames, key);
    if (kept != NULL) /* it has waited in this packet, and comes again */
        *kept = *entry;
    else if (entry->rest != 0 || entry->lost || entry->missing != 0 || entry->waits || entry->skips != NULL)
        p_add_proto_data(wmem_file_scope(), pinfo, proto_frames, key,
                         wmem_memdup(wmem_file_scope(), entry, sizeof *entry));
}

/* Notes bytes of no frame, in what is kept. First pass. */
static void
note_skip(const packet_info *pinfo, const struct tcpinfo *tcpinfo, entry_t *entry, int offset, int length)
{
    const skip_t skip = { offset, length };

    if (tcpinfo == NULL || PINFO_FD_VISITED(pinfo))
        return;
    if (entry->skips == NULL)
        entry->skips = wmem_array_new(wmem_file_scope(), sizeof(skip_t));
    wmem_array_append_one(entry->skips, skip);
}

/* The bytes of no frame that were noted at offset; NULL = none. *next, which begins with 0, goes along with offset.
 */
static const skip_t *
skip_at(const packet_info *pinfo, const entry_t *entry, int offset, unsigned *next)
{
    const unsigned count = entry->skips && PINFO_FD_VISITED(pinfo) ? wmem_array_get_count(entry->skips) : 0;

    for (; *next < count; (*next)++) {
        const skip_t *skip = (const skip_t *)wmem_array_index(entry->skips, *next);

        if (skip->at >= offset)
            return skip->at == offset ? skip : NULL;
    }
    return NULL;
}

/* Notes where the frame begins that could not be dissected yet, and where it ends. First pass. */
static void
expect(packet_info *pinfo, msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset, int end)
{
    if (tcpinfo == NULL || PINFO_FD_VISITED(pinfo))
        return;
    frames->known = frames->synced = true;
    frames->next = tcpinfo->seq + (uint32_t)offset;
    frames->end = tcpinfo->seq + (uint32_t)end;
    frames->again = (entry_t){ 0 };
}

/* Notes how far TCP has handed the stream over. First pass. */
static void
note_handed(const packet_info *pinfo, msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int end)
{
    uint32_t seq;

    if (tcpinfo == NULL || PINFO_FD_VISITED(pinfo))
        return;
    seq = tcpinfo->seq + (uint32_t)end;
    if (!frames->begun || (int32_t)(seq - frames->handed) > 0)
        frames->handed = seq;
    frames->begun = true;
}

/* Whether TCP, asked for more from offset on, hands over again what stands in front of that: it does when all of it
 * had come before this payload, and been kept because it was not enough. What was put together for another dissector,
 * before the connection was known as ours, may have. First pass. */
static bool
comes_again(const msturn_frames_t *frames, const struct tcpinfo *tcpinfo, int offset)
{
    if (tcpinfo == NULL)
        return false;
    if (!frames->begun)
        return tcpinfo->is_reassembled;
    return (int32_t)(frames->handed - (tcpinfo->seq + (uint32_t)offset)) >= 0;
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
        col_append_sep_str(pinfo->cinfo, COL_INFO, " | ", "");
        col_set_fence(pinfo->cinfo, COL_INFO);
    } else if (*told == MAX_INFOS) {
        col_append_str(pinfo->cinfo, COL_INFO, " | ...");
        col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    }
    (*told)++;
}

static void
dissect_beside(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const msturn_frames_t *frames,
               const struct tcpinfo *tcpinfo, const msturn_frame_t *frame)
{
    const wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);
    const uint32_t place = (tcpinfo ? tcpinfo->seq : pinfo->num << 16) + (uint32_t)offset;

    dissect_frame_safely(tvb, offset, pinfo, tree, frames->inner, place, frame);
    layers_forget(pinfo, last);
}

/* Asks TCP for the rest of a frame that begins at offset, and for all from `from` on again. False: no more comes. */
static bool
ask_for_rest(tvbuff_t *tvb, int from, int offset, packet_info *pinfo, msturn_frames_t *frames,
             const struct tcpinfo *tcpinfo, msturn_verdict_t verdict, const msturn_frame_t *frame)
{
    const bool known = verdict == MSTURN_IS_FRAME;

    if (pinfo->can_desegment == 0 || is_snapped(tvb))
        return false;
    expect(pinfo, frames, tcpinfo, from, known ? offset + frame->total : from);
    pinfo->desegment_offset = from;
    pinfo->desegment_len =
        known ? (uint32_t)(frame->total - tvb_reported_length_remaining(tvb, offset)) : DESEGMENT_ONE_MORE_SEGMENT;
    return true;
}

static bool
is_whole(tvbuff_t *tvb, int offset, msturn_verdict_t verdict, const msturn_frame_t *frame)
{
    return verdict == MSTURN_IS_FRAME && frame->total <= tvb_reported_length_remaining(tvb, offset);
}

/* Asks for more when the frame found behind bytes of none is not whole and those come again with its rest: only then
 * are they told, once. lost: no frame had to begin there. */
static bool
wait_with_skipped(tvbuff_t *tvb, int offset, int found, packet_info *pinfo, msturn_frames_t *frames,
                  const struct tcpinfo *tcpinfo, entry_t *entry, bool lost)
{
    msturn_frame_t frame = { 0 };
    msturn_verdict_t verdict;

    if (found <= offset || !(PINFO_FD_VISITED(pinfo) ? entry->waits : comes_again(frames, tcpinfo, found)))
        return false;
    verdict = msturn_frame_judge_next(tvb, found, frames->framing, &frame);
    entry->waits = verdict != MSTURN_NO_FRAME && !is_whole(tvb, found, verdict, &frame) &&
                   ask_for_rest(tvb, offset, found, pinfo, frames, tcpinfo, verdict, &frame);
    if (entry->waits && lost && !PINFO_FD_VISITED(pinfo))
        frames->again = (entry_t){ .lost = true, .unseen = entry->unseen };
    return entry->waits;
}

/* The frames from offset on. Returns when all is dissected or TCP was asked for more. */
static void
dissect_frames(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, msturn_frames_t *frames,
               const struct tcpinfo *tcpinfo, entry_t *entry)
{
    int end = (int)tvb_reported_length(tvb);
    bool lost = entry->lost;
    unsigned next = 0;

    while (offset < end) {
        msturn_frame_t frame = { 0 };
        const skip_t *skip = skip_at(pinfo, entry, offset, &next);
        msturn_verdict_t verdict =
            lost || skip ? MSTURN_NO_FRAME : msturn_frame_judge_next(tvb, offset, frames->framing, &frame);

        if (verdict == MSTURN_NO_FRAME) {
            int found = skip ? MIN(offset + skip->length, end) : msturn_frame_find(tvb, offset, frames->framing);

            if (!PINFO_FD_VISITED(pinfo))
                msturn_inner_lost(frames->inner);
            if (wait_with_skipped(tvb, offset, found, pinfo, frames, tcpinfo, entry, lost))
                return;
            if (found < 0) {
                forget(pinfo, frames);
                found = end;
            }
            if (found > offset) {
                note_skip(pinfo, tcpinfo, entry, offset, found - offset);
                add_outside(tvb, offset, found - offset, pinfo, tree, !lost || !entry->unseen);
            }
            lost = false;
            offset = found;
            continue;
        }
        if (!is_whole(tvb, offset, verdict, &frame)) {
            if (ask_for_rest(tvb, offset, offset, pinfo, frames, tcpinfo, verdict, &frame))
                return;
            if (verdict == MSTURN_FRAME_NEEDS_MORE) {
                forget(pinfo, frames);
                add_outside(tvb, offset, end - offset, pinfo, tree, false);
                return;
            }
        }
        expect(pinfo, frames, tcpinfo, offset + frame.total, offset + frame.total);
        msturn_frames_next_info(pinfo);
        dissect_beside(tvb, offset, pinfo, tree, frames, tcpinfo, &frame);
        offset += frame.total;
    }
}

/* Tells of bytes in front of a payload. */
static void
show_missing(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, const msturn_frames_t *frames,
             const entry_t *entry)
{
    facts_tell_stream_gap(pinfo);
    if (!PINFO_FD_VISITED(pinfo))
        msturn_inner_lost(frames->inner);
    finding_add_bytes_format(tree, pinfo, &ei_gap, tvb, MIN(offset, (int)tvb_captured_length(tvb)), 0,
                             entry->handed
                                 ? "%d bytes in front of this segment go on in one that the snap length cut: nothing "
                                   "is put together with it."
                                 : "%d bytes in front of this segment are not in the capture, or came out of order. "
                                   "Try the TCP preference to reassemble out-of-order segments.",
                             entry->missing);
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
    if (entry.missing > 0)
        show_missing(tvb, offset, pinfo, tree, frames, &entry);
    if (entry.rest > 0)
        add_outside(tvb, offset, entry.rest, pinfo, tree, false);
    dissect_frames(tvb, offset + entry.rest, pinfo, tree, frames, (const struct tcpinfo *)tcpinfo, &entry);
    keep_entry(pinfo, (const struct tcpinfo *)tcpinfo, offset, &entry);
    note_handed(pinfo, frames, (const struct tcpinfo *)tcpinfo, offset + length);
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
        { &ei_empty, { "msturn.expert.frame_empty", PI_PROTOCOL, PI_WARN, "A frame without content", EXPFILL } },
        { &ei_cut,
          { "msturn.expert.frame_cut", PI_REASSEMBLE, PI_NOTE,
            "The frame goes on in segments that were not put together: see the TCP preferences on reassembly",
            EXPFILL } },
        { &ei_gap,
          { "msturn.expert.stream_gap", PI_SEQUENCE, PI_NOTE, "Bytes of the stream are not in the capture",
            EXPFILL } },
    };
    static int *ett[] = { &ett_frame };

    proto_frames = enabled_add_internal("Microsoft TURN frames", "MS-TURN frames", "msturn_frames");
    proto_register_field_array(msturn_proto(), hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(msturn_proto()), ei, array_length(ei));
}
