/* frame-headers.c
 * The IP, UDP and TCP headers of a frame, found in its bytes at the end of a packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/frame-headers.h"

/* How far into a frame a header is looked for: room for tags, tunnels, IPv6 and its extension headers. */
#define DEEPEST 256

/* RFC 791, 3.1; RFC 8200, 3; RFC 792; RFC 4443, 2.1 */
#define IPV4_LENGTH      20
#define IPV4_TOTAL       2
#define IPV4_IDENT       4
#define IPV4_TTL         8
#define IPV4_PROTOCOL    9
#define IPV4_ADDRESSES   12
#define IPV6_LENGTH      40
#define IPV6_PAYLOAD     4
#define IPV6_NEXT_HEADER 6
#define IPV6_HOP_LIMIT   7
#define IPV6_ADDRESSES   8
#define ICMP_LENGTH      8
#define TCP_LENGTH       20
#define TCP_SEQUENCE     4
#define TCP_ACKNOWLEDGED 8
#define TCP_OFFSET       12
#define TCP_FLAGS        13

enum {
    HOP_BY_HOP = 0,
    ICMP = 1,
    TCP = 6,
    UDP = 17,
    ROUTING = 43,
    FRAGMENT = 44,
    AUTHENTICATION = 51,
    ICMPV6 = 58,
    OPTIONS = 60
};

/* More extension headers than this have no use. */
#define MOST_EXTENSIONS 8

/* IP behind Ethernet, and with a tag */
static const int usual[] = { 14, 18 };
/* and what stands behind IPv4 and IPv6 there */
static const int usual_transports[] = { 14 + IPV4_LENGTH, 14 + IPV6_LENGTH, 18 + IPV4_LENGTH, 18 + IPV6_LENGTH };

/* What frame_transport() returns, in the captured bytes of the frame themselves: this is asked of the packets of
 * others, which an access checked by the tvbuff costs more than what is asked. */
static int
find_ports(const uint8_t *bytes, int captured, const packet_info *pinfo, int size)
{
    const uint32_t ports = g_htonl(pinfo->srcport << 16 | (pinfo->destport & UINT16_MAX));
    const int last = captured - size;

    for (size_t i = 0; i < array_length(usual_transports); i++)
        if (usual_transports[i] <= last && memcmp(bytes + usual_transports[i], &ports, sizeof ports) == 0)
            return usual_transports[i];
    for (int at = IPV4_LENGTH; at <= MIN(last, DEEPEST); at++)
        if (memcmp(bytes + at, &ports, sizeof ports) == 0)
            return at;
    return -1;
}

int
frame_transport(tvbuff_t *frame, const packet_info *pinfo, int size)
{
    const int captured = (int)tvb_captured_length(frame);

    return captured < size ? -1 : find_ports(tvb_get_ptr(frame, 0, captured), captured, pinfo, size);
}

bool
frame_segment(tvbuff_t *frame, const packet_info *pinfo, frame_segment_t *segment)
{
    const int captured = (int)tvb_captured_length(frame);
    const uint8_t *bytes = captured < TCP_LENGTH ? NULL : tvb_get_ptr(frame, 0, captured);
    const int at = bytes ? find_ports(bytes, captured, pinfo, TCP_LENGTH) : -1;

    if (at < 0)
        return false;
    segment->header = at;
    segment->flags = bytes[at + TCP_FLAGS];
    segment->data = at + (bytes[at + TCP_OFFSET] >> 4) * 4;
    segment->begin = 0;
    if (captured - segment->data >= (int)sizeof segment->begin)
        memcpy(&segment->begin, bytes + segment->data, sizeof segment->begin);
    segment->begin = g_ntohl(segment->begin);
    return true;
}

int
frame_tcp_flags(tvbuff_t *frame, const packet_info *pinfo)
{
    frame_segment_t segment;

    return frame_segment(frame, pinfo, &segment) ? segment.flags : -1;
}

/* --- the IP header of a packet -----------------------------------------------------------------------------------
 */

/* Whether the IP header of this packet stands there: its addresses do, one behind the other. */
static bool
is_header_of(tvbuff_t *frame, int at, const packet_info *pinfo)
{
    bool version6 = pinfo->src.type == AT_IPv6;
    int addresses = at + (version6 ? IPV6_ADDRESSES : IPV4_ADDRESSES);
    int length = pinfo->src.len;

    return tvb_captured_length_remaining(frame, at) >= (version6 ? IPV6_LENGTH : IPV4_LENGTH) &&
           tvb_get_uint8(frame, at) >> 4 == (version6 ? 6 : 4) &&
           tvb_memeql(frame, addresses, (const uint8_t *)pinfo->src.data, (size_t)length) == 0 &&
           tvb_memeql(frame, addresses + length, (const uint8_t *)pinfo->dst.data, (size_t)length) == 0;
}

