/* verdict.c
 * The most likely cause of a failed call, by rules over flags, locations and what the capture shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/verdict.h"

#include "knowledge/icewarn-flags.h"

/* What rules ask about. The first ones are choices of attempts, see below; the others are asked of the call. */
typedef enum {
    UDP_ALLOCATED,
    UDP_ALLOCATE_SILENT,
    TCP_ALLOCATED,
    RELAY_SILENT,
    RELAY_REACHED,
    HELLO_SILENT,
    HELLO_RESET,
    HELLO_INTERCEPTED,
    HELLO_ANSWERED,
    HOST_SILENT,
    HOST_RESET,
    HOST_ANSWERED,
    RELAYS_TCP_FAILED,
    RELAYS_TCP_ANSWERED,
    CHOICES,
    BY_HTTP_PROXY = CHOICES,
    BY_TLS_SERVER,
    UNAUTHORIZED,
    USE_CANDIDATE_UNANSWERED,
    MRAS_RELAY,    /* credentials with a relay were given to the side */
    MRAS_NO_RELAY, /* asked, but refused or without a relay */
    OWN_RELAY,     /* the side offered a relayed candidate for the medium, or its header names one */
    PEER_RELAY,
    OWN_HOST,
    PEER_HOST,
    OWN_LIST_NO_RELAY, /* the side's list for the medium was seen, and holds no relayed candidate */
    PEER_LIST_NO_RELAY,
    NO_HOST_EVIDENCE, /* no direct check or connection of the medium was captured */
    NO_HELLO,
    FACTS_ASKED
} asked_t;

#define IF(fact) (UINT64_C(1) << (fact))

#define FAILED  (BIT(FACTS_UNANSWERED) | BIT(FACTS_RESET) | BIT(FACTS_REFUSED))
#define PEERS   (BIT(FACTS_CHECK) | BIT(FACTS_CONNECTION))
#define SERVERS (BIT(FACTS_ALLOCATION) | BIT(FACTS_CONNECTION))
#define MEDIUM  0 /* in place of transports: those of the medium */

/* clang-format off */
static const tally_choice_t choices[CHOICES] = {
    [UDP_ALLOCATED]       = { BIT(FACTS_ALLOCATION), UDP, BIT(PAIR_SERVER), BIT(FACTS_ANSWERED) },
    [UDP_ALLOCATE_SILENT] = { BIT(FACTS_ALLOCATION), UDP, BIT(PAIR_SERVER), BIT(FACTS_UNANSWERED) },
    [TCP_ALLOCATED]       = { BIT(FACTS_ALLOCATION), TCP, BIT(PAIR_SERVER), BIT(FACTS_ANSWERED) },
    [RELAY_SILENT]        = { SERVERS, ANY_TRANSPORT, BIT(PAIR_SERVER), BIT(FACTS_UNANSWERED) | BIT(FACTS_RESET) },
    [RELAY_REACHED]       = { BIT(FACTS_ALLOCATION) | BIT(FACTS_HELLO), ANY_TRANSPORT, BIT(PAIR_SERVER),
                              BIT(FACTS_ANSWERED) | BIT(FACTS_CHALLENGED) | BIT(FACTS_ALTERNATE) },
    [HELLO_SILENT]        = { BIT(FACTS_HELLO), TCP, BIT(PAIR_SERVER), BIT(FACTS_UNANSWERED) },
    [HELLO_RESET]         = { BIT(FACTS_HELLO), TCP, BIT(PAIR_SERVER), BIT(FACTS_RESET) },
    [HELLO_INTERCEPTED]   = { BIT(FACTS_HELLO), TCP, BIT(PAIR_SERVER), BIT(FACTS_REFUSED) },
    [HELLO_ANSWERED]      = { BIT(FACTS_HELLO), TCP, BIT(PAIR_SERVER), BIT(FACTS_ANSWERED) },
    [HOST_SILENT]         = { PEERS, MEDIUM, BIT(PAIR_HOST), BIT(FACTS_UNANSWERED) },
    [HOST_RESET]          = { PEERS, MEDIUM, BIT(PAIR_HOST), BIT(FACTS_RESET) },
    [HOST_ANSWERED]       = { PEERS, MEDIUM, BIT(PAIR_HOST), BIT(FACTS_ANSWERED) },
    [RELAYS_TCP_FAILED]   = { PEERS, TCP, BIT(PAIR_RELAYS), FAILED },
    [RELAYS_TCP_ANSWERED] = { PEERS, TCP, BIT(PAIR_RELAYS), BIT(FACTS_ANSWERED) },
};
/* clang-format on */

