/* call-tap.h
 * Calls in one line, for the packet tree and the statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_TAP_H
#define MSICE_CALL_TAP_H

#include "calls/facts.h"
#include "analysis/verdict.h"

/* What a table says about a call. Strings may be NULL; in file scope or that of the caller. */
typedef struct {
    uint32_t number;
    const char *call_id, *conversation_id, *from, *to;
    nstime_t start;
    const char *media;     /* names, separated by commas */
    const char *locations; /* "remote-internal": the reporting side first */
    bool has_id, has_flags;
    uint32_t id, flags;
    bool has_verdict;
    verdict_t verdict;
} call_summary_t;

/* Fills in what costs nothing: no media, locations, header or verdict. */
void call_summarize(const facts_call_t *call, call_summary_t *summary);

/* Fills in everything; texts in scope. */
void call_summarize_whole(wmem_allocator_t *scope, const facts_call_t *call, call_summary_t *summary);

/* A candidate that was offered, or two that were tried together. Texts are static or those of the call. */
typedef struct {
    const facts_call_t *call;
    const char *kind; /* offered, checked, connected */
    port_type transport;
    facts_side_t side;
    const char *media;
    const facts_key_t *local, *remote; /* remote: NULL = an offer */
    facts_type_t local_type, remote_type;
    const char *outcome;
    unsigned tries;
    bool nominated;
    uint32_t frame; /* of the first try */
    double rtt;     /* seconds; negative = not known */
} call_pair_t;

typedef void (*call_pair_visitor_t)(wmem_allocator_t *scope, const call_pair_t *pair, void *data);

/* Calls the visitor for each candidate and pair of a call. */
void call_pairs(wmem_allocator_t *scope, const facts_call_t *call, call_pair_visitor_t visitor, void *data);

/* "10.0.0.1:5060", "[2001:db8::1]:5060", "-" for NULL; in scope. */
const char *call_at_text(wmem_allocator_t *scope, const facts_key_t *key);
const char *call_side_name(facts_side_t side);

/* "2014-01-01 12:00:00.030", UTC; in scope. */
const char *call_time_text(wmem_allocator_t *scope, const nstime_t *when);

/* "-" in place of nothing. */
const char *call_or_dash(const char *text);

/* Registers -z msice,calls, -z msice,tree and -z msice,candidates, and their windows. The tap "msice" hands over a
 * facts_place_t for each call of a frame. */
void call_stats_register(void);
void call_tree_register(void);
void call_windows_register(void);

#endif
