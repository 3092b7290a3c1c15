/* msturn-attributes.h
 * The attributes of [MS-TURN] 2.2.2 and [MS-TURNBWM] 2.2: a table, and what a message's attributes say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_ATTRIBUTES_H
#define MSICE_MSTURN_ATTRIBUTES_H

#include "turn/msturn-message.h"

/* Dissects the attributes from offset to end (offsets in message->tvb; end within the captured bytes) into
 * message->tree and fills in what they say. A message that was cut goes on behind end, the capture does not. */
void msturn_attributes_dissect(msturn_message_t *message, int offset, int end);

/* Whether the message has an attribute of this type that was long enough to be read. */
bool msturn_has(const msturn_message_t *message, uint16_t type);

/* Whether the message has none: not having seen one says so of a whole message only. */
bool msturn_lacks(const msturn_message_t *message, uint16_t type);

/* Whether the message carries credentials, by what is there of it: only who answers a challenge sends back its nonce,
 * which stands in front of the message integrity. */
bool msturn_is_signed(const msturn_message_t *message);

/* Whether the attribute is in the table and none of the relays of others sends it. */
bool msturn_attribute_is_microsofts(uint16_t type);

/* The attribute's name from the table, or "Unknown". Static memory. */
const char *msturn_attribute_name(uint16_t type);

void msturn_attributes_register(int proto);

#endif
