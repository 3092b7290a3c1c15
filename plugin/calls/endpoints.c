/* endpoints.c
 * Addresses and ports that calls use, and what was tried from them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"

#include "base/address-kind.h"
#include "base/address-map.h"
#include "calls/points.h"

/* State of the file; emptied by wmem with the file's scope, the counts by reset(). */
static wmem_map_t *endpoints; /* facts_key_t -> facts_endpoint_t, the latest use */
static wmem_map_t *attempts;  /* attempt_key_t -> facts_attempt_t */
static wmem_map_t *relays;    /* facts_key_t, address only -> itself */
static unsigned endpoint_count, attempt_count;

typedef struct {
    facts_attempt_kind_t kind;
    facts_relayed_t relayed;
    unsigned point; /* 0 = of all: it is inside a TCP connection */
    const facts_endpoint_t *local;
    facts_key_t remote;
} attempt_key_t;

facts_key_t
facts_key(port_type transport, const address *addr, uint16_t port)
{
    return (facts_key_t){ .addr = *addr, .port = port, .transport = transport };
}

unsigned
facts_key_hash(const void *data)
{
    const facts_key_t *key = (const facts_key_t *)data;

    return address_hash(&key->addr) + ((unsigned)key->port << 4) + (unsigned)key->transport;
}

int
facts_key_equal(const void *a, const void *b)
{
    const facts_key_t *one = (const facts_key_t *)a, *other = (const facts_key_t *)b;

    return one->port == other->port && one->transport == other->transport &&
           addresses_equal(&one->addr, &other->addr);
}

const facts_key_t *
facts_key_keep(const facts_key_t *key)
{
    facts_key_t *kept = wmem_new(wmem_file_scope(), facts_key_t);

    *kept = *key;
    copy_address_wmem(wmem_file_scope(), &kept->addr, &key->addr);
    return kept;
}

static unsigned
attempt_hash(const void *data)
{
    const attempt_key_t *key = (const attempt_key_t *)data;

    return facts_key_hash(&key->remote) * 31 + facts_key_hash(&key->local->key) + (unsigned)key->kind * 4 +
           (unsigned)key->relayed + key->point * 64;
}

static int
attempt_equal(const void *a, const void *b)
{
    const attempt_key_t *one = (const attempt_key_t *)a, *other = (const attempt_key_t *)b;

    return one->kind == other->kind && one->relayed == other->relayed && one->point == other->point &&
           one->local == other->local && facts_key_equal(&one->remote, &other->remote);
}

static void
reset(void)
{
    endpoint_count = attempt_count = 0;
}

void
endpoints_register(void)
{
    endpoints = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    attempts = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), attempt_hash, attempt_equal);
    relays = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    register_init_routine(reset);
}

facts_endpoint_t *
endpoint_find(const facts_key_t *key)
{
    return endpoint_count ? (facts_endpoint_t *)wmem_map_lookup(endpoints, key) : NULL;
}

facts_endpoint_t *
endpoint_at(const facts_key_t *key, uint32_t frame)
{
    facts_endpoint_t *endpoint = endpoint_find(key);

    while (endpoint && endpoint->older && endpoint->first_frame > frame)
        endpoint = endpoint->older;
    return endpoint;
}

/* Calls that use an address and port at once and are looked through for one of them. */
#define MOST_USES 256

facts_endpoint_t *
endpoint_in_call(const facts_key_t *key, const facts_call_t *call)
{
    facts_endpoint_t *endpoint = endpoint_find(key);

    for (unsigned looked = 0; endpoint && looked < MOST_USES; looked++, endpoint = endpoint->older)
        if (call_root(endpoint->owner.call) == call)
            return endpoint;
    return NULL;
}

facts_endpoint_t *
endpoint_of_ends(facts_endpoint_t *source, facts_endpoint_t *destination)
{
    /* The server of a conference does not tell whose: the computer it speaks with does. */
    if (source && source->shared)
        return destination;
    if (source && call_root(source->owner.call)->claimed)
        return source;
    return destination && !destination->shared ? destination : source;
}

facts_endpoint_t *
endpoint_of_packet(const packet_info *pinfo)
{
    facts_endpoint_t *source;
    facts_key_t key;

    if ((pinfo->ptype != PT_UDP && pinfo->ptype != PT_TCP) || wmem_map_size(endpoints) == 0)
        return NULL;
    key = facts_key(pinfo->ptype, &pinfo->src, (uint16_t)pinfo->srcport);
    source = endpoint_at(&key, pinfo->num);
    if (source && !source->shared && call_root(source->owner.call)->claimed)
        return source;
    key = facts_key(pinfo->ptype, &pinfo->dst, (uint16_t)pinfo->destport);
    return endpoint_of_ends(source, endpoint_at(&key, pinfo->num));
}