#define ID(id) (1U << (id))
#define ANY_ID 0U

/* A rule holds when the header and the facts agree with every column; the first that holds is the verdict. */
typedef struct {
    const char *name;
    uint32_t ids;       /* any of these, ANY_ID = all */
    uint32_t flags_all; /* all of these are set */
    uint32_t flags_any; /* one of these is set; 0 = does not matter */
    uint32_t flags_none;
    uint64_t all;                 /* facts that must hold */
    uint64_t any;                 /* one of these must hold; 0 = does not matter */
    uint64_t none;                /* facts that speak against it */
    uint64_t proof;               /* with one of these the confidence is high */
    verdict_confidence_t without; /* the confidence without proof */
    bool packets_alone;           /* holds where no header was captured, too */
    const char *cause;
    const char *advice;
} rule_t;

/* clang-format off */
static const rule_t rules[] = {
    { "http_proxy", ANY_ID, 0, 0, 0,
      IF(BY_HTTP_PROXY), 0, IF(HELLO_ANSWERED) | IF(TCP_ALLOCATED), IF(BY_HTTP_PROXY), VERDICT_HIGH, true,
      "A forward proxy answers on TCP 443 in place of the Edge, so that no relay over TCP can be allocated.",
      "Exempt the A/V Edge addresses on TCP 443 from the proxy." },
    { "tls_inspection", ANY_ID, 0, 0, 0,
      IF(BY_TLS_SERVER), 0, IF(HELLO_ANSWERED) | IF(TCP_ALLOCATED), IF(BY_TLS_SERVER), VERDICT_HIGH, true,
      "A device that takes TLS on TCP 443 apart answers in place of the Edge, so that no relay over TCP can be allocated.",
      "Exempt the A/V Edge addresses on TCP 443 from SSL inspection, and check the published A/V Edge address." },
    { "firewall_443", ANY_ID, 0, 0, 0,
      0, IF(HELLO_SILENT) | IF(HELLO_RESET), IF(HELLO_ANSWERED) | IF(TCP_ALLOCATED) | IF(UDP_ALLOCATE_SILENT),
      IF(UDP_ALLOCATED) | IF(MRAS_RELAY), VERDICT_MEDIUM, true,
      "An application-layer firewall or forward proxy on TCP 443 swallows the pseudo-TLS hello to the relay.",
      "Let TCP 443 to the A/V Edge pass without application inspection, and exempt it from proxies." },
    { "credentials", ANY_ID, 0, 0, 0,
      IF(MRAS_NO_RELAY), 0, IF(OWN_RELAY) | IF(UDP_ALLOCATED) | IF(TCP_ALLOCATED), IF(MRAS_NO_RELAY), VERDICT_HIGH, false,
      "The client got no relay: the A/V authentication service (MRAS) refused credentials or named no relay.",
      "Check the A/V authentication service, its certificate, and which Edge pool is associated with the user's pool." },
    { "credentials_unknown", ANY_ID, 0, 0, 0,
      IF(UNAUTHORIZED), 0, IF(UDP_ALLOCATED) | IF(TCP_ALLOCATED), IF(UNAUTHORIZED), VERDICT_HIGH, true,
      "The relay does not accept the client's credentials: they expired, or come from another Edge.",
      "Check the clocks, and that the user's pool is associated with the Edge that the client uses." },
    { "udp_3478_blocked", ANY_ID, 0, 0, 0,
      IF(UDP_ALLOCATE_SILENT), IF(HELLO_ANSWERED) | IF(TCP_ALLOCATED), IF(UDP_ALLOCATED), IF(UDP_ALLOCATE_SILENT),
      VERDICT_HIGH, false,
      "UDP 3478 to the relay is blocked, while the relay answers on TCP 443.",
      "Open UDP 3478 from the client to the A/V Edge." },
    { "no_route", ID(22) | ID(25), ICEWARN_LOCAL_FAILED, ICEWARN_TURN_UNREACHABLE | ICEWARN_TCP_ALLOCATE_FAILED, 0,
      IF(HOST_SILENT) | IF(RELAY_SILENT), 0, IF(HOST_ANSWERED) | IF(HOST_RESET) | IF(RELAY_REACHED), IF(HOST_SILENT),
      VERDICT_HIGH, false,
      "No route between the two internal networks (VLANs): neither the peer nor the relay answers.",
      "Check routing and access lists between the clients' networks, and from them to the Edge's internal address." },
    { "no_route", ID(22) | ID(25), ICEWARN_LOCAL_FAILED, ICEWARN_TURN_UNREACHABLE | ICEWARN_TCP_ALLOCATE_FAILED, ICEWARN_PSEUDO_TLS_FAILED,
      IF(NO_HOST_EVIDENCE) | IF(NO_HELLO), 0,
      IF(RELAY_REACHED) | IF(OWN_RELAY) | IF(PEER_RELAY), 0, VERDICT_MEDIUM, false,
      "No route between the two internal networks (VLANs): by its flags the client reached neither the peer nor the relay.",
      "Check routing and access lists between the clients' networks, and from them to the Edge's internal address." },
    { "host_refuses", ID(22) | ID(25), ICEWARN_LOCAL_FAILED, 0, 0,
      IF(HOST_RESET), 0, IF(HOST_ANSWERED), IF(HOST_RESET), VERDICT_HIGH, false,
      "The peer's network is reached, but its computer or a firewall in front of it resets the media connections.",
      "Check the local firewall and the security software of the peer's computer." },
    { "edges_apart", ANY_ID, ICEWARN_TURN_TURN_TCP_FAILED, 0, 0,
      IF(OWN_RELAY) | IF(PEER_RELAY), 0, IF(RELAYS_TCP_ANSWERED), IF(RELAYS_TCP_FAILED), VERDICT_MEDIUM, false,
      "Both sides have relays, but the two Edges cannot reach each other over TCP.",
      "Open TCP 443 and 50000-59999 between the external A/V interfaces of the two Edges, in both directions." },
    { "firewall_443", ANY_ID, ICEWARN_PSEUDO_TLS_FAILED, 0, ICEWARN_UDP_ALLOCATE_FAILED,
      IF(NO_HELLO), 0, IF(TCP_ALLOCATED) | IF(MRAS_NO_RELAY), 0, VERDICT_MEDIUM, false,
      "An application-layer firewall or forward proxy on TCP 443 breaks the pseudo-TLS exchange with the relay.",
      "Let TCP 443 to the A/V Edge pass without application inspection, and exempt it from proxies." },
    { "relay_blocked", ANY_ID, ICEWARN_PSEUDO_TLS_FAILED, ICEWARN_TURN_UNREACHABLE | ICEWARN_UDP_ALLOCATE_FAILED, 0,
      IF(NO_HELLO), 0, IF(TCP_ALLOCATED) | IF(UDP_ALLOCATED) | IF(MRAS_NO_RELAY), 0, VERDICT_MEDIUM, false,
      "The relay is reached neither over UDP 3478 nor, because the pseudo-TLS exchange fails, over TCP 443.",
      "Open UDP 3478 to the A/V Edge, and exempt TCP 443 to it from proxies and inspection." },
    { "tcp_media_blocked", ID(24), ICEWARN_LOCAL_FAILED, ICEWARN_TCP_NAT_FAILED | ICEWARN_TCP_TURN_FAILED, ICEWARN_TURN_UNREACHABLE | ICEWARN_TCP_ALLOCATE_FAILED | ICEWARN_PSEUDO_TLS_FAILED | ICEWARN_TURN_TURN_TCP_FAILED,
      IF(OWN_HOST) | IF(PEER_HOST), 0,
      IF(HOST_ANSWERED) | IF(MRAS_NO_RELAY) | IF(RELAYS_TCP_ANSWERED) | IF(HELLO_SILENT) | IF(HELLO_RESET),
      IF(HOST_SILENT) | IF(HOST_RESET), VERDICT_MEDIUM, false,
      "Antivirus or firewall software on one of the computers, or a firewall in between, blocks TCP media.",
      "Test with the security software of both computers switched off, and allow the client's port range over TCP." },
    { "relay_unreachable", ANY_ID, 0, 0, 0,
      IF(RELAY_SILENT), 0, IF(RELAY_REACHED) | IF(UDP_ALLOCATED) | IF(TCP_ALLOCATED), IF(RELAY_SILENT), VERDICT_HIGH, true,
      "The relay is not reached: nothing comes back from it.",
      "Check that UDP 3478 and TCP 443 to the A/V Edge are open, and that its service runs." },
    { "peer_without_relay", ID(23) | ID(24), ICEWARN_LOCAL_FAILED, 0, 0,
      IF(PEER_LIST_NO_RELAY), 0, IF(PEER_RELAY) | IF(HOST_ANSWERED), IF(OWN_RELAY), VERDICT_MEDIUM, false,
      "The peer offers no relayed candidate, so that clients in separate networks cannot meet.",
      "Look for why the peer got no relay: its credentials, and UDP 3478 and TCP 443 from it to its Edge." },
    { "own_without_relay", ID(23) | ID(24), ICEWARN_LOCAL_FAILED, 0, 0,
      IF(OWN_LIST_NO_RELAY), 0, IF(OWN_RELAY) | IF(HOST_ANSWERED), IF(PEER_RELAY), VERDICT_MEDIUM, false,
      "The client offers no relayed candidate, so that clients in separate networks cannot meet.",
      "Look for why the client got no relay: its credentials, and UDP 3478 and TCP 443 from it to its Edge." },
    { "no_relay_configured", ANY_ID, ICEWARN_NO_TURN_SERVER, 0, 0,
      0, 0, IF(MRAS_RELAY) | IF(UDP_ALLOCATED) | IF(TCP_ALLOCATED), 0, VERDICT_MEDIUM, false,
      "No relay is configured for the client, or its name is not resolved.",
      "Check the Edge pool of the user's pool, and DNS for the A/V Edge's name." },
    { "ports_exhausted", ANY_ID, ICEWARN_PORT_RANGE_EXHAUSTED, 0, 0, 0, 0, 0, 0, VERDICT_MEDIUM, false,
      "The configured media port range has no free port left.",
      "Widen the port range: 20 ports for a call with audio and video, 3 for sharing." },
    { "policy", ANY_ID, ICEWARN_POLICY_ALLOCATION_FAILED, 0, 0, 0, 0, IF(RELAYS_TCP_ANSWERED), 0, VERDICT_MEDIUM, false,
      "The bandwidth policy refused the way over the relays.",
      "Check the policy's topology and the bandwidth of the link." },
    { "path_cut", ANY_ID, ICEWARN_USE_CANDIDATE_FAILED, 0, 0, 0, 0, 0, IF(USE_CANDIDATE_UNANSWERED), VERDICT_MEDIUM, false,
      "A path was found and then cut: first packets arrive, the rest does not.",
      "Look for firewalls that recognise applications, and for network filters installed on the computers." },
};
/* clang-format on */

