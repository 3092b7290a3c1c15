# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that are cut by a snap length: less is told of them, and nothing else."""
import base64
import collections
import json
import random

import pytest

from call_table import CANDIDATES, rows_of
from conftest import TOP
from gen import packet_stories, tcp443, turn_messages as turn
from gen.msturn import CLIENT, EDGE, PEER, RELAYED, SEEN
from gen.wire import Capture

pytestmark = pytest.mark.concluded

CAPTURES = sorted(path.name for path in (TOP / "pcaps").iterdir() if path.suffix in (".pcap", ".pcapng"))
GROUPS = 6
WARN = 0x00600000  # severities from here on

# What a cut frame may be said in addition, by what the text begins with, and why.
ALLOWED = {
    "MS-TURN does not allow this message type":
        "it does not; that another kind of TURN is spoken, where it is allowed, was in messages that were cut",
    "Illegal characters found in header name":
        "stock HTTP's words for a cut header line, which the plugin has handed to it",
}


@pytest.fixture(scope="module")
def whole(bench):
    """The row of each healthy story, uncut."""
    return {row.name: told(bench, row.build(), 262144) for row in packet_stories.ROWS if row.outcome == "connected"}


def told(bench, call, snap):
    return rows_of(bench.tshark(written(bench, getattr(call, "capture", call), snap), "-q", "-z", "msice,calls"))


def written(bench, capture, snap):
    path = bench.scratch / f"snapped-{snap}.pcap"
    capture.write(path, snap)
    path.chmod(0o644)
    return str(path)


@pytest.mark.parametrize("snap", [70, 80, 88, 96, 112, 128, 160, 200])
def test_less_and_nothing_else(bench, whole, snap):
    wrong = []
    for story in packet_stories.ROWS:
        if story.name not in whole:
            continue
        for row in told(bench, story.build(), snap):
            known = whole[story.name][0]
            if row["outcome"] not in (known["outcome"], "incomplete"):
                wrong.append((story.name, "outcome", row["outcome"], known["outcome"]))
            # A NAT shows in what checks are answered with, which is cut first.
            if (row["path"] not in (known["path"], "-", "direct")
                    and not ("relay" in row["path"] and "relay" in known["path"])):
                wrong.append((story.name, "path", row["path"], known["path"]))
            if row["relay"] not in (known["relay"], "-"):
                wrong.append((story.name, "relay", row["relay"], known["relay"]))
            if row["verdict"].split(" ")[0] not in (known["verdict"].split(" ")[0], "-"):
                wrong.append((story.name, "verdict", row["verdict"], known["verdict"]))
    assert wrong == []


def accusations(bench, path, plugin=True):
    """{(frame, what happened): how often}, of the expert items that are warnings or errors. What happened is what
    stands in front of the colon: behind it are details."""
    rows = bench.rows(path, ["_ws.expert.severity", "_ws.expert.message"], "-2", "-Y", "_ws.expert", plugin=plugin)
    return collections.Counter((frame, text.split(": ")[0]) for frame, row in rows.items()
                               for severity, text in zip(row["_ws.expert.severity"], row["_ws.expert.message"])
                               if int(severity, 0) >= WARN)


def cut(bench, path, snap):
    to = bench.scratch / f"cut-{snap}.pcapng"
    bench.run("editcap", "-s", snap, path, to)
    return str(to)


@pytest.fixture(scope="module")
def joined(bench):
    """All captures, some in a file, one behind the other, with the accusations of each file: {path: accusations}."""
    found = {}
    for number in range(GROUPS):
        path = bench.scratch / f"joined-{number}.pcapng"
        bench.run("mergecap", "-a", "-w", path, *map(bench.capture, CAPTURES[number::GROUPS]))
        found[str(path)] = accusations(bench, str(path))
    return found


@pytest.mark.parametrize("snap", [60, 70, 80, 90, 96, 104, 112, 128, 144, 160, 180, 200])
def test_nobody_is_accused_of_what_the_capture_cut(bench, joined, snap):
    """A cut frame has no warning and no error that the whole one has not."""
    wrong = []
    for path, known in joined.items():
        wrong += [(path, *what) for what in accused_more(bench, cut(bench, path, snap), known)]
    assert wrong == []


def accused_more(bench, path, known):
    """The accusations of a cut capture that the whole one has not."""
    more = accusations(bench, path) - known
    if more:  # What stock says of a cut frame is its own.
        more -= accusations(bench, path, plugin=False)
    return [what for what in more if not what[1].startswith(tuple(ALLOWED))]


