/* teams-responses.c
 * Response codes of Teams Direct Routing: what Microsoft says when it, or an SBC, ends a call.
 *
 * Codes and phrases: Microsoft's articles on response codes of Direct Routing (microsoft-sip-response-codes-*.md, in
 * MicrosoftDocs/OfficeDocs-Support of 2024-10-24, and in MicrosoftDocs/SupportArticles-docs of November 2024 to
 * August 2025). "INVITE/ACK" and "Inactive/DrainingTransactions" there are two phrases here. The advice is ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/teams-responses.h"

#include <stddef.h>
#include <string.h>

#include <glib.h>

#include "knowledge/array.h"

/* Final answers of an SBC to a call that comes from Teams. */
#define CODES_OF_SBC 560000

/* clang-format off: code, status, phrase, advice, whether the media are what failed */
static const teams_response_t responses[] = {
    { 540400, 400, "Bad Request", "Look for what is wrong in the message that the SBC sent.", false },
    { 560402, 402, "Payment required",
      "Look in the log of the SBC for who refuses: the carrier behind it, and for which numbers.", false },
    { 10199, 403, "Call rejected as private calling is disabled for the callee",
      "Check the calling policy of the user who was called.", false },
    { 10500, 403, "Current call site state prevents fork to this entity",
      "Look at call forwarding and forking of the user who was called.", false },
    { 10553, 403, "Participant call leg has been cancelled because an invite to a required recorder failed",
      "Check the compliance recorder that the call has to invite.", false },
    { 10553, 403, "Participant call leg has been canceled because an invite to a required recorder failed",
      "Check the compliance recorder that the call has to invite.", false },
    { 510532, 403, "Get Inbound Direct routing - RuntimeApi trunk config not found for customer",
      "Check that the name in the Contact of the SBC is one of the SBCs that are set up for the tenant.", false },
    { 510532, 403, "No trunk config was found",
      "Check that the name in the Contact of the SBC is one of the SBCs that are set up for the tenant.", false },
    { 510534, 403, "Get Inbound Direct routing - blocked calling number for customer",
      "The calling number is blocked in the tenant; unblock it, or let it be.", false },
    { 510546, 403, "Get Outbound Direct Routing - no trunk config found by LBR selection criteria",
      "Check location-based routing: toll bypass is not allowed where the user is, or in the user's calling policy.",
      false },
    { 510560, 403, "User is not Enterprise Voice enabled",
      "Enable the user for Enterprise Voice and give it a phone licence.", false },
    { 510560, 403, "User is not Enterprise Voice enabled. User is not allowed to make user based dial out",
      "Enable the user for Enterprise Voice and give it a phone licence.", false },
    { 510562, 403, "User is not allowed to make outbound PSTN Calls",
      "Check the policy for outbound calls of the user.", false },
    { 510563, 403, "User is only allowed to make domestic calls. This is an international call",
      "The policy allows domestic calls only; check the policy for outbound calls of the user.", false },
    { 560403, 403, "Forbidden; Call rejected",
      "Look in the log of the SBC for why it forbids the call: routing, number translation, or the carrier behind "
      "it.",
      false },
    { 510559, 403, "Get Outbound routing - No viable path (Forbidden)",
      "Check voice routes, usages and the voice routing policy of the user, and that an SBC in them is in service.",
      false },
    { 10202, 404, "Replacement call was not found",
      "The call that this one should replace is gone; look at the transfer.", false },
    { 511404, 404, "Getting user info by number from RuntimeAPI failed",
      "Check that the called number is assigned to a user or resource account, in the form that the SBC sends.",
      false },
    { 1106, 408, "An acknowledgement was not received for the call acceptance in the allotted time",
      "Look for the ACK of the SBC: whether it was sent, and to the host in Record-Route and Contact.", false },
    { 500001, 408, "Gateway (SBC) failover timer expired",
      "The SBC did not answer the INVITE in time; check it, and its way to the telephone network.", false },
    { 560408, 408, "SBC indicated that the user did not respond (request timeout)",
      "Look in the log of the SBC: what is behind it did not answer.", false },
    { 0, 408, "Establishment timeout", "The call was not set up in time; look for which side sent the last message.",
      false },
    { 531000, 410, "SdpParsingFailure",
      "Compare the SDP of the SBC with what Teams supports: codecs, SRTP, media bypass.", false },
    { 531004, 410, "IceConnectivityChecksFailed",
      "Open the media ports of the SBC to clients and to the relays of Teams, and check the address that it offers.",
      true },
    { 531005, 410, "MediaConnectivityFailure",
      "Open the media ports of the SBC to clients and to the relays of Teams, and check the address that it offers.",
      true },
    { 510412, 412, "Get Flighting - wrong callee MRI", "Check the number or name that was called.", false },
    { 540415, 415, "Unsupported Media Type",
      "Check the Content-Type of what the SBC sends: an offer is missing, or of a kind that Microsoft does not take.",
      false },
    { 560420, 420, "Bad Extension", "Check that the SBC supports what Microsoft requires, such as Replaces.", false },
    { 540422, 422, "Session Interval Too Small", "Raise Session-Expires and Min-SE of the SBC.", false },
    { 10037, 480, "No callee endpoints were found",
      "The user is signed in nowhere and has no voicemail or forwarding.", false },
    { 10140, 480, "Call to bot is rejected due to null user settings or user app settings",
      "Check the settings of the bot that was called.", false },
    { 10191, 480, "Routing to voicemail is disabled in policy",
      "Check the voicemail policy of the user who was called.", false },
    { 560484, 484, "Invalid number format. SBC rejected the call",
      "Check the number translation rules in Teams and in the SBC: the number is not complete.", false },
    { 10321, 486, "Bot rejects the incoming call because it is busy", "The bot that was called is busy.", false },
    { 531000, 488,
      "InternalDiagCode: CannotSupportAnyMedia, InternalErrorPhrase: Invalid SDP offer: no media acceptable",
      "Compare the SDP of the SBC with what Teams supports: codecs, SRTP, media bypass.", false },
    { 531000, 488,
      "InternalDiagCode: SrtpEncryptionRequired, InternalErrorPhrase: Remote participant did not offer required SRTP "
      "support",
      "Enable SRTP (RTP/SAVP with keys) on the trunk of the SBC to Teams.", false },
    { 531027, 488, "There are no ICE candidates in the SDP. Non-ice endpoints cannot use bypass",
      "The trunk is set to media bypass, and the SBC does not offer ICE: enable ICE-lite there, or switch bypass "
      "off.",
      false },
    { 531052, 488, "Cannot negotiate a new modality with blackhole media",
      "The SDP of the SBC has 0.0.0.0 for an address, which Microsoft does not take: hold by a=inactive or "
      "a=sendonly.",
      false },
    { 510482, 500, "Loop detected", "Look for forwarding in circles between Teams and what is behind the SBC.",
      false },
    { 510544, 500, "Get Outbound Direct routing - no trunk config found",
      "Check that an SBC is set up for the tenant and is in the route of the user.", false },
    { 510544, 500, "Get Outbound routing - failed getting direct routing gateways for emergency user",
      "Check that an SBC is set up for the tenant and is in the route of the user.", false },
    { 10320, 503, "Bot is unreachable or unable to answer before timeout", "Check the bot that was called.", false },
    { 540998, 503, "Service Unavailable - Service state: Inactive",
      "Microsoft's host is in maintenance: the SBC has to look up the names of Direct Routing at least every 15 "
      "minutes.",
      false },
    { 540998, 503, "Service Unavailable - Service state: DrainingTransactions",
      "Microsoft's host is in maintenance: the SBC has to look up the names of Direct Routing at least every 15 "
      "minutes.",
      false },
    { 560503, 503, "Service unavailable. SBC undergoing maintenance or temporarily overloaded",
      "Check the load and the service state of the SBC and of the trunk behind it.", false },
    { 549002, 504, "Unable to deliver INVITE: TlsTransport is not connected, State=Disconnected",
      "Check the TLS connection between Microsoft and the SBC, and the request line that the SBC writes.", false },
    { 549002, 504, "Unable to deliver INVITE: Invalid Request/Response line",
      "Check the TLS connection between Microsoft and the SBC, and the request line that the SBC writes.", false },
    { 549018, 504, "Unable to deliver INVITE: Invalid Request/Response line",
      "Check the TLS connection between Microsoft and the SBC, and the request line that the SBC writes.", false },
    { 569018, 504, "Unable to deliver INVITE: Invalid Request/Response line",
      "Check the TLS connection between Microsoft and the SBC, and the request line that the SBC writes.", false },
    { 569002, 504,
      "Unable to deliver INVITE: A connection attempt failed because the connected party did not properly respond "
      "after a period of time, or established connection failed because connected host has failed to respond",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569002, 504,
      "Unable to deliver INVITE: No connection could be made because the target machine actively refused it",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569002, 504, "Unable to deliver INVITE: outgoing TLS negotiation failed; HRESULT=0x80096004",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569002, 504,
      "Unable to deliver INVITE: outgoing TLS negotiation failed; Wrong target principal name configured. "
      "HRESULT=0x80090322 CERT_E_WRONG_USAGE",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569002, 504, "Unable to deliver INVITE: TLS decryption failed; HRESULT=590615",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569002, 504,
      "Unable to deliver ACK: outgoing TLS negotiation failed; Wrong target principal name configured. "
      "HRESULT=0x80090322 CERT_E_WRONG_USAGE",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569002, 504,
      "Unable to deliver ACK: No connection could be made because the target machine actively refused it",
      "Check that the SBC is reached on its TLS port, its certificate, its name, and firewalls in front of it.",
      false },
    { 569003, 504, "Unable to deliver INVITE: outgoing TLS negotiation failed; HRESULT=0x80090326",
      "Check the TLS settings and the certificate of the SBC.", false },
    { 569008, 504,
      "Unable to deliver INVITE: Outgoing TLS negotiation failed. Remote certificate expired; HRESULT=0x80090328 "
      "SEC_E_CERT_EXPIRED",
      "Renew the certificate of the SBC.", false },
    { 569009, 504,
      "Unable to deliver INVITE: outgoing TLS negotiation failed; HRESULT=0x80090325 SEC_E_UNTRUSTED_ROOT",
      "Install a certificate of an authority that Microsoft trusts, with its chain, on the SBC.", false },
    { 569015, 504, "Unable to deliver INVITE: No such host is known",
      "The name of the SBC does not resolve in the public DNS.", false },
    { 569016, 504,
      "Unable to deliver INVITE: The requested name is valid, but no data of the requested type was found",
      "The public DNS knows the name of the SBC, but no address of it: add an A or AAAA record.", false },
    { 569016, 504, "Unable to deliver ACK: The requested name is valid, but no data of the requested type was found",
      "The public DNS knows the name of the SBC, but no address of it: add an A or AAAA record.", false },
};
/* clang-format on */

