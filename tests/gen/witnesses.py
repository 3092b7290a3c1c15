# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls with the packets beside them that tell about them: ICMP errors, DNS, TLS names, the distance of relays, ends of
connections."""
import struct

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6PacketTooBig, ICMPv6TimeExceeded, IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from .other_traffic import tls_client_hello
from .tcp443 import client_hello, control, server_hello
from .turn_messages import allocate, allocated, att, challenge, check_request, identity
from .wire import MAC_A, MAC_B, Capture, Stream

CLIENT, CLIENT6 = ("192.0.2.10", 50022), ("2001:db8::10", 50022)
PEER, PEER6 = ("198.51.100.77", 50060), ("2001:db8:1::77", 50060)
RELAY, OTHER_RELAY = "203.0.113.5", "198.51.100.5"
ROUTER, ROUTER6 = "192.0.2.1", "2001:db8::1"
RESOLVER = ("192.0.2.53", 53)
NAME = "av.example.com"
A, CNAME, AAAA = 1, 5, 28


class Call:
    """The packets of a call without signalling, at the client."""

    def __init__(self, capture=None):
        self.capture = capture or Capture()
        self.numbers = 0

    def number(self):
        self.numbers += 1
        return identity(self.numbers)

    def allocate(self, relay=RELAY, answered=True, hops=64, client=CLIENT):
        first, second = self.number(), self.number()
        server = (relay, 3478)
        self.capture.udp(client, server, allocate(first))
        if not answered:
            return
        self.reply(server, client, challenge(first), hops)
        self.capture.udp(client, server, allocate(second, signed=True))
        self.reply(server, client, allocated(second, (relay, 55501), client), hops)

    def reply(self, src, dst, payload, hops):
        packet = Ether(src=MAC_A, dst=MAC_B) / IP(src=src[0], dst=dst[0], ttl=hops)
        self.capture.frame(packet / UDP(sport=src[1], dport=dst[1]) / Raw(payload), 0.03)

    def check(self, client=CLIENT, peer=PEER):
        """A check to the peer that nobody answers."""
        self.capture.udp(client, peer, check_request(self.number(), b"bob1:ann1"))

    def hello(self, port=50210, relay=RELAY):
        """A pseudo-TLS hello that the Edge answers; returns the stream."""
        stream = self.capture.tcp((CLIENT[0], port), (relay, 443))
        stream.send(0, client_hello())
        stream.send(1, server_hello())
        return stream


# --- ICMP ------------------------------------------------------------------------------------------------------------


def quoted(capture):
    """The IP packet of the last frame."""
    return capture.frames[-1][1][14:]


def icmp(sender, packet, message, length=None, options=()):
    """An error about an IPv4 packet, sent back to where it came from: an Ethernet frame (scapy)."""
    return (Ether(src=MAC_B, dst=MAC_A) / IP(src=sender, dst=IP(packet).src, options=list(options)) / message
            / Raw(packet[:length]))


def icmp6(sender, packet, message, *extensions):
    out = Ether(src=MAC_B, dst=MAC_A) / IPv6(src=sender, dst=IPv6(packet).src)
    for extension in extensions:
        out /= extension
    return out / message / Raw(packet)


def unreachable(code, **options):
    return ICMP(type=3, code=code, **options)


def errors():
    """An error of each kind about packets of a call, and some about packets that are not."""
    call = Call()
    capture = call.capture
    call.allocate()
    call.check()
    check = quoted(capture)
    for message, sender in ((unreachable(3), PEER[0]), (unreachable(1), ROUTER), (unreachable(0), ROUTER),
                            (unreachable(13), ROUTER), (unreachable(4, nexthopmtu=1400), ROUTER),
                            (ICMP(type=11, code=0), ROUTER), (unreachable(2), PEER[0])):
        capture.frame(icmp(sender, check, message))
    capture.frame(icmp(PEER[0], check, unreachable(3), 28))
    call.check(CLIENT6, PEER6)
    check6 = quoted(capture)
    for message, sender in ((ICMPv6DestUnreach(code=4), PEER6[0]), (ICMPv6DestUnreach(code=3), ROUTER6),
                            (ICMPv6DestUnreach(code=0), ROUTER6), (ICMPv6DestUnreach(code=1), ROUTER6),
                            (ICMPv6PacketTooBig(mtu=1280), ROUTER6), (ICMPv6TimeExceeded(code=0), ROUTER6)):
        capture.frame(icmp6(sender, check6, message))
    # The own computer refuses what the relay sends.
    call.reply((RELAY, 3478), CLIENT, bytes(20), 60)
    capture.frame(icmp(CLIENT[0], quoted(capture), unreachable(3)))
    # Others' packets, and messages that are no errors.
    foreign = bytes(IP(src=CLIENT[0], dst="198.51.100.9") / UDP(sport=40000, dport=161) / Raw(b"x" * 20))
    capture.frame(icmp("198.51.100.9", foreign, unreachable(3)))
    capture.frame(icmp(ROUTER, check, ICMP(type=5, code=1, gw="192.0.2.2")))
    capture.frame(Ether(src=MAC_A, dst=MAC_B) / IP(src=CLIENT[0], dst=PEER[0]) / ICMP() / Raw(b"ping"))
    return capture


# --- DNS -------------------------------------------------------------------------------------------------------------


def labels(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def record(kind, data, owner=b"\xc0\x0c"):
    return owner + struct.pack("!HHIH", kind, 1, 300, len(data)) + data


def dns(number, name=NAME, kind=A, records=None, rcode=0, flags=0):
    """A question, or with records (may be empty) its answer."""
    response = records is not None or rcode
    head = struct.pack("!HHHHHH", number, (0x8180 if response else 0x0100) | rcode | flags, 1, len(records or ()), 0, 0)
    return head + labels(name) + struct.pack("!HH", kind, 1) + b"".join(records or ())


def ask(capture, *args, client=CLIENT[0], port=41000, after=0.01, **options):
    capture.udp((client, port), RESOLVER, dns(*args, **options), after)


def answer(capture, *args, client=CLIENT[0], port=41000, **options):
    options.setdefault("records", [])
    capture.udp(RESOLVER, (client, port), dns(*args, **options))


def packed(address):
    return bytes(map(int, address.split(".")))


def names():
    """DNS of a relay before its first packet, of the alternate server that it names, and of others."""
    call = Call()
    capture = call.capture
    ask(capture, 1)
    answer(capture, 1, records=[record(CNAME, labels("edge.example.net")),
                                record(A, packed(RELAY), owner=labels("edge.example.net"))])
    ask(capture, 2, "www.example.com")
    answer(capture, 2, "www.example.com", records=[record(A, packed("198.51.100.80"))])
    call.allocate()
    ident = call.number()
    capture.udp(CLIENT, (RELAY, 3478), allocate(ident))
    alternate = att(0x000E, b"\0\1" + struct.pack("!H", 3478) + packed(OTHER_RELAY))
    error = challenge(ident, alternate, att(0x8032, b"Other.Example.com"))
    capture.udp((RELAY, 3478), CLIENT, error)
    ask(capture, 3, "other.example.com")
    answer(capture, 3, "other.example.com", rcode=3)
    call.allocate(OTHER_RELAY)
    stream = capture.tcp((CLIENT[0], 50310), (OTHER_RELAY, 443))
    stream.send(0, tls_client_hello("tr.example.com"))
    stream.close()
    return capture


# --- connections -----------------------------------------------------------------------------------------------------


def hops(capture, stream, ttl, flags="SA", payload=b""):
    """A segment of the server with a TTL."""
    (src, sport), (dst, dport) = stream.ends[1], stream.ends[0]
    packet = Ether(src=MAC_A, dst=MAC_B) / IP(src=src, dst=dst, ttl=ttl) / TCP(
        sport=sport, dport=dport, seq=stream.seq[1], ack=stream.seq[0], flags=flags)
    capture.frame(packet / Raw(payload) if payload else packet)
    stream.seq[1] += len(payload) + ("S" in flags)


def opened(capture, ttl, port=50210, relay=RELAY):
    """A connection to a relay whose answers carry a TTL."""
    stream = Stream(capture, (CLIENT[0], port), (relay, 443), handshake=False)
    stream.segment(0, flags="S")
    hops(capture, stream, ttl)
    stream.segment(0, flags="A")
    return stream


def connections():
    """A relay that is nearer over TCP than over UDP, and a connection that it resets in the middle."""
    call = Call()
    call.allocate(hops=52)
    stream = opened(call.capture, 63)
    stream.send(0, client_hello())
    hops(call.capture, stream, 63, "PA", server_hello())
    stream.send(0, control(allocate(call.number())))
    hops(call.capture, stream, 40, "RA")
    return call.capture


def captures():
    yield "witness-errors.pcap", errors()
    yield "witness-names.pcap", names()
    yield "witness-connections.pcap", connections()
