# SPDX-License-Identifier: GPL-2.0-or-later
"""What the windows show first: the cause, where it is looked for; and the way from a frame back to the header."""
import re

import pytest

from gen import turn_messages as turn
from gen.wire import Capture
from sharkd import Sharkd

STORY = "story-proxy-443.pcap"


def tree(bench, capture, frame):
    return bench.tshark(capture, "-2", "-V", "-Y", f"frame.number == {frame}").splitlines()


def at(lines, words):
    """The index of the first line with the words, and how deep it stands."""
    index = next(i for i, line in enumerate(lines) if words in line)
    return index, len(lines[index]) - len(lines[index].lstrip())


def test_cause_stands_first_in_the_header(bench):
    lines = tree(bench, STORY, 23)
    header, depth = at(lines, "Microsoft diagnostics header: 23")
    cause, below = at(lines, "[Most likely cause: An application-layer firewall")
    assert header < cause < at(lines, "Error ID: 23")[0] and below == depth + 4


def test_flags_that_are_set_stand_before_those_that_are_not(bench):
    lines = tree(bench, STORY, 23)
    flags, depth = at(lines, "ICE warning flags: 0x800128 (")
    unset, fold = at(lines, "Flags not set")
    inside = [line for line in lines if re.search(r"[01.] = .*: (Set|Not set)$", line)]
    shown = [line for line in lines[flags:unset] if line in inside]
    assert len(shown) == 4 and all(line.endswith(": Set") for line in shown) and fold == depth + 4
    assert all(len(line) - len(line.lstrip()) == depth + 4 for line in shown)
    hidden = [line for line in lines[unset:] if "= pseudo-TLS failed" in line or line.endswith(" = unknown bits: Not set")]
    assert len(hidden) == 1 and len(hidden[0]) - len(hidden[0].lstrip()) == fold + 4
    # the evidence stands below its flag
    bit, place = at(lines, "= pseudo-TLS failed: Set")
    assert "[Evidence: 1 for it" in lines[bit + 1] and len(lines[bit + 1]) - len(lines[bit + 1].lstrip()) == place + 4


def test_frames_link_to_the_header_that_they_show(bench):
    rows = bench.rows(STORY, ["msice.call.shows", "msice.call.shows.header", "msice.call.verdict.header"], "-2")
    assert rows[13]["msice.call.shows"] == ["the cause, firewall_443", "0x8 TCP allocation failed", "0x800000 pseudo-TLS failed"]
    assert set(rows[13]["msice.call.shows.header"]) == {"23"}
    assert rows[10]["msice.call.shows"] == [] and rows[10]["msice.call.verdict.header"] == ["23"]


def test_frames_that_contradict_a_flag_say_so(bench):
    rows = bench.rows("story-both-remote-alike.pcap", ["msice.call.contradicts", "icewarn.evidence.contradiction"], "-2")
    frames = {number for number, row in rows.items() if row["msice.call.contradicts"]}
    listed = {int(frame) for row in rows.values() for frame in row["icewarn.evidence.contradiction"]}
    assert frames == listed and frames


def test_a_cause_without_a_header_is_shown_without_a_link(bench):
    rows = bench.rows("packets-teams-443-reset.pcap", ["msice.call.shows", "msice.call.shows.header"], "-2")
    assert rows[15]["msice.call.shows"] == ["the cause, relay_blocked"] and rows[15]["msice.call.shows.header"] == []


def test_info_says_what_the_colour_means(bench):
    infos = dict(enumerate(bench.infos(STORY, "-2"), 1))
    assert infos[13] == "Pseudo-TLS Client Hello, unanswered"
    assert infos[16].endswith("applicationsharing: no relay candidate over TCP")
    infos = dict(enumerate(bench.infos("packets-teams-443-reset.pcap", "-2"), 1))
    assert infos[1] == "Allocate Request, unanswered"
    assert infos[26].endswith(", unanswered") and "Binding Request" in infos[26]


def test_what_was_answered_is_not_called_unanswered(bench):
    """On one pass nobody knows yet; on two the healthy call has its answers."""
    assert not any("unanswered" in info for info in bench.infos(STORY))
    infos = dict(enumerate(bench.infos(STORY, "-2"), 1))
    assert "unanswered" not in infos[6] and "unanswered" not in infos[8]


def ladder(bench, capture, *options):
    """The columns of the ladder, and its lines as (what stands above the arrow, comment)."""
    text = bench.tshark(capture, "-2", "-q", "-z", ",".join(("flow", "msice", "network", *options))).splitlines()
    columns = re.findall(r"\d+\.\d+\.\d+\.\d+", "".join(text[:2]))
    lines = [line.split("|") for line in text if re.match(r"(\d+ *)?\|\d", line)]  # several calls have a column
    return columns, [("".join(cells[2:-1]).strip(), cells[-1].strip()) for cells in lines]


def test_ladder_has_the_peer_behind_the_relay_as_a_column(bench):
    columns, lines = ladder(bench, "story-internal-remote.pcap")
    assert {"192.0.2.10", "203.0.113.5", "198.51.100.5", "10.10.1.30"} < set(columns)
    checks = [label for label, comment in lines if "connectivity check" in comment]
    assert checks == ["check, unanswered"] * 6  # three checks, each to the relay and on
    assert [comment for _, comment in lines if "edges_apart (high)" in comment] == [
        "Call 1: failed, edges_apart (high): Both sides have relays, but the two Edges cannot reach each other over TCP."]
    assert ("TCP connection attempt", "Call 1, TCP connection: 50210 → 443 [SYN] Seq=0 Win=65000 Len=0") in lines


