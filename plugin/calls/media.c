/* media.c
 * What the media of a call was like, each direction: added up from its flows when somebody asks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/media.h"

#include "calls/media-flow.h"
#include "calls/points.h"

/* What is concluded from the flows of a call; it holds for a revision of the facts. */
typedef struct media_sums {
    uint32_t revision;
    media_flow_t **chosen; /* that count */
    unsigned chosen_count, chosen_room;
    media_summary_t sums[MEDIA_DIRECTIONS];
} media_sums_t;

/* The direction of a flow. Where neither end is the computer's, seen behind its NAT or a relay, the first flow is
 * taken for one that it sent. */
static void
conclude_direction(const facts_call_t *call, media_flow_t *flow, const media_flow_t *first)
{
    bool sent = call_is_own(call, &flow->key.from.addr);

    flow->own = sent || call_is_own(call, &flow->key.to.addr);
    if (!flow->own)
        sent = addresses_equal(&flow->key.from.addr, &first->key.from.addr);
    flow->direction = sent ? MEDIA_SENT : MEDIA_RECEIVED;
}

/* Whether a flow is what the call's own point has seen, or what is told once for all points. */
static bool
is_of_point(const facts_call_t *call, const media_flow_t *flow)
{
    return flow->key.from.transport == PT_TCP || !point_is_beside(call, flow->point);
}

static void
collect_flow(media_sums_t *sums, media_flow_t *flow)
{
    if (sums->chosen_count == sums->chosen_room) {
        sums->chosen_room = sums->chosen_room ? 2 * sums->chosen_room : 4;
        sums->chosen = (media_flow_t **)wmem_realloc(wmem_file_scope(), sums->chosen,
                                                     sums->chosen_room * sizeof(media_flow_t *));
    }
    sums->chosen[sums->chosen_count++] = flow;
}

static int
by_first_frame(const void *one, const void *other)
{
    const uint32_t a = (*(media_flow_t *const *)one)->first_frame, b = (*(media_flow_t *const *)other)->first_frame;

    return a < b ? -1 : a > b;
}

/* The flows of the call, in the order in which they began. */
static void
collect(const facts_call_t *call, media_sums_t *sums)
{
    sums->chosen_count = 0;
    for (const facts_member_t *member = call->members; member; member = member->next)
        for (media_flow_t *flow = member->endpoint->flows; flow; flow = flow->next)
            if (flow->packets > 0 && is_of_point(call, flow))
                collect_flow(sums, flow);
    if (sums->chosen_count)
        qsort(sums->chosen, sums->chosen_count, sizeof(media_flow_t *), by_first_frame);
}

/* Chooses the flows that count. The same media seen once more, behind a NAT or a relay, does not. */
static void
choose(const facts_call_t *call, media_sums_t *sums)
{
    unsigned own = 0;

    collect(call, sums);
    for (unsigned i = 0; i < sums->chosen_count; i++)
        conclude_direction(call, sums->chosen[i], sums->chosen[0]);
    for (unsigned i = 0; i < sums->chosen_count; i++)
        if (sums->chosen[i]->own)
            sums->chosen[own++] = sums->chosen[i];
    if (own > 0)
        sums->chosen_count = own;
}

static void
add_flow(media_summary_t *sum, const media_flow_t *flow)
{
    if (sum->packets == 0 || flow->first_frame < sum->first_frame) {
        sum->first_frame = flow->first_frame;
        sum->first = flow->first;
    }
    if (flow->last_frame > sum->last_frame) {
        sum->last_frame = flow->last_frame;
        sum->last = flow->last;
    }
    if (nstime_cmp(&flow->last_report, &sum->last_report) > 0)
        sum->last_report = flow->last_report;
    sum->streams += flow->streams;
    sum->packets += flow->packets;
    sum->lost += flow->lost;
    sum->bytes += flow->bytes;
}

/* So many flows are compared with each other: media of more do not go from one path to another. */
#define MOST_PATHS 32

/* The flow that the stream of this one came by before; NULL = it began here. */
static const media_flow_t *
flow_before(const media_sums_t *sums, const media_flow_t *flow)
{
    const media_flow_t *before = NULL;

    for (unsigned i = 0; i < sums->chosen_count; i++) {
        const media_flow_t *other = sums->chosen[i];

        if (other->direction == flow->direction && other->main->key.ssrc == flow->main->key.ssrc &&
            nstime_cmp(&other->last, &flow->first) < 0 && (!before || nstime_cmp(&before->last, &other->last) < 0))
            before = other;
    }
    return before;
}

/* What a stream has lost on its way from one path to another: an SSRC numbers its packets whatever way they go (RFC
 * 3550, 5.1). */
