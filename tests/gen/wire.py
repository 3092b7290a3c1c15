# SPDX-License-Identifier: GPL-2.0-or-later
"""What the capture generators share: packets with a clock of their own, and writing them as pcap.

A capture is a list of frames (bytes of Ethernet frames with a time). Everything is deterministic: the same
source makes the same bytes, so that a test can make them again and compare.
"""
import struct

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6DestUnreach, IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

MAC_A, MAC_B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
EPOCH = 1388577600.0  # 2014-01-01 12:00:00 UTC, in the years of these products


class Capture:
    """Frames in the order of time. Times are seconds since the first frame.

    own: addresses of the computer that captures; without them all frames look sent by it. ttls: by address, what is
    left of the TTL or hop limit of its packets where they are captured; 64 where nothing is said."""

    def __init__(self, own=(), ttls=None):
        self.frames = []
        self.now = 0.0
        self.idents = 0
        self.own = set(own)
        self.ttls = ttls or {}

    def frame(self, packet, after=0.01, captured=None):
        """Adds one Ethernet frame (scapy packet or bytes), `after` seconds behind the one before; captured: how
        many of its bytes the capture holds."""
        self.now += after if self.frames else 0.0
        self.frames.append((self.now, bytes(packet), captured))

    def _ip(self, src, dst):
        sent = not self.own or src in self.own
        ether = Ether(src=MAC_A, dst=MAC_B) if sent else Ether(src=MAC_B, dst=MAC_A)
        left = self.ttls.get(src, 64)
        if ":" in src:
            return ether / IPv6(src=src, dst=dst, hlim=left)
        self.idents = (self.idents + 1) & 0xFFFF
        return ether / IP(src=src, dst=dst, id=self.idents, ttl=left)

    def udp(self, src, dst, payload, after=0.01):
        """One UDP datagram; src and dst are (address, port)."""
        self.frame(self._ip(src[0], dst[0]) / UDP(sport=src[1], dport=dst[1]) / Raw(payload), after)

    def unreachable(self, router, code, after=0.01):
        """An ICMP or ICMPv6 error, destination unreachable, from a router or host about the latest frame."""
        quoted = Ether(self.frames[-1][1]).payload
        to = quoted.src
        if quoted.version == 6:
            packet = self._ip(router, to) / ICMPv6DestUnreach(code=code) / Raw(bytes(quoted)[:1232])
        else:
            packet = self._ip(router, to) / ICMP(type=3, code=code) / Raw(bytes(quoted)[:28])
        self.frame(packet, after)

    def tcp(self, client, server):
        """A TCP connection between two (address, port): returns a Stream, opened by a handshake."""
        return Stream(self, client, server)

    def write(self, path, snaplen=262144):
        """Writes the capture as pcap, cutting frames at snaplen."""
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, 1))
            for when, data, captured in self.frames:
                micros = round((EPOCH + when) * 1000000)
                held = data[:snaplen if captured is None else captured]
                out.write(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(held), len(data)))
                out.write(held)


class Stream:
    """One TCP connection inside a capture."""

    def __init__(self, capture, client, server, handshake=True):
        self.capture, self.ends = capture, (client, server)
        self.seq = [1000, 5000]
        if handshake:
            self.segment(0, flags="S")
            self.segment(1, flags="SA")
            self.segment(0, flags="A")

    def segment(self, side, payload=b"", flags="PA", after=0.01):
        """One segment from side 0 (client) or 1 (server)."""
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        ack = self.seq[1 - side] if "A" in flags else 0
        packet = self.capture._ip(src, dst) / TCP(sport=sport, dport=dport, seq=self.seq[side], ack=ack,
                                                  flags=flags, window=65000)
        self.capture.frame(packet / Raw(payload) if payload else packet, after)
        self.seq[side] += len(payload) + ("S" in flags) + ("F" in flags)

    def send(self, side, payload, sizes=None, after=0.01):
        """Sends payload from a side, cut into segments of the given sizes (the rest in one)."""
        for size in sizes or []:
            self.segment(side, payload[:size], after=after)
            payload = payload[size:]
        if payload:
            self.segment(side, payload, after=after)

    def close(self):
        """An orderly end."""
        self.segment(0, flags="FA")
        self.segment(1, flags="FA")
        self.segment(0, flags="A")
