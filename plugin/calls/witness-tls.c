/* witness-tls.c
 * Genuine TLS to a relay: what answers the ClientHello, whether the client goes on with it, and how long data go to
 * and fro. What is inside cannot be read; nor is it known whether the relay itself answers, or a device that takes
 * TLS apart.
 *
 * Segments are looked at as they come: one that was put together of several is none, and no more than its first bytes
 * are needed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "calls/witness.h"

/* First bytes of a record: its type and the version, RFC 8446, 5.1. */
#define RECORD_ALERT     0x1503U
#define RECORD_HANDSHAKE 0x1603U
#define FIRST_RECORD     0x1403U
#define LAST_RECORD      0x1703U
#define HTTP             0x48545450U

/* Behind the header of its record, RFC 8446, 4. */
#define HANDSHAKE_AT 5
#define CLIENT_HELLO 1

/* An alert in clear: header, level, description, RFC 8446, 6. */
#define ALERT_LENGTH 7
#define ALERT_FATAL  2

/* Who goes on with the handshake sends more than this behind its hello, in bytes: a Finished message alone has 36
 * (RFC 8446, 4.4.4). An alert has less, encrypted too. */
#define MOST_REFUSAL 40

/* As for a hello of pseudo-TLS (patience.c), in seconds. */
#define HELLO_TIME 3

/* Data that go both ways for so long, in seconds, so often a second, may be media. What is said to keep an allocation
 * is said once in many seconds. */
#define TALK_TIME 4
#define TALK_RATE 5

/* Attempts of an endpoint that are looked through. */
#define MOST_LOOKED 64

/* A connection that the server ends so soon, in seconds, was never of use. */
#define SHUT_TIME 2

enum { TO_SERVER, FROM_SERVER };

struct facts_tls {
    uint32_t hello_frame; /* 0 = the client said something else first */
    nstime_t hello_time;
    facts_answerer_t by; /* NOBODY = no data came from there */
    uint32_t answer_frame;
    unsigned code;          /* HTTP status; of a fatal alert its description */
    bool refused;           /* the answer is a fatal alert */
    bool spoken;            /* the client has said something */
    uint32_t closed_frame;  /* there the server ends the connection without a word */
    unsigned behind_hello;  /* bytes of the client's, */
    uint32_t refusal_frame; /* and where it ends the connection without having gone on */
    bool records;           /* data are records of TLS */
    unsigned segments[2];   /* behind the answer, by direction */
    uint32_t first_frame;   /* of those */
    nstime_t first[2], last[2];
};

/* The connection to a relay that a packet of this endpoint belongs to; NULL = none. */
static facts_attempt_t *
connection_of(const facts_endpoint_t *endpoint, const packet_info *pinfo)
{
    unsigned looked = 0;

    for (facts_attempt_t *attempt = endpoint->attempts; attempt && looked++ < MOST_LOOKED; attempt = attempt->next)
        if (attempt->kind == FACTS_CONNECTION && attempt->to_server &&
            ((attempt->remote.port == pinfo->destport && addresses_equal(&attempt->remote.addr, &pinfo->dst)) ||
             (attempt->remote.port == pinfo->srcport && addresses_equal(&attempt->remote.addr, &pinfo->src))))
            return attempt;
    return NULL;
}

static bool
is_record(uint32_t begin)
{
    return begin >> 16 >= FIRST_RECORD && begin >> 16 <= LAST_RECORD && (begin >> 8 & 0xFF) == 3;
}

/* The description of a fatal alert in clear; -1 = the segment is none. */
static int
fatal_alert(tvbuff_t *frame, const frame_segment_t *segment)
{
    if (segment->begin >> 16 != RECORD_ALERT || tvb_captured_length_remaining(frame, segment->data) < ALERT_LENGTH ||
        tvb_get_ntohs(frame, segment->data + 3) != 2 || tvb_get_uint8(frame, segment->data + 5) != ALERT_FATAL)
        return -1;
    return tvb_get_uint8(frame, segment->data + 6);
}

/* The client's hello, in the first data that it sends. */
static bool
is_hello(tvbuff_t *frame, const frame_segment_t *segment)
{
    return segment->begin >> 16 == RECORD_HANDSHAKE &&
           tvb_captured_length_remaining(frame, segment->data) > HANDSHAKE_AT &&
           tvb_get_uint8(frame, segment->data + HANDSHAKE_AT) == CLIENT_HELLO;
}

