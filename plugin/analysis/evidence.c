/* evidence.c
 * Which attempts of a call show an ICE warning, and which contradict it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/evidence.h"

#include "analysis/attempt-points.h"
#include "base/address-kind.h"
#include "base/address-text.h"
#include "calls/witness.h"
#include "knowledge/icewarn-flags.h"

#define FAILED        (BIT(FACTS_UNANSWERED) | BIT(FACTS_SILENT) | BIT(FACTS_RESET) | BIT(FACTS_REFUSED))
#define NO_ALLOCATION (FAILED | BIT(FACTS_CHALLENGED))
#define REACHED       (BIT(FACTS_ANSWERED) | BIT(FACTS_REFUSED) | BIT(FACTS_CHALLENGED) | BIT(FACTS_ALTERNATE))
#define ANSWERED      BIT(FACTS_ANSWERED)
#define ALLOCATIONS   BIT(FACTS_ALLOCATION)
#define CONNECTIONS   BIT(FACTS_CONNECTION)
#define HELLOS        BIT(FACTS_HELLO)
#define CHECKS        BIT(FACTS_CHECK)
#define PEERS         (CHECKS | CONNECTIONS)
#define SERVER        BIT(PAIR_SERVER)
#define MEDIUM        0 /* in place of transports: those of the medium */

/* A row: attempts that show a flag, and attempts that contradict it. */
typedef struct {
    uint32_t flag;
    tally_choice_t shows;
    tally_choice_t contradicts;
} evidence_row_t;

#define NOTHING                                                                                                      \
    {                                                                                                                \
        0, 0, 0, 0                                                                                                   \
    }

/* clang-format off */
static const evidence_row_t rows[] = {
    { ICEWARN_TURN_UNREACHABLE, { ALLOCATIONS, ANY_TRANSPORT, SERVER, BIT(FACTS_UNANSWERED) | BIT(FACTS_SILENT) | BIT(FACTS_RESET) },
           { ALLOCATIONS, ANY_TRANSPORT, SERVER, REACHED } },
    { ICEWARN_TURN_UNREACHABLE, { CONNECTIONS, TCP, SERVER, BIT(FACTS_UNANSWERED) | BIT(FACTS_SILENT) | BIT(FACTS_RESET) }, NOTHING },
    { ICEWARN_UDP_ALLOCATE_FAILED, { ALLOCATIONS, UDP, SERVER, NO_ALLOCATION }, { ALLOCATIONS, UDP, SERVER, ANSWERED } },
    { ICEWARN_UDP_SEND_FAILED, { CHECKS, UDP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), FAILED },
           { CHECKS, UDP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), ANSWERED } },
    { ICEWARN_TCP_ALLOCATE_FAILED, { ALLOCATIONS, TCP, SERVER, NO_ALLOCATION }, { ALLOCATIONS, TCP, SERVER, ANSWERED } },
    { ICEWARN_TCP_ALLOCATE_FAILED, { CONNECTIONS | HELLOS, TCP, SERVER, FAILED }, NOTHING },
    { ICEWARN_TCP_SEND_FAILED, { CHECKS, TCP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), FAILED },
            { CHECKS, TCP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), ANSWERED } },
    { ICEWARN_LOCAL_FAILED, { PEERS, MEDIUM, BIT(PAIR_HOST), FAILED }, { PEERS, MEDIUM, BIT(PAIR_HOST), ANSWERED } },
    { ICEWARN_UDP_NAT_FAILED, { CHECKS, UDP, BIT(PAIR_NAT), FAILED }, { CHECKS, UDP, BIT(PAIR_NAT), ANSWERED } },
    { ICEWARN_UDP_TURN_FAILED, { CHECKS, UDP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), FAILED },
            { CHECKS, UDP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), ANSWERED } },
    { ICEWARN_TCP_NAT_FAILED, { PEERS, TCP, BIT(PAIR_NAT), FAILED }, { PEERS, TCP, BIT(PAIR_NAT), ANSWERED } },
    { ICEWARN_TCP_TURN_FAILED, { PEERS, TCP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), FAILED },
             { PEERS, TCP, BIT(PAIR_RELAY) | BIT(PAIR_RELAYS), ANSWERED } },
    { ICEWARN_ALTERNATE_SERVER, { ALLOCATIONS, ANY_TRANSPORT, SERVER, BIT(FACTS_ALTERNATE) }, NOTHING },
    { ICEWARN_PSEUDO_TLS_FAILED, { HELLOS, TCP, SERVER, FAILED }, { HELLOS, TCP, SERVER, ANSWERED } },
    { ICEWARN_TURN_TURN_TCP_FAILED, { PEERS, TCP, BIT(PAIR_RELAYS), FAILED }, { PEERS, TCP, BIT(PAIR_RELAYS), ANSWERED } },
};
/* clang-format on */

