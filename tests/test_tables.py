# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables never contradict the tree: what they call unanswered is what the frames call unanswered, by transaction."""
import re

import pytest

from call_table import CANDIDATES, rows_of
from conftest import TOP

pytestmark = pytest.mark.concluded

CAPTURES = sorted(path.name for path in (TOP / "pcaps").glob("*.pcap*"))
FIELDS = ["frame.number", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "udp.srcport", "tcp.srcport", "udp.dstport",
          "tcp.dstport", "icmp.type", "icmpv6.type", "msice.call", "msice.call.point", "msice.call.step", "msice.check.type",
          "msice.check.response_in", "msice.expert.check_unanswered", "msturn.destination.ipv4",
          "msturn.destination.port", "msturn.remote.ipv4", "msturn.remote.port", "msturn.type", "msturn.lifetime",
          "msturn.response_in", "msturn.pseudotls", "msturn.answered_by", "tcp.flags.syn", "tcp.flags.ack",
          "tcp.flags.reset"]
REQUEST, SUCCESS, ALLOCATE, HELLO = "1", "257", "3", "1"
NOBODY = ("0", "7")  # msturn.answered_by: silence, and a client that gave up


class Frame(dict):
    """The fields of a frame, each as a list of its values."""

    def first(self, *names):
        """The first value of the first field that has any."""
        return next((self[name][0] for name in names if self[name]), None)

    @property
    def source(self):
        return self.first("ip.src", "ipv6.src"), self.first("udp.srcport", "tcp.srcport")

    @property
    def destination(self):
        return self.first("ip.dst", "ipv6.dst"), self.first("udp.dstport", "tcp.dstport")

    @property
    def quoting(self):
        """It carries a part of another packet."""
        return bool(self["icmp.type"] or self["icmpv6.type"])

    @property
    def check(self):
        """The type of the only check in the frame; None where there is none, or more of them."""
        kinds = self["msice.check.type"]
        return str(int(kinds[0], 0)) if len(kinds) == 1 and not self.quoting else None

    @property
    def pair(self):
        """Between whom a check goes, the relay around it included."""
        peer = [self.first(name) for name in FIELDS if name.startswith(("msturn.destination", "msturn.remote"))]
        return self.first("msice.call"), self.source, self.destination, *peer


class Told:
    """What the frames of a capture say, and what its tables say."""

    def __init__(self, bench, name):
        words = [word for field in FIELDS for word in ("-e", field)]
        output = bench.tshark(name, "-2", "-T", "fields", "-E", "separator=|", *words, "-z", "msice,candidates",
                              "-z", "msice,tree")
        lines = (line.split("|") for line in output.split("\n") if re.match(r"\d+\|", line))
        self.frames = [Frame(zip(FIELDS, ([value for value in cell.split(",") if value] for cell in line)))
                       for line in lines if len(line) == len(FIELDS)]
        self.rows = rows_of(output, CANDIDATES)
        self.by_number = {frame.first("frame.number"): frame for frame in self.frames}
        self.tree = self.read_tree(output)

    @staticmethod
    def read_tree(output):
        """{(branch, name, leaf): count} of the statistics tree."""
        counts, path = {}, []
        for line in output.splitlines():
            found = re.match(r"( *)(\S.*?) {2,}(\d+) +\d+\.\d+ ", line)
            if found:
                depth = len(found.group(1))
                path = path[:depth] + [found.group(2)]
                counts[tuple(path)] = int(found.group(3))
        return counts

    def answered(self, frame):
        """The type of the answer to the check in a frame by its transaction; None = no answer."""
        number = frame.first("msice.check.response_in")
        return self.by_number[number].check if number else None


@pytest.fixture(scope="module")
def told(bench):
    known = {}

    def tell(name):
        if name not in known:
            known[name] = Told(bench, name)
        return known[name]

    return tell


@pytest.mark.parametrize("name", CAPTURES)
def test_frames_agree_with_themselves(told, name):
    """A check has an answer, or the finding that it has none."""
    for frame in told(name).frames:
        if frame.check == REQUEST:
            assert bool(frame["msice.check.response_in"]) != bool(frame["msice.expert.check_unanswered"]), frame


