# SPDX-License-Identifier: GPL-2.0-or-later
"""What shows that a path works, which way it goes and how long that takes, and what does not: calls without signalling."""
from .dialects import some_bytes
from .lab_lessons import framed_through
from .media_call import CLIENT, EDGE, PEER_SEEN, SEEN, THIRD, MediaCall, Voice
from .packet_stories import HOST, OFFICE_PEER, REFLEXIVE, lync, teams_start
from .story_rows import Row
from .turn_messages import srtcp

PEERS_RELAY = (THIRD, 3480)
FAR = "2001:db8:64::6"
OTHER = "10.137.4.9"             # of a second interface
NEAR, FAR_PEER = "2001:db8:64::7", "2001:db8:99::77"
PREFIX = "64:ff9b::"             # of RFC 6052: NAT64


def missed_answer(heard=True):
    """Over the own relay's TCP port a check goes out once: one whose answer is not in the capture. heard: the peer goes on
    to be for some seconds."""
    call = lync(CLIENT)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    path = framed_through(call, call.first, REFLEXIVE)
    call.agree(path)
    call.talk(path, 3, consents=())
    call.talk(path, 8, received=heard, events=call.consent(path, 0.2, answered=False), consents=())
    call.first.release()
    call.first.stream.close()
    call.capture.udp((CLIENT, 50901), ("192.168.1.53", 53), bytes(20), 8.0)
    return call


def peer_is_silent(reports=True):
    """The peer says nothing any more until the end. reports: of its reports some arrive all the same."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, 12, True, Voice(0xCAFE0002, pause=(3, 12)), consents=(), events=[
        (when, lambda when=when: path.into(srtcp(50 + when, 0xCAFE0002), 0)) for when in (7, 9, 11) if reports])
    call.first.release()
    return call


def peer_nominates():
    """The peer rules the checks: it nominates, and is answered at once; the own check took its time."""
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.check(path, 0.06)
    for nominated in (False, True):
        ident = call.number()
        path.into(call.dialect.check(ident, False, nominated), 0.05)
        path.out(call.dialect.answer(ident, False, path.peer), 0.001)
    call.talk(path, consents=())
    call.first.release()
    return call


def peers_relay(agree=True, through=False):
    """Straight to the peer's relayed address, which nobody has named: but what goes there carries the session of an
    allocation that is not the client's. through: by the own relay."""
    call = teams_start()
    session = some_bytes("peer's", 8)
    call.names.append(session)
    straight = call.direct(PEERS_RELAY, seen=call.outside(50016))
    path = call.to_session(call.through(call.first, PEERS_RELAY) if through else straight, session)
    if agree:
        call.agree(path)
        call.talk(path)
        call.first.release()
    else:
        call.silent_checks(call.direct(HOST), path, call.to_session(call.through(call.first, PEERS_RELAY), session))
        call.capture.udp((CLIENT, 50901), ("192.168.1.53", 53), bytes(20), 8.0)
    return call


def nat64():
    """The client has IPv6 alone, its peer IPv4 alone."""
    call = MediaCall(client=FAR, seen=None)
    path = call.direct((PREFIX + PEER_SEEN, 57040), seen=(SEEN, 57016))
    call.agree(path)
    call.talk(path)
    return call


def by_other_address(other, peer, peers_seen=None, tried=True):
    """The client allocates by one address, and the call runs by another one of its computer, where a fifth of what the
    peer says is lost. tried: it checks by the first one, too, in vain, else by its relay alone."""
    call = lync(CLIENT, ttls={other: 128})
    call.first = call.allocate(EDGE)
    call.silent_check(call.direct(REFLEXIVE) if tried else call.through(call.first, REFLEXIVE), call.dialect.check_waits[:3])
    path = call.direct(peer, 50017, seen=peers_seen or (other, 50017), client=other)
    call.agree(path)
    call.talk(path, 10, True, Voice(0xCAFE0002, lost=range(0, 100, 5)), consents=(2.5,))
    call.first.release()
    return call


def handover():
    """In mid-call another interface takes over, by the same user name."""
    call = lync(CLIENT, ttls={OTHER: 128})
    call.first = call.allocate(EDGE)
    for at in (None, OTHER):
        path = call.direct(REFLEXIVE, 50016, seen=(SEEN, 57016), client=at)
        call.agree(path)
        call.talk(path, 6, True, Voice(0xCAFE0002, lost=range(0, 60, 5)) if at else True)
    call.first.release()
    return call


def neighbour_by_ipv6():
    """Both computers are captured where their packets set out, and it is the neighbour who checks first, by IPv6."""
    call = lync(CLIENT, ttls={FAR: 128, NEAR: 128})
    call.first = call.allocate(EDGE)
    call.silent_check(call.through(call.first, REFLEXIVE), call.dialect.check_waits[:3])
    path = call.direct((NEAR, 50040), client=FAR)
    call.peer_check(path)
    call.agree(path)
    call.talk(path)
    return call


ROWS = [
    Row("by-vpn", lambda: by_other_address(OTHER, REFLEXIVE, (SEEN, 57017)), "connected", "through NAT", "media_quality",
        most="medium", rtt=30, local=OTHER, clean=False),
    Row("by-ipv6", lambda: by_other_address(FAR, (FAR_PEER, 50040), tried=False), "connected", "direct", "media_quality",
        most="medium", rtt=30, local=FAR, clean=False),
    Row("handover", handover, "connected", "through NAT", "media_quality", most="medium", clean=False),
    Row("neighbour-by-ipv6", neighbour_by_ipv6, "connected", "direct"),
    Row("missed-answer", missed_answer, "connected", "own relay", wrong=("path_lost",), transport="TCP", rtt=30),
    Row("no-more-answers", lambda: missed_answer(False), "interrupted", "own relay", "path_lost"),
    Row("reports-go-on", peer_is_silent, "connected", "direct", wrong=("path_lost",)),
    Row("reports-end", lambda: peer_is_silent(False), "interrupted", "direct", "path_lost", most="medium"),
    Row("peer-nominates", peer_nominates, "connected", "direct", rtt=60),
    Row("peers-relay-unasked", peers_relay, "connected", "peer's relay"),
    Row("peers-relay-behind-own", lambda: peers_relay(through=True), "connected", "both relays"),
    Row("peers-relay-silent", lambda: peers_relay(False), "failed", None, "edges_apart", ("peer_without_relay",)),
    Row("nat64", nat64, "connected", "through NAT"),
]
