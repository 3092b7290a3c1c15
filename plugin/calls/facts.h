/* facts.h
 * What the capture shows about media calls: dissectors tell facts, and ask what they add up to.
 *
 * A fact hangs on an endpoint (an address and port that media, checks and allocations use) or on a SIP dialog; both
 * belong to a call. Facts are told on the first pass only; the tell functions see to that, and copy what they are
 * given. Nothing in here knows a protocol tree. Everything that is handed out belongs to the file and is read only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FACTS_H
#define MSICE_FACTS_H

#include "base/frame-headers.h"
#include "calls/credentials.h"

typedef enum { FACTS_SIDE_UNKNOWN, FACTS_CALLER, FACTS_CALLEE } facts_side_t;

/* Candidate types; the order is that of knowledge: a later one replaces an earlier one that was only concluded. */
typedef enum { FACTS_TYPE_UNKNOWN, FACTS_HOST, FACTS_SRFLX, FACTS_PRFLX, FACTS_RELAY } facts_type_t;

/* What a frame does in its call. */
typedef enum {
    FACTS_STEP_SIP,
    FACTS_STEP_MRAS,
    FACTS_STEP_ALLOCATION,
    FACTS_STEP_CONNECTION,
    FACTS_STEP_HELLO,
    FACTS_STEP_CHECK,
    FACTS_STEP_MEDIA,
    FACTS_STEP_QUALITY,
    FACTS_STEP_ERROR,
    FACTS_STEP_NAME,
    FACTS_STEPS
} facts_step_t;

/* What was tried: an allocation on a relay, a TCP connection, a pseudo-TLS hello, a connectivity check. */
typedef enum { FACTS_ALLOCATION, FACTS_CONNECTION, FACTS_HELLO, FACTS_CHECK, FACTS_ATTEMPTS } facts_attempt_kind_t;

/* What became of it. */
typedef enum {
    FACTS_UNANSWERED, /* as far as the capture goes */
    FACTS_ANSWERED,   /* the relayed address, SYN-ACK, the Edge's hello, a success response */
    FACTS_REFUSED,    /* an error response; somebody else answered the hello */
    FACTS_RESET,      /* RST, or the end of the connection, instead of an answer */
    FACTS_CHALLENGED, /* 401 only: credentials were asked for and no more came of it */
    FACTS_ALTERNATE,  /* the relay named another one */
    FACTS_SILENT,     /* unanswered, although it was asked again and the other side had time; only concluded */
    FACTS_GIVEN_UP,   /* unanswered, and the client itself was gone before it had waited so long; only concluded */
    FACTS_OUTCOMES
} facts_outcome_t;

/* Who answered a pseudo-TLS hello. */
typedef enum {
    FACTS_BY_NOBODY,
    FACTS_BY_EDGE,
    FACTS_BY_HTTP_PROXY,
    FACTS_BY_TLS_SERVER, /* a genuine TLS handshake or alert */
    FACTS_BY_RESET,      /* RST or FIN */
    FACTS_BY_OTHER,
    FACTS_BY_SOMEBODY, /* the answer is not in the capture; a later frame may say better who */
    FACTS_ANSWERERS
} facts_answerer_t;

typedef struct facts_call facts_call_t;
typedef struct facts_endpoint facts_endpoint_t;
typedef struct facts_attempt facts_attempt_t;
typedef struct facts_header facts_header_t;

/* --- tell --------------------------------------------------------------------------------------------------------
 */

/* Texts that the dialogs of one call share. */
typedef enum {
    FACTS_SHARED_CONVERSATION, /* Ms-Conversation-ID */
    FACTS_SHARED_CALL,         /* x-i and x-c of Direct Routing's Contact */
    FACTS_SHARED_CHAIN,
    FACTS_SHARED_SESSION, /* of the SBC in whose log they stand: its legs to both sides */
    FACTS_SHARED
} facts_shared_t;

/* A SIP message; strings may be NULL where the message lacks them. */
typedef struct {
    const char *call_id;
    const char *shared[FACTS_SHARED];
    const char *method;    /* of a response: that of its CSeq */
    unsigned status;       /* 0 = request */
    const char *from, *to; /* URIs without parameters */
    const char *from_tag, *to_tag;
    const char *user_agent;
    bool microsoft;                /* it carries headers that only Microsoft's products write */
    bool text_only;                /* all media of its body are instant messages */
    bool with_service, of_service; /* one end is Teams Direct Routing, and the other an SBC; Teams has sent it */
    bool user_inside;              /* the Teams user sits in the network of the SBC, X-MS-UserLocation */
} facts_sip_t;