/* Where the IP header of this packet begins; -1 = not found. */
static int
frame_ip(tvbuff_t *frame, const packet_info *pinfo)
{
    int last = MIN((int)tvb_captured_length(frame) - IPV4_LENGTH, DEEPEST);

    if ((pinfo->src.type != AT_IPv4 && pinfo->src.type != AT_IPv6) || pinfo->dst.type != pinfo->src.type)
        return -1;
    for (size_t i = 0; i < array_length(usual); i++)
        if (is_header_of(frame, usual[i], pinfo))
            return usual[i];
    for (int at = 0; at <= last; at++)
        if (is_header_of(frame, at, pinfo))
            return at;
    return -1;
}

unsigned
frame_hops(tvbuff_t *frame, const packet_info *pinfo, uint16_t *ident)
{
    int at = frame_ip(frame, pinfo);
    bool version6 = pinfo->src.type == AT_IPv6;

    *ident = at < 0 || version6 ? 0 : tvb_get_ntohs(frame, at + IPV4_IDENT);
    return at < 0 ? 0 : tvb_get_uint8(frame, at + (version6 ? IPV6_HOP_LIMIT : IPV4_TTL));
}

int
frame_end(tvbuff_t *frame, const packet_info *pinfo)
{
    int at = frame_ip(frame, pinfo), length = 0;

    if (at >= 0 && pinfo->src.type == AT_IPv6)
        length = tvb_get_ntohs(frame, at + IPV6_PAYLOAD) ? IPV6_LENGTH + tvb_get_ntohs(frame, at + IPV6_PAYLOAD) : 0;
    else if (at >= 0)
        length = tvb_get_ntohs(frame, at + IPV4_TOTAL);
    /* Captured before the network card has cut it into packets, it has no length. */
    return length ? at + length : (int)tvb_reported_length(frame);
}

void
frame_tcp(tvbuff_t *frame, const packet_info *pinfo, const frame_segment_t *segment, frame_tcp_t *header)
{
    header->flags = segment->flags;
    header->sequence = tvb_get_ntohl(frame, segment->header + TCP_SEQUENCE);
    header->acknowledged = tvb_get_ntohl(frame, segment->header + TCP_ACKNOWLEDGED);
    header->data = (unsigned)segment->data >= tvb_reported_length(frame)
                       ? 0
                       : (unsigned)MAX(frame_end(frame, pinfo) - segment->data, 0);
}

tvbuff_t *
frame_of_packet(const packet_info *pinfo)
{
    return get_data_source_tvb((const struct data_source *)pinfo->data_src->data);
}

/* --- ICMP errors -------------------------------------------------------------------------------------------------
 */

/* What an IP header says, and what stands behind it. */
typedef struct {
    bool version6;
    unsigned protocol;
    uint8_t hops;
    int payload; /* offset */
    int source;  /* offset of the addresses */
} ip_header_t;

static bool
read_ipv4(tvbuff_t *frame, int at, ip_header_t *header)
{
    enum { FRAGMENT_OFFSET = 0x1fff };
    int length = (tvb_get_uint8(frame, at) & 0x0f) * 4;

    if (length < IPV4_LENGTH || tvb_captured_length_remaining(frame, at) < length ||
        (tvb_get_ntohs(frame, at + 6) & FRAGMENT_OFFSET) != 0)
        return false;
    header->version6 = false;
    header->protocol = tvb_get_uint8(frame, at + IPV4_PROTOCOL);
    header->hops = tvb_get_uint8(frame, at + IPV4_TTL);
    header->payload = at + length;
    header->source = at + IPV4_ADDRESSES;
    return true;
}

/* Steps over an extension header; false when there is none, or no payload can be found behind it. */
static bool
skip_extension(tvbuff_t *frame, ip_header_t *header)
{
    int at = header->payload;

    if (tvb_captured_length_remaining(frame, at) < 8)
        return false;
    switch (header->protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case OPTIONS:
        header->payload = at + (tvb_get_uint8(frame, at + 1) + 1) * 8;
        break;
    case AUTHENTICATION:
        header->payload = at + (tvb_get_uint8(frame, at + 1) + 2) * 4;
        break;
    case FRAGMENT:
        if (tvb_get_ntohs(frame, at + 2) & 0xfff8)
            return false;
        header->payload = at + 8;
        break;
    default:
        return false;
    }
    header->protocol = tvb_get_uint8(frame, at);
    return true;
}

