# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the test commands: installs what the tests need and builds. Sets top, and build, the folder of the build.
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
