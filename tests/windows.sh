#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The Windows binaries, run: under wine, in a tshark.exe of Wireshark 4.0 that is built here from Debian's source.
#
#   tests/windows.sh            makes what is missing and runs all of it
#   tests/windows.sh --make     makes the rig only: chroot, libraries, tshark.exe and sharkd.exe (half an hour)
#   tests/windows.sh --cached   says loudly that nothing was tested where the rig is not there yet, and ends well
#
# Root, on Debian 12, whose Wireshark is of the same version: what it prints is what Windows has to print. Kept is the
# rig in the matrix's cache (MSICE_MATRIX_DIR, default /var/cache/msice-matrix), in its chroot "windows".
# MSICE_WINDOWS_JOBS: processors to build with (default: all). MSICE_WINDOWS_TESTS: files of tests, in place of all.
# Exit status: 0 when nothing failed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
. "$top/plugin/chroots.sh"
root=$cache/windows
jobs=${MSICE_WINDOWS_JOBS:-$(nproc)}
started=$(date +%s)

skip() {
    say "windows: NOT TESTED: $*"
    exit 0
}

took() {
    now=$(date +%s)
    say "windows: $1: $((now - started)) s"
    started=$now
}

[ "$(id -u)" = 0 ] || skip "making and entering chroots needs root"
grep -q '^VERSION_CODENAME=bookworm' /etc/os-release || skip "only Debian 12 has the Wireshark to compare with"
if [ "${1-}" = --cached ] && [ ! -f "$root/rig/wireshark/tshark.exe" ]; then
    skip "there is no tshark.exe yet: \"tests/windows.sh --make\" builds it in half an hour"
fi

# The rig.
make_chroot windows trixie "$top/plugin/windows/packages.txt" "$here/windows/packages.txt" ||
    skip "the chroot could not be made: $reason"
rm -rf "${root:?}/src/windows"
copy_source "$root/src/windows"
if [ ! -f "$root/rig/wireshark/tshark.exe" ]; then
    log=$log_dir/windows-rig.log
    if ! in_chroot "$root" sh -c '
        set -e
        sh /src/windows/plugin/windows/libraries.sh --rig /rig/work /rig/prefix "$1"
        sh /src/windows/tests/windows/wireshark.sh /rig/work /rig/prefix /rig/wireshark "$1"' sh "$jobs" >"$log" 2>&1; then
        tail -n 30 "$log"
        say "windows: FAILED: the rig could not be built; all of it is in $log"
        exit 1
    fi
fi
took "the rig"
[ "${1-}" != --make ] || exit 0

# What is tested, as the release has it; and once more without what setjmp.h does.
wireshark=$root/src/wireshark-4.0
rm -rf "$wireshark"
mkdir -p "$wireshark/include" "$wireshark/lib"
cp -r /usr/include/wireshark/. "$wireshark/include/"
cp -L /usr/lib/*/libwireshark.so.* /usr/lib/*/libwiretap.so.* /usr/lib/*/libwsutil.so.* /usr/lib/*/libglib-2.0.so.0 \
    "$wireshark/lib/"
log=$log_dir/windows-build.log
if ! in_chroot "$root" bash /src/windows/plugin/windows/build.sh /rig/prefix /src/binaries 4.0=/src/wireshark-4.0 \
    >"$log" 2>&1; then
    tail -n 30 "$log"
    say "windows: FAILED: the build; all of it is in $log"
    exit 1
fi
took "the build"

failed=0
in_chroot "$root" sh /src/windows/tests/windows/under_wine.sh /rig/wireshark /src/binaries /src/windows \
    "${MSICE_WINDOWS_TESTS:-}" || failed=1
took "the tests under wine"
BUILD_DIR=${BUILD_DIR:-$top/build-tests} WINDOWS_CHROOT=$root /usr/bin/python3 "$here/windows/compare.py" || failed=1
took "captures, sound and damaged, on both systems"
rm -rf "${root:?}/src/windows" "$root/src/binaries" "$wireshark"
exit $failed
