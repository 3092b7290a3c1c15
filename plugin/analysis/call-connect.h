/* call-connect.h
 * A client that asks its HTTP proxy for a way to a relay, and is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_CONNECT_H
#define MSICE_CALL_CONNECT_H

#include "base/address-kind.h"
#include "base/frame-headers.h"

/* Tells a CONNECT request (RFC 9110, 9.3.6) that names a relay, or the answer that refuses one; frame is the frame's
 * tvb, of a TCP packet on the first pass. A proxy that lets the client through is told by who finds the hello then.
 */
void call_connect_tell(tvbuff_t *frame, packet_info *pinfo);

/* Whether the ports are such that a TCP packet may be one of these: where proxies listen, and from where they are
 * asked. Most segments on most networks are TLS on 443: a look at them would cost all of them. */
static inline bool
call_connect_may(const packet_info *pinfo)
{
    return (pinfo->srcport == 80 || port_is_free(pinfo->srcport)) &&
           (pinfo->destport == 80 || port_is_free(pinfo->destport));
}

/* Whether a segment between such ports begins like one, and nothing else asks for it. */
bool call_connect_wants(const frame_segment_t *segment);

#endif
