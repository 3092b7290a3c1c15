# SPDX-License-Identifier: GPL-2.0-or-later
"""One file, two places where it was captured: the client's computer and the Edge, with clocks that are apart; and what
looks like it: a mirror port, which gives each frame twice, and a tap with an interface for each direction."""
import socket
import struct

from .dialects import LYNC, some_bytes
from .media_call import INNER_EDGE, OFFICE, TTLS, MediaCall, Voice
from .packet_failures import checks_of_one_without_relay, sharing_fails
from .packet_stories import REFLEXIVE, activate, lync_direct, teams_direct
from .story_rows import Row, pcaps
from .wire import EPOCH, TCP, UDP, Capture, Stream, checksum

CLIENT_POINT, EDGE_POINT, BORDER_POINT = 0, 1, 2
NAMES = "client", "edge", "border"
HOPS, TRANSIT = 2, 0.004  # between the client and the Edge
APART = 3.0               # by how much the Edge's clock is ahead
NEIGHBOUR_AT_EDGE = "10.30.0.99"


def block(kind, body):
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def write_points(path, frames, names=NAMES):
    """Writes (time, bytes, captured, point) as pcapng with an interface for each point."""
    count = max([EDGE_POINT, *(frame[3] for frame in frames)]) + 1
    with open(path, "wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for name in names[:count]:
            out.write(block(1, struct.pack("<HHI", 1, 0, 262144) + option(2, name.encode()) + option(0, b"")))
        for when, data, captured, point in frames:
            micros = round((EPOCH + when) * 1000000)
            held = data[:captured]
            out.write(block(6, struct.pack("<IIIII", point, micros >> 32, micros & 0xFFFFFFFF, len(held), len(data))
                            + held))


def ends_of(data):
    """The addresses of a frame with IPv4."""
    return [socket.inet_ntoa(data[at:at + 4]) for at in (26, 30)]


def elsewhere(data, hops, point, macs=True):
    """The same packet some routers on, or before; macs: it has the MAC addresses of there."""
    header = data[14:22] + bytes([data[22] + hops, data[23], 0, 0]) + data[26:34]
    ether = data[:4] + bytes([point]) + data[5:10] + bytes([point]) + data[11:14] if macs else data[:14]
    return ether + header[:10] + struct.pack(">H", checksum(header)) + data[26:]


def without_ident(data):
    """The same packet with Don't Fragment and no identification, as Linux and macOS send many (RFC 6864)."""
    header = data[14:18] + b"\0\0\x40\0" + data[22:24] + b"\0\0" + data[26:34]
    return data[:14] + header[:10] + struct.pack(">H", checksum(header)) + header[12:] + data[34:]


PREFIX = bytes.fromhex("20010db8000000000000ffff")
SUM_AT = {TCP: 16, UDP: 6}


def over_ipv6(data):
    """The same segment or datagram in IPv6."""
    at = SUM_AT[data[23]]
    ends, segment = PREFIX + data[26:30] + PREFIX + data[30:34], data[34:34 + at] + bytes(2) + data[36 + at:]
    summed = checksum(ends + struct.pack(">II", len(segment), data[23]) + segment) or 0xFFFF
    return (data[:12] + b"\x86\xdd" + struct.pack(">IHBB", 0x60000000, len(segment), data[23], data[22]) + ends +
            segment[:at] + struct.pack(">H", summed) + segment[at + 2:])


class Points(Capture):
    """What the client and the Edge send to each other is seen at the client, at the Edge and, when there are three
    points, at the border of the network between them, unless `seen_at` says otherwise. apart: by how much the clock of
    each point is ahead. Frames stand in the order of their times, as mergecap writes them; a frame has a fourth member,
    its point."""

    def __init__(self, own, edge, ttls=None, apart=(0.0, APART)):
        super().__init__(own, ttls)
        self.edge, self.apart = edge, apart
        self.hops = (0, HOPS, HOPS - 1)[:len(apart)]
        self.all = self.seen_at = tuple(range(len(apart)))

    def frame(self, packet, after=0.01, captured=None):
        self.now += after if self.frames else 0.0
        data = bytes(packet)
        ends = ends_of(data)
        sent = 1 if ends[0] in self.own else -1
        # What answers to what does not wait for its acknowledgement in these stories: TCP takes no time.
        transit = TRANSIT / HOPS if data[23] == UDP else 0.0
        for point in self.seen_at:
            if point == CLIENT_POINT and set(ends) & self.own:
                self.frames.append((self.now, data, captured, point))
            elif point != CLIENT_POINT and self.edge in ends:
                hops = self.hops[point]
                self.frames.append((self.now + sent * hops * transit + self.apart[point],
                                    elsewhere(data, -sent * hops, point), captured, point))

    def at(self, *points):
        """What follows is seen at these points only."""
        self.seen_at = points

    def sorted(self):
        return sorted(self.frames, key=lambda frame: frame[0])

    def write(self, path, snaplen=262144):
        write_points(path, self.sorted())


def call_at_both(dialect=LYNC, apart=(0.0, APART)):
    call = MediaCall(dialect, OFFICE, None, capture=Points({OFFICE}, INNER_EDGE, TTLS, apart))
    call.points = NAMES
    return call


def neighbour(call, now=0.0):
    """Somebody else at the Edge, seen there only: the Edge answers on TCP 443 and UDP 3478."""
    capture, before = call.capture, call.capture.now
    capture.at(EDGE_POINT)
    capture.now = before + now
    stream = Stream(capture, (NEIGHBOUR_AT_EDGE, 40000), (INNER_EDGE, 443))
    stream.close()
    capture.udp((NEIGHBOUR_AT_EDGE, 40001), (INNER_EDGE, 3478), some_bytes("other", 20))
    capture.at(*capture.all)
    capture.now = before


RELAYED = ("203.0.113.5", 54829)


def over_relay(call):
    """Through the Edge to the peer, whatever way the allocation was made; a few seconds of media."""
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), 4, consents=())
    call.first.release()
    return call


