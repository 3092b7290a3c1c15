/* dns-message.h
 * The part of a DNS message that tells which address a name has, RFC 1035 and RFC 3596.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_DNS_MESSAGE_H
#define MSICE_DNS_MESSAGE_H

#include "base/compat.h"

/* A name as text with the final zero, RFC 1035, 2.3.4; and how many addresses of an answer are read. */
#define DNS_NAME_ROOM      256
#define DNS_MOST_ADDRESSES 8

/* No more bytes of a datagram are looked at: questions are short, and what tells an address comes first. */
#define DNS_MOST_BYTES 512

/* Response codes, RFC 1035, 4.1.1 */
#define DNS_NO_ERROR   0
#define DNS_NAME_ERROR 3

/* What is asked for. */
typedef enum { DNS_IPV4, DNS_IPV6, DNS_TYPES } dns_type_t;

typedef struct {
    bool response;
    unsigned rcode;
    dns_type_t type;
    char name[DNS_NAME_ROOM];  /* of the question, in lower case */
    char alias[DNS_NAME_ROOM]; /* what the last CNAME of the answer points to; "" = none */
    bool complete;             /* of an answer: all of it was there to be read */
    unsigned count;            /* of addresses */
    struct {
        address_type type;
        uint8_t bytes[16];
    } addresses[DNS_MOST_ADDRESSES];
} dns_message_t;

/* Reads a message; false when it is none, or not a question for the addresses of one name, or its question is cut. */
bool dns_message_read(const uint8_t *bytes, unsigned length, dns_message_t *message);

#endif
