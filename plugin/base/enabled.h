/* enabled.h
 * Which protocols the user left enabled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ENABLED_H
#define MSICE_ENABLED_H

#include "base/compat.h"

/* Whether the user left a protocol enabled, by its id. */
static inline bool
is_enabled(int proto)
{
    return proto_is_protocol_enabled(find_protocol_by_id(proto));
}

#endif
