/* packet-msdiag.c
 * ms-client-diagnostics, ms-diagnostics and ms-diagnostics-public: what an endpoint or server says went wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/packet-msdiag.h"

#include "base/findings.h"
#include "knowledge/icewarn-flags.h"
#include "knowledge/msdiag-ids.h"
#include "knowledge/msdiag-names.h"
#include "diagnostics/msdiag-values.h"
#include "diagnostics/msdiag-verdict.h"
#include "base/packet-end.h"
#include "diagnostics/packet-icewarn.h"
#include "sip/packet-mspath.h"

static int proto_msdiag = -1;
static int hf_explanation = -1;
static int hf_header = -1;
static int hf_id = -1;
static int hf_stray = -1;
static int hf_sub_id = -1;
static int ett_msdiag = -1;
static expert_field ei_failure = EI_INIT;
static expert_field ei_information = EI_INIT;
static expert_field ei_media_failure = EI_INIT;
static expert_field ei_no_id = EI_INIT;
static expert_field ei_stray = EI_INIT;
static expert_field ei_truncated = EI_INIT;

/* Key of the packet's own data under which the text for the Info column waits for the end of the packet: the SIP
 * dissector goes on writing to the column after it has handed the header over. */
#define PENDING_INFO 1

static void
add_pending_info(packet_info *pinfo, const char *text)
{
    const char *pending = p_get_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);

    if (pending) {
        p_remove_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);
        text = wmem_strdup_printf(pinfo->pool, "%s | %s", pending, text);
    }
    p_add_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO, (void *)text);
    packet_end_ask(pinfo);
}

void
msdiag_finish_packet(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree _U_)
{
    const char *pending, *info;

    pending = p_get_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);
    if (!pending)
        return;
    info = col_get_text(pinfo->cinfo, COL_INFO);
    if (info && *info && !g_str_has_suffix(info, " | "))
        col_append_str(pinfo->cinfo, COL_INFO, " | ");
    col_append_str(pinfo->cinfo, COL_INFO, pending);
}

/* "24 both endpoints remote, ICEWarn=0x320" */
static const char *
brief(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_id_t *row)
{
    wmem_allocator_t *pool = context->pinfo->pool;
    const char *words = row && row->brief ? row->brief : "", *blank = *words ? " " : "";
    const char *sub = header->sub_id.length ? msdiag_text(context, header->sub_id) : "", *dot = *sub ? "." : "";

    if (header->id_state != MSDIAG_ID_OK)
        return context->has_flags ? wmem_strdup_printf(pool, "ICEWarn=0x%x", context->flags) : "";
    if (context->has_flags)
        return wmem_strdup_printf(pool, "%u%s%s%s%s, ICEWarn=0x%x", header->id, dot, sub, blank, words,
                                  context->flags);
    return wmem_strdup_printf(pool, "%u%s%s%s%s", header->id, dot, sub, blank, words);
}

static expert_field *
finding_of(const msdiag_id_t *row)
{
    switch (row->kind) {
    case MSDIAG_MEDIA_FAILURE:
        return &ei_media_failure;
    case MSDIAG_FAILURE:
        return &ei_failure;
    case MSDIAG_INFORMATION:
        break;
    }
    return &ei_information;
}

static void
add_explanation(const msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header,
                const msdiag_id_t *row)
{
    const char *area = msdiag_id_area(header->id);
    const char *text = row ? row->explanation : area;
    proto_item *item;

    if (!text)
        return;
    if (row && area)
        text = wmem_strdup_printf(context->pinfo->pool, "%s (%s)", text, area);
    item = proto_tree_add_string(tree, hf_explanation, context->tvb, (int)header->id_span.offset,
                                 (int)header->id_span.length, text);
    proto_item_set_generated(item);
    if (!row)
        return;
    expert_add_info_format(context->pinfo, item, finding_of(row), "%u: %s", header->id, row->explanation);
}

static void
add_id(const msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header)
{
    tvbuff_t *tvb = context->tvb;

    if (header->id_state == MSDIAG_ID_OK)
        proto_tree_add_uint(tree, hf_id, tvb, (int)header->id_span.offset, (int)header->id_span.length, header->id);
    else
        proto_tree_add_expert_format(tree, context->pinfo, &ei_no_id, tvb, (int)header->id_span.offset,
                                     (int)header->id_span.length, "The header does not begin with %s",
                                     header->id_state == MSDIAG_ID_MISSING ? "an error id"
                                                                           : "an error id of up to 32 bits");
    if (header->sub_id.length)
        proto_tree_add_string(tree, hf_sub_id, tvb, (int)header->sub_id.offset, (int)header->sub_id.length,
                              msdiag_text(context, header->sub_id));
    if (header->stray.length) {
        proto_item *item = proto_tree_add_string(tree, hf_stray, tvb, (int)header->stray.offset,
                                                 (int)header->stray.length, msdiag_text(context, header->stray));
        expert_add_info(context->pinfo, item, &ei_stray);
    }
}

/* What a header is for the packet list, the Expert column and the status bar, when nobody sees more of it: the
 * most severe of its expert items. */
