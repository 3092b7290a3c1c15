/* msturn-transactions.h
 * What belongs together: request and answer, retransmissions, sequence numbers, multiplexed sessions.
 * Used for MS-TURN messages and, under a kind of their own, for connectivity checks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_TRANSACTIONS_H
#define MSICE_MSTURN_TRANSACTIONS_H

#include "calls/places.h"
#include "knowledge/stun-numbers.h"

typedef enum {
    MSTURN_KIND_TURN, /* MS-TURN requests */
    MSTURN_KIND_CHECK /* connectivity checks, inside MS-TURN messages, too */
} msturn_kind_t;

/* A request and what became of it, as one capture point has seen it. File scope memory. */
typedef struct msturn_transaction {
    struct msturn_transaction *next; /* the same transaction id between other endpoints */
    nstime_t request_time;
    nstime_t sent_time;          /* of the request, the last time: copies of a mirror port do not count */
    address source, destination; /* of the request: who asked, and whom */
    uint16_t source_port, destination_port;
    uint16_t peer_port;
    const address *peer; /* the end behind the relay that the request names: the destination of a Set Active
                          * Destination request, the other end of a check inside a TURN message; NULL = none */
    uint32_t request_frame;
    uint32_t response_frame; /* 0 = none so far */
    wmem_array_t *repeats;   /* frames (uint32_t) of retransmissions, NULL = none */
    const uint8_t *username; /* kept only to verify the answer's integrity, else NULL */
    unsigned username_length;
    place_mark_t request_mark; /* how the first request looked where it was captured, and its first answer */
    place_mark_t response_mark;
    nstime_t response_time;
    uint16_t type; /* message type of the request */
    uint8_t kind;
    bool nested;        /* a check: inside a TURN message, whether that names the peer or not */
    bool from_peer;     /* a check: the peer sent the request */
    bool authenticated; /* the request carried a message integrity */
    bool release;       /* it gives the allocation up */
    bool cut;           /* the capture holds only a part of the request, which may be more than the two above say */
    bool followed;      /* the client has asked its server for something else behind the answer */
    uint8_t id[STUN_ID_LENGTH];
} msturn_transaction_t;

/* [MS-TURN] 3.2.2: a request is sent again every 650 ms, 9 times at most. */
#define MSTURN_RETRANSMISSIONS 9

/* Notes the request in this packet (on the first pass) and returns its transaction.
 * id: 16 bytes; type: the message type. Never NULL. */
msturn_transaction_t *msturn_transaction_request(packet_info *pinfo, msturn_kind_t kind, const uint8_t *id,
                                                 uint16_t type, bool authenticated);

/* Notes the end behind the relay that a request names, once (the address is copied). */
void msturn_transaction_peer(msturn_transaction_t *transaction, const address *peer, uint16_t port);

/* The transaction that the response in this packet answers, and (on the first pass) notes the answer. NULL = the
 * request was not captured. The answer counts from whatever address it comes (Teams: the server that was asked first
 * answers for the one it named), as long as one endpoint is the same. */
msturn_transaction_t *msturn_transaction_response(packet_info *pinfo, msturn_kind_t kind, const uint8_t *id);

/* Like msturn_transaction_response(), but notes nothing. */
const msturn_transaction_t *msturn_transaction_peek(packet_info *pinfo, msturn_kind_t kind, const uint8_t *id);

/* Whether nobody has met the request of this packet before, at whatever capture point. */
bool msturn_transaction_is_new(const packet_info *pinfo, const msturn_transaction_t *transaction);

/* 0 for the first request, n for the n-th retransmission in this packet's frame. */
unsigned msturn_transaction_repeat(const msturn_transaction_t *transaction, const packet_info *pinfo);

/* What a sequence number means beside those before it on the same connection id. One that comes late, behind a higher
 * one, is as good as the next. */
typedef enum { MSTURN_SEQUENCE_NEXT, MSTURN_SEQUENCE_GAP, MSTURN_SEQUENCE_REPEATED } msturn_sequence_t;

/* Notes the sequence number of a request (on the first pass) and judges it. connection: 20 bytes; expected: what
 * would have followed. A number that comes again with the same transaction id is the same request, sent again or seen
 * at another capture point; with another id it is repeated. */
msturn_sequence_t msturn_sequence_check(packet_info *pinfo, const uint8_t *connection, uint32_t sequence,
                                        const uint8_t *id, uint32_t *expected);

/* Notes that a multiplexed session (8 bytes) is named by the Allocate in this packet. */
void msturn_session_name(packet_info *pinfo, const uint8_t *session);

/* The first frame before this packet that named the session; 0 = none. */
uint32_t msturn_session_frame(const packet_info *pinfo, const uint8_t *session);

/* In place of the realm: the capture has cut the challenge, which may have named one. */
#define MSTURN_REALM_CUT ""

/* Remembers the realm of a challenge for requests that leave it out, and finds it again: by the server's address.
 * The text is copied; what is found has file scope. */
void msturn_realm_note(packet_info *pinfo, const char *realm);
const char *msturn_realm_find(packet_info *pinfo);

void msturn_transactions_register(void);

#endif