@pytest.mark.parametrize("name", CAPTURES)
def test_checks(told, name):
    """A pair is unanswered when no check between its ends is answered, wherever the answer comes from."""
    story = told(name)
    requests = {}
    for frame in story.frames:
        if frame.check == REQUEST:
            requests.setdefault(frame.pair, []).append(frame)
    for row in story.rows:
        if row["what"] != "checked":
            continue
        first = story.by_number[row["frame"]]
        if first.check is None:
            continue
        answers = {story.answered(frame) for frame in requests[first.pair]}
        if row["outcome"] == "unanswered":
            assert answers == {None}, row
        elif row["outcome"] == "answered" and len(first.pair) == 3:
            assert SUCCESS in answers, row


@pytest.mark.parametrize("name", CAPTURES)
def test_connections(told, name):
    """A connection is unanswered when nothing came back."""
    story = told(name)
    back = {}
    for frame in story.frames:
        if frame["tcp.flags.syn"] and not frame.quoting:
            kind = ("reset" if is_set(frame, "tcp.flags.reset") else
                    "accepted" if is_set(frame, "tcp.flags.syn") and is_set(frame, "tcp.flags.ack") else "other")
            back.setdefault((frame.destination, frame.source), set()).add(kind)
    for row in story.rows:
        if row["what"] == "connected":
            ends = tuple(tuple(row[end].rsplit(":", 1)) for end in ("local", "remote"))
            ends = tuple((host.strip("[]"), port) for host, port in ends)
            if row["outcome"] == "unanswered":
                assert not back.get(ends, set()) & {"reset", "accepted"}, row
            elif row["outcome"] == "answered":
                assert "accepted" in back[ends], row


def is_set(frame, name):
    return frame.first(name) in ("1", "True")


@pytest.mark.parametrize("name", CAPTURES)
def test_allocations(told, name):
    """No relay is unanswered for more sockets than have only unanswered requests to it; no hello either."""
    story = told(name)
    asked = {}
    for frame in story.frames:
        if not frame.quoting and [str(int(kind, 0)) for kind in frame["msturn.type"]] == [ALLOCATE] and \
                frame["msturn.lifetime"] != ["0"] and frame["msice.call"]:
            transport = "TCP" if frame["tcp.srcport"] else "UDP"
            asked.setdefault((transport, *frame.destination), {}).setdefault(
                (frame.source, frame.first("msice.call.point")), set()).add(
                bool(frame["msturn.response_in"]))
    for path, count in story.tree.items():
        if len(path) == 3 and path[0] == "Allocations by relay" and path[2] == "unanswered":
            transport, at = path[1].split(" ")
            host, port = at.rsplit(":", 1)
            silent = [socket for socket, answers in asked[transport, host.strip("[]"), port].items() if True not in answers]
            assert count <= len(silent), (path, silent)


@pytest.mark.parametrize("name", CAPTURES)
def test_hellos(told, name):
    """Hellos of which the statistics say that nobody answered have no answer in their frames."""
    story = told(name)
    silent = sum(1 for frame in story.frames if frame["msturn.pseudotls"][:1] == [HELLO] and frame["msice.call"]
                 and frame["msturn.answered_by"][:1] in ([], *([value] for value in NOBODY)))
    assert story.tree.get(("Pseudo-TLS hello answered by", "nobody"), 0) <= silent


@pytest.mark.parametrize("name", CAPTURES)
def test_step_of_a_check(told, name):
    """A check is a check, also inside a TURN message, unless it is defective."""
    for frame in told(name).frames:
        if "bad-input" not in name and frame.check and frame["msice.call"]:
            assert frame["msice.call.step"] == ["connectivity check"] * len(frame["msice.call"]), frame


def test_something_is_compared(told):
    """The captures have unanswered pairs, connections, relays and hellos to be wrong about."""
    whats = {(row["what"], row["outcome"]) for name in CAPTURES for row in told(name).rows}
    assert {("checked", "unanswered"), ("checked", "answered"), ("connected", "unanswered")} <= whats
    leaves = {path[-1] for name in CAPTURES for path in told(name).tree}
    assert {"unanswered", "answered", "nobody"} <= leaves
