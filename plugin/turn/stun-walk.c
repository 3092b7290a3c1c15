/* stun-walk.c
 * From attribute to attribute of a STUN or MS-TURN message, without looking into them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/stun-walk.h"

stun_walk_t
stun_walk(tvbuff_t *tvb, int offset, int end, stun_padding_t padding)
{
    return (stun_walk_t){ .tvb = tvb, .next = offset, .end = end, .padding = padding };
}

bool
stun_walk_next(stun_walk_t *walk)
{
    if (walk->end - walk->next < STUN_ATTRIBUTE_HEAD)
        return false;
    walk->type = tvb_get_ntohs(walk->tvb, walk->next);
    walk->length = tvb_get_ntohs(walk->tvb, walk->next + 2);
    walk->value = walk->next + STUN_ATTRIBUTE_HEAD;
    walk->next = walk->value + (int)((walk->length + walk->padding - 1) / walk->padding * walk->padding);
    return true;
}

bool
stun_walk_fits(tvbuff_t *tvb, int offset, int end, stun_padding_t padding)
{
    stun_walk_t walk = stun_walk(tvb, offset, end, padding);

    while (stun_walk_next(&walk))
        ;
    return walk.next == end;
}
