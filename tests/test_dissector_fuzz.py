# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs of the coverage-guided fuzzer of the dissectors, replayed with the plugin as it was built."""
import subprocess

import pytest

import fuzz_seeds
from conftest import BUILD, PATIENCE, environment

REPLAY = BUILD / "tests" / "replay-inputs"


def replay(*files):
    return subprocess.run([REPLAY, *files], capture_output=True, encoding="utf-8", errors="replace",
                          env=environment(), timeout=PATIENCE)


def assert_clean(*files):
    result = replay(*files)
    assert (result.returncode, result.stderr) == (0, f"inputs: {len(files)}\n")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    fuzz_seeds.write_seeds(folder)
    return sorted(folder.iterdir())


def test_seeds(seeds):
    """The captures of pcaps/ in pieces: nothing malformed, no complaint, no crash."""
    assert len(seeds) > 2000
    assert_clean(*seeds)


def test_every_entry_has_seeds(seeds):
    known = {number for number, _, _ in fuzz_seeds.entries().values()}
    assert {path.read_bytes()[0] for path in seeds} >= known - {fuzz_seeds.entries()["pdu"][0]}
