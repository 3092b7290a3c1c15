# SPDX-License-Identifier: GPL-2.0-or-later
"""What the laboratory (tests/lab.sh) has shown real programs and networks to do, and no generator did before: the least of
it that makes the difference."""
import socket
import struct

from .media_call import CLIENT, EDGE, FOREIGN_EDGE, Path
from .packet_failures import checks_of_one_without_relay, one_way_filter
from .packet_stories import HOST, REFLEXIVE, lync
from .story_rows import Row
from .tcp443 import http_answer

HIGH = "high"
FAILED = "failed"
PROXY = ("192.168.1.200", 3128)
ROUTER = "192.0.2.1"             # between the NATs
FIREWALL = "192.168.1.1"         # of the client
NET_UNREACHABLE, PORT_UNREACHABLE, PROHIBITED = 0, 3, 13
PEER_RELAY = (EDGE, 52751)


def proxy_first():
    """The client asks the proxy for a way to an address before it asks that address over UDP: whose it is turns out
    behind the refusal."""
    call = lync(CLIENT)
    for port in (50210, 50211):
        stream = call.connect(PROXY[0], port, at=PROXY[1], rtt=0.001)
        stream.send(0, b"CONNECT %s:443 HTTP/1.0\r\nHost: %s\r\n\r\n" % (EDGE.encode(), EDGE.encode()))
        stream.send(1, http_answer("403 Forbidden", "Content-Length: 0"), after=0.002)
        stream.segment(0, flags="RA", after=0.001)
    call.ask(EDGE)
    checks_of_one_without_relay(call)
    return call


def other_proxy_first():
    """The same, but the proxy refuses a way to somebody else."""
    call = lync(CLIENT)
    stream = call.connect(PROXY[0], 50210, at=PROXY[1], rtt=0.001)
    stream.send(0, b"CONNECT 198.51.100.99:443 HTTP/1.0\r\n\r\n")
    stream.send(1, http_answer("403 Forbidden", "Content-Length: 0"), after=0.002)
    stream.segment(0, flags="RA", after=0.001)
    call.ask(EDGE)
    call.connect(EDGE, 50212, answer=None)
    checks_of_one_without_relay(call)
    return call


def check_once(call, stream):
    """A check on a direct connection, once: TCP sends again, ICE waits."""
    request = call.dialect.check(call.number(), True)
    stream.send(0, struct.pack(">H", len(request)) + request)
    stream.segment(1, flags="A", after=0.03)


def one_check_over_tcp(wait=8.0):
    """Neither way to the relay, and the connection to the peer's relay is accepted, while the one check on it is never
    answered. (A relay accepts for a peer that has not asked for it.)"""
    call = lync(CLIENT)
    call.ask(EDGE)
    call.hello(call.connect(EDGE, 50210), repeats=5)
    call.silent_checks(call.direct(HOST), call.direct(PEER_RELAY))
    check_once(call, call.connect(EDGE, 50310, at=52753))
    call.capture.udp((CLIENT, 50901), ("192.168.1.53", 53), bytes(20), wait)
    return call


def just_checked_over_tcp():
    """The same, and the capture ends a second later."""
    return one_check_over_tcp(1.0)


def hidden_peer(code=NET_UNREACHABLE, router=ROUTER):
    """The peer names its private address only, and a router between the NATs says that it has no way there."""
    call = lync(CLIENT)
    call.first = call.allocate(EDGE)
    request = call.dialect.check(call.number(), True)
    for wait in (0.02, *call.dialect.check_waits):
        call.direct(HOST).out(request, wait)
        call.capture.unreachable(router, code)
    call.silent_checks(call.through(call.first, HOST))
    return call


def own_firewall():
    """The client's own firewall turns away what goes to the relay, and what goes to the peer as well."""
    call = lync(CLIENT)
    call.ask(EDGE, tries=3)
    call.capture.unreachable(FIREWALL, PROHIBITED)
    call.connect(EDGE, 50210, answer=None)
    request = call.dialect.check(call.number(), True)
    for wait in (0.02, *call.dialect.check_waits):
        call.direct(REFLEXIVE).out(request, wait)
        call.capture.unreachable(FIREWALL, PROHIBITED)
    return call


def service_down():
    """The Edge's computer runs, and its service does not: ICMP from itself, and resets."""
    call = lync(CLIENT)
    for _ in range(3):
        call.ask(EDGE, tries=1)
        call.capture.unreachable(EDGE, PORT_UNREACHABLE, after=0.03)
        call.capture.now += 0.6
    call.connect(EDGE, 50210, answer="reset")
    checks_of_one_without_relay(call)
    return call


def udp_rejected():
    """Not the relay but a firewall says "port unreachable", and resets what goes to 443."""
    call = lync(CLIENT)
    for _ in range(3):
        call.ask(EDGE, tries=1)
        call.capture.unreachable(FIREWALL, PORT_UNREACHABLE, after=0.001)
        call.capture.now += 0.6
    call.connect(EDGE, 50210, answer="reset")
    checks_of_one_without_relay(call)
    return call


def framed_through(call, allocation, peer):
    """Over the own relay's TCP port: what goes through stands behind its length (RFC 4571) in the DATA attribute."""
    path = call.through(allocation, peer)
    return Path(lambda payload, after: path.out(struct.pack(">H", len(payload)) + payload, after),
                lambda payload, after: path.into(struct.pack(">H", len(payload)) + payload, after), path.seen, path.peer)


def relayed_tcp():
    """The path runs over TCP ports of both relays, checks and all."""
    call = lync(CLIENT)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    path = framed_through(call, call.first, (EDGE, 54831))
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    call.first.stream.close()
    return call


