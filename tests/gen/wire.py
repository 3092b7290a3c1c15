# SPDX-License-Identifier: GPL-2.0-or-later
"""What the capture generators share: packets with a clock of their own, and writing them as pcap.

A capture is a list of frames (bytes of Ethernet frames with a time). Everything is deterministic: the same
source makes the same bytes, so that a test can make them again and compare.
"""
import socket
import struct

from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6DestUnreach, IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

MAC_A, MAC_B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
EPOCH = 1388577600.0  # 2014-01-01 12:00:00 UTC, in the years of these products
TCP, UDP = 6, 17
TCP_FLAGS = {letter: 1 << bit for bit, letter in enumerate("FSRPAUEC")}


def checksum(data):
    """The sum of RFC 1071."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


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

    def packet(self, src, dst, protocol, segment, sum_at):
        """The frame of a UDP or TCP segment between two addresses, without scapy, which takes its time; the segment's
        checksum stands at sum_at."""
        six = ":" in src
        ends = b"".join(socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, end) for end in (src, dst))
        summed = checksum(ends + struct.pack(">II", protocol, len(segment)) + segment)
        if protocol == UDP:
            summed = summed or 0xFFFF
        segment = segment[:sum_at] + struct.pack(">H", summed) + segment[sum_at + 2:]
        macs = (MAC_B, MAC_A) if not self.own or src in self.own else (MAC_A, MAC_B)
        ether = bytes.fromhex("".join(macs).replace(":", "")) + (b"\x86\xdd" if six else b"\x08\x00")
        left = self.ttls.get(src, 64)
        if six:
            return ether + struct.pack(">IHBB", 0x60000000, len(segment), protocol, left) + ends + segment
        self.idents = (self.idents + 1) & 0xFFFF
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), self.idents, 0, left, protocol, 0)
        return ether + header[:10] + struct.pack(">H", checksum(header + ends)) + ends + segment

    def udp(self, src, dst, payload, after=0.01):
        """One UDP datagram; src and dst are (address, port)."""
        payload = bytes(payload)
        self.frame(self.packet(src[0], dst[0], UDP, struct.pack(">HHHH", src[1], dst[1], 8 + len(payload), 0) + payload,
                               6), after)

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

    def write(self, path, snaplen=262144, link=1):
        """Writes the capture as pcap, cutting frames at snaplen; link: the type of its frames, Ethernet."""
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, link))
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
        header = struct.pack(">HHIIBBHHH", sport, dport, self.seq[side], ack, 0x50,
                             sum(TCP_FLAGS[flag] for flag in flags), 65000, 0, 0)
        self.capture.frame(self.capture.packet(src, dst, TCP, header + bytes(payload), 16), after)
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
