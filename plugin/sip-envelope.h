/* sip-envelope.h
 * The SIP message around a body or a header line that a dissector was handed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SIP_ENVELOPE_H
#define MSICE_SIP_ENVELOPE_H

#include "compat.h"

/* The lines of the enclosing message that our dissectors need; a header that is absent is NULL. */
typedef struct {
    tvbuff_t *source; /* data source that holds the message; offsets count in it */
    int offset;       /* of the start line */
    bool is_request;
    unsigned status;     /* of a response, else 0 */
    const char *method;  /* of the request line, or of CSeq in a response */
    const char *call_id; /* Call-ID */
    const char *from;    /* URI of From, without parameters: "sip:user@host" */
    const char *to;      /* URI of To */
    const char *product; /* value of User-Agent or else Server */
    int product_offset, product_length;
    bool product_is_server; /* it was the Server header */
} sip_envelope_t;

/** Finds the SIP message that `part`, a header value or a body, is cut out of. SIP hands its sub-dissectors
 * only the part, but the part still knows where it stands in its data source. Looks back at most 16 KiB and
 * reads at most as much. Returns NULL where there is no SIP message around the part (unpacked bodies, other
 * carriers). The result belongs to pinfo->pool and is made once for each message of a frame. Never throws. */
const sip_envelope_t *sip_envelope(packet_info *pinfo, tvbuff_t *part);

/** URI of the user who sent the message: From of a request, To of a response; NULL when unknown. */
const char *sip_envelope_sender(const sip_envelope_t *envelope);

#endif
