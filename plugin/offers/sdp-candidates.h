/* sdp-candidates.h
 * The candidate lists in SDP bodies: the hook in front of the stock dissector, and the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_CANDIDATES_H
#define MSICE_SDP_CANDIDATES_H

#include "base/compat.h"

void proto_register_sdp_candidates(void);
void proto_reg_handoff_sdp_candidates(void);

#endif
