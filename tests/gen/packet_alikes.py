# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls without signalling that work, each with something in it that looks like the cause of a failure."""
from . import dns
from .dialects import CONTROLLED, VIDEO, some_bytes
from .media_call import EDGE, EDGE_2, PEER_OFFICE, PROXY, RELAY_NAME, RESOLVER, Voice
from .packet_stories import OFFICE_PEER, REFLEXIVE, activate, lync, teams_refreshes, teams_start
from .story_rows import Row, pcaps
from .tcp443 import http_answer
from .turn_messages import addr, att


def consent_repeated():
    """One check of the path in use gets lost and is sent again."""
    call = teams_start()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    call.talk(path, 3)
    request = call.dialect.check(call.number(), True)
    answer = call.dialect.answer(call.idents[-1], True, path.seen)
    call.talk(path, 4, events=[(0.5, lambda: path.out(request, 0)), (1.0, lambda: path.out(request, 0)),
                               (1.03, lambda: path.into(answer, 0))])
    call.first.release()
    return call


def slow_relay():
    """The relay answers after two seconds, when it was asked four times."""
    call = lync()
    call.first = call.allocate(EDGE, tries=4, rtt=0.6)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def slow_443():
    """The hello is answered after it was sent three times."""
    call = lync()
    stream = call.connect(EDGE, 50210, tries=2)
    call.hello(stream, True, repeats=2, rtt=1.1)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829), stream=stream)
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    return call


def lossy():
    """Five percent of all packets are lost; what matters is sent again."""
    call = lync()
    call.first = call.allocate(EDGE, tries=2)
    path = call.direct(OFFICE_PEER)
    call.check(path, tries=2)
    call.peer_check(path, tries=2)
    call.check(path, nominated=True, tries=2, after=0.1)
    call.talk(path, 8, Voice(0xCAFE0001, lost=range(7, 80, 20)), Voice(0xCAFE0002, lost=range(13, 80, 20)))
    call.first.release()
    return call


def first_edge_down():
    """DNS names two Edges; the first is down, the second is well."""
    call = lync()
    call.ask(EDGE)
    call.connect(EDGE, 50210, answer=None)
    call.first = call.allocate(EDGE_2)
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    return call


def role_conflict():
    """Both begin as controlling; 487 settles it."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    ident = call.number()
    path.out(call.dialect.check(ident, True), 0.02)
    path.into(call.dialect.conflict(ident), 0.03)
    ident = call.number()
    path.out(call.dialect.check(ident, True, role=CONTROLLED), 0.02)
    path.into(call.dialect.answer(ident, True, path.seen), 0.03)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def role_conflict_open():
    """The nomination is refused by 487, the next check is answered, and the capture ends before the peer has nominated."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    ident = call.number()
    path.out(call.dialect.check(ident, True, True), 0.02)
    path.into(call.dialect.conflict(ident), 0.03)
    ident = call.number()
    path.out(call.dialect.check(ident, True, role=CONTROLLED), 0.02)
    path.into(call.dialect.answer(ident, True, path.seen), 0.03)
    return call


