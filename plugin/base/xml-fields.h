/* xml-fields.h
 * Elements and attributes of an XML body as fields, by tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_XML_FIELDS_H
#define MSICE_XML_FIELDS_H

#include "base/xml-reader.h"

typedef enum {
    XML_AS_TEXT,
    XML_AS_NUMBER,  /* FT_UINT32, decimal */
    XML_AS_SIGNED,  /* FT_INT32, decimal */
    XML_AS_AMOUNT,  /* FT_UINT64, decimal: may be written with a fraction or an exponent, and is rounded */
    XML_AS_BOOLEAN, /* FT_BOOLEAN: "true", "false", "1", "0" in any letter case */
    XML_AS_PORT,    /* FT_UINT16, decimal */
    XML_AS_HOST     /* FT_STRING, and the address below it as ipv4 or ipv6 when it is one */
} xml_kind_t;

/* A row: local name of the element or attribute, and the field it becomes. */
typedef struct {
    const char *name;
    xml_kind_t kind;
    int *hf;
    int *hf_ipv4, *hf_ipv6; /* XML_AS_HOST only */
} xml_field_t;

/* What an XML body that could not be read whole is told with. */
typedef struct {
    expert_field *incomplete; /* cut, malformed, beyond a bound */
    expert_field *converted;  /* not UTF-8 */
    expert_field *value;      /* a number that is none */
} xml_findings_t;

/* Adds the attributes of an element that have a row. */
void xml_add_attributes(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node,
                        const xml_field_t *rows, size_t count, const xml_findings_t *findings);

/* Adds the child elements that have a row, every time they occur, in the order of the rows. */
void xml_add_children(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node,
                      const xml_field_t *rows, size_t count, const xml_findings_t *findings);

/* Says below `item` how the reading of the document ended, when it did not end well. */
void xml_add_outcome(packet_info *pinfo, proto_item *item, const xml_document_t *document,
                     const xml_findings_t *findings);

#endif
