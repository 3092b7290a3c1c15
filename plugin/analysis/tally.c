/* tally.c
 * Counts what was tried in a call, by what became of it and by what it says together with others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/evidence.h"

#include "analysis/attempt-points.h"
#include "base/address-kind.h"
#include "calls/witness.h"

static facts_type_t
end_type(const facts_endpoint_t *endpoint, bool relayed, bool *concluded)
{
    *concluded = false;
    return relayed ? FACTS_RELAY : endpoint ? endpoint_candidate_type(endpoint, concluded) : FACTS_TYPE_UNKNOWN;
}

facts_type_t
attempt_local_type(const facts_attempt_t *attempt, bool *concluded)
{
    return end_type(attempt->local, attempt->relayed == RELAYED_LOCAL, concluded);
}

facts_type_t
attempt_remote_type(const facts_attempt_t *attempt, bool *concluded)
{
    const facts_endpoint_t *remote = endpoint_at(&attempt->remote, attempt->last_frame);

    if (remote && remote->shared)
        remote = endpoint_in_call(&attempt->remote, call_root(attempt->local->owner.call));
    return end_type(remote, attempt->relayed == RELAYED_REMOTE, concluded);
}

pair_t
attempt_pair(const facts_attempt_t *attempt)
{
    bool concluded, relay, nat;
    facts_type_t local = attempt_local_type(attempt, &concluded), remote;

    if (attempt->to_server)
        return PAIR_SERVER;
    remote = attempt_remote_type(attempt, &concluded);
    if (local == FACTS_RELAY && remote == FACTS_RELAY)
        return PAIR_RELAYS;
    relay = local == FACTS_RELAY || remote == FACTS_RELAY;
    nat = local == FACTS_SRFLX || local == FACTS_PRFLX || remote == FACTS_SRFLX || remote == FACTS_PRFLX;
    if (!relay && !nat && remote == FACTS_TYPE_UNKNOWN)
        nat = address_is_private(&attempt->local->key.addr) && !address_is_private(&attempt->remote.addr);
    return relay ? PAIR_RELAY : nat ? PAIR_NAT : PAIR_HOST;
}

static void
cell_add(tally_cell_t *cell, const facts_attempt_t *attempt)
{
    if (cell->count < TALLY_FIRST)
        cell->first[cell->count] = attempt;
    cell->count++;
}

/* Why an allocation was refused, by the code of the error. */
static void
count_refusal(tally_t *tally, const facts_attempt_t *attempt)
{
    bool unknown = attempt->code == 436 || attempt->code == 430 || attempt->code == 431 || attempt->code == 441;

    if (attempt->refusals || unknown)
        cell_add(&tally->unauthorized, attempt);
    tally->repeated_again |= attempt->refusals > 1 || unknown;
    if (attempt->code == 486)
        cell_add(&tally->quota, attempt);
    else if (attempt->outcome == FACTS_REFUSED && !attempt->refusals && !unknown)
        cell_add(&tally->refused, attempt);
    if (attempt->redirects > 1)
        cell_add(&tally->redirected, attempt);
}

/* A connection that is reset so soon behind its begin, in seconds, was never of use. */
#define CUT_TIME 2

/* Whether who refuses stands on the client's side: it refuses packets to a relay as well, or, where it is the next to
 * the client, packets to another address. */
static bool
is_own_filter(const facts_call_t *call, const facts_icmp_t *icmp)
{
    for (const facts_icmp_t *other = icmp_of_call(call); other; other = other->next)
        if (addresses_equal(&other->from, &icmp->from) &&
            (relay_known(&other->destination.addr) ||
             (icmp->nearby && other->kind == icmp->kind &&
              !addresses_equal(&other->destination.addr, &icmp->destination.addr))))
            return true;
    return false;
}

/* Whether the peer refuses, or somebody on the way to it. That there is no way is said of every private address that
 * lies behind somebody else's NAT. */
