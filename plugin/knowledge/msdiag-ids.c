/* msdiag-ids.c
 * What the ids of the diagnostics headers mean.
 *
 * Ids come from the published tables and from headers seen in traces; the words are ours, because the header's
 * own reason is shown beside them. An id that is not here gets the name of its range.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/msdiag-ids.h"

#include <stdlib.h>

#include "knowledge/array.h"

#define INFO  MSDIAG_INFORMATION
#define FAIL  MSDIAG_FAILURE
#define MEDIA MSDIAG_MEDIA_FAILURE

/* clang-format off: one row an id, in order */
static const msdiag_id_t ids[] = {
    { 0, FAIL, NULL, "The server had an internal error" },
    { 1, FAIL, NULL, "The service is not available" },
    { 4, FAIL, "not enough bandwidth",
      "Call admission control found too little bandwidth and forbids another route" },
    { 5, FAIL, "not enough bandwidth, try PSTN",
      "Call admission control found too little bandwidth; the call should go through the PSTN" },
    { 22, MEDIA, "both endpoints internal",
      "No media path was found between two endpoints that are both inside the company network" },
    { 23, MEDIA, "one endpoint internal, one remote",
      "No media path was found between an endpoint inside the company network and one outside" },
    { 24, MEDIA, "both endpoints remote",
      "No media path was found between two endpoints that are both outside the company network" },
    { 25, MEDIA, "federated, both endpoints internal",
      "No media path was found to a federated partner, each endpoint inside its own company's network" },
    { 1000, FAIL, NULL, "The last step of the authentication handshake failed" },
    { 1001, FAIL, NULL, "The sender may not communicate with public IM providers" },
    { 1002, FAIL, NULL, "The sender may not communicate with federated partners" },
    { 1003, FAIL, NULL, "There is no such user" },
    { 1004, FAIL, NULL, "The route set of the dialog has expired" },
    { 1005, FAIL, NULL, "There is no route to the destination's domain" },
    { 1006, FAIL, NULL, "The request could not be routed on the client's connection" },
    { 1007, FAIL, NULL, "There is no route for the time being" },
    { 1008, FAIL, NULL, "A DNS SRV record could not be resolved" },
    { 1009, FAIL, NULL, "The DNS SRV record points to a host of another domain" },
    { 1010, FAIL, NULL, "The certificate of the next server is not trusted" },
    { 1011, FAIL, NULL, "The previous server sent no diagnostics" },
    { 1012, FAIL, NULL, "The sender may not communicate with users outside the company" },
    { 1013, FAIL, NULL, "The clocks of the two sides differ too much for authentication" },
    { 1014, FAIL, NULL, "A DNS A record could not be resolved" },
    { 1017, FAIL, NULL, "The sender's and the destination's domains cannot be combined in one request" },
    { 1027, FAIL, NULL, "This kind of request is not routed between federated partners" },
    { 1034, FAIL, NULL, "The federated partner's server sent no diagnostics" },
    { 1047, FAIL, NULL, "TLS with a federated partner's server could not be set up" },
    { 2000, FAIL, NULL, "The user that the presence request asks about does not exist" },
    { 2001, FAIL, NULL, "The contact does not exist" },
    { 2002, FAIL, NULL, "The group of the contact list does not exist" },
    { 2003, FAIL, NULL, "A presence category could not be published: it is read only" },
    { 2004, FAIL, NULL, "The subscriber may not see the presence" },
    { 2005, FAIL, NULL, "The user in the From header is not known" },
    { 2006, FAIL, NULL, "The presence container has as many members as it may have" },
    { 2007, FAIL, NULL, "The contact list has as many contacts as it may have" },
    { 2008, FAIL, NULL, "The contact list has as many groups as it may have" },
    { 2009, FAIL, NULL, "The extension data of a contact is too large" },
    { 2010, FAIL, NULL, "The presence category is too large" },
    { 2011, FAIL, NULL, "The subscriber has as many delivery contexts as it may have" },
    { 2012, FAIL, NULL, "There are as many category subscriptions as there may be" },
    { 2013, FAIL, NULL, "The request lacks the msrtc-event-categories extension" },
    { 2014, FAIL, NULL, "The dialog of the subscription does not exist" },
    { 2015, FAIL, NULL, "A group of this name exists already" },
    { 2016, FAIL, NULL, "The client has to subscribe anew" },
    { 2139, INFO, NULL, "A newer subscription has replaced this one" },
    { 2165, FAIL, NULL, "The contact list has moved to Exchange, so it cannot be subscribed to here" },
    { 3000, FAIL, NULL, "The conference request has a wrong sender" },
    { 3001, FAIL, NULL, "The conference request has a wrong destination" },
    { 3002, FAIL, NULL, "The user that the conference request names is not valid" },
    { 3003, FAIL, NULL, "The conference that the request names is not valid" },
    { 3004, FAIL, NULL, "The conference server does not know this command" },
    { 3005, FAIL, NULL, "The request may not be addressed to a conferencing server" },
    { 3006, FAIL, NULL, "The conference request could not be parsed" },
    { 3007, FAIL, NULL, "The data for adding a user to the conference is not valid" },
    { 3008, FAIL, NULL, "The conference request's way of access or authentication is not accepted" },
    { 3009, FAIL, NULL, "The endpoint's name in the conference request is not well formed" },
    { 3010, FAIL, NULL, "The request lacks the session timer extension" },
    { 3011, FAIL, NULL, "The header with the conferencing server's contact could not be used" },
    { 3012, FAIL, NULL, "The conference's URI is not valid" },
    { 3013, FAIL, NULL, "The conferencing server's URI is not valid" },
    { 3014, FAIL, NULL, "The sender is not authorized" },
    { 3015, FAIL, NULL, "Attendees of this meeting may not have third parties called" },
    { 3016, FAIL, NULL, "The role in the request is not valid" },
    { 3017, FAIL, NULL, "Attendees may not have unknown presenters called" },
    { 3018, FAIL, NULL, "The request must name exactly one way to join" },
    { 3019, FAIL, NULL, "An anonymous user may not reach this destination" },
    { 3020, FAIL, NULL, "An anonymous user addressed neither the focus nor a conferencing server" },
    { 3021, FAIL, NULL, "The destination is no conference URI, and anonymous users are not authorized" },
    { 3022, FAIL, NULL, "An anonymous user called a server without a focus" },
    { 4000, FAIL, NULL, "User services failed without a closer reason" },
    { 4001, FAIL, NULL, "The XML of the request could not be parsed" },
    { 4002, FAIL, NULL, "The caller's phone number belongs to several users" },
    { 4003, FAIL, NULL, "The sender is not enabled for remote access" },
    { 4004, FAIL, NULL, "The credentials do not allow to act for this sender" },
    { 4005, FAIL, NULL, "The destination does not exist or is not enabled for SIP" },
    { 4006, FAIL, NULL, "The user is not homed in this pool" },
    { 4007, FAIL, NULL, "This deployment does not know the resource" },
    { 4008, FAIL, NULL, "A value in the request is too large for the database" },
    { 4009, FAIL, NULL, "The destination's phone number belongs to several users" },
    { 4010, FAIL, NULL, "The request has no endpoint identifier" },
    { 4011, FAIL, NULL, "The request has no epid" },
    { 4012, FAIL, NULL, "The epid is too long" },
    { 4013, FAIL, NULL, "The content type is not the expected one" },
    { 4140, INFO, NULL, "The user signed out, or signed in at another place" },
    { 4141, FAIL, NULL, "The user is disabled" },
    { 4142, INFO, NULL, "The user has moved to another server" },
    { 4268, FAIL, NULL, "The delegate and the person delegated for are in different deployments" },
    { 5000, FAIL, NULL, "A server application that must run does not run" },
    { 5001, FAIL, NULL, "The request timed out" },
    { 5002, INFO, NULL, "The request was cancelled" },
    { 5003, FAIL, NULL, "Internal processing failed" },
    { 5004, FAIL, NULL, "The incoming request could not be parsed" },
    { 5005, FAIL, NULL, "The application gave a request URI that is not valid" },
    { 5006, FAIL, NULL, "The outgoing request could not be built" },
    { 5007, FAIL, NULL, "A contact entry could not be processed" },
    { 5008, FAIL, NULL, "The application gave a forwarding address that is not valid" },
    { 5009, INFO, NULL, "The call was answered after it had been cancelled, so it is ended" },
    { 5010, INFO, NULL, "An application cancelled a call that was answered at the same time, so it is ended" },
    { 5011, INFO, NULL, "An application's forked call was cancelled and is acknowledged" },
    { 7000, FAIL, NULL, "The A/V conferencing server has no room for another meeting" },
    { 7001, FAIL, NULL, "The A/V conferencing server has no service for NAT and firewall traversal" },
    { 7002, FAIL, NULL, "The A/V conferencing server does not know the conference" },
    { 7003, FAIL, NULL, "The client did not answer the A/V conferencing server's INVITE" },
    { 7004, FAIL, NULL, "The A/V conferencing server takes offers and answers in SDP only" },
    { 7005, FAIL, NULL, "The request is malformed, or not expected at this time" },
    { 7006, FAIL, NULL, "The conference is not provisioned for this user" },
    { 7007, FAIL, NULL, "A user of the conference may not be replaced" },
    { 7008, FAIL, NULL,
      "The A/V conferencing server could not parse the SDP; clients try again with the other ICE form" },
    { 7009, FAIL, NULL, "The A/V conferencing server does not take an IPv6 connection address" },
    { 7010, FAIL, NULL,
      "The A/V conferencing server could not parse the SDP: something in it is missing or not valid" },
    { 7014, FAIL, NULL, "The A/V conferencing server could not parse the SDP: its ICE candidates are not valid" },
    { 7025, FAIL, NULL, "The A/V conferencing server failed when it set up the user's media" },
    { 10000, FAIL, NULL, "The gateway answered with a SIP failure code" },
    { 10003, FAIL, NULL, "The proxy answered the Mediation Server with a SIP failure code" },
    { 10013, FAIL, NULL, "The gateway that calls is not in the topology, or not assigned to this Mediation Server" },
    { 12000, FAIL, NULL, "There are routes for the call, but no gateway is available now" },
    { 12001, FAIL, NULL, "The user's policy names no phone route usage" },
    { 12002, FAIL, NULL, "The phone number is not valid or too long" },
    { 12003, FAIL, NULL, "Outbound routing is in an inconsistent state" },
    { 12004, FAIL, NULL, "There is no route for the number that was called" },
    { 12005, FAIL, NULL, "The user's policy could not be parsed" },
    { 12006, INFO, NULL, "Outbound routing tries the next hop" },
    { 12007, FAIL, NULL, "The flags in the ms-application-via header could not be parsed" },
    { 12008, FAIL, NULL, "Bypassing the PSTN toll is not allowed" },
    { 12009, FAIL, NULL, "Bypassing the PSTN toll is not allowed for the referrer" },
    { 12010, FAIL, NULL, "The From header and the caller differ" },
    { 12011, FAIL, NULL, "The body of the request does not fit its schema" },
    { 12012, FAIL, NULL, "The request names more callees than allowed" },
    { 13000, FAIL, NULL, "The user called himself" },
    { 13001, FAIL, NULL, "The routing rules led to no suitable final response" },
    { 13002, FAIL, NULL, "The routing rules led to no final response" },
    { 13003, FAIL, NULL, "A header of the request does not have the expected form" },
    { 13004, INFO, NULL, "The request was passed on to the registered endpoints" },
    { 13005, INFO, NULL, "The request was passed on to further targets" },
    { 13006, INFO, NULL, "The request was forwarded and its earlier branches cancelled" },
    { 13007, INFO, NULL, "The request was passed on to an application" },
    { 13008, INFO, NULL, "Diagnostics were taken out for privacy" },
    { 13009, FAIL, NULL, "No endpoint is registered at the backup registrar" },
    { 13010, FAIL, NULL, "The called side refused the call for lack of bandwidth" },
    { 13011, FAIL, NULL, "The request could not be dispatched: the server is overloaded" },
    { 15000, FAIL, NULL, "The voice mail settings of the user or contact could not be read" },
    { 17000, FAIL, NULL, "The server is overloaded" },
    { 17001, FAIL, NULL, "The request is not valid" },
    { 17002, FAIL, NULL, "This version of the client is not allowed" },
    { 17003, FAIL, NULL, "This version of the client is refused, with an address for an update" },
    { 17004, INFO, NULL, "This version of the client is allowed, with an address for an update" },
    { 20000, FAIL, NULL, "The group chat service is busy" },
    { 20001, FAIL, NULL, "The group chat session could not be set up" },
    { 20002, FAIL, NULL, "The participant's data is missing" },
    { 20003, FAIL, NULL, "The group chat service refused the session" },
    { 20004, FAIL, NULL, "The group chat service could not begin to handle the new session" },
    { 20005, FAIL, NULL, "The group chat service could not finish handling the new session" },
    { 20006, FAIL, NULL, "The group chat service does not know the session" },
    { 20007, FAIL, NULL, "The group chat service had an error" },
    { 20008, FAIL, NULL, "The group chat service refused the session: its queue is full" },
    { 20009, FAIL, NULL, "The group chat service refused the session: no more endpoints are allowed" },
    { 20010, FAIL, NULL, "The group chat service refused the session: the user is not provisioned" },
    { 20011, FAIL, NULL, "The group chat service refused the message: its queue is full" },
    { 21000, INFO, NULL, "Another participant has begun to share" },
    { 21002, FAIL, NULL, "Attendees may not share in this conference" },
    { 24000, FAIL, NULL, "The SDP could not be parsed" },
    { 24067, INFO, NULL, "The conferencing server is handing over to another one" },
    { 24081, INFO, NULL, "The application's endpoint is being terminated" },
    { 24083, FAIL, NULL, "The message belongs to no dialog" },
    { 25008, INFO, NULL, "The request is being routed to the primary pool" },
    { 28000, FAIL, NULL, "The user is not enabled for SIP" },
    { 28001, FAIL, NULL, "Integrated Windows authentication or authorization failed inside the web server" },
    { 28020, FAIL, NULL, "The web request carries no valid security token" },
    { 28029, FAIL, NULL, "The web request's way of authentication is not allowed" },
    { 28032, FAIL, NULL, "The web ticket is not valid" },
    { 28055, FAIL, NULL, "The OAuth token is not valid" },
    { 35000, FAIL, NULL, "There is no call in this parking orbit" },
    { 35001, FAIL, NULL, "The call park service failed" },
    { 35002, FAIL, NULL, "All parking orbits are taken" },
    { 35003, FAIL, NULL, "A parked call can only be taken from inside the company" },
    { 35004, FAIL, NULL, "The request to park a call timed out" },
    { 35005, FAIL, NULL, "The call park service could not access UCAS" },
    { 35006, FAIL, NULL, "The call is parked already" },
    { 35007, FAIL, NULL, "The INVITE that should replace a call failed" },
    { 35008, FAIL, NULL, "The call park service does not know the version of the request" },
    { 35009, FAIL, NULL, "The request to the call park service is not valid" },
    { 35010, FAIL, NULL, "A parked call could not be retrieved safely" },
    { 35011, FAIL, NULL, "The request could not be forwarded to the server that holds the parked call" },
    { 35012, FAIL, NULL, "The server that parks calls is being drained" },
    { 35013, FAIL, NULL, "Nobody took the parked call in time, so it is ended" },
    { 35014, INFO, NULL, "The dialog with the one who parked the call is ended" },
    { 35015, FAIL, NULL, "Nobody took the parked call in time, so it is ended" },
    { 35016, FAIL, NULL, "There is no conversation whose call could be parked" },
    { 51004, INFO, "ended by the user", "The user ended the call" },
    { 51007, INFO, "callee's media information",
      "The callee reports on its media path; this says nothing of a failure" },
    { 52017, FAIL, NULL, "The two sides do not agree on the encryption of the media" },
    { 52035, FAIL, NULL, "The client has an IM session of this conversation already" },
    { 52063, FAIL, "session description not supported", "The client does not support the session description" },
    { 52082, INFO, NULL, "The session was taken out of its conversation: seen when the user declined" },
    { 52094, INFO, NULL, "The IM session was ended because the user was inactive" },
    { 52107, INFO, NULL, "The call was ended because the user signed out" },
    { 54000, FAIL, NULL, "No connection to the web conferencing server could be made" },
    { 54503, FAIL, NULL,
      "No connection to the web conferencing server could be made, because of the client's DNS configuration" },
    /* 2000000 to 2000008: Microsoft's table in "Instrumenting client requests for EWS and REST in Exchange" (its words
     * are those of error_category). */
    { 2000000, FAIL, NULL, "The signature of the token is not valid" },
    { 2000001, FAIL, NULL, "The token is not valid" },
    { 2000002, FAIL, NULL, "The token has expired" },
    { 2000003, FAIL, NULL, "The token is not for this resource" },
    { 2000004, FAIL, NULL, "The tenant in the token is not valid here" },
    { 2000005, FAIL, NULL, "The user in the token is not valid here" },
    { 2000006, FAIL, NULL, "The client in the token is not valid here" },
    { 2000007, FAIL, NULL, "The server had an internal error while it checked the token" },
    { 2000008, FAIL, NULL, "The grant is not valid" },
    { 2000020, FAIL, NULL, "The token lacks the claim that the tenant restriction header asks for" },
    { 3001003, FAIL, NULL, "The application may not call SharePoint on behalf of its users" },
    { 3005004, FAIL, NULL, "The header of the token names no valid algorithm" },
    { 4000000, FAIL, NULL, "The feature is not switched on for this user's domain" },
};

