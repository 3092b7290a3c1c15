# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's windows without a screen: an X server of its own (Xvfb), asked and led by the names of things
(tests/accessible.py). Nothing waits for a time to pass, only for what is to be seen; a program that ends is noticed.

Started as root, Wireshark runs as nobody, as in conftest.py.
"""
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from conftest import NOBODY, Bench, drop_privileges

NEEDED = ("Xvfb", "openbox", "dbus-daemon", "xdotool", "import", "wireshark")
# Seconds until what does not come is a failure. On a busy machine a window takes ten.
PATIENCE = 300
HELPER = Path(__file__).resolve().parent / "accessible.py"

# The entries of menus that open a window, by the window's title.
MENUS = {
    "Flow": "Flow Graph",
}


def missing():
    """The programs that are needed and not there."""
    return [name for name in NEEDED if not shutil.which(name)]


def may_capture():
    """Arguments for Desk.start() of a user who may capture: root gives that right away with the rest, and no more."""
    if os.geteuid() != 0:
        return []
    rights = "+net_raw,+net_admin"
    return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--inh-caps", rights,
            "--ambient-caps", rights]


class Desk:
    """A screen with a window manager and a Wireshark on it, with the plugin and the profile."""

    def __init__(self, size=(1366, 768), dark=False):
        self.bench = Bench()
        self.bench.home.chmod(0o700)
        self.size = size
        self.started = []
        self.wireshark = None
        self.errors = self.bench.scratch / "errors"
        self.helper = self.bench.write("accessible.py", HELPER.read_bytes())
        self.env = self.bench.env(XDG_CONFIG_HOME=str(self.bench.home / ".config"), QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
        self.dark = self.dark_palette() if dark else []
        self.start_bus()
        self.start_screen()
        self.start(["openbox"])

    def dark_palette(self):
        """The colours of a desktop in dark mode, by the way that Qt has without one."""
        style = self.bench.home / "dark.qss"
        style.write_text("QWidget { background-color: #232629; color: #eff0f1 }\n", encoding="utf-8")
        return [f"-stylesheet={style}"]

    def remember(self, common, profile):
        """What Wireshark remembers of its last time, as its files of names and values."""
        for path, values in ((self.bench.config / "recent_common", common),
                             (self.bench.config / "profiles" / "MS-ICE" / "recent", profile)):
            kept = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(kept + "".join(f"{name}: {value}\n" for name, value in values.items()), encoding="utf-8")
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)

    # --- programs ---

    def start(self, command, **options):
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **drop_privileges(), **options}
        process = subprocess.Popen(command, env=self.env, cwd=self.bench.scratch, **options)
        self.started.append(process)
        return process

    def start_screen(self):
        """Xvfb chooses a display that is free and says which."""
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "%dx%dx24" % self.size, "-nolisten", "tcp"]
        self.started.append(subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.env["DISPLAY"] = ":" + answer.readline().strip()

    def start_bus(self):
        """The bus that the names of things come over."""
        bus = self.start(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address",
                          f"--address=unix:path={self.bench.home}/bus"], stdout=subprocess.PIPE, text=True)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()

    def start_names(self):
        """The service of names, once Wireshark shows a window: where that finds the service there already, Qt takes it
        now for started, now for not."""
        self.until(lambda: self.windows("."), "a window")
        holder = self.start(["/usr/bin/python3", self.helper, "hold"], stdout=subprocess.PIPE, text=True)
        assert holder.stdout.readline()

    def run(self, *command, check=True):
        return subprocess.run(command, env=self.env, cwd=self.bench.scratch, check=check, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **drop_privileges()).stdout

    def start_wireshark(self, *options, capturing=False):
        rights = may_capture() if capturing else []
        with open(self.errors, "w", encoding="utf-8") as errors:
            self.wireshark = self.start([*rights, "wireshark", *self.dark, "-C", "MS-ICE", "-o", "gui.ask_unsaved:FALSE", *options],
                                        stderr=errors, **({"user": None, "group": None, "extra_groups": None} if rights else {}))
        self.start_names()

    def open(self, capture, *options):
        """Starts Wireshark with a capture; waits until it is read."""
        self.start_wireshark("-r", self.bench.capture(capture), *options)
        self.wait_for_file(Path(capture).name)

    def stop(self):
        """Ends Wireshark as its user would; returns its exit status."""
        self.press("Quit")
        return self.wireshark.wait(PATIENCE)

    def close(self):
        for process in reversed(self.started):
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)
        shutil.rmtree(self.bench.dir, ignore_errors=True)

    # --- questions ---

    def until(self, question, what):
        """Asks until the answer is true; returns it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = question()
            if answer:
                return answer
            assert not self.wireshark or self.wireshark.poll() is None, (what, self.wireshark.returncode, self.messages())
            time.sleep(0.1)
        raise AssertionError(f"{what}: not in {PATIENCE} s; there are {self.titles()}, {self.messages()}")

    def ask(self, *question):
        """One question to tests/accessible.py; None = not now. While it waits for its answer Wireshark may end."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
            process = self.start(["/usr/bin/python3", self.helper, *question], stdout=answer)
            while process.poll() is None:
                if self.wireshark and self.wireshark.poll() is not None:
                    process.kill()
                try:
                    process.wait(1)
                except subprocess.TimeoutExpired:
                    pass
            self.started.remove(process)
            answer.seek(0)
            return json.loads(answer.read() or "null")

    def titles(self):
        return self.ask("titles") or []

    def wait(self, title):
        """Waits for a window."""
        self.until(lambda: any(title in found for found in self.titles()), f"window {title!r}")

    def texts(self, title):
        """What a window says, as a list."""
        return self.ask("texts", title) or []

    def wait_for(self, title, words):
        """Waits until a window says something."""
        self.until(lambda: any(words in text for text in self.texts(title)), f"{words!r} in {title!r}")

    def wait_for_file(self, title):
        """Waits until a capture is listed; while it is read the menus about its packets are grey."""
        self.wait(title)
        self.wait_for(title, "Packets: ")

    def press(self, name):
        """Presses an entry of a menu, when it can be."""
        self.until(lambda: self.ask("press", name), f"menu entry {name!r}")

    def menu(self, title):
        """Opens the window of a title by its menu."""
        self.press(MENUS.get(title, title))
        self.wait(f" {title} ")

    def messages(self):
        """What Wireshark wrote on standard error, but for what it says whatever the plugin does: of a machine, of a thing
        whose name was asked for when it was just gone, of Qt's order of things at the end."""
        known = ("nl80211 not found", "QStandardPaths", "[Capture MESSAGE]", "There are no interfaces on which",
                 "AtSpiAdaptor", "QAccessible", "XCB error", "Could not find accessible on path", "QThreadStorage")
        return [line for line in self.errors.read_text(encoding="utf-8").splitlines()
                if line and not any(word in line for word in known)]

    # --- pictures: what is pressed and when is not asked for; the tests need none of it ---

    def windows(self, title):
        """The windows in sight whose title has the words, as the X server numbers them."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", title, check=False).split()

    def settle(self):
        """Gives the window manager and Wireshark the time to do what they were asked for."""
        time.sleep(1)

    def keys(self, *keys):
        self.run("xdotool", "key", "--delay", "60", *keys)
        self.settle()

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
