/* msice-facts.h
 * Tells the analysis of calls about a connectivity check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSICE_FACTS_H
#define MSICE_MSICE_FACTS_H

#include "ice/msice-checks.h"
#include "turn/msturn-transactions.h"

/* To be called when the check has been read. transaction: of an answer, NULL = its request was not captured. Does
 * nothing on later passes. */
void msice_tell_facts(const msice_check_t *check, const msturn_transaction_t *transaction);

#endif
