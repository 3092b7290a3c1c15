/* questions.c
 * What the verdict's rules ask about a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/questions.h"

#include "analysis/attempt-points.h"
#include "base/address-kind.h"
#include "calls/witness.h"

quality_limits_t quality_limits = { 5, 50, 2 };

/* So many media packets and no more are the first data of a connection. */
#define FIRST_DATA 4

#define MISSING        (BIT(FACTS_UNANSWERED) | BIT(FACTS_SILENT))
#define SILENT         BIT(FACTS_SILENT)
#define RESET          BIT(FACTS_RESET)
#define REFUSED        BIT(FACTS_REFUSED)
#define ANSWERED       BIT(FACTS_ANSWERED)
#define REACHED        (ANSWERED | BIT(FACTS_CHALLENGED) | BIT(FACTS_ALTERNATE))
#define ALLOCATIONS    BIT(FACTS_ALLOCATION)
#define CONNECTIONS    BIT(FACTS_CONNECTION)
#define HELLOS         BIT(FACTS_HELLO)
#define PEERS          (BIT(FACTS_CHECK) | BIT(FACTS_CONNECTION))
#define SERVER         BIT(PAIR_SERVER)
#define ENOUGH_FOREIGN 2 /* messages; one may be missing in a capture */
#define MEDIUM         0 /* in place of transports: those of the medium */

/* clang-format off */
static const tally_choice_t choices[CHOICES] = {
    [UDP_ALLOCATED]           = { ALLOCATIONS, UDP, SERVER, ANSWERED },
    [UDP_ALLOCATE_UNANSWERED] = { ALLOCATIONS, UDP, SERVER, MISSING },
    [UDP_ALLOCATE_SILENT]     = { ALLOCATIONS, UDP, SERVER, SILENT },
    [TCP_ALLOCATED]           = { ALLOCATIONS, TCP, SERVER, ANSWERED },
    [RELAY_UNANSWERED]        = { ALLOCATIONS | CONNECTIONS, ANY_TRANSPORT, SERVER, MISSING | RESET },
    [RELAY_SILENT]            = { ALLOCATIONS | CONNECTIONS, ANY_TRANSPORT, SERVER, SILENT | RESET },
    [RELAY_REACHED]           = { ALLOCATIONS | HELLOS, ANY_TRANSPORT, SERVER, REACHED },
    [RELAY_TCP_SILENT]        = { CONNECTIONS, TCP, SERVER, SILENT },
    [RELAY_TCP_RESET]         = { CONNECTIONS, TCP, SERVER, RESET },
    [RELAY_TCP_ANSWERED]      = { CONNECTIONS, TCP, SERVER, ANSWERED },
    [HELLO_UNANSWERED]        = { HELLOS, TCP, SERVER, MISSING },
    [HELLO_SILENT]            = { HELLOS, TCP, SERVER, SILENT },
    [HELLO_RESET]             = { HELLOS, TCP, SERVER, RESET },
    [HELLO_ANSWERED]          = { HELLOS, TCP, SERVER, ANSWERED },
    [HOST_UNANSWERED]         = { PEERS, MEDIUM, BIT(PAIR_HOST), MISSING },
    [HOST_SILENT]             = { PEERS, MEDIUM, BIT(PAIR_HOST), SILENT },
    [HOST_RESET]              = { PEERS, MEDIUM, BIT(PAIR_HOST), RESET },
    [HOST_ANSWERED]           = { PEERS, MEDIUM, BIT(PAIR_HOST), ANSWERED },
    [RELAYS_TCP_SILENT]       = { PEERS, TCP, BIT(PAIR_RELAYS), SILENT | RESET | REFUSED },
    [RELAYS_TCP_ANSWERED]     = { PEERS, TCP, BIT(PAIR_RELAYS), ANSWERED },
    [RELAYS_SILENT]           = { PEERS, ANY_TRANSPORT, BIT(PAIR_RELAYS), SILENT | RESET | REFUSED },
    [RELAYS_ANSWERED]         = { PEERS, ANY_TRANSPORT, BIT(PAIR_RELAYS), ANSWERED },
    [PAIRS_SILENT]            = { PEERS, ANY_TRANSPORT, BIT(PAIR_HOST) | BIT(PAIR_NAT) | BIT(PAIR_RELAY), SILENT | RESET },
};
/* clang-format on */

/* Hellos that somebody else answers. */
static const tally_choice_t intercepted = { HELLOS, TCP, SERVER, REFUSED };

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

