# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between Teams and the telephone network, as the SBC sees them: SIP with Microsoft, media straight from the
client (media bypass), and what an SBC or Microsoft says when a call ends."""
from .dialects import OWN, PEER, TEAMS, some_bytes
from .media_call import Voice
from .turn_messages import identity
from .wire import Capture

SERVICE, SBC = ("198.51.100.76", 5060), ("203.0.113.10", 5060)
MEDIA, CLIENT = ("203.0.113.10", 6000), ("192.0.2.33", 50016)
HIDDEN = ("192.168.1.6", 50016)
SBC_NAME, HUB = "sbc.example.com", "sip.pstnhub.microsoft.com"
PROXY = "Microsoft.PSTNHub.SIPProxy v.2022.2.21.3 i.EUNO.7"
APPLIANCE = "Microsoft.Teams.SIPSBA v.2022.6.14.1"
CALL, CHAIN = "c586066f-ceb5-4d83-8803-400791d033de", "9baa3cbe22ec46ffb8ac39fffce08f20"
SUITE = "AES_CM_128_HMAC_SHA1_80"
KEY = "inline:" + "A" * 40 + "|2^31"
TTLS = {SERVICE[0]: 108, CLIENT[0]: 113, SBC[0]: 64}


def audio(at, *lines, ufrag, password, suite=SUITE, protocol="RTP/SAVP", connection=None, session=()):
    """An SDP body with one medium."""
    return "\r\n".join(["v=0", f"o=- 91249 0 IN IP4 {at[0]}", "s=session", f"c=IN IP4 {connection or at[0]}", "t=0 0",
                        *session, f"m=audio {at[1]} {protocol} 8 101", "a=rtcp-mux", "a=label:main-audio",
                        *([f"a=crypto:1 {suite} {KEY}"] if suite else []),
                        *([f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password}"] if ufrag else []), *lines, ""])


def candidate(at, kind="host", foundation=1, component=1, priority=2130706431):
    return f"a=candidate:{foundation} {component} UDP {priority} {at[0]} {at[1]} typ {kind}"


def teams_body(*lines):
    """What Teams offers: the client's candidates, and that of its relay."""
    relay = ("198.51.100.123", 50022)
    return audio(relay, candidate(HIDDEN), candidate(CLIENT, f"srflx raddr {HIDDEN[0]} rport {HIDDEN[1]}", 2,
                                                     priority=1694498815),
                 candidate(relay, f"relay raddr {CLIENT[0]} rport {CLIENT[1]}", 3, priority=54001663),
                 "a=x-ssrc-range:1000-1099", *lines, ufrag=OWN.decode(), password="p" * 24)


def sbc_body(*lines, at=MEDIA, ufrag=PEER.decode(), password="q" * 24, candidates=None, lite=True, **more):
    """What an SBC says to it: one candidate, and that it is ICE-lite."""
    listed = [candidate(at)] if candidates is None else candidates
    return audio(at, *listed, *lines, ufrag=ufrag, password=password, session=["a=ice-lite"] if lite else [], **more)


