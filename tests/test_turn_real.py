# SPDX-License-Identifier: GPL-2.0-or-later
"""What real clients send is in order, what relays of others send is not ours, and one thing is told in one way
wherever it stands."""
import base64

import pytest

from gen import signalling, turn_real
from gen.turn_messages import att, check, identity, message, num
from gen.wire import Capture

WRONG = "_ws.expert.severity >= 6291456"  # Warning and Error


def story(bench, name, capture):
    path = bench.write(name, b"")
    capture.write(path)
    return path


def test_what_clients_send_is_in_order(bench):
    assert bench.frames("turn-clients.pcap", WRONG, "-2") == []
    rows = bench.fields("turn-clients.pcap", ["msice.check.candidate_identifier"], "-Y", "msice.check.type == 1")
    shown = [row[0][0].rstrip("\0") for row in rows if row[0]]
    assert shown == [text.decode().rstrip("\0") for text in turn_real.FOUNDATIONS]


def test_candidate_identifier_inside_ms_turn(bench):
    """The same attribute where MS-TURN carries it, and the one length it cannot have."""
    capture = Capture()
    for text in (b"1", b"12", b"a longer foundation", b""):
        capture.udp(turn_real.CLIENT, turn_real.FIRST, message(0x0003, identity(1), num(0x8008, 6), att(0x8054, text)))
    path = story(bench, "identifiers.pcap", capture)
    assert [row[0] for row in bench.fields(path, ["msturn.candidate_identifier"])] == [
        ["1"], ["12"], ["a longer foundation"], []]
    assert bench.frames(path, "msturn.expert.attribute_length") == [4]


def test_check_without_an_identifier_text(bench):
    capture = Capture()
    capture.udp(turn_real.CLIENT, turn_real.PEER, check(0x0001, identity(1), att(0x8054), num(0x8070, 3)))
    assert bench.frames(story(bench, "empty.pcap", capture), "msice.expert.check_attribute") == [1]


def test_nonce_is_missed_in_signed_requests_only(bench):
    capture = Capture()
    first = [num(0x8008, 6), att(0x0006, b"name"), att(0x0015, b"realm")]
    for more, signed in ((first, False), (first, True), (first[:2], True), ([*first, att(0x0014, b"nonce")], True),
                         ([*first[:2], att(0x0014, b"nonce")], True), ([num(0x8008, 6), att(0x0014, b"nonce")], False)):
        capture.udp(turn_real.CLIENT, turn_real.FIRST, message(0x0003, identity(len(capture.frames)), *more,
                                                               key=b"key" if signed else None))
    path = story(bench, "nonce.pcap", capture)
    assert bench.frames(path, "msturn.expert.attribute_missing") == [2, 5]


def test_short_sequence_number(bench):
    """Four bytes as releases carry them are shown and no error; any other length is one."""
    capture = Capture()
    for size in (4, 24, 0, 3, 20, 23, 25):
        capture.udp(turn_real.CLIENT, turn_real.FIRST, message(
            0x0003, identity(size), num(0x8008, 6), att(0x8050, bytes(size)), num(0x000D, 0)))
    path = story(bench, "sequence.pcap", capture)
    assert bench.frames(path, "msturn.expert.attribute_length") == [3, 4, 5, 6, 7]
    assert bench.frames(path, "msturn.sequence.short") == [1]
    assert bench.frames(path, "msturn.sequence") == [2]


def test_service_quality_without_a_name(bench):
    """A quality without a name is shown as a number; a stream type without one is still told."""
    capture = Capture()
    for value in (0x00020002, 0x00010007, 0x0004FFFF, 0x00090001):
        capture.udp(turn_real.CLIENT, turn_real.FIRST, message(0x0003, identity(1), num(0x8008, 6), num(0x8055, value)))
    path = story(bench, "quality.pcap", capture)
    assert [row[0] for row in bench.fields(path, ["msturn.service_quality"])] == [["2"], ["7"], ["65535"], ["1"]]
    assert bench.frames(path, "msturn.expert.reserved_value") == [4]


def test_families_that_nobody_published(bench):
    """How both are asked for is not known: the value is shown and no finding."""
    capture = Capture()
    for value in (0x01000000, 0x02000000, 0x03000000, 0x00000000):
        capture.udp(turn_real.CLIENT, turn_real.FIRST, message(0x0003, identity(1), num(0x8008, 6), num(0x0017, value)))
    path = story(bench, "families.pcap", capture)
    assert [row[0] for row in bench.fields(path, ["msturn.requested_family"])] == [["1"], ["2"], ["3"], ["0"]]
    assert bench.frames(path, WRONG) == []


