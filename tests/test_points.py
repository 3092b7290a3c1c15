# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls captured at two points: told from the client's, with what the other one has seen of them. The table of stories
(outcome, path and cause) is tested in test_outcome.py, with all others; here what the second point adds."""
import collections
import functools
import json
import re

import pytest

import captures
from call_table import CANDIDATES, rows_of
from conftest import TOP
from gen import packet_alikes, packet_failures, packet_stories
from gen.capture_points import (CLIENT_POINT, EDGE_POINT, HOPS, ROWS, TRANSIT, Points, call_at_both, elsewhere,
                                ends_of, healthy, over_ipv6, request_lost, without_ident, write_points)
from gen.media_call import ALTERNATE, EDGE, EDGE_2, FOREIGN_EDGE, INNER_EDGE, OFFICE, RELAY, THIRD
from gen.tcp443 import server_hello
from gen.wire import EPOCH, Capture

pytestmark = pytest.mark.concluded

STORIES = {row.name: row.build for module in (packet_stories, packet_alikes, packet_failures) for row in module.ROWS}
POINTS = {row.name: row.build for row in ROWS}
RELAYS = {RELAY, ALTERNATE, THIRD, EDGE, EDGE_2, FOREIGN_EDGE, INNER_EDGE}


def written(bench, name, frames):
    """A file with an interface for each point."""
    path = bench.scratch / f"points-{name}.pcapng"
    write_points(path, sorted(frames, key=lambda frame: frame[0]))
    path.chmod(0o644)
    return path


def calls(bench, path):
    """The table of calls, without the number of the frame to look at, which is another one in another file."""
    rows = rows_of(bench.tshark(path, "-q", "-z", "msice,calls"))
    return [{name: cell for name, cell in row.items() if name != "frame"} for row in rows]


def at_relays_too(capture, apart, seen=lambda sent: True):
    """What goes to relays or comes from them is seen there, too, by a clock that is so many seconds ahead; seen: whether
    that point sees what the client sends, or what it is sent."""
    frames = []
    for when, data, captured in capture.frames:
        frames.append((when, data, captured, CLIENT_POINT))
        ends = ends_of(data)
        sent = ends[0] in capture.own
        if RELAYS & set(ends) and seen(sent):
            frames.append((when + apart, elsewhere(data, -HOPS if sent else HOPS, EDGE_POINT), captured, EDGE_POINT))
    return frames


@pytest.mark.parametrize("name", ["lync-own-relay", "teams-multiplexed", "refresh-refused", "lync-own-relay-tcp",
                                  "slow-443", "hello-swallowed", "http-407", "connection-limit", "direct-tcp",
                                  "credentials-refused"])
def test_told_as_from_the_client_alone(bench, name):
    """A second point changes nothing of what is told of a call, whatever its clock says."""
    capture = STORIES[name]().capture
    alone = calls(bench, written(bench, "alone", [(*frame, CLIENT_POINT) for frame in capture.frames]))
    assert len(alone) == 1
    for apart in (3.0, -3.0, 0.0, 20.0, -100.0, 100.0):
        assert calls(bench, written(bench, "both", at_relays_too(capture, apart))) == alone, apart


@pytest.mark.parametrize("apart", [3.0, -3.0])
@pytest.mark.parametrize("name", sorted(path.name for path in (TOP / "pcaps").glob("sbc-*.pcap")))
def test_direct_routing_at_two_points(bench, name, apart):
    """A trace of the SBC, merged with one from some routers on: the whole call by both."""
    frames = [(frame.time / 1e6 - EPOCH, frame.data, len(frame.data)) for frame in captures.read(TOP / "pcaps" / name)[0]]
    sbc = collections.Counter(end for _, data, _ in frames for end in ends_of(data)).most_common(1)[0][0]
    both = []
    for when, data, captured in frames:
        sent = ends_of(data)[0] == sbc
        there = when + apart + (TRANSIT if sent else -TRANSIT)
        both += [(when, data, captured, CLIENT_POINT),
                 (there, elsewhere(data, -HOPS if sent else HOPS, EDGE_POINT), captured, EDGE_POINT)]
    alone = calls(bench, written(bench, "alone", [(*frame, CLIENT_POINT) for frame in frames]))
    together = calls(bench, written(bench, "both", both))
    for row in alone + together:  # where the other clock is behind, the first frame of all is from there
        del row["start (UTC)"]
    assert alone and together == alone


@pytest.mark.parametrize("seen", [lambda sent: sent, lambda sent: not sent], ids=["sent", "received"])
@pytest.mark.parametrize("apart", [3.0, -3.0])
def test_a_point_that_sees_one_direction(bench, seen, apart):
    capture = STORIES["lync-own-relay"]().capture
    alone = calls(bench, written(bench, "alone", [(*frame, CLIENT_POINT) for frame in capture.frames]))
    half = calls(bench, written(bench, "half", at_relays_too(capture, apart, seen)))
    for row in alone + half:  # begin with an answer that nobody has asked for, where its clock is behind
        del row["start (UTC)"], row["setup (ms)"]
    assert half == alone


class Told:
    """What the frames of a story tell."""

    FIELDS = ["msice.call.point", "frame.interface_name", "msice.call.media.loss_place", "msturn.response_time",
              "msice.check.response_time", "msturn.retransmission", "msice.check.retransmission", "msturn.type",
              "msturn.response_in"]

    def __init__(self, bench, build):
        story = build()
        self.path = bench.scratch / f"points.pcap{'ng' if hasattr(story, 'points') else ''}"
        story.capture.write(self.path)
        self.path.chmod(0o644)
        self.frames = bench.rows(self.path, self.FIELDS, "-2")
        text = bench.tshark(self.path, "-2", "-V", "-Y", "msice.call.verdict")
        self.shown = {int(frame): words for frame, words in
                      re.findall(r"^ *\[Shown by frame: (\d+) \((.*)\)\]$", text, re.MULTILINE)}

    def said(self, pattern):
        """What the proofs say that matches, in the order of their frames: a tuple of the pattern's groups each."""
        return [found.groups() for _, words in sorted(self.shown.items()) for found in re.finditer(pattern, words)]


