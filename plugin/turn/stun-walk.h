/* stun-walk.h
 * From attribute to attribute of a STUN or MS-TURN message, without looking into them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_STUN_WALK_H
#define MSICE_STUN_WALK_H

#include "base/compat.h"
#include "knowledge/stun-numbers.h"

/* RFC 5389 pads attributes to 4 bytes; [MS-TURN] and draft 6 of ICE do not. */
typedef enum { STUN_UNPADDED = 1, STUN_PADDED = 4 } stun_padding_t;

/* Where the walk is. Set by stun_walk(); the attribute's fields by stun_walk_next(). */
typedef struct {
    tvbuff_t *tvb;
    int next, end; /* of the headers that are still to come */
    stun_padding_t padding;
    uint16_t type;
    unsigned length;
    int value; /* offset; value and padding may reach beyond the end */
} stun_walk_t;

/* A walk over the attributes from offset to end, which lies within the captured bytes. */
stun_walk_t stun_walk(tvbuff_t *tvb, int offset, int end, stun_padding_t padding);

/* Goes to the next attribute; false when no whole header is left. */
bool stun_walk_next(stun_walk_t *walk);

/* Whether attributes padded like this fill the bytes from offset to end exactly. */
bool stun_walk_fits(tvbuff_t *tvb, int offset, int end, stun_padding_t padding);

#endif