static void
note_header(msdiag_context_t *context, const msdiag_blocks_t *blocks, const msdiag_id_t *row)
{
    context->has_flags = blocks->has_flags;
    context->flags = blocks->flags;
    if (row && (row->kind != MSDIAG_INFORMATION || !context->flags))
        expert_add_info(context->pinfo, NULL, finding_of(row));
    else if (context->has_flags)
        icewarn_note_flags(context->pinfo, context->flags);
}

static proto_item *
add_header(msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header, const msdiag_id_t *row,
           const char *name)
{
    proto_item *item = proto_tree_add_item(tree, proto_msdiag, context->tvb, 0, (int)context->length, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_msdiag);

    if (name) {
        proto_item *header_item = proto_tree_add_string(subtree, hf_header, context->tvb, 0, 0, name);
        proto_item_set_generated(header_item); /* it stands before the value */
    }
    add_id(context, subtree, header);
    msdiag_add_params(context, subtree, &header->list);
    if (header->id_state == MSDIAG_ID_OK)
        add_explanation(context, subtree, header, row);
    if (context->length < tvb_reported_length(context->tvb))
        proto_tree_add_expert(subtree, context->pinfo, &ei_truncated, context->tvb, 0, (int)context->length);
    return item;
}

void
msdiag_dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *name)
{
    unsigned length = tvb_captured_length(tvb);
    msdiag_context_t context = { .tvb = tvb, .pinfo = pinfo, .length = length };
    msdiag_header_t *header = wmem_new(pinfo->pool, msdiag_header_t);
    msdiag_blocks_t *blocks;
    const msdiag_id_t *row;
    proto_item *item = NULL;
    const char *text;

    context.text = length ? tvb_memdup(pinfo->pool, tvb, 0, length) : "";
    msdiag_parse_header(context.text, length, header);
    row = header->id_state == MSDIAG_ID_OK ? msdiag_id_lookup(header->id) : NULL;
    blocks = msdiag_read_blocks(&context, header, row);
    if (expert_items_are_seen(tree))
        item = add_header(&context, tree, header, row, name);
    else
        note_header(&context, blocks, row);

    msdiag_add_verdict(&context, item ? proto_item_get_subtree(item) : NULL, blocks);

    text = brief(&context, header, row);
    proto_item_append_text(item, ": %s", text);
    if (*text)
        add_pending_info(pinfo, text);
}

static int
dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    msdiag_dissect_value(tvb, pinfo, tree, NULL);
    return (int)tvb_captured_length(tvb);
}

/* A header of a SIP message; which one stands in pinfo, in lower case. */
static int
dissect_sip_header(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    packet_end_ask(pinfo);
    msdiag_dissect_value(tvb, pinfo, tree, pinfo->match_string);
    if (expert_items_are_seen(tree))
        mspath_add_once(tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

void
proto_register_msdiag(void)
{
    static hf_register_info hf[] = {
        { &hf_header, { "Header", "msdiag.header", FT_STRING, BASE_NONE, NULL, 0, "Name of the header", HFILL } },
        { &hf_id, { "Error ID", "msdiag.id", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL } },
        { &hf_sub_id, { "Sub error ID", "msdiag.sub_id", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_stray,
          { "Text after the ID", "msdiag.stray", FT_STRING, BASE_NONE, NULL, 0, "Text that is not a parameter",
            HFILL } },
        { &hf_explanation,
          { "Explanation", "msdiag.explanation", FT_STRING, BASE_NONE, NULL, 0, "What the id means, and its range",
            HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_media_failure,
          { "msdiag.expert.media_failure", PI_RESPONSE_CODE, PI_ERROR, "The call found no media path", EXPFILL } },
        { &ei_failure,
          { "msdiag.expert.failure", PI_RESPONSE_CODE, PI_WARN, "The request was refused or failed", EXPFILL } },
        { &ei_information,
          { "msdiag.expert.information", PI_RESPONSE_CODE, PI_CHAT, "Progress or an ordinary end", EXPFILL } },
        { &ei_no_id,
          { "msdiag.expert.no_id", PI_PROTOCOL, PI_WARN, "The header does not begin with an error id", EXPFILL } },
        { &ei_stray,
          { "msdiag.expert.stray", PI_PROTOCOL, PI_NOTE, "There is text between the id and the first parameter",
            EXPFILL } },
        { &ei_truncated,
          { "msdiag.expert.truncated", PI_UNDECODED, PI_NOTE,
            "The header was cut off when the packet was captured; what is missing cannot be shown", EXPFILL } },
    };
    static int *ett[] = { &ett_msdiag };
    expert_module_t *expert;

    proto_msdiag = proto_register_protocol("Microsoft diagnostics header", "MSDIAG", "msdiag");
    proto_register_field_array(proto_msdiag, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert = expert_register_protocol(proto_msdiag);
    expert_register_field_array(expert, ei, array_length(ei));
    msdiag_register_values(proto_msdiag, expert);
    msdiag_register_verdict(proto_msdiag, expert);
    register_dissector("msdiag", dissect_value, proto_msdiag);
}

void
proto_reg_handoff_msdiag(void)
{
    dissector_handle_t sip_header = create_dissector_handle(dissect_sip_header, proto_msdiag);

    for (unsigned i = 0; i < msdiag_name_count; i++)
        dissector_add_string("sip.hdr", msdiag_names[i].name, sip_header);
}
