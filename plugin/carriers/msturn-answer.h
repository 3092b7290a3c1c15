/* msturn-answer.h
 * Who answered a pseudo-TLS hello: the Edge, somebody on the way, or nobody. The one place that knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_ANSWER_H
#define MSICE_MSTURN_ANSWER_H

#include "carriers/msturn-hello.h"
#include "carriers/msturn-stream.h"

/* A ClientHello of this connection in this packet; first pass only. tcpinfo: as passed by TCP, may be NULL. */
msturn_hello_t *msturn_hello_new(packet_info *pinfo, msturn_stream_t *stream, const void *tcpinfo);

/* Whether a later packet may say better who answered: nobody has so far, or what he said first is missing. */
bool msturn_answer_is_open(msturn_answer_t answer);

/* Where a payload of the server's side stands to the place at which the answer begins: 0 = there, or it is not known;
 * above: bytes in front of it are missing. */
int32_t msturn_answer_distance(const msturn_hello_t *hello, const void *tcpinfo);

/* Whether this packet of the client's side has got an answer: it acknowledges bytes of one. */
bool msturn_answer_was_received(const msturn_hello_t *hello, const void *tcpinfo);

/* What the first bytes of the server's side say; *more is set when there are too few to tell. Never throws. */
msturn_answer_t msturn_answer_classify(tvbuff_t *tvb, bool *more);

/* Notes who answered, in this packet; first pass only. tvb: the answer, for what can be read from it. */
void msturn_answer_settle(tvbuff_t *tvb, packet_info *pinfo, msturn_hello_t *hello, msturn_answer_t answer);

/* Who is known to have answered when the client speaks in this packet, by whatever pass. */
msturn_answer_t msturn_answer_known(const msturn_hello_t *hello, const packet_info *pinfo);

/* Notes the certificate of a genuine TLS server, complete in this packet; first pass only. */
void msturn_answer_certificate(packet_info *pinfo, msturn_hello_t *hello, const msturn_certificate_t *certificate);

/* Whether what follows the answer belongs to the dissector of the one who answered; *handle becomes that one. */
bool msturn_answer_is_impostor(msturn_answer_t answer, dissector_handle_t *handle);

/* What is done at the end of a packet: tvb is the frame's, tree NULL when nobody sees it. Called by plugin.c. */
void msturn_answer_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_msturn_answer(void);
void proto_reg_handoff_msturn_answer(void);

#endif