static bool
is_refusal(const facts_call_t *call, const facts_icmp_t *icmp)
{
    return (icmp->kind == FACTS_ICMP_PORT_UNREACHABLE || icmp->kind == FACTS_ICMP_PROHIBITED) &&
           (icmp_from_destination(icmp) || !is_own_filter(call, icmp));
}

/* Whether a router far from the peer refuses a private address, as many do, whoever has it. That the client's network
 * has a way to the peer's is known where the router stands in that one: an IPv6 site has 48 bits of its own. */
static bool
is_filter(const facts_icmp_t *icmp)
{
    const address *router = &icmp->from, *peer = &icmp->destination.addr;

    return !icmp_from_destination(icmp) && !icmp->nearby && address_is_private(peer) &&
           !(router->type == peer->type && memcmp(router->data, peer->data, router->type == AT_IPv4 ? 2 : 6) == 0);
}

/* What an ICMP error says about an attempt; NULL = nothing. */
static tally_cell_t *
icmp_cell(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt, const facts_icmp_t *icmp)
{
    bool itself = icmp_from_destination(icmp);

    if (attempt->to_server)
        return icmp->kind == FACTS_ICMP_PORT_UNREACHABLE && itself ? &tally->closed : NULL;
    if (icmp->kind == FACTS_ICMP_HOST_UNREACHABLE || icmp->kind == FACTS_ICMP_NET_UNREACHABLE)
        return &tally->unreachable;
    if (!is_refusal(call, icmp))
        return NULL;
    if (icmp->nearby && !itself)
        return &tally->turned_away_nearby;
    return is_filter(icmp) ? &tally->filtered : &tally->turned_away;
}

/* Who answered genuine TLS. */
static void
count_tls(tally_t *tally, const facts_attempt_t *attempt)
{
    switch (tls_outcome(attempt)) {
    case TLS_ANSWERED:
        tally->tls_answered++;
        break;
    case TLS_BY_HTTP_PROXY:
        cell_add(&tally->tls_proxied, attempt);
        break;
    case TLS_REJECTED:
        cell_add(&tally->tls_rejected, attempt);
        break;
    case TLS_REFUSED:
    case TLS_CLOSED:
    case TLS_SHUT:
    case TLS_SWALLOWED:
        cell_add(&tally->tls_broken, attempt);
        break;
    default:
        break;
    }
}

/* What lets one connection through lets all of them through: the others had reasons of their own, as one of several
 * proxies has that is out of order. And who has a relay over UDP needs none over TLS: clients leave it in the middle
 * of the handshake then. */
static void
forget_what_passed(tally_t *tally)
{
    if (tally->tls_answered)
        tally->cut.count = 0;
    if (tally->tls_answered || tally->tunnels)
        tally->hello_by[FACTS_BY_HTTP_PROXY] = 0;
    if (tally->tls_answered || tally->cells[FACTS_ALLOCATION][0][PAIR_SERVER][FACTS_ANSWERED].count)
        tally->tls_proxied.count = tally->tls_broken.count = tally->tls_rejected.count = 0;
}

/* Whether a relay, or the proxy on the way to it, lets a connection through as far as is seen, and what comes of it
 * is not. */
static bool
is_open_ended(const facts_attempt_t *attempt)
{
    if (!attempt->to_server || attempt->reset.frame)
        return false;
    if (attempt->kind == FACTS_HELLO)
        return attempt->proxied && attempt->by == FACTS_BY_NOBODY;
    return attempt->kind == FACTS_CONNECTION && (attempt->outcome == FACTS_ANSWERED || attempt->implied) &&
           !endpoint_has_hello(attempt->local) && tls_outcome(attempt) == TLS_NOT_SEEN;
}

