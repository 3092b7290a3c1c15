#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks Wireshark's windows as assistive technology does (AT-SPI): by the names of things, without keys and places.

    accessible.py hold                 keeps the names of things there until it is ended
    accessible.py titles               of the windows that are open
    accessible.py texts TITLE          what a window says, cell by cell; TITLE: words of its title
    accessible.py menus                the names of all entries
    accessible.py press NAME           an entry of a menu, or nothing when it is not there or grey
    accessible.py click TITLE NAME     a button of a window

The answer is one line of JSON; null = not now. Runs as the user that Wireshark runs as, a process for each question, so
that nothing is remembered from before. tests/gui.py asks until the answer is there.
"""
import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

FOREVER = 1000 * 3600  # milliseconds: who asks has a deadline of his own
MENUS = ("menu bar", "menu", "menu item", "check menu item", "popup menu")


def children(thing):
    for index in range(thing.get_child_count()):
        child = thing.get_child_at_index(index)
        if child:
            yield child


def windows():
    for program in children(Atspi.get_desktop(0)):
        yield from children(program)


def windows_named(title):
    return (window for window in windows() if title in window.get_name())


def menu_entries(thing):
    for child in children(thing):
        if child.get_role_name() in MENUS:
            yield child
            yield from menu_entries(child)


def below(thing):
    """All things in a window but its menus."""
    for child in children(thing):
        if child.get_role_name() not in MENUS:
            yield child
            yield from below(child)


def can_be_used(thing):
    states = thing.get_state_set()
    return states.contains(Atspi.StateType.ENABLED) and states.contains(Atspi.StateType.SENSITIVE)


def titles():
    return [window.get_name() for window in windows()]


def texts(title):
    for window in windows_named(title):
        return [thing.get_name() or "" for thing in below(window)]
    return None


def menus():
    return [entry.get_name() for window in windows() for entry in menu_entries(window)]


def press(name):
    for window in windows():
        for entry in menu_entries(window):
            if entry.get_name().rstrip("…. ") == name and can_be_used(entry):
                return entry.do_action(0) or None
    return None


def click(title, name):
    for window in windows_named(title):
        for thing in below(window):
            if thing.get_role_name() in ("push button", "button") and thing.get_name() == name and can_be_used(thing):
                return thing.do_action(0) or None
    return None


def hold():
    """The registry of programs ends with its last client, and forgets them: one stays."""
    windows_now = titles()
    print(json.dumps(windows_now), flush=True)
    GLib.MainLoop().run()


def main():
    Atspi.set_timeout(FOREVER, FOREVER)
    try:
        answer = {"hold": hold, "titles": titles, "texts": texts, "menus": menus, "press": press, "click": click}[sys.argv[1]](*sys.argv[2:])
    except GLib.Error as error:  # a thing that went away while it was looked at
        print(error.message, file=sys.stderr)
        answer = None
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
