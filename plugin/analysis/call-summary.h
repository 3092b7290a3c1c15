/* call-summary.h
 * All that the tables and trees say about a call, concluded once for all who show it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_SUMMARY_H
#define MSICE_CALL_SUMMARY_H

#include "analysis/verdict.h"

/* Texts may be NULL; in the scope of the summary, or static, or those of the call. */
typedef struct {
    const facts_call_t *call;
    const facts_header_t *header; /* the gravest; NULL = none */
    call_outcome_t outcome;
    bool has_verdict;
    verdict_t verdict;
    const char *from, *to; /* SIP URIs; without signalling the addresses of the two computers */
    const char *media;     /* names, separated by commas */
    const char *media_names[CALL_MAX_MEDIA];
    unsigned media_count;
    const char *locations; /* "remote-internal": the reporting side first */
    const char *relay;     /* address:port of the relay in use, with its name where one is known */
    const char *relay_name;
    uint32_t frame; /* where to look first: the header, what shows the cause, the begin of the call */
} call_summary_t;

/* Concludes everything about a call; texts in scope. */
void call_summarize(wmem_allocator_t *scope, const facts_call_t *call, call_summary_t *summary);

/* The same from a store: made again when the call has gone on enough since, so that a long call costs each of its
 * frames little. What is returned belongs to the file, and holds until the next call of the function. */
const call_summary_t *call_summary_now(const facts_call_t *call, bool last_pass);

/* "10.0.0.1:5060", "[2001:db8::1]:5060", "-" for NULL or port 0; in scope. */
const char *call_at_text(wmem_allocator_t *scope, const facts_key_t *key);

/* "2014-01-01 12:00:00.030", UTC; in scope. */
const char *call_time_text(wmem_allocator_t *scope, const nstime_t *when);

/* "-" in place of nothing. */
const char *call_or_dash(const char *text);

void call_summary_register(void);

#endif
