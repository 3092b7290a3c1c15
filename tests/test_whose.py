# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of both sides of a NAT, merged: the call is told from the computer whose packets were captured where they set
out, as from its capture alone. The laboratory's recordings (test_lab.py) have more of the kind, of real programs."""
import socket

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import rdpcap, wrpcap

from call_table import rows_of
from conftest import TOP
from gen import dialects, packet_alikes, packet_failures, packet_stories, turn_messages
from gen.capture_points import CLIENT_POINT, EDGE_POINT, HOPS, call_at_both, elsewhere, ends_of, write_points
from gen.dialects import LYNC
from gen.media_call import ALTERNATE, EDGE, EDGE_2, FOREIGN_EDGE, INNER_EDGE, OFFICE, RELAY, SEEN, THIRD, MediaCall
from gen.signalling import answer, invite, sdp

pytestmark = pytest.mark.concluded

STORIES = {row.name: row.build for module in (packet_stories, packet_alikes, packet_failures) for row in module.ROWS}
RELAYS = {RELAY, ALTERNATE, THIRD, EDGE, EDGE_2, FOREIGN_EDGE}
NAT = SEEN
COLUMNS = "from", "verdict", "outcome", "path", "transport", "RTT (ms)", "sent", "received"
TRIP = 0.01   # seconds from the client to the Edge


def behind_nat(data, own):
    """A packet of the client's as the Edge sees it."""
    sent = ends_of(data)[0] == own
    moved = elsewhere(data, -HOPS if sent else HOPS, EDGE_POINT)
    at = 26 if sent else 30
    return moved[:at] + socket.inet_aton(NAT) + moved[at + 4:]


def told(bench, name, frames):
    path = bench.scratch / f"whose-{name}.pcapng"
    write_points(path, sorted(frames, key=lambda frame: frame[0]))
    path.chmod(0o644)
    return [{column: row[column] for column in COLUMNS} for row in rows_of(bench.tshark(path, "-2", "-q", "-z", "msice,calls"))]


@pytest.mark.parametrize("apart", [0.05, -0.05])
@pytest.mark.parametrize("name", ["lync-own-relay", "udp-blocked", "relay-silent", "hello-swallowed", "quota", "credentials-refused",
                                  "on-hold", "refresh-refused"])
def test_a_nat_between(bench, name, apart):
    capture = STORIES[name]().capture
    own = next(iter(capture.own))
    client = [(*frame, CLIENT_POINT) for frame in capture.frames]
    edge = [(when + apart + (TRIP if ends_of(data)[0] == own else -TRIP), behind_nat(data, own), captured, EDGE_POINT)
            for when, data, captured in capture.frames
            if RELAYS & set(ends_of(data)) and own in ends_of(data)]
    assert edge
    assert told(bench, "both", client + edge) == told(bench, "alone", client)


# --- what gets through a connection ----------------------------------------------------------------------------------

RECORDING = TOP / "pcaps" / "lab" / "silent-mtu-hole.pcapng.gz"


def outcome(bench, name, frames):
    """Of frames that scapy has read."""
    path = bench.scratch / f"stall-{name}.pcap"
    wrpcap(str(path), frames)
    path.chmod(0o644)
    return [(row["outcome"], row["path"]) for row in rows_of(bench.tshark(path, "-2", "-q", "-z", "msice,calls"))]


def last_data(frames):
    """The last frame that is sent again and again, and its connection back."""
    return next(frame for frame in reversed(frames) if TCP in frame and len(frame[TCP].payload) > 1000)


def test_never_acknowledged(bench):
    """A segment that is sent again and again is a path's end; not where it is acknowledged in the end, nor where the other
    side says that it has no room."""
    frames = list(rdpcap(str(RECORDING)))
    data = last_data(frames)
    at = [float(frame.time) for frame in frames].index(float(data.time)) + 1

    def answered(number):
        reply = Ether(src=data.dst, dst=data.src) / IP(src=data[IP].dst, dst=data[IP].src, ttl=62) / TCP(
            sport=data[TCP].dport, dport=data[TCP].sport, flags="A", seq=data[TCP].ack, ack=number)
        reply.time = float(data.time) + 0.04
        return [*frames[:at], reply, *frames[at:]]

    assert outcome(bench, "never", frames) == [("failed", "direct")]
    for number in (data[TCP].seq + len(data[TCP].payload), data[TCP].seq):
        assert outcome(bench, "answered", answered(number)) == [("connected", "direct")]


