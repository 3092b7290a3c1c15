/* calls.h
 * The records behind the facts: calls, their endpoints, what was tried from them. For the files of the analysis.
 *
 * An endpoint belongs to a call through its owner, so that it can move from one call to another with everything that
 * hangs on it: who allocates a relayed address is known before the offer tells for which call. Calls that turn out to
 * be one are joined; call_root() finds the one that is left. All records have file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALLS_H
#define MSICE_CALLS_H

#include "calls/facts.h"

/* Bounds of what one call keeps in lists that are searched one by one. */
#define CALL_MAX_HOSTS   32
#define CALL_MAX_MEDIA   8
#define CALL_MAX_HEADERS 64
#define CALL_MAX_OWN     4

/* What is tried from one address and port: packets ask all of it. A client tries some ten candidates, and the server
 * of a conference has an endpoint for each of its calls. */
#define ENDPOINT_MAX_ATTEMPTS 2048

/* What is the same packet twice (a mirror port) comes within this time, in seconds; no client repeats itself so soon.
 */
#define COPY_TIME 0.01

/* Directions of media, as the computer sees them where the call is watched (call_is_own()). */
typedef enum { MEDIA_SENT, MEDIA_RECEIVED, MEDIA_DIRECTIONS } media_direction_t;

/* What was seen of genuine TLS in a connection (witness-tls.c). */
typedef struct facts_tls facts_tls_t;

/* What a step hangs on: a call itself, or an endpoint. */
typedef struct {
    facts_call_t *call;
    uint32_t number; /* among those that steps hang on, in steps.c; 0 = no step does yet */
} facts_owner_t;

/* An address and port, for lookups. */
typedef struct {
    address addr;
    uint16_t port;
    port_type transport; /* PT_NONE where the address alone counts */
} facts_key_t;

/* Which end of a check used its relay, as the TURN message around it tells. */
typedef enum { RELAYED_NOT, RELAYED_LOCAL, RELAYED_REMOTE } facts_relayed_t;

/* The end of a TCP connection by RST or FIN. */
typedef struct {
    uint32_t frame; /* 0 = it has not ended so */
    bool by_remote;
    bool behind_data; /* data had come before */
    bool by_other;    /* by its TTL somebody else than its sender has sent it */
    nstime_t time;
} facts_end_t;

struct facts_attempt {
    facts_attempt_t *next; /* of the same local endpoint, the latest first */
    unsigned point;        /* where it was captured; inside a TCP connection, by whose clock its times are */
    facts_attempt_kind_t kind;
    port_type transport;
    facts_outcome_t outcome;
    facts_answerer_t by; /* of a hello */
    facts_relayed_t relayed;
    bool nominated;
    bool was_cut;             /* a check: the capture holds only a part of one, which may have nominated */
    bool translated;          /* a check: the other end has seen it come from another address or port */
    bool nominating;          /* a check: one with the flag was sent, and no role conflict has taken that back */
    uint32_t nominated_frame; /* of the first check with the flag */
    uint32_t settled_frame;   /* the first success behind a check with the flag: the pair is in use */
    nstime_t settled_time;
    unsigned answers; /* of checks; of allocations those that refuse */
    nstime_t last_answer;
    bool proxied;         /* a hello that went to, or was answered by, an HTTP proxy */
    bool integrity_wrong; /* of an answer to an Allocate request */
    bool to_server;       /* the remote end is a relay's own address, not a candidate */
    facts_endpoint_t *local;
    facts_key_t remote;
    uint32_t first_frame, last_frame; /* of the requests, SYNs */
    uint32_t answer_frame;            /* that settles the outcome; 0 = none */
    uint32_t tries;                   /* copies of a mirror port do not count */
    nstime_t first_time, last_time;   /* of the tries */
    bool implied;                     /* what the client did next shows that an answer came */
    unsigned code;                    /* of the last error response */
    bool last_signed;                 /* the last request carried credentials */
    unsigned refusals;                /* 401 in answer to requests with credentials */
    uint32_t refused_request;         /* frame of the last request that was refused so */
    unsigned redirects;               /* answers that name another relay only */
    facts_key_t alternate;            /* the relay that the last error names; addr.type AT_NONE = none */
    unsigned pending;                 /* requests behind the answer, a refresh for example, that have none */
    uint32_t pending_frame;           /* the first of them */
    nstime_t pending_since;
    uint32_t lost_frame; /* a refusal behind the answer */
    nstime_t lost_time;
    double rtt;                /* seconds from the request to its answer; negative = not known */
    facts_end_t reset, closed; /* of its connection, over TCP: the first RST, the first FIN */
    facts_tls_t *tls;          /* of a connection to a relay; NULL = none yet, ask tls_outcome() */
    uint32_t data_frame[2];    /* of a connection captured at several points: first data from here, from there */
    uint32_t heard_frame;      /* of a connection to a relay: the last segment from there; a reset is none */
};

