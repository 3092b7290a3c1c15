/* media.c
 * What the media of a call was like, each direction.
 *
 * A flow is media from one address and port to another, the relay's where it goes through one; a stream is what one
 * SSRC sends in it. Each packet takes a few lookups, however many streams there are. What a call shows is added up
 * from its flows when somebody asks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/media.h"

#include "calls/points.h"
#include "calls/rtp-stream.h"
#include "calls/spurts.h"

typedef struct {
    const facts_endpoint_t *endpoint;
    facts_key_t from, to;
    unsigned point; /* as far as it was known; 0 = of all: it is inside a TCP connection */
} flow_key_t;

typedef struct media_flow media_flow_t;

typedef struct {
    const media_flow_t *flow;
    uint32_t ssrc;
} stream_key_t;

typedef struct {
    stream_key_t key;
    rtp_stream_t rtp;
    unsigned gaps;  /* that were heeded */
    unsigned clock; /* that of the flow, when a packet was taken */
} stream_t;

struct media_flow {
    flow_key_t key;
    media_flow_t *next; /* of the endpoint */
    unsigned point;     /* where it was captured; inside a TCP connection, by whose clock its times are */
    stream_t *latest;   /* whose packet came last */
    const stream_t *main;
    unsigned gaps; /* in its TCP stream */
    unsigned streams;
    uint64_t packets, lost, bytes;
    uint32_t first_frame, last_frame;
    nstime_t first, last;
    nstime_t last_report; /* RTCP along it */
    spurts_t spurts;
    bool relayed;
    facts_key_t peer;
    uint32_t asked; /* the question that it was last considered for */
    bool own;       /* concluded: one end is the computer where the call is watched */
    media_direction_t direction;
};

typedef struct media_node {
    struct media_node *next;
    media_flow_t *flow;
} media_node_t;

/* The flows of a call, some of which may have moved on since, or come back; and what is concluded from them, which
 * holds for a revision of the facts. */
struct media_list {
    media_node_t *first, *last;
    unsigned length;
    bool concluded;
    uint32_t revision;
    media_flow_t **chosen; /* that count */
    unsigned chosen_count, chosen_room;
    media_summary_t sums[MEDIA_DIRECTIONS];
};

static wmem_map_t *flows;   /* flow_key_t -> media_flow_t */
static wmem_map_t *streams; /* stream_key_t -> stream_t */
static unsigned stream_count;
static uint32_t told_frame;
static uint32_t question;

static unsigned
flow_hash(const void *data)
{
    const flow_key_t *key = (const flow_key_t *)data;

    return facts_key_hash(&key->from) * 31 + facts_key_hash(&key->to) + key->point;
}

static int
flow_equal(const void *a, const void *b)
{
    const flow_key_t *one = (const flow_key_t *)a, *other = (const flow_key_t *)b;

    return one->endpoint == other->endpoint && one->point == other->point &&
           facts_key_equal(&one->from, &other->from) && facts_key_equal(&one->to, &other->to);
}

static unsigned
stream_hash(const void *data)
{
    const stream_key_t *key = (const stream_key_t *)data;

    return g_direct_hash(key->flow) * 31 + key->ssrc;
}

static int
stream_equal(const void *a, const void *b)
{
    const stream_key_t *one = (const stream_key_t *)a, *other = (const stream_key_t *)b;

    return one->flow == other->flow && one->ssrc == other->ssrc;
}

static void
reset(void)
{
    stream_count = 0;
    told_frame = 0;
}

void
media_register(void)
{
    flows = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), flow_hash, flow_equal);
    streams = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), stream_hash, stream_equal);
    register_init_routine(reset);
}

/* --- tell --------------------------------------------------------------------------------------------------------
 */

static void
list_add(facts_call_t *call, media_flow_t *flow)
{
    media_node_t *node = wmem_new0(wmem_file_scope(), media_node_t);

    node->flow = flow;
    if (!call->flows)
        call->flows = wmem_new0(wmem_file_scope(), struct media_list);
    if (call->flows->last)
        call->flows->last->next = node;
    else
        call->flows->first = node;
    call->flows->last = node;
    call->flows->length++;
}

