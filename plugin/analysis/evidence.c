/* evidence.c
 * Which attempts of a call show an ICE warning, and which contradict it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/evidence.h"

#include "analysis/attempt-points.h"
#include "base/address-text.h"
#include "calls/witness.h"
#include "knowledge/icewarn-flags.h"

#define FAILED                                                                                                       \
    (BIT(FACTS_UNANSWERED) | BIT(FACTS_GIVEN_UP) | BIT(FACTS_SILENT) | BIT(FACTS_RESET) | BIT(FACTS_REFUSED))
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

/* --- choices ------------------------------------------------------------------------------------------------------
 */

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
    if (attempt_is_cut(attempt))
        return wmem_strdup_printf(scope, "%s, reset behind data in frame %u", facts_outcome_name(attempt->outcome),
                                  attempt->reset.frame);
    if (icmp && attempt->outcome == FACTS_UNANSWERED)
        return wmem_strdup_printf(scope, "ICMP: %s, frame %u", icmp_kind_name(icmp->kind), icmp->frame);
    if (tls_text(scope, attempt))
        return wmem_strdup_printf(scope, "%s; %s", facts_outcome_name(attempt->outcome), tls_text(scope, attempt));
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
                              attempt->proxied && attempt->remote.port != 443
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

    if (attempt_is_cut(attempt))
        return attempt->reset.frame;
    if (icmp && attempt->outcome == FACTS_UNANSWERED)
        return icmp->frame;
    if (tls_frame(attempt))
        return tls_frame(attempt);
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