static unsigned
http_status(tvbuff_t *frame, const frame_segment_t *segment)
{
    unsigned status = 0;

    for (int at = (int)sizeof "HTTP/1.1"; at < (int)sizeof "HTTP/1.1" + 3; at++) {
        uint8_t digit =
            tvb_captured_length_remaining(frame, segment->data) > at ? tvb_get_uint8(frame, segment->data + at) : 0;

        if (!g_ascii_isdigit(digit))
            return 0;
        status = status * 10 + (unsigned)g_ascii_digit_value((char)digit);
    }
    return status;
}

/* The first data from the server. */
static void
note_answer(facts_tls_t *tls, const packet_info *pinfo, tvbuff_t *frame, const frame_segment_t *segment)
{
    int alert = fatal_alert(frame, segment);

    tls->answer_frame = pinfo->num;
    tls->by = is_record(segment->begin) ? FACTS_BY_TLS_SERVER
              : segment->begin == HTTP  ? FACTS_BY_HTTP_PROXY
                                        : FACTS_BY_OTHER;
    tls->refused = alert >= 0;
    tls->code = alert >= 0 ? (unsigned)alert : segment->begin == HTTP ? http_status(frame, segment) : 0;
    facts_revision++;
}

static void
note_data(facts_tls_t *tls, const packet_info *pinfo, unsigned direction)
{
    if (tls->segments[direction]++ == 0) {
        tls->first[direction] = pinfo->abs_ts;
        if (tls->first_frame == 0)
            tls->first_frame = pinfo->num;
    }
    tls->last[direction] = pinfo->abs_ts;
}

static void
note_from_client(facts_tls_t *tls, const packet_info *pinfo, tvbuff_t *frame, const frame_segment_t *segment,
                 const frame_tcp_t *header)
{
    tls->spoken |= header->data > 0;
    if (tls->hello_frame == 0 && tls->answer_frame == 0 && tls->segments[TO_SERVER] == 0 &&
        is_hello(frame, segment)) {
        tls->hello_frame = pinfo->num;
        tls->hello_time = pinfo->abs_ts;
    } else if (header->data && tls->answer_frame) {
        int alert = fatal_alert(frame, segment);

        tls->behind_hello += header->data;
        if (alert >= 0 && !tls->refused)
            tls->code = (unsigned)alert;
    }
    if ((header->flags & (FRAME_TCP_FIN | FRAME_TCP_RST)) && tls->refusal_frame == 0 && tls->answer_frame &&
        tls->behind_hello < MOST_REFUSAL) {
        tls->refusal_frame = pinfo->num;
        facts_revision++;
    }
}

static void
note_from_server(facts_tls_t *tls, const packet_info *pinfo, tvbuff_t *frame, const frame_segment_t *segment,
                 const frame_tcp_t *header)
{
    if (header->data && tls->answer_frame == 0)
        note_answer(tls, pinfo, frame, segment);
    if ((header->flags & FRAME_TCP_FIN) && tls->answer_frame == 0 && tls->closed_frame == 0) {
        tls->closed_frame = pinfo->num;
        facts_revision++;
    }
}

void
tls_tell(const packet_info *pinfo, const facts_endpoint_t *endpoint, tvbuff_t *frame, const frame_segment_t *segment,
         const frame_tcp_t *header)
{
    facts_attempt_t *attempt = connection_of(endpoint, pinfo);
    bool from_server;

    if (!attempt)
        return;
    from_server = attempt->remote.port == pinfo->srcport && addresses_equal(&attempt->remote.addr, &pinfo->src);
    if (from_server && !(header->flags & FRAME_TCP_RST))
        attempt->heard_frame = pinfo->num;
    if (endpoint_has_hello(endpoint) || attempt->answer_frame == pinfo->num)
        return; /* SYN, or the proxy that lets the client through */
    if (!attempt->tls)
        attempt->tls = wmem_new0(wmem_file_scope(), facts_tls_t);
    attempt->tls->records |= is_record(segment->begin);
    if (header->data && attempt->tls->answer_frame)
        note_data(attempt->tls, pinfo, from_server ? FROM_SERVER : TO_SERVER);
    (from_server ? note_from_server : note_from_client)(attempt->tls, pinfo, frame, segment, header);
}

