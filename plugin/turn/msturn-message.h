/* msturn-message.h
 * What is known about one MS-TURN message while it is dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_MESSAGE_H
#define MSICE_MSTURN_MESSAGE_H

#include "base/compat.h"

/* Attribute types that code refers to; the names of all stand in the table. */
enum {
    MSTURN_ATT_MAPPED_ADDRESS = 0x0001,
    MSTURN_ATT_USERNAME = 0x0006,
    MSTURN_ATT_INTEGRITY = 0x0008,
    MSTURN_ATT_ERROR_CODE = 0x0009,
    MSTURN_ATT_UNKNOWN_ATTRIBUTES = 0x000A,
    MSTURN_ATT_LIFETIME = 0x000D,
    MSTURN_ATT_ALTERNATE_SERVER = 0x000E,
    MSTURN_ATT_COOKIE = 0x000F,
    MSTURN_ATT_DESTINATION = 0x0011,
    MSTURN_ATT_REMOTE = 0x0012,
    MSTURN_ATT_DATA = 0x0013,
    MSTURN_ATT_NONCE = 0x0014,
    MSTURN_ATT_REALM = 0x0015,
    MSTURN_ATT_VERSION = 0x8008,
    MSTURN_ATT_XOR_MAPPED_ADDRESS = 0x8020,
    MSTURN_ATT_SEQUENCE = 0x8050,
    MSTURN_ATT_SERVICE_QUALITY = 0x8055,
    MSTURN_ATT_BANDWIDTH_ACTION = 0x8056,
    MSTURN_ATT_RESERVATION_ID = 0x8057,
    MSTURN_ATT_RESERVATION_AMOUNT = 0x8058,
    MSTURN_ATT_REMOTE_SITE = 0x8059,
    MSTURN_ATT_LOCAL_SITE = 0x805B,
    MSTURN_ATT_REMOTE_SITE_RESPONSE = 0x805D,
    MSTURN_ATT_LOCAL_SITE_RESPONSE = 0x805F,
    MSTURN_ATT_LOCATION_PROFILE = 0x8068,
    MSTURN_ATT_ALTERNATE_MAPPED = 0x8090,
    MSTURN_ATT_SESSION_ID = 0x8095
};

#define MSTURN_COOKIE_ATTRIBUTE 0x000F0004U /* type and length */
#define MSTURN_COOKIE_VALUE     0x72C64BC6U
#define MSTURN_ID_LENGTH        16

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
    uint8_t id[MSTURN_ID_LENGTH];
    bool padded;
    uint64_t seen; /* a bit a row of the attribute table */
    msturn_address_t address[MSTURN_ROLES];
    msturn_bytes_t username, realm, nonce, integrity, data, connection;
    proto_item *integrity_item, *sequence_item;
    unsigned error_code; /* 0 = none */
    const char *realm_text;
    const char *call_text; /* SIP call identifier, NULL = none */
    const char *host_text; /* name of the alternate server, likewise */
    bool integrity_wrong;  /* verified with a password of the preferences */
    uint32_t lifetime, sequence, bandwidth_action;
    bool has_lifetime, has_sequence, has_bandwidth_action;
    bool bandwidth_refused, amounts_zero;
} msturn_message_t;

#endif
