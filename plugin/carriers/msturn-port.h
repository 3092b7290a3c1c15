/* msturn-port.h
 * Standing in front of the stock dissectors of TCP ports 443 and 3478 without being seen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_PORT_H
#define MSICE_MSTURN_PORT_H

#include "base/compat.h"

void proto_register_msturn_port(void);
void proto_reg_handoff_msturn_port(void);

#endif
