/* msturn-media.h
 * What media flows are made of: RTP, RTCP, SRTCP, DTLS, handed to the stock dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_MEDIA_H
#define MSICE_MSTURN_MEDIA_H

#include <epan/prefs.h>

#include "turn/msturn-path.h"

/* Dissects a payload whose first byte says RTP, RTCP or DTLS (RFC 7983) and whose header agrees; path: how it
 * came here. Returns the bytes taken, 0 = it is none of them. */
int msturn_media_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path);

void msturn_media_register(int proto);
void msturn_media_register_preferences(module_t *preferences);
void msturn_media_handoff(void);

#endif
