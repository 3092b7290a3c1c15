/* msturn-inner.c
 * The ICE-TCP stream inside end-to-end data: RFC 4571 packets, also over several frames.
 *
 * A relay frames what it has read of the peer's stream, [MS-TURN] 2.1.4; nothing makes it read packet by packet.
 * Microsoft's clients send a packet a frame, so a stream is taken for one of packets when a frame was seen that they
 * fill, or begins with a whole one that can be media or STUN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-inner.h"

#include "carriers/msturn-frame-header.h"
#include "turn/packet-msturn.h"

#include <epan/reassemble.h>

/* A packet has no more: putting them together takes longer with each. */
#define MOST_PIECES 1000

static int hf_length = -1;
static int hf_rest = -1;
static int hf_fragments = -1;
static int hf_fragment = -1;
static int hf_overlap = -1;
static int hf_overlap_conflict = -1;
static int hf_multiple_tails = -1;
static int hf_too_long = -1;
static int hf_error = -1;
static int hf_count = -1;
static int hf_reassembled_in = -1;
static int hf_reassembled_length = -1;

static int ett_fragment = -1;
static int ett_fragments = -1;

static reassembly_table packets;

static const fragment_items items = {
    &ett_fragment,        &ett_fragments,         &hf_fragments, &hf_fragment,     &hf_overlap,
    &hf_overlap_conflict, &hf_multiple_tails,     &hf_too_long,  &hf_error,        &hf_count,
    &hf_reassembled_in,   &hf_reassembled_length, NULL,          "RFC 4571 pieces"
};

/* How a frame is entered, when not simply with a packet at its first byte that ends where it ends. */
typedef struct {
    bool unknown; /* where in the stream it begins */
    int rest;     /* bytes of an open packet in front */
    uint32_t id;  /* of that packet */
    bool more;    /* it goes on behind them */
    bool half;    /* the second byte of a length is in front */
    uint8_t high; /* its first byte, at the end of the frame before */
} entry_t;

struct msturn_inner {
    bool seen;       /* the stream is one of packets */
    bool lost;       /* where the next packet begins is not known */
    int left;        /* bytes that the open packet lacks, 0 = none is open */
    uint32_t id;     /* of the open packet: the place that it begins at */
    unsigned pieces; /* of the open packet so far */
    bool half;       /* the last frame ended with the first byte of a length */
    uint8_t high;    /* that byte */
    bool begun;      /* last is valid */
    uint32_t last;   /* place of the frame that was entered last */
    wmem_map_t *entries;
};

/* A frame under dissection. */
typedef struct {
    packet_info *pinfo;
    proto_tree *tree, *frame_tree;
    msturn_inner_t *inner;
    uint32_t place;
    bool repeated; /* on the first pass: it was there before, and is put together with nothing */
    msturn_inner_payload_t payload;
} frame_t;

msturn_inner_t *
msturn_inner_new(void)
{
    msturn_inner_t *inner = wmem_new0(wmem_file_scope(), msturn_inner_t);

    inner->entries = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    return inner;
}

void
msturn_inner_lost(msturn_inner_t *inner)
{
    inner->left = 0;
    inner->half = false;
    inner->lost = true;
}

/* Whether a packet may begin at offset that holds media (version 2) or STUN. */
static bool
may_begin(tvbuff_t *tvb, int offset)
{
    const int captured = tvb_captured_length_remaining(tvb, offset + RFC4571_HEADER_LENGTH);

    if (captured < 1 || tvb_get_ntohs(tvb, offset) < MSTURN_MIN_PEER_FRAME)
        return false;
    if (tvb_get_uint8(tvb, offset + RFC4571_HEADER_LENGTH) >> 6 == 2)
        return true;
    return captured >= 8 && tvb_get_ntohl(tvb, offset + RFC4571_HEADER_LENGTH + 4) == STUN_COOKIE;
}

/* The same where one has to begin by what came before. A frame that is too short to hold media or STUN by itself is
 * the beginning of a packet, unless its bytes say otherwise. */
static bool
may_come_next(tvbuff_t *tvb)
{
    const int captured = (int)tvb_captured_length(tvb);

    if (captured < RFC4571_HEADER_LENGTH)
        return true;
    if (captured == RFC4571_HEADER_LENGTH)
        return tvb_get_ntohs(tvb, 0) >= MSTURN_MIN_PEER_FRAME;
    return may_begin(tvb, 0) ||
           (captured < RFC4571_HEADER_LENGTH + 8 && tvb_get_ntohs(tvb, 0) >= STUN_HEADER_LENGTH &&
            tvb_get_uint8(tvb, RFC4571_HEADER_LENGTH) <= 1);
}

