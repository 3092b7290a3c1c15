# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets beside a call that tell about it: ICMP errors, DNS, TLS names, the distance of relays, ends of connections."""
import random
import struct

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption
from scapy.layers.inet6 import ICMPv6DestUnreach, IPv6, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

from gen import witnesses
from gen.tcp443 import client_hello, control
from gen.other_traffic import tls_client_hello, tls_record
from gen.turn_messages import allocate, challenge, check_request, check_response
from gen.wire import Capture, Stream
from gen.witnesses import (A, AAAA, CLIENT, CLIENT6, CNAME, NAME, OTHER_RELAY, PEER, PEER6, RELAY, RESOLVER, ROUTER,
                           ROUTER6, Call, answer, ask, dns, icmp, icmp6, labels, packed, quoted, record, unreachable)

pytestmark = pytest.mark.concluded

FRAMES = ["frame.number", "msice.call", "msice.call.step"]
ICMP_STEP = "ICMP error"


def write(bench, capture, name="witness.pcap", **options):
    path = bench.scratch / name
    capture.write(path, **options)
    path.chmod(0o644)
    return str(path)


def expert(bench, path, item, *options):
    """The texts of an expert item by frame."""
    packets = bench.json(path, "-Y", item, *options)
    found = {}

    def walk(node, frame):
        if isinstance(node, dict):
            if item in node:
                found.setdefault(frame, node["_ws.expert.message"])
            for value in node.values():
                walk(value, frame)
        elif isinstance(node, list):
            for value in node:
                walk(value, frame)

    for packet in packets:
        layers = packet["_source"]["layers"]
        walk(layers, int(layers["frame"]["frame.number"]))
    return found


def errors(bench, path, *options):
    """Frames that are ICMP errors of a call, with what they say."""
    return expert(bench, path, "msice.expert.icmp", *options)


def steps(bench, path, *options):
    return {int(row[0][0]): (row[1], row[2]) for row in bench.fields(path, FRAMES, *options)}


def in_call(capture=None):
    """A call with an allocation and a check that nobody answers; the check is the last frame."""
    call = Call(capture)
    call.allocate()
    call.check()
    return call


# --- ICMP errors -----------------------------------------------------------------------------------------------------

KINDS = {
    6: ("port unreachable", "the destination itself"), 7: ("host unreachable", ROUTER),
    8: ("network unreachable", ROUTER), 9: ("administratively prohibited", ROUTER), 10: ("packet too big", ROUTER),
    11: ("time exceeded", ROUTER), 12: ("undeliverable", "the destination itself"),
    13: ("port unreachable", "the destination itself"),
    15: ("port unreachable", "the destination itself"), 16: ("host unreachable", ROUTER6),
    17: ("network unreachable", ROUTER6), 18: ("administratively prohibited", ROUTER6),
    19: ("packet too big", ROUTER6), 20: ("time exceeded", ROUTER6), 22: ("port unreachable", "the destination itself"),
}


@pytest.mark.parametrize("passes", [(), ("-2",)])
def test_errors_of_each_kind(bench, passes):
    """What the errors of a call say, and whose they are; nothing about others'."""
    found = errors(bench, "witness-errors.pcap", *passes)
    assert {frame: text.split(": ")[1].split(" about ")[0] for frame, text in found.items()} == {
        frame: f"{kind}, says {who}" for frame, (kind, who) in KINDS.items()}
    of_call = steps(bench, "witness-errors.pcap", *passes)
    for frame, (call, step) in of_call.items():
        assert (step == [ICMP_STEP]) == (frame in KINDS), frame
        assert (call == ["1"]) == (frame < 23), frame
    assert f"from {CLIENT[0]}:{CLIENT[1]} to {PEER[0]}:{PEER[1]}" in found[6]
    assert f"from [{CLIENT6[0]}]:{CLIENT6[1]} to [{PEER6[0]}]:{PEER6[1]}" in found[15]
    assert f"from {RELAY}:3478 to {CLIENT[0]}:{CLIENT[1]}" in found[22]