void
media_move(const facts_endpoint_t *endpoint, facts_call_t *call)
{
    for (media_flow_t *flow = endpoint->flows; flow; flow = flow->next)
        list_add(call, flow);
}

void
media_join(facts_call_t *call, const facts_call_t *part)
{
    for (media_node_t *node = part->flows ? part->flows->first : NULL; node; node = node->next)
        list_add(call, node->flow);
}

static media_flow_t *
flow_new(const flow_key_t *key, facts_endpoint_t *endpoint, unsigned place)
{
    media_flow_t *flow = wmem_new0(wmem_file_scope(), media_flow_t);

    flow->key = *key;
    copy_address_wmem(wmem_file_scope(), &flow->key.from.addr, &key->from.addr);
    copy_address_wmem(wmem_file_scope(), &flow->key.to.addr, &key->to.addr);
    wmem_map_insert(flows, &flow->key, flow);
    flow->point = key->from.transport == PT_TCP ? call_root(endpoint->owner.call)->point : place;
    flow->next = endpoint->flows;
    endpoint->flows = flow;
    list_add(call_root(endpoint->owner.call), flow);
    return flow;
}

/* The flow of a packet from or to an endpoint; made when make is set and there is room for its streams, else NULL. */
static media_flow_t *
flow_of_packet(const packet_info *pinfo, facts_endpoint_t *endpoint, bool make)
{
    flow_key_t key = {
        .endpoint = endpoint,
        .from = facts_key(pinfo->ptype, &pinfo->src, (uint16_t)pinfo->srcport),
        .to = facts_key(pinfo->ptype, &pinfo->dst, (uint16_t)pinfo->destport),
        .point = pinfo->ptype == PT_TCP ? 0 : point_of_packet(pinfo, call_root(endpoint->owner.call)),
    };
    media_flow_t *flow = (media_flow_t *)wmem_map_lookup(flows, &key);

    return flow || !make || stream_count >= facts_options.max_streams
               ? flow
               : flow_new(&key, endpoint, place_of_packet(pinfo));
}

static stream_t *
stream_known(media_flow_t *flow, uint32_t ssrc)
{
    stream_key_t key = { .flow = flow, .ssrc = ssrc };

    if (!flow || (flow->latest && flow->latest->key.ssrc == ssrc))
        return flow ? flow->latest : NULL;
    return (stream_t *)wmem_map_lookup(streams, &key);
}

static stream_t *
stream_of_packet(media_flow_t *flow, uint32_t ssrc)
{
    stream_key_t key = { .flow = flow, .ssrc = ssrc };
    stream_t *stream = stream_known(flow, ssrc);

    if (!flow || (stream && stream == flow->latest))
        return stream;
    if (!stream && stream_count < facts_options.max_streams) {
        stream_count++;
        stream = wmem_new0(wmem_file_scope(), stream_t);
        stream->key = key;
        wmem_map_insert(streams, &stream->key, stream);
    }
    if (stream)
        flow->latest = stream;
    return stream;
}

static void
note_peer(media_flow_t *flow, port_type transport, const facts_rtp_t *rtp)
{
    flow->relayed |= rtp->relayed;
    if (!rtp->peer || (flow->peer.port == rtp->peer_port && addresses_equal(&flow->peer.addr, rtp->peer)))
        return;
    flow->peer = facts_key(transport, rtp->peer, rtp->peer_port);
    copy_address_wmem(wmem_file_scope(), &flow->peer.addr, rtp->peer);
}

