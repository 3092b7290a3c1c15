/* path.c
 * The pair of candidates that a call uses, and what lies between its ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/path.h"

#include "analysis/evidence.h"
#include "base/address-kind.h"
#include "calls/media.h"

/* --- which pair --------------------------------------------------------------------------------------------------
 */

/* Whether the requests of an attempt come from the computer that the capture speaks of, through its relay or not. */
static bool
is_from_own(const facts_call_t *call, const facts_attempt_t *attempt)
{
    return attempt->relayed == RELAYED_LOCAL ||
           (attempt->relayed == RELAYED_NOT && call_is_own(call, &attempt->local->key.addr));
}

static bool
is_end(const facts_key_t *end, const facts_key_t *key)
{
    return end->port == key->port && addresses_equal(&end->addr, &key->addr);
}

/* Whether media flow between the ends of an attempt. */
static bool
carries(const facts_attempt_t *attempt, const media_summary_t *media)
{
    const facts_key_t *one = &attempt->local->key, *other = &attempt->remote;

    if (media->relayed != (attempt->relayed != RELAYED_NOT))
        return false;
    if (media->relayed)
        return is_end(&media->peer, attempt->relayed == RELAYED_LOCAL ? other : one);
    return (is_end(&media->from, one) && is_end(&media->to, other)) ||
           (is_end(&media->from, other) && is_end(&media->to, one));
}

/* So many attempts of a socket are looked through: a call costs no more than its attempts. */
#define MOST_ASKED 256

/* Whether a socket has asked a server there for an allocation, or said hello to it: then it is the own relay, and who
 * speaks through it stands in what cannot be read. */
static bool
has_asked(const facts_key_t *own, const facts_key_t *far)
{
    const facts_endpoint_t *endpoint = relay_known(&far->addr) ? endpoint_find(own) : NULL;
    unsigned looked = 0;

    for (const facts_attempt_t *attempt = endpoint ? endpoint->attempts : NULL; attempt && looked++ < MOST_ASKED;
         attempt = attempt->next)
        if ((attempt->kind == FACTS_ALLOCATION || attempt->kind == FACTS_HELLO) && is_end(&attempt->remote, far))
            return true;
    return false;
}

/* How much speaks for a pair: media, then the nomination, then an answer; of one that is seen behind a NAT, too, what
 * the own computer has seen. */
static unsigned
weight(const facts_call_t *call, const facts_attempt_t *attempt, const media_summary_t media[MEDIA_DIRECTIONS],
       const bool any[MEDIA_DIRECTIONS])
{
    unsigned sum = 0;

    if ((attempt->kind != FACTS_CHECK && attempt->kind != FACTS_CONNECTION) || attempt->to_server)
        return 0;
    if (attempt->relayed == RELAYED_NOT &&
        (has_asked(&attempt->local->key, &attempt->remote) || has_asked(&attempt->remote, &attempt->local->key)))
        return 0;
    /* That the own computer answers a check shows one way only: the peer has to say that the answer arrived. */
    if (attempt->kind == FACTS_CHECK && attempt->outcome == FACTS_ANSWERED)
        sum = attempt->settled_frame ? 2 : is_from_own(call, attempt);
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        if (any[direction] && carries(attempt, &media[direction]))
            sum += 4;
    return sum ? 2 * sum + (call_is_own(call, &attempt->local->key.addr) || call_is_own(call, &attempt->remote.addr))
               : 0;
}

static const facts_attempt_t *
best_attempt(const facts_call_t *call, const media_summary_t media[MEDIA_DIRECTIONS],
             const bool any[MEDIA_DIRECTIONS])
{
    const facts_attempt_t *best = NULL;
    unsigned most = 0;

    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next) {
            unsigned found = weight(call, attempt, media, any);

            if (found > most || (found && found == most && attempt->answers > best->answers)) {
                best = attempt;
                most = found;
            }
        }
    }
    return best;
}

/* --- its ends ----------------------------------------------------------------------------------------------------
 */

/* The relay that an endpoint has its relayed address from: the latest that has granted one, else any. */
static void
set_relay(const facts_endpoint_t *base, call_path_t *path)
{
    uint32_t granted = 0;

    for (const facts_attempt_t *attempt = base ? base->attempts : NULL; attempt; attempt = attempt->next) {
        const uint32_t frame = attempt->outcome == FACTS_ANSWERED ? attempt->answer_frame : 0;

        if (attempt->kind == FACTS_ALLOCATION && (path->relay.port == 0 || frame > granted)) {
            path->relay = attempt->remote;
            granted = frame;
        }
    }
}

static void
set_own_end(const facts_key_t *key, bool relayed, call_path_t *path)
{
    const facts_endpoint_t *base = endpoint_find(key);

    path->local = *key;
    if (!relayed)
        return;
    path->local_type = FACTS_RELAY;
    if (base && base->relayed)
        path->local = base->relayed->key;
    set_relay(base, path);
}

static void
set_name(call_path_t *path)
{
    bool own = path->local_type == FACTS_RELAY, peer = path->remote_type == FACTS_RELAY;
    bool nat =
        path->local_type == FACTS_SRFLX || path->local_type == FACTS_PRFLX || path->remote_type == FACTS_SRFLX ||
        path->remote_type == FACTS_PRFLX || (path->check && path->check->translated) ||
        (path->remote.port && address_is_private(&path->local.addr) && !address_is_private(&path->remote.addr));

    path->name = own && peer ? "both relays"
                 : own       ? "own relay"
                 : peer      ? "peer's relay"
                 : nat       ? "through NAT"
                             : "direct";
    if (peer && !own)
        path->relay = path->remote;
}