/* How the connection of an attempt ended, and what routers and computers on the way said. */
static void
count_witnesses(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt)
{
    const bool reset = attempt_is_cut(attempt);
    const facts_icmp_t *icmp = attempt->outcome == FACTS_UNANSWERED ? icmp_of_attempt(attempt) : NULL;
    tally_cell_t *cell;

    if (reset && attempt->to_server && attempt->kind == FACTS_CONNECTION &&
        seconds_between(&attempt->first_time, &attempt->reset.time) < CUT_TIME)
        cell_add(&tally->cut, attempt);
    else
        count_tls(tally, attempt);
    if (reset && !attempt->to_server)
        cell_add(&tally->broken, attempt);
    cell = icmp ? icmp_cell(call, tally, attempt, icmp) : NULL;
    if (cell)
        cell_add(cell, attempt);
    tally->open_ended += is_open_ended(attempt);
    tally->tunnels += is_open_ended(attempt) && attempt->proxied && attempt->kind == FACTS_CONNECTION;
}

/* The side of an attempt's computer: by its candidates, else by those that it has allocated. */
static facts_side_t
side_of_attempt(const tally_t *tally, const facts_attempt_t *attempt)
{
    facts_side_t by = endpoint_side(attempt->local);

    for (unsigned i = 0; by == FACTS_SIDE_UNKNOWN && i < tally->allocator_count; i++)
        if (addresses_equal(tally->allocators[i].addr, &attempt->local->key.addr))
            by = tally->allocators[i].side;
    return by;
}

/* Whether an attempt on a relay is another computer's than the one that is spoken of. A capture at the relay holds
 * those of both sides, and what one side reaches says nothing about the other. */
static bool
is_other_side(const facts_call_t *call, const tally_t *tally, const facts_attempt_t *attempt, facts_side_t side)
{
    facts_side_t by = side_of_attempt(tally, attempt);

    if (!attempt->to_server)
        return false;
    if (side != FACTS_SIDE_UNKNOWN && by != FACTS_SIDE_UNKNOWN)
        return by != side;
    return call_is_other_computer(call, &attempt->local->key.addr);
}

typedef bool (*relation_t)(const facts_attempt_t *one, const facts_attempt_t *other);

/* Among so many attempts of a call, the first ones, is one sought that stands in a relation to another: of a call
 * with more of them than any client makes, each would ask all others. */
#define MOST_RELATED 1024

/* An attempt of the call that stands in a relation to this one; NULL = none. Relations are asked of the few attempts
 * that have reason to, so that a call costs no more than its attempts. */
static const facts_attempt_t *
first_related(const facts_call_t *call, const facts_attempt_t *one, relation_t relation)
{
    unsigned looked = 0;

    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *other = member->endpoint->attempts; other; other = other->next)
            if (relation(one, other))
                return other;
            else if (++looked == MOST_RELATED)
                return NULL;
    }
    return NULL;
}

static bool
any_related(const facts_call_t *call, const facts_attempt_t *one, relation_t relation)
{
    return first_related(call, one, relation) != NULL;
}

static bool
is_silent_way_back(const facts_attempt_t *answered, const facts_attempt_t *other)
{
    return other->kind == FACTS_CHECK && attempt_outcome(other) == FACTS_SILENT &&
           addresses_equal(&other->remote.addr, &answered->local->key.addr) &&
           other->remote.port == answered->local->key.port;
}

/* The same, and no router says why. */
static bool
is_lost_way_back(const facts_attempt_t *answered, const facts_attempt_t *other)
{
    return is_silent_way_back(answered, other) && !icmp_of_attempt(other);
}

/* Whether checks of the peer were seen to arrive, and to be answered in vain: it goes on asking, as often as it takes
 * to be no accident, and the own ones to it stay silent. */
static bool
is_answered_in_vain(const facts_call_t *call, const facts_attempt_t *attempt)
{
    return attempt->kind == FACTS_CHECK && attempt->tries > 2 && attempt->answers > 2 &&
           !call_is_own(call, &attempt->local->key.addr) && any_related(call, attempt, is_silent_way_back);
}

static bool
is_let_through(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->kind == FACTS_CONNECTION && other->outcome == FACTS_ANSWERED &&
           addresses_equal(&other->local->key.addr, &silent->local->key.addr) &&
           facts_key_equal(&other->remote, &silent->remote);
}

