/* attempt-points.c
 * What a second capture point says about an attempt, and about the media of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/attempt-points.h"

/* Media are compared when both points have seen so many packets, and the one at least half of the other's. */
#define ENOUGH_PACKETS 20

/* The points beside that of a call. */
static uint32_t
other_points(const facts_call_t *call)
{
    return call_has_points(call) ? call->seen_at & places_around(call->point) : 0;
}

static facts_call_t *
call_of(const facts_attempt_t *attempt)
{
    return call_root(attempt->local->owner.call);
}

/* --- answers of somebody else ------------------------------------------------------------------------------------
 */

/* What only the relay can say: it knows the keys, or the rest of the protocol. */
static bool
is_proven(const facts_attempt_t *connection)
{
    for (const facts_attempt_t *attempt = connection->local->attempts; attempt; attempt = attempt->next)
        if ((attempt->kind == FACTS_HELLO || attempt->kind == FACTS_ALLOCATION) &&
            attempt->outcome == FACTS_ANSWERED && facts_key_equal(&attempt->remote, &connection->remote))
            return true;
    return false;
}

/* Whether an attempt was answered by anybody, and not as only the relay can. A reset in place of a connection is no
 * answer in its name. */
static bool
is_answered_by_anybody(const facts_attempt_t *attempt)
{
    if (!attempt->to_server || attempt->answer_frame == 0 || is_proven(attempt))
        return false;
    switch (attempt->kind) {
    case FACTS_ALLOCATION:
        return attempt->transport == PT_UDP && attempt->outcome != FACTS_ANSWERED;
    case FACTS_CONNECTION:
        return attempt->outcome == FACTS_ANSWERED;
    case FACTS_HELLO:
        return attempt->outcome == FACTS_REFUSED || attempt->outcome == FACTS_RESET;
    default:
        return false;
    }
}

/* How many messages at the call's point the other one should have seen. */
static unsigned
count_messages(const facts_attempt_t *attempt, const point_view_t *view)
{
    if (attempt->kind == FACTS_ALLOCATION)
        return attempt->answers;
    /* A connection that nothing is seen of: neither the SYN, nor the answer to it. */
    return attempt->kind == FACTS_CONNECTION && view->request == 0 ? 2 : 1;
}

foreign_t
attempt_foreign(const facts_attempt_t *attempt, unsigned *messages)
{
    const facts_call_t *call = call_of(attempt);
    uint32_t others = other_points(call);

    if (!others || !is_answered_by_anybody(attempt))
        return FOREIGN_NOT;
    for (unsigned point = 0; point < MOST_PLACES; point++) {
        point_view_t view;

        if (!(others >> point & 1))
            continue;
        point_view(attempt, point, &view);
        if (!view.answers || !view.was_there || view.answer)
            continue;
        *messages = count_messages(attempt, &view);
        return place_has_seen(point, attempt->transport) ? FOREIGN_SURELY : FOREIGN_PERHAPS;
    }
    return FOREIGN_NOT;
}

/* --- in words ----------------------------------------------------------------------------------------------------
 */

/* What a point says about an attempt that has no answer. */
static const char *
unanswered_text(wmem_allocator_t *scope, const facts_call_t *call, unsigned point, const point_view_t *view)
{
    const char *there = place_name(point), *here = place_name(call->point);

    if (view->answer)
        return wmem_strdup_printf(scope, "answered at %s (frame %u), never seen at %s: lost on the way back", there,
                                  view->answer, here);
    if (view->request)
        return wmem_strdup_printf(scope, "seen at %s (frame %u), not answered there", there, view->request);
    if (view->watches)
        return wmem_strdup_printf(scope, "seen at %s, never at %s%s", here, there,
                                  view->was_there ? ": lost on the way there" : "");
    return NULL;
}

/* What it says about one that has. */
static const char *
answered_text(wmem_allocator_t *scope, const facts_attempt_t *attempt, const facts_call_t *call, unsigned point,
              const point_view_t *view)
{
    if (!is_answered_by_anybody(attempt) || !view->answers || !view->was_there || view->answer)
        return NULL;
    return wmem_strdup_printf(scope, "the answer is seen at %s, never at %s", place_name(call->point),
                              place_name(point));
}

