/* calls-of-host.c
 * Which call of a computer it is that allocates, asks a relay or connects, while no signalling tells; and from which
 * addresses it does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"

#include "base/address-kind.h"

#include <math.h>

/* What belongs together without a name comes within this time, in seconds: all allocations of an offer, and what goes
 * on while a call is set up. */
#define GATHERING_TIME 30
#define SETUP_TIME     15

/* An address and port that was quiet for so long behind the end of its call is used anew. Who begins anew on it shows
 * that after a shorter time. */
#define REUSE_TIME 60
#define PAST_TIME  10

/* What was on its way when a call was given up arrives within this time, in seconds. */
#define ON_WAY_TIME 0.5

/* Media that came less than this time ago, in seconds, go on. */
#define SPEAKING_TIME 0.5

/* The addresses of a computer ask relays within this time, in seconds: IPv6 and IPv4 begin so far from each other
 * (RFC 8305, section 5: 250 ms). */
#define TOGETHER_TIME 0.3

/* So many calls of the last ones are looked through for those that have begun together. */
#define MOST_RECENT 16

static facts_call_t *recent[MOST_RECENT]; /* the last calls that computers have begun; a ring */
static unsigned recent_next;

static wmem_map_t *hosts; /* facts_key_t, address only -> facts_call_t */

static void
forget_recent(void)
{
    memset(recent, 0, sizeof recent);
}

void
hosts_register(void)
{
    hosts = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
    register_init_routine(forget_recent);
}

facts_call_t *
call_waiting(const packet_info *pinfo, const address *host)
{
    facts_key_t key = facts_key(PT_NONE, host, 0);
    facts_call_t *call = call_root((facts_call_t *)wmem_map_lookup(hosts, &key));

    return call && !call->claimed && seconds_since(pinfo, &call->last_time) < GATHERING_TIME ? call : NULL;
}

facts_call_t *
call_with_waiting(const packet_info *pinfo, facts_call_t *call, const address *host)
{
    facts_call_t *waiting = call_waiting(pinfo, host);

    call = call_root(call);
    /* Behind the address of a NAT may be many. */
    if (!call || !waiting || waiting == call || call_is_own(call, host) || host_seen(host) == HOST_AFAR ||
        !(address_is_private(host) || host_seen(host) == HOST_NEAR))
        return call;
    return call_join(pinfo, waiting, call);
}

facts_call_t *
call_latest(const address *host)
{
    facts_key_t key = facts_key(PT_NONE, host, 0);

    return call_root((facts_call_t *)wmem_map_lookup(hosts, &key));
}

static facts_call_t *
call_new_of_host(packet_info *pinfo, const address *host)
{
    facts_key_t key = facts_key(PT_NONE, host, 0);
    facts_call_t *call = call_new(pinfo);

    if (call) {
        wmem_map_insert(hosts, facts_key_keep(&key), call);
        recent[recent_next++ % MOST_RECENT] = call;
    }
    return call;
}

/* Whether a call is still being set up, so that what its computer asks for belongs to it. */
static bool
is_set_up(const packet_info *pinfo, const facts_call_t *call)
{
    return call->claimed ? call->end_frame == 0 && seconds_since(pinfo, &call->start) < SETUP_TIME
                         : seconds_since(pinfo, &call->last_time) < GATHERING_TIME;
}

facts_call_t *
call_of_host(packet_info *pinfo, const address *host)
{
    facts_call_t *call = call_latest(host);

    return call && is_set_up(pinfo, call) ? call : call_new_of_host(pinfo, host);
}

/* Who speaks and asks a relay anew adds a medium, or begins another call: the checks will tell. NULL = nobody speaks,
 * or has for so long that it is another call. */
static facts_call_t *
call_begun_beside(packet_info *pinfo, const address *host)
{
    facts_call_t *speaks = call_latest(host), *call;

    if (!speaks || !speaks->claimed || speaks->end_frame || !speaks->media_packets ||
        seconds_since(pinfo, &speaks->path_time) >= SPEAKING_TIME ||
        seconds_since(pinfo, &speaks->start) >= SETUP_TIME)
        return NULL;
    call = call_new_of_host(pinfo, host);
    if (call)
        call->beside = speaks;
    return call;
}

/* So many attempts of a call, the first ones, are looked at for what a packet asks. */
#define MOST_LOOKED 1024

typedef bool (*is_such_t)(const facts_attempt_t *attempt, const address *addr);

/* Whether any attempt of a call is such a one. */
static bool
has_attempt(const facts_call_t *call, is_such_t is_such, const address *addr)
{
    unsigned looked = 0;

    for (const facts_member_t *member = call->members; member; member = member->next) {
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            if (is_such(attempt, addr))
                return true;
            else if (++looked == MOST_LOOKED)
                return false;
    }
    return false;
}

