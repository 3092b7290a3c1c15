/* msturn-claim.h
 * Whose message is it: MS-TURN by its form, and Microsoft's by what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_CLAIM_H
#define MSICE_MSTURN_CLAIM_H

#include "base/compat.h"
#include "knowledge/stun-numbers.h"

/* Whether the cookie attribute stands behind a header at offset, whatever the message's type. Never throws, like all
 * functions here. */
bool msturn_has_cookie(tvbuff_t *tvb, int offset);

/* Whether an MS-TURN message starts at offset: a known message type and the MAGIC-COOKIE attribute right behind the
 * header, [MS-TURN] 2.2.1 and 2.2.2. length: bytes there are for it (of the datagram or frame); the message's own
 * length field may disagree, which is a finding and no reason to turn it away. */
bool msturn_looks_like(tvbuff_t *tvb, int offset, unsigned length);

/* Relays of others (Google's and AOL's old ones) came from the same draft and share cookie and message types. */
typedef enum {
    MSTURN_SAYS_NOTHING, /* it fits both; an indication says no more than its data */
    MSTURN_SAYS_OURS,    /* it carries what only Microsoft's clients and relays send */
    MSTURN_SAYS_FOREIGN  /* it lacks what theirs always carry */
} msturn_says_t;

/* What the message that looks like one at offset says about its sender. length: as above. */
msturn_says_t msturn_says(tvbuff_t *tvb, int offset, unsigned length);

/* Whether an answer without the cookie attribute starts at offset: its type is a response and a request with the same
 * transaction id was seen. Some servers leave the cookie out of errors. */
bool msturn_looks_like_answer(tvbuff_t *tvb, packet_info *pinfo, int offset, unsigned length);

/* Whether a message starts at offset that the capture cuts before its cookie attribute: its type is known, its
 * conversation is ours, and its length fits. */
bool msturn_looks_like_cut(tvbuff_t *tvb, packet_info *pinfo, int offset, unsigned length);

#endif
