/* call-pairs.c
 * The candidates of a call, and what was tried between them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-pairs.h"

static bool
has_allocation(const facts_endpoint_t *endpoint)
{
    for (const facts_attempt_t *attempt = endpoint->attempts; attempt; attempt = attempt->next)
        if (attempt->kind == FACTS_ALLOCATION)
            return true;
    return false;
}

static void
visit_candidate(wmem_allocator_t *scope, const facts_call_t *call, const facts_endpoint_t *endpoint,
                call_pair_visitor_t visitor, void *data)
{
    call_pair_t candidate = { .call = call,
                              .kind = endpoint->named ? "offered" : "gathered",
                              .transport = endpoint->key.transport,
                              .local = &endpoint->key,
                              .base = endpoint->base ? &endpoint->base->key : NULL,
                              .side = endpoint_side(endpoint),
                              .media = endpoint->media || !endpoint->base ? endpoint->media : endpoint->base->media };

    if (!endpoint->named && !endpoint->base && !has_allocation(endpoint))
        return;
    candidate.local_type = endpoint_candidate_type(endpoint, &candidate.local_concluded);
    visitor(scope, &candidate, data);
}

static void
visit_attempt(wmem_allocator_t *scope, const facts_call_t *call, const facts_attempt_t *attempt,
              call_pair_visitor_t visitor, void *data)
{
    const facts_endpoint_t *endpoint = attempt->local;
    call_pair_t pair = { .call = call,
                         .kind = attempt->kind == FACTS_CHECK ? "checked" : "connected",
                         .transport = attempt->transport,
                         .local = &endpoint->key,
                         .remote = &attempt->remote,
                         .side = endpoint_side(endpoint),
                         .media = endpoint->media,
                         .attempt = attempt };

    if (attempt->to_server || (attempt->kind != FACTS_CHECK && attempt->kind != FACTS_CONNECTION))
        return;
    pair.local_type = attempt_local_type(attempt, &pair.local_concluded);
    pair.remote_type = attempt_remote_type(attempt, &pair.remote_concluded);
    if (attempt->relayed == RELAYED_LOCAL && endpoint->relayed) {
        pair.local = &endpoint->relayed->key;
        pair.base = &endpoint->key;
    }
    visitor(scope, &pair, data);
}

void
call_pairs(wmem_allocator_t *scope, const facts_call_t *call, call_pair_visitor_t visitor, void *data)
{
    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        visit_candidate(scope, call, member->endpoint, visitor, data);
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            visit_attempt(scope, call, attempt, visitor, data);
    }
}
