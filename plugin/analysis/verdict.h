/* verdict.h
 * The most likely cause of a failed or bad call, by rules over flags, locations and what the capture shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_VERDICT_H
#define MSICE_VERDICT_H

#include "analysis/evidence.h"
#include "analysis/outcome.h"

typedef enum { VERDICT_LOW, VERDICT_MEDIUM, VERDICT_HIGH } verdict_confidence_t;

typedef struct {
    const facts_header_t *header; /* that it is on; NULL = packets alone */
    const char *name;             /* short and stable, for filters and tables; static */
    const char *cause;            /* one sentence; static */
    const char *advice;           /* what to do, one sentence; static */
    verdict_confidence_t confidence;
    evidence_item_t items[EVIDENCE_MAX]; /* frames that show it */
    unsigned count;
} verdict_t;

/* The verdict on a header that reports a failure. Returns false when no rule holds. Texts of items in scope. */
bool verdict_of_header(wmem_allocator_t *scope, const facts_header_t *header, const tally_t *tally,
                       verdict_t *verdict);

/* The header of a call that says most about its failure, else about its end; NULL = none. */
const facts_header_t *gravest_header(const facts_call_t *call);

/* The verdict on a call: on the header that is surest of those that report a failure, where one does, else by what
 * the packets show alone. */
bool verdict_of_call(wmem_allocator_t *scope, const facts_call_t *call, const call_outcome_t *outcome,
                     verdict_t *verdict);

/* "high", "medium", "low"; static. */
const char *verdict_confidence_name(verdict_confidence_t confidence);

#endif
