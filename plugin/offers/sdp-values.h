/* sdp-values.h
 * The words, numbers and addresses that stand in the lines of an SDP body.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_VALUES_H
#define MSICE_SDP_VALUES_H

#include "base/compat.h"
#include "base/number.h"

#include <wsutil/inet_addr.h>

/* A piece of the body: bytes of the tvb, and the same as a string ended by NUL. */
typedef struct {
    int offset, length;
    const char *text;
} sdp_token_t;

/* What stands in the place of an address. */
typedef enum { SDP_HOST_NONE, SDP_HOST_IPV4, SDP_HOST_IPV6, SDP_HOST_NAME } sdp_host_kind_t;
typedef struct {
    sdp_token_t token;
    sdp_host_kind_t kind;
    ws_in4_addr ipv4; /* network byte order */
    ws_in6_addr ipv6;
    sdp_token_t scope; /* behind '%' of an IPv6 address; length 0 when absent */
} sdp_host_t;

typedef struct {
    sdp_token_t token;
    bool valid; /* 0..65535 */
    uint16_t value;
} sdp_port_t;

typedef enum { ICE_TYPE_UNKNOWN, ICE_TYPE_HOST, ICE_TYPE_SRFLX, ICE_TYPE_PRFLX, ICE_TYPE_RELAY } ice_type_t;
#define ICE_TYPES (ICE_TYPE_RELAY + 1)
typedef enum {
    ICE_TRANSPORT_OTHER,
    ICE_TRANSPORT_UDP,
    ICE_TRANSPORT_TCP,
    ICE_TRANSPORT_TCP_ACT,
    ICE_TRANSPORT_TCP_PASS,
    ICE_TRANSPORT_TCP_SO
} ice_transport_t;

/* Whether two names are the same in any letter case. Nearly all differ in their first letter, which is looked at
 * first: lists of names are gone through for each line. */
static inline bool
sdp_same_name(const char *a, const char *b)
{
    return (a[0] | 0x20) == (b[0] | 0x20) && g_ascii_strcasecmp(a, b) == 0;
}

/* Whether a word stands in a list of words with blanks between. */
bool sdp_has_word(const char *list, const char *word);

/* "host", "srflx", "prflx", "relay"; NULL for ICE_TYPE_UNKNOWN. */
const char *ice_type_name(ice_type_t type);
/* "UDP", "TCP", "TCP-ACT", "TCP-PASS", "TCP-SO"; NULL for ICE_TRANSPORT_OTHER. */
const char *ice_transport_name(ice_transport_t transport);
/* The type, the transport that a word stands for, in any letter case. */
ice_type_t ice_type_of(const char *word);
ice_transport_t ice_transport_of(const char *word);
/* True for the TCP kinds. */
bool ice_transport_is_tcp(ice_transport_t transport);
/* True for those that only Microsoft's clients write, and those that speak with them. */
bool ice_transport_is_microsoft(ice_transport_t transport);
/* Whether a word may stand for a transport or type at all: RFC 5245, 15.1, lets others add theirs, any token. */
bool ice_may_name(const char *word);

/* True for addresses that no one can reach from the Internet; see address_is_private(). */
bool sdp_host_is_private(const sdp_host_t *host);
/* True when both are addresses and the same. */
bool sdp_host_equal(const sdp_host_t *a, const sdp_host_t *b);
/* Makes `result` point to the address in `host`; false when there is none. */
bool sdp_host_to_address(const sdp_host_t *host, address *result);

/* Reads an address (IPv6 with or without scope) or a host name out of a token. */
void sdp_read_host(sdp_host_t *host, const sdp_token_t *token);
/* Reads a port number. */
void sdp_read_port(sdp_port_t *port, const sdp_token_t *token);

#endif
