/* questions.h
 * What the verdict's rules ask about a call: a bit a fact.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_QUESTIONS_H
#define MSICE_QUESTIONS_H

#include "analysis/evidence.h"
#include "analysis/outcome.h"

/* The first ones are choices of attempts (see questions.c); the others are asked of the call. UNANSWERED is what no
 * answer was captured for, SILENT what was repeated and had time as well (patience.c). */
typedef enum {
    UDP_ALLOCATED,
    UDP_ALLOCATE_UNANSWERED,
    UDP_ALLOCATE_SILENT,
    TCP_ALLOCATED,
    RELAY_UNANSWERED, /* allocations and connections to the relay */
    RELAY_SILENT,
    RELAY_REACHED,
    RELAY_TCP_SILENT,
    RELAY_TCP_RESET, /* in place of an answer */
    RELAY_TCP_ANSWERED,
    HELLO_UNANSWERED,
    HELLO_SILENT,
    HELLO_RESET,
    HELLO_ANSWERED,
    HOST_UNANSWERED,
    HOST_SILENT,
    HOST_RESET,
    HOST_ANSWERED,
    RELAYS_TCP_SILENT,
    RELAYS_TCP_ANSWERED,
    RELAYS_SILENT, /* relay to relay, over any transport */
    RELAYS_ANSWERED,
    PAIRS_SILENT, /* any pair but those of two relays */
    CHOICES,
    BY_HTTP_PROXY = CHOICES,
    BY_TLS_SERVER,
    TLS_SERVER_REJECTED, /* genuine TLS: the client does not go on with who answers */
    UNAUTHORIZED,        /* a request with credentials was refused; once and no more: weak */
    QUOTA,
    REFUSED_OTHERWISE, /* by the relay, for none of the reasons above */
    REDIRECTED_AWAY,   /* to a relay that stays silent, or round and round */
    SOME_CONNECTIONS,  /* to one relay and port: some live, and those that were tried behind them stay silent */
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
    PEER_RELAY_TRIED, /* a pair with a relayed candidate of the peer, or with one that may be */
    PATH_OVER_TCP_RELAY,
    NO_RELAY_TRIED,   /* no allocation, no connection to a relay, no check by one */
    ALL_INSIDE,       /* the relay that was tried has a private address, and nothing says that the peer has another */
    RELAY_TCP_CUT,    /* connections to the relay end right behind the first data, or take none */
    PEER_RESET,       /* a connection to the peer is reset behind its first data */
    PEER_TURNED_AWAY, /* ICMP errors refuse packets to the peer */
    TURNED_AWAY_NEARBY, /* those of the client's next router do */
    REFUSED_IN_PART,    /* one address of the peer is refused, others are only silent, and no header says why */
    PEER_UNREACHABLE,   /* routers answer that there is no way to the peer */
    RELAY_CLOSED,       /* the relay's computer answers that nothing listens there */
    NAME_FAILED,        /* DNS gives no address for the name of a relay */
    PASSES_POINT,       /* what the client asks the relay is seen at a second capture point: answered there, or not */
    FOREIGN_ANSWERS,    /* a second capture point shows that somebody else answers in place of the relay */
    FOREIGN_SUSPECTED,  /* the same, when that point looks at this transport at all */
    ANSWERS_LOST, /* the peer's checks arrive and are answered, and it goes on asking; the own ones stay silent */
    PATH_LOST,
    LOST_SO_FAR, /* the same, but only silence shows it, or the client may yet find another path */
    ONE_WAY,
    BAD_MEDIA,
    THROUGH_SBC, /* the call is one of Teams through an SBC */
    SBC_PRIVATE, /* the SBC named private addresses only, to a user who is not in its network */
    FACTS_ASKED
} asked_t;

#define IF(fact) (UINT64_C(1) << (fact))
G_STATIC_ASSERT(FACTS_ASKED <= 64);

/* A call, seen from one side of it. */
typedef struct {
    const facts_call_t *call;
    const facts_header_t *header; /* NULL = none */
    facts_side_t side;
    unsigned transports; /* of the medium */
    const tally_t *tally;
    const call_outcome_t *outcome; /* NULL where a header tells it */
    uint64_t facts;
    uint64_t weak; /* of these, no proof: seen once only, or something else of the call speaks against it */
} question_t;

/* Fills in the facts. */
void questions_ask(question_t *question);

/* Adds the frames that show facts (a mask) to a list of at most EVIDENCE_MAX items; texts in scope. */
void questions_show(wmem_allocator_t *scope, const question_t *question, uint64_t facts, evidence_item_t *items,
                    unsigned *count);

/* Limits from which on received media are called bad. */
typedef struct {
    double loss;   /* percent */
    double jitter; /* ms */
    double gap;    /* s */
} quality_limits_t;

extern quality_limits_t quality_limits;

#endif
