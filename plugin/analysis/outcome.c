/* outcome.c
 * How a call went: connected, one way, interrupted, failed, incomplete, no media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/outcome.h"

#include "analysis/tried.h"
#include "calls/points.h"
#include "calls/witness.h"

/* What comes later than this behind the end of a connection, in seconds, is no part of it. */
#define AFTERWARDS 0.2

/* From the first pair that is checked it takes no longer to find one that works, in seconds. */
#define PAIRS_TIME 4

/* Media that go on in one direction for so long, in seconds, while there are none in the other, go one way. */
#define ONE_WAY_TIME 4

/* Once connected, one side stays silent for so long, in seconds, before the path is taken for lost. */
#define LOSS_TIME 5

/* A client that has been told that its path is gone, or hears nothing on it any more, looks for another one within
 * this time, in seconds. */
#define RECOVERY_TIME        3
#define SILENT_RECOVERY_TIME 10

/* Who is heard for so long, in seconds, while so many checks of the path stay unanswered, hears nothing itself. */
#define UNHEARD_TIME  10
#define UNHEARD_TRIES 4

/* The two sides of a call that ends stop sending within this time, in seconds. */
#define ENDING_TIME 2

const char *
outcome_name(outcome_kind_t kind)
{
    static const char *const names[OUTCOMES] = {
        [OUTCOME_CONNECTED] = "connected", [OUTCOME_ONE_WAY] = "one way",       [OUTCOME_INTERRUPTED] = "interrupted",
        [OUTCOME_FAILED] = "failed",       [OUTCOME_INCOMPLETE] = "incomplete", [OUTCOME_NO_MEDIA] = "no media",
    };
    return names[kind];
}

/* --- the end of a path -------------------------------------------------------------------------------------------
 */

/* How a path was lost, and whether its client has found another one. */
typedef struct {
    uint32_t frame; /* a refresh or a check of the path that stays unanswered or is refused; 0 = none */
    nstime_t time;
    const char *text;
    bool silently;      /* nobody has told the client */
    bool stalled;       /* nothing of some length passes there */
    bool sought, found; /* another way, behind all media, by another address of the client's */
} lost_t;

/* Whether the client has given its relay up at the end of the call. With a direct path it may do so as soon as it has
 * that, and go on sending. */
static bool
is_released(const facts_call_t *call, const call_outcome_t *outcome)
{
    return call->release_frame &&
           !(outcome->has_media[MEDIA_SENT] &&
             seconds_between(&call->release_time, &outcome->media[MEDIA_SENT].last) > AFTERWARDS);
}

/* Whether the call was over before a frame; when: its time. Frames of several points do not stand in the order in
 * which they were sent. */
static bool
ended_before(const facts_call_t *call, const call_outcome_t *outcome, uint32_t frame, const nstime_t *when)
{
    bool released = call_has_points(call) ? nstime_cmp(&call->release_time, when) < 0 : call->release_frame < frame;

    return (call->end_frame && call->end_frame < frame) || (is_released(call, outcome) && released);
}

/* Whether the checks of a path stay unanswered. A single answer may have been missed: who goes on to be heard has not
 * lost the path. */
static bool
is_lost(const facts_call_t *call, const facts_attempt_t *attempt)
{
    return attempt_is_lost(attempt) &&
           !(attempt->kind == FACTS_CHECK &&
             media_seconds_after(call, MEDIA_RECEIVED, &attempt->pending_since) >= LOSS_TIME);
}

/* Whether the other end closes the connection of a path while the client wants to go on. */
static bool
is_closed_on(const facts_call_t *call, const call_outcome_t *outcome, const tried_t *tried,
             const facts_attempt_t *attempt)
{
    const facts_end_t *closed = &attempt->closed;

    return closed->frame && closed->by_remote && !ended_before(call, outcome, closed->frame, &closed->time) &&
           nstime_cmp(&tried->last, &closed->time) > 0;
}