const char *
verdict_confidence_name(verdict_confidence_t confidence)
{
    static const char *const names[] = {
        [VERDICT_LOW] = "low",
        [VERDICT_MEDIUM] = "medium",
        [VERDICT_HIGH] = "high",
    };
    return names[confidence];
}

/* --- facts -------------------------------------------------------------------------------------------------------
 */

typedef struct {
    const facts_call_t *call;
    const facts_header_t *header; /* NULL = none */
    facts_side_t side;
    unsigned transports; /* of the medium */
    const tally_t *tally;
    uint64_t facts;
} question_t;

static void
set(question_t *question, asked_t fact, bool holds)
{
    if (holds)
        question->facts |= IF(fact);
}

static tally_choice_t
choice_of(const question_t *question, asked_t fact)
{
    tally_choice_t choice = choices[fact];

    if (choice.transports == MEDIUM)
        choice.transports = question->transports;
    return choice;
}

/* Whether a medium's name in a header ("application-sharing") and in SDP ("applicationsharing") agree on transport.
 */
static bool
medium_matters(const question_t *question, const facts_medium_t *medium)
{
    icewarn_transport_t transport = icewarn_media_transport(medium->name);

    if (strcmp(medium->name, "message") == 0)
        return false;
    return transport == ICEWARN_TRANSPORT_UNKNOWN ||
           (question->transports & (transport == ICEWARN_TRANSPORT_TCP ? TCP : UDP));
}

