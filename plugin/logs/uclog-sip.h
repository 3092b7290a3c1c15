/* uclog-sip.h
 * Rebuilds the bytes of a SIP message from the lines of a log
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_SIP_H
#define MSICE_UCLOG_SIP_H

#include "logs/uclog-lines.h"
#include "logs/uclog-record.h"

typedef enum { UCLOG_SIP_START, UCLOG_SIP_HEADERS, UCLOG_SIP_PART_HEADERS, UCLOG_SIP_BODY } uclog_sip_phase_t;

/* A message under construction; the bytes go to record->data. */
typedef struct {
    uclog_record_t *record;
    uclog_sip_phase_t phase;
    bool spaced;     /* a copy with a blank line behind each line */
    bool web_copy;   /* a copy with the quotes and blanks of a web page */
    bool restored;   /* such characters were replaced */
    bool unindented; /* headers lost the blank that a paste put before them */
    bool bare_log;   /* the log has no CR: line ends of the body are to be found out */
    bool cut_at_limit;
    unsigned blanks;        /* blank lines since the last line with text */
    size_t body;            /* where the body starts in record->data */
    int64_t content_length; /* -1: no such header */
} uclog_sip_t;

/* Starts a message in `record`. */
void uclog_sip_begin(uclog_sip_t *sip, uclog_record_t *record);

/* Whether `text` is a SIP request line or status line (RFC 3261 7.1, 7.2). */
bool uclog_sip_is_start_line(const char *text, size_t length);

/* Adds the start line. */
void uclog_sip_start_line(uclog_sip_t *sip, const char *text, size_t length);

/* Adds a line of the message as the log has it: header, blank line or body. */
void uclog_sip_line(uclog_sip_t *sip, const uclog_line_t *line);

/* Ends the headers: what follows are lines of the body. */
void uclog_sip_begin_body(uclog_sip_t *sip);

/* Ends the message: brings the body to the length its Content-Length says, or comments why that is not
 * possible. Returns false if there is no message because it has no start line. */
bool uclog_sip_end(uclog_sip_t *sip);

/* Whether the text has characters that only a web page or word processor puts in (curly quotes, no-break
 * space). */
bool uclog_is_web_copy(const char *text, size_t length);

/* Writes `text` to `bytes` with such characters turned back into ASCII. Returns whether there were any. */
bool uclog_restore_ascii(uclog_bytes_t *bytes, const char *text, size_t length);

#endif
