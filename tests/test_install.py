# SPDX-License-Identifier: GPL-2.0-or-later
"""README command 1 as a user types it: installs, shows a decoded sample, installs again, and leaves nothing."""
import shutil
import subprocess

from conftest import NOBODY, TOP

import os


def test_install_and_uninstall(bench):
    place = bench.scratch / "checkout"
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True).stdout.decode().split("\0")
    # A checkout without git (a chroot, an archive) holds just the files themselves.
    names = [name for name in listed if name] or [
        str(path.relative_to(TOP)) for folder in ("plugin", "pcaps", "tests") for path in (TOP / folder).rglob("*")
        if path.is_file()] + ["CMakeLists.txt"]
    for name in names:
        if (TOP / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, place / name)
    home = bench.scratch / "install-home"
    home.mkdir()
    if os.geteuid() == 0:
        for folder, _, files in [*os.walk(place), *os.walk(home)]:
            for name in [folder, *(os.path.join(folder, file) for file in files)]:
                os.chown(name, NOBODY, NOBODY)

    def install(*arguments):
        # The environment of a user: none of the folders that the other tests set.
        return bench.run("env", "-u", "WIRESHARK_PLUGIN_DIR", "-u", "WIRESHARK_CONFIG_DIR", f"HOME={home}",
                         "sh", place / "plugin" / "install.sh", *arguments).stdout

    for _ in range(2):
        output = install()
        assert "msice.so" in output.split("4. Does Wireshark load it?")[1]
        assert "uclog (Lync / Skype for Business log)" in output.split("4. Does Wireshark load it?")[1]
        assert "23 one endpoint internal, one remote, ICEWarn=0x4000320" in output.split("5. A sample")[1]
    installed = {path.name for path in home.rglob("*") if path.is_file()}
    assert {"msice.so", "icewarn", "uclog", "dfilters", "preferences", "colorfilters"} <= installed
    assert "removed" in install("--uninstall")
    assert [path for path in home.rglob("*") if path.is_file()] == []