def udp(capture, sent, data, held=None):
    """A datagram of which the capture holds so many bytes; None = all."""
    capture.udp(*((CLIENT, EDGE) if sent else (EDGE, CLIENT)), data)
    when, frame, _ = capture.frames[-1]
    capture.frames[-1] = (when, frame, held if held is None else UDP_PAYLOAD + held)


UDP_PAYLOAD = 42
HEADER = 20


def expert_names(bench, capture, *options):
    """{frame: names of the expert items of MS-TURN and of checks}, without those on links between messages."""
    names = ["msturn.expert." + name for name in (
        "attribute_missing", "no_relayed_address", "relayed_address_private", "challenge", "unauthorized", "padded",
        "attribute_unknown_mandatory", "cut_by_capture", "payload_unreadable", "integrity_wrong",
        "integrity_not_verified", "released", "length_beyond")]
    names += ["msice.expert.check_cut", "msice.expert.check_attribute"]
    rows = bench.rows(written(bench, capture, 262144), names, "-2", *options)
    return {frame: [name.split(".")[-1] for name in names if row[name]] for frame, row in rows.items()}


def test_what_is_there_is_judged(bench):
    """Of a cut message the private relayed address is there, the reflexive one may be in the rest."""
    capture = Capture()
    success = turn.allocated(turn.identity(1), ("10.1.2.3", 53001), SEEN)
    udp(capture, True, turn.allocate(turn.identity(1), signed=True))
    udp(capture, False, success, HEADER + 8 + 8 + 12 + 4)
    udp(capture, False, turn.challenge(turn.identity(1)), HEADER + 8 + 8 + 4 + 16)
    udp(capture, False, turn.failure(0x0113, turn.identity(1), 420, b"Unknown", turn.att(0x000A, b"\x80\x37")), HEADER + 8 + 15)
    assert list(expert_names(bench, capture).values()) == [
        [], ["relayed_address_private", "cut_by_capture"], ["unauthorized", "cut_by_capture"], ["cut_by_capture"]]


def test_a_request_that_was_cut(bench):
    """It may have had credentials, and been a release: its whole answer is judged by neither."""
    capture = Capture()
    request = turn.allocate(turn.identity(1), turn.num(0x000D, 0), signed=True)
    bare = turn.message(0x0103, turn.identity(1), turn.VERSION, key=turn.LONG_TERM)
    without_user = HEADER + 8 + 8 + 8
    udp(capture, True, request, without_user)
    udp(capture, False, bare)
    udp(capture, False, turn.challenge(turn.identity(1)))
    with_nonce = turn.allocate(turn.identity(2), signed=True)
    udp(capture, True, with_nonce, len(with_nonce) - 24)
    udp(capture, False, turn.challenge(turn.identity(2)))
    assert list(expert_names(bench, capture).values()) == [
        ["cut_by_capture"], [], [], ["cut_by_capture"], ["unauthorized"]]
    infos = bench.infos(written(bench, capture, 262144), "-2")
    assert [info.removesuffix(", unanswered") for info in infos] == [
        "Allocate Request", "Allocate Success", "Allocate Error 401 (challenge or refusal)",
        "Allocate Request with credentials", "Allocate Error 401 (credentials refused)"]


def test_padded_and_cut(bench):
    """How the attributes of a part are padded shows in what stands behind the first odd one."""
    parts = [part + bytes(-len(part) % 4) for part in (turn.att(0x8022, b"2.0.1.211"), turn.num(0x8008, 4),
                                                       turn.att(0x0011, turn.addr(PEER)))]
    capture = Capture()
    data = turn.message(0x0006, turn.identity(1), *parts)
    for held in range(len(data) - 11, len(data)):
        udp(capture, True, data, held)
    assert set(map(tuple, expert_names(bench, capture).values())) == {("padded", "cut_by_capture")}


def test_rtcp_that_was_cut(bench):
    """Cut in any place it is no damage; where its own length says so, it is one in a cut frame, too."""
    capture = Capture()
    report = turn.rtcp()
    for held in range(4, len(report)):
        udp(capture, False, turn.indication(turn.identity(held), PEER, report), HEADER + 8 + 12 + 4 + held)
    broken = b"\x80\xc8\xff\xff" + report[4:]
    udp(capture, False, turn.indication(turn.identity(1), PEER, broken), HEADER + 8 + 12 + 4 + 20)
    *cut_only, damaged = expert_names(bench, capture).values()
    assert set(map(tuple, cut_only)) == {("cut_by_capture",)}
    assert damaged == ["cut_by_capture", "payload_unreadable"]


