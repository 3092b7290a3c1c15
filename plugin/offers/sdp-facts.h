/* sdp-facts.h
 * Tells the analysis of calls what an SDP body offers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_FACTS_H
#define MSICE_SDP_FACTS_H

#include "offers/sdp-parse.h"

/* Tells the candidates, media and user name fragments of a body. Does nothing on later passes. */
void sdp_tell_facts(packet_info *pinfo, tvbuff_t *tvb, const sdp_session_t *session);

#endif
