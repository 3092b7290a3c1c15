/* call-tap.c
 * -z msice,calls: a line a call; -z msice,candidates: a line a candidate and pair.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

void
call_summarize(const facts_call_t *call, call_summary_t *summary)
{
    memset(summary, 0, sizeof *summary);
    summary->number = call->number;
    summary->call_id = call->call_id;
    summary->conversation_id = call->conversation_id;
    summary->from = call->from ? call->from : call->first_from;
    summary->to = call->from ? call->to : call->first_to;
    summary->start = call->start;
}

/* "2014-01-01 12:00:00.030", UTC. */
const char *
call_time_text(wmem_allocator_t *scope, const nstime_t *when)
{
    time_t seconds = when->secs;
    char day[24];
    struct tm *parts = gmtime(&seconds);

    if (!parts || !strftime(day, sizeof day, "%Y-%m-%d %H:%M:%S", parts))
        return "-";
    return wmem_strdup_printf(scope, "%s.%03d", day, when->nsecs / 1000000);
}

static const char *
location_name(unsigned location)
{
    return location == 1 ? "remote" : location == 2 ? "internal" : "unknown";
}

void
call_summarize_whole(wmem_allocator_t *scope, const facts_call_t *call, call_summary_t *summary)
{
    const facts_header_t *header;
    wmem_strbuf_t *media = wmem_strbuf_new(scope, NULL);

    call_summarize(call, summary);
    summary->has_verdict = verdict_of_call(scope, call, &header, &summary->verdict);
    for (unsigned i = 0; i < call->media_count; i++)
        wmem_strbuf_append_printf(media, "%s%s", i ? "," : "", call->media[i]->name);
    if (header) {
        if (wmem_strbuf_get_len(media) == 0 && header->media)
            wmem_strbuf_append(media, header->media);
        summary->has_id = header->has_id;
        summary->id = header->id;
        summary->has_flags = header->has_flags;
        summary->flags = header->flags;
        if (header->local_location || header->remote_location)
            summary->locations = wmem_strdup_printf(scope, "%s-%s", location_name(header->local_location),
                                                    location_name(header->remote_location));
    }
    summary->media = wmem_strbuf_finalize(media);
}

/* --- tshark -z msice,calls ---------------------------------------------------------------------------------------
 */

/* Calls that the filter of the statistics let through, by number. */
typedef struct {
    char *filter;
    GHashTable *numbers;
} listener_t;

static tap_packet_status
note_call(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    listener_t *listener = (listener_t *)data;
    const facts_place_t *place = (const facts_place_t *)tapped;

    return g_hash_table_add(listener->numbers, (void *)(uintptr_t)place->call) ? TAP_PACKET_REDRAW
                                                                               : TAP_PACKET_DONT_REDRAW;
}

static void
forget_calls(void *data)
{
    g_hash_table_remove_all(((listener_t *)data)->numbers);
}

static void
free_listener(void *data)
{
    listener_t *listener = (listener_t *)data;

    g_hash_table_destroy(listener->numbers);
    g_free(listener->filter);
    g_free(listener);
}

/* Whether a packet of a call came by: what was tapped under a call that became part of another counts for that. */
static bool
call_was_tapped(GHashTable *tapped, const facts_call_t *call)
{
    GHashTableIter iter;
    void *key;

    if (g_hash_table_contains(tapped, call))
        return true;
    g_hash_table_iter_init(&iter, tapped);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (((facts_call_t *)key)->joined && call_root((facts_call_t *)key) == call)
            return true;
    return false;
}

const char *
call_or_dash(const char *text)
{
    return text && *text ? text : "-";
}

static void
print_call(wmem_allocator_t *scope, const facts_call_t *call)
{
    call_summary_t summary;

    call_summarize_whole(scope, call, &summary);
    printf("%u | %s | %s | %s | %s | %s | ", summary.number, call_time_text(scope, &summary.start),
           call_or_dash(summary.from), call_or_dash(summary.to), call_or_dash(summary.media),
           call_or_dash(summary.locations));
    if (summary.has_id)
        printf("%u | ", summary.id);
    else
        printf("- | ");
    if (summary.has_flags)
        printf("0x%x | ", summary.flags);
    else
        printf("- | ");
    if (summary.has_verdict)
        printf("%s (%s): %s\n", summary.verdict.name, verdict_confidence_name(summary.verdict.confidence),
               summary.verdict.cause);
    else
        printf("-\n");
}

static void
print_calls(void *data)
{
    const listener_t *listener = (const listener_t *)data;
    const facts_call_t *call;

    printf("Media calls%s%s\n", listener->filter ? " with " : "", listener->filter ? listener->filter : "");
    printf("call | start (UTC) | from | to | media | locations | id | ICEWarn | verdict\n");
    for (unsigned i = 0; (call = facts_call_at(i)) != NULL; i++) {
        wmem_allocator_t *scope;

        if (!call_was_tapped(listener->numbers, call))
            continue;
        scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
        print_call(scope, call);
        wmem_destroy_allocator(scope);
    }
}

