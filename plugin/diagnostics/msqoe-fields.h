/* msqoe-fields.h
 * The elements and attributes of quality and error reports that become fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSQOE_FIELDS_H
#define MSICE_MSQOE_FIELDS_H

#include "base/xml-fields.h"

/* The elements that have some. Those whose names end in _IN are for what is inside an element, the others for its
 * attributes. */
typedef enum {
    MSQOE_REPORT,
    MSQOE_SESSION,
    MSQOE_SESSION_IN,
    MSQOE_ENDPOINT,
    MSQOE_DIALOG,
    MSQOE_DIALOG_IN,
    MSQOE_MEDIA,
    MSQOE_DESCRIPTION_IN,
    MSQOE_NETWORK_IN,
    MSQOE_RELAY_IN,
    MSQOE_LOCAL_IN,
    MSQOE_REMOTE_IN,
    MSQOE_REFLEXIVE_IN,
    MSQOE_CAPTURE_IN,
    MSQOE_RENDER_IN,
    MSQOE_ERROR,
    MSQOE_FEEDBACK,
    MSQOE_FEEDBACK_IN,
    MSQOE_FEEDBACK_TEXT,
    MSQOE_FEEDBACK_TEXT_IN,
    MSQOE_TOKEN_IN,
    MSQOE_PLACES
} msqoe_place_t;

/* Adds the fields of a node. NULL = the element is absent: nothing is added. */
void msqoe_add(msqoe_place_t place, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node,
               const xml_findings_t *findings);

/* Whether a child element of a place has a field. */
bool msqoe_knows(msqoe_place_t place, const char *element);

/* Registers them with the protocol msqoe. */
void msqoe_register_fields(int proto);

#endif
