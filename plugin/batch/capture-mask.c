/* capture-mask.c
 * Replaces the addresses in a capture, where they stand in headers alone.
 *
 * A message that names an address is mostly signed over it, with a key that nobody has here: changed it would be
 * wrong, unchanged it would tell. So each payload has to be one that is known to name nobody: requests that hold no
 * address, hellos without a server's name, segments without data. Whatever else is there makes it a refusal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/capture-mask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "knowledge/stun-numbers.h"

enum { LINK_ETHERNET = 1, LINK_RAW = 101 };
enum { FILE_HEADER = 24, RECORD_HEADER = 16, ETHERNET_HEADER = 14, MAC_LENGTH = 6 };
enum { IPV4_HEADER = 20, IPV6_HEADER = 40, UDP_HEADER = 8, TCP_HEADER = 20 };

/* Bytes of a frame. */
typedef struct {
    uint8_t *at;
    size_t length;
} bytes_t;

static unsigned
number_at(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static bytes_t
behind(bytes_t bytes, size_t length)
{
    return (bytes_t){ bytes.at + length, bytes.length - length };
}

/* --- payloads that name nobody ---------------------------------------------------------------------------------- */

/* Attributes of STUN and MS-TURN that hold numbers, random bytes, or a signature over such, and how long they are at
 * most. */
static const struct {
    uint16_t number, most;
} nameless[] = {
    { MSTURN_ATT_INTEGRITY, 32 },
    { 0x000D, 4 },  /* Lifetime */
    { 0x000F, 4 },  /* Magic Cookie */
    { 0x0010, 4 },  /* Bandwidth */
    { 0x0024, 4 },  /* Priority */
    { 0x0025, 0 },  /* Use Candidate */
    { 0x8008, 4 },  /* MS-Version */
    { 0x8028, 4 },  /* Fingerprint */
    { 0x8029, 8 },  /* ICE Controlled */
    { 0x802A, 8 },  /* ICE Controlling */
    { 0x8050, 24 }, /* MS-Sequence Number */
    { 0x8054, 32 }, /* Candidate Identifier */
    { 0x8055, 4 },  /* MS-Service Quality */
    { 0x8070, 4 },  /* Implementation Version */
};

/* The user name of a check is made of random fragments; that of an Allocate is the relay's credential. */
static bool
is_nameless(unsigned type, unsigned attribute, size_t length)
{
    if (attribute == MSTURN_ATT_USERNAME)
        return type == STUN_BINDING_REQUEST;
    for (size_t i = 0; i < G_N_ELEMENTS(nameless); i++)
        if (nameless[i].number == attribute)
            return length <= nameless[i].most;
    return false;
}

/* Walks the attributes of a message, whose values are padded to so many bytes. *attribute: the one that is not
 * nameless. */
static bool
is_nameless_message(bytes_t message, unsigned padding, unsigned *attribute)
{
    unsigned type = number_at(message.at);

    for (message = behind(message, STUN_HEADER_LENGTH); message.length >= STUN_ATTRIBUTE_HEAD;) {
        size_t length = number_at(message.at + 2), padded = length + (padding - length % padding) % padding;

        *attribute = number_at(message.at);
        if (STUN_ATTRIBUTE_HEAD + padded > message.length || !is_nameless(type, *attribute, length))
            return false;
        message = behind(message, STUN_ATTRIBUTE_HEAD + padded);
    }
    return message.length == 0;
}

static char *
judge_datagram(bytes_t payload)
{
    unsigned padded = 0, bare = 0;

    if (payload.length < STUN_HEADER_LENGTH || payload.at[0] & 0xC0 ||
        number_at(payload.at + 2) + STUN_HEADER_LENGTH != payload.length)
        return g_strdup("data that is no request of STUN or TURN: media, or names that cannot be told");
    if (is_nameless_message(payload, 4, &padded) || is_nameless_message(payload, 1, &bare))
        return NULL;
    return g_strdup_printf("a message of STUN or TURN (0x%04x) whose attribute 0x%04x may hold an address or a name, "
                           "mostly under a signature whose key is not in the capture",
                           number_at(payload.at), padded);
}

/* Steps over a value with its length in front, of so many bytes. */
static bool
step_over(bytes_t *bytes, unsigned width)
{
    size_t length = bytes->length < width ? 0 : width == 1 ? bytes->at[0] : number_at(bytes->at);

    if (bytes->length < width + length)
        return false;
    *bytes = behind(*bytes, width + length);
    return true;
}

/* A ClientHello without extensions, so without the server's name: genuine ones have some, the hello of pseudo-TLS has
 * none. Versions and random in front: 2 and 32 bytes. */
static bool
is_nameless_hello(bytes_t record)
{
    if (record.length < 43 || number_at(record.at) != 0x1603 || number_at(record.at + 3) + 5 != record.length ||
        number_at(record.at + 5) != 0x0100 || number_at(record.at + 7) + 9 != record.length)
        return false;
    record = behind(record, 43);
    return step_over(&record, 1) && step_over(&record, 2) && step_over(&record, 1) && record.length == 0;
}

static bool
has_plain_options(bytes_t options)
{
    while (options.length > 0 && options.at[0] != 0) {
        size_t length = options.at[0] == 1 ? 1 : options.length < 2 ? 0 : options.at[1];

        /* maximum size, scale, selective acknowledgements, times */
        if (length == 0 || length > options.length || !strchr("\1\2\3\4\5\10", options.at[0]))
            return false;
        options = behind(options, length);
    }
    for (size_t i = 0; i < options.length; i++)
        if (options.at[i] != 0)
            return false;
    return true;
}

static char *
judge_segment(bytes_t segment)
{
    size_t header = (size_t)(segment.at[12] >> 4) * 4;

    if (header < TCP_HEADER || header > segment.length ||
        !has_plain_options((bytes_t){ segment.at + TCP_HEADER, header - TCP_HEADER }))
        return g_strdup("options of TCP that are not known here");
    segment = behind(segment, header);
    return segment.length == 0 || is_nameless_hello(segment)
               ? NULL
               : g_strdup("data over TCP: it may hold addresses and names, mostly encrypted or signed");
}

/* --- headers -----------------------------------------------------------------------------------------------------
 */

/* Replaces bytes that a checksum covers, so that it is as right as it was: RFC 1624. */
static void
replace_sum(uint8_t *sum, const uint8_t *old, const uint8_t *new, size_t length)
{
    uint32_t total = ~number_at(sum) & 0xFFFF;

    for (size_t i = 0; i < length; i += 2)
        total += (~number_at(old + i) & 0xFFFF) + number_at(new + i);
    while (total >> 16)
        total = (total & 0xFFFF) + (total >> 16);
    sum[0] = (uint8_t)(~total >> 8);
    sum[1] = (uint8_t)~total;
}

static void
new_address(mask_t *mask, int family, const uint8_t *old, uint8_t *new)
{
    char text[INET6_ADDRSTRLEN];

    inet_ntop(family, old, text, sizeof text);
    inet_pton(family, mask_address(mask, text), new);
}

/* Judges what an IP packet carries. *sum: its checksum over the addresses; NULL = it has none. */
static char *
judge_transport(unsigned protocol, bytes_t packet, uint8_t **sum)
{
    if (protocol == IPPROTO_UDP && packet.length >= UDP_HEADER && number_at(packet.at + 4) == packet.length) {
        *sum = number_at(packet.at + 6) ? packet.at + 6 : NULL;
        return judge_datagram(behind(packet, UDP_HEADER));
    }
    if (protocol == IPPROTO_TCP && packet.length >= TCP_HEADER) {
        *sum = packet.at + 16;
        return judge_segment(packet);
    }
    return g_strdup_printf("a packet of IP protocol %u, which may hold others with their addresses", protocol);
}

/* Replaces the two addresses that stand one behind the other. */
static char *
mask_addresses(mask_t *mask, int family, uint8_t *addresses, uint8_t *header_sum, unsigned protocol, bytes_t carried)
{
    size_t length = family == AF_INET ? 4 : 16;
    uint8_t new[32], *sum = NULL;
    char *why = judge_transport(protocol, carried, &sum);

    if (why)
        return why;
    new_address(mask, family, addresses, new);
    new_address(mask, family, addresses + length, new + length);
    if (header_sum)
        replace_sum(header_sum, addresses, new, 2 * length);
    if (sum)
        replace_sum(sum, addresses, new, 2 * length);
    if (sum && protocol == IPPROTO_UDP && number_at(sum) == 0)
        memset(sum, 0xFF, 2); /* 0 would say that there is none */
    memcpy(addresses, new, 2 * length);
    return NULL;
}

/* What a frame holds behind the packet is not its own: it may come from anywhere in the sender's memory. */
static bytes_t
cut_to(bytes_t packet, size_t length)
{
    memset(packet.at + length, 0, packet.length - length);
    packet.length = length;
    return packet;
}

static char *
mask_ip(mask_t *mask, bytes_t packet)
{
    unsigned version = packet.length ? packet.at[0] >> 4 : 0;

    if (version == 4 && packet.length >= IPV4_HEADER && packet.at[0] == 0x45 &&
        !(number_at(packet.at + 6) & 0x3FFF) && number_at(packet.at + 2) >= IPV4_HEADER &&
        number_at(packet.at + 2) <= packet.length) {
        packet = cut_to(packet, number_at(packet.at + 2));
        return mask_addresses(mask, AF_INET, packet.at + 12, packet.at + 10, packet.at[9],
                              behind(packet, IPV4_HEADER));
    }
    if (version == 6 && packet.length >= IPV6_HEADER && number_at(packet.at + 4) + IPV6_HEADER <= packet.length) {
        packet = cut_to(packet, number_at(packet.at + 4) + IPV6_HEADER);
        return mask_addresses(mask, AF_INET6, packet.at + 8, NULL, packet.at[6], behind(packet, IPV6_HEADER));
    }
    return g_strdup("no whole IP packet: a fragment, options, or another protocol");
}

/* Cards are numbered by the mask, too; what is sent to all stays so. */
static void
mask_card(mask_t *mask, uint8_t *card)
{
    char *text =
        g_strdup_printf("card %02x%02x%02x%02x%02x%02x", card[0], card[1], card[2], card[3], card[4], card[5]);
    unsigned number = mask_number(mask, text);

    if (!(card[0] & 1))
        memcpy(card, (uint8_t[MAC_LENGTH]){ 2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number }, MAC_LENGTH);
    g_free(text);
}

static char *
mask_frame(mask_t *mask, unsigned link, bytes_t frame)
{
    unsigned kind;

    if (link == LINK_RAW)
        return mask_ip(mask, frame);
    if (link != LINK_ETHERNET || frame.length < ETHERNET_HEADER)
        return g_strdup("a link layer that is not Ethernet, as a log has none");
    kind = number_at(frame.at + 2 * MAC_LENGTH);
    if (kind != 0x0800 && kind != 0x86DD)
        return g_strdup_printf("a frame of another protocol than IP (0x%04x)", kind);
    mask_card(mask, frame.at);
    mask_card(mask, frame.at + MAC_LENGTH);
    return mask_ip(mask, behind(frame, ETHERNET_HEADER));
}

/* --- the file ----------------------------------------------------------------------------------------------------
 */

static uint32_t
whole_at(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

/* Whether a frame is there, and nothing of it was cut. */
static bool
is_whole_record(bytes_t left)
{
    return left.length >= RECORD_HEADER && whole_at(left.at + 8) <= left.length - RECORD_HEADER &&
           whole_at(left.at + 8) == whole_at(left.at + 12);
}

char *
capture_mask(mask_t *mask, uint8_t *file, size_t length)
{
    bytes_t left = { file, length };
    unsigned link;

    if (length < FILE_HEADER || (whole_at(file) != 0xA1B2C3D4 && whole_at(file) != 0xA1B23C4D))
        return g_strdup("the capture is not of the form that is known here");
    link = whole_at(file + 20) & 0xFFFF;
    left = behind(left, FILE_HEADER);
    for (unsigned frame = 1; left.length > 0; frame++) {
        char *why, *reason;
        size_t captured;

        if (!is_whole_record(left))
            return g_strdup_printf("frame %u of the call is not there as a whole", frame);
        captured = whole_at(left.at + 8);
        left = behind(left, RECORD_HEADER);
        why = mask_frame(mask, link, (bytes_t){ left.at, captured });
        if (why) {
            reason = g_strdup_printf("frame %u of the call holds %s", frame, why);
            g_free(why);
            return reason;
        }
        left = behind(left, captured);
    }
    return NULL;
}