static void
listen(const char *option, const char *name, tap_draw_cb draw)
{
    listener_t *listener = g_new0(listener_t, 1);
    GString *problem;

    option += strlen(name);
    if (*option == ',')
        listener->filter = g_strdup(option + 1);
    listener->numbers = g_hash_table_new(g_direct_hash, g_direct_equal);
    problem = register_tap_listener("msice", listener, listener->filter, TL_REQUIRES_NOTHING, forget_calls, note_call,
                                    draw, free_listener);
    if (problem) {
        fprintf(stderr, "%s: %s\n", name, problem->str);
        g_string_free(problem, TRUE);
        exit(1);
    }
}

static compat_stat_init
listen_calls(const char *option, void *data _U_)
{
    listen(option, "msice,calls", print_calls);
    return COMPAT_STAT_STARTED;
}

/* --- tshark -z msice,candidates ----------------------------------------------------------------------------------
 */

void
call_pairs(wmem_allocator_t *scope, const facts_call_t *call, call_pair_visitor_t visitor, void *data)
{
    for (const facts_member_t *member = call->members; member; member = member->next) {
        const facts_endpoint_t *endpoint = member->endpoint;

        if (call_root(endpoint->owner.call) != call)
            continue;
        if (endpoint->named) {
            call_pair_t offer = { .call = call,
                                  .kind = "offered",
                                  .transport = endpoint->key.transport,
                                  .local = &endpoint->key,
                                  .local_type = endpoint_candidate_type(endpoint),
                                  .side = endpoint_side(endpoint),
                                  .media = endpoint->media,
                                  .rtt = -1 };

            visitor(scope, &offer, data);
        }
        for (const facts_attempt_t *attempt = endpoint->attempts; attempt; attempt = attempt->next) {
            call_pair_t pair = { .call = call,
                                 .kind = attempt->kind == FACTS_CHECK ? "checked" : "connected",
                                 .transport = attempt->transport,
                                 .local = &endpoint->key,
                                 .remote = &attempt->remote,
                                 .local_type = attempt_local_type(attempt),
                                 .remote_type = attempt_remote_type(attempt),
                                 .side = endpoint_side(endpoint),
                                 .media = endpoint->media,
                                 .outcome = facts_outcome_name(attempt->outcome),
                                 .tries = attempt->tries,
                                 .nominated = attempt->nominated,
                                 .frame = attempt->first_frame,
                                 .rtt = attempt->rtt };

            if (!attempt->to_server && (attempt->kind == FACTS_CHECK || attempt->kind == FACTS_CONNECTION))
                visitor(scope, &pair, data);
        }
    }
}

const char *
call_at_text(wmem_allocator_t *scope, const facts_key_t *key)
{
    char *text;

    if (!key)
        return "-";
    text = address_to_str(scope, &key->addr);
    return wmem_strdup_printf(scope, key->addr.type == AT_IPv6 ? "[%s]:%u" : "%s:%u", text, key->port);
}

const char *
call_side_name(facts_side_t side)
{
    return side == FACTS_CALLER ? "caller" : side == FACTS_CALLEE ? "callee" : "-";
}

static void
print_pair(wmem_allocator_t *scope, const call_pair_t *pair, void *data _U_)
{
    printf("%u | %s | %s | %s | %s | %s | %s | ", pair->call->number, pair->kind, call_side_name(pair->side),
           pair->transport == PT_TCP ? "TCP" : "UDP", call_or_dash(pair->media), call_at_text(scope, pair->local),
           facts_type_name(pair->local_type));
    if (!pair->remote) {
        printf("- | - | - | - | - | - | -\n");
        return;
    }
    printf("%s | %s | %s | %u | %s | %u | ", call_at_text(scope, pair->remote), facts_type_name(pair->remote_type),
           pair->outcome, pair->tries, pair->nominated ? "yes" : "no", pair->frame);
    if (pair->rtt >= 0)
        printf("%.1f\n", pair->rtt * 1000);
    else
        printf("-\n");
}

static void
print_candidates(void *data)
{
    const listener_t *listener = (const listener_t *)data;
    const facts_call_t *call;

    printf("Candidates of media calls%s%s\n", listener->filter ? " with " : "",
           listener->filter ? listener->filter : "");
    printf("call | what | side | transport | medium | local | type | remote | type | outcome | tries | nominated | "
           "frame "
           "| RTT (ms)\n");
    for (unsigned i = 0; (call = facts_call_at(i)) != NULL; i++) {
        wmem_allocator_t *scope;

        if (!call_was_tapped(listener->numbers, call))
            continue;
        scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
        call_pairs(scope, call, print_pair, NULL);
        wmem_destroy_allocator(scope);
    }
}

static compat_stat_init
listen_candidates(const char *option, void *data _U_)
{
    listen(option, "msice,candidates", print_candidates);
    return COMPAT_STAT_STARTED;
}

void
call_stats_register(void)
{
    static stat_tap_ui calls = {
        COMPAT_STAT_GROUP_TELEPHONY, "Microsoft media calls", "msice,calls", listen_calls, 0, NULL
    };
    static stat_tap_ui pairs = { COMPAT_STAT_GROUP_TELEPHONY,
                                 "Candidates of Microsoft media calls",
                                 "msice,candidates",
                                 listen_candidates,
                                 0,
                                 NULL };

    register_stat_tap_ui(&calls, NULL);
    register_stat_tap_ui(&pairs, NULL);
    call_tree_register();
    call_windows_register();
}
