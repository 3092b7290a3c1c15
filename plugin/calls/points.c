/* points.c
 * Calls that were captured at two places or more.
 *
 * What is tried over UDP, the connections and the hellos are told for each point: the attempts of the point that the
 * call is told from stand in the lists of its endpoints, those of others beside. Which point that is may turn out
 * late, when its clock is behind: then the lists change places.
 *
 * Inside a TCP connection it is not as easy. Stock TCP takes the same segment of another point for one that was sent
 * again, and dissects the first one only, of whatever point. So what is in there (allocations, checks, media) is told
 * once, and its times are those that the clock of the call's point would have told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"

/* Points that have seen one message. */
#define MOST_SIGHTS 8

/* Endpoints that are looked through for what a point sees. */
#define MOST_MEMBERS 256

typedef struct {
    uint8_t id[16];
    uint32_t addresses; /* a hash */
    uint16_t ports[2];
    uint16_t ident;
    uint8_t kind;
    uint8_t transport;
} message_key_t;

typedef struct sighting {
    message_key_t key;
    sight_t sight;
    struct sighting *next; /* of the same message at another point */
} sighting_t;

static wmem_map_t *sightings; /* message_key_t -> sighting_t */

static unsigned
hash_message(const void *key)
{
    return wmem_strong_hash((const uint8_t *)key, sizeof(message_key_t));
}

static int
equal_message(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(message_key_t)) == 0;
}

void
points_register(void)
{
    places_register();
    sightings = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_message, equal_message);
}

/* --- beside the call ---------------------------------------------------------------------------------------------
 */

bool
call_has_points(const facts_call_t *call)
{
    return (call->seen_at & places_around(call->point)) != 0;
}

unsigned
point_of_packet(const packet_info *pinfo, const facts_call_t *call)
{
    unsigned place = place_of_packet(pinfo);

    return places_met(place, call->point) ? place : call->point;
}

bool
point_is_beside(const facts_call_t *call, unsigned point)
{
    return point != call->point && places_met(point, call->point);
}

bool
point_is_elsewhere(const packet_info *pinfo, const facts_call_t *call)
{
    return places_any_met() && call && point_is_beside(call, place_of_packet(pinfo));
}

nstime_t
point_time(const packet_info *pinfo, const facts_call_t *call)
{
    return places_any_met() && call ? place_time(&pinfo->abs_ts, place_of_packet(pinfo), call->point) : pinfo->abs_ts;
}

bool
attempt_is_in_stream(facts_attempt_kind_t kind, port_type transport)
{
    return transport == PT_TCP && (kind == FACTS_ALLOCATION || kind == FACTS_CHECK);
}

/* Whether an attempt is told beside its call. The other side's with its own relay never come by the call's point. */
static bool
is_beside(const facts_call_t *call, const facts_attempt_t *attempt)
{
    bool to_server = attempt->to_server || attempt->kind == FACTS_ALLOCATION || attempt->kind == FACTS_HELLO;
    unsigned home;

    if (!point_is_beside(call, attempt->point) || attempt_is_in_stream(attempt->kind, attempt->transport))
        return false;
    return !(to_server && place_of_host(&attempt->local->key.addr, &home) && home == attempt->point);
}

void
attempt_attach(facts_attempt_t *attempt, facts_endpoint_t *local)
{
    facts_attempt_t **list;

    attempt->local = local;
    list = is_beside(call_root(local->owner.call), attempt) ? &local->beside : &local->attempts;
    attempt->next = *list;
    *list = attempt;
    local->attempt_count++;
    facts_revision++;
}

/* --- another point -----------------------------------------------------------------------------------------------
 */

static void
change_time(nstime_t *when, unsigned from, unsigned to)
{
    if (!nstime_is_zero(when))
        *when = place_time(when, from, to);
}

/* The times of an attempt inside a connection as another clock tells them. */
static void
change_clock(facts_attempt_t *attempt, unsigned point)
{
    nstime_t *const times[] = { &attempt->first_time,   &attempt->last_time,     &attempt->last_answer,
                                &attempt->settled_time, &attempt->pending_since, &attempt->reset.time,
                                &attempt->closed.time };

    if (attempt->point == point || !places_met(attempt->point, point))
        return;
    for (size_t i = 0; i < array_length(times); i++)
        change_time(times[i], attempt->point, point);
    attempt->point = point;
}

