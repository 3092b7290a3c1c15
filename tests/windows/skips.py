# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest's plugin for tests/windows/under_wine.sh: leaves out what skipped.txt lists, each with its reason."""
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("skipped.txt")


def reasons():
    lines = (line.split(None, 1) for line in LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {name: why for name, why in lines}


def names(item):
    """What the list may call a test: its file, and itself, with any parameters or with these."""
    file = item.path.name
    return file, f"{file}::{item.originalname}", f"{file}::{item.name}"


def pytest_collection_modifyitems(config, items):
    listed = reasons()
    for item in items:
        for name in names(item):
            if name in listed:
                item.add_marker(pytest.mark.skip(reason=listed[name]))
    # A name that no test has any more would hide that its test is run, or is another.
    if not any(".py" in word for word in config.args):
        stale = listed.keys() - {name for item in items for name in names(item)}
        if stale:
            raise pytest.UsageError(f"{LIST.name}: there is no {', '.join(sorted(stale))}")