class SbcCall:
    """One call in a capture at the SBC, Teams calling out unless told otherwise."""

    def __init__(self, number=1, capture=None, inbound=False, agent=PROXY, call=CALL, chain=CHAIN, location=None,
                 to_host=SBC_NAME, hub=HUB, contact="api-du-a-euwe.pstnhub.microsoft.com"):
        self.capture = capture or Capture({SBC[0]}, dict(TTLS))
        self.inbound, self.agent, self.call_id, self.location = inbound, agent, f"dr{number}@test", location
        self.contact = f"<sip:{contact}:443;x-i={call};x-c={chain}/d/8/f071fe23>"
        teams, line = f"<sip:+15550100@{hub}:5061;user=phone>", f"<sip:+15550199@{to_host}:5061;user=phone>"
        self.parties = (line, teams) if inbound else (teams, line)
        self.hub, self.line_tag, self.checks, self.sbc = hub, "line", 0, SBC
        self.ssrc = 0xCAFE0000 + 2 * number

    def send(self, by_teams, start, *headers, body="", cseq="1 INVITE", request=True, server=True):
        """One message; the parties stand as in its request, which is Teams' where asked is. server: Teams names its product;
        None: nor does it say where it wants answers."""
        asked = by_teams == request
        first, second = self.parties if asked != self.inbound else self.parties[::-1]
        tags = ("teams", self.line_tag) if asked else (self.line_tag, "teams")
        to_tag = "" if start.startswith("INVITE ") and cseq == "1 INVITE" else f";tag={tags[1]}"
        lines = [start, f"FROM: {first};tag={tags[0]}", f"TO: {second}{to_tag}", f"CSEQ: {cseq}",
                 f"CALL-ID: {self.call_id}", "MAX-FORWARDS: 70",
                 f"VIA: SIP/2.0/TLS {(SERVICE if asked else SBC)[0]}:5061;branch=z9hG4bK{cseq.replace(' ', '')}"]
        if by_teams:
            lines += [f"CONTACT: {self.contact}"] if server is not None else []
            lines += [f"{'USER-AGENT' if request else 'SERVER'}: {self.agent}"] if server else []
        else:
            lines += [f"CONTACT: <sip:{SBC_NAME}:5061;transport=tls>", "User-Agent: Some SBC 7.4"]
        lines += headers
        lines += ["CONTENT-TYPE: application/sdp"] if body else []
        data = "\r\n".join([*lines, f"CONTENT-LENGTH: {len(body)}", "", body]).encode()
        ends = (SERVICE, self.sbc) if by_teams else (self.sbc, SERVICE)
        self.capture.udp(*ends, data, 0.04)

    def request(self, by_teams, method, *headers, body="", number=1, **more):
        target = f"sip:+15550199@{SBC_NAME}:5061;transport=tls" if by_teams else f"sip:+15550100@{self.hub}:5061"
        self.send(by_teams, f"{method} {target} SIP/2.0", *headers, body=body, cseq=f"{number} {method}", **more)

    def response(self, by_teams, status, *headers, body="", cseq="1 INVITE", **more):
        self.send(by_teams, f"SIP/2.0 {status}", *headers, body=body, cseq=cseq, request=False, **more)

    def invite(self, body=None, *headers):
        location = [f"X-MS-UserLocation: {self.location}"] if self.location else []
        default = sbc_body() if self.inbound else teams_body()
        self.request(not self.inbound, "INVITE", *location, *headers, body=default if body is None else body)

    def answer(self, status="200 OK", body=None, *headers):
        default = teams_body() if self.inbound else sbc_body()
        self.response(self.inbound, status, *headers, body=default if body is None else body)

    def ack(self, number=1):
        self.request(not self.inbound, "ACK", number=number)

    def final(self, body=None):
        """The re-INVITE with what the checks have chosen, and its answer."""
        chosen = f"a=remote-candidates:1 {MEDIA[0]} {MEDIA[1]}"
        self.request(True, "INVITE", body=teams_body(chosen), number=2)
        self.response(False, "200 OK", body=body or sbc_body(), cseq="2 INVITE")
        self.request(True, "ACK", number=2)

    def bye(self, *headers, by_teams=True, number=3):
        self.request(by_teams, "BYE", *headers, number=number)
        self.response(not by_teams, "200 OK", cseq=f"{number} BYE")

    # Media between the client and the SBC.

    def check(self, nominated=False, answered=True, by_client=True, at=MEDIA, after=0.02, client=CLIENT):
        self.checks += 1
        ident = identity(self.checks, True)
        ends = (client, at) if by_client else (at, client)
        self.capture.udp(*ends, TEAMS.check(ident, by_client, nominated), after)
        if answered:
            self.capture.udp(*ends[::-1], TEAMS.answer(ident, by_client, ends[0]), 0.03)

    def agree(self, **ends):
        """Regular nomination: a check, and when it is answered one more that nominates."""
        self.check(**ends)
        self.check(nominated=True, after=0.1, **ends)

    def talk(self, seconds=2.0, heard=True, said=True, far=CLIENT, near=MEDIA):
        """Media: what the SBC hears from Teams, and what it says."""
        start = self.capture.now
        packets = [(when, (far, near), packet)
                   for when, packet in Voice(self.ssrc, 8, 8000).packets(seconds) if heard]
        packets += [(when + 0.01, (near, far), packet)
                    for when, packet in Voice(self.ssrc + 1, 8, 8000).packets(seconds) if said]
        for when, ends, packet in sorted(packets, key=lambda row: row[0]):
            self.capture.udp(*ends, packet, start + when - self.capture.now)


def ended(cause, text):
    return f'REASON: Q.850;cause={cause};text="{CALL};{text}"'


