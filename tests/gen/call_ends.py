# SPDX-License-Identifier: GPL-2.0-or-later
"""How calls end, what goes wrong without ending them, what the client itself gives up, and what is captured behind their
end."""
from . import dns, genuine_tls
from .dialects import VIDEO
from .media_call import CLIENT, EDGE, EDGE_2, PROXY, RELAY, RESOLVER, THIRD, MediaCall, Path
from .packet_alikes import talk_over_tcp
from .packet_failures import checks_of_one_without_relay, credentials_refused, sharing, sharing_fails, talk_over_relay, unheard
from .packet_stories import HOST as HIDDEN, REFLEXIVE, lync, teams_start
from .stories import Side, Story
from .story_rows import Row
from .tls_relays import WORLD, accepted, each_connection
from .turn_messages import addr, att


def afterwards(call, seconds=12):
    """The computer is quiet but for names that it asks for."""
    for number in range(seconds // 2):
        call.capture.now += 2
        dns.ask(call.capture, (call.client, 61100 + number), (RESOLVER, 53), f"host{number}.example.com", ["192.0.2.80"])
    return call


def through_relay(then):
    """A call over the own relay; then(call, path): what happens in the middle of it."""
    def build():
        call = teams_start()
        call.silent_checks(call.direct(HIDDEN), call.direct(REFLEXIVE))
        path = call.through(call.first, REFLEXIVE)
        call.agree(path)
        call.talk(path, 6, consents=())
        then(call, path)
        call.talk(path, 12, consents=())
        call.first.release()
        return afterwards(call)
    return build


def another_relay(seconds, refused=False):
    """The relay falls silent in mid-call, or refuses to go on; after so many seconds the client goes on over another."""
    call, path = talk_over_relay()
    if refused:
        call.first.refresh(refused=(437, b"Allocation Mismatch"))
    _, message = call.first.request(call.dialect.lifetime)
    call.talk(path, seconds, True, None, consents=(), events=[
        (0.3 + 0.65 * number, lambda: call.first.out(message, 0)) for number in range(int(seconds / 0.65))])
    call.first = call.allocate(EDGE)
    call.agree(call.through(call.first, REFLEXIVE))
    call.voices[0].interval = 0.1
    call.talk(call.through(call.first, REFLEXIVE), 16, consents=())
    call.first.release()
    return afterwards(call)


def closed_by_relay():
    """The client is quiet, gives nothing back, and the relay closes the connection."""
    call = talk_over_tcp()
    call.first.stream.segment(1, flags="FA", after=2)
    call.first.stream.segment(0, flags="FA", after=0.02)
    return afterwards(call)


def refused_once(call, _):
    """A refresh is refused, and the relay goes on all the same."""
    call.first.refresh(refused=(437, b"Allocation Mismatch"))


def refused_then_granted(call, _):
    refused_once(call, None)
    call.first.refresh()


def icmp_goes_on():
    """For seven seconds somebody on the way says that packets are prohibited; those of both sides arrive all the same."""
    call = teams_start()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    call.talk(path, 4)
    for _ in range(8):
        call.talk(path, 0.9, consents=())
        path.out(call.voices[0].packet(), 0.1)
        call.capture.unreachable("192.0.2.1", 13, 0.002)
    call.talk(path, 12)
    call.first.release()
    return afterwards(call)


def path_moves(lost):
    """From the relay to the direct path; so many packets of the peer are lost on the way."""
    call = teams_start()
    path = call.through(call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, 6, consents=())
    for _ in range(lost):
        call.voices[1].packet()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    call.talk(path, 8, consents=())
    call.first.release()
    return afterwards(call)


def direct(end):
    def build():
        call = teams_start()
        path = call.direct(REFLEXIVE, seen=call.outside(50016))
        call.agree(path)
        call.talk(path, 6)
        end(call, path)
        call.first.release()
        return afterwards(call)
    return build


def hung_up_first(call, path):
    """The peer is gone a second before the client knows: its last check stays unanswered."""
    request = call.dialect.check(call.number(), True)
    for wait in (0.02, 0.3, 0.4):
        path.out(request, wait)
    call.capture.now += 0.3


def cancelled():
    """Hung up before the checks could come to an end."""
    call = teams_start()
    request = call.dialect.check(call.number(), True)
    path = call.direct(REFLEXIVE)
    for wait in (0.02, 0.2, 0.2):
        path.out(request, wait)
    call.capture.now += 0.5
    call.first.release()
    return afterwards(call)


def log_on():
    """The proxy asks for a user, gets one on a second connection, and lets the client through to the relay's TLS."""
    call = MediaCall()
    call.ask(RELAY)
    for port, status in ((50018, "407 Proxy Authentication Required"), (50019, "200 Connection established")):
        stream = call.connect(PROXY, port, at=8080)
        stream.send(0, f"CONNECT {WORLD}:443 HTTP/1.1\r\nHost: {WORLD}:443\r\n\r\n".encode())
        stream.send(1, f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode(), after=0.05)
    genuine_tls.converse(stream, WORLD)
    call.silent_checks(call.direct(HIDDEN), call.direct(REFLEXIVE))
    return afterwards(call)


def closed_443_beside_udp():
    """TCP 443 is closed; the relay is there over UDP, all checks go over UDP, and none is answered."""
    call = teams_start(tls=False)
    for port in (50210, 50211):
        call.connect(RELAY, port, answer=None)
    call.silent_checks(call.direct(HIDDEN), call.direct(REFLEXIVE), call.through(call.first, REFLEXIVE))
    return afterwards(call)


def one_direction():
    """The relay is seen whole; of the way to the peer the capture holds what comes in only."""
    call = teams_start()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))

    def unseen(_, after):
        call.capture.now += after

    inward = Path(unseen, path.into, path.seen, path.peer)
    call.agree(inward)
    call.talk(inward, 12, consents=(2.5, 7.5))
    call.first.release()
    return afterwards(call)