/* Whether a connection to the same relay and port was open before this one began, and lives on behind its last SYN:
 * else the link, or the relay, was not there yet, or is gone. */
static bool
is_living_beside(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return is_let_through(silent, other) && other->answer_frame < silent->first_frame &&
           other->heard_frame > silent->last_frame;
}

/* Whether a proxy that asked a client to log on has let it through since. */
static bool
is_let_in(const facts_attempt_t *asked, const facts_attempt_t *other)
{
    return other->proxied && is_let_through(asked, other);
}

static void
count_attempt(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt, facts_side_t side)
{
    pair_t pair = attempt_pair(attempt);

    if (is_other_side(call, tally, attempt, side)) {
        tally->other_side++;
        return;
    }
    tally->attempts++;
    count_witnesses(call, tally, attempt);
    if (connection_is_implied(attempt) || (attempt->kind == FACTS_HELLO && attempt->proxied && attempt->code == 407 &&
                                           any_related(call, attempt, is_let_in)))
        return;
    if (!is_answered_in_vain(call, attempt))
        cell_add(&tally->cells[attempt->kind][attempt->transport == PT_TCP][pair][attempt_outcome(attempt)], attempt);
    else if (any_related(call, attempt, is_lost_way_back))
        cell_add(&tally->in_vain, attempt);
    if (attempt->kind == FACTS_HELLO)
        tally->hello_by[attempt->by]++;
    if (attempt->kind == FACTS_CHECK && attempt->nominated && attempt->outcome != FACTS_ANSWERED)
        cell_add(&tally->not_nominated, attempt);
    if (attempt->kind == FACTS_ALLOCATION && attempt->outcome != FACTS_ANSWERED)
        count_refusal(tally, attempt);
    if (attempt->kind == FACTS_CHECK && attempt->outcome == FACTS_REFUSED &&
        (attempt->code == 431 || attempt->code == 401))
        cell_add(&tally->integrity, attempt);
    if (attempt->integrity_wrong)
        cell_add(&tally->forged, attempt);
    if (attempt->proxied)
        cell_add(&tally->proxied, attempt);
    if (attempt->proxied && attempt->code == 407)
        cell_add(&tally->unproven, attempt);
}

/* What a second capture point has seen of what is unanswered, and the answers that it has never seen. */
static void
count_points(tally_t *tally, const facts_attempt_t *attempt)
{
    passed_t passed = attempt->to_server ? attempt_passed(attempt) : PASSED_NOT;
    unsigned messages = 0;

    if (passed == PASSED_POINT)
        cell_add(&tally->passed, attempt);
    if (passed == PASSED_AND_ANSWERED)
        cell_add(&tally->answer_lost, attempt);
    switch (attempt_foreign(attempt, &messages)) {
    case FOREIGN_SURELY:
        cell_add(&tally->foreign, attempt);
        tally->foreign_messages += messages;
        break;
    case FOREIGN_PERHAPS:
        cell_add(&tally->foreign_perhaps, attempt);
        tally->foreign_messages_perhaps += messages;
        break;
    default:
        break;
    }
}

static bool
is_named_by(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->kind == FACTS_ALLOCATION && other->alternate.addr.type != AT_NONE &&
           facts_key_equal(&other->alternate, &silent->remote);
}

/* Reflexive addresses that hide each other; more than these are not followed. */
#define MOST_NATS 4

/* Who allocated what an endpoint has: a capture at the relay shows what leaves a relayed port, and the address of the
 * NAT in front of its owner. */
static const facts_endpoint_t *
owner_of(const facts_endpoint_t *endpoint)
{
    for (unsigned i = 0; i < MOST_NATS && endpoint->base; i++)
        endpoint = endpoint->base;
    return endpoint;
}

