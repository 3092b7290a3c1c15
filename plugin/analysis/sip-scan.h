/* sip-scan.h
 * Which dialogs the SIP messages of a packet belong to.
 *
 * The stock dissector hands out neither Call-ID nor Ms-Conversation-ID without a full protocol tree, and messages
 * without a header of ours never reach us. So the few lines that join messages are read from the packet's data
 * sources (reassembled and decrypted ones too), in packets where SIP was dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SIP_SCAN_H
#define MSICE_SIP_SCAN_H

#include "analysis/facts.h"

typedef struct sip_scanned {
    struct sip_scanned *next;
    tvbuff_t *source; /* the data source that holds the message */
    int start, end;   /* of the message with its body, in there */
    facts_sip_t sip;
    facts_side_t side; /* who sent it; FACTS_SIDE_UNKNOWN also where it belongs to no call */
} sip_scanned_t;

/* Reads the SIP messages of this packet and tells them as facts, each once; cheap when nothing is new. Returns them,
 * in pinfo->pool. Never throws. */
const sip_scanned_t *sip_scan(packet_info *pinfo);

/* The message that part, a header value or a body, is cut out of; NULL = none. Tells the packet's messages first. */
const sip_scanned_t *sip_scan_around(packet_info *pinfo, tvbuff_t *part);

/* Whether SIP was dissected in this packet. */
bool sip_scan_wanted(const packet_info *pinfo);

/* proto: owner of what is kept with a packet. */
void sip_scan_register(int proto);

#endif
