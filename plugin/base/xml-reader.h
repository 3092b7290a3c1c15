/* xml-reader.h
 *
 * A small bounded reader for the XML bodies of SIP messages, on top of GLib's GMarkup.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_XML_READER_H
#define MSICE_XML_READER_H

#include "base/compat.h"

/* Bounds. The bodies this reader is made for have some hundred elements, nested less than ten deep. */
#define XML_MAX_BYTES      (1024 * 1024)
#define XML_MAX_DEPTH      48
#define XML_MAX_NODES      8192
#define XML_MAX_ATTRIBUTES 64

/* How the reading ended; everything read up to that place is in the tree. */
typedef enum {
    XML_COMPLETE = 0,
    XML_CUT,       /* the text ended inside an element */
    XML_MALFORMED, /* GMarkup refused it: bad markup, entity that XML does not define, … */
    XML_TOO_DEEP,
    XML_TOO_LARGE, /* more than XML_MAX_BYTES, XML_MAX_NODES or XML_MAX_ATTRIBUTES */
} xml_outcome_t;

typedef struct {
    const char *name; /* without namespace prefix */
    const char *value;
} xml_attribute_t;

typedef struct xml_node {
    const char *name; /* without namespace prefix */
    const char *text; /* character data of this element itself, blanks at both ends removed; never NULL */
    const xml_attribute_t *attributes;
    unsigned attribute_count;
    int offset, length;           /* the element in the tvb; whole body when positions are not known */
    int content_offset;           /* behind the start tag; -1 when positions are not known */
    int text_offset, text_length; /* the text in the tvb; -1 when it does not stand there as it is */
    struct xml_node *parent;
    struct xml_node *first_child;
    struct xml_node *last_child;
    struct xml_node *next;
} xml_node_t;

typedef struct {
    xml_node_t *root; /* NULL when not even one start tag could be read */
    unsigned nodes;
    xml_outcome_t outcome;
    const char *message; /* one line for people: where or why reading stopped; NULL when complete */
    bool converted;      /* the body was not plain UTF-8 and has been converted; positions are not known */
} xml_document_t;

/* Reads the whole captured part of `tvb`. Takes UTF-8, UTF-16 of either byte order with or without a byte
 * order mark, and ISO 8859-1 where the declaration says so. Never throws, never expands an entity other than
 * XML's own five and character references. The document lives in pinfo->pool; never NULL. */
const xml_document_t *xml_read(packet_info *pinfo, tvbuff_t *tvb);

/* First child element with this local name, or NULL (also when `node` is NULL). */
const xml_node_t *xml_child(const xml_node_t *node, const char *name);

/* Next sibling with this local name, or NULL. */
const xml_node_t *xml_next(const xml_node_t *node, const char *name);

/* Text of the first child with this local name, or NULL when there is no such child. */
const char *xml_child_text(const xml_node_t *node, const char *name);

/* Value of an attribute by local name, or NULL. */
const char *xml_attribute(const xml_node_t *node, const char *name);

/* True when the stock "xml" dissector can show this body without running into its own limits (depth, items).
 */
bool xml_safe_for_stock(const xml_document_t *document, tvbuff_t *tvb);

/* Calls the stock "xml" dissector on `tvb`, if xml_safe_for_stock() allows it, and keeps its exceptions from
 * the caller: a body that stock Wireshark would have shown as plain text must not become malformed because of
 * us. Returns false when the body could not be shown as XML. */
bool xml_show_stock(const xml_document_t *document, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

#endif
