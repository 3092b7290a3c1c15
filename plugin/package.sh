#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the release in build/release/: each file the same bytes each time.
#
#   sh plugin/package.sh [PART...]
#
#   source     msice-VERSION.tar.gz
#   bookworm   msice_VERSION_wireshark4.0_ARCH.deb; trixie: 4.4, sid: 4.6
#   windows    msice-VERSION-windows-x64.zip, for all three
#
# Without a word: all of it, with CHANGELOG.md and SHA256SUMS. The packages are made in Debian chroots, which are kept in
# MSICE_MATRIX_DIR (default /var/cache/msice-matrix): root on a Debian with debootstrap.
# MSICE_RELEASE names another folder than build/release.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/plugin/chroots.sh"
release=${MSICE_RELEASE:-$top/build/release}
version=$(sed -n 's/^project(msice VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
date=$(sed -n 's/^## .*(\(.*\))$/\1/p' "$top/docs/CHANGELOG.md" | head -n 1)

fail() {
    say "package: $*" >&2
    exit 1
}

# The chroot for a suite, with Wireshark's headers: those of tests/matrix.sh are used where they are.
chroot_of() {
    case $1 in
    bookworm) echo release-bookworm ;;
    *) echo "$1" ;;
    esac
}

need_chroot() {
    set -- "$(chroot_of "$1")" "$1"
    make_chroot "$1" "$2" "$top/plugin/packages.txt" || fail "the chroot for $2 could not be made: $reason"
    root=$cache/$1
}

# Runs a command in the suite's chroot, in a copy of the source, at the same place each time. OUT of it is kept.
in_source() {
    need_chroot "$1"
    shift
    rm -rf "${root:?}/src/msice"
    copy_source "$root/src/msice"
    log=$log_dir/$(basename "$root")-package.log
    rm -rf "${root:?}/src/out"
    mkdir -p "$root/src/out"
    if ! in_chroot "$root" sh -c 'cd /src/msice && exec "$@"' sh "$@" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "failed; all of it is in $log"
    fi
    cp "$root"/src/out/* "$release/"
    rm -rf "${root:?}/src/msice" "${root:?}/src/out"
}

# The source as git has it; reproducible, because nothing of this machine is in it.
make_source() {
    work=$(mktemp -d)
    copy_source "$work/msice-$version"
    tar -C "$work" --sort=name --mtime="$date UTC" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf - \
        "msice-$version" | gzip -9n >"$release/msice-$version.tar.gz"
    rm -rf "$work"
}

make_deb() { in_source "$1" sh plugin/package/deb.sh /src/out; }

# What is known of a Wireshark without its source: Debian's headers, and the symbols of its libraries.
copy_wireshark() { # SUITE TO
    need_chroot "$1"
    mkdir -p "$2/include" "$2/lib"
    cp -r "$root/usr/include/wireshark/." "$2/include/"
    cp -L "$root"/usr/lib/*/libwireshark.so.* "$root"/usr/lib/*/libwiretap.so.* "$root"/usr/lib/*/libwsutil.so.* \
        "$root"/usr/lib/*/libglib-2.0.so.0 "$2/lib/" # "/lib" is "/usr/lib"
}

make_windows() {
    make_chroot windows trixie "$top/plugin/windows/packages.txt" || fail "the chroot could not be made: $reason"
    windows=$cache/windows
    rm -rf "${windows:?}/src/msice" "$windows/src/out" "$windows/src/wireshark"
    copy_source "$windows/src/msice"
    for suite in bookworm trixie sid; do
        copy_wireshark "$suite" "$windows/src/wireshark/$suite"
    done
    log=$log_dir/windows-package.log
    if ! in_chroot "$windows" sh -c '
        set -e
        sh /src/msice/plugin/windows/libraries.sh /rig/work /rig/prefix "$(nproc)"
        cd /src/wireshark
        set --
        for suite in *; do
            minor=$(sed -n "s/^#define WIRESHARK_VERSION_M[AI][JN]OR *//p" $suite/include/ws_version.h | paste -s -d .)
            set -- "$@" "$minor=/src/wireshark/$suite"
        done
        bash /src/msice/plugin/windows/build.sh /rig/prefix /src/out "$@"
        sh /src/msice/plugin/windows/zip.sh /src/out /src/out/zip.zip' >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "failed; all of it is in $log"
    fi
    mv "$windows/src/out/zip.zip" "$release/msice-$version-windows-x64.zip"
    rm -rf "${windows:?}/src/msice" "$windows/src/out" "$windows/src/wireshark"
}

[ $# -gt 0 ] || set -- source bookworm trixie sid windows
mkdir -p "$release"
[ "$(id -u)" = 0 ] || [ "$*" = source ] || fail "making and entering chroots needs root"
for part in "$@"; do
    start=$(date +%s)
    case $part in
    source) make_source ;;
    bookworm | trixie | sid) make_deb "$part" ;;
    windows) make_windows ;;
    *) fail "no such part: $part (known: source bookworm trixie sid windows)" ;;
    esac
    say "$part: $(($(date +%s) - start)) s"
done
cp "$top/docs/CHANGELOG.md" "$release/"
(cd "$release" && sha256sum CHANGELOG.md msice* >SHA256SUMS)
(cd "$release" && ls -l)
