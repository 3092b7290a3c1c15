#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes tests/goldens/lab-calls.tsv of the recordings in pcaps/lab: BUILD_DIR=build tests/make_lab_golden.py. Read it before
you commit it."""
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import Bench  # noqa: E402
from test_lab import COLUMNS, GOLDEN, RECORDINGS, lines  # noqa: E402


def main():
    bench = Bench()
    try:
        found = [line for name in RECORDINGS for line in lines(bench, name)]
    finally:
        shutil.rmtree(bench.dir)
    GOLDEN.write_text("\n".join(["\t".join(("recording", "verdict", *COLUMNS)), *found]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