/* Whether the content begins with a whole packet, and cannot be media itself. */
static bool
begins_whole(tvbuff_t *tvb)
{
    return may_begin(tvb, 0) && tvb_get_uint8(tvb, 0) >> 6 != 2 &&
           RFC4571_HEADER_LENGTH + (int)tvb_get_ntohs(tvb, 0) <= (int)tvb_reported_length(tvb);
}

/* The same where nothing else says so: another packet begins behind it. */
static bool
surely_begins(tvbuff_t *tvb)
{
    return begins_whole(tvb) && may_begin(tvb, RFC4571_HEADER_LENGTH + tvb_get_ntohs(tvb, 0));
}

/* How the next frame is entered; NULL when it is filled by packets, or nothing says that it is of such a stream.
 * First pass. */
static const entry_t *
enter(tvbuff_t *tvb, msturn_inner_t *inner, uint32_t place)
{
    const int length = (int)tvb_reported_length(tvb);
    entry_t entry = { 0 };

    if (inner->left > 0 && ++inner->pieces >= MOST_PIECES)
        msturn_inner_lost(inner);
    if (inner->left > 0) {
        entry.rest = MIN(inner->left, length);
        entry.id = inner->id;
        entry.more = inner->left > length;
        inner->left -= entry.rest;
    } else if (msturn_count_peer_frames(tvb) > 0) {
        inner->seen = true;
        inner->lost = inner->half = false;
        return NULL;
    } else if (inner->half) {
        entry.half = true;
        entry.high = inner->high;
        inner->half = false;
    } else if (inner->seen && !inner->lost ? !may_come_next(tvb) : !inner->seen && !begins_whole(tvb)) {
        return NULL; /* at the end of a packet, or where none was seen: bare payload */
    } else {
        entry.unknown = inner->lost && !surely_begins(tvb);
        inner->seen = true;
        inner->lost = entry.unknown;
    }
    wmem_map_insert(inner->entries, GUINT_TO_POINTER(place), wmem_memdup(wmem_file_scope(), &entry, sizeof entry));
    return (const entry_t *)wmem_map_lookup(inner->entries, GUINT_TO_POINTER(place));
}

/* Goes on to a frame; false when TCP has handed it over before. First pass. */
static bool
go_on(msturn_inner_t *inner, uint32_t place)
{
    if (inner->begun && (int32_t)(place - inner->last) <= 0)
        return false;
    inner->begun = true;
    inner->last = place;
    return true;
}

static void
show_piece(const frame_t *frame, tvbuff_t *tvb, int offset, int length)
{
    proto_tree_add_item(frame->frame_tree, hf_rest, tvb, offset, length, ENC_NA);
    col_append_sep_fstr(frame->pinfo->cinfo, COL_INFO, ", ", "End-to-end data, piece of %d bytes", length);
}

/* A piece of a packet that goes on in another frame, or comes from one before. */
static void
add_piece(const frame_t *frame, tvbuff_t *tvb, int offset, int length, uint32_t id, bool more)
{
    fragment_head *head = frame->repeated ? NULL
                                          : fragment_add_seq_next(&packets, tvb, offset, frame->pinfo, id, NULL,
                                                                  (uint32_t)length, more);
    tvbuff_t *whole =
        process_reassembled_data(tvb, offset, frame->pinfo, "RFC 4571 packet", head, &items, NULL, frame->frame_tree);

    if (whole)
        frame->payload(whole, frame->pinfo, frame->tree);
    else
        show_piece(frame, tvb, offset, length);
}

/* The beginning of a packet that goes on in the next frame: its length and what there is of it, from content on. */
static void
open_packet(const frame_t *frame, tvbuff_t *tvb, int content, int length, int there)
{
    const uint32_t id = frame->place + (uint32_t)content;

    if (!PINFO_FD_VISITED(frame->pinfo) && !frame->repeated) {
        frame->inner->left = length - there;
        frame->inner->pieces = 0;
        frame->inner->id = id;
    }
    if (there > 0)
        add_piece(frame, tvb, content, there, id, true);
    else
        col_append_sep_str(frame->pinfo->cinfo, COL_INFO, ", ", "End-to-end data, length of a packet");
}

/* A packet of so many bytes, as the bytes from offset on say that belong to its length. Returns where the next one
 * begins; when it goes on in the next frame, the end of this one. */
static int
dissect_packet(const frame_t *frame, tvbuff_t *tvb, int offset, int header, int length)
{
    const int content = offset + header, there = (int)tvb_reported_length(tvb) - content;

    proto_tree_add_uint(frame->frame_tree, hf_length, tvb, offset, header, (uint32_t)length);
    if (length > there) {
        open_packet(frame, tvb, content, length, there);
        return content + there;
    }
    if (length > 0)
        frame->payload(tvb_new_subset_length(tvb, content, length), frame->pinfo, frame->tree);
    return content + length;
}

