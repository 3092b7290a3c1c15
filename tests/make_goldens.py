#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes goldens: BUILD_DIR=build tests/make_goldens.py [NAME.pcap …], without a name all that there are.

A golden is what tshark says of our protocols, frame by frame. Read it before you commit it: it is the claim
that this is right.
"""
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import TOP, Bench  # noqa: E402
from golden import golden_text  # noqa: E402

GOLDENS = TOP / "tests" / "goldens"


def main():
    bench = Bench()
    try:
        for name in sys.argv[1:] or sorted(path.name for path in GOLDENS.glob("*.txt")):
            path = GOLDENS / f"{Path(name).stem}.txt"
            path.write_text(golden_text(bench, f"{path.stem}.pcap"), encoding="utf-8")
            print(path)
    finally:
        shutil.rmtree(bench.dir)


if __name__ == "__main__":
    main()
