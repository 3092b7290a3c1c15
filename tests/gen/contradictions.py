# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that fail, in which one packet seems to name the cause, and others of the same call show that it is not."""
from . import dns
from .genuine_tls import converse
from .lab_lessons import framed_through
from .media_call import (CLIENT, EDGE, FOREIGN_EDGE, NEIGHBOUR, OFFICE, PEER_SEEN, PROXY, RELAY, RESOLVER, THIRD, MediaCall)
from .packet_failures import checks_of_one_without_relay
from .packet_stories import HOST, OFFICE_PEER, REFLEXIVE, lync, teams_start, teams_two_sockets
from .story_rows import Row
from .tcp443 import http_answer
from .tls_relays import ALLOWED, FORBIDDEN, WORLD, accepted, each_connection, first_lost

PORT_UNREACHABLE, PROHIBITED = 3, 13
OPERATOR, NEAR = "192.0.2.1", {NEIGHBOUR: 64}  # a router of the Internet; the TTL of who is in the client's own network
PROXY_2, UNAVAILABLE = "10.10.1.201", "503 Service Unavailable"


def goes_on(call, seconds=12):
    """Somebody asks for names while nothing more of the call comes."""
    for number in range(seconds // 2):
        call.capture.now += 2
        dns.ask(call.capture, call.own(61100 + number), (RESOLVER, 53), f"host{number}.example.com", ["192.0.2.80"])
    return call


# Who refuses one candidate.

def refused(call, paths, at, source, code, times=7, after=0.01):
    """All pairs are tried in turn, and stay silent; but the one at a place is refused, so many times."""
    requests = [call.dialect.check(call.number(), True) for _ in paths]
    for number, wait in enumerate((0.02, *call.dialect.check_waits)):
        for place, (path, request) in enumerate(zip(paths, requests)):
            path.out(request, 0.02 if place else wait)
            if place == at and number < times:
                call.capture.unreachable(source, code, after)
    return call


def neighbour_refuses(times=7):
    """At home: the peer's private address is also that of a device in the client's own network, which refuses."""
    call = teams_start(tls=False)
    call.capture.ttls.update(NEAR)
    paths = [call.direct((NEIGHBOUR, 50040)), call.direct(REFLEXIVE), call.through(call.first, (FOREIGN_EDGE, 3480)),
             call.through(call.first, REFLEXIVE)]
    return goes_on(refused(call, paths, 0, NEIGHBOUR, PORT_UNREACHABLE, times, 0.002))


def neighbour_resets():
    """The same over TCP."""
    call = lync(CLIENT)
    call.capture.ttls.update(NEAR)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    for peer in ((NEIGHBOUR, 50040), (PEER_SEEN, 57040), (FOREIGN_EDGE, 51184)):
        framed_through(call, call.first, peer).out(call.dialect.check(call.number(), True), 0.02)
    call.connect(NEIGHBOUR, 50301, answer="reset", at=50040)
    call.connect(PEER_SEEN, 50302, answer=None, at=57040)
    return goes_on(call)


def private_refused():
    """A router of the operator's lets nothing through to private addresses, and says so; the Edges are apart."""
    call = teams_two_sockets()
    call.capture.ttls[OPERATOR] = 252
    relays = call.through(call.first, (THIRD, 3480))
    refused(call, [call.direct(HOST), call.direct(REFLEXIVE), relays], 0, OPERATOR, PROHIBITED)
    call.silent_check(relays)
    return goes_on(call)


def private_refused_without_relay():
    """The same, and the peer has no relay."""
    call = teams_start(tls=False)
    call.capture.ttls[OPERATOR] = 252
    return goes_on(refused(call, [call.direct(HOST), call.through(call.first, HOST)], 0, OPERATOR, PROHIBITED))


def nat_refuses():
    """The peer's NAT refuses what it has no state for, as nothing ever came from inside."""
    call = teams_two_sockets()
    relays = call.through(call.first, (THIRD, 3480))
    refused(call, [call.direct(HOST), call.direct(REFLEXIVE), relays], 1, PEER_SEEN, PORT_UNREACHABLE, after=0.03)
    call.silent_check(relays)
    return goes_on(call)


def company_refuses():
    """Inside a company the peer's computer refuses, behind a router; the way round by the relay is silent, too."""
    call = lync(OFFICE)
    call.first = call.allocate(EDGE)
    paths = [call.direct(OFFICE_PEER), call.through(call.first, (FOREIGN_EDGE, 51184)), call.through(call.first, REFLEXIVE)]
    return goes_on(refused(call, paths, 0, OFFICE_PEER[0], PORT_UNREACHABLE))


# Who cuts one connection.

def asked_in_vain():
    """The relay does not answer over UDP."""
    call = MediaCall()
    call.ask(RELAY)
    return call


def first_reset():
    """The first connection is reset behind its hello, and the next one is served."""
    return goes_on(first_lost(lambda stream: stream.segment(1, flags="RA", after=0.01)))


def first_refused(port):
    """A SYN to a port of the relay is refused, and TLS on 443 is served."""
    call = asked_in_vain()
    call.connect(RELAY, 50018, answer="reset", at=port)
    each_connection(call, accepted, (50019,))
    checks_of_one_without_relay(call)
    return goes_on(call)


def by_one_of_two(status, second=PROXY_2):
    """The client is told to use one proxy or another (PAC): one refuses, the other lets it through. None: no other proxy is
    needed, it goes straight to the relay."""
    call = lync()
    call.capture.ttls[PROXY_2] = 62
    call.ask(EDGE)
    for port, proxy, answer in ((50210, PROXY, status), (50211, second, ALLOWED)):
        if not proxy:
            call.tls(EDGE, port=port)
            continue
        stream = call.connect(proxy, port, at=8080, rtt=0.003)
        host = WORLD if second else EDGE
        stream.send(0, f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        if answer is ALLOWED:
            stream.send(1, f"HTTP/1.1 {answer}\r\n\r\n".encode(), after=0.02)
            converse(stream, WORLD)
        else:
            stream.send(1, http_answer(answer, "Connection: close"), after=0.02)
            stream.close()
    checks_of_one_without_relay(call)
    return goes_on(call)


def name_unknown(served):
    """DNS knows no relay of that name, and the client has its address from somewhere else."""
    call = MediaCall()
    dns.ask(call.capture, call.own(61001), (RESOLVER, 53), WORLD, None)
    call.ask(RELAY)
    if served:
        each_connection(call, accepted, (50019,))
    else:
        call.connect(RELAY, 50019, answer=None)
    checks_of_one_without_relay(call)
    return goes_on(call)


# Which connection stays silent.

def first_lost_served():
    """The first SYNs are lost while the link comes up; the peer never answers."""
    call = lync(CLIENT)
    call.connect(EDGE, 50210, answer=None, repeats=(1.0, 2.0))
    call.capture.now += 2
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829), port=50211)
    for _ in range(2):
        call.silent_checks(call.through(call.first, HOST), call.through(call.first, REFLEXIVE))
    return goes_on(call)