NORMAL = ended(16, "CallEndReasonLocalUserInitiated")


def rest_of(call, between=None):
    """What follows on the answer when all is well; between: what happens in the middle of the talk."""
    call.ack()
    call.agree()
    call.final()
    call.talk()
    if between:
        between()
        call.talk()
    call.bye(NORMAL)
    return call


def bypass(**options):
    """A whole call with media bypass in which all is well."""
    call = SbcCall(**options)
    call.invite()
    call.answer("183 Session Progress")
    call.answer()
    return rest_of(call)


def refuse_again(call, status, by_teams=True, number=7):
    """A re-INVITE, of the SBC's where Teams refuses it, and its final answer."""
    call.request(not by_teams, "INVITE", body=sbc_body() if by_teams else teams_body(), number=number)
    call.response(by_teams, f"{status} Refused", cseq=f"{number} INVITE")
    call.request(not by_teams, "ACK", number=number)


def answered_again(status, **options):
    """A whole call in which a re-INVITE is refused, and media go on."""
    call = SbcCall()
    call.invite()
    call.answer()
    return rest_of(call, lambda: refuse_again(call, status, **options))


def hold(call, *lines, by_teams=True, number=7, connection=None):
    """A re-INVITE with these lines behind its medium, and an answer that says nothing of them."""
    more = {"connection": connection} if connection else {}
    mine = teams_body(*lines) if by_teams else sbc_body(*lines, **more)
    call.request(by_teams, "INVITE", body=mine, number=number)
    call.response(not by_teams, "200 OK", body=sbc_body() if by_teams else teams_body(), cseq=f"{number} INVITE")
    call.request(by_teams, "ACK", number=number)


def ringing(answered):
    """The SBC sends ringing for a while; then somebody answers, or nobody does."""
    call = SbcCall()
    call.invite()
    call.answer("183 Session Progress")
    call.agree()
    call.talk(10, heard=False)
    if answered:
        call.answer()
        return rest_of(call)
    call.request(True, "CANCEL")
    call.response(False, "200 OK", cseq="1 CANCEL")
    call.answer("487 Request Terminated", "")
    call.ack()
    return call


def held(*lines, resumed=False, **options):
    """On hold until the end; resumed: or for a while, and then it hears nothing all the same."""
    call = SbcCall()
    call.invite()
    call.answer()
    call.ack()
    call.agree()
    call.final()
    call.talk()
    hold(call, *lines, **options)
    call.talk(9, heard=False)
    if resumed:
        hold(call, "a=sendrecv", number=8)
        call.talk(9, heard=False)
    call.bye(NORMAL)
    return call


def asked_twice(status):
    """The first INVITE is refused, and asked again in the same dialog."""
    call = SbcCall()
    call.invite()
    call.answer(f"{status} Refused", body="")
    call.ack()
    call.invite()
    call.answer()
    return rest_of(call)


# What makes messages one call, and what does not: (function that adds the messages of a row to a capture, how many
# calls come of it). A row has numbers and ids of its own.
def leg(capture, number, end=True, **options):
    call = SbcCall(number, capture, **options)
    call.invite()
    call.answer()
    call.ack()
    if end:
        call.bye(NORMAL)
    return call


def two(first, second, end=False):
    def build(capture, number):
        leg(capture, number, end, call=f"{number}-a", chain=f"{number}-b", **first)
        leg(capture, number + 1, **{"call": f"{number}-c", "chain": f"{number}-d", **{
            key: value.format(number) for key, value in second.items()}})
    return build


def one(**options):
    return lambda capture, number: leg(capture, number, call=f"{number}-a", chain=f"{number}-b", **options)


def by_sbc_alone(capture, number):
    """Only what the SBC sends is captured: the service is known by the host that it is sent to."""
    call = SbcCall(number, capture, inbound=True)
    call.parties = call.parties[0], f"<sip:+15550100@{SBC_NAME}>"
    call.request(False, "INVITE", body=sbc_body())
    call.request(False, "ACK")


def two_with_refusal(status):
    """A second leg of the call behind a re-INVITE in the first that is refused."""
    def build(capture, number):
        options = {"call": f"{number}-a", "chain": f"{number}-b"}
        refuse_again(leg(capture, number, False, **options), status)
        leg(capture, number + 1, False, **options)
    return build


