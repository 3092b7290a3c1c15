# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the tables of -z msice,calls and -z msice,candidates."""
import re

CALLS = "call | start (UTC) | from | to | media | locations | id | ICEWarn | verdict"
CANDIDATES = "call | what | side | transport"
# The columns behind the nine first ones.
COLUMNS = ("outcome", "path", "transport", "local", "remote", "relay", "setup (ms)", "duration (s)", "RTT (ms)", "sent",
           "sent loss (%)", "sent jitter (ms)", "sent gap (s)", "received", "received loss (%)", "received jitter (ms)",
           "received gap (s)", "frame")


class Cause(tuple):
    """(rule, confidence) of a verdict cell."""

    @property
    def rule(self):
        return self[0]

    @property
    def confidence(self):
        return self[1]


def cause(cell):
    """The cause in a verdict cell, None where it names none."""
    found = re.match(r"(\w+) \((\w+)\)", cell)
    return Cause(found.groups()) if found else None


def lines_of(output, header):
    """The lines of a table in what tshark prints, its heading first."""
    lines = output.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith(header)), None)
    if start is None:
        return []
    behind = (number for number in range(start + 1, len(lines)) if " | " not in lines[number])
    return lines[start:next(behind, len(lines))]


def rows_of(output, header=CALLS):
    """The rows as dictionaries by column."""
    lines = lines_of(output, header)
    if not lines:
        return []
    names = lines[0].split(" | ")
    return [dict(zip(names, line.split(" | "))) for line in lines[1:]]
