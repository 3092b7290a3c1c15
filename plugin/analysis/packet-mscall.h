/* packet-mscall.h
 * Media calls in the packet tree: msice.call on every frame of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSCALL_H
#define MSICE_PACKET_MSCALL_H

#include "compat.h"

void proto_register_mscall(void);
void proto_reg_handoff_mscall(void);

#endif