@pytest.fixture(scope="module")
def told(bench):
    return functools.cache(lambda name: Told(bench, POINTS[name]))


@pytest.mark.parametrize("name", ["two-points", "two-points-behind", "three-points", "two-points-tcp"])
def test_each_frame_names_its_point(told, name):
    frames = told(name).frames
    assert {row.one("msice.call.point") for row in frames.values()} == \
        {"client", "edge", *(["border"] if name == "three-points" else [])}
    assert all(row["msice.call.point"] == row["frame.interface_name"] for row in frames.values())


@pytest.mark.parametrize("name, with_interfaces", [("merged", "two-points"), ("merged-behind", "two-points-behind"),
                                                   ("merged-same-macs", "two-points")])
def test_points_of_a_file_without_interfaces(told, name, with_interfaces):
    """The points are told apart as the interfaces did it, in both directions."""
    points = [frame[3] for frame in POINTS[with_interfaces]().capture.sorted()]
    names = [row.one("msice.call.point") for row in told(name).frames.values()]
    assert set(names) == {"capture point 1", "capture point 2"}
    assert len(set(zip(points, names))) == 2


@pytest.mark.parametrize("name", ["tapped", "mirrored", "mirrored-lync", "mirrored-twice"])
def test_no_second_point(told, name):
    """A tap and a mirror port are one point each."""
    assert not any(row["msice.call.point"] for row in told(name).frames.values())


def test_one_interface_is_no_second_point(bench):
    for name in ("packets-teams-direct.pcap", "packets-two-interfaces.pcap", "turn-edge-call.pcap"):
        assert bench.frames(name, "msice.call", "-2") and bench.frames(name, "msice.call.point", "-2") == []


