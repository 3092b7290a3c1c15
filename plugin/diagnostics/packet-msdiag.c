/* packet-msdiag.c
 * ms-client-diagnostics, ms-diagnostics and ms-diagnostics-public: what an endpoint or server says went wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/packet-msdiag.h"

#include "base/enabled.h"
#include "base/finding-add.h"
#include "base/findings.h"
#include "base/layers.h"
#include "knowledge/icewarn-flags.h"
#include "knowledge/msdiag-ids.h"
#include "knowledge/msdiag-names.h"
#include "diagnostics/msdiag-verdict.h"
#include "base/packet-end.h"
#include "base/printable.h"
#include "diagnostics/packet-icewarn.h"
#include "sip/packet-mspath.h"
#include "sip/sip-names.h"
#include "text/msdiag-split.h"

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

void
msdiag_add_info(packet_info *pinfo, const char *text)
{
    wmem_strbuf_t *pending = p_get_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);

    packet_end_ask(pinfo);
    if (!pending) {
        pending = wmem_strbuf_new(pinfo->pool, text);
        p_add_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO, pending);
    } else if (wmem_strbuf_get_len(pending) < COL_MAX_INFO_LEN) { /* more has no room in the column */
        wmem_strbuf_append(pending, " | ");
        wmem_strbuf_append(pending, text);
    }
}

void
msdiag_finish_packet(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree _U_)
{
    const wmem_strbuf_t *pending = p_get_proto_data(pinfo->pool, pinfo, proto_msdiag, PENDING_INFO);
    const char *info;

    if (!pending)
        return;
    info = col_get_text(pinfo->cinfo, COL_INFO);
    if (info && *info && !g_str_has_suffix(info, " | "))
        col_append_str(pinfo->cinfo, COL_INFO, " | ");
    col_append_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(pending));
}

void
msdiag_add_media_failure(packet_info *pinfo, proto_item *item, const char *words, const char *advice)
{
    finding_add_format(pinfo, item, &ei_media_failure, "The call found no media path: %s. %s", words, advice);
}

/* Most values that are taken from one line; the last one has the rest. */
#define MAX_JOINED 16

/* Most characters of the sender's words that go into the Info column. */
#define MOST_WORDS 100

/* A span as words for the Info column. */
static const char *
words_of(const msdiag_context_t *context, msdiag_span_t span)
{
    wmem_allocator_t *pool = context->pinfo->pool;
    const char *words = printable(pool, msdiag_text(context, span));

    if (g_utf8_strlen(words, -1) <= MOST_WORDS)
        return words;
    return wmem_strdup_printf(pool, "%.*s…", (int)(g_utf8_offset_to_pointer(words, MOST_WORDS) - words), words);
}

/* What a header says, for the Info column: our words for its id, else those of its sender. */
static const char *
words_of_header(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_blocks_t *blocks,
                const msdiag_id_t *row)
{
    if (row && row->brief)
        return row->brief;
    if (blocks->reason.length)
        return words_of(context, blocks->reason);
    if (header->id_state == MSDIAG_ID_OK || header->id_state == MSDIAG_ID_CUT)
        return "";
    if (header->stray.length)
        return words_of(context, header->stray);
    return blocks->has_flags ? "" : "diagnostics without an error id";
}

/* "ICEWarn=0x320"; of several media with their names: "ICEWarn=0x4000320 (audio), 0x0 (video)". */
static void
append_flags(wmem_strbuf_t *text, packet_info *pinfo, const msdiag_blocks_t *blocks)
{
    const char *before = "ICEWarn=";

    for (unsigned i = 0; i < blocks->count; i++) {
        const facts_header_t *block = &blocks->blocks[i].block;

        if (!block->has_flags)
            continue;
        wmem_strbuf_append_printf(text, "%s%s0x%x", wmem_strbuf_get_len(text) ? ", " : "", before, block->flags);
        if (blocks->count > 1 && block->media && *block->media)
            wmem_strbuf_append_printf(text, " (%s)", printable(pinfo->pool, block->media));
        before = "";
    }
}

