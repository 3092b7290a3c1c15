/* text-bits.h
 * The bits of a number that stands as text in the packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TEXT_BITS_H
#define MSICE_TEXT_BITS_H

#include "base/compat.h"

/* Adds a boolean for each field of a NULL-terminated list, all on the length bytes of text at offset that say
 * value. Wireshark's own bitmask functions take their values from binary numbers of up to eight bytes. */
static inline void
add_text_bits(proto_tree *tree, tvbuff_t *tvb, int offset, int length, int *const *fields, uint32_t value)
{
    for (; *fields; fields++)
        proto_tree_add_boolean(tree, **fields, tvb, offset, length, value);
}

#endif
