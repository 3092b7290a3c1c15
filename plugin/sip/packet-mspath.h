/* packet-mspath.h
 * SIP headers that give the path of a call away: who came through an Edge, from which network, in which
 * conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSPATH_H
#define MSICE_PACKET_MSPATH_H

#include "sip/sip-messages.h"

/* Says more about a whole message, on part (of no length) in tree, which may be NULL. */
typedef void (*mspath_note_t)(tvbuff_t *part, packet_info *pinfo, proto_tree *tree, const sip_message_t *message);

/* As many as there are: candidate lists, the end of calls through an SBC. */
#define MSPATH_NOTES 2

/* What else is added once for each message; given by rooms that stand above, at registration. */
void mspath_register_note(mspath_note_t note);

/* Adds below `tree`, once for each SIP message of a frame, what the whole message says: the product that
 * sent it, and that a BYE ends a call without a final offer. `part` is a header value or body of the message.
 * To be called by everyone who was handed such a part. */
void mspath_add_once(tvbuff_t *part, packet_info *pinfo, proto_tree *tree);

/* The same for all messages of a data source, once for each. */
void mspath_add_source(tvbuff_t *source, packet_info *pinfo, proto_tree *tree);

/* What is done at the end of a packet: tvb is the frame's, tree NULL when nobody sees it. Called by plugin.c. */
void mspath_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_mspath(void);
void proto_reg_handoff_mspath(void);

#endif
