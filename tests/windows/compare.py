#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests/windows.sh: what tshark prints of every capture, sound and damaged, is the same on Windows as on Linux.

    compare.py prepare CAPTURES        lays out the captures
    compare.py CAPTURES PRINTED        compares with what print_all.sh had printed

Damaged are the captures by tests/mutations.py, and by a snap length that cuts frames anywhere, always in the same way: a
fuzz batch. Where data ends too early, Wireshark jumps out of its code into ours (TRY and CATCH)."""
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

# Not compared, and why.
APART = {"tls-http2-443.pcapng": "tshark.exe is built without nghttp2, which reads the headers of HTTP/2"}
FRAMES = 400
HEADERS = 42  # Ethernet, IPv4, UDP


def cut(frame, rng):
    """The frame as a snap length leaves it, one of three."""
    if len(frame.data) <= HEADERS or rng.randrange(3):
        return frame
    return frame._replace(data=frame.data[:rng.randrange(HEADERS, len(frame.data))])


def prepare(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted((TOP / "pcaps").glob("*.pcap*")):
        shutil.copy(path, folder)
        frames = captures.read(path)[0][:FRAMES]
        if frames:
            rng = random.Random(path.name)
            payloads = [frame.data[HEADERS:] for frame in frames if len(frame.data) > HEADERS + 8] or [b"x"]
            damaged = [cut(frame, rng) for frame in mutations.restructure(frames, rng, 0.3, payloads)]
            captures.write(folder / f"damaged-{path.stem}.pcap", frames[0].link, damaged)


def normal(text):
    """Without what differs between the systems whatever is shown: ends of lines, the name of UTC."""
    return re.sub(r"(\.\d{9}) UTC?\b", r"\1 UTC", text.replace("\r", ""))


def difference(bench, capture, printed):
    """Why the two differ; None where they do not."""
    place = bench.scratch / capture.name
    if not place.exists():
        shutil.copy(capture, place)
    linux = bench.run("tshark", "-n", "-2", "-V", "-r", place, check=False)
    output = printed / f"{capture.name}.text"
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
    names = sorted(path for path in folder.iterdir() if path.name not in APART)
    for name, why in APART.items():
        print(f"windows: {name}: not compared: {why}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda capture: difference(bench, capture, printed), names))
    shutil.rmtree(bench.dir)
    for capture, answer in zip(names, answers):
        if answer:
            print(f"windows: {capture.name}: {answer}")
    alike, damaged = answers.count(None), sum(capture.name.startswith("damaged-") for capture in names)
    print(f"windows: {alike} of {len(names)} outputs are those of Linux, {damaged} of them of damaged captures")
    return alike < len(names) or len(names) < 100


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        sys.exit(compare(*map(Path, sys.argv[1:])))
