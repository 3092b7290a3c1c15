# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls in networks, and captures of networks, that make one thing look like another: relays of which one is down, a computer
that changes its network, a capture that misses packets, errors that refuse nothing."""
import random

from scapy.layers.inet import ICMP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from . import dns, genuine_tls
from .contradictions import goes_on
from .media_call import (ALTERNATE, CLIENT, EDGE, EDGE_2, INNER_EDGE, OFFICE, PEER_SEEN, RELAY, RELAY_NAME, ROUTER, SEEN,
                         MediaCall, Voice)
from .packet_failures import bad_media
from .packet_stories import HOST, LAN, OFFICE_PEER, REFLEXIVE, lync, teams_refreshes, teams_start
from .story_rows import Row
from .tcp443 import control
from .tls_relays import REGION, WORLD
from .wire import Stream

RESOLVER_AT_HOME = ("192.168.1.1", 53)
TIME_EXCEEDED, UNREACHABLE, REDIRECT = 11, 3, 5
TOO_BIG, FOR_HOST = 4, 1


def talks_by_relay(call):
    """The call works, over the relay that its client has."""
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    return call


def error(call, source, kind, code, **fields):
    """An ICMP error about the latest frame."""
    quoted = Ether(call.capture.frames[-1][1]).payload
    call.capture.frame(call.capture._ip(source, quoted.src) / ICMP(type=kind, code=code, **fields) / Raw(bytes(quoted)[:28]), 0.002)


def no_pair_works(call):
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    return goes_on(call)


# More than one relay.

def by_second_edge(down, works=True):
    """The first Edge is silent over UDP, and over TCP as well when it is down; the second one serves over TCP, and was not
    asked over UDP."""
    call = lync(CLIENT)
    call.ask(EDGE)
    if down:
        call.connect(EDGE, 50209, answer=None)
    call.first = call.allocate_tcp(EDGE_2, (EDGE_2, 54829))
    if not works:
        return no_pair_works(call)
    return talks_by_relay(call)


def second_edge_cut():
    """The first Edge is down, and TCP 443 of the second one is reset behind the hello."""
    call = lync(CLIENT)
    call.ask(EDGE)
    call.connect(EDGE, 50209, answer=None)
    for port in (50210, 50211):
        stream = call.connect(EDGE_2, port)
        call.hello(stream)
        stream.segment(1, flags="RA", after=0.03)
    return no_pair_works(call)


def link_late(works):
    """What the client sends in the first seconds is lost, over UDP and over TCP; then the link is up, and the SYN that is sent
    again is answered. UDP is not asked any more."""
    call = lync(CLIENT)
    request = call.dialect.first(call.number(), 1)
    stream = Stream(call.capture, call.own(50210), (EDGE, 443), handshake=False)

    def syn():
        stream.segment(0, flags="S", after=0)
        stream.seq[0] -= 1

    plan = [(0.65 * number, lambda: call.capture.udp(call.own(50016), (EDGE, 3478), request, 0)) for number in range(10)]
    call.play(0.0, plan + [(when, syn) for when in (0.1, 1.1, 3.1, 7.1)])
    stream.seq[0] += 1
    stream.segment(1, flags="SA", after=0.03)
    stream.segment(0, flags="A")
    call.hello(stream, True)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829), stream=stream)
    if not works:
        return no_pair_works(call)
    return talks_by_relay(call)


def tls_elsewhere(first):
    """UDP 3478 is silent; TLS goes to another address, by a name that relays have, and carries something all the while. first:
    it begins before the first request."""
    call = MediaCall()
    dns.ask(call.capture, call.own(61001), RESOLVER_AT_HOME, WORLD, [RELAY])
    dns.ask(call.capture, call.own(61002), RESOLVER_AT_HOME, REGION, [ALTERNATE])
    stream = call.tls(ALTERNATE, name=REGION) if first else None
    call.ask(RELAY)
    stream = stream or call.tls(ALTERNATE, name=REGION)
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    for number in range(200):
        stream.send(0, genuine_tls.application(number, 180), after=0.025)
        stream.send(1, genuine_tls.application(1000 + number, 180), after=0.025)
    return call


# Connections that end at once.

def shut(call, ports=(50210, 50211, 50212)):
    """A load balancer without a server behind it: accepted, and closed before anybody says anything."""
    for port in ports:
        stream = call.connect(EDGE, port)
        stream.segment(1, flags="FA", after=0.001)
        stream.segment(0, flags="FA")
        stream.segment(1, flags="A")
    return call


def shut_beside_udp():
    call = lync(CLIENT)
    call.first = call.allocate(EDGE)
    shut(call)
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def shut_without_udp():
    call = lync(CLIENT)
    call.ask(EDGE)
    return no_pair_works(shut(call))


def spare_connections():
    """The client opens connections in case they are needed, and closes them unused."""
    call = lync(CLIENT)
    call.ask(EDGE)
    for port in (50210, 50211):
        stream = call.connect(EDGE, port)
        call.capture.now += 3
        stream.close()
    return no_pair_works(call)


# Private addresses.

def away_from_home(peer_outside):
    """DNS of the company names the Edge's inner address, which leads nowhere from home; the peer is at home as well."""
    call = lync(CLIENT)
    dns.ask(call.capture, call.own(61001), RESOLVER_AT_HOME, RELAY_NAME, [INNER_EDGE])
    call.ask(INNER_EDGE)
    call.connect(INNER_EDGE, 50210, answer=None)
    call.silent_checks(call.direct(HOST), *([call.direct(REFLEXIVE)] if peer_outside else []))
    return goes_on(call)