/* Whether the peer's end of a pair is on a relay of its own. */
static bool
is_to_peer_relay(const facts_call_t *call, const facts_attempt_t *attempt)
{
    bool concluded;
    const facts_endpoint_t *owner = owner_of(attempt->local);
    bool by_own = attempt->relayed == RELAYED_LOCAL
                      ? !call_is_other_computer(call, &owner->key.addr)
                      : attempt->relayed == RELAYED_NOT && call_is_own(call, &owner->key.addr);

    return (by_own ? attempt_remote_type(attempt, &concluded) : attempt_local_type(attempt, &concluded)) ==
           FACTS_RELAY;
}

/* The peer's public addresses that the client tries. A NAT has one, and nobody connects to it: a second one, or one
 * over TCP, may be a relay that nobody names. */
static void
count_outside(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt)
{
    const address *addr = &attempt->remote.addr;

    if (attempt->to_server || address_is_private(addr) || !call_is_own(call, &attempt->local->key.addr) ||
        tally->outside == array_length(tally->outsiders))
        return;
    tally->peer_relays += attempt->transport == PT_TCP;
    for (unsigned i = 0; i < tally->outside; i++)
        if (addresses_equal(tally->outsiders[i], addr))
            return;
    tally->outsiders[tally->outside++] = addr;
}

/* Whether a check went through the relay of the client, which has one then, whether it was seen to ask for it or not.
 */
static bool
is_by_own_relay(const facts_call_t *call, const facts_attempt_t *attempt)
{
    return (attempt->relayed == RELAYED_LOCAL && call_is_own(call, &attempt->local->key.addr)) ||
           (attempt->relayed == RELAYED_REMOTE && call_is_own(call, &attempt->remote.addr));
}

/* Whether both ends of a pair are on relays of different addresses, both of them known: a relay reaches itself. */
static bool
is_between_relays(const facts_attempt_t *attempt)
{
    const facts_endpoint_t *own = attempt->relayed == RELAYED_LOCAL ? attempt->local->relayed : attempt->local;

    return own && attempt_pair(attempt) == PAIR_RELAYS && !addresses_equal(&own->key.addr, &attempt->remote.addr);
}

/* Whether a relay that stays silent over one transport is there over the other. What a proxy hands on may go to it.
 */
static bool
is_there_otherwise(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->to_server && other->transport != silent->transport &&
           (other->outcome == FACTS_ANSWERED || other->outcome == FACTS_CHALLENGED || other->implied) &&
           (other->proxied || addresses_equal(&other->remote.addr, &silent->remote.addr));
}

/* Whether it is as silent there, as often as it was asked. (Who goes on with another relay has waited long enough.)
 */
static bool
is_silent_otherwise(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    const bool missing = other->outcome == FACTS_UNANSWERED && !other->implied && other->tries > 1;

    return other->to_server && other->transport != silent->transport && other->kind != FACTS_HELLO &&
           (missing || other->outcome == FACTS_RESET) && addresses_equal(&other->remote.addr, &silent->remote.addr);
}

/* Who was silent over the other transport for so long, in seconds, before the first try has shown that the link was
 * up. */
#define LATE_TIME 2

/* Whether a connection was as silent for all the time in which a request over UDP was: the link came up behind that.
 */
static bool
is_late_as_well(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->kind == FACTS_CONNECTION && other->tries > 1 && is_there_otherwise(silent, other) &&
           other->answer_frame > silent->last_frame &&
           seconds_between(&silent->first_time, &other->first_time) < LATE_TIME;
}

static bool
is_there_before(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->answer_frame < silent->last_frame && is_there_otherwise(silent, other);
}

/* What is known of a relay that does not answer over a transport: one that is down tells nothing about that. */
static void
count_silent_relay(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt)
{
    const bool tcp = attempt->transport == PT_TCP;

    if (!attempt->to_server || attempt->kind != (tcp ? FACTS_CONNECTION : FACTS_ALLOCATION) ||
        !(attempt->outcome == FACTS_UNANSWERED || attempt->outcome == FACTS_RESET))
        return;
    if (!tcp && any_related(call, attempt, is_late_as_well) && !any_related(call, attempt, is_there_before))
        return;
    if (any_related(call, attempt, is_there_otherwise))
        tally->silent_there[tcp]++;
    else if (!any_related(call, attempt, is_silent_otherwise))
        tally->silent_alone[tcp]++;
}

