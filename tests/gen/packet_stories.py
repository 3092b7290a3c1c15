# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls without signalling that work, in the way of each client and on each path, and captures that show too little
of a call to judge it."""
from . import dns, genuine_tls
from .dialects import COMMUNICATOR, LYNC, VIDEO, some_bytes
from .media_call import (ALTERNATE, CLIENT, EDGE, NEIGHBOUR, OFFICE, PEER, PEER_OFFICE, PEER_SEEN, RELAY, RELAY_NAME,
                         SEEN, THIRD, MediaCall, Voice)
from .story_rows import Row, pcaps
from .turn_messages import active, set_active

HOST, REFLEXIVE = (PEER, 50040), (PEER_SEEN, 57040)
LAN, OFFICE_PEER = (NEIGHBOUR, 50040), (PEER_OFFICE, 50040)


def teams_start(tls=True, **options):
    """The name of the relay, the allocation at the alternate server, and genuine TLS on 443 in parallel."""
    call = MediaCall()
    resolver = ("192.168.1.1", 53)
    call.capture.ttls["192.168.1.1"] = 64
    dns.ask(call.capture, (CLIENT, 61001), resolver, RELAY_NAME, [RELAY])
    dns.ask(call.capture, (CLIENT, 61002), resolver, RELAY_NAME, [], dns.AAAA)
    if tls:
        call.tls(RELAY)
    dns.ask(call.capture, (CLIENT, 61003), resolver, "wpad.example.com", None)
    call.first = call.allocate(RELAY, alternate=ALTERNATE, **options)
    return call


def lync(client=OFFICE, seen=SEEN, **options):
    return MediaCall(LYNC, client, seen, **options)


def teams_direct():
    """Two computers of one network."""
    call = teams_start()
    path = call.direct(LAN)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def teams_nat(start=teams_start):
    """Each behind a NAT: the host candidate stays silent, as it has to, the reflexive one answers."""
    call = start()
    hidden, path = call.direct(HOST), call.direct(REFLEXIVE, seen=call.outside(50016))
    call.silent_check(hidden, call.dialect.check_waits[:3])
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def teams_own_relay(out=True, into=True):
    call = teams_start()
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    path = call.through(call.first, REFLEXIVE, into=into)
    call.agree(path)
    call.talk(call.through(call.first, REFLEXIVE, out, into), consents=())
    call.first.release()
    return call


def teams_multiplexed():
    """Checks go out in Send requests and are answered in multiplexed TURN; so does media, both ways."""
    return teams_own_relay(False, False)


def teams_two_sockets():
    """Audio and video, each with an allocation of its own, so that two relays are known."""
    call = teams_start()
    call.second = call.allocate(RELAY, alternate=THIRD, port=50036, stream=VIDEO)
    return call


def teams_peer_relay():
    """Straight to the peer's relayed address."""
    call = teams_two_sockets()
    path = call.to_session(call.direct((THIRD, 3480), seen=call.outside(50016)), some_bytes("peer's", 8))
    call.names.append(some_bytes("peer's", 8))
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    call.agree(path)
    call.talk(path)
    call.first.release()
    call.second.release()
    return call


def teams_both_relays():
    call = teams_two_sockets()
    path = call.to_session(call.through(call.first, (THIRD, 3480)), some_bytes("peer's", 8))
    call.names.append(some_bytes("peer's", 8))
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    call.agree(path)
    call.talk(path)
    call.first.release()
    call.second.release()
    return call


def teams_refreshes(lost=0):
    """A call of 70 seconds: allocations live for 60, so they are refreshed; lost: requests that never arrive."""
    call = teams_start()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.agree(path)
    slow = [Voice(ssrc, interval=0.5) for ssrc in (0xCAFE0001, 0xCAFE0002)]
    for _ in range(2):
        call.talk(path, 30, *slow, consents=(5, 10, 15, 20, 25))
        call.first.refresh(tries=1 + lost)
    call.talk(path, 10, *slow, consents=(5,))
    call.first.release()
    return call


def lync_direct():
    call = lync()
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def communicator_direct():
    """Checks of draft 6, no cookie anywhere."""
    call = MediaCall(COMMUNICATOR, OFFICE, SEEN)
    call.first = call.allocate(EDGE)
    path = call.direct(OFFICE_PEER)
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    return call


def lync_own_relay():
    """Over UDP; the peer becomes the active destination, from then on media is bare."""
    call = lync()
    call.first = call.allocate(EDGE)
    call.silent_checks(call.direct(OFFICE_PEER), call.direct(REFLEXIVE))
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), consents=())
    call.first.release()
    return call


def activate(call, allocation, peer):
    """The peer becomes the active destination."""
    ident, number = call.number(), allocation.number()
    allocation.out(set_active(ident, peer, number))
    allocation.into(active(ident, number))


def lync_own_relay_tcp():
    """Sharing: pseudo-TLS on 443, everything in frames."""
    call = lync()
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829))
    call.agree(call.through(call.first, REFLEXIVE))
    activate(call, call.first, REFLEXIVE)
    call.talk(call.active(call.first, REFLEXIVE), sent=Voice(0xCAFE0001, 127, 90000),
              received=Voice(0xCAFE0002, 127, 90000), consents=())
    call.first.release()
    call.first.stream.close()
    return call


