/* fuzz_oracle.h
 * What must be true of a capture however it is looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FUZZ_ORACLE_H
#define MSICE_FUZZ_ORACLE_H

#include "inprocess.h"

/* Once, when the engine has started. Takes stdout, where the statistics print. */
void oracle_start(void);

/* Dissects the capture, in one pass or in two, and prints the statistics or not; aborts when a frame is malformed in one of our
 * protocols. */
void oracle_dissect(const capture_t *capture, bool two_passes, bool drawn);

/* Dissects it some more times, and aborts when they contradict each other: the same twice says the same; with a tree
 * and without one the same expert items come; the table of calls has a row for each call that a frame names. */
void oracle_compare(const capture_t *capture);

#endif
