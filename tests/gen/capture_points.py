# SPDX-License-Identifier: GPL-2.0-or-later
"""One file, two places where it was captured: the client's computer and the Edge, with clocks that are apart. And a
mirror port, which gives each frame twice."""
import socket
import struct

from .dialects import LYNC
from .media_call import INNER_EDGE, OFFICE, TTLS, MediaCall
from .packet_failures import sharing_fails
from .packet_stories import REFLEXIVE, activate, lync_direct, teams_direct
from .story_rows import Row, pcaps
from .wire import EPOCH, Capture, checksum

CLIENT_POINT, EDGE_POINT = 0, 1
NAMES = "client", "edge"
HOPS, TRANSIT = 2, 0.004  # between the two points


def block(kind, body):
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


class TwoPoints(Capture):
    """What the client sends to the Edge is seen at both, unless `seen_at` says otherwise. The Edge's clock is three
    seconds ahead; frames stand in the order of their times, as mergecap writes them. A frame has a fourth member,
    its point."""

    def __init__(self, own, edge, ttls=None):
        super().__init__(own, ttls)
        self.edge, self.apart, self.seen_at = edge, 3.0, (CLIENT_POINT, EDGE_POINT)

    def frame(self, packet, after=0.01, captured=None):
        self.now += after if self.frames else 0.0
        data = bytes(packet)
        ends = [socket.inet_ntoa(data[at:at + 4]) for at in (26, 30)]
        sent = ends[0] in self.own
        if CLIENT_POINT in self.seen_at:
            self.frames.append((self.now, data, captured, CLIENT_POINT))
        if EDGE_POINT in self.seen_at and self.edge in ends:
            when = self.now + (TRANSIT if sent else -TRANSIT)
            self.frames.append((when + self.apart, self.elsewhere(data, -HOPS if sent else HOPS), captured, EDGE_POINT))

    @staticmethod
    def elsewhere(data, hops):
        """The same packet some routers on, or before."""
        header = data[14:22] + bytes([data[22] + hops, data[23], 0, 0]) + data[26:34]
        return data[6:12] + data[:6] + data[12:14] + header[:10] + struct.pack(">H", checksum(header)) + data[26:]

    def sorted(self):
        return sorted(self.frames, key=lambda frame: frame[0])

    def write(self, path, snaplen=262144):
        write_points(path, self.sorted())


def write_points(path, frames):
    """Writes (time, bytes, captured, point) as pcapng with an interface for each point."""
    with open(path, "wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for name in NAMES:
            out.write(block(1, struct.pack("<HHI", 1, 0, 262144) + option(2, name.encode()) + option(0, b"")))
        for when, data, captured, point in frames:
            micros = round((EPOCH + when) * 1000000)
            held = data[:captured]
            out.write(block(6, struct.pack("<IIIII", point, micros >> 32, micros & 0xFFFFFFFF, len(held), len(data))
                            + held))


def call_at_both(dialect=LYNC):
    call = MediaCall(dialect, OFFICE, None, capture=TwoPoints({OFFICE}, INNER_EDGE, TTLS))
    call.points = NAMES
    return call


RELAYED = ("203.0.113.5", 54829)


def healthy():
    """Nothing is wrong: each packet is there twice, three seconds apart by the clocks."""
    call = call_at_both()
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), 4, consents=())
    call.first.release()
    return call


def answer_lost():
    """The Edge answers each request on UDP 3478, and no answer arrives; over TCP 443 the call connects."""
    call = call_at_both()
    ident = call.number()
    for number in range(10):
        call.capture.udp(call.own(50016), (INNER_EDGE, 3478), call.dialect.first(ident, 1), 0.6 if number else 0.01)
        call.capture.seen_at = (EDGE_POINT,)
        call.capture.udp((INNER_EDGE, 3478), call.own(50016), call.dialect.challenge(
            ident, b"nonce", (INNER_EDGE, 3478), None, None, None), 0.05)
        call.capture.seen_at = (CLIENT_POINT, EDGE_POINT)
    call.first = call.allocate_tcp(INNER_EDGE, RELAYED)
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), 4, consents=())
    call.first.release()
    return call


def impostor():
    """UDP 3478 reaches the Edge. On TCP 443 the client sees answers that the Edge never sent."""
    call = call_at_both()
    call.first = call.allocate(INNER_EDGE, relayed=RELAYED)
    call.capture.seen_at = (CLIENT_POINT,)
    for port in (50210, 50211):
        stream = call.connect(INNER_EDGE, port)
        call.hello(stream)
        stream.segment(1, flags="RA", after=0.02)
    call.capture.seen_at = (CLIENT_POINT, EDGE_POINT)
    sharing_fails(call)
    call.first.release()
    return call


def mirrored(story=teams_direct):
    """A mirror port sees each frame come and go, ten microseconds apart."""
    call = story()
    call.capture.frames = [(when + late, *rest) for when, *rest in call.capture.frames for late in (0, 0.00001)]
    return call


ROWS = [
    Row("two-points", healthy, "connected", "own relay", wrong=("impostor", "relay_unreachable")),
    # What the second point says beside the client's is not told apart yet: with the answer that the Edge sent and the
    # client never got there is no cause, and the impostor on TCP 443 is the firewall that it stands in.
    Row("two-points-answer-lost", answer_lost, "connected", "own relay", (None, "udp_3478_blocked"),
        ("relay_unreachable", "impostor"), transport="TCP", pcap=True),
    Row("two-points-impostor", impostor, "failed", None, ("impostor", "firewall_443"),
        ("relay_unreachable", "media_reset"), pcap=True),
    Row("mirrored", mirrored, "connected", "direct", wrong=("credentials_unknown", "impostor"), pcap=True),
    Row("mirrored-lync", lambda: mirrored(lync_direct), "connected", "direct", wrong=("credentials_unknown",)),
]


def captures():
    return pcaps(ROWS)