OTHERS = {"agent": "Some proxy 1.0", "contact": "proxy.example.com"}
LEGS = {
    "to the line": (one(), 1),
    "from the line": (one(inbound=True), 1),
    "appliance": (one(agent=APPLIANCE, hub="192.0.2.25", contact="teamssba01.example.com"), 1),
    "by the host": (one(agent="Some proxy 1.0"), 1),
    "by the host in To": (one(inbound=True, **OTHERS), 1),
    "GCC High": (one(inbound=True, hub="sip.pstnhub.gov.teams.microsoft.us", **OTHERS), 1),
    "DoD": (one(inbound=True, hub="sip2.pstnhub.dod.teams.microsoft.us", **OTHERS), 1),
    "no such cloud": (one(inbound=True, hub="sip.pstnhub.gov.teams.microsoft.us.example.com", **OTHERS), 0),
    "no such host": (one(inbound=True, hub="pstnhub.gov.teams.microsoft.us", **OTHERS), 0),
    "refused at once": (two_with_refusal(491), 1),
    "session lost": (two_with_refusal(481), 2),
    "what the SBC sends": (by_sbc_alone, 1),
    "same x-i": (two({}, {"call": "{}-a"}), 1),
    "same x-c": (two({}, {"chain": "{}-b"}), 1),
    "nothing shared": (two({}, {}), 2),
    "x-i of a call that has ended": (two({}, {"call": "{}-a"}, end=True), 2),
    # Not the service.
    "host in the middle": (one(hub="sip.pstnhub.microsoft.com.example.com", **OTHERS), 0),
    "name that ends like it": (one(hub="sip.xpstnhub.microsoft.com", **OTHERS), 0),
    "domain alone": (one(hub="pstnhub.microsoft.com", **OTHERS), 0),
    "others": (one(hub="sip.example.net", **OTHERS), 0),
}


def legs():
    capture = Capture({SBC[0]}, dict(TTLS))
    for number, (build, _) in enumerate(LEGS.values()):
        build(capture, 10 * (number + 1))
    return capture


# Ends of calls: (function that adds its messages behind INVITE and 183, {field: value} of the message that tells it, its
# finding, its words in the Info column or None). "refused": a final answer by that side, "ended": a BYE.
GUID = "7dbc8050-a506-436e-9f97-01f0e44930fd"


def refused(by_teams, status, *headers, cseq="1 INVITE"):
    def build(call):
        call.response(by_teams, status, *headers, cseq=cseq)
    return build, by_teams


def finished(*headers, by_teams=True, method="BYE"):
    def build(call):
        call.request(by_teams, method, *headers, number=3)
    return build, False


def reason(cause, text, blank=""):
    return f'REASON: Q.850{blank};cause={cause}{blank};text="{GUID};{text}"'


