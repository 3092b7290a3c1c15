/* msqoe-ocs-flags.c
 * The older layout of IceWarningFlags, [MS-QoE] 2.2.1.7.1 as OCS 2007 and R2 write it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msqoe-ocs-flags.h"

#include "base/finding-add.h"
#include "base/text-bits.h"

static int hf_flags = -1;
static int hf_unknown = -1;
static int ett_flags = -1;
static expert_field ei_flags = EI_INIT;

/* A row a flag: bit, field name, what it says. */
#define OCS_FLAGS(ROW)                                                                                               \
    ROW(0x10, turn_unreachable, "TURN server unreachable")                                                           \
    ROW(0x20, shared_secret_failed, "Shared secret exchange with the TURN server failed")                            \
    ROW(0x40, udp_allocate_failed, "Allocating a UDP port on the TURN server failed")                                \
    ROW(0x200, tcp_allocate_failed, "Allocating a TCP port on the TURN server failed")                               \
    ROW(0x4000, udp_local_failed, "UDP host to host connectivity failed")                                            \
    ROW(0x8000, udp_nat_failed, "UDP connectivity through NAT failed")                                               \
    ROW(0x10000, udp_turn_failed, "UDP connectivity through TURN failed")                                            \
    ROW(0x40000, tcp_nat_failed, "TCP connectivity through NAT failed")                                              \
    ROW(0x80000, tcp_turn_failed, "TCP connectivity through TURN failed")                                            \
    ROW(0x100000, request_integrity_failed, "Message integrity failed in a connectivity check request")              \
    ROW(0x200000, response_integrity_failed, "Message integrity failed in a connectivity check response")            \
    ROW(0x400000, request_lookup_failed, "Candidate of a connectivity check request not found")                      \
    ROW(0x800000, response_lookup_failed, "Candidate of a connectivity check response not found")                    \
    ROW(0x1000000, request_send_failed, "Connectivity check request could not be sent")                              \
    ROW(0x2000000, response_send_failed, "Connectivity check response could not be sent")                            \
    ROW(0x4000000, turn_name_unresolved, "Name of the TURN server not resolved")                                     \
    ROW(0x8000000, turn_credentials, "TURN credentials expired or unknown (inferred)")

#define DECLARE(bit, name, text) static int hf_##name = -1;
OCS_FLAGS(DECLARE)
#define LIST(bit, name, text) &hf_##name,
/* clang-format off */
static int *const fields[] = { OCS_FLAGS(LIST) &hf_unknown, NULL };
/* clang-format on */
#define ROW_OF(bit, name, text) { bit, text },
static const struct {
    uint32_t bit;
    const char *text;
} rows[] = { OCS_FLAGS(ROW_OF) };
#define KNOWN(bit, name, text) | (bit)
#define UNKNOWN_BITS           (~(0U OCS_FLAGS(KNOWN)))

void
msqoe_add_ocs_flags(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int length, uint32_t flags)
{
    proto_item *item = proto_tree_add_uint(tree, hf_flags, tvb, offset, length, flags);
    add_text_bits(proto_item_add_subtree(item, ett_flags), tvb, offset, length, fields, flags);
    if (flags == 0)
        return;
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");
    for (size_t i = 0; i < array_length(rows); i++) {
        if (flags & rows[i].bit)
            wmem_strbuf_append_printf(text, "%s%s", wmem_strbuf_get_len(text) ? "; " : "", rows[i].text);
    }
    if (flags & UNKNOWN_BITS)
        wmem_strbuf_append_printf(text, "%sunknown bits 0x%x", wmem_strbuf_get_len(text) ? "; " : "",
                                  flags & UNKNOWN_BITS);
    finding_add_format(pinfo, item, &ei_flags, "%s", wmem_strbuf_get_str(text));
}

void
msqoe_ocs_flags_register(int proto)
{
#define FLAG_FIELD(bit, name, text)                                                                                  \
    { &hf_##name, { text, "msqoe.ocs." #name, FT_BOOLEAN, 32, NULL, bit, NULL, HFILL } },
    static hf_register_info hf[] = {
        { &hf_flags,
          { "ICE Warning Flags (OCS 2007 layout)", "msqoe.ocs_flags", FT_UINT32, BASE_HEX, NULL, 0, NULL, HFILL } },
        /* clang-format off */
        OCS_FLAGS(FLAG_FIELD)
        { &hf_unknown,
          { "Unknown bits", "msqoe.ocs.unknown", FT_BOOLEAN, 32, NULL, UNKNOWN_BITS, NULL, HFILL } },
        /* clang-format on */
    };
    static int *ett[] = { &ett_flags };
    static ei_register_info ei[] = {
        { &ei_flags,
          { "msqoe.expert.ocs_flags", PI_RESPONSE_CODE, PI_WARN, "ICE warnings (OCS 2007 layout)", EXPFILL } },
    };
    proto_register_field_array(proto, hf, (int)array_length(hf));
    proto_register_subtree_array(ett, (int)array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
}