/* Whether the hello got no answer, though the connection was open and there was time before the client left. */
static bool
is_swallowed(const facts_attempt_t *attempt)
{
    const facts_tls_t *tls = attempt->tls;
    const nstime_t *last = attempt_heard_until(attempt, facts_now(call_root(attempt->local->owner.call)));

    return tls->by == FACTS_BY_NOBODY && attempt->outcome == FACTS_ANSWERED && !attempt->reset.frame &&
           (stall_between(&attempt->local->key, &attempt->remote) ||
            seconds_between(&tls->hello_time, last) >= HELLO_TIME);
}

/* Whether the server, or somebody in its name, has ended the connection without a word: where the client does so
 * first, the server only takes its leave. */
static bool
is_closed_by_server(const facts_attempt_t *attempt)
{
    const uint32_t closed = attempt->tls->closed_frame;
    const facts_end_t *const ends[] = { &attempt->closed, &attempt->reset };

    for (size_t i = 0; i < array_length(ends); i++)
        if (ends[i]->frame && !ends[i]->by_remote && ends[i]->frame < closed)
            return false;
    return closed != 0;
}

/* Whether that happened as soon as the connection was open: a load balancer has nobody to hand it on to. */
static bool
is_shut(const facts_attempt_t *attempt)
{
    return !attempt->tls->spoken && is_closed_by_server(attempt) &&
           attempt->closed.frame == attempt->tls->closed_frame &&
           seconds_between(&attempt->last_time, &attempt->closed.time) < SHUT_TIME;
}

tls_outcome_t
tls_outcome(const facts_attempt_t *attempt)
{
    const facts_tls_t *tls = attempt->tls;

    if (!tls)
        return TLS_NOT_SEEN;
    if (!tls->hello_frame)
        return is_shut(attempt) ? TLS_SHUT : TLS_NOT_SEEN;
    if (tls->by == FACTS_BY_HTTP_PROXY)
        return TLS_BY_HTTP_PROXY;
    if (tls->by == FACTS_BY_TLS_SERVER)
        return tls->refused ? TLS_REFUSED : tls->refusal_frame ? TLS_REJECTED : TLS_ANSWERED;
    if (is_closed_by_server(attempt))
        return TLS_CLOSED;
    return is_swallowed(attempt) ? TLS_SWALLOWED : TLS_NOT_SEEN;
}

static double
seconds_of(const facts_tls_t *tls, unsigned direction)
{
    return seconds_between(&tls->first[direction], &tls->last[direction]);
}

static bool
talks(const facts_tls_t *tls, unsigned direction)
{
    return tls->segments[direction] >= seconds_of(tls, direction) * TALK_RATE;
}

uint32_t
tls_in_use(const facts_attempt_t *attempt)
{
    const facts_tls_t *tls = attempt->tls;

    /* Who only listens sends reports, and those are rare. */
    return tls && tls->records && seconds_of(tls, TO_SERVER) >= TALK_TIME &&
                   seconds_of(tls, FROM_SERVER) >= TALK_TIME && (talks(tls, TO_SERVER) || talks(tls, FROM_SERVER))
               ? tls->first_frame
               : 0;
}

/* Where the capture shows the outcome. */
uint32_t
tls_frame(const facts_attempt_t *attempt)
{
    const facts_tls_t *tls = attempt->tls;

    switch (tls_outcome(attempt)) {
    case TLS_BY_HTTP_PROXY:
    case TLS_REFUSED:
        return tls->answer_frame;
    case TLS_REJECTED:
        return tls->refusal_frame;
    case TLS_CLOSED:
    case TLS_SHUT:
        return tls->closed_frame;
    case TLS_SWALLOWED:
        return tls->hello_frame;
    default:
        return 0;
    }
}

const char *
tls_text(wmem_allocator_t *scope, const facts_attempt_t *attempt)
{
    static const char *const texts[TLS_OUTCOMES] = {
        [TLS_BY_HTTP_PROXY] = "an HTTP proxy answers its TLS hello",
        [TLS_REFUSED] = "its TLS hello is refused by a fatal alert",
        [TLS_REJECTED] = "the client does not go on with the TLS server that answers",
        [TLS_CLOSED] = "closed behind its TLS hello, without an answer",
        [TLS_SHUT] = "closed as soon as it is open",
        [TLS_SWALLOWED] = "its TLS hello stays unanswered",
    };
    const char *text = texts[tls_outcome(attempt)];

    return text && attempt->tls->code ? wmem_strdup_printf(scope, "%s (%u)", text, attempt->tls->code) : text;
}
