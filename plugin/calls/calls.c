/* calls.c
 * Calls: made, found by name, joined.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/calls.h"

#include "base/packet-end.h"
#include "calls/places.h"

facts_options_t facts_options = { true, 10000, 400000, 400000, 4000000, 20000 };
uint32_t facts_revision;

/* State of the file; emptied by wmem with the file's scope, the rest by reset(). */
static wmem_map_t *texts; /* space and text -> facts_call_t */
static facts_call_t *first_call, *last_call;
static facts_call_t **shown; /* by number - 1 */
static unsigned shown_count, shown_room;
static unsigned call_count;
static uint32_t limit_frame;
static const char *limit_name;

static void
reset(void)
{
    first_call = last_call = NULL;
    g_free(shown);
    shown = NULL;
    shown_count = shown_room = 0;
    call_count = 0;
    limit_frame = 0;
    limit_name = NULL;
    steps_reset();
    facts_revision = 0;
}

void
facts_register(void)
{
    texts = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    points_register();
    endpoints_register();
    credentials_register();
    dialogs_register();
    diagnostics_register();
    network_register();
    whose_register();
    stall_register();
    media_register();
    errors_register();
    names_register();
    dns_register();
    hops_register();
    proxies_register();
    register_init_routine(reset);
    register_cleanup_routine(reset);
}

bool
facts_telling(const packet_info *pinfo)
{
    return facts_options.enabled && !PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt;
}

const char *
facts_text(const char *text)
{
    return text && *text ? wmem_strdup(wmem_file_scope(), text) : NULL;
}

void
facts_hit_limit(const packet_info *pinfo, const char *limit)
{
    if (limit_frame == 0) {
        limit_frame = pinfo->num;
        limit_name = limit;
        packet_end_ask_always();
    }
}

uint32_t
facts_limit_frame(const char **limit)
{
    *limit = limit_name;
    return limit_frame;
}

/* --- calls -------------------------------------------------------------------------------------------------------
 */

facts_call_t *
call_root(facts_call_t *call)
{
    facts_call_t *root = call;

    if (!root)
        return NULL;
    while (root->joined)
        root = root->joined;
    while (call->joined && call->joined != root) {
        facts_call_t *next = call->joined;

        call->joined = root;
        call = next;
    }
    return root;
}

bool
calls_full(void)
{
    return call_count >= facts_options.max_calls;
}

facts_call_t *
call_new(packet_info *pinfo)
{
    facts_call_t *call;

    if (calls_full()) {
        facts_hit_limit(pinfo, "calls");
        return NULL;
    }
    call_count++;
    call = wmem_new0(wmem_file_scope(), facts_call_t);
    call->self.call = call;
    call->first_frame = pinfo->num;
    call->start = call->first_time = pinfo->abs_ts;
    call->last_time = pinfo->abs_ts;
    call->point = place_of_packet(pinfo);
    if (last_call)
        last_call->next = call;
    else
        first_call = call;
    last_call = call;
    facts_revision++;
    return call;
}

bool
call_is_text_only(const facts_call_t *call)
{
    for (unsigned i = 0; i < call->media_count; i++)
        if (strcmp(call->media[i]->name, "message") != 0)
            return false;
    return call->media_count > 0;
}

void
call_show(const packet_info *pinfo, facts_call_t *call)
{
    call = call_root(call);
    if (!call || call->number)
        return;
    if (shown_count == shown_room) {
        shown_room = shown_room ? shown_room * 2 : 64;
        shown = g_renew(facts_call_t *, shown, shown_room);
    }
    shown[shown_count++] = call;
    packet_end_ask_always();
    dns_want();
    call->number = shown_count;
    call->numbered_in = pinfo->num;
    facts_revision++;
}

void
call_touch(packet_info *pinfo, facts_call_t *call)
{
    call->last_frame = pinfo->num;
    call->last_time = pinfo->abs_ts;
    facts_revision++;
}

void
call_add_header(facts_call_t *call, facts_header_t *header)
{
    header->next = NULL;
    if (call->headers_end)
        call->headers_end->next = header;
    else
        call->headers = header;
    call->headers_end = header;
    call->header_count++;
}

static void
join_lists(facts_call_t *call, facts_call_t *part)
{
    if (part->members) {
        if (call->members_end)
            call->members_end->next = part->members;
        else
            call->members = part->members;
        part->members->before = call->members_end;
        call->members_end = part->members_end;
    }
    for (facts_header_t *header = part->headers, *next; header && call->header_count < CALL_MAX_HEADERS;
         header = next) {
        next = header->next;
        call_add_header(call, header);
    }
    for (const facts_host_t *host = part->hosts; host; host = host->next)
        call_add_host(call, &host->addr, host->side, host->type);
    for (unsigned i = 0; i < part->media_count; i++) {
        const facts_medium_t *other = part->media[i];
        facts_medium_t *medium = call_medium(call, other->name);

        if (medium) {
            const bool *from = &other->offered[0][0][0];
            bool *to = &medium->offered[0][0][0];

            medium->in_use |= other->in_use;
            for (size_t k = 0; k < sizeof medium->offered / sizeof *to; k++)
                to[k] |= from[k];
        }
    }
}

