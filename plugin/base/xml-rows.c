/* xml-rows.c
 * Elements and attributes of an XML body that are registered as fields from the very table that finds them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/xml-rows.h"

/* The field of a filter name: the one that has it, or a new one. Wireshark keeps the structures, so they live in
 * epan's own scope. */
static int *
field_of(int proto, header_field_info info)
{
    const header_field_info *known = proto_registrar_get_byname(info.abbrev);
    hf_register_info *registered = wmem_new(wmem_epan_scope(), hf_register_info);
    int *hf = wmem_new(wmem_epan_scope(), int);

    *hf = known ? known->id : -1;
    *registered = (hf_register_info){ hf, info };
    if (!known)
        proto_register_field_array(proto, registered, 1);
    return hf;
}

/* The field for an address that stands beside a host: ".host" becomes ".ipv4" or ".ipv6". */
static int *
address_of(int proto, const char *host, const char *last, enum ftenum type, const char *title)
{
    int length = (int)(strrchr(host, '.') - host);

    return field_of(proto,
                    (header_field_info){ title, wmem_strdup_printf(wmem_epan_scope(), "%.*s.%s", length, host, last),
                                         type, BASE_NONE, NULL, 0, NULL, HFILL });
}

static xml_field_t
register_row(int proto, const char *prefix, const xml_row_t *row)
{
    static const struct {
        enum ftenum type;
        int display;
    } kinds[] = {
        [XML_AS_TEXT] = { FT_STRING, BASE_NONE },     [XML_AS_NUMBER] = { FT_UINT32, BASE_DEC },
        [XML_AS_SIGNED] = { FT_INT32, BASE_DEC },     [XML_AS_AMOUNT] = { FT_UINT64, BASE_DEC },
        [XML_AS_BOOLEAN] = { FT_BOOLEAN, BASE_NONE }, [XML_AS_PORT] = { FT_UINT16, BASE_DEC },
        [XML_AS_HOST] = { FT_STRING, BASE_NONE },
    };
    const char *filter = wmem_strdup_printf(wmem_epan_scope(), "%s%s", prefix, row->filter);
    xml_field_t field = {
        .name = row->name,
        .kind = row->kind,
        .hf = field_of(proto, (header_field_info){ row->title, filter, kinds[row->kind].type,
                                                   kinds[row->kind].display, row->strings, 0, row->blurb, HFILL }),
    };

    if (row->kind == XML_AS_HOST) {
        field.hf_ipv4 = address_of(proto, filter, "ipv4", FT_IPv4, "IPv4 Address");
        field.hf_ipv6 = address_of(proto, filter, "ipv6", FT_IPv6, "IPv6 Address");
    }
    return field;
}

const xml_field_t *
xml_rows_register(int proto, const char *prefix, const xml_row_t *rows, size_t count)
{
    xml_field_t *fields = wmem_alloc_array(wmem_epan_scope(), xml_field_t, count);

    for (size_t i = 0; i < count; i++)
        fields[i] = register_row(proto, prefix, &rows[i]);
    return fields;
}
