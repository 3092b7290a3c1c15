/* witness.h
 * What packets that are not a call's own show about it: ICMP errors that quote its packets, DNS and TLS names of its
 * relays, the distance of its relays, the ends of its TCP connections, who answers TLS there.
 *
 * As in facts.h: told on the first pass only and copied; what is handed out belongs to the file and is read only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_WITNESS_H
#define MSICE_WITNESS_H

#include "base/dns-message.h"
#include "calls/calls.h"

/* --- ICMP errors -------------------------------------------------------------------------------------------------
 */

/* What an error says about the packet it quotes. */
typedef enum {
    FACTS_ICMP_PORT_UNREACHABLE,
    FACTS_ICMP_HOST_UNREACHABLE,
    FACTS_ICMP_NET_UNREACHABLE,
    FACTS_ICMP_PROHIBITED, /* administratively: by a filter; the kinds up to here refuse */
    FACTS_ICMP_TOO_BIG,    /* fragmentation needed but not allowed */
    FACTS_ICMP_TIME_EXCEEDED,
    FACTS_ICMP_OTHER,
    FACTS_ICMP_KINDS
} facts_icmp_kind_t;

/* Errors of one kind, from one sender, about packets from one address and port to another. */
typedef struct facts_icmp {
    const struct facts_icmp *next; /* of the call, the earliest first */
    facts_icmp_kind_t kind;
    bool version6;
    uint8_t type, code;
    unsigned mtu;                    /* that the next hop allows; 0 = not told */
    bool nearby;                     /* their sender is the next router or host: all of their TTL is left */
    address from;                    /* who sent the errors; that of destination: the computer itself refuses */
    facts_key_t source, destination; /* of the quoted packets: either may be the call's own end */
    uint32_t frame, last_frame;      /* first and last of the errors */
    nstime_t time, last_time;
    unsigned count;
} facts_icmp_t;

/* An error as it is told. type, code: RFC 792 or, for version6, RFC 4443. */
typedef struct {
    bool version6;
    uint8_t type, code;
    unsigned mtu;
    uint8_t hops; /* what is left of its TTL */
    const address *from;
    facts_key_t source, destination;
} facts_error_t;

/* Tells an ICMP error; one that quotes a packet of a call becomes a step of that call. */
void facts_tell_error(packet_info *pinfo, const facts_error_t *error);

/* The errors that quote packets of a call, as a list; NULL = none. */
const facts_icmp_t *icmp_of_call(const facts_call_t *call);

/* The first error that quotes a packet of an attempt, from its local end to its remote one, and refuses it; where
 * none refuses, the first one at all; NULL = none. What is sent back and not wanted, when a socket is closed for
 * example, is no error of the attempt. */
const facts_icmp_t *icmp_of_attempt(const facts_attempt_t *attempt);

/* What was kept of an error that was told, and the call it belongs to; NULL = it quotes no packet of a call. */
const facts_icmp_t *icmp_of_error(const facts_error_t *error, const facts_call_t **call);

/* Whether the error says that packets do not get to where they are sent, not by that way and not in other sizes. */
bool icmp_refuses(const facts_icmp_t *icmp);

/* Whether the destination of the quoted packets refuses them itself. */
bool icmp_from_destination(const facts_icmp_t *icmp);

/* What the kind is called, for people; static. */
const char *icmp_kind_name(facts_icmp_kind_t kind);

/* --- names of relays ---------------------------------------------------------------------------------------------
 */

/* What became of the questions for the addresses of a name. */
typedef enum {
    FACTS_NAME_OPEN, /* not enough to tell: asked once or just now, or the answer cannot be read */
    FACTS_NAME_ANSWERED,
    FACTS_NAME_NOT_FOUND,  /* there is no such name */
    FACTS_NAME_NO_ADDRESS, /* it exists, and has no address of the kind asked for, or one that is nobody's */
    FACTS_NAME_REFUSED,    /* another error of the server */
    FACTS_NAME_UNANSWERED, /* asked again over some seconds, without any answer */
    FACTS_NAME_OUTCOMES
} facts_name_outcome_t;

/* The queries for addresses of one kind. */
typedef struct {
    unsigned place; /* (places.h) of the first; the queries that were captured elsewhere are the same ones */
    unsigned queries;
    nstime_t first, last;
    bool answered; /* in any way */
} facts_question_t;

/* A relay's name that a client asked DNS for. */
typedef struct facts_name {
    const struct facts_name *older; /* when the client asked for the name before, a minute or more ago */
    const char *name;               /* lower case */
    address client;
    facts_question_t asked[DNS_TYPES];
    uint32_t first_frame, last_frame; /* of the queries; 0 = not captured */
    nstime_t first_time, last_time;
    bool unreadable;        /* an answer came that is cut */
    uint32_t answer_frame;  /* the first answer that gives addresses; 0 = none */
    uint32_t failure_frame; /* the first answer that gives none; 0 = none */
    unsigned rcode;         /* of that */
    const char *alias;      /* what the name is another one for, by the last CNAME; NULL = none */
    unsigned address_count;
    address addresses[DNS_MOST_ADDRESSES];
} facts_name_t;

/* Tells a DNS message of a client, a question or an answer to it, at an offset of the frame. Kept when its name is a
 * relay's, or turns out to be while the message is among the latest ones. */
void facts_tell_dns(packet_info *pinfo, const address *client, tvbuff_t *frame, int offset);

