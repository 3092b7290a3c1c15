#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests/windows.sh: what tshark prints of every capture, sound and damaged, is the same on Windows as on Linux.

Damaged are the captures by tests/mutations.py, always in the same way: each is a fuzz batch of its own. Of them a part
jumps out of our code where data ends too early (TRY and CATCH)."""
import concurrent.futures
import os
import random
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import captures  # noqa: E402
import mutations  # noqa: E402
from conftest import TOP, Bench  # noqa: E402

CHROOT = Path(os.environ["WINDOWS_CHROOT"])
VIEWS = (["-V"], ["-T", "json"])
FRAMES = 400
# nghttp2 is not built for the rig: what HTTP/2 holds is not seen there. Each with the reason.
OTHERWISE = {}


def damage(name, folder):
    """A damaged copy of a capture, pcap; None where it has no frames of a kind that can be damaged."""
    frames = captures.read(TOP / "pcaps" / name)[:FRAMES]
    if not frames:
        return None
    rng = random.Random(name)
    payloads = [frame.data[42:] for frame in frames if len(frame.data) > 50] or [b"x"]
    path = folder / f"damaged-{Path(name).stem}.pcap"
    captures.write(path, frames[0].link, mutations.restructure(frames, rng, 0.3, payloads))
    return path


def normal(text):
    """Without what differs between the systems whatever is shown: ends of lines, the name of UTC."""
    return re.sub(r"(\.\d{9}) UTC?\b", r"\1 UTC", text.replace("\r", ""))


def windows(path, view):
    inside = "/" + str(path.relative_to(CHROOT))
    home = "/var/lib/msice-windows"
    command = ["chroot", str(CHROOT), "env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", f"HOME={home}/user-0", "TZ=UTC",
               "LC_ALL=C.UTF-8", "WIRESHARK_ABORT_ON_DISSECTOR_BUG=1", "tshark", "-n", "-r", inside, "-2", *view]
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=900)


def compare(bench, path, view):
    """Why the two differ; None where they do not."""
    linux = bench.run("tshark", "-n", "-r", path, "-2", *view, check=False)
    other = windows(CHROOT / "src" / "compare" / Path(path).name, view)
    if linux.returncode != other.returncode:
        return f"exit status {linux.returncode} on Linux, {other.returncode} on Windows: {other.stderr[-300:]}"
    one, two = normal(linux.stdout), normal(other.stdout)
    if one == two:
        return None
    return next((f"{here!r} on Linux, {there!r} on Windows" for here, there in zip(one.split("\n"), two.split("\n"))
                 if here != there), "one is longer")


def main():
    folder = CHROOT / "src" / "compare"
    subprocess.run(["rm", "-rf", folder], check=True)
    folder.mkdir(parents=True)
    bench = Bench()
    names = sorted(path.name for path in (TOP / "pcaps").glob("*.pcap*"))
    for name in names:
        (folder / name).write_bytes((TOP / "pcaps" / name).read_bytes())
        damage(name, folder)
    files = []
    for path in sorted(folder.iterdir()):
        place = bench.scratch / path.name
        place.write_bytes(path.read_bytes())
        files.append(place)
    tasks = [(path, view) for path in files for view in (VIEWS if not path.name.startswith("damaged") else VIEWS[:1])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda task: compare(bench, *task), tasks))
    failed = 0
    for (path, view), answer in zip(tasks, answers):
        if answer and path.name not in OTHERWISE:
            failed += 1
            print(f"windows: {path.name} {' '.join(view)}: {answer}")
    print(f"windows: {len(tasks) - failed} of {len(tasks)} outputs alike, of {len(names)} captures and "
          f"{len(files) - len(names)} damaged ones")
    subprocess.run(["rm", "-rf", folder, bench.dir], check=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
