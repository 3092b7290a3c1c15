/* msdiag-finder.h
 * Finds the diagnostics headers and the ICEWarn values in any text, and leaves the rest of it alone.
 *
 * The text may be a mail, a web page, a log, CSV, JSON, source code, Markdown: see text-units.h for the escapes.
 * Takes time proportional to the text, and memory for one value. No Wireshark in here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_FINDER_H
#define MSICE_MSDIAG_FINDER_H

#include "text/header-value.h"
#include "text/msdiag-parse.h"

/* What is looked for. */
enum {
    MSDIAG_FIND_NAMED = 1 << 0,    /* headers with their names */
    MSDIAG_FIND_NAMELESS = 1 << 1, /* "25; reason=…" as reports print it, without a name */
    MSDIAG_FIND_FLAGS = 1 << 2,    /* ICEWarn and IceWarningFlags outside headers */
    MSDIAG_FIND_ALL = MSDIAG_FIND_NAMED | MSDIAG_FIND_NAMELESS | MSDIAG_FIND_FLAGS,
};

typedef struct {
    bool is_header;      /* a header's value; else a value of ICEWarn */
    uint64_t line;       /* where it begins, from 1 */
    msdiag_span_t name;  /* in the text: of the header, or of the flags; length 0 when nameless */
    msdiag_span_t raw;   /* the value in the text */
    msdiag_span_t media; /* flags: the label of their medium in the text; length 0 when none */
    bool verbatim;       /* the value is just these bytes */
    bool end_is_cut;     /* nothing but the end of the text ended it */
    const char *value;   /* without escapes, NUL behind it; valid until the next call */
    unsigned length;
} msdiag_found_t;

#define MSDIAG_FINDER_PLACES 32

typedef struct {
    text_reader_t reader;
    unsigned wanted;
    unsigned pos;      /* what stands before it was searched */
    unsigned counted;  /* lines are counted up to here … */
    uint64_t line;     /* … where this one is */
    unsigned shortest; /* of the words searched for */
    uint8_t shift[MSDIAG_FINDER_PLACES];
    GString *value;
} msdiag_finder_t;

/* Prepares a search for what is wanted (MSDIAG_FIND_…) in length bytes of text, which must stay until it is over. The
 * finder holds memory until msdiag_finder_clear. */
void msdiag_finder_init(msdiag_finder_t *finder, const char *text, unsigned length, unsigned wanted);
void msdiag_finder_clear(msdiag_finder_t *finder);

/* Stores the next header or value in *found; false when there is none. */
bool msdiag_finder_next(msdiag_finder_t *finder, msdiag_found_t *found);

#endif