# The client drops a connection that it needs no more: that is its own reset, and nobody's refusal.

def dropped(call, port=50018, server=RELAY, **connection):
    """The reset comes right behind the handshake."""
    call.connect(server, port, **connection).segment(0, flags="RA", after=0.002)
    return call


def dropped_beside_udp(relays):
    """The relay is there over UDP first; no pair works, with a relay of the peer's or without."""
    call = dropped(teams_start(tls=False))
    paths = [call.direct(HIDDEN), call.through(call.first, HIDDEN)]
    if relays:
        call.second = call.allocate(RELAY, alternate=THIRD, port=50036, stream=VIDEO)
        paths = [call.direct(HIDDEN), call.direct(REFLEXIVE), call.through(call.first, ("198.51.100.137", 3480))]
    call.silent_checks(*paths)
    call.silent_checks(*paths)
    return afterwards(call)


def dropped_beside_tls(served):
    """UDP is silent; of two connections the client drops the slower one, or both."""
    call = MediaCall()
    call.ask(RELAY)
    dropped(call)
    if served:
        each_connection(call, accepted, (50019,))
    else:
        dropped(call, 50019)
    checks_of_one_without_relay(call)
    return afterwards(call)


def dropped_by_sharing():
    return afterwards(sharing_fails(dropped(sharing(), 50210, EDGE)))


def hello_given_up(udp=True, flags="RA", wait=0.05):
    """The client takes its hello back before anybody had time to answer it. udp: the relay is there over UDP."""
    call = sharing() if udp else lync(CLIENT)
    if not udp:
        call.ask(EDGE)
    stream = call.connect(EDGE, 50210)
    call.hello(stream)
    stream.segment(0, flags=flags, after=wait)
    return afterwards(sharing_fails(call))


def end_behind_hello():
    """The capture ends with the Edge's answer to the hello."""
    call = lync(CLIENT)
    call.hello(call.connect(EDGE, 50210), True)
    return call