def healthy(apart=(0.0, APART)):
    """Nothing is wrong: each packet is there twice, three seconds apart by the clocks."""
    call = call_at_both(apart=apart)
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    return over_relay(call)


def healthy_tcp(apart=(0.0, APART)):
    """The same over TCP 443."""
    call = call_at_both(apart=apart)
    call.first = call.allocate_tcp(INNER_EDGE, RELAYED)
    return over_relay(call)


def ask(call, *points, tries=10):
    """Allocate requests, seen at these points, and no answer."""
    call.capture.at(*points)
    call.ask(INNER_EDGE, tries=tries)
    call.capture.at(*call.capture.all)


def request_lost(apart=(0.0, APART)):
    """UDP 3478 never reaches the Edge; over TCP 443 the call connects."""
    call = call_at_both(apart=apart)
    neighbour(call)
    ask(call, CLIENT_POINT)
    call.first = call.allocate_tcp(INNER_EDGE, RELAYED)
    return over_relay(call)


def answer_lost(apart=(0.0, APART)):
    """The Edge answers each request on UDP 3478, and no answer arrives; over TCP 443 the call connects."""
    call = call_at_both(apart=apart)
    ident = call.number()
    for number in range(10):
        call.capture.udp(call.own(50016), (INNER_EDGE, 3478), call.dialect.first(ident, 1), 0.6 if number else 0.01)
        call.capture.at(EDGE_POINT)
        call.capture.udp((INNER_EDGE, 3478), call.own(50016), call.dialect.challenge(
            ident, b"nonce", (INNER_EDGE, 3478), None, None, None), 0.05)
        call.capture.at(*call.capture.all)
    call.first = call.allocate_tcp(INNER_EDGE, RELAYED)
    return over_relay(call)


def relay_silent(apart=(0.0, APART)):
    """Everything reaches the Edge, and its service does not run."""
    call = call_at_both(apart=apart)
    neighbour(call)
    call.ask(INNER_EDGE)
    call.connect(INNER_EDGE, 50210, answer=None)
    checks_of_one_without_relay(call)
    return call


def impostor(apart=(0.0, APART), answer=None, looks=True):
    """UDP 3478 reaches the Edge. On TCP 443 the client sees answers that the Edge never sent: to the SYN, and a reset or
    another answer to the hello. looks: the Edge's capture holds TCP at all."""
    call = call_at_both(apart=apart)
    if looks:
        neighbour(call)
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    call.capture.at(CLIENT_POINT)
    for port in (50210, 50211):
        stream = call.connect(INNER_EDGE, port)
        call.hello(stream, answer)
        stream.segment(1, flags="RA", after=0.02)
    call.capture.at(*call.capture.all)
    sharing_fails(call)
    call.first.release()
    return call


