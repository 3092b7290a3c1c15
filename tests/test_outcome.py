# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls without signalling: outcome, path and cause of each story, in the table and in the tree."""
import functools
import re

import pytest

from call_table import CALLS, COLUMNS, cause, lines_of, rows_of
from conftest import TOP
from gen import (call_ends, capture_points, contradictions, lab_lessons, networks, packet_alikes, packet_failures, packet_stories,
                 path_signs, tls_relays)
from gen.story_rows import CONFIDENCES

pytestmark = pytest.mark.concluded

MODULES = (packet_stories, packet_alikes, packet_failures, capture_points, lab_lessons, path_signs, tls_relays, call_ends, contradictions,
           networks)
ROWS = {row.name: row for module in MODULES for row in module.ROWS}
FIELDS = ["msice.call", "msice.call.outcome", "msice.call.path", "msice.call.path.transport", "msice.call.verdict.rule",
          "msice.call.verdict.confidence", "msdiag.verdict.rule"]


def one_of(expected):
    """The answers that a row allows."""
    return expected if isinstance(expected, tuple) else (expected,)


@functools.cache
def warnings():
    """The expert items of ours that are warnings or errors, from the table of findings."""
    found = re.findall(r"^\| `((?:msturn|msice)\.expert\.\w+)` \| (Warn|Error) ", (TOP / "docs" / "expert.md").read_text(encoding="utf-8"),
                       re.MULTILINE)
    assert len(found) > 20
    return [name for name, _ in found]


@pytest.fixture(scope="module")
def told(bench):
    """A function that gives of a story the rows of -z msice,calls, and of each frame the fields asked for here."""
    names = [*FIELDS, "_ws.malformed", *warnings()]

    @functools.cache
    def tell(name):
        story = ROWS[name].build()
        path = bench.scratch / f"{name}.pcap{'ng' if hasattr(story, 'points') else ''}"
        story.capture.write(path)
        path.chmod(0o644)
        words = [word for field in names for word in ("-e", field)]
        output = bench.tshark(str(path), "-2", "-T", "fields", "-E", "separator=|", *words, "-z", "msice,calls")
        frames = [line.split("|") for line in output.split("\n")[:len(story.capture.frames)]]
        return rows_of(output), [dict(zip(names, cells)) for cells in frames]

    return tell


def test_names():
    """Names are unique; each cause of the design has a story, and a look-alike that must not get it."""
    rows = [row for module in MODULES for row in module.ROWS]
    assert len(rows) == len(ROWS) == len({name.lower() for name in ROWS})
    causes = {rule for row in rows for rule in one_of(row.rule) if rule}
    excluded = {rule for row in rows for rule in row.wrong}
    assert causes - excluded <= {"no_relay_configured"}


def test_columns(bench):
    """The nine columns of before, then what the packets tell; the contract from now on."""
    heading = lines_of(bench.tshark("packets-teams-direct.pcap", "-q", "-z", "msice,calls"), CALLS)[0].split(" | ")
    assert heading[:9] == CALLS.split(" | ")
    assert heading[9:] == list(COLUMNS)


@pytest.mark.parametrize("name", ROWS)
def test_one_call(told, name):
    """All that happens is one call, and nothing of it is left out: the same in one pass and in two."""
    rows, frames = told(name)
    (row,) = rows
    assert {frame["msice.call"] for frame in frames} - {""} == {row["call"]}


@pytest.mark.parametrize("name", ROWS)
def test_outcome(told, name):
    rows, _ = told(name)
    if ROWS[name].outcome is not None:
        assert [row["outcome"] in one_of(ROWS[name].outcome) for row in rows] == [True], rows


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.path])
def test_path(told, name):
    rows, _ = told(name)
    assert [row["path"] for row in rows] == [ROWS[name].path]
    if ROWS[name].transport:
        assert [row["transport"] for row in rows] == [ROWS[name].transport]
    if ROWS[name].local:
        assert [row["local"].rpartition(":")[0].strip("[]") for row in rows] == [ROWS[name].local]
    if ROWS[name].rtt is not None:
        assert [round(float(row["RTT (ms)"])) for row in rows] == [ROWS[name].rtt]


@pytest.mark.parametrize("name", ROWS)
def test_cause(told, name):
    """The cause, how sure it is, and none of those that one might think of."""
    row = ROWS[name]
    rows, _ = told(name)
    found = [cause(line["verdict"]) for line in rows]
    rules = {verdict.rule if verdict else None for verdict in found}
    assert not rules & set(row.wrong)
    assert rules <= set(one_of(row.rule)) and rules
    for verdict in found:
        if verdict:
            rank = CONFIDENCES.index(verdict.confidence)
            assert CONFIDENCES.index(row.least) <= rank <= CONFIDENCES.index(row.most), verdict


@pytest.mark.parametrize("name", ROWS)
def test_tree_agrees(told, name):
    """What the frames of the call say below it is what the table says."""
    (row, *_), frames = told(name)
    verdict = cause(row["verdict"])
    mine = [frame for frame in frames if frame["msice.call"]]
    assert mine
    for field, expected in (("msice.call.outcome", row["outcome"]), ("msice.call.path", row["path"]),
                            ("msice.call.path.transport", row["transport"]),
                            ("msice.call.verdict.rule", verdict.rule if verdict else "-"),
                            ("msice.call.verdict.confidence", verdict.confidence if verdict else "-")):
        assert {frame[field] or "-" for frame in mine} == {expected}, field
    assert {frame["msdiag.verdict.rule"] for frame in frames} - {""} <= {verdict.rule if verdict else ""}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.healthy and row.clean])
def test_healthy_is_clean(told, name):
    """Nothing in a call that works deserves a warning of ours."""
    _, frames = told(name)
    assert [(number, item) for number, frame in enumerate(frames, 1) for item in warnings() if frame[item]] == []


@pytest.mark.parametrize("name, media", [("teams-nat", "audio"), ("teams-both-relays", "audio,video")])
def test_media_of_allocations(told, name, media):
    """Without signalling the service quality of the allocations says what the media are."""
    (row,), _ = told(name)
    assert row["media"] == media


@pytest.mark.parametrize("name", ROWS)
def test_nothing_malformed(told, name):
    _, frames = told(name)
    assert [number for number, frame in enumerate(frames, 1) if frame["_ws.malformed"]] == []


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.pcap])
def test_described_as_expected(name):
    """pcaps/README.md says of a capture what its row says."""
    (line,) = re.findall(rf"^\| `packets-{name}\.pcap\w*` \| .* \| (.*) \|$", (TOP / "pcaps" / "README.md").read_text(encoding="utf-8"),
                         re.MULTILINE)
    outcome, said = line.split("; ")
    assert outcome.startswith(" or ".join(one_of(ROWS[name].outcome)))
    assert not ROWS[name].path or f", {ROWS[name].path}" in outcome
    assert said.startswith(" or ".join(f"`{rule}`" if rule else "no cause" for rule in one_of(ROWS[name].rule)))