static bool
is_answered_check(const facts_attempt_t *attempt, const address *addr)
{
    return attempt->kind == FACTS_CHECK && attempt->outcome == FACTS_ANSWERED &&
           (addresses_equal(&attempt->remote.addr, addr) || addresses_equal(&attempt->local->key.addr, addr));
}

facts_call_t *
call_with_beside(const packet_info *pinfo, facts_call_t *call, const address *one, const address *other)
{
    facts_call_t *beside = call && !call->media_packets ? call_root(call->beside) : NULL;
    const address *peer = call && call_is_own(call, one) ? other : one;

    if (!beside || beside == call || relay_known(peer) || call_is_own(call, peer) ||
        !has_attempt(beside, is_answered_check, peer))
        return call;
    return call_join(pinfo, beside, call);
}

facts_call_t *
call_begun_by_host(packet_info *pinfo, const address *host)
{
    const facts_call_t *call = call_latest(host);

    return call && (seconds_since(pinfo, &call->last_time) >= NEXT_TIME || call_is_given_up(call))
               ? call_new_of_host(pinfo, host)
               : call_of_host(pinfo, host);
}

/* Whether a call has tried pairs, and none works. Where signalling is seen that tells the calls. */
static bool
has_no_pair(const facts_call_t *call)
{
    return call->last_step[FACTS_STEP_CHECK] && !call->paired && !call->media_packets && !call->sip_messages;
}

bool
call_is_past(const packet_info *pinfo, const facts_call_t *call)
{
    const double quiet = seconds_since(pinfo, &call->last_time);
    const bool ended = call->end_frame || call->release_frame || has_no_pair(call);

    return ended ? quiet >= NEXT_TIME : call->claimed && quiet >= PAST_TIME;
}

bool
call_is_given_up(const facts_call_t *call)
{
    return call->claimed && call->release_frame && !nstime_is_zero(&call->path_time) &&
           seconds_between(&call->release_time, &call->path_time) < ON_WAY_TIME;
}

/* Whether a client that begins on an address and port uses it for another call. */
static bool
begins_anew(const packet_info *pinfo, const facts_call_t *call)
{
    return call_is_past(pinfo, call) || call_is_given_up(call) || seconds_since(pinfo, &call->last_time) >= PAST_TIME;
}

facts_endpoint_t *
endpoint_of_client(packet_info *pinfo, const facts_key_t *key, bool begins)
{
    facts_endpoint_t *endpoint = endpoint_find(key);
    facts_call_t *call = endpoint ? call_root(endpoint->owner.call) : NULL;

    if (call && !(begins && begins_anew(pinfo, call)) &&
        !(call->end_frame && seconds_since(pinfo, &call->last_time) > REUSE_TIME))
        return endpoint;
    call = begins ? call_begun_beside(pinfo, &key->addr) : NULL;
    if (!call)
        call = begins ? call_begun_by_host(pinfo, &key->addr) : call_of_host(pinfo, &key->addr);
    return endpoint_new(pinfo, key, call);
}

/* --- several addresses of one computer -------------------------------------------------------------------------- */

facts_call_t *
call_of_credentials(const packet_info *pinfo, const char *user_name)
{
    facts_call_t *call = call_by_text(MRAS_USER, user_name);

    return call && !call->claimed && seconds_since(pinfo, &call->last_time) < GATHERING_TIME ? call : NULL;
}

/* Allocations with the same credentials from several addresses of a computer belong together, as long as nobody has
 * claimed them, and when they begin at one time: credentials live for hours. */
void
call_join_user(packet_info *pinfo, const facts_endpoint_t *endpoint, const char *user_name)
{
    facts_call_t *call = call_root(endpoint->owner.call);
    facts_call_t *known = call_by_text(MRAS_USER, user_name);

    if (!user_name || call->claimed || known == call)
        return;
    known = call_of_credentials(pinfo, user_name);
    if (known && seconds_between(&known->last_time, &call->start) < NEXT_TIME)
        call_share_own(call_join(pinfo, known, call), &endpoint->key.addr);
    else
        call_set_text(MRAS_USER, user_name, call);
}

/* Whether nothing is known of a socket but that it asks relays. */
static bool
only_asks(const facts_endpoint_t *endpoint)
{
    for (const facts_attempt_t *attempt = endpoint->attempts; attempt; attempt = attempt->next)
        if (!attempt->to_server)
            return false;
    return !endpoint->named && !endpoint->base && !endpoint->relayed && !endpoint->flows;
}

/* Whether a socket that was taken for one of the call's computer, by its address, is another computer's: captured
 * outside of the NAT they share, where only the users of the credentials tell. */
static bool
is_of_another_user(const facts_call_t *call, const facts_endpoint_t *endpoint, const char *user_name)
{
    return call->own_user && strcmp(call->own_user, user_name) != 0 && !call->sip_messages &&
           host_seen(&endpoint->key.addr) == HOST_AFAR && call_is_own(call, &endpoint->key.addr) &&
           !places_any_met() && only_asks(endpoint);
}

