# SPDX-License-Identifier: GPL-2.0-or-later
"""README command 1 as a user types it: installs, shows a decoded sample, installs again, and leaves nothing."""
import os
import shutil

from conftest import BUILD, NOBODY, TOP


def test_install_and_uninstall(bench):
    place = bench.scratch / "checkout"
    built = [BUILD.name] if TOP in BUILD.parents else []
    shutil.copytree(TOP, place, ignore=shutil.ignore_patterns("build*", *built, ".git", "__pycache__", ".pytest_cache"))
    home = bench.scratch / "install-home"
    home.mkdir()
    if os.geteuid() == 0:
        for folder, _, files in [*os.walk(place), *os.walk(home)]:
            for name in [folder, *(os.path.join(folder, file) for file in files)]:
                os.chown(name, NOBODY, NOBODY)

    def install(*arguments):
        # The environment of a user who has nothing installed; what the machine has for everybody is out of sight.
        return bench.run("env", "-u", "WIRESHARK_CONFIG_DIR", f"HOME={home}", "sh", place / "plugin" / "install.sh",
                         *arguments, plugin=False).stdout

    for _ in range(2):
        output = install()
        assert "msice.so" in output.split("4. Does Wireshark load it?")[1]
        assert "uclog (Lync / Skype for Business log)" in output.split("4. Does Wireshark load it?")[1]
        assert "23 one endpoint internal, one remote, ICEWarn=0x800128" in output.split("5. A sample")[1]
        assert "Most likely cause: An application-layer firewall" in output.split("5. A sample")[1]
    installed = {path.name for path in home.rglob("*") if path.is_file()}
    assert {"msice.so", "icewarn", "uclog", "msice-batch", "msice-worker", "msice-db", "msice-report", "dfilters", "preferences", "colorfilters"} <= installed
    assert "removed" in install("--uninstall")
    assert [path for path in home.rglob("*") if path.is_file()] == []
