# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose failure it is that tests/fuzz.py met, and the fewest frames that show it.

A finding is a file that was seen to fail with the plugin and not without it. Stock Wireshark is asked on the very
file that failed, before anything is narrowed, and on each shorter one again.

look(path, count, plugin) runs tshark over a file of count frames and returns an Outcome.
"""
import re

import captures

# Where a report says what is wrong and where, the most telling first.
PLACES = (
    r"SUMMARY: .*",
    r"[^\s/]+\.[ch]:\d+:\d+: runtime error: .*",
    r"Malformed Packet: [^\]]*",
    r"Dissector bug.*",
    r"CRITICAL.*",
    r"ERROR:.*",
)
SIZES = (1, 2, 10, 100, 1000)       # frames that a finding is tried with
FILES = 12                          # parts of a file that are looked at, until the rest is left


class Outcome:
    """What a run of tshark came to: kind is None when all is well; frame is None where the report names none."""

    def __init__(self, kind=None, text="", frame=None):
        self.kind, self.text, self.frame = kind, text, frame

    def signature(self):
        """Equal for what is the same defect: the report's place without numbers that change."""
        places = (re.search(pattern, self.text) for pattern in PLACES)
        place = next((found.group(0) for found in places if found), self.text[-200:])
        text = re.sub(r"0x[0-9a-f]+|\bpid=?\s*\d+", "", place)
        return f"{self.kind}: {text.strip()}"


def write(path, frames):
    """Writes frames as they were read, readable for the unprivileged user."""
    captures.write(path, frames[0].link, frames, step_us=None)
    path.chmod(0o644)
    return path


def only_with(look, path, count, kind):
    """Whether a file fails in that way with the plugin, and not at all without it."""
    return look(path, count, True).kind == kind and not look(path, count, False).kind


def failing_frame(outcome, frames, fails):
    """The frame (counted from 1) at which frames, which fail, begin to fail; None where that cannot be told."""
    if outcome.frame is not None or outcome.kind == "timeout":
        return outcome.frame
    low, high = 0, len(frames)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fails(frames[:middle]) else (middle, high)
    return high


def shortest(look, path, frames, kind, last):
    """The shortest file with the frame last at its end that fails only with the plugin; path itself at worst."""
    for size in (*(size for size in SIZES if size < last), last):
        trial = write(path.with_suffix(".trial"), frames[last - size:last])
        if only_with(look, trial, size, kind):
            return trial
    return path


def examine(look, path):
    """Yields what fails in a file, one failure after the other: (Outcome, file to keep) of a finding,
    (Outcome, None) of what stock Wireshark fails at, too. In front of the latter's frame and behind either's the
    frames are looked at again."""
    parts = [path]
    for number in range(FILES):
        if not parts:
            return
        part = parts.pop(0)
        frames, _ = captures.read(part)
        outcome = look(part, len(frames), True)
        if not outcome.kind:
            continue
        stock = look(part, len(frames), False)
        if stock.kind:
            at = failing_frame(stock, frames, lambda some: look(write(part.with_suffix(".trial"), some),
                                                                len(some), False).kind == stock.kind)
            yield outcome, None
            rest = [frames[:at - 1], frames[at:]] if at else []
        else:
            at = failing_frame(outcome, frames, lambda some: only_with(look, write(part.with_suffix(".trial"), some),
                                                                       len(some), outcome.kind))
            outcome.frame = at
            yield outcome, shortest(look, part, frames, outcome.kind, at or len(frames))
            rest = [frames[at:]] if at else []
        parts += [write(path.with_suffix(f".{number}-{side}.part"), some) for side, some in enumerate(rest) if some]