def hairpin():
    """Both sit behind one NAT, in a wireless network that keeps its clients apart."""
    call = teams_start()
    path = call.direct((SEEN, 57040), seen=call.outside(50016))
    call.silent_check(call.direct(LAN), call.dialect.check_waits[:3])
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def carrier_grade():
    """Both have addresses of the operator's (RFC 6598), and reach each other."""
    own = "100.64.12.7"
    call = MediaCall(client=own, seen="198.51.100.200", ttls={own: 64})
    call.first = call.allocate(RELAY, alternate=ALTERNATE)
    path = call.direct(("100.64.13.9", 50040))
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def nat64_relay():
    """The client has IPv6 alone; DNS64 makes an address of the relay's, which names IPv4 addresses."""
    own, relay = "2001:db8:1::10", "64:ff9b::cb00:7105"
    call = MediaCall(client=own, seen="198.51.100.9", ttls={own: 64, relay: 108})
    dns.ask(call.capture, call.own(61001), ("2001:db8:1::1", 53), RELAY_NAME, [relay], dns.AAAA)
    call.first = call.allocate(relay, relayed=(EDGE, 53480))
    return talks_by_relay(call)


# A network that changes.

def roams(finds):
    """In mid-call the wireless network gives another address; nothing goes by the first one any more."""
    call = teams_start()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    call.talk(path, 8)
    call.client, call.seen = "192.168.7.44", "192.0.2.99"
    call.capture.own.add(call.client)
    call.capture.ttls[call.client] = 128
    call.capture.now += 3
    path = call.direct(REFLEXIVE, port=50026, seen=call.outside(50026))
    if finds:
        call.first = call.allocate(RELAY, alternate=ALTERNATE, port=50026)
        call.agree(path)
        call.talk(path, 8)
        call.first.release()
        return call
    call.ask(RELAY, port=50026)
    call.connect(RELAY, 50027, answer=None)
    call.silent_checks(path)
    return goes_on(call)


def peer_rebinds():
    """The peer's NAT forgets its port and takes another one; the checks go on from there."""
    call = teams_start()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    call.talk(path, 8)
    path = call.direct((PEER_SEEN, 61777), seen=call.outside(50016))
    call.peer_check(path)
    call.check(path)
    call.talk(path, 8)
    call.first.release()
    return call


# Captures that miss packets.

def capture_pauses():
    """For forty seconds of a call nothing was captured."""
    call = teams_refreshes()
    call.capture.frames = [frame for frame in call.capture.frames if not 10 < frame[0] < 50]
    return call


def capture_drops(received=()):
    """One packet of ten was not captured, whatever way it went; received: packets that the network has lost."""
    call = bad_media(Voice(0xCAFE0002, 0, 8000, lost=received), 30)
    frames = call.capture.frames
    chance = random.Random(1)
    call.capture.frames = [frame for number, frame in enumerate(frames) if not 20 < number < len(frames) - 5 or chance.random() > 0.1]
    return call


# Errors that refuse nothing, and packets of other sizes.

def redirected():
    """The client's router says, again and again, that another one is nearer to the peer."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    for _ in range(3):
        error(call, ROUTER, REDIRECT, FOR_HOST, gw="10.10.1.2")
        call.talk(path, 4)
    call.first.release()
    return call


def redirected_silent():
    """The same, and the peer does not answer."""
    call = lync()
    call.first = call.allocate(EDGE)
    path, request = call.direct(OFFICE_PEER), call.dialect.check(call.number(), True)
    for wait in (0.02, *call.dialect.check_waits):
        path.out(request, wait)
        error(call, ROUTER, REDIRECT, FOR_HOST, gw="10.10.1.2")
    return goes_on(call)


def too_big():
    """What the camera sends is too big for a link on the way, for as long as the call lasts; sound passes."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    picture, events = Voice(0xCAFE0011, 121, 90000, size=60), []

    def send():
        path.out(picture.packet() + bytes(1300), 0)
        error(call, ROUTER, UNREACHABLE, TOO_BIG, nexthopmtu=1300)

    for number in range(60):
        events.append((0.3 * number, send))
    call.talk(path, 20, events=events, consents=(2, 5, 8, 11, 14, 17))
    call.first.release()
    return call


