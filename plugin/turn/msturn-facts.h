/* msturn-facts.h
 * Tells the analysis of calls what an MS-TURN message says about an allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FACTS_H
#define MSICE_MSTURN_FACTS_H

#include "turn/msturn-message.h"
#include "turn/msturn-path.h"
#include "turn/msturn-rules.h"
#include "turn/msturn-transactions.h"

/* To be called when the message has been read. type: its row; path: how it came here; transaction: what it begins
 * or answers, NULL = its request was not captured. Does nothing on later passes. */
void msturn_tell_facts(const msturn_message_t *message, const msturn_type_t *type, const msturn_path_t *path,
                       const msturn_transaction_t *transaction);

#endif
