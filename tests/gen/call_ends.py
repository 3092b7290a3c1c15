# SPDX-License-Identifier: GPL-2.0-or-later
"""How calls end, what goes wrong without ending them, and what is captured behind their end."""
from . import dns, genuine_tls
from .media_call import EDGE, PROXY, RELAY, RESOLVER, MediaCall, Path
from .packet_alikes import talk_over_tcp
from .packet_failures import credentials_refused, talk_over_relay, unheard
from .packet_stories import HOST as HIDDEN, REFLEXIVE, teams_start
from .story_rows import Row
from .tls_relays import WORLD


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
]
