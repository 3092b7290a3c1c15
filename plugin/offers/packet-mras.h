/* packet-mras.h
 * Relay credentials, [MS-AVEDGEA]: what a client asks the A/V Edge authentication service for, and gets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MRAS_H
#define MSICE_PACKET_MRAS_H

#include "base/compat.h"

void proto_register_mras(void);
void proto_reg_handoff_mras(void);

#endif
