/* call-columns.c
 * The columns of the tables of calls and of candidates.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-columns.h"

/* A number, NULL where it is negative: not known. */
static const char *
number(wmem_allocator_t *scope, const char *format, double value)
{
    return value < 0 ? NULL : wmem_strdup_printf(scope, format, value);
}

/* --- calls -------------------------------------------------------------------------------------------------------
 */

static const char *
call_number(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return wmem_strdup_printf(scope, "%u", summary->call->number);
}

static const char *
call_start(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return call_time_text(scope, &summary->call->first_time);
}

static const char *
call_from(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->from;
}

static const char *
call_to(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->to;
}

static const char *
call_media(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->media;
}

static const char *
call_locations(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->locations;
}

static const char *
call_relay(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->relay;
}

static const char *
call_id(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->header && summary->header->has_id ? wmem_strdup_printf(scope, "%u", summary->header->id) : NULL;
}

static const char *
call_flags(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->header && summary->header->has_flags ? wmem_strdup_printf(scope, "0x%x", summary->header->flags)
                                                         : NULL;
}

static const char *
call_verdict(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    if (!summary->has_verdict)
        return NULL;
    return wmem_strdup_printf(scope, "%s (%s): %s", summary->verdict.name,
                              verdict_confidence_name(summary->verdict.confidence), summary->verdict.cause);
}

static const char *
call_cause(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->has_verdict ? summary->verdict.cause : summary->outcome.reason;
}

static const char *
call_confidence(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->has_verdict ? verdict_confidence_name(summary->verdict.confidence) : NULL;
}

static const char *
call_outcome(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return outcome_name(summary->outcome.kind);
}

static const char *
call_path(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.path.name;
}

static const char *
call_transport(wmem_allocator_t *scope _U_, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return !summary->outcome.has_path ? NULL : summary->outcome.path.transport == PT_TCP ? "TCP" : "UDP";
}

static const char *
call_local(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_path ? call_at_text(scope, &summary->outcome.path.local) : NULL;
}

static const char *
call_remote(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_path ? call_at_text(scope, &summary->outcome.path.remote) : NULL;
}

static const char *
call_setup(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return number(scope, "%.0f", summary->outcome.setup_time * 1000);
}

static const char *
call_duration(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return number(scope, "%.1f", summary->outcome.duration);
}

static const char *
call_rtt(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_path ? number(scope, "%.1f", summary->outcome.path.rtt * 1000) : NULL;
}

static const char *
call_frame(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return wmem_strdup_printf(scope, "%u", summary->frame);
}

static const char *
sent_packets(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_SENT]
               ? wmem_strdup_printf(scope, "%" PRIu64, summary->outcome.media[MEDIA_SENT].packets)
               : NULL;
}

static const char *
sent_loss(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_SENT] ? number(scope, "%.1f", summary->outcome.media[MEDIA_SENT].loss)
                                                  : NULL;
}

static const char *
sent_jitter(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_SENT] ? number(scope, "%.1f", summary->outcome.media[MEDIA_SENT].jitter)
                                                  : NULL;
}

static const char *
sent_gap(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_SENT] ? number(scope, "%.1f", summary->outcome.media[MEDIA_SENT].gap)
                                                  : NULL;
}

static const char *
received_packets(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_RECEIVED]
               ? wmem_strdup_printf(scope, "%" PRIu64, summary->outcome.media[MEDIA_RECEIVED].packets)
               : NULL;
}

static const char *
received_loss(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_RECEIVED]
               ? number(scope, "%.1f", summary->outcome.media[MEDIA_RECEIVED].loss)
               : NULL;
}

static const char *
received_jitter(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_RECEIVED]
               ? number(scope, "%.1f", summary->outcome.media[MEDIA_RECEIVED].jitter)
               : NULL;
}

static const char *
received_gap(wmem_allocator_t *scope, const void *row)
{
    const call_summary_t *summary = (const call_summary_t *)row;

    return summary->outcome.has_media[MEDIA_RECEIVED]
               ? number(scope, "%.1f", summary->outcome.media[MEDIA_RECEIVED].gap)
               : NULL;
}

