/* sdp-bundle.h
 * Sections of an SDP body that go by the candidates of another one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_BUNDLE_H
#define MSICE_SDP_BUNDLE_H

#include "offers/sdp-parse.h"

/* Fills in in_use, candidates_of and bundled of all sections: by the BUNDLE groups of RFC 8843, or, where a body (of
 * Teams) names no group, concluded for sections that have a mid and neither candidates nor ICE credentials. */
void sdp_bundle_apply(sdp_session_t *session);

#endif
