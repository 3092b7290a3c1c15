/* media-tree.c
 * The media of a call in the packet tree: msice.call.media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/media-tree.h"

#include <math.h>

#include "analysis/attempt-points.h"

static int ett_media = -1;
static int hf_direction = -1;
static int hf_packets = -1;
static int hf_lost = -1;
static int hf_loss = -1;
static int hf_jitter = -1;
static int hf_gap = -1;
static int hf_gap_frame = -1;
static int hf_loss_place = -1;

static const char *const directions[MEDIA_DIRECTIONS] = { [MEDIA_SENT] = "sent", [MEDIA_RECEIVED] = "received" };

/* What a filter compares with is what is shown: not more digits than anybody reads. */
static double
rounded(double value, double places)
{
    return round(value * places) / places;
}

static void
add_count(proto_tree *tree, tvbuff_t *tvb, int hf, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(tree, hf, tvb, 0, 0, value));
}

static void
add_measure(proto_tree *tree, tvbuff_t *tvb, int hf, double value, double places, const char *format)
{
    value = rounded(value, places);
    proto_item_set_generated(
        proto_tree_add_double_format_value(tree, hf, tvb, 0, 0, value, format, value)); /* the format is ours */
}

static void
add_direction(proto_tree *tree, tvbuff_t *tvb, const char *name, const media_summary_t *media, const char *place)
{
    proto_item *item = proto_tree_add_string_format(tree, hf_direction, tvb, 0, 0, name,
                                                    "Media %s: %" PRIu64 " packets, %" PRIu64 " lost (%.2f %%)", name,
                                                    media->packets, media->lost, rounded(media->loss, 100));
    proto_tree *subtree = proto_item_add_subtree(item, ett_media);

    proto_item_set_generated(item);
    add_count(subtree, tvb, hf_packets, media->packets);
    add_count(subtree, tvb, hf_lost, media->lost);
    add_measure(subtree, tvb, hf_loss, media->loss, 100, "%.2f %%");
    if (place)
        proto_item_set_generated(proto_tree_add_string(subtree, hf_loss_place, tvb, 0, 0, place));
    if (media->jitter >= 0) {
        add_measure(subtree, tvb, hf_jitter, media->jitter, 100, "%.2f ms");
        proto_item_append_text(item, ", jitter %.2f ms", rounded(media->jitter, 100));
    }
    add_measure(subtree, tvb, hf_gap, media->gap, 1000, "%.3f s");
    proto_item_append_text(item, ", longest silence %.3f s", rounded(media->gap, 1000));
    if (media->gap_frame)
        proto_item_set_generated(proto_tree_add_uint(subtree, hf_gap_frame, tvb, 0, 0, media->gap_frame));
}

void
media_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const facts_call_t *call,
               const call_outcome_t *outcome)
{
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        if (outcome->has_media[direction])
            add_direction(tree, tvb, directions[direction], &outcome->media[direction],
                          media_loss_place(pinfo->pool, call, (media_direction_t)direction));
}

void
media_tree_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_direction,
          { "Media", "msice.call.media.direction", FT_STRING, BASE_NONE, NULL, 0,
            "sent or received, by the computer where the call is watched; from RTP headers", HFILL } },
        { &hf_packets,
          { "Packets", "msice.call.media.packets", FT_UINT64, BASE_DEC, NULL, 0, "Of all streams, without copies",
            HFILL } },
        { &hf_lost,
          { "Lost", "msice.call.media.lost", FT_UINT64, BASE_DEC, NULL, 0, "That the sequence numbers miss",
            HFILL } },
        { &hf_loss, { "Loss", "msice.call.media.loss", FT_DOUBLE, BASE_NONE, NULL, 0, "Percent", HFILL } },
        { &hf_loss_place,
          { "Lost at", "msice.call.media.loss_place", FT_STRING, BASE_NONE, NULL, 0,
            "On which part of the way, where the call was captured at two points", HFILL } },
        { &hf_jitter,
          { "Jitter", "msice.call.media.jitter", FT_DOUBLE, BASE_NONE, NULL, 0,
            "Mean interarrival jitter (RFC 3550) of the stream with most packets, in milliseconds", HFILL } },
        { &hf_gap,
          { "Longest silence", "msice.call.media.gap", FT_DOUBLE, BASE_NONE, NULL, 0,
            "Of all streams together, in seconds", HFILL } },
        { &hf_gap_frame,
          { "Silence ends in frame", "msice.call.media.gap_frame", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
    };
    static int *ett[] = { &ett_media };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