/* Ports that an A/V Edge hands out. */
#define RELAY_FIRST_PORT 50000
#define RELAY_LAST_PORT  59999

static bool
is_port_of_relays(const facts_key_t *key)
{
    return key->port >= RELAY_FIRST_PORT && key->port <= RELAY_LAST_PORT && !address_is_private(&key->addr);
}

/* Whether the peer's end, which the client reaches by its own relay, lives on a relay that nobody names: it has a
 * port that relays hand out, and the client has tried such a port there over TCP, straight, in vain. Nobody does that
 * with the address of a NAT, and most computers that have no NAT in front answer; a relay may take the connection,
 * but the check on it stays without an answer. */
static bool
is_like_relay(const facts_call_t *call, const facts_key_t *remote)
{
    bool tried = false;

    if (!is_port_of_relays(remote))
        return false;
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            if (attempt->transport == PT_TCP && !attempt->to_server && attempt->relayed == RELAYED_NOT &&
                call_is_own(call, &attempt->local->key.addr) && is_port_of_relays(&attempt->remote) &&
                addresses_equal(&attempt->remote.addr, &remote->addr)) {
                bool answered = attempt_outcome(attempt) == FACTS_ANSWERED;

                if (answered && attempt->kind == FACTS_CHECK)
                    return false;
                tried |= !answered;
            }
    }
    return tried;
}

/* Whether two attempts are the checks of both sides on one pair, one through the own relay as the other comes. */
static bool
is_same_pair(const facts_attempt_t *own, const facts_attempt_t *peers)
{
    return own->kind == FACTS_CHECK && (own->relayed == RELAYED_LOCAL) == (peers->relayed == RELAYED_REMOTE) &&
           is_end(&own->local->key, &peers->remote) && is_end(&own->remote, &peers->local->key);
}

/* The round trip time of the pair, in seconds; negative where it is not known. What passes between a check of the
 * peer and its answer is the own computer's time, not the way's; where nobody knows which one that is, it is part of
 * the way.
 */
static double
rtt_of_pair(const facts_call_t *call, const facts_attempt_t *attempt)
{
    if (attempt->kind != FACTS_CHECK)
        return -1;
    if (is_from_own(call, attempt) || call->own_count == 0)
        return attempt->rtt;
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *own = member->endpoint->attempts; own; own = own->next)
            if (is_from_own(call, own) && is_same_pair(own, attempt))
                return own->rtt;
    }
    return -1;
}

static void
from_attempt(const facts_call_t *call, const facts_attempt_t *attempt, call_path_t *path)
{
    bool own = is_from_own(call, attempt), local_concluded, remote_concluded;
    bool by_relay = attempt->relayed == (own ? RELAYED_LOCAL : RELAYED_REMOTE);
    facts_type_t local = attempt_local_type(attempt, &local_concluded);
    facts_type_t remote = attempt_remote_type(attempt, &remote_concluded);

    path->check = attempt;
    path->transport = attempt->transport;
    path->rtt = rtt_of_pair(call, attempt);
    path->local_type = own ? local : remote;
    path->remote_type = own ? remote : local;
    path->concluded = local_concluded || remote_concluded;
    path->remote = own ? attempt->remote : attempt->local->key;
    set_own_end(own ? &attempt->local->key : &attempt->remote, by_relay, path);
    if (path->local_type == FACTS_RELAY && path->remote_type == FACTS_TYPE_UNKNOWN &&
        is_like_relay(call, &path->remote)) {
        path->remote_type = FACTS_RELAY;
        path->concluded = true;
    }
}

static facts_type_t
type_of(const facts_key_t *key, bool *concluded)
{
    const facts_endpoint_t *endpoint = key->port ? endpoint_find(key) : NULL;

    *concluded = true;
    if (endpoint)
        return endpoint_candidate_type(endpoint, concluded);
    return key->port && relay_known(&key->addr) ? FACTS_RELAY : FACTS_TYPE_UNKNOWN;
}

static void
from_media(const media_summary_t *media, media_direction_t direction, call_path_t *path)
{
    const facts_key_t *own = direction == MEDIA_SENT ? &media->from : &media->to;
    const facts_key_t *far = direction == MEDIA_SENT ? &media->to : &media->from;
    const bool relayed = media->relayed || has_asked(own, far);
    bool concluded;

    path->transport = own->transport;
    path->remote = media->relayed ? media->peer : relayed ? (facts_key_t){ 0 } : *far;
    path->local_type = type_of(own, &path->concluded);
    path->remote_type = type_of(&path->remote, &concluded);
    path->concluded |= concluded;
    if (relayed)
        path->relay = *far;
    set_own_end(own, relayed, path);
}

bool
path_of_call(const facts_call_t *call, call_path_t *path)
{
    media_summary_t media[MEDIA_DIRECTIONS];
    bool any[MEDIA_DIRECTIONS];
    const facts_attempt_t *attempt;

    *path = (call_path_t){ .rtt = -1 };
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        any[direction] = media_of_call(call, (media_direction_t)direction, &media[direction]);
    attempt = best_attempt(call, media, any);
    if (attempt)
        from_attempt(call, attempt, path);
    else if (any[MEDIA_RECEIVED])
        from_media(&media[MEDIA_RECEIVED], MEDIA_RECEIVED, path);
    else
        return false;
    set_name(path);
    return true;
}
