# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: real tshark on real captures.

    BUILD_DIR=build /usr/bin/python3 -m pytest tests/test_plugin.py -q

Started as root the tests run Wireshark's programs as the user nobody, because root's tshark ignores plugins
outside the global folder without a word. Plugin, profile and captures are copied into a folder that user can
read; its configuration is private, so neither the machine's settings nor an installed msice play a part.
"""
import collections
import datetime
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("BUILD_DIR", TOP / "build-tests")).resolve()
# The programs are Windows' (tests/windows.sh): wine runs them.
WINDOWS = any(BUILD.glob("plugins/*/epan/msice.dll"))
NOBODY = 65534
# Seconds after which a program that does not end, or a packet that does not come, is a failure: so many that no load
# of the machine is taken for one. No test measures time.
PATIENCE = 900

# What the user's own mask keeps to himself, the unprivileged user could not read.
os.umask(0o022)


def drop_privileges():
    """Arguments for subprocess that give up root; none where there is nothing to give up. Debian can be told to let a
    group alone run dumpcap: that group is kept."""
    if os.geteuid() != 0:
        return {}
    dumpcap = os.stat(shutil.which("dumpcap"))
    groups = [] if dumpcap.st_mode & 0o001 else [dumpcap.st_gid]
    return {"user": NOBODY, "group": NOBODY, "extra_groups": groups}


def environment(**more):
    """The environment of programs that are not Wireshark's: the same whatever the user's settings are."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return {**kept, "TZ": "UTC", "LC_ALL": "C.UTF-8", **more}


