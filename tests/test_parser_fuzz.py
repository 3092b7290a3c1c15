# SPDX-License-Identifier: GPL-2.0-or-later
"""Short runs of the fuzzers of the log parser and the finder; tests/fuzz_parser.sh runs them for longer."""
import re
import subprocess

import pytest

from conftest import PATIENCE, TOP, environment


def fuzz(target, **settings):
    result = subprocess.run(["sh", TOP / "tests" / f"fuzz_{target}.sh"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding="utf-8", env=environment(**settings), timeout=PATIENCE)
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.mark.parametrize("target", ["uclog", "finder"])
def test_fuzzer(target):
    """The seeds alone, in libFuzzer where clang and its runtime are there: which inputs it makes of them is luck, even with
    the same seed."""
    assert re.fullmatch(r"(libFuzzer: \d+|own mutations: 0) inputs tried, findings: 0\n", fuzz(target, FUZZ_RUNS="0"))


@pytest.mark.parametrize("seed", ["1", "2"])
@pytest.mark.parametrize("target", ["uclog", "finder"])
def test_own_mutations(target, seed):
    assert fuzz(target, FUZZ_CC="gcc", FUZZ_RUNS="8000", FUZZ_SEED=seed) == \
        "own mutations: 8000 inputs tried, findings: 0\n"
