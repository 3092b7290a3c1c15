# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls without signalling that fail, end early or are bad, one for each cause. What looks like them and is none
stands in packet_stories.py."""
from . import dns, genuine_tls
from .dialects import TEAMS, VIDEO, some_bytes
from .media_call import (ALTERNATE, CLIENT, EDGE, EDGE_2, INNER_EDGE, NEIGHBOUR, OFFICE, PEER, PEER_OFFICE, PEER_ROUTER, PEER_SEEN,
                         PROXY, RELAY, RELAY_NAME, RESOLVER, ROUTER, MediaCall, Voice)
from .packet_stories import HOST, OFFICE_PEER, REFLEXIVE, activate, lync, teams_start, teams_two_sockets
from .stories import AUDIO, SHARING, Side, Story
from .story_rows import Row, pcaps
from .tcp443 import http_answer, tls_flight, tls_record
from .turn_messages import addr, allocate, att

HIGH = "high"
SYN_WAITS = (1.0, 2.0, 4.0)


# The relay is not reached, or only in one way.

def udp_blocked():
    """UDP 3478 is silent; the call connects over TCP 443."""
    call = lync()
    call.ask(EDGE)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), consents=())
    call.first.release()
    call.first.stream.close()
    return call


def teams_udp_blocked():
    """The same with Teams: what goes on in its TLS is not seen, but that it is answered."""
    call = MediaCall()
    call.ask(RELAY)
    call.tls(RELAY, exchanges=12)
    return call


def checks_of_one_without_relay(call):
    """Host and reflexive candidates of the peer and its relayed one, all silent."""
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE), call.direct(("198.51.100.5", 51184)))


def relay_silent():
    """Nothing comes back from the relay, neither on UDP nor on TCP."""
    call = lync(CLIENT)
    call.ask(EDGE)
    call.connect(EDGE, 50210, answer=None)
    checks_of_one_without_relay(call)
    return call


def relay_blocked():
    """UDP 3478 is silent; on TCP 443 the connection is made and the hello swallowed."""
    call = lync(CLIENT)
    call.ask(EDGE)
    stream = call.connect(EDGE, 50210)
    call.hello(stream, repeats=5)
    stream.segment(0, flags="FA", after=5.0)
    checks_of_one_without_relay(call)
    return call


def no_route():
    """Both in one company, in networks without a route between them, and none to the Edge's inner address."""
    call = lync(OFFICE, None)
    call.ask(INNER_EDGE)
    call.connect(INNER_EDGE, 50210, answer=None)
    call.silent_check(call.direct(OFFICE_PEER))
    return call


# The relay refuses.

def credentials_refused(code=401):
    """Each request with credentials is answered 401, with a new nonce each time; or 436."""
    call = lync(CLIENT)
    client, server = call.own(50016), (EDGE, 3478)
    ident = call.number()
    call.capture.udp(client, server, call.dialect.first(ident, 1))
    call.capture.udp(server, client, call.dialect.challenge(ident, some_bytes("n0", 20), server, None, None, None), 0.03)
    for number in range(3):
        ident = call.number()
        call.capture.udp(client, server, call.dialect.signed(ident, 1, some_bytes(f"n{number}", 20), None))
        refusal = (call.dialect.challenge(ident, some_bytes(f"n{number + 1}", 20), server, None, None, None)
                   if code == 401 else call.dialect.refused(ident, code, b"Unknown Username"))
        call.capture.udp(server, client, refusal, 0.03)
    checks_of_one_without_relay(call)
    return call


def user_unknown():
    return credentials_refused(436)


