/* witness-hops.c
 * How far away a relay is over UDP and over TCP, and how the TCP connections of calls end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/points.h"
#include "calls/witness.h"

#include "base/hops.h"
#include "base/tcp-state.h"

/* --- distance ----------------------------------------------------------------------------------------------------
 */

/* The lowest and the highest TTL that came, and a frame of each; 0 = none came. */
typedef struct {
    unsigned low, high;
    uint32_t low_frame, high_frame;
} hops_t;

/* As one place sees it: another one stands at another distance, and which of them is whose is known late. */
typedef struct {
    hops_t udp, tcp;
    unsigned place;
} distance_t;

static wmem_map_t *distances; /* facts_key_t, address only -> distance_t */

void
hops_register(void)
{
    distances = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), facts_key_hash, facts_key_equal);
}

static distance_t *
distance_of(const address *relay)
{
    facts_key_t key = facts_key(PT_NONE, relay, 0);

    return (distance_t *)wmem_map_lookup(distances, &key);
}

bool
hops_wanted(const packet_info *pinfo)
{
    return pinfo->ptype == PT_UDP   ? pinfo->srcport >= 3478 && pinfo->srcport <= 3481
           : pinfo->ptype == PT_TCP ? pinfo->srcport == 443
                                    : false;
}

/* Another point stands at another distance. */
static bool
is_elsewhere(const packet_info *pinfo)
{
    const facts_endpoint_t *endpoint = places_any_met() ? endpoint_of_packet(pinfo) : NULL;

    return endpoint && point_is_elsewhere(pinfo, call_root(endpoint->owner.call));
}

void
facts_tell_hops(packet_info *pinfo, unsigned hops)
{
    distance_t *distance;
    hops_t *seen;

    if (!facts_telling(pinfo) || hops == 0 || !hops_wanted(pinfo) || is_elsewhere(pinfo))
        return;
    distance = distance_of(&pinfo->src);
    if (!distance) {
        facts_key_t key = facts_key(PT_NONE, &pinfo->src, 0);

        distance = wmem_new0(wmem_file_scope(), distance_t);
        distance->place = place_of_packet(pinfo);
        wmem_map_insert(distances, facts_key_keep(&key), distance);
    }
    if (distance->place != place_of_packet(pinfo))
        return;
    seen = pinfo->ptype == PT_UDP ? &distance->udp : &distance->tcp;
    if (seen->low && hops >= seen->low && hops <= seen->high)
        return;
    facts_revision++;
    if (seen->low == 0 || hops < seen->low) {
        seen->low = hops;
        seen->low_frame = pinfo->num;
    }
    if (hops > seen->high) {
        seen->high = hops;
        seen->high_frame = pinfo->num;
    }
}

bool
relay_distance_differs(const address *relay, uint32_t frames[2], unsigned hops[2])
{
    const distance_t *distance = distance_of(relay);
    const hops_t *udp, *tcp;
    bool udp_farther;

    if (!distance || distance->udp.low == 0 || distance->tcp.low == 0)
        return false;
    udp = &distance->udp;
    tcp = &distance->tcp;
    if (hops_at_start(MIN(udp->low, tcp->low)) != hops_at_start(MAX(udp->high, tcp->high)))
        return false;
    udp_farther = tcp->low > udp->high + 1;
    if (!udp_farther && udp->low <= tcp->high + 1)
        return false;
    hops[0] = udp_farther ? udp->high : udp->low;
    frames[0] = udp_farther ? udp->high_frame : udp->low_frame;
    hops[1] = udp_farther ? tcp->low : tcp->high;
    frames[1] = udp_farther ? tcp->low_frame : tcp->high_frame;
    return true;
}

/* --- ends of connections -----------------------------------------------------------------------------------------
 */

/* A client's port has a few attempts; of one that scans others only these are looked at. */
#define MOST_ATTEMPTS 32

typedef void (*attempt_visit_t)(facts_attempt_t *attempt, void *data);

/* Visits what was tried from a local end to a remote one, as the point of this packet has seen it. */
static void
visit_attempts(const packet_info *pinfo, const facts_key_t *local, const facts_key_t *remote, attempt_visit_t visit,
               void *data)
{
    const facts_endpoint_t *endpoint = endpoint_find(local);
    bool elsewhere = endpoint && point_is_elsewhere(pinfo, call_root(endpoint->owner.call));
    facts_attempt_t *attempt = !endpoint ? NULL : elsewhere ? endpoint->beside : endpoint->attempts;

    for (unsigned looked = 0; attempt && looked < MOST_ATTEMPTS; looked++, attempt = attempt->next)
        if (facts_key_equal(&attempt->remote, remote) && (!elsewhere || attempt->point == place_of_packet(pinfo)))
            visit(attempt, data);
}

/* An end that is told. */
typedef struct {
    facts_end_t end;
    bool reset;
} told_t;

static void
note_end(facts_attempt_t *attempt, void *data)
{
    const told_t *told = (const told_t *)data;
    facts_end_t *end = told->reset ? &attempt->reset : &attempt->closed;

    if (end->frame)
        return;
    *end = told->end;
    /* What is tried over a connection is data; stock does not count the first one when the SYN is not there. */
    end->behind_data |= attempt->kind != FACTS_CONNECTION;
    facts_revision++;
}

void
facts_tell_closing(packet_info *pinfo, bool reset, uint8_t completeness)
{
    told_t told = {
        { .frame = pinfo->num, .time = pinfo->abs_ts, .behind_data = (completeness & TCP_SEEN_DATA) != 0 }, reset
    };
    facts_key_t from, to;

    if (!facts_telling(pinfo))
        return;
    from = facts_key(PT_TCP, &pinfo->src, (uint16_t)pinfo->srcport);
    to = facts_key(PT_TCP, &pinfo->dst, (uint16_t)pinfo->destport);
    visit_attempts(pinfo, &from, &to, note_end, &told);
    told.end.by_remote = true;
    told.end.by_other = reset && endpoint_find(&to) && host_is_elsewhere(pinfo);
    visit_attempts(pinfo, &to, &from, note_end, &told);
}

/* What is looked for on later passes. */
typedef struct {
    uint32_t frame;
    const facts_attempt_t *found;
    bool answers; /* the reset is the answer to a hello, which is told of there */
} wanted_t;

static void
find_reset(facts_attempt_t *attempt, void *data)
{
    wanted_t *wanted = (wanted_t *)data;

    if (attempt->reset.frame == wanted->frame && attempt->reset.behind_data)
        wanted->found = attempt;
    wanted->answers |= attempt->kind == FACTS_HELLO && attempt->answer_frame == wanted->frame;
}

const facts_attempt_t *
attempt_reset_here(const packet_info *pinfo)
{
    wanted_t wanted = { .frame = pinfo->num };
    facts_key_t from = facts_key(PT_TCP, &pinfo->src, (uint16_t)pinfo->srcport);
    facts_key_t to = facts_key(PT_TCP, &pinfo->dst, (uint16_t)pinfo->destport);

    visit_attempts(pinfo, &from, &to, find_reset, &wanted);
    visit_attempts(pinfo, &to, &from, find_reset, &wanted);
    return wanted.answers ? NULL : wanted.found;
}
