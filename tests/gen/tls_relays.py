# SPDX-License-Identifier: GPL-2.0-or-later
"""Genuine TLS to a relay: who answers it, whether the client goes on, and what passes through."""
from . import dns, genuine_tls
from .dialects import VIDEO
from .genuine_tls import ALERT, APPLICATION, HANDSHAKE, application, client_hello, record, server_flight
from .media_call import CLIENT, EDGE, PROXY, RELAY, RELAY_NAME, RESOLVER, THIRD, MediaCall
from .packet_failures import checks_of_one_without_relay
from .packet_stories import HOST, OFFICE_PEER, REFLEXIVE, lync, teams_start
from .story_rows import Row
from .tcp443 import http_answer

WORLD, REGION, ELSEWHERE = "world.tr.teams.microsoft.com", "euaz.relay.teams.microsoft.com", "api.teams.microsoft.com"
ALLOWED, FORBIDDEN = "200 Connection established", "403 Forbidden"
UNKNOWN_CA, UNRECOGNIZED_NAME = 48, 112


def alert(description):
    return record(ALERT, bytes([2, description]))


def media_inside(seconds=10, rate=20, each=1):
    """UDP 3478 is silent; for a while records go both ways inside TLS to the relay, as media do. each: one comes back for so
    many that are sent."""
    call = MediaCall()
    call.ask(RELAY)
    stream = call.tls(RELAY)
    for number in range(round(seconds * rate)):
        stream.send(0, application(number, 150), after=1 / rate - 0.002)
        if number % each == 0:
            stream.send(1, application(number, 160), after=0.002)
    return call


def each_connection(call, answer, ports=(50018, 50019)):
    """Genuine TLS to the relay on some ports; answer: what happens on the stream behind the hello."""
    for port in ports:
        stream = call.connect(RELAY, port)
        stream.send(0, client_hello(RELAY_NAME))
        answer(stream)
    return call


def blocked(answer):
    """UDP 3478 is silent, and that is what becomes of TLS."""
    def build():
        call = MediaCall()
        call.ask(RELAY)
        each_connection(call, answer)
        checks_of_one_without_relay(call)
        return call
    return build


def healthy(answer):
    """The same beside a call that runs over UDP."""
    def build():
        call = each_connection(teams_start(tls=False), answer)
        path = call.direct(REFLEXIVE, seen=call.outside(50016))
        call.agree(path)
        call.talk(path)
        call.first.release()
        return call
    return build


def apart(answer):
    """The same beside a relay over UDP, from which no pair works: what becomes of TLS is not why."""
    def build():
        call = each_connection(teams_start(tls=False), answer)
        call.second = call.allocate(RELAY, alternate=THIRD, port=50036, stream=VIDEO)
        relays = call.through(call.first, ("198.51.100.137", 3480))
        call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE), relays)
        call.silent_check(relays)
        return call
    return build


def distrusted(stream):
    """The certificate is that of a device which takes TLS apart, and the client does not know who signed it."""
    stream.send(1, server_flight(), sizes=[1400], after=0.01)
    stream.send(0, alert(UNKNOWN_CA), after=0.002)
    stream.segment(0, flags="FA", after=0.001)


def distrusted_tls13(stream):
    """The same in TLS 1.3: the certificate and the alert are encrypted."""
    stream.send(1, record(HANDSHAKE, server_flight()[5:95]) + record(20, b"\x01") + application(1, 2000), sizes=[1400], after=0.01)
    stream.send(0, record(20, b"\x01") + record(APPLICATION, bytes(19)), after=0.002)
    stream.segment(0, flags="RA", after=0.001)


def left(stream):
    """The client just goes, without a word."""
    stream.send(1, server_flight(), sizes=[1400], after=0.01)
    stream.segment(0, flags="FA", after=0.001)


def http(stream):
    stream.send(1, http_answer("403 Forbidden", "Connection: close"), after=0.01)
    stream.segment(1, flags="FA", after=0.001)


def closed(stream):
    stream.segment(1, flags="FA", after=0.01)
    stream.segment(0, flags="FA", after=0.001)