/* Ids that are published, while the words that belong to them are not known here. */
static const struct {
    uint32_t first, last;
} published[] = {
    { 1015, 1016 },   { 1018, 1021 },   { 2049, 2063 },   { 2119, 2133 },   { 3023, 3023 },   { 3051, 3065 },
    { 3134, 3137 },   { 3139, 3146 },   { 4061, 4075 },   { 4131, 4139 },   { 7024, 7024 },   { 7026, 7036 },
    { 9000, 9001 },   { 10421, 10424 }, { 10428, 10429 }, { 10433, 10433 }, { 10436, 10438 }, { 10480, 10484 },
    { 14012, 14013 }, { 15001, 15010 }, { 16000, 16000 }, { 24033, 24046 }, { 35017, 35017 },
};

static const msdiag_range_t ranges[] = {
    { 0, 999, "common" },
    { 1000, 1999, "SIP stack" },
    { 2000, 2999, "user services, presence" },
    { 3000, 3999, "conferencing" },
    { 4000, 4999, "user services" },
    { 5000, 5999, "server applications" },
    { 6000, 6999, "IM conferencing server" },
    { 7000, 7999, "A/V conferencing server" },
    { 8000, 8999, "telephony conferencing server" },
    { 9000, 9999, "MRAS" },
    { 10000, 10999, "Mediation Server" },
    { 11000, 11999, "metrics" },
    { 12000, 12999, "outbound routing" },
    { 13000, 13999, "inbound routing" },
    { 14000, 14999, "dial plan translation" },
    { 15000, 15999, "Exchange unified messaging" },
    { 16000, 16999, "IM filter" },
    { 17000, 17999, "client version filter" },
    { 20000, 20999, "group chat" },
    { 21000, 21999, "application sharing server" },
    { 24000, 24999, "UCMA application" },
    { 28000, 28999, "web ticket service" },
    { 35000, 35999, "call park service" },
    { 51000, 52999, "client" },
    { 60000, 60999, "application-defined: success" },
    { 61000, 61999, "application-defined: expected failure" },
    { 62000, 62999, "application-defined: unexpected failure" },
    { 90000, 90999, "public IM providers" },
    { 2000000, 2000999, "Exchange authentication" },
};
/* clang-format on */

