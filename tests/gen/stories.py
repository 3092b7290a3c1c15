# SPDX-License-Identifier: GPL-2.0-or-later
"""The four stories of failed calls, each complete, and for each a call that looks alike but has another cause.

A story is told twice: as the packets at the caller's computer, and as the log of the caller's client, which holds the
SIP messages only. Addresses: the documentation ranges for what is on the Internet, RFC 1918 for what is inside.
"""
import datetime
import struct

from .logs import client_log
from .signalling import LYNC, MRAS, mras_relay, mras_reply, mras_request
from .tcp443 import PROXY_407, client_hello, control, server_hello
from .turn_messages import (allocate, allocated, challenge, check_request, check_response, failure, identity,
                            indication, rtp, send)
from .wire import Capture, Stream

SIP_SERVER = ("198.51.100.20", 5060)
START = datetime.datetime(2014, 1, 1, 12, 0, 0)
REASONS = {22: "both endpoints are internal", 23: "one endpoint is internal and the other is remote",
           24: "both endpoints are remote"}
SHARING, AUDIO = "applicationsharing", "audio"


class Side:
    """One computer of a call: its candidates, in the order of RFC 5245 lines."""

    def __init__(self, host, port, relay=None, reflexive=None):
        self.host, self.port, self.relay, self.reflexive = host, port, relay, reflexive

    @property
    def at(self):
        return self.host, self.port

    def lines(self, media, ufrag):
        tcp = media == SHARING
        out = [f"m={media} {self.port} {'TCP/RTP/SAVP 127' if tcp else 'RTP/SAVP 114'}", f"a=ice-ufrag:{ufrag}",
               f"a=ice-pwd:{ufrag}passwordpassword0123"]
        if tcp:
            out += [f"a=candidate:1 1 TCP-PASS 2120613887 {self.host} {self.port} typ host",
                    f"a=candidate:2 1 TCP-ACT 2121006591 {self.host} {self.port} typ host"]
            if self.relay:
                out += [f"a=candidate:3 1 {kind} {priority} {self.relay[0]} {self.relay[1]} typ relay raddr {self.host} "
                        f"rport {self.port}" for kind, priority in (("TCP-PASS", 174456319), ("TCP-ACT", 174848511))]
            out.append(f"a=candidate:4 1 TCP-ACT 1684797439 {self.reflexive or self.host} {self.port} typ srflx raddr "
                       f"{self.host} rport {self.port}")
            out.append("a=rtpmap:127 x-data/90000")
        else:
            out.append(f"a=candidate:1 1 UDP 2130706431 {self.host} {self.port} typ host")
            if self.relay:
                out.append(f"a=candidate:3 1 UDP 184548351 {self.relay[0]} {self.relay[1]} typ relay raddr {self.host} "
                           f"rport {self.port}")
            out.append("a=rtpmap:114 x-msrta/16000")
        return out


