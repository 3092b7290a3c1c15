#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzes the parser of the log reader under the address and undefined behaviour sanitizers: with libFuzzer where
# clang has it, else with the mutations that the target itself brings. Starts from the logs of tests/logs.
#   FUZZ_SECONDS=N    libFuzzer: run that long instead of a number of inputs
#   FUZZ_RUNS=N       inputs to try (20000)
#   FUZZ_SEED=N       seed (1)
#   FUZZ_DIR=DIR      build there and keep the corpus and findings there; default: a folder that is removed
#   FUZZ_CC=gcc       use that compiler and the target's own mutations, even where libFuzzer is there
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
runs=${FUZZ_RUNS:-20000}
seed=${FUZZ_SEED:-1}
if [ -n "${FUZZ_DIR:-}" ]; then
    dir=$FUZZ_DIR
    mkdir -p "$dir"
else
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
fi
sources=$(ls "$top"/plugin/logs/uclog-*.c | grep -v -E 'uclog-(extcap|files|writer|wiretap)\.c$')
flags="-std=gnu11 -DUCLOG_BUFFER_SIZE=1024 -DUCLOG_EXACT_MEMORY -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=undefined -I$top/plugin"
# shellcheck disable=SC2086  # lists are meant to be split
build() { "$@" $flags $sources "$top/tests/fuzz_uclog.c" $(pkg-config --cflags --libs glib-2.0) -o "$dir/fuzz_uclog"; }

if [ -z "${FUZZ_CC:-}" ] && build clang -fsanitize=fuzzer,address,undefined 2>"$dir/build.log"; then
    mkdir -p "$dir/corpus"
    if [ -n "${FUZZ_SECONDS:-}" ]; then
        limit="-max_total_time=$FUZZ_SECONDS"
    else
        limit="-runs=$runs"
    fi
    cd "$dir"
    if ./fuzz_uclog "$limit" -seed="$seed" -max_len=16384 -timeout=10 -dict="$top/tests/fuzz_uclog.dict" \
        -print_final_stats=1 corpus "$top/tests/logs" >run.log 2>&1; then
        echo "libFuzzer: $(sed -n 's/^stat::number_of_executed_units: *//p' run.log) inputs tried, findings: 0"
        exit 0
    fi
else
    build "${FUZZ_CC:-cc}" -fsanitize=address,undefined -DFUZZ_STANDALONE
    cd "$dir"
    if ./fuzz_uclog "$runs" "$seed" "$top"/tests/logs/*.log >run.log 2>&1; then
        echo "own mutations: $runs inputs tried, findings: 0"
        exit 0
    fi
fi
tail -n 40 run.log
exit 1