def two_interfaces():
    """Beside the office network there is a VPN, which reaches neither relay nor peer; its checks have the same user
    fragments."""
    vpn, call = "10.99.0.4", lync()
    call.capture.own.add(vpn)
    for number in range(10):
        if number == 0:
            silent = call.dialect.first(call.number(), 1)
        call.capture.udp((vpn, 50116), (EDGE, 3478), silent, 0.65 if number else 0.01)
        if number == 0:
            call.first = call.allocate(EDGE)
            path = call.direct(OFFICE_PEER)
    ident = call.number()
    for wait in (0.02, *call.dialect.check_waits):
        call.capture.udp((vpn, 50116), OFFICE_PEER, call.dialect.check(ident, True), wait)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def two_interfaces_silent(begins):
    """The other interface has only asked the relay, as it is never answered; it begins first, or a moment later."""
    vpn = "10.99.0.4"
    call = lync(ttls={vpn: 128})
    call.capture.own.add(vpn)
    if begins:
        call.first = call.allocate(EDGE)
    silent = call.dialect.first(call.number(), 1)
    for number in range(10):
        call.capture.udp((vpn, 50116), (EDGE, 3478), silent, 0.65 if number else 0.15)
        if not (number or begins):
            call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def two_interfaces_signed():
    """The same, and the silent interface asks with the same credentials."""
    vpn, call = "10.99.0.4", lync()
    call.capture.own.add(vpn)
    call.first = call.allocate(EDGE)
    message = call.dialect.signed(call.number(), 1, call.first.nonce, call.first.session)
    for number in range(10):
        call.capture.udp((vpn, 50116), (EDGE, 3478), message, 0.65 if number else 0.01)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def challenge_twice():
    """The challenge stands in the capture twice."""
    call = lync()
    call.first = call.allocate(EDGE, repeated=2)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def stale_nonce():
    """401, then 438: the nonce is old, the client goes on with the new one."""
    call = lync()
    client, server = call.own(50016), (EDGE, 3478)
    ident = call.number()
    call.capture.udp(client, server, call.dialect.first(ident, 1))
    call.capture.udp(server, client, call.dialect.challenge(ident, some_bytes("old", 20), server, None, None, None), 0.03)
    ident = call.number()
    call.capture.udp(client, server, call.dialect.signed(ident, 1, some_bytes("old", 20), None))
    call.capture.udp(server, client, call.dialect.refused(ident, 438, b"Stale Nonce", some_bytes("nonce", 20)), 0.03)
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def alternate_reached():
    """300: the first Edge has no room, the second takes the client."""
    call = lync()
    client, server = call.own(50016), (EDGE, 3478)
    ident = call.number()
    call.capture.udp(client, server, call.dialect.first(ident, 1))
    call.capture.udp(server, client, call.dialect.refused(ident, 300, b"Try Alternate", None,
                                                          att(0x000E, addr((EDGE_2, 3478)))), 0.03)
    call.first = call.allocate(EDGE_2)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def video_refused(code, phrase):
    """The second allocation is refused; the call goes on with the first."""
    call = lync()
    call.first = call.allocate(EDGE)
    ident = call.number()
    call.capture.udp(call.own(50036), (EDGE, 3478), call.dialect.first(ident, VIDEO))
    call.capture.udp((EDGE, 3478), call.own(50036), call.dialect.refused(ident, code, phrase), 0.03)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def quota_of_video():
    return video_refused(486, b"Allocation Quota Reached")


def explicit_proxy(refuse_first=False):
    """The client knows its proxy: CONNECT, then everything goes through it."""
    call = lync()
    stream = call.connect(PROXY, 50210, at=8080)
    connect = f"CONNECT {EDGE}:443 HTTP/1.1\r\nHost: {EDGE}:443\r\n".encode()
    if refuse_first:  # and the client shows who it is, on the connection that stays open
        stream.send(0, connect + b"\r\n")
        stream.send(1, http_answer("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"proxy\""),
                    after=0.02)
        connect += b"Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n"
    stream.send(0, connect + b"\r\n")
    stream.send(1, b"HTTP/1.1 200 Connection established\r\n\r\n", after=0.05)
    call.hello(stream, True, rtt=0.05)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829), stream=stream)
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), consents=())
    call.first.release()
    stream.close()
    return call


def proxy_authenticated():
    return explicit_proxy(True)


def talk_over_tcp():
    """Over TCP through the own relay. Returns the call."""
    call = lync()
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, consents=())
    return call


def ends_by_reset():
    """When the call is over the client releases, and resets what is left."""
    call = talk_over_tcp()
    call.first.release()
    call.first.stream.segment(0, flags="RA", after=0.02)
    return call


def peer_tcp(answer="accept"):
    """Sharing straight from computer to computer over TCP, an allocation besides."""
    call = lync()
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    stream = call.connect(PEER_OFFICE, 50301, at=50040, answer=answer)
    call.sharing = stream
    return call


