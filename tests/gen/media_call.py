# SPDX-License-Identifier: GPL-2.0-or-later
"""One media call as the packets at the client's computer tell it, without signalling: how it allocates on relays,
how checks and media go on each path, how it ends. Addresses: the documentation ranges for what is on the Internet,
RFC 1918 for what is inside."""
import struct

from . import genuine_tls
from .dialects import AUDIO, NAMES, TEAMS, some_bytes
from .tcp443 import client_hello, control, data, server_hello
from .turn_messages import identity, multiplexed, num, sequence, srtcp
from .wire import Capture, Stream

CLIENT, SEEN = "192.168.1.6", "192.0.2.33"  # behind a NAT, which gives it the other one
OFFICE = "10.10.1.20"
PEER, PEER_SEEN, PEER_OFFICE = "192.168.178.31", "192.0.2.77", "10.20.1.30"
NEIGHBOUR = "192.168.1.9"
RELAY, ALTERNATE, THIRD = "198.51.100.123", "198.51.100.141", "198.51.100.137"  # Teams
EDGE, EDGE_2, FOREIGN_EDGE = "203.0.113.5", "203.0.113.6", "198.51.100.5"
INNER_EDGE, PROXY, RESOLVER, ROUTER = "10.30.0.5", "10.10.1.200", "10.10.1.53", "10.10.1.1"
PEER_ROUTER = "10.20.1.1"
RELAY_NAME = "relay.example.com"

# What is left of the TTL: clients begin with 128, relays are twenty routers away.
TTLS = {CLIENT: 128, OFFICE: 128, NEIGHBOUR: 128, PEER_OFFICE: 126, PEER_SEEN: 113, RELAY: 108, ALTERNATE: 108,
        THIRD: 108, EDGE: 112, EDGE_2: 112, FOREIGN_EDGE: 110, INNER_EDGE: 126, PROXY: 62, RESOLVER: 127, ROUTER: 255,
        PEER_ROUTER: 253}


class Voice:
    """RTP of one direction as its sender made it: when which packet leaves. Behind the header stands what SRTP
    leaves to be seen: noise and a tag."""

    def __init__(self, ssrc, payload_type=104, clock=16000, interval=0.1, lost=(), jitter=None, pause=None, size=30):
        """lost: numbers of packets that the network swallowed; jitter: seconds by number; pause: (from, to) in
        seconds in which the speaker says nothing and no packet is made."""
        self.ssrc, self.payload_type, self.clock, self.interval = ssrc, payload_type, clock, interval
        self.lost, self.jitter, self.pause, self.size = set(lost), jitter, pause, size
        self.elapsed, self.spoken = 0.0, 0

    def packet(self, when=0.0, begins=False):
        """The next packet, made some seconds from now."""
        header = struct.pack(">BBHII", 0x80, self.payload_type | begins << 7, 1000 + self.spoken & 0xFFFF,
                             round((self.elapsed + when) * self.clock) & 0xFFFFFFFF, self.ssrc)
        packet = header + some_bytes(f"rtp{self.ssrc}{self.spoken}", self.size)
        self.spoken += 1
        return packet

    def packets(self, seconds):
        """(time, packet) of the next seconds."""
        begins = self.spoken == 0
        for number in range(round(seconds / self.interval)):
            when = number * self.interval
            if self.pause and self.pause[0] <= when < self.pause[1]:
                begins = True
                continue
            late = self.jitter(self.spoken) if self.jitter else 0
            kept, packet = self.spoken not in self.lost, self.packet(when, begins)
            begins = False
            if kept:
                yield when + late, packet
        self.elapsed += seconds