static bool
offered(const question_t *question, facts_side_t side, facts_type_t type)
{
    for (unsigned i = 0; i < question->call->media_count; i++) {
        const facts_medium_t *medium = question->call->media[i];

        if (medium_matters(question, medium) && (((question->transports & UDP) && medium->offered[side][type][0]) ||
                                                 ((question->transports & TCP) && medium->offered[side][type][1])))
            return true;
    }
    return false;
}

static bool
has_site(const question_t *question, facts_site_t site)
{
    return question->header && question->header->site[site].type != AT_NONE;
}

static void
ask_lists(question_t *question)
{
    facts_side_t own = question->side;
    facts_side_t peer = own == FACTS_CALLER ? FACTS_CALLEE : own == FACTS_CALLEE ? FACTS_CALLER : FACTS_SIDE_UNKNOWN;

    set(question, OWN_RELAY, offered(question, own, FACTS_RELAY) || has_site(question, FACTS_LOCAL_MR));
    set(question, PEER_RELAY, offered(question, peer, FACTS_RELAY) || has_site(question, FACTS_REMOTE_MR));
    set(question, OWN_HOST, offered(question, own, FACTS_HOST) || has_site(question, FACTS_LOCAL_SITE));
    set(question, PEER_HOST, offered(question, peer, FACTS_HOST) || has_site(question, FACTS_REMOTE_SITE));
    set(question, OWN_LIST_NO_RELAY,
        own != FACTS_SIDE_UNKNOWN && offered(question, own, FACTS_HOST) && !offered(question, own, FACTS_RELAY));
    set(question, PEER_LIST_NO_RELAY,
        peer != FACTS_SIDE_UNKNOWN && offered(question, peer, FACTS_HOST) && !offered(question, peer, FACTS_RELAY));
}