def test_error_about_a_tcp_segment(bench):
    """Eight bytes of a SYN are quoted, which is all that RFC 792 asks for."""
    call = Call()
    call.allocate()
    stream = Stream(call.capture, (CLIENT[0], 50300), (RELAY, 443), handshake=False)
    stream.segment(0, flags="S")
    call.capture.frame(icmp(ROUTER, quoted(call.capture), unreachable(13), 28))
    path = write(bench, call.capture)
    assert errors(bench, path) == {
        6: f"The network refused a packet of media call 1: administratively prohibited, says {ROUTER} about TCP from "
           f"{CLIENT[0]}:50300 to {RELAY}:443"}


def tagged(frame):
    return Ether(src=frame.src, dst=frame.dst) / Dot1Q(vlan=5) / Dot1Q(vlan=7) / frame.payload


# How frames come: what is done with an Ethernet frame, and the link type.
LINKS = {
    "tagged": (lambda frame: bytes(tagged(Ether(frame))), 1),
    "raw": (lambda frame: frame[14:], 101),
    "cooked": (lambda frame: b"\0\0\0\1\0\6" + frame[6:12] + b"\0\0" + frame[12:], 113),
    "null": (lambda frame: struct.pack("<I", 2) + frame[14:], 0),
}


@pytest.mark.parametrize("link", LINKS)
def test_errors_on_other_links(bench, link):
    change, number = LINKS[link]
    call = in_call()
    call.capture.frame(icmp(PEER[0], quoted(call.capture), unreachable(3), options=[IPOption(b"\x83\x03\x10")]))
    call.capture.frames = [(when, change(frame), captured) for when, frame, captured in call.capture.frames]
    assert list(errors(bench, write(bench, call.capture, link=number))) == [6]


def test_errors_behind_extension_headers(bench):
    """In front of the error, and inside the quoted packet; later fragments have no ports."""
    call = in_call()
    call.check(CLIENT6, PEER6)
    check = IPv6(quoted(call.capture))
    first = bytes(IPv6(src=check.src, dst=check.dst) / IPv6ExtHdrHopByHop() / IPv6ExtHdrFragment(nh=17, m=1)
                  / check.payload)
    later = bytes(IPv6(src=check.src, dst=check.dst) / IPv6ExtHdrFragment(nh=17, offset=20)
                  / Raw(bytes(check.payload)))
    for packet in (first, later):
        call.capture.frame(icmp6(ROUTER6, packet, ICMPv6DestUnreach(code=1), IPv6ExtHdrHopByHop()))
    fragment = IP(bytes(IP(src=CLIENT[0], dst=PEER[0], frag=20, proto=17)) + bytes(check.payload)[:40])
    call.capture.frame(icmp(ROUTER, bytes(fragment), unreachable(13)))
    assert list(errors(bench, write(bench, call.capture))) == [7]


def test_errors_about_others(bench):
    """Another port, another address, another protocol; and a quotation that does not come from where it goes to."""
    call = in_call()
    for source, destination in (((CLIENT[0], 50023), ("198.51.100.3", PEER[1])), ((PEER[0], CLIENT[1]), ("198.51.100.3", 2)),
                                (("192.0.2.11", 1), (PEER[0], PEER[1] + 1))):
        packet = bytes(IP(src=source[0], dst=destination[0]) / UDP(sport=source[1], dport=destination[1]) / Raw(b"x" * 8))
        call.capture.frame(icmp(ROUTER, packet, unreachable(3)))
    packet = bytes(IP(src=CLIENT[0], dst=PEER[0], proto=132)) + struct.pack("!HH", CLIENT[1], PEER[1]) + bytes(8)
    call.capture.frame(icmp(ROUTER, packet, unreachable(3)))
    call.check()
    elsewhere = Ether() / IP(src=ROUTER, dst="192.0.2.99") / unreachable(3) / Raw(quoted(call.capture))
    call.capture.frame(elsewhere)
    path = write(bench, call.capture)
    for passes in ((), ("-2",)):
        assert errors(bench, path, *passes) == {}
        assert [frame for frame, row in steps(bench, path, *passes).items() if not row[0]] == [6, 7, 8, 9, 11]


def test_addresses_of_one_packet_and_ports_of_another(bench):
    """Stock leaves the quoted ports behind: with the sender of the error they would be a path of the call."""
    same = 50022
    call = Call()
    call.allocate(client=(CLIENT[0], same))
    call.check((CLIENT[0], same), (PEER[0], same))
    packet = bytes(IP(src="192.0.2.77", dst="198.51.100.3") / UDP(sport=same, dport=same) / Raw(b"x" * 8))
    call.capture.frame(Ether() / IP(src=PEER[0], dst=CLIENT[0]) / unreachable(3) / Raw(packet))
    path = write(bench, call.capture)
    for passes in ((), ("-2",)):
        assert steps(bench, path, *passes)[6] == ([], [])


