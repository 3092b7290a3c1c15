/* msturn-stock.h
 * Stock dissectors, called for payloads that may be cut or broken.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_STOCK_H
#define MSICE_MSTURN_STOCK_H

#include "base/compat.h"

/* Calls a stock dissector. What it throws because the payload is too short becomes an expert item of ours;
 * other exceptions are shown as Wireshark does. Returns the bytes taken. */
int msturn_call_stock(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Shows a payload whose bytes end before what protocol (a name for people) needs, with the expert item that says so.
 */
void msturn_unreadable(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *protocol);

/* Shows a payload of which the capture holds too little to read it, with the expert item that says so. */
void msturn_cut(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* proto: the protocol that the field belongs to; once, at registration. */
void msturn_stock_register(int proto);

#endif