def unnamed_relay(other=FOREIGN_EDGE):
    """The peer's relay is another Edge, and nobody says that it is one: the client tries its TCP port as well."""
    call = lync(CLIENT)
    call.first = call.allocate(EDGE)
    call.second = call.allocate_tcp(EDGE, (EDGE, 54829))
    call.silent_checks(call.direct(HOST), call.direct((other, 56308)), call.through(call.first, (other, 56308)))
    request = call.dialect.check(call.number(), True)
    framed_through(call, call.second, (other, 56310)).out(request, 0.02)
    call.capture.udp((CLIENT, 50901), ("192.168.1.53", 53), bytes(20), 8.0)
    return call


def same_edge():
    """Both relays are on one Edge: whatever is wrong, it reaches itself."""
    return unnamed_relay(EDGE)


def relays_apart(answer="accept", checked=False):
    """The path runs over both relays, of which the peer's is another Edge that nobody names: the client tries its TCP port,
    too, which refuses nobody; checked: it answers the check there as well, so that a computer lives at it."""
    call = lync(CLIENT)
    call.first = call.allocate(EDGE)
    call.second = call.allocate_tcp(EDGE, (EDGE, 54829))
    other = (FOREIGN_EDGE, 56308), (FOREIGN_EDGE, 56310)
    framed_through(call, call.second, other[1]).out(call.dialect.check(call.number(), True), 0.02)
    stream = call.connect(FOREIGN_EDGE, 50310, at=56310, answer=answer)
    if checked:
        call.check(call.framed(stream))
    elif answer:
        check_once(call, stream)
    path = call.through(call.first, other[0])
    call.agree(path)
    call.talk(path)
    return call


def begins_with_checks():
    """The same, and the capture begins behind the allocations: that the client has a relay is seen, not where."""
    call = lync(CLIENT)
    call.first = call.allocate(EDGE)
    call.capture.frames.clear()
    call.silent_checks(call.direct(HOST), call.through(call.first, PEER_RELAY))
    call.capture.udp((CLIENT, 50901), ("192.168.1.53", 53), bytes(20), 8.0)
    return call


def one_side_of(sent):
    """What the client sent, or what it received, of a call in which it answers checks and is not answered: whether that is
    so, one side alone does not show."""
    call = one_way_filter()
    host = socket.inet_aton(call.first.client[0])
    call.capture.frames = [frame for frame in call.capture.frames if (frame[1][26:30] == host) == sent]
    return call


def filtered_nearby():
    """A capture that begins behind the allocation: the client's router turns away what goes to the peer, whatever address
    of it is tried."""
    call = lync(CLIENT)
    request = call.dialect.check(call.number(), True)
    for wait in (0.02, *call.dialect.check_waits):
        for peer in (HOST, REFLEXIVE):
            call.direct(peer).out(request, wait / 2)
            call.capture.unreachable(FIREWALL, PROHIBITED)
    return call


def no_way_back():
    """The peer's checks arrive, and a router knows no way for the answers."""
    call = lync(CLIENT)
    path = call.direct(HOST)
    ours, theirs = call.number(), call.number()
    for wait in (0.02, *call.dialect.check_waits):
        path.out(call.dialect.check(ours, True), wait)
        call.capture.unreachable(FIREWALL, NET_UNREACHABLE)
        path.into(call.dialect.check(theirs, False), 0.02)
        path.out(call.dialect.answer(theirs, False, path.peer), 0.001)
    return call


ROWS = [
    Row("proxy-first", proxy_first, FAILED, None, "http_proxy", ("relay_unreachable", "relay_blocked"), HIGH),
    Row("other-proxy-first", other_proxy_first, FAILED, None, ("relay_unreachable", "relay_blocked"), ("http_proxy",)),
    Row("one-check-over-tcp", one_check_over_tcp, FAILED, None, "relay_blocked", ("relay_unreachable",)),
    Row("just-checked-over-tcp", just_checked_over_tcp, "incomplete"),
    Row("sent-alone", lambda: one_side_of(True), "incomplete", wrong=("one_way_filter",)),
    Row("begins-with-checks", begins_with_checks, FAILED, wrong=("edges_apart", "own_without_relay")),
    Row("filtered-nearby", filtered_nearby, FAILED, None, "own_without_relay", ("host_refuses",), most="medium"),
    Row("no-way-back", no_way_back, FAILED, None, "own_without_relay", ("one_way_filter",), most="medium"),
    Row("received-alone", lambda: one_side_of(False), "incomplete", wrong=("one_way_filter",)),
    Row("hidden-peer", hidden_peer, FAILED, None, "peer_without_relay", ("host_refuses",)),
    Row("own-firewall", own_firewall, FAILED, None, ("relay_unreachable", "relay_blocked"), ("host_refuses",)),
    Row("service-down", service_down, FAILED, None, "relay_unreachable", ("relay_blocked", "host_refuses"), most="medium"),
    Row("udp-rejected", udp_rejected, FAILED, None, "relay_blocked", ("relay_unreachable",)),
    Row("unnamed-relay", unnamed_relay, FAILED, None, None, ("peer_without_relay", "own_without_relay")),
    Row("same-edge", same_edge, FAILED, None, None, ("edges_apart", "peer_without_relay")),
    Row("relays-apart", lambda: relays_apart(None), "connected", "both relays"),
    Row("relays-apart-accepted", relays_apart, "connected", "both relays"),
    Row("checked-over-tcp", lambda: relays_apart(checked=True), "connected", "own relay"),
    Row("relayed-tcp", relayed_tcp, "connected", "both relays", transport="TCP"),
]
