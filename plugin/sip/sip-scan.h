/* sip-scan.h
 * Which dialogs the SIP messages of a packet belong to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SIP_SCAN_H
#define MSICE_SIP_SCAN_H

#include "calls/facts.h"
#include "sip/sip-messages.h"

/* Who has sent a message of Teams Direct Routing. */
typedef enum { SIP_BY_OTHERS /* it is none */, SIP_BY_SERVICE, SIP_BY_SBC } sip_party_t;

typedef struct sip_scanned {
    struct sip_scanned *next;
    const sip_message_t *message;
    const char *call_id; /* NULL = none */
    facts_side_t side;   /* who sent it; FACTS_SIDE_UNKNOWN also where it belongs to no call */
    sip_party_t party;
    bool microsoft; /* its headers are such as only Microsoft's products write, or name the service */
} sip_scanned_t;

/* Reads the SIP messages of this packet and tells them as facts, each once; cheap when nothing is new. Returns them,
 * in pinfo->pool. Never throws. */
const sip_scanned_t *sip_scan(packet_info *pinfo);

/* Whether a text has a line that only Microsoft's products write, or that names the service that SBCs speak with: a
 * quick look, for one that is known to be SIP. Never throws. */
bool sip_scan_names_microsoft(packet_info *pinfo, tvbuff_t *source);

/* Asks for the end of this packet (packet-end.h) where its messages may matter: most SDP is none of ours.
 * Never throws. */
void sip_scan_ask(packet_info *pinfo);

/* The same at the end of the packet, for messages that nobody has asked for: neither a header nor a body of ours need
 * stand in those that tell of a call. Never throws. */
void sip_scan_ask_at_end(packet_info *pinfo);

/* Says that the body of a message is such as only Microsoft's products write: so its dialog is one of theirs, though
 * nothing else has said so. */
void sip_scan_claim(packet_info *pinfo, sip_scanned_t *scanned);

/* The message that part, a header value or a body, is cut out of; NULL = none. Tells the packet's messages first. */
sip_scanned_t *sip_scan_around(packet_info *pinfo, tvbuff_t *part);

/* What was told of a message of this packet; NULL = nothing, or it does not matter. */
const sip_scanned_t *sip_scan_of(packet_info *pinfo, const sip_message_t *message);

/* Says which session of an SBC the messages of this packet belong to: its legs are one call. */
void sip_scan_set_session(packet_info *pinfo, const char *session);

/* proto: owner of what is kept with a packet. */
void sip_scan_register(int proto);

#endif