/* The first byte of a length, which goes on in the next frame. */
static void
show_half_length(const frame_t *frame, tvbuff_t *tvb, int offset)
{
    if (!PINFO_FD_VISITED(frame->pinfo) && !frame->repeated) {
        frame->inner->half = true;
        frame->inner->high = tvb_get_uint8(tvb, offset);
    }
    show_piece(frame, tvb, offset, 1);
}

/* The packets from offset on. */
static void
dissect_packets(const frame_t *frame, tvbuff_t *tvb, int offset)
{
    const int end = (int)tvb_reported_length(tvb);

    while (end - offset >= RFC4571_HEADER_LENGTH)
        offset = dissect_packet(frame, tvb, offset, RFC4571_HEADER_LENGTH, tvb_get_ntohs(tvb, offset));
    if (offset < end)
        show_half_length(frame, tvb, offset);
}

/* How a frame is entered, see enter(). */
static const entry_t *
entry_of(const frame_t *frame, tvbuff_t *tvb)
{
    msturn_inner_t *inner = frame->inner;

    if (!PINFO_FD_VISITED(frame->pinfo) && !frame->repeated) {
        if (tvb_captured_length(tvb) == tvb_reported_length(tvb))
            return enter(tvb, inner, frame->place);
        msturn_inner_lost(inner);
    }
    return (const entry_t *)wmem_map_lookup(inner->entries, GUINT_TO_POINTER(frame->place));
}

bool
msturn_inner_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_tree *frame_tree,
                     msturn_inner_t *inner, uint32_t place, msturn_inner_payload_t payload)
{
    const frame_t frame = { .pinfo = pinfo,
                            .tree = tree,
                            .frame_tree = frame_tree,
                            .inner = inner,
                            .place = place,
                            .repeated = !PINFO_FD_VISITED(pinfo) && !go_on(inner, place),
                            .payload = payload };
    const entry_t *entry = entry_of(&frame, tvb);
    /* What comes again at the same place need not be the same. */
    int offset = entry ? MIN(entry->rest, (int)tvb_reported_length(tvb)) : 0;

    if (!entry && msturn_count_peer_frames(tvb) == 0)
        return false;
    if (entry && entry->unknown) {
        show_piece(&frame, tvb, 0, (int)tvb_reported_length(tvb));
        return true;
    }
    if (offset > 0)
        add_piece(&frame, tvb, 0, offset, entry->id, entry->more);
    else if (entry && entry->half)
        offset = dissect_packet(&frame, tvb, 0, 1, entry->high << 8 | tvb_get_uint8(tvb, 0));
    dissect_packets(&frame, tvb, offset);
    return true;
}

void
proto_register_msturn_inner(void)
{
    static hf_register_info hf[] = {
        { &hf_length,
          { "RFC 4571 length", "msturn.frame.rfc4571_length", FT_UINT16, BASE_DEC, NULL, 0,
            "Framing of the ICE-TCP stream inside end-to-end data", HFILL } },
        { &hf_rest,
          { "Piece of an RFC 4571 packet", "msturn.frame.rfc4571_piece", FT_BYTES, BASE_NONE, NULL, 0,
            "The relay has cut the packet into several frames", HFILL } },
        { &hf_fragments,
          { "RFC 4571 pieces", "msturn.rfc4571.fragments", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_fragment,
          { "RFC 4571 piece", "msturn.rfc4571.fragment", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_overlap,
          { "Overlap", "msturn.rfc4571.fragment.overlap", FT_BOOLEAN, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_overlap_conflict,
          { "Conflicting overlap", "msturn.rfc4571.fragment.overlap.conflict", FT_BOOLEAN, BASE_NONE, NULL, 0, NULL,
            HFILL } },
        { &hf_multiple_tails,
          { "Several ends", "msturn.rfc4571.fragment.multiple_tails", FT_BOOLEAN, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_too_long,
          { "Piece too long", "msturn.rfc4571.fragment.too_long", FT_BOOLEAN, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_error,
          { "Defragmentation error", "msturn.rfc4571.fragment.error", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL,
            HFILL } },
        { &hf_count, { "Pieces", "msturn.rfc4571.fragment.count", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL } },
        { &hf_reassembled_in,
          { "Put together in", "msturn.rfc4571.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_reassembled_length,
          { "Length put together", "msturn.rfc4571.reassembled_length", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL } },
    };
    static int *ett[] = { &ett_fragment, &ett_fragments };

    proto_register_field_array(msturn_proto(), hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    reassembly_table_register(&packets, &addresses_ports_reassembly_table_functions);
}
