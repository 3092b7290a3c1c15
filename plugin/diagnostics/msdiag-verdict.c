/* msdiag-verdict.c
 * What the rest of the capture says about a diagnostics header: evidence below its flags, and the verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "msdiag-verdict.h"

#include "analysis/sip-scan.h"
#include "analysis/verdict.h"
#include "icewarn-flags.h"
#include "msdiag-site.h"
#include "packet-icewarn.h"

static int proto_owner = -1;
static int hf_against = -1;
static int hf_advice = -1;
static int hf_confidence = -1;
static int hf_evidence = -1;
static int hf_none = -1;
static int hf_rule = -1;
static int hf_shown = -1;
static int hf_verdict = -1;
static int ett_evidence = -1;
static int ett_verdict = -1;
static expert_field ei_contradicted = EI_INIT;
static expert_field ei_verdict = EI_INIT;

/* Keys of the packet's own data: how many headers were told, and which dialog they speak of. */
#define TOLD    3
#define OF_CALL 4

/* What a header says about each medium, to be told. */
typedef struct {
    facts_header_t block;
    int mask; /* index into the context's masks, -1 = no flags */
} block_t;

typedef struct {
    block_t blocks[MSDIAG_MAX_MASKS];
    unsigned count, masks;
    bool used; /* the last block says something already */
} blocks_t;

static const char *const site_keys[FACTS_SITES] = {
    [FACTS_LOCAL_SITE] = "LocalSite",
    [FACTS_LOCAL_MR] = "LocalMR",
    [FACTS_REMOTE_SITE] = "RemoteSite",
    [FACTS_REMOTE_MR] = "RemoteMR",
};

static block_t *
current(blocks_t *blocks)
{
    return &blocks->blocks[blocks->count - 1];
}

/* A new medium: what follows is about that. */
static void
begin(blocks_t *blocks, const char *media)
{
    const block_t *last = &blocks->blocks[blocks->count - 1];

    if (blocks->used && blocks->count < MSDIAG_MAX_MASKS) {
        blocks->used = false;
        blocks->blocks[blocks->count] = (block_t){ .mask = -1, .block.side = last->block.side };
        blocks->count++;
    }
    current(blocks)->block.media = media;
}

static void
read_site(const msdiag_context_t *context, const msdiag_param_t *param, facts_header_t *block, unsigned which)
{
    msdiag_site_t site;

    if (!msdiag_read_site(context->text, param->value, &site) || site.ambiguous || !site.has_port)
        return;
    if (site.is_ipv4)
        alloc_address_wmem(context->pinfo->pool, &block->site[which], AT_IPv4, 4, &site.ipv4);
    else
        alloc_address_wmem(context->pinfo->pool, &block->site[which], AT_IPv6, 16, &site.ipv6);
    block->site_port[which] = site.port;
}

static void
read_param(const msdiag_context_t *context, blocks_t *blocks, const msdiag_param_t *param)
{
    const char *text = context->text;
    facts_header_t *block = &current(blocks)->block;
    uint32_t number;

    if (msdiag_span_is(text, param->name, "ICEWarn")) {
        if (icewarn_parse(text + param->value.offset, param->value.length, &number) != ICEWARN_PARSED)
            return;
        block->has_flags = blocks->used = true;
        block->flags = number;
        current(blocks)->mask = (int)blocks->masks++;
    } else if (msdiag_span_is(text, param->name, "UserType")) {
        block->side = msdiag_span_is(text, param->value, "Caller")   ? FACTS_CALLER
                      : msdiag_span_is(text, param->value, "Callee") ? FACTS_CALLEE
                                                                     : FACTS_SIDE_UNKNOWN;
    } else if (msdiag_span_is(text, param->name, "LocalLocation") &&
               msdiag_read_number(text, param->value, &number)) {
        block->local_location = number;
    } else if (msdiag_span_is(text, param->name, "RemoteLocation") &&
               msdiag_read_number(text, param->value, &number)) {
        block->remote_location = number;
    }
    for (unsigned site = 0; site < FACTS_SITES; site++)
        if (msdiag_span_is(text, param->name, site_keys[site])) {
            read_site(context, param, block, site);
            blocks->used = true;
        }
}

