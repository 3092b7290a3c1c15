/* msturn-integrity.h
 * Message integrity, verified with the passwords that the user gives in the preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_INTEGRITY_H
#define MSICE_MSTURN_INTEGRITY_H

#include "base/compat.h"

typedef enum {
    MSTURN_INTEGRITY_NO_PASSWORD, /* the table has no row for this user name */
    MSTURN_INTEGRITY_VERIFIED,
    MSTURN_INTEGRITY_WRONG,       /* SHA-1, and no row fits */
    MSTURN_INTEGRITY_NOT_VERIFIED /* SHA-256, whose key derivation is not published, or bytes are missing */
} msturn_integrity_t;

/* The words for all of them but the first, for fields. */
extern const value_string msturn_integrity_names[];

/* Verifies the message that fills tvb. integrity: offset of the 20 or 32 bytes of HMAC; username and realm: as in the
 * message (or the realm of the challenge; NULL = none, as in connectivity checks, where the password itself is the
 * key). [MS-TURN] 2.2.2.3: HMAC over everything before the attribute, padded with zeros to a multiple of 64 bytes,
 * the header's length field as it is on the wire. */
msturn_integrity_t msturn_integrity_verify(packet_info *pinfo, tvbuff_t *tvb, int integrity, unsigned length,
                                           const uint8_t *username, unsigned username_length, const char *realm);

/* Whether the user gave any password at all: without, nothing has to be copied. */
bool msturn_integrity_wanted(void);

/* Adds the table to the preferences of the protocol. */
void msturn_integrity_register(module_t *preferences);

#endif
