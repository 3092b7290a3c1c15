# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark itself on a screen of its own: the stories with all our windows open; nothing crashes, nothing complains.

What is opened, pressed and read goes by names (tests/accessible.py). A machine without the programs fails here:
tests/packages.txt has them.
"""
import socket
import subprocess
import threading

import pytest

import gui
from conftest import PATIENCE, TOP, drop_privileges
from gen import turn_messages as turn

STORIES = sorted(path.name for path in (TOP / "pcaps").glob("story-*.pcap")) + ["packets-teams-443-reset.pcap", "sbc-bypass.pcap"]
WINDOWS = ("Microsoft Media Calls", "Microsoft Media Candidates", "Microsoft Media Call Statistics", "VoIP Calls",
           "Expert Information", "Flow")


@pytest.fixture
def desk():
    assert gui.missing() == []
    desk = gui.Desk()
    yield desk
    desk.close()


def open_all(desk):
    for title in WINDOWS:
        desk.menu(title)


def count_again(desk, words):
    """The window of calls, as all of its kind, counts when it is opened and when it is told to."""
    def told():
        desk.ask("click", " Microsoft Media Calls ", "Apply")
        return any(words in text for text in desk.texts(" Microsoft Media Calls "))
    desk.until(told, f"{words!r} in the window of calls")


def end(desk):
    assert desk.stop() == 0
    assert desk.messages() == []


@pytest.mark.parametrize("story", STORIES)
def test_windows_of_a_story(desk, story):
    desk.open(story)
    open_all(desk)
    rows = desk.bench.rows(story, ["msice.call", "msice.call.outcome"], "-2").values()
    outcome = next(row["msice.call.outcome"][0] for row in rows if row["msice.call"] == ["1"])
    desk.wait_for(" Microsoft Media Calls ", outcome)
    desk.wait_for(" VoIP Calls ", outcome)
    desk.wait_for(" Flow ", "Microsoft Media Calls")
    end(desk)


def test_menus_have_what_somebody_would_open(desk):
    """The tree and what is done with a call, windows; what is for programs stands in none."""
    desk.open("story-proxy-443.pcap")
    entries = sorted({entry.rstrip("…. ") for entry in desk.ask("menus") if "Microsoft Media" in entry})
    assert entries == ["Go to Microsoft Media Call", "Microsoft Media Call", "Microsoft Media Call Statistics", "Microsoft Media Calls",
                       "Microsoft Media Candidates"]
    end(desk)


def displayed(desk, capture):
    """How many packets are listed; None while nothing says so. Later versions do not where all are."""
    labels = [text for text in desk.texts(capture) if "Displayed: " in text]
    return int(labels[0].split("Displayed: ")[1].split()[0]) if labels else None


def test_from_a_packet_to_its_call(desk):
    """Analyze > Conversation Filter, which is the packet list's right click too, and the menu of ours."""
    capture = "sbc-ends.pcap"
    rows = desk.bench.rows(capture, ["msice.call", "msice.call.outcome"], "-2")
    failed = [number for number, row in rows.items() if "failed" in row["msice.call.outcome"]]
    call = rows[failed[0]].one("msice.call")
    of_call = [number for number, row in rows.items() if call in row["msice.call"]]
    assert 0 < len(of_call) < len(failed) < len(rows)
    desk.open(capture, "-g", str(failed[0]))
    for entry, frames in (("Microsoft Media Call", of_call), ("Only Failed Calls", failed), ("Only this Call", of_call)):
        desk.press(entry)
        desk.until(lambda: displayed(desk, capture) == len(frames), f"{len(frames)} frames after {entry!r}")
    end(desk)


def cell_of_first_call(desk, column):
    """Of the window of calls."""
    cells = desk.texts(" Microsoft Media Calls ")
    first, last = cells.index("Call"), cells.index("ICEWarn")
    return cells[last + 1 + cells.index(column) - first]


@pytest.mark.parametrize("capture, entry", [("story-proxy-443.pcap", "Cause of this Call"), ("story-proxy-443.pcap", "Header of this Call"),
                                            ("packets-teams-443-reset.pcap", "Next Call with a Cause")])
