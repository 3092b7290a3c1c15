/* sdp-dialog.h
 * Offers and answers of a call side by side.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_DIALOG_H
#define MSICE_SDP_DIALOG_H

#include "offers/sdp-parse.h"
#include "sip/sip-messages.h"

/* What a medium's checks depend on, as texts to compare. */
typedef struct {
    const char *candidates, *ufrag, *password;
} sdp_dialog_ice_t;

/* What one medium of a body holds, as far as the other side's list is compared with it. */
typedef struct {
    const char *name; /* file scope */
    bool in_use;      /* port other than 0 */
    bool has_ipv4;
    bool has_ipv6;
    bool has_others; /* candidates with a name in place of an address, or more that follow */
    unsigned candidates;
    bool chosen; /* has remote-candidate(s): a final offer or answer */
    sdp_dialog_ice_t ice;
} sdp_dialog_medium_t;

/* The bodies that one side sent in one message; the parts of a multipart offer are taken together. */
typedef struct {
    uint32_t frame;
    unsigned media_count;
    sdp_dialog_medium_t media[SDP_MAX_MEDIA];
} sdp_dialog_side_t;

/* Notes a body of the call that the message belongs to. Does nothing on later passes, in packets quoted by ICMP
 * errors and without a Call-ID. microsoft: the body, or its message, is one of Microsoft's products. */
void sdp_dialog_note(packet_info *pinfo, const sip_message_t *message, const sdp_session_t *session, bool microsoft);

/* What the checks of a medium depend on; texts in scope. */
void sdp_dialog_ice_of(wmem_allocator_t *scope, const sdp_session_t *session, int media, sdp_dialog_ice_t *ice);

/* Of a final answer: what the last provisional answer of the same party to the same request said about a medium.
 * Returns its frame, 0 = there was none. */
uint32_t sdp_dialog_provisional(const packet_info *pinfo, const sip_message_t *message, int media,
                                sdp_dialog_ice_t *ice);

/* What the other end of this packet said last about the call before this message; false when nothing. Fills
 * in `side`, whose strings have file scope. */
bool sdp_dialog_other_side(const packet_info *pinfo, const sip_message_t *message, sdp_dialog_side_t *side);

/* True when a call had an offer and an answer with candidates before this message, between the same two
 * hosts, but no final offer with remote-candidate(s), and is one of Microsoft's products, which send it. Gives the
 * frames of the last offer and answer. */
bool sdp_dialog_lacks_final_offer(const packet_info *pinfo, const sip_message_t *message, uint32_t *offer,
                                  uint32_t *answer);

/* True while no body was noted at all: then nothing can be compared. */
bool sdp_dialog_is_empty(void);

/* Makes the tables; once, at registration. */
void sdp_dialog_register(void);

#endif