static void
count_packet(media_flow_t *flow, const rtp_packet_t *packet)
{
    if (flow->packets == 0 || packet->frame < flow->first_frame) {
        flow->first_frame = packet->frame;
        flow->first = packet->time;
    }
    if (packet->frame >= flow->last_frame) {
        flow->last_frame = packet->frame;
        flow->last = packet->time;
    }
    flow->packets++;
    flow->bytes += packet->length;
    spurts_note(&flow->spurts, nstime_to_sec(&packet->time), packet->frame);
}

static double
seconds_apart(unsigned from, unsigned to)
{
    nstime_t zero = NSTIME_INIT_ZERO, apart = place_time(&zero, from, to);

    return nstime_to_sec(&apart);
}

static void
change_clock(stream_t *stream, unsigned clock)
{
    rtp_stream_shift(&stream->rtp, seconds_apart(stream->clock, clock));
    stream->clock = clock;
}

static void
take(media_flow_t *flow, stream_t *stream, const rtp_packet_t *packet)
{
    uint64_t lost = rtp_stream_lost(&stream->rtp);
    bool is_new = stream->rtp.packets == 0;
    unsigned counted;

    if (is_new)
        stream->clock = flow->point;
    if (stream->clock != flow->point)
        change_clock(stream, flow->point);
    if (stream->gaps != flow->gaps)
        rtp_stream_skip(&stream->rtp);
    stream->gaps = flow->gaps;
    counted = rtp_stream_take(&stream->rtp, packet);
    if (counted == 0)
        return;
    if (counted == 2)
        count_packet(flow, &stream->rtp.held);
    count_packet(flow, packet);
    flow->streams += is_new;
    flow->lost += rtp_stream_lost(&stream->rtp) - lost;
    if (!flow->main || stream->rtp.packets > flow->main->rtp.packets)
        flow->main = stream;
    facts_revision++;
}

/* Other points know media again by the first packets of a stream, and by one now and then. */
#define LOOK_FIRST 4
#define LOOK_EVERY 64

static bool
is_looked_at(media_flow_t *flow, const facts_rtp_t *rtp)
{
    const stream_t *stream = rtp->sequence % LOOK_EVERY ? stream_known(flow, rtp->ssrc) : NULL;

    return !stream || !stream->rtp.sequence.begun ||
           (uint16_t)(rtp->sequence - stream->rtp.sequence.first) < LOOK_FIRST;
}

/* Whether the packet was seen at another point. */
static bool
meet(const packet_info *pinfo, const facts_endpoint_t *endpoint, const facts_rtp_t *rtp)
{
    uint32_t id[] = { rtp->ssrc, rtp->timestamp, rtp->sequence };
    bool met = point_meet(pinfo, POINT_MEDIA, id, sizeof id, POINT_KEEP | POINT_ONCE);

    if (met)
        point_settle(pinfo, endpoint->owner.call);
    return met;
}

void
facts_tell_rtp(packet_info *pinfo, const facts_rtp_t *rtp)
{
    rtp_packet_t packet = {
        .frame = pinfo->num,
        .length = rtp->length,
        .time = pinfo->abs_ts,
        .timestamp = rtp->timestamp,
        .sequence = rtp->sequence,
        .payload_type = rtp->payload_type,
    };
    facts_endpoint_t *endpoint = facts_telling(pinfo) ? endpoint_of_packet(pinfo) : NULL;
    media_flow_t *flow;
    stream_t *stream;

    told_frame = pinfo->num;
    flow = endpoint ? flow_of_packet(pinfo, endpoint, false) : NULL;
    if (endpoint && is_looked_at(flow, rtp) && meet(pinfo, endpoint, rtp))
        flow = NULL; /* it may be another point's */
    if (stream_is_copy(pinfo))
        return;
    if (endpoint && !flow)
        flow = flow_of_packet(pinfo, endpoint, true);
    stream = stream_of_packet(flow, rtp->ssrc);
    if (stream) {
        packet.time = point_time(pinfo, call_root(endpoint->owner.call));
        note_peer(flow, pinfo->ptype, rtp);
        take(flow, stream, &packet);
    } else if (endpoint) {
        facts_hit_limit(pinfo, "media streams");
    }
}

