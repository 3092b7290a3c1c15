/* msturn-transactions.c
 * What belongs together: request and answer, retransmissions, sequence numbers, multiplexed sessions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-transactions.h"

#include "calls/points.h"
#include "turn/msturn-message.h"

#include <epan/address.h>

/* Endpoints that share one transaction id before the rest is no longer told apart: real traffic has a handful. */
#define MAX_SAME_ID 64

static wmem_map_t *transactions; /* id -> list of msturn_transaction_t */
static wmem_map_t *latest;       /* hash of client and server -> the latest msturn_transaction_t to the server */
static wmem_map_t *connections;  /* connection id -> connection_t */
static wmem_map_t *judgements;   /* place_in_frame_t -> judgement_t, for sequence numbers that are not the next */
static wmem_map_t *sessions;     /* session id -> frame */
static bool any_alone;           /* answers whose request was not captured before them */
static wmem_map_t *realms;       /* hash of an address -> realm */

/* A request with a sequence number. */
typedef struct {
    uint8_t id[STUN_ID_LENGTH];
    uint32_t sequence;
} numbered_t;

/* So many requests of a connection are remembered: more than are ever on the way at once, or apart at two capture
 * points. Most connections have a few. */
#define MAX_RECENT   64
#define FIRST_RECENT 4

typedef struct {
    uint8_t id[MSTURN_CONNECTION_LENGTH];
    uint32_t last;      /* the highest number so far */
    numbered_t *recent; /* a ring once it has MAX_RECENT */
    unsigned count, room;
} connection_t;

/* Several requests may stand in one frame. */
typedef struct {
    numbered_t request;
    uint32_t frame;
} place_in_frame_t;

G_STATIC_ASSERT(sizeof(place_in_frame_t) == STUN_ID_LENGTH + 8); /* hashed and compared as bytes */

typedef struct {
    place_in_frame_t where; /* key of the map */
    msturn_sequence_t verdict;
    uint32_t expected;
} judgement_t;

typedef struct {
    uint8_t id[MULTIPLEX_SESSION_LENGTH];
    uint32_t frame;
} session_t;

/* Hashes over the first bytes of ids that are random anyway. Short keys are compared in full by the equal functions.
 */
static unsigned
hash_id(const void *key)
{
    return wmem_strong_hash((const uint8_t *)key, 16);
}

static unsigned
hash_session(const void *key)
{
    return wmem_strong_hash((const uint8_t *)key, 8);
}

static int
equal_16(const void *a, const void *b)
{
    return memcmp(a, b, 16) == 0;
}

static int
equal_20(const void *a, const void *b)
{
    return memcmp(a, b, 20) == 0;
}

static int
equal_8(const void *a, const void *b)
{
    return memcmp(a, b, 8) == 0;
}

static unsigned
hash_place(const void *key)
{
    return wmem_strong_hash((const uint8_t *)key, sizeof(place_in_frame_t));
}

static int
equal_place(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(place_in_frame_t)) == 0;
}

static uint32_t
hash_endpoint(const address *addr, uint32_t port)
{
    return add_address_to_hash(port * 2654435761U, addr);
}

/* How well a transaction fits a request in this packet, or the answer to one: 2 = both ends, 1 = one, 0 = none. */
static unsigned
fit(const msturn_transaction_t *transaction, const packet_info *pinfo, bool answer)
{
    const address *source = answer ? &pinfo->dst : &pinfo->src, *destination = answer ? &pinfo->src : &pinfo->dst;
    const uint32_t source_port = answer ? pinfo->destport : pinfo->srcport,
                   destination_port = answer ? pinfo->srcport : pinfo->destport;

    return (transaction->source_port == source_port && addresses_equal(&transaction->source, source)) +
           (transaction->destination_port == destination_port &&
            addresses_equal(&transaction->destination, destination));
}

/* Whether the request was captured at another point than this packet, and is told of there. Inside TCP connections
 * each segment is dissected once only, of whatever point. */
static bool
is_elsewhere(const msturn_transaction_t *transaction, const packet_info *pinfo)
{
    return pinfo->ptype == PT_UDP && places_any_met() &&
           places_met(transaction->request_mark.place, place_of_packet(pinfo));
}

/* The transaction of a request or an answer. What the same point has seen comes first; the answer of one point may
 * answer the request of another one, when nothing else fits. */