class Story:
    """The packets and the log of one call between ann, where it is captured, and bob. encrypted: the packets hold no
    SIP, only the log does."""

    def __init__(self, caller, callee, media=SHARING, encrypted=False):
        self.encrypted = encrypted
        self.caller, self.callee, self.media = caller, callee, media
        self.capture, self.log = Capture(), []
        self.signalling = None
        self.numbers = 0

    def number(self):
        self.numbers += 1
        return identity(self.numbers)

    # SIP, in the clear over TCP, and in the log.

    def sip(self, sent, start, cseq, headers=(), body="", kind="application/sdp", dialog="call", from_caller=True):
        if not self.signalling and not self.encrypted:
            self.signalling = self.capture.tcp((self.caller.host, 50611), SIP_SERVER)
        parties = ['<sip:ann@example.com>;tag=a1;epid=0123456789', '<sip:bob@example.com>;tag=b1']
        if not from_caller:
            parties.reverse()
        lines = [start, f"Via: SIP/2.0/TCP {self.caller.host}:50611;branch=z9hG4bK7d1", "Max-Forwards: 70",
                 f"From: {parties[0]}", f"To: {parties[1]}", f"Call-ID: {dialog}0123456789abcdef", f"CSeq: {cseq}",
                 *headers]
        if body:
            lines.append(f"Content-Type: {kind}")
        lines += [f"Content-Length: {len(body.encode())}", "", ""]
        text = "\r\n".join(lines) + body
        if self.encrypted:
            self.capture.now += 0.01
        else:
            self.signalling.send(0 if sent else 1, text.encode())
        self.log.append({"time": START + datetime.timedelta(seconds=round(self.capture.now, 3)), "sent": sent,
                         "text": text, "call": 0, "step": len(self.log)})

    def credentials(self, reply=None, identity="sip:ann@example.com"):
        """The client asks for relay credentials."""
        self.sip(True, "SERVICE sip:edge.example.com SIP/2.0", "1 SERVICE", [LYNC],
                 mras_request(identity), MRAS, "mras")
        self.sip(False, "SIP/2.0 200 OK", "1 SERVICE", ["Server: RTC/5.0"], reply or mras_reply(
            [mras_relay(host="<hostName>av.example.com</hostName>")]), MRAS, "mras")

    def body(self, side, ufrag):
        return "\r\n".join(["v=0", f"o=- 0 1 IN IP4 {side.host}", "s=session", f"c=IN IP4 {side.host}", "b=CT:99980",
                            "t=0 0", *side.lines(self.media, ufrag)]) + "\r\n"

    def invite(self):
        conversation = "Ms-Conversation-ID: AdPHUWJH0stCMXggSpG6tMex88orbg=="
        self.sip(True, "INVITE sip:bob@example.com SIP/2.0", "1 INVITE", [LYNC, conversation],
                 self.body(self.caller, "ann1"))
        self.sip(False, "SIP/2.0 180 Ringing", "1 INVITE", [conversation])
        self.sip(False, "SIP/2.0 200 OK", "1 INVITE", [LYNC, conversation], self.body(self.callee, "bob1"))
        self.sip(True, "ACK sip:bob@example.com SIP/2.0", "1 ACK", [LYNC])

    def bye(self, number, flags, locations, by="Caller"):
        label = "application-sharing" if self.media == SHARING else self.media
        own, peer = (self.caller, self.callee) if by == "Caller" else (self.callee, self.caller)
        keys = [f"ICEWarn={flags:#x}", f"LocalSite={own.host}:{own.port}"]
        keys += [f"LocalMR={own.relay[0]}:{own.relay[1]}"] if own.relay else []
        keys += [f"RemoteSite={peer.host}:{peer.port}"]
        keys += [f"RemoteMR={peer.relay[0]}:{peer.relay[1]}"] if peer.relay else []
        keys += ["PortRange=1025:65000", f"LocalLocation={locations[0]}", f"RemoteLocation={locations[1]}",
                 "FederationType=0"]
        header = (f'ms-client-diagnostics: {number}; reason="Call failed to establish due to a media connectivity '
                  f'failure when {REASONS[number]}";{by}MediaDebug="{label}:{",".join(keys)}"')
        self.sip(by == "Caller", "BYE sip:bob@example.com SIP/2.0", "2 BYE", [LYNC, header], from_caller=by == "Caller")
        self.sip(by != "Caller", "SIP/2.0 200 OK", "2 BYE", [LYNC], from_caller=by == "Caller")

    # The relay.

    def allocate_udp(self, relay, relayed, port=50022, answered=True):
        """The allocation of the audio that goes along, or goes before."""
        client, server = (self.caller.host, port), (relay, 3478)
        first = self.number()
        for _ in range(1 if answered else 4):
            self.capture.udp(client, server, allocate(first), after=0.65 if not answered else 0.01)
        if answered:
            second = self.number()
            self.capture.udp(server, client, challenge(first), after=0.03)
            self.capture.udp(client, server, allocate(second, signed=True))
            self.capture.udp(server, client, allocated(second, relayed, client), after=0.03)

    def allocate_tcp(self, relay, port=50210, answer="edge"):
        """Pseudo-TLS and an allocation on TCP 443; who answers: edge, proxy, nobody. Returns the stream."""
        stream = self.capture.tcp((self.caller.host, port), (relay, 443))
        stream.send(0, client_hello())
        if answer == "proxy":
            stream.send(1, PROXY_407, after=0.02)
            stream.close()
        if answer == "nobody":
            for _ in range(2):  # TCP sends it again
                stream.seq[0] -= 50
                stream.send(0, client_hello(), after=1.0)
        if answer == "edge":
            stream.send(1, server_hello(), after=0.02)
            first, second = self.number(), self.number()
            stream.send(0, control(allocate(first)))
            stream.send(1, control(challenge(first)), after=0.03)
            stream.send(0, control(allocate(second, signed=True)))
            stream.send(1, control(allocated(second, self.caller.relay, (self.caller.host, port))), after=0.03)
        return stream

    # TCP between the candidates.

    def syn(self, port, to, answer=None, tries=3):
        """A connection attempt to a candidate: unanswered, or answered by "reset" or "accept". Returns the stream."""
        stream = Stream(self.capture, (self.caller.host, port), to, handshake=False)
        for number in range(tries if not answer else 1):
            stream.segment(0, flags="S", after=0.05 if number == 0 else 1.0 * number)
            stream.seq[0] -= 1
        stream.seq[0] += 1
        if answer == "reset":
            stream.segment(1, flags="RA", after=0.03)
        if answer == "accept":
            stream.segment(1, flags="SA", after=0.03)
            stream.segment(0, flags="A")
        return stream

    def check_tcp(self, stream, answered, seen):
        """A check in an RFC 4571 frame on a direct connection."""
        ident = self.number()
        request = check_request(ident, b"bob1:ann1")
        stream.send(0, struct.pack(">H", len(request)) + request)
        if answered:
            reply = check_response(ident, seen, b"bob1:ann1")
            stream.send(1, struct.pack(">H", len(reply)) + reply, after=0.03)

    def check_relays(self, stream, answered, tries=3):
        """Checks to the peer's relayed address, sent through the own relay."""
        ident = self.number()
        for _ in range(tries if not answered else 1):
            stream.send(0, control(send(self.number(), self.callee.relay, check_request(ident, b"bob1:ann1"), 3)), after=0.5)
        if answered:
            reply = check_response(ident, self.caller.relay, b"bob1:ann1")
            stream.send(1, control(indication(self.number(), self.callee.relay, reply)), after=0.06)


