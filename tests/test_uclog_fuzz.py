# SPDX-License-Identifier: GPL-2.0-or-later
"""A short run of the log parser's fuzzer; tests/fuzz_uclog.sh runs it for longer."""
import re
import subprocess

import pytest

from conftest import PATIENCE, TOP, environment


def fuzz(**settings):
    result = subprocess.run(["sh", TOP / "tests" / "fuzz_uclog.sh"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding="utf-8", env=environment(**settings), timeout=PATIENCE)
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_fuzzer():
    """With libFuzzer where clang and its runtime are there, else with the target's own mutations."""
    assert re.fullmatch(r"(libFuzzer: 20\d{3}|own mutations: 20000) inputs tried, findings: 0\n", fuzz(FUZZ_RUNS="20000"))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_own_mutations(seed):
    assert fuzz(FUZZ_CC="gcc", FUZZ_RUNS="8000", FUZZ_SEED=seed) == "own mutations: 8000 inputs tried, findings: 0\n"
