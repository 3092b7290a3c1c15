# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's windows without a screen: an X server of its own (Xvfb), found by their titles and led by keys.

Started as root, Wireshark runs as nobody, as in conftest.py.
"""
import os
import shutil
import subprocess
import time
from pathlib import Path

from conftest import NOBODY, Bench, drop_privileges

NEEDED = ("Xvfb", "openbox", "xdotool", "import", "wireshark")
PATIENCE = 30  # seconds for a window to come


def missing():
    """The programs that are needed and not there."""
    return [name for name in NEEDED if not shutil.which(name)]


# Where a menu has the entry that opens a window: the menu's key, and how often which key goes there. Versions differ by a
# few entries, so the neighbours are tried too.
MENUS = {
    "Microsoft Media Calls": ("alt+y", "Up", 5),
    "Microsoft Media Candidates": ("alt+y", "Up", 4),
    "VoIP Calls": ("alt+y", "Down", 0),
    "Flow": ("alt+s", "Down", 16),
    "Expert Information": ("alt+a", "Up", 1),
    "Microsoft Media Call Statistics": ("alt+s", "Up", 1),
}
NEAR = (0, 1, -1, 2, -2, 3, -3, 4, -4)


class Desk:
    """A screen with a window manager and a Wireshark on it, with the plugin and the profile."""

    def __init__(self, size=(1366, 768), dark=False):
        self.bench = Bench()
        self.bench.home.chmod(0o700)
        self.size = size
        self.started = []
        self.wireshark = None
        self.main = ""  # the begin of the title of its main window
        self.errors = self.bench.scratch / "errors"
        self.env = self.bench.env(XDG_CONFIG_HOME=str(self.bench.home / ".config"))
        self.dark = self.dark_palette() if dark else []
        self.start_screen()
        self.start(["openbox"])

    def dark_palette(self):
        """The colours of a desktop in dark mode, by the way that Qt has without one."""
        style = self.bench.home / "dark.qss"
        style.write_text("QWidget { background-color: #232629; color: #eff0f1 }\n", encoding="utf-8")
        return ["-stylesheet", str(style)]

    def remember(self, common, profile):
        """What Wireshark remembers of its last time, as its files of names and values."""
        for path, values in ((self.bench.config / "recent_common", common),
                             (self.bench.config / "profiles" / "MS-ICE" / "recent", profile)):
            kept = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(kept + "".join(f"{name}: {value}\n" for name, value in values.items()), encoding="utf-8")
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)

    def start(self, command, **options):
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
        process = subprocess.Popen(command, env=self.env, cwd=self.bench.scratch, **drop_privileges(), **options)
        self.started.append(process)
        return process

    def start_screen(self):
        """Xvfb chooses a display that is free and says which."""
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "%dx%dx24" % self.size, "-nolisten", "tcp"]
        self.started.append(subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL))
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.env["DISPLAY"] = ":" + answer.readline().strip()

    def run(self, *command, check=True):
        return subprocess.run(command, env=self.env, cwd=self.bench.scratch, check=check, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **drop_privileges()).stdout

    def windows(self, title):
        """The windows in sight whose title has the words."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", title, check=False).split()

    def wait(self, title):
        """Waits for a window; a program that has ended opens none."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.wireshark.poll() is None, (self.wireshark.returncode, self.messages())
            if self.windows(title):
                self.settle()
                return
            time.sleep(0.2)
        raise AssertionError(f"no window {title!r}")

    def start_wireshark(self, *options):
        with open(self.errors, "w", encoding="utf-8") as errors:
            self.wireshark = self.start(["wireshark", *self.dark, "-C", "MS-ICE", *options], stderr=errors)

    def activate(self, title):
        """Brings a window to the front; the keys go there."""
        for window in self.windows(f"^{title}"):
            self.run("xdotool", "windowactivate", "--sync", window, check=False)
        self.settle()

    def open(self, capture, *options):
        """Starts Wireshark with a capture; waits until it shows it."""
        self.start_wireshark("-r", self.bench.capture(capture), *options)
        self.main = Path(capture).name
        self.wait(self.main)
        self.settle()

    def settle(self):
        """Gives the window manager and Wireshark the time to do what they were asked for."""
        time.sleep(1)

    def keys(self, *keys):
        self.run("xdotool", "key", "--delay", "60", *keys)
        self.settle()

    def menu(self, title):
        """Opens the window of a title by its menu."""
        opener, key, times = MENUS[title]
        for offset in NEAR:
            if times + offset < 0:
                continue
            self.activate(self.main)
            self.keys(opener, *[key] * (times + offset), "Return")
            for _ in range(6):
                assert self.wireshark.poll() is None, self.messages()
                if self.windows(title):
                    return
                time.sleep(0.5)
            self.keys("Escape", "Escape")  # the neighbour's window, or the menu
        raise AssertionError(f"no menu opens {title!r}")

    def click(self, x, y, button=1):
        self.run("xdotool", "mousemove", str(x), str(y), "click", str(button))
        self.settle()

    def place(self, title, x, y, width, height):
        self.wait(title)
        for window in self.windows(title):
            self.run("xdotool", "windowmove", window, str(x), str(y), "windowsize", window, str(width), str(height),
                     "windowactivate", window, check=False)
        self.settle()

    def picture(self, path, title=None):
        """A picture of the screen, or of the window of a title."""
        self.run("xdotool", "mousemove", *map(str, self.size))
        self.settle()
        image = self.bench.scratch / "picture.png"
        window = self.windows(title)[-1] if title else "root"
        self.run("import", "-window", window, *(["-frame"] if title else []), "-strip", str(image))
        shutil.copyfile(image, path)

    def messages(self):
        """What Wireshark wrote on standard error, but for what it says of a machine whatever the plugin does."""
        known = ("nl80211 not found", "QStandardPaths", "[Capture MESSAGE]", "There are no interfaces on which")
        return [line for line in self.errors.read_text(encoding="utf-8").splitlines()
                if line and not any(word in line for word in known)]

    def stop(self):
        """Ends Wireshark as its user would; returns its exit status."""
        self.run("xdotool", "search", "--class", "wireshark", "windowactivate", check=False)
        self.keys("ctrl+q")
        status = self.wireshark.wait(PATIENCE)
        return status

    def close(self):
        for process in reversed(self.started):
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)
        shutil.rmtree(self.bench.dir, ignore_errors=True)