# --- both sides at one Edge, and the signalling ----------------------------------------------------------------------

PEER, PEER_PORT = "10.20.0.9", 50030
OTHER_USER = turn_messages.USERNAME[:12] + bytes(20) + turn_messages.USERNAME[32:]


def candidates(host, port, relayed, ufrag):
    return sdp(host, [f"m=audio {port} RTP/AVP 104", f"a=ice-ufrag:{ufrag.decode()}", "a=ice-pwd:0123456789012345678901",
                      f"a=candidate:1 1 UDP 2130706431 {host} {port} typ host",
                      f"a=candidate:2 1 UDP 184547839 {relayed[0]} {relayed[1]} typ relay raddr {host} rport {port}"])


def lost_behind_an_edge(apart, moved=0):
    """Both sides ask one Edge, whose clock is `apart` seconds ahead, and the peer tries its relay; they talk directly, until
    the client hears no more. No list names the client's connection to port 443; moved: nor any socket, but those so many
    ports further. Both give their relays back meanwhile: the peer's request is seen at the Edge only, the client's at the client
    only, as its network is cut."""
    call = call_at_both(apart=(0.0, apart))
    capture, peer = call.capture, MediaCall(LYNC, PEER, None, capture=call.capture)
    client_relay, peer_relay, server = (INNER_EDGE, 54829), (INNER_EDGE, 54901), (THIRD, 5060)
    own = call.allocate(INNER_EDGE, relayed=client_relay)
    call.hello(call.connect(INNER_EDGE, 50210), True)
    capture.at(EDGE_POINT)
    others = peer.allocate(INNER_EDGE, relayed=peer_relay, port=PEER_PORT)
    capture.at(CLIENT_POINT)
    capture.udp((OFFICE, 5060), server, invite(candidates(OFFICE, 50016 + moved, (INNER_EDGE, 54829 + moved), dialects.OWN)))
    capture.udp(server, (OFFICE, 5060), answer(candidates(PEER, PEER_PORT + moved, (INNER_EDGE, 54901 + moved), dialects.PEER)), 0.5)
    capture.at(*capture.all)
    call.agree(call.direct(peer_relay))
    path = call.direct((PEER, PEER_PORT))
    call.agree(path)
    call.talk(path, 4, consents=())

    def release(allocation, answered):
        capture.at(EDGE_POINT if answered else CLIENT_POINT)
        ident = call.number()
        allocation.out(LYNC.release(ident, allocation.nonce, allocation.number()))
        if answered:
            allocation.into(LYNC.success(ident, allocation.relayed, allocation.seen, allocation.count, 0))
        capture.at(*capture.all)

    call.talk(path, 14, received=None, consents=(),
              events=[(5.0, lambda: release(others, True)), (10.0, lambda: release(own, False))])
    return sorted((when, data.replace(turn_messages.USERNAME, OTHER_USER) if PEER in ends_of(data) else data, *more)
                  for when, data, *more in capture.frames)


@pytest.mark.parametrize("apart", [0.0, 3.0, -3.0, -5.0, -40.0])
def test_both_sides_at_one_edge(bench, apart):
    frames = lost_behind_an_edge(apart)
    alone = [frame for frame in frames if frame[3] == CLIENT_POINT]
    expected = told(bench, "client", alone)
    assert [(row["outcome"], row["path"]) for row in expected] == [("interrupted", "direct")]
    assert told(bench, "merged", frames) == expected


def test_a_name_alone_joins_no_calls(bench):
    """What the Edge has seen is not the call whose list names its checks, but none of their sockets."""
    rows = told(bench, "merged", lost_behind_an_edge(-40.0, moved=2))
    assert [row["from"].startswith("sip:") for row in rows].count(False) == 1