static void
join_facts(facts_call_t *call, const facts_call_t *part)
{
    if (!call->call_id && part->call_id) {
        call->call_id = part->call_id;
        call->from = part->from;
        call->to = part->to;
    }
    if (!call->first_from) {
        call->first_from = part->first_from;
        call->first_to = part->first_to;
    }
    if (!call->conversation_id)
        call->conversation_id = part->conversation_id;
    call->through_sbc |= part->through_sbc;
    call->user_inside |= part->user_inside;
    call->sbc_public |= part->sbc_public;
    call->told_by[0] |= part->told_by[0];
    call->told_by[1] |= part->told_by[1];
    if (!call->sbc_private_frame)
        call->sbc_private_frame = part->sbc_private_frame;
    if (call->sbc_side == FACTS_SIDE_UNKNOWN)
        call->sbc_side = part->sbc_side;
    if (!call->invite_frame)
        call->invite_frame = part->invite_frame;
    call->answered |= part->answered;
    call->held |= part->held;
    call->open_dialogs += part->open_dialogs;
    if (part->end_frame > call->end_frame) {
        call->end_frame = part->end_frame;
        call->end_time = part->end_time;
    }
    if (part->status_frame > call->status_frame) {
        call->status = part->status;
        call->status_frame = part->status_frame;
    }
    for (unsigned side = 0; side < 3; side++)
        if (!call->credentials[side])
            call->credentials[side] = part->credentials[side];
    for (unsigned kind = 0; kind < FACTS_STEPS; kind++)
        call->last_step[kind] = MAX(call->last_step[kind], part->last_step[kind]);
    call->claimed |= part->claimed;
    call->microsoft |= part->microsoft;
    call->sip_messages += part->sip_messages;
    call->packets += part->packets;
    call->sent += part->sent;
    call->received += part->received;
    if (part->release_frame > call->release_frame) {
        call->release_frame = part->release_frame;
        call->release_time = part->release_time;
    }
    if (nstime_cmp(&part->path_time, &call->path_time) > 0)
        call->path_time = part->path_time;
    call->relay_data += part->relay_data;
    for (unsigned i = 0; i < array_length(call->unread); i++)
        call->unread[i] += part->unread[i];
    if (!call->own_user)
        call->own_user = part->own_user;
    own_join(call, part);
    call->media_packets += part->media_packets;
    call->paired |= part->paired;
    call->seen_at |= part->seen_at;
    if (part->first_frame < call->first_frame) {
        call->first_frame = part->first_frame;
        call->start = part->start;
        call->first_time = part->first_time;
    }
    if (part->last_frame > call->last_frame) {
        call->last_frame = part->last_frame;
        call->last_time = part->last_time;
    }
}

facts_call_t *
call_join(const packet_info *pinfo, facts_call_t *one, facts_call_t *other)
{
    facts_call_t *part;

    one = call_root(one);
    other = call_root(other);
    if (!one || !other || one == other)
        return one ? one : other;
    /* The older number stays; what has none becomes part of what has one. */
    if (other->number && (!one->number || other->number < one->number)) {
        part = one;
        one = other;
    } else {
        part = other;
    }
    part->joined = one;
    if (part->number) {
        shown[part->number - 1] = NULL;
        if (part->number == shown_count && part->numbered_in == pinfo->num)
            shown_count--; /* given in this very packet, so nobody can have seen it */
        part->number = 0;
    }
    join_lists(one, part);
    join_facts(one, part);
    points_sort(one);
    steps_changed();
    facts_revision++;
    return one;
}

facts_call_t *
call_by_text(char space, const char *text)
{
    char *key;
    facts_call_t *call;

    if (!text || !*text)
        return NULL;
    key = wmem_strdup_printf(NULL, "%c%s", space, text);
    call = (facts_call_t *)wmem_map_lookup(texts, key);
    wmem_free(NULL, key);
    return call_root(call);
}

void
call_set_text(char space, const char *text, facts_call_t *call)
{
    if (text && *text)
        wmem_map_insert(texts, wmem_strdup_printf(wmem_file_scope(), "%c%s", space, text), call);
}

bool
facts_any(void)
{
    return shown_count > 0;
}

const facts_call_t *
facts_call_at(unsigned index)
{
    /* Numbers whose call became part of another are passed over. */
    for (unsigned i = 0; i < shown_count; i++)
        if (shown[i] && index-- == 0)
            return shown[i];
    return NULL;
}

uint32_t
facts_number(const facts_call_t *call)
{
    return call ? call->number : 0;
}

void
call_add_host(facts_call_t *call, const address *addr, facts_side_t side, facts_type_t type)
{
    facts_host_t *host = (facts_host_t *)(void *)call_host(call, addr);

    if (!host) {
        if (call->host_count == CALL_MAX_HOSTS)
            return;
        call->host_count++;
        host = wmem_new(wmem_file_scope(), facts_host_t);
        host->next = call->hosts;
        call->hosts = host;
        copy_address_wmem(wmem_file_scope(), &host->addr, addr);
        host->side = FACTS_SIDE_UNKNOWN;
        host->type = FACTS_TYPE_UNKNOWN;
    }
    if (side != FACTS_SIDE_UNKNOWN)
        host->side = side;
    if (host->type == FACTS_TYPE_UNKNOWN || type == FACTS_HOST)
        host->type = type; /* an address that is a host's and, behind no NAT, a reflexive one: the host counts */
}

const facts_host_t *
call_host(const facts_call_t *call, const address *addr)
{
    for (const facts_host_t *host = call->hosts; host; host = host->next)
        if (addresses_equal(&host->addr, addr))
            return host;
    return NULL;
}

facts_medium_t *
call_medium(facts_call_t *call, const char *name)
{
    facts_medium_t *medium;

    if (!name || !*name)
        return NULL;
    for (unsigned i = 0; i < call->media_count; i++)
        if (strcmp(call->media[i]->name, name) == 0)
            return call->media[i];
    if (call->media_count == CALL_MAX_MEDIA)
        return NULL;
    medium = wmem_new0(wmem_file_scope(), facts_medium_t);
    medium->name = facts_text(name);
    call->media[call->media_count++] = medium;
    return medium;
}
