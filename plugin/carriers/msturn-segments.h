/* msturn-segments.h
 * Streams that carry messages without the frames of [MS-TURN] 2.1.4: one behind the other, or checks in RFC 4571
 * frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_SEGMENTS_H
#define MSICE_MSTURN_SEGMENTS_H

#include "base/compat.h"

void proto_reg_handoff_msturn_segments(void);

#endif
