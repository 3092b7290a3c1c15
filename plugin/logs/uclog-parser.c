/* uclog-parser.c
 * What the parsers of the two log formats have in common
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-parser.h"

void
uclog_sink_put(uclog_sink_t *sink, uclog_record_t *record)
{
    g_assert(sink->count < UCLOG_SINK_SIZE);
    sink->records[(sink->first + sink->count++) % UCLOG_SINK_SIZE] = record;
}

uclog_record_t *
uclog_sink_take(uclog_sink_t *sink)
{
    uclog_record_t *record;

    if (sink->count == 0)
        return NULL;
    record = sink->records[sink->first];
    sink->first = (sink->first + 1) % UCLOG_SINK_SIZE;
    sink->count--;
    return record;
}

void
uclog_sink_skip(uclog_sink_t *sink, uint64_t line, const char *why)
{
    sink->skipped++;
    if (sink->warn)
        sink->warn(sink->context, line, why);
}

uclog_record_t *
uclog_sink_record(uclog_sink_t *sink, uclog_kind_t kind, const uclog_line_t *line, int64_t time_ms)
{
    uclog_record_t *record = uclog_record_new();

    record->kind = kind;
    if (time_ms < 0)
        uclog_record_comment(record, "The log gives a date that does not exist: time of the record before");
    else
        sink->last_ms = time_ms;
    record->time_ms = sink->last_ms;
    record->source = sink->source;
    record->offset = line->offset;
    record->line = line->number;
    return record;
}

void
uclog_sink_set_time(uclog_sink_t *sink, uclog_record_t *record, const uclog_stamp_t *stamp)
{
    int64_t time_ms = uclog_clock_ms(sink->clock, stamp);

    if (time_ms >= 0)
        record->time_ms = sink->last_ms = time_ms;
}

void
uclog_parse_peer(uclog_record_t *record, uclog_endpoint_t *endpoint, const char *text, size_t length)
{
    while (length && text[length - 1] == ' ')
        length--;
    if (length == 0 || uclog_endpoint_parse(endpoint, text, length))
        return;
    uclog_copy_name(record->peer, sizeof record->peer, text, length);
}

void
uclog_sink_put_message(uclog_sink_t *sink, uclog_record_t *record, const char *cut)
{
    static const char peer[] = "Peer ";

    if (*record->peer) {
        char text[sizeof peer + sizeof record->peer];
        size_t length = strlen(record->peer);

        memcpy(text, peer, sizeof peer - 1);
        memcpy(text + sizeof peer - 1, record->peer, length);
        uclog_record_comment_text(record, text, sizeof peer - 1 + length);
    }
    if (cut)
        uclog_record_comment_text(record, cut, strlen(cut));
    uclog_sink_put(sink, record);
}
