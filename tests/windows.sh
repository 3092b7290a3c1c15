#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The Windows binaries, run: under wine, in a tshark.exe of Wireshark 4.0 that is built here from Debian's source.
#
#   tests/windows.sh            makes what is missing and runs all of it
#   tests/windows.sh --make     makes the rig only: chroot, libraries, tshark.exe and sharkd.exe
#   tests/windows.sh --some     for .ci/run: a few of the tests and all the rest
#
# Root, on Debian 12, whose Wireshark is of the same version: what it prints is what Windows has to print. Kept is the
# rig in the matrix's cache (MSICE_MATRIX_DIR, default /var/cache/msice-matrix), in its chroot "windows". Where none can be
# made, it says loudly that nothing was tested, and ends well.
# MSICE_RELEASE: a folder with the zip of a release, which is tested then (plugin/package.sh); else one is built for 4.0 alone.
# MSICE_WINDOWS_JOBS: processors to build with (default: all). MSICE_WINDOWS_TESTS: files of tests, in place of all.
# Exit status: 0 when nothing failed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
. "$top/plugin/chroots.sh"
root=$cache/windows
jobs=${MSICE_WINDOWS_JOBS:-$(nproc)}
started=$(date +%s)
# Of each program a file, for --some.
some_tests="tests/test_plugin.py tests/test_expert.py tests/test_icewarn_command.py tests/test_uclog.py tests/test_window.py"

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
tests=${MSICE_WINDOWS_TESTS:-}
[ "${1-}" != --some ] || tests=${tests:-$some_tests}

# The rig.
make_chroot windows trixie "$top/plugin/windows/packages.txt" "$here/windows/packages.txt" ||
    skip "the chroot could not be made: $reason"
rm -rf "${root:?}/src/windows"
copy_source "$root/src/windows"
made=$(cat "$here/windows/wireshark.sh" "$here/windows/dissectors.txt" | sha256sum)
if [ "$(cat "$root/rig/made" 2>/dev/null)" != "$made" ]; then
    log=$log_dir/windows-rig.log
    if ! in_chroot "$root" sh -c '
        set -e
        sh /src/windows/plugin/windows/libraries.sh --rig /rig/work /rig/prefix "$1"
        sh /src/windows/tests/windows/wireshark.sh /rig/work /rig/prefix /rig/wireshark "$1"' sh "$jobs" >"$log" 2>&1; then
        tail -n 30 "$log"
        say "windows: FAILED: the rig could not be built; all of it is in $log"
        exit 1
    fi
    say "$made" >"$root/rig/made"
fi
took "the rig"
[ "${1-}" != --make ] || exit 0

# What is tested: the zip, unpacked; it is built here of what this machine's Wireshark has, unless it is that of a release.
headers=$root/src/wireshark-4.0
zip=$root/src/unpacked
rm -rf "$headers" "$zip" "$root/src/binaries"
mkdir -p "$headers/include" "$headers/lib"
cp -r /usr/include/wireshark/. "$headers/include/"
cp -L /usr/lib/*/libwireshark.so.* /usr/lib/*/libwiretap.so.* /usr/lib/*/libwsutil.so.* /usr/lib/*/libglib-2.0.so.0 \
    "$headers/lib/"
log=$log_dir/windows-build.log
if [ -n "${MSICE_RELEASE:-}" ]; then
    cp "$MSICE_RELEASE"/msice-*-windows-x64.zip "$root/src/msice.zip"
elif ! in_chroot "$root" sh -c '
    bash /src/windows/plugin/windows/build.sh /rig/prefix /src/binaries 4.0=/src/wireshark-4.0 &&
    sh /src/windows/plugin/windows/zip.sh /src/binaries /src/msice.zip' >"$log" 2>&1; then
    tail -n 30 "$log"
    say "windows: FAILED: the build; all of it is in $log"
    exit 1
fi
in_chroot "$root" sh -c 'cd /src && python3 -m zipfile -e msice.zip zip && mv zip/* unpacked && rm -r zip msice.zip'
took "the build"

failed=0
in_chroot "$root" sh /src/windows/tests/windows/under_wine.sh /rig/wireshark /src/unpacked /src/windows \
    "$tests" || failed=1
took "the tests under wine"
in_chroot "$root" sh /src/windows/tests/windows/load.sh /rig/wireshark /src/unpacked /src/windows || failed=1
# Captures, sound and damaged; compared with what the plugin says on this machine.
. "$here/build.sh"
BUILD_DIR=$build
export BUILD_DIR
captures=$root/src/captures
compare() { /usr/bin/python3 "$here/windows/compare.py" "$@"; }
rm -rf "$root/src/printed"
compare prepare "$captures"
in_chroot "$root" sh /src/windows/tests/windows/print_all.sh /src/captures /src/printed
compare "$captures" "$root/src/printed" || failed=1
took "captures, sound and damaged, on both systems"
in_chroot "$root" sh /src/windows/tests/windows/jumps.sh /src/wireshark-4.0 /rig/prefix /src/windows /src/captures || failed=1
took "TRY and CATCH"
rm -rf "${root:?}/src/windows" "$root/src/binaries" "$headers" "$zip" "$captures" "$root/src/printed"
[ $failed = 0 ] || say "windows: FAILED"
exit $failed