def syn_impostor(apart=(0.0, APART)):
    """Only the SYN is answered in the Edge's place; then the hello is swallowed."""
    call = call_at_both(apart=apart)
    neighbour(call)
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    call.capture.at(CLIENT_POINT)
    for port in (50210, 50211):
        stream = call.connect(INNER_EDGE, port)
        call.hello(stream, repeats=4)
    call.capture.at(*call.capture.all)
    sharing_fails(call)
    call.first.release()
    return call


def hello_impostor(apart=(0.0, APART)):
    """The connections and the hellos reach the Edge, which says nothing; the client gets an answer all the same."""
    call = call_at_both(apart=apart)
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    for port in (50210, 50211):
        stream = call.connect(INNER_EDGE, port)
        call.hello(stream)
        call.capture.at(CLIENT_POINT)
        stream.send(1, b"+OK ready\r\n", after=0.01)
        stream.close()
        call.capture.at(*call.capture.all)
    sharing_fails(call)
    call.first.release()
    return call


def udp_impostor(apart=(0.0, APART)):
    """On UDP 3478 somebody asks for credentials for ever, of whom the Edge knows nothing. The hellos on TCP 443 arrive
    there, and its answers to them are swallowed."""
    call = call_at_both(apart=apart)
    neighbour(call)
    call.capture.at(CLIENT_POINT)
    client, server = call.own(50016), (INNER_EDGE, 3478)
    for number in range(4):
        ident, nonce = call.number(), some_bytes(f"n{number}", 20)
        request = call.dialect.signed(ident, 1, nonce, None) if number else call.dialect.first(ident, 1)
        call.capture.udp(client, server, request)
        call.capture.udp(server, client, call.dialect.challenge(ident, nonce, server, None, None, None), 0.03)
    call.capture.at(*call.capture.all)
    stream = call.connect(INNER_EDGE, 50210)
    call.hello(stream, repeats=5)
    stream.segment(0, flags="FA", after=5.0)
    checks_of_one_without_relay(call)
    neighbour(call)
    return call


def answers_not_captured(apart=(0.0, APART)):
    """The Edge's capture holds what comes in, and nothing of what it sends: that proves nothing."""
    call = call_at_both(apart=apart)
    neighbour(call)
    client, server = call.own(50016), (INNER_EDGE, 3478)
    for number in range(3):
        ident = call.number()
        call.capture.udp(client, server, call.dialect.signed(ident, 1, b"nonce", None) if number else
                         call.dialect.first(ident, 1))
        call.capture.at(CLIENT_POINT)
        call.capture.udp(server, client, call.dialect.refused(ident, 486, b"Allocation Quota Reached") if number else
                         call.dialect.challenge(ident, b"nonce", server, None, None, None), 0.03)
        call.capture.at(*call.capture.all)
    checks_of_one_without_relay(call)
    return call


def media_lost(between, apart=(0.0, APART)):
    """A tenth of what the peer sends gets lost: between the two points, or before both."""
    call = call_at_both(apart=apart)
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    path = call.active(call.first, REFLEXIVE)
    lost = range(3, 80, 10)
    into = path.into

    def receive(payload, after):
        """What gets lost behind the Edge is seen there."""
        number = struct.unpack(">H", payload[2:4])[0] - 1000
        if between and payload[1] & 0x7F == 104 and number in lost:
            call.capture.at(EDGE_POINT)
        into(payload, after)
        call.capture.at(*call.capture.all)

    path.into = receive
    call.talk(path, 8, True, Voice(0xCAFE0002, lost=() if between else lost), consents=())
    call.first.release()
    return call


def three_points():
    """The border of the network besides, with a clock of its own."""
    return healthy((0.0, APART, -2.0))


# What looks like it.

def merged(story, macs=True):
    """The frames of all points in a file that keeps no interfaces; macs: those of each point differ."""
    call = story()
    capture = Capture(call.capture.own, TTLS)
    capture.frames = [(when, data if macs else data[:4] + b"\0" + data[5:10] + b"\0" + data[11:], captured)
                      for when, data, captured, _ in call.capture.sorted()]
    capture.now, call.capture = call.capture.now, capture
    del call.points
    return call


