/* uclog-dump-forms.h
 * What announces a SIP message in a text dump, and the address that stands there
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_UCLOG_DUMP_FORMS_H
#define MSICE_UCLOG_DUMP_FORMS_H

#include "logs/uclog-lines.h"
#include "logs/uclog-record.h"

typedef enum {
    UCLOG_ASTERISK,
    UCLOG_CHAN_SIP,
    UCLOG_SOFIA,
    UCLOG_SIPE,
    UCLOG_SONUS,
    UCLOG_EXPRESSWAY,
    UCLOG_IOS,
    UCLOG_WRITERS
} uclog_writer_t;

/* What announces a message: what begins where the sign stands, and the words before the address. */
typedef struct {
    uclog_writer_t writer;
    const char *mark;
    uclog_direction_t direction;
    const char *address; /* NULL = the line has none; Expressway: the side that the other one is */
    const char *time;    /* words before a time of its own; NULL = it has none */
} uclog_form_t;

/* The form in which a line announces a message; NULL = it announces none. */
const uclog_form_t *uclog_dump_form(const uclog_line_t *line);

/* Sets the addresses that the line has. */
void uclog_dump_set_address(uclog_record_t *record, const uclog_form_t *form, const uclog_line_t *line);

/* What Cisco's IOS writes behind the announcement: "Received:", "Sent:", also with " SIP UDP message from … to …".
 * Sets direction and addresses; false when the line is none of it. */
bool uclog_dump_ios_way(uclog_record_t *record, const char *text, size_t length);

/* Where a word stands in a text; NULL = nowhere. */
const char *uclog_find(const char *text, size_t length, const char *word);

#endif