class Allocation:
    """An allocation of the client: whom it asks, what it was given."""

    def __init__(self, call, client, server, relayed, seen, session, stream=None):
        self.call, self.client, self.server, self.relayed, self.seen = call, client, server, relayed, seen
        self.session, self.stream = session, stream
        self.nonce, self.count = some_bytes("nonce", 20), 0

    def number(self):
        self.count += 1
        return self.count

    def out(self, message, after=0.01):
        """The client sends a message to the relay."""
        if self.stream:
            self.stream.send(0, control(message), after=after)
        else:
            self.call.capture.udp(self.client, self.server, message, after)

    def into(self, message, after=0.03, source=None):
        if self.stream:
            self.stream.send(1, control(message), after=after)
        else:
            self.call.capture.udp(source or self.server, self.client, message, after)

    def request(self, lifetime=None):
        """An Allocate request with credentials; returns its transaction id and the message."""
        ident = self.call.number()
        more = [] if lifetime is None else [num(0x000D, lifetime), sequence(self.number())]
        return ident, self.call.dialect.signed(ident, AUDIO, self.nonce, self.session, *more)

    def refresh(self, after=0.01, rtt=0.03, tries=1, answered=True, refused=None):
        """Once more for the same time; refused: (code, reason)."""
        ident, message = self.request(self.call.dialect.lifetime)
        for number in range(tries):
            self.out(message, after if number == 0 else self.call.dialect.allocate_interval)
        if refused:
            self.into(self.call.dialect.refused(ident, *refused), rtt)
        elif answered:
            self.into(self.call.dialect.success(ident, self.relayed, self.seen, self.count), rtt)

    def release(self, after=0.05):
        ident = self.call.number()
        self.out(self.call.dialect.release(ident, self.nonce, self.number()), after)
        self.into(self.call.dialect.success(ident, self.relayed, self.seen, self.count, 0), 0.03)


class Path:
    """A way for payloads between client and peer; seen: where the peer sees the client's packets come from."""

    def __init__(self, out, into, seen, peer):
        self.out, self.into, self.seen, self.peer = out, into, seen, peer