/* Whether the other end, or somebody in its name, has reset the connection of an attempt behind its first data. */
static inline bool
attempt_is_cut(const facts_attempt_t *attempt)
{
    return attempt->reset.frame && attempt->reset.by_remote && attempt->reset.behind_data;
}

struct facts_endpoint {
    facts_owner_t owner;
    facts_key_t key;
    facts_type_t type;
    facts_side_t side;
    bool named;        /* by an SDP body, a header or a check's user name: not only concluded */
    bool concluded;    /* the type is: nobody names it */
    bool lite;         /* the candidate of an SBC that sends no checks */
    bool shared;       /* several calls use it at once: a conference server's */
    const char *media; /* of the candidate, or of its allocation; NULL = not known */
    const char *user;  /* MRAS user name of its first request with credentials; NULL = none seen */
    uint32_t first_frame;
    facts_endpoint_t *older;   /* who used the address and port before, or does so in another call */
    facts_endpoint_t *base;    /* of a relayed or reflexive address: who allocated it */
    facts_endpoint_t *relayed; /* of a base: the relayed address that it allocated last */
    facts_attempt_t *attempts;
    facts_attempt_t *beside;  /* the same and others as points saw them that the call is not told from (points.h) */
    struct media_flow *flows; /* of media from or to it */
    struct facts_member *member; /* its place in the list of its call */
    unsigned attempt_count;      /* of attempts, those beside among them */
    unsigned flow_count;
};

/* An endpoint in the list of a call. It may move on while the list is walked: its owner decides. */
typedef struct facts_member {
    struct facts_member *next, *before;
    facts_endpoint_t *endpoint;
} facts_member_t;

/* A computer of one side. */
typedef struct facts_host {
    struct facts_host *next;
    address addr;
    facts_side_t side;
    facts_type_t type;
} facts_host_t;

typedef struct {
    const char *name;
    bool in_use;
    bool offered[3][FACTS_RELAY + 1][2]; /* by side, type, and whether over TCP: a candidate was listed */
} facts_medium_t;

struct facts_call {
    facts_owner_t self;
    facts_call_t *joined; /* the call this one became part of; NULL = it stands for itself */
    facts_call_t *next;   /* in the order they were met */
    facts_call_t *beside; /* that the computer spoke in when this one began; NULL = none */
    uint32_t number;      /* 0 = nothing of Microsoft's was met in it, it is not shown */
    uint32_t numbered_in; /* frame */
    bool microsoft;       /* a message or candidate list of it is one of Microsoft's products */
    bool through_sbc;     /* one of its dialogs is Direct Routing's with an SBC */
    facts_side_t sbc_side;
    bool user_inside;           /* of Teams, in the network of the SBC */
    bool told_by[2];            /* messages of the SBC, of Teams: the capture holds both directions */
    bool sbc_public;            /* the SBC has named an address that is not private */
    uint32_t sbc_private_frame; /* the first in which it named private ones only; 0 = none */
    bool claimed;               /* by a dialog or by checks: what else comes up belongs to another call */
    uint32_t first_frame, last_frame;
    nstime_t first_time;       /* of the first packet */
    nstime_t start, last_time; /* start: the same, or that of the INVITE where there is one */
    const char *call_id;       /* of the first dialog */
    const char *conversation_id;
    const char *from, *to;             /* URIs of caller and callee, by the INVITE */
    const char *first_from, *first_to; /* where no INVITE was captured: those of the first message */
    uint32_t invite_frame, end_frame;  /* end: the latest BYE, CANCEL or refusal */
    bool held;                         /* by the last SDP body */
    bool answered;                     /* an INVITE was, with 2xx, or one came inside a dialog */
    unsigned open_dialogs;             /* that have not ended */
    unsigned status;                   /* last final response to an INVITE */
    uint32_t status_frame;
    nstime_t end_time;
    const credentials_t *credentials[3]; /* what the relay authentication service said, by side; NULL = not seen */
    unsigned sip_messages;
    unsigned packets;        /* steps that are not signalling */
    unsigned sent, received; /* of these, by and for the own computer */
    unsigned media_packets;
    bool paired;               /* a check was answered */
    address own[CALL_MAX_OWN]; /* addresses of the computer that allocates: the one the capture speaks of */
    unsigned own_count;
    const char *own_fragment; /* the user name fragment that it sends checks by; NULL = none seen */
    const char *own_user;     /* MRAS user name that it has first asked a relay with; NULL = none seen */
    bool own_guessed;         /* nobody allocated so far: whose private address a check came from or went to */
    unsigned unread[MEDIA_DIRECTIONS]; /* messages with data for a peer, and from one, that the capture has cut */
    unsigned relay_data;               /* messages by which relays hand on what a peer sent */
    uint32_t release_frame;            /* the last allocation that was given up */
    nstime_t release_time;
    nstime_t path_time; /* of the last check, or packet of media */
    facts_member_t *members, *members_end;
    facts_header_t *headers, *headers_end;
    unsigned header_count;
    facts_host_t *hosts; /* the latest first */
    unsigned host_count;
    facts_medium_t *media[CALL_MAX_MEDIA];
    unsigned media_count;
    struct media_sums *media_sums;   /* what media.c has concluded from the flows; NULL = nothing yet */
    uint32_t last_step[FACTS_STEPS]; /* frames, for the links of the first pass */
    const struct facts_icmp *errors; /* ask icmp_of_call() */
    unsigned point;                  /* the place (places.h) that it is told from */
    uint32_t seen_at;                /* places, a bit (1 << place) each */
    uint32_t points_revision;        /* of places, for which its endpoints are sorted */
};

