#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the log reader against grep -c for a line that the logs have, on the same files. Started by tests/bench.sh; BUILD_DIR is the build.

    bench_logs.py [NAME…]    only the cases whose names begin so; --list names them
    BENCH_LOG_BYTES=N        bytes a log, in place of what its row says
    BENCH_PAIRS=N            pairs of runs a case (9)

uclog writes to /dev/null, as grep writes nothing. Runs come in pairs; what counts is the median of the ratios of
processor time (user and system): both programs have one thread, and other work on the machine does not count.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from conftest import BUILD
from gen import logs as gen

UCLOG = BUILD / "extcap" / "uclog"
PAIRS = int(os.environ.get("BENCH_PAIRS", "9"))
SPEED = 0.25           # of grep's
MEMORY = 64 << 20      # bytes


class Case(NamedTuple):
    name: str
    kind: str
    files: int
    size: int
    searched: str = "ms-client-diagnostics"


CASES = (
    Case("logs-client", "client", 10, 50_000_000),      # the size at which the client rotates
    Case("logs-server", "server", 1, 5_000_000_000),
    Case("logs-sbc", "sbc", 1, 500_000_000, "SIP Message"),
)


def run(*command):
    """Runs a program; returns its processor time in seconds and its largest memory in bytes."""
    # grep stops at its first match when it writes to /dev/null: its output is read.
    reader = [sys.executable, "-c", "import os, resource, subprocess, sys;"
              "subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True);"
              "use = resource.getrusage(resource.RUSAGE_CHILDREN);"
              "print(use.ru_utime + use.ru_stime, use.ru_maxrss)", *map(str, command)]
    seconds, memory = subprocess.run(reader, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.split()
    return float(seconds), int(memory) * 1024


def measure(case, folder):
    size = int(os.environ.get("BENCH_LOG_BYTES", case.size))
    paths = [folder / f"{case.name}-{number}.log" for number in range(case.files)]
    for path in paths:
        gen.write_large(case.kind, size, path)
    total = sum(path.stat().st_size for path in paths)
    found = []
    for _ in range(PAIRS):
        found.append((run("grep", "-c", case.searched, *paths),
                      run(UCLOG, *paths, "-w", "/dev/null")))
    for path in paths:
        path.unlink()
    grep, ours = (statistics.median(pair[side][0] for pair in found) for side in (0, 1))
    speed = statistics.median(pair[0][0] / pair[1][0] for pair in found)
    memory = max(pair[1][1] for pair in found)
    good = speed >= SPEED and memory <= MEMORY
    print(f"{case.name}: {speed:.2f} of grep's speed, at least {SPEED:g}; {memory / 2**20:.0f} MiB, at most "
          f"{MEMORY >> 20}: {'ok' if good else 'OVER'} ({total / 1e9:.2f} GB in {case.files} files; "
          f"uclog {ours:.2f} s, grep {grep:.2f} s)", flush=True)
    return good


def main():
    wanted = sys.argv[1:]
    cases = [case for case in CASES if not wanted or any(case.name.startswith(name) for name in wanted)]
    if "--list" in wanted:
        print("\n".join(case.name for case in CASES))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="msice-bench-logs-"))
    try:
        return 0 if all([measure(case, folder) for case in cases]) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
