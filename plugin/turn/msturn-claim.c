/* msturn-claim.c
 * Whose message is it: MS-TURN by its form, and Microsoft's by what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-claim.h"

#include "turn/msturn-attributes.h"
#include "turn/msturn-flows.h"
#include "turn/msturn-rules.h"
#include "turn/msturn-transactions.h"
#include "turn/stun-walk.h"

bool
msturn_has_cookie(tvbuff_t *tvb, int offset)
{
    return tvb_captured_length_remaining(tvb, offset) >= MSTURN_MIN_LENGTH &&
           tvb_get_ntohl(tvb, offset + STUN_HEADER_LENGTH) == MSTURN_COOKIE_ATTRIBUTE &&
           tvb_get_ntohl(tvb, offset + STUN_HEADER_LENGTH + 4) == MSTURN_COOKIE_VALUE;
}

bool
msturn_looks_like(tvbuff_t *tvb, int offset, unsigned length)
{
    return length >= MSTURN_MIN_LENGTH && msturn_has_cookie(tvb, offset) &&
           msturn_type_find(tvb_get_ntohs(tvb, offset));
}

/* What the attributes of a message say about its sender. */
typedef struct {
    bool ours; /* one of those that the relays of others do not know */
    bool username;
} signs_t;

static signs_t
signs_of(tvbuff_t *tvb, int offset, int end)
{
    const bool padded =
        !stun_walk_fits(tvb, offset, end, STUN_UNPADDED) && stun_walk_fits(tvb, offset, end, STUN_PADDED);
    stun_walk_t walk = stun_walk(tvb, offset, end, padded ? STUN_PADDED : STUN_UNPADDED);
    signs_t signs = { false, false };

    while (!signs.ours && stun_walk_next(&walk)) {
        signs.ours = walk.type == MSTURN_ATT_INTEGRITY || walk.type == MSTURN_ATT_NONCE ||
                     walk.type == MSTURN_ATT_REALM || msturn_attribute_is_microsofts(walk.type);
        signs.username |= walk.type == MSTURN_ATT_USERNAME;
    }
    return signs;
}

/* Whether a message of this type without any sign of ours cannot be ours: clients sign what follows the challenge,
 * relays what they answer to it. In the first request of a client only a user name is too much. */
static bool
is_foreign(uint16_t type, signs_t signs)
{
    return type == MSTURN_ALLOCATE_SUCCESS || type == MSTURN_SEND_REQUEST || type == MSTURN_ACTIVE_REQUEST ||
           type == MSTURN_ACTIVE_SUCCESS || (type == MSTURN_ALLOCATE_REQUEST && signs.username);
}

msturn_says_t
msturn_says(tvbuff_t *tvb, int offset, unsigned length)
{
    const unsigned captured = (unsigned)tvb_captured_length_remaining(tvb, offset);
    const unsigned own = STUN_HEADER_LENGTH + (unsigned)tvb_get_ntohs(tvb, offset + 2);
    const signs_t signs = signs_of(tvb, offset + STUN_HEADER_LENGTH, offset + (int)MIN(MIN(own, length), captured));

    if (signs.ours)
        return MSTURN_SAYS_OURS;
    /* What the capture cuts off, or the length field hides, may be one. */
    if (captured < length || own > length)
        return MSTURN_SAYS_NOTHING;
    return is_foreign(tvb_get_ntohs(tvb, offset), signs) ? MSTURN_SAYS_FOREIGN : MSTURN_SAYS_NOTHING;
}

bool
msturn_looks_like_answer(tvbuff_t *tvb, packet_info *pinfo, int offset, unsigned length)
{
    const msturn_type_t *type;
    uint8_t id[STUN_ID_LENGTH];

    if (length < STUN_HEADER_LENGTH || tvb_captured_length_remaining(tvb, offset) < STUN_HEADER_LENGTH)
        return false;
    type = msturn_type_find(tvb_get_ntohs(tvb, offset));
    if (!type || (type->class != MSTURN_RESPONSE && type->class != MSTURN_ERROR) ||
        tvb_get_ntohs(tvb, offset + 2) != length - STUN_HEADER_LENGTH)
        return false;
    tvb_memcpy(tvb, id, offset + 4, sizeof id);
    return msturn_transaction_peek(pinfo, MSTURN_KIND_TURN, id) != NULL;
}

bool
msturn_looks_like_cut(tvbuff_t *tvb, packet_info *pinfo, int offset, unsigned length)
{
    const int captured = tvb_captured_length_remaining(tvb, offset);

    return captured >= STUN_HEADER_LENGTH && captured < MSTURN_MIN_LENGTH && length >= MSTURN_MIN_LENGTH &&
           tvb_get_ntohs(tvb, offset + 2) == length - STUN_HEADER_LENGTH &&
           msturn_type_find(tvb_get_ntohs(tvb, offset)) && msturn_conversation_is_ours(pinfo);
}
