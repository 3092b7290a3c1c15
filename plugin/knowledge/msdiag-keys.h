/* msdiag-keys.h
 * The parameters of diagnostics headers: what each is called, what kind of value it has, the field it becomes, and
 * what it says about the medium. Pure table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_KEYS_H
#define MSICE_MSDIAG_KEYS_H

#include <stddef.h>

/* How the value is written. */
typedef enum {
    MSDIAG_KEY_TEXT,
    MSDIAG_KEY_NUMBER,
    MSDIAG_KEY_SIGNED,  /* a number that may be negative, or longer than 32 bits */
    MSDIAG_KEY_MASK,    /* a number shown in hexadecimal */
    MSDIAG_KEY_ERROR,   /* "10054(WSAECONNRESET)": a number, its name may follow */
    MSDIAG_KEY_HRESULT, /* the same in hexadecimal */
    MSDIAG_KEY_PORT,
    MSDIAG_KEY_PORT_RANGE,  /* "lowest:highest" */
    MSDIAG_KEY_ADDRESS,     /* "address:port" */
    MSDIAG_KEY_INTERFACES,  /* a mask of interface types */
    MSDIAG_KEY_LOCATION,    /* 0 to 2 */
    MSDIAG_KEY_FEDERATION,  /* 0, 1 */
    MSDIAG_KEY_RESOLUTION,  /* 0 = resolved */
    MSDIAG_KEY_FLAGS,       /* an ICEWarn mask, whose fields are icewarn's */
    MSDIAG_KEY_MEDIA_DEBUG, /* "label:key=value,key=value,…" */
    MSDIAG_KEY_LIST,        /* "key=value,key=value,…" */
    MSDIAG_KEY_HINT,        /* no field of its own: shown as name and value, with a word on what it may mean */
    MSDIAG_KEY_KINDS
} msdiag_key_kind_t;

/* What the value says about the medium that the header, or a part of it, speaks of. */
typedef enum {
    MSDIAG_PLACE_LOCAL_SITE, /* the sites first: they are their index in a block */
    MSDIAG_PLACE_LOCAL_MR,
    MSDIAG_PLACE_REMOTE_SITE,
    MSDIAG_PLACE_REMOTE_MR,
    MSDIAG_PLACE_FLAGS,
    MSDIAG_PLACE_SIDE,
    MSDIAG_PLACE_MEDIA,
    MSDIAG_PLACE_LOCAL_LOCATION,
    MSDIAG_PLACE_REMOTE_LOCATION,
    MSDIAG_PLACE_CALLER_MEDIA, /* a list of keys with the view of that side */
    MSDIAG_PLACE_CALLEE_MEDIA,
    MSDIAG_PLACE_REASON,
    MSDIAG_PLACE_NONE,
} msdiag_place_t;

typedef struct {
    const char *name;
    unsigned length; /* of the name: most keys are told apart by it */
    msdiag_key_kind_t kind;
    msdiag_place_t place;
    const char *filter; /* last part of the filter name, msdiag.<filter>; rows with the same one share the field */
    const char *title;  /* the field in words */
    const char *text;   /* what the field holds, NULL where the title says it all; the hint of MSDIAG_KEY_HINT */
} msdiag_key_t;

extern const msdiag_key_t msdiag_keys[];
extern const unsigned msdiag_key_count;

/* The row of a parameter by its name, of length bytes at name and in any letter case; NULL when there is none. */
const msdiag_key_t *msdiag_key_find(const char *name, size_t length);

#endif
