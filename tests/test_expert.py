# SPDX-License-Identifier: GPL-2.0-or-later
"""Expert items do not depend on who looks: with a protocol tree and without, the same are counted."""
import collections

from conftest import TOP

CAPTURES = sorted(path.name for path in (TOP / "pcaps").iterdir() if path.suffix in (".pcap", ".pcapng"))
GROUPS = 10
WITHOUT_TREE, WITH_TREE = "expert", "expert,chat,frame"  # a filter makes tshark build a tree for each packet


def counted(bench, name, tap, *options, plugin=True):
    """What -z expert lists, {(group, protocol, summary): frequency}, without titles and sums."""
    rows = [line.split(None, 3) for line in bench.tshark(name, "-q", *options, "-z", tap, plugin=plugin).splitlines()
            if line.strip()[:1].isdigit()]
    return collections.Counter({tuple(row[1:]): int(row[0]) for row in rows})


def difference(bench, name, *options):
    """What is counted one way only and is there because of the plugin: some of stock's own items depend on the tree."""
    without, with_tree = (counted(bench, name, tap, *options) for tap in (WITHOUT_TREE, WITH_TREE))
    if without != with_tree:
        without -= counted(bench, name, WITHOUT_TREE, *options, plugin=False)
        with_tree -= counted(bench, name, WITH_TREE, *options, plugin=False)
    return without - with_tree, with_tree - without, sum(without.values())


def joined(bench, number, names):
    """Several captures as one, one behind the other: what holds for each holds for all, at the cost of one start."""
    path = bench.scratch / f"joined-{number}.pcapng"
    bench.run("mergecap", "-a", "-w", path, *map(bench.capture, names))
    return str(path)


def test_with_a_tree_and_without(bench):
    groups = [joined(bench, number, CAPTURES[number::GROUPS]) for number in range(GROUPS)]
    jobs = [(name, *options) for name in groups for options in ((), ("-2",))]
    found = {job: difference(bench, *job) for job in jobs}
    assert {job: parts[:2] for job, parts in found.items() if parts[0] or parts[1]} == {}
    assert sum(parts[2] for parts in found.values()) > 1000  # there is something to compare
