# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture that shows less of a call must not be surer of its cause than the whole one.

Each story is cut behind its frames, begun at its frames, seen in one direction only, thinned out, doubled, and cut by
snap lengths. A cause is *high* only where the whole capture names the same, or one that includes it. In the test
command a choice of the cuts is made; MSICE_PROPERTIES=all takes every frame and every phase (some minutes).
The same for what the laboratory has recorded of real programs.
"""
import collections
import functools
import gzip
import os
import re

import pytest

import captures
import variants
from call_table import cause, rows_of
from conftest import TOP
from gen import call_ends, capture_points, contradictions, networks, packet_alikes, packet_failures, packet_stories, stories, tls_relays
from variants import Telling

pytestmark = pytest.mark.concluded

EVERY_FRAME = os.environ.get("MSICE_PROPERTIES") == "all"
FILE_FRAMES = 30000  # of a file in which variants stand side by side
CONFIRMED = 200 if EVERY_FRAME else 12  # so many suspects get a file of their own before the test gives up

# The cause of the whole capture: causes that a part of it may show. Said in docs/stories.md, too.
INCLUDES = {
    "relay_blocked": {"udp_3478_blocked", "firewall_443", "own_without_relay"},
    "no_route": {"relay_unreachable", "own_without_relay", "one_way_filter"},
    "dns_failure": {"relay_unreachable", "own_without_relay"},
    "relay_redirect": {"relay_unreachable", "own_without_relay"},
    "http_proxy": {"firewall_443", "relay_blocked", "own_without_relay"},
    "tls_inspection": {"firewall_443", "relay_blocked", "own_without_relay"},
    "connection_limit": {"firewall_443", "own_without_relay"},
    "impostor": {"firewall_443", "own_without_relay"},
    "udp_3478_blocked": {"relay_refuses", "own_without_relay"},
    "media_reset": {"tcp_media_blocked", "path_lost"},
    "path_lost": {"udp_3478_blocked", "relay_unreachable"},
    "path_cut": {"path_lost"},
    **dict.fromkeys(("relay_unreachable", "firewall_443", "credentials", "credentials_unknown",
                     "relay_quota", "relay_refuses", "no_relay_configured"), {"own_without_relay"}),
}

# That the proxy which wanted a user has let the client in is known by its second CONNECT alone, that a client waits no
# longer by its reset, that a connection goes to a second relay by its hello, and that the link came up late by a lost SYN.
IN_ONE_PACKET = {"end-log-on", "hello-given-up", "hello-closed-early", "hello-given-up-no-udp", "relay-given-up", "second-edge-cut",
                 "link-late", "link-late-no-pair"}


@functools.cache
def tellings():
    """All stories, with SIP and without."""
    modules = (packet_stories, packet_alikes, packet_failures, call_ends, capture_points, tls_relays, contradictions, networks)
    rows = [row for module in modules for row in module.ROWS if row.name not in IN_ONE_PACKET]
    return ([Telling(row.name, row.build()) for row in rows]
            + [Telling(f"story-{name}", story()) for name, story in stories.STORIES.items()])


def positions(telling):
    """Behind which frames a story is cut: where calls are set up more often than in the media that follows."""
    count = len(telling.frames)
    if EVERY_FRAME:
        return range(1, count)
    phase = sum(map(ord, telling.name)) % 3
    early, late = range(1 + phase % 2, min(count, 60), 2), range(60 + 5 * phase, count, 25)
    return sorted({*early, *late, count - 1} - {0, count})


def too_sure(high, whole):
    """The causes of a part that are high although the whole capture names neither them nor one that includes them."""
    return {rule for rule in high if not any(rule == known or rule in INCLUDES.get(known, ()) for known in whole)}


class Judge:
    """Has tshark judge variants, many in a file."""

    def __init__(self, bench):
        self.bench = bench

    def file(self, frames, points):
        path = self.bench.scratch / f"variants.pcap{'ng' if points else ''}"
        variants.write(path, frames, points)
        path.chmod(0o644)
        return str(path)

    def causes(self, chosen, end_together):
        """The causes of each variant, from a file in which they stand side by side."""
        frames, owners = variants.side_by_side(chosen, end_together)
        path = self.file(frames, chosen[0].telling.points)
        output = self.bench.tshark(path, "-T", "fields", "-e", "msice.call", "-z", "msice,calls")
        calls = {}
        for line, owner in zip(output.split("\n"), owners):
            for number in filter(None, line.split(",")):
                calls.setdefault(number, set()).add(owner)
        found = [set() for _ in chosen]
        for row in rows_of(output):
            verdict = cause(row["verdict"])
            for owner in calls.get(row["call"], ()) if verdict else ():
                found[owner].add(verdict)
        return found

    def alone(self, variant):
        """The causes of a variant in a file of its own."""
        path = self.file(variants.own_file(variant), variant.telling.points)
        return {cause(row["verdict"]) for row in rows_of(self.bench.tshark(path, "-q", "-z", "msice,calls"))} - {None}

    def files(self, kind, end_together):
        """(variants, causes) file by file; each variant of a story stands behind the whole one."""
        for points in (False, True):
            chosen, size = [], 0
            for telling in tellings():
                if telling.points == points:
                    for part in (variants.whole(telling), *kind(telling)):
                        if size > FILE_FRAMES:
                            yield chosen, self.causes(chosen, end_together)
                            chosen, size = [variants.whole(telling)], 0
                        chosen.append(part)
                        size += len(part.frames)
            if chosen:
                yield chosen, self.causes(chosen, end_together)

    def suspects(self, kind, end_together):
        """Variants that are too sure beside the whole of their story in the same file. How many were judged."""
        found, count = [], 0
        for chosen, causes in self.files(kind, end_together):
            count += len(chosen)
            whole = set()
            for variant, shown in zip(chosen, causes):
                if variant.what == "whole":
                    whole = {verdict.rule for verdict in shown}
                elif too_sure({verdict.rule for verdict in shown if verdict.confidence == "high"}, whole):
                    found.append(variant)
        return found, count

    def confirmed(self, suspects):
        """What is too sure in a file of its own as well, as text."""
        for variant in suspects:
            whole = {verdict.rule for verdict in self.alone(variants.whole(variant.telling))}
            high = {verdict.rule for verdict in self.alone(variant) if verdict.confidence == "high"}
            if too_sure(high, whole):
                yield f"{variant.telling.name}, {variant.what}: {', '.join(sorted(high))}; whole: {whole or 'nothing'}"


@pytest.fixture(scope="module")
def judge(bench):
    return Judge(bench)


def cuts(telling):
    return variants.cuts(telling, positions(telling))


def beginnings(telling):
    return variants.beginnings(telling, positions(telling))


def dropped(telling):
    return variants.dropped(telling, 7 if EVERY_FRAME else 1)


@pytest.mark.parametrize("kind, end_together", (
    (cuts, True), (beginnings, False), (variants.directions, True), (dropped, True), (variants.doubled, True),
    (variants.snapped, True)), ids=lambda value: getattr(value, "__name__", ""))
def test_never_surer_than_the_whole(judge, kind, end_together):
    suspects, count = judge.suspects(kind, end_together)
    assert count > 2 * len(tellings()) - 1
    chosen = suspects[::max(1, len(suspects) // CONFIRMED)][:CONFIRMED]
    wrong = list(judge.confirmed(chosen))
    assert not wrong, f"{len(wrong)} of {len(chosen)} ({len(suspects)} suspects, {count} judged):\n" + "\n".join(wrong)


# What MSICE_PROPERTIES=all has found, and the choice of the test command leaves out.
FOUND = {
    # Neither SYN/ACK nor the answer to the check on that connection is left.
    "story-both-remote-alike": "without every 3. frame, from 2",
}


@pytest.mark.parametrize("name", FOUND)
def test_found_before(judge, name):
    telling = next(telling for telling in tellings() if telling.name == name)
    kinds = (variants.cuts(telling, range(1, len(telling.frames))), variants.dropped(telling, 7))
    chosen = [part for kind in kinds for part in kind if part.what == FOUND[name]]
    assert len(chosen) == 1 and not list(judge.confirmed(chosen))


RECORDINGS = sorted((TOP / "pcaps" / "lab").glob("*.pcapng.gz"))


def parts_of(frames):
    """(what, frames) of a recording, without its signalling."""
    count = len(frames)
    ends = [Telling.ends(frame.data) if frame.data[12:14] in (b"\x08\0", b"\x86\xdd") else () for frame in frames]
    own = collections.Counter(address for pair in ends for address in pair).most_common(1)[0][0]
    for tenths in range(1, 10):
        yield f"cut at {tenths}/10", frames[:count * tenths // 10]
        yield f"begun at {tenths}/10", frames[count * tenths // 10:]
    yield "sent", [frame for frame, pair in zip(frames, ends) if pair[:1] == (own,)]
    yield "received", [frame for frame, pair in zip(frames, ends) if pair[1:] == (own,)]
    for every in (2, 3, 5):
        yield f"without every {every}.", [frame for number, frame in enumerate(frames) if number % every]
    yield "doubled", [frame._replace(time=frame.time + late) for frame in frames for late in (0, 5)]
    for snap in (68, 96, 128):
        yield f"cut by {snap}", [frame._replace(data=frame.data[:snap]) for frame in frames]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name.removesuffix(".pcapng.gz"))
def test_recording_in_part(bench, path):
    place = bench.scratch / f"{path.stem}.pcap"

    def rules(frames, most):
        captures.write(place, captures.ETHERNET, frames, step_us=None)
        place.chmod(0o644)
        found = {cause(row["verdict"]) for row in rows_of(bench.tshark(str(place), "-q", "-z", "msice,calls"))} - {None}
        return {verdict.rule for verdict in found if verdict.confidence in most}

    (bench.scratch / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    frames = [frame for frame in captures.read(bench.scratch / path.stem)[0] if frame.link == captures.ETHERNET]
    whole = rules(frames, ("high", "medium", "low"))
    parts = list(parts_of(frames))
    step = 1 if EVERY_FRAME else 27
    for what, part in parts[sum(map(ord, path.name)) % step::step]:
        assert not too_sure(rules(part, ("high",)), whole), (what, whole)


def test_side_by_side_is_as_alone(judge):
    """That many stand in one file changes nothing: neither are two of them one call, nor is another cause named."""
    chosen = [variants.whole(telling) for telling in tellings() if not telling.points]
    together = judge.causes(chosen, True)
    for variant, shown in list(zip(chosen, together))[::11]:
        assert shown == judge.alone(variant), variant.telling.name


def test_variants():
    """The variants are what they are called."""
    telling = next(telling for telling in tellings() if telling.name == "teams-direct")
    count = len(telling.frames)
    (cut,) = variants.cuts(telling, [3])
    assert [frame.index for frame in cut.frames] == [0, 1, 2]
    (begun,) = variants.beginnings(telling, [count - 2])
    assert [frame.index for frame in begun.frames] == [count - 2, count - 1]
    sent, received = variants.directions(telling)
    assert len(sent.frames) + len(received.frames) == count and min(len(sent.frames), len(received.frames)) > 20
    assert [len(part.frames) for part in variants.dropped(telling)] == [count - -(-count // every) for every in range(2, 8)]
    frames, owners = variants.side_by_side([cut, begun, variants.whole(telling)], True)
    assert {owner: max(frame[0] for frame, mine in zip(frames, owners) if mine == owner) for owner in (0, 1, 2)} == \
        {0: 1000.0, 1: 1000.0, 2: 1000.0}
    assert len({Telling.ends(frame[1]) for frame in frames if frame[1][12:14] == b"\x08\x00"}) > 10


def test_too_sure():
    """The judgement itself can fail."""
    assert too_sure({"relay_unreachable"}, set()) == {"relay_unreachable"}
    assert too_sure({"relay_unreachable"}, {"udp_3478_blocked"}) == {"relay_unreachable"}
    assert too_sure({"firewall_443", "edges_apart"}, {"http_proxy"}) == {"edges_apart"}
    assert too_sure({"firewall_443"}, {"firewall_443"}) == set()
    assert all(rule not in INCLUDES.get(other, ()) for rule, others in INCLUDES.items() for other in others)
    assert not too_sure({"own_without_relay"}, {"credentials"}) and too_sure({"credentials"}, {"own_without_relay"})


def test_documented():
    """docs/stories.md says which cause includes which."""
    found = {}
    for line in re.findall(r"^\| (`\w+`.*?) \| (`\w+`.*?) \|", (TOP / "docs" / "stories.md").read_text(encoding="utf-8"), re.MULTILINE):
        whole, parts = (re.findall(r"`(\w+)`", cell) for cell in line)
        found.update((rule, set(parts)) for rule in whole)
    assert found == INCLUDES