facts_endpoint_t *
endpoint_new(packet_info *pinfo, const facts_key_t *key, facts_call_t *call)
{
    facts_endpoint_t *endpoint;

    if (!call)
        return NULL;
    if (endpoint_count >= facts_options.max_endpoints) {
        facts_hit_limit(pinfo, "endpoints");
        return NULL;
    }
    endpoint_count++;
    endpoint = wmem_new0(wmem_file_scope(), facts_endpoint_t);
    endpoint->key = *key;
    copy_address_wmem(wmem_file_scope(), &endpoint->key.addr, &key->addr);
    endpoint->first_frame = pinfo->num;
    endpoint->older = endpoint_find(key);
    wmem_map_insert(endpoints, &endpoint->key, endpoint);
    endpoint_move(endpoint, call);
    return endpoint;
}

static void
members_remove(facts_call_t *call, const facts_member_t *member)
{
    if (member->before)
        member->before->next = member->next;
    else
        call->members = member->next;
    if (member->next)
        member->next->before = member->before;
    else
        call->members_end = member->before;
}

/* A place at the end. It is a new one, so that who walks another list goes on there. */
static facts_member_t *
members_add(facts_call_t *call, facts_endpoint_t *endpoint)
{
    facts_member_t *member = wmem_new0(wmem_file_scope(), facts_member_t);

    member->endpoint = endpoint;
    member->before = call->members_end;
    if (call->members_end)
        call->members_end->next = member;
    else
        call->members = member;
    call->members_end = member;
    return member;
}

void
endpoint_move(facts_endpoint_t *endpoint, facts_call_t *call)
{
    facts_call_t *from = call_root(endpoint->owner.call);

    call = call_root(call);
    if (!call || from == call)
        return;
    call_take_own(call, from, &endpoint->key.addr);
    if (from)
        members_remove(from, endpoint->member);
    endpoint->owner.call = call;
    endpoint->member = members_add(call, endpoint);
    point_sort_endpoint(endpoint);
    steps_changed();
    facts_revision++;
}

facts_endpoint_t *
endpoint_name(packet_info *pinfo, const facts_key_t *key, facts_call_t *call)
{
    facts_endpoint_t *endpoint = endpoint_find(key);
    facts_call_t *owner = endpoint ? call_root(endpoint->owner.call) : NULL;

    call = call_root(call);
    if (!endpoint || (owner != call && owner->claimed && endpoint->named)) {
        endpoint = endpoint_new(pinfo, key, call);
    } else if (owner != call && !owner->claimed) {
        call_join(pinfo, owner, call);
    } else if (owner != call) {
        endpoint_move(endpoint, call);
        if (endpoint->base && !endpoint->base->named)
            endpoint_move(endpoint->base, call);
    }
    if (endpoint)
        endpoint->named = true;
    return endpoint;
}

bool
is_endpoint(const address *addr, uint16_t port)
{
    static const uint8_t zeros[16];

    return (addr->type == AT_IPv4 || addr->type == AT_IPv6) && memcmp(addr->data, zeros, (size_t)addr->len) != 0 &&
           port != 0 && port != 9;
}

static void
keep_attempt(const attempt_key_t *key, facts_attempt_t *attempt)
{
    attempt_key_t *kept = wmem_new(wmem_file_scope(), attempt_key_t);

    *kept = *key;
    kept->remote = attempt->remote;
    wmem_map_insert(attempts, kept, attempt);
}

/* Attempts of an endpoint that are looked through for one that was made before its point was known. */
#define MOST_LOOKED 64

/* The attempt of a key. It may have been made when its point was not known for another one than that of its call. */
static facts_attempt_t *
attempt_find(const attempt_key_t *key)
{
    facts_attempt_t *attempt = (facts_attempt_t *)wmem_map_lookup(attempts, key);
    unsigned looked = 0;

    if (attempt || !places_any_met())
        return attempt;
    for (attempt = key->local->attempts; attempt && looked < MOST_LOOKED; attempt = attempt->next, looked++)
        if (attempt->kind == key->kind && attempt->relayed == key->relayed && attempt->point == key->point &&
            !attempt_is_in_stream(attempt->kind, attempt->transport) && attempt->kind != FACTS_CONNECTION &&
            facts_key_equal(&attempt->remote, &key->remote)) {
            keep_attempt(key, attempt);
            return attempt;
        }
    return NULL;
}

facts_attempt_t *
attempt_get(packet_info *pinfo, facts_attempt_kind_t kind, facts_endpoint_t *local, const facts_key_t *remote,
            facts_relayed_t relayed, bool make)
{
    attempt_key_t key = { .kind = kind, .relayed = relayed, .local = local, .remote = *remote };
    const facts_call_t *call = call_root(local->owner.call);
    bool in_stream = attempt_is_in_stream(kind, remote->transport);
    facts_attempt_t *attempt;

    /* As long as no points have met, it is the same attempt for all, whatever becomes of its call. */
    if (!in_stream && places_around(call->point))
        key.point = point_of_packet(pinfo, call);
    attempt = attempt_find(&key);
    if (attempt || !make)
        return attempt;
    attempt = attempt_new(pinfo, kind, local, remote);
    if (!attempt)
        return NULL;
    attempt->relayed = relayed;
    attempt->point = in_stream ? call->point : place_of_packet(pinfo);
    attempt->first_time = attempt->last_time = point_time(pinfo, call);
    keep_attempt(&key, attempt);
    attempt_attach(attempt, local);
    return attempt;
}

