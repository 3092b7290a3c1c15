#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fuzz_parser.sh uclog|finder: fuzzes a parser that needs no Wireshark, the one of the log reader or the finder of
# diagnostics headers, under the address and undefined behaviour sanitizers: with libFuzzer where clang has it, else
# with the mutations of fuzz_standalone.c. Starts from the logs of tests/logs, or the texts of tests/gen/texts.py.
#   FUZZ_SECONDS=N    libFuzzer: run that long instead of a number of inputs
#   FUZZ_RUNS=N       inputs to try (20000)
#   FUZZ_SEED=N       seed (1)
#   FUZZ_DIR=DIR      build there and keep the corpus and findings there; default: a folder that is removed
#   FUZZ_CC=gcc       use that compiler and the target's own mutations, even where libFuzzer is there
set -eu
target=$1
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
# Small buffers, so that short inputs pass their ends.
case $target in
uclog)
    sources="$(ls "$top"/plugin/logs/uclog-*.c | grep -v -E 'uclog-(extcap|files|os.*|writer|wiretap|zones)\.c$')
        $top/plugin/text/sbc-log.c"
    flags="-DUCLOG_BUFFER_SIZE=1024 -DUCLOG_EXACT_MEMORY"
    seeds=$top/tests/logs
    ;;
finder)
    sources="$(ls "$top"/plugin/text/*.c) $(ls "$top"/plugin/knowledge/*.c) $top/plugin/commands/icewarn-input.c"
    flags="-DICEWARN_PIECE=2048 -DHEADER_VALUE_MAX=400"
    seeds=$dir/seeds
    mkdir -p "$seeds"
    /usr/bin/python3 "$top/tests/gen/texts.py" "$seeds"
    ;;
*)
    echo "usage: $0 uclog|finder" >&2
    exit 2
    ;;
esac
flags="$flags -std=gnu11 -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=undefined -I$top/plugin -I$top/tests"
# shellcheck disable=SC2086  # lists are meant to be split
build() { "$@" $flags $sources "$top/tests/fuzz_$target.c" $(pkg-config --cflags --libs glib-2.0) -o "$dir/fuzz_$target"; }

if [ -z "${FUZZ_CC:-}" ] && build clang -fsanitize=fuzzer,address,undefined 2>"$dir/build.log"; then
    mkdir -p "$dir/corpus"
    if [ -n "${FUZZ_SECONDS:-}" ]; then
        limit="-max_total_time=$FUZZ_SECONDS"
    else
        limit="-runs=$runs"
    fi
    cd "$dir"
    if "./fuzz_$target" "$limit" -seed="$seed" -max_len=16384 -timeout=10 -dict="$top/tests/fuzz_$target.dict" \
        -print_final_stats=1 corpus "$seeds" >run.log 2>&1; then
        echo "libFuzzer: $(sed -n 's/^stat::number_of_executed_units: *//p' run.log) inputs tried, findings: 0"
        exit 0
    fi
else
    build "${FUZZ_CC:-cc}" -fsanitize=address,undefined "$top/tests/fuzz_standalone.c"
    cd "$dir"
    if "./fuzz_$target" "$runs" "$seed" "$seeds"/* >run.log 2>&1; then
        echo "own mutations: $runs inputs tried, findings: 0"
        exit 0
    fi
fi
tail -n 40 run.log
exit 1
