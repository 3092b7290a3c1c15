/* media-flow.c
 * Media of calls as it passes: flows, and the streams in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/media-flow.h"

#include "calls/points.h"

static wmem_map_t *flows;   /* flow_key_t -> media_flow_t */
static wmem_map_t *streams; /* stream_key_t -> stream_t */
static unsigned stream_count;
static uint32_t told_frame;

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
    endpoint->flow_count++;
    return flow;
}

const media_flow_t *
media_flow_find(const flow_key_t *key)
{
    return (const media_flow_t *)wmem_map_lookup(flows, key);
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

double
media_seconds_apart(unsigned from, unsigned to)
{
    nstime_t zero = NSTIME_INIT_ZERO, apart = place_time(&zero, from, to);

    return nstime_to_sec(&apart);
}

static void
change_clock(stream_t *stream, unsigned clock)
{
    rtp_stream_shift(&stream->rtp, media_seconds_apart(stream->clock, clock));
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
        spurts_shift(&flow->spurts, media_seconds_apart(flow->point, call->point));
        flow->point = call->point;
    }
}
