/* tried.h
 * What a call has tried to reach relays and its peer, counted by what it says about the outcome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TRIED_H
#define MSICE_TRIED_H

#include "calls/calls.h"

/* What is quiet for so long has ended, in seconds: longer than clients repeat a request. */
#define QUIET_TIME 10

/* Times are those of the first packet. */
typedef struct {
    unsigned pairs, pairs_open; /* to the peer; those that may yet be answered */
    unsigned relayed_pairs;     /* checked through the own relay */
    nstime_t first_pair;
    nstime_t settled; /* the first nomination that was answered */
    unsigned relays, relays_open;
    unsigned allocated;
    bool refused;                /* an allocation, by a relay */
    uint32_t begun_frame;        /* in which the latest attempt begins */
    uint32_t promise_frame;      /* the latest answer of a relay that lets the client go on, a short time ago */
    bool tcp_failed, tcp_served; /* TCP to a relay: in vain; there was an answer from behind the handshake */
    bool nominated;
    nstime_t first; /* attempt */
    uint32_t first_frame;
    nstime_t last;      /* that has begun */
    nstime_t latest;    /* the same, of those that are not known to be in vain */
    uint32_t tls_frame; /* from there on something goes on inside TLS to a relay */
    bool unseen;        /* packets show that others came or went that were not captured */
    bool unasked;       /* so do several answers to checks of one direction that were never seen */
} tried_t;

/* Counts all attempts of a call. */
void tried_by_call(const facts_call_t *call, tried_t *tried);

#endif
