/* msturn-answer-show.h
 * Who answered a pseudo-TLS hello, in the trees of the hello and of its answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_ANSWER_SHOW_H
#define MSICE_MSTURN_ANSWER_SHOW_H

#include "carriers/msturn-hello.h"

/* Adds links (and, where nobody answered, the finding) to the tree of the ClientHello. */
void msturn_hello_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                       const msturn_hello_t *hello);

/* Adds the answer to the tree of its message: link to the hello, who answered, finding. answer: what this packet
 * says, which a later one may have replaced. */
void msturn_answer_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *subtree, proto_item *item,
                        const msturn_hello_t *hello, msturn_answer_t answer);

/* Adds a tree for an answer that is no message of ours. */
void msturn_answer_show_alone(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_hello_t *hello,
                              msturn_answer_t answer);

/* Adds a tree with the names in a genuine TLS server's certificate, in the packet that completes it. */
void msturn_answer_show_certificate(tvbuff_t *tvb, proto_tree *tree, const msturn_hello_t *hello);

void msturn_answer_show_register(int proto);

#endif