/* The call that a user's computer is at; NULL = none, or it asks for another one. */
static facts_call_t *
call_of_user(const packet_info *pinfo, const facts_endpoint_t *endpoint, const char *user_name)
{
    facts_call_t *call = call_by_text(MRAS_USER, user_name);

    if (!call || !call_is_own(call, &endpoint->key.addr) || call_is_given_up(call))
        return NULL;
    return is_set_up(pinfo, call) ? call : NULL;
}

/* The call that a socket begins which was taken for one of another call, from its first request on. */
static facts_call_t *
call_begun_on(packet_info *pinfo, const facts_endpoint_t *endpoint)
{
    facts_call_t *call = call_new_of_host(pinfo, &endpoint->key.addr);

    if (!call)
        return NULL;
    call->first_frame = endpoint->first_frame;
    for (const facts_attempt_t *attempt = endpoint->attempts; attempt; attempt = attempt->next)
        if (nstime_cmp(&attempt->first_time, &call->start) < 0)
            call->start = call->first_time = attempt->first_time;
    return call;
}

void
call_part_users(packet_info *pinfo, facts_endpoint_t *endpoint, const char *user_name)
{
    facts_call_t *call = call_root(endpoint->owner.call), *other;

    if (!user_name || endpoint->user)
        return; /* credentials are renewed in the middle of a call, too */
    endpoint->user =
        call->own_user && strcmp(call->own_user, user_name) == 0 ? call->own_user : facts_text(user_name);
    if (is_of_another_user(call, endpoint, user_name)) {
        other = call_of_user(pinfo, endpoint, user_name);
        endpoint_move(endpoint, other && other != call ? other : call_begun_on(pinfo, endpoint));
        call = call_root(endpoint->owner.call);
    }
    if (!call->own_user)
        call->own_user = endpoint->user;
}

static bool
is_not_in_vain(const facts_attempt_t *attempt, const address *addr _U_)
{
    return !attempt->to_server || attempt->outcome != FACTS_UNANSWERED || attempt->implied;
}

/* Whether nothing but relays was asked in a call, and they have not answered. */
static bool
asks_in_vain(const facts_call_t *call)
{
    return !has_attempt(call, is_not_in_vain, NULL);
}

/* Whether two addresses, each with a call of its own, ask as one computer does. */
static bool
begins_together(const facts_call_t *one, const facts_call_t *other)
{
    return one && one != other && one->own_count &&
           fabs(seconds_between(&one->start, &other->start)) < TOGETHER_TIME &&
           hosts_may_be_one(&one->own[0], &other->own[0]) && !asks_in_vain(one);
}

void
call_join_silent(packet_info *pinfo, const facts_attempt_t *attempt)
{
    facts_call_t *call = call_root(attempt->local->owner.call), *other = NULL;

    if (attempt->tries < 2 || call->claimed || call->own_count != 1 || !asks_in_vain(call))
        return;
    for (unsigned i = 0; i < MOST_RECENT && !other; i++)
        if (begins_together(call_root(recent[i]), call))
            other = call_root(recent[i]);
    if (other)
        call_share_own(call_join(pinfo, other, call), &attempt->local->key.addr);
}

facts_call_t *
call_of_identifier(const char *call_id)
{
    facts_call_t *call = call_by_text(CALL_NAME, call_id);

    return call && !call->claimed ? call : NULL;
}

/* An allocation that names the Call-ID it is for. [MS-TURNBWM] 2.2.13 */
void
call_join_identifier(packet_info *pinfo, const facts_endpoint_t *endpoint, const char *call_id)
{
    facts_call_t *call = call_root(endpoint->owner.call);
    facts_call_t *named = (facts_call_t *)(void *)facts_call_by_id(call_id);

    if (call->claimed)
        return;
    if (!named)
        named = call_of_identifier(call_id);
    if (named)
        call_join(pinfo, named, call);
    else
        call_set_text(CALL_NAME, call_id, call);
}

/* What comes from the address of a client's NAT, seen behind it, is the client's, too. */
void
call_note_nat(packet_info *pinfo, const facts_endpoint_t *base, const address *nat)
{
    facts_key_t key = facts_key(PT_NONE, nat, 0);
    facts_call_t *call = call_root(base->owner.call), *beyond;

    if (addresses_equal(nat, &base->key.addr) || call->claimed || call_latest(nat) == call)
        return;
    beyond = call_waiting(pinfo, nat);
    if (beyond && call_is_own(beyond, nat) && seconds_between(&beyond->last_time, &call->start) < NEXT_TIME)
        call = call_join(pinfo, call, beyond);
    wmem_map_insert(hosts, facts_key_keep(&key), call);
}
