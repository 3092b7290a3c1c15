# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest's plugin for tests/windows/under_wine.sh: leaves out what skipped.txt lists, and says why of each."""
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("skipped.txt")
TESTS = LIST.parents[1]
REASONS = {name: why for name, why in (line.split(None, 1) for line in LIST.read_text(encoding="utf-8").splitlines()
                                       if line and line[0] != "#")}
FILES = {name for name in REASONS if "::" not in name}


def names(item):
    """What the list may call a test, with any parameters or with these."""
    return f"{item.path.name}::{item.originalname}", f"{item.path.name}::{item.name}"


def pytest_ignore_collect(collection_path):
    """A file that is left out is not read either: it may need what is not there."""
    return True if collection_path.name in FILES else None


def pytest_collection_modifyitems(config, items):
    for item in items:
        for name in names(item):
            if name in REASONS:
                item.add_marker(pytest.mark.skip(reason=REASONS[name]))
    # A name that no test has any more would hide that its test is run, or is another.
    if not any(".py" in word for word in config.args):
        there = {name for item in items for name in names(item)} | {path.name for path in TESTS.glob("test_*.py")}
        stale = REASONS.keys() - there
        if stale:
            raise pytest.UsageError(f"{LIST.name}: there is no {', '.join(sorted(stale))}")


def pytest_terminal_summary(terminalreporter):
    for name in sorted(FILES):
        terminalreporter.write_line(f"SKIPPED tests/{name}: {REASONS[name]}")
