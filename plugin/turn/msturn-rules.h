/* msturn-rules.h
 * What a whole MS-TURN message must hold, and what its errors mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_RULES_H
#define MSICE_MSTURN_RULES_H

#include "turn/msturn-message.h"
#include "turn/msturn-transactions.h"

typedef enum { MSTURN_REQUEST, MSTURN_RESPONSE, MSTURN_ERROR, MSTURN_INDICATION } msturn_class_t;

/* A row of the table of message types, [MS-TURN] 2.2.1. */
typedef struct {
    uint16_t type;
    const char *name; /* in the tree */
    const char *verb; /* in the Info column */
    msturn_class_t class;
    bool answered;  /* a request that a server answers */
    bool forbidden; /* known, but not allowed in MS-TURN */
} msturn_type_t;

/* The row of a message type, NULL = none. */
const msturn_type_t *msturn_type_find(uint16_t type);

/* Value strings of all message types, for the field. */
extern value_string msturn_type_names[];

/* What an error code means in MS-TURN, in a word or two for the Info column. request: what it answers, NULL = not
 * known. Static memory. */
const char *msturn_error_meaning(unsigned code, const msturn_transaction_t *request);

/* Adds the findings of the whole message. request: what this message answers, NULL = not known. */
void msturn_rules_apply(const msturn_message_t *message, const msturn_type_t *type,
                        const msturn_transaction_t *request);

void msturn_rules_register(void);

#endif