/* Columns are added behind the last one, so that who counts them goes on finding what he found. */
/* clang-format off */
const table_column_t call_columns[] = {
    /* in the list, in the window, place there, aligned right, text */
    { "call", "Call", 1, true, call_number },
    { "start (UTC)", "Start (UTC)", 12, false, call_start },
    { "from", "From", 6, false, call_from },
    { "to", "To", 7, false, call_to },
    { "media", "Media", 10, false, call_media },
    { "locations", "Locations", 20, false, call_locations },
    { "id", "ID", 21, true, call_id },
    { "ICEWarn", "ICEWarn", 22, false, call_flags },
    { "verdict", NULL, 0, false, call_verdict },
    { "outcome", "Outcome", 2, false, call_outcome },
    { "path", "Path", 8, false, call_path },
    { "transport", "Transport", 9, false, call_transport },
    { "local", NULL, 0, false, call_local },
    { "remote", NULL, 0, false, call_remote },
    { "relay", "Relay", 11, false, call_relay },
    { "setup (ms)", "Setup (ms)", 13, true, call_setup },
    { "duration (s)", "Duration (s)", 14, true, call_duration },
    { "RTT (ms)", "RTT (ms)", 15, true, call_rtt },
    { "sent", "Sent", 16, true, sent_packets },
    { "sent loss (%)", NULL, 0, false, sent_loss },
    { "sent jitter (ms)", NULL, 0, false, sent_jitter },
    { "sent gap (s)", NULL, 0, false, sent_gap },
    { "received", "Received", 17, true, received_packets },
    { "received loss (%)", "Loss (%)", 18, true, received_loss },
    { "received jitter (ms)", "Jitter (ms)", 19, true, received_jitter },
    { "received gap (s)", NULL, 0, false, received_gap },
    { "frame", "Frame", 5, true, call_frame },
    { NULL, "Cause", 3, false, call_cause },
    { NULL, "Confidence", 4, false, call_confidence },
};
/* clang-format on */

const unsigned call_column_count = array_length(call_columns);

/* --- candidates --------------------------------------------------------------------------------------------------
 */

static const char *
type_text(wmem_allocator_t *scope, facts_type_t type, bool concluded)
{
    const char *name = facts_type_name(type);

    return concluded && type != FACTS_TYPE_UNKNOWN ? wmem_strdup_printf(scope, "%s (concluded)", name) : name;
}

static const char *
pair_call(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return wmem_strdup_printf(scope, "%u", pair->call->number);
}

static const char *
pair_kind(wmem_allocator_t *scope _U_, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->kind;
}

static const char *
pair_side(wmem_allocator_t *scope _U_, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->side == FACTS_CALLER ? "caller" : pair->side == FACTS_CALLEE ? "callee" : NULL;
}

static const char *
pair_transport(wmem_allocator_t *scope _U_, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->transport == PT_TCP ? "TCP" : "UDP";
}

static const char *
pair_medium(wmem_allocator_t *scope _U_, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->media;
}

static const char *
pair_local(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return call_at_text(scope, pair->local);
}

static const char *
pair_local_type(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return type_text(scope, pair->local_type, pair->local_concluded);
}

static const char *
pair_remote(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return call_at_text(scope, pair->remote);
}

static const char *
pair_remote_type(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->remote ? type_text(scope, pair->remote_type, pair->remote_concluded) : NULL;
}

static const char *
pair_outcome(wmem_allocator_t *scope _U_, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->attempt ? facts_outcome_name(attempt_outcome(pair->attempt)) : NULL;
}

static const char *
pair_tries(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->attempt ? wmem_strdup_printf(scope, "%u", pair->attempt->tries) : NULL;
}

static const char *
pair_nominated(wmem_allocator_t *scope _U_, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    if (!pair->attempt || (pair->attempt->was_cut && !pair->attempt->nominated))
        return NULL;
    return pair->attempt->nominated ? "yes" : "no";
}

static const char *
pair_frame(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->attempt ? wmem_strdup_printf(scope, "%u", pair->attempt->first_frame) : NULL;
}

static const char *
pair_rtt(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return pair->attempt ? number(scope, "%.1f", pair->attempt->rtt * 1000) : NULL;
}

static const char *
pair_base(wmem_allocator_t *scope, const void *row)
{
    const call_pair_t *pair = (const call_pair_t *)row;

    return call_at_text(scope, pair->base);
}

/* clang-format off */
const table_column_t pair_columns[] = {
    { "call", "Call", 1, true, pair_call },
    { "what", "What", 2, false, pair_kind },
    { "side", "Side", 3, false, pair_side },
    { "transport", "Transport", 4, false, pair_transport },
    { "medium", "Medium", 5, false, pair_medium },
    { "local", "Local", 6, false, pair_local },
    { "type", "Type", 7, false, pair_local_type },
    { "remote", "Remote", 8, false, pair_remote },
    { "type", "Type", 9, false, pair_remote_type },
    { "outcome", "Outcome", 10, false, pair_outcome },
    { "tries", "Tries", 11, true, pair_tries },
    { "nominated", "Nominated", 12, false, pair_nominated },
    { "frame", "Frame", 13, true, pair_frame },
    { "RTT (ms)", "RTT (ms)", 14, true, pair_rtt },
    { "base", "Base", 15, false, pair_base },
};
/* clang-format on */

const unsigned pair_column_count = array_length(pair_columns);
