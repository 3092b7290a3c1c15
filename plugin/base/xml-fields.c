/* xml-fields.c
 * Elements and attributes of an XML body as fields, by tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/xml-fields.h"

#include "base/finding-add.h"
#include "base/compat.h"
#include "base/number.h"
#include "base/printable.h"

#include <wsutil/inet_addr.h>
#include <wsutil/strtoi.h>

static bool
read_boolean(const char *text, bool *value)
{
    *value = g_ascii_strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return *value || g_ascii_strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static void
add_host(tvbuff_t *tvb, proto_tree *tree, const xml_field_t *row, const char *text, int offset, int length)
{
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;

    proto_tree_add_string(tree, *row->hf, tvb, offset, length, text);
    if (ws_inet_pton4(text, &ipv4))
        proto_tree_add_ipv4(tree, *row->hf_ipv4, tvb, offset, length, ipv4);
    else if (ws_inet_pton6(text, &ipv6))
        proto_tree_add_ipv6(tree, *row->hf_ipv6, tvb, offset, length, &ipv6);
}

/* Adds a value; returns NULL, or what the text should be and is not. */
static const char *
add_typed(tvbuff_t *tvb, proto_tree *tree, const xml_field_t *row, const char *text, int offset, int length)
{
    uint32_t number;
    int32_t with_sign;
    double amount;
    bool truth;
    char *end;

    switch (row->kind) {
    case XML_AS_TEXT:
        proto_tree_add_string(tree, *row->hf, tvb, offset, length, text);
        break;
    case XML_AS_NUMBER:
        if (!read_number(text, G_MAXUINT32, &number))
            return "a number";
        proto_tree_add_uint(tree, *row->hf, tvb, offset, length, number);
        break;
    case XML_AS_SIGNED:
        if (!ws_strtoi32(text, NULL, &with_sign))
            return "a number";
        proto_tree_add_int(tree, *row->hf, tvb, offset, length, with_sign);
        break;
    case XML_AS_AMOUNT:
        amount = g_ascii_strtod(text, &end);
        if (end == text || *end || !(amount >= 0 && amount < 1e18))
            return "a number";
        proto_tree_add_uint64(tree, *row->hf, tvb, offset, length, (uint64_t)(amount + 0.5));
        break;
    case XML_AS_BOOLEAN:
        if (!read_boolean(text, &truth))
            return "true or false";
        proto_tree_add_boolean(tree, *row->hf, tvb, offset, length, truth);
        break;
    case XML_AS_PORT:
        if (!read_number(text, UINT16_MAX, &number))
            return "a port";
        proto_tree_add_uint(tree, *row->hf, tvb, offset, length, number);
        break;
    case XML_AS_HOST:
        add_host(tvb, tree, row, text, offset, length);
        break;
    }
    return NULL;
}

static void
add_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_field_t *row, const char *text, int offset,
          int length, const xml_findings_t *findings)
{
    const char *wanted = add_typed(tvb, tree, row, text, offset, length);

    if (wanted)
        finding_add_bytes_format(tree, pinfo, findings->value, tvb, offset, length, "%s: \"%s\" is not %s", row->name,
                                 printable(pinfo->pool, text), wanted);
}

void
xml_add_attributes(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node,
                   const xml_field_t *rows, size_t count, const xml_findings_t *findings)
{
    /* GMarkup does not tell where in the tag an attribute stands, so the item covers the tag. */
    int length = node->content_offset > node->offset ? node->content_offset - node->offset : node->length;
    for (size_t i = 0; i < count; i++) {
        const char *value = xml_attribute(node, rows[i].name);
        if (value)
            add_value(tvb, pinfo, tree, &rows[i], value, node->offset, length, findings);
    }
}

void
xml_add_children(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node, const xml_field_t *rows,
                 size_t count, const xml_findings_t *findings)
{
    for (size_t i = 0; i < count; i++) {
        for (const xml_node_t *child = xml_child(node, rows[i].name); child; child = xml_next(child, rows[i].name)) {
            bool exact = child->text_offset >= 0;
            add_value(tvb, pinfo, tree, &rows[i], child->text, exact ? child->text_offset : child->offset,
                      exact ? child->text_length : child->length, findings);
        }
    }
}

void
xml_add_outcome(packet_info *pinfo, proto_item *item, const xml_document_t *document, const xml_findings_t *findings)
{
    static const char *const outcomes[] = {
        [XML_CUT] = "The XML ends before its elements do",
        [XML_MALFORMED] = "Not well-formed XML",
        [XML_TOO_DEEP] = "XML nested too deep",
        [XML_TOO_LARGE] = "XML too large",
    };
    if (document->converted)
        finding_add(pinfo, item, findings->converted);
    if (document->outcome != XML_COMPLETE)
        finding_add_format(pinfo, item, findings->incomplete, "%s; what was read before is shown. %s",
                           outcomes[document->outcome], printable(pinfo->pool, document->message));
}
