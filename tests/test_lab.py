# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls of real programs in real networks: recordings of the laboratory, which every machine checks, and a few scenarios that
are played where namespaces may be made."""
import os
import subprocess
import sys

import pytest

from call_table import cause, rows_of
from conftest import BUILD, TOP, environment
from lab.main import ALONE
from lab.scenarios import QUICK, ROWS

pytestmark = pytest.mark.concluded

SCENARIOS = {row.name: row for row in ROWS}
RECORDINGS = sorted(path.name.removesuffix(".pcapng.gz") for path in (TOP / "pcaps" / "lab").glob("*.pcapng.gz"))
GOLDEN = TOP / "tests" / "goldens" / "lab-calls.tsv"
COLUMNS = ("from", "to", "media", "id", "ICEWarn", "outcome", "path", "transport", "sent", "received")
MOST_BYTES = 2_000_000
PATIENCE = 600
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


def scenario(recording):
    return recording.removeprefix("merged-").removeprefix("silent-")


def lines(bench, name):
    """What the table of calls says of a recording: the golden's lines."""
    table = rows_of(bench.tshark(bench.pcaps / "lab" / f"{name}.pcapng.gz", "-2", "-q", "-z", "msice,calls"))
    for row in table:
        told = cause(row["verdict"])
        yield "\t".join((name, f"{told.rule} ({told.confidence})" if told else "-", *(row[column] for column in COLUMNS)))


def golden():
    found = {}
    for line in GOLDEN.read_text(encoding="utf-8").splitlines()[1:]:
        found.setdefault(line.split("\t")[0], []).append(line)
    return found


def test_recordings_are_complete():
    assert len(RECORDINGS) >= 48
    assert set(RECORDINGS) == set(golden())
    assert {scenario(name) for name in RECORDINGS} <= set(SCENARIOS)
    assert sum(path.stat().st_size for path in (TOP / "pcaps" / "lab").iterdir()) < MOST_BYTES


@pytest.mark.parametrize("name", RECORDINGS)
def test_recording(bench, name):
    found = list(lines(bench, name))
    assert found == golden()[name]
    for line in found:
        rule, _, confidence = line.split("\t")[1].partition(" ")
        assert confidence != "(high)" or rule in SCENARIOS[scenario(name)].expect


def test_rows():
    """Names are unique, most causes of the rules have a scenario, and enough of them look like a failure and are none."""
    assert len(SCENARIOS) == len(ROWS) >= 48
    assert sum(not row.expect for row in ROWS) >= 16
    assert set(QUICK) <= set(SCENARIOS) and len(QUICK) <= 8
    assert not [row.name for row in ROWS if set(row.expect) & set(row.wrong)]


def may_make_namespaces():
    if os.geteuid() != 0:
        return False
    trial = [*ALONE, "sh", "-c", "test -c /dev/net/tun && ip netns add trial && ip netns exec trial nft list ruleset"]
    return subprocess.run(trial, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env={"PATH": SYSTEM_PATH}, check=False).returncode == 0


def test_quick():
    """A few scenarios, played now: what the client's recordings say is right, and nothing that is wrong is called high."""
    if not may_make_namespaces():
        print("THE LABORATORY IS NOT PLAYED: this user or machine may not make network namespaces", file=sys.__stderr__)
        pytest.skip("THE LABORATORY IS NOT PLAYED: it needs root, network namespaces, nftables and /dev/net/tun")
    env = environment(BUILD_DIR=str(BUILD), PATH=SYSTEM_PATH)
    done = subprocess.run(["/usr/bin/python3", TOP / "tests" / "lab" / "main.py", "--quick", "--jobs", "8"], env=env, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