facts_attempt_t *
attempt_new(packet_info *pinfo, facts_attempt_kind_t kind, const facts_endpoint_t *local, const facts_key_t *remote)
{
    facts_attempt_t *attempt;

    if (attempt_count >= facts_options.max_attempts || local->attempt_count >= ENDPOINT_MAX_ATTEMPTS) {
        facts_hit_limit(pinfo, "attempts");
        return NULL;
    }
    attempt_count++;
    attempt = wmem_new0(wmem_file_scope(), facts_attempt_t);
    attempt->kind = kind;
    attempt->transport = remote->transport;
    attempt->remote = *remote;
    copy_address_wmem(wmem_file_scope(), &attempt->remote.addr, &remote->addr);
    attempt->first_frame = attempt->last_frame = pinfo->num;
    attempt->first_time = attempt->last_time = pinfo->abs_ts;
    attempt->rtt = -1;
    return attempt;
}

static const facts_host_t *
endpoint_host(const facts_endpoint_t *endpoint)
{
    const facts_call_t *call = call_root(endpoint->owner.call);

    return call ? call_host(call, &endpoint->key.addr) : NULL;
}

facts_side_t
endpoint_side(const facts_endpoint_t *endpoint)
{
    const facts_host_t *host;

    if (endpoint->side != FACTS_SIDE_UNKNOWN)
        return endpoint->side;
    if (endpoint->base && endpoint->base != endpoint)
        return endpoint->base->side != FACTS_SIDE_UNKNOWN || !(host = endpoint_host(endpoint->base))
                   ? endpoint->base->side
                   : host->side;
    host = endpoint_host(endpoint);
    return host ? host->side : FACTS_SIDE_UNKNOWN;
}

facts_type_t
endpoint_candidate_type(const facts_endpoint_t *endpoint, bool *concluded)
{
    const facts_host_t *host = endpoint->type == FACTS_TYPE_UNKNOWN ? endpoint_host(endpoint) : NULL;

    *concluded = endpoint->concluded;
    if (endpoint->type != FACTS_TYPE_UNKNOWN)
        return endpoint->type;
    if (host && host->type != FACTS_TYPE_UNKNOWN)
        return host->type;
    /* Nobody names it: what lives on a relay's address is relayed, and a private address is no reflexive one. */
    *concluded = true;
    if (relay_known(&endpoint->key.addr))
        return FACTS_RELAY;
    return address_is_private(&endpoint->key.addr) ? FACTS_HOST : FACTS_TYPE_UNKNOWN;
}

bool
endpoint_has_hello(const facts_endpoint_t *endpoint)
{
    for (const facts_attempt_t *attempt = endpoint ? endpoint->attempts : NULL; attempt; attempt = attempt->next)
        if (attempt->kind == FACTS_HELLO)
            return true;
    return false;
}

void
endpoint_conclude_host(facts_endpoint_t *endpoint)
{
    if (endpoint->type != FACTS_TYPE_UNKNOWN)
        return;
    endpoint->type = FACTS_HOST;
    endpoint->concluded = true;
}

bool
relay_known(const address *addr)
{
    facts_key_t key = facts_key(PT_NONE, addr, 0);

    return wmem_map_lookup(relays, &key) != NULL;
}

void
relay_note(const address *addr)
{
    facts_key_t key = facts_key(PT_NONE, addr, 0);

    if (!relay_known(addr))
        wmem_map_insert(relays, facts_key_keep(&key), (void *)(uintptr_t)1);
}

/* Whether the socket at addr allocated on server: 1 it did, 0 it did not while others of its computer have, -1 not
 * known. */
static int
has_allocated(const packet_info *pinfo, const address *addr, uint32_t port, const address *server)
{
    facts_key_t key = facts_key(pinfo->ptype, addr, (uint16_t)port);
    const facts_endpoint_t *endpoint = endpoint_find(&key);
    const facts_call_t *call = endpoint ? call_root(endpoint->owner.call) : NULL;

    if (!call || call->own_guessed || !call_is_own(call, addr))
        return -1;
    for (const facts_attempt_t *attempt = endpoint->attempts; attempt; attempt = attempt->next)
        if (attempt->kind == FACTS_ALLOCATION && addresses_equal(&attempt->remote.addr, server))
            return 1;
    return 0;
}

/* The address of the relay that this packet goes to or comes from, when it is the peer's; NULL = it is not. */
static const address *
peers_relay(const packet_info *pinfo)
{
    int sent = has_allocated(pinfo, &pinfo->src, pinfo->srcport, &pinfo->dst);

    if (sent >= 0)
        return sent ? NULL : &pinfo->dst;
    return has_allocated(pinfo, &pinfo->dst, pinfo->destport, &pinfo->src) == 0 ? &pinfo->src : NULL;
}

bool
facts_relay_is_peers(const packet_info *pinfo)
{
    return peers_relay(pinfo) != NULL;
}

void
facts_tell_peers_relay(packet_info *pinfo, const address *peer)
{
    const address *relay = !facts_telling(pinfo) ? NULL : peer ? peer : peers_relay(pinfo);

    if (relay)
        relay_note(relay);
}
