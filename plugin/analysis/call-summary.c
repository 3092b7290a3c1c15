/* call-summary.c
 * All that the tables and trees say about a call, concluded once for all who show it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-summary.h"

#include "base/address-text.h"
#include "calls/witness.h"

/* --- texts -------------------------------------------------------------------------------------------------------
 */

const char *
call_or_dash(const char *text)
{
    return text && *text ? text : "-";
}

const char *
call_at_text(wmem_allocator_t *scope, const facts_key_t *key)
{
    return key && key->port ? address_port_text(scope, &key->addr, key->port) : "-";
}

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

/* --- parts of a summary ------------------------------------------------------------------------------------------
 */

static const char *
location_name(unsigned location)
{
    return location == 1 ? "remote" : location == 2 ? "internal" : "unknown";
}

static void
set_locations(wmem_allocator_t *scope, call_summary_t *summary)
{
    const facts_header_t *header = summary->header;

    if (header && (header->local_location || header->remote_location))
        summary->locations = wmem_strdup_printf(scope, "%s-%s", location_name(header->local_location),
                                                location_name(header->remote_location));
}

static void
add_medium(call_summary_t *summary, const char *name)
{
    for (unsigned i = 0; i < summary->media_count; i++)
        if (strcmp(summary->media_names[i], name) == 0)
            return;
    if (summary->media_count < CALL_MAX_MEDIA)
        summary->media_names[summary->media_count++] = name;
}

static void
add_offered(call_summary_t *summary)
{
    for (unsigned i = 0; i < summary->call->media_count; i++)
        if (strcmp(summary->call->media[i]->name, "message") != 0)
            add_medium(summary, summary->call->media[i]->name);
}

/* What the clients ask the relay for says what it is for. */
static void
add_allocated(call_summary_t *summary)
{
    for (const facts_member_t *member = summary->call->members; member; member = member->next)
        if (member->endpoint->media && call_root(member->endpoint->owner.call) == summary->call)
            add_medium(summary, member->endpoint->media);
}

static void
add_met(call_summary_t *summary)
{
    for (unsigned direction = 0; direction < MEDIA_DIRECTIONS; direction++)
        if (summary->outcome.has_media[direction] && summary->outcome.media[direction].medium)
            add_medium(summary, summary->outcome.media[direction].medium);
}

/* The media's names: as offered, or else of the header, of allocations, of RTP. */
static void
set_media(wmem_allocator_t *scope, call_summary_t *summary)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, NULL);

    add_offered(summary);
    if (summary->media_count == 0 && summary->header && summary->header->media)
        add_medium(summary, summary->header->media);
    if (summary->media_count == 0)
        add_allocated(summary);
    if (summary->media_count == 0)
        add_met(summary);
    for (unsigned i = 0; i < summary->media_count; i++)
        wmem_strbuf_append_printf(text, "%s%s", i ? "," : "", summary->media_names[i]);
    summary->media = wmem_strbuf_finalize(text);
}

/* The computer at the other end, as far as packets tell: not the relay. */
static const address *
peer_address(const call_summary_t *summary)
{
    return summary->outcome.has_path && summary->outcome.path.remote.port ? &summary->outcome.path.remote.addr : NULL;
}

static void
set_parties(wmem_allocator_t *scope, call_summary_t *summary)
{
    const facts_call_t *call = summary->call;
    const address *peer = peer_address(summary);

    summary->from = call->from ? call->from : call->first_from;
    summary->to = call->from ? call->to : call->first_to;
    if (summary->from || call->sip_messages)
        return;
    if (call->own_count)
        summary->from = address_to_str(scope, &call->own[0]);
    if (peer)
        summary->to = address_to_str(scope, peer);
}

static const char *
relay_text(wmem_allocator_t *scope, call_summary_t *summary)
{
    const facts_key_t *relay = &summary->outcome.path.relay;
    const facts_relay_name_t *name = name_of_address(&relay->addr);

    summary->relay_name = name ? name->name : NULL;
    return name ? wmem_strdup_printf(scope, "%s (%s)", call_at_text(scope, relay), name->name)
                : call_at_text(scope, relay);
}

static uint32_t
frame_of(const call_summary_t *summary)
{
    if (summary->header && summary->header->failed)
        return summary->header->frame;
    if (summary->has_verdict && summary->verdict.count)
        return summary->verdict.items[0].frame;
    return summary->call->first_frame;
}

void
call_summarize(wmem_allocator_t *scope, const facts_call_t *call, call_summary_t *summary)
{
    memset(summary, 0, sizeof *summary);
    summary->call = call;
    outcome_of_call(scope, call, &summary->outcome);
    summary->has_verdict = verdict_of_call(scope, call, &summary->outcome, &summary->verdict);
    summary->header =
        summary->has_verdict && summary->verdict.header ? summary->verdict.header : gravest_header(call);
    set_parties(scope, summary);
    set_media(scope, summary);
    set_locations(scope, summary);
    if (summary->outcome.path.relay.port)
        summary->relay = relay_text(scope, summary);
    summary->frame = frame_of(summary);
}

/* --- the store ---------------------------------------------------------------------------------------------------
 */

/* For so many of its attempts a frame of a call passes before it is concluded again, on a first pass; and for so many
 * of the other things that it is concluded from. */
#define ATTEMPTS_A_FRAME 8
#define OTHERS_A_FRAME   64

typedef struct {
    call_summary_t summary;
    wmem_allocator_t *texts;
    uint32_t revision; /* of the facts it was made from */
    unsigned frames;   /* of the call then */
    unsigned patience; /* frames until it is made again */
} kept_t;

static GHashTable *kept; /* facts_call_t -> kept_t */

static void
free_kept(void *data)
{
    kept_t *entry = (kept_t *)data;

    wmem_destroy_allocator(entry->texts);
    g_free(entry);
}

static void
forget(void)
{
    g_hash_table_remove_all(kept);
}

void
call_summary_register(void)
{
    kept = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_kept);
    register_init_routine(forget);
    register_cleanup_routine(forget);
}

/* How many frames of a call may pass by what it is concluded from: attempts, and endpoints, flows of media, headers.
 */
static unsigned
patience_of(const facts_call_t *call)
{
    unsigned attempts = 0, others = call->header_count;

    for (const facts_member_t *member = call->members; member; member = member->next) {
        attempts += member->endpoint->attempt_count;
        others += 1 + member->endpoint->flow_count;
    }
    return attempts / ATTEMPTS_A_FRAME + others / OTHERS_A_FRAME;
}

static void
make_again(kept_t *entry, const facts_call_t *call)
{
    wmem_free_all(entry->texts);
    call_summarize(entry->texts, call, &entry->summary);
    entry->revision = facts_revision;
    entry->frames = call->packets + call->sip_messages;
    entry->patience = patience_of(call);
}

const call_summary_t *
call_summary_now(const facts_call_t *call, bool last_pass)
{
    kept_t *entry = (kept_t *)g_hash_table_lookup(kept, call);

    if (!entry) {
        entry = g_new0(kept_t, 1);
        entry->texts = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
        g_hash_table_insert(kept, (void *)(uintptr_t)call, entry);
        make_again(entry, call);
    } else if (entry->revision != facts_revision &&
               (last_pass || call->packets + call->sip_messages - entry->frames > entry->patience)) {
        make_again(entry, call);
    }
    return &entry->summary;
}