ENDS = {
    "normal": (finished(reason(16, "CallEndReasonLocalUserInitiated")),
               {"reason_code": "16", "call_end_reason": "CallEndReasonLocalUserInitiated", "reason_call": GUID},
               "call_end", "CallEndReasonLocalUserInitiated"),
    "blanks": (finished(reason(22, "BackToBackSessionDeleted", " ")),
               {"reason_code": "22", "call_end_reason": "BackToBackSessionDeleted", "reason_call": GUID}, "call_end",
               "BackToBackSessionDeleted"),
    "cancelled": (finished(reason(16, "CallEndReasonLocalUserInitiated"), method="CANCEL"),
                  {"reason_code": "16", "call_end_reason": "CallEndReasonLocalUserInitiated", "reason_call": GUID},
                  "call_end", "CallEndReasonLocalUserInitiated"),
    "no path": (finished(reason(41, "IceConnectivityChecksFailed")),
                {"reason_code": "41", "call_end_reason": "IceConnectivityChecksFailed", "response_code": "531004",
                 "reason_call": GUID}, "media_failure", "531004 IceConnectivityChecksFailed"),
    "with prefix": (finished(reason(41, "CallEndReasonMediaConnectivityFailure")),
                    {"reason_code": "41", "call_end_reason": "CallEndReasonMediaConnectivityFailure",
                     "response_code": "531005", "reason_call": GUID}, "media_failure",
                    "531005 CallEndReasonMediaConnectivityFailure"),
    "refused by Microsoft": (refused(True, "410 Gone", reason(22, "MediaOfferError")),
                             {"reason_code": "22", "call_end_reason": "MediaOfferError", "reason_call": GUID,
                              "response_by": "Microsoft"}, "teams_refused", "MediaOfferError"),
    "no trunk": (refused(True, "403 Forbidden", reason(21, "No trunk config was found")),
                 {"reason_code": "21", "call_end_reason": "No trunk config was found", "reason_call": GUID,
                  "response_by": "Microsoft", "response_code": "510532"}, "teams_refused",
                 "510532 No trunk config was found"),
    "no candidates": (refused(True, "488 Not Acceptable Here", reason(
        79, "There are no ICE candidates in the SDP. Non-ice endpoints cannot use bypass")),
                      {"reason_code": "79", "response_code": "531027", "response_by": "Microsoft", "reason_call": GUID,
                       "call_end_reason": "There are no ICE candidates in the SDP. Non-ice endpoints cannot use bypass"},
                      "teams_refused",
                      "531027 There are no ICE candidates in the SDP. Non-ice endpoints cannot use bypass"),
    "longer phrase": (refused(True, "504 Server Time-out", reason(
        38, "Unable to deliver INVITE: TlsTransport is not connected, State=Disconnected, after 3 tries")),
                      {"reason_code": "38", "response_code": "549002", "response_by": "Microsoft", "reason_call": GUID,
                       "call_end_reason": "Unable to deliver INVITE: TlsTransport is not connected, State=Disconnected, "
                                          "after 3 tries"}, "teams_refused",
                      "549002 Unable to deliver INVITE: TlsTransport is not connected, State=Disconnected, after 3 tries"),
    "phrase of several codes": (refused(True, "504 Server Time-out", reason(
        38, "Unable to deliver INVITE: Invalid Request/Response line")),
                                {"reason_code": "38", "response_code": "549002,549018,569018", "reason_call": GUID,
                                 "response_by": "Microsoft",
                                 "call_end_reason": "Unable to deliver INVITE: Invalid Request/Response line"},
                                "teams_refused", "549002, 549018 or 569018 Unable to deliver INVITE: Invalid "
                                                 "Request/Response line"),
    "name without an address": (refused(True, "504 Server Time-out", reason(
        38, "Unable to deliver INVITE: The requested name is valid, but no data of the requested type was found")),
                                {"reason_code": "38", "response_code": "569016", "reason_call": GUID,
                                 "response_by": "Microsoft",
                                 "call_end_reason": "Unable to deliver INVITE: The requested name is valid, but no data "
                                                    "of the requested type was found"}, "teams_refused",
                                "569016 Unable to deliver INVITE: The requested name is valid, but no data of the "
                                "requested type was found"),
    "in maintenance": (refused(True, "503 Service Unavailable", reason(
        41, "Service Unavailable - Service state: Inactive/DrainingTransactions")),
                       {"reason_code": "41", "response_code": "540998", "reason_call": GUID, "response_by": "Microsoft",
                        "call_end_reason": "Service Unavailable - Service state: Inactive/DrainingTransactions"},
                       "teams_refused", "540998 Service Unavailable - Service state: Inactive/DrainingTransactions"),
    "no trunk at the user's place": (refused(True, "403 Forbidden", reason(
        21, "Get Outbound Direct Routing - no trunk config found by LBR selection criteria")),
                                     {"reason_code": "21", "response_code": "510546", "reason_call": GUID,
                                      "response_by": "Microsoft",
                                      "call_end_reason": "Get Outbound Direct Routing - no trunk config found by LBR "
                                                         "selection criteria"}, "teams_refused",
                                     "510546 Get Outbound Direct Routing - no trunk config found by LBR selection "
                                     "criteria"),
    "carrier wants money": (refused(False, "402 Payment required"), {"response_by": "SBC", "response_code": "560402"},
                            "sbc_refused", "560402 Payment required"),
    "phrase of another status": (refused(True, "500 Server Error", reason(41, "SdpParsingFailure")),
                                 {"reason_code": "41", "call_end_reason": "SdpParsingFailure", "reason_call": GUID,
                                  "response_by": "Microsoft"}, "teams_refused", "SdpParsingFailure"),
    "refused by the SBC": (refused(False, "403 Forbidden", 'Reason: Q.850;cause=21;text="Call rejected"'),
                           {"reason_code": "21", "reason_text": "Call rejected", "response_by": "SBC",
                            "response_code": "560403"}, "sbc_refused", "560403 Forbidden; Call rejected"),
    "refused by the SBC, bare": (refused(False, "486 Busy Here"), {"response_by": "SBC"}, "sbc_refused", None),
    "two reasons": (refused(False, "503 Service Unavailable", 'Reason: SIP;cause=503;text="a, b"',
                            'Reason: SIP ;cause=503, Q.850 ;cause=34 ;text="a \\"b\\", c;d"'),
                    {"reason_code": "34", "reason_text": 'a \\"b\\", c;d', "response_by": "SBC",
                     "response_code": "560503"}, "sbc_refused",
                    "560503 Service unavailable. SBC undergoing maintenance or temporarily overloaded"),
    # What is no end, or tells nothing.
    "credentials wanted": (refused(True, "407 Proxy Authentication Required"), {}, None, None),
    "cancel confirmed": (refused(False, "487 Request Terminated"), {}, None, None),
    "BYE not known": (refused(False, "481 Call/Transaction Does Not Exist", cseq="3 BYE"), {}, None, None),
    "BYE without a reason": (finished(), {}, None, None),
    "BYE of the SBC": (finished('Reason: Q.850;cause=16;text="Normal call clearing"', by_teams=False),
                       {"reason_code": "16", "reason_text": "Normal call clearing"}, None, None),
    "odd cause": (finished(f'REASON: Q.850;cause=many;text="{GUID};x"'),
                  {"call_end_reason": "x", "reason_call": GUID}, "call_end", "x"),
    "guid cut": (finished('REASON: Q.850;cause=16;text="7dbc8050-a506;x"'),
                 {"reason_code": "16", "reason_text": "7dbc8050-a506;x"}, None, None),
    "quote not closed": (finished('REASON: Q.850;cause=16;text="' + GUID + ";x"),
                         {"reason_code": "16", "reason_text": '"' + GUID + ";x"}, None, None),
    "another protocol": (finished(f'REASON: SIP;cause=200;text="{GUID};x"'), {}, None, None),
    "nothing in it": (finished("REASON: "), {}, None, None),
}