def test_release_answered_without_a_lifetime(bench):
    """The answer to a release opens nothing, and nothing is missing in it."""
    infos = bench.infos("turn-clients.pcap", "-Y", "frame.number in {29, 31, 33}")
    assert infos == ["Allocate Success: released"] * 3
    capture = Capture()
    capture.udp(turn_real.CLIENT, turn_real.FIRST, message(0x0003, identity(1), num(0x8008, 6), num(0x000D, 60)))
    capture.udp(turn_real.FIRST, turn_real.CLIENT, message(0x0103, identity(1), num(0x8008, 6)))
    path = story(bench, "no-relay.pcap", capture)
    assert bench.frames(path, "msturn.expert.no_relayed_address") == [2]


def test_relays_of_others_are_left_alone(bench):
    """Whole sessions on any port: as without the plugin; see also test_harmless.py."""
    assert bench.frames("other-relays.pcap", "msturn || msice || mscall") == []
    for options in (("-V",), ("-2", "-V"), ("-V", "-o", "udp.try_heuristic_first:TRUE")):
        assert bench.tshark("other-relays.pcap", *options) == bench.tshark(
            "other-relays.pcap", *options, plugin=False)


def test_the_middle_of_sessions_is_ours(bench):
    assert bench.frames("turn-middle.pcap", "msturn") == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("more", [num(0x8008, 1), num(0x8006, 1), att(0x0014, b"nonce"), att(0x8039, b"tag")])
def test_one_sign_of_ours_is_enough(bench, more):
    """On a port of no note, behind the user name that relays of others send alone."""
    capture = Capture()
    where = ("203.0.113.126", 19295)
    capture.udp(turn_real.CLIENT, where, message(0x0003, identity(1), att(0x0006, b"abcdefghijklmnop"), more))
    capture.udp(where, turn_real.CLIENT, message(0x0115, identity(2), att(0x0012, b"\0\1\1\1\1\1\1\1"), att(0x0013, b"x")))
    path = story(bench, "sign.pcap", capture)
    assert bench.frames(path, "msturn") == [1, 2]
    assert bench.frames(path, "msturn", "-2") == [1, 2]


def test_one_token_says_one_thing(bench):
    """The user name of an MRAS reply and of the Allocate that uses it."""
    mras = bench.fields("sig-tokens.pcap", ["mras.token.expiry", "mras.token.client_id", "mras.expert.credentials_expired"],
                        "-Y", 'mras.type == "response"')
    turn = bench.fields("sig-tokens.pcap", ["msturn.username.expires", "msturn.username.client_id",
                                            "msturn.expert.credentials_expired"], "-Y", "msturn")
    assert [[bool(cell) for cell in row] for row in mras] == [
        [True, True, False], [True, True, False], [True, True, True]] + [[False] * 3] * len(turn_real.OTHER_TOKENS)
    for replied, used in zip(mras, turn):
        assert replied[:2] == used[:2] and bool(replied[2]) == bool(used[2])
    assert "nferred" not in bench.tshark("sig-tokens.pcap", "-O", "msturn,mras")


def test_token_of_real_layout():
    """The generator's token is the layout of the facts: 2.0, size without the HMAC, low word first, big-endian."""
    raw = base64.b64decode(signalling.token(8))
    assert len(raw) == 56 and raw[:4] == bytes.fromhex("02000024")
    ticks = int.from_bytes(raw[8:12] + raw[4:8], "big")
    assert ticks // 10000000 - 11644473600 == signalling.EPOCH + 8 * 3600


def test_answers_count_by_their_transaction(bench):
    """The server asked first answers for the one it named; checks are answered in another envelope."""
    rows = bench.rows("turn-clients.pcap", ["msturn.response_to", "msice.check.response_to"], "-2")
    assert [rows[frame].one("msturn.response_to") for frame in (4, 8)] == ["3", "7"]
    assert [rows[frame].one("msice.check.response_to") for frame in (25, 27)] == ["24", "26"]
    tables = bench.tshark("turn-clients.pcap", "-2", "-q", "-z", "msice,tree", "-z", "msice,candidates")
    named = tables[tables.index("198.51.100.141:3478"):].splitlines()
    assert named[0].split()[1] == "2" and named[1].split()[:2] == ["answered", "2"]
    pairs = [line.split(" | ") for line in tables.splitlines() if " | checked | " in line]
    assert [pair[9] for pair in pairs] == ["answered"] * 3


