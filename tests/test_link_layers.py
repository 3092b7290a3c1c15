# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said about a call does not depend on the network that its packets were captured on: on "any" interface of
Linux, on a VPN without link layer, behind tags and labels, or in a tunnel, the tables are those of plain Ethernet."""
import struct

import pytest

import captures
from conftest import TOP

# Told by different things: checks, TCP connections, an HTTP proxy, ICMP errors, DNS, hop counts, dialogs.
CAPTURES = ("packets-teams-nat", "packets-teams-443-reset", "packets-connect-refused", "packets-port-unreachable",
            "packets-name-not-found", "packets-another-device", "sbc-bypass")

ETHERTYPE = 12
IPV4 = 0x0800
PPP_OF = {IPV4: 0x21, 0x86DD: 0x57}


def in_ipv4(protocol, payload):
    """An IPv4 packet between the ends of a tunnel."""
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
    return header + bytes((172, 31, 0, 1, 172, 31, 0, 2)) + payload


def cooked(frame, kind, packet):
    return struct.pack("!HHH8sH", 0, 1, 6, frame[6:12], kind) + packet


def cooked2(frame, kind, packet):
    return struct.pack("!HHIHBB8s", kind, 0, 2, 1, 0, 6, frame[6:12]) + packet


def pppoe(frame, kind, packet):
    return frame[:ETHERTYPE] + struct.pack("!HBBHHH", 0x8864, 0x11, 0, 1, len(packet) + 2, PPP_OF[kind]) + packet


def gre(frame, kind, packet):
    return frame[:ETHERTYPE] + struct.pack("!H", IPV4) + in_ipv4(47, struct.pack("!HH", 0, kind) + packet)


def vxlan(frame, _, __):
    datagram = struct.pack("!HHHHII", 50000, 4789, 16 + len(frame), 0, 0x08000000, 5 << 8) + frame
    return frame[:ETHERTYPE] + struct.pack("!H", IPV4) + in_ipv4(17, datagram)


def gtp(frame, _, packet):
    """As a mobile network carries a subscriber's packets."""
    datagram = struct.pack("!HHHHBBHI", 2152, 2152, 16 + len(packet), 0, 0x30, 255, len(packet), 77) + packet
    return frame[:ETHERTYPE] + struct.pack("!H", IPV4) + in_ipv4(17, datagram)


def wireless(frame, kind, packet):
    """Decrypted, from an access point."""
    addresses = frame[:12] + frame[:6]
    return struct.pack("<HH", 0x0108, 0) + addresses + bytes(2) + b"\xaa\xaa\3\0\0\0" + struct.pack("!H", kind) + packet


# Link type of the capture, and how a packet lies in a frame there.
LAYERS = {
    "raw": (101, lambda frame, kind, packet: packet),
    "cooked": (113, cooked),
    "cooked2": (276, cooked2),
    "tags": (captures.ETHERNET,
             lambda frame, kind, packet: frame[:12] + struct.pack("!HHHHH", 0x88A8, 7, 0x8100, 9, kind) + packet),
    "mpls": (captures.ETHERNET,
             lambda frame, kind, packet: frame[:12] + struct.pack("!HI", 0x8847, 16 << 12 | 0x100 | 64) + packet),
    "pppoe": (captures.ETHERNET, pppoe),
    "gre": (captures.ETHERNET, gre),
    "vxlan": (captures.ETHERNET, vxlan),
    "gtp": (captures.ETHERNET, gtp),
    "wireless": (105, wireless),
}


def lie_in(frame, layer):
    """The captured frame, as it would have been captured there."""
    kind, = struct.unpack_from("!H", frame.data, ETHERTYPE)
    data = layer(frame.data, kind, frame.data[ETHERTYPE + 2:])
    return frame._replace(data=data, length=frame.length + len(data) - len(frame.data))


@pytest.mark.parametrize("name", CAPTURES)
def test_same_tables(bench, name):
    def tables(link, frames):
        path = bench.scratch / f"link-layers-{name}.pcap"
        captures.write(path, link, frames, None)
        path.chmod(0o644)
        return bench.tshark(path, "-2", "-q", "-z", "msice,calls", "-z", "msice,candidates")

    frames, _ = captures.read(TOP / "pcaps" / f"{name}.pcap")
    plain = tables(captures.ETHERNET, frames)
    assert "\n1 " in plain
    for layer, (link, lay) in LAYERS.items():
        assert tables(link, [lie_in(frame, lay) for frame in frames]) == plain, layer