def ends():
    capture = Capture({SBC[0]}, dict(TTLS))
    for number, ((build, inbound), *_) in enumerate(ENDS.values(), 1):
        call = SbcCall(number, capture, inbound, call=f"{number}-a", chain=f"{number}-b")
        call.invite()
        build(call)
    return capture


# Headers: (lines, {field: values}); the names in any letter case, as the products write them.
HEADERS = {
    "Local Media Optimization": (["X-MS-UserLocation: external", "X-MS-MediaPath: proxysbc.example.com, vnsbc.example.com",
                                  "X-MS-UserSite: usersite1"],
                                 {"user_location": ["external"], "user_site": ["usersite1"],
                                  "media_path": ["proxysbc.example.com, vnsbc.example.com"],
                                  "media_path.sbc": ["proxysbc.example.com", "vnsbc.example.com"]}),
    "in other ways": (["x-ms-userlocation :  Internal ", "X-MS-MediaPath:a.example.com,, b.example.com ,",
                       "X-MS-UserSite:"],
                      {"user_location": ["Internal"], "media_path": ["a.example.com,, b.example.com ,"],
                       "media_path.sbc": ["a.example.com", "b.example.com"]}),
    "keep-alive": (["ms-keep-alive: UAC;hop-hop=yes"], {"keep_alive": ["UAC;hop-hop=yes"], "keep_alive.hop_hop": ["yes"]}),
    "Mediation Server": (["ms-call-source: non-ms-rtc", "Ms-Mediation-Generated: yes", "ms-trunking-peer: gw.example.com;"
                          'User-Agent="x"', "ms-asserted-verification-level: ms-source-verified-user=verified",
                          "ms-split-domain-info: ms-traffic-type=SplitIntra"],
                         {"call_source": ["non-ms-rtc"], "mediation_generated": ["yes"],
                          "trunking_peer": ['gw.example.com;User-Agent="x"'], "split_domain": ["ms-traffic-type=SplitIntra"],
                          "verification_level": ["ms-source-verified-user=verified"]}),
    "applications": (["ms-application-via: SIP;ms-urc-rs-from;ms-server=fe.example.com;ms-pool=pool.example.com;"
                      "ms-application=2b9a", "Ms-Accepted-Content-ID: <1@example.com>", "Ms-Mcu-Contact: <sip:mcu@example.com>"],
                     {"application_via": ["SIP;ms-urc-rs-from;ms-server=fe.example.com;ms-pool=pool.example.com;"
                                          "ms-application=2b9a"], "application_via.server": ["fe.example.com"],
                      "application_via.pool": ["pool.example.com"], "application_via.application": ["2b9a"],
                      "accepted_content": ["<1@example.com>"], "mcu_contact": ["<sip:mcu@example.com>"]}),
    "many": (["X-MS-MediaPath: " + "," * 1000 + "x.example.com"], {"media_path": ["," * 1000 + "x.example.com"]}),
}


