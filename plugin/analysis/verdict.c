/* verdict.c
 * The most likely cause of a failed or bad call, by the rules of verdict-rules.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/verdict.h"

#include "analysis/questions.h"
#include "analysis/verdict-rules.h"

const char *
verdict_confidence_name(verdict_confidence_t confidence)
{
    static const char *const names[] = {
        [VERDICT_LOW] = "low",
        [VERDICT_MEDIUM] = "medium",
        [VERDICT_HIGH] = "high",
    };
    return names[confidence];
}

static bool
agrees_with_header(const verdict_rule_t *rule, const facts_header_t *header)
{
    if (rule->ids && (!header->has_id || header->id > 31 || !(rule->ids & (1U << header->id))))
        return false;
    return (header->flags & rule->flags.all) == rule->flags.all && !(header->flags & rule->flags.none) &&
           (!rule->flags.any || (header->flags & rule->flags.any));
}

static bool
agrees_with_packets(const verdict_rule_t *rule, const question_t *question)
{
    return (rule->when & BIT(question->outcome->kind)) && (question->facts & (rule->proof | rule->agree));
}

static bool
holds(const verdict_rule_t *rule, const question_t *question)
{
    if (question->header ? !agrees_with_header(rule, question->header) : !agrees_with_packets(rule, question))
        return false;
    return (question->facts & rule->all) == rule->all && !(question->facts & rule->none) &&
           (!rule->any || (question->facts & rule->any));
}

/* Without a header the client has not said that it gave up: what could still follow keeps the confidence down. */
static verdict_confidence_t
confidence_of(const verdict_rule_t *rule, const question_t *question)
{
    if (question->facts & rule->proof & ~question->weak && !(rule->all & question->weak))
        return question->header || question->outcome->over ? VERDICT_HIGH : VERDICT_MEDIUM;
    return question->facts & (rule->proof | rule->agree) ? VERDICT_MEDIUM : VERDICT_LOW;
}

static bool
answer(wmem_allocator_t *scope, question_t *question, verdict_t *verdict)
{
    questions_ask(question);
    memset(verdict, 0, sizeof *verdict);
    for (unsigned i = 0; i < verdict_rule_count; i++) {
        const verdict_rule_t *rule = &verdict_rules[i];

        if (!holds(rule, question))
            continue;
        verdict->name = rule->name;
        verdict->cause = rule->cause;
        verdict->advice = rule->advice;
        verdict->confidence = confidence_of(rule, question);
        questions_show(scope, question, rule->all | rule->any | rule->proof | rule->agree, verdict->items,
                       &verdict->count);
        return true;
    }
    return false;
}

bool
verdict_of_header(wmem_allocator_t *scope, const facts_header_t *header, const tally_t *tally, verdict_t *verdict)
{
    question_t question = { .call = call_root(header->call), .header = header, .side = header->side, .tally = tally };

    return header->failed && answer(scope, &question, verdict);
}

/* What a call with no header about its failure shows: by its outcome. */
static bool
verdict_of_packets(wmem_allocator_t *scope, const facts_call_t *call, const call_outcome_t *outcome,
                   verdict_t *verdict)
{
    tally_t *tally = wmem_new(scope, tally_t);
    question_t question = { .call = call, .tally = tally, .outcome = outcome };

    if (outcome->kind == OUTCOME_INCOMPLETE || outcome->kind == OUTCOME_NO_MEDIA)
        return false;
    tally_call(call, FACTS_SIDE_UNKNOWN, tally);
    return answer(scope, &question, verdict);
}

/* What a header says about the end of a call: that no media path was found, what went wrong on the way, or that a
 * request was refused; a progress report comes last. */
static unsigned
gravity(const facts_header_t *header)
{
    return (header->failed ? 8 : 0) + (header->has_flags && header->flags ? 4 : 0) + (header->refused ? 2 : 0) +
           (header->has_flags ? 1 : 0);
}

/* Of two that say as much the first one counts where it reports the failure, else the last one: what came before was
 * on the way there. */
const facts_header_t *
gravest_header(const facts_call_t *call)
{
    const facts_header_t *gravest = call->headers;

    for (const facts_header_t *header = gravest; header; header = header->next)
        if (gravity(header) > gravity(gravest) || (gravity(header) == gravity(gravest) && !header->failed))
            gravest = header;
    return gravest;
}

/* The surest verdict on one of the headers that report a failure. */
static bool
verdict_of_headers(wmem_allocator_t *scope, const facts_call_t *call, verdict_t *verdict)
{
    tally_t *tally = wmem_new(scope, tally_t);
    bool found = false;

    for (const facts_header_t *header = call->headers; header; header = header->next) {
        verdict_t one;

        if (!header->failed)
            continue;
        tally_call(call, header->side, tally);
        if (verdict_of_header(scope, header, tally, &one) && (!found || one.confidence > verdict->confidence)) {
            *verdict = one;
            verdict->header = header;
            found = true;
        }
    }
    return found;
}

bool
verdict_of_call(wmem_allocator_t *scope, const facts_call_t *call, const call_outcome_t *outcome, verdict_t *verdict)
{
    const facts_header_t *header = gravest_header(call);

    return header && header->failed ? verdict_of_headers(scope, call, verdict)
                                    : verdict_of_packets(scope, call, outcome, verdict);
}