static void
note_loss(const facts_call_t *call, const call_outcome_t *outcome, const tried_t *tried, lost_t *lost,
          const facts_attempt_t *attempt)
{
    const facts_icmp_t *icmp = icmp_of_attempt(attempt);

    /* A reset that nothing follows is the end of the call; where it goes on, or somebody on the way sent it, the call
     * has lost its path. */
    if (attempt->reset.frame && attempt->reset.by_remote &&
        !ended_before(call, outcome, attempt->reset.frame, &attempt->reset.time) &&
        (attempt->reset.by_other || seconds_between(&attempt->reset.time, &call->last_time) > AFTERWARDS)) {
        lost->frame = attempt->reset.frame;
        lost->time = attempt->reset.time;
        lost->text = attempt->reset.by_other
                         ? "the connection of the path is reset, from another distance than the peer's"
                         : "the connection of the path is reset";
    } else if (is_closed_on(call, outcome, tried, attempt)) {
        lost->frame = attempt->closed.frame;
        lost->time = attempt->closed.time;
        lost->text = "the other end closes the connection of the path, and the client begins anew";
    } else if (icmp && icmp_refuses(icmp) && !ended_before(call, outcome, icmp->frame, &icmp->time) &&
               seconds_between(&icmp->time, &icmp->last_time) >= LOSS_TIME) {
        lost->frame = icmp->frame;
        lost->time = icmp->time;
        lost->text = "ICMP errors say that the path is gone";
    } else if (attempt->lost_frame) {
        lost->frame = attempt->lost_frame;
        lost->time = attempt->lost_time;
        lost->text = "the relay refuses to go on with the allocation";
    } else if (is_lost(call, attempt)) {
        lost->frame = attempt->pending_frame;
        lost->time = attempt->pending_since;
        lost->text = attempt->kind == FACTS_CHECK ? "the checks of the path are no longer answered"
                                                  : "the relay no longer answers the refresh of the allocation";
        lost->silently = true;
    }
}

/* Whether the path in use depends on an attempt: its checks, or the allocation of its relay. */
static bool
is_of_path(const call_outcome_t *outcome, const facts_attempt_t *attempt)
{
    if (attempt == outcome->path.check)
        return true;
    return attempt->kind == FACTS_ALLOCATION && outcome->path.local_type == FACTS_RELAY &&
           outcome->path.relay.port == attempt->remote.port &&
           addresses_equal(&outcome->path.relay.addr, &attempt->remote.addr);
}

/* The frame in which the connection of the path stops to carry what is sent; 0 = it is none, or carries it. */
static uint32_t
stall_of_path(const call_path_t *path)
{
    const facts_attempt_t *check = path->check;
    const facts_key_t *one, *other;
    uint32_t frame;

    if (!check || path->transport != PT_TCP)
        return 0;
    one = check->relayed == RELAYED_REMOTE ? &check->remote : &check->local->key;
    other = check->relayed == RELAYED_NOT ? &check->remote : &path->relay;
    frame = stall_between(one, other);
    return frame ? frame : stall_between(other, one);
}

/* Whether the client looks for another way behind all media, and by another address of its own: it has changed its
 * network. */
static bool
is_sought(const facts_call_t *call, const call_outcome_t *outcome, const facts_attempt_t *attempt)
{
    const media_summary_t *sent = &outcome->media[MEDIA_SENT], *received = &outcome->media[MEDIA_RECEIVED];

    return outcome->has_media[MEDIA_SENT] && outcome->has_media[MEDIA_RECEIVED] && attempt->kind == FACTS_CHECK &&
           call_is_own(call, &attempt->local->key.addr) &&
           !addresses_equal(&attempt->local->key.addr, &sent->from.addr) &&
           nstime_cmp(&attempt->first_time, later(&sent->last, &received->last)) > 0 &&
           !ended_before(call, outcome, attempt->first_frame, &attempt->first_time);
}

static void
note_search(const facts_call_t *call, const call_outcome_t *outcome, lost_t *lost, const facts_attempt_t *attempt)
{
    if (!is_sought(call, outcome, attempt))
        return;
    lost->sought |= attempt_outcome(attempt) == FACTS_SILENT;
    lost->found |= attempt->outcome == FACTS_ANSWERED;
}

static void
find_loss(const facts_call_t *call, const call_outcome_t *outcome, const tried_t *tried, lost_t *lost)
{
    memset(lost, 0, sizeof *lost);
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next) {
            note_search(call, outcome, lost, attempt);
            if (is_of_path(outcome, attempt))
                note_loss(call, outcome, tried, lost, attempt);
        }
    }
    if (!lost->frame && stall_of_path(&outcome->path)) {
        lost->frame = stall_of_path(&outcome->path);
        lost->text = "what is sent over the connection of the path is not acknowledged, however often";
        lost->stalled = true;
    }
}

/* --- calls that had a path ---------------------------------------------------------------------------------------
 */

