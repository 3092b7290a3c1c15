/* whose.c
 * Whose call it is: the computer that the capture speaks of.
 *
 * A file may hold what both sides of a call have done, seen at a relay or merged of several captures. Then the call
 * is told from the computer whose packets were captured where they set out; else from the first one that asks a
 * relay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"

#include "base/address-kind.h"
#include "base/hops.h"
#include "calls/points.h"

/* What was left of the TTL of packets from a computer, and its MAC address. */
typedef struct {
    unsigned least, most;
    uint8_t mac[6];
    bool has_mac;
} hops_seen_t;

static wmem_map_t *hosts; /* facts_key_t, address only -> hops_seen_t */

void
whose_register(void)
{
    hosts = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
}

/* --- how near ----------------------------------------------------------------------------------------------------
 */

static const hops_seen_t *
hops_of(const address *host)
{
    facts_key_t key = facts_key(PT_NONE, host, 0);

    return (const hops_seen_t *)wmem_map_lookup(hosts, &key);
}

host_seen_t
host_seen(const address *host)
{
    const hops_seen_t *seen = hops_of(host);

    return !seen ? HOST_NOT_SEEN : seen->most == hops_at_start(seen->most) ? HOST_NEAR : HOST_AFAR;
}

static void
host_note(const address *host, unsigned hops, const address *mac)
{
    hops_seen_t *seen = (hops_seen_t *)(void *)hops_of(host);
    facts_key_t key = facts_key(PT_NONE, host, 0);

    if (hops == 0 || (seen && hops >= seen->least && hops <= seen->most))
        return;
    if (!seen) {
        seen = wmem_new0(wmem_file_scope(), hops_seen_t);
        seen->least = hops;
        seen->has_mac = mac->type == AT_ETHER;
        if (seen->has_mac)
            memcpy(seen->mac, mac->data, sizeof seen->mac);
        wmem_map_insert(hosts, facts_key_keep(&key), seen);
    }
    seen->least = MIN(seen->least, hops);
    seen->most = MAX(seen->most, hops);
    facts_revision++;
}

static unsigned
hops_of_packet(const packet_info *pinfo)
{
    uint16_t ident;

    return frame_hops(frame_of_packet(pinfo), pinfo, &ident);
}

void
host_look(const packet_info *pinfo)
{
    host_note(&pinfo->src, hops_of_packet(pinfo), &pinfo->dl_src);
}

bool
hosts_may_be_one(const address *one, const address *other)
{
    const hops_seen_t *seen = hops_of(one), *too = hops_of(other);

    return host_seen(one) == HOST_NEAR && host_seen(other) == HOST_NEAR && seen->most == too->most &&
           !(seen->has_mac && too->has_mac && memcmp(seen->mac, too->mac, sizeof seen->mac) != 0);
}

bool
host_is_elsewhere(const packet_info *pinfo)
{
    const hops_seen_t *seen = places_any_met() || relay_known(&pinfo->src) ? NULL : hops_of(&pinfo->src);
    unsigned hops = seen ? hops_of_packet(pinfo) : 0;

    return hops && hops_at_start(hops) == hops_at_start(seen->most) &&
           (hops + 1 < seen->least || hops > seen->most + 1);
}

/* Whether one was captured where its packets set out, and the other behind routers only. */
static bool
is_nearer_than(const address *one, const address *other)
{
    return host_seen(one) == HOST_NEAR && host_seen(other) == HOST_AFAR;
}

/* --- whose -------------------------------------------------------------------------------------------------------
 */

static void
add_own(facts_call_t *call, const address *addr)
{
    if (!call_is_own(call, addr) && call->own_count < CALL_MAX_OWN)
        copy_address_wmem(wmem_file_scope(), &call->own[call->own_count++], addr);
}

/* From now on another computer is the own one: what the one before sent and received counts no more. */
static void
change_own(facts_call_t *call, const address *addr)
{
    call->own_count = call->sent = call->received = 0;
    call->own_guessed = false;
    call->own_fragment = NULL;
    add_own(call, addr);
}

/* Whether a computer is nearer than the own one. Behind a NAT is nobody but who captures there; what a relay sees of
 * both sides are the NATs' addresses. */
static bool
is_nearer(const facts_call_t *call, const address *addr)
{
    if (call->own_count == 0 || call_is_own(call, addr) || is_nearer_than(&call->own[0], addr))
        return false;
    return is_nearer_than(addr, &call->own[0]) || (address_is_private(addr) && !address_is_private(&call->own[0]));
}

