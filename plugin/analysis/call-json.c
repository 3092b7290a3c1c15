/* call-json.c
 * A call as a JSON object, for machines: -z msice,json, docs/json.md.
 *
 * What the table of calls has as well is taken from its columns, so that both say the same. What is not known has no
 * member. Names never change their meaning; members may be added.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-json.h"

#include <wsutil/json_dumper.h>

#include "analysis/attempt-points.h"
#include "base/printable.h"

/* Of docs/calls.schema.json; goes up when a name goes away or changes its meaning. */
#define SCHEMA 1

typedef struct {
    json_dumper dumper;
    wmem_allocator_t *scope;
    const call_summary_t *summary;
} writer_t;

/* --- values ------------------------------------------------------------------------------------------------------
 */

static void
name_next(writer_t *writer, const char *name)
{
    if (name)
        json_dumper_set_member_name(&writer->dumper, name);
}

static void
begin_object(writer_t *writer, const char *name)
{
    name_next(writer, name);
    json_dumper_begin_object(&writer->dumper);
}

static void
end_object(writer_t *writer)
{
    json_dumper_end_object(&writer->dumper);
}

static void
begin_array(writer_t *writer, const char *name)
{
    name_next(writer, name);
    json_dumper_begin_array(&writer->dumper);
}

static void
end_array(writer_t *writer)
{
    json_dumper_end_array(&writer->dumper);
}

/* Text of a capture may be anything. */
static void
add_text(writer_t *writer, const char *name, const char *text)
{
    char *valid;

    if (!text || !*text)
        return;
    valid = g_utf8_make_valid(text, -1);
    name_next(writer, name);
    json_dumper_value_string(&writer->dumper, valid);
    g_free(valid);
}

static void
add_whole(writer_t *writer, const char *name, uint64_t value)
{
    name_next(writer, name);
    json_dumper_value_anyf(&writer->dumper, "%" PRIu64, value);
}

/* A frame, a port or another number that is 0 where it is not known. */
static void
add_known(writer_t *writer, const char *name, uint64_t value)
{
    if (value)
        add_whole(writer, name, value);
}

static void
add_truth(writer_t *writer, const char *name, bool value)
{
    name_next(writer, name);
    json_dumper_value_anyf(&writer->dumper, value ? "true" : "false");
}

/* A number as the tables print it: in the language of the user something else may part its decimals. */
static void
add_printed(writer_t *writer, const char *name, const char *text)
{
    GString *plain = g_string_new(NULL);

    for (; *text; text++)
        if (g_ascii_isdigit(*text) || *text == '-')
            g_string_append_c(plain, *text);
        else if (plain->len && plain->str[plain->len - 1] != '.')
            g_string_append_c(plain, '.');
    if (plain->len) { /* else it is "nan" or the like */
        name_next(writer, name);
        json_dumper_value_anyf(&writer->dumper, "%s", plain->str);
    }
    g_string_free(plain, TRUE);
}

/* RFC 3339, of what the tables print. */
static void
add_time(writer_t *writer, const char *name, const nstime_t *when)
{
    char *text = wmem_strdup_printf(writer->scope, "%sZ", call_time_text(writer->scope, when));
    char *blank = strchr(text, ' ');

    if (!blank)
        return;
    *blank = 'T';
    add_text(writer, name, text);
}

/* --- members that are columns of the table of calls --------------------------------------------------------------
 */

typedef struct {
    const char *name;
    const char *column; /* label */
    bool is_number;
} member_t;

static const member_t identity_members[] = {
    { "call", "call", true },
    { "from", "from", false },
    { "to", "to", false },
    { "locations", "locations", false },
    { "outcome", "outcome", false },
    { "setup_ms", "setup (ms)", true },
    { "duration_s", "duration (s)", true },
    { "frame", "frame", true },
};

static const member_t path_members[] = {
    { "name", "path", false },
    { "transport", "transport", false },
    { "rtt_ms", "RTT (ms)", true },
};

