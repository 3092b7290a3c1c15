/* each-packet.h
 * What the packets of others meet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_EACH_PACKET_H
#define MSICE_EACH_PACKET_H

#include "base/compat.h"

/* In one line of the processor's cache: each further one takes the place of something that the packet's own
 * dissectors need. As it was when the dissection of the file began, but for the last three. */
typedef struct {
    bool plugin;        /* is on (enabled.h) */
    bool analysis;      /* of calls is */
    int expert_tap;     /* tap of the expert items (findings.h) */
    bool experts_heard; /* somebody listens to that tap, as it was when the end of a packet was last asked about it */
    bool end_always;    /* the end of each packet is asked for (packet-end.h), */
    uint32_t end_frame; /* or that of this one */
} each_packet_t;

extern each_packet_t each_packet;

#endif
