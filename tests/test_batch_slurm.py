# SPDX-License-Identifier: GPL-2.0-or-later
"""msice-batch --slurm on a cluster of one node that the test starts: the same calls as without."""
import os
import warnings

import pytest

import slurm
from test_batch import Folder, without_file


@pytest.fixture(scope="module")
def cluster():
    assert slurm.missing() == []
    if os.geteuid() != 0:
        warnings.warn("slurmd needs root: nobody has looked at --slurm")
        pytest.skip("slurmd needs root")
    with slurm.Cluster() as one:
        yield one


def test_a_job_array(bench, cluster):
    folder, here = Folder(bench, "slurm"), Folder(bench, "no-slurm")
    for one in (folder, here):
        for number in range(30):
            one.story(f"{number}.pcap", ["story-proxy-443.pcap", "story-both-remote.pcap"][number % 2])
        one.put("cut.pcap", (one.input / "0.pcap").read_bytes()[:-40])
    result = folder.run("--slurm", "--slurm-option", "--partition=all", more=[f"SLURM_CONF={cluster.conf}"])
    assert "31 files in a job array of 2" in result.stderr
    assert here.run().returncode == result.returncode == 2, result.stderr
    assert folder.files().keys() == here.files().keys()

    def sorted_calls(one):
        return sorted((call["file"].rpartition("/")[2], str(without_file(call))) for call in one.calls())
    assert sorted_calls(folder) == sorted_calls(here)
    assert len(sorted_calls(folder)) == 31


def test_no_cluster(bench):
    folder = Folder(bench, "no-cluster")
    folder.story("one.pcap")
    result = folder.run("--slurm", more=["SLURM_CONF=/nowhere/slurm.conf"])
    assert result.returncode != 0
    assert "not done: " in result.stderr or "sbatch is missing" in result.stderr or "nothing could be decoded" in result.stderr