def test_cut_errors(bench):
    """At every length: an error needs the ports of the quoted packet, and no more."""
    call = in_call()
    packet = quoted(call.capture)
    whole = bytes(icmp(PEER[0], packet, unreachable(3)))
    ports = 14 + 20 + 8 + 20 + 4
    first = len(call.capture.frames) + 1
    for size in range(14, len(whole)):
        call.capture.frame(whole, captured=size)
    path = write(bench, call.capture)
    assert sorted(errors(bench, path)) == [first + size - 14 for size in range(ports, len(whole))]


def test_quoted_messages_are_not_sent_again(bench):
    """A quoted check is no repetition, and a quoted answer does not answer."""
    call = in_call()
    call.capture.frame(icmp(PEER[0], quoted(call.capture), unreachable(3)))
    ident = call.number()
    call.capture.udp(PEER, CLIENT, check_request(ident, b"ann1:bob1"))
    reply = bytes(IP(src=CLIENT[0], dst=PEER[0]) / UDP(sport=CLIENT[1], dport=PEER[1])
                  / Raw(check_response(ident, PEER, b"ann1:bob1")))
    call.capture.frame(icmp(PEER[0], reply, unreachable(3)))
    request = bytes(IP(src=CLIENT[0], dst=RELAY) / UDP(sport=CLIENT[1], dport=3478) / Raw(allocate(call.number())))
    call.capture.udp(CLIENT, (RELAY, 3478), request[28:])
    call.capture.frame(icmp(ROUTER, request, unreachable(13)))
    path = write(bench, call.capture)
    assert list(errors(bench, path, "-2")) == [6, 8, 10]
    for item in ("msice.check.retransmission", "msturn.retransmission", "msice.check.response_in == 8",
                 "msice.expert.check_repeated", "msturn.expert.retransmission"):
        assert bench.frames(path, item, "-2") == []
    assert bench.frames(path, "msturn.expert.unanswered", "-2") == [9]
    assert bench.frames(path, "msice.expert.check_unanswered", "-2") == [5, 7]


# --- DNS -------------------------------------------------------------------------------------------------------------

NAMES = ["frame.number", "msice.relay_name", "msice.relay_name.by", "msice.relay_name.frame"]


def names(bench, path, *options):
    """By frame: the name, who told it, where."""
    return {int(row[0][0]): [cell[0] if cell else None for cell in row[1:]]
            for row in bench.fields(path, NAMES, *options) if row[1]}


def test_names_of_relays(bench):
    """DNS before the first packet, an alternate server's name, a TLS server name; nothing on other names."""
    first, second = names(bench, "witness-names.pcap"), names(bench, "witness-names.pcap", "-2")
    by_dns, by_relay = [NAME, "DNS", "2"], ["other.example.com", "another relay", "10"]
    assert first == {**{frame: by_dns for frame in range(5, 11)}, 11: ["other.example.com", None, None],
                     12: ["other.example.com", None, None], **{frame: by_relay for frame in range(13, 24)}}
    assert second == {1: [NAME, None, None], 2: [NAME, None, None], **first}
    assert expert(bench, "witness-names.pcap", "msice.expert.relay_name") == {
        12: "DNS does not know the relay's name other.example.com"}


def named_call(*more):
    """A call whose relay's name was told by a relay before; the DNS messages go behind. Each of more is a function
    of the capture."""
    call = Call()
    call.allocate()
    ident = call.number()
    call.capture.udp(CLIENT, (RELAY, 3478), allocate(ident))
    call.capture.udp((RELAY, 3478), CLIENT, challenge(ident, witnesses.att(0x8032, NAME.encode())))
    for add in more:
        add(call.capture)
    return call.capture


def questions(*waits, kind=A):
    """The same question again and again, so many seconds apart."""
    return [lambda capture, wait=wait: ask(capture, 7, kind=kind, after=wait) for wait in waits]


