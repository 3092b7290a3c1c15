/* credentials.h
 * Which client is known to have a relay: what MRAS replies and Allocate responses of the capture said. The one store
 * of it: who looks at an offer, a call or a verdict asks here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CREDENTIALS_H
#define MSICE_CREDENTIALS_H

#include "base/compat.h"

typedef enum {
    RELAY_FROM_MRAS,    /* a reply of the relay authentication service */
    RELAY_FROM_ALLOCATE /* an Allocate response gives the client a relayed address */
} relay_source_t;

/* Strings belong to the file, or to the caller who notes them. */
typedef struct {
    relay_source_t source;
    uint32_t frame;         /* set when it is noted */
    uint32_t request_frame; /* of a reply; 0 = not seen */
    bool granted;           /* a reply: credentials came */
    unsigned relays;        /* how many the reply names */
    const char *relay;      /* host name or address:port for people; NULL = none was named */
    const char *user_name;  /* of the credentials, in hex; NULL = none */
    nstime_t expiry;        /* of the credentials; zero when not known */
    bool in_call;           /* the frames are steps of a call already; for who gives them to calls */
} credentials_t;

/* Notes what a client was told, with this packet. client is its address, identity its SIP URI; either may be NULL.
 * All is copied. Does nothing on later passes and in packets quoted by ICMP errors. */
void credentials_note(packet_info *pinfo, const credentials_t *told, const address *client, const char *identity);

/* The last note that names a relay about an address, or about a SIP URI, before or in this packet; NULL when there is
 * none. SIP URIs are compared without regard to case: clients write them as their user typed them. */
const credentials_t *relay_of_address(const packet_info *pinfo, const address *client);
const credentials_t *relay_of_identity(const packet_info *pinfo, const char *identity);

/* The last reply of the relay authentication service that gives a relay for now; where there is none, the last one.
 */
credentials_t *reply_of_address(const packet_info *pinfo, const address *client);
credentials_t *reply_of_identity(const packet_info *pinfo, const char *identity);

/* Makes the tables; once, at registration. */
void credentials_register(void);

#endif
