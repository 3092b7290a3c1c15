/* msdiag-fields.c
 * The fields of the parameters of diagnostics headers, made from the table of keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-fields.h"

static int hf_interface_ethernet = -1;
static int hf_interface_ppp = -1;
static int hf_interface_tunnel = -1;
static int hf_interface_wireless = -1;
static int hf_interface_wwan = -1;

/* One for each row of msdiag_keys. */
static msdiag_field_t *fields;

int *const msdiag_interface_fields[] = {
    &hf_interface_ethernet, &hf_interface_wireless, &hf_interface_ppp, &hf_interface_tunnel, &hf_interface_wwan, NULL,
};

/* Values of LocalLocation and RemoteLocation: concluded from which ids they come with. */
static const value_string location_vals[] = {
    { 0, "unknown (inferred)" },
    { 1, "remote: outside the company network (inferred)" },
    { 2, "internal: inside the company network (inferred)" },
    { 0, NULL },
};

static const value_string federation_vals[] = {
    { 0, "not federated (inferred)" },
    { 1, "federated (inferred)" },
    { 0, NULL },
};

static const value_string resolution_vals[] = {
    { 0, "resolved (inferred)" },
    { 0, NULL },
};

/* What Wireshark has to know of a field that holds a kind of value. */
static const struct {
    enum ftenum type; /* FT_NONE: the kind has no field */
    int display;
    const void *strings;
} kinds[MSDIAG_KEY_KINDS] = {
    [MSDIAG_KEY_TEXT] = { FT_STRING, BASE_NONE, NULL },
    [MSDIAG_KEY_NUMBER] = { FT_UINT32, BASE_DEC, NULL },
    [MSDIAG_KEY_SIGNED] = { FT_INT64, BASE_DEC, NULL },
    [MSDIAG_KEY_MASK] = { FT_UINT32, BASE_HEX, NULL },
    [MSDIAG_KEY_ERROR] = { FT_UINT32, BASE_DEC, NULL },
    [MSDIAG_KEY_HRESULT] = { FT_UINT32, BASE_HEX, NULL },
    [MSDIAG_KEY_PORT] = { FT_UINT16, BASE_DEC, NULL },
    [MSDIAG_KEY_PORT_RANGE] = { FT_STRING, BASE_NONE, NULL },
    [MSDIAG_KEY_ADDRESS] = { FT_STRING, BASE_NONE, NULL },
    [MSDIAG_KEY_INTERFACES] = { FT_UINT32, BASE_HEX, NULL },
    [MSDIAG_KEY_LOCATION] = { FT_UINT32, BASE_DEC, VALS(location_vals) },
    [MSDIAG_KEY_FEDERATION] = { FT_UINT32, BASE_DEC, VALS(federation_vals) },
    [MSDIAG_KEY_RESOLUTION] = { FT_UINT32, BASE_DEC, VALS(resolution_vals) },
    [MSDIAG_KEY_MEDIA_DEBUG] = { FT_STRING, BASE_NONE, NULL },
    [MSDIAG_KEY_LIST] = { FT_STRING, BASE_NONE, NULL },
};

/* The parts of a kind: what is added to the key's title and filter name. */
static const struct {
    msdiag_key_kind_t kind;
    unsigned part;
    const char *title; /* with the key's own, where it begins with a blank */
    const char *filter;
    enum ftenum type;
    int display;
} parts[] = {
    { MSDIAG_KEY_ADDRESS, 0, " IPv4 address", "ipv4", FT_IPv4, BASE_NONE },
    { MSDIAG_KEY_ADDRESS, 1, " IPv6 address", "ipv6", FT_IPv6, BASE_NONE },
    { MSDIAG_KEY_ADDRESS, 2, " port", "port", FT_UINT16, BASE_DEC },
    { MSDIAG_KEY_ERROR, 0, "Name", "name", FT_STRING, BASE_NONE },
    { MSDIAG_KEY_HRESULT, 0, "Name", "name", FT_STRING, BASE_NONE },
    { MSDIAG_KEY_PORT_RANGE, 0, "Lowest port", "min", FT_UINT16, BASE_DEC },
    { MSDIAG_KEY_PORT_RANGE, 1, "Highest port", "max", FT_UINT16, BASE_DEC },
};