# What DNS says about a relay's name: the frames (7 is the first) that the finding stands on, and its words.
REPLIES = {
    "not found": ([lambda c: ask(c, 1), lambda c: answer(c, 1, rcode=3)], {8: "does not know"}),
    "refused": ([lambda c: ask(c, 1), lambda c: answer(c, 1, rcode=5)], {8: "gives no answer"}),
    "server failure": ([lambda c: ask(c, 1), lambda c: answer(c, 1, rcode=2)], {8: "gives no answer"}),
    "no address": ([lambda c: ask(c, 1), lambda c: answer(c, 1)], {8: "has no address"}),
    "unanswered": (questions(0, 1, 2, 4), {10: "never answered"}),
    "unanswered, twice": (questions(0, 5), {8: "never answered"}),
    "asked once": (questions(0), {}),
    "asked again at once": (questions(0, 0.5), {}),
    "two kinds at once": ([lambda c: ask(c, 1), lambda c: ask(c, 2, kind=AAAA),
                           lambda c: c.udp(CLIENT, PEER, b"later", 5)], {}),
    "answered": ([lambda c: ask(c, 1), lambda c: answer(c, 1, records=[record(A, packed(RELAY))])], {}),
    "answered later": (questions(0, 1, 2) + [lambda c: answer(c, 7, records=[record(A, packed(RELAY))])], {}),
    "IPv4 only": ([lambda c: ask(c, 1), lambda c: ask(c, 2, kind=AAAA), lambda c: answer(c, 2, kind=AAAA),
                   lambda c: answer(c, 1, records=[record(A, packed(RELAY))])], {}),
    "failure, then an answer": ([lambda c: ask(c, 1), lambda c: answer(c, 1, rcode=2), lambda c: ask(c, 2),
                                 lambda c: answer(c, 2, records=[record(A, packed(RELAY))])], {}),
    "IPv6 refused, IPv4 open": ([lambda c: ask(c, 1), lambda c: ask(c, 2, kind=AAAA),
                                 lambda c: answer(c, 2, kind=AAAA)], {}),
    "IPv6 only, without an address": ([lambda c: ask(c, 2, kind=AAAA), lambda c: answer(c, 2, kind=AAAA)], {}),
    "cut by the server": ([lambda c: ask(c, 1), lambda c: answer(c, 1, flags=0x0200)], {}),
    "a minute later": ([lambda c: ask(c, 1), lambda c: answer(c, 1, records=[record(A, packed(RELAY))]),
                        lambda c: ask(c, 2, after=90), lambda c: answer(c, 2, rcode=3)], {10: "does not know"}),
}


@pytest.mark.parametrize("reply", REPLIES)
def test_what_dns_says(bench, reply):
    messages, expected = REPLIES[reply]
    path = write(bench, named_call(*messages))
    found = expert(bench, path, "msice.expert.relay_name", "-2")
    assert list(found) == list(expected)
    for frame, words in expected.items():
        assert words in found[frame] and NAME in found[frame]
    marked = bench.frames(path, f'msice.relay_name == "{NAME}" && dns', "-2")
    assert marked == [frame for frame in bench.frames(path, "dns") if frame >= 7]


def test_answers_of_other_clients_do_not_count(bench):
    """Each client has its own DNS: what one is refused another may get."""
    messages = [lambda c: ask(c, 1), lambda c: answer(c, 1, rcode=3),
                lambda c: ask(c, 1, client="192.0.2.99"),
                lambda c: answer(c, 1, client="192.0.2.99", records=[record(A, packed(RELAY))])]
    assert list(expert(bench, write(bench, named_call(*messages)), "msice.expert.relay_name", "-2")) == [8]


def test_names_by_alias_and_ipv6(bench):
    """The name that was asked for counts, whatever it is another name for; capitals do not matter."""
    call = Call()
    chain = [record(CNAME, labels("edge.example.net")), record(CNAME, b"\2e2\xc0\x0f", labels("edge.example.net")),
             record(A, packed(RELAY), labels("e2.example.com"))]
    ask(call.capture, 1, "AV.example.COM")
    answer(call.capture, 1, "AV.example.COM", records=chain)
    ask(call.capture, 2, "six.example.com", AAAA)
    answer(call.capture, 2, "six.example.com", AAAA, records=[record(AAAA, bytes(15) + b"\x05")])
    call.allocate()
    found = names(bench, write(bench, call.capture), "-2")
    assert found == {1: [NAME, None, None], 2: [NAME, None, None],
                     **{frame: [NAME, "DNS", "2"] for frame in range(5, 9)}}


