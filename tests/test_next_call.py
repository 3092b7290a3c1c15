# SPDX-License-Identifier: GPL-2.0-or-later
"""One call after the other between the same computers, with the same relay credentials: each is told as it is alone."""
import random

import pytest

import variants
from call_table import rows_of
from gen import packet_alikes, packet_failures, packet_stories

pytestmark = pytest.mark.concluded

STORIES = ("lync-own-relay", "hello-swallowed", "udp-blocked", "quota", "teams-nat", "teams-443-reset", "edges-apart",
           "credentials-refused", "no-route", "relay-silent", "lync-own-relay-tcp", "path-reset", "one-way", "on-hold")


@pytest.fixture(scope="module")
def tellings():
    rows = {row.name: row.build for module in (packet_stories, packet_alikes, packet_failures) for row in module.ROWS}
    return {name: variants.Telling(name, rows[name]()) for name in STORIES}


def told(bench, frames):
    """The outcome, path and cause of each call of a file. (How sure a cause is depends on what follows.)"""
    path = bench.scratch / "calls.pcap"
    variants.write(path, frames, False)
    path.chmod(0o644)
    return [(row["outcome"], row["path"], row["verdict"].split(" ")[0])
            for row in rows_of(bench.tshark(str(path), "-q", "-z", "msice,calls"))]


@pytest.fixture(scope="module")
def alone(bench, tellings):
    return {name: told(bench, variants.own_file(variants.whole(telling))) for name, telling in tellings.items()}


# A computer that calls again at once takes other ports; behind a while it may take the same.
@pytest.mark.parametrize("gap, keep_ports", [(4, False), (12, False), (40, False), (15, True), (400, True)])
@pytest.mark.parametrize("seed", range(3))
def test_each_as_alone(bench, tellings, alone, seed, gap, keep_ports):
    order = random.Random(seed).sample(STORIES, len(STORIES))
    frames = variants.one_after_another([tellings[name] for name in order], gap, keep_ports)
    found = told(bench, frames)
    assert found == [row for name in order for row in alone[name]], order


def test_alone(alone):
    """There is something to compare: one call each, and most of them different."""
    assert {len(rows) for rows in alone.values()} == {1}
    assert len({rows[0] for rows in alone.values()}) > 8
