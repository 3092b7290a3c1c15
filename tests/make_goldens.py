#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the goldens of the named captures: BUILD_DIR=build tests/make_goldens.py NAME.pcap …

A golden is what tshark says of our protocols, frame by frame. Read it before you commit it: it is the claim
that this is right.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import TOP, Bench  # noqa: E402
from golden import golden_text  # noqa: E402


def main():
    bench = Bench()
    for name in sys.argv[1:]:
        path = TOP / "tests" / "goldens" / f"{Path(name).stem}.json"
        path.write_text(golden_text(bench, Path(name).name))
        print(path)


if __name__ == "__main__":
    main()