def test_names_of_nobody_here(bench):
    """Names that are no relay's, other ports, TCP, and DNS inside an ICMP error."""
    call = Call()
    capture = call.capture
    for name, host in (("www.example.com", "198.51.100.80"), ("mail.example.com", "198.51.100.81")):
        ask(capture, 1, name)
        answer(capture, 1, name, records=[record(A, packed(host))])
    capture.udp((CLIENT[0], 5353), ("224.0.0.251", 5353), dns(0, records=[record(A, packed(RELAY))]))
    reply = dns(1, records=[record(A, packed(RELAY))])
    stream = capture.tcp((CLIENT[0], 42000), RESOLVER)
    stream.send(1, struct.pack("!H", len(reply)) + reply)
    capture.frame(icmp(CLIENT[0], bytes(IP(src=RESOLVER[0], dst=CLIENT[0]) / UDP(sport=53, dport=41000) / Raw(reply)),
                       unreachable(3)))
    call.allocate()
    path = write(bench, capture)
    assert names(bench, path) == names(bench, path, "-2") == {}


BROKEN = {
    "pointer to itself": dns(1)[:12] + b"\xc0\x0c" + struct.pack("!HH", A, 1),
    "pointers in a circle": dns(1)[:12] + b"\1a\xc0\x0e" + struct.pack("!HH", A, 1),
    "long labels": dns(1)[:12] + (b"\x3f" + b"a" * 63) * 8 + b"\0" + struct.pack("!HH", A, 1),
    "a label beyond the end": dns(1)[:12] + b"\x3fabc",
    "reserved label": dns(1)[:12] + b"\x80abc\0" + struct.pack("!HH", A, 1),
    "65535 answers": dns(1, records=[])[:6] + b"\xff\xff" + dns(1, records=[])[8:] + record(CNAME, labels("x.example")),
    "length of a record": dns(1, records=[b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 300, 65535) + b"abcd"]),
    "alias of nothing": dns(1, records=[record(CNAME, b"\xc0\xff")]),
    "no question": struct.pack("!HHHHHH", 1, 0x8180, 0, 1, 0, 0) + record(A, packed(RELAY)),
    "header only": dns(1)[:12],
    "cut header": dns(1)[:7],
    "nothing": b"",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_dns(bench, broken):
    """Nothing is concluded from it, and what comes behind is read."""
    def add(capture):
        for src, dst in (((CLIENT[0], 41000), RESOLVER), (RESOLVER, (CLIENT[0], 41000))):
            capture.udp(src, dst, BROKEN[broken])
    path = write(bench, named_call(add, lambda c: ask(c, 1), lambda c: answer(c, 1, rcode=3)))
    assert list(expert(bench, path, "msice.expert.relay_name", "-2")) == [10]
    assert bench.frames(path, "_ws.malformed && msice.relay_name", "-2") == \
        [frame for frame in bench.frames(path, "_ws.malformed", plugin=False) if
         frame in bench.frames(path, "msice.relay_name", "-2")]


def test_cut_dns_tells_no_failure(bench):
    """An answer that is cut by the snap length, at every length: it has an address, as far as anybody knows."""
    whole = bytes(Ether() / IP(src=RESOLVER[0], dst=CLIENT[0]) / UDP(sport=53, dport=41000)
                  / Raw(dns(1, records=[record(CNAME, labels("edge.example.net")), record(A, packed(RELAY))])))
    for size in range(42, len(whole), 5):
        path = write(bench, named_call(lambda c: ask(c, 1), lambda c, size=size: c.frame(whole, captured=size)))
        assert expert(bench, path, "msice.expert.relay_name", "-2") == {}, size


def test_many_names_before(bench):
    """The latest names are kept, however many came before."""
    call = Call()
    for number in range(3000):
        ask(call.capture, number & 0xFFFF, f"host{number}.example.org", after=0.001)
        if number == 2900:
            answer(call.capture, 1, records=[record(A, packed(RELAY))])
    call.allocate()
    found = names(bench, write(bench, call.capture))
    assert [row[:2] for row in found.values()] == [[NAME, "DNS"]] * 4


# --- TLS names -------------------------------------------------------------------------------------------------------