/* The call that stands for this one now; NULL for NULL. */
facts_call_t *call_root(facts_call_t *call);

/* Whether no more calls are kept. */
bool calls_full(void);

/* A new call; NULL when the limit is reached. */
facts_call_t *call_new(packet_info *pinfo);

/* Makes two calls one and returns it; either may be NULL. */
facts_call_t *call_join(const packet_info *pinfo, facts_call_t *one, facts_call_t *other);

/* Gives the call a number: something of Microsoft's belongs to it. */
void call_show(const packet_info *pinfo, facts_call_t *call);

/* Puts a header, which the call keeps, behind its others. No more than CALL_MAX_HEADERS. */
void call_add_header(facts_call_t *call, facts_header_t *header);

/* Whether all media that its bodies name are instant messages: no media call. */
bool call_is_text_only(const facts_call_t *call);

/* Notes that something of the call happened now. */
void call_touch(packet_info *pinfo, facts_call_t *call);

/* The kinds of texts that name calls, kept apart by a letter. */
#define UFRAG          'u' /* user name fragment */
#define MRAS_USER      'm' /* of relay credentials */
#define CALL_NAME      'c' /* SIP call identifiers of dialogs that were not met yet */
#define CONVERSATION   'v' /* Ms-Conversation-ID */
#define SHARED_CALL    'x' /* x-i, x-c, the SBC's session: see facts_shared_t */
#define SHARED_CHAIN   'h'
#define SHARED_SESSION 's'

/* Finds calls by a text of such a kind (space); NULL = unknown. */
facts_call_t *call_by_text(char space, const char *text);
void call_set_text(char space, const char *text, facts_call_t *call);

/* The endpoint that uses an address and port now; NULL = none. */
facts_endpoint_t *endpoint_find(const facts_key_t *key);

/* The same, at the time of a frame: the first use when the frame lies before it. */
facts_endpoint_t *endpoint_at(const facts_key_t *key, uint32_t frame);

/* The use of an address and port in a call, of the latest ones; NULL = none. */
facts_endpoint_t *endpoint_in_call(const facts_key_t *key, const facts_call_t *call);

/* Of the ends of a packet, each of which may be NULL, the one that tells whose it is; NULL = neither does. */
facts_endpoint_t *endpoint_of_ends(facts_endpoint_t *source, facts_endpoint_t *destination);

/* The endpoint that this packet comes from or goes to, at its time; NULL = none. */
facts_endpoint_t *endpoint_of_packet(const packet_info *pinfo);

/* A new use of an address and port in a call; NULL when the limit is reached. */
facts_endpoint_t *endpoint_new(packet_info *pinfo, const facts_key_t *key, facts_call_t *call);

