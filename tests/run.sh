#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The one test command: installs what the tests need, builds in a folder of its own, runs everything.
#   BUILD_DIR=DIR  build there instead of in build-tests
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/plugin/debian-packages.sh"
build=${BUILD_DIR:-$top/build-tests}

mkdir -p "$build"
# One at a time: two runs may use one build folder.
(
    flock 9
    need_packages "$top/plugin/packages.txt" "$top/tests/packages.txt"
    cmake -G Ninja -S "$top" -B "$build" -DBUILD_TESTING=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
    cmake --build "$build"
) 9>"$build/.lock"
# Verbose, so that pytest's own closing line is seen before that of ctest.
exec ctest --test-dir "$build" --verbose