/* What an attempt says together with others of its call. */
static void
count_related(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt, facts_side_t side)
{
    bool silent = attempt_outcome(attempt) == FACTS_SILENT && !is_other_side(call, tally, attempt, side);
    const facts_attempt_t *living = silent && attempt->kind == FACTS_CONNECTION && attempt->to_server
                                        ? first_related(call, attempt, is_living_beside)
                                        : NULL;

    if (silent && attempt->kind == FACTS_ALLOCATION && any_related(call, attempt, is_named_by))
        cell_add(&tally->redirected, attempt);
    if (living) {
        cell_add(&tally->limited, attempt);
        tally->living = living;
    }
    tally->peer_relays += !attempt->to_server && is_to_peer_relay(call, attempt);
    tally->between_relays += is_between_relays(attempt);
    tally->by_own_relay += is_by_own_relay(call, attempt);
    count_outside(call, tally, attempt);
    if (!is_other_side(call, tally, attempt, side))
        count_silent_relay(call, tally, attempt);
}

/* Whether the client has tried another address of the peer, which nobody refuses, and which does not answer. */
static bool
is_silent_elsewhere(const facts_attempt_t *refused, const facts_attempt_t *other)
{
    const facts_call_t *call = call_root(refused->local->owner.call);
    const facts_icmp_t *icmp;

    if (other->to_server || other->kind == FACTS_HELLO || other->outcome != FACTS_UNANSWERED || other->implied ||
        addresses_equal(&other->remote.addr, &refused->remote.addr) || call_is_own(call, &other->remote.addr))
        return false;
    icmp = icmp_of_attempt(other);
    return !icmp || !is_refusal(call, icmp) || is_filter(icmp);
}

/* Whether one address of the peer is refused, and others are only silent. */
static bool
is_refused_in_part(const facts_call_t *call, const tally_t *tally)
{
    const tally_cell_t *const refusals[] = { &tally->turned_away, &tally->turned_away_nearby,
                                             &tally->cells[FACTS_CONNECTION][1][PAIR_HOST][FACTS_RESET] };

    for (size_t i = 0; i < array_length(refusals); i++)
        if (refusals[i]->count && any_related(call, refusals[i]->first[0], is_silent_elsewhere))
            return true;
    return false;
}

static bool
same_server(const facts_attempt_t *one, const facts_attempt_t *other)
{
    return addresses_equal(&one->remote.addr, &other->remote.addr);
}

/* Who offers what was allocated has allocated it: at the relay a client has the address of its NAT only. */
static void
find_allocators(const facts_call_t *call, tally_t *tally)
{
    for (const facts_member_t *member = call->members; member; member = member->next) {
        const facts_endpoint_t *relayed = member->endpoint->relayed;
        facts_side_t side = relayed ? endpoint_side(relayed) : FACTS_SIDE_UNKNOWN;

        if (side != FACTS_SIDE_UNKNOWN && tally->allocator_count < array_length(tally->allocators)) {
            tally->allocators[tally->allocator_count].addr = &member->endpoint->key.addr;
            tally->allocators[tally->allocator_count++].side = side;
        }
    }
}

void
tally_call(const facts_call_t *call, facts_side_t side, tally_t *tally)
{
    const facts_attempt_t *last_server = NULL;

    memset(tally, 0, sizeof *tally);
    find_allocators(call, tally);
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue; /* it has moved on */
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next) {
            count_attempt(call, tally, attempt, side);
            count_related(call, tally, attempt, side);
            count_points(tally, attempt);
            if (attempt->kind == FACTS_ALLOCATION && (!last_server || !same_server(last_server, attempt))) {
                tally->servers++;
                last_server = attempt;
            }
        }
    }
    forget_what_passed(tally);
    tally->refused_in_part = is_refused_in_part(call, tally);
}