static bool
has_failed_header(const facts_call_t *call)
{
    for (const facts_header_t *header = call->headers; header; header = header->next)
        if (header->failed)
            return true;
    return false;
}

/* The last that shows that the peer's packets arrive: media, their reports, or the answer to a check of the path. */
static const nstime_t *
last_received(const call_outcome_t *outcome)
{
    const media_summary_t *media = &outcome->media[MEDIA_RECEIVED];
    const nstime_t *last = later(&media->last, &media->last_report);

    return outcome->path.check ? later(last, &outcome->path.check->last_answer) : last;
}

/* Nothing is received any more, while the client goes on sending: a pause on both sides (a call on hold) is none, nor
 * is a silence that SDP tells of, or that the call has outlived before. */
static bool
received_no_more(const facts_call_t *call, const call_outcome_t *outcome)
{
    const media_summary_t *sent = &outcome->media[MEDIA_SENT], *received = &outcome->media[MEDIA_RECEIVED];
    const nstime_t *last = last_received(outcome);

    return !call->held && outcome->has_media[MEDIA_SENT] && outcome->has_media[MEDIA_RECEIVED] &&
           seconds_between(last, &sent->last) >= MAX(LOSS_TIME, received->gap) &&
           media_seconds_after(call, MEDIA_SENT, last) >= LOSS_TIME;
}

/* Whether sound that arrives later says that the path was there all the same: until the capture ends, or for long,
 * and about as long as the client goes on. */
static bool
was_there(const facts_call_t *call, const call_outcome_t *outcome, const lost_t *lost)
{
    const media_summary_t *sent = &outcome->media[MEDIA_SENT], *received = &outcome->media[MEDIA_RECEIVED];

    if (!outcome->has_media[MEDIA_RECEIVED] || received->last_frame <= lost->frame)
        return false;
    return seconds_between(&received->last, facts_now(call)) < LOSS_TIME ||
           (media_seconds_after(call, MEDIA_RECEIVED, &lost->time) >= LOSS_TIME &&
            !(outcome->has_media[MEDIA_SENT] && seconds_between(&received->last, &sent->last) > ENDING_TIME));
}

/* Until when the call went on, as far as the capture shows. */
static const nstime_t *
last_of_call(const facts_call_t *call, const call_outcome_t *outcome)
{
    const nstime_t *last = facts_now(call);

    if (call->end_frame && nstime_cmp(&call->end_time, last) < 0)
        last = &call->end_time;
    if (is_released(call, outcome) && nstime_cmp(&call->release_time, last) < 0)
        last = &call->release_time;
    return last;
}

/* Whether a client whose path is lost had no time to find another one, or is about to. Who has heard nothing, and
 * then ends the call, may have learnt elsewhere that the peer has hung up. */
static bool
may_recover(const facts_call_t *call, const call_outcome_t *outcome, const tried_t *tried, const lost_t *lost)
{
    const nstime_t *last = last_of_call(call, outcome);
    const double needed = lost->silently ? SILENT_RECOVERY_TIME : RECOVERY_TIME;

    if (lost->stalled || (!lost->silently && last != facts_now(call)))
        return false;
    return seconds_between(later(&lost->time, &tried->latest), last) < needed;
}

static path_loss_t
loss_of_path(const facts_call_t *call, const call_outcome_t *outcome, const tried_t *tried, const lost_t *lost)
{
    const media_summary_t *received = &outcome->media[MEDIA_RECEIVED];

    if (lost->frame && !was_there(call, outcome, lost))
        return (path_loss_t){ lost->frame, lost->text, may_recover(call, outcome, tried, lost) };
    if (lost->sought && !lost->found)
        return (path_loss_t){
            received->last_frame,
            "the last that was received: the client looks for another path by another address, in vain", true
        };
    if (received_no_more(call, outcome) && !(call->end_frame && call->end_frame < received->last_frame))
        return (path_loss_t){ received->last_frame, "the last that was received, while the client goes on sending",
                              true };
    return (path_loss_t){ 0, NULL, false };
}

static double
span(const media_summary_t *media)
{
    return seconds_between(&media->first, &media->last);
}

/* The first of several checks of the path that stay unanswered, in spite of what arrives on it; 0 = there are none.
 */
