/* stun-numbers.h
 * The numbers that tell STUN, MS-TURN and what stands around them apart on the wire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_STUN_NUMBERS_H
#define MSICE_STUN_NUMBERS_H

#define STUN_HEADER_LENGTH  20 /* type, length, 16 bytes of transaction id */
#define STUN_ID_LENGTH      16
#define STUN_COOKIE         0x2112A442U /* RFC 5389 6: the first bytes of its transaction ids */
#define STUN_ATTRIBUTE_HEAD 4           /* type and length in front of a value */

/* The first attribute of each MS-TURN message, [MS-TURN] 2.2.2.8. */
#define MSTURN_COOKIE_ATTRIBUTE 0x000F0004U /* type and length */
#define MSTURN_COOKIE_VALUE     0x72C64BC6U
#define MSTURN_MIN_LENGTH       28 /* header and cookie attribute */

/* Multiplexed TURN, [MS-TURN] 2.2.3: this channel, a length that counts the session id, the session id. */
#define MULTIPLEX_CHANNEL        0xFF10
#define MULTIPLEX_HEADER_LENGTH  12
#define MULTIPLEX_SESSION_LENGTH 8
#define CHANNEL_HEADER_LENGTH    4 /* of RFC 5766 ChannelData, too */

/* In front of each packet of ICE-TCP: its length. */
#define RFC4571_HEADER_LENGTH 2

/* Message types, [MS-TURN] 2.2.1 and RFC 5389 6; their names stand in the tables of the dissectors. */
enum {
    STUN_BINDING_REQUEST = 0x0001,
    STUN_BINDING_INDICATION = 0x0011,
    STUN_BINDING_SUCCESS = 0x0101,
    STUN_BINDING_ERROR = 0x0111,
    MSTURN_SECRET_REQUEST = 0x0002,
    MSTURN_SECRET_RESPONSE = 0x0102,
    MSTURN_SECRET_ERROR = 0x0112,
    MSTURN_ALLOCATE_REQUEST = 0x0003,
    MSTURN_ALLOCATE_SUCCESS = 0x0103,
    MSTURN_ALLOCATE_ERROR = 0x0113,
    MSTURN_SEND_REQUEST = 0x0004,
    MSTURN_SEND_RESPONSE = 0x0104,
    MSTURN_SEND_ERROR = 0x0114,
    MSTURN_ACTIVE_REQUEST = 0x0006, /* Set Active Destination */
    MSTURN_ACTIVE_SUCCESS = 0x0106,
    MSTURN_ACTIVE_ERROR = 0x0116,
    MSTURN_DATA_INDICATION = 0x0115
};

/* Attributes that code refers to; all of them stand in the dissectors' tables. */
enum {
    MSTURN_ATT_USERNAME = 0x0006,
    MSTURN_ATT_INTEGRITY = 0x0008,
    MSTURN_ATT_ERROR_CODE = 0x0009,
    MSTURN_ATT_UNKNOWN_ATTRIBUTES = 0x000A,
    MSTURN_ATT_DESTINATION = 0x0011,
    MSTURN_ATT_REMOTE = 0x0012,
    MSTURN_ATT_DATA = 0x0013,
    MSTURN_ATT_NONCE = 0x0014,
    MSTURN_ATT_REALM = 0x0015,
    MSTURN_ATT_XOR_MAPPED_ADDRESS = 0x8020,
    MSTURN_ATT_RESERVATION_ID = 0x8057,
    MSTURN_ATT_RESERVATION_AMOUNT = 0x8058,
    MSTURN_ATT_REMOTE_SITE = 0x8059,
    MSTURN_ATT_LOCAL_SITE = 0x805B,
    MSTURN_ATT_REMOTE_SITE_RESPONSE = 0x805D,
    MSTURN_ATT_LOCAL_SITE_RESPONSE = 0x805F,
    MSTURN_ATT_LOCATION_PROFILE = 0x8068
};

/* The address family in address attributes. */
enum { STUN_FAMILY_IPV4 = 1, STUN_FAMILY_IPV6 = 2 };

#endif