RELAY, OTHER_RELAY = "203.0.113.5", "198.51.100.5"


def both_remote(answer=None):
    """Both remote, 24 with 0x320: security software blocks TCP media."""
    story = Story(Side("192.168.20.203", 50045, (RELAY, 57498), "192.0.2.33"),
                  Side("192.168.178.31", 50041, (RELAY, 57777), "192.0.2.77"))
    story.credentials()
    story.allocate_tcp(RELAY)
    story.invite()
    stream = story.syn(50301, story.callee.at, answer)
    if answer == "accept":
        story.check_tcp(stream, True, (story.caller.host, 50301))
    story.syn(50302, ("192.0.2.77", 50041), "reset" if not answer else None)
    story.bye(24, 0x320, (1, 1))
    return story


def both_remote_alike():
    """The same header, but a direct TCP path works: what cut the call lies elsewhere."""
    return both_remote("accept")


def internal_remote(answered=False, flags=0x4000320, encrypted=False):
    """One internal, one remote, 23 with 0x4000320: the two Edges cannot reach each other over TCP."""
    story = Story(Side("192.0.2.10", 20702, (RELAY, 54829)), Side("10.10.1.30", 20050, (OTHER_RELAY, 51184)),
                  encrypted=encrypted)
    story.credentials()
    stream = story.allocate_tcp(RELAY)
    story.invite()
    story.syn(50301, story.callee.at)
    story.check_relays(stream, answered)
    story.bye(23, flags, (1, 2))
    return story


def internal_remote_alike():
    """The same header, but relay to relay is answered."""
    return internal_remote(answered=True)


def both_internal(answer=None):
    """Both internal, 22 with 0x29: no route between two VLANs."""
    story = Story(Side("10.10.1.20", 20040), Side("10.20.1.30", 20050))
    story.credentials()
    story.allocate_udp("10.30.0.5", None, answered=False)
    story.syn(50210, ("10.30.0.5", 443))
    story.invite()
    story.syn(50301, story.callee.at, answer)
    story.bye(22, 0x29, (2, 2))
    return story