def given_up(stream):
    """By the client itself; the server takes its leave."""
    stream.segment(1, flags="A")
    stream.segment(0, flags="FA", after=0.05)
    stream.segment(1, flags="FA", after=0.03)
    stream.segment(0, flags="A")


def refused(stream):
    """By a firewall that looks at the server's name, or by the relay itself."""
    stream.send(1, alert(UNRECOGNIZED_NAME), after=0.01)
    stream.segment(1, flags="FA", after=0.001)


def swallowed(stream):
    hello = client_hello(RELAY_NAME)
    for number in range(5):
        stream.seq[0] -= len(hello)
        stream.send(0, hello, after=0.3 * 2 ** number)


def acknowledged_only(stream):
    """A device accepts the connection and the hello, and reaches nobody behind it."""
    stream.segment(1, flags="A", after=0.02)
    stream.segment(0, flags="FA", after=6.0)


def accepted(stream):
    """A device that the client trusts."""
    stream.send(1, server_flight(), sizes=[1400], after=0.01)
    stream.send(0, genuine_tls.finished(0))
    stream.send(1, genuine_tls.finished(1), after=0.01)
    for number in range(3):
        stream.send(0, application(number, 120))
        stream.send(1, application(100 + number, 180), after=0.02)


def first_lost(answer, served=True):
    """One connection goes wrong, and the next one is served, or there is no next one."""
    call = MediaCall()
    call.ask(RELAY)
    each_connection(call, answer, (50018,))
    if served:
        each_connection(call, accepted, (50019,))
    checks_of_one_without_relay(call)
    return call


def just_asked():
    """The capture ends a second behind the hello."""
    call = MediaCall()
    call.ask(RELAY)
    each_connection(call, lambda stream: stream.segment(1, flags="A", after=0.02), (50018,))
    call.capture.udp((CLIENT, 50901), ("192.168.1.53", 53), bytes(20), 1.0)
    return call