static const member_t media_members[MEDIA_DIRECTIONS][4] = {
    [MEDIA_SENT] = { { "packets", "sent", true },
                     { "loss_percent", "sent loss (%)", true },
                     { "jitter_ms", "sent jitter (ms)", true },
                     { "gap_s", "sent gap (s)", true } },
    [MEDIA_RECEIVED] = { { "packets", "received", true },
                         { "loss_percent", "received loss (%)", true },
                         { "jitter_ms", "received jitter (ms)", true },
                         { "gap_s", "received gap (s)", true } },
};

static const table_column_t *
column_of(const char *label)
{
    for (unsigned i = 0; i < call_column_count; i++)
        if (call_columns[i].label && strcmp(call_columns[i].label, label) == 0)
            return &call_columns[i];
    return NULL;
}

static void
add_members(writer_t *writer, const member_t *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const table_column_t *column = column_of(members[i].column);
        const char *text = column ? column->text(writer->scope, writer->summary) : NULL;

        if (text && members[i].is_number)
            add_printed(writer, members[i].name, text);
        else
            add_text(writer, members[i].name, text);
    }
}

/* --- parts of a call ---------------------------------------------------------------------------------------------
 */

static const char *
side_name(facts_side_t side)
{
    return side == FACTS_CALLER ? "caller" : side == FACTS_CALLEE ? "callee" : NULL;
}

/* An address and port with its candidate type; nothing when the port is 0. */
static void
add_end(writer_t *writer, const char *name, const facts_key_t *key, facts_type_t type)
{
    if (!key || !key->port)
        return;
    begin_object(writer, name);
    add_text(writer, "address", address_to_str(writer->scope, &key->addr));
    add_whole(writer, "port", key->port);
    if (type != FACTS_TYPE_UNKNOWN)
        add_text(writer, "type", facts_type_name(type));
    end_object(writer);
}

static void
add_identity(writer_t *writer)
{
    const facts_call_t *call = writer->summary->call;

    add_whole(writer, "schema", SCHEMA);
    add_members(writer, identity_members, array_length(identity_members));
    add_text(writer, "reason", writer->summary->outcome.reason);
    add_text(writer, "call_id", call->call_id);
    add_text(writer, "conversation_id", call->conversation_id);
    add_time(writer, "start", &call->first_time);
    add_time(writer, "end", &call->last_time);
    add_known(writer, "first_frame", call->first_frame);
    add_known(writer, "last_frame", call->last_frame);
}

static void
add_signalling(writer_t *writer)
{
    const facts_call_t *call = writer->summary->call;

    if (!call->sip_messages)
        return;
    begin_object(writer, "signalling");
    add_whole(writer, "messages", call->sip_messages);
    add_known(writer, "invite_frame", call->invite_frame);
    add_known(writer, "status", call->status);
    add_known(writer, "status_frame", call->status_frame);
    add_known(writer, "end_frame", call->end_frame);
    end_object(writer);
}

/* The host of a SIP URI; NULL where there is none. */
static const char *
uri_host(wmem_allocator_t *scope, const char *uri)
{
    const char *host = uri ? strchr(uri, '@') : NULL;

    return host ? wmem_strndup(scope, host + 1, strcspn(host + 1, ":;>")) : NULL;
}

/* An SBC of Direct Routing: named by the URI of its side. */
static void
add_sbc(writer_t *writer)
{
    const call_summary_t *summary = writer->summary;
    facts_side_t side = summary->call->sbc_side;

    if (!summary->call->through_sbc)
        return;
    begin_object(writer, "sbc");
    add_text(writer, "side", side_name(side));
    add_text(writer, "host", uri_host(writer->scope, side == FACTS_CALLEE ? summary->to : summary->from));
    end_object(writer);
}

static void
add_media_names(writer_t *writer)
{
    begin_array(writer, "media_types");
    for (unsigned i = 0; i < writer->summary->media_count; i++)
        add_text(writer, NULL, writer->summary->media_names[i]);
    end_array(writer);
}

