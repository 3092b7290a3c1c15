/* msturn-frames.h
 * Cutting frames out of a TCP stream, [MS-TURN] 2.1.4 and RFC 4571, and finding the way back after a gap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_FRAMES_H
#define MSICE_MSTURN_FRAMES_H

#include "carriers/msturn-frame-header.h"

/* One direction of a connection: where its next frame begins. File scope, written on the first pass. */
typedef struct msturn_frames msturn_frames_t;

msturn_frames_t *msturn_frames_new(msturn_framing_t framing);

/* Says that a frame begins at this TCP sequence number. First pass. */
void msturn_frames_begin_at(msturn_frames_t *frames, uint32_t seq);

/* Says that bytes of the connection were not seen, as where the snap length cut a segment: what stood in it is
 * missing, and what TCP was to put together with it comes no more. Bytes of no frame behind that are no fault of the
 * stream. First pass. */
void msturn_frames_unseen(msturn_frames_t *frames);

/* Dissects the frames from offset to the end of the tvb, asking TCP for more where one is cut. tcpinfo: as passed by
 * TCP, or NULL: then the tvb is taken to begin with a frame. */
void msturn_frames_dissect(tvbuff_t *tvb, int offset, packet_info *pinfo, proto_tree *tree, msturn_frames_t *frames,
                           void *tcpinfo);

/* Prepares the Info column for one more message or frame of this packet: separated from those in front of it, and
 * without more of them than anybody reads. */
void msturn_frames_next_info(packet_info *pinfo);

void proto_register_msturn_frames(void);

#endif
