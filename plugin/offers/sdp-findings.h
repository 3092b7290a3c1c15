/* sdp-findings.h
 * What the candidate lists of an SDP body add up to: a summary per medium, and what is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_FINDINGS_H
#define MSICE_SDP_FINDINGS_H

#include "sip/sip-messages.h"
#include "offers/sdp-parse.h"

/* How many candidates of a kind a medium has, components and repetitions not counted. */
typedef struct {
    unsigned udp[ICE_TYPES];
    unsigned tcp[ICE_TYPES];
    unsigned other[ICE_TYPES]; /* over a transport that is not known here */
} sdp_tally_t;

/* Counts the candidates of a medium; `media` -1: those before the first m= line. */
void sdp_tally(const sdp_session_t *session, int media, sdp_tally_t *tally);

/* "2 host, 0 srflx, 0 relay (TCP)", all transports that there are, "no candidates". In pinfo->pool. */
const char *sdp_tally_text(packet_info *pinfo, const sdp_tally_t *tally);

/* Adds the findings about one medium below `item`, its subtree `tree`. `message` may be NULL. */
void sdp_findings_medium(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item,
                         const sdp_session_t *session, int media, const sip_message_t *message);

/* Whether the body belongs to a call of Teams through an SBC: then it matters whatever it holds. */
bool sdp_findings_through_sbc(packet_info *pinfo, tvbuff_t *tvb);

/* True when the other side of the call offered candidates before this packet. */
bool sdp_findings_answers_ice(const packet_info *pinfo, const sip_message_t *message);

/* To be called once for a SIP message in which a header or body of ours was met, `part` being that: when it
 * is a BYE that ends a call without a final offer, says so below `tree`. */
void sdp_findings_end_of_call(tvbuff_t *part, packet_info *pinfo, proto_tree *tree, const sip_message_t *message);

void sdp_findings_register(int proto);

#endif