void
point_sort_endpoint(facts_endpoint_t *endpoint)
{
    const facts_call_t *call = call_root(endpoint->owner.call);
    facts_attempt_t *lists[2] = { endpoint->attempts, endpoint->beside };
    facts_attempt_t **ends[2] = { &endpoint->attempts, &endpoint->beside };

    if (!places_any_met())
        return;
    for (size_t i = 0; i < array_length(lists); i++)
        for (facts_attempt_t *attempt = lists[i], *next; attempt; attempt = next) {
            bool beside = is_beside(call, attempt);

            next = attempt->next;
            if (attempt_is_in_stream(attempt->kind, attempt->transport))
                change_clock(attempt, call->point);
            *ends[beside] = attempt;
            ends[beside] = &attempt->next;
        }
    *ends[0] = *ends[1] = NULL;
    media_change_clock(endpoint, call);
}

void
points_sort(facts_call_t *call)
{
    if (!places_any_met())
        return;
    call->points_revision = places_revision;
    for (facts_member_t *member = call->members; member; member = member->next)
        if (call_root(member->endpoint->owner.call) == call)
            point_sort_endpoint(member->endpoint);
    facts_revision++;
}

/* A call begins with what was tried first. */
static void
note_start(facts_call_t *call)
{
    for (const facts_member_t *member = call->members; member; member = member->next)
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            if (call_root(member->endpoint->owner.call) == call) {
                call->start = *earlier(&attempt->first_time, &call->start);
                call->first_time = *earlier(&attempt->first_time, &call->first_time);
            }
}

/* From now on the call is told from another point: what was counted so far was counted elsewhere. */
static void
change_point(facts_call_t *call, unsigned point)
{
    change_time(&call->start, call->point, point);
    change_time(&call->first_time, call->point, point);
    change_time(&call->last_time, call->point, point);
    change_time(&call->release_time, call->point, point);
    call->point = point;
    call->packets = call->sent = call->received = call->media_packets = 0;
    points_sort(call);
    note_start(call);
}

/* The point where the packets of the call's own computer set out; where that is not known, the one it had. */
static unsigned
own_point(const facts_call_t *call)
{
    unsigned point;

    for (unsigned i = 0; i < call->own_count; i++)
        if (place_of_host(&call->own[i], &point))
            return point;
    return call->point;
}

void
point_settle(const packet_info *pinfo, facts_call_t *call)
{
    unsigned point;

    if (!places_any_met())
        return;
    call = call_root(call);
    point = own_point(call);
    /* It began with what was captured at none of the points, its signalling for example. */
    if (!places_around(point) && places_around(place_of_packet(pinfo)))
        point = place_of_packet(pinfo);
    if (point != call->point)
        change_point(call, point);
    else if (call->points_revision != places_revision)
        points_sort(call);
}

static sighting_t *
sighting_new(const message_key_t *key, const sight_t *sight)
{
    sighting_t *sighting = wmem_new0(wmem_file_scope(), sighting_t);

    sighting->key = *key;
    sighting->sight = *sight;
    return sighting;
}

static message_key_t
message_key(const packet_info *pinfo, point_kind_t kind, const void *id, size_t length)
{
    message_key_t key;

    memset(&key, 0, sizeof key);
    memcpy(key.id, id, MIN(length, sizeof key.id));
    key.addresses = add_address_to_hash(add_address_to_hash(0, &pinfo->src) * 31, &pinfo->dst);
    key.ports[0] = (uint16_t)pinfo->srcport;
    key.ports[1] = (uint16_t)pinfo->destport;
    key.kind = (uint8_t)kind;
    key.transport = (uint8_t)pinfo->ptype;
    return key;
}

static void
keep_sight(const message_key_t *key, const sight_t *sight)
{
    sighting_t *sighting;

    if (wmem_map_size(sightings) >= facts_options.max_steps)
        return;
    sighting = sighting_new(key, sight);
    wmem_map_insert(sightings, &sighting->key, sighting);
}