/* Tells a SIP message. Messages of one Call-ID make one call, and so do dialogs that share a text, as long as
 * one of them has not ended. Returns the side that sent it, FACTS_SIDE_UNKNOWN when it belongs to no call. Answers on
 * later passes too. */
facts_side_t facts_tell_sip(packet_info *pinfo, const facts_sip_t *sip);

/* Whether a dialog is one of Teams Direct Routing with an SBC. */
bool facts_dialog_with_service(const char *call_id);

/* Whether the file had one so far. */
bool facts_any_service(void);

/* Tells that a SIP message of the dialog and its body have been told: a call that is one of media gets its number. */
void facts_tell_end(packet_info *pinfo, const char *call_id);

/* A medium of an SDP body, by the name of its m= line, and whether its port is 0 (refused or ended). */
void facts_tell_medium(packet_info *pinfo, const char *call_id, const char *media, bool in_use);

/* Whether speech, or what is sent in its place, goes in one direction or none from now on, as an SDP body says:
 * silence proves nothing then. */
void facts_tell_hold(packet_info *pinfo, const char *call_id, bool held);

/* Whether checks of the call have settled on a pair, or media were seen. */
bool facts_has_path(const char *call_id);

/* A candidate of an SDP body. */
typedef struct {
    const char *call_id;
    const char *media; /* name of the m= line */
    facts_side_t side; /* whose body it is */
    bool microsoft;    /* the body is one of Microsoft's clients */
    bool of_sbc, lite; /* an SBC's in a call of Teams; it says to be ICE-lite */
    port_type transport;
    facts_type_t type;
    const address *addr;
    uint16_t port;
} facts_candidate_t;

void facts_tell_candidate(packet_info *pinfo, const facts_candidate_t *candidate);

/* Whether the Teams user of a dialog with an SBC sits in the network of the SBC, as far as Teams has said. */
bool facts_user_inside(const char *call_id);

/* Tells that an SBC has named addresses for a medium to Teams, and whether all of them are private ones. */
void facts_tell_sbc_addresses(packet_info *pinfo, const char *call_id, bool is_private);

/* Whether this packet comes from a candidate of an SBC that is ICE-lite, or goes to one. */
bool facts_from_lite(const packet_info *pinfo);
bool facts_to_lite(const packet_info *pinfo);

/* Whether this packet of a dialog with Teams goes between two private addresses, though Teams speaks from a public
 * one: a proxy hands it on inside. */
bool facts_is_inner_leg(const packet_info *pinfo, const char *call_id);

/* Whether a final answer to an INVITE refuses the call: it is none that asks to try again or confirms a CANCEL, nor
 * one to a re-INVITE, which leaves the session as it was. */
bool facts_refuses_call(const packet_info *pinfo, const char *call_id, unsigned status);

/* An ICE user name fragment that an SDP body of the call carries. Told before the candidates of that body. */
void facts_tell_ufrag(packet_info *pinfo, const char *call_id, const char *ufrag);

typedef enum { FACTS_TURN_REQUEST, FACTS_TURN_SUCCESS, FACTS_TURN_ERROR, FACTS_TURN_OTHER } facts_turn_kind_t;

/* A message of a TURN allocation, in this packet; OTHER messages use the allocation. */
typedef struct {
    port_type transport;
    const address *client, *server; /* of an answer whose request is known: who asked, and whom; another server may
                                     * answer */
    uint16_t client_port, server_port;
    facts_turn_kind_t kind;
    unsigned error_code;
    bool from_client;       /* who sent the packet */
    bool is_signed;         /* a request with credentials: the relay has asked for them */
    bool begins;            /* the first request of a client, without credentials, and no copy of it */
    bool may_be_signed;     /* a request of which the capture holds only a part, without credentials in it */
    bool may_release;       /* likewise, and no lifetime */
    uint32_t request_frame; /* of an answer: its request, 0 = not seen */
    const address *relayed; /* of a success; NULL = none */
    uint16_t relayed_port;
    const address *reflexive;
    uint16_t reflexive_port;
    const address *alternate; /* alternate server; NULL = none */
    uint16_t alternate_port;
    const char *user_name;       /* of a request: MRAS user name in hex; NULL = none */
    const char *medium;          /* that a request is for, "audio"; NULL = not said */
    const char *call_identifier; /* SIP call identifier attribute [MS-TURNBWM] 2.2.13; NULL = none */
    bool release;                /* lifetime 0: the allocation is given up */
    bool integrity_wrong;        /* its message integrity was verified and is not right */
} facts_turn_t;

