# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark itself on a screen of its own: the stories with all our windows open; nothing crashes, nothing complains.

Windows are found by their titles. Without the programs (tests/packages.txt) the tests are skipped, and say so.
"""
import subprocess
import time

import pytest

import gui
from conftest import drop_privileges

pytestmark = pytest.mark.skipif(bool(gui.missing()), reason=f"not installed: {gui.missing()}")

STORIES = ("story-proxy-443.pcap", "story-internal-remote.pcap", "packets-teams-443-reset.pcap")
WINDOWS = ("Microsoft Media Calls", "Microsoft Media Candidates", "Microsoft Media Call Statistics", "VoIP Calls",
           "Expert Information")


@pytest.fixture
def desk():
    desk = gui.Desk()
    yield desk
    desk.close()


def open_all(desk):
    for title in WINDOWS:
        desk.menu(title)
    for title in WINDOWS:
        assert desk.windows(title), title


@pytest.mark.parametrize("story", STORIES)
def test_windows_of_a_story(desk, story):
    desk.open(story)
    open_all(desk)
    desk.menu("Flow")
    assert desk.wireshark.poll() is None
    assert desk.messages() == []


def test_another_file_while_windows_are_open(desk):
    """What a window shows belongs to the file: closing that must leave nothing behind that is read again."""
    desk.open(STORIES[0])
    open_all(desk)
    desk.activate(STORIES[0])
    desk.keys("ctrl+w")
    desk.settle()
    assert desk.wireshark.poll() is None
    desk.keys("ctrl+o")
    desk.wait("Open Capture File")
    desk.run("xdotool", "type", "--delay", "20", desk.bench.capture(STORIES[1]))
    desk.keys("Return")
    desk.wait(f"^{STORIES[1]}")
    desk.main = STORIES[1]
    open_all(desk)
    assert desk.messages() == []


def test_live_capture_with_windows_open(desk):
    """A capture that grows, through a pipe, while the windows are open."""
    pipe = desk.bench.scratch / "live"
    subprocess.run(["mkfifo", str(pipe)], check=True, **drop_privileges())
    writer = subprocess.Popen(["sh", "-c", 'exec 3>"$0"; head -c 3000 "$1" >&3; sleep 12; tail -c +3001 "$1" >&3; sleep 5',
                               str(pipe), desk.bench.capture(STORIES[1])], **drop_privileges())
    desk.start_wireshark("-k", "-i", str(pipe))
    desk.main = "Capturing from"
    desk.wait(desk.main)
    open_all(desk)
    while writer.poll() is None:
        assert desk.wireshark.poll() is None
        time.sleep(0.5)
    desk.settle()
    assert desk.wireshark.poll() is None
    assert desk.messages() == []