/* Flags that attempts of a cell of their own show. */
static const struct {
    uint32_t flag;
    size_t cell; /* offset in tally_t */
} cell_rows[] = {
    { ICEWARN_CHECK_INTEGRITY_FAILED, offsetof(tally_t, integrity) },
    { ICEWARN_ALLOCATE_INTEGRITY_FAILED, offsetof(tally_t, forged) },
    { ICEWARN_CREDENTIALS_UNKNOWN, offsetof(tally_t, unauthorized) },
    { ICEWARN_HTTP_PROXY, offsetof(tally_t, proxied) },
    { ICEWARN_HTTP_PROXY_AUTH_FAILED, offsetof(tally_t, unproven) },
    { ICEWARN_USE_CANDIDATE_FAILED, offsetof(tally_t, not_nominated) },
};

/* --- counting ----------------------------------------------------------------------------------------------------
 */

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
    bool unknown = attempt->code == 436 || attempt->code == 430 || attempt->code == 431;

    if (attempt->refusals || unknown)
        cell_add(&tally->unauthorized, attempt);
    tally->repeated_again |= attempt->refusals > 1 || unknown;
    if (attempt->code == 486)
        cell_add(&tally->quota, attempt);
    if (attempt->redirects > 1)
        cell_add(&tally->redirected, attempt);
}

/* A connection that is reset so soon behind its begin, in seconds, was never of use. */
#define CUT_TIME 2

/* Whether who sent an error turns away packets to a relay as well: then it stands on the client's side. */
static bool
refuses_relays(const facts_call_t *call, const address *from)
{
    for (const facts_icmp_t *icmp = icmp_of_call(call); icmp; icmp = icmp->next)
        if (addresses_equal(&icmp->from, from) && relay_known(&icmp->destination.addr))
            return true;
    return false;
}

/* Whether somebody at the peer's end refuses. That there is no way is said of every private address that lies behind
 * somebody else's NAT. */
static bool
is_refusal(const facts_call_t *call, const facts_icmp_t *icmp)
{
    return icmp->kind == FACTS_ICMP_PORT_UNREACHABLE ||
           (icmp->kind == FACTS_ICMP_PROHIBITED && !refuses_relays(call, &icmp->from));
}

/* How the connection of an attempt ended, and what routers and computers on the way said. */
static void
count_witnesses(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt)
{
    bool reset = attempt->reset.frame && attempt->reset.by_remote && attempt->reset.behind_data;
    const facts_icmp_t *icmp = attempt->outcome == FACTS_UNANSWERED ? icmp_of_attempt(attempt) : NULL;

    if (reset && attempt->to_server && attempt->kind == FACTS_CONNECTION &&
        seconds_between(&attempt->first_time, &attempt->reset.time) < CUT_TIME)
        cell_add(&tally->cut, attempt);
    if (reset && !attempt->to_server)
        cell_add(&tally->broken, attempt);
    if (icmp && attempt->to_server && icmp->kind == FACTS_ICMP_PORT_UNREACHABLE && icmp_from_destination(icmp))
        cell_add(&tally->closed, attempt);
    else if (icmp && !attempt->to_server && is_refusal(call, icmp))
        cell_add(&tally->turned_away, attempt);
}

/* Whether an attempt on a relay is another computer's than the one that is spoken of. A capture at the relay holds
 * those of both sides, and what one side reaches says nothing about the other. */
static bool
is_other_side(const facts_call_t *call, const facts_attempt_t *attempt, facts_side_t side)
{
    facts_side_t by = endpoint_side(attempt->local);

    if (!attempt->to_server)
        return false;
    if (side != FACTS_SIDE_UNKNOWN && by != FACTS_SIDE_UNKNOWN)
        return by != side;
    return call->own_count && !call->own_guessed && !call_is_own(call, &attempt->local->key.addr);
}

