/* packet-msdiag.c
 * ms-client-diagnostics, ms-diagnostics and ms-diagnostics-public: what an endpoint or server says went wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet-msdiag.h"

#include "msdiag-custom.h"
#include "msdiag-ids.h"
#include "msdiag-text.h"
#include "msdiag-values.h"
#include "packet-mspath.h"

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
    wmem_strbuf_t *pending = p_get_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);

    if (!pending) {
        pending = wmem_strbuf_new(pinfo->pool, NULL);
        p_add_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO, pending);
    }
    wmem_strbuf_append_printf(pending, "%s%s", wmem_strbuf_get_len(pending) ? " | " : "", text);
}

/* Runs at the end of each packet, asks for no fields and so costs next to nothing. */
static int
finish_packet(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    wmem_strbuf_t *pending;
    const char *info;

    msdiag_custom_dissect(pinfo, tree);
    pending = p_get_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);
    if (!pending)
        return 0;
    info = col_get_text(pinfo->cinfo, COL_INFO);
    if (info && *info && !g_str_has_suffix(info, " | "))
        col_append_str(pinfo->cinfo, COL_INFO, " | ");
    col_append_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(pending));
    p_remove_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);
    return 0;
}

/* "24 both endpoints remote, ICEWarn=0x320" */
static const char *
brief(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_id_t *row)
{
    wmem_strbuf_t *text = wmem_strbuf_new(context->pinfo->pool, NULL);

    if (header->id_state == MSDIAG_ID_OK)
        wmem_strbuf_append_printf(text, "%u", header->id);
    if (header->sub_id.length)
        wmem_strbuf_append_printf(text, ".%s", msdiag_text(context, header->sub_id));
    if (row && row->brief)
        wmem_strbuf_append_printf(text, " %s", row->brief);
    if (context->has_flags)
        wmem_strbuf_append_printf(text, "%sICEWarn=0x%x", wmem_strbuf_get_len(text) ? ", " : "", context->flags);
    return wmem_strbuf_get_str(text);
}

static void
add_explanation(const msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header,
                const msdiag_id_t *row)
{
    const char *area = msdiag_id_area(header->id);
    const char *text = row ? row->explanation : area;
    expert_field *finding;
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
    finding = row->kind == MSDIAG_MEDIA_FAILURE ? &ei_media_failure
              : row->kind == MSDIAG_FAILURE     ? &ei_failure
                                                : &ei_information;
    expert_add_info_format(context->pinfo, item, finding, "%u: %s", header->id, row->explanation);
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

void
msdiag_dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *name)
{
    unsigned length = tvb_captured_length(tvb);
    msdiag_context_t context = { .tvb = tvb, .pinfo = pinfo, .length = length };
    msdiag_header_t *header;
    const msdiag_id_t *row;
    proto_item *item;
    proto_tree *subtree;
    const char *text;

    context.text = length ? tvb_memdup(pinfo->pool, tvb, 0, length) : "";
    header = wmem_new(pinfo->pool, msdiag_header_t);
    msdiag_parse_header(context.text, length, header);
    row = header->id_state == MSDIAG_ID_OK ? msdiag_id_lookup(header->id) : NULL;

    item = proto_tree_add_item(tree, proto_msdiag, tvb, 0, (int)length, ENC_NA);
    subtree = proto_item_add_subtree(item, ett_msdiag);
    if (name) {
        proto_item *header_item = proto_tree_add_string(subtree, hf_header, tvb, 0, 0, name);
        proto_item_set_generated(header_item); /* it stands before the value */
    }
    add_id(&context, subtree, header);
    msdiag_add_params(&context, subtree, &header->list);
    if (header->id_state == MSDIAG_ID_OK)
        add_explanation(&context, subtree, header, row);
    if (length < tvb_reported_length(tvb))
        proto_tree_add_expert(subtree, pinfo, &ei_truncated, tvb, 0, (int)length);

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

/* The SIP dissector tells the header's name by the handle it calls only. */
#define SIP_HEADER(function, name)                                                                                   \
    static int function(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)                         \
    {                                                                                                                \
        msdiag_dissect_value(tvb, pinfo, tree, name);                                                                \
        mspath_add_once(tvb, pinfo, tree);                                                                           \
        return (int)tvb_captured_length(tvb);                                                                        \
    }

SIP_HEADER(dissect_client, "ms-client-diagnostics")
SIP_HEADER(dissect_server, "ms-diagnostics")
SIP_HEADER(dissect_public, "ms-diagnostics-public")
SIP_HEADER(dissect_web, "x-ms-diagnostics")

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
    register_dissector("msdiag", dissect_value, proto_msdiag);
}

void
proto_reg_handoff_msdiag(void)
{
    int info_proto = proto_register_protocol_in_name_only("Microsoft diagnostics in the Info column", "MSDIAG info",
                                                          "msdiag_info", proto_msdiag, FT_PROTOCOL);
    dissector_handle_t finish;

    /* The SIP dissector looks names up in lower case. */
    dissector_add_string("sip.hdr", "ms-client-diagnostics", create_dissector_handle(dissect_client, proto_msdiag));
    dissector_add_string("sip.hdr", "ms-diagnostics", create_dissector_handle(dissect_server, proto_msdiag));
    dissector_add_string("sip.hdr", "ms-diagnostics-public", create_dissector_handle(dissect_public, proto_msdiag));
    dissector_add_string("sip.hdr", "x-ms-diagnostics", create_dissector_handle(dissect_web, proto_msdiag));
    finish = create_dissector_handle(finish_packet, info_proto);
    register_postdissector(finish);
    msdiag_custom_handoff(finish);
    msdiag_text_handoff(proto_msdiag);
}