static uint32_t
first_unheard(const facts_call_t *call, const facts_attempt_t *check)
{
    const bool unheard = check && check->pending >= UNHEARD_TRIES &&
                         seconds_between(&check->pending_since, &check->last_time) >= LOSS_TIME &&
                         media_seconds_after(call, MEDIA_RECEIVED, &check->pending_since) >= UNHEARD_TIME;

    return unheard ? check->pending_frame : 0;
}

/* Whether media go in one direction only. While a call rings, who calls need not send anything; nor on hold. */
static bool
goes_one_way(const facts_call_t *call, const call_outcome_t *outcome)
{
    if (call->held || (call->through_sbc && call->invite_frame && !call->answered))
        return false;
    if (outcome->unheard_frame)
        return true;
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        if (outcome->has_media[direction] && !outcome->has_media[!direction] &&
            span(&outcome->media[direction]) >= ONE_WAY_TIME)
            return true;
    return false;
}

static const char *
one_direction(const facts_call_t *call)
{
    if (call->told_by[0] && call->told_by[1])
        return NULL; /* as its signalling shows */
    if (call->sent && !call->received)
        return "the capture holds only what the client sent";
    if (call->received && !call->sent)
        return "the capture holds only what the client received";
    return NULL;
}

static bool
has_any_media(const call_outcome_t *outcome)
{
    return outcome->has_media[MEDIA_SENT] || outcome->has_media[MEDIA_RECEIVED];
}

static void
set_incomplete(call_outcome_t *outcome, const char *reason)
{
    outcome->kind = OUTCOME_INCOMPLETE;
    outcome->reason = reason;
}

static void
conclude_with_path(const facts_call_t *call, const tried_t *tried, call_outcome_t *outcome)
{
    lost_t lost;

    find_loss(call, outcome, tried, &lost);
    outcome->reason = one_direction(call);
    outcome->loss = loss_of_path(call, outcome, tried, &lost);
    outcome->unheard_frame = first_unheard(call, outcome->path.check);
    if (outcome->reason)
        outcome->kind = OUTCOME_INCOMPLETE;
    else if ((has_failed_header(call) && !has_any_media(outcome)) ||
             (lost.stalled && !outcome->has_media[MEDIA_RECEIVED]))
        outcome->kind = OUTCOME_FAILED; /* first checks passed, and no more */
    else if (outcome->loss.frame || has_failed_header(call))
        outcome->kind = OUTCOME_INTERRUPTED;
    else if (goes_one_way(call, outcome) &&
             call->unread[outcome->has_media[MEDIA_SENT] ? MEDIA_RECEIVED : MEDIA_SENT])
        set_incomplete(outcome,
                       "what goes through the relay in one of the directions is cut by a snap length: it may be "
                       "media");
    else if (goes_one_way(call, outcome) && tried->unasked)
        set_incomplete(outcome, "checks were answered that the capture does not hold: it lacks a direction");
    else if (goes_one_way(call, outcome))
        outcome->kind = OUTCOME_ONE_WAY;
    else if (outcome->has_media[MEDIA_RECEIVED] || tried->nominated)
        outcome->kind = OUTCOME_CONNECTED;
    else
        set_incomplete(outcome, "a pair of candidates was answered, and nothing shows that it was used");
}

/* --- calls that had none -----------------------------------------------------------------------------------------
 */

/* How a call ended before anybody tried a path: a refusal, or a hang-up while it rang. */
static bool
ended_by_signalling(const facts_call_t *call)
{
    return call->end_frame != 0;
}

/* Whether the client still waits for its peer, with a relay at hand: the telephone rings, or the call is declined.
 * What it asked besides in vain, of another interface or for another medium, does not matter then; but where nothing
 * goes over TCP, sharing has no relay, and has failed before a pair was tried. */
static bool
waits_with_relay(const tried_t *tried)
{
    return tried->pairs == 0 && tried->allocated && (tried->relays_open || !tried->tcp_failed || tried->tcp_served);
}

/* Whether the client may go on with a relay, or its peer: nothing has settled yet what was tried. */
static bool
goes_on(const facts_call_t *call, const tried_t *tried)
{
    if (tried->pairs)
        return tried->pairs_open > 0;
    return tried->relays_open || (!ended_by_signalling(call) && tried->promise_frame > tried->begun_frame);
}

static const char *
too_early(wmem_allocator_t *scope, const facts_call_t *call, const tried_t *tried)
{
    double passed = seconds_between(&tried->first, facts_now(call));

    return wmem_strdup_printf(scope, "the capture ends %.3f s after the first attempt (frame %u)", MAX(passed, 0.0),
                              tried->first_frame);
}