static msturn_transaction_t *
find(const packet_info *pinfo, msturn_kind_t kind, const uint8_t *id, bool answer, unsigned least)
{
    msturn_transaction_t *best = NULL;
    unsigned best_rank = 0, seen = 0;

    for (msturn_transaction_t *t = (msturn_transaction_t *)wmem_map_lookup(transactions, id);
         t && seen++ < MAX_SAME_ID; t = t->next) {
        if (t->kind == kind && t->request_frame <= pinfo->num) {
            const unsigned now = fit(t, pinfo, answer);
            const bool elsewhere = is_elsewhere(t, pinfo);
            const unsigned rank = now < least || (elsewhere && !answer) ? 0 : 2 * now + !elsewhere;

            if (rank > best_rank) {
                best_rank = rank;
                best = t;
            }
        }
    }
    return best;
}

/* Whether another point has seen the message of a transaction that this packet carries. */
static bool
meet_transaction(const packet_info *pinfo, msturn_transaction_t *transaction, bool answer, sight_t *sight)
{
    place_mark_t *mark = answer ? &transaction->response_mark : &transaction->request_mark;
    sight_t first = { *mark, answer ? transaction->response_frame : transaction->request_frame,
                      answer ? transaction->response_time : transaction->request_time };
    bool met;

    if (first.frame == 0 || first.frame == pinfo->num || mark->ident != sight->mark.ident)
        return false;
    met = places_meet(pinfo, &first, sight, transaction->followed);
    *mark = first.mark;
    return met;
}

/* Looks whether the message of this packet was seen before, at another point, so that the two have met before
 * anything else is said of it. Returns how it looks here. */
static place_mark_t
meet(const packet_info *pinfo, msturn_kind_t kind, const uint8_t *id, bool answer)
{
    sight_t sight;
    bool met = false, asked = false;
    unsigned seen = 0;

    if (!facts_telling(pinfo) || pinfo->ptype != PT_UDP)
        return (place_mark_t){ .place = (uint8_t)place_of_packet(pinfo) };
    place_look(pinfo, &sight);
    for (msturn_transaction_t *t = (msturn_transaction_t *)wmem_map_lookup(transactions, id);
         t && seen++ < MAX_SAME_ID; t = t->next)
        if (t->kind == kind && fit(t, pinfo, answer) == 2) {
            met |= meet_transaction(pinfo, t, answer, &sight);
            asked = true;
        }
    any_alone |= answer && !asked;
    if (answer && any_alone && !met) {
        point_meet(pinfo, POINT_ANSWER, id, sizeof(((msturn_transaction_t *)0)->id), asked ? 0 : POINT_KEEP);
        sight.mark.place = (uint8_t)place_of_packet(pinfo);
    }
    return sight.mark;
}

/* A client asks a server one thing after the other: who asks the next one does not send the one before again. Checks
 * go out at a pace of their own. */
static void
note_latest(const packet_info *pinfo, msturn_transaction_t *transaction)
{
    void *key = GUINT_TO_POINTER(hash_endpoint(&pinfo->src, pinfo->srcport) * 31 +
                                 hash_endpoint(&pinfo->dst, pinfo->destport));
    msturn_transaction_t *before = (msturn_transaction_t *)wmem_map_insert(latest, key, transaction);

    if (before && fit(before, pinfo, false) == 2)
        before->followed = before->response_frame != 0;
}

static void
note_repeat(const packet_info *pinfo, msturn_transaction_t *transaction)
{
    const double passed = seconds_since(pinfo, &transaction->sent_time);

    if (passed >= 0 && passed < COPY_TIME)
        return;
    transaction->sent_time = pinfo->abs_ts;
    if (!transaction->repeats)
        transaction->repeats = wmem_array_new(wmem_file_scope(), sizeof(uint32_t));
    wmem_array_append(transaction->repeats, &pinfo->num, 1);
}

