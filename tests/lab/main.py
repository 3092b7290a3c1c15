# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays scenarios, several at a time, judges the recordings, and writes docs/accuracy.md. See tests/lab.sh."""
import argparse
import concurrent.futures
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from conftest import BUILD, TOP, Bench     # noqa: E402
from lab import judge, report              # noqa: E402
from lab.scenarios import MERGED, MERGED_SILENT, QUICK, ROWS, SILENT  # noqa: E402

LIMIT = 180      # seconds that a scenario may take
# The run's own mounts, processes and network; what it starts cannot outlive it.
ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--net", "sh", "-c",
         'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev/shm && mkdir /run/netns && exec "$@"', "sh")


def play(name, seed, folder):
    """Plays a scenario in namespaces of its own; returns what went wrong with it, as text."""
    done = subprocess.run([*ALONE, "timeout", str(LIMIT), "/usr/bin/python3", str(TESTS / "lab" / "play.py"), name, str(seed),
                           str(folder / name)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          encoding="utf-8", errors="replace")
    return "" if done.returncode == 0 else done.stderr[-2000:] or f"exit status {done.returncode}"


def play_all(names, seed, folder, jobs):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(play, name, seed, folder): name for name in names}
        for one in concurrent.futures.as_completed(running):
            print(running[one], one.result() or "played", flush=True)


def judge_one(bench, folder, row, only):
    """(truth, findings) of a scenario that was played; None when it was not. only: views that matter, by the first word."""
    try:
        truth = json.loads((folder / row.name / "truth.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    # Two captures between which a NAT stands share no packet: nothing but clocks that agree puts them in order.
    clock = random.Random(row.name).uniform(-1, 1) * (20 if row.topology == "inside" else 0.2)
    views = judge.make_views(folder / row.name, BUILD / "extcap" / "uclog", clock)
    return truth, [judge.judge_view(judge.table_of(bench, path), row, view) for view, path in views.items()
                   if view[0].startswith(only)]


def judge_all(folder, rows, jobs, only=""):
    bench = Bench()
    try:
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            return dict(zip([row.name for row in rows], pool.map(lambda row: judge_one(bench, folder, row, only), rows)))
    finally:
        shutil.rmtree(bench.dir, ignore_errors=True)


def show(rows, judged):
    for row in rows:
        if not judged[row.name]:
            print(f"{row.name}: not played")
            continue
        truth, findings = judged[row.name]
        print(f"{row.name}: {truth['outcome']}, {truth['path']} {truth['transport']}"
              f"{'' if truth['outcome'] == row.outcome else ' NOT AS IN THE ROW: ' + row.outcome}; {row.expect}")
        for one in findings:
            wrong = (one.outcome, one.path) != (truth["outcome"], truth["path"] or "-")
            if one.verdict != "right" or (wrong and one.view.startswith("client")) or one.calls != 1:
                print("   ", one.view, one.verdict, one.told, "|", one.outcome, one.path, one.calls)


def complaints(rows, judged, strict):
    """What must not be: a cause that is wrong and called high; strict: a client's view that is not right, and a scenario that
    did not go as its row says."""
    for row in rows:
        truth, findings = judged[row.name] or ({"outcome": "not played"}, ())
        if strict and truth["outcome"] != row.outcome:
            yield f"{row.name}: {truth['outcome']} in place of {row.outcome}"
        for one in findings:
            if one.verdict == "high" or (strict and one.verdict not in ("right", "unknowable")):
                yield f"{row.name}, {one.view}: {one.verdict}, {one.told or 'no cause'}"


def store(folder, rows):
    """The client's recordings go into pcaps/lab, a few together with the Edge's, a few without signalling."""
    place = TOP / "pcaps" / "lab"
    place.mkdir(exist_ok=True)
    names = [(row.name, folder / row.name / "client.pcapng") for row in rows]
    names += [(f"merged-{name}", folder / name / "views" / "merged-sip.pcapng") for name in MERGED]
    names += [(f"merged-{name}", folder / name / "views" / "merged-none.pcapng") for name in MERGED_SILENT]
    names += [(f"silent-{name}", folder / name / "client-none.pcapng") for name in SILENT]
    for name, recording in names:
        if recording.exists():
            (place / f"{name}.pcapng.gz").write_bytes(gzip.compress(recording.read_bytes(), 9, mtime=0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--keep")
    parser.add_argument("--again", action="store_true", help="judge what stands in the folder of --keep, and play nothing")
    parser.add_argument("--quick", action="store_true", help="the few scenarios of the test command, the client's views")
    parser.add_argument("--store", action="store_true", help="put the client's recordings into pcaps/lab")
    parser.add_argument("--also", default="", help="seeds that were played before this one, for the document")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="msice-lab-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        names = QUICK if options.quick else options.names
        rows = [row for row in ROWS if not names or row.name in names]
        if not options.again:
            play_all([row.name for row in rows], options.seed, folder, options.jobs)
        judged = judge_all(folder, rows, 3, "client" if options.quick else "")
        show(rows, judged)
        if len(rows) == len(ROWS):
            (TOP / "docs" / "accuracy.md").write_text(report.text(rows, judged, options.seed, options.also), encoding="utf-8")
        if options.store:
            store(folder, rows)
        return list(complaints(rows, judged, options.quick))
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("The laboratory makes network namespaces: it is for root.")
    wrong = main()
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)