def test_ladder_of_a_call_that_a_filter_chooses(bench):
    every = ladder(bench, "diag-stories-udp.pcap")[1]
    one = ladder(bench, "diag-stories-udp.pcap", "msice.call == 1")[1]
    assert 0 < len(one) < len(every) and {comment[:7].rstrip(":,") for _, comment in one} == {"Call 1"}


def test_media_are_a_begin_and_an_end(bench):
    lines = ladder(bench, "packets-teams-nat.pcap")[1]
    assert [label for label, _ in lines if label.startswith("media")] == ["media begin", "media end"]


@pytest.mark.parametrize("name", ["packets-loss.pcap", "packets-jitter.pcap", "packets-gap.pcap"])
def test_a_cause_in_the_middle_of_media_has_its_arrow(bench, name):
    """All other packets of media there have none."""
    comments = [comment for label, comment in ladder(bench, name)[1] if label == "media"]
    assert len(comments) == 1 and "media_quality" in comments[0]


def test_what_dns_said_belongs_to_the_call_that_fails_by_it(bench):
    rows = bench.rows("packets-name-not-found.pcap", ["msice.call", "msice.call.step", "msice.call.shows", "msice.call.verdict.frame", "dns"], "-2")
    lookups = {number: row for number, row in rows.items() if row["msice.call.step"] == ["name lookup"]}
    assert lookups and all(row["dns"] and row["msice.call"] == ["1"] for row in lookups.values())
    causes = {int(frame) for row in rows.values() for frame in row["msice.call.verdict.frame"]}
    shown = {number for number, row in rows.items() if "the cause, dns_failure" in row["msice.call.shows"]}
    assert causes == shown


def test_labels_do_not_come_from_names(bench):
    """A check is what it is, whatever its user is called."""
    capture, ends = Capture(), (("192.0.2.10", 50000), ("198.51.100.5", 51000))
    for number, name in enumerate((b"Success:peer", b"Error:peer", b"nominated:x", b"plain:name")):
        capture.udp(*ends, turn.check_request(turn.identity(number), name))
    capture.udp(*reversed(ends), turn.check_error(turn.identity(1), 487, b"Success is no role"))
    path = bench.write("names.pcap", b"")
    capture.write(path)
    labels = [label for label, _ in ladder(bench, path)[1]]
    assert labels == ["check, unanswered", "check", *["check, unanswered"] * 2, "check refused"]


def test_sharkd_serves_the_ladder(bench):
    with Sharkd(bench, "story-internal-remote.pcap") as sharkd:
        flow = sharkd.tap("seqa:msice")
    relay, peer = flow["nodes"].index("203.0.113.5"), flow["nodes"].index("198.51.100.5")
    assert [relay, peer] in [line["n"] for line in flow["flows"]]
    assert any("edges_apart (high)" in line["c"] for line in flow["flows"])


def test_sharkd_serves_voip_calls(bench):
    """From Wireshark 4.4 on; before, the window alone has them (tests/test_gui.py)."""
    with Sharkd(bench, "story-internal-remote.pcap") as sharkd:
        answer = sharkd.ask("tap", tap0="voip-calls")
    if bench.version < (4, 2):
        assert "error" in answer
        return
    calls = answer["result"]["taps"][0]["calls"]
    assert any("edges_apart (high)" in str(call) for call in calls), calls


def test_foreign_traffic_has_no_ladder(bench):
    assert ladder(bench, "other-traffic.pcap")[1] == []


def test_findings_stand_under_the_protocol_that_they_belong_to(bench):
    """Not under UDP, SIP or Frame, as the dissector that ran last would have it."""
    for capture in ("packets-teams-443-reset.pcap", "sig-findings.pcap", "turn-multiplexed.pcap"):
        text = bench.tshark(capture, "-2", "-q", "-z", "expert")
        assert not [line for line in text.splitlines()
                    if re.search(r" (UDP|SIP|Frame) +(No answer|The check|audio:|The connection to|The call ends|The Allocate)",
                                 line)], text
    text = bench.tshark("packets-teams-443-reset.pcap", "-2", "-q", "-z", "expert")
    assert re.search(r"\b21 +Sequence +MS-ICE +No answer to this check", text), text


def test_a_healthy_call_has_no_error(bench):
    """The light in the status bar stays off red, although the first of its relays was down."""
    for capture in ("packets-first-edge-down.pcap", "packets-teams-nat.pcap", "packets-lync-own-relay.pcap"):
        rows = bench.rows(capture, ["msice.call.outcome", "_ws.expert.severity"], "-2")
        assert {value for row in rows.values() for value in row["msice.call.outcome"]} == {"connected"}
        assert max((int(value) for row in rows.values() for value in row["_ws.expert.severity"]), default=0) < 0x800000


def test_a_frame_says_once_that_nobody_answers(bench):
    rows = bench.rows("packets-teams-443-reset.pcap", ["_ws.expert.message"], "-2")
    assert all(sum("without an answer" in text or "No answer" in text for text in row["_ws.expert.message"]) <= 1
               for row in rows.values()) and "without an answer" in " ".join(rows[10]["_ws.expert.message"])


def test_numbers_sort_by_their_value(bench):
    """The windows sort by text."""
    with Sharkd(bench, "sbc-ends.pcap") as sharkd:
        shown = sharkd.tap("nstat:msice,calls,window")
    place = shown["fields"].index({"c": "Frame"})
    frames = [row[place] for row in shown["tables"][0]["i"] if row[place].strip() != "-"]
    assert sorted(frames) == sorted(frames, key=int) != sorted(frames, key=str.strip)