msturn_transaction_t *
msturn_transaction_request(packet_info *pinfo, msturn_kind_t kind, const uint8_t *id, uint16_t type,
                           bool authenticated)
{
    place_mark_t mark = meet(pinfo, kind, id, false);
    msturn_transaction_t *transaction = find(pinfo, kind, id, false, 2);

    if (transaction && !PINFO_FD_VISITED(pinfo) && transaction->request_frame != pinfo->num)
        note_repeat(pinfo, transaction);
    if (!transaction) {
        msturn_transaction_t *first;

        transaction = wmem_new0(wmem_file_scope(), msturn_transaction_t);
        memcpy(transaction->id, id, sizeof transaction->id);
        copy_address_wmem(wmem_file_scope(), &transaction->source, &pinfo->src);
        copy_address_wmem(wmem_file_scope(), &transaction->destination, &pinfo->dst);
        transaction->source_port = (uint16_t)pinfo->srcport;
        transaction->destination_port = (uint16_t)pinfo->destport;
        transaction->request_frame = pinfo->num;
        transaction->request_time = transaction->sent_time = pinfo->abs_ts;
        transaction->request_mark = mark;
        transaction->type = type;
        transaction->kind = (uint8_t)kind;
        transaction->authenticated = authenticated;
        /* The map keeps the key it got first, so others are chained behind it. */
        first = (msturn_transaction_t *)wmem_map_lookup(transactions, id);
        if (first) {
            transaction->next = first->next;
            first->next = transaction;
        } else {
            wmem_map_insert(transactions, transaction->id, transaction);
        }
        if (kind == MSTURN_KIND_TURN)
            note_latest(pinfo, transaction);
    }
    return transaction;
}

void
msturn_transaction_peer(msturn_transaction_t *transaction, const address *peer, uint16_t port)
{
    address *copy;

    if (transaction->peer)
        return;
    copy = wmem_new0(wmem_file_scope(), address);
    copy_address_wmem(wmem_file_scope(), copy, peer);
    transaction->peer = copy;
    transaction->peer_port = port;
}

const msturn_transaction_t *
msturn_transaction_peek(packet_info *pinfo, msturn_kind_t kind, const uint8_t *id)
{
    return find(pinfo, kind, id, true, 1);
}

msturn_transaction_t *
msturn_transaction_response(packet_info *pinfo, msturn_kind_t kind, const uint8_t *id)
{
    place_mark_t mark = meet(pinfo, kind, id, true);
    msturn_transaction_t *transaction = find(pinfo, kind, id, true, 1);
    if (transaction && !PINFO_FD_VISITED(pinfo) && !transaction->response_frame &&
        !is_elsewhere(transaction, pinfo)) {
        transaction->response_frame = pinfo->num;
        transaction->response_time = pinfo->abs_ts;
        transaction->response_mark = mark;
    }
    return transaction;
}

bool
msturn_transaction_is_new(const packet_info *pinfo, const msturn_transaction_t *transaction)
{
    unsigned seen = 0;

    for (const msturn_transaction_t *t = (const msturn_transaction_t *)wmem_map_lookup(transactions, transaction->id);
         t && seen++ < MAX_SAME_ID; t = t->next)
        if (t != transaction && t->kind == transaction->kind && fit(t, pinfo, false) == 2)
            return false;
    return transaction->request_frame == pinfo->num;
}

static int
by_number(const void *one, const void *other)
{
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return a < b ? -1 : a > b;
}

/* Frames come in their order on the first pass, and so do the repeats. */
unsigned
msturn_transaction_repeat(const msturn_transaction_t *transaction, const packet_info *pinfo)
{
    const unsigned count = transaction->repeats ? wmem_array_get_count(transaction->repeats) : 0;
    const uint32_t *first = count ? (uint32_t *)wmem_array_get_raw(transaction->repeats) : NULL;
    const uint32_t *found = count ? bsearch(&pinfo->num, first, count, sizeof *first, by_number) : NULL;

    while (found && found > first && found[-1] == pinfo->num)
        found--;
    return found ? (unsigned)(found - first) + 1 : 0;
}

static connection_t *
connection_of(const uint8_t *id)
{
    connection_t *connection = (connection_t *)wmem_map_lookup(connections, id);

    if (!connection) {
        connection = wmem_new0(wmem_file_scope(), connection_t);
        memcpy(connection->id, id, sizeof connection->id);
        wmem_map_insert(connections, connection->id, connection);
    }
    return connection;
}

static void
remember_request(connection_t *connection, const numbered_t *request)
{
    if (connection->count == connection->room && connection->room < MAX_RECENT) {
        connection->room = connection->room ? 2 * connection->room : FIRST_RECENT;
        connection->recent = (numbered_t *)wmem_realloc(wmem_file_scope(), connection->recent,
                                                        connection->room * sizeof *connection->recent);
    }
    connection->recent[connection->count++ % connection->room] = *request;
    if (request->sequence > connection->last)
        connection->last = request->sequence;
}