@pytest.mark.parametrize("name", ["two-points", "two-points-behind", "three-points", "merged", "merged-behind"])
def test_messages_are_linked_by_point(told, name):
    """An answer belongs to the request that the same point has seen; a copy at another point is no retransmission."""
    frames = told(name).frames
    times = [float(time) for row in frames.values() 
             for field in ("msturn.response_time", "msice.check.response_time") for time in row[field]]
    assert len(times) > 10 and max(times) < 0.1 and min(times) >= 0
    assert not any(row["msturn.retransmission"] or row["msice.check.retransmission"] for row in frames.values())
    linked = {number: row.one("msturn.response_in") for number, row in frames.items() if row["msturn.response_in"]}
    assert linked and all(frames[number]["msice.call.point"] == frames[int(answer)]["msice.call.point"]
                          for number, answer in linked.items())


def test_lost_on_the_way_there(told):
    story = told("two-points-request-lost")
    assert story.said(r"UDP Allocate request to .*, unanswered, 10 tries; (.*)") == \
        [("seen at client, never at edge: lost on the way there",)]


def without_neighbour(call):
    """Nothing but what the client sends and is sent."""
    call.capture.frames = [frame for frame in call.capture.frames if set(ends_of(frame[1])) & call.capture.own]
    return call


def test_not_seen_before_the_point_began(bench):
    """What was tried before the other point has seen anything at all may have come by there."""
    story = Told(bench, lambda: without_neighbour(request_lost()))
    assert story.said(r"UDP Allocate request to .*, unanswered, 10 tries; (.*)") == [("seen at client, never at edge",)]


def test_lost_on_the_way_back(told):
    """Two frames show it: the request at the client, the answer at the Edge."""
    story = told("two-points-answer-lost")
    ((answer,),) = story.said(r"unanswered, 10 tries; answered at edge \(frame (\d+)\), never seen at client: "
                              "lost on the way back")
    assert story.frames[int(answer)].one("msturn.type") == "0x0113"
    assert story.frames[int(answer)].one("msice.call.point") == "edge"
    assert int(answer) in story.shown


def test_reaches_the_relay_which_is_silent(told):
    story = told("two-points-relay-silent")
    ((frame,),) = story.said(r"UDP Allocate request to .*, 10 tries; seen at edge \(frame (\d+)\), not answered there")
    assert story.frames[int(frame)].one("msice.call.point") == "edge"
    assert story.said(r"TCP SYN to .*; seen at edge \(frame (\d+)\), not answered there")


@pytest.mark.parametrize("name", ["two-points-impostor", "two-points-impostor-behind", "two-points-syn-impostor",
                                  "two-points-hello-impostor", "two-points-udp-impostor"])
def test_proof_of_an_impostor(told, name):
    """What shows it are answers that the client got."""
    story = told(name)
    answers = [frame for frame, words in story.shown.items() if "the answer is seen at client, never at edge" in words]
    assert answers and all(story.frames[frame].one("msice.call.point") == "client" for frame in answers)


@pytest.mark.parametrize("name, place", [("two-points-media-lost", "between edge and client"),
                                         ("two-points-media-lost-before", "before edge")])
def test_where_media_are_lost(told, name, place):
    story = told(name)
    assert {value for row in story.frames.values() for value in row["msice.call.media.loss_place"]} == {place}
    assert story.said(rf"received media: 10\.0 % lost {place}, jitter")


def test_no_loss_has_no_place(told):
    assert not any(row["msice.call.media.loss_place"] for row in told("two-points").frames.values())


def test_sent_media_that_the_relay_does_not_get(bench):
    """What the client sends and the other point does not see is lost on its way there."""
    story = healthy()
    frames = story.capture.frames
    media = [frame for frame in frames if frame[3] == EDGE_POINT and frame[1][43] & 0x7F == 104
             and frame[1][50:54] == b"\xca\xfe\x00\x01"]
    assert len(media) == 40
    story.capture.frames = [frame for frame in frames if frame not in media[5:25:5]]
    places = Told(bench, lambda: story).frames.values()
    assert {value for row in places for value in row["msice.call.media.loss_place"]} == \
        {"between client and edge (10.0 %)"}


