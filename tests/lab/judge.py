# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges recordings: each view of a run by -z msice,calls, against what the row expects and the programs have said."""
import subprocess
from typing import NamedTuple

from call_table import cause, rows_of

from .scenarios import FAR

VIEWS = ("client", "edge", "merged")
SIGNALLING = ("sip", "none", "log")


class Finding(NamedTuple):
    """What the plugin says of a view. verdict: right, none, wrong, high (wrong and high) or unknowable; told: the cause it
    names."""

    view: str
    verdict: str
    told: str
    outcome: str
    path: str
    calls: int


def tool(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)


def merge(target, *sources):
    tool("mergecap", "-w", target, *sources)


def shift(source, target, seconds):
    """The clock of another computer."""
    tool("editcap", "-t", str(seconds), source, target)


def make_views(folder, uclog, clock):
    """Files of all nine views from the recordings in a folder: {(view, signalling): path}."""
    out = folder / "views"
    out.mkdir(exist_ok=True)
    log, edge = out / "log.pcap", out / "edge-none.pcapng"
    client, silent, signalling = (folder / f"{name}.pcapng" for name in ("client", "client-none", "sip"))
    shift(folder / "edge.pcapng", edge, clock)
    with open(log, "wb") as to:
        tool(uclog, folder / "client.log", stdout=to)
    views = {"client-none": [silent], "client-sip": [client], "client-log": [silent, log], "edge-none": [edge],
             "edge-sip": [edge, signalling], "edge-log": [edge, log], "merged-none": [silent, edge],
             "merged-sip": [client, edge], "merged-log": [silent, edge, log]}
    for name, sources in views.items():
        merge(out / f"{name}.pcapng", *sources) if len(sources) > 1 else None
    return {tuple(name.split("-")): out / f"{name}.pcapng" if len(sources) > 1 else sources[0]
            for name, sources in views.items()}


def the_row(rows):
    """The call of a table that was made: the one that has most to say."""
    def weight(row):
        return (row["from"].startswith("sip:"), cause(row["verdict"]) is not None, row["outcome"] not in ("no media", "incomplete"))
    return max(rows, key=weight, default=None)


# What a view that cannot know the cause may say instead: what the client lacks is seen, not why (docs/stories.md).
SYMPTOMS = ("own_without_relay", "peer_without_relay")


def judge_view(table, row, view):
    """Finding of a view's table; row: of the scenarios."""
    name = "-".join(view)
    found = the_row(table)
    named = [cause(each["verdict"]) for each in table if cause(each["verdict"])]
    told = " ".join(f"{one.rule} ({one.confidence})" for one in named)
    outcome, path = (found["outcome"], found["path"]) if found else ("-", "-")
    hidden = why_unknown(row, view)
    right = row.expect + (SYMPTOMS if hidden else ())
    bad = [one for one in named if one.rule not in right or (one.rule in SYMPTOMS and one.rule not in row.expect and one.confidence == "high")]
    if any(one.confidence == "high" for one in bad):
        verdict = "high"
    elif bad:
        verdict = "wrong"
    elif named or not row.expect:
        verdict = "right"
    else:
        verdict = "unknowable" if hidden else "none"
    return Finding(name, verdict, told, outcome, path, len(table))


def why_unknown(row, view):
    """Why the row says that a view cannot know the cause; None: it can."""
    for key in ("-".join(view), view[0], f"*-{view[1]}"):
        if key in row.unknown:
            return row.unknown[key]
    return FAR if view[0] == "edge" and row.expect and not row.edge_knows else None


def table_of(bench, path):
    path.chmod(0o644)
    return rows_of(bench.tshark(str(path), "-2", "-q", "-z", "msice,calls"))
