#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What msice-batch gains over one tshark a file, on the same processors: BUILD_DIR=build tests/bench_batch.py

BENCH_FILES small captures (10000), stories of pcaps/ under other names, in four rounds: a quarter by msice-batch, then a
tenth of these by one tshark a file. GNU parallel spreads both. docs/performance.md has the figures.
"""
import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import BUILD, TOP, Bench  # noqa: E402

FILES = int(os.environ.get("BENCH_FILES", "10000"))
ROUNDS, SHARE = 4, 10
TSHARK = 'parallel --will-cite --null -j "$(nproc)" tshark -q -z msice,json -r <"$1" >"$2" 2>/dev/null'


def timed(bench, *words):
    start = time.monotonic()
    bench.run("env", f"PATH={BUILD}/batch:{BUILD}/extcap:/usr/bin:/bin", *words, check=False)
    return time.monotonic() - start


def lines(bench, name):
    return sum(1 for _ in open(bench.scratch / name, encoding="utf-8"))


def main():
    bench = Bench()
    stories = sorted((TOP / "pcaps").glob("story-*.pcap"))
    batch = tshark = 0.0
    for number in range(ROUNDS):
        folder = bench.scratch / f"round{number}"
        folder.mkdir()
        files = [folder / f"{i:05}.pcap" for i in range(FILES // ROUNDS)]
        for i, file in enumerate(files):
            shutil.copyfile(stories[i % len(stories)], file)
        some = files[:len(files) // SHARE]
        bench.write("list", b"".join(os.fsencode(file) + b"\0" for file in some))
        batch += timed(bench, "msice-batch", "-q", "-o", "calls", folder)
        tshark += SHARE * timed(bench, "sh", "-c", TSHARK, "sh", "list", "calls.tshark")
        assert lines(bench, "calls.tshark") > 0
        done = (number + 1) * len(files)
        print(f"{done} files: msice-batch {1000 * batch / done:.1f} ms a file, tshark {1000 * tshark / done:.1f} ms, "
              f"ratio {tshark / batch:.2f}", flush=True)
        shutil.rmtree(folder)
    assert lines(bench, "calls") >= done
    shutil.rmtree(bench.dir)


if __name__ == "__main__":
    main()
