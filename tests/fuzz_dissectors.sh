#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzes the dissectors guided by coverage: libFuzzer, the plugin under the address and undefined behaviour sanitizers
# in one program with the installed Wireshark. Starts from tests/corpus and the captures of pcaps/; what goes new ways
# is kept, so that a later run goes on from there. Prints "inputs tried: N, findings: M"; slices.log has a line for each
# slice that has ended, for a run that is stopped. It needs clang.
#   FUZZ_RUNS=N      inputs to try (20000; those it starts from count)
#   FUZZ_SEED=N      seed (1)
#   FUZZ_SLICE=N     inputs a process (250000)
#   FUZZ_DIR=DIR     build there and keep corpus and findings there (build-fuzz-dissectors)
# FUZZ_DIR/build/tests/fuzz-dissectors FILE shows a finding again.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
dir=${FUZZ_DIR:-$top/build-fuzz-dissectors}
# Wireshark keeps some kilobytes of each capture: so many inputs a process.
slice=${FUZZ_SLICE:-250000}
left=${FUZZ_RUNS:-20000}
seed=${FUZZ_SEED:-1}
mkdir -p "$dir/corpus" "$dir/findings" "$dir/seeds"
if ! { cmake -G Ninja -S "$top" -B "$dir/build" -DCMAKE_C_COMPILER=clang -DBUILD_TESTING=ON \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo && cmake --build "$dir/build" --target fuzz-dissectors; } >"$dir/build.log" 2>&1; then
    tail -n 40 "$dir/build.log" >&2
    exit 2
fi
/usr/bin/python3 "$top/tests/fuzz_seeds.py" seeds "$dir/seeds" >"$dir/seeds.log"
/usr/bin/python3 "$top/tests/fuzz_seeds.py" dictionary "$dir/dictionary"
findings=0
tried=0
number=0
while [ "$left" -gt 0 ]; do
    runs=$((left < slice ? left : slice))
    # Short inputs are three times as quick, long ones have room for a conversation.
    case $((number % 16)) in 0) longest=2000 ;; 8) longest=1000 ;; 4 | 12) longest=500 ;; *) longest=120 ;; esac
    # What is freed is kept for a while in every ninth slice, to find who uses it: it takes half of the speed.
    case $((number % 9)) in 8) ASAN_OPTIONS=quarantine_size_mb=8:thread_local_quarantine_size_kb=1024 ;; *) ASAN_OPTIONS= ;; esac
    export ASAN_OPTIONS
    number=$((number + 1))
    "$dir/build/tests/fuzz-dissectors" -runs="$runs" -seed="$seed" -max_len=$longest -timeout=60 -rss_limit_mb=4000 \
        -detect_leaks=0 -entropic=0 -reload=0 -dict="$dir/dictionary" -artifact_prefix="$dir/findings/" \
        -print_final_stats=1 "$dir/corpus" "$top/tests/corpus" "$dir/seeds" >"$dir/run.log" 2>&1 || {
        findings=$((findings + 1))
        tail -n 60 "$dir/run.log" >&2
    }
    units=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/run.log")
    echo "seed $seed, longest $longest: ${units:-0} inputs, $findings findings so far" >>"$dir/slices.log"
    tried=$((tried + ${units:-0}))
    left=$((left - runs))
    seed=$((seed + 1))
done
echo "inputs tried: $tried, findings: $findings"
[ "$findings" = 0 ]
