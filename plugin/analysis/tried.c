/* tried.c
 * What a call has tried to reach relays and its peer, counted by what it says about the outcome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/tried.h"

#include "calls/points.h"
#include "calls/witness.h"

static bool
has_failed(const facts_attempt_t *attempt)
{
    facts_outcome_t outcome = attempt_outcome(attempt);

    return outcome == FACTS_SILENT || outcome == FACTS_RESET || outcome == FACTS_REFUSED;
}

/* Whether the nomination of a pair may yet come: an SBC that is ICE-lite answers checks and sends none, so that its
 * answers are all there is to see of a pair that works. */
static bool
waits_for_nomination(const facts_call_t *call, const facts_attempt_t *attempt)
{
    return call->through_sbc && attempt->kind == FACTS_CHECK && attempt->answers && !attempt->settled_frame &&
           seconds_between(&attempt->last_answer, facts_now(call)) < QUIET_TIME;
}

/* Whether a relay answers over TCP. Anybody may have accepted the connection: that alone says nothing. */
static bool
is_served_over_tcp(const facts_attempt_t *attempt)
{
    return attempt->transport == PT_TCP && (attempt->kind == FACTS_CONNECTION ? tls_outcome(attempt) == TLS_ANSWERED
                                                                              : attempt->outcome == FACTS_ANSWERED);
}

/* Whether a relay has just let the client go on: it accepts the connection, answers the hello, or names another
 * relay. What the client asks for next is not captured yet. */
static bool
is_promise(const facts_call_t *call, const facts_attempt_t *attempt)
{
    if (attempt->reset.frame || attempt->closed.frame ||
        seconds_between(&attempt->last_time, facts_now(call)) >= QUIET_TIME)
        return false;
    if (attempt->kind == FACTS_CONNECTION && tls_outcome(attempt) != TLS_NOT_SEEN)
        return false;
    return attempt->outcome == FACTS_ALTERNATE ||
           (attempt->kind != FACTS_ALLOCATION && attempt->outcome == FACTS_ANSWERED);
}

static void
count_attempt(const facts_call_t *call, tried_t *tried, const facts_attempt_t *attempt)
{
    bool is_open = attempt_outcome(attempt) == FACTS_UNANSWERED || waits_for_nomination(call, attempt);

    if (tried->first_frame == 0 || nstime_cmp(&attempt->first_time, &tried->first) < 0) {
        tried->first = attempt->first_time;
        tried->first_frame = attempt->first_frame;
    }
    tried->last = *later(&tried->last, &attempt->first_time);
    if (!has_failed(attempt))
        tried->latest = *later(&tried->latest, &attempt->first_time);
    tried->begun_frame = MAX(tried->begun_frame, attempt->first_frame);
    tried->unseen |= attempt->implied || (attempt->answers && attempt->tries == 0);
    if (attempt->to_server) {
        tried->relays++;
        tried->relays_open += is_open || (attempt->outcome == FACTS_CHALLENGED && attempt->refusals < 2 &&
                                          seconds_between(&attempt->last_time, facts_now(call)) < QUIET_TIME);
        if (is_promise(call, attempt))
            tried->promise_frame = MAX(tried->promise_frame, attempt->answer_frame);
        tried->refused |= attempt->kind == FACTS_ALLOCATION && attempt->outcome == FACTS_REFUSED;
        tried->tcp_failed |= attempt->transport == PT_TCP && has_failed(attempt);
        tried->tcp_served |= is_served_over_tcp(attempt);
        if (tried->tls_frame == 0)
            tried->tls_frame = tls_in_use(attempt);
        tried->allocated += attempt->kind == FACTS_ALLOCATION && attempt->outcome == FACTS_ANSWERED;
    } else {
        if (tried->pairs++ == 0 || nstime_cmp(&attempt->first_time, &tried->first_pair) < 0)
            tried->first_pair = attempt->first_time;
        tried->pairs_open += is_open;
        tried->relayed_pairs += attempt->relayed != RELAYED_NOT;
        tried->unasked |= attempt->kind == FACTS_CHECK && attempt->tries == 0 && attempt->answers > 1;
        if (attempt->settled_frame && (!tried->nominated || nstime_cmp(&attempt->settled_time, &tried->settled) < 0))
            tried->settled = attempt->settled_time;
        tried->nominated |= attempt->settled_frame != 0;
    }
}

void
tried_by_call(const facts_call_t *call, tried_t *tried)
{
    memset(tried, 0, sizeof *tried);
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            count_attempt(call, tried, attempt);
    }
}
