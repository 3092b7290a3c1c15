/* sdp-candidate-text.h
 * A candidate line in words, without what may be a password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_CANDIDATE_TEXT_H
#define MSICE_SDP_CANDIDATE_TEXT_H

#include "offers/sdp-parse.h"

/* Names of the components of RTP, for VALS(). */
extern const value_string sdp_component_names[];

/* The line that stands for a candidate in the tree: "relay UDP 131.253.141.158:59224 (RTP)". In pinfo->pool. */
const char *sdp_candidate_text(packet_info *pinfo, const sdp_candidate_t *candidate);

/* The value of the line as text: draft-06 has a password for its third word, others behind a name of their own, and
 * what cannot be read may have one anywhere. In pinfo->pool. */
const char *sdp_candidate_line(packet_info *pinfo, tvbuff_t *tvb, const sdp_candidate_t *candidate);

/* Likewise what stands behind the grammar: candidate->rest. */
const char *sdp_candidate_rest(packet_info *pinfo, tvbuff_t *tvb, const sdp_candidate_t *candidate);

#endif