const msdiag_field_t *
msdiag_field_of(const msdiag_key_t *key)
{
    return &fields[key - msdiag_keys];
}

int
msdiag_field_at(msdiag_place_t place)
{
    unsigned row = 0;

    while (row + 1 < msdiag_key_count && msdiag_keys[row].place != place)
        row++;
    return fields[row].value;
}

/* Registers a field. Wireshark keeps the structure, so it lives in epan's own scope. */
static void
register_field(int proto, int *hf, header_field_info info)
{
    hf_register_info *registered = wmem_new(wmem_epan_scope(), hf_register_info);

    *registered = (hf_register_info){ hf, info };
    proto_register_field_array(proto, registered, 1);
}

static void
register_parts(int proto, const msdiag_key_t *key, msdiag_field_t *field)
{
    wmem_allocator_t *scope = wmem_epan_scope();

    for (size_t i = 0; i < array_length(parts); i++) {
        const char *title = parts[i].title[0] == ' ' ? key->title : "";

        if (parts[i].kind == key->kind)
            register_field(
                proto, &field->parts[parts[i].part],
                (header_field_info){ wmem_strdup_printf(scope, "%s%s", title, parts[i].title),
                                     wmem_strdup_printf(scope, "msdiag.%s.%s", key->filter, parts[i].filter),
                                     parts[i].type, parts[i].display, NULL, 0, NULL, HFILL });
    }
}

/* The first row with the filter name of this one. */
static unsigned
first_like(unsigned row)
{
    unsigned first = 0;

    while (first < row &&
           (!msdiag_keys[first].filter || strcmp(msdiag_keys[first].filter, msdiag_keys[row].filter) != 0))
        first++;
    return first;
}

static void
register_key(int proto, unsigned row)
{
    const msdiag_key_t *key = &msdiag_keys[row];
    msdiag_field_t *field = &fields[row];
    unsigned first = key->filter ? first_like(row) : row;

    *field = (msdiag_field_t){ -1, { -1, -1, -1 } };
    if (first < row) {
        *field = fields[first];
    } else if (key->filter) {
        register_field(proto, &field->value,
                       (header_field_info){ key->title,
                                            wmem_strdup_printf(wmem_epan_scope(), "msdiag.%s", key->filter),
                                            kinds[key->kind].type, kinds[key->kind].display, kinds[key->kind].strings,
                                            0, key->text, HFILL });
        register_parts(proto, key, field);
    }
}

#define BIT(hf, title, filter, mask)                                                                                 \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            title, "msdiag.interface." filter, FT_BOOLEAN, 32, NULL, mask, "Meaning of the bit is inferred", HFILL   \
        }                                                                                                            \
    }

void
msdiag_register_fields(int proto)
{
    static hf_register_info bits[] = {
        BIT(hf_interface_ethernet, "Ethernet (inferred)", "ethernet", 0x2),
        BIT(hf_interface_wireless, "Wireless (inferred)", "wireless", 0x4),
        BIT(hf_interface_ppp, "PPP (inferred, never seen)", "ppp", 0x8),
        BIT(hf_interface_tunnel, "Tunnel (inferred)", "tunnel", 0x10),
        BIT(hf_interface_wwan, "WWAN (inferred, never seen)", "wwan", 0x20),
    };

    fields = wmem_alloc_array(wmem_epan_scope(), msdiag_field_t, msdiag_key_count);
    for (unsigned row = 0; row < msdiag_key_count; row++)
        register_key(proto, row);
    proto_register_field_array(proto, bits, array_length(bits));
}