void
facts_tell_rtcp(packet_info *pinfo)
{
    facts_endpoint_t *endpoint = facts_telling(pinfo) ? endpoint_of_packet(pinfo) : NULL;
    media_flow_t *flow = endpoint ? flow_of_packet(pinfo, endpoint, false) : NULL;

    if (!flow)
        return;
    flow->last_report = point_time(pinfo, call_root(endpoint->owner.call));
    facts_revision++;
}

void
facts_tell_stream_gap(packet_info *pinfo)
{
    facts_endpoint_t *endpoint = facts_telling(pinfo) ? endpoint_of_packet(pinfo) : NULL;
    media_flow_t *flow = endpoint ? flow_of_packet(pinfo, endpoint, false) : NULL;

    if (flow)
        flow->gaps++;
}

bool
facts_rtp_told(const packet_info *pinfo)
{
    return told_frame == pinfo->num;
}

/* --- ask ---------------------------------------------------------------------------------------------------------
 */

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

/* The flows that are still the call's, each once. */
static void
collect(const facts_call_t *call, struct media_list *list)
{
    if (list->chosen_room < list->length) {
        list->chosen_room = MAX(list->length, 2 * list->chosen_room);
        list->chosen = (media_flow_t **)wmem_realloc(wmem_file_scope(), list->chosen,
                                                     list->chosen_room * sizeof(media_flow_t *));
    }
    list->chosen_count = 0;
    question++;
    for (const media_node_t *node = list->first; node; node = node->next) {
        media_flow_t *flow = node->flow;

        if (flow->packets == 0 || flow->asked == question || call_root(flow->key.endpoint->owner.call) != call ||
            !is_of_point(call, flow))
            continue;
        flow->asked = question;
        list->chosen[list->chosen_count++] = flow;
    }
}

