/* call-pairs.h
 * The candidates of a call, and what was tried between them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_PAIRS_H
#define MSICE_CALL_PAIRS_H

#include "analysis/evidence.h"

/* A candidate that was offered, or two that were tried together. Texts are static or those of the call. */
typedef struct {
    const facts_call_t *call;
    const char *kind; /* offered, gathered (seen on the wire only), checked, connected */
    port_type transport;
    facts_side_t side;
    const char *media;
    const facts_key_t *local, *remote; /* remote: NULL = a candidate alone */
    const facts_key_t *base;           /* where the local end is on its relay: who allocated it; else NULL */
    facts_type_t local_type, remote_type;
    bool local_concluded, remote_concluded; /* nobody named the type */
    const facts_attempt_t *attempt;         /* NULL = a candidate alone */
} call_pair_t;

typedef void (*call_pair_visitor_t)(wmem_allocator_t *scope, const call_pair_t *pair, void *data);

/* Calls the visitor for each candidate and pair of a call. */
void call_pairs(wmem_allocator_t *scope, const facts_call_t *call, call_pair_visitor_t visitor, void *data);

#endif
