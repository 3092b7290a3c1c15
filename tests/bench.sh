#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the plugin costs: builds it as users do, and compares tshark with and without it, case by case.
#   tests/bench.sh [NAME…]  only the cases whose names begin so; --list names them
#   BENCH_PAIRS=N           measured pairs of runs a case (9); ten times as many where only 2 % is allowed
#   BENCH_PACKETS=N         packets a case, in place of what its row says
#   BENCH_LOG_BYTES=N       bytes a log, likewise
#   BENCH_BUILD_DIR=DIR     build there instead of in build-bench
# Exit status 1 when a case is above what it may cost. Figures: docs/performance.md.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${BENCH_BUILD_DIR:-$top/build-bench}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { cmake -G Ninja -S "$top" -B "$build" -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo &&
    cmake --build "$build"; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 2
fi
status=0
# The log reader is measured against grep; its rows begin with "logs".
for part in bench.py bench_logs.py; do
    BUILD_DIR=$build /usr/bin/python3 "$top/tests/$part" "$@" || status=1
done
exit $status
