/* uclog-reader.h
 * A log file as a stream of records
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_READER_H
#define MSICE_UCLOG_READER_H

#include "logs/uclog-parser.h"

/* What a message for people names when a file is none of these logs. */
#define UCLOG_EXPECTED                                                                                               \
    "a client log (\"MM/DD/YYYY|HH:MM:SS.mmm PID:TID INFO  :: ...\") or a server log (\"TL_INFO(TF_PROTOCOL) "       \
    "[...]...\"), the syslog of an SBC (\"[S=...] [SID=...] ...\") or a text dump of SIP"

typedef enum { UCLOG_NO_LOG, UCLOG_LOG, UCLOG_UNDECIDED, UCLOG_READ_ERROR } uclog_found_t;

typedef struct {
    uclog_lines_t *lines;
    uclog_sink_t sink;
    const uclog_format_t *format; /* NULL until the first record was seen */
    void *parser;
    bool ended;
    bool failed;  /* a read error ended it */
    bool patient; /* the first record may come late, as long as lines begin with a time: to be set by the caller */
    uint64_t searched; /* bytes before the first record; patient: behind the last line that begins with a time */
    uint64_t leftover; /* number of the line in them that ends a record, 0 if there is none */
} uclog_reader_t;

/* Starts reading with `read`. `sink` is copied: it carries the clock, the options and who is to be warned. */
void uclog_reader_init(uclog_reader_t *reader, uclog_read_function_t read, void *context, int64_t offset,
                       const uclog_sink_t *sink);
void uclog_reader_clear(uclog_reader_t *reader);

/* Takes the file for a log of this format: for a reader that starts inside a file. */
void uclog_reader_use(uclog_reader_t *reader, const uclog_format_t *format);

/* Looks for the first record. `last` says that the file does not grow: otherwise the answer may be
 * UCLOG_UNDECIDED, and the call is to be repeated when there is more to read. */
uclog_found_t uclog_reader_detect(uclog_reader_t *reader, bool last);

/* The next record (the caller owns it); NULL at the end of the file, or if there is none yet and `last` is
 * false. */
uclog_record_t *uclog_reader_next(uclog_reader_t *reader, bool last);

/* The record that stood at a place (uclog_record_place()), for a reader that starts at place /
 * UCLOG_FARTHEST; the caller owns it. NULL = it is not there any more. */
uclog_record_t *uclog_reader_again(uclog_reader_t *reader, int64_t place);

#endif