static int
compare_id(const void *key, const void *row)
{
    uint32_t id = *(const uint32_t *)key;
    uint32_t other = ((const msdiag_id_t *)row)->id;

    return (id > other) - (id < other);
}

const msdiag_id_t *
msdiag_id_lookup(uint32_t id)
{
    return bsearch(&id, ids, array_length(ids), sizeof ids[0], compare_id);
}

const msdiag_range_t *
msdiag_id_range(uint32_t id)
{
    for (size_t i = 0; i < array_length(ranges); i++)
        if (id >= ranges[i].first && id <= ranges[i].last)
            return &ranges[i];
    return NULL;
}

const char *
msdiag_id_area(uint32_t id)
{
    const msdiag_range_t *range = msdiag_id_range(id);

    return range ? range->area : NULL;
}

bool
msdiag_id_is_published(uint32_t id)
{
    for (size_t i = 0; i < array_length(published); i++)
        if (id >= published[i].first && id <= published[i].last)
            return true;
    return msdiag_id_lookup(id) != NULL;
}

bool
msdiag_id_append_words(GString *text, uint32_t id)
{
    const msdiag_id_t *row = msdiag_id_lookup(id);
    const msdiag_range_t *range = msdiag_id_range(id);
    gsize before = text->len;

    if (row)
        g_string_append(text, row->explanation);
    else if (msdiag_id_is_published(id))
        g_string_append(text, "a published id whose meaning is not known here");
    if (range && row)
        g_string_append_printf(text, " (%s)", range->area);
    else if (range)
        g_string_append_printf(text, "%s%s (%u to %u)", text->len > before ? "; " : "", range->area, range->first,
                               range->last);
    return text->len > before;
}
