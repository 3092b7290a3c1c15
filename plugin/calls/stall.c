/* stall.c
 * TCP connections that were opened, and through which something does not get: it is sent again and again, and nobody
 * acknowledges it. Small segments may have passed before: somebody on the way takes no large ones, or has recognised
 * what it does not like.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"

/* From so many copies on, which go on for so long, in seconds, it is no ordinary loss. */
#define ENOUGH_COPIES 3
#define STALL_TIME    1.5

/* The last segment, or the one that is sent once more. */
typedef struct {
    uint32_t sequence;
    unsigned copies;
    uint32_t frame; /* of the first copy; 0 = all is acknowledged */
    nstime_t first, last;
} segment_t;

/* What one end of a connection sends to the other. */
typedef struct {
    facts_key_t from, to;
    segment_t segment;
} direction_t;

static wmem_map_t *directions; /* direction_t, its ends only -> itself */

static unsigned
hash_direction(const void *data)
{
    const direction_t *direction = (const direction_t *)data;

    return facts_key_hash(&direction->from) * 31 + facts_key_hash(&direction->to);
}

static int
equal_direction(const void *a, const void *b)
{
    const direction_t *one = (const direction_t *)a, *other = (const direction_t *)b;

    return facts_key_equal(&one->from, &other->from) && facts_key_equal(&one->to, &other->to);
}

void
stall_register(void)
{
    directions = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_direction, equal_direction);
}

static direction_t *
direction_find(const facts_key_t *from, const facts_key_t *to)
{
    return (direction_t *)wmem_map_lookup(directions, &(direction_t){ .from = *from, .to = *to });
}

static direction_t *
direction_new(const facts_key_t *from, const facts_key_t *to)
{
    direction_t *direction = wmem_new0(wmem_file_scope(), direction_t);

    direction->from = *facts_key_keep(from);
    direction->to = *facts_key_keep(to);
    wmem_map_insert(directions, direction, direction);
    return direction;
}

static bool
is_stalled(const segment_t *segment)
{
    return segment->copies >= ENOUGH_COPIES && seconds_between(&segment->first, &segment->last) >= STALL_TIME;
}

static void
note_data(const packet_info *pinfo, segment_t *segment, uint32_t sequence)
{
    bool again = segment->frame && segment->sequence == sequence;

    if (again && seconds_between(&segment->last, &pinfo->abs_ts) < COPY_TIME)
        return; /* a mirror port's */
    if (!again && segment->copies + 1 >= ENOUGH_COPIES)
        return; /* what comes behind it waits as well */
    if (!again) {
        *segment = (segment_t){ .sequence = sequence, .frame = pinfo->num, .first = pinfo->abs_ts };
    } else if (segment->copies++ == 0) {
        segment->frame = pinfo->num;
    }
    segment->last = pinfo->abs_ts;
    facts_revision += is_stalled(segment);
}

/* Who says nothing new and has no data asks for the segment, or has no room for it: it has come. */
static void
note_acknowledged(segment_t *segment, const frame_tcp_t *header)
{
    if (segment->frame && (header->data == 0 || (int32_t)(header->acknowledged - segment->sequence) > 0)) {
        facts_revision += is_stalled(segment);
        segment->copies = 0;
        segment->frame = 0;
    }
}

void
stall_tell(const packet_info *pinfo, const frame_tcp_t *header)
{
    facts_key_t from = facts_key(PT_TCP, &pinfo->src, (uint16_t)pinfo->srcport);
    facts_key_t to = facts_key(PT_TCP, &pinfo->dst, (uint16_t)pinfo->destport);
    direction_t *there = direction_find(&from, &to), *back = direction_find(&to, &from);

    if (header->data && !there && wmem_map_size(directions) < facts_options.max_attempts)
        there = direction_new(&from, &to);
    if (header->data && there)
        note_data(pinfo, &there->segment, header->sequence);
    if ((header->flags & FRAME_TCP_ACK) && back)
        note_acknowledged(&back->segment, header);
}

uint32_t
stall_between(const facts_key_t *from, const facts_key_t *to)
{
    const direction_t *direction = direction_find(from, to);

    return direction && is_stalled(&direction->segment) ? direction->segment.frame : 0;
}