/* Facts that attempts in a cell of their own show. */
static const struct {
    asked_t fact;
    size_t cell; /* offset in tally_t */
} cells[] = {
    { UNAUTHORIZED, offsetof(tally_t, unauthorized) },
    { QUOTA, offsetof(tally_t, quota) },
    { REFUSED_OTHERWISE, offsetof(tally_t, refused) },
    { REDIRECTED_AWAY, offsetof(tally_t, redirected) },
    { SOME_CONNECTIONS, offsetof(tally_t, limited) },
    { RELAY_TCP_CUT, offsetof(tally_t, cut) },
    { RELAY_TCP_CUT, offsetof(tally_t, tls_broken) },
    { BY_HTTP_PROXY, offsetof(tally_t, tls_proxied) },
    { TLS_SERVER_REJECTED, offsetof(tally_t, tls_rejected) },
    { PEER_RESET, offsetof(tally_t, broken) },
    { PEER_TURNED_AWAY, offsetof(tally_t, turned_away) },
    { PEER_TURNED_AWAY, offsetof(tally_t, filtered) },
    { TURNED_AWAY_NEARBY, offsetof(tally_t, turned_away_nearby) },
    { PEER_UNREACHABLE, offsetof(tally_t, unreachable) },
    { RELAY_CLOSED, offsetof(tally_t, closed) },
    { ANSWERS_LOST, offsetof(tally_t, in_vain) },
    { PASSES_POINT, offsetof(tally_t, passed) },
    { PASSES_POINT, offsetof(tally_t, answer_lost) },
    { FOREIGN_ANSWERS, offsetof(tally_t, foreign) },
    { FOREIGN_SUSPECTED, offsetof(tally_t, foreign_perhaps) },
    { USE_CANDIDATE_UNANSWERED, offsetof(tally_t, not_nominated) },
};

static const tally_cell_t *
cell_of(const tally_t *tally, size_t offset)
{
    return (const tally_cell_t *)(const void *)((const char *)tally + offset);
}

/* Whether the relay that was tried lives inside. */
static bool
relay_is_inside(const tally_t *tally)
{
    for (unsigned tcp = 0; tcp < 2; tcp++)
        for (unsigned outcome = 0; outcome < FACTS_OUTCOMES; outcome++) {
            const tally_cell_t *cell = &tally->cells[FACTS_ALLOCATION][tcp][PAIR_SERVER][outcome];

            if (cell->count && address_is_private(&cell->first[0]->remote.addr))
                return true;
        }
    return false;
}

static unsigned
hellos(const tally_t *tally)
{
    unsigned count = 0;

    for (unsigned by = 0; by < FACTS_ANSWERERS; by++)
        count += tally->hello_by[by];
    return count;
}

/* One message may be missing in a capture. */
static void
ask_foreign(question_t *question, const tally_t *tally)
{
    if (tally->foreign_messages < ENOUGH_FOREIGN)
        question->facts &= ~IF(FOREIGN_ANSWERS);
    if (tally->foreign_messages_perhaps < ENOUGH_FOREIGN)
        question->facts &= ~IF(FOREIGN_SUSPECTED);
}

/* What one relay does not answer over UDP says little about UDP where it is another one that is there over TCP, and
 * nothing when the first one is as silent over TCP: that one is down. The same with UDP and TCP changed. */
static void
ask_silent(question_t *question, const tally_t *tally)
{
    static const struct {
        uint64_t served, silent, unanswered; /* that another relay is there; facts of the one that is not */
    } rows[2] = {
        { IF(TCP_ALLOCATED) | IF(HELLO_ANSWERED) | IF(RELAY_TCP_ANSWERED), IF(UDP_ALLOCATE_SILENT),
          IF(UDP_ALLOCATE_UNANSWERED) },
        { IF(UDP_ALLOCATED), IF(RELAY_TCP_SILENT) | IF(RELAY_TCP_RESET), 0 },
    };

    for (unsigned tcp = 0; tcp < 2; tcp++) {
        if (!(question->facts & rows[tcp].served) || tally->silent_there[tcp])
            continue;
        if (tally->silent_alone[tcp])
            question->weak |= rows[tcp].silent;
        else
            question->facts &= ~(rows[tcp].silent | rows[tcp].unanswered);
    }
}

/* Whether an address that is refused is the peer's own, as far as the packets tell: in the client's network it may be
 * that of another computer as well, and a NAT refuses what nobody behind it has asked for. */
static bool
is_peers_own(const facts_attempt_t *refused)
{
    const facts_icmp_t *icmp = icmp_of_attempt(refused);

    return address_is_private(&refused->remote.addr) && icmp && !icmp->nearby;
}

/* What refusals say of the peer. The rules ask for a header which says that both computers are inside; there an
 * address is that of one computer only. */
