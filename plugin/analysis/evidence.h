/* evidence.h
 * What a capture shows about a diagnostics header: which of its warnings can be seen in packets, and which are
 * contradicted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_EVIDENCE_H
#define MSICE_EVIDENCE_H

#include "calls/calls.h"
#include "knowledge/icewarn-flags.h"

/* What two candidates make: the worse of both counts. */
typedef enum { PAIR_SERVER, PAIR_HOST, PAIR_NAT, PAIR_RELAY, PAIR_RELAYS, PAIRS } pair_t;

/* How many attempts of a kind are kept by name. */
#define TALLY_FIRST 4

typedef struct {
    unsigned count;
    const facts_attempt_t *first[TALLY_FIRST];
} tally_cell_t;

/* All attempts of a call as one side of it sees them. */
typedef struct {
    tally_cell_t cells[FACTS_ATTEMPTS][2][PAIRS][FACTS_OUTCOMES]; /* [1] = TCP */
    unsigned hello_by[FACTS_ANSWERERS];
    tally_cell_t not_nominated;    /* use-candidate checks without an answer */
    tally_cell_t unauthorized;     /* allocations that credentials did not help */
    tally_cell_t integrity;        /* checks refused for their message integrity */
    tally_cell_t forged;           /* allocations whose answer has a wrong message integrity */
    tally_cell_t proxied;          /* hellos that went to, or were answered by, an HTTP proxy */
    tally_cell_t unproven;         /* those that the proxy wants credentials for */
    tally_cell_t quota;            /* allocations refused for the relay's quota (486) */
    tally_cell_t refused;          /* those refused for a reason that has no cell here */
    tally_cell_t redirected;       /* allocations on a relay that another one named, and that stays silent; loops */
    tally_cell_t limited;          /* connections that stay silent while others to the same relay and port live on */
    const facts_attempt_t *living; /* one of those others */
    tally_cell_t cut;              /* connections to a relay that are reset right behind the client's first data */
    tally_cell_t tls_proxied;      /* connections to a relay whose genuine TLS hello an HTTP proxy answers, */
    tally_cell_t tls_broken;       /* or nobody does, or with the end of the connection, */
    tally_cell_t tls_rejected;     /* or somebody with whom the client does not go on */
    unsigned
        tls_answered;    /* those that are as they should be: with one, or a relay over UDP, these three are empty */
    unsigned open_ended; /* connections that a relay or proxy accepts, or may: what comes of them is not seen */
    unsigned tunnels;    /* those of them that a proxy lets through */
    tally_cell_t broken; /* connections to the peer that it, or somebody between, resets behind data */
    tally_cell_t turned_away;        /* attempts towards the peer that are refused by ICMP errors */
    tally_cell_t turned_away_nearby; /* by the client's next router: on whose side it stands is not known */
    tally_cell_t filtered;           /* by a router that lets nothing through to private addresses, as it may be */
    bool refused_in_part;            /* other addresses of the peer are only silent */
    tally_cell_t unreachable;        /* those that routers know no way for */
    tally_cell_t closed;             /* attempts on a relay whose computer says that nothing listens there */
    tally_cell_t in_vain; /* checks of the peer that are answered and yet repeated: these are in no cell above */
    tally_cell_t foreign; /* attempts that somebody else answers, as a second capture point shows */
    tally_cell_t foreign_perhaps;
    tally_cell_t passed;      /* unanswered attempts on a relay that a second point has seen, and no answer either */
    tally_cell_t answer_lost; /* that were answered there */
    unsigned foreign_messages, foreign_messages_perhaps;
    bool repeated_again;         /* a refusal of credentials that cannot be a stale nonce */
    unsigned servers;            /* relays that were tried */
    unsigned peer_relays;        /* pairs with a relayed candidate of the peer */
    const address *outsiders[2]; /* public addresses of the peer that were tried, the first ones */
    unsigned outside;
    unsigned silent_there[2]; /* what relays do not answer that are there over the other transport ([1]: over UDP), */
    unsigned silent_alone[2]; /* or that were not tried over it; the others are silent there as well */
    unsigned between_relays;  /* pairs of relays that are not one and the same */
    unsigned by_own_relay;    /* checks through the relay of the client */
    struct {
        const address *addr;
        facts_side_t side;
    } allocators[8]; /* computers by the relayed candidates that they offer */
    unsigned allocator_count;
    unsigned attempts;
    unsigned other_side; /* allocations and hellos of the other side: they say nothing about this one */
} tally_t;

/* A choice of cells; a mask holds a bit (1 << value) for each. */
typedef struct {
    unsigned kinds, transports, pairs, outcomes;
} tally_choice_t;

#define BIT(value)    (1U << (value))
#define UDP           BIT(0)
#define TCP           BIT(1)
#define ANY_TRANSPORT (UDP | TCP)

/* Counts what was tried in a call. side: whose view, FACTS_SIDE_UNKNOWN = everybody's. */
void tally_call(const facts_call_t *call, facts_side_t side, tally_t *tally);

/* How many attempts the choice has. */
unsigned tally_count(const tally_t *tally, const tally_choice_t *choice);

/* One frame that shows something. */
typedef struct {
    uint32_t frame;
    const char *text; /* what it shows */
} evidence_item_t;

#define EVIDENCE_MAX 6

typedef struct {
    unsigned shown, against; /* how many attempts there are of each; the items are the first of them */
    evidence_item_t for_it[EVIDENCE_MAX], against_it[EVIDENCE_MAX];
    unsigned for_count, against_count;
    const char *none; /* why there is none of either kind, static; NULL = there is */
} evidence_t;

/* Adds the attempts of a choice to a list of at most EVIDENCE_MAX items; texts in scope. Returns how many attempts
 * there are. */
unsigned evidence_add(wmem_allocator_t *scope, const tally_t *tally, const tally_choice_t *choice,
                      evidence_item_t *items, unsigned *count);

/* The same for the attempts of a cell. */
unsigned evidence_add_cell(wmem_allocator_t *scope, const tally_cell_t *cell, evidence_item_t *items,
                           unsigned *count);

/* What the capture shows about one set flag of a header. Texts in scope. */
void evidence_of_flag(wmem_allocator_t *scope, const facts_header_t *header, const tally_t *tally,
                      const icewarn_flag_t *flag, evidence_t *evidence);

/* What was tried in an attempt and what became of it: "TCP SYN to 10.0.0.1:50040, unanswered, 3 tries". */
const char *attempt_text(wmem_allocator_t *scope, const facts_attempt_t *attempt);

/* The pair that an attempt's ends make. */
pair_t attempt_pair(const facts_attempt_t *attempt);

/* The candidate types of an attempt's ends, relays in between considered; *concluded as for endpoints. */
facts_type_t attempt_local_type(const facts_attempt_t *attempt, bool *concluded);
facts_type_t attempt_remote_type(const facts_attempt_t *attempt, bool *concluded);

#endif