void
call_note_own(facts_call_t *call, const address *addr)
{
    if (is_nearer(call, addr))
        change_own(call, addr);
    /* Who asks a relay behind routers does not tell who was captured where his packets set out. */
    if (call->own_guessed && !is_nearer_than(&call->own[0], addr))
        call->own_count = 0;
    call->own_guessed = false;
    if (call->own_count == 0)
        add_own(call, addr);
}

void
call_take_own(facts_call_t *call, const facts_call_t *before, const address *addr)
{
    if (before && !before->own_guessed && call_is_own(before, addr))
        call_note_own(call, addr);
}

/* Whether an address is a relay's, as far as is known: it sends what the computers that allocated there send. */
static bool
is_relays(const address *addr)
{
    return addr->type == AT_NONE || relay_known(addr);
}

void
call_guess_own(facts_call_t *call, const address *from, const address *to)
{
    if (call->own_count && is_nearer_than(from, &call->own[0]) && !is_relays(from))
        change_own(call, from);
    if (call->own_count)
        return;
    call->own_guessed = true;
    add_own(call, address_is_private(to) && !address_is_private(from) ? to : from);
}

void
call_guess_sbc(facts_call_t *call, const address *addr)
{
    if ((call->own_count && !call->own_guessed) || (addr->type != AT_IPv4 && addr->type != AT_IPv6))
        return;
    call->own_guessed = true;
    add_own(call, addr);
}

void
call_share_own(facts_call_t *call, const address *addr)
{
    if (call->own_count == 0 || host_seen(addr) == host_seen(&call->own[0]))
        add_own(call, addr);
}

/* Whether an address is not in the network of the other one, as far as it is known. */
static bool
is_far_from(const address *addr, const address *other)
{
    if (host_seen(addr) != HOST_NOT_SEEN)
        return host_seen(addr) == HOST_AFAR;
    return !address_is_private(addr) && !(addr->type == AT_IPv6 && memcmp(addr->data, other->data, 8) == 0);
}

/* Whether both sides use the same fragment: then it tells neither. */
static bool
is_of_both(const char *user_name, const char *fragment)
{
    size_t length = strlen(fragment);

    return strncmp(user_name, fragment, length) == 0 && user_name[length] == ':';
}

/* Whether who sends a check is the own computer by another of its addresses: both are captured where their packets
 * set out, and the check has its user name fragment, or, while that is not known, the other version of IP, on its way
 * to somebody far away. */
static bool
is_own_by_other_address(const facts_call_t *call, const facts_check_t *check, const char *fragment)
{
    if (host_seen(check->from) != HOST_NEAR || host_seen(&call->own[0]) != HOST_NEAR || is_relays(check->from) ||
        call_is_own(call, check->to) || call_has_points(call))
        return false;
    if (call->own_fragment)
        return strcmp(call->own_fragment, fragment) == 0 && !is_of_both(check->user_name, fragment);
    return !call->own_guessed && check->from->type != call->own[0].type && check->to->type == check->from->type &&
           is_far_from(check->to, check->from);
}

void
call_note_check(facts_call_t *call, const facts_check_t *check)
{
    const char *colon = check->user_name ? strchr(check->user_name, ':') : NULL;

    if (!colon || call->own_count == 0 || check->relayed)
        return;
    if (is_own_by_other_address(call, check, colon + 1))
        add_own(call, check->from);
    if (!call->own_fragment && call_is_own(call, check->from))
        call->own_fragment = facts_text(colon + 1);
}

void
own_join(facts_call_t *call, const facts_call_t *part)
{
    bool nearer = part->own_count && !part->own_guessed && is_nearer(call, &part->own[0]);

    if (!part->own_count || !(call->own_count == 0 || nearer || (call->own_guessed && !part->own_guessed)))
        return;
    memcpy(call->own, part->own, sizeof call->own);
    call->own_count = part->own_count;
    call->own_guessed = part->own_guessed;
    call->own_fragment = part->own_fragment;
}

bool
call_is_own(const facts_call_t *call, const address *addr)
{
    for (unsigned i = 0; i < call->own_count; i++)
        if (addresses_equal(&call->own[i], addr))
            return true;
    return false;
}

bool
calls_are_apart(const facts_call_t *one, const facts_call_t *other)
{
    for (unsigned i = 0; i < one->own_count; i++)
        if (call_is_own(other, &one->own[i]))
            return false;
    return one->own_count && other->own_count;
}

/* A private address may be that of a second interface, and so may one of the other version of IP; not one that was
 * captured behind routers only. A relay sees the addresses of NATs. */
bool
call_is_other_computer(const facts_call_t *call, const address *addr)
{
    if (call->own_count == 0 || call->own_guessed || call_is_own(call, addr))
        return false;
    return is_nearer_than(&call->own[0], addr) || (!address_is_private(addr) && addr->type == call->own[0].type);
}
