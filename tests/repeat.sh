#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the test command again and again, also on a busy machine and two at a time, and counts: a test that fails now
# and then is a defect. Prints "passed: N of M runs (...)"; exit status 1 when one failed.
#   tests/repeat.sh [COMMAND...]   in place of sh tests/run.sh
#   REPEAT_ALONE=N                 runs one after the other (10)
#   REPEAT_LOADED=N                runs while each processor has two other programs to serve (5)
#   REPEAT_PAIRS=N                 pairs of runs at once, in one build folder (5)
#   REPEAT_LOGS=DIR                where the logs of runs that failed are kept (build-repeat)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
logs=${REPEAT_LOGS:-$top/build-repeat}
[ $# -gt 0 ] || set -- sh "$top/tests/run.sh"
mkdir -p "$logs"
passed=0
runs=0
load=
trap 'stop_load' EXIT
trap 'exit 1' HUP INT TERM

# Twice as many programs as there are processors, which do nothing but take time; they end with this script.
start_load() {
    for _ in $(seq $(($(nproc) * 2))); do
        sh -c 'while kill -0 "$1" 2>/dev/null; do :; done' load $$ &
        load="$load $!"
    done
}

stop_load() {
    for process in $load; do
        kill "$process" 2>/dev/null || :
    done
    load=
}

# run NAME COMMAND...: one run; its log is kept when it fails.
run() {
    name=$1
    shift
    if "$@" >"$logs/$name.log" 2>&1 </dev/null; then
        rm -f "$logs/$name.log"
    else
        echo "$name failed: $logs/$name.log"
        return 1
    fi
}

# count STATUS: one more run, which passed where the status is 0.
count() {
    runs=$((runs + 1))
    [ "$1" != 0 ] || passed=$((passed + 1))
}

# series KIND COUNT COMMAND...: runs one after the other.
series() {
    kind=$1
    wanted=$2
    shift 2
    for number in $(seq "$wanted"); do
        status=0
        run "$kind-$number" "$@" || status=$?
        count "$status"
    done
}

series alone "${REPEAT_ALONE:-10}" "$@"
alone="$passed of $runs alone"

before=$passed
first=$runs
if [ "${REPEAT_LOADED:-5}" != 0 ]; then
    start_load
    series loaded "${REPEAT_LOADED:-5}" "$@"
    stop_load
fi
loaded="$((passed - before)) of $((runs - first)) under load"

before=$passed
first=$runs
for number in $(seq "${REPEAT_PAIRS:-5}"); do
    run "pair-$number-a" "$@" &
    beside=$!
    status=0
    run "pair-$number-b" "$@" || status=$?
    count "$status"
    status=0
    wait "$beside" || status=$?
    count "$status"
done
echo "passed: $passed of $runs runs ($alone, $loaded, $((passed - before)) of $((runs - first)) two at once)"
[ "$passed" = "$runs" ]