/* "24 both endpoints remote, ICEWarn=0x320" */
static const char *
brief(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_blocks_t *blocks,
      const msdiag_id_t *row)
{
    wmem_strbuf_t *text = wmem_strbuf_new(context->pinfo->pool, NULL);
    const char *words = words_of_header(context, header, blocks, row);

    if (header->id_state == MSDIAG_ID_OK)
        wmem_strbuf_append_printf(text, "%u", header->id);
    if (header->id_state == MSDIAG_ID_OK && header->sub_id.length)
        wmem_strbuf_append_printf(text, ".%s", msdiag_text(context, header->sub_id));
    wmem_strbuf_append_printf(text, "%s%s", wmem_strbuf_get_len(text) && *words ? " " : "", words);
    append_flags(text, context->pinfo, blocks);
    return wmem_strbuf_get_str(text);
}

/* Whether a request was refused or failed: of an id that the table does not know the status tells. */
static bool
is_refused(const msdiag_header_t *header, const msdiag_id_t *row, unsigned status)
{
    return row ? row->kind == MSDIAG_FAILURE : header->id_state == MSDIAG_ID_OK && status >= 400 && status <= 699;
}

/* The finding that a header is; NULL = none. */
static expert_field *
finding_of(const msdiag_header_t *header, const msdiag_blocks_t *blocks, const msdiag_id_t *row, unsigned status)
{
    static expert_field *const findings[] = {
        [MSDIAG_INFORMATION] = &ei_information,
        [MSDIAG_FAILURE] = &ei_failure,
        [MSDIAG_MEDIA_FAILURE] = &ei_media_failure,
    };

    if (row)
        return findings[row->kind];
    return blocks->failed_in_words ? &ei_media_failure : is_refused(header, row, status) ? &ei_failure : NULL;
}

/* What is known of an id, and of what it is in this message. */
static void
add_explanation(const msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header,
                const msdiag_blocks_t *blocks, const msdiag_id_t *row, unsigned status)
{
    const msdiag_span_t *span = &header->id_span;
    expert_field *finding = finding_of(header, blocks, row, status);
    GString *known = g_string_new(NULL);
    proto_item *item = NULL;

    if (msdiag_id_append_words(known, header->id)) {
        item = proto_tree_add_string(tree, hf_explanation, context->tvb, (int)span->offset, (int)span->length,
                                     known->str);
        proto_item_set_generated(item);
    }
    g_string_free(known, TRUE);
    if (!item)
        item = proto_tree_get_parent(tree);
    if (finding && row)
        finding_add_format(context->pinfo, item, finding, "%u: %s", header->id, row->explanation);
    else if (finding == &ei_media_failure)
        finding_add_format(context->pinfo, item, finding, "%u, in the sender's words: %s", header->id,
                           words_of(context, blocks->reason));
    else if (finding)
        finding_add_format(context->pinfo, item, finding, "%u in a %u response%s%s", header->id, status,
                           blocks->reason.length ? ": " : "",
                           blocks->reason.length ? words_of(context, blocks->reason) : "");
}

static void
add_id(const msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header)
{
    tvbuff_t *tvb = context->tvb;

    if (header->id_state == MSDIAG_ID_OK)
        proto_tree_add_uint(tree, hf_id, tvb, (int)header->id_span.offset, (int)header->id_span.length, header->id);
    else if (header->id_state != MSDIAG_ID_CUT)
        finding_add_bytes_format(tree, context->pinfo, &ei_no_id, tvb, (int)header->id_span.offset,
                                 (int)header->id_span.length, "The header does not begin with %s",
                                 header->id_state == MSDIAG_ID_MISSING ? "an error id"
                                                                       : "an error id of up to 32 bits");
    if (header->sub_id.length)
        proto_tree_add_string(tree, hf_sub_id, tvb, (int)header->sub_id.offset, (int)header->sub_id.length,
                              msdiag_text(context, header->sub_id));
    if (header->stray.length) {
        proto_item *item = proto_tree_add_string(tree, hf_stray, tvb, (int)header->stray.offset,
                                                 (int)header->stray.length, msdiag_text(context, header->stray));
        finding_add(context->pinfo, item, &ei_stray);
    }
}

/* What a header is for the packet list, the Expert column and the status bar, when nobody sees more of it: the
 * most severe of its expert items. */
static void
note_header(const msdiag_context_t *context, const msdiag_blocks_t *blocks, expert_field *finding)
{
    if (finding && (finding != &ei_information || !blocks->flags))
        finding_add(context->pinfo, NULL, finding);
    else if (blocks->has_flags)
        icewarn_note_flags(context->pinfo, blocks->flags);
}

