#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds and tests the plugin against several Wireshark minors, each in a Debian chroot of its own:
#
#   bookworm = 4.0    trixie = 4.4    sid = 4.6 (moves)
#
#   tests/matrix.sh [SUITE...]             all suites, or the named ones; one result line a suite
#   tests/matrix.sh --make [SUITE...]      make the chroots only
#   tests/matrix.sh --fresh [SUITE...]     throw the kept chroots away first
#   tests/matrix.sh --shell SUITE [CMD..]  a shell (or a command) inside, the source copied to /src
#
# Chroots are kept in MSICE_MATRIX_DIR (default /var/cache/msice-matrix), outside the source tree.
# MSICE_MATRIX_MIRROR names the Debian mirror; default: the one this machine's apt uses.
# Inside runs what ctest knows, without what is labelled "slow" (the sanitizer run of tests/fuzz.sh).
# MSICE_MATRIX_TESTS=FILES runs pytest on these files alone instead.
# What the plugin concludes from what was dissected is the same in each version: of the many cases of such tests every
# fourth is taken. MSICE_SAMPLE=1 takes all of them.
# Exit status: 0 when nothing failed. A chroot that cannot be made is skipped and said so; a build or a
# test that fails in a chroot that exists is a failure.
set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
all_suites="bookworm trixie sid"

. "$top/plugin/chroots.sh"

# The same two lists that the test command installs from.
make_suite() { make_chroot "$1" "$1" "$top/plugin/packages.txt" "$here/packages.txt"; }

wireshark_of() { in_chroot "$1" tshark --version 2>/dev/null | sed -n '1s/^TShark (Wireshark) \([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p'; }

# pytest's closing line out of a log, e.g. "214 passed in 92.10s, ".
summary() { grep -aoE '[0-9]+ passed[^=]* in [0-9.]+s' "$1" | tail -n 1 | sed 's/$/, /'; }

# test_suite SUITE: one line; 1 when the build or a test fails.
test_suite() {
    suite=$1
    root=$cache/$suite
    reason=
    if ! make_suite "$suite"; then
        say "$suite: skipped, the chroot could not be made: $reason"
        return 0
    fi
    version=$(wireshark_of "$root")
    work=/src/run.$$
    log=$log_dir/$suite-test.log
    trap 'rm -rf "${root:?}${work:?}"; exit 143' TERM
    copy_source "$root$work"
    start=$(date +%s)
    in_chroot "$root" sh -c '
        cd "$1" || exit 9
        cmake -G Ninja -S . -B build -DCMAKE_BUILD_TYPE=RelWithDebInfo || exit 3
        ninja -k 0 -C build || exit 3
        if [ -n "$2" ]; then
            BUILD_DIR=$PWD/build /usr/bin/python3 -m pytest -q -p no:cacheprovider $2 || exit 4
        else
            MSICE_SAMPLE=$3 ctest --test-dir build --verbose --label-exclude slow || exit 4
        fi' \
        sh "$work" "${MSICE_MATRIX_TESTS:-}" "${MSICE_SAMPLE:-4}" >"$log" 2>&1
    status=$?
    took=$(($(date +%s) - start))
    rm -rf "${root:?}$work"
    case $status in
    0) say "$suite (Wireshark $version): passed ($(summary "$log")${took} s)"; return 0 ;;
    3) what="the build" ;;
    4) what="a test" ;;
    *) what="the run (status $status)" ;;
    esac
    say "$suite (Wireshark $version): FAILED: $what; out of $log:"
    if [ $status = 3 ]; then
        grep -a -E -A 3 'error:|Error' "$log" | head -n 60
    else
        tail -n 60 "$log"
    fi
    return 1
}

mode=test
case ${1:-} in
--make | --fresh | --shell) mode=${1#--}; shift ;;
--help | -h) sed -n '3,/^set -u/p' "$0" | sed -e '/^set -u/d' -e 's/^# \{0,1\}//'; exit 0 ;;
-*) say "matrix: unknown option $1" >&2; exit 2 ;;
esac

if [ "$(id -u)" != 0 ]; then
    say "matrix: skipped, making and entering chroots needs root"
    exit 0
fi

if [ "$mode" = shell ]; then
    suite=${1:?matrix: --shell needs a suite}
    shift
    make_suite "$suite" || { say "$suite: skipped, the chroot could not be made: $reason"; exit 1; }
    copy_source "$cache/$suite/src/shell"
    [ $# -gt 0 ] || set -- bash
    in_chroot "$cache/$suite" sh -c 'cd /src/shell && exec "$@"' sh "$@"
    exit
fi

named=$#
[ $# -gt 0 ] || set -- $all_suites
failed=0
for suite in "$@"; do
    case " $all_suites " in
    *" $suite "*) ;;
    *) say "matrix: no such suite: $suite (known: $all_suites)" >&2; exit 2 ;;
    esac
    if [ "$mode" = fresh ]; then
        rm -rf "${cache:?}/$suite"
    fi
    if [ "$mode" = make ]; then
        make_suite "$suite" && say "$suite (Wireshark $(wireshark_of "$cache/$suite")): ready in $cache/$suite" \
            || say "$suite: skipped, the chroot could not be made: $reason"
        continue
    fi
    # The test command (tests/run.sh) already runs on this machine: no second time in a chroot, unless asked.
    if [ "$suite" = bookworm ] && [ $named -eq 0 ] && grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
        say "bookworm: is this machine ($(tshark --version 2>/dev/null | sed -n '1s/^TShark (\(Wireshark\)) \([0-9]*\.[0-9]*\.[0-9]*\).*/\1 \2/p')); tests/run.sh covers it"
        continue
    fi
    test_suite "$suite" || failed=1
done
exit $failed
