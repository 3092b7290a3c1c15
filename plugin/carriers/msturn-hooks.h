/* msturn-hooks.h
 * How datagrams reach us: ports by preference, heuristics, conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_HOOKS_H
#define MSICE_MSTURN_HOOKS_H

#include "base/compat.h"

void proto_register_msturn_hooks(void);
void proto_reg_handoff_msturn_hooks(void);

#endif