static void
ask_refusals(question_t *question, const tally_t *tally)
{
    const tally_cell_t *refused = &tally->turned_away;
    bool own = false;

    if (question->header)
        return;
    set(question, REFUSED_IN_PART, tally->refused_in_part);
    for (unsigned i = 0; i < MIN(refused->count, TALLY_FIRST); i++)
        own |= !tally->refused_in_part || is_peers_own(refused->first[i]);
    if (!own)
        question->facts &= ~IF(PEER_TURNED_AWAY);
}

/* Whether there are packets alone: a header's flags say, too, what went wrong on the way to the relay, and its id
 * where the computers are. */
static bool
alone(const question_t *question)
{
    return !question->header;
}

/* What else of the call speaks against a fact, or that it was seen only once, keeps it from being a proof. */
static void
ask_weak(question_t *question, const tally_t *tally)
{
    tally_choice_t over_udp = { BIT(FACTS_CHECK), UDP, ~SERVER, ~0U };
    tally_choice_t resets = choices[RELAY_TCP_RESET];
    unsigned cut = alone(question) ? tally->cut.count + tally->tls_broken.count : 0;
    unsigned proxied = tally->hello_by[FACTS_BY_HTTP_PROXY] + tally->tls_proxied.count;

    if (!tally->repeated_again)
        question->weak |= IF(UNAUTHORIZED);
    if (tally->open_ended || cut == 1 || (tally->cut.count == 0 && tally->tls_broken.count == 1))
        question->weak |= IF(RELAY_TCP_CUT);
    if (tally->open_ended || (alone(question) && tally_count(tally, &resets) == 1))
        question->weak |= IF(RELAY_TCP_RESET);
    if (tally->open_ended || (alone(question) && proxied == 1))
        question->weak |= IF(BY_HTTP_PROXY);
    /* A private address that is silent may be in anybody's network. */
    if (alone(question))
        question->weak |= IF(HOST_SILENT);
    /* Who asks relays has their addresses from somewhere. */
    if (!(question->facts & IF(NO_RELAY_TRIED)))
        question->weak |= IF(NAME_FAILED);
    /* What is wrong with TCP 443 is not why checks over UDP stay unanswered where the relay is there over UDP. */
    if (tally_count(tally, &over_udp) && tally->cells[FACTS_ALLOCATION][0][PAIR_SERVER][FACTS_ANSWERED].count)
        question->weak |= IF(HELLO_SILENT) | IF(HELLO_RESET) | IF(RELAY_TCP_SILENT) | IF(RELAY_TCP_RESET) |
                          IF(RELAY_TCP_CUT) | IF(BY_HTTP_PROXY) | IF(SOME_CONNECTIONS);
}

static void
ask_tally(question_t *question)
{
    const tally_t *tally = question->tally;
    tally_choice_t direct = { PEERS, question->transports, BIT(PAIR_HOST), ~0U };
    tally_choice_t servers = { ALLOCATIONS | CONNECTIONS, ANY_TRANSPORT, SERVER, ~0U };

    for (unsigned fact = 0; fact < CHOICES; fact++) {
        tally_choice_t choice = choice_of(question, (asked_t)fact);

        set(question, (asked_t)fact, tally_count(tally, &choice) > 0);
    }
    for (size_t i = 0; i < array_length(cells); i++)
        set(question, cells[i].fact, cell_of(tally, cells[i].cell)->count > 0);
    ask_foreign(question, tally);
    ask_silent(question, tally);
    ask_refusals(question, tally);
    if (tally->tls_answered) /* who has served one connection has refused another for a reason of its own */
        question->facts &= ~IF(RELAY_TCP_RESET);
    if (tally->between_relays == 0)
        question->facts &= ~(IF(RELAYS_SILENT) | IF(RELAYS_TCP_SILENT));
    set(question, BY_HTTP_PROXY, tally->hello_by[FACTS_BY_HTTP_PROXY] > 0);
    set(question, BY_TLS_SERVER, tally->hello_by[FACTS_BY_TLS_SERVER] > 0);
    /* An answer that is not in the capture may have been anybody's. */
    if (tally->hello_by[FACTS_BY_EDGE] == 0)
        question->facts &= ~IF(HELLO_ANSWERED);
    if (tally->hello_by[FACTS_BY_SOMEBODY])
        question->weak |= IF(HELLO_SILENT) | IF(HELLO_RESET);
    set(question, NO_HOST_EVIDENCE, tally_count(tally, &direct) == 0);
    set(question, NO_HELLO, hellos(tally) == 0);
    set(question, NO_RELAY_TRIED, tally_count(tally, &servers) == 0 && tally->by_own_relay == 0);
    set(question, PEER_RELAY_TRIED, tally->peer_relays > 0 || tally->outside > 1);
    set(question, ALL_INSIDE, relay_is_inside(tally) && !(alone(question) && tally->outside));
    ask_weak(question, tally);
}