static proto_item *
add_header(msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header, const msdiag_blocks_t *blocks,
           const msdiag_id_t *row, const msdiag_origin_t *origin)
{
    proto_item *item = proto_tree_add_item(tree, proto_msdiag, context->tvb, 0, (int)context->length, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_msdiag);

    if (origin->name) {
        proto_item *header_item = proto_tree_add_string(subtree, hf_header, context->tvb, 0, 0, origin->name);
        proto_item_set_generated(header_item); /* it stands before the value */
    }
    add_id(context, subtree, header);
    msdiag_add_params(context, subtree, &header->list);
    if (header->id_state == MSDIAG_ID_OK)
        add_explanation(context, subtree, header, blocks, row, origin->status);
    if (context->length < tvb_reported_length(context->tvb))
        finding_add_bytes(subtree, context->pinfo, &ei_truncated, context->tvb, 0, (int)context->length);
    return item;
}

void
msdiag_dissect_parsed(msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header,
                      const msdiag_origin_t *origin)
{
    const msdiag_id_t *row = header->id_state == MSDIAG_ID_OK ? msdiag_id_lookup(header->id) : NULL;
    msdiag_blocks_t *blocks = msdiag_read_blocks(context, header, row, is_refused(header, row, origin->status));
    proto_item *item = NULL;
    const char *text;

    if (expert_items_are_seen(tree))
        item = add_header(context, tree, header, blocks, row, origin);
    else
        note_header(context, blocks, finding_of(header, blocks, row, origin->status));

    msdiag_add_verdict(context, item ? proto_item_get_subtree(item) : NULL, blocks);

    text = brief(context, header, blocks, row);
    proto_item_append_text(item, ": %s", text);
    if (*text)
        msdiag_add_info(context->pinfo, text);
}

/* Dissects one value, which fills tvb. */
static void
dissect_one(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text, const msdiag_origin_t *origin)
{
    msdiag_context_t context = { .tvb = tvb, .pinfo = pinfo, .text = text, .length = tvb_captured_length(tvb) };
    msdiag_header_t *header = wmem_new(pinfo->pool, msdiag_header_t);

    msdiag_parse_header(context.text, context.length, header);
    if (header->id_state == MSDIAG_ID_OK && context.length < tvb_reported_length(tvb) &&
        header->id_span.offset + header->id_span.length == context.length)
        header->id_state = MSDIAG_ID_CUT;
    msdiag_dissect_parsed(&context, tree, header, origin);
}

void
msdiag_dissect_from(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msdiag_origin_t *origin)
{
    unsigned length = tvb_captured_length(tvb), start = 0;
    const char *text = length ? tvb_memdup(pinfo->pool, tvb, 0, length) : "";

    for (unsigned count = 1; count < MAX_JOINED; count++) {
        unsigned end = start + msdiag_value_end(text + start, length - start);

        if (end == length)
            break;
        dissect_one(tvb_new_subset_length(tvb, (int)start, (int)(end - start)), pinfo, tree, text + start, origin);
        start = end + 1;
    }
    dissect_one(start ? tvb_new_subset_remaining(tvb, (int)start) : tvb, pinfo, tree, text + start, origin);
}

void
msdiag_dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *name)
{
    const sip_message_t *message = sip_message_around(pinfo, tvb);

    msdiag_dissect_from(tvb, pinfo, tree,
                        &(msdiag_origin_t){ .name = name, .status = message ? message->status : 0 });
}

static int
dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (!each_packet.plugin)
        return 0;
    msdiag_dissect_value(tvb, pinfo, tree, NULL);
    return (int)tvb_captured_length(tvb);
}

/* A header of a SIP message; which one stands in pinfo, in lower case. */
static int
dissect_sip_header(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    /* The last layer is that of this header. */
    const wmem_list_frame_t *message = wmem_list_frame_prev(wmem_list_tail(pinfo->layers));

    packet_end_ask(pinfo);
    msdiag_dissect_value(tvb, pinfo, tree, sip_name_of(pinfo));
    if (expert_items_are_seen(tree))
        mspath_add_once(tvb, pinfo, tree);
    layers_forget(pinfo, message);
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

    proto_msdiag = proto_register_protocol("Microsoft diagnostics header", "MS-DIAG", "msdiag");
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
        sip_name_register(msdiag_names[i].name, sip_header);
}