def refused(code, phrase):
    """The relay has this answer for each socket."""
    call = lync(CLIENT)
    for port, stream in ((50016, 1), (50036, VIDEO)):
        client, server = call.own(port), (EDGE, 3478)
        ident = call.number()
        call.capture.udp(client, server, call.dialect.first(ident, stream))
        nonce = some_bytes(f"quota{port}", 20)
        call.capture.udp(server, client, call.dialect.challenge(ident, nonce, server, None, None, None), 0.03)
        ident = call.number()
        call.capture.udp(client, server, call.dialect.signed(ident, stream, nonce, None))
        call.capture.udp(server, client, call.dialect.refused(ident, code, phrase), 0.03)
    checks_of_one_without_relay(call)
    return call


def quota():
    return refused(486, b"Allocation Quota Reached")


def redirect_loop():
    """Each of two Edges sends the client to the other one."""
    call = lync(CLIENT)
    for number in range(6):
        here, there = (EDGE, EDGE_2) if number % 2 == 0 else (EDGE_2, EDGE)
        ident = call.number()
        call.capture.udp(call.own(50016), (here, 3478), call.dialect.first(ident, 1))
        call.capture.udp((here, 3478), call.own(50016), call.dialect.refused(
            ident, 300, b"Try Alternate", None, att(0x000E, addr((there, 3478)))), 0.03)
    checks_of_one_without_relay(call)
    return call


def alternate_blocked():
    """The relay that was asked first answers; the one it names is behind a firewall that does not know it."""
    call = MediaCall()
    client, asked, goes_on = call.own(50016), (RELAY, 3478), (ALTERNATE, 3478)
    ident, session = call.number(), call.session()
    call.capture.udp(client, asked, call.dialect.first(ident, 1))
    call.capture.udp(asked, client, call.dialect.challenge(ident, some_bytes("nonce", 20), goes_on, (ALTERNATE, 3480),
                                                           call.outside(50016), session), 0.04)
    message = call.dialect.signed(call.number(), 1, some_bytes("nonce", 20), session)
    for number in range(10):
        call.capture.udp(client, goes_on, message, 0.65 if number else 0.01)
    checks_of_one_without_relay(call)
    return call


# TCP 443, for sharing: UDP 3478 works.

def sharing(ttls=None):
    call = lync(CLIENT, ttls=ttls)
    call.first = call.allocate(EDGE)
    return call


def sharing_fails(call):
    """No relay over TCP: what is left are the host candidates, which do not reach each other."""
    call.connect(PEER, 50301, answer=None, at=50040)
    call.connect(PEER_SEEN, 50302, answer=None, at=57040)
    return call


def hello_swallowed():
    call = sharing()
    stream = call.connect(EDGE, 50210)
    call.hello(stream, repeats=5)
    stream.segment(0, flags="FA", after=5.0)
    return sharing_fails(call)


def hello_reset():
    call = sharing()
    for port in (50210, 50211):
        stream = call.connect(EDGE, port)
        call.hello(stream)
        stream.segment(1, flags="RA", after=0.02)
    return sharing_fails(call)


def handshake_reset():
    """The reset comes right behind the handshake, before the hello is out."""
    call = sharing()
    for port in (50210, 50211, 50212):
        stream = call.connect(EDGE, port)
        stream.segment(1, flags="RA", after=0.001)
    return sharing_fails(call)


def answered(answer, udp=True):
    """Somebody else answers the hello; udp: whether UDP 3478 works besides."""
    call = sharing() if udp else lync(CLIENT)
    if not udp:
        call.ask(EDGE)
    call.capture.ttls[EDGE] = 62
    for port in (50210, 50211):
        stream = call.connect(EDGE, port, rtt=0.004)
        call.hello(stream, answer, rtt=0.02)
        stream.close()
    if udp:
        return sharing_fails(call)
    checks_of_one_without_relay(call)
    return call


def http_302():
    return answered(http_answer("302 Found", "Location: http://login.example.com/"))


def http_403():
    return answered(http_answer("403 Forbidden", "Connection: close"), False)


def http_407():
    return answered(http_answer("407 Proxy Authentication Required", "Proxy-Authenticate: NTLM", "Connection: close"),
                    False)


