/* shown-tree.c
 * The way back: from a frame to what it shows about its call (msice.call.shows, .contradicts).
 *
 * The evidence of a call is gathered once and kept until the facts change, because each frame of the call asks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/shown-tree.h"

#include "analysis/call-summary.h"

static int hf_shows = -1;
static int hf_contradicts = -1;
static int hf_header = -1;
static int ett_shows = -1;

/* One thing that a frame shows. */
typedef struct {
    uint32_t frame;
    uint32_t header; /* the frame whose header says it; 0 = concluded without one */
    bool against;
    const char *text; /* static or in the scope of the list */
} shown_t;

typedef struct {
    wmem_allocator_t *scope;
    wmem_array_t *items; /* shown_t */
    uint32_t revision;   /* of the facts it was made from */
} shown_list_t;

static GHashTable *lists; /* facts_call_t -> shown_list_t */

static void
free_list(void *data)
{
    shown_list_t *list = (shown_list_t *)data;

    wmem_destroy_allocator(list->scope);
    g_free(list);
}

static void
forget(void)
{
    g_hash_table_remove_all(lists);
}

static void
note(shown_list_t *list, const evidence_item_t *items, unsigned count, uint32_t header, bool against,
     const char *text)
{
    for (unsigned i = 0; i < count; i++) {
        shown_t shown = { .frame = items[i].frame, .header = header, .against = against, .text = text };

        wmem_array_append_one(list->items, shown);
    }
}

static void
note_header(shown_list_t *list, const facts_header_t *header, const tally_t *tally)
{
    for (unsigned row = 0; row < ICEWARN_FLAG_COUNT; row++) {
        const icewarn_flag_t *flag = &icewarn_flags[row];
        evidence_t evidence;
        const char *text;

        if (!(header->flags & flag->bit))
            continue;
        evidence_of_flag(list->scope, header, tally, flag, &evidence);
        if (evidence.none)
            continue;
        text = wmem_strdup_printf(list->scope, "0x%x %s", flag->bit, flag->title);
        note(list, evidence.for_it, evidence.for_count, header->frame, false, text);
        note(list, evidence.against_it, evidence.against_count, header->frame, true, text);
    }
}

static void
note_cause(shown_list_t *list, const facts_call_t *call)
{
    const call_summary_t *summary = call_summary_now(call, true);

    if (summary->has_verdict)
        note(list, summary->verdict.items, summary->verdict.count,
             summary->header && summary->header->failed ? summary->header->frame : 0, false,
             wmem_strdup_printf(list->scope, "the cause, %s", summary->verdict.name));
}

static void
gather(shown_list_t *list, const facts_call_t *call)
{
    tally_t *tally = g_new(tally_t, 1);

    list->scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    list->items = wmem_array_new(list->scope, sizeof(shown_t));
    list->revision = facts_revision;
    note_cause(list, call);
    for (const facts_header_t *header = call->headers; header; header = header->next) {
        if (!header->has_flags)
            continue;
        tally_call(call, header->side, tally);
        note_header(list, header, tally);
    }
    g_free(tally);
}

static const shown_list_t *
list_of(const facts_call_t *call)
{
    shown_list_t *list = (shown_list_t *)g_hash_table_lookup(lists, call);

    if (list && list->revision == facts_revision)
        return list;
    list = g_new0(shown_list_t, 1);
    gather(list, call);
    g_hash_table_insert(lists, (void *)(uintptr_t)call, list);
    return list;
}

void
shown_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const facts_call_t *call)
{
    const shown_list_t *list = list_of(call);

    for (unsigned i = 0; i < wmem_array_get_count(list->items); i++) {
        const shown_t *shown = (const shown_t *)wmem_array_index(list->items, i);
        proto_item *item;

        if (shown->frame != pinfo->num)
            continue;
        item = proto_tree_add_string(tree, shown->against ? hf_contradicts : hf_shows, tvb, 0, 0, shown->text);
        proto_item_set_generated(item);
        if (shown->header)
            proto_item_set_generated(
                proto_tree_add_uint(proto_item_add_subtree(item, ett_shows), hf_header, tvb, 0, 0, shown->header));
    }
}

void
shown_tree_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_shows,
          { "This frame shows", "msice.call.shows", FT_STRING, BASE_NONE, NULL, 0,
            "The flag of a diagnostics header, or the cause, that the frame is evidence for", HFILL } },
        { &hf_contradicts,
          { "This frame contradicts", "msice.call.contradicts", FT_STRING, BASE_NONE, NULL, 0,
            "The flag of a diagnostics header that the frame is evidence against", HFILL } },
        { &hf_header,
          { "Header in frame", "msice.call.shows.header", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The diagnostics header that says so", HFILL } },
    };
    static int *ett[] = { &ett_shows };

    lists = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_list);
    register_init_routine(forget);
    register_cleanup_routine(forget);
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