def end_behind_redirect():
    """The capture ends where a relay names another one."""
    call = lync(CLIENT)
    ident = call.number()
    call.capture.udp(call.own(50016), (EDGE, 3478), call.dialect.first(ident, 1))
    call.capture.udp((EDGE, 3478), call.own(50016), call.dialect.refused(ident, 300, b"Try Alternate", None,
                                                                         att(0x000E, addr((EDGE_2, 3478)))), 0.03)
    return call


def tls_given_up():
    """The same with genuine TLS, once; UDP is silent."""
    call = MediaCall()
    call.ask(RELAY)
    each_connection(call, lambda stream: stream.segment(0, flags="FA", after=0.5), (50018,))
    checks_of_one_without_relay(call)
    return afterwards(call)


def relay_given_up(wait):
    """One check goes out from relay to relay over TCP, and the client leaves its relay so many seconds later."""
    call = lync(CLIENT)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    call.allocate(EDGE_2)
    call.through(call.first, (EDGE_2, 51184)).out(call.dialect.check(call.number(), True), 0.02)
    call.first.stream.segment(0, flags="RA", after=wait)
    return afterwards(call)


def peer_dropped():
    """Both inside, and no relay: the peer accepts late, when the client has given the connection up."""
    story = Story(Side("10.10.1.20", 20040), Side("10.20.1.30", 20050))
    story.credentials()
    story.allocate_udp("10.30.0.5", None, answered=False)
    story.syn(50210, ("10.30.0.5", 443))
    story.invite()
    story.syn(50301, story.callee.at, "accept").segment(0, flags="RA", after=0.002)
    story.bye(22, 0x29, (2, 2))
    return story


# The telephone rings, and nobody has tried a pair yet.

def one_relay():
    call = lync()
    call.first = call.allocate(EDGE)
    return call


def dual_stack():
    """IPv6 leads nowhere, IPv4 to the relay."""
    six = "2001:db8:1::10"
    call = lync(CLIENT, ttls={six: 128})
    call.capture.own.add(six)
    silent = call.dialect.first(call.number(), 1)
    for number in range(10):
        call.capture.udp((six, 50116), ("2001:db8:ed::5", 3478), silent, 0.65 if number else 0.05)
        if number == 0:
            call.first = call.allocate(EDGE)
    return call


def video_without_relay():
    """The relay has room for the sound, and none for the camera."""
    call = one_relay()
    ident = call.number()
    call.capture.udp(call.own(50036), (EDGE, 3478), call.dialect.first(ident, VIDEO))
    call.capture.udp((EDGE, 3478), call.own(50036), call.dialect.refused(ident, 486, b"Allocation Quota Reached"), 0.03)
    return call


def tcp_dual_stack():
    """Nothing goes over UDP; over TCP one relay serves, the other one is silent."""
    call = lync(CLIENT)
    call.ask(EDGE_2)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    call.connect(EDGE_2, 50211, answer=None)
    return call


def rings(begin, declined=False, taken=False):
    def build():
        call = begin()
        call.capture.now += 8
        if taken:
            path = call.direct(REFLEXIVE, seen=call.outside(50016))
            call.agree(path)
            call.talk(path)
        if declined or taken:
            call.first.release()
        return afterwards(call, 12 if declined or taken else 2)
    return build


