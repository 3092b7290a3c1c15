/* msdiag-reason.h
 * Why a call through an SBC ended: the Reason header of Teams Direct Routing, and who made a final answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_REASON_H
#define MSICE_MSDIAG_REASON_H

#include "base/compat.h"

void proto_register_msdiag_reason(void);

#endif