/* Gives an address and port to a call that names it; returns its endpoint, NULL when a limit is reached. */
facts_endpoint_t *endpoint_name(packet_info *pinfo, const facts_key_t *key, facts_call_t *call);

/* Whether what is named is an address and port. Ports 0 and 9 stand for "none": of active TCP candidates and of media
 * that are off. */
bool is_endpoint(const address *addr, uint16_t port);

/* Gives an endpoint, with what hangs on it, to another call. */
void endpoint_move(facts_endpoint_t *endpoint, facts_call_t *call);

/* The attempt of a kind from an endpoint to an address; made when make is set and the limit allows, else NULL. */
facts_attempt_t *attempt_get(packet_info *pinfo, facts_attempt_kind_t kind, facts_endpoint_t *local,
                             const facts_key_t *remote, facts_relayed_t relayed, bool make);

/* An attempt that does not hang on the endpoint yet; NULL when a limit is reached. */
facts_attempt_t *attempt_new(packet_info *pinfo, facts_attempt_kind_t kind, const facts_endpoint_t *local,
                             const facts_key_t *remote);

/* Moves an attempt that hangs on no endpoint yet below one. */
void attempt_attach(facts_attempt_t *attempt, facts_endpoint_t *local);

/* Notes that this packet is a step of the owner's call. A frame is one step of a call only: the first one told. */
void step_add(packet_info *pinfo, facts_step_t kind, facts_owner_t *owner);

/* The same for an earlier frame that turns out to belong to a call. */
void step_add_late(uint32_t frame, facts_step_t kind, facts_owner_t *owner);

/* What a packet of a call is that nobody else told about: media, or a part of a TCP connection. */
facts_step_t packet_step(const packet_info *pinfo);

/* Whether the packet has a step. */
bool step_known(const packet_info *pinfo);

/* The file's steps are gone; or some now belong to another call, so that their links have to be made again. */
void steps_reset(void);
void steps_changed(void);

/* Notes a computer of a side of the call. */
void call_add_host(facts_call_t *call, const address *addr, facts_side_t side, facts_type_t type);

/* What is known about a computer in a call; NULL = nothing. */
const facts_host_t *call_host(const facts_call_t *call, const address *addr);

/* The medium of a name; made when it is new and there is room, else NULL. */
facts_medium_t *call_medium(facts_call_t *call, const char *name);

/* The side and type of an endpoint, by its computer where no candidate tells. *concluded: nobody named the type, it
 * follows from the address or from what the endpoint does. */
facts_side_t endpoint_side(const facts_endpoint_t *endpoint);
facts_type_t endpoint_candidate_type(const facts_endpoint_t *endpoint, bool *concluded);

/* A socket that allocates or connects to a relay is a host candidate, until a candidate list says otherwise. */
void endpoint_conclude_host(facts_endpoint_t *endpoint);

/* Make the tables of the files that tell; once, at registration. */
void endpoints_register(void);
void dialogs_register(void);
void diagnostics_register(void);
void network_register(void);
void hosts_register(void);
void whose_register(void);
void stall_register(void);
void connections_register(void);
void patience_register(void);
void media_register(void);
void errors_register(void);
void names_register(void);
void dns_register(void);
void hops_register(void);
void proxies_register(void);
void points_register(void);

/* What was seen at several points (points.c) follows: the calls are one now, an endpoint has come to another one. */
void points_sort(facts_call_t *call);
void point_sort_endpoint(facts_endpoint_t *endpoint);

/* The times of an endpoint's media inside TCP connections become those of its call's point. */
void media_change_clock(const facts_endpoint_t *endpoint, const facts_call_t *call);

/* Whether attempts of a kind are messages inside a TCP connection, which are told once for all points. */
bool attempt_is_in_stream(facts_attempt_kind_t kind, port_type transport);

/* Seconds from then to this packet. */
double seconds_since(const packet_info *pinfo, const nstime_t *then);

/* Whether this packet may add to the state: on, first pass, not quoted by an ICMP error. */
bool facts_telling(const packet_info *pinfo);

/* A copy in file scope, NULL for NULL or an empty text. */
const char *facts_text(const char *text);

/* Says that a limit was reached in this packet. */
void facts_hit_limit(const packet_info *pinfo, const char *limit);

