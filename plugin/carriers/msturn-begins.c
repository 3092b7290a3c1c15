/* msturn-begins.c
 * Whether a payload begins a conversation of ours, by itself or by what its conversation has shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-begins.h"

#include "ice/packet-msice.h"
#include "turn/msturn-claim.h"
#include "turn/msturn-flows.h"
#include "turn/stun-walk.h"

/* Nearly all payloads of others are turned away by their first byte. */
static bool
may_be_stun(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) >= STUN_HEADER_LENGTH && tvb_get_uint8(tvb, 0) <= 1;
}

bool
msturn_begins_check(tvbuff_t *tvb, packet_info *pinfo)
{
    return may_be_stun(tvb) && (msice_looks_like_check(tvb) || msice_looks_like_draft06_check(tvb, pinfo));
}

/* Whether the data of a Data Indication or Send request is a check of a Microsoft endpoint. */
static bool
carries_check(tvbuff_t *tvb, packet_info *pinfo)
{
    const int captured = (int)tvb_captured_length(tvb);
    stun_walk_t walk = stun_walk(tvb, STUN_HEADER_LENGTH, captured, STUN_UNPADDED);

    while (stun_walk_next(&walk)) {
        if (walk.type == MSTURN_ATT_DATA && walk.length && walk.length <= (unsigned)(captured - walk.value))
            return msturn_begins_check(tvb_new_subset_length(tvb, walk.value, (int)walk.length), pinfo);
    }
    return false;
}

bool
msturn_begins_message(tvbuff_t *tvb, packet_info *pinfo, bool own_port)
{
    const unsigned length = tvb_reported_length(tvb);

    if (!may_be_stun(tvb) || !msturn_looks_like(tvb, 0, length))
        return false;
    if (msturn_conversation_is_ours(pinfo))
        return true;
    switch (msturn_says(tvb, 0, length)) {
    case MSTURN_SAYS_OURS:
        return true;
    case MSTURN_SAYS_FOREIGN:
        msturn_mark_foreign(pinfo);
        return false;
    case MSTURN_SAYS_NOTHING:
        break;
    }
    return carries_check(tvb, pinfo) || (own_port && !msturn_conversation_is_foreign(pinfo));
}
