/* packet-msqoe.h
 * Quality reports, [MS-QoE], and error reports, [MS-OCER] 3.1.4.1: XML that clients send after a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSQOE_H
#define MSICE_PACKET_MSQOE_H

#include "base/compat.h"

void proto_register_msqoe(void);
void proto_reg_handoff_msqoe(void);

#endif