static void
add_own(writer_t *writer)
{
    const facts_call_t *call = writer->summary->call;

    begin_array(writer, "own_addresses");
    for (unsigned i = 0; i < call->own_count; i++)
        add_text(writer, NULL, address_to_str(writer->scope, &call->own[i]));
    end_array(writer);
}

static void
add_path(writer_t *writer)
{
    const call_outcome_t *outcome = &writer->summary->outcome;

    if (!outcome->has_path)
        return;
    begin_object(writer, "path");
    add_members(writer, path_members, array_length(path_members));
    add_end(writer, "local", &outcome->path.local, outcome->path.local_type);
    add_end(writer, "remote", &outcome->path.remote, outcome->path.remote_type);
    end_object(writer);
}

static void
add_relay(writer_t *writer)
{
    const facts_key_t *relay = &writer->summary->outcome.path.relay;

    if (!relay->port)
        return;
    begin_object(writer, "relay");
    add_text(writer, "address", address_to_str(writer->scope, &relay->addr));
    add_whole(writer, "port", relay->port);
    add_text(writer, "name", writer->summary->relay_name);
    end_object(writer);
}

static void
add_direction(writer_t *writer, const char *name, media_direction_t direction)
{
    const media_summary_t *media = &writer->summary->outcome.media[direction];

    if (!writer->summary->outcome.has_media[direction])
        return;
    begin_object(writer, name);
    add_members(writer, media_members[direction], array_length(media_members[direction]));
    add_whole(writer, "lost", media->lost);
    add_whole(writer, "streams", media->streams);
    add_text(writer, "loss_place", media_loss_place(writer->scope, writer->summary->call, direction));
    add_text(writer, "medium", media->medium);
    add_known(writer, "gap_frame", media->gap_frame);
    add_known(writer, "first_frame", media->first_frame);
    add_known(writer, "last_frame", media->last_frame);
    end_object(writer);
}

static void
add_media(writer_t *writer)
{
    begin_object(writer, "media");
    add_direction(writer, "sent", MEDIA_SENT);
    add_direction(writer, "received", MEDIA_RECEIVED);
    end_object(writer);
}

/* --- header and verdict ------------------------------------------------------------------------------------------
 */

static void
add_evidence(writer_t *writer, const char *name, const evidence_item_t *items, unsigned count)
{
    begin_array(writer, name);
    for (unsigned i = 0; i < count; i++) {
        begin_object(writer, NULL);
        add_whole(writer, "frame", items[i].frame);
        add_text(writer, "text", items[i].text);
        end_object(writer);
    }
    end_array(writer);
}

static void
add_flag(writer_t *writer, const facts_header_t *header, const tally_t *tally, const icewarn_flag_t *flag)
{
    static const char *const weights[] = {
        [ICEWARN_NORMAL] = "normal", [ICEWARN_MAYBE] = "maybe", [ICEWARN_CAUSE] = "cause"
    };
    evidence_t evidence = { 0 };

    evidence_of_flag(writer->scope, header, tally, flag, &evidence);
    begin_object(writer, NULL);
    add_text(writer, "name", flag->name);
    add_text(writer, "bit", wmem_strdup_printf(writer->scope, "0x%x", flag->bit));
    add_text(writer, "title", icewarn_flag_title(flag, icewarn_media_transport(header->media)));
    add_text(writer, "weight", weights[flag->weight]);
    add_evidence(writer, "shown", evidence.for_it, evidence.for_count);
    add_evidence(writer, "against", evidence.against_it, evidence.against_count);
    end_object(writer);
}

static void
add_flags(writer_t *writer, const facts_header_t *header)
{
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(header->flags, sorted);
    tally_t *tally = wmem_new0(writer->scope, tally_t);

    tally_call(writer->summary->call, header->side, tally);
    add_text(writer, "icewarn", wmem_strdup_printf(writer->scope, "0x%x", header->flags));
    begin_array(writer, "flags");
    for (unsigned i = 0; i < count; i++)
        add_flag(writer, header, tally, sorted[i]);
    end_array(writer);
}

