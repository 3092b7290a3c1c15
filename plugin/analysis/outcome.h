/* outcome.h
 * How a call went: connected, one way, interrupted, failed, incomplete, no media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_OUTCOME_H
#define MSICE_OUTCOME_H

#include "analysis/path.h"
#include "calls/media.h"

typedef enum {
    OUTCOME_CONNECTED,
    OUTCOME_ONE_WAY,     /* media flow in one direction only */
    OUTCOME_INTERRUPTED, /* media or the path ended before the call did */
    OUTCOME_FAILED,      /* tried, and no pair was ever usable */
    OUTCOME_INCOMPLETE,  /* the capture begins too late or ends too early to tell */
    OUTCOME_NO_MEDIA,    /* signalling only */
    OUTCOMES
} outcome_kind_t;

/* What is known about a path that was used and is lost. */
typedef struct {
    uint32_t frame; /* that shows it; 0 = it is not lost */
    const char *text;
    bool unsure; /* nothing but silence shows it, or the client may yet find another path */
} path_loss_t;

typedef struct {
    outcome_kind_t kind;
    const char *reason; /* why it is incomplete; NULL = it is not. In the scope it was asked for, or static */
    bool has_path;
    call_path_t path;
    bool has_media[MEDIA_DIRECTIONS];
    media_summary_t media[MEDIA_DIRECTIONS];
    path_loss_t loss;
    uint32_t unheard_frame; /* the first check of the path that shows that the peer, which is heard, hears nothing */
    bool over;         /* nothing that could follow would change it: the call has ended, or been quiet for long */
    bool pairs_tried;  /* a check or connection to a candidate of the peer */
    double setup_time; /* from the first attempt to the answer of the nomination, in seconds; negative = not known */
    double duration;   /* from then, or from the first media, to the end or the last media; negative = not known */
} call_outcome_t;

/* Concludes the outcome of a call from what is known so far; texts in scope. */
void outcome_of_call(wmem_allocator_t *scope, const facts_call_t *call, call_outcome_t *outcome);

/* "connected", "one way", … as msice.call.outcome shows it; static. */
const char *outcome_name(outcome_kind_t kind);

#endif