/* Whether a connection has had this very request, or else another one with its number. */
static bool
was_seen(const connection_t *connection, const numbered_t *request, bool *repeated)
{
    *repeated = false;
    for (unsigned i = 0; i < MIN(connection->count, connection->room); i++) {
        if (connection->recent[i].sequence != request->sequence)
            continue;
        if (memcmp(connection->recent[i].id, request->id, sizeof request->id) == 0)
            return true;
        *repeated = true;
    }
    return false;
}

/* Whether numbers are left out in front of this one. */
static bool
is_beyond(const connection_t *connection, const numbered_t *request)
{
    return request->sequence > connection->last && request->sequence - connection->last > 1;
}

/* Judges a request on the first pass. Of one that was seen, at whatever point, all has been said. */
static void
judge_sequence(const uint8_t *connection_id, const place_in_frame_t *where)
{
    connection_t *connection = connection_of(connection_id);
    const numbered_t *request = &where->request;
    bool repeated;

    if (was_seen(connection, request, &repeated))
        return;
    if (repeated || (connection->count && is_beyond(connection, request))) {
        judgement_t *judgement = wmem_new(wmem_file_scope(), judgement_t);

        judgement->where = *where;
        judgement->verdict = repeated ? MSTURN_SEQUENCE_REPEATED : MSTURN_SEQUENCE_GAP;
        judgement->expected = connection->last + 1;
        wmem_map_insert(judgements, &judgement->where, judgement);
    }
    remember_request(connection, request);
}

msturn_sequence_t
msturn_sequence_check(packet_info *pinfo, const uint8_t *connection_id, uint32_t sequence, const uint8_t *id,
                      uint32_t *expected)
{
    place_in_frame_t where = { .request.sequence = sequence, .frame = pinfo->num };
    const judgement_t *known;

    memcpy(where.request.id, id, sizeof where.request.id);
    if (!PINFO_FD_VISITED(pinfo))
        judge_sequence(connection_id, &where);
    known = (const judgement_t *)wmem_map_lookup(judgements, &where);
    *expected = known ? known->expected : sequence;
    return known ? known->verdict : MSTURN_SEQUENCE_NEXT;
}

void
msturn_session_name(packet_info *pinfo, const uint8_t *id)
{
    session_t *session;

    if (PINFO_FD_VISITED(pinfo) || wmem_map_lookup(sessions, id))
        return;
    session = wmem_new(wmem_file_scope(), session_t);
    memcpy(session->id, id, sizeof session->id);
    session->frame = pinfo->num;
    wmem_map_insert(sessions, session->id, session);
}

uint32_t
msturn_session_frame(const packet_info *pinfo, const uint8_t *id)
{
    const session_t *session = (const session_t *)wmem_map_lookup(sessions, id);

    return session && session->frame <= pinfo->num ? session->frame : 0;
}

void
msturn_realm_note(packet_info *pinfo, const char *realm)
{
    void *key = GUINT_TO_POINTER(hash_endpoint(&pinfo->dst, pinfo->destport));
    const char *known = (const char *)wmem_map_lookup(realms, key);

    /* What is known is not forgotten for a challenge that was cut. */
    if (!PINFO_FD_VISITED(pinfo) && (!known || (*realm && strcmp(known, realm) != 0)))
        wmem_map_insert(realms, key, wmem_strdup(wmem_file_scope(), realm));
}

const char *
msturn_realm_find(packet_info *pinfo)
{
    const char *realm =
        (const char *)wmem_map_lookup(realms, GUINT_TO_POINTER(hash_endpoint(&pinfo->src, pinfo->srcport)));

    return realm
               ? realm
               : (const char *)wmem_map_lookup(realms, GUINT_TO_POINTER(hash_endpoint(&pinfo->dst, pinfo->destport)));
}

static void
forget(void)
{
    any_alone = false;
}

void
msturn_transactions_register(void)
{
    register_init_routine(forget);
    transactions = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_id, equal_16);
    latest = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    connections = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_id, equal_20);
    judgements = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_place, equal_place);
    sessions = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_session, equal_8);
    realms = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
