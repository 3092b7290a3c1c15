# SPDX-License-Identifier: GPL-2.0-or-later
"""Expert items do not depend on who looks: with a protocol tree and without, the same are counted."""
import collections

from conftest import TOP

CAPTURES = sorted(path.name for path in (TOP / "pcaps").iterdir() if path.suffix in (".pcap", ".pcapng"))


def counted(bench, name, *options, plugin=True):
    """What -z expert lists, {(group, protocol, summary): frequency}, without titles and sums."""
    rows = [line.split(None, 3) for line in bench.tshark(name, "-q", *options, plugin=plugin).splitlines()
            if line.strip()[:1].isdigit()]
    return collections.Counter({tuple(row[1:]): int(row[0]) for row in rows})


def ours(bench, name, *options):
    """The items that are there because of the plugin: some of stock's own depend on the tree."""
    return counted(bench, name, *options) - counted(bench, name, *options, plugin=False)


def test_with_a_tree_and_without(bench):
    """A filter makes tshark build a tree for each packet."""
    items, differ = 0, {}
    for name in CAPTURES:
        for passes in ((), ("-2",)):
            without = ours(bench, name, *passes, "-z", "expert")
            with_tree = ours(bench, name, *passes, "-z", "expert,chat,frame")
            if without != with_tree:
                differ[name, passes] = (without - with_tree, with_tree - without)
            items += sum(without.values())
    assert not differ
    assert items > 1000  # there is something to compare
