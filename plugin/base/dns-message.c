/* dns-message.c
 * The part of a DNS message that tells which address a name has, RFC 1035 and RFC 3596.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/dns-message.h"

#define HEADER_LENGTH 12
#define TYPE_A        1
#define TYPE_CNAME    5
#define TYPE_AAAA     28
#define CLASS_IN      1

/* Bits of the second word, RFC 1035, 4.1.1 */
#define RESPONSE  0x8000
#define OPCODE    0x7800
#define TRUNCATED 0x0200
#define RCODE     0x000f

/* A pointer in place of labels, RFC 1035, 4.1.4 */
#define POINTER       0xc0
#define MOST_POINTERS 16

/* No answer that names a relay has more records. */
#define MOST_RECORDS 64

/* The bytes of a message. */
typedef struct {
    const uint8_t *data;
    int length;
} bytes_t;

static bool
has(const bytes_t *bytes, int at, int length)
{
    return length <= bytes->length - at;
}

static unsigned
word(const bytes_t *bytes, int at)
{
    return (unsigned)bytes->data[at] << 8 | bytes->data[at + 1];
}

/* Type and class of a question or record. */
static uint32_t
kind_of(const bytes_t *bytes, int at)
{
    return (uint32_t)word(bytes, at) << 16 | word(bytes, at + 2);
}

static void
append_label(const bytes_t *bytes, int at, int length, char *text)
{
    for (int i = 0; i < length; i++) {
        uint8_t letter = bytes->data[at + i];

        if (letter >= 'A' && letter <= 'Z')
            letter |= 0x20;
        text[i] = letter > ' ' && letter < 0x7f && letter != '.' ? (char)letter : '?';
    }
}

/* Reads a name as text (NULL = not wanted); returns the offset behind it, -1 = it is broken or cut. Pointers lead
 * backwards, so that each is followed once. */
static int
read_name(const bytes_t *bytes, int at, char *text)
{
    int behind = -1, lowest = at;
    int used = 0;

    for (unsigned pointers = 0; has(bytes, at, 1);) {
        int length = bytes->data[at];

        if ((length & POINTER) == POINTER) {
            int to = has(bytes, at, 2) ? (int)(word(bytes, at) & 0x3fff) : lowest;

            if (behind < 0)
                behind = at + 2;
            if (to >= lowest || pointers++ == MOST_POINTERS)
                return -1;
            lowest = at = to;
            continue;
        }
        if (length == 0) {
            if (text)
                text[used] = '\0';
            return behind < 0 ? at + 1 : behind;
        }
        if ((length & POINTER) || !has(bytes, at + 1, length) || used + length + 2 > DNS_NAME_ROOM)
            return -1;
        if (text) {
            if (used)
                text[used++] = '.';
            append_label(bytes, at + 1, length, text + used);
        }
        used += length;
        at += length + 1;
    }
    return -1;
}

/* The one question; returns the offset behind it, -1 = none that matters. */
static int
read_question(const bytes_t *bytes, dns_message_t *message)
{
    int at = read_name(bytes, HEADER_LENGTH, message->name);
    uint32_t kind;

    if (at < 0 || !has(bytes, at, 4) || message->name[0] == '\0')
        return -1;
    kind = kind_of(bytes, at);
    if (kind != (TYPE_A << 16 | CLASS_IN) && kind != (TYPE_AAAA << 16 | CLASS_IN))
        return -1;
    message->type = kind >> 16 == TYPE_A ? DNS_IPV4 : DNS_IPV6;
    return at + 4;
}

static void
take_record(const bytes_t *bytes, uint32_t kind, int at, int length, dns_message_t *message)
{
    bool version6 = kind == (TYPE_AAAA << 16 | CLASS_IN);

    if (kind == (TYPE_CNAME << 16 | CLASS_IN)) {
        if (read_name(bytes, at, message->alias) < 0)
            message->alias[0] = '\0';
    } else if ((version6 || kind == (TYPE_A << 16 | CLASS_IN)) && length == (version6 ? 16 : 4) &&
               message->count < DNS_MOST_ADDRESSES) {
        message->addresses[message->count].type = version6 ? AT_IPv6 : AT_IPv4;
        memcpy(message->addresses[message->count++].bytes, bytes->data + at, (size_t)length);
    }
}

/* The answers; false when they are cut or broken. */
static bool
read_answers(const bytes_t *bytes, int at, unsigned count, dns_message_t *message)
{
    enum { FIXED = 10 }; /* type, class, time to live, length */

    for (unsigned i = 0; i < MIN(count, MOST_RECORDS); i++) {
        int length;

        at = read_name(bytes, at, NULL);
        if (at < 0 || !has(bytes, at, FIXED))
            return false;
        length = (int)word(bytes, at + 8);
        if (!has(bytes, at + FIXED, length))
            return false;
        take_record(bytes, kind_of(bytes, at), at + FIXED, length, message);
        at += FIXED + length;
    }
    return true;
}

bool
dns_message_read(const uint8_t *data, unsigned length, dns_message_t *message)
{
    bytes_t bytes = { data, (int)MIN(length, DNS_MOST_BYTES) };
    unsigned flags;
    int at;

    if (bytes.length < HEADER_LENGTH)
        return false;
    flags = word(&bytes, 2);
    if ((flags & OPCODE) || word(&bytes, 4) != 1)
        return false;
    message->response = (flags & RESPONSE) != 0;
    message->rcode = flags & RCODE;
    message->count = 0;
    message->alias[0] = '\0';
    at = read_question(&bytes, message);
    if (at < 0)
        return false;
    message->complete =
        !message->response || (read_answers(&bytes, at, word(&bytes, 6), message) && !(flags & TRUNCATED));
    return true;
}
