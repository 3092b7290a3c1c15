/* icewarn-flags.h
 * The ICEWarn bits of Lync 2010 and later, and what an administrator should make of each.
 *
 * No Wireshark in here: the dissector, the reader of quality reports and the icewarn command share the table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ICEWARN_FLAGS_H
#define MSICE_ICEWARN_FLAGS_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

/* How far a set flag is from what a healthy network shows. The order is the order of severity. */
typedef enum {
    ICEWARN_NORMAL, /* seen in calls that work */
    ICEWARN_MAYBE,  /* may be normal, depends on the network and on the other flags */
    ICEWARN_CAUSE,  /* not expected in a healthy network */
} icewarn_weight_t;

/* Which transport a medium uses: 0x20 speaks of UDP for audio and of TCP for application sharing. */
typedef enum { ICEWARN_TRANSPORT_UNKNOWN, ICEWARN_TRANSPORT_UDP, ICEWARN_TRANSPORT_TCP } icewarn_transport_t;

/* Where a capture can show that a flag is right. */
typedef enum {
    ICEWARN_IN_PACKETS,        /* allocations, connections, hellos, checks */
    ICEWARN_IN_SIGNED_PACKETS, /* the same, but it takes the relay password to see */
    ICEWARN_IN_CREDENTIALS,    /* what the relay authentication service said */
    ICEWARN_IN_NO_PACKET,      /* it speaks of what goes on inside a computer or a server */
} icewarn_shown_t;

/* The bits, from the lowest: none is left out, so that a bit's number is that of its row. */
enum {
    ICEWARN_BIT_TURN_UNREACHABLE,
    ICEWARN_BIT_UDP_ALLOCATE_FAILED,
    ICEWARN_BIT_UDP_SEND_FAILED,
    ICEWARN_BIT_TCP_ALLOCATE_FAILED,
    ICEWARN_BIT_TCP_SEND_FAILED,
    ICEWARN_BIT_LOCAL_FAILED,
    ICEWARN_BIT_UDP_NAT_FAILED,
    ICEWARN_BIT_UDP_TURN_FAILED,
    ICEWARN_BIT_TCP_NAT_FAILED,
    ICEWARN_BIT_TCP_TURN_FAILED,
    ICEWARN_BIT_CHECK_INTEGRITY_FAILED,
    ICEWARN_BIT_ALLOCATE_INTEGRITY_FAILED,
    ICEWARN_BIT_POLICY_SERVER,
    ICEWARN_BIT_CHECK_SEND_FAILED,
    ICEWARN_BIT_CREDENTIALS_UNKNOWN,
    ICEWARN_BIT_POLICY_CANDIDATES_REMOVED,
    ICEWARN_BIT_POLICY_BANDWIDTH_REDUCED,
    ICEWARN_BIT_POLICY_KEEPALIVE_FAILED,
    ICEWARN_BIT_POLICY_ALLOCATION_FAILED,
    ICEWARN_BIT_NO_TURN_SERVER,
    ICEWARN_BIT_MULTIPLE_TURN_SERVERS,
    ICEWARN_BIT_PORT_RANGE_EXHAUSTED,
    ICEWARN_BIT_ALTERNATE_SERVER,
    ICEWARN_BIT_PSEUDO_TLS_FAILED,
    ICEWARN_BIT_HTTP_PROXY,
    ICEWARN_BIT_HTTP_PROXY_AUTH_FAILED,
    ICEWARN_BIT_TURN_TURN_TCP_FAILED,
    ICEWARN_BIT_USE_CANDIDATE_FAILED,
    ICEWARN_BIT_FIPS_ALLOCATE_FAILED,
    ICEWARN_FLAG_COUNT
};

#define ICEWARN_MASK(bit) (1U << ICEWARN_BIT_##bit)

