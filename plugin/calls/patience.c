/* patience.c
 * When silence is an answer: a request that was repeated, and had time, in a capture that goes on.
 *
 * Clients repeat an Allocate request every 650 ms, nine times ([MS-TURN] 3.2.2); checks and SYNs on schedules of
 * their own. A capture that ends sooner, or that holds a single request, shows nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"
#include "calls/witness.h"

/* How often, and how long after the first try there is still no answer, in seconds: the later tries go out because
 * the client, too, found that long enough. alone: how long where there are fewer tries, 0 = that says nothing. Over
 * TCP it is the connection that sends again, and clients of ICE send a check once in many seconds. */
typedef struct {
    unsigned tries;
    double wait;
    double alone;
} patience_t;

static const patience_t patience[FACTS_ATTEMPTS][2] = {
    /* over UDP, over TCP */
    [FACTS_ALLOCATION] = { { 3, 1.8, 0 }, { 1, 5, 0 } },
    [FACTS_CONNECTION] = { { 2, 2.8, 0 }, { 2, 2.8, 0 } },
    [FACTS_HELLO] = { { 1, 3, 0 }, { 1, 3, 0 } },
    [FACTS_CHECK] = { { 3, 1.2, 0 }, { 3, 1.2, 4 } },
};

/* A client that ends the call behind its last try waits no longer: then this part of the time is enough. */
#define GAVE_UP 0.6

static nstime_t now;
static bool passes; /* time does, on the first pass */

void
facts_note_time(const packet_info *pinfo)
{
    if (PINFO_FD_VISITED(pinfo)) {
        facts_revision += passes; /* what was concluded before the last packet came, is concluded again */
        passes = false;
        return;
    }
    passes = true;
    if (packet_is_later(pinfo, &now))
        now = pinfo->abs_ts;
    place_note_time(pinfo);
}

const nstime_t *
facts_now(const facts_call_t *call)
{
    return call && call_has_points(call) ? place_end(call->point) : &now;
}

static void
reset(void)
{
    nstime_set_zero(&now);
    passes = false;
}

void
patience_register(void)
{
    register_init_routine(reset);
}

double
seconds_between(const nstime_t *from, const nstime_t *to)
{
    nstime_t passed;

    nstime_delta(&passed, to, from);
    return nstime_to_sec(&passed);
}

double
seconds_since(const packet_info *pinfo, const nstime_t *then)
{
    return seconds_between(then, &pinfo->abs_ts);
}

/* A request behind the answer: it waits for one of its own. */
static void
note_pending(const packet_info *pinfo, facts_attempt_t *attempt, const nstime_t *when)
{
    if (attempt->pending++ == 0) {
        attempt->pending_since = *when;
        attempt->pending_frame = pinfo->num;
    }
}

void
attempt_try(const packet_info *pinfo, facts_attempt_t *attempt)
{
    nstime_t when = point_time(pinfo, call_root(attempt->local->owner.call));

    if (attempt->tries && seconds_between(&attempt->last_time, &when) < COPY_TIME)
        return;
    attempt->tries++;
    attempt->last_frame = pinfo->num;
    attempt->last_time = when;
    if (attempt->outcome == FACTS_ANSWERED)
        note_pending(pinfo, attempt, &when);
}

/* Whether the connection of a hello was opened: what never got that far says nothing about the hello. */
static bool
was_connected(const facts_endpoint_t *local)
{
    for (const facts_attempt_t *attempt = local->attempts; attempt; attempt = attempt->next)
        if (attempt->kind == FACTS_CONNECTION && attempt->outcome == FACTS_ANSWERED)
            return true;
    return false;
}

bool
connection_is_implied(const facts_attempt_t *attempt)
{
    return attempt->kind == FACTS_CONNECTION && attempt->implied && attempt->outcome == FACTS_UNANSWERED;
}

/* The connection that an attempt goes through: to its remote end, or to the relay that hands it on; NULL = it is one
 * itself, or none is captured from its SYN on. */