/* Chooses the flows that count. The same media seen once more, behind a NAT or a relay, does not. */
static void
choose(const facts_call_t *call, struct media_list *list)
{
    unsigned own = 0;

    collect(call, list);
    for (unsigned i = 0; i < list->chosen_count; i++)
        conclude_direction(call, list->chosen[i], list->chosen[0]);
    for (unsigned i = 0; i < list->chosen_count; i++)
        if (list->chosen[i]->own)
            list->chosen[own++] = list->chosen[i];
    if (own > 0)
        list->chosen_count = own;
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
flow_before(const struct media_list *list, const media_flow_t *flow)
{
    const media_flow_t *before = NULL;

    for (unsigned i = 0; i < list->chosen_count; i++) {
        const media_flow_t *other = list->chosen[i];

        if (other->direction == flow->direction && other->main->key.ssrc == flow->main->key.ssrc &&
            nstime_cmp(&other->last, &flow->first) < 0 && (!before || nstime_cmp(&before->last, &other->last) < 0))
            before = other;
    }
    return before;
}

/* What a stream has lost on its way from one path to another: an SSRC numbers its packets whatever way they go (RFC
 * 3550, 5.1). */
static uint64_t
lost_before(const struct media_list *list, const media_flow_t *flow)
{
    const media_flow_t *before = list->chosen_count <= MOST_PATHS ? flow_before(list, flow) : NULL;
    const rtp_stream_t *stream = &flow->main->rtp;
    uint16_t missing;

    if (!before || stream->packets != stream->sequence.received) /* it has begun anew since */
        return 0;
    missing = (uint16_t)(stream->sequence.first - before->main->rtp.sequence.highest - 1);
    return missing < RTP_MOST_MISSING ? missing : 0;
}

/* What the flows of a direction have together in time. */
static void
add_up_time(media_summary_t *sum, const struct media_list *list, media_direction_t direction,
            const media_flow_t *largest)
{
    GArray *items = g_array_new(FALSE, FALSE, sizeof(spurt_t));
    spurts_sum_t together;

    for (unsigned i = 0; i < list->chosen_count; i++)
        if (list->chosen[i]->direction == direction)
            g_array_append_vals(items, list->chosen[i]->spurts.items, list->chosen[i]->spurts.count);
    together = spurts_add_up(items);
    g_array_free(items, TRUE);
    sum->seconds = together.seconds;
    /* Where all are never silent for long, a short silence of the largest one. */
    sum->gap = together.gap_frame ? together.gap : largest->spurts.gap;
    sum->gap_frame = together.gap_frame ? together.gap_frame : largest->spurts.gap_frame;
}

static void
add_up(struct media_list *list, media_direction_t direction)
{
    media_summary_t *sum = &list->sums[direction];
    const media_flow_t *largest = NULL;
    const rtp_stream_t *most = NULL;

    memset(sum, 0, sizeof *sum);
    for (unsigned i = 0; i < list->chosen_count; i++) {
        const media_flow_t *flow = list->chosen[i];

        if (flow->direction != direction)
            continue;
        add_flow(sum, flow);
        sum->lost += lost_before(list, flow);
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
    add_up_time(sum, list, direction, largest);
}

/* The list of a call with everything concluded; NULL = no media. */
static const struct media_list *
conclude(const facts_call_t *call)
{
    struct media_list *list;

    call = call_root((facts_call_t *)(void *)call);
    list = call ? call->flows : NULL;
    if (!list || (list->concluded && list->revision == facts_revision))
        return list;
    choose(call, list);
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        add_up(list, (media_direction_t)direction);
    list->concluded = true;
    list->revision = facts_revision;
    return list;
}

bool
media_of_call(const facts_call_t *call, media_direction_t direction, media_summary_t *summary)
{
    const struct media_list *list = conclude(call);

    if (!list || list->sums[direction].packets == 0)
        return false;
    *summary = list->sums[direction];
    return true;
}

double
media_seconds_after(const facts_call_t *call, media_direction_t direction, const nstime_t *when)
{
    const struct media_list *list = conclude(call);
    GArray *items = g_array_new(FALSE, FALSE, sizeof(spurt_t));
    double seconds;

    for (unsigned i = 0; list && i < list->chosen_count; i++)
        if (list->chosen[i]->direction == direction)
            spurts_collect(&list->chosen[i]->spurts, nstime_to_sec(when), items);
    seconds = spurts_add_up(items).seconds;
    g_array_free(items, TRUE);
    return seconds;
}

/* --- other points ------------------------------------------------------------------------------------------------
 */

void
media_change_clock(const facts_endpoint_t *endpoint, const facts_call_t *call)
{
    for (media_flow_t *flow = endpoint->flows; flow; flow = flow->next) {
        if (flow->key.from.transport != PT_TCP || flow->point == call->point || !places_met(flow->point, call->point))
            continue;
        flow->first = place_time(&flow->first, flow->point, call->point);
        flow->last = place_time(&flow->last, flow->point, call->point);
        if (!nstime_is_zero(&flow->last_report))
            flow->last_report = place_time(&flow->last_report, flow->point, call->point);
        spurts_shift(&flow->spurts, seconds_apart(flow->point, call->point));
        flow->point = call->point;
    }
}

bool
media_at_point(const facts_call_t *call, unsigned point, media_direction_t direction, media_point_t *seen)
{
    const struct media_list *list = conclude(call);

    memset(seen, 0, sizeof *seen);
    for (unsigned i = 0; list && i < list->chosen_count; i++) {
        const media_flow_t *here = list->chosen[i], *there;
        flow_key_t key = here->key;

        key.point = point;
        there = here->direction == direction && key.from.transport == PT_UDP
                    ? (const media_flow_t *)wmem_map_lookup(flows, &key)
                    : NULL;
        if (!there || there->point != point)
            continue;
        seen->here += here->packets;
        seen->here_lost += here->lost;
        seen->there += there->packets;
        seen->there_lost += there->lost;
    }
    return seen->there > 0;
}