def test_from_a_call_to_its_cause(desk, capture, entry):
    lengths = {number: row.one("frame.len") for number, row in desk.bench.rows(capture, ["frame.len"]).items()}
    desk.open(capture, "-g", "12")
    desk.menu("Microsoft Media Calls")
    desk.wait_for(" Microsoft Media Calls ", "failed")
    there = int(cell_of_first_call(desk, "Frame"))
    # By the packet's tree, or where that has no names by the tab of its bytes.
    shown = (f"Frame {there}: ", f"Frame ({lengths[there]} bytes)")
    assert lengths[there] != lengths[12]
    desk.press(entry)
    desk.until(lambda: any(text.startswith(shown) for text in desk.texts(capture)), f"frame {there}")
    end(desk)


def test_enabled_protocols_lists_no_internals(desk):
    """Protocols, and the switch for all of the plugin."""
    known = [line.split("\t")[1] for line in desk.bench.run("tshark", "-G", "protocols").stdout.splitlines()]
    stock = [line.split("\t")[1] for line in desk.bench.run("tshark", "-G", "protocols", plugin=False).stdout.splitlines()]
    desk.open("story-proxy-443.pcap")
    desk.press("Enabled Protocols")
    desk.wait_for("Enabled Protocols", "MS-ICE plugin")
    listed = set(desk.texts("Enabled Protocols"))
    assert (set(known) - set(stock)) & listed == {"ICEWarn", "MRAS", "MS-CALL", "MS-DIAG", "MS-ICE", "MS-ICE plugin", "MS-QOE",
                                                  "MS-TURN", "MSPATH"}
    desk.until(lambda: desk.ask("click", "Enabled Protocols", "Cancel"), "a button to close it")
    end(desk)


def test_another_file_while_windows_are_open(desk):
    """What a window shows belongs to the file: closing that must leave nothing behind that is read again."""
    one, other = "story-proxy-443.pcap", desk.bench.capture("story-internal-remote.pcap")
    desk.remember({"recent.capture_file": other}, {})
    desk.open(one)
    open_all(desk)
    desk.press("Close")
    desk.wait("The Wireshark Network Analyzer")
    desk.press(other)
    desk.wait_for_file("story-internal-remote.pcap")
    open_all(desk)
    desk.wait_for("Microsoft Media Calls · story-internal-remote.pcap", "failed")
    end(desk)


def test_live_capture_with_windows_open(desk):
    """A capture that grows while the windows are open, through a pipe."""
    pipe = desk.bench.scratch / "live"
    subprocess.run(["mkfifo", str(pipe)], check=True, **drop_privileges())
    writer = subprocess.Popen(["sh", "-c", 'exec 3>"$0"; head -c 3000 "$1" >&3; read go; tail -c +3001 "$1" >&3; read go',
                               str(pipe), desk.bench.capture("story-internal-remote.pcap")], stdin=subprocess.PIPE, text=True,
                              **drop_privileges())
    desk.start_wireshark("-k", "-i", str(pipe))
    desk.wait_for("Capturing from", "Packets: ")
    open_all(desk)
    desk.wait_for(" Microsoft Media Calls ", "incomplete")
    writer.stdin.write("\n")
    writer.stdin.flush()
    count_again(desk, "failed")
    writer.communicate("\n", PATIENCE)
    end(desk)


def test_live_capture_on_loopback(desk):
    """What comes in while windows are open: a client that asks a relay which is not there."""
    listed = subprocess.run([*gui.may_capture(), "dumpcap", "-D"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                            check=False).stdout
    if "lo (Loopback)" not in listed:
        pytest.skip("this user may not capture")
    desk.start_wireshark("-k", "-i", "lo", "-f", "udp port 3478", capturing=True)
    desk.wait("Capturing from")
    open_all(desk)
    request, done = turn.allocate(turn.identity(1)), threading.Event()

    def ask():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.bind(("127.0.0.1", 0))
            while not done.wait(0.2):
                try:
                    client.sendto(request, ("127.0.0.1", 3478))
                except ConnectionRefusedError:
                    pass

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        count_again(desk, "127.0.0.1")
    finally:
        done.set()
        asking.join()
    desk.press("Stop")
    end(desk)
