# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs of the coverage-guided fuzzer of the dissectors, replayed with the plugin as it was built."""
import subprocess

import pytest

import bench_worst
import fuzz_seeds
from conftest import BUILD, PATIENCE, TOP, environment

REPLAY = BUILD / "tests" / "replay-inputs"


def replay(*files):
    return subprocess.run([REPLAY, *files], capture_output=True, encoding="utf-8", errors="replace",
                          env=environment(), timeout=PATIENCE)


def assert_clean(*files):
    result = replay("--together", *files)
    assert (result.returncode, result.stderr) == (0, f"inputs: {len(files)}, failed: 0\n")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    fuzz_seeds.write_seeds(folder)
    return sorted(folder.iterdir())


def test_enough(seeds):
    assert len(seeds) > 5000


def test_one_after_the_other(seeds):
    """The captures of pcaps/ in pieces: nothing malformed, no complaint, no crash, and the same whatever was looked at
    before. Of a file nothing is left when the next is opened. Two packets were once taken for one: a payload of the second
    stood in memory where one of the first had stood."""
    assert_clean(*seeds)


def test_stories(tmp_path):
    """Whole captures: what the table of calls has is what the frames say, the same twice, with a tree and without."""
    fuzz_seeds.write_seeds(tmp_path, *fuzz_seeds.SOURCES["stories"])
    assert_clean(*sorted(tmp_path.iterdir()))


def test_laboratory(tmp_path):
    """The same of the laboratory's recordings, in pieces that begin and end anywhere, and with two capture points."""
    fuzz_seeds.write_seeds(tmp_path, *fuzz_seeds.SOURCES["laboratory"])
    assert_clean(*sorted(tmp_path.glob("*-frames-*")))


def test_corpus():
    """What the fuzzer has found to go new ways."""
    inputs = sorted((TOP / "tests" / "corpus").iterdir())
    assert len(inputs) > 1000 and sum(path.stat().st_size for path in inputs) < 2_000_000
    assert_clean(*inputs)


def test_another_order_of_heuristics():
    """The first capture moves stock's heuristic for classic STUN to the front, for good; asked in its place, ours did not
    put segments together in the second one."""
    assert_clean(*(TOP / "tests" / "corpus" / name for name in ("anyport-f139d28bbc", "anyport-c1773e2397")))


@pytest.fixture(scope="module")
def worst_inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worst")
    for name, entry, make in bench_worst.INPUTS:
        (folder / name.replace(" ", "-")).write_bytes(bench_worst.as_input(entry, make(bench_worst.LARGE)))
    return sorted(folder.iterdir())


def test_worst_inputs(worst_inputs):
    """60 KiB of the worst of each grammar. Some ten thousand frames in a segment were once more layers than Wireshark
    takes in a packet: a dissector bug of ours."""
    assert_clean(*worst_inputs)


def test_memory_of_worst_inputs(worst_inputs):
    """Each diagnostics header of a message once copied what those before it had to say in the Info column: time and
    memory grew with the square of their number."""
    (_, empty), (_, most) = bench_worst.cost(), bench_worst.cost(*map(str, worst_inputs))
    assert most - empty < bench_worst.MOST_MEMORY * bench_worst.LARGE


def test_cut_at_every_byte(tmp_path):
    """Some captures, each cut at every byte of every packet; all of them by hand, as docs/reliability.md says."""
    fuzz_seeds.write_seeds(tmp_path, *fuzz_seeds.SOURCES["stories"])
    chosen = [path for name in ("turn-attributes", "tcp443-connect", "diag-generations", "turn-multiplexed", "ice-tcp-peers")
              for path in sorted(tmp_path.glob(f"{name}-frames-*"))]
    assert len(chosen) == 5
    result = replay("--cut", *chosen)
    cut, last = result.stderr.splitlines()
    assert (result.returncode, last) == (0, "inputs: 5, failed: 0")
    assert int(cut.removeprefix("packets cut: ")) > 20_000


def test_every_entry_has_seeds(seeds):
    known = {number for number, _, _ in fuzz_seeds.entries().values()}
    assert {path.read_bytes()[0] for path in seeds} >= known - {fuzz_seeds.entries()["pdu"][0]}
