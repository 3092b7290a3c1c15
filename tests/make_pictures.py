#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the pictures of docs/pictures with a Wireshark on a screen of its own.

    BUILD_DIR=build-tests tests/make_pictures.py [NAME...]

A row of PICTURES says what is opened and what is done there; what the picture shows is asked of sharkd, which tells what
the windows show without them: tests/test_pictures.py walks the same rows and takes no picture.
"""
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / "docs" / "pictures"


@dataclass
class Picture:
    name: str
    capture: str
    frame: int            # selected in the packet list
    asks: dict            # of sharkd: method and its parameters
    shows: tuple          # words of the answer
    keys: tuple = ()      # pressed in the packet's tree
    window: tuple = ()    # whose picture it is, its width and height; () = the whole screen
    upper: int = 290      # height of the packet list
    size: tuple = (1366, 768)
    then: tuple = ()      # keys pressed in that window


# To the end of the packet's tree, where the call stands; opened, with all below it.
TO_CALL = ("Down", "End", "shift+Right")
CALLS = {"asks": {"method": "tap", "tap0": "nstat:msice,calls,window"},
         "window": ("Microsoft Media Calls", 1340, 150)}
PAIRS = {"asks": {"method": "tap", "tap0": "nstat:msice,candidates,window"}}
TREE = {"asks": {"method": "tap", "tap0": "stat:msice"}}
LADDER = {"asks": {"method": "tap", "tap0": "seqa:msice"}, "window": ("Flow", 1620, 850), "size": (1640, 950),
          "then": ("Tab", "Tab", "M", "i", "c", "r", "o", "s")}
# From the end of the tree to the diagnostics header of a BYE, which is opened with all below it.
TO_HEADER = ("Down", "End", "Up", "Right", "Down", "Down", "Right", *["Down"] * 9, "shift+Right")


def tree_of(frame):
    return {"method": "frame", "frame": frame, "proto": True}


PICTURES = [
    Picture("log", "logs/client-web-copy.log", 1, tree_of(1), ("Microsoft diagnostics header", "Most likely cause: "),
            keys=("Down", "End", "Up", "shift+Right", *["Down"] * 62), upper=110),
    Picture("icewarn", "story-proxy-443.pcap", 23, tree_of(23), (
        "Most likely cause: An application-layer firewall", "Flags not set", "pseudo-TLS failed: Set", "Shown by frame: 13"),
        keys=(*TO_HEADER, *["Down"] * 34), upper=110, size=(1366, 1000)),
    Picture("ladder", "story-internal-remote.pcap", 25, shows=("198.51.100.5", "edges_apart (high)", "connectivity check"), **LADDER),
    Picture("story-calls", "story-internal-remote.pcap", 25, shows=("sip:ann@example.com", "the two Edges cannot reach"), **CALLS),
    Picture("story-verdict", "story-internal-remote.pcap", 25, tree_of(25), (
        "Most likely cause: Both sides have relays", "TCP relay-to-relay connectivity failed: Set", "Shown by frame: 22"),
        keys=(*TO_HEADER, *["Down"] * 14), upper=250),
    Picture("story-candidates", "story-internal-remote.pcap", 25, shows=("unanswered", "198.51.100.5:51184"),
            window=("Microsoft Media Candidates", 1340, 330), **PAIRS),
    Picture("story-tree", "story-proxy-443-answer.pcap", 1, shows=("http_proxy: ", "Pseudo-TLS hello answered by"),
            window=("Microsoft Media Call Statistics", 1200, 620), **TREE),
    Picture("teams-call", "packets-teams-443-reset.pcap", 1, tree_of(1), (
        "Outcome: failed", "Most likely cause: The relay is reached neither", "What to do: ", "Shown by frame: 1 (UDP Allocate"),
        keys=(*TO_CALL, *["Down"] * 14), upper=250),
    Picture("teams-calls", "packets-teams-443-reset.pcap", 1, shows=("failed", "The relay is reached neither"), **CALLS),
    Picture("teams-candidates", "packets-teams-443-reset.pcap", 1, shows=("192.0.2.77:57040", "unanswered"),
            window=("Microsoft Media Candidates", 1340, 330), **PAIRS),
]


def capture_of(bench, picture):
    """The capture; one that is made of a log where it is a log."""
    if not picture.capture.startswith("logs/"):
        return picture.capture
    source = Path(__file__).resolve().parent / picture.capture
    made = subprocess.run([Path(os.environ["BUILD_DIR"]).resolve() / "extcap" / "uclog", "-q", "--tz", "UTC", source],
                          stdout=subprocess.PIPE, check=True).stdout
    return bench.write(f"{source.stem}.pcapng", made)


def take(picture):
    from gui import Desk  # here, so that who asks for the rows alone needs no screen

    desk = Desk(picture.size)
    width, height = desk.size
    desk.remember({"gui.geometry_main_x": 0, "gui.geometry_main_y": 0, "gui.geometry_main_width": width - 2,
                   "gui.geometry_main_height": height - 24},
                  {"gui.geometry_main_upper_pane": picture.upper, "gui.geometry_main_lower_pane": width * 3 // 4})
    try:
        desk.open(capture_of(desk.bench, picture), "-g", str(picture.frame))
        if picture.keys:
            desk.click(width // 3, height - 60)  # the place of the packet's tree
            desk.keys(*picture.keys)
        if picture.window:
            title, width, height = picture.window
            desk.menu(title)
            desk.place(title, 10, 40, width, height)
        if picture.then:
            desk.keys(*picture.then)
        desk.picture(PLACE / f"{picture.name}.png", picture.window[0] if picture.window else None)
    finally:
        desk.close()


def main():
    os.environ.setdefault("BUILD_DIR", "build-tests")
    for picture in PICTURES:
        if not sys.argv[1:] or picture.name in sys.argv[1:]:
            take(picture)
            print(picture.name)


if __name__ == "__main__":
    main()
