/* sdp-sbc.h
 * What Teams asks of the SDP of an SBC, and where it is not kept: media bypass, SRTP, addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_SBC_H
#define MSICE_SDP_SBC_H

#include "offers/sdp-dialog.h"
#include "sip/sip-scan.h"

/* Adds the findings about a medium that an SBC offers to Teams below item. */
void sdp_sbc_medium(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media,
                    const sip_scanned_t *scanned);

/* Tells the analysis whether the addresses of an SBC's body can be reached from outside. */
void sdp_sbc_tell(packet_info *pinfo, const sdp_session_t *session, const sip_scanned_t *scanned);

void sdp_sbc_register(int proto);

#endif
