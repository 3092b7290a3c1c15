/* msturn-message.h
 * What is known about one MS-TURN message while it is dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_MESSAGE_H
#define MSICE_MSTURN_MESSAGE_H

#include "base/compat.h"
#include "knowledge/stun-numbers.h"

#define MSTURN_CONNECTION_LENGTH 20 /* of the id in MS-Sequence Number, in front of the number */

/* What an address attribute means. */
typedef enum {
    MSTURN_RELAYED,
    MSTURN_REFLEXIVE,
    MSTURN_DESTINATION,
    MSTURN_REMOTE,
    MSTURN_ALTERNATE_SERVER,
    MSTURN_ALTERNATE_RELAYED,
    MSTURN_REMOTE_SITE,
    MSTURN_REMOTE_RELAY_SITE,
    MSTURN_LOCAL_SITE,
    MSTURN_LOCAL_RELAY_SITE,
    MSTURN_ROLES
} msturn_role_t;

/* A transport address in the clear. addr.type is AT_NONE where the message has none; its bytes are pinfo->pool
 * memory. */
typedef struct {
    address addr;
    uint16_t port;
    proto_item *item;
} msturn_address_t;

/* A stretch of bytes in the message's tvb; length 0 and offset 0 = not there. */
typedef struct {
    int offset;
    unsigned length;
} msturn_bytes_t;

/* One message while it is dissected. Memory: pinfo->pool or the stack of the dissecting function. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;       /* the message's tree */
    proto_item *item;       /* its root */
    proto_item *error_item; /* the attribute that error findings hang below */
    uint16_t type;
    uint16_t length;
    uint8_t id[STUN_ID_LENGTH];
    bool padded;
    bool cut;      /* the capture holds only a part: what is not seen may be in the rest */
    uint64_t seen; /* a bit a row of the attribute table */
    msturn_address_t address[MSTURN_ROLES];
    msturn_bytes_t username, integrity, data, connection;
    proto_item *integrity_item, *sequence_item;
    unsigned error_code; /* 0 = none */
    const char *realm_text;
    const char *call_text; /* SIP call identifier, NULL = none */
    const char *host_text; /* name of the alternate server, likewise */
    bool unanswered;       /* a request, and the capture holds no answer; known when it has been seen whole */
    bool integrity_wrong;  /* verified with a password of the preferences */
    uint32_t lifetime, sequence, bandwidth_action;
    uint16_t stream_type; /* of MS-Service Quality; 0 = none */
    bool has_lifetime, has_sequence, has_bandwidth_action;
    bool bandwidth_refused, amounts_zero;
} msturn_message_t;

#endif
