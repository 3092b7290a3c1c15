#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages of a release, as a user meets them: made twice (the same bytes), looked at by lintian, and in a
# Debian with nothing in it installed, used, upgraded, refused where they do not fit, and removed.
#
#   tests/package.sh [SUITE...]     bookworm (default), trixie, sid
#
# MSICE_RELEASE names a folder with the packages of a release: then those are tested, and made once less.
# Root, and the chroots of plugin/package.sh; a part that cannot be done is said loudly. Exit status: 0 when nothing failed.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/plugin/chroots.sh"
work=$(mktemp -d)
trap 'rm -rf "$work" "$cache"/package-test' EXIT

if [ "$(id -u)" != 0 ]; then
    say "package: NOT TESTED: making and entering chroots needs root"
    exit 0
fi

fail() {
    say "package: FAILED: $suite: $*"
    [ ! -f "$work/log" ] || tail -n 20 "$work/log"
    exit 1
}

# inside CMD...: in the clean Debian; what it says is in $work/log.
inside() { in_chroot "$cache/package-test" "$@" >"$work/log" 2>&1; }
expect() { grep -q "$1" "$work/log" || fail "\"$1\" was not said"; }
install() { inside apt-get install -q -y --no-install-recommends "$@"; }

# another OLD NEW SED...: the package with other words in its control file.
another() {
    rm -rf "$work/other"
    dpkg-deb -R "$1" "$work/other"
    sed -i "$3" "$work/other/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/other" "$2" >/dev/null
}

test_suite() {
    suite=$1
    MSICE_RELEASE=$work/made sh "$top/plugin/package.sh" "$suite" >"$work/log" 2>&1 || fail "it could not be made"
    name=$(basename "$work/made"/*.deb)
    if [ -z "${MSICE_RELEASE:-}" ]; then
        MSICE_RELEASE=$work/again sh "$top/plugin/package.sh" "$suite" >"$work/log" 2>&1 || fail "it could not be made again"
    fi
    deb=${MSICE_RELEASE:-$work/again}/$name
    cmp "$deb" "$work/made/$name" || fail "made again it is another"
    make_chroot release-bookworm bookworm "$top/plugin/packages.txt" "$top/plugin/package/packages.txt" || fail "$reason"
    cp "$deb" "$cache/release-bookworm/src/"
    in_chroot "$cache/release-bookworm" lintian --allow-root --fail-on error,warning "/src/$(basename "$deb")" \
        >"$work/log" 2>&1 || fail "lintian"
    rm "$cache/release-bookworm/src/$(basename "$deb")"

    make_chroot "clean-$suite" "$suite" /dev/null || fail "$reason"
    rm -rf "$cache/package-test"
    cp -a "$cache/clean-$suite" "$cache/package-test"
    rm -f "$cache/package-test/etc/dpkg/dpkg.cfg.d/msice" # documents are wanted here
    mkdir -p "$cache/package-test/src"
    cp "$deb" "$top/tests/logs/"*.log "$cache/package-test/src/"
    another "$deb" "$cache/package-test/src/newer.deb" 's/^Version: [0-9.]*/&.1/'
    another "$deb" "$cache/package-test/src/unfit.deb" \
        's/wireshark-common (>= [^)]*), wireshark-common (<< [^)]*)/wireshark-common (>= 9.8~), wireshark-common (<< 9.9~)/'
    inside apt-get update -q || fail "no packages"
    ! install /src/unfit.deb || fail "a package for another Wireshark was installed"
    expect "wireshark-common (>= 9.8~)"
    install "/src/$(basename "$deb")" tshark parallel || fail "it could not be installed"
    use
    install /src/newer.deb || fail "it could not be upgraded"
    inside dpkg-query -W msice
    expect "msice.*\.1+wireshark"
    use
    inside sh -c 'dpkg -L msice | while read -r file; do [ -d "$file" ] || echo "$file"; done >/src/files
        apt-get purge -q -y msice' || fail "it could not be removed"
    inside sh -c 'while read -r file; do [ ! -e "$file" ] || echo "$file"; done </src/files'
    [ ! -s "$work/log" ] || fail "files are left"
    inside tshark -G plugins
    ! grep -q msice "$work/log" || fail "Wireshark still loads it"
    say "package: $suite: passed: $(basename "$deb") the same twice, lintian, installed, used, upgraded, refused, removed"
}

# What a user does first.
use() {
    inside tshark -G plugins || fail "tshark"
    expect "^msice.so"
    inside tshark -2 -r /usr/share/doc/msice/examples/story-proxy-443.pcap -Y icewarn -V || fail "the sample"
    expect "Most likely cause: An application-layer firewall"
    inside tshark -D || fail "tshark -D"
    expect "uclog (Lync / Skype for Business log)"
    inside icewarn 0x29 || fail "icewarn"
    expect "TURN server unreachable"
    inside sh -c 'uclog "$(ls /src/*.log | head -n 1)" -w /tmp/out && tshark -r /tmp/out' || fail "uclog"
    expect "SIP"
    inside sh -c 'cd /tmp && msice-batch -q -j 1 /usr/share/doc/msice/examples && cat calls.ndjson' || fail "msice-batch"
    expect "proxy"
}

[ $# -gt 0 ] || set -- bookworm
for suite in "$@"; do test_suite "$suite"; done