def lync_peer_relay():
    """The peer's relayed address is on the Edge that is known."""
    call = lync(CLIENT, SEEN)
    call.first = call.allocate(EDGE)
    call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    path = call.direct((EDGE, 57777), seen=call.outside(50016))
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def lync_both_relays(tcp=False):
    call = lync(CLIENT, SEEN)
    call.first = call.allocate_tcp(EDGE, (EDGE, 54829)) if tcp else call.allocate(EDGE)
    if not tcp:
        call.silent_checks(call.direct(HOST), call.direct(REFLEXIVE))
    path = call.through(call.first, (EDGE, 57777))
    call.agree(path)
    call.talk(path, consents=())
    call.first.release()
    return call


def lync_both_relays_tcp():
    return lync_both_relays(True)


def ipv6_direct():
    call = MediaCall(client="2001:db8:1::10", seen=None)
    call.capture.ttls["2001:db8:ed::5"] = 108
    call.first = call.allocate("2001:db8:ed::5", relayed=("2001:db8:ed::5", 3480))
    path = call.direct(("2001:db8:2::20", 50040))
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def addresses_of_the_internet(own, seen=None, peer=REFLEXIVE, relay=EDGE):
    """Inside stand addresses that look as if there were no NAT; what the peer has seen tells whether there is one."""
    call = MediaCall(client=own, seen=seen)
    call.capture.ttls[own] = 128
    call.first = call.allocate(relay, relayed=(relay, 53001))
    path = call.direct(peer, seen=call.outside(50016))
    call.agree(path)
    call.talk(path)
    call.first.release()
    return call


def public_nat():
    return addresses_of_the_internet("93.184.10.20", "198.51.100.20")


def public_direct():
    return addresses_of_the_internet("93.184.10.20")


def ipv6_nat():
    return addresses_of_the_internet("2001:db8:1::10", "2001:db8:99::1", ("2001:db8:2::20", 50040), "2001:db8:ed::5")


def start_in_mid_call():
    """The capture begins when media has been flowing for long."""
    call = MediaCall()
    path = call.direct(REFLEXIVE, seen=call.outside(50016))
    call.talk(path, 3, consents=(0.1, 2.5))
    call.talk(path, 3)
    return call


def end_before_checks():
    """Allocated; the capture ends before anything else could happen."""
    return teams_start()


def end_in_first_request():
    """One request, and 46 ms later nothing more."""
    call = MediaCall()
    call.ask(RELAY, tries=1)
    stream = call.connect(RELAY, 50018)
    stream.send(0, genuine_tls.client_hello(RELAY_NAME), after=0.001)
    return call


def end_in_checks():
    """Checks have been going for 300 ms, none was answered yet."""
    call = teams_start()
    call.silent_check(call.direct(HOST), (0.1, 0.2))
    return call


ROWS = [
    Row("teams-direct", teams_direct, "connected", "direct", transport="UDP", pcap=True),
    Row("teams-nat", teams_nat, "connected", "through NAT", transport="UDP", pcap=True),
    Row("teams-own-relay", teams_own_relay, "connected", "own relay", transport="UDP"),
    Row("teams-multiplexed", teams_multiplexed, "connected", "own relay", transport="UDP", pcap=True),
    Row("teams-peer-relay", teams_peer_relay, "connected", "peer's relay", transport="UDP", pcap=True),
    Row("teams-both-relays", teams_both_relays, "connected", "both relays", transport="UDP", pcap=True),
    Row("teams-refreshes", teams_refreshes, "connected", "through NAT", pcap=True),
    Row("lync-direct", lync_direct, "connected", "direct", transport="UDP", pcap=True),
    Row("communicator-direct", communicator_direct, "connected", "direct", transport="UDP"),
    Row("lync-own-relay", lync_own_relay, "connected", "own relay", transport="UDP", pcap=True),
    Row("lync-own-relay-tcp", lync_own_relay_tcp, "connected", "own relay", transport="TCP", pcap=True),
    Row("lync-peer-relay", lync_peer_relay, "connected", "peer's relay", transport="UDP", pcap=True),
    Row("lync-both-relays", lync_both_relays, "connected", "both relays", transport="UDP"),
    Row("lync-both-relays-tcp", lync_both_relays_tcp, "connected", "both relays", transport="TCP"),
    Row("ipv6-direct", ipv6_direct, "connected", "direct", transport="UDP"),
    Row("public-nat", public_nat, "connected", "through NAT", transport="UDP"),
    Row("public-direct", public_direct, "connected", "direct", transport="UDP"),
    Row("ipv6-nat", ipv6_nat, "connected", "through NAT", transport="UDP"),
    Row("start-in-mid-call", start_in_mid_call, ("connected", "incomplete"), wrong=("own_without_relay",), pcap=True),
    Row("end-before-checks", end_before_checks, "incomplete", pcap=True),
    Row("end-in-first-request", end_in_first_request, "incomplete", wrong=("relay_unreachable",)),
    Row("end-in-checks", end_in_checks, "incomplete", wrong=("peer_without_relay",)),
]


def captures():
    return pcaps(ROWS)