def direct_tcp():
    """It works, and ends with a reset when all is said."""
    call = peer_tcp()
    path = call.framed(call.sharing)
    call.agree(path)
    call.talk(path, 6, Voice(0xCAFE0001, 127, 90000), Voice(0xCAFE0002, 127, 90000), consents=())
    call.first.release()
    call.sharing.segment(1, flags="RA", after=0.02)
    return call


def icmp_at_the_end():
    """The peer hangs up first: the last packets meet a closed port."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 6)
    for when in (0, 0.1):
        path.out(call.voices[0].packet(when), 0.1)
        call.capture.unreachable(PEER_OFFICE, 3, 0.002)
    call.first.release()
    return call


def icmp_on_one_candidate():
    """One candidate of the peer meets a closed port, another one works."""
    call = lync()
    call.first = call.allocate(EDGE)
    call.capture.ttls["10.77.0.9"] = 127
    closed, path = call.direct(("10.77.0.9", 50040)), call.direct(OFFICE_PEER)
    closed.out(call.dialect.check(call.number(), True), 0.02)
    call.capture.unreachable("10.77.0.9", 3, 0.01)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def peer_leaves_first():
    """The peer has gone: one second of media and a check go unanswered before the client ends the call."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 6)
    call.talk(path, 1, True, None, consents=())
    path.out(call.dialect.check(call.number(), True), 0.02)
    call.first.release()
    return call


def on_hold():
    """Five seconds without media in either direction; checks go on."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 10, Voice(0xCAFE0001, pause=(3, 8)), Voice(0xCAFE0002, pause=(3, 8)), consents=(2, 4, 6, 8))
    call.first.release()
    return call


def end_behind_hold():
    """Six seconds without media in either direction, no checks, and the capture ends with the first word."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 9.1, Voice(0xCAFE0001, pause=(3, 9)), Voice(0xCAFE0002, pause=(3, 10)), consents=(2,))
    return call


def silent_again():
    """The peer says nothing for seven seconds, and nothing again for six when the capture ends."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    peer = Voice(0xCAFE0002, pause=(3, 10))
    call.agree(path)
    call.talk(path, 12, True, peer, consents=(2,))
    call.talk(path, 6, True, None, consents=())
    return call


def discontinuous():
    """The peer says nothing for four seconds and sends nothing: sequence numbers go on, time stamps jump."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 9, True, Voice(0xCAFE0002, pause=(3, 7)), consents=(2, 5, 8))
    call.first.release()
    return call


def late_voice():
    """The peer's media begins three seconds behind the client's."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 9, True, Voice(0xCAFE0002, pause=(0, 3)), consents=(2, 5, 8))
    call.first.release()
    return call


def muted():
    """The peer is muted: comfort noise, one packet a second."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 9, True, Voice(0xCAFE0002, 118, interval=1.0, size=11), consents=(2, 5, 8))
    call.first.release()
    return call


def little_loss():
    """Two percent are lost, ten milliseconds of jitter: nobody hears it."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 10, True, Voice(0xCAFE0002, 0, 8000, lost=(31, 62), jitter=lambda number: number % 3 * 0.005))
    call.first.release()
    return call


def syn_repeated():
    """A SYN to the relay is lost, the next one is answered."""
    call = lync()
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829), tries=2)
    other = call.allocate_tcp(EDGE, (EDGE, 54831), port=50212)
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    other.release()
    return call


def peer_repeats_once():
    """The answer to a check of the peer's is lost once: it asks again, and then the path works."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.peer_check(path, tries=2)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def one_hop_apart():
    """UDP and TCP take ways to the relay that differ by a router."""
    call = lync()
    call.first = call.allocate(EDGE)
    call.capture.ttls[EDGE] = 111
    other = call.allocate_tcp(EDGE, (EDGE, 54829))
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    other.release()
    return call


def another_name_unknown():
    """A name that has nothing to do with the relay is not found."""
    call = lync()
    dns.ask(call.capture, call.own(61001), (RESOLVER, 53), RELAY_NAME, [EDGE])
    dns.ask(call.capture, call.own(61002), (RESOLVER, 53), "printer.example.com", None)
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