static void
count_attempt(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt, facts_side_t side)
{
    pair_t pair = attempt_pair(attempt);

    if (is_other_side(call, attempt, side)) {
        tally->other_side++;
        return;
    }
    tally->attempts++;
    count_witnesses(call, tally, attempt);
    cell_add(&tally->cells[attempt->kind][attempt->transport == PT_TCP][pair][attempt_outcome(attempt)], attempt);
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

typedef bool (*relation_t)(const facts_attempt_t *one, const facts_attempt_t *other);

/* Whether an attempt of the call stands in a relation to this one. Relations are asked of the few attempts that have
 * reason to, so that a call costs no more than its attempts. */
static bool
any_related(const facts_call_t *call, const facts_attempt_t *one, relation_t relation)
{
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *other = member->endpoint->attempts; other; other = other->next)
            if (relation(one, other))
                return true;
    }
    return false;
}

static bool
is_named_by(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->kind == FACTS_ALLOCATION && other->alternate.addr.type != AT_NONE &&
           facts_key_equal(&other->alternate, &silent->remote);
}

static bool
is_let_through(const facts_attempt_t *silent, const facts_attempt_t *other)
{
    return other->kind == FACTS_CONNECTION && other->outcome == FACTS_ANSWERED &&
           addresses_equal(&other->local->key.addr, &silent->local->key.addr) &&
           facts_key_equal(&other->remote, &silent->remote);
}

static bool
is_silent_way_back(const facts_attempt_t *answered, const facts_attempt_t *other)
{
    return other->kind == FACTS_CHECK && attempt_outcome(other) == FACTS_SILENT &&
           addresses_equal(&other->remote.addr, &answered->local->key.addr) &&
           other->remote.port == answered->local->key.port;
}