void facts_tell_turn(packet_info *pinfo, const facts_turn_t *turn);

typedef enum { FACTS_CHECK_REQUEST, FACTS_CHECK_SUCCESS, FACTS_CHECK_ERROR } facts_check_kind_t;

/* A connectivity check or its response, in this packet. */
typedef struct {
    port_type transport;
    const address *from, *to; /* candidates: that of the peer where it went through our relay. Of a response whose
                               * request is known: those of the request, whatever way it came */
    uint16_t from_port, to_port;
    bool relayed;   /* inside a TURN message: the end that is the client sends and receives on its relay */
    bool from_peer; /* relayed: the peer sent it */
    facts_check_kind_t kind;
    unsigned error_code;
    bool use_candidate;
    bool cut;              /* the capture holds only a part of it: it may have had that flag */
    const char *user_name; /* of a request, "peer:own"; NULL = none */
    bool translated;       /* of a success: the other end has seen the request come from elsewhere than it had left */
    const nstime_t *request_time;
} facts_check_t;

void facts_tell_check(packet_info *pinfo, const facts_check_t *check);

/* A pseudo-TLS hello (by = FACTS_BY_NOBODY) in this packet, or its answer. */
typedef struct {
    const address *client, *server;
    uint16_t client_port, server_port;
    facts_answerer_t by;
    bool proxied;         /* through an HTTP CONNECT tunnel */
    unsigned http_status; /* of an HTTP proxy that answered; 0 = none */
} facts_hello_t;

void facts_tell_hello(packet_info *pinfo, const facts_hello_t *hello);

/* A SYN or RST in this packet, and the state of its TCP connection, as the stock dissector keeps it: bits of
 * tcp.completeness. header: of the packet; NULL = not found. */
void facts_tell_connection(packet_info *pinfo, conversation_t *conversation, uint8_t completeness,
                           const frame_tcp_t *header);

/* Any packet of a connection that was captured at several points (facts_wants_segments()). */
void facts_tell_segment(packet_info *pinfo, conversation_t *conversation, const frame_tcp_t *header);

/* Whether all packets of this packet's connection are to be told. */
bool facts_wants_segments(const packet_info *pinfo);

/* The header of an RTP packet in this packet. */
typedef struct {
    uint32_t ssrc, timestamp;
    uint16_t sequence;
    uint8_t payload_type;
    unsigned length;     /* bytes, from the header on */
    bool relayed;        /* inside a TURN message or frame */
    const address *peer; /* relayed: the far end behind the relay; NULL = not told */
    uint16_t peer_port;
} facts_rtp_t;

/* Tells it; counts when a call knows one end of the packet. Cheap, to be called for each. */
void facts_tell_rtp(packet_info *pinfo, const facts_rtp_t *rtp);

/* Tells that this packet holds RTCP: it shows that a flow of media still has a path. */
void facts_tell_rtcp(packet_info *pinfo);

/* Whether the relay that the multiplexed data of this packet goes to or comes from is the peer's: the client has
 * allocated, and not there with this socket. */
bool facts_relay_is_peers(const packet_info *pinfo);

/* Tells that a check or media of this packet go to or come from a relay, whose data carry the session of an
 * allocation that is not the client's: peer, behind the own relay, or straight (NULL), where it is the peer's if the
 * above holds. */
void facts_tell_peers_relay(packet_info *pinfo, const address *peer);

/* Bytes of the TCP stream in front of what is told next in this packet are not in the capture, or could not be put
 * together: media that were in there are not lost. */
void facts_tell_stream_gap(packet_info *pinfo);

/* Whether RTP was told about this packet. */
bool facts_rtp_told(const packet_info *pinfo);

/* A reply of the relay authentication service to a client (its address and SIP URI; either may be NULL). */
void facts_tell_mras(packet_info *pinfo, const credentials_t *reply, const address *client, const char *identity);

/* A relay that an MRAS reply names by address. */
void facts_tell_relay(packet_info *pinfo, const address *server);

/* Who says that a name is a relay's; the later ones are the better authorities on what an address is called. */
typedef enum {
    FACTS_NAMED_BY_DNS,       /* it has the address of a relay */
    FACTS_NAMED_BY_SNI,       /* a TLS client asked a relay for it */
    FACTS_NAMED_BY_ALTERNATE, /* a relay named another one, [MS-TURN] MS-Alternate Host Name */
    FACTS_NAMED_BY_MRAS,
    FACTS_NAMERS
} facts_namer_t;