static void
add_sites(writer_t *writer, const facts_header_t *header)
{
    static const char *const names[FACTS_SITES] = {
        [FACTS_LOCAL_SITE] = "local_site",
        [FACTS_LOCAL_MR] = "local_relay",
        [FACTS_REMOTE_SITE] = "remote_site",
        [FACTS_REMOTE_MR] = "remote_relay",
    };

    for (unsigned i = 0; i < FACTS_SITES; i++) {
        if (header->site[i].type == AT_NONE)
            continue;
        begin_object(writer, names[i]);
        add_text(writer, "address", address_to_str(writer->scope, &header->site[i]));
        add_known(writer, "port", header->site_port[i]);
        end_object(writer);
    }
}

static void
add_header(writer_t *writer)
{
    const facts_header_t *header = writer->summary->header;

    if (!header)
        return;
    begin_object(writer, "header");
    add_whole(writer, "frame", header->frame);
    add_truth(writer, "reports_failure", header->failed);
    if (header->has_id)
        add_whole(writer, "id", header->id);
    add_text(writer, "side", side_name(header->side));
    add_text(writer, "medium", header->media);
    add_sites(writer, header);
    if (header->has_flags)
        add_flags(writer, header);
    end_object(writer);
}

static void
add_verdict(writer_t *writer)
{
    const verdict_t *verdict = &writer->summary->verdict;

    if (!writer->summary->has_verdict)
        return;
    begin_object(writer, "verdict");
    add_text(writer, "rule", verdict->name);
    add_text(writer, "confidence", verdict_confidence_name(verdict->confidence));
    add_text(writer, "cause", verdict->cause);
    add_text(writer, "advice", verdict->advice);
    add_evidence(writer, "evidence", verdict->items, verdict->count);
    end_object(writer);
}

/* --- candidates and attempts -------------------------------------------------------------------------------------
 */

static void
add_candidate(wmem_allocator_t *scope _U_, const call_pair_t *pair, void *data)
{
    writer_t *writer = (writer_t *)data;

    if (pair->remote)
        return;
    begin_object(writer, NULL);
    add_text(writer, "kind", pair->kind);
    add_text(writer, "side", side_name(pair->side));
    add_text(writer, "transport", pair->transport == PT_TCP ? "TCP" : "UDP");
    add_text(writer, "medium", pair->media);
    add_end(writer, "at", pair->local, pair->local_type);
    add_end(writer, "base", pair->base, FACTS_TYPE_UNKNOWN);
    end_object(writer);
}

/* An attempt on a relay or other server has no candidate at its far end. */
static bool
is_between_candidates(const facts_attempt_t *attempt)
{
    return !attempt->to_server && (attempt->kind == FACTS_CHECK || attempt->kind == FACTS_CONNECTION);
}

static void
add_attempt_ends(writer_t *writer, const facts_attempt_t *attempt)
{
    bool concluded;

    add_end(writer, "local", &attempt->local->key, attempt_local_type(attempt, &concluded));
    add_end(writer, "remote", &attempt->remote,
            is_between_candidates(attempt) ? attempt_remote_type(attempt, &concluded) : FACTS_TYPE_UNKNOWN);
}