ROWS = [
    Row("path-moves", lambda: path_moves(0), "connected", wrong=("media_quality",)),
    Row("path-moves-and-loses", lambda: path_moves(60), "connected", rule="media_quality"),
    Row("another-relay", lambda: another_relay(7), "connected", "own relay", wrong=("path_lost",), clean=False),
    Row("another-relay-told", lambda: another_relay(1.5, True), "connected", "own relay", wrong=("path_lost",), clean=False),
    Row("unanswered-once", lambda: unheard((0.5,)), "connected", "direct", wrong=("media_one_way", "path_lost")),
    Row("end-closed-by-relay", closed_by_relay, "connected", "own relay", wrong=("path_lost",), transport="TCP"),
    Row("end-refused-once", through_relay(refused_once), "connected", "own relay", wrong=("path_lost",), clean=False),
    Row("end-refused-then-granted", through_relay(refused_then_granted), "connected", "own relay", wrong=("path_lost",), clean=False),
    Row("end-icmp-goes-on", icmp_goes_on, "connected", "through NAT", wrong=("path_lost", "host_refuses"), clean=False),
    Row("end-hung-up-first", direct(hung_up_first), "connected", "through NAT", wrong=("path_lost",)),
    Row("end-cancelled", cancelled, "incomplete", wrong=("peer_without_relay",)),
    Row("end-log-on", log_on, "failed", rule="udp_3478_blocked", most="medium", wrong=("http_proxy",)),
    Row("end-closed-443", closed_443_beside_udp, "failed", rule="firewall_443", most="medium"),
    Row("end-wrong-user", lambda: credentials_refused(441), "failed", rule="credentials_unknown", least="high"),
    Row("end-one-direction", one_direction, "incomplete", wrong=("media_one_way", "one_way_filter")),
    Row("dropped-relays", lambda: dropped_beside_udp(True), "failed", rule="edges_apart", wrong=("firewall_443",)),
    Row("dropped-peer-alone", lambda: dropped_beside_udp(False), "failed", rule="peer_without_relay", wrong=("firewall_443",)),
    Row("dropped-one", lambda: dropped_beside_tls(True), "failed", rule="udp_3478_blocked", most="medium", wrong=("relay_blocked",)),
    Row("dropped-both", lambda: dropped_beside_tls(False), "failed", rule="udp_3478_blocked", most="medium", wrong=("relay_blocked",)),
    Row("dropped-sharing", dropped_by_sharing, "incomplete", wrong=("firewall_443",)),
    Row("dropped-ringing", rings(lambda: dropped(one_relay(), 50210, EDGE), declined=True), "incomplete", wrong=("firewall_443",)),
    Row("dropped-peer", peer_dropped, "failed", rule="relay_unreachable", wrong=("host_refuses", "no_route")),
    Row("end-behind-hello", end_behind_hello, "incomplete"),
    Row("end-behind-hello-and-quiet", lambda: afterwards(end_behind_hello()), "failed"),
    Row("end-behind-redirect", end_behind_redirect, "incomplete"),
    Row("hello-given-up", hello_given_up, "incomplete", wrong=("firewall_443",)),
    Row("hello-closed-early", lambda: hello_given_up(True, "FA", 2.0), "incomplete", wrong=("firewall_443",)),
    Row("hello-given-up-no-udp", lambda: hello_given_up(False), "failed", wrong=("relay_blocked", "firewall_443")),
    Row("tls-given-up", tls_given_up, "failed", rule="udp_3478_blocked", most="medium", wrong=("relay_blocked",)),
    Row("relay-given-up", lambda: relay_given_up(1.0), "failed", wrong=("edges_apart",)),
    Row("relay-left-late", lambda: relay_given_up(5.0), "failed", rule="edges_apart"),
    Row("ringing", rings(one_relay), "incomplete"),
    Row("ringing-declined", rings(one_relay, declined=True), "incomplete"),
    Row("ringing-dual-stack", rings(dual_stack), "incomplete"),
    Row("ringing-dual-stack-taken", rings(dual_stack, taken=True), "connected", "through NAT", clean=False),
    Row("ringing-dual-stack-declined", rings(dual_stack, declined=True), "incomplete"),
    Row("ringing-video-refused", rings(video_without_relay), "incomplete", wrong=("relay_quota",)),
    Row("ringing-tcp-dual-stack", rings(tcp_dual_stack), "incomplete", wrong=("connection_limit", "udp_3478_blocked")),
]