def hello_lost(apart):
    """The Edge answers the hello, and nothing of that arrives."""
    call = call_at_both(apart=(0.0, apart))
    call.first = call.allocate(INNER_EDGE, relayed=("203.0.113.5", 54829))
    for port in (50210, 50211):
        stream = call.connect(INNER_EDGE, port)
        call.hello(stream)
        call.capture.at(EDGE_POINT)
        stream.send(1, server_hello())
        call.capture.at(*call.capture.all)
        stream.segment(0, flags="FA", after=5.0)
    packet_failures.sharing_fails(call)
    call.first.release()
    return call


@pytest.mark.parametrize("apart", [3.0, 0.0, -3.0])
def test_the_answer_to_a_hello_is_lost(bench, apart):
    """Stock TCP reads a segment once, wherever it is seen first: what the client did not get does not count."""
    story = Told(bench, lambda: hello_lost(apart))
    assert story.said(r"TCP pseudo-TLS hello to .*, unanswered; answered at edge \(frame (\d+)\), never seen at client")


def both_clients():
    """Two clients, each with a capture of its own and a relay that the other one's packets never pass."""
    call = packet_stories.lync_direct()
    peer = packet_stories.OFFICE_PEER[0]
    other = packet_stories.lync(peer)
    other.allocate(EDGE_2, port=50040)
    frames = [(*frame, CLIENT_POINT) for frame in call.capture.frames]
    frames += [(when + 3, data, captured, EDGE_POINT) for when, data, captured in other.capture.frames]
    for when, data, captured in call.capture.frames:
        ends = ends_of(data)
        if peer in ends:
            sent = ends[0] in call.capture.own
            frames.append((when + 3, elsewhere(data, -HOPS if sent else HOPS, EDGE_POINT), captured, EDGE_POINT))
    return frames


def test_each_client_allocates_at_its_own_point(bench):
    """What the other client does with its own relay is told, although it is seen at its own point only."""
    path = written(bench, "clients", both_clients())
    rows = calls(bench, path)
    assert [(row["outcome"], row["path"], row["verdict"]) for row in rows] == [("connected", "direct", "-")]
    gathered = {row["local"] for row in rows_of(bench.tshark(path, "-q", "-z", "msice,candidates"), CANDIDATES)
                if row["what"] == "gathered"}
    assert {"10.10.1.20:50016", "10.20.1.30:50040"} <= gathered


def test_a_file_of_two_calls(bench):
    """Each of two clients is seen at its own interface and at the Edge: three interfaces, two calls."""
    frames = list(healthy().capture.frames)
    second = packet_stories.lync("10.10.1.21")
    second.numbers = 1000
    second.capture = Points({"10.10.1.21"}, INNER_EDGE, {"10.10.1.21": 128, INNER_EDGE: 126})
    second.first = second.allocate(INNER_EDGE, relayed=("203.0.113.5", 54999))
    second.first.release()
    frames += [(when + 40, data, captured, 2 if point == CLIENT_POINT else point)
               for when, data, captured, point in second.capture.frames]
    rows = calls(bench, written(bench, "calls", frames))
    assert [(row["from"], row["outcome"]) for row in rows] == [("10.10.1.20", "connected"), ("10.10.1.21", "incomplete")]


# --- packets that nothing tells from others with the same payload --------------------------------------------------


def told_of(bench, name, frames, has_points=True):
    """What is told of calls: outcome, path, cause, media, attempts; and the points of the frames."""
    path = bench.scratch / f"alike-{name}.pcap{'ng' if has_points else ''}"
    if has_points:
        write_points(path, frames)
    else:
        capture = Capture()
        capture.frames = frames
        capture.write(path)
    path.chmod(0o644)
    lines = bench.tshark(path, "-2", "-T", "fields", "-e", "msice.call.point", "-z", "msice,json").splitlines()
    calls_told = [json.loads(line) for line in lines if line.startswith("{")]
    told = [(call["outcome"], call.get("path", {}).get("name"), call.get("verdict", {}).get("cause"),
             call.get("verdict", {}).get("confidence"),
             {way: (media["packets"], media["lost"]) for way, media in call.get("media", {}).items()},
             [tuple(attempt.get(key) for key in ("kind", "outcome", "tries", "frame", "answer_frame"))
              for attempt in call["attempts"]]) for call in calls_told]
    return told, [line for line in lines if not line.startswith("{")]