def open_folder():
    """The folder for temporary files; for root one that other users can enter, too."""
    folder = Path(tempfile.gettempdir())
    closed = any(not place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
    return "/tmp" if closed and os.geteuid() == 0 else folder


class Row(dict):
    """What tshark says of a frame: the values of each field asked for, by its name; a list, empty where there is none."""

    def one(self, name):
        """The only value of a field; None where there is none."""
        assert len(self[name]) < 2, (name, self[name])
        return self[name][0] if self[name] else None


class Bench:
    """A private place to run Wireshark's programs in, with and without the plugin."""

    def __init__(self):
        # Directly under the system's folder for temporary files: pytest's own are closed to other users.
        self.dir = Path(tempfile.mkdtemp(prefix="msice-tests-", dir=open_folder()))
        self.dir.chmod(0o755)
        self.plugins = self.dir / "plugins"
        shutil.copytree(BUILD / "plugins", self.plugins)
        self.no_plugins = self.dir / "no-plugins"
        self.no_plugins.mkdir()
        self.pcaps = self.dir / "pcaps"
        shutil.copytree(TOP / "pcaps", self.pcaps)
        self.config = self.dir / "config"
        (self.config / "profiles").mkdir(parents=True)
        shutil.copytree(TOP / "plugin" / "profile" / "MS-ICE", self.config / "profiles" / "MS-ICE")
        self.home = self.dir / "home"
        self.home.mkdir()
        self.scratch = self.dir / "scratch"
        self.scratch.mkdir()
        if os.geteuid() == 0:
            for folder, _, files in os.walk(self.dir):
                for path in (folder, *(os.path.join(folder, name) for name in files)):
                    os.chown(path, NOBODY, NOBODY)

    def env(self, plugin=True, **more):
        env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "WIRESHARK_CONFIG_DIR": str(self.config),
            "WIRESHARK_PLUGIN_DIR": str(self.plugins if plugin else self.no_plugins),
            # No capture programs of the machine, an installed uclog among them.
            "WIRESHARK_EXTCAP_DIR": str(self.no_plugins),
            "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }
        env.update(more)
        return env

    def capture(self, name):
        """The path of a capture: one of pcaps/ by its name, or a path as it is."""
        return str(name if os.sep in str(name) else self.pcaps / name)

    def run(self, *command, plugin=True, check=True, **options):
        """Runs a program; returns the finished process with stdout and stderr as text."""
        result = subprocess.run([str(word) for word in command], env=self.env(plugin), cwd=self.scratch,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                                errors="replace", timeout=PATIENCE, **drop_privileges(), **options)
        if check:
            assert result.returncode == 0, (command, result.stderr)
        return result

    def tshark(self, name, *options, plugin=True, check=True):
        """What tshark prints for a capture."""
        return self.run("tshark", "-r", self.capture(name), *options, plugin=plugin, check=check).stdout

    def fields(self, name, names, *options, plugin=True):
        """A row a frame: the values of the named fields, each as a list of its occurrences. To compare whole; single
        frames and fields are looked up in rows()."""
        words = ["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=\x1f"]
        for field in names:
            words += ["-e", field]
        output = self.tshark(name, *words, *options, plugin=plugin)
        return [[[self.value_of_4_0(value) for value in cell.split("\x1f")] if cell else []
                 for cell in line.split("\t")] for line in output.split("\n")[:-1]]

    def rows(self, name, names, *options, plugin=True):
        """{number of the frame: its Row}, of the frames that tshark lists."""
        found = self.fields(name, ["frame.number", *names], *options, plugin=plugin)
        return {int(number): Row(zip(names, cells)) for (number,), *cells in found}

    @functools.cached_property
    def version(self):
        """Wireshark's version as (major, minor)."""
        text = self.run("tshark", "--version").stdout
        return tuple(map(int, re.search(r"(\d+)\.(\d+)\.\d", text).groups()))

    def value_of_4_0(self, value):
        """What tshark 4.0 prints for a value of -T fields: later ones write True and False, and \\\\ for \\."""
        if self.version < (4, 2):
            return value
        return {"True": "1", "False": "0"}.get(value, value).replace("\\\\", "\\")

    def infos(self, name, *options):
        """The Info column of each frame that tshark lists. Not by the field _ws.col.info: from 4.2 on that is filled in before
        the end of the packet, and lacks what the column is given then."""
        output = self.tshark(name, "-o", 'gui.column.format:"Info","%i"', *options)
        return output.split("\n")[:-1]

    def frames(self, name, display_filter, *options, plugin=True):
        """The numbers of the frames that a display filter finds."""
        output = self.tshark(name, "-Y", display_filter, "-T", "fields", "-e", "frame.number", *options,
                             plugin=plugin)
        return [int(line) for line in output.split()]

    def json(self, name, *options):
        """The decoded packets as Python objects; fields that occur twice come as lists of values."""
        text = self.tshark(name, "-T", "json", "--no-duplicate-keys", *options)
        if self.version >= (4, 6):
            text = re.sub(r'"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d+)Z"', self.time_of_4_0, text)
        return json.loads(text)

    @staticmethod
    def time_of_4_0(found):
        """A time of ISO 8601 in JSON as the versions before 4.6 write it."""
        day = datetime.date.fromisoformat(found.group(1))
        return f'"{day:%b} {day.day:2}, {day.year} {found.group(2)} UTC"'

    def write(self, name, data):
        """Puts a file into the private place, readable for the unprivileged user; returns its path."""
        path = self.scratch / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        path.chmod(0o644)
        return str(path)


@pytest.fixture(scope="module")
def bench():
    """Each file of tests has a place of its own: two may write files of the same name, as different users."""
    place = Bench()
    yield place
    shutil.rmtree(place.dir, ignore_errors=True)


# From so many cases on a test is thinned out.
MANY = 8


def pytest_configure(config):
    config.addinivalue_line("markers", "concluded: what the plugin concludes from what was dissected: the same in each version of "
                                       "Wireshark. MSICE_SAMPLE=N takes every N-th case of such tests")


def pytest_collection_modifyitems(config, items):
    """Of tests marked so every N-th case, in a module always those of the same numbers: they share what tshark says."""
    every, numbers, left = int(os.environ.get("MSICE_SAMPLE", "1")), collections.Counter(), []
    cases = collections.Counter(item.nodeid.partition("[")[0] for item in items)
    for item in items:
        name = item.nodeid.partition("[")[0]
        phase = zlib.crc32(name.partition("::")[0].encode()) % every
        if every > 1 and cases[name] >= MANY and item.get_closest_marker("concluded") and numbers[name] % every != phase:
            left.append(item)
        numbers[name] += 1
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


def pytest_sessionstart(session):
    """Without the plugin every test would speak of stock Wireshark only: then the session ends here and says so, before
    it hands its tests out to other processes."""
    if hasattr(session.config, "workerinput"):
        return
    place = Bench()
    listed = place.run("tshark", "-G", "plugins").stdout
    shutil.rmtree(place.dir, ignore_errors=True)
    if not re.search(r"^msice\.(?:so|dll)", listed, re.M):
        pytest.exit(f"tshark does not load the plugin from {place.plugins}:\n{listed}", returncode=3)
