# SPDX-License-Identifier: GPL-2.0-or-later
"""Healthy calls whose frames are cut by a snap length: less is told of them, and nothing else."""
import pytest

from call_table import rows_of
from gen import packet_stories

pytestmark = pytest.mark.concluded


@pytest.fixture(scope="module")
def whole(bench):
    """The row of each healthy story, uncut."""
    return {row.name: told(bench, row.build(), 262144) for row in packet_stories.ROWS if row.outcome == "connected"}


def told(bench, call, snap):
    path = bench.scratch / f"snapped-{snap}.pcap"
    getattr(call, "capture", call).write(path, snap)
    path.chmod(0o644)
    return rows_of(bench.tshark(str(path), "-q", "-z", "msice,calls"))


@pytest.mark.parametrize("snap", [96, 128, 160, 200])
def test_less_and_nothing_else(bench, whole, snap):
    wrong = []
    for story in packet_stories.ROWS:
        if story.name not in whole:
            continue
        for row in told(bench, story.build(), snap):
            known = whole[story.name][0]
            if row["outcome"] not in (known["outcome"], "incomplete"):
                wrong.append((story.name, "outcome", row["outcome"], known["outcome"]))
            # A NAT shows in what checks are answered with, which is cut first.
            if row["path"] not in (known["path"], "-", "direct") and not ("relay" in row["path"] and "relay" in known["path"]):
                wrong.append((story.name, "path", row["path"], known["path"]))
            if row["relay"] not in (known["relay"], "-"):
                wrong.append((story.name, "relay", row["relay"], known["relay"]))
            if row["verdict"].split(" ")[0] not in (known["verdict"].split(" ")[0], "-"):
                wrong.append((story.name, "verdict", row["verdict"], known["verdict"]))
    assert wrong == []