static bool
is_unanswered(const facts_attempt_t *attempt)
{
    facts_outcome_t outcome = attempt_outcome(attempt);

    return outcome == FACTS_UNANSWERED || outcome == FACTS_SILENT;
}

static point_frame_t
frame_there(wmem_allocator_t *scope, unsigned point, const point_view_t *view)
{
    return (point_frame_t){ view->answer ? view->answer : view->request,
                            wmem_strdup_printf(scope, "%s at %s", view->answer ? "the answer" : "the same",
                                               place_name(point)) };
}

passed_t
attempt_passed(const facts_attempt_t *attempt)
{
    const facts_call_t *call = call_of(attempt);
    uint32_t others = other_points(call);
    passed_t passed = PASSED_NOT;

    if (!others || !is_unanswered(attempt) || !call_is_own(call, &attempt->local->key.addr))
        return PASSED_NOT;
    for (unsigned point = 0; point < MOST_PLACES; point++) {
        point_view_t view;

        if (!(others >> point & 1))
            continue;
        point_view(attempt, point, &view);
        if (view.answer)
            return PASSED_AND_ANSWERED;
        if (view.request)
            passed = PASSED_POINT;
    }
    return passed;
}

const char *
attempt_points_text(wmem_allocator_t *scope, const facts_attempt_t *attempt, point_frame_t *there)
{
    const facts_call_t *call = call_of(attempt);
    uint32_t others = other_points(call);
    const char *all = NULL;

    there->frame = 0;
    if (!others || !call_is_own(call, &attempt->local->key.addr))
        return NULL;
    for (unsigned point = 0; point < MOST_PLACES; point++) {
        point_view_t view;
        const char *text;

        if (!(others >> point & 1))
            continue;
        point_view(attempt, point, &view);
        text = is_unanswered(attempt) ? unanswered_text(scope, call, point, &view)
                                      : answered_text(scope, attempt, call, point, &view);
        if (!text)
            continue;
        all = all ? wmem_strdup_printf(scope, "%s; %s", all, text) : text;
        if (there->frame == 0)
            *there = frame_there(scope, point, &view);
    }
    return all;
}

/* --- media -------------------------------------------------------------------------------------------------------
 */

static double
percent(uint64_t packets, uint64_t lost)
{
    return packets + lost ? 100.0 * (double)lost / (double)(packets + lost) : 0;
}

/* Where received media were lost: the other point sees them before. */
static const char *
received_place(wmem_allocator_t *scope, const char *here, const char *there, double lost_here, double lost_there)
{
    if (lost_there <= lost_here / 4)
        return wmem_strdup_printf(scope, "between %s and %s", there, here);
    if (lost_there >= lost_here * 3 / 4)
        return wmem_strdup_printf(scope, "before %s", there);
    return wmem_strdup_printf(scope, "before %s and behind it", there);
}

static const char *
loss_place_at(wmem_allocator_t *scope, const facts_call_t *call, unsigned point, media_direction_t direction)
{
    const char *here = place_name(call->point), *there = place_name(point);
    media_point_t seen;
    double lost_here, lost_there;

    if (!media_at_point(call, point, direction, &seen) || seen.here < ENOUGH_PACKETS ||
        seen.there < MAX(ENOUGH_PACKETS, seen.here / 2))
        return NULL;
    lost_here = percent(seen.here, seen.here_lost);
    lost_there = percent(seen.there, seen.there_lost);
    if (direction == MEDIA_RECEIVED)
        return seen.here_lost ? received_place(scope, here, there, lost_here, lost_there) : NULL;
    return lost_there > lost_here
               ? wmem_strdup_printf(scope, "between %s and %s (%.1f %%)", here, there, lost_there - lost_here)
               : NULL;
}

const char *
media_loss_place(wmem_allocator_t *scope, const facts_call_t *call, media_direction_t direction)
{
    uint32_t others = other_points(call);
    const char *all = NULL;

    for (unsigned point = 0; point < MOST_PLACES && others >> point; point++) {
        const char *text = others >> point & 1 ? loss_place_at(scope, call, point, direction) : NULL;

        if (text)
            all = all ? wmem_strdup_printf(scope, "%s; %s", all, text) : text;
    }
    return all;
}