def by_proxy(host, status, seconds=0, ask=True, works=False):
    """The client asks its proxy for a way to a host, and speaks TLS with it through the proxy where that lets it through; for
    some seconds as media do. ask: it asks the relay over UDP first, in vain. works: the call runs past all that."""
    call = lync()
    if ask:
        call.ask(EDGE)
    for port in (50210, 50211):
        stream = call.connect(PROXY, port, at=8080, rtt=0.003)
        stream.send(0, f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        if status is ALLOWED:
            stream.send(1, f"HTTP/1.1 {status}\r\n\r\n".encode(), after=0.02)
            genuine_tls.converse(stream, host)
        else:
            stream.send(1, http_answer(status, "Connection: close"), after=0.02)
            stream.close()
    for number in range(seconds * 20):
        stream.send(0, application(number, 150), after=0.048)
        stream.send(1, application(number, 160), after=0.002)
    if works:
        path = call.direct(OFFICE_PEER)
        call.agree(path)
        call.talk(path)
    elif not seconds:
        checks_of_one_without_relay(call)
    return call


def name_unanswered(kind):
    """Nobody answers the client's question for the relay's address of one kind; another question is not captured."""
    call = lync()
    dns.ask(call.capture, call.own(61001), (RESOLVER, 53), WORLD, [], kind, tries=4, answered=False)
    checks_of_one_without_relay(call)
    return call


def name_alone(answers=None, host=WORLD):
    """All that the client does about a relay is to ask for its name. answers: IPv4 addresses; None: there is no such name."""
    call = lync()
    for port, kind, given in ((61001, dns.A, answers), (61002, dns.AAAA, answers and [])):
        dns.ask(call.capture, call.own(port), (RESOLVER, 53), host, given, kind)
    checks_of_one_without_relay(call)
    return call


BLOCKED = [("tls-distrusted", distrusted, "tls_inspection", "medium"), ("tls13-distrusted", distrusted_tls13, "tls_inspection", "medium"),
           ("tls-left", left, "tls_inspection", "medium"), ("tls-http", http, "http_proxy", "high"),
           ("tls-closed", closed, "relay_blocked", "high"), ("tls-refused", refused, "relay_blocked", "high"),
           ("tls-swallowed", swallowed, "relay_blocked", "high"), ("tls-acknowledged-only", acknowledged_only, "relay_blocked", "high"),
           ("tls-closed-by-client", given_up, "udp_3478_blocked", "medium"), ("tls-accepted", accepted, "udp_3478_blocked", "medium")]
ROWS = [
    Row("tls-media", media_inside, "incomplete", wrong=("udp_3478_blocked",)),
    Row("tls-media-to-listener", lambda: media_inside(each=20), "incomplete", wrong=("udp_3478_blocked",)),
    Row("tls-media-sent", lambda: media_inside(each=200), "failed", rule="udp_3478_blocked", most="medium"),
    Row("tls-keepalive", lambda: media_inside(30, 0.5), "failed", rule="udp_3478_blocked", most="medium"),
    *[Row(name, blocked(answer), "failed", rule=rule, wrong=tuple({"udp_3478_blocked"} - {rule}), most=most)
      for name, answer, rule, most in BLOCKED],
    *[Row(f"{name}-healthy", healthy(answer), "connected", "through NAT", clean=False) for name, answer, *_ in BLOCKED],
    *[Row(f"{name}-apart", apart(answer), "failed", rule="edges_apart", wrong=("tls_inspection", "firewall_443"))
      for name, answer, *_ in BLOCKED],
    Row("tunnel", lambda: by_proxy(EDGE, ALLOWED), "failed", rule="udp_3478_blocked", wrong=("relay_unreachable",), most="medium"),
    Row("tunnel-name", lambda: by_proxy(WORLD, ALLOWED), "failed", rule="udp_3478_blocked", wrong=("http_proxy",), most="medium"),
    Row("tunnel-media", lambda: by_proxy(EDGE, ALLOWED, 8), "incomplete", wrong=("relay_unreachable", "relay_blocked")),
    Row("proxy-refuses-name", lambda: by_proxy(WORLD, FORBIDDEN), "failed", rule="http_proxy", least="high"),
    Row("proxy-refuses-all", lambda: by_proxy(REGION, FORBIDDEN, ask=False), "failed", rule="http_proxy", least="high"),
    Row("proxy-refuses-another", lambda: by_proxy(ELSEWHERE, FORBIDDEN, ask=False), "failed", rule="own_without_relay",
        wrong=("http_proxy",)),
    Row("proxy-refuses-healthy", lambda: by_proxy(WORLD, FORBIDDEN, works=True, ask=False), "connected", "direct", clean=False),
    Row("name-alone", name_alone, "failed", rule="dns_failure"),
    Row("name-unanswered-ipv4", lambda: name_unanswered(dns.A), "failed", rule="dns_failure"),
    Row("name-unanswered-ipv6", lambda: name_unanswered(dns.AAAA), "failed", rule="own_without_relay", wrong=("dns_failure",)),
    Row("name-of-another", lambda: name_alone(host=ELSEWHERE), "failed", rule="own_without_relay", wrong=("dns_failure",)),
    Row("name-answered", lambda: name_alone(["203.0.113.5"]), "failed", rule="own_without_relay", wrong=("dns_failure",)),
    Row("tls-first-closed", lambda: first_lost(closed), "failed", rule="udp_3478_blocked", wrong=("relay_blocked",), most="medium"),
    Row("tls-first-swallowed", lambda: first_lost(swallowed), "failed", rule="udp_3478_blocked", wrong=("relay_blocked",), most="medium"),
    Row("tls-closed-once", lambda: first_lost(closed, False), "failed", rule="relay_blocked", most="medium"),
    Row("tls-swallowed-once", lambda: first_lost(swallowed, False), "failed", rule="relay_blocked", most="medium"),
    Row("tls-just-asked", just_asked, ("failed", "incomplete"), rule=("udp_3478_blocked", None), wrong=("relay_blocked",), most="medium"),
]