/* Tells that an address is a relay's: what was told about it before counts now. */
void facts_tell_relay_found(packet_info *pinfo, const address *relay);

/* Most names of a call that are handed out. */
#define FACTS_MOST_NAMES 16

/* The names of relays that the call's computers asked DNS for until the call's end, for each the last time; fills in
 * names and returns how many there are. */
unsigned names_of_call(const facts_call_t *call, const facts_name_t *names[FACTS_MOST_NAMES]);

/* The questions of a client for a name of a relay, at the time of a frame; NULL = none, or it is no relay's name. */
const facts_name_t *name_asked(const address *client, const char *name, uint32_t frame);

/* Whether somebody said that a host name, or an address in words, is a relay's. */
bool is_relay_host(const char *host);

/* Tells that a client asks an HTTP proxy for a way to a host that is not known as a relay's; and the answer, whether
 * it refuses or lets the client through. */
void facts_tell_proxy_asked(packet_info *pinfo, const char *host, const facts_hello_t *hello);
void facts_tell_proxy_answer(packet_info *pinfo, const facts_hello_t *hello);

/* Tells that the proxy lets a client through to a relay, which was told as a hello (facts.h): the connection goes on
 * behind it. */
void facts_tell_tunnel(packet_info *pinfo, const facts_hello_t *hello);

/* Whether an answer to such a question is waited for. */
bool facts_proxy_waits(void);

/* A relay has become known in this packet: what was asked for before may have been for it. */
void proxies_adopt(packet_info *pinfo);

/* Whether a client has asked for a host by the name of a relay, and has no call yet. */
bool proxies_wait_for_call(void);

/* This packet is one of a call: what its computer has asked for by the name of a relay belongs to that call. Who only
 * asks has no call. */
void proxies_adopt_named(packet_info *pinfo, facts_call_t *call);

/* The name of a relay that DNS gives the call's computers no address for; NULL = none, or another relay's name has
 * one.
 */
const facts_name_t *name_failed(const facts_call_t *call);

/* What became of them. */
facts_name_outcome_t name_outcome(const facts_name_t *name);
const char *name_outcome_text(facts_name_outcome_t outcome);

/* What a relay is called, who says so and where; NULL = not known. */
typedef struct {
    const char *name;
    facts_namer_t namer;
    uint32_t frame;
} facts_relay_name_t;

const facts_relay_name_t *name_of_address(const address *relay);
const char *namer_text(facts_namer_t namer);

/* Who says that a name (in lower case) is a relay's: bits 1 << facts_namer_t. */
unsigned name_namers(const char *name);

/* For the files that tell: a name in lower case is a relay's; an address is called so; a relay or the name of one has
 * turned up, so that DNS messages of before may matter. */
void name_tell(facts_namer_t namer, const char *name);
void name_address(uint32_t frame, const address *relay, facts_namer_t namer, const char *name);
void dns_look_again(void);

/* --- distance ----------------------------------------------------------------------------------------------------
 */

/* Tells the TTL or hop limit of a packet that comes from a port of a relay. */
void facts_tell_hops(packet_info *pinfo, unsigned hops);

/* Whether a packet from this port may tell the distance of a relay: 3478 to 3481, and 443 over TCP. */
bool hops_wanted(const packet_info *pinfo);

/* Whether packets of a relay's address over UDP and over TCP come from different distances: their TTLs, which started
 * from the same value, are more than one apart whichever is compared. Fills in the nearest two, UDP first. */
bool relay_distance_differs(const address *relay, uint32_t frames[2], unsigned hops[2]);

/* --- ends of connections -----------------------------------------------------------------------------------------
 */

/* Tells that this packet ends its TCP connection, by RST or FIN, and what was seen on the connection (tcp-state.h).
 * Noted on what was tried over it. */
void facts_tell_closing(packet_info *pinfo, bool reset, uint8_t completeness);

/* What was tried on the connection of this packet and is reset by it behind data; NULL = nothing, or the reset is the
 * answer to a pseudo-TLS hello. */
const facts_attempt_t *attempt_reset_here(const packet_info *pinfo);

/* --- genuine TLS to relays ----------------------------------------------------------------------------------------
 */

/* What became of the ClientHello of a connection to a relay. */
typedef enum {
    TLS_NOT_SEEN, /* none, or not enough to tell */
    TLS_ANSWERED, /* by a TLS server, with which the client went on as far as the capture shows */
    TLS_BY_HTTP_PROXY,
    TLS_REFUSED,   /* a fatal alert is all that came */
    TLS_REJECTED,  /* the client ended the connection behind the answer, as one that does not trust it does */
    TLS_CLOSED,    /* the server, or somebody in its name, ended it without an answer */
    TLS_SHUT,      /* the same before the client has said anything */
    TLS_SWALLOWED, /* no answer, although there was time */
    TLS_OUTCOMES
} tls_outcome_t;

/* What a connection of the attempt shows; the frame that does, 0 = none, where it went wrong, and what went wrong, in
 * words (NULL = nothing). Text in scope or static. */
tls_outcome_t tls_outcome(const facts_attempt_t *attempt);
uint32_t tls_frame(const facts_attempt_t *attempt);
const char *tls_text(wmem_allocator_t *scope, const facts_attempt_t *attempt);

/* The frame from which on data go both ways inside TLS for long, and as often as media do; 0 = they do not. */
uint32_t tls_in_use(const facts_attempt_t *attempt);

#endif
