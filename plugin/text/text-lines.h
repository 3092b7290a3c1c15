/* text-lines.h
 * What lines of logs, dumps and mails begin with: marks of quoting, the name of a header, or something that cannot
 * be the rest of a header that was wrapped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TEXT_LINES_H
#define MSICE_TEXT_LINES_H

#include "text/text-units.h"

/* Skips blanks and the marks of quoted text ("> " of mail, "|" of dumps) that begin a line at pos; returns where its
 * text begins. Stores in *indent how many blanks stand right before that, and in *marks whether there were marks. */
unsigned text_skip_marks(const text_reader_t *reader, unsigned pos, unsigned *indent, bool *marks);

/* How far the text at pos is indented: the blanks right before it when only they and marks of quoting stand between
 * it and the start of its line, else 0. */
unsigned text_indent_of(const text_reader_t *reader, unsigned pos);

/* Whether the line whose text begins at pos is something by itself: a header of SIP, a line of SDP, a start line, a
 * log record, a ruler. Such a line goes on no header. */
bool text_line_stands_alone(const text_reader_t *reader, unsigned pos);

/* Whether "name:" stands at pos as a header has it; a label of media debug data ("audio:ICEWarn=") is none. */
bool text_is_header_at(const text_reader_t *reader, unsigned pos);

/* Whether the text at pos is an item of a list of parameters: "name=", also behind a label ("audio:name="). */
bool text_is_item_at(const text_reader_t *reader, unsigned pos);

/* The name of a diagnostics header that begins at pos as a word of its own: returns its length, 0 when none does. */
unsigned text_diagnostics_name_at(const text_reader_t *reader, unsigned pos);

/* The same where the part "diagnostics" of the name is known to stand at pos: stores where the name begins. */
unsigned text_diagnostics_name_around(const text_reader_t *reader, unsigned pos, unsigned *start);

/* Whether a word may begin at pos: what stands before is no part of it, or is an escaped control character. */
bool text_word_begins_at(const text_reader_t *reader, unsigned pos);

#endif