def hello(capture, name="tr.example.com", relay=RELAY, port=50310, sizes=None):
    stream = capture.tcp((CLIENT[0], port), (relay, 443))
    stream.send(0, tls_client_hello(name), sizes)
    stream.send(1, tls_record(22, b"\2\0\0\0"))
    return stream


SNI = {
    "behind the first packet to the relay": (lambda call: (call.allocate(), hello(call.capture)), "tr.example.com"),
    "before it": (lambda call: (hello(call.capture), call.allocate()), "tr.example.com"),
    "in two segments": (lambda call: (call.allocate(), hello(call.capture, sizes=[3])), "tr.example.com"),
    "an address in its place": (lambda call: (call.allocate(), hello(call.capture, RELAY)), None),
    "to another server": (lambda call: (call.allocate(), hello(call.capture, relay="198.51.100.9")), None),
    "before others": (lambda call: (hello(call.capture), [hello(call.capture, f"n{n}.example.com", f"198.51.100.{n}",
                                                                51000 + n) for n in range(1, 20)], call.allocate()),
                      "tr.example.com"),
    "letters that are none of a name": (lambda call: (call.allocate(), hello(call.capture, "a b\x07c")), None),
    "the last one counts": (lambda call: (hello(call.capture, "old.example.com"), hello(call.capture, port=50311),
                                          call.allocate()), "tr.example.com"),
}


@pytest.mark.parametrize("story", SNI)
def test_tls_server_names(bench, story):
    tell, expected = SNI[story]
    call = Call()
    tell(call)
    found = names(bench, write(bench, call.capture), "-2")
    assert {row[0] for row in found.values()} == ({expected} if expected else set())
    assert {row[1] for row in found.values()} == ({"TLS server name"} if expected else set())


# --- distance and ends -----------------------------------------------------------------------------------------------


def test_relay_that_is_nearer_over_tcp(bench):
    text = expert(bench, "witness-connections.pcap", "msice.expert.relay_distance")
    assert list(text) == [6]
    assert f"{RELAY} arrive with TTL 52 over UDP (frame 2) and 63 over TCP (frame 6)" in text[6]


# TTLs over UDP and over TCP, and whether they tell of another device.
DISTANCES = {
    "the same": ([52], [52], False), "one apart": ([52], [53], False), "two apart": ([52], [54], True),
    "farther over TCP": ([120], [117], True), "started from other values": ([52], [120], False),
    "some are near": ([52, 54], [53, 60], False), "all are apart": ([52, 53], [56, 60], True),
}


@pytest.mark.parametrize("story", DISTANCES)
def test_distances(bench, story):
    udp, tcp, differs = DISTANCES[story]
    call = Call()
    for ttl in udp:
        call.allocate(hops=ttl)
    for number, ttl in enumerate(tcp):
        witnesses.opened(call.capture, ttl, 50210 + number)
    found = expert(bench, write(bench, call.capture), "msice.expert.relay_distance", "-2")
    assert len(found) == differs


def test_distances_of_two_places(bench):
    """Two interfaces, and the relay is nearer to one: that is no other device, whichever transport comes where."""
    calls = Call(), Call()
    calls[0].allocate(hops=52)
    witnesses.opened(calls[1].capture, 63, 50210)
    parts = [write(bench, call.capture, f"place-{number}.pcap") for number, call in enumerate(calls)]
    for mode, claims in (("none", 0), ("all", 1)):
        together = str(bench.scratch / f"places-{mode}.pcapng")
        bench.run("mergecap", "-a", "-I", mode, "-w", together, *parts)
        assert len(expert(bench, together, "msice.expert.relay_distance")) == claims


def test_distance_by_hop_limit(bench):
    """IPv6; the TTL of an RST does not count, it may be forged."""
    call = Call(Capture(ttls={"2001:db8::5": 52}))
    ident = call.number()
    server = ("2001:db8::5", 3478)
    call.capture.udp(CLIENT6, server, allocate(ident))
    call.capture.udp(server, CLIENT6, challenge(ident))
    stream = Stream(call.capture, (CLIENT6[0], 50210), (server[0], 443), handshake=False)
    stream.segment(0, flags="S")
    call.capture.ttls[server[0]] = 63
    stream.segment(1, flags="RA")
    path = write(bench, call.capture)
    assert expert(bench, path, "msice.expert.relay_distance", "-2") == {}
    call.capture.tcp((CLIENT6[0], 50211), (server[0], 443))
    text = expert(bench, write(bench, call.capture), "msice.expert.relay_distance", "-2")
    assert len(text) == 1 and "TTL 52 over UDP (frame 2) and 63 over TCP" in next(iter(text.values()))