/* Silence alone may be a pause or a call on hold: it is a gap where as much as that is missing. */
static bool
has_gap(const media_summary_t *media)
{
    double missing = media->packets ? (double)media->lost * media->seconds / (double)media->packets : 0;

    return media->gap > quality_limits.gap && missing > media->gap / 2;
}

/* Whether the media that arrive are bad. What is missing of those that the computer sends, where they set out, the
 * capture has missed, and as much of what arrives. */
static bool
is_bad(const question_t *question)
{
    const call_outcome_t *outcome = question->outcome;
    const media_summary_t *sent = &outcome->media[MEDIA_SENT], *received = &outcome->media[MEDIA_RECEIVED];
    const facts_call_t *call = question->call;
    const bool at_source = outcome->has_media[MEDIA_SENT] && call->own_count && host_seen(&call->own[0]) == HOST_NEAR;

    return received->loss - (at_source ? sent->loss : 0) > quality_limits.loss ||
           received->jitter > quality_limits.jitter || (has_gap(received) && !(at_source && has_gap(sent)));
}

static bool
has_other_distance(const tally_cell_t *cell, uint32_t frames[2], unsigned hops[2])
{
    return cell->count && relay_distance_differs(&cell->first[0]->remote.addr, frames, hops);
}

/* Whether what answers hellos on TCP 443 stands at another distance than what answers on UDP 3478. */
static bool
other_device(const tally_t *tally, uint32_t frames[2], unsigned hops[2])
{
    for (unsigned outcome = 0; outcome < FACTS_OUTCOMES; outcome++) {
        if (has_other_distance(&tally->cells[FACTS_HELLO][1][PAIR_SERVER][outcome], frames, hops))
            return true;
    }
    return has_other_distance(&tally->tls_proxied, frames, hops) ||
           has_other_distance(&tally->tls_rejected, frames, hops);
}

static void
ask_outcome(question_t *question)
{
    const call_outcome_t *outcome = question->outcome;
    const media_summary_t *received = &outcome->media[MEDIA_RECEIVED];

    /* Behind media that came for a while, a reset is the end of a path that worked. */
    if (outcome->has_media[MEDIA_RECEIVED] && received->packets > FIRST_DATA)
        question->facts &= ~IF(PEER_RESET);
    /* Another pair was answered, and only the header says that it did not help. */
    if (outcome->has_path)
        question->weak |= IF(PAIRS_SILENT);
    /* Where the relay is there over TCP, UDP to it is not why no pair works. */
    else if (question->tally->cells[FACTS_ALLOCATION][1][PAIR_SERVER][FACTS_ANSWERED].count && outcome->pairs_tried)
        question->weak |= IF(UDP_ALLOCATE_SILENT);
    set(question, PATH_LOST, outcome->loss.frame != 0 && !outcome->loss.unsure);
    set(question, LOST_SO_FAR, outcome->loss.unsure);
    set(question, PATH_OVER_TCP_RELAY,
        outcome->has_path && outcome->path.transport == PT_TCP && outcome->path.local_type == FACTS_RELAY);
    set(question, ONE_WAY, outcome->kind == OUTCOME_ONE_WAY);
    set(question, BAD_MEDIA, outcome->has_media[MEDIA_RECEIVED] && is_bad(question));
}

static void
ask_sbc(question_t *question)
{
    const facts_call_t *call = question->call;

    set(question, THROUGH_SBC, call->through_sbc);
    set(question, SBC_PRIVATE, call->sbc_private_frame && !call->sbc_public && !call->user_inside);
}

void
questions_ask(question_t *question)
{
    const credentials_t *credentials = question->call->credentials[question->side];
    icewarn_transport_t medium = icewarn_media_transport(question->header ? question->header->media : NULL);

    question->transports = medium == ICEWARN_TRANSPORT_TCP   ? TCP
                           : medium == ICEWARN_TRANSPORT_UDP ? UDP
                                                             : ANY_TRANSPORT;
    ask_tally(question);
    set(question, NAME_FAILED, name_failed(question->call) != NULL);
    if (question->outcome)
        ask_outcome(question);
    set(question, MRAS_RELAY, credentials && credentials->granted && credentials->relays);
    set(question, MRAS_NO_RELAY, credentials && !(credentials->granted && credentials->relays));
    ask_lists(question);
    ask_sbc(question);
}

