/* msturn-stream.h
 * The TCP connections of ours: what the carriers know of one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_STREAM_H
#define MSICE_MSTURN_STREAM_H

#include "base/compat.h"

/* The sides of a connection. */
typedef enum { MSTURN_CLIENT, MSTURN_SERVER, MSTURN_SIDES } msturn_side_t;

/* A connection of ours. File scope, written on the first pass. */
typedef struct msturn_stream {
    address client;
    uint16_t client_port;
    struct msturn_frames *frames[MSTURN_SIDES];
    struct msturn_hello *hello;   /* NULL: the connection began without, or before the capture */
    struct msturn_flight *flight; /* of a genuine TLS server that answered */
    uint8_t seen;                 /* bits of tcp.completeness up to here, while the hello is open */
    bool has_answer_at;
    uint32_t answer_at; /* TCP's own number of the byte that an answer to the hello begins with */
} msturn_stream_t;

/* The connection of this packet, NULL = it is not ours. */
msturn_stream_t *msturn_stream_find(packet_info *pinfo);

/* Makes the connection of this packet ours: the following packets come to handle. from_client: its client sent the
 * packet. First pass. */
msturn_stream_t *msturn_stream_make(packet_info *pinfo, dissector_handle_t handle, bool from_client);

/* Has a connection found by this packet's addresses and ports, too: inside a proxy's tunnel the dissectors see the
 * ports of the tunnel's end, the end of the packet those of the connection. First pass. */
void msturn_stream_share(packet_info *pinfo, msturn_stream_t *stream);

/* The side that sent this packet. */
msturn_side_t msturn_stream_side(const packet_info *pinfo, const msturn_stream_t *stream);

/* proto: the protocol that conversations keep the connection under; once, at registration. */
void msturn_stream_register(int proto);

#endif
