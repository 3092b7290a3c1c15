/* msice-facts.h
 * Tells the analysis of calls about a connectivity check, and whoever draws its packet.
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

/* What a check's packet does, while it is dissected. */
typedef struct {
    uint16_t type;
    bool nominated, unanswered;
} msice_noted_t;

/* Notes it; of several in a packet the first one. */
void msice_note_check(const msice_check_t *check);

/* What was noted for this packet; NULL = it has no check. */
const msice_noted_t *msice_check_of_packet(packet_info *pinfo);

#endif
