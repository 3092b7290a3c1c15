/* uclog-parser.h
 * What the parsers of the two log formats have in common
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_PARSER_H
#define MSICE_UCLOG_PARSER_H

#include "logs/uclog-lines.h"
#include "logs/uclog-record.h"
#include "logs/uclog-time.h"

/* One line completes at most a message that was cut, a log line before it, and itself. */
#define UCLOG_SINK_SIZE 8U

/* Where a parser puts its records, and what it has to know. */
typedef struct {
    uclog_clock_t *clock;
    bool trace;      /* lines between the messages are wanted */
    uint32_t source; /* number of the file */
    uint64_t skipped;
    int64_t last_ms;       /* time of the last record */
    uclog_stamp_t written; /* when the file was changed last: its date stands for what the log does not say */
    uclog_stamp_t before;  /* of the last line in front of the first record that told its time */
    bool has_before;
    void (*warn)(void *context, uint64_t line, const char *text); /* NULL: no warnings */
    void *context;
    unsigned first, count;
    uclog_record_t *records[UCLOG_SINK_SIZE];
} uclog_sink_t;

/* A log format. */
typedef struct {
    const char *name;
    bool server;                                          /* its findings name messages that came before */
    bool (*probe)(const uclog_line_t *line);              /* the line is the start of a record */
    bool (*leftover)(const uclog_line_t *line);           /* the line ends a record whose start is missing */
    void *(*start)(uclog_sink_t *sink);                   /* makes a parser; the sink outlives it */
    void (*line)(void *parser, const uclog_line_t *line); /* takes the next line */
    void (*end)(void *parser);                            /* end of the file: hands out what is unfinished */
    void (*idle)(void *parser);                           /* nothing to read now: hands out what is finished */
    void (*stop)(void *parser);                           /* frees it */
    bool looks_back; /* what is said about a record depends on what stands before it */
} uclog_format_t;

extern const uclog_format_t uclog_client_format;
extern const uclog_format_t uclog_server_format;
extern const uclog_format_t uclog_sbc_format;
extern const uclog_format_t uclog_dump_format;

/* Hands out a record (ownership goes to the sink). */
void uclog_sink_put(uclog_sink_t *sink, uclog_record_t *record);

/* Takes the oldest record, NULL if there is none; the caller owns it. */
uclog_record_t *uclog_sink_take(uclog_sink_t *sink);

/* Counts a record that is not handed out, and says why. */
void uclog_sink_skip(uclog_sink_t *sink, uint64_t line, const char *why);

/* A new record of this log: `line` is its first line, `time_ms` its time (-1 for a date that does not exist:
 * the record gets the time of the one before, and a comment). */
uclog_record_t *uclog_sink_record(uclog_sink_t *sink, uclog_kind_t kind, const uclog_line_t *line, int64_t time_ms);

/* Sets the time of a record whose first line did not tell it: with a date that does not exist it stays. */
void uclog_sink_set_time(uclog_sink_t *sink, uclog_record_t *record, const uclog_stamp_t *stamp);

/* Hands out a message that is complete: with the name of its peer, if that has no address, and, if `cut` is
 * not NULL, with what was cut. */
void uclog_sink_put_message(uclog_sink_t *sink, uclog_record_t *record, const char *cut);

/* Reads a peer or address of a record into the endpoint; a name goes to record->peer. */
void uclog_parse_peer(uclog_record_t *record, uclog_endpoint_t *endpoint, const char *text, size_t length);

#endif