static void
ask(question_t *question)
{
    const tally_t *tally = question->tally;
    const credentials_t *credentials = question->call->credentials[question->side];
    icewarn_transport_t medium = icewarn_media_transport(question->header ? question->header->media : NULL);
    tally_choice_t direct = { PEERS, 0, BIT(PAIR_HOST), ~0U };

    question->transports = medium == ICEWARN_TRANSPORT_TCP   ? TCP
                           : medium == ICEWARN_TRANSPORT_UDP ? UDP
                                                             : ANY_TRANSPORT;
    direct.transports = question->transports;
    for (unsigned fact = 0; fact < CHOICES; fact++) {
        tally_choice_t choice = choice_of(question, (asked_t)fact);

        set(question, (asked_t)fact, tally_count(tally, &choice) > 0);
    }
    set(question, BY_HTTP_PROXY, tally->hello_by[FACTS_BY_HTTP_PROXY] > 0);
    set(question, BY_TLS_SERVER, tally->hello_by[FACTS_BY_TLS_SERVER] > 0);
    set(question, UNAUTHORIZED, tally->unauthorized.count > 0);
    set(question, USE_CANDIDATE_UNANSWERED, tally->not_nominated.count > 0);
    set(question, MRAS_RELAY, credentials && credentials->granted && credentials->relays);
    set(question, MRAS_NO_RELAY, credentials && !(credentials->granted && credentials->relays));
    set(question, NO_HOST_EVIDENCE, tally_count(tally, &direct) == 0);
    set(question, NO_HELLO,
        tally->hello_by[FACTS_BY_NOBODY] + tally->hello_by[FACTS_BY_EDGE] + tally->hello_by[FACTS_BY_HTTP_PROXY] +
                tally->hello_by[FACTS_BY_TLS_SERVER] + tally->hello_by[FACTS_BY_RESET] +
                tally->hello_by[FACTS_BY_OTHER] ==
            0);
    ask_lists(question);
}

/* --- rules -------------------------------------------------------------------------------------------------------
 */

