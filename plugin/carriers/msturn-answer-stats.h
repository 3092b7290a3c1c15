/* msturn-answer-stats.h
 * Statistics > MS-TURN > Who answered on 443, and `tshark -z msturn_hello,tree`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_ANSWER_STATS_H
#define MSICE_MSTURN_ANSWER_STATS_H

#include "base/compat.h"

/* Registers the statistics on hellos; after their tap. */
void msturn_answer_register_statistics(void);

#endif