/* What was noted about the relay credentials of a user or computer before; given to a side of a call. */
void mras_give(packet_info *pinfo, facts_call_t *call, facts_side_t side, const char *identity,
               const address *client);

/* The call of the allocations that were asked for with relay credentials of this user name, when nobody has claimed
 * it; else NULL. */
facts_call_t *call_of_credentials(const packet_info *pinfo, const char *user_name);

/* The call of the allocations that name this Call-ID, when nobody has claimed it; else NULL. */
facts_call_t *call_of_identifier(const char *call_id);

/* Make the call of an endpoint one with another: allocations that use the same relay credentials and begin at one
 * time, or name the same Call-ID ([MS-TURNBWM] 2.2.13), which may be NULL; and what comes from the address of a
 * client's NAT, seen behind it. */
void call_join_user(packet_info *pinfo, const facts_endpoint_t *endpoint, const char *user_name);
void call_join_identifier(packet_info *pinfo, const facts_endpoint_t *endpoint, const char *call_id);
void call_note_nat(packet_info *pinfo, const facts_endpoint_t *base, const address *nat);

/* Gives an endpoint that asks with other relay credentials than its call to the call of their user: behind the
 * address of a NAT are many computers. */
void call_part_users(packet_info *pinfo, facts_endpoint_t *endpoint, const char *user_name);

/* The same with an allocation that is asked for again: where its address asks relays in vain, and another one of the
 * computer, that has begun at the same moment, does not. */
void call_join_silent(packet_info *pinfo, const facts_attempt_t *attempt);

/* The call that a computer's allocations and hellos belong to while no signalling tells: its newest one that nobody
 * has claimed, or has claimed just now; a new one when there is none. NULL when the limit is reached. */
facts_call_t *call_of_host(packet_info *pinfo, const address *host);

/* The same for what a client begins with: behind a pause that is the begin of its next call. */
facts_call_t *call_begun_by_host(packet_info *pinfo, const address *host);

/* The newest call of a computer; NULL = none. */
facts_call_t *call_latest(const address *host);

/* The call of a check that another end sends or gets: one that began beside another call is a part of that, when its
 * peer is the same. */
facts_call_t *call_with_beside(const packet_info *pinfo, facts_call_t *call, const address *one,
                               const address *other);

/* Whether a call that addresses and ports belonged to is over, has tried in vain, or was quiet for long: what begins
 * on them belongs to another one. */
bool call_is_past(const packet_info *pinfo, const facts_call_t *call);

/* Whether the computer of a call has given up its allocation, and nothing went over its path any more: what it begins
 * with next is another call, however soon. */
bool call_is_given_up(const facts_call_t *call);

/* What begins so long behind the last packet of a call, in seconds, is no part of it. */
#define NEXT_TIME 3

/* The call of a computer that connects to an end of this one, or checks it: where it has gathered candidates for one
 * that nobody has claimed, the two are one. */
facts_call_t *call_with_waiting(const packet_info *pinfo, facts_call_t *call, const address *host);

/* That call when it exists and nobody has claimed it; else NULL. */
facts_call_t *call_waiting(const packet_info *pinfo, const address *host);

/* The endpoint of a client in this packet, which may begin with it; made when it is new, NULL when a limit is
 * reached. */
facts_endpoint_t *endpoint_of_client(packet_info *pinfo, const facts_key_t *key, bool begins);

/* TCP connections that went to an address before anybody knew what it is: they are steps of a call now. When
 * to_server is set the address is a relay's, else it is a candidate and the port counts. */
void connections_adopt(packet_info *pinfo, const facts_key_t *remote, bool to_server);

/* Whether the address is known as that of a relay, and noting that it is. */
bool relay_known(const address *addr);
void relay_note(const address *addr);

/* Where a computer's packets were captured, by their TTL: where they set out, on the computer itself or in its
 * network, or behind routers only. */
typedef enum { HOST_NOT_SEEN, HOST_AFAR, HOST_NEAR } host_seen_t;

host_seen_t host_seen(const address *host);

/* Whether two addresses may be one computer's: packets of both were captured where they set out, and nothing tells
 * the computers apart. */
bool hosts_may_be_one(const address *one, const address *other);

/* Whether this packet comes from another distance than all checks of its sender. A relay may be many computers, and
 * each capture point stands elsewhere: then it is not known. */
bool host_is_elsewhere(const packet_info *pinfo);

/* Tells the distance of the sender of this packet. */
void host_look(const packet_info *pinfo);