static bool
read_ip(tvbuff_t *frame, int at, ip_header_t *header)
{
    int there = tvb_captured_length_remaining(frame, at);
    unsigned version = there >= IPV4_LENGTH ? tvb_get_uint8(frame, at) >> 4 : 0;

    if (version == 4)
        return read_ipv4(frame, at, header);
    if (version != 6 || there < IPV6_LENGTH)
        return false;
    header->version6 = true;
    header->protocol = tvb_get_uint8(frame, at + IPV6_NEXT_HEADER);
    header->hops = tvb_get_uint8(frame, at + IPV6_HOP_LIMIT);
    header->payload = at + IPV6_LENGTH;
    header->source = at + IPV6_ADDRESSES;
    for (unsigned i = 0; i < MOST_EXTENSIONS && skip_extension(frame, header); i++)
        ;
    return true;
}

/* Whether a type of message quotes the packet that it is about: RFC 792, RFC 4443. A redirect does, too, but lets the
 * packet pass. */
static bool
is_error_type(bool version6, uint8_t type)
{
    return version6 ? type >= 1 && type <= 4 : type == 3 || type == 4 || type == 11 || type == 12;
}

static void
take_address(tvbuff_t *frame, int at, bool version6, uint8_t bytes[16], address *addr)
{
    int length = version6 ? 16 : 4;

    tvb_memcpy(frame, bytes, at, (size_t)length);
    set_address(addr, version6 ? AT_IPv6 : AT_IPv4, length, bytes);
}

/* The MTU stands in the words behind the checksum: RFC 1191, 4; RFC 4443, 3.2 */
static unsigned
told_mtu(tvbuff_t *frame, int at, const frame_error_t *error)
{
    if (error->version6)
        return error->type == 2 ? tvb_get_ntohl(frame, at + 4) : 0;
    return error->type == 3 && error->code == 4 ? tvb_get_ntohs(frame, at + 6) : 0;
}

/* The error whose IP header stands there: the quoted packet came from where the error goes to. */
static bool
read_error(tvbuff_t *frame, int at, frame_error_t *error)
{
    ip_header_t outer, quoted;
    int length, icmp;

    if (!read_ip(frame, at, &outer) || outer.protocol != (outer.version6 ? ICMPV6 : ICMP))
        return false;
    icmp = outer.payload;
    if (tvb_captured_length_remaining(frame, icmp) < ICMP_LENGTH ||
        !is_error_type(outer.version6, tvb_get_uint8(frame, icmp)) || !read_ip(frame, icmp + ICMP_LENGTH, &quoted) ||
        quoted.version6 != outer.version6 || (quoted.protocol != UDP && quoted.protocol != TCP) ||
        tvb_captured_length_remaining(frame, quoted.payload) < 4)
        return false;
    length = outer.version6 ? 16 : 4;
    error->version6 = outer.version6;
    error->type = tvb_get_uint8(frame, icmp);
    error->code = tvb_get_uint8(frame, icmp + 1);
    error->mtu = told_mtu(frame, icmp, error);
    error->hops = outer.hops;
    take_address(frame, outer.source, outer.version6, error->bytes[0], &error->from);
    take_address(frame, quoted.source, outer.version6, error->bytes[1], &error->source);
    take_address(frame, quoted.source + length, outer.version6, error->bytes[2], &error->destination);
    error->source_port = tvb_get_ntohs(frame, quoted.payload);
    error->destination_port = tvb_get_ntohs(frame, quoted.payload + 2);
    error->transport = quoted.protocol == TCP ? PT_TCP : PT_UDP;
    return tvb_memeql(frame, outer.source + length, error->bytes[1], (size_t)length) == 0;
}

bool
frame_error(tvbuff_t *frame, frame_error_t *error)
{
    int last = MIN((int)tvb_captured_length(frame) - IPV4_LENGTH - ICMP_LENGTH - IPV4_LENGTH, DEEPEST);

    for (size_t i = 0; i < array_length(usual); i++)
        if (usual[i] <= last && read_error(frame, usual[i], error))
            return true;
    for (int at = 0; at <= last; at++)
        if (read_error(frame, at, error))
            return true;
    return false;
}
