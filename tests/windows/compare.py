#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests/windows.sh: what tshark prints of every capture, sound and damaged, is the same on Windows as on Linux.

    compare.py prepare CAPTURES        lays out the captures
    compare.py CAPTURES PRINTED        compares with what print_all.sh had printed

Damaged are the captures by tests/mutations.py, always in the same way: a fuzz batch. In a part of them Wireshark jumps out
of our code where data ends too early (TRY and CATCH)."""
import concurrent.futures
import os
import random
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import captures  # noqa: E402
import mutations  # noqa: E402
from conftest import TOP, Bench  # noqa: E402

VIEWS = {"text": ["-V"], "json": ["-T", "json"]}
FRAMES = 400


def prepare(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted((TOP / "pcaps").glob("*.pcap*")):
        shutil.copy(path, folder)
        frames = captures.read(path)[0][:FRAMES]
        if frames:
            rng = random.Random(path.name)
            payloads = [frame.data[42:] for frame in frames if len(frame.data) > 50] or [b"x"]
            captures.write(folder / f"damaged-{path.stem}.pcap", frames[0].link,
                           mutations.restructure(frames, rng, 0.3, payloads))


def normal(text):
    """Without what differs between the systems whatever is shown: ends of lines, the name of UTC."""
    return re.sub(r"(\.\d{9}) UTC?\b", r"\1 UTC", text.replace("\r", ""))


def difference(bench, capture, printed, view):
    """Why the two differ; None where they do not."""
    place = bench.scratch / capture.name
    if not place.exists():
        shutil.copy(capture, place)
    linux = bench.run("tshark", "-n", "-2", "-r", place, *VIEWS[view], check=False)
    output = printed / f"{capture.name}.{view}"
    status = int(Path(f"{output}.status").read_text())
    if linux.returncode != status:
        errors = Path(f"{output}.errors").read_text(errors="replace")[-300:]
        return f"exit status {linux.returncode} on Linux, {status} on Windows: {errors}"
    one, two = (normal(text).split("\n") for text in (linux.stdout, output.read_text(encoding="utf-8", errors="replace")))
    if one == two:
        return None
    return next((f"{here!r} on Linux, {there!r} on Windows" for here, there in zip(one, two) if here != there),
                f"{len(one)} lines on Linux, {len(two)} on Windows")


def compare(folder, printed):
    bench = Bench()
    tasks = [(capture, view) for capture in sorted(folder.iterdir()) for view in VIEWS
             if (printed / f"{capture.name}.{view}.status").exists()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda task: difference(bench, task[0], printed, task[1]), tasks))
    shutil.rmtree(bench.dir)
    for (capture, view), answer in zip(tasks, answers):
        if answer:
            print(f"windows: {capture.name} ({view}): {answer}")
    alike, damaged = answers.count(None), sum(capture.name.startswith("damaged-") for capture, _ in tasks)
    print(f"windows: {alike} of {len(tasks)} outputs are those of Linux, {damaged} of them of damaged captures")
    return alike < len(tasks) or len(tasks) < 100


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        sys.exit(compare(*map(Path, sys.argv[1:])))
