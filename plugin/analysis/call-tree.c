/* call-tree.c
 * -z msice,tree: what the calls of a capture have in common.
 *
 * The counts are made from the calls as they stand when the tree is drawn, not packet by packet: what a call is
 * becomes clear behind its packets. So a second listener draws first and sets the nodes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include "analysis/call-summary.h"
#include "base/printable.h"

#include <epan/stats_tree.h>
#include <epan/tap.h>

#include "knowledge/icewarn-flags.h"
#include "knowledge/msdiag-ids.h"

enum { IDS, FLAGS, MEDIA, LOCATIONS, RELAYS, ANSWERED_BY, VERDICTS, OUTCOMES_OF_CALLS, PATHS, BRANCHES };

static const char *const branch_names[BRANCHES] = {
    [IDS] = "Diagnostics id",  [FLAGS] = "ICE warning",           [MEDIA] = "Medium",
    [LOCATIONS] = "Locations", [RELAYS] = "Allocations by relay", [ANSWERED_BY] = "Pseudo-TLS hello answered by",
    [VERDICTS] = "Verdict",    [OUTCOMES_OF_CALLS] = "Outcome",   [PATHS] = "Path",
};

typedef struct {
    stats_tree *tree;
    GHashTable *calls;  /* that came by */
    GHashTable *counts; /* "branch|name" or "branch|name|leaf" -> number */
    unsigned nodes[BRANCHES];
    bool listens;
} state_t;

/* Nodes below a branch, what is below them among them: who adds one has all of its siblings walked. */
#define MOST_NODES 1000
#define OTHERS     "others"

static GHashTable *states; /* stats_tree -> state_t */
static int branches[BRANCHES];

/* The end of the second listener, which owns the state from then on that it is registered. */
static void
free_state(void *data)
{
    state_t *state = (state_t *)data;

    if (state->tree)
        g_hash_table_remove(states, state->tree);
    g_hash_table_destroy(state->calls);
    g_hash_table_destroy(state->counts);
    g_free(state);
}

static state_t *
state_of(stats_tree *tree)
{
    state_t *state = states ? (state_t *)g_hash_table_lookup(states, tree) : NULL;

    if (state)
        return state;
    if (!states)
        states = g_hash_table_new(g_direct_hash, g_direct_equal);
    state = g_new0(state_t, 1);
    state->tree = tree;
    state->calls = g_hash_table_new(g_direct_hash, g_direct_equal);
    state->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert(states, tree, state);
    return state;
}

static unsigned
increase(state_t *state, const char *path)
{
    unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(state->counts, path)) + 1;

    g_hash_table_insert(state->counts, g_strdup(path), GUINT_TO_POINTER(count));
    return count;
}

static int
set_node(state_t *state, const char *path, const char *name, int parent, bool has_children)
{
    return stats_tree_manip_node_int(MN_SET, state->tree, name, parent, has_children, (int)increase(state, path));
}

/* What these count are allocations and hellos; all else is counted once a call. */
static bool
counts_attempts(unsigned branch)
{
    return branch == RELAYS || branch == ANSWERED_BY;
}

/* Of what a call has several (media, flags) and others none, the share is that of all calls. */
static void
set_branches(state_t *state, unsigned calls)
{
    for (unsigned branch = 0; branch < BRANCHES; branch++) {
        char *path = g_strdup_printf("%u", branch);

        if (!counts_attempts(branch) && g_hash_table_contains(state->counts, path))
            stats_tree_manip_node_int(MN_SET, state->tree, branch_names[branch], 0, true, (int)calls);
        g_free(path);
    }
}

/* Where a node is counted: by its own name, or with the others when it is new and the branch is full. In the end the
 * path that is returned is the caller's, and *name is the node's. */
static char *
path_of(state_t *state, unsigned branch, const char *parent, const char **name)
{
    char *path = g_strdup_printf("%s|%s", parent, *name);

    if (g_hash_table_contains(state->counts, path) || state->nodes[branch]++ < MOST_NODES)
        return path;
    g_free(path);
    *name = OTHERS;
    return g_strdup_printf("%s|%s", parent, OTHERS);
}

/* Counts one more below a branch: a name, and what is below that (NULL = nothing). */
static void
count(state_t *state, unsigned branch, const char *name, const char *leaf)
{
    char *top = g_strdup_printf("%u", branch), *path;
    int node;

    if (counts_attempts(branch))
        set_node(state, top, branch_names[branch], 0, true);
    else
        increase(state, top);
    path = path_of(state, branch, top, &name);
    node = set_node(state, path, name, branches[branch], leaf != NULL);
    if (leaf) {
        char *leaf_path = path_of(state, branch, path, &leaf);

        set_node(state, leaf_path, leaf, node, false);
        g_free(leaf_path);
    }
    g_free(path);
    g_free(top);
}

static void
count_flags(state_t *state, uint32_t flags)
{
    for (unsigned i = 0; i < ICEWARN_FLAG_COUNT; i++) {
        char *name;

        if (!(flags & icewarn_flags[i].bit))
            continue;
        name = g_strdup_printf("0x%x %s", icewarn_flags[i].bit, icewarn_flags[i].title);
        count(state, FLAGS, name, NULL);
        g_free(name);
    }
}

