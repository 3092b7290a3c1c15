#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot: the project's tests with the Windows programs, run by wine.
#
#   under_wine.sh WIRESHARK ZIP SOURCE [TESTS]     ZIP: the zip of the release, unpacked
#
# All tests of tests/ are run but those of skipped.txt.
set -eu
wireshark=$1 zip=$2 source=$3 tests=${4-}
. "$(dirname "$0")/machine.sh"
make_machine "$wireshark" "$zip"
failed=0
sh "$source/tests/windows/installer.sh" "$zip" || failed=1
cd "$source"
# shellcheck disable=SC2086  # the list is meant to be split
PYTHONPATH=tests/windows BUILD_DIR=$home/build python3 -m pytest -q -p no:cacheprovider -p skips --no-header -rs \
    -n "$(nproc)" --dist worksteal ${tests:-tests} || failed=1
exit $failed
