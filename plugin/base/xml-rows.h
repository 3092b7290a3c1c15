/* xml-rows.h
 * Elements and attributes of an XML body that are registered as fields from the very table that finds them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_XML_ROWS_H
#define MSICE_XML_ROWS_H

#include "base/xml-fields.h"

/* A row: element or attribute, and all that Wireshark has to know of its field. */
typedef struct {
    const char *name; /* local name */
    xml_kind_t kind;
    const char *filter; /* behind the prefix of the table. Rows with the same filter name share a field. For
                         * XML_AS_HOST it ends with ".host": ".ipv4" and ".ipv6" stand beside it */
    const char *title;
    const char *blurb;   /* NULL where the title says it all */
    const void *strings; /* VALS() of XML_AS_NUMBER, or NULL */
} xml_row_t;

/* Registers the fields of count rows with a protocol, their filter names begin with prefix. Returns as many rows for
 * xml_add_attributes() and xml_add_children(), in epan's scope. */
const xml_field_t *xml_rows_register(int proto, const char *prefix, const xml_row_t *rows, size_t count);

#endif