def connect_refused(status="407 Proxy Authentication Required", header="Proxy-Authenticate: NTLM"):
    """The client knows its proxy, which lets nobody through; nothing else leaves the network."""
    call = lync()
    call.ask(EDGE)
    for port in (50210, 50211):
        stream = call.connect(PROXY, port, at=8080, rtt=0.003)
        stream.send(0, f"CONNECT {EDGE}:443 HTTP/1.1\r\nHost: {EDGE}:443\r\n\r\n".encode())
        stream.send(1, http_answer(status, header, "Connection: close"), after=0.02)
        stream.close()
    checks_of_one_without_relay(call)
    return call


def connect_forbidden():
    return connect_refused("403 Forbidden", "Via: 1.1 proxy.example.com")


def inspected():
    return answered(tls_flight())


def alert():
    return answered(tls_record(21, b"\x02\x28"))


def teams_443_reset():
    """UDP 3478 is silent, and the genuine ClientHello of Teams is answered by a reset."""
    call = MediaCall()
    call.ask(RELAY)
    for port in (50018, 50019, 50020):
        stream = call.connect(RELAY, port)
        stream.send(0, genuine_tls.client_hello(RELAY_NAME))
        stream.segment(1, flags="RA", after=0.01)
    checks_of_one_without_relay(call)
    return call


def connection_limit():
    """A firewall allows so many connections to one address: the first ones are served, the others not answered."""
    call = lync(CLIENT)
    others = [call.allocate_tcp(EDGE, (EDGE, 54820 + number), port=50210 + number) for number in range(3)]
    for number in range(3):
        call.connect(EDGE, 50220 + number, answer=None)
    for other in others:
        other.release()
    checks_of_one_without_relay(call)
    return call


# No pair of candidates works.

def edges_apart():
    """Both sides have relays; over UDP they do not reach each other."""
    call = teams_two_sockets()
    relays = call.through(call.first, ("198.51.100.137", 3480))
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE), relays)
    call.silent_check(relays)
    return call


def edges_apart_tcp():
    """The same with sharing: the second Edge is known by an allocation of the client's."""
    call = lync(CLIENT)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    other = call.allocate(EDGE_2)
    call.connect(PEER, 50301, answer=None, at=50040)
    relays = call.through(call.first, (EDGE_2, 51184))
    for _ in range(2):
        call.silent_check(relays)
    other.release()
    return call


def peer_without_relay():
    """The client has a relay; all checks go to the peer's own computer, directly and over the relay."""
    call = teams_start()
    paths = [call.direct(HOST), call.through(call.first, HOST)]
    call.silent_checks(*paths)
    call.silent_checks(*paths)
    return call


def own_without_relay():
    """The client asks no relay at all, though the capture began long before; the peer has one."""
    call = lync(CLIENT)
    dns.ask(call.capture, call.own(61001), (RESOLVER, 53), "www.example.com", ["203.0.113.80"])
    genuine_tls.converse(call.connect("203.0.113.80", 50100), "www.example.com")
    call.capture.now += 20
    checks_of_one_without_relay(call)
    return call


def refused_by_icmp(code, source):
    """No relay; each check to the only candidate is answered by an ICMP error."""
    call = lync(OFFICE, None)
    path, request = call.direct(OFFICE_PEER), call.dialect.check(call.number(), True)
    for wait in (0.02, *call.dialect.check_waits):
        path.out(request, wait)
        call.capture.unreachable(source, code, 0.004)
    return call


def port_unreachable():
    return refused_by_icmp(3, PEER_OFFICE)


def prohibited():
    return refused_by_icmp(13, PEER_ROUTER)


def prohibited_nearby():
    """By the client's own next router: all of its TTL is left."""
    return refused_by_icmp(13, ROUTER)


def port_unreachable_ipv6():
    call = MediaCall(TEAMS, "2001:db8:1::10", None)
    path, request = call.direct(("2001:db8:2::20", 50040)), call.dialect.check(call.number(), True)
    for wait in (0.02, *call.dialect.check_waits):
        path.out(request, wait)
        call.capture.unreachable("2001:db8:2::20", 4, 0.004)
    return call