/* --- what shows it -----------------------------------------------------------------------------------------------
 */

static void
add(evidence_item_t *items, unsigned *count, uint32_t frame, const char *text)
{
    if (frame && *count < EVIDENCE_MAX)
        items[(*count)++] = (evidence_item_t){ frame, text };
}

static const char *
quality_text(wmem_allocator_t *scope, const facts_call_t *call, const media_summary_t *media)
{
    const char *place = media_loss_place(scope, call, MEDIA_RECEIVED);

    return wmem_strdup_printf(scope, "received media: %.1f %% lost%s%s, jitter %.0f ms, longest gap %.1f s",
                              media->loss, place ? " " : "", place ? place : "", MAX(media->jitter, 0.0), media->gap);
}

static void
show_witnesses(wmem_allocator_t *scope, const question_t *question, uint64_t facts, evidence_item_t *items,
               unsigned *count)
{
    uint32_t frames[2];
    unsigned hops[2];

    if (facts & IF(NAME_FAILED)) {
        const facts_name_t *name = name_failed(question->call);

        add(items, count, name->failure_frame ? name->failure_frame : name->first_frame,
            wmem_strdup_printf(scope, "DNS: %s, %s", name->name, name_outcome_text(name_outcome(name))));
    }
    if ((facts &
         (IF(BY_HTTP_PROXY) | IF(BY_TLS_SERVER) | IF(TLS_SERVER_REJECTED) | IF(HELLO_SILENT) | IF(HELLO_RESET))) &&
        other_device(question->tally, frames, hops)) {
        add(items, count, frames[0], wmem_strdup_printf(scope, "answer on UDP with TTL %u", hops[0]));
        add(items, count, frames[1],
            wmem_strdup_printf(scope, "answer on TCP with TTL %u: from another distance", hops[1]));
    }
    if (facts & IF(SOME_CONNECTIONS))
        add(items, count, question->tally->living->heard_frame,
            wmem_strdup_printf(scope, "the relay goes on with the connection from port %u, which is older",
                               question->tally->living->local->key.port));
}

/* What is known from the outcome. */
static void
show_outcome(wmem_allocator_t *scope, const question_t *question, uint64_t facts, evidence_item_t *items,
             unsigned *count)
{
    const call_outcome_t *outcome = question->outcome;
    const media_summary_t *received = &outcome->media[MEDIA_RECEIVED];
    bool sent = outcome->has_media[MEDIA_SENT];

    if (facts & (IF(PATH_LOST) | IF(LOST_SO_FAR)))
        add(items, count, outcome->loss.frame, outcome->loss.text);
    if (facts & IF(ONE_WAY) && outcome->unheard_frame)
        add(items, count, outcome->unheard_frame,
            "the checks of the path stay unanswered from here on, while media arrive");
    else if (facts & IF(ONE_WAY))
        add(items, count, outcome->media[sent ? MEDIA_SENT : MEDIA_RECEIVED].first_frame,
            sent ? "the first media that were sent, none were received"
                 : "the first media that were received, none were sent");
    if (facts & IF(BAD_MEDIA))
        add(items, count, received->gap > quality_limits.gap ? received->gap_frame : received->first_frame,
            quality_text(scope, question->call, received));
}

void
questions_show(wmem_allocator_t *scope, const question_t *question, uint64_t facts, evidence_item_t *items,
               unsigned *count)
{
    const credentials_t *credentials = question->call->credentials[question->side];

    facts &= question->facts;
    for (unsigned fact = 0; fact < CHOICES; fact++) {
        tally_choice_t choice = choice_of(question, (asked_t)fact);

        if (facts & IF(fact))
            evidence_add(scope, question->tally, &choice, items, count);
    }
    if (facts & (IF(BY_HTTP_PROXY) | IF(BY_TLS_SERVER)))
        evidence_add(scope, question->tally, &intercepted, items, count);
    if (facts & (IF(MRAS_RELAY) | IF(MRAS_NO_RELAY)))
        add(items, count, credentials->frame,
            facts & IF(MRAS_RELAY) ? "relay credentials with a relay"
                                   : "relay credentials were refused or name no relay");
    for (size_t i = 0; i < array_length(cells); i++)
        if (facts & IF(cells[i].fact))
            evidence_add_cell(scope, cell_of(question->tally, cells[i].cell), items, count);
    show_witnesses(scope, question, facts, items, count);
    if (facts & IF(SBC_PRIVATE))
        add(items, count, question->call->sbc_private_frame, "the SBC names private addresses only");
    if (question->outcome)
        show_outcome(scope, question, facts, items, count);
}