void
point_met_before(const packet_info *pinfo, point_kind_t kind, const void *id, size_t length, const sight_t *sight)
{
    message_key_t key = message_key(pinfo, kind, id, length);

    key.ident = sight->mark.ident;
    if (!wmem_map_lookup(sightings, &key))
        keep_sight(&key, sight);
}

bool
point_meet(const packet_info *pinfo, point_kind_t kind, const void *id, size_t length, unsigned how)
{
    sighting_t *known, *last = NULL;
    message_key_t key;
    sight_t sight;
    unsigned count = 0;
    bool met = false;

    if (!facts_telling(pinfo))
        return false;
    place_look(pinfo, &sight);
    key = message_key(pinfo, kind, id, length);
    key.ident = sight.mark.ident;
    known = (sighting_t *)wmem_map_lookup(sightings, &key);
    for (sighting_t *sighting = known; sighting; sighting = sighting->next, count++) {
        last = sighting;
        met |= places_meet(pinfo, &sighting->sight, &sight, how & POINT_ONCE);
    }
    if (!known && (how & POINT_KEEP))
        keep_sight(&key, &sight);
    else if (met && (how & POINT_KEEP) && count < MOST_SIGHTS)
        last->next = sighting_new(&key, &sight);
    return met;
}

/* --- ask ---------------------------------------------------------------------------------------------------------
 */

facts_attempt_t *
point_attempt(const facts_endpoint_t *local, unsigned point, facts_attempt_kind_t kind, const facts_key_t *remote,
              facts_relayed_t relayed)
{
    for (facts_attempt_t *attempt = local->beside; attempt; attempt = attempt->next)
        if (attempt->point == point && attempt->kind == kind && attempt->relayed == relayed &&
            facts_key_equal(&attempt->remote, remote))
            return attempt;
    return NULL;
}

/* What a point sees of the packets between the computers of an attempt, by what it has seen of an endpoint. */
static void
look_beside(const facts_attempt_t *attempt, const facts_endpoint_t *endpoint, unsigned point, point_view_t *view)
{
    if (!addresses_equal(&endpoint->key.addr, &attempt->local->key.addr))
        return;
    for (const facts_attempt_t *other = endpoint->beside; other; other = other->next) {
        if (other->point != point ||
            (attempt->relayed == RELAYED_NOT ? !addresses_equal(&other->remote.addr, &attempt->remote.addr)
                                             : endpoint != attempt->local))
            continue;
        view->watches = true;
        view->answers |= other->answer_frame != 0;
    }
}

/* What a connection carries is seen where its data is. */
static void
view_data(const facts_attempt_t *attempt, unsigned point, point_view_t *view)
{
    const facts_attempt_t *connection =
        point_attempt(attempt->local, point, FACTS_CONNECTION, &attempt->remote, RELAYED_NOT);

    if (!connection)
        return;
    if (view->request == 0)
        view->request = connection->data_frame[0];
    if (view->answer == 0)
        view->answer = connection->data_frame[1];
    if (view->answer == 0 && connection->reset.by_remote)
        view->answer = connection->reset.frame;
}

void
point_view(const facts_attempt_t *attempt, unsigned point, point_view_t *view)
{
    const facts_call_t *call = call_root(attempt->local->owner.call);
    const facts_attempt_t *twin =
        point_attempt(attempt->local, point, attempt->kind, &attempt->remote, attempt->relayed);
    nstime_t first = place_time(&attempt->first_time, call->point, point);
    nstime_t last = place_time(&attempt->last_time, call->point, point);
    unsigned looked = 0;

    memset(view, 0, sizeof *view);
    look_beside(attempt, attempt->local, point, view);
    for (const facts_member_t *member = call->members; member && looked < MOST_MEMBERS;
         member = member->next, looked++)
        if (call_root(member->endpoint->owner.call) == call)
            look_beside(attempt, member->endpoint, point, view);
    view->was_there = nstime_cmp(place_begin(point), &last) <= 0 && nstime_cmp(&first, place_end(point)) <= 0;
    if (twin) {
        view->tries = twin->tries;
        view->request = twin->tries ? twin->first_frame : 0;
        view->answer = twin->answer_frame;
    }
    if (attempt->kind == FACTS_HELLO)
        view_data(attempt, point, view);
}