def one_way_filter():
    """The peer's checks arrive and are answered, but it asks again and again; the client's own are never answered."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    ours, theirs = call.number(), call.number()
    for wait in (0.02, *call.dialect.check_waits):
        path.out(call.dialect.check(ours, True), wait)
        path.into(call.dialect.check(theirs, False), 0.02)
        path.out(call.dialect.answer(theirs, False, path.peer), 0.001)
    return call


# The path is lost.

def media_reset():
    """A direct connection: the check passes, the first data is answered by a reset."""
    call = lync()
    for port in (50301, 50302):
        stream = call.connect(PEER_OFFICE, port, at=50040)
        path = call.framed(stream)
        call.agree(path)
        path.out(Voice(0xCAFE0001, 127, 90000).packet(begins=True), 0.02)
        stream.segment(1, flags="RA", after=0.002)
    return call


def talk_over(call, path, seconds=8.0, **options):
    call.agree(path)
    call.talk(path, seconds, **options)
    return path


def talk_over_relay():
    """Eight seconds over the own relay, multiplexed. Returns the call and its path."""
    call = teams_start()
    call.agree(call.through(call.first, REFLEXIVE, into=False))
    path = call.through(call.first, REFLEXIVE, False, False)
    call.talk(path, 8, consents=())
    call.voices[0].interval = 0.2
    return call, path


def refresh_unanswered():
    """The relay is gone in mid-call: refreshes and media stay without an answer."""
    call, path = talk_over_relay()
    _, message = call.first.request(call.dialect.lifetime)
    call.talk(path, 9, True, None, consents=(), events=[
        (0.3 + 0.65 * number, lambda: call.first.out(message, 0)) for number in range(10)])
    return call


def refresh_refused():
    """437: the relay does not know the allocation any more."""
    call, path = talk_over_relay()
    call.first.refresh(refused=(437, b"Allocation Mismatch"))
    call.talk(path, 5, True, None, consents=())
    call.first.refresh(refused=(437, b"Allocation Mismatch"))
    return call


def consent_unanswered():
    """The direct path dies: checks of it are repeated and never answered, media goes out for ten seconds."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = talk_over(call, call.direct(OFFICE_PEER))
    events = []
    for start in (0.5, 3.5, 6.5):
        request = call.dialect.check(call.number(), True)
        events += [(start + later, lambda request=request: path.out(request, 0)) for later in (0, 0.1, 0.3, 0.7, 1.5)]
    call.voices[0].interval = 0.2
    call.talk(path, 10, True, None, consents=(), events=events)
    call.first.release()
    return call


def unheard(starts=(0.5, 5.5, 10.5)):
    """What the client sends is lost from the sixth second on; what the peer sends arrives. starts: of its checks, in seconds."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = talk_over(call, call.direct(OFFICE_PEER))
    events = []
    for start in starts:
        request = call.dialect.check(call.number(), True)
        events += [(start + later, lambda request=request: path.out(request, 0)) for later in (0, 0.1, 0.3, 0.7, 1.5)]
    call.talk(path, 16, consents=(), events=events)
    call.first.release()
    return call


def path_reset(flags="RA"):
    """The TCP path over the relay is reset, or closed; the client tries again, and gets no further than the SYN."""
    call = lync()
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), 8, consents=())
    call.first.stream.segment(1, flags=flags, after=0.02)
    call.connect(EDGE, 50211, answer=None)
    return call


def icmp_in_mid_call(gives_relay_up=False):
    """A router says for six seconds that the peer cannot be reached, and the client goes on."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = talk_over(call, call.direct(OFFICE_PEER))
    if gives_relay_up:
        call.first.release()
        call.talk(path, 2, consents=())
    for number in range(40 if gives_relay_up else 30):
        path.out(call.voices[0].packet(0.2 * number), 0.19)
        if number % 5 == 0:
            call.capture.unreachable(ROUTER, 1, 0.01)
    if not gives_relay_up:
        request = call.dialect.check(call.number(), True)
        for wait in (0.1, 0.1, 0.2, 0.4, 0.8):
            path.out(request, wait)
        call.first.release()
    return call


