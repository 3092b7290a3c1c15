/* relay-known.h
 * Which client is known to have a relay: what MRAS replies and Allocate responses of the capture said so far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_RELAY_KNOWN_H
#define MSICE_RELAY_KNOWN_H

#include "base/compat.h"

typedef enum {
    RELAY_FROM_MRAS,    /* an MRAS reply names a relay for the client */
    RELAY_FROM_ALLOCATE /* an Allocate response gives the client a relayed address */
} relay_source_t;

typedef struct {
    uint32_t frame;
    relay_source_t source;
    const char *relay; /* host name or address:port for people; file scope */
    nstime_t expiry;   /* of the credentials; zero when not known */
} relay_known_t;

/* Notes that a client has a relay. `client` is its address, `identity` its SIP URI; either may be NULL.
 * `relay` is what to call the relay. All are copied. Does nothing on later passes and in packets quoted by
 * ICMP errors. */
void relay_known_add(packet_info *pinfo, relay_source_t source, const address *client, const char *identity,
                     const char *relay, const nstime_t *expiry);

/* The last note about an address, or about a SIP URI, before or in this packet; NULL when there is none. */
const relay_known_t *relay_known_of_address(const packet_info *pinfo, const address *client);
const relay_known_t *relay_known_of_identity(const packet_info *pinfo, const char *identity);

/* Makes the tables; once, at registration. */
void relay_known_register(void);

#endif
