# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures of pcaps/: made by their generators, described, and decoded as their goldens say."""
import difflib
import itertools
import subprocess
import sys

import pytest

from conftest import TOP, environment
from golden import golden_text

CAPTURES = sorted(path.name for path in (TOP / "pcaps").glob("*.pcap*"))
DIFFERENCE = 60      # lines of a difference that are shown
GOLDENS = sorted(path.stem for path in (TOP / "tests" / "goldens").glob("*.txt"))


def test_generators_make_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, TOP / "tests" / "make_pcaps.py", tmp_path], check=True, env=environment())
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made
    for name in made:
        assert (tmp_path / name).read_bytes() == (TOP / "pcaps" / name).read_bytes(), name


@pytest.mark.parametrize("name", CAPTURES)
def test_described(name):
    assert f"`{name}`" in (TOP / "pcaps" / "README.md").read_text(encoding="utf-8")


def test_there_are_goldens():
    assert len(GOLDENS) > 20


@pytest.mark.parametrize("stem", GOLDENS)
def test_golden(bench, stem):
    capture = next(name for name in CAPTURES if name.split(".")[0] == stem)
    path = TOP / "tests" / "goldens" / f"{stem}.txt"
    wanted, found = path.read_text(encoding="utf-8").splitlines(), golden_text(bench, capture).splitlines()
    difference = difflib.unified_diff(wanted, found, str(path.relative_to(TOP)), "decoded now", n=2, lineterm="")
    if shown := list(itertools.islice(difference, DIFFERENCE)):
        pytest.fail("\n".join(shown), pytrace=False)
