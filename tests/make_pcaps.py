#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the captures of pcaps/ again: make_pcaps.py [FOLDER].

Each module in tests/gen that has a function captures() yields (file name, Capture) from it, and from files()
what belongs to its captures, such as key logs: (file name, bytes).
"""
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def generators():
    """The generator modules, by name."""
    for path in sorted((HERE / "gen").glob("*.py")):
        module = importlib.import_module(f"gen.{path.stem}")
        if hasattr(module, "captures"):
            yield module


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "pcaps"
    for module in generators():
        for name, capture in module.captures():
            capture.write(folder / name)
        for name, data in getattr(module, "files", list)():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
