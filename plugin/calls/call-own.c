/* call-own.c
 * Which computer a call is watched from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"

/* What was concluded last: it holds as long as nothing new is told. */
static const facts_call_t *known_call;
static uint32_t known_revision;
static const facts_endpoint_t *known_first;

static bool
is_client(const facts_attempt_t *attempt)
{
    return attempt->to_server || attempt->kind == FACTS_CHECK;
}

/* The endpoint that tried something first. */
static const facts_endpoint_t *
first_to_try(const facts_call_t *call)
{
    const facts_attempt_t *first = NULL;

    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            if (is_client(attempt) &&
                (!first || attempt->to_server > first->to_server ||
                 (attempt->to_server == first->to_server && attempt->first_frame < first->first_frame)))
                first = attempt;
    }
    return first ? first->local : NULL;
}

/* Whether one of two addresses checked the other, or an endpoint at addr allocated. */
static bool
allocated(const facts_call_t *call, const address *addr, const address *first)
{
    bool found = false;

    for (const facts_member_t *member = call->members; member; member = member->next) {
        const address *local = &member->endpoint->key.addr;
        bool at_first = addresses_equal(local, first), at_addr = addresses_equal(local, addr);

        if (!at_first && !at_addr)
            continue;
        for (const facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next) {
            if (attempt->kind == FACTS_CHECK && addresses_equal(&attempt->remote.addr, at_first ? addr : first))
                return false;
            found |= at_addr && attempt->to_server;
        }
    }
    return found;
}

bool
call_is_own(const facts_call_t *call, const address *addr)
{
    call = call_root((facts_call_t *)(void *)call);
    if (call != known_call || facts_revision != known_revision) {
        known_first = first_to_try(call);
        known_call = call;
        known_revision = facts_revision;
    }
    return known_first &&
           (addresses_equal(&known_first->key.addr, addr) || allocated(call, addr, &known_first->key.addr));
}