ROWS = [
    Row("refresh-repeated", lambda: teams_refreshes(2), "connected", "through NAT", wrong=("path_lost",)),
    Row("consent-repeated", consent_repeated, "connected", "through NAT", wrong=("path_lost",)),
    Row("slow-relay", slow_relay, "connected", "direct", wrong=("udp_3478_blocked", "relay_unreachable"), pcap=True),
    Row("slow-443", slow_443, "connected", "own relay", wrong=("firewall_443", "relay_blocked")),
    Row("lossy", lossy, "connected", "direct", wrong=("media_quality", "one_way_filter")),
    Row("first-edge-down", first_edge_down, "connected", "own relay", wrong=("relay_unreachable", "relay_redirect"), clean=False,
        pcap=True),
    Row("role-conflict", role_conflict, "connected", "direct"),
    Row("role-conflict-open", role_conflict_open, "incomplete", "direct"),
    Row("two-interfaces", two_interfaces, "connected", "direct", wrong=("relay_unreachable",), pcap=True, clean=False),
    Row("two-interfaces-silent", lambda: two_interfaces_silent(True), "connected", "direct", wrong=("relay_unreachable",),
        clean=False),
    Row("two-interfaces-silent-first", lambda: two_interfaces_silent(False), "connected", "direct",
        wrong=("relay_unreachable",), clean=False),
    Row("two-interfaces-signed", two_interfaces_signed, "connected", "direct", wrong=("relay_unreachable",), clean=False),
    Row("challenge-twice", challenge_twice, "connected", "direct", wrong=("credentials_unknown",)),
    Row("stale-nonce", stale_nonce, "connected", "direct", wrong=("credentials_unknown",), pcap=True),
    Row("alternate-reached", alternate_reached, "connected", "direct", wrong=("relay_redirect",)),
    Row("quota-of-video", quota_of_video, "connected", "direct", wrong=("relay_quota",), clean=False),
    Row("video-refused", lambda: video_refused(437, b"Allocation Mismatch"), "connected", "direct", wrong=("relay_refuses",),
        clean=False),
    Row("explicit-proxy", explicit_proxy, "connected", "own relay", wrong=("http_proxy",), transport="TCP"),
    Row("proxy-authenticated", proxy_authenticated, "connected", "own relay", wrong=("http_proxy",), transport="TCP"),
    Row("ends-by-reset", ends_by_reset, "connected", "own relay", wrong=("path_lost", "media_reset")),
    Row("direct-tcp", direct_tcp, "connected", "direct", wrong=("media_reset", "path_lost"), transport="TCP", pcap=True),
    Row("icmp-at-the-end", icmp_at_the_end, "connected", "direct", wrong=("path_lost", "host_refuses"), pcap=True),
    Row("icmp-on-one-candidate", icmp_on_one_candidate, "connected", "direct", wrong=("host_refuses",)),
    Row("peer-leaves-first", peer_leaves_first, "connected", "direct", wrong=("path_lost", "media_one_way")),
    Row("on-hold", on_hold, "connected", "direct", wrong=("media_quality", "path_lost")),
    Row("end-behind-hold", end_behind_hold, "connected", "direct", wrong=("media_quality", "path_lost")),
    Row("silent-again", silent_again, "connected", "direct", wrong=("media_one_way", "path_lost")),
    Row("discontinuous", discontinuous, "connected", "direct", wrong=("media_quality", "media_one_way"), pcap=True),
    Row("late-voice", late_voice, "connected", "direct", wrong=("media_one_way", "media_quality")),
    Row("muted", muted, "connected", "direct", wrong=("media_one_way", "media_quality")),
    Row("little-loss", little_loss, "connected", "direct", wrong=("media_quality",)),
    Row("syn-repeated", syn_repeated, "connected", "own relay", wrong=("connection_limit",)),
    Row("peer-repeats-once", peer_repeats_once, "connected", "direct", wrong=("one_way_filter",)),
    Row("one-hop-apart", one_hop_apart, "connected", "direct", wrong=("impostor",)),
    Row("another-name-unknown", another_name_unknown, "connected", "direct", wrong=("dns_failure",)),
]


def captures():
    return pcaps(ROWS)
