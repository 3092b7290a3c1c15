/* msturn-pseudotls.h
 * The two pseudo-TLS messages that open an MS-TURN stream on TCP 443: recognised by their fixed bytes, shown field by
 * field. [MS-TURN] 2.1.1
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_PSEUDOTLS_H
#define MSICE_MSTURN_PSEUDOTLS_H

#include "base/compat.h"

typedef enum {
    MSTURN_CLIENT_HELLO = 1, /* 50 bytes */
    MSTURN_SERVER_HELLO = 2  /* 83 bytes: ServerHello and ServerHelloDone in one record */
} msturn_pseudotls_t;

typedef enum {
    MSTURN_NO_HELLO,      /* some byte differs */
    MSTURN_HELLO_BEGINS,  /* all bytes that are there agree, but the message is not complete */
    MSTURN_HELLO_COMPLETE /* the whole message is there */
} msturn_pseudotls_match_t;

#define MSTURN_CLIENT_HELLO_LENGTH 50
#define MSTURN_SERVER_HELLO_LENGTH 83

/* Compares the captured bytes at offset with the fixed bytes of a message. Never throws. */
msturn_pseudotls_match_t msturn_pseudotls_match(tvbuff_t *tvb, int offset, msturn_pseudotls_t kind);

/* Adds the tree of a complete message at offset; the caller has matched it before. Returns the subtree for what is to
 * be added (links, findings); *item becomes the item of the whole message. */
proto_tree *msturn_pseudotls_dissect(tvbuff_t *tvb, int offset, proto_tree *tree, msturn_pseudotls_t kind,
                                     proto_item **item);

void proto_register_msturn_pseudotls(void);

#endif