static bool
holds(const rule_t *rule, const question_t *question)
{
    const facts_header_t *header = question->header;

    if (!header && !rule->packets_alone)
        return false;
    if (header) {
        if (rule->ids != ANY_ID && (!header->has_id || header->id > 31 || !(rule->ids & ID(header->id))))
            return false;
        if ((header->flags & rule->flags_all) != rule->flags_all || (header->flags & rule->flags_none) ||
            (rule->flags_any && !(header->flags & rule->flags_any)))
            return false;
    }
    return (question->facts & rule->all) == rule->all && !(question->facts & rule->none) &&
           (!rule->any || (question->facts & rule->any));
}

/* The frames of a verdict: those of the facts it was concluded from. */
static void
add_items(wmem_allocator_t *scope, const question_t *question, const rule_t *rule, verdict_t *verdict)
{
    uint64_t wanted = (rule->all | rule->any | rule->proof) & question->facts;

    for (unsigned fact = 0; fact < CHOICES; fact++) {
        tally_choice_t choice = choice_of(question, (asked_t)fact);

        if (wanted & IF(fact))
            evidence_add(scope, question->tally, &choice, verdict->items, &verdict->count);
    }
    if ((wanted & (IF(BY_HTTP_PROXY) | IF(BY_TLS_SERVER))) != 0) {
        tally_choice_t choice = choice_of(question, HELLO_INTERCEPTED);

        evidence_add(scope, question->tally, &choice, verdict->items, &verdict->count);
    }
    if ((wanted & (IF(MRAS_RELAY) | IF(MRAS_NO_RELAY))) != 0 && verdict->count < EVIDENCE_MAX)
        verdict->items[verdict->count++] =
            (evidence_item_t){ question->call->credentials[question->side]->frame,
                               wanted & IF(MRAS_RELAY) ? "relay credentials with a relay"
                                                       : "relay credentials were refused or name no relay" };
    if ((wanted & IF(UNAUTHORIZED)) != 0 && verdict->count < EVIDENCE_MAX)
        verdict->items[verdict->count++] =
            (evidence_item_t){ question->tally->unauthorized.first[0]->answer_frame,
                               attempt_text(scope, question->tally->unauthorized.first[0]) };
}

static bool
answer(wmem_allocator_t *scope, question_t *question, verdict_t *verdict)
{
    ask(question);
    memset(verdict, 0, sizeof *verdict);
    for (size_t i = 0; i < array_length(rules); i++) {
        const rule_t *rule = &rules[i];

        if (!holds(rule, question))
            continue;
        verdict->name = rule->name;
        verdict->cause = rule->cause;
        verdict->advice = rule->advice;
        verdict->confidence = question->facts & rule->proof ? VERDICT_HIGH : rule->without;
        add_items(scope, question, rule, verdict);
        return true;
    }
    return false;
}

bool
verdict_of_header(wmem_allocator_t *scope, const facts_header_t *header, const tally_t *tally, verdict_t *verdict)
{
    question_t question = { .call = call_root(header->call), .header = header, .side = header->side, .tally = tally };

    return header->failed && answer(scope, &question, verdict);
}

/* What a call with no diagnostics header shows: only failures that nothing else in the call makes good. */
static bool
verdict_of_packets(wmem_allocator_t *scope, const facts_call_t *call, verdict_t *verdict)
{
    tally_t *tally = wmem_new(scope, tally_t);
    question_t question = { .call = call, .tally = tally };
    tally_choice_t paths = { PEERS, ANY_TRANSPORT, ~BIT(PAIR_SERVER), BIT(FACTS_ANSWERED) };

    tally_call(call, FACTS_SIDE_UNKNOWN, tally);
    return tally_count(tally, &paths) == 0 && answer(scope, &question, verdict);
}

bool
verdict_of_call(wmem_allocator_t *scope, const facts_call_t *call, const facts_header_t **found, verdict_t *verdict)
{
    const facts_header_t *gravest = NULL;
    tally_t *tally;

    call = call_root((facts_call_t *)(void *)call);
    for (const facts_header_t *header = call->headers; header; header = header->next)
        if (!gravest || (header->failed && !gravest->failed) ||
            (header->failed == gravest->failed && header->has_flags && !gravest->has_flags))
            gravest = header;
    *found = gravest;
    if (!gravest)
        return verdict_of_packets(scope, call, verdict);
    tally = wmem_new(scope, tally_t);
    tally_call(call, gravest->side, tally);
    return verdict_of_header(scope, gravest, tally, verdict);
}