def network_gone():
    """The client's network goes away behind the first connection."""
    call = lync(CLIENT)
    call.ask(EDGE, tries=3)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829), port=50211)
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE), call.through(call.first, REFLEXIVE))
    call.connect(EDGE, 50212, answer=None)
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    return goes_on(call)


def one_of_two_over_tcp(served_first):
    """The relay is there over UDP; over TCP one connection is silent, and one before it or behind it is served."""
    call = teams_start(tls=False)
    stream = call.tls(RELAY, port=50209) if served_first else None
    call.connect(RELAY, 50210, answer=None, repeats=(1.0, 2.0))
    if served_first:
        stream.segment(1, flags="A", after=0.02)
    else:
        call.tls(RELAY, port=50211)
    for _ in range(2):
        call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE), call.through(call.first, REFLEXIVE))
    return goes_on(call)


FAILED = "failed"
SERVED = {"rule": "udp_3478_blocked", "most": "medium"}

ROWS = [
    Row("neighbour-refuses", neighbour_refuses, FAILED, wrong=("host_refuses",)),
    Row("neighbour-refuses-once", lambda: neighbour_refuses(1), FAILED, wrong=("host_refuses",)),
    Row("neighbour-resets", neighbour_resets, FAILED, wrong=("host_refuses",)),
    Row("private-refused", private_refused, FAILED, rule="edges_apart", wrong=("host_refuses",)),
    Row("private-refused-without-relay", private_refused_without_relay, FAILED, rule="peer_without_relay",
        wrong=("host_refuses",)),
    Row("nat-refuses", nat_refuses, FAILED, rule="edges_apart", wrong=("host_refuses",)),
    Row("company-refuses", company_refuses, FAILED, rule="host_refuses", most="medium"),
    Row("first-reset", first_reset, FAILED, wrong=("relay_blocked",), **SERVED),
    Row("syn-refused-then-served", lambda: first_refused(443), FAILED, wrong=("relay_blocked",), **SERVED),
    Row("tcp-3478-refused", lambda: first_refused(3478), FAILED, wrong=("relay_blocked",), **SERVED),
    Row("other-proxy-serves", lambda: by_one_of_two(UNAVAILABLE), FAILED, wrong=("http_proxy",), **SERVED),
    Row("other-proxy-allows", lambda: by_one_of_two(FORBIDDEN), FAILED, wrong=("http_proxy",), **SERVED),
    Row("proxy-recovers", lambda: by_one_of_two(UNAVAILABLE, PROXY), FAILED, wrong=("http_proxy",), **SERVED),
    Row("proxy-then-direct", lambda: by_one_of_two(FORBIDDEN, None), FAILED, wrong=("http_proxy",), **SERVED),
    Row("name-unknown-served", lambda: name_unknown(True), FAILED, wrong=("dns_failure",), **SERVED),
    Row("name-unknown-silent", lambda: name_unknown(False), FAILED, rule=("dns_failure", "relay_unreachable"), most="medium"),
    Row("first-syns-lost", first_lost_served, FAILED, wrong=("connection_limit",)),
    Row("network-gone", network_gone, FAILED, wrong=("connection_limit",), **SERVED),
    Row("limit-beside-udp-lost", lambda: one_of_two_over_tcp(False), FAILED, rule="peer_without_relay",
        wrong=("connection_limit",)),
    Row("limit-beside-udp", lambda: one_of_two_over_tcp(True), FAILED, rule=("connection_limit", "peer_without_relay"),
        most="medium"),
]