def both_internal_alike():
    """The same header, but the peer's computer resets the connection: there is a route."""
    return both_internal("reset")


def proxy(answer="nobody", flags=0x800128):
    """Internal and external, sharing only: pseudo-TLS on 443 goes unanswered, or a proxy answers."""
    story = Story(Side("192.168.178.20", 20800), Side("10.10.1.20", 20040, (OTHER_RELAY, 51184)))
    story.credentials()
    story.allocate_udp(RELAY, (RELAY, 55501))
    story.allocate_tcp(RELAY, answer=answer)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(23, flags, (1, 2))
    return story


def proxy_407():
    """The same, the proxy speaks up."""
    return proxy("proxy")


def proxy_alike():
    """UDP 3478 is blocked, but the Edge answers on 443: no proxy in between."""
    story = Story(Side("192.168.178.20", 20800), Side("10.10.1.20", 20040, (OTHER_RELAY, 51184)))
    story.credentials()
    story.allocate_udp(RELAY, None, answered=False)
    stream = story.capture.tcp((story.caller.host, 50210), (RELAY, 443))
    stream.send(0, client_hello())
    stream.send(1, server_hello(), after=0.02)
    first = story.number()
    stream.send(0, control(allocate(first)))
    stream.send(1, control(failure(0x0113, first, 500, b"Server Error")), after=0.03)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(23, 0x80012b, (1, 2))
    return story


def both_remote_credentials(identity="sip:ann@example.com"):
    """The header of both remote, but the relay credentials were refused: there is no relay to fall back to."""
    story = Story(Side("192.168.20.203", 50045), Side("192.168.178.31", 50041, (RELAY, 57777), "192.0.2.77"))
    story.credentials(mras_reply(result="Request Malformed"), identity)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(24, 0x320, (1, 1))
    return story


def internal_remote_one_relay():
    """The header of the two Edges, but the peer offers no relayed candidate: there is no second Edge to reach."""
    story = Story(Side("192.0.2.10", 20702, (RELAY, 54829)), Side("10.10.1.30", 20050))
    story.credentials()
    story.allocate_tcp(RELAY)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(23, 0x4000320, (1, 2))
    return story


def both_internal_relays():
    """The header of the two VLANs, but both sides offer relayed candidates: the relay was reached."""
    story = Story(Side("10.10.1.20", 20040, ("10.30.0.5", 54829)), Side("10.20.1.30", 20050, ("10.30.0.5", 54831)))
    story.credentials()
    story.allocate_tcp("10.30.0.5")
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(22, 0x29, (2, 2))
    return story


def without_sip():
    """Allocations and checks alone, over UDP, in both directions; the signalling is encrypted."""
    story = Story(Side("192.0.2.10", 50022, (RELAY, 55501)), Side("10.10.1.30", 50060, (OTHER_RELAY, 51184)), AUDIO)
    capture, peer = story.capture, ("198.51.100.77", 50060)
    story.allocate_udp(RELAY, (RELAY, 55501))
    for number in range(2):
        ident = story.number()
        capture.udp(story.caller.at, peer, check_request(ident, b"bob1:ann1", nominated=number == 1))
        capture.udp(peer, story.caller.at, check_response(ident, story.caller.at, b"bob1:ann1"), after=0.02)
    for number in range(1, 4):
        capture.udp(story.caller.at, peer, rtp(number))
        capture.udp(peer, story.caller.at, rtp(number, ssrc=0xCAFE0002))
    return story


STORIES = {
    "both-remote": both_remote,
    "both-remote-alike": both_remote_alike,
    "internal-remote": internal_remote,
    "internal-remote-alike": internal_remote_alike,
    "both-internal": both_internal,
    "both-internal-alike": both_internal_alike,
    "proxy-443": proxy,
    "proxy-443-answer": proxy_407,
    "proxy-443-alike": proxy_alike,
    "both-remote-credentials": both_remote_credentials,
    "internal-remote-one-relay": internal_remote_one_relay,
    "both-internal-relays": both_internal_relays,
    "without-sip": without_sip,
}


def captures():
    for name, story in STORIES.items():
        yield f"story-{name}.pcap", story().capture


def log_text(story):
    """The log of the caller's client (str, CR LF)."""
    return client_log(story.log, chatter=False)