def test_a_check_that_was_cut(bench):
    """It is said wherever the cut is, between two attributes, too; a pair whose checks were cut may have been
    nominated."""
    capture, request = Capture(), turn.old_request(turn.identity(1, False), nominated=True)
    for held in range(HEADER + 4 + len(turn.old_username(*turn.IDS, 1)), len(request) - 24):
        udp(capture, True, request, held)
    assert set(map(tuple, expert_names(bench, capture).values())) == {("check_cut",)}
    row, *_ = rows_of(bench.tshark(written(bench, capture, 262144), "-q", "-z", "msice,candidates"), CANDIDATES)
    assert row["nominated"] == "-"


def test_integrity_behind_a_cut_challenge(bench):
    """Without its realm nobody knows the key."""
    capture = Capture()
    user = turn.att(0x0006, turn.USERNAME)
    answered = turn.message(0x0006, turn.identity(2), user, key=turn.LONG_TERM)
    challenge = turn.challenge(turn.identity(1))
    udp(capture, True, turn.allocate(turn.identity(1)))
    udp(capture, False, challenge, len(challenge) - 2)
    udp(capture, True, answered)
    udp(capture, False, turn.message(0x0106, turn.identity(2), turn.sequence(0), key=turn.LONG_TERM))
    name = base64.b64encode(turn.USERNAME).decode()
    row = ("-o", f'uat:msturn_passwords:"{name}","","{turn.PASSWORD.decode()}"')
    found = list(expert_names(bench, capture, *row).values())
    assert [names[-1:] for names in found] == [[], ["cut_by_capture"], ["integrity_not_verified"], ["integrity_not_verified"]]


@pytest.mark.parametrize("snap", [UDP_PAYLOAD + 36, 262144])
def test_a_release_that_was_cut(bench, snap):
    """What may give the allocation up, asked in vain at the end, is no refresh; nor does it begin another call."""
    capture = Capture()
    udp(capture, True, turn.allocate(turn.identity(1)))
    udp(capture, False, turn.challenge(turn.identity(1)))
    udp(capture, True, turn.allocate(turn.identity(2), signed=True))
    udp(capture, False, turn.allocated(turn.identity(2), RELAYED, SEEN))
    capture.now += 30
    for again in range(4):
        capture.now += 0.65
        udp(capture, True, turn.allocate(turn.identity(3), turn.num(0x000D, 0), signed=True))
    (call,) = map(json.loads, bench.tshark(written(bench, capture, snap), "-q", "-z", "msice,json").splitlines())
    assert [attempt["tries"] for attempt in call["attempts"]] == [2]


def framed(number):
    """A relay's connection with frames of all kinds and lengths, in segments that know nothing of them."""
    dice, capture = random.Random(number), Capture()
    for port in range(50500, 50540):
        stream = capture.tcp((CLIENT[0], port), (EDGE[0], 443))
        stream.send(0, tcp443.client_hello())
        frames = [[], []]
        for count in range(30):
            content = tcp443.rtp(count, tcp443.opaque(f"{number} {port} {count}", dice.choice([4, 20, 60, 170, 900])))
            frames[dice.random() < 0.6].append(dice.choice([
                tcp443.control(tcp443.ALLOCATE), tcp443.control(tcp443.ALLOCATED), tcp443.data(content),
                tcp443.data(content), tcp443.data(content, inner=False)]))
        bytes_of = [b"".join(frames[0]), tcp443.server_hello() + b"".join(frames[1])]
        if dice.random() < 0.5:  # the hello alone, as a rule
            stream.send(1, bytes_of[1][:83])
            bytes_of[1] = bytes_of[1][83:]
        while any(bytes_of):
            side = dice.randrange(2)
            size = dice.choice([1, 3, 40, 100, 300, 700, 1400])
            if bytes_of[side]:
                stream.segment(side, bytes_of[side][:size])
                bytes_of[side] = bytes_of[side][size:]
    return capture


@pytest.mark.parametrize("number", range(3))
def test_frames_in_cut_segments(bench, number):
    """Where the next frame begins stands in what was cut, or is put together with nothing: that is no fault of the
    stream."""
    capture, wrong = framed(number), []
    known = accusations(bench, written(bench, capture, 262144))
    for snap in range(60, 201, 20):
        wrong += [(snap, *what) for what in accused_more(bench, written(bench, capture, snap), known)]
    assert wrong == []
