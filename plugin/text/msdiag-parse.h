/* msdiag-parse.h
 * Takes the value of a Microsoft diagnostics header apart: ErrorId[.SubId] *(";" name "=" value), and the lists
 * of name=value pairs inside such values.
 *
 * Written for what is really met: values copied from web pages with curly quotes, folded lines, missing closing
 * quotes, items that were edited away. Nothing is dropped: each byte belongs to a part, or is told as a problem.
 * No Wireshark in here: the dissector and the icewarn command share it. ([MS-OCER] 2.2.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_PARSE_H
#define MSICE_MSDIAG_PARSE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <glib.h>

#include "knowledge/msdiag-keys.h"

/* A part of the text: bytes from offset on. */
typedef struct {
    unsigned offset;
    unsigned length;
} msdiag_span_t;

/* What is odd about a parameter; several may hold. */
enum {
    MSDIAG_NO_CLOSING_QUOTE = 1 << 0, /* the value ends where the next parameter or the text does */
    MSDIAG_TEXT_AFTER_VALUE = 1 << 1, /* something stands between the closing quote and the separator */
    MSDIAG_NO_VALUE = 1 << 2,         /* no "=" */
};

typedef struct {
    msdiag_span_t whole; /* from the name to the end of the value with its quotes and what follows them */
    msdiag_span_t name;
    msdiag_span_t value;   /* without quotes and without blanks around */
    msdiag_span_t trailer; /* the text after the value, if there is some */
    unsigned problems;
} msdiag_param_t;

/* More parameters than this stay text. Real headers have less than 30. */
#define MSDIAG_MAX_PARAMS 256

typedef struct {
    msdiag_param_t params[MSDIAG_MAX_PARAMS];
    unsigned count;
    unsigned empty;     /* items that are missing between two separators */
    msdiag_span_t rest; /* what the limit left over; length 0 when nothing */
} msdiag_list_t;

typedef enum {
    MSDIAG_ID_OK,
    MSDIAG_ID_MISSING,
    MSDIAG_ID_TOO_BIG,
    MSDIAG_ID_CUT, /* more digits may follow that the capture lacks; the reader of text does not know that */
} msdiag_id_state_t;

typedef struct {
    msdiag_id_state_t id_state;
    uint32_t id;
    msdiag_span_t id_span;
    msdiag_span_t sub_id; /* without the dot; length 0 when absent; may be several numbers with dots */
    msdiag_span_t stray;  /* text before the first ";" that is neither */
    msdiag_list_t list;
} msdiag_header_t;

/* Takes apart a header's value of length bytes (may hold anything) into *header. Offsets are into text. */
void msdiag_parse_header(const char *text, unsigned length, msdiag_header_t *header);

/* Takes apart the name=value list in a span of text, items separated by commas, into *list. */
void msdiag_parse_list(const char *text, msdiag_span_t span, msdiag_list_t *list);

/* Looks for a label with a colon ("audio:") before the first "=" of a span. When there is one, stores it in
 * *label and moves the span's start behind it. */
bool msdiag_take_label(const char *text, msdiag_span_t *span, msdiag_span_t *label);

/* What a parameter of this name says about its medium. */
msdiag_place_t msdiag_place_of(const char *text, msdiag_span_t name);

/* What msdiag_each_flags tells of one ICEWarn: its value, and the label of its medium (length 0 when none). */
typedef void (*msdiag_flags_found_t)(void *data, const char *text, msdiag_span_t value, msdiag_span_t media);

/* Calls found with data for every ICEWarn of a header's parameters, in their order: in media debug data with the
 * label it stands under, and as a parameter of its own with the header's MediaType. */
void msdiag_each_flags(const char *text, const msdiag_list_t *list, msdiag_flags_found_t found, void *data);

/* Compares a span with a name, without regard to letter case. */
static inline bool
msdiag_span_is(const char *text, msdiag_span_t span, const char *name)
{
    return span.length == strlen(name) && (memcmp(text + span.offset, name, span.length) == 0 ||
                                           g_ascii_strncasecmp(text + span.offset, name, span.length) == 0);
}

#endif