static const facts_attempt_t *
connection_under(const facts_attempt_t *attempt)
{
    const bool relayed = attempt->relayed == RELAYED_LOCAL;
    const facts_attempt_t *other =
        attempt->transport == PT_TCP && attempt->kind != FACTS_CONNECTION ? attempt->local->attempts : NULL;

    while (other && !(other->kind == FACTS_CONNECTION &&
                      (relayed ? other->to_server : facts_key_equal(&other->remote, &attempt->remote))))
        other = other->next;
    return other;
}

/* Whether the connection of an attempt was opened, and the other end's SYN is not in the capture: then its answers
 * need not be, either. */
static bool
misses_answers(const facts_attempt_t *attempt)
{
    const facts_attempt_t *other = connection_under(attempt);

    return other && connection_is_implied(other);
}

/* Whether the client has ended the call behind its last try: then it waits no longer. */
static bool
gave_up(const facts_attempt_t *attempt)
{
    return call_root(attempt->local->owner.call)->end_frame > attempt->last_frame;
}

/* The moment, or when the client ended a connection before it. */
static const nstime_t *
until_left(const facts_attempt_t *connection, const nstime_t *moment)
{
    const facts_end_t *const ends[] = { &connection->reset, &connection->closed };

    for (size_t i = 0; i < array_length(ends); i++)
        if (ends[i]->frame && !ends[i]->by_remote)
            moment = earlier(moment, &ends[i]->time);
    return moment;
}

const nstime_t *
attempt_heard_until(const facts_attempt_t *attempt, const nstime_t *moment)
{
    const facts_attempt_t *under = connection_under(attempt);

    moment = until_left(attempt, moment);
    return under ? until_left(under, moment) : moment;
}

/* Until when the peer could answer: behind the end of the call nobody does. A relay answers whoever asks. */
static const nstime_t *
last_moment(const facts_attempt_t *attempt)
{
    const facts_call_t *call = call_root(attempt->local->owner.call);
    const nstime_t *last = facts_now(call);

    if (attempt->kind == FACTS_CHECK && call->release_frame > attempt->last_frame)
        last = earlier(last, &call->release_time);
    return last;
}

/* Whether there was time for an answer between the first of so many tries and a moment. */
static bool
had_patience(const facts_attempt_t *attempt, unsigned tries, const nstime_t *first, const nstime_t *moment)
{
    const patience_t *needed = &patience[attempt->kind][attempt->transport == PT_TCP];
    double passed = seconds_between(first, moment);
    double wait = tries >= needed->tries ? needed->wait : tries ? needed->alone : 0;

    return wait > 0 && (passed >= wait || (gave_up(attempt) && passed >= wait * GAVE_UP));
}

/* An error that says that packets do not get to where they are sent: better than silence. */
static bool
is_turned_away(const facts_attempt_t *attempt)
{
    const facts_icmp_t *icmp = icmp_of_attempt(attempt);

    return icmp && icmp_refuses(icmp);
}

facts_outcome_t
attempt_outcome(const facts_attempt_t *attempt)
{
    const nstime_t *last;

    if (attempt->outcome != FACTS_UNANSWERED || attempt->implied)
        return attempt->outcome;
    if (is_turned_away(attempt))
        return FACTS_SILENT;
    if ((attempt->kind == FACTS_HELLO && !was_connected(attempt->local)) || misses_answers(attempt))
        return FACTS_UNANSWERED;
    last = last_moment(attempt);
    if (!had_patience(attempt, attempt->tries, &attempt->first_time, last))
        return FACTS_UNANSWERED;
    return had_patience(attempt, attempt->tries, &attempt->first_time, attempt_heard_until(attempt, last))
               ? FACTS_SILENT
               : FACTS_GIVEN_UP;
}

bool
attempt_is_lost(const facts_attempt_t *attempt)
{
    return attempt->outcome == FACTS_ANSWERED && had_patience(attempt, attempt->pending, &attempt->pending_since,
                                                              attempt_heard_until(attempt, last_moment(attempt)));
}
