# SPDX-License-Identifier: GPL-2.0-or-later
"""What the windows show first: the cause, where it is looked for; and the way from a frame back to the header."""
import re

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
