/* sdp-attributes.h
 * The attributes of Microsoft's SDP other than candidates, [MS-SDPEXT]: a row each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_ATTRIBUTES_H
#define MSICE_SDP_ATTRIBUTES_H

#include "offers/sdp-parse.h"

/* Judges an attribute name, for sdp_parse(). */
sdp_interest_t sdp_attribute_interest(const char *name);

/* Adds one attribute that sdp_attribute_interest() asked for below `tree`. Keys are left out. */
void sdp_attribute_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const sdp_attribute_t *attribute);

/* Registers the fields msice.sdp.* with the protocol that the candidates belong to. */
void sdp_attributes_register(int proto);

#endif