static void
conclude_without_path(wmem_allocator_t *scope, const facts_call_t *call, const tried_t *tried,
                      call_outcome_t *outcome)
{
    outcome->kind = OUTCOME_FAILED;
    if (has_failed_header(call))
        return;
    if (call->packets == 0)
        outcome->kind = OUTCOME_NO_MEDIA;
    else if (call->relay_data && tried->relayed_pairs == 0)
        set_incomplete(
            outcome,
            "packets come through the relay, and neither checks nor media can be read in them (cut by a snap "
            "length?)");
    else if (tried->tls_frame)
        set_incomplete(outcome, wmem_strdup_printf(scope,
                                                   "data go to and fro inside TLS to the relay from frame %u on, and "
                                                   "cannot be read: they may be media",
                                                   tried->tls_frame));
    else if (call->through_sbc && goes_one_way(call, outcome))
        outcome->kind = OUTCOME_ONE_WAY; /* without ICE there are no pairs to try */
    else if (call->through_sbc && call->invite_frame && !call->answered && has_any_media(outcome))
        set_incomplete(outcome, "the call was not answered: what was sent before may be nothing but ringing");
    else if (tried->pairs + tried->relays == 0)
        set_incomplete(outcome, "the capture begins after the call was set up");
    else if (one_direction(call) && (outcome->has_media[MEDIA_SENT] || tried->unseen))
        set_incomplete(outcome, one_direction(call));
    else if (tried->pairs == 0 && tried->allocated && ended_by_signalling(call))
        outcome->kind = OUTCOME_NO_MEDIA;
    else if (waits_with_relay(tried))
        set_incomplete(outcome, "no pair of candidates was tried while it was captured");
    else if (goes_on(call, tried))
        set_incomplete(outcome, call->sent == 0 ? "the capture holds only what the client received"
                                                : too_early(scope, call, tried));
}

/* --- all ---------------------------------------------------------------------------------------------------------
 */

static void
set_times(const facts_call_t *call, const tried_t *tried, call_outcome_t *outcome)
{
    const nstime_t *begin = NULL, *end = NULL;

    outcome->setup_time = outcome->duration = -1;
    if (!outcome->has_path)
        return;
    if (tried->nominated) {
        begin = &tried->settled;
        outcome->setup_time = seconds_between(&tried->first, begin);
    }
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++) {
        const media_summary_t *media = &outcome->media[direction];

        if (!outcome->has_media[direction])
            continue;
        if (!begin || nstime_cmp(&media->first, begin) < 0)
            begin = &media->first;
        if (!end || nstime_cmp(&media->last, end) > 0)
            end = &media->last;
    }
    if (!end && call->end_frame)
        end = &call->end_time;
    if (begin && end)
        outcome->duration = MAX(seconds_between(begin, end), 0.0);
}

/* Whether a call may be quiet because the telephone rings: no pair was tried yet, and the client has spoken with a
 * relay, which has refused one of its allocations, or serves it over TCP. */
static bool
may_ring(const tried_t *tried)
{
    return tried->pairs == 0 && (tried->refused || tried->tcp_served);
}

/* Whether nothing more is to be expected: the call has ended, is quiet, or all that was tried had time enough. */
static bool
is_over(const facts_call_t *call, const call_outcome_t *outcome, const tried_t *tried)
{
    return call->end_frame || is_released(call, outcome) ||
           (seconds_between(&call->last_time, facts_now(call)) >= QUIET_TIME && !may_ring(tried)) ||
           (tried->pairs && !tried->pairs_open && !tried->relays_open &&
            seconds_between(&tried->first_pair, facts_now(call)) >= PAIRS_TIME);
}

void
outcome_of_call(wmem_allocator_t *scope, const facts_call_t *call, call_outcome_t *outcome)
{
    tried_t tried;

    memset(outcome, 0, sizeof *outcome);
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        outcome->has_media[direction] = media_of_call(call, (media_direction_t)direction, &outcome->media[direction]);
    tried_by_call(call, &tried);
    outcome->pairs_tried = tried.pairs > 0;
    outcome->has_path = path_of_call(call, &outcome->path);
    outcome->over = is_over(call, outcome, &tried);
    if (outcome->has_path)
        conclude_with_path(call, &tried, outcome);
    else
        conclude_without_path(scope, call, &tried, outcome);
    set_times(call, &tried, outcome);
}
