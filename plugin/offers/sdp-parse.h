/* sdp-parse.h
 * What the lines of an SDP body say about ICE: both candidate grammars, without any tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_PARSE_H
#define MSICE_SDP_PARSE_H

#include "offers/sdp-values.h"

/* Bounds of what is kept from one body; what goes beyond stays visible in the stock tree. */
#define SDP_MAX_CANDIDATES 512
#define SDP_MAX_MEDIA      64
#define SDP_MAX_ATTRIBUTES 512
#define SDP_MAX_TOKENS     40 /* of a candidate line; what follows are extensions, and not cut into words */

typedef enum { SDP_FORM_UNKNOWN, SDP_FORM_DRAFT06, SDP_FORM_RFC5245 } sdp_form_t;
typedef struct {
    int line_offset, line_length;
    int media;             /* index of the media section, -1 before the first m= line */
    sdp_token_t attribute; /* "candidate" or "x-candidate-ipv6" */
    sdp_token_t value;     /* the offsets only: the text is cut into the tokens below */
    sdp_form_t form;
    sdp_token_t foundation; /* draft-06: the user name */
    sdp_token_t component;
    bool component_valid;
    uint32_t component_id;
    sdp_token_t transport_token;
    ice_transport_t transport;
    sdp_token_t priority;
    bool priority_valid;
    uint32_t priority_value; /* RFC 5245 */
    double q_value;          /* draft-06 */
    sdp_host_t host;
    sdp_port_t port;
    sdp_token_t type_token; /* RFC 5245 */
    ice_type_t type;
    const char *type_basis; /* how the type was derived; NULL when it stands on the wire */
    sdp_host_t related;
    sdp_port_t related_port;
    sdp_token_t rest;       /* what stands behind the grammar: RFC 5245 extensions, or too much; offsets only */
    const char *defect;     /* what is wrong with the line; NULL when it could be read whole */
    bool is_default;        /* address, port and transport of the c= and m= (a=rtcp) lines */
    bool first_of_its_kind; /* not another component or a repetition of a candidate before it */
} sdp_candidate_t;

/* A remote candidate in a final offer or answer. draft-06: only the user name. */
typedef struct {
    int line_offset, line_length;
    int media;
    sdp_token_t username;
    sdp_token_t component;
    sdp_host_t host;
    sdp_port_t port;
    bool complete;
} sdp_remote_candidate_t;

/* The name that stands for a k= line among the attributes. */
#define SDP_KEY_LINE "k="

/* Any other attribute that was asked for; media is -1 on session level. */
typedef struct {
    int line_offset, line_length;
    int media;
    sdp_token_t name;
    sdp_token_t value;
} sdp_attribute_t;

typedef struct {
    int line_offset, line_length;
    sdp_token_t name;
    sdp_token_t protocol;
    sdp_port_t port;
    sdp_host_t connection;
    uint16_t rtcp_port;   /* 0 when not given */
    const char *password; /* of ICE; NULL = that of the session level */
    unsigned candidates;
    unsigned remote_candidates;
    int candidates_of; /* index of the section whose candidates it goes by, -1 = none; see sdp_bundle_apply() */
    bool bundled;      /* that is another one, and the body says so */
    bool in_use;       /* port other than 0, or in use by the port of its bundle */
    bool one_way;      /* sendonly, recvonly or inactive: RFC 8866, 6.7 */
} sdp_media_t;

/* Complete after sdp_parse(): the one place where the facts of a body stand together. */
typedef struct {
    sdp_host_t connection; /* c= of the session level */
    const char *password;  /* of ICE, of the session level; NULL = none */
    unsigned media_count, candidate_count, remote_count, attribute_count;
    sdp_media_t *media;
    sdp_candidate_t *candidates;
    sdp_remote_candidate_t *remote;
    sdp_attribute_t *attributes;
    bool more;      /* a bound was reached, what lies beyond was not kept */
    bool microsoft; /* it holds something that only Microsoft's clients and their likes write */
    bool ice_lite;
    bool trickles; /* more candidates may follow in other messages: RFC 8838 */
    bool one_way;  /* on session level */
} sdp_session_t;

/* Whether an attribute is of interest: no; yes, beside others; yes, and it alone tells that Microsoft's is
 * here. */
typedef enum { SDP_NOT_WANTED, SDP_WANTED, SDP_TELLTALE } sdp_interest_t;

/* A quick look: false when no line can be a candidate or an attribute of Microsoft's. */
bool sdp_may_speak_of_ice(packet_info *pinfo, tvbuff_t *tvb);

/* Reads the captured part of an SDP body; see sdp_speaks_of_ice(). `interest(name)` judges attribute names.
 * Everything belongs to pinfo->pool. Never throws. */
sdp_session_t *sdp_parse(packet_info *pinfo, tvbuff_t *tvb, sdp_interest_t (*interest)(const char *name));

/* True when the body holds candidates or a telltale attribute. */
bool sdp_speaks_of_ice(const sdp_session_t *session);

#endif