static void
add_attempt(writer_t *writer, const facts_attempt_t *attempt)
{
    static const char *const kinds[FACTS_ATTEMPTS] = {
        [FACTS_ALLOCATION] = "allocation",
        [FACTS_CONNECTION] = "connection",
        [FACTS_HELLO] = "hello",
        [FACTS_CHECK] = "check",
    };

    begin_object(writer, NULL);
    add_text(writer, "kind", kinds[attempt->kind]);
    add_text(writer, "side", side_name(endpoint_side(attempt->local)));
    add_text(writer, "transport", attempt->transport == PT_TCP ? "TCP" : "UDP");
    add_attempt_ends(writer, attempt);
    add_truth(writer, "to_server", !is_between_candidates(attempt));
    add_text(writer, "outcome", facts_outcome_name(attempt_outcome(attempt)));
    if (attempt->kind == FACTS_HELLO)
        add_text(writer, "answered_by", facts_answerer_name(attempt->by));
    add_known(writer, "code", attempt->code);
    add_whole(writer, "tries", attempt->tries);
    add_truth(writer, "nominated", attempt->nominated);
    add_whole(writer, "frame", attempt->first_frame);
    add_known(writer, "answer_frame", attempt->answer_frame);
    add_time(writer, "time", &attempt->first_time);
    add_text(writer, "text", attempt_text(writer->scope, attempt));
    end_object(writer);
}

static int
by_frame(const void *one, const void *other)
{
    uint32_t a = (*(const facts_attempt_t *const *)one)->first_frame;
    uint32_t b = (*(const facts_attempt_t *const *)other)->first_frame;

    return (a > b) - (a < b);
}

static void
add_attempts(writer_t *writer)
{
    const facts_call_t *call = writer->summary->call;
    GPtrArray *attempts = g_ptr_array_new();

    for (const facts_member_t *member = call->members; member; member = member->next) {
        if (call_root(member->endpoint->owner.call) != call)
            continue;
        for (facts_attempt_t *attempt = member->endpoint->attempts; attempt; attempt = attempt->next)
            g_ptr_array_add(attempts, attempt);
    }
    g_ptr_array_sort(attempts, by_frame);
    begin_array(writer, "attempts");
    for (unsigned i = 0; i < attempts->len; i++)
        add_attempt(writer, (const facts_attempt_t *)attempts->pdata[i]);
    end_array(writer);
    g_ptr_array_free(attempts, TRUE);
}

static void
add_candidates(writer_t *writer)
{
    begin_array(writer, "candidates");
    call_pairs(writer->scope, writer->summary->call, add_candidate, writer);
    end_array(writer);
}

/* What a terminal would obey stands as an escape, which is the same to who reads JSON; all of it is inside of
 * strings.
 */
static char *
escape(wmem_allocator_t *scope, const char *line)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, NULL);

    for (const char *at = line; *at; at = g_utf8_next_char(at)) {
        gunichar letter = g_utf8_get_char(at);

        if (is_unprintable(letter))
            wmem_strbuf_append_printf(text, "\\u%04x", letter);
        else
            wmem_strbuf_append_unichar(text, letter);
    }
    return wmem_strbuf_finalize(text);
}

/* --- the whole ---------------------------------------------------------------------------------------------------
 */

static void (*const parts[])(writer_t *writer) = {
    add_identity, add_media_names, add_own,     add_signalling, add_sbc,      add_path,
    add_relay,    add_media,       add_verdict, add_header,     add_attempts, add_candidates,
};

char *
call_json(wmem_allocator_t *scope, const call_summary_t *summary)
{
    GString *line = g_string_new(NULL);
    writer_t writer = { .dumper = { .output_string = line }, .scope = scope, .summary = summary };
    char *text;

    begin_object(&writer, NULL);
    for (size_t i = 0; i < array_length(parts); i++)
        parts[i](&writer);
    end_object(&writer);
    json_dumper_finish(&writer.dumper);
    text = escape(scope, g_strchomp(line->str));
    g_string_free(line, TRUE);
    return text;
}

static const char *
json_number(wmem_allocator_t *scope, const void *row)
{
    return column_of("call")->text(scope, row);
}

static const char *
json_object(wmem_allocator_t *scope, const void *row)
{
    return call_json(scope, (const call_summary_t *)row);
}

const table_column_t json_columns[] = {
    { "call", "Call", 1, true, json_number },
    { "object", "Object", 2, false, json_object },
};

const unsigned json_column_count = array_length(json_columns);