static void
read_media_debug(const msdiag_context_t *context, blocks_t *blocks, const msdiag_param_t *debug, facts_side_t side)
{
    msdiag_list_t *list = wmem_new(context->pinfo->pool, msdiag_list_t);

    msdiag_parse_list(context->text, debug->value, list);
    blocks->blocks[blocks->count - 1].block.side = side;
    for (unsigned i = 0; i < list->count; i++) {
        msdiag_param_t param = list->params[i];
        msdiag_span_t label;

        if (msdiag_take_label(context->text, &param.name, &label))
            begin(blocks, msdiag_text(context, label));
        read_param(context, blocks, &param);
    }
}

static void
read_blocks(const msdiag_context_t *context, const msdiag_header_t *header, const msdiag_id_t *row, blocks_t *blocks)
{
    blocks->masks = 0;
    blocks->used = false;
    blocks->count = 1;
    blocks->blocks[0] = (block_t){ .mask = -1 };
    blocks->blocks[0].block.media = context->media;
    for (unsigned i = 0; i < header->list.count; i++) {
        const msdiag_param_t *param = &header->list.params[i];

        if (msdiag_span_is(context->text, param->name, "CallerMediaDebug"))
            read_media_debug(context, blocks, param, FACTS_CALLER);
        else if (msdiag_span_is(context->text, param->name, "CalleeMediaDebug"))
            read_media_debug(context, blocks, param, FACTS_CALLEE);
        else
            read_param(context, blocks, param);
    }
    for (unsigned i = 0; i < blocks->count; i++) {
        facts_header_t *block = &blocks->blocks[i].block;

        block->has_id = header->id_state == MSDIAG_ID_OK;
        block->id = header->id;
        block->failed = row ? row->kind == MSDIAG_MEDIA_FAILURE : !block->has_id && block->flags != 0;
    }
}

/* --- the tree ----------------------------------------------------------------------------------------------------
 */

static void
add_items(msdiag_context_t *context, proto_tree *tree, int hf, const evidence_item_t *items, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        proto_item *item = proto_tree_add_uint(tree, hf, context->tvb, 0, 0, items[i].frame);

        proto_item_append_text(item, " (%s)", items[i].text);
        proto_item_set_generated(item);
    }
}

static proto_item *
add_generated(msdiag_context_t *context, proto_tree *tree, int hf, const char *text)
{
    proto_item *item = proto_tree_add_string(tree, hf, context->tvb, 0, 0, text);

    proto_item_set_generated(item);
    return item;
}

static void
add_evidence(msdiag_context_t *context, proto_item *mask, const facts_header_t *header, const tally_t *tally,
             unsigned row)
{
    packet_info *pinfo = context->pinfo;
    proto_item *bit = icewarn_flag_item(mask, row), *item;
    proto_tree *tree = proto_item_add_subtree(bit, ett_evidence);
    evidence_t evidence;

    evidence_of_flag(pinfo->pool, header, tally, icewarn_flags[row].bit, &evidence);
    if (evidence.none) {
        add_generated(context, tree, hf_none, evidence.none);
        return;
    }
    item = add_generated(context, tree, hf_evidence,
                         wmem_strdup_printf(pinfo->pool, "%u for it, %u against it%s", evidence.shown,
                                            evidence.against, PINFO_FD_VISITED(pinfo) ? "" : ", so far"));
    add_items(context, tree, hf_shown, evidence.for_it, evidence.for_count);
    add_items(context, tree, hf_against, evidence.against_it, evidence.against_count);
    if (evidence.against && !evidence.shown)
        expert_add_info_format(pinfo, item, &ei_contradicted,
                               "0x%x %s: the capture shows the contrary. Check whether the flag speaks of an earlier "
                               "attempt, and whether the capture was made where the client is.",
                               icewarn_flags[row].bit, icewarn_flags[row].title);
}

static void
add_verdict(msdiag_context_t *context, proto_tree *tree, const facts_header_t *header, const tally_t *tally)
{
    verdict_t verdict;
    proto_item *item;
    proto_tree *subtree;

    if (!verdict_of_header(context->pinfo->pool, header, tally, &verdict))
        return;
    item = add_generated(context, tree, hf_verdict, verdict.cause);
    subtree = proto_item_add_subtree(item, ett_verdict);
    add_generated(context, subtree, hf_rule, verdict.name);
    add_generated(context, subtree, hf_confidence, verdict_confidence_name(verdict.confidence));
    add_generated(context, subtree, hf_advice, verdict.advice);
    add_items(context, subtree, hf_shown, verdict.items, verdict.count);
    expert_add_info_format(context->pinfo, item, &ei_verdict, "Most likely cause (confidence %s): %s %s",
                           verdict_confidence_name(verdict.confidence), verdict.cause, verdict.advice);
}

