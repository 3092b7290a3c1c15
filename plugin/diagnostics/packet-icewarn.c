/* packet-icewarn.c
 * The ICEWarn mask as a subtree with a boolean and an expert item a flag.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/packet-icewarn.h"

#include "base/finding-add.h"
#include "knowledge/icewarn-flags.h"
#include "base/enabled.h"

static int proto_icewarn = -1;
static int ett_icewarn = -1;
static int ett_icewarn_flags = -1;
static int hf_flags = -1;
static int hf_short = -1;
static int hf_unknown = -1;
static int hf_bits[ICEWARN_FLAG_COUNT];
static expert_field ei_bits[ICEWARN_FLAG_COUNT];
static expert_field ei_unknown = EI_INIT;

static void
add_bit(proto_tree *tree, tvbuff_t *tvb, int offset, int length, uint32_t flags, int hf)
{
    proto_tree_add_boolean(tree, hf, tvb, offset, length, flags);
}

/* What is set, causes first; the evidence for each is put below it. */
static void
add_set(proto_tree *tree, tvbuff_t *tvb, int offset, int length, uint32_t flags)
{
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(flags, sorted);

    for (unsigned i = 0; i < count; i++)
        add_bit(tree, tvb, offset, length, flags, hf_bits[sorted[i] - icewarn_flags]);
    if (flags & ICEWARN_UNKNOWN_BITS)
        add_bit(tree, tvb, offset, length, flags, hf_unknown);
}

/* What is not set, folded away. */
static void
add_unset(proto_tree *tree, tvbuff_t *tvb, int offset, int length, uint32_t flags)
{
    proto_tree *subtree = proto_tree_add_subtree(tree, tvb, offset, length, ett_icewarn_flags, NULL, "Flags not set");

    for (unsigned i = 0; i < ICEWARN_FLAG_COUNT; i++)
        if (!(flags & icewarn_flags[i].bit))
            add_bit(subtree, tvb, offset, length, flags, hf_bits[i]);
    if (!(flags & ICEWARN_UNKNOWN_BITS))
        add_bit(subtree, tvb, offset, length, flags, hf_unknown);
}

static proto_item *
add_mask(tvbuff_t *tvb, proto_tree *tree, int offset, int length, uint32_t flags, icewarn_transport_t transport)
{
    GString *summary;
    proto_item *item;
    proto_tree *subtree;
    char text[16];

    if (!tree)
        return NULL;
    summary = g_string_new(NULL);
    icewarn_append_summary(summary, flags, transport);
    item = proto_tree_add_protocol_format(tree, proto_icewarn, tvb, offset, length, "ICE warning flags: 0x%x (%s)",
                                          flags, summary->str);
    g_string_free(summary, TRUE);
    subtree = proto_item_add_subtree(item, ett_icewarn);
    add_set(subtree, tvb, offset, length, flags);
    proto_tree_add_uint(subtree, hf_flags, tvb, offset, length, flags);
    g_snprintf(text, sizeof text, "0x%x", flags);
    proto_item_set_generated(proto_tree_add_string(subtree, hf_short, tvb, offset, length, text));
    add_unset(subtree, tvb, offset, length, flags);
    return item;
}

proto_item *
icewarn_dissect_flags(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int length, uint32_t flags,
                      const char *media)
{
    icewarn_transport_t transport = icewarn_media_transport(media);
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(flags, sorted);
    proto_item *item;

    if (!is_enabled(proto_icewarn))
        return NULL;
    item = add_mask(tvb, tree, offset, length, flags, transport);

    for (unsigned i = 0; i < count; i++)
        finding_add_format(pinfo, item, &ei_bits[sorted[i] - icewarn_flags], "%s%s (0x%x). %s",
                           icewarn_flag_title(sorted[i], transport), sorted[i]->inferred ? " (inferred)" : "",
                           sorted[i]->bit, sorted[i]->check);
    if (flags & ICEWARN_UNKNOWN_BITS)
        finding_add_format(pinfo, item, &ei_unknown, "Bits without a known meaning are set: 0x%x",
                           flags & ICEWARN_UNKNOWN_BITS);
    return item;
}

