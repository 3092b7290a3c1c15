/* places.h
 * Where packets were captured: a file may hold what was seen at several places, each with a clock of its own.
 *
 * A place is an interface of the file. Where captures were merged into a file that keeps no interfaces, places are
 * told apart by the MAC addresses of their packets, or by what is left of the TTL.
 *
 * That two interfaces are two places on the way of the same packets is known only from a packet that both have seen:
 * they have met. As long as they have not, they may as well be the two directions of one tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PLACES_H
#define MSICE_PLACES_H

#include "base/compat.h"

/* Places that are told apart; what more interfaces have seen counts as seen at the first one. */
#define MOST_PLACES 32

/* How a packet looked where it was captured: small, to be kept for many. */
typedef struct {
    uint16_t link;  /* which MAC addresses it has, those of sender and receiver; 0 = not known */
    uint16_t ident; /* of the IPv4 header: other packets, of the same payload, too, have another one; 0 = none */
    uint8_t hops;   /* what is left of the TTL or hop limit; 0 = not known */
    uint8_t place;
} place_mark_t;

typedef struct {
    place_mark_t mark;
    uint32_t frame;
    nstime_t time;
} sight_t;

/* Makes the tables; once, at registration. */
void places_register(void);

/* The place of a packet, a number below MOST_PLACES; cheap. */
unsigned place_of_packet(const packet_info *pinfo);

/* Fills in how this packet looks. */
void place_look(const packet_info *pinfo, sight_t *sight);

/* Tells that this packet was seen before, as first, and is now seen again, as second. once: nobody sends it twice,
 * or again after what has been seen since. Returns whether that was at two places, which have met then; both sights
 * are given their place. No: it was sent twice, or is a copy of a mirror port, which sees it come and go. */
bool places_meet(const packet_info *pinfo, sight_t *first, sight_t *second, bool once);

/* Whether any places have met; whether these two different ones have. */
bool places_any_met(void);
bool places_met(unsigned one, unsigned other);

/* The places that have met this one, a bit (1 << place) each. */
uint32_t places_around(unsigned place);

/* Where the packets of an address set out, as far as packets show that were seen at several places: where most of
 * their TTL is left. False = not known. */
bool place_of_host(const address *host, unsigned *place);

/* How often the answers of the above have changed. */
extern uint32_t places_revision;

/* A time by the clock of one place, as the clock of another one, that it has met, would tell it. */
nstime_t place_time(const nstime_t *when, unsigned from, unsigned to);

/* Whether a packet came later than that. In place of nstime_cmp(), a call into another library, which the packets of
 * others would have to pay. */
static inline bool
packet_is_later(const packet_info *pinfo, const nstime_t *than)
{
    const nstime_t *when = &pinfo->abs_ts;

    return when->secs > than->secs || (when->secs == than->secs && when->nsecs > than->nsecs);
}

/* Notes the time of this packet: of the file, and of its place. */
void place_note_time(const packet_info *pinfo);

/* The times of the first and of the last packet of a place so far, by its clock. */
const nstime_t *place_begin(unsigned place);
const nstime_t *place_end(unsigned place);

/* Whether any packet of a transport, of whatever kind, was seen at a place. */
bool place_has_seen(unsigned place, port_type transport);

/* What a place is called, for people; belongs to the file. */
const char *place_name(unsigned place);

#endif
