/* call-connect.c
 * A client that asks its HTTP proxy for a way to a relay, and is refused or let through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-connect.h"

#include "calls/witness.h"

/* Longest request target: a host name and a port. */
#define MOST_TARGET 262

/* "CONN", "HTTP" */
#define REQUEST_WORD 0x434F4E4EU
#define ANSWER_WORD  0x48545450U

static const char request_begin[] = "CONNECT ";
static const char answer_begin[] = "HTTP/1.";

/* Where the data of the frame's TCP segment begin; -1 = not found, or it is too short for us. */
static int
find_data(tvbuff_t *frame, const packet_info *pinfo)
{
    frame_segment_t segment;

    return frame_segment(frame, pinfo, &segment) &&
                   tvb_captured_length_remaining(frame, segment.data) >= (int)sizeof "HTTP/1.1 200"
               ? segment.data
               : -1;
}

/* The host of a target "host:port", "[2001:db8::1]:443"; NULL = there is none. In the packet's pool. */
static char *
read_host(tvbuff_t *frame, const packet_info *pinfo, int at)
{
    int room = MIN(tvb_captured_length_remaining(frame, at), MOST_TARGET);
    int end = tvb_find_uint8(frame, at, room, ' ');
    char *target = end < 0 ? NULL : (char *)tvb_get_string_enc(pinfo->pool, frame, at, end - at, ENC_ASCII);
    char *colon = target ? strrchr(target, ':') : NULL;

    if (!colon)
        return NULL;
    *colon = '\0';
    if (target[0] == '[' && colon > target + 1 && colon[-1] == ']') {
        colon[-1] = '\0';
        target++;
    }
    return target;
}

static void
tell_request(tvbuff_t *frame, packet_info *pinfo, int data)
{
    const char *host = read_host(frame, pinfo, data + (int)sizeof request_begin - 1);
    facts_hello_t hello = { .client = &pinfo->src,
                            .server = &pinfo->dst,
                            .client_port = (uint16_t)pinfo->srcport,
                            .server_port = (uint16_t)pinfo->destport,
                            .by = FACTS_BY_NOBODY,
                            .proxied = true };

    if (host && is_relay_host(host))
        facts_tell_hello(pinfo, &hello);
    else if (host)
        facts_tell_proxy_asked(pinfo, host, &hello);
}

/* The answer, where the request was told. */
static void
tell_answer(tvbuff_t *frame, packet_info *pinfo, int data)
{
    facts_key_t client = facts_key(PT_TCP, &pinfo->dst, (uint16_t)pinfo->destport);
    facts_hello_t hello = { .client = &pinfo->dst,
                            .server = &pinfo->src,
                            .client_port = (uint16_t)pinfo->destport,
                            .server_port = (uint16_t)pinfo->srcport,
                            .by = FACTS_BY_HTTP_PROXY,
                            .proxied = true };
    char *digits = (char *)tvb_get_string_enc(pinfo->pool, frame, data + (int)sizeof "HTTP/1.1", 3, ENC_ASCII);

    hello.http_status = (unsigned)strtoul(digits, NULL, 10);
    if (hello.http_status < 200 || hello.http_status >= 600)
        return;
    if (endpoint_has_hello(endpoint_find(&client)))
        (hello.http_status < 300 ? facts_tell_tunnel : facts_tell_hello)(pinfo, &hello);
    else
        facts_tell_proxy_answer(pinfo, &hello);
}

bool
call_connect_wants(const frame_segment_t *segment)
{
    return segment->begin == REQUEST_WORD || (segment->begin == ANSWER_WORD && facts_proxy_waits());
}

void
call_connect_tell(tvbuff_t *frame, packet_info *pinfo)
{
    int data = find_data(frame, pinfo);

    if (data < 0)
        return;
    if (tvb_memeql(frame, data, (const uint8_t *)request_begin, sizeof request_begin - 1) == 0)
        tell_request(frame, pinfo, data);
    else if (tvb_memeql(frame, data, (const uint8_t *)answer_begin, sizeof answer_begin - 1) == 0)
        tell_answer(frame, pinfo, data);
}