def icmp_without_relay():
    """The same without checks, behind a relay that was given up as soon as there was a direct path."""
    call = icmp_in_mid_call(True)
    call.capture.now += 15
    dns.ask(call.capture, (NEIGHBOUR, 61009), ("192.168.1.1", 53), "other.example.com", ["192.0.2.99"])
    return call


# Media is bad.

def bad_media(received, seconds=12.0, sent=True):
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, seconds, Voice(0xCAFE0001, 0, 8000, 0.2) if sent else None, received, consents=(2.5, 6, 9))
    call.first.release()
    return call


def one_way():
    """The client sends, nothing ever comes."""
    return bad_media(None)


def nothing_sent():
    """The peer is heard, the client sends nothing."""
    return bad_media(Voice(0xCAFE0002, 0, 8000), sent=False)


def loss():
    return bad_media(Voice(0xCAFE0002, 0, 8000, lost=range(5, 120, 8)))


def jitter():
    """Up to a fifth of a second, another one each time."""
    return bad_media(Voice(0xCAFE0002, 0, 8000, 0.05, jitter=lambda number: (0, 0.16, 0.04, 0.2, 0.02)[number % 5]), 8)


def gap():
    """Four seconds of what the peer said are missing."""
    return bad_media(Voice(0xCAFE0002, 0, 8000, lost=range(40, 80)))


# The name of the relay; where the client has it from takes signalling.

def named_relay(addresses, answered=True, silent=False):
    """MRAS names the relay, DNS is asked for it. silent: the address does not answer."""
    story = Story(Side("10.10.1.20", 20040), Side("10.20.1.30", 20050, ("203.0.113.5", 51184)), SHARING if silent else AUDIO)
    story.credentials()
    dns.ask(story.capture, (OFFICE, 61001), (RESOLVER, 53), "av.example.com", addresses, answered=answered,
            tries=1 if answered else 4)
    dns.ask(story.capture, (OFFICE, 61002), (RESOLVER, 53), "av.example.com", None if addresses is None else [], dns.AAAA,
            answered=answered, tries=1 if answered else 4)
    if silent:
        request = allocate(story.number())
        for number in range(10):
            story.capture.udp((OFFICE, 50022), (addresses[0], 3478), request, 0.65 if number else 0.01)
        story.syn(50210, (addresses[0], 443), tries=4)
    story.invite()
    if story.media == SHARING:
        story.syn(50301, story.callee.at)
    else:
        call = MediaCall(client=OFFICE, seen=None, capture=story.capture)
        call.numbers = 500
        request = call.dialect.check(call.number(), True).replace(b"Tq9x:kZ4w", b"bob1:ann1")
        for wait in (0.02, *call.dialect.check_waits):
            story.capture.udp((OFFICE, 20040), (PEER_OFFICE, 20050), request, wait)
        story.idents = call.idents
    story.bye(23, 0x80021 if addresses is None or not answered else 0x9, (1, 2))
    return story


def name_not_found():
    return named_relay(None)


def name_unanswered():
    return named_relay([], answered=False)


def name_wrong():
    """An old address, which nobody has any more."""
    return named_relay(["203.0.113.99"], silent=True)


# Somebody else answers.

def another_device():
    """Over UDP the Edge answers from twenty routers away; on TCP 443 a box on the next segment accepts, and resets."""
    call = sharing()
    call.capture.ttls[EDGE] = 254
    for port in (50210, 50211):
        stream = call.connect(EDGE, port, rtt=0.001)
        call.hello(stream)
        stream.segment(1, flags="RA", after=0.001)
    return sharing_fails(call)


