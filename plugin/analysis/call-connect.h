/* call-connect.h
 * A client that asks its HTTP proxy for a way to a relay, and is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_CONNECT_H
#define MSICE_CALL_CONNECT_H

#include "base/compat.h"

/* Tells a CONNECT request (RFC 9110, 9.3.6) that names a relay, or the answer that refuses one; frame is the frame's
 * tvb, of a TCP packet on the first pass. A proxy that lets the client through is told by who finds the hello then.
 */
void call_connect_tell(tvbuff_t *frame, packet_info *pinfo);

/* Whether a TCP packet may be one of these, while nothing else asks for it. */
bool call_connect_wants(tvbuff_t *frame, const packet_info *pinfo);

#endif