def traced():
    """Somebody traces the route to the relay while the call goes on."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 3)
    for hop in range(1, 10):
        call.capture.udp((OFFICE, 40000 + hop), (EDGE, 3478), bytes(32))
        error(call, f"10.10.{hop}.1", TIME_EXCEEDED, 0)
    call.talk(path, 3)
    call.first.release()
    return call


def big_segments():
    """The network card cuts and joins: one frame holds the media of half a second."""
    call = lync()
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    dialect, stream = call.dialect, call.first.stream
    voices = [Voice(ssrc, 127, 90000, size=64) for ssrc in (0xCAFE0001, 0xCAFE0002)]
    for _ in range(16):
        sent, received = ([voice.packet(0.01 * number) + bytes(900) for number in range(50)] for voice in voices)
        stream.send(0, b"".join(control(dialect.send(call.number(), REFLEXIVE, packet, call.first.number())) for packet in sent), after=0.25)
        stream.send(1, b"".join(control(dialect.indication(call.number(False), REFLEXIVE, packet)) for packet in received), after=0.25)
        for voice in voices:
            voice.elapsed += 0.5
    call.first.release()
    stream.close()
    return call


FAILED = "failed"
CONNECTED = "connected"
ROWS = [
    Row("second-edge-by-tcp", lambda: by_second_edge(False), CONNECTED, "own relay", "udp_3478_blocked", transport="TCP", most="medium"),
    Row("first-edge-down-tcp", lambda: by_second_edge(True), CONNECTED, "own relay", wrong=("udp_3478_blocked",), transport="TCP",
        clean=False),
    Row("first-edge-down-no-pair", lambda: by_second_edge(True, False), FAILED, rule="peer_without_relay", most="medium",
        wrong=("udp_3478_blocked",)),
    Row("second-edge-cut", second_edge_cut, FAILED, rule="firewall_443", wrong=("relay_blocked",)),
    Row("link-late", lambda: link_late(True), CONNECTED, "own relay", wrong=("udp_3478_blocked",), transport="TCP", clean=False),
    Row("link-late-no-pair", lambda: link_late(False), FAILED, rule="peer_without_relay", most="medium", wrong=("udp_3478_blocked",)),
    Row("tls-elsewhere", lambda: tls_elsewhere(False), "incomplete", wrong=("relay_unreachable",)),
    Row("tls-elsewhere-first", lambda: tls_elsewhere(True), "incomplete", wrong=("relay_unreachable",)),
    Row("shut-at-once", shut_without_udp, FAILED, rule="relay_blocked", wrong=("udp_3478_blocked",)),
    Row("shut-at-once-healthy", shut_beside_udp, CONNECTED, "through NAT", wrong=("firewall_443",)),
    Row("spare-connections", spare_connections, FAILED, rule="udp_3478_blocked", wrong=("relay_blocked",), most="medium"),
    Row("away-from-home", lambda: away_from_home(True), FAILED, rule="relay_unreachable", wrong=("no_route",)),
    Row("away-from-home-alone", lambda: away_from_home(False), FAILED, rule="no_route", most="medium"),
    Row("hairpin", hairpin, CONNECTED, "through NAT"),
    Row("carrier-grade-nat", carrier_grade, CONNECTED, "direct"),
    Row("nat64-relay", nat64_relay, CONNECTED, "own relay"),
    Row("roams", lambda: roams(True), CONNECTED, "through NAT", wrong=("path_lost",)),
    Row("roams-in-vain", lambda: roams(False), "interrupted", "through NAT", "path_lost", ("relay_unreachable",), most="medium"),
    Row("peer-rebinds", peer_rebinds, CONNECTED, "through NAT", wrong=("path_lost",)),
    Row("capture-pauses", capture_pauses, CONNECTED, "through NAT", wrong=("media_quality",)),
    Row("capture-drops", capture_drops, CONNECTED, "direct", wrong=("media_quality",)),
    Row("capture-drops-and-loss", lambda: capture_drops(range(5, 300, 4)), CONNECTED, "direct", "media_quality", most="medium"),
    Row("icmp-redirect", redirected, CONNECTED, "direct", wrong=("host_refuses",)),
    Row("icmp-redirect-silent", redirected_silent, FAILED, rule="peer_without_relay", wrong=("host_refuses",)),
    Row("icmp-too-big", too_big, CONNECTED, "direct", wrong=("path_lost", "host_refuses")),
    Row("icmp-trace", traced, CONNECTED, "direct", wrong=("relay_unreachable",)),
    Row("big-segments", big_segments, CONNECTED, "own relay", transport="TCP"),
]
