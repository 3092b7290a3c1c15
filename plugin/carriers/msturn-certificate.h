/* msturn-certificate.h
 * The names in the certificate that a genuine TLS server sends where the Edge should have answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_CERTIFICATE_H
#define MSICE_MSTURN_CERTIFICATE_H

#include "base/compat.h"

/* Texts in file scope, NULL where the certificate has none. */
typedef struct {
    const char *subject; /* common name */
    const char *issuer;  /* common name */
    const char *names;   /* DNS names, separated by ", " */
} msturn_certificate_t;

/* The first bytes of a TLS server, put together until its certificate is complete. File scope. */
typedef struct msturn_flight msturn_flight_t;

msturn_flight_t *msturn_flight_new(void);

/* Adds length captured bytes at offset, whose first has the TCP sequence number seq; bytes that were there before are
 * passed over, a gap ends the search. Returns true once, when the certificate is complete: then *certificate is set.
 * First pass only. Never throws. */
bool msturn_flight_feed(msturn_flight_t *flight, tvbuff_t *tvb, int offset, int length, uint32_t seq,
                        msturn_certificate_t *certificate);

#endif