/* Whether the peer's end of a pair is on a relay of its own. */
static bool
is_to_peer_relay(const facts_call_t *call, const facts_attempt_t *attempt)
{
    bool concluded;
    bool by_own = attempt->relayed == RELAYED_LOCAL ||
                  (attempt->relayed == RELAYED_NOT && call_is_own(call, &attempt->local->key.addr));

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

/* What an attempt says together with others of its call. */
static void
count_related(const facts_call_t *call, tally_t *tally, const facts_attempt_t *attempt, facts_side_t side)
{
    bool silent = attempt_outcome(attempt) == FACTS_SILENT && !is_other_side(call, attempt, side);

    if (silent && attempt->kind == FACTS_ALLOCATION && any_related(call, attempt, is_named_by))
        cell_add(&tally->redirected, attempt);
    if (silent && attempt->kind == FACTS_CONNECTION && attempt->to_server &&
        any_related(call, attempt, is_let_through))
        cell_add(&tally->limited, attempt);
    tally->peer_relays += !attempt->to_server && is_to_peer_relay(call, attempt);
    count_outside(call, tally, attempt);
    if (attempt->kind == FACTS_CHECK && attempt->answers > 2 && !call_is_own(call, &attempt->local->key.addr) &&
        any_related(call, attempt, is_silent_way_back))
        cell_add(&tally->repeated, attempt);
}

static bool
same_server(const facts_attempt_t *one, const facts_attempt_t *other)
{
    return addresses_equal(&one->remote.addr, &other->remote.addr);
}

void
tally_call(const facts_call_t *call, facts_side_t side, tally_t *tally)
{
    const facts_attempt_t *last_server = NULL;

    memset(tally, 0, sizeof *tally);
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
}

/* Calls for each cell of a choice that has attempts. */
typedef void (*cell_visitor_t)(const tally_cell_t *cell, void *data);

static void
visit(const tally_t *tally, const tally_choice_t *choice, cell_visitor_t visitor, void *data)
{
    for (unsigned kind = 0; kind < FACTS_ATTEMPTS; kind++)
        for (unsigned tcp = 0; tcp < 2; tcp++)
            for (unsigned pair = 0; pair < PAIRS; pair++)
                for (unsigned outcome = 0; outcome < FACTS_OUTCOMES; outcome++)
                    if ((choice->kinds & BIT(kind)) && (choice->transports & BIT(tcp)) &&
                        (choice->pairs & BIT(pair)) && (choice->outcomes & BIT(outcome)) &&
                        tally->cells[kind][tcp][pair][outcome].count)
                        visitor(&tally->cells[kind][tcp][pair][outcome], data);
}

static void
add_count(const tally_cell_t *cell, void *data)
{
    *(unsigned *)data += cell->count;
}

unsigned
tally_count(const tally_t *tally, const tally_choice_t *choice)
{
    unsigned count = 0;

    visit(tally, choice, add_count, &count);
    return count;
}

/* --- evidence ----------------------------------------------------------------------------------------------------
 */

/* What became of an attempt, in words. */
static const char *
outcome_text(wmem_allocator_t *scope, const facts_attempt_t *attempt)
{
    const facts_endpoint_t *relayed = attempt->local->relayed;
    const facts_icmp_t *icmp = icmp_of_attempt(attempt);

    if (attempt->kind == FACTS_HELLO && attempt->by != FACTS_BY_NOBODY && attempt->by != FACTS_BY_RESET)
        return wmem_strdup_printf(scope, "answered by: %s%s", facts_answerer_name(attempt->by),
                                  attempt->code ? wmem_strdup_printf(scope, " (%u)", attempt->code) : "");
    if (attempt->outcome == FACTS_ANSWERED && attempt->kind == FACTS_ALLOCATION && relayed)
        return wmem_strdup_printf(scope, "allocated %s",
                                  address_port_text(scope, &relayed->key.addr, relayed->key.port));
    if (attempt->reset.frame && attempt->reset.behind_data && attempt->reset.by_remote)
        return wmem_strdup_printf(scope, "%s, reset behind data in frame %u", facts_outcome_name(attempt->outcome),
                                  attempt->reset.frame);
    if (icmp && attempt->outcome == FACTS_UNANSWERED)
        return wmem_strdup_printf(scope, "ICMP: %s, frame %u", icmp_kind_name(icmp->kind), icmp->frame);
    if (attempt->outcome == FACTS_ANSWERED || !attempt->code)
        return facts_outcome_name(attempt->outcome);
    return wmem_strdup_printf(scope, "%s (%u)", facts_outcome_name(attempt->outcome), attempt->code);
}

const char *
attempt_text(wmem_allocator_t *scope, const facts_attempt_t *attempt)
{
    static const char *const kinds[FACTS_ATTEMPTS] = {
        [FACTS_ALLOCATION] = "Allocate request",
        [FACTS_CONNECTION] = "SYN",
        [FACTS_HELLO] = "pseudo-TLS hello",
        [FACTS_CHECK] = "connectivity check",
    };
    const char *tries = attempt->tries > 1 ? wmem_strdup_printf(scope, ", %u tries", attempt->tries) : "";
    point_frame_t there;
    const char *points = attempt_points_text(scope, attempt, &there);

    return wmem_strdup_printf(scope, "%s %s to %s, %s%s%s%s", attempt->transport == PT_TCP ? "TCP" : "UDP",
                              attempt->kind == FACTS_HELLO && attempt->proxied && attempt->remote.port != 443
                                  ? "CONNECT request to the relay by the proxy"
                                  : kinds[attempt->kind],
                              address_port_text(scope, &attempt->remote.addr, attempt->remote.port),
                              outcome_text(scope, attempt), tries, points ? "; " : "", points ? points : "");
}

typedef struct {
    wmem_allocator_t *scope;
    evidence_item_t *items;
    unsigned *count;
    unsigned total;
} collector_t;

/* The frame that shows what became of an attempt. */
static uint32_t
frame_of(const facts_attempt_t *attempt)
{
    const facts_icmp_t *icmp = icmp_of_attempt(attempt);

    if (attempt->reset.frame && attempt->reset.behind_data)
        return attempt->reset.frame;
    if (icmp && attempt->outcome == FACTS_UNANSWERED)
        return icmp->frame;
    return attempt->answer_frame ? attempt->answer_frame : attempt->first_frame;
}

static bool
is_listed(const collector_t *collector, uint32_t frame)
{
    for (unsigned i = 0; i < *collector->count; i++)
        if (collector->items[i].frame == frame)
            return true;
    return false;
}

/* The frame of another capture point that says more about an attempt. */
static void
collect_point(collector_t *collector, const facts_attempt_t *attempt)
{
    point_frame_t there;

    if (attempt_points_text(collector->scope, attempt, &there) && there.frame && *collector->count < EVIDENCE_MAX &&
        !is_listed(collector, there.frame))
        collector->items[(*collector->count)++] = (evidence_item_t){ there.frame, there.text };
}

static void
collect(const tally_cell_t *cell, void *data)
{
    collector_t *collector = (collector_t *)data;

    collector->total += cell->count;
    for (unsigned i = 0; i < MIN(cell->count, TALLY_FIRST) && *collector->count < EVIDENCE_MAX; i++) {
        const facts_attempt_t *attempt = cell->first[i];
        uint32_t frame = frame_of(attempt);

        if (is_listed(collector, frame))
            continue;
        collector->items[(*collector->count)++] = (evidence_item_t){ frame, attempt_text(collector->scope, attempt) };
        collect_point(collector, attempt);
    }
}

unsigned
evidence_add(wmem_allocator_t *scope, const tally_t *tally, const tally_choice_t *choice, evidence_item_t *items,
             unsigned *count)
{
    collector_t collector = { scope, items, count, 0 };

    visit(tally, choice, collect, &collector);
    return collector.total;
}

unsigned
evidence_add_cell(wmem_allocator_t *scope, const tally_cell_t *cell, evidence_item_t *items, unsigned *count)
{
    collector_t collector = { scope, items, count, 0 };

    collect(cell, &collector);
    return collector.total;
}

/* 0x80000, no relay: what the relay authentication service said to the side. */
static void
add_credentials(const facts_header_t *header, evidence_t *evidence)
{
    const credentials_t *credentials = call_root(header->call)->credentials[header->side];

    if (!credentials)
        return;
    if (credentials->granted && credentials->relays) {
        evidence->against = evidence->against_count = 1;
        evidence->against_it[0] = (evidence_item_t){ credentials->frame, "the relay credentials name a relay" };
    } else {
        evidence->shown = evidence->for_count = 1;
        evidence->for_it[0] =
            (evidence_item_t){ credentials->frame, credentials->granted ? "relay credentials without a relay"
                                                                        : "relay credentials were refused" };
    }
}

static const char *
why_none(const facts_header_t *header, const tally_t *tally, const icewarn_flag_t *flag)
{
    const facts_call_t *call = call_root(header->call);

    if (flag->shown == ICEWARN_IN_NO_PACKET)
        return "the flag speaks of what no packet shows";
    if (flag->shown == ICEWARN_IN_SIGNED_PACKETS)
        return "it takes the relay password to see: give it in the preferences of MSTURN";
    if (call->packets == 0)
        return "the capture holds signalling only: capture on the client while the call is set up";
    if (tally->other_side && !tally->attempts)
        return "captured on the other side of the call";
    if (!call->invite_frame && call->sip_messages)
        return "the capture began after the call";
    if (!call->sip_messages)
        return "without the signalling it is not known which packets belong to the call";
    return "no such attempt in this capture: it was captured elsewhere, encrypted, or not tried";
}

void
evidence_of_flag(wmem_allocator_t *scope, const facts_header_t *header, const tally_t *tally,
                 const icewarn_flag_t *flag, evidence_t *evidence)
{
    icewarn_transport_t medium = icewarn_media_transport(header->media);
    unsigned transports = medium == ICEWARN_TRANSPORT_TCP   ? TCP
                          : medium == ICEWARN_TRANSPORT_UDP ? UDP
                                                            : ANY_TRANSPORT;

    memset(evidence, 0, sizeof *evidence);
    for (size_t i = 0; i < array_length(rows); i++) {
        tally_choice_t shows = rows[i].shows, contradicts = rows[i].contradicts;

        if (rows[i].flag != flag->bit)
            continue;
        if (shows.transports == MEDIUM)
            shows.transports = contradicts.transports = transports;
        evidence->shown += evidence_add(scope, tally, &shows, evidence->for_it, &evidence->for_count);
        evidence->against += evidence_add(scope, tally, &contradicts, evidence->against_it, &evidence->against_count);
    }
    for (size_t i = 0; i < array_length(cell_rows); i++)
        if (cell_rows[i].flag == flag->bit)
            evidence->shown += evidence_add_cell(
                scope, (const tally_cell_t *)(const void *)((const char *)tally + cell_rows[i].cell),
                evidence->for_it, &evidence->for_count);
    if (flag->bit == ICEWARN_MULTIPLE_TURN_SERVERS && tally->servers > 1) {
        tally_choice_t allocations = { ALLOCATIONS, ANY_TRANSPORT, SERVER, ~0U };

        evidence->shown += evidence_add(scope, tally, &allocations, evidence->for_it, &evidence->for_count);
    }
    if (flag->shown == ICEWARN_IN_CREDENTIALS)
        add_credentials(header, evidence);
    if (evidence->shown + evidence->against == 0)
        evidence->none = why_none(header, tally, flag);
}
