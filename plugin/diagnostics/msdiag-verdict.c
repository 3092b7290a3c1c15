/* msdiag-verdict.c
 * What the rest of the capture says about a diagnostics header: evidence below its flags, and the verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-verdict.h"

#include "base/finding-add.h"
#include "base/findings.h"
#include "sip/sip-scan.h"
#include "analysis/evidence-tree.h"
#include "analysis/verdict.h"
#include "knowledge/icewarn-flags.h"
#include "diagnostics/packet-icewarn.h"

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

/* What is said here stands nowhere in the packet, so it has no place in it. */
static proto_item *
add_generated(proto_tree *tree, int hf, const char *text)
{
    proto_item *item = proto_tree_add_string(tree, hf, NULL, 0, 0, text);

    proto_item_set_generated(item);
    return item;
}

static void
add_evidence(msdiag_context_t *context, proto_item *mask, const facts_header_t *header, const tally_t *tally,
             unsigned row)
{
    packet_info *pinfo = context->pinfo;
    proto_item *bit = mask ? icewarn_flag_item(mask, row) : NULL, *item;
    proto_tree *tree = proto_item_add_subtree(bit, ett_evidence);
    evidence_t evidence;

    evidence_of_flag(pinfo->pool, header, tally, &icewarn_flags[row], &evidence);
    if (evidence.none) {
        add_generated(tree, hf_none, evidence.none);
        return;
    }
    item = add_generated(tree, hf_evidence,
                         wmem_strdup_printf(pinfo->pool, "%u for it, %u against it%s", evidence.shown,
                                            evidence.against, PINFO_FD_VISITED(pinfo) ? "" : ", so far"));
    evidence_tree_add(tree, context->pinfo, hf_shown, "Shown by frame", evidence.for_it, evidence.for_count);
    evidence_tree_add(tree, context->pinfo, hf_against, "Contradicted by frame", evidence.against_it,
                      evidence.against_count);
    if (evidence.against && !evidence.shown)
        finding_add_format(pinfo, item, &ei_contradicted,
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
    item = add_generated(tree, hf_verdict, verdict.cause);
    subtree = proto_item_add_subtree(item, ett_verdict);
    add_generated(subtree, hf_rule, verdict.name);
    add_generated(subtree, hf_confidence, verdict_confidence_name(verdict.confidence));
    add_generated(subtree, hf_advice, verdict.advice);
    evidence_tree_add(subtree, context->pinfo, hf_shown, "Shown by frame", verdict.items, verdict.count);
    if (tree && item && item->parent == tree && tree->first_child != item)
        proto_tree_move_item(tree, tree->first_child, item); /* the cause first, behind the name of the header */
    finding_add_format(context->pinfo, item, &ei_verdict, "Most likely cause (confidence %s): %s %s",
                       verdict_confidence_name(verdict.confidence), verdict.cause, verdict.advice);
}

/* The item of the ICEWarn value that stands at an offset. NULL where it has none. */
static proto_item *
mask_at(const msdiag_context_t *context, unsigned at)
{
    for (unsigned i = 0; i < context->mask_count; i++)
        if (context->masks[i].at == at)
            return context->masks[i].item;
    return NULL;
}

static void
show(msdiag_context_t *context, proto_tree *tree, const facts_header_t *header, unsigned flags_at)
{
    tally_t *tally = wmem_new(context->pinfo->pool, tally_t);
    proto_item *mask = mask_at(context, flags_at);

    tally_call(call_root(header->call), header->side, tally);
    for (unsigned row = 0; row < ICEWARN_FLAG_COUNT && (mask || !tree); row++) /* none where icewarn is disabled */
        if (header->has_flags && (header->flags & icewarn_flags[row].bit))
            add_evidence(context, mask, header, tally, row);
    add_verdict(context, tree, header, tally);
}

void
msdiag_add_verdict(msdiag_context_t *context, proto_tree *tree, msdiag_blocks_t *blocks)
{
    packet_info *pinfo = context->pinfo;
    const sip_scanned_t *message;
    const char *call_id;
    unsigned told;

    if (!facts_options.enabled)
        return;
    call_id = (const char *)p_get_proto_data(pinfo->pool, pinfo, proto_owner, OF_CALL);
    message = call_id ? NULL : sip_scan_around(pinfo, context->tvb);
    if (message)
        call_id = message->call_id;
    if (!facts_takes_headers_of(pinfo, call_id))
        return;
    told = GPOINTER_TO_UINT(p_get_proto_data(pinfo->pool, pinfo, proto_owner, TOLD));
    for (unsigned i = 0; i < blocks->count; i++) {
        const facts_header_t *kept;

        msdiag_read_sites(context, &blocks->blocks[i]);
        kept = facts_tell_diagnostics(pinfo, call_id, told + i, message ? message->side : FACTS_SIDE_UNKNOWN,
                                      &blocks->blocks[i].block);
        if (kept && expert_items_are_seen(tree))
            show(context, tree, kept, blocks->blocks[i].flags_at);
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
        { &hf_shown, { "Frame", "icewarn.evidence.frame", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_against, { "Frame", "icewarn.evidence.contradiction", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
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
            "high: frames show it; medium: candidates, credentials or less certain packets agree; low: flags only",
            HFILL } },
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
