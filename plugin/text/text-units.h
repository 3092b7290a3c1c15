/* text-units.h
 * Text that went through mail, web pages, logs or source code, read one character at a time: what a byte sequence
 * stands for, however it is escaped.
 *
 * Understands backslashes (C, JSON, also several times over), HTML entities and tags, the octal numbers of syslog
 * daemons (#015#012), quoted-printable, CSV's doubled quotes, and the curly quotes of web pages.
 * No Wireshark in here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_TEXT_UNITS_H
#define MSICE_TEXT_UNITS_H

#include <stdbool.h>
#include <glib.h>

typedef enum {
    TEXT_END,      /* the text is over */
    TEXT_CHAR,     /* an ordinary character, or a byte of one */
    TEXT_BLANK,    /* a blank, tab or no-break space */
    TEXT_QUOTE,    /* a double quote, straight or curly */
    TEXT_LINE_END, /* a line end, real or escaped */
    TEXT_NOTHING,  /* markup that does not change the text: an inline tag, a soft line break */
    TEXT_STOP,     /* the end of what the text stands in: the string, the CSV field, the element */
} text_kind_t;

/* A logical character. */
typedef struct {
    text_kind_t kind;
    unsigned length; /* bytes in the text */
    unsigned size;   /* bytes it stands for */
    char bytes[4];   /* these */
} text_unit_t;

/* A text, and how quotes are written in the part of it that is being read. All zero: not known yet. */
typedef struct {
    const char *text;
    unsigned length;
    bool in_value;         /* set by the reader's user: inside a parameter's value less is taken for an escape */
    bool quotes_known;     /* the fields below hold */
    bool coded;            /* quotes are entities or \u0022; a plain one ends the string around */
    bool doubled;          /* quotes are doubled, as in CSV; a single one ends the field */
    unsigned backslashes;  /* that many before each quote; fewer end the string around */
    bool quoted_printable; /* =3D is "=", "=" before a line end is nothing */
} text_reader_t;

/* Reads the logical character at pos into *unit. Looks at no more than TEXT_LOOK_AHEAD bytes, and does not change
 * the reader. The length is at least 1 unless the text is over. */
void text_read(const text_reader_t *reader, unsigned pos, text_unit_t *unit);

/* Learns from the first quote of a value, at pos, how quotes are written. */
void text_learn_quotes(text_reader_t *reader, unsigned pos);

/* Whether an escaped control character (\n, #012, \u000a, =0A, …) ends right before pos: what follows begins a line
 * or word although a letter or digit stands before it. */
bool text_escape_ends_at(const char *text, unsigned pos);

/* Whether a byte can belong to the name of a header or parameter. */
static inline bool
text_is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
}

#define TEXT_LOOK_AHEAD 160

#endif
