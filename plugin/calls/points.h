/* points.h
 * Calls that were captured at two places (places.h) or more: the client's computer and its relay, for example.
 *
 * Such a call is told from one point, the one where its own computer's packets set out. Its attempts and media there
 * are what the rest of the analysis sees. What the same attempts looked like at another point hangs beside them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_POINTS_H
#define MSICE_POINTS_H

#include "calls/calls.h"
#include "calls/places.h"

/* What can be known again at another point, besides messages that have a transaction (turn/msturn-transactions.h). */
typedef enum { POINT_SYN, POINT_MEDIA, POINT_ANSWER } point_kind_t;

/* What is known of a packet that is told. */
typedef enum {
    POINT_KEEP = 1, /* other points may be told of it later */
    POINT_ONCE = 2  /* nobody sends it twice, or again after what has been seen since */
} point_how_t;

/* Tells a packet, with what makes it unique besides its ends: a sequence number, for example, of at most POINT_ID
 * bytes. Where another point has seen the same, the two have met. To be told before anything else is. how: bits of
 * point_how_t. Returns whether it was seen at another point. */
#define POINT_ID 16
bool point_meet(const packet_info *pinfo, point_kind_t kind, const void *id, size_t length, unsigned how);

/* Tells how an earlier packet with the same ends looked, of which nobody knew that it might be met again. */
void point_met_before(const packet_info *pinfo, point_kind_t kind, const void *id, size_t length,
                      const sight_t *sight);

/* Sees to it that the call of this packet is told from the right point. */
void point_settle(const packet_info *pinfo, facts_call_t *call);

/* Whether a call was captured at several points. */
bool call_has_points(const facts_call_t *call);

/* Whether this packet was captured elsewhere than where the call is told from. */
bool point_is_elsewhere(const packet_info *pinfo, const facts_call_t *call);

/* The point of this packet in a call. As long as the places of two packets have not met, they are of one point. */
unsigned point_of_packet(const packet_info *pinfo, const facts_call_t *call);

/* Whether something of a call that was seen at a point is told beside it. */
bool point_is_beside(const facts_call_t *call, unsigned point);

/* Whether this packet is of a TCP connection of which another point has told what is inside: to be told once. */
bool stream_is_copy(packet_info *pinfo);

/* The time of this packet by the clock of the point that the call is told from. */
nstime_t point_time(const packet_info *pinfo, const facts_call_t *call);

/* The attempt of an endpoint at a point, beside its call; NULL = there is none. */
facts_attempt_t *point_attempt(const facts_endpoint_t *local, unsigned point, facts_attempt_kind_t kind,
                               const facts_key_t *remote, facts_relayed_t relayed);

/* What a point that a call is not told from has seen of an attempt. */
typedef struct {
    bool watches;     /* it sees packets between the two computers */
    bool answers;     /* it sees packets that the remote computer sends to the local one */
    bool was_there;   /* it had begun to capture when the attempt was made, and went on */
    uint32_t request; /* frame; 0 = not seen */
    uint32_t answer;  /* frame */
    unsigned tries;
} point_view_t;

void point_view(const facts_attempt_t *attempt, unsigned point, point_view_t *view);

#endif
