/* dialogs.h
 * SIP dialogs, and the calls they belong to. For the files that tell of signalling.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_DIALOGS_H
#define MSICE_DIALOGS_H

#include "calls/calls.h"

/* A SIP dialog, told apart by its Call-ID: forked and transferred ones stay one call. */
typedef struct {
    facts_call_t *call;
    facts_call_t *checked;  /* another call, whose checks carry one of its ice-ufrags; NULL = none */
    const char *caller_tag; /* From tag of the first INVITE; NULL = not seen */
    uint32_t answered;      /* frame of the first 2xx to its INVITE; 0 = none */
    bool open;              /* met in signalling, and not ended */
    bool ended;             /* what comes of it yet is a copy, or late */
    uint32_t public_frame;  /* the first by which Teams spoke in it from a public address; 0 = none */
    bool with_service;      /* Teams Direct Routing is one end, an SBC the other */
    bool flipped;           /* its caller is the one who was called in the first dialog of the call */
} dialog_t;

/* The dialog of a Call-ID; NULL = none is known. */
dialog_t *dialog_find(const char *call_id);

/* A dialog of a call, of a new one where call is NULL; NULL when there is no room for it. */
dialog_t *dialog_new(packet_info *pinfo, const char *call_id, facts_call_t *call);

/* Which side of the call has sent a message of the dialog, as far as its tags tell. */
facts_side_t dialog_sender(const dialog_t *dialog, const facts_sip_t *sip);

/* The other side of a call; that of an unknown one is unknown. */
facts_side_t other_side(facts_side_t side);

/* Teams Direct Routing is one end of the dialog, whose call this is. */
void dialog_note_service(dialog_t *dialog, facts_call_t *call);

#endif