static void
count_attempts(wmem_allocator_t *scope, state_t *state, const facts_call_t *call)
{
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next) {
            if (attempt->kind == FACTS_ALLOCATION)
                count(state, RELAYS,
                      wmem_strdup_printf(scope, "%s %s", attempt->transport == PT_TCP ? "TCP" : "UDP",
                                         call_at_text(scope, &attempt->remote)),
                      facts_outcome_name(attempt_outcome(attempt)));
            else if (attempt->kind == FACTS_HELLO)
                count(state, ANSWERED_BY, facts_answerer_name(attempt->by), call_at_text(scope, &attempt->remote));
        }
    }
}

static const char *
id_text(wmem_allocator_t *scope, uint32_t id)
{
    const msdiag_id_t *row = msdiag_id_lookup(id);

    return wmem_strdup_printf(scope, "%u%s%s", id, row && row->brief ? " " : "", row && row->brief ? row->brief : "");
}

static void
count_call(wmem_allocator_t *scope, state_t *state, const facts_call_t *call)
{
    call_summary_t summary;

    call_summarize(scope, call, &summary);
    if (summary.header && summary.header->has_id)
        count(state, IDS, id_text(scope, summary.header->id), NULL);
    if (summary.header && summary.header->has_flags)
        count_flags(state, summary.header->flags);
    for (unsigned i = 0; i < summary.media_count; i++)
        count(state, MEDIA, printable(scope, summary.media_names[i]), NULL);
    if (summary.locations)
        count(state, LOCATIONS, summary.locations, NULL);
    count_attempts(scope, state, call);
    if (summary.has_verdict)
        count(state, VERDICTS, wmem_strdup_printf(scope, "%s: %s", summary.verdict.name, summary.verdict.cause),
              NULL);
    count(state, OUTCOMES_OF_CALLS, outcome_name(summary.outcome.kind), NULL);
    if (summary.outcome.path.name)
        count(state, PATHS, summary.outcome.path.name, NULL);
}

static void
count_calls(void *data)
{
    state_t *state = (state_t *)data;
    unsigned calls = 0;
    GHashTable *counted;
    GHashTableIter iter;
    void *key;

    if (!state->tree)
        return;
    counted = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_hash_table_remove_all(state->counts);
    memset(state->nodes, 0, sizeof state->nodes);
    g_hash_table_iter_init(&iter, state->calls);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_hash_table_add(counted, call_root((facts_call_t *)key));
    for (unsigned i = 0;; i++) {
        const facts_call_t *call = facts_call_at(i);
        wmem_allocator_t *scope;

        if (!call)
            break;
        if (!g_hash_table_contains(counted, call))
            continue;
        scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
        count_call(scope, state, call);
        calls++;
        wmem_destroy_allocator(scope);
    }
    set_branches(state, calls);
    g_hash_table_destroy(counted);
}

static tap_packet_status
always_draw(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped _U_,
            tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

static tap_packet_status
tree_packet(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped,
            tap_flags_t flags _U_)
{
    state_t *state = state_of(tree);

    g_hash_table_add(state->calls, (void *)(uintptr_t)((const facts_place_t *)tapped)->call);
    if (!state->listens) {
        GString *problem = register_tap_listener("msice", state, NULL, TL_REQUIRES_NOTHING, NULL, always_draw,
                                                 count_calls, free_state);

        if (problem)
            g_string_free(problem, TRUE);
        else
            state->listens = true; /* registered behind the tree's own listener, it is drawn before it */
    }
    return TAP_PACKET_REDRAW;
}

static void
tree_init(stats_tree *tree)
{
    for (unsigned branch = 0; branch < BRANCHES; branch++)
        branches[branch] = stats_tree_create_node(tree, branch_names[branch], 0, STAT_DT_INT, TRUE);
    if (states)
        g_hash_table_remove_all(state_of(tree)->calls);
}

static void
tree_cleanup(stats_tree *tree)
{
    state_t *state = states ? (state_t *)g_hash_table_lookup(states, tree) : NULL;

    if (!state)
        return;
    /* Wireshark may be walking along its listeners just now, so the second one stays and has nothing to draw. */
    g_hash_table_remove(states, tree);
    state->tree = NULL;
    if (!state->listens)
        free_state(state);
}

/* The file is closed, and its calls are gone: a window that is still open is drawn once more. */
static void
forget(void)
{
    GHashTableIter iter;
    void *state;

    if (!states)
        return;
    g_hash_table_iter_init(&iter, states);
    while (g_hash_table_iter_next(&iter, NULL, &state))
        g_hash_table_remove_all(((state_t *)state)->calls);
}

void
call_tree_register(void)
{
    register_cleanup_routine(forget);
    stats_tree_register_plugin("msice", "msice", "Microsoft Media Call Statistics", 0, tree_packet, tree_init,
                               tree_cleanup);
}