def frames_of(name, change=lambda data: data):
    """The frames of a story, and whether they stand in a file with interfaces."""
    capture = POINTS[name]().capture
    frames = capture.sorted() if hasattr(capture, "sorted") else capture.frames
    return [(when, change(data), *rest) for when, data, *rest in frames], hasattr(capture, "sorted")


@pytest.mark.parametrize("name, change", [
    *((name, without_ident) for name in sorted(POINTS)),
    # Over relays: the addresses inside the messages stay IPv4, which nobody compares with the client's there.
    *((name, over_ipv6) for name in ("two-points", "two-points-tcp-behind", "two-points-impostor", "two-points-answer-lost",
                                     "merged", "merged-same-macs"))])
def test_packets_without_identification(bench, name, change):
    """IPv6 has none, and senders leave it out of IPv4: everything is told as if they had one. Mirrored frames have met
    nobody, whatever they have."""
    frames, has_points = frames_of(name)
    expected = told_of(bench, "ident", frames, has_points)
    assert any(expected[1]) == (not name.startswith(("tapped", "mirrored")))
    assert told_of(bench, "alike", frames_of(name, change)[0], has_points) == expected


# There nobody gets an answer over UDP, so that nobody goes on with one: what comes again may have been sent again.
SILENT = {"two-points-relay-silent", "two-points-answer-lost"}


def without_routers(data, point):
    """A frame of the Edge as if it stood where the client stands."""
    return data if point == CLIENT_POINT else elsewhere(data, HOPS if ends_of(data)[0] == OFFICE else -HOPS, point)


@pytest.mark.parametrize("name", sorted(name for name in POINTS if name.startswith("two-points") and name not in SILENT))
def test_no_router_between_the_points(bench, name):
    """The same where both points see the same TTL: who goes on with an answer does not ask for it again."""
    frames = [(when, without_routers(data, point), captured, point)
              for when, data, captured, point in frames_of(name)[0]]
    expected = told_of(bench, "near", frames)
    assert any(expected[1])
    frames = [(when, without_ident(data), *rest) for when, data, *rest in frames]
    assert told_of(bench, "near-alike", frames) == expected


def by_another_router(data, turn):
    """Every other packet has come through a router more, which hands it over here itself."""
    return data[:10] + bytes([turn]) + elsewhere(data, -turn, 0, macs=False)[11:]


def tries_again(name, ways):
    """A story as the client sees it, its packets without identification, and each one that has the payload of an earlier one
    by the next way."""
    counts, frames = collections.Counter(), []
    for when, data, captured, point in frames_of(name, without_ident)[0]:
        if point == CLIENT_POINT:
            frames.append((when, data, captured, counts[data[26:]]))
            counts[data[26:]] += 1
    assert max(counts.values()) > 3
    return [(when, *ways(data, turn % 2), captured) for when, data, captured, turn in frames]


@pytest.mark.parametrize("name", ["two-points-relay-silent", "two-points-request-lost"])
@pytest.mark.parametrize("ways", [lambda data, turn: (by_another_router(data, turn), CLIENT_POINT),
                                  lambda data, turn: (data, turn)], ids=["routers", "interfaces"])
def test_tries_by_two_ways_are_no_second_point(bench, name, ways):
    """A route that changes, or two network cards that send by turns: what is sent again comes by the other one."""
    frames = [(when, data, captured, point) for when, data, point, captured in tries_again(name, ways)]
    whole, points = told_of(bench, "ways", frames)
    assert not any(points)
    alone = told_of(bench, "ways-alone", [(*frame[:3], CLIENT_POINT) for frame in frames])[0]
    assert whole == alone


def test_interfaces_of_one_name(bench):
    """Captures of two computers, whose interfaces have the same name."""
    path = bench.scratch / "names.pcapng"
    write_points(path, healthy().capture.sorted(), ("eth0", "eth0"))
    path.chmod(0o644)
    names = {row.one("msice.call.point") for row in bench.rows(path, ["msice.call.point"], "-2").values()}
    assert names == {"eth0", "eth0 (2)"}
