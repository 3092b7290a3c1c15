/* hops.h
 * What is left of the TTL or hop limit of a packet, and what it set out with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_HOPS_H
#define MSICE_HOPS_H

#include "base/frame-headers.h"

/* What the TTL was when the packet set out: systems begin with one of these. */
static inline unsigned
hops_at_start(unsigned hops)
{
    return hops <= 64 ? 64 : hops <= 128 ? 128 : 255;
}

#endif