/* Tells that a name is a relay's, and, where that is known (else NULL), the relay's address. */
void facts_tell_relay_name(packet_info *pinfo, facts_namer_t namer, const char *name, const address *relay);

/* Tells the server name that a TLS client asks for in this packet. Kept when the server is a relay, or turns out to
 * be one soon. */
void facts_tell_server_name(packet_info *pinfo, const char *name);

/* A quality or error report about a call. */
void facts_tell_quality(packet_info *pinfo, const char *call_id);

/* Addresses of a diagnostics header. */
typedef enum { FACTS_LOCAL_SITE, FACTS_LOCAL_MR, FACTS_REMOTE_SITE, FACTS_REMOTE_MR, FACTS_SITES } facts_site_t;

/* What a diagnostics header says about one medium. */
struct facts_header {
    facts_header_t *next; /* of the call; set by the analysis */
    facts_call_t *call;   /* set by the analysis */
    uint32_t frame;       /* set by the analysis */
    bool failed;          /* it reports that the call found no media path */
    bool refused;         /* it reports that a request was refused or failed */
    bool has_id;
    uint32_t id;
    bool has_flags;
    uint32_t flags;
    const char *media;       /* label; NULL = not told */
    facts_side_t side;       /* whose view it is */
    unsigned local_location; /* 0 unknown, 1 remote, 2 internal (inferred) */
    unsigned remote_location;
    address site[FACTS_SITES]; /* AT_NONE = absent */
    uint16_t site_port[FACTS_SITES];
};

/* Tells a header of the dialog call_id (NULL = not known: it makes a call of its own only when it has flags). Its
 * strings and addresses are copied. number: which header of the frame it is, from 0. sender: the side that sent the
 * message (facts_tell_sip()), for headers that do not say whose view they are. Returns the file's copy, on later
 * passes the one of the first; NULL when the analysis is off or full. */
const facts_header_t *facts_tell_diagnostics(packet_info *pinfo, const char *call_id, unsigned number,
                                             facts_side_t sender, const facts_header_t *header);

/* Whether messages and headers of this dialog matter: not when its call is unknown and the limit of calls reached. */
bool facts_takes_headers_of(const packet_info *pinfo, const char *call_id);

/* The frame is a packet between two endpoints; when a call knows one of them, it becomes a step of that call. To be
 * called for each UDP or TCP packet behind all other facts. Returns whether one does, and nothing else made the
 * packet a step. */
bool facts_tell_packet(packet_info *pinfo);

/* --- ask ---------------------------------------------------------------------------------------------------------
 */

/* The calls that a frame belongs to. */
typedef struct {
    const facts_call_t *call;
    facts_step_t step;
    uint32_t previous, next; /* frames with the same step of the call; 0 = none (yet) */
} facts_place_t;

/* How many places of a frame are told of. */
#define FACTS_MAX_PLACES 4

/* Fills in the places of this packet; returns how many there are. */
unsigned facts_places(packet_info *pinfo, facts_place_t places[FACTS_MAX_PLACES]);

/* The call that a frame belongs to, the first of several; NULL = none. For who has no packet at hand. */
const facts_call_t *facts_call_of_frame(uint32_t frame);

/* The number of a call, from 1. */
uint32_t facts_number(const facts_call_t *call);

/* Whether anything of a call was met in the file. */
bool facts_any(void);

/* The calls in the order of their numbers; index from 0; NULL behind the last. Numbers may have gaps: what turned out
 * to belong together keeps the lowest. */
const facts_call_t *facts_call_at(unsigned index);

/* Whether any SIP dialog is known; while there is none, only messages with Microsoft's signs matter. */
bool facts_any_dialog(void);

const facts_call_t *facts_call_by_id(const char *call_id);

/* Name of a step, for people; static. */
const char *facts_step_name(facts_step_t step);
const char *facts_type_name(facts_type_t type);
const char *facts_outcome_name(facts_outcome_t outcome);
const char *facts_answerer_name(facts_answerer_t by);

/* The frame in which a limit was reached first and the name of that limit; 0 = none was. */
uint32_t facts_limit_frame(const char **limit);

/* --- set up ------------------------------------------------------------------------------------------------------
 */

typedef struct {
    compat_bool enabled; /* a preference: its type follows Wireshark */
    unsigned max_calls, max_endpoints, max_attempts, max_steps, max_streams;
} facts_options_t;

extern facts_options_t facts_options;

/* Makes the tables; once, at registration. */
void facts_register(void);

#endif
