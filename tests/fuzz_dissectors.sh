#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzes the dissectors guided by coverage: libFuzzer, the plugin under the address and undefined behaviour sanitizers
# in one program with the installed Wireshark. Starts from tests/corpus and the captures of pcaps/; what it finds to
# be new is kept, so that a later run goes on from there. Prints "inputs tried: N, findings: M".
#   FUZZ_RUNS=N      inputs to try (20000)
#   FUZZ_SECONDS=N   run that long instead
#   FUZZ_SEED=N      seed (1)
#   FUZZ_DIR=DIR     build there and keep corpus and findings there (build-fuzz-dissectors)
# FUZZ_DIR/fuzz FILE shows a finding again; it needs clang.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
dir=${FUZZ_DIR:-$top/build-fuzz-dissectors}
mkdir -p "$dir/corpus" "$dir/findings" "$dir/seeds"
if ! { cmake -G Ninja -S "$top" -B "$dir/build" -DCMAKE_C_COMPILER=clang -DBUILD_TESTING=ON \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo && cmake --build "$dir/build" --target fuzz-dissectors; } >"$dir/build.log" 2>&1; then
    tail -n 40 "$dir/build.log" >&2
    exit 2
fi
/usr/bin/python3 "$top/tests/fuzz_seeds.py" seeds "$dir/seeds" >"$dir/seeds.log"
/usr/bin/python3 "$top/tests/fuzz_seeds.py" dictionary "$dir/dictionary"
if [ -n "${FUZZ_SECONDS:-}" ]; then
    limit="-max_total_time=$FUZZ_SECONDS"
else
    limit="-runs=${FUZZ_RUNS:-20000}"
fi
status=0
"$dir/build/tests/fuzz-dissectors" "$limit" -seed="${FUZZ_SEED:-1}" -max_len=4096 -timeout=60 -rss_limit_mb=3000 \
    -dict="$dir/dictionary" -artifact_prefix="$dir/findings/" -print_final_stats=1 "$dir/corpus" "$dir/seeds" \
    >"$dir/run.log" 2>&1 || status=1
[ $status = 0 ] || tail -n 60 "$dir/run.log" >&2
tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/run.log")
echo "inputs tried: ${tried:-some}, findings: $status"
exit $status
