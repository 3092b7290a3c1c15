# SPDX-License-Identifier: GPL-2.0-or-later
"""What a row of the tables of stories is."""
from typing import Callable, NamedTuple

CONFIDENCES = ("low", "medium", "high")


class Row(NamedTuple):
    """A story and what must come out of it. None: does not matter; a tuple: any of these."""

    name: str
    build: Callable  # returns a MediaCall, or another thing with capture, idents and names
    outcome: object
    path: object = None
    rule: object = None          # None: no cause may be named
    wrong: tuple = ()            # rules that one might think of, and that the packets contradict
    least: str = "medium"        # how sure it has to be at least, and may be at most
    most: str = "high"
    transport: str | None = None  # of the path
    rtt: int | None = None       # of the path, in ms
    local: str | None = None     # address of the own end of the path
    clean: bool = True           # of a call that works: nothing in it deserves a warning
    pcap: bool = False           # it stands in pcaps/

    @property
    def healthy(self):
        """Neither a cause nor, when it is clean, a warning."""
        return self.rule is None and self.outcome == "connected"


def pcaps(rows):
    """(file name, capture) of those that stand in pcaps/."""
    for row in rows:
        if row.pcap:
            story = row.build()
            yield f"packets-{row.name}.pcap{'ng' if hasattr(story, 'points') else ''}", story.capture
