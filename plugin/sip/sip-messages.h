/* sip-messages.h
 * The SIP messages of a packet.
 *
 * The stock dissector hands out header values and bodies, but neither the message around them nor, without a full
 * protocol tree, its Call-ID. So the start and the few lines that matter are read from the packet's data sources
 * (reassembled and decrypted ones too), once for all who ask.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SIP_MESSAGES_H
#define MSICE_SIP_MESSAGES_H

#include "base/compat.h"

/* The header lines that are read. */
typedef enum {
    SIP_CALL_ID,
    SIP_CONVERSATION_ID, /* Ms-Conversation-ID */
    SIP_CSEQ,
    SIP_FROM,
    SIP_TO,
    SIP_USER_AGENT,
    SIP_SERVER,
    SIP_CONTACT,
    SIP_REASON,
    SIP_USER_LOCATION, /* X-MS-UserLocation */
    SIP_CONTENT_LENGTH,
    SIP_HEADERS
} sip_header_t;

typedef struct sip_message {
    struct sip_message *next; /* of the same data source */
    uint32_t number;          /* no other of the packet has it */
    tvbuff_t *source;
    const char *text; /* bytes of the source, in the packet's pool */
    int start, end;   /* of the message with its body, in the source */
    int body;         /* where that begins; 0 = not known */
    bool complete;    /* no part of it follows in later packets */
    bool microsoft;   /* it has header lines that begin with "ms-" */
    unsigned status;  /* of a response; 0 = request */
    struct {
        int from, to; /* in the source; to = 0: absent */
    } method, lines[SIP_HEADERS];
} sip_message_t;

/* Whether SIP was dissected in this packet so far. */
bool sip_dissected(const packet_info *pinfo);

/* Whether that is worth asking where nothing else shows that the packet matters: one on SIP's ports, one that
 * something was put together or decrypted from, or one out of a log. */
static inline bool
sip_may_be_dissected(const packet_info *pinfo)
{
    return pinfo->destport - 5060 < 2 || pinfo->srcport - 5060 < 2 || (pinfo->data_src && pinfo->data_src->next) ||
           pinfo->rec->rec_header.packet_header.pkt_encap == WTAP_ENCAP_WIRESHARK_UPPER_PDU;
}

/* Whether SIP was dissected in this packet, and Microsoft's name stands in it, as in all messages of the service that
 * SBCs speak with, in an address or a product. */
bool sip_names_microsoft(const packet_info *pinfo);

/* Whether the stock dissector has not come to the SDP body of this packet's message, asked at its end: it throws on
 * what it reads of SDP for itself, a key that somebody has blotted out for example. Not over TCP: there nothing tells
 * that from waiting for the rest of a message. */
bool sip_left_body(const packet_info *pinfo);

/* Reads the messages of a data source of this packet, in their order; NULL = none. They belong to the packet's pool
 * and are read once. Never throws. */
const sip_message_t *sip_messages(packet_info *pinfo, tvbuff_t *source);

/* Says that a data source holds no messages of its own: what is in it is dissected from another source. */
void sip_messages_none(packet_info *pinfo, tvbuff_t *source);

/* The message that part, a header value or a body, is cut out of; NULL where there is none around it (unpacked
 * bodies, other carriers). */
const sip_message_t *sip_message_around(packet_info *pinfo, tvbuff_t *part);

/* The value of a header without the blanks around it, NULL when absent; in the packet's pool. RFC 3261, 7.3.1. */
const char *sip_message_value(const packet_info *pinfo, const sip_message_t *message, sip_header_t header);

/* The next line of a header behind *to, which is 0 at first: gives the value's offsets in the data source. False =
 * there is no more. */
bool sip_message_next_line(const sip_message_t *message, sip_header_t header, int *from, int *to);

/* The method of a request, or that of a response's CSeq; NULL when it lacks one. In the packet's pool. */
const char *sip_message_method(const packet_info *pinfo, const sip_message_t *message);

/* The URI of From or To without parameters; NULL when absent. Stores the value of its tag parameter in *tag, NULL
 * when absent; tag may be NULL. Both in the packet's pool. */
const char *sip_message_party(const packet_info *pinfo, const sip_message_t *message, sip_header_t header,
                              const char **tag);

/* The URI of a request's start line; NULL of a response. In the packet's pool. */
const char *sip_message_target(const packet_info *pinfo, const sip_message_t *message);

/* The URI of the user who sent the message (NULL for none): From of a request, To of a response. */
const char *sip_message_sender(const packet_info *pinfo, const sip_message_t *message);

#endif
