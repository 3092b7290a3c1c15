/* sbc-log.h
 * Records of AudioCodes SBCs in syslog: what stands around the text of a SIP message.
 *
 *   … [S=<sequence>] [SID=<device>:<restarts>:<session>] (<component>)(<n>) <text> [Time:DD-MM@HH:MM:SS.mmm]
 *
 * A text with the line "---- Incoming SIP Message from …" holds a message; it goes on in the record with the next
 * sequence number. Where the device joins several entries to one record, the line has others before it, and begins
 * with its own (<component>) (github.com/sipcapture/paStash, issue 75; firmware 7.20A). Line ends are real ones or
 * written as #012, #015#012, \n or \r\n. No Wireshark in here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SBC_LOG_H
#define MSICE_SBC_LOG_H

#include <stdbool.h>
#include <glib.h>

/* The head of a record; offsets in the line. */
typedef struct {
    bool has_sequence;
    unsigned sequence;
    size_t session, session_length; /* of SID; length 0 = the record belongs to no call */
    bool has_component;
    size_t bare;      /* blanks behind the session's bracket */
    size_t end, text; /* where the head ends, and, behind the blanks, the text begins */
} sbc_head_t;

/* The line in front of a message; offsets in the text. */
typedef struct {
    bool outgoing;
    size_t start;                       /* where its line begins */
    size_t address, address_length;     /* of the other side, "address:port" */
    size_t interface, interface_length; /* name of the own one; length 0 = absent */
    size_t message;                     /* where the message begins */
} sbc_banner_t;

typedef struct {
    unsigned day, month, hour, minute, second, millisecond;
} sbc_time_t;

/* Reads the head of a record; false when the line has none. */
bool sbc_log_head(const char *line, size_t length, sbc_head_t *head);

/* Finds the first line in front of a message, at the start of a line of the text; false when it has none. */
bool sbc_log_banner(const char *text, size_t length, sbc_banner_t *banner);

/* Where the text goes on with a message that has begun in another record: the device writes the same blanks in front.
 */
size_t sbc_log_goes_on_at(const sbc_head_t *head, const sbc_head_t *begun);

/* The length of a text without the [Time:…] at its end, and the blank before it; *time is set when there is one. */
size_t sbc_log_cut_time(const char *text, size_t length, sbc_time_t *time, bool *has_time);

/* Adds a text with its line ends as LF. */
void sbc_log_unescape(GString *to, const char *text, size_t length);

/* What Content-Length says in the header lines between text and end; 0 when it is not there. */
size_t sbc_log_content_length(const char *text, const char *end);

/* The comment by which uclog hands the session of a message on, with the session between the two. */
#define SBC_LOG_SESSION_BEFORE "Session "
#define SBC_LOG_SESSION_BEHIND " of the SBC"

#endif