def headers():
    capture = Capture({SBC[0]}, dict(TTLS))
    for number, (lines, _) in enumerate(HEADERS.values(), 1):
        call = SbcCall(number, capture, call=f"{number}-a", chain=f"{number}-b")
        call.invite(None, *lines)
    return capture


# Rules of media bypass: (function that makes the whole call, the finding, its frame; None for none, and the outcome and
# cause that the table must name). A row that breaks a rule, and what looks like it.
def media(answers=None, checks=SbcCall.agree, final=True, talk=True, end=NORMAL, bodies=(), provisional=True, fork=False, **options):
    """A call with its answers as given: bodies of 183 and 200."""
    def build(number, capture=None):
        call = SbcCall(number, capture, call=f"{number}-a", chain=f"{number}-b", **options)
        call.invite(None if not call.inbound or not answers else answers)
        first, last = bodies or (answers, answers)
        if provisional:
            call.answer("183 Session Progress", None if call.inbound else first)
        call.line_tag = "other" if fork else call.line_tag
        call.answer(body=None if call.inbound else last)
        call.ack()
        checks(call)
        if final:
            call.final(last)
        if talk:
            call.talk(1.0)
        call.bye(end)
        return call
    return build


def aggressive(call):
    call.check(nominated=True)
    call.check()


def repeated(call):
    """The first check is lost, its repetition is answered, then the pair is nominated."""
    call.check(answered=False)
    call.check()
    call.check(nominated=True)


def checks_of_sbc(call):
    call.agree()
    call.check(by_client=False)


def silent(call):
    for wait in (0.02, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6, 3.2):
        call.check(answered=False, after=wait)


def agreed_inside(call):
    """From the user's own address."""
    call.agree(client=HIDDEN)


def none(call):
    del call


def plain(at=MEDIA, connection=None, **options):
    """A call without media bypass, so without ICE: media between the SBC and Microsoft's media processor."""
    def build(number, capture=None):
        processor = ("198.51.100.123", 50022)
        call = SbcCall(number, capture, call=f"{number}-a", chain=f"{number}-b")
        if at != MEDIA:
            call.sbc = at[0], SBC[1]
        if capture is None:
            call.capture.own = {at[0]}
        call.invite(audio(processor, ufrag=None, password=None))
        call.answer(body=audio(at, ufrag=None, password=None, connection=connection))
        call.ack()
        call.talk(5.0, far=processor, near=at, **options)
        call.bye(NORMAL)
        return call
    return build