def merged_healthy():
    return merged(healthy)


def tapped(story=lync_direct):
    """A tap with an interface for each direction: the same packet is never there twice."""
    call = story()
    capture = Points(call.capture.own, INNER_EDGE, TTLS, (0.0, 0.0))
    capture.frames = [(when, data, captured, int(ends_of(data)[0] not in capture.own))
                      for when, data, captured in call.capture.frames]
    call.capture, call.points = capture, NAMES
    return call


def mirrored(story=teams_direct):
    """A mirror port sees each frame come and go, ten microseconds apart."""
    call = story()
    call.capture.frames = [(when + late, *rest) for when, *rest in call.capture.frames for late in (0, 0.00001)]
    return call


def mirrored_twice(story=lync_direct):
    """The same with an interface for coming and one for going."""
    call = tapped(story)
    call.capture.frames = [(when + late, data, captured, point) for when, data, captured, _ in call.capture.frames
                           for point, late in enumerate((0, 0.00001))]
    return call


HIGH = "high"
ROWS = [
    Row("two-points", healthy, "connected", "own relay", wrong=("impostor", "relay_unreachable"), pcap=True),
    Row("two-points-behind", lambda: healthy((0.0, -APART)), "connected", "own relay", wrong=("impostor",)),
    Row("two-points-tcp", healthy_tcp, "connected", "own relay", transport="TCP", wrong=("impostor",)),
    Row("two-points-tcp-behind", lambda: healthy_tcp((0.0, -APART)), "connected", "own relay", transport="TCP"),
    Row("three-points", three_points, "connected", "own relay", wrong=("impostor",)),
    Row("two-points-request-lost", request_lost, "connected", "own relay", "udp_3478_blocked",
        ("relay_unreachable", "impostor"), transport="TCP"),
    Row("two-points-answer-lost", answer_lost, "connected", "own relay", "udp_3478_blocked",
        ("relay_unreachable", "impostor"), transport="TCP", pcap=True),
    Row("two-points-relay-silent", relay_silent, "failed", None, "relay_unreachable", ("udp_3478_blocked", "impostor"),
        HIGH),
    Row("two-points-impostor", impostor, "failed", None, "impostor", ("relay_unreachable", "media_reset"), HIGH,
        pcap=True),
    Row("two-points-impostor-behind", lambda: impostor((0.0, -APART)), "failed", None, "impostor", (), HIGH),
    Row("two-points-impostor-unsure", lambda: impostor(looks=False), "failed", None, "impostor", (), most="medium"),
    Row("two-points-syn-impostor", syn_impostor, "failed", None, "impostor", ("connection_limit",), HIGH),
    Row("two-points-hello-impostor", hello_impostor, "failed", None, "impostor", (), HIGH),
    Row("two-points-udp-impostor", udp_impostor, "failed", None, "impostor", ("credentials_unknown",), HIGH),
    Row("two-points-no-answers", answers_not_captured, "failed", None, "relay_quota", ("impostor",)),
    Row("two-points-media-lost", lambda: media_lost(True), "connected", "own relay", "media_quality", most="medium"),
    Row("two-points-media-lost-before", lambda: media_lost(False), "connected", "own relay", "media_quality",
        most="medium"),
    Row("merged", merged_healthy, "connected", "own relay", wrong=("impostor",), pcap=True),
    Row("merged-behind", lambda: merged(lambda: healthy((0.0, -APART))), "connected", "own relay"),
    Row("merged-same-macs", lambda: merged(healthy, False), "connected", "own relay"),
    Row("merged-impostor", lambda: merged(impostor), "failed", None, "impostor", (), HIGH),
    Row("tapped", tapped, "connected", "direct", wrong=("impostor",)),
    Row("mirrored", mirrored, "connected", "direct", wrong=("credentials_unknown", "impostor"), pcap=True),
    Row("mirrored-lync", lambda: mirrored(lync_direct), "connected", "direct", wrong=("credentials_unknown",)),
    Row("mirrored-twice", mirrored_twice, "connected", "direct", wrong=("impostor",)),
]


def captures():
    return pcaps(ROWS)
