#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How much memory sharkd takes for a large capture of nothing but calls: BUILD_DIR=build tests/bench_memory.py

BENCH_PACKETS (1,950,000, which are 2 GB) as msice-batch asks for them, against stock; at most a tenth more is allowed.
docs/performance.md has the figures.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import Bench, drop_privileges  # noqa: E402
from gen import bench_analysis  # noqa: E402

PACKETS, ALLOWED = int(os.environ.get("BENCH_PACKETS", "1950000")), 1.10


def most_memory(bench, plugin, *requests):
    """The largest resident set, in MB, of a sharkd that is asked these things: (method, parameters)."""
    lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
             for number, (method, parameters) in enumerate(requests, 1)]
    script = bench.write("requests", "\n".join(lines).encode() + b"\n")
    with open(script, "rb") as asked, open(bench.scratch / "answers", "wb") as answers:
        process = subprocess.Popen(["sharkd", "-"], stdin=asked, stdout=answers, stderr=subprocess.DEVNULL,
                                   env=bench.env(plugin), cwd=bench.scratch, **drop_privileges())
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and (bench.scratch / "answers").read_bytes().count(b"\n") == len(lines)
    return usage.ru_maxrss / 1024


def main():
    bench = Bench()
    path = bench.scratch / "calls.pcap"
    bench_analysis.calls(path, PACKETS, more=950)
    path.chmod(0o644)
    load, end = ("load", {"file": str(path)}), ("bye", {})
    ours = most_memory(bench, True, ("setconf", {"name": "msturn.stock_rtp", "value": "FALSE"}), load,
                       ("tap", {"tap0": "nstat:msice,json,window"}), end)
    stock = most_memory(bench, False, load, ("tap", {"tap0": "phs:"}), end)
    print(f"{path.stat().st_size / 1e9:.1f} GB, {PACKETS} packets: {ours:.0f} MB, stock {stock:.0f} MB, "
          f"{ours / stock:.3f} of it, allowed {ALLOWED}: {'ok' if ours <= ALLOWED * stock else 'OVER'}")
    shutil.rmtree(bench.dir)
    return ours > ALLOWED * stock


if __name__ == "__main__":
    sys.exit(main())
