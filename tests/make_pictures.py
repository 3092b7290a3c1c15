#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the pictures of docs/pictures with a Wireshark on a screen of its own.

    BUILD_DIR=build-tests tests/make_pictures.py [NAME...]

A row of PICTURES says what is opened and what is done there; what the picture shows is asked of sharkd, which tells what
the windows show without them: tests/test_pictures.py walks the same rows and takes no picture.
"""
import os
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


# To the end of the packet's tree, where the call stands; opened, with all below it.
TO_CALL = ("Down", "End", "shift+Right")
CALLS = {"asks": {"method": "tap", "tap0": "nstat:msice,calls,window"},
         "window": ("Microsoft Media Calls", 1340, 150)}
PAIRS = {"asks": {"method": "tap", "tap0": "nstat:msice,candidates,window"}}
TREE = {"asks": {"method": "tap", "tap0": "stat:msice"}}


def tree_of(frame):
    return {"method": "frame", "frame": frame, "proto": True}


PICTURES = [
    Picture("teams-call", "packets-teams-443-reset.pcap", 1, tree_of(1), (
        "Outcome: failed", "Most likely cause: The relay is reached neither", "What to do: ", "Shown by frame: 1 (UDP Allocate"),
        keys=(*TO_CALL, *["Down"] * 14), upper=250),
    Picture("teams-calls", "packets-teams-443-reset.pcap", 1, shows=("failed", "The relay is reached neither"), **CALLS),
    Picture("teams-candidates", "packets-teams-443-reset.pcap", 1, shows=("192.0.2.77:57040", "unanswered"),
            window=("Microsoft Media Candidates", 1340, 330), **PAIRS),
]


def take(picture):
    from gui import Desk  # here, so that who asks for the rows alone needs no screen

    desk = Desk()
    width, height = desk.size
    desk.remember({"gui.geometry_main_x": 0, "gui.geometry_main_y": 0, "gui.geometry_main_width": width - 2,
                   "gui.geometry_main_height": height - 24},
                  {"gui.geometry_main_upper_pane": picture.upper, "gui.geometry_main_lower_pane": width * 3 // 4})
    try:
        desk.open(picture.capture, "-g", str(picture.frame))
        if picture.keys:
            desk.click(width // 3, height - 60)  # the place of the packet's tree
            desk.keys(*picture.keys)
        if picture.window:
            title, width, height = picture.window
            desk.menu(title)
            desk.place(title, 10, 60, width, height)
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
