/* msqoe-ocs-flags.h
 * The older layout of IceWarningFlags, [MS-QoE] 2.2.1.7.1 as OCS 2007 and R2 write it. It shares no bit with
 * the layout of ICEWarn in headers, so it has fields of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSQOE_OCS_FLAGS_H
#define MSICE_MSQOE_OCS_FLAGS_H

#include "base/compat.h"

/* Adds the mask msqoe.ocs_flags, read from `length` bytes of text at `offset`, with a boolean a bit, and one
 * finding that names the set flags. */
void msqoe_add_ocs_flags(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int length, uint32_t flags);

void msqoe_ocs_flags_register(int proto);

#endif