/* Whose call it is. call_note_own: a client that allocates, says hello to a relay; the first one counts, unless
 * another one is captured nearer. call_guess_own: while there is none, one of the ends of a check or connection: the
 * private one of two, else who sent it. call_take_own: an endpoint at an address goes over from another call, where
 * that is known already. call_share_own: one more address of that computer. call_note_check: the same, where a
 * request shows that. own_join: of two calls that are one. */
void call_note_own(facts_call_t *call, const address *addr);
void call_take_own(facts_call_t *call, const facts_call_t *before, const address *addr);
void call_guess_own(facts_call_t *call, const address *from, const address *to);
void call_share_own(facts_call_t *call, const address *addr);
void call_note_check(facts_call_t *call, const facts_check_t *check);
void own_join(facts_call_t *call, const facts_call_t *part);

/* Whether what an address does is another computer's than the call's own one, as far as that shows. */
bool call_is_other_computer(const facts_call_t *call, const address *addr);

/* The computer of a call with an SBC, which has several: where its signalling can be read, the capture is mostly its
 * own. */
void call_guess_sbc(facts_call_t *call, const address *addr);

/* Whether two calls are those of different computers. */
bool calls_are_apart(const facts_call_t *one, const facts_call_t *other);

/* Whether an address is one of that computer's. */
bool call_is_own(const facts_call_t *call, const address *addr);

/* Whether a hello was tried from an endpoint, which may be NULL. */
bool endpoint_has_hello(const facts_endpoint_t *endpoint);

/* Counts one more try of an attempt in this packet. */
void attempt_try(const packet_info *pinfo, facts_attempt_t *attempt);

/* What became of an attempt: FACTS_SILENT where it was repeated, had time and nothing shows that an answer came;
 * FACTS_GIVEN_UP where that is so, but the client had ended the connection in the meantime. */
facts_outcome_t attempt_outcome(const facts_attempt_t *attempt);

/* Whether it is a connection that was answered, as what went through it shows, and the answer is not captured. */
bool connection_is_implied(const facts_attempt_t *attempt);

/* The moment, or when the client ended the connection that an attempt goes through: from then on it hears nothing. */
const nstime_t *attempt_heard_until(const facts_attempt_t *attempt, const nstime_t *moment);

/* Whether requests behind the answer (a refresh, the checks of the path in use) stay without one, repeated and with
 * time. */
bool attempt_is_lost(const facts_attempt_t *attempt);

/* Tell a segment of a call's connection, captured where the call is told from. endpoint: of this packet. */
void stall_tell(const packet_info *pinfo, const frame_tcp_t *header);
void tls_tell(const packet_info *pinfo, const facts_endpoint_t *endpoint, tvbuff_t *frame,
              const frame_segment_t *segment, const frame_tcp_t *header);

/* The frame in which one end of a connection begins to send once more what the other never acknowledges; 0 = it does
 * not. */
uint32_t stall_between(const facts_key_t *from, const facts_key_t *to);

/* A call has turned up: what its computers asked DNS for matters where the name says that it is a relay's. */
void dns_want(void);

/* Notes that this packet was seen, for facts_now(); on each pass. */
void facts_note_time(const packet_info *pinfo);

/* The time of the last packet so far; of a call that was captured at several points, at that which it is told from.
 * NULL = of the file. */
const nstime_t *facts_now(const facts_call_t *call);

/* Seconds from one time to another. */
double seconds_between(const nstime_t *from, const nstime_t *to);

/* The earlier of two times, the later one. */
static inline const nstime_t *
earlier(const nstime_t *one, const nstime_t *other)
{
    return nstime_cmp(one, other) < 0 ? one : other;
}

static inline const nstime_t *
later(const nstime_t *one, const nstime_t *other)
{
    return nstime_cmp(one, other) > 0 ? one : other;
}

/* Fills in a key; the address is not copied. */
facts_key_t facts_key(port_type transport, const address *addr, uint16_t port);

/* For maps with keys of this kind; facts_key_keep() copies one into file scope. */
unsigned facts_key_hash(const void *key);
int facts_key_equal(const void *a, const void *b);
const facts_key_t *facts_key_keep(const facts_key_t *key);

/* How often the state has changed: what was concluded from it holds as long as this stays. */
extern uint32_t facts_revision;

/* How often calls were joined, or endpoints moved from one to another. */
extern uint32_t facts_moves;

#endif
