#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The windows of Wireshark itself, on a screen of its own (tests/test_gui.py). Not part of the test command: these
# programs start and draw for minutes. Installs what is missing, and builds.
#   tests/gui.sh              this machine's Wireshark
#   tests/gui.sh trixie sid   other versions as well, in the chroots of tests/matrix.sh (as root)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/plugin/debian-packages.sh"
build=${BUILD_DIR:-$top/build-tests}

mkdir -p "$build"
(
    flock 9
    need_packages "$top/plugin/packages.txt" "$top/tests/packages.txt"
    cmake -G Ninja -S "$top" -B "$build" -DBUILD_TESTING=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
    cmake --build "$build"
) 9>"$build/.lock"
BUILD_DIR=$build /usr/bin/python3 -m pytest -q -p no:cacheprovider "$top/tests/test_gui.py"
[ $# = 0 ] || MSICE_MATRIX_TESTS=tests/test_gui.py sh "$top/tests/matrix.sh" "$@"