void
icewarn_note_flags(packet_info *pinfo, uint32_t flags)
{
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];

    if (is_enabled(proto_icewarn) && icewarn_sort(flags, sorted))
        finding_add(pinfo, NULL, &ei_bits[sorted[0] - icewarn_flags]);
}

proto_item *
icewarn_flag_item(proto_item *mask, unsigned row)
{
    for (proto_node *child = mask ? mask->first_child : NULL; child; child = child->next)
        if (PNODE_FINFO(child) && PNODE_FINFO(child)->hfinfo->id == hf_bits[row])
            return child;
    return mask;
}

static int
severity_of(icewarn_weight_t weight)
{
    static const int severities[] = {
        [ICEWARN_NORMAL] = PI_CHAT,
        [ICEWARN_MAYBE] = PI_NOTE,
        [ICEWARN_CAUSE] = PI_WARN,
    };
    return severities[weight];
}

/* Not Wireshark's own: on Windows the address of what another DLL holds is no constant. */
static const true_false_string set_notset = { "Set", "Not set" };

/* Registers the booleans and expert items of the flag table: Wireshark keeps the structures, so they live in
 * epan's own scope. */
static void
register_flags(expert_module_t *expert)
{
    hf_register_info *fields = wmem_alloc0_array(wmem_epan_scope(), hf_register_info, ICEWARN_FLAG_COUNT);
    ei_register_info *items = wmem_alloc0_array(wmem_epan_scope(), ei_register_info, ICEWARN_FLAG_COUNT);

    for (size_t i = 0; i < ICEWARN_FLAG_COUNT; i++) {
        const icewarn_flag_t *flag = &icewarn_flags[i];
        const char *mark = flag->inferred ? " (inferred)" : "";

        hf_bits[i] = -1;
        fields[i] = (hf_register_info){ &hf_bits[i],
                                        { wmem_strdup_printf(wmem_epan_scope(), "%s%s", flag->title, mark),
                                          wmem_strdup_printf(wmem_epan_scope(), "icewarn.%s", flag->name), FT_BOOLEAN,
                                          32, TFS(&set_notset), flag->bit, flag->happened, HFILL } };
        ei_bits[i] = (expert_field)EI_INIT;
        items[i] =
            (ei_register_info){ &ei_bits[i],
                                { wmem_strdup_printf(wmem_epan_scope(), "icewarn.expert.%s", flag->name),
                                  PI_RESPONSE_CODE, severity_of(flag->weight),
                                  wmem_strdup_printf(wmem_epan_scope(), "%s%s", flag->title, mark), EXPFILL } };
    }
    proto_register_field_array(proto_icewarn, fields, ICEWARN_FLAG_COUNT);
    expert_register_field_array(expert, items, ICEWARN_FLAG_COUNT);
}

void
proto_register_icewarn(void)
{
    static hf_register_info hf[] = {
        { &hf_flags,
          { "ICE warning flags", "icewarn.flags", FT_UINT32, BASE_HEX, NULL, 0,
            "What went wrong, or was normal, while the client looked for a media path", HFILL } },
        { &hf_short,
          { "Flags without leading zeros", "icewarn.short", FT_STRING, BASE_NONE, NULL, 0, "For a column", HFILL } },
        { &hf_unknown,
          { "unknown bits", "icewarn.unknown", FT_BOOLEAN, 32, TFS(&set_notset), ICEWARN_UNKNOWN_BITS,
            "Bits without a known meaning", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_unknown,
          { "icewarn.expert.unknown", PI_UNDECODED, PI_NOTE, "Bits without a known meaning are set", EXPFILL } },
    };
    static int *ett[] = { &ett_icewarn, &ett_icewarn_flags };
    expert_module_t *expert;

    proto_icewarn = proto_register_protocol("ICE warning flags (ICEWarn)", "ICEWarn", "icewarn");
    proto_register_field_array(proto_icewarn, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert = expert_register_protocol(proto_icewarn);
    expert_register_field_array(expert, ei, array_length(ei));
    register_flags(expert);
}