static void
show(msdiag_context_t *context, proto_tree *tree, const facts_header_t *header, int mask)
{
    tally_t *tally = wmem_new(context->pinfo->pool, tally_t);

    tally_call(call_root(header->call), header->side, tally);
    for (unsigned row = 0; mask >= 0 && (unsigned)mask < context->mask_count && row < ICEWARN_FLAG_COUNT; row++)
        if ((header->flags & icewarn_flags[row].bit) && context->masks[mask])
            add_evidence(context, context->masks[mask], header, tally, row);
    add_verdict(context, tree, header, tally);
}

void
msdiag_add_verdict(msdiag_context_t *context, proto_tree *tree, const msdiag_header_t *header, const msdiag_id_t *row)
{
    packet_info *pinfo = context->pinfo;
    const sip_scanned_t *message;
    const char *call_id;
    blocks_t *blocks;
    unsigned told;

    if (!facts_options.enabled)
        return;
    call_id = (const char *)p_get_proto_data(pinfo->pool, pinfo, proto_owner, OF_CALL);
    message = call_id ? NULL : sip_scan_around(pinfo, context->tvb);
    if (message)
        call_id = message->sip.call_id;
    if (!facts_takes_headers_of(pinfo, call_id))
        return;
    blocks = wmem_new(pinfo->pool, blocks_t);
    read_blocks(context, header, row, blocks);
    told = GPOINTER_TO_UINT(p_get_proto_data(pinfo->pool, pinfo, proto_owner, TOLD));
    for (unsigned i = 0; i < blocks->count; i++) {
        const facts_header_t *kept = facts_tell_diagnostics(
            pinfo, call_id, told + i, message ? message->side : FACTS_SIDE_UNKNOWN, &blocks->blocks[i].block);

        if (kept && tree)
            show(context, tree, kept, blocks->blocks[i].mask);
    }
    p_remove_proto_data(pinfo->pool, pinfo, proto_owner, TOLD);
    p_add_proto_data(pinfo->pool, pinfo, proto_owner, TOLD, GUINT_TO_POINTER(told + blocks->count));
}

void
msdiag_of_call(packet_info *pinfo, const char *call_id)
{
    p_remove_proto_data(pinfo->pool, pinfo, proto_owner, OF_CALL);
    if (call_id && *call_id)
        p_add_proto_data(pinfo->pool, pinfo, proto_owner, OF_CALL, (void *)(uintptr_t)call_id);
}

void
msdiag_register_verdict(int proto, expert_module_t *expert)
{
    static hf_register_info flag_fields[] = {
        { &hf_evidence,
          { "Evidence", "icewarn.evidence", FT_STRING, BASE_NONE, NULL, 0,
            "How many attempts in this capture show the flag, and how many contradict it", HFILL } },
        { &hf_shown, { "Shown by frame", "icewarn.evidence.frame", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_against,
          { "Contradicted by frame", "icewarn.evidence.contradiction", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL,
            HFILL } },
        { &hf_none,
          { "No evidence in this capture", "icewarn.evidence.none", FT_STRING, BASE_NONE, NULL, 0, "And why",
            HFILL } },
    };
    static hf_register_info hf[] = {
        { &hf_verdict,
          { "Most likely cause", "msdiag.verdict", FT_STRING, BASE_NONE, NULL, 0,
            "By rules over flags, locations and what the capture shows", HFILL } },
        { &hf_rule,
          { "Rule", "msdiag.verdict.rule", FT_STRING, BASE_NONE, NULL, 0, "Short name of the cause", HFILL } },
        { &hf_confidence,
          { "Confidence", "msdiag.verdict.confidence", FT_STRING, BASE_NONE, NULL, 0,
            "high: frames show it; medium: flags and candidates agree; low: flags only", HFILL } },
        { &hf_advice, { "What to do", "msdiag.verdict.advice", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_contradicted,
          { "icewarn.expert.contradicted", PI_RESPONSE_CODE, PI_NOTE, "The capture shows the contrary of a flag",
            EXPFILL } },
        { &ei_verdict,
          { "msdiag.expert.verdict", PI_RESPONSE_CODE, PI_ERROR, "The most likely cause of the failed call",
            EXPFILL } },
    };
    static int *ett[] = { &ett_evidence, &ett_verdict };

    proto_owner = proto;
    proto_register_field_array(proto_get_id_by_filter_name("icewarn"), flag_fields, array_length(flag_fields));
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));
}
