# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/accuracy.md: how often the verdict was right, by view, and why not."""
import collections

from .judge import SIGNALLING, VIEWS, why_unknown

HEAD = """# How often is the verdict right?

Written by `tests/lab.sh`, which plays {count} scenarios with real programs in networks of its own (seed {seed}), records at the client, the
Edge and the peer, and judges what `-z msice,calls` says of nine views of each call: the capture of the client, that of the Edge, and both
merged; each with SIP, without it, and with the client's log in its place.

What really happened is what the programs say: whether they heard each other to the end, by which pair of candidates. The table of
scenarios with their faults and the causes that are right is `tests/lab/scenarios.py`. {healthy} of them are healthy, slow, lossy or look
like a failure and are none: there *right* means that no cause is named.

| word | meaning |
|---|---|
| right | a cause that the row expects, or none where none may be named; each call of the table counts, phantoms too |
| none | no cause, where there is one |
| wrong, wrong and high | another cause; the same, and said to be *high* |
| cannot know | no cause or only the symptom (`own_without_relay`, `peer_without_relay`, *medium* at most) from a view of which the row says beforehand that it cannot know, and why; not counted in the share |

Between the client and the Edge stands a NAT in most scenarios. The two captures then have no packet in common, and nothing but clocks
that agree puts them in order: these are merged with clocks 0.2 s apart at most, the others with clocks up to 20 s apart.

Without signalling such a call is told from the computer whose packets were captured where they set out (all of their TTL is left), so
from the client's; where nothing shows that both captures hold one call, the Edge's part makes a call of its own, whose causes count, too.

The kernel that this was written on has no netem: delay, jitter, loss and cuts are made by a pair of TUN devices (`tests/lab/wire.py`).

"""
ALSO = """Played before with other seeds (other ports, addresses and delays): {}. What they showed to be wrong is mended in the rules.

"""
WORDS = ("right", "none", "wrong", "high", "unknowable")


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def by_view(judged):
    counts = collections.defaultdict(collections.Counter)
    for _, findings in judged.values():
        for one in findings:
            counts[one.view][one.verdict] += 1
    return counts


def view_table(counts):
    lines = ["| view | right | none | wrong | wrong and high | cannot know | share right |", "|---|---|---|---|---|---|---|"]
    for name in (f"{view}-{how}" for view in VIEWS for how in SIGNALLING):
        row = counts[name]
        known = sum(row[word] for word in WORDS[:4])
        lines.append(f"| {name} | " + " | ".join(str(row[word]) for word in WORDS) + f" | {share(row['right'], known)} |")
    return lines


def fits(truth, one):
    """Whether outcome and path are those of the programs."""
    return one.outcome == truth["outcome"] and (truth["path"] is None or one.path == truth["path"])


def outcome_table(judged):
    lines = ["| view | outcome and path right |", "|---|---|"]
    for index, name in enumerate(f"{view}-{how}" for view in VIEWS for how in SIGNALLING):
        if name.startswith("edge"):
            continue
        views = [(truth, next(one for one in findings if one.view == name)) for truth, findings in judged.values()]
        right = sum(fits(truth, one) for truth, one in views)
        lines.append(f"| {name} | {right} of {len(views)}, {share(right, len(views))} |")
    return lines


# Why a miss is one, where somebody has looked.
NOT_JOINED = "at the Edge nothing joins what both sides do: the peer's part is a call of its own, whose peer has no relay"
NOT_SEEN = "the Edge never sees who answers in its place, only the flags of the header are left"
WHY = {
    "edge-down": NOT_JOINED,
    "unknown-user": NOT_JOINED,
    "challenged-again": NOT_JOINED,
    "unknown-user-wlm2009": NOT_JOINED,
    "tls-inspection": NOT_SEEN,
    "web-filter": NOT_SEEN,
    "captive-portal": NOT_SEEN,
    "peer-unreachable": "the client asks no relay, which is true and may be the cause; what routers answer counts only with a header",
    "antivirus-cuts": "without signalling the end of the capture may come before the end of the call",
}


def why_missed(row):
    return WHY.get(row.name, "not looked into")


def miss_table(rows, judged):
    """A line for each scenario and answer that is not right."""
    lines = ["| scenario | cause | what is said | views | why |", "|---|---|---|---|---|"]
    for row in rows:
        if row.name not in judged:
            continue
        found = collections.defaultdict(list)
        for one in judged[row.name][1]:
            if one.verdict in ("none", "wrong", "high"):
                found[one.verdict, one.told].append(one.view)
        for (verdict, told), views in found.items():
            words = {"none": "none", "wrong": "wrong: ", "high": "**wrong and high**: "}[verdict] + told
            lines.append(f"| {row.name} | {' / '.join(row.expect) or 'none'} | {words} | {', '.join(views)} | {why_missed(row)} |")
    return lines


def unknown_table(rows, judged):
    reasons = collections.defaultdict(list)
    for row in rows:
        for one in judged.get(row.name, (None, ()))[1]:
            if one.verdict == "unknowable":
                reasons[why_unknown(row, tuple(one.view.split("-")))].append(f"{row.name} ({one.view})")
    return [f"- {reason}: {', '.join(where)}" for reason, where in reasons.items()]


def off_table(rows, judged):
    """Where outcome or path are not those of the programs, seen from the client or merged."""
    lines = ["| scenario | really | what is said | views | why |", "|---|---|---|---|---|"]
    for row in rows:
        if row.name not in judged:
            continue
        truth, findings = judged[row.name]
        found = collections.defaultdict(list)
        for one in findings:
            if not one.view.startswith("edge") and not fits(truth, one):
                found[one.outcome, one.path].append(one.view)
        for (outcome, path), views in found.items():
            lines.append(f"| {row.name} | {truth['outcome']}, {truth['path'] or '-'} | {outcome}, {path} | {', '.join(views)} | {why_missed(row)} |")
    return lines


def off_row(rows, judged):
    return [f"- {row.name}: expected {row.outcome}, was {judged[row.name][0]['outcome']}" for row in rows
            if row.name in judged and judged[row.name][0]["outcome"] != row.outcome]


def text(rows, judged, seed, also=""):
    judged = {name: found for name, found in judged.items() if found}
    healthy = sum(not row.expect for row in rows)
    odd = off_row(rows, judged)
    parts = [HEAD.format(count=len(judged), seed=seed, healthy=healthy), *([ALSO.format(also)] if also else []), "## By view\n", *view_table(by_view(judged)),
             "\n## Outcome and path\n", *outcome_table(judged), "\n## Each miss\n", *miss_table(rows, judged),
             "\n## Outcome or path missed\n", *off_table(rows, judged),
             "\n## What a view cannot know\n", *unknown_table(rows, judged)]
    if odd:
        parts += ["\n## Scenarios that did not go as their row says\n", *odd]
    return "\n".join(parts) + "\n"