static uint64_t
lost_before(const media_sums_t *sums, const media_flow_t *flow)
{
    const media_flow_t *before = sums->chosen_count <= MOST_PATHS ? flow_before(sums, flow) : NULL;
    const rtp_stream_t *stream = &flow->main->rtp;
    uint16_t missing;

    if (!before || stream->packets != stream->sequence.received) /* it has begun anew since */
        return 0;
    missing = (uint16_t)(stream->sequence.first - before->main->rtp.sequence.highest - 1);
    return missing < RTP_MOST_MISSING ? missing : 0;
}

/* What the flows of a direction have together in time. */
static void
add_up_time(media_summary_t *sum, const media_sums_t *sums, media_direction_t direction, const media_flow_t *largest)
{
    GArray *items = g_array_new(FALSE, FALSE, sizeof(spurt_t));
    spurts_sum_t together;

    for (unsigned i = 0; i < sums->chosen_count; i++)
        if (sums->chosen[i]->direction == direction)
            g_array_append_vals(items, sums->chosen[i]->spurts.items, sums->chosen[i]->spurts.count);
    together = spurts_add_up(items);
    g_array_free(items, TRUE);
    sum->seconds = together.seconds;
    /* Where all are never silent for long, a short silence of the largest one. */
    sum->gap = together.gap_frame ? together.gap : largest->spurts.gap;
    sum->gap_frame = together.gap_frame ? together.gap_frame : largest->spurts.gap_frame;
}

static void
add_up(media_sums_t *sums, media_direction_t direction)
{
    media_summary_t *sum = &sums->sums[direction];
    const media_flow_t *largest = NULL;
    const rtp_stream_t *most = NULL;

    memset(sum, 0, sizeof *sum);
    for (unsigned i = 0; i < sums->chosen_count; i++) {
        const media_flow_t *flow = sums->chosen[i];

        if (flow->direction != direction)
            continue;
        add_flow(sum, flow);
        sum->lost += lost_before(sums, flow);
        if (!largest || flow->packets > largest->packets)
            largest = flow;
        if (!most || flow->main->rtp.packets > most->packets)
            most = &flow->main->rtp;
    }
    if (!largest)
        return;
    sum->loss = 100.0 * (double)sum->lost / (double)(sum->packets + sum->lost);
    sum->jitter = rtp_stream_jitter(most);
    sum->medium = rtp_stream_medium(most);
    sum->from = largest->key.from;
    sum->to = largest->key.to;
    sum->relayed = largest->relayed;
    sum->peer = largest->peer;
    add_up_time(sum, sums, direction, largest);
}

/* All that the media of a call say; NULL = there are none. */
static const media_sums_t *
conclude(const facts_call_t *call)
{
    facts_call_t *root = call_root((facts_call_t *)(void *)call);
    media_sums_t *sums;

    if (!root)
        return NULL;
    sums = root->media_sums;
    if (sums && sums->revision == facts_revision)
        return sums;
    if (!sums)
        sums = root->media_sums = wmem_new0(wmem_file_scope(), media_sums_t);
    choose(root, sums);
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        add_up(sums, (media_direction_t)direction);
    sums->revision = facts_revision;
    return sums;
}

bool
media_of_call(const facts_call_t *call, media_direction_t direction, media_summary_t *summary)
{
    const media_sums_t *sums = conclude(call);

    if (!sums || sums->sums[direction].packets == 0)
        return false;
    *summary = sums->sums[direction];
    return true;
}

double
media_seconds_after(const facts_call_t *call, media_direction_t direction, const nstime_t *when)
{
    const media_sums_t *sums = conclude(call);
    GArray *items = g_array_new(FALSE, FALSE, sizeof(spurt_t));
    double seconds;

    for (unsigned i = 0; sums && i < sums->chosen_count; i++)
        if (sums->chosen[i]->direction == direction)
            spurts_collect(&sums->chosen[i]->spurts, nstime_to_sec(when), items);
    seconds = spurts_add_up(items).seconds;
    g_array_free(items, TRUE);
    return seconds;
}

bool
media_at_point(const facts_call_t *call, unsigned point, media_direction_t direction, media_point_t *seen)
{
    const media_sums_t *sums = conclude(call);

    memset(seen, 0, sizeof *seen);
    for (unsigned i = 0; sums && i < sums->chosen_count; i++) {
        const media_flow_t *here = sums->chosen[i], *there;
        flow_key_t key = here->key;

        key.point = point;
        there = here->direction == direction && key.from.transport == PT_UDP ? media_flow_find(&key) : NULL;
        if (!there || there->point != point)
            continue;
        seen->here += here->packets;
        seen->here_lost += here->lost;
        seen->there += there->packets;
        seen->there_lost += there->lost;
    }
    return seen->there > 0;
}