FAILED, LOST = "failed", "interrupted"

ROWS = [
    Row("udp-blocked", udp_blocked, "connected", "own relay", "udp_3478_blocked", ("relay_unreachable",), HIGH,
        transport="TCP", pcap=True),
    Row("teams-udp-blocked", teams_udp_blocked, None, None, "udp_3478_blocked", ("relay_unreachable", "relay_blocked")),
    Row("relay-silent", relay_silent, FAILED, None, ("relay_unreachable", "relay_blocked"),
        ("udp_3478_blocked", "firewall_443"), HIGH, pcap=True),
    Row("relay-blocked", relay_blocked, FAILED, None, "relay_blocked", ("relay_unreachable",), pcap=True),
    Row("no-route", no_route, FAILED, None, "no_route", ("host_refuses",), pcap=True),
    Row("credentials-refused", credentials_refused, FAILED, None, "credentials_unknown", ("relay_unreachable",), HIGH,
        pcap=True),
    Row("user-unknown", user_unknown, FAILED, None, "credentials_unknown", ("relay_unreachable",), HIGH),
    Row("quota", quota, FAILED, None, "relay_quota", ("credentials_unknown", "own_without_relay"), HIGH, pcap=True),
    Row("relay-breaks", lambda: refused(500, b"Server Error"), FAILED, None, "relay_refuses",
        ("credentials_unknown", "relay_quota", "relay_unreachable"), HIGH),
    Row("relay-forbids", lambda: refused(403, b"Forbidden"), FAILED, None, "relay_refuses",
        ("credentials_unknown", "relay_quota", "relay_unreachable"), HIGH),
    Row("redirect-loop", redirect_loop, FAILED, None, "relay_redirect", ("relay_unreachable",), HIGH, pcap=True),
    Row("alternate-blocked", alternate_blocked, FAILED, None, "relay_redirect",
        ("relay_unreachable", "credentials_unknown", "own_without_relay"), HIGH, pcap=True),
    Row("hello-swallowed", hello_swallowed, FAILED, None, "firewall_443", ("relay_unreachable", "impostor"), HIGH,
        pcap=True),
    Row("hello-reset", hello_reset, FAILED, None, "firewall_443", ("relay_unreachable", "media_reset"), HIGH),
    Row("handshake-reset", handshake_reset, FAILED, None, "firewall_443", ("own_without_relay", "media_reset"),
        pcap=True),
    Row("http-302", http_302, FAILED, None, "http_proxy", ("firewall_443", "tls_inspection"), HIGH),
    Row("http-403", http_403, FAILED, None, "http_proxy", ("relay_blocked", "relay_unreachable"), HIGH),
    Row("http-407", http_407, FAILED, None, "http_proxy", ("relay_blocked", "relay_unreachable"), HIGH, pcap=True),
    Row("connect-refused", connect_refused, FAILED, None, "http_proxy", ("relay_unreachable",), HIGH, pcap=True),
    Row("connect-forbidden", connect_forbidden, FAILED, None, "http_proxy", ("relay_unreachable",), HIGH),
    Row("inspected", inspected, FAILED, None, "tls_inspection", ("http_proxy", "firewall_443"), HIGH, pcap=True),
    Row("alert", alert, FAILED, None, "tls_inspection", ("http_proxy",), HIGH),
    Row("teams-443-reset", teams_443_reset, FAILED, None, ("relay_blocked", "firewall_443"),
        ("relay_unreachable", "udp_3478_blocked"), pcap=True),
    Row("connection-limit", connection_limit, FAILED, None, "connection_limit", ("relay_unreachable", "firewall_443"),
        pcap=True),
    Row("edges-apart", edges_apart, FAILED, None, "edges_apart", ("peer_without_relay", "relay_unreachable"), pcap=True),
    Row("edges-apart-tcp", edges_apart_tcp, FAILED, None, "edges_apart", ("tcp_media_blocked", "peer_without_relay")),
    Row("peer-without-relay", peer_without_relay, FAILED, None, "peer_without_relay", ("edges_apart", "no_route"),
        pcap=True),
    Row("own-without-relay", own_without_relay, FAILED, None, (None, "own_without_relay", "no_relay_configured"),
        ("peer_without_relay", "relay_unreachable"), most="medium"),
    Row("port-unreachable", port_unreachable, FAILED, None, "host_refuses", ("no_route", "relay_unreachable"), pcap=True),
    Row("prohibited", prohibited, FAILED, None, "host_refuses", ("no_route", "relay_unreachable"), pcap=True),
    Row("prohibited-nearby", prohibited_nearby, FAILED, None, "host_refuses", ("no_route", "relay_unreachable"), most="medium"),
    Row("port-unreachable-ipv6", port_unreachable_ipv6, FAILED, None, "host_refuses", ("no_route",)),
    Row("one-way-filter", one_way_filter, FAILED, None, "one_way_filter", ("peer_without_relay", "edges_apart"),
        pcap=True),
    Row("media-reset", media_reset, (LOST, FAILED), None, "media_reset", ("host_refuses", "path_lost"), pcap=True),
    Row("refresh-unanswered", refresh_unanswered, LOST, "own relay", "path_lost",
        ("relay_unreachable", "media_one_way", "udp_3478_blocked"), pcap=True),
    Row("refresh-refused", refresh_refused, LOST, "own relay", "path_lost", ("credentials_unknown", "relay_quota")),
    Row("consent-unanswered", consent_unanswered, LOST, "direct", "path_lost", ("media_one_way", "one_way_filter"),
        pcap=True),
    Row("unheard", unheard, "one way", "direct", "media_one_way", ("path_lost", "one_way_filter"), "medium", "medium"),
    Row("path-reset", path_reset, LOST, "own relay", "path_lost", ("media_reset", "relay_unreachable", "firewall_443"),
        transport="TCP", pcap=True),
    Row("path-closed", lambda: path_reset("FA"), LOST, "own relay", "path_lost", ("relay_unreachable", "firewall_443"), transport="TCP"),
    Row("icmp-in-mid-call", icmp_in_mid_call, LOST, "direct", "path_lost", ("host_refuses", "media_one_way"), pcap=True),
    Row("icmp-without-relay", icmp_without_relay, LOST, "direct", "path_lost", ("host_refuses", "media_one_way"), HIGH),
    Row("one-way", one_way, "one way", "direct", "media_one_way", ("one_way_filter", "path_lost"), "low", "medium",
        pcap=True),
    Row("nothing-sent", nothing_sent, "one way", "direct", "media_one_way", ("path_lost",), "low", "medium"),
    Row("loss", loss, "connected", "direct", "media_quality", ("path_lost",), "low", "medium", pcap=True),
    Row("jitter", jitter, "connected", "direct", "media_quality", ("path_lost",), "low", "medium", pcap=True),
    Row("gap", gap, "connected", "direct", "media_quality", ("path_lost", "media_one_way"), "low", "medium", pcap=True),
    Row("name-not-found", name_not_found, FAILED, None, "dns_failure", ("relay_unreachable", "no_route"), pcap=True),
    Row("name-filtered", lambda: named_relay(["0.0.0.0"]), FAILED, None, "dns_failure", ("relay_unreachable", "own_without_relay")),
    Row("name-unanswered", name_unanswered, FAILED, None, "dns_failure", ("relay_unreachable", "no_route")),
    Row("name-wrong", name_wrong, FAILED, None, ("dns_failure", "relay_unreachable"), ("udp_3478_blocked",), pcap=True),
    Row("another-device", another_device, FAILED, None, ("impostor", "firewall_443"), ("relay_unreachable",), pcap=True),
]


def captures():
    return pcaps(ROWS)