def test_streams_of_peers_whatever_marks_them(bench):
    """RFC 4571: each packet of a segment is told, and the layer is the same."""
    rows = bench.fields("ice-tcp-marks.pcap", ["tcp.stream", "frame.protocols", "msturn.frame.length", "rtp.seq"],
                        "-Y", "msturn || rtp")
    by_stream = {}
    for stream, layers, lengths, packets in rows:
        by_stream.setdefault(stream[0], []).append((len(lengths), packets))
        assert ":tcp:msturn" in layers[0] and "msice" not in layers[0].split(":")[:6], layers
    assert [by_stream[str(number)] for number in range(6)] == 6 * [
        [(1, []), (3, ["1", "2"]), (3, ["3", "4", "5"])]]
    assert by_stream["6"] == [(3, ["1", "2"])]
    assert by_stream["7"][-1][1] == ["6"]
    infos = bench.infos("ice-tcp-marks.pcap", "-Y", "rtp.seq == 2 && frame.len > 200")
    assert len(infos) == 7
    for info in infos:
        assert info.startswith("Binding ") and info.count(" | ") == 2 and "Seq=1" in info and "Seq=2" in info


def others_first(capture):
    """Packets that the stock heuristics of STUN take, over UDP and TCP: Wireshark then asks those first."""
    plain, classic = bytes.fromhex("000100002112a442") + bytes(12), bytes.fromhex("00010000") + bytes(range(1, 17))
    for number, data in enumerate((plain, classic, plain, classic)):
        capture.udp(("192.0.2.77", 7000 + number), ("192.0.2.78", 7001), data)
        stream = capture.tcp(("192.0.2.77", 7100 + number), ("192.0.2.78", 7101))
        stream.send(0, turn_real.framed(data) if number < 2 else data)


def of_ours(capture):
    """A check, a Send request, a check of draft 6 and streams, each in a conversation that nobody knows."""
    peer, relay = turn_real.PEER, (turn_real.FIRST[0], 52000)
    capture.udp(turn_real.CLIENT, peer, turn_real.foundation(identity(1), b"1"))
    capture.udp(("192.0.2.21", 50000), relay, turn_real.send(identity(2), peer, b"data", 5))
    capture.udp(("192.0.2.22", 50000), peer, turn_real.old_request(identity(3, False)))
    capture.tcp(("192.0.2.23", 50000), peer).send(0, turn_real.framed(turn_real.foundation(identity(4), b"1")))
    capture.tcp(("192.0.2.24", 50000), relay).send(0, turn_real.send(identity(5), peer, b"data", 6))


def test_packets_of_others_do_not_hide_ours(bench):
    """Wherever a packet of others stands in the capture, ours are the same, and so is it."""
    columns = ["frame.protocols", "msturn.type", "msice.check.type", "_ws.col.Info"]
    alone = Capture()
    of_ours(alone)
    expected = bench.fields(story(bench, "alone.pcap", alone), columns, "-Y", "msturn || msice")
    assert len(expected) == 5
    for options in ((), ("-2",)):
        mixed = Capture()
        others_first(mixed)
        others = len(mixed.frames)
        of_ours(mixed)
        path = story(bench, "mixed.pcap", mixed)
        found = bench.fields(path, columns, "-Y", "msturn || msice", *options)
        # the second pass alone knows that no answer follows
        assert [[[value.replace(", unanswered", "") for value in cell] for cell in row] for row in found] == expected
        shown = ("-V", "-Y", f"frame.number <= {others}", *options)
        assert bench.tshark(path, *shown) == bench.tshark(path, *shown, plugin=False)


def test_heuristics_switched_off_stay_off(bench):
    """Also where a stock heuristic is asked first."""
    mixed = Capture()
    others_first(mixed)
    of_ours(mixed)
    path = story(bench, "off.pcap", mixed)
    off = [word for name in ("msturn_udp", "msice_udp", "msturn_tcp") for word in ("--disable-heuristic", name)]
    assert bench.frames(path, "msturn || msice", *off) == []
    assert bench.tshark(path, "-V", *off) == bench.tshark(path, "-V", plugin=False)
