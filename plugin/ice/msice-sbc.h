/* msice-sbc.h
 * Checks between Teams and an SBC that is ICE-lite, and where they break the rules of media bypass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSICE_SBC_H
#define MSICE_MSICE_SBC_H

#include "ice/msice-checks.h"

/* Adds the findings about a check. */
void msice_sbc_judge(const msice_check_t *check);

/* Makes the tables; once, at registration. */
void msice_sbc_register(void);

#endif