class MediaCall:
    """The packets of one call, at the client's computer."""

    def __init__(self, dialect=TEAMS, client=CLIENT, seen=SEEN, ttls=None, capture=None):
        self.dialect, self.client, self.seen = dialect, client, seen
        self.capture = capture or Capture({client}, {**TTLS, **(ttls or {})})
        self.numbers, self.idents, self.names = 0, [], list(NAMES)
        self.voices = Voice(0xCAFE0001), Voice(0xCAFE0002)

    def number(self, cookie=None):
        """The next transaction id."""
        self.numbers += 1
        ident = identity(self.numbers, self.dialect.cookie if cookie is None else cookie)
        self.idents.append(ident)
        return ident

    def session(self):
        session = some_bytes(f"session {len(self.names)}", 8)
        self.names.append(session)
        return session

    def own(self, port):
        return self.client, port

    def outside(self, port):
        """Where others see a port of the client."""
        return (self.seen, port + 7000) if self.seen else (self.client, port)

    # Relays.

    def ask(self, server, port=50016, tries=None, stream=AUDIO, client=None):
        """An Allocate request that nobody answers, on the client's own schedule."""
        ident = self.number()
        for number in range(self.dialect.allocate_repeats + 1 if tries is None else tries):
            self.capture.udp((client or self.client, port), (server, 3478), self.dialect.first(ident, stream),
                             0.01 if number == 0 else self.dialect.allocate_interval)

    def allocate(self, server, relayed=None, alternate=None, port=50016, tries=1, rtt=0.04, stream=AUDIO, repeated=1):
        """Challenge and allocation over UDP. alternate: the server that the client is told to go on with; the one
        that was asked first answers for it. tries: how often the first request is sent; repeated: how often the
        challenge is captured."""
        client = self.own(port)
        asked, goes_on = (server, 3478), (alternate or server, 3478)
        relayed = relayed or (goes_on[0], 3480 if self.dialect.version == 6 else 53000 + port % 1000)
        allocation = Allocation(self, client, goes_on, relayed, self.outside(port), self.session())
        ident = self.number()
        for number in range(tries):
            self.capture.udp(client, asked, self.dialect.first(ident, stream), 0.01 if number == 0 else 0.65)
        for number in range(repeated):
            self.capture.udp(asked, client, self.dialect.challenge(ident, allocation.nonce, goes_on, relayed,
                                                                   allocation.seen, allocation.session),
                             rtt if number == 0 else 0.002)
        ident, message = allocation.request()
        allocation.out(message)
        allocation.into(self.dialect.success(ident, relayed, allocation.seen), rtt, asked)
        return allocation

    def connect(self, server, port, tries=1, answer="accept", at=443, rtt=0.03, repeats=(1.0, 2.0, 4.0)):
        """A TCP connection; answer: "accept", "reset" or None. Returns the stream."""
        stream = Stream(self.capture, self.own(port), (server, at), handshake=False)
        for number in range(tries if answer else len(repeats) + 1):
            stream.segment(0, flags="S", after=0.02 if number == 0 else repeats[number - 1])
            stream.seq[0] -= 1
        stream.seq[0] += 1
        if answer == "accept":
            stream.segment(1, flags="SA", after=rtt)
            stream.segment(0, flags="A", after=0.001)
        elif answer == "reset":
            stream.segment(1, flags="RA", after=rtt)
        return stream

    def hello(self, stream, answer=None, repeats=0, rtt=0.03):
        """Pseudo-TLS; answer: bytes of whoever answers, True for the Edge's; repeats: how often TCP sends it again."""
        stream.send(0, client_hello())
        for number in range(repeats):
            stream.seq[0] -= 50
            stream.send(0, client_hello(), after=0.3 * 2 ** number)
        if answer:
            stream.send(1, server_hello() if answer is True else answer, after=rtt)

    def allocate_tcp(self, server, relayed, port=50210, rtt=0.04, stream=None, **connection):
        """Pseudo-TLS and an allocation on TCP 443, or on a stream that is open already."""
        if not stream:
            stream = self.connect(server, port, rtt=rtt, **connection)
            self.hello(stream, True, rtt=rtt)
        allocation = Allocation(self, self.own(port), (server, 443), relayed, self.outside(port), self.session(),
                                stream)
        ident = self.number()
        allocation.out(self.dialect.first(ident, AUDIO))
        allocation.into(self.dialect.challenge(ident, allocation.nonce, (server, 443), relayed, allocation.seen,
                                               allocation.session), rtt)
        ident, message = allocation.request()
        allocation.out(message)
        allocation.into(self.dialect.success(ident, relayed, allocation.seen), rtt)
        return allocation

    def tls(self, server, port=50018, name=RELAY_NAME, **options):
        """What Teams does in parallel: genuine TLS on 443 to the relay."""
        stream = self.connect(server, port)
        genuine_tls.converse(stream, name, **options)
        return stream

    # Paths.

    def direct(self, peer, port=50016, seen=None, client=None):
        """Straight from socket to socket; seen: where the peer sees the client, unless there is a NAT where it is."""
        own = (client or self.client, port)
        return Path(lambda payload, after: self.capture.udp(own, peer, payload, after),
                    lambda payload, after: self.capture.udp(peer, own, payload, after), seen or own, peer)

    def through(self, allocation, peer, out=True, into=True):
        """Over the own relay in Send requests and Data Indications; False: multiplexed in that direction."""
        dialect, mux = self.dialect, lambda payload: multiplexed(payload, allocation.session)

        def send(payload, after):
            if out:
                allocation.out(dialect.send(self.number(), peer, payload, allocation.number()), after)
            else:
                self.capture.udp(allocation.client, allocation.server, mux(payload), after)

        def receive(payload, after):
            if into:
                allocation.into(dialect.indication(self.number(False), peer, payload), after)
            else:
                self.capture.udp(allocation.server, allocation.client, mux(payload), after)

        return Path(send, receive, allocation.relayed, peer)

    def active(self, allocation, peer):
        """Over the own relay, bare: the peer is the active destination."""
        def send(payload, after):
            if allocation.stream:
                allocation.stream.send(0, data(payload), after=after)
            else:
                self.capture.udp(allocation.client, allocation.server, payload, after)

        def receive(payload, after):
            if allocation.stream:
                allocation.stream.send(1, data(payload), after=after)
            else:
                self.capture.udp(allocation.server, allocation.client, payload, after)

        return Path(send, receive, allocation.relayed, peer)

    def to_session(self, path, session):
        """A path to the peer's relayed address, where a session tells whose it is."""
        return Path(lambda payload, after: path.out(multiplexed(payload, session), after),
                    lambda payload, after: path.into(multiplexed(payload, session), after), path.seen, path.peer)

    def framed(self, stream):
        """A direct TCP connection: each payload behind its length. (RFC 4571)"""
        return Path(lambda payload, after: stream.send(0, struct.pack(">H", len(payload)) + payload, after=after),
                    lambda payload, after: stream.send(1, struct.pack(">H", len(payload)) + payload, after=after),
                    stream.ends[0], stream.ends[1])

    # Checks.

    def silent_check(self, path, waits=None, after=0.02):
        """A check that is never answered, with its repetitions."""
        request = self.dialect.check(self.number(), True)
        for wait in (after, *(self.dialect.check_waits if waits is None else waits)):
            path.out(request, wait)

    def silent_checks(self, *paths):
        """The same on several pairs at once, in turn."""
        requests = [self.dialect.check(self.number(), True) for _ in paths]
        for wait in (0.02, *self.dialect.check_waits):
            for number, (path, request) in enumerate(zip(paths, requests)):
                path.out(request, wait if number == 0 else 0.02)

    def check(self, path, rtt=0.03, nominated=False, after=0.02, tries=1):
        """A check of the client's that is answered."""
        ident = self.number()
        for number in range(tries):
            path.out(self.dialect.check(ident, True, nominated), after if number == 0 else 0.1 * 2 ** number)
        path.into(self.dialect.answer(ident, True, path.seen), rtt)

    def peer_check(self, path, after=0.005, answered=True, tries=1):
        """A check of the peer's."""
        ident = self.number()
        for number in range(tries):
            path.into(self.dialect.check(ident, False), after if number == 0 else 0.1 * 2 ** number)
            if answered:
                path.out(self.dialect.answer(ident, False, path.peer), 0.001)

    def agree(self, path, rtt=0.03):
        """Checks of both sides are answered, then the client nominates the pair (regular nomination)."""
        self.check(path, rtt)
        self.peer_check(path)
        self.check(path, rtt, nominated=True, after=0.1)

    # Media.

    def consent(self, path, when, rtt=0.03, answered=True):
        """Events for talk(): a check of the pair in use."""
        ident = self.number()
        events = [(when, lambda: path.out(self.dialect.check(ident, True), 0))]
        return events + ([(when + rtt, lambda: path.into(self.dialect.answer(ident, True, path.seen), 0))]
                         if answered else [])

    def talk(self, path, seconds=6.0, sent=True, received=True, events=(), consents=(2.5,)):
        """Media both ways; sent, received: a Voice, True for that of the call, None for silence. events: (time,
        function), besides. Sender reports go along."""
        start, index = self.capture.now + 0.02, len(self.capture.frames)
        plan = list(events)
        for when in consents:
            plan += self.consent(path, when)
        for voice, default, way in zip((sent, received), self.voices, (path.out, path.into)):
            voice = default if voice is True else voice
            for when, packet in voice.packets(seconds) if voice else ():
                plan.append((when, lambda way=way, packet=packet: way(packet, 0)))
            if voice:
                plan += [(when, lambda way=way, voice=voice, when=when: way(srtcp(index + int(when), voice.ssrc), 0))
                         for when in (1.05, 4.05) if when < seconds]
        self.play(start, plan)
        self.capture.now = max(self.capture.now, start + seconds)

    def play(self, start, plan):
        """Lets things happen in the order of their time."""
        for when, event in sorted(plan, key=lambda item: item[0]):
            self.capture.now = max(self.capture.now, start + when)
            event()
