#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the plugin with the address and undefined behaviour sanitizers, and feeds it mutated captures.
# Prints "packets tried: N, findings: M"; each finding with a file and the seed that shows it again.
# Exit status 1 when there are findings.
#   FUZZ_PACKETS=N      packets to try (60000: well below a minute, and always the same ones); given, the seed is
#                       that of the clock unless FUZZ_SEED names another
#   FUZZ_CAPTURES=GLOB  only these captures of pcaps/
#   FUZZ_SEED=N         repeat an earlier run; FUZZ_BATCH=N only one batch of it
#   FUZZ_JOBS=N         tsharks at a time (1)
#   FUZZ_BUILD_DIR=DIR  build there instead of in build-fuzz; findings are kept in DIR/findings
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${FUZZ_BUILD_DIR:-$top/build-fuzz}

# Quiet unless it fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
mkdir -p "$build"
# One at a time: two runs may use one build folder.
if ! { flock 9 && cmake -G Ninja -S "$top" -B "$build" -DMSICE_SANITIZE=ON -DBUILD_TESTING=OFF \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo && cmake --build "$build"; } >"$log" 2>&1 9>"$build/.lock"; then
    cat "$log" >&2
    exit 2
fi
BUILD_DIR=$build /usr/bin/python3 "$top/tests/fuzz.py"
