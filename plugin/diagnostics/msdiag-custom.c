/* msdiag-custom.c
 * Diagnostics headers that the user has declared as custom SIP headers.
 *
 * The SIP dissector makes a field of a declared header and hands it to nobody. So the field itself is asked for at
 * the end of the packet. That has a price for each packet, and only those pay it who have declared such a header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-custom.h"

#include "base/packet-end.h"
#include "knowledge/msdiag-names.h"
#include "diagnostics/packet-msdiag.h"

static dissector_handle_t wanting;
static int sip_header_fields[8]; /* a name may be declared in several letter cases */
static unsigned sip_header_count;

/* Whether a filter name is that of a declared header of ours: "sip." and the name as it was declared. */
static bool
is_declared_header(const char *filter)
{
    const char *name = filter + 4;

    if (g_ascii_strncasecmp(filter, "sip.", 4) != 0)
        return false;
    for (unsigned i = 0; i < msdiag_name_count; i++)
        if (g_ascii_tolower(*name) == g_ascii_tolower(msdiag_names[i].name[0]) &&
            g_ascii_strcasecmp(name, msdiag_names[i].name) == 0)
            return true;
    return false;
}

/* Runs before a capture is dissected: looks which of the headers are declared now. */
static void
find_declared_headers(void)
{
    int sip = proto_get_id_by_filter_name("sip");
    GArray *wanted = NULL;
    void *cookie = NULL;

    sip_header_count = 0;
    for (header_field_info *field = proto_get_first_protocol_field(sip, &cookie); field;
         field = proto_get_next_protocol_field(sip, &cookie))
        if (is_declared_header(field->abbrev) && sip_header_count < array_length(sip_header_fields))
            sip_header_fields[sip_header_count++] = field->id;
    if (sip_header_count) {
        wanted = g_array_sized_new(FALSE, FALSE, (unsigned)sizeof(int), sip_header_count);
        g_array_append_vals(wanted, sip_header_fields, sip_header_count);
    }
    compat_want_fields(wanting, wanted);
}

/* Dissects the header line that a field stands on. */
static void
dissect_line(packet_info *pinfo, proto_tree *tree, const field_info *field)
{
    int colon;

    if (!field->ds_tvb || field->length <= 0)
        return;
    colon = tvb_find_uint8(field->ds_tvb, field->start, field->length, ':');
    if (colon < 0)
        return;
    msdiag_dissect_value(
        tvb_new_subset_length(field->ds_tvb, colon + 1, field->start + field->length - colon - 1), pinfo, tree,
        (const char *)tvb_get_string_enc(pinfo->pool, field->ds_tvb, field->start, colon - field->start, ENC_UTF_8));
}

void
msdiag_custom_finish_packet(packet_info *pinfo, proto_tree *tree)
{
    for (unsigned i = 0; tree && i < sip_header_count; i++) {
        GPtrArray *found = proto_get_finfo_ptr_array(tree, sip_header_fields[i]);

        for (unsigned k = 0; found && k < found->len; k++)
            dissect_line(pinfo, tree, found->pdata[k]);
    }
}

void
proto_reg_handoff_msdiag_custom(void)
{
    wanting = packet_end_handle();
    register_init_routine(find_declared_headers);
}
