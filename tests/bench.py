#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what the plugin costs. Started by tests/bench.sh; BUILD_DIR is the build to measure.

A case is a row of CASES. Its generator, in tests/gen/bench_*.py, writes a capture: generator(path, packets).
Runs come in pairs, one with and one without, in changing order; what counts is the mean of the middle half of the
pairs' ratios of CPU time, so that other work on the machine and its warming up fall on both sides alike. The kernel
counts CPU time exactly, and tells user from system time by sampling, which gives a plugin that does nothing at all
ratios up to 1.012; that of user time is printed, too. tshark lists the packets (no -q, which would not dissect; no -V, which would hide the difference in the printing).
"""
import importlib
import os
import shutil
import statistics
import subprocess
import sys
from typing import NamedTuple

from conftest import Bench, drop_privileges

PAIRS = int(os.environ.get("BENCH_PAIRS", "9"))

# A single pair scatters by some hundredths: where only two are allowed, more of them are measured.
CLOSE, TIMES = 1.1, 10


WITHOUT_ANALYSIS = ("-o", "mscall.analysis:FALSE")


class Case(NamedTuple):
    """A row: the name, where its capture comes from, its size, what is compared, and the most it may come to."""
    name: str
    generator: str
    packets: int
    compare: str
    limit: float
    options: tuple = ()      # of tshark, on both sides
    without: tuple = ()      # what switches the feature off on the other side; none: the plugin is not there


CASES = (
    Case("other-traffic", "bench_base.mixture", 100_000, "stock", 1.02),
    Case("other-talk", "bench_base.talk", 100_000, "stock", 1.02),
    Case("sip-diagnostics", "bench_base.sip_diagnostics", 100_000, "stock", 1.35),
    Case("sip-candidates", "bench_signalling.offers", 50_000, "stock", 1.35),
    Case("sip-plain", "bench_base.sip_plain", 100_000, "stock", 1.02),
    Case("tls-443", "bench_tcp443.tls", 100_000, "stock", 1.02),
    Case("turn-calls", "bench_msturn.calls", 100_000, "stock", 1.6),
    Case("turn-memory", "bench_msturn.signalling", 1_000_000, "memory", 200),
    Case("calls", "bench_analysis.calls", 1_000_000, "option", 1.25, without=WITHOUT_ANALYSIS),
    Case("calls-memory", "bench_analysis.calls", 1_000_000, "memory", 200, without=WITHOUT_ANALYSIS),
    Case("checks", "bench_analysis.checks", 150_000, "option", 1.5, without=WITHOUT_ANALYSIS),
    Case("media", "bench_analysis.media", 300_000, "option", 1.25, without=WITHOUT_ANALYSIS),
    Case("tcp443-frames", "bench_tcp443.framed", 100_000, "stock", 1.6),
)


def run(bench, path, plugin, options):
    """Lists the capture; returns (user seconds, CPU seconds, most memory in bytes)."""
    process = subprocess.Popen(["tshark", "-n", "-r", str(path), *options], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, cwd=bench.scratch, env=bench.env(plugin),
                               **drop_privileges())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"tshark ended with {process.returncode}"
    return usage.ru_utime, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def pairs(bench, case, path, count):
    """Pairs of results: (with, without)."""
    sides = {True: (True, case.options), False: (bool(case.without), case.options + case.without)}
    run(bench, path, *sides[True])
    for number in range(count):
        first = number % 2 == 0
        results = {side: run(bench, path, *sides[side]) for side in (first, not first)}
        yield results[True], results[False]


def middle(values):
    """The mean of the middle half."""
    values = sorted(values)
    cut = len(values) // 4
    return statistics.fmean(values[cut:len(values) - cut])


def ratio(bench, case, path, packets):
    """CPU time with over CPU time without."""
    found = list(pairs(bench, case, path, PAIRS * (TIMES if case.limit < CLOSE else 1)))
    user, cpu = ([present[at] / absent[at] for present, absent in found] for at in (0, 1))
    times = [statistics.median(side[1] for side in sides) for sides in zip(*found)]
    return middle(cpu), (f"with {times[0]:.2f} s, without {times[1]:.2f} s, {len(cpu)} pairs, "
                         f"{min(cpu):.2f} to {max(cpu):.2f}; by user time {middle(user):.3f}")


def memory(bench, case, path, packets):
    """Bytes of memory a packet more than without."""
    found = list(pairs(bench, case, path, 3))
    most = [statistics.median(side[2] for side in sides) for sides in zip(*found)]
    return (most[0] - most[1]) / packets, f"with {most[0] / 1e6:.0f} MB, without {most[1] / 1e6:.0f} MB"


# What a row's "compare" means: function and how its figure reads.
MEASURES = {
    "stock": (ratio, "{:.3f} times stock"),
    "option": (ratio, "{:.3f} times the plugin without it"),
    "memory": (memory, "{:.0f} bytes a packet more"),
}


def main():
    wanted = sys.argv[1:]
    if "--list" in wanted:
        print("\n".join(case.name for case in CASES))
        return 0
    bench = Bench()
    over = 0
    try:
        if "msice.so" not in bench.run("tshark", "-G", "plugins").stdout:
            sys.exit("bench: tshark does not load the plugin")
        for case in CASES:
            if wanted and not any(case.name.startswith(name) for name in wanted):
                continue
            module, function = case.generator.split(".")
            packets = int(os.environ.get("BENCH_PACKETS", case.packets))
            path = bench.scratch / f"{case.name}.pcap"
            getattr(importlib.import_module(f"gen.{module}"), function)(path, packets)
            path.chmod(0o644)
            measure, text = MEASURES[case.compare]
            value, detail = measure(bench, case, path, packets)
            path.unlink()
            verdict = "ok" if value <= case.limit else "OVER"
            over += value > case.limit
            print(f"{case.name}: {text.format(value)}, allowed {case.limit:g}: {verdict} "
                  f"({packets} packets; {detail})", flush=True)
    finally:
        shutil.rmtree(bench.dir, ignore_errors=True)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
