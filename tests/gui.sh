#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The windows of Wireshark itself, on a screen of its own (tests/test_gui.py). Not part of the test command: these
# programs start and draw for minutes. Installs what is missing, and builds.
#   tests/gui.sh              this machine's Wireshark
#   tests/gui.sh trixie sid   other versions as well, in the chroots of tests/matrix.sh (as root)
set -eu
. "$(dirname "$0")/build.sh"
BUILD_DIR=$build /usr/bin/python3 -m pytest -q -p no:cacheprovider "$top/tests/test_gui.py"
[ $# = 0 ] || MSICE_MATRIX_TESTS=tests/test_gui.py sh "$top/tests/matrix.sh" "$@"
