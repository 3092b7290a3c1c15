/* uclog-reader.c
 * A log file as a stream of records
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-reader.h"

#include "knowledge/array.h"

/* A log that was cut may start with the rest of a message; a file without a record in so many bytes is no log. Those
 * of telephone systems and syslog hold much else, each line with its time: for a patient reader these do not count.
 */
#define SEARCH_LIMIT (1024U * 1024U)

static const uclog_format_t *const formats[] = { &uclog_client_format, &uclog_server_format, &uclog_sbc_format,
                                                 &uclog_dump_format };

void
uclog_reader_init(uclog_reader_t *reader, uclog_read_function_t read, void *context, int64_t offset,
                  const uclog_sink_t *sink)
{
    memset(reader, 0, sizeof *reader);
    reader->lines = uclog_lines_new(read, context, offset);
    reader->sink = *sink;
}

void
uclog_reader_clear(uclog_reader_t *reader)
{
    uclog_record_t *record;

    if (reader->parser)
        reader->format->stop(reader->parser);
    while ((record = uclog_sink_take(&reader->sink)) != NULL)
        uclog_record_free(record);
    uclog_lines_free(reader->lines);
    memset(reader, 0, sizeof *reader);
}

void
uclog_reader_use(uclog_reader_t *reader, const uclog_format_t *format)
{
    reader->format = format;
    reader->parser = format->start(&reader->sink);
}

/* Whether the line is the start of a record of some format: then that one is taken. */
static bool
choose_format(uclog_reader_t *reader, const uclog_line_t *line)
{
    for (size_t i = 0; i < array_length(formats); i++) {
        if (formats[i]->probe(line)) {
            uclog_reader_use(reader, formats[i]);
            if (reader->leftover)
                uclog_sink_skip(&reader->sink, reader->leftover, "the end of a record whose start is missing");
            formats[i]->line(reader->parser, line);
            return true;
        }
        if (formats[i]->leftover(line))
            reader->leftover = line->number;
    }
    return false;
}

/* Lines in front of the first message may tell the date or the time, which the message does not; false = this one has
 * none. */
static bool
note_time(uclog_reader_t *reader, const uclog_line_t *line)
{
    uclog_sink_t *sink = &reader->sink;

    if (line->continued || !uclog_stamp_parse_line(&sink->before, line->text, line->length,
                                                   sink->has_before ? &sink->before : NULL, &sink->written))
        return false;
    sink->has_before = true;
    return true;
}

/* Whether the search for the first record goes on behind a line. */
static bool
goes_on_behind(uclog_reader_t *reader, const uclog_line_t *line)
{
    if (note_time(reader, line) && reader->patient)
        reader->searched = 0;
    else
        reader->searched += line->length + line->end;
    return reader->searched <= SEARCH_LIMIT;
}

uclog_found_t
uclog_reader_detect(uclog_reader_t *reader, bool last)
{
    uclog_line_t line;

    while (!reader->format) {
        int got = uclog_lines_next(reader->lines, &line, last);

        if (got < 0)
            return UCLOG_READ_ERROR;
        if (got == 0)
            return last ? UCLOG_NO_LOG : UCLOG_UNDECIDED;
        if (!choose_format(reader, &line) && !goes_on_behind(reader, &line))
            return UCLOG_NO_LOG;
    }
    return UCLOG_LOG;
}

uclog_record_t *
uclog_reader_next(uclog_reader_t *reader, bool last)
{
    uclog_line_t line;

    while (reader->sink.count == 0 && !reader->ended && reader->format) {
        int got = uclog_lines_next(reader->lines, &line, last);

        if (got > 0) {
            reader->format->line(reader->parser, &line);
        } else if (last || got < 0) {
            reader->failed = got < 0;
            reader->ended = true;
            reader->format->end(reader->parser);
        } else {
            reader->format->idle(reader->parser);
            break;
        }
    }
    return uclog_sink_take(&reader->sink);
}

uclog_record_t *
uclog_reader_again(uclog_reader_t *reader, int64_t place)
{
    uclog_record_t *record;

    while ((record = uclog_reader_next(reader, true)) != NULL && uclog_record_place(record) < place)
        uclog_record_free(record);
    if (record && uclog_record_place(record) != place) {
        uclog_record_free(record);
        record = NULL;
    }
    return record;
}