enum {
    ICEWARN_TURN_UNREACHABLE = ICEWARN_MASK(TURN_UNREACHABLE),
    ICEWARN_UDP_ALLOCATE_FAILED = ICEWARN_MASK(UDP_ALLOCATE_FAILED),
    ICEWARN_UDP_SEND_FAILED = ICEWARN_MASK(UDP_SEND_FAILED),
    ICEWARN_TCP_ALLOCATE_FAILED = ICEWARN_MASK(TCP_ALLOCATE_FAILED),
    ICEWARN_TCP_SEND_FAILED = ICEWARN_MASK(TCP_SEND_FAILED),
    ICEWARN_LOCAL_FAILED = ICEWARN_MASK(LOCAL_FAILED),
    ICEWARN_UDP_NAT_FAILED = ICEWARN_MASK(UDP_NAT_FAILED),
    ICEWARN_UDP_TURN_FAILED = ICEWARN_MASK(UDP_TURN_FAILED),
    ICEWARN_TCP_NAT_FAILED = ICEWARN_MASK(TCP_NAT_FAILED),
    ICEWARN_TCP_TURN_FAILED = ICEWARN_MASK(TCP_TURN_FAILED),
    ICEWARN_CHECK_INTEGRITY_FAILED = ICEWARN_MASK(CHECK_INTEGRITY_FAILED),
    ICEWARN_ALLOCATE_INTEGRITY_FAILED = ICEWARN_MASK(ALLOCATE_INTEGRITY_FAILED),
    ICEWARN_POLICY_SERVER = ICEWARN_MASK(POLICY_SERVER),
    ICEWARN_CHECK_SEND_FAILED = ICEWARN_MASK(CHECK_SEND_FAILED),
    ICEWARN_CREDENTIALS_UNKNOWN = ICEWARN_MASK(CREDENTIALS_UNKNOWN),
    ICEWARN_POLICY_CANDIDATES_REMOVED = ICEWARN_MASK(POLICY_CANDIDATES_REMOVED),
    ICEWARN_POLICY_BANDWIDTH_REDUCED = ICEWARN_MASK(POLICY_BANDWIDTH_REDUCED),
    ICEWARN_POLICY_KEEPALIVE_FAILED = ICEWARN_MASK(POLICY_KEEPALIVE_FAILED),
    ICEWARN_POLICY_ALLOCATION_FAILED = ICEWARN_MASK(POLICY_ALLOCATION_FAILED),
    ICEWARN_NO_TURN_SERVER = ICEWARN_MASK(NO_TURN_SERVER),
    ICEWARN_MULTIPLE_TURN_SERVERS = ICEWARN_MASK(MULTIPLE_TURN_SERVERS),
    ICEWARN_PORT_RANGE_EXHAUSTED = ICEWARN_MASK(PORT_RANGE_EXHAUSTED),
    ICEWARN_ALTERNATE_SERVER = ICEWARN_MASK(ALTERNATE_SERVER),
    ICEWARN_PSEUDO_TLS_FAILED = ICEWARN_MASK(PSEUDO_TLS_FAILED),
    ICEWARN_HTTP_PROXY = ICEWARN_MASK(HTTP_PROXY),
    ICEWARN_HTTP_PROXY_AUTH_FAILED = ICEWARN_MASK(HTTP_PROXY_AUTH_FAILED),
    ICEWARN_TURN_TURN_TCP_FAILED = ICEWARN_MASK(TURN_TURN_TCP_FAILED),
    ICEWARN_USE_CANDIDATE_FAILED = ICEWARN_MASK(USE_CANDIDATE_FAILED),
    ICEWARN_FIPS_ALLOCATE_FAILED = ICEWARN_MASK(FIPS_ALLOCATE_FAILED),
};

/* Bits without a known meaning. */
#define ICEWARN_UNKNOWN_BITS (~((1U << ICEWARN_FLAG_COUNT) - 1))

typedef struct {
    uint32_t bit;
    const char *name;  /* last part of the filter name: icewarn.<name>, icewarn.expert.<name> */
    const char *title; /* the flag in words */
    icewarn_weight_t weight;
    icewarn_shown_t shown;
    bool inferred;        /* the meaning is concluded from other sources, no table states it */
    const char *happened; /* what happened, one sentence */
    const char *check;    /* what to check first, one sentence */
} icewarn_flag_t;

/* The table, one row a bit, lowest bit first. */
extern const icewarn_flag_t icewarn_flags[ICEWARN_FLAG_COUNT];

/* Takes a media label as it stands in a header or report ("audio", "application-sharing"; may be NULL);
 * returns the transport its direct path uses. */
icewarn_transport_t icewarn_media_transport(const char *media);

/* Returns the title of a row for a transport, static text. */
const char *icewarn_flag_title(const icewarn_flag_t *flag, icewarn_transport_t transport);

/* Takes a mask and room for ICEWARN_FLAG_COUNT rows; fills in the rows of the set bits, causes first, what is
 * normal last, and returns how many there are. Unknown bits have no row. */
unsigned icewarn_sort(uint32_t flags, const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT]);

/* Appends the set flags of a mask in words to text: causes, then what is normal after "normal: ".
 * A mask of 0 reads "no failure, or ICE not used". */
void icewarn_append_summary(GString *text, uint32_t flags, icewarn_transport_t transport);

typedef enum {
    ICEWARN_PARSED,
    ICEWARN_PARSE_EMPTY,   /* nothing, or "0x" alone */
    ICEWARN_PARSE_INVALID, /* not a number */
    ICEWARN_PARSE_TOO_BIG, /* more than 32 bits */
} icewarn_parse_t;

/* Takes length bytes of text without blanks around it, hexadecimal with 0x or decimal; on success stores the
 * mask in *flags. The text need not end with NUL. */
icewarn_parse_t icewarn_parse(const char *text, size_t length, uint32_t *flags);

/* What was wrong with a value, as a phrase for people; static text. */
const char *icewarn_parse_problem(icewarn_parse_t result);

#endif
