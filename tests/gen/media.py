# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls whose media have known faults: RTP with exact times and numbers, by every way that media take."""
import functools
import math
import struct

from .stories import AUDIO, Side, Story
from .tcp443 import control, data
from .turn_messages import (active, allocate, allocated, challenge, check_request, check_response, identity,
                            indication, multiplexed, send, set_active)
from .wire import Capture, Stream

CLIENT, PEER = ("192.0.2.10", 50022), ("203.0.113.99", 50040)
EDGE, RELAYED = ("198.51.100.5", 3478), ("198.51.100.5", 55501)
SENT, RECEIVED = "sent", "received"


def packet(sequence, timestamp, ssrc=0xCAFE0001, payload_type=8, size=40):
    return struct.pack(">BBHII", 0x80, payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + bytes(size)


def stream(count, period=0.02, clock=8000, direction=SENT, begin=0.0, sequence=100, timestamp=1000, delay=None, each=1,
           **header):
    """A list of (time, direction, packet): `count` steps of the clock, `each` packets a step 1 ms apart. delay: of a
    step by its number, in seconds."""
    out = []
    for step in range(count):
        for number in range(each):
            when = begin + step * period + number * 0.001 + (delay(step) if delay else 0)
            out.append((when, direction, packet(sequence + step * each + number,
                                                timestamp + round(step * period * clock), **header)))
    return out


def faulty(direction=SENT, ssrc=0xCAFE0001):
    """Everything at once: 300 packets from 65400 on, past the wrap; three are missing, one comes late, one twice, one
    pair in the wrong order, and 2.5 s are silent."""
    made = stream(300, direction=direction, sequence=65400, ssrc=ssrc)
    made = [(when + (2.5 if number >= 200 else 0), *rest) for number, (when, *rest) in enumerate(made)]
    late = (made[70][0], *made[60][1:])
    first, second = made[120], made[121]
    made[120], made[121] = (first[0], *second[1:]), (second[0], *first[1:])
    made += [late, (made[30][0] + 0.0001, *made[30][1:])]
    return sorted(row for number, row in enumerate(made) if number not in (10, 60, 150, 151))


class Way:
    """How media get to the peer: sets a call up, and wraps one packet. Ends come as seen on the wire."""

    def __init__(self):
        self.capture, self.numbers = Capture(), 0

    def number(self):
        self.numbers += 1
        return identity(self.numbers)

    def udp(self, direction, payload, client, server, after=0.01):
        ends = (client, server) if direction == SENT else (server, client)
        self.capture.udp(*ends, payload, after=after)

    def check(self, wrap=None):
        """A check and its answer, each handed to wrap(direction, bytes)."""
        ident = self.number()
        for direction, payload in ((SENT, check_request(ident, nominated=True)),
                                   (RECEIVED, check_response(ident, CLIENT))):
            (wrap or self.media)(direction, payload)

    def allocate(self):
        first, second = self.number(), self.number()
        for direction, payload in ((SENT, allocate(first)), (RECEIVED, challenge(first)),
                                   (SENT, allocate(second, signed=True)),
                                   (RECEIVED, allocated(second, RELAYED, CLIENT))):
            self.udp(direction, payload, CLIENT, EDGE)

    def play(self, rows):
        """Media at their times, counted from one second behind the set-up."""
        begin = math.ceil(self.capture.now) + 1
        for when, direction, payload in sorted(rows, key=lambda row: row[0]):
            self.media(direction, payload, begin + when - self.capture.now)
        return self.capture


class Direct(Way):
    def open(self):
        self.check()

    def media(self, direction, payload, after=0.01):
        self.udp(direction, payload, CLIENT, PEER, after)


class Relay(Way):
    """Send requests and Data Indications."""

    def open(self):
        self.allocate()
        self.check()

    def media(self, direction, payload, after=0.01):
        payload = send(self.number(), PEER, payload, 1) if direction == SENT else \
            indication(self.number(), PEER, payload)
        self.udp(direction, payload, CLIENT, EDGE, after)


class Multiplexed(Relay):
    """The same until the check is answered, then behind the header of a session."""

    def open(self):
        self.allocate()
        self.check(super().media)

    def media(self, direction, payload, after=0.01):
        self.udp(direction, multiplexed(payload), CLIENT, EDGE, after)


class Active(Relay):
    """Bare, to the active destination."""

    def open(self):
        self.allocate()
        self.check(super().media)
        self.udp(SENT, set_active(self.number(), PEER, 4), CLIENT, EDGE)
        self.udp(RECEIVED, active(identity(self.numbers), 4), CLIENT, EDGE)

    def media(self, direction, payload, after=0.01):
        self.udp(direction, payload, CLIENT, EDGE, after)


class OverTcp(Way):
    """Through the relay on TCP 443: end-to-end data, framed as Microsoft's clients do."""

    def open(self):
        self.tcp = self.capture.tcp(CLIENT, (EDGE[0], 443))
        first, second = self.number(), self.number()
        for direction, payload in ((SENT, allocate(first)), (RECEIVED, challenge(first)),
                                   (SENT, allocate(second, signed=True)),
                                   (RECEIVED, allocated(second, RELAYED, CLIENT))):
            self.tcp.send(0 if direction == SENT else 1, control(payload))

    def media(self, direction, payload, after=0.01):
        self.tcp.send(0 if direction == SENT else 1, data(payload), after=after)


class DirectTcp(Way):
    """Between the peers, RFC 4571."""

    def open(self):
        self.tcp = Stream(self.capture, CLIENT, PEER)
        self.check()

    def media(self, direction, payload, after=0.01):
        self.tcp.send(0 if direction == SENT else 1, struct.pack(">H", len(payload)) + payload, after=after)


class Signalled(Way):
    """Nothing but signalling: stock RTP owns the ports, and no check was captured."""

    def open(self, dialog="call", signalling=None, ends=(CLIENT, PEER)):
        self.story = Story(*(Side(*end) for end in ends), AUDIO)
        self.story.capture, self.story.signalling = self.capture, signalling
        sip, body = self.story.sip, self.story.body
        self.story.sip = functools.partial(sip, dialog=dialog)
        self.story.body = lambda side, ufrag: body(side, ufrag + dialog)
        self.story.invite()

    def media(self, direction, payload, after=0.01):
        self.udp(direction, payload, CLIENT, PEER, after)


WAYS = {"direct": Direct, "relay": Relay, "multiplexed": Multiplexed, "active": Active, "tcp": OverTcp,
        "direct-tcp": DirectTcp, "signalled": Signalled}


def call(way, rows):
    """The capture of a call with these media."""
    made = WAYS[way]()
    made.open()
    return made.play(rows)


def faults():
    """Audio through the relay with faults both ways, then direct with video: the path has changed."""
    made = Relay()
    made.open()
    made.play([*faulty()[:130], *stream(100, direction=RECEIVED, ssrc=0xCAFE0002, payload_type=114, clock=16000,
                                        delay=lambda step: step % 3 * 0.004)])
    made.check(lambda direction, payload: made.udp(direction, payload, CLIENT, PEER))
    begin = made.capture.now + 1.5
    for when, direction, payload in sorted([
            *stream(50, sequence=65530, timestamp=21000),
            *stream(20, direction=RECEIVED, ssrc=0xCAFE0003, payload_type=122, clock=90000, period=0.04, each=3)]):
        made.udp(direction, payload, CLIENT, PEER, max(0, begin + when - made.capture.now))
    return made.capture


def captures():
    yield "media-faults.pcap", faults()
