#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests/package.sh: Wireshark's own windows with the package that is installed, and nothing else of ours.

    installed.py CAPTURE

The plugin is listed, the capture opens with the profile that the package has, the window of calls shows the call, and
Wireshark ends well, without a complaint about it.
"""
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

# A build with nothing in it.
empty = tempfile.TemporaryDirectory()
(Path(empty.name) / "plugins").mkdir()
os.environ["BUILD_DIR"] = empty.name

import gui  # noqa: E402


def installed_desk():
    """Where Wireshark looks for plugins, capture programs and profiles is as for any user."""
    desk = gui.Desk()
    for name in ("WIRESHARK_PLUGIN_DIR", "WIRESHARK_EXTCAP_DIR"):
        del desk.env[name]
    shutil.rmtree(desk.bench.config / "profiles" / "MS-ICE")
    return desk


def close_about(desk):
    """Its button is called so or so."""
    desk.until(lambda: any(desk.ask("click", "About Wireshark", name) for name in ("OK", "Close")), "a button")
    desk.until(lambda: not any("About" in title for title in desk.titles()), "the end of the window")


def main(capture):
    assert gui.missing() == []
    desk = installed_desk()
    desk.open(capture)
    desk.menu("Microsoft Media Calls")
    desk.wait_for(" Microsoft Media Calls ", "failed")
    desk.press("About Wireshark")
    desk.wait_for("About Wireshark", "msice.so")
    close_about(desk)
    assert desk.stop() == 0
    # A Debian with nothing in it has its own complaints (buses, fonts): what counts is what would be ours.
    messages = desk.messages()
    print(*messages, sep="\n")
    assert not [line for line in messages if re.search("msice|plugin|critical|assert", line, re.I)]
    desk.close()


main(sys.argv[1])
