/* msdiag-site.h
 * Numbers and addresses as they stand in diagnostics headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_SITE_H
#define MSICE_MSDIAG_SITE_H

#include "base/compat.h"
#include "text/msdiag-parse.h"

/* An address as people write it, taken apart. */
typedef struct {
    bool is_ipv4, is_ipv6, has_port;
    bool bad_port;    /* there is a port, and it is not one */
    bool ambiguous;   /* the last group of the IPv6 address may be a port */
    ws_in4_addr ipv4; /* network byte order */
    ws_in6_addr ipv6;
    uint16_t port;
    msdiag_span_t port_span;
} msdiag_site_t;

/* Reads a decimal number, or one with 0x, that fills the span of text and fits in 32 bits. */
bool msdiag_read_number(const char *text, msdiag_span_t span, uint32_t *number);

/* The same where the number may be negative, or have up to 63 bits in decimal. */
bool msdiag_read_signed(const char *text, msdiag_span_t span, int64_t *number);

/* Reads "number" or "number(name)"; *name gets length 0 where there is none. */
bool msdiag_read_error(const char *text, msdiag_span_t span, uint32_t *number, msdiag_span_t *name);

/* Reads address:port, [address]:port or an address alone that fills the span of text. "1.2.3.4::5" (seen in edited
 * headers) is IPv4 with a port. Returns false when there is no address that a person could read with certainty. */
bool msdiag_read_site(const char *text, msdiag_span_t span, msdiag_site_t *site);

#endif
