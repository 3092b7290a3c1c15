#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which lines of plugin/ the fuzzer's corpus and the captures of pcaps/ reach; it needs clang and llvm. Prints a row a
# folder: lines, and how many of a hundred are reached. What is not stands in not-reached.txt, a line each, by file and number.
#   COVERAGE_DIR=DIR  build there and put the result there (build-coverage)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
dir=${COVERAGE_DIR:-$top/build-coverage}
program=$dir/build/tests/fuzz-dissectors

rm -rf "$dir/inputs" "$dir"/*.profraw
mkdir -p "$dir/inputs"
if ! { cmake -G Ninja -S "$top" -B "$dir/build" -DCMAKE_C_COMPILER=clang -DBUILD_TESTING=ON \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_FLAGS="-fprofile-instr-generate -fcoverage-mapping" &&
    cmake --build "$dir/build" --target fuzz-dissectors; } >"$dir/build.log" 2>&1; then
    tail -n 40 "$dir/build.log" >&2
    exit 2
fi
for source in seeds stories laboratory; do
    /usr/bin/python3 "$top/tests/fuzz_seeds.py" "$source" "$dir/inputs/$source" >"$dir/inputs.log"
done
find "$dir/inputs" "$top/tests/corpus" -type f -print0 | sort -z |
    FUZZ_ALL_SHARES=1 LLVM_PROFILE_FILE="$dir/%p.profraw" xargs -0 -n 2000 "$program" >"$dir/run.log" 2>&1 || {
    grep -B 4 'ERROR: ' "$dir/run.log" >&2
    exit 1
}
llvm-profdata merge -o "$dir/profile" "$dir"/*.profraw
llvm-cov export -format=lcov -instr-profile="$dir/profile" "$program" >"$dir/lines.lcov"
awk -F'[:,]' -v top="$top/plugin/" '
    /^SF:/ { file = index($2, top) == 1 ? substr($2, length(top) + 1) : "" }
    /^DA:/ && file != "" {
        folder = index(file, "/") ? substr(file, 1, index(file, "/") - 1) : file
        lines[folder]++; lines["all"]++
        if ($3 > 0) { reached[folder]++; reached["all"]++ } else print file ":" $2 > missing
    }
    END { for (folder in lines) printf "%-12s %6d %6.1f\n", folder, lines[folder], 100 * reached[folder] / lines[folder] }
' missing="$dir/not-reached.txt" "$dir/lines.lcov" | sort