/* The next letter or digit of a text, and what stands before it skipped. */
static const char *
next_letter(const char *text)
{
    while (*text && !g_ascii_isalnum(*text))
        text++;
    return text;
}

/* How many letters of a phrase a text begins with; 0 where it does not begin with the whole phrase, or its last word
 * goes on. */
static unsigned
letters_in_common(const char *text, const char *phrase)
{
    unsigned count = 0;

    for (phrase = next_letter(phrase); *phrase; phrase = next_letter(phrase + 1)) {
        text = next_letter(text);
        if (g_ascii_tolower(*text) != g_ascii_tolower(*phrase))
            return 0;
        text++;
        count++;
    }
    return g_ascii_isalnum(*text) ? 0 : count;
}

const teams_response_t *
teams_response_by_phrase(const char *text, unsigned status)
{
    static const char prefix[] = "CallEndReason";
    const teams_response_t *best = NULL;
    unsigned most = 0;

    if (g_str_has_prefix(text, prefix))
        text += sizeof prefix - 1;
    for (size_t i = 0; i < array_length(responses); i++) {
        unsigned letters = letters_in_common(text, responses[i].phrase);

        if (letters > most && (!status || status == responses[i].status)) {
            best = &responses[i];
            most = letters;
        }
    }
    return best;
}

const teams_response_t *
teams_response_alike(const teams_response_t *response)
{
    for (const teams_response_t *next = response + 1; next < responses + array_length(responses); next++)
        if (next->status == response->status && strcmp(next->phrase, response->phrase) == 0)
            return next;
    return NULL;
}

const teams_response_t *
teams_response_of_sbc(unsigned status)
{
    for (size_t i = 0; i < array_length(responses); i++)
        if (responses[i].code == CODES_OF_SBC + status)
            return &responses[i];
    return NULL;
}
