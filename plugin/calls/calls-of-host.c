/* calls-of-host.c
 * Which call of a computer it is that allocates, asks a relay or connects, while no signalling tells; and from which
 * addresses it does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"

#include "base/address-kind.h"

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

static wmem_map_t *hosts; /* facts_key_t, address only -> facts_call_t */

void
hosts_register(void)
{
    hosts = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
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

    if (call)
        wmem_map_insert(hosts, facts_key_keep(&key), call);
    return call;
}

facts_call_t *
call_of_host(packet_info *pinfo, const address *host)
{
    facts_call_t *call = call_latest(host);

    if (call && !call->claimed && seconds_since(pinfo, &call->last_time) < GATHERING_TIME)
        return call;
    if (call && call->claimed && call->end_frame == 0 && seconds_since(pinfo, &call->start) < SETUP_TIME)
        return call;
    return call_new_of_host(pinfo, host);
}

facts_call_t *
call_begun_by_host(packet_info *pinfo, const address *host)
{
    const facts_call_t *call = call_latest(host);

    return call && (seconds_since(pinfo, &call->last_time) >= NEXT_TIME || call_is_given_up(call))
               ? call_new_of_host(pinfo, host)
               : call_of_host(pinfo, host);
}

bool
call_is_past(const packet_info *pinfo, const facts_call_t *call)
{
    double quiet = seconds_since(pinfo, &call->last_time);

    return call->end_frame || call->release_frame ? quiet >= NEXT_TIME : call->claimed && quiet >= PAST_TIME;
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
    return endpoint_new(pinfo, key, begins ? call_begun_by_host(pinfo, &key->addr) : call_of_host(pinfo, &key->addr));
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