def ended(call, side, flags, data=True):
    """A relayed connection that is ended so by the client (0) or the relay (1)."""
    stream = call.hello() if data else witnesses.opened(call.capture, 64)
    if data:
        stream.send(0, control(allocate(call.number())))
    stream.segment(side, flags=flags)


# Who ends the connection, how, whether data had come, and whether that is a finding.
ENDS = {
    "reset by the relay": (1, "RA", True, True), "reset by the client": (0, "RA", True, False),
    "closed by the relay": (1, "FA", True, False), "reset without data": (1, "RA", False, False),
}


@pytest.mark.parametrize("story", ENDS)
def test_ends_of_connections(bench, story):
    side, flags, data, finding = ENDS[story]
    call = Call()
    call.allocate()
    ended(call, side, flags, data)
    path = write(bench, call.capture)
    text = expert(bench, path, "msice.expert.reset_behind_data", "-2")
    assert list(text) == ([len(call.capture.frames)] if finding else [])
    for words in text.values():
        assert f"{RELAY}:443 of media call 1" in words


def test_reset_before_the_relay_is_known(bench):
    """A connection that turns out to have gone to a relay keeps its end."""
    call = Call()
    stream = hello(call.capture)
    stream.segment(1, flags="RA")
    reset = len(call.capture.frames)
    call.allocate()
    assert list(expert(bench, write(bench, call.capture), "msice.expert.reset_behind_data", "-2")) == [reset]


def test_reset_in_a_capture_that_begins_late(bench):
    """No SYN is there; and a reset that answers a hello is told of there."""
    call = Call()
    call.allocate()
    stream = Stream(call.capture, (CLIENT[0], 50210), (RELAY, 443), handshake=False)
    stream.send(0, control(allocate(call.number(), signed=True)))
    stream.segment(1, flags="RA")
    assert list(expert(bench, write(bench, call.capture), "msice.expert.reset_behind_data", "-2")) == [6]
    call = Call()
    stream = call.capture.tcp((CLIENT[0], 50210), (RELAY, 443))
    stream.send(0, client_hello())
    stream.segment(1, flags="RA")
    path = write(bench, call.capture)
    assert bench.frames(path, "msturn.answered_by", "-2")
    assert expert(bench, path, "msice.expert.reset_behind_data", "-2") == {}


# --- do no harm ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_wrong_bytes(bench, seed):
    """Bytes of the captures of this file at random: the rest of a frame is as without the plugin, and no dissector of
    ours fails."""
    rng = random.Random(seed)
    capture = Capture()
    for make in (witnesses.errors, witnesses.names, witnesses.connections):
        for _, frame, _ in make().frames:
            for _ in range(6):
                changed = bytearray(frame)
                for _ in range(rng.randrange(1, 4)):
                    changed[rng.randrange(14, len(changed))] = rng.choice((0, 0xFF, 0xC0, rng.randrange(256)))
                capture.frame(bytes(changed), captured=rng.choice((None, None, rng.randrange(14, len(frame)))))
    path = write(bench, capture)
    for options in (("-V",), ("-2", "-V")):
        assert "Malformed Packet: MS" not in bench.tshark(path, *options)
    ports = [row for row in bench.fields(path, ["frame.number", "ip.src", "udp.port", "dns.qry.name", "icmp.type"])]
    assert ports == bench.fields(path, ["frame.number", "ip.src", "udp.port", "dns.qry.name", "icmp.type"],
                                 plugin=False)


def test_others_dns_and_icmp_are_left_alone(bench):
    """Beside a call, frames of others come out as without the plugin."""
    call = in_call()
    ask(call.capture, 1, "www.example.com")
    answer(call.capture, 1, "www.example.com", rcode=3)
    packet = bytes(IP(src=CLIENT[0], dst="198.51.100.9") / TCP(sport=40000, dport=80, flags="S"))
    call.capture.frame(icmp(ROUTER, packet, ICMP(type=11)))
    path = write(bench, call.capture)
    others = ("-2", "-V", "-Y", "frame.number > 5")
    assert bench.tshark(path, *others) == bench.tshark(path, *others, plugin=False)