SECOND = ("203.0.113.11", 6000)
SIX = ("2001:db8:7::10", 6000)
INNER = ("10.0.0.10", 6000)
NO_PATH = ended(41, "IceConnectivityChecksFailed")
TWO = sbc_body(candidates=[candidate(MEDIA), candidate(SECOND, foundation=2)])
WITH_RTCP = sbc_body(candidates=[candidate(MEDIA), candidate((MEDIA[0], 6001), component=2, priority=2130706430)])
PUBLIC_TOO = sbc_body(candidates=[candidate(INNER), candidate(MEDIA, foundation=2)])
RULES = {
    "all is well": (media(), None, 0, "connected", None),
    "call from the line": (media(inbound=True), None, 0, "connected", None),
    "two candidates": (media(TWO), "sbc_candidates", 2, "connected", None),
    "candidates of RTP and RTCP": (media(WITH_RTCP), None, 0, "connected", None),
    "IPv6": (media(sbc_body(candidates=[candidate(SIX)]), provisional=False), "sbc_candidates", 2, "connected", None),
    "checks of the SBC": (media(checks=checks_of_sbc), "sbc_checks", 9, "connected", None),
    "checks of an SBC that is not lite": (media(sbc_body(lite=False), checks=checks_of_sbc), None, 0, "connected", None),
    "candidate changed": (media(bodies=(None, sbc_body(at=(MEDIA[0], 6002), candidates=[candidate((MEDIA[0], 6002))]))),
                          "sbc_answer_changed", 3, "connected", None),
    "credentials changed": (media(bodies=(sbc_body(ufrag="older"), None)), "sbc_answer_changed", 3, "connected", None),
    "password changed": (media(bodies=(sbc_body(password="o" * 24), None)), "sbc_answer_changed", 3, "connected", None),
    "other things changed": (media(bodies=(sbc_body("a=ptime:20"), None)), None, 0, "connected", None),
    "aggressive nomination": (media(checks=aggressive), "aggressive_nomination", 5, "connected", None),
    "nominated behind a lost check": (media(checks=repeated), None, 0, "connected", None),
    "no final offer": (media(final=False), "no_final_offer", None, "connected", None),
    "other suite": (media(sbc_body(suite="AES_CM_128_HMAC_SHA1_32")), "sbc_srtp_suite", 2, "connected", None),
    "suite that begins alike": (media(sbc_body(suite=SUITE + "_X")), "sbc_srtp_suite", 2, "connected", None),
    "two suites": (media(sbc_body(f"a=crypto:2 AES_CM_128_HMAC_SHA1_32 {KEY}")), None, 0, "connected", None),
    "no keys": (media(sbc_body(suite=None, protocol="RTP/AVP")), "sbc_srtp_suite", 2, "connected", None),
    "blocked": (media(checks=silent, final=False, talk=False, end=NO_PATH), "no_final_offer", None, "failed",
                "sbc_media_blocked"),
    "blocked, nothing arrives": (media(checks=none, final=False, talk=False, end=NO_PATH), "no_final_offer", None,
                                 "failed", "sbc_media_blocked"),
    "checks answered, and no path": (media(checks=agreed_inside, final=False, talk=False, end=NO_PATH), "no_final_offer", None, "failed",
                                     "sbc_media_blocked"),
    "another phone answers": (media(bodies=(sbc_body(ufrag="other"), None), fork=True), None, 0, "connected", None),
    "without bypass": (plain(), None, 0, "connected", None),
    "without bypass, one way": (plain(heard=False), None, 0, "one way", "media_one_way"),
    "without bypass, private address": (plain(INNER, heard=False), "sbc_address_private", 2, "one way", "sbc_address"),
    "without bypass, c= of the NAT": (plain(INNER, MEDIA[0]), None, 0, "connected", None),
    "without bypass, c= of the NAT, one way": (plain(INNER, MEDIA[0], heard=False), None, 0, "one way", "media_one_way"),
    "private address": (media(sbc_body(at=INNER), checks=none, final=False, talk=False, end=NO_PATH,
                              location="external"), "sbc_address_private", 2, "failed", "sbc_address"),
    "private address, user inside": (media(sbc_body(at=INNER), checks=none, final=False, talk=False,
                                           location="internal"), "no_final_offer", None, "no media", None),
    "private address beside a public one": (media(PUBLIC_TOO, checks=none, final=False, talk=False, end=NO_PATH),
                                            "sbc_candidates", 2, "failed", "sbc_media_blocked"),
}


# Those that stand in pcaps/, as sbc-NAME.pcap.
KEPT = {"two candidates": "two-candidates", "candidates of RTP and RTCP": "one-candidate-rtcp", "IPv6": "ipv6",
        "checks of the SBC": "sends-checks", "checks of an SBC that is not lite": "sends-checks-not-lite",
        "candidate changed": "answer-changed", "another phone answers": "answer-forked",
        "aggressive nomination": "aggressive", "nominated behind a lost check": "check-lost",
        "no final offer": "no-final-offer", "other suite": "other-suite", "two suites": "two-suites",
        "blocked": "blocked", "private address": "private", "private address, user inside": "private-user-inside",
        "without bypass, private address": "no-bypass-private", "without bypass, c= of the NAT": "no-bypass-nat"}


def captures():
    yield "sbc-bypass.pcap", bypass().capture
    yield "sbc-legs.pcap", legs()
    yield "sbc-ends.pcap", ends()
    yield "sbc-headers.pcap", headers()
    for rule, name in KEPT.items():
        yield f"sbc-{name}.pcap", RULES[rule][0](1).capture
