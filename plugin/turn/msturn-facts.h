/* msturn-facts.h
 * Tells the analysis of calls what an MS-TURN message says about an allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FACTS_H
#define MSICE_MSTURN_FACTS_H

#include "turn/msturn-attributes.h"
#include "turn/msturn-path.h"
#include "turn/msturn-transactions.h"

/* To be called when the message has been read. path: how it came here; transaction: of an answer, NULL = its request
 * was not captured. Does nothing on later passes. */
void msturn_tell_facts(const msturn_message_t *message, const msturn_path_t *path,
                       const msturn_transaction_t *transaction);

#endif
