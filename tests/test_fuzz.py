# SPDX-License-Identifier: GPL-2.0-or-later
"""How the fuzzer tells its findings from stock Wireshark's, and narrows them down; with a stand-in for tshark."""
import subprocess
import sys

import pytest

import captures
import narrow
from conftest import BUILD, TOP, environment
from narrow import Outcome

COUNT, CUT = 3000, 20


class StandIn:
    """Reads a file as tshark would. Fails where any rule does; a rule takes the marks of the frames that are there
    (the first byte of each) and whether the plugin is, and returns an Outcome or None."""

    def __init__(self, *rules):
        self.rules, self.asked = rules, []

    def __call__(self, path, count, plugin):
        frames, _ = captures.read(path)
        assert count == len(frames)
        self.asked.append((path, plugin))
        # Only frames that were cut fail, as in the TLS dissector of 4.0.
        marks = [frame.data[:1] if frame.length > len(frame.data) else b"" for frame in frames]
        outcomes = (rule(marks, plugin) for rule in self.rules)
        return next((outcome for outcome in outcomes if outcome), Outcome())


@pytest.fixture
def file(tmp_path):
    """Makes a file of COUNT frames, all cut, a few of them marked."""
    def make(marks):
        frames = [captures.Frame(captures.ETHERNET, marks.get(number, b"-") + bytes(CUT - 1), 100, number * 1_000)
                  for number in range(1, COUNT + 1)]
        return narrow.write(tmp_path / "batch-0.pcap", frames)
    return make


def ours(marks, plugin):
    return Outcome("crash", "ERROR: ours") if plugin and b"o" in marks else None


def stock(marks, plugin):
    return Outcome("crash", "ERROR: packet-tls.c") if b"s" in marks else None


def found(look, path):
    """What examine() yields: (text, times of the frames that are kept in milliseconds, None for stock's)."""
    return [(outcome.text, [frame.time // 1_000 for frame in captures.read(kept)[0]] if kept else None)
            for outcome, kept in narrow.examine(look, path)]


def test_stock_is_asked_about_the_file_that_failed(file):
    path, look = file({700: b"s"}), StandIn(stock)
    assert found(look, path) == [("ERROR: packet-tls.c", None)]
    assert look.asked[:2] == [(path, True), (path, False)]


def test_ours_is_narrowed_down_to_a_file_that_fails_only_with_the_plugin(file):
    path, look = file({1234: b"o"}), StandIn(ours)
    ((outcome, kept),) = narrow.examine(look, path)
    assert captures.read(kept)[0] == [captures.Frame(captures.ETHERNET, b"o" + bytes(CUT - 1), 100, 1_234_000)]
    assert outcome.frame == 1234
    assert look(kept, 1, True).kind and not look(kept, 1, False).kind


def test_ours_is_found_beside_what_stock_fails_at(file):
    path = file({100: b"o", 700: b"s", 701: b"s", 900: b"o"})
    assert sorted(found(StandIn(stock, ours), path), key=str) == [
        ("ERROR: ours", [100]), ("ERROR: ours", [900]),
        ("ERROR: packet-tls.c", None), ("ERROR: packet-tls.c", None)]


def test_frames_that_belong_together_stay_together(file):
    def pair(marks, plugin):
        text = b"".join(marks)
        return Outcome("crash", "pair") if plugin and b"a" in text and b"b" in text[text.index(b"a"):] else None

    assert found(StandIn(pair), file({400: b"a", 440: b"b"})) == [("pair", list(range(341, 441)))]


def test_a_shorter_file_at_which_stock_fails_is_not_kept(file):
    """Alone, the frame fails without the plugin as well; with the one before it only with it."""
    def alone(marks, plugin):
        return Outcome("crash", "alone") if b"o" in marks and (plugin or b"p" not in marks) else None

    assert found(StandIn(alone), file({499: b"p", 500: b"o"})) == [("alone", [499, 500])]


def test_what_cannot_be_narrowed_is_kept_whole(file):
    """The one file that was seen to fail."""
    runs = iter((True,))

    def once(marks, plugin):
        return Outcome("complaint", "once") if plugin and next(runs, False) else None

    path = file({})
    ((_, kept),) = narrow.examine(StandIn(once), path)
    assert kept == path and len(captures.read(kept)[0]) == COUNT


@pytest.mark.parametrize("plugin_only", (True, False))
def test_a_run_that_does_not_end(file, plugin_only):
    """Whose it is is known; the frame is not."""
    def slow(marks, plugin):
        return Outcome("timeout", "no end") if len(marks) > 500 and (plugin or not plugin_only) else None

    kept = list(range(COUNT - 999, COUNT + 1)) if plugin_only else None
    assert found(StandIn(slow), file({})) == [("no end", kept)]


def test_a_place_in_a_dissector_of_ours(file):
    """Malformed packets name their frame: nothing is searched, and what is behind it is looked at again."""
    def malformed(marks, plugin):
        return Outcome("malformed", "Malformed Packet: MS-DIAG", marks.index(b"o") + 1) if plugin and b"o" in marks else None

    look = StandIn(malformed)
    assert found(look, file({10: b"o", 20: b"o"})) == [("Malformed Packet: MS-DIAG", [10]),
                                                       ("Malformed Packet: MS-DIAG", [20])]
    assert len(look.asked) < 12


@pytest.mark.parametrize("settings, seed", (({}, "1"), ({"FUZZ_SEED": "77"}, "77"),
                                            ({"FUZZ_PACKETS": "5", "FUZZ_SEED": "78"}, "78")))
def test_the_seed_is_fixed(settings, seed):
    """The run of the test command tries the same things each time; the clock is for a long run only."""
    result = subprocess.run([sys.executable, "-c", "import fuzz; print(fuzz.SEED)"], cwd=TOP / "tests", check=True,
                            stdout=subprocess.PIPE, encoding="ascii", env=environment(BUILD_DIR=str(BUILD), **settings))
    assert result.stdout.split() == [seed]
