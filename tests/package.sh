#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The files of a release, as a user meets them.
#
#   tests/package.sh [PART...]           bookworm (default), trixie, sid, windows, source
#   tests/package.sh --installed SUITE   short, for .ci/run: made once, and installed, used and removed in the chroot that
#                                        tests/matrix.sh has
#
# A Debian package is made twice (the same bytes), looked at by lintian, and in a Debian with nothing in it installed, used,
# shown by Wireshark on a screen of its own, upgraded, refused where it does not fit, and removed. The zip for Windows is made
# twice and has what it should; it is used by tests/windows.sh. The source is made twice, and built, installed, used and
# removed in such a Debian as README says.
# MSICE_RELEASE names a folder with the files of a release: then those are tested, and made once less.
# Root, and the chroots of plugin/package.sh; a part that cannot be done is said loudly. Exit status: 0 when nothing failed.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/plugin/chroots.sh"
version=$(sed -n 's/^project(msice VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
work=$(mktemp -d)
place=$cache/package-test # the Debian of the user
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

# inside CMD...: in the user's Debian; what it says is in $work/log.
inside() { in_chroot "$place" "$@" >"$work/log" 2>&1; }
expect() { grep -q "$1" "$work/log" || fail "\"$1\" was not said"; }
install() { inside apt-get install -q -y --no-install-recommends "$@"; }

# make FOLDER: the part's files, with sums that are right.
make() {
    MSICE_RELEASE=$1 sh "$top/plugin/package.sh" "$suite" >"$work/log" 2>&1 || fail "it could not be made"
    sums "$1"
}
sums() { (cd "$1" && sha256sum -c SHA256SUMS) >"$work/log" 2>&1 || fail "SHA256SUMS"; }

# made_twice: the part's $file, the same as when it was made before, by its $product in the sums.
made_twice() {
    rm -rf "$work/made" "$work/again"
    make "$work/made"
    product=$(basename "$work"/made/msice*)
    if [ -n "${MSICE_RELEASE:-}" ]; then
        sums "$MSICE_RELEASE"
    else
        make "$work/again"
    fi
    file=${MSICE_RELEASE:-$work/again}/$product
    grep -q " $product\$" "$(dirname "$file")/SHA256SUMS" || fail "SHA256SUMS lacks $product"
    cmp "$file" "$work/made/$product" || fail "made again it is another"
}

# another OLD NEW SED...: the package with other words in its control file.
another() {
    rm -rf "$work/other"
    dpkg-deb -R "$1" "$work/other"
    sed -i "$3" "$work/other/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/other" "$2" >/dev/null
}

lint() {
    make_chroot release-bookworm bookworm "$top/plugin/packages.txt" "$top/plugin/package/packages.txt" || fail "$reason"
    cp "$file" "$cache/release-bookworm/src/"
    in_chroot "$cache/release-bookworm" lintian --allow-root --fail-on error,warning "/src/$product" >"$work/log" 2>&1 ||
        fail "lintian"
    rm "$cache/release-bookworm/src/$product"
}

# new_place SUITE: the user's Debian with nothing in it, but for the part's $file and some logs.
new_place() {
    make_chroot "clean-$1" "$1" /dev/null || fail "$reason"
    rm -rf "$place"
    cp -a "$cache/clean-$1" "$place"
    rm -f "$place/etc/dpkg/dpkg.cfg.d/msice" # documents are wanted here
    mkdir -p "$place/src"
    cp "$file" "$top/tests/logs/"*.log "$place/src/"
    inside apt-get update -q || fail "no packages"
}

test_suite() {
    made_twice
    lint
    new_place "$suite"
    another "$file" "$place/src/newer.deb" 's/^Version: [0-9.]*/&.1/'
    another "$file" "$place/src/unfit.deb" \
        's/wireshark-common (>= [^)]*), wireshark-common (<< [^)]*)/wireshark-common (>= 9.8~), wireshark-common (<< 9.9~)/'
    ! install /src/unfit.deb || fail "a package for another Wireshark was installed"
    expect "wireshark-common (>= 9.8~)"
    install "/src/$product" tshark parallel || fail "it could not be installed"
    use /usr/share/doc/msice/examples
    look
    install /src/newer.deb || fail "it could not be upgraded"
    inside dpkg-query -W msice
    expect "msice.*\.1+wireshark"
    use /usr/share/doc/msice/examples
    remove
    say "package: $suite: passed: $product the same twice, lintian, installed, used, seen in Wireshark, upgraded, refused, removed"
}

# Short: in the matrix's chroot, which goes on as it was.
test_installed() {
    if [ ! -f "$cache/$suite/.msice-stamp" ]; then
        say "package: NOT TESTED: there is no chroot with $suite"
        exit 0
    fi
    make "$work/made"
    product=$(basename "$work"/made/msice*)
    place=$cache/$suite
    rm -rf "$place/src/package"
    mkdir -p "$place/src/package/examples"
    cp "$work/made/$product" "$top/tests/logs/"*.log "$place/src/package/"
    cp "$top/pcaps/story-proxy-443.pcap" "$place/src/package/examples/" # documents are not unpacked there
    # Where all went well there is nothing left to purge: that must not become the status of the whole.
    trap 'in_chroot "$place" apt-get purge -q -y msice >/dev/null 2>&1 || :; rm -rf "$work" "$place/src/package"' EXIT
    install "/src/package/$product" || fail "it could not be installed"
    use /src/package/examples
    remove
    say "package: $suite: passed: $product installed, used, removed"
}

# use EXAMPLES: what a user does first.
use() {
    inside tshark -G plugins || fail "tshark"
    expect "^msice.so[[:space:]]*${version}[[:space:]]"
    inside tshark -2 -r "$1/story-proxy-443.pcap" -Y icewarn -V || fail "the sample"
    expect "Most likely cause: An application-layer firewall"
    inside tshark -D || fail "tshark -D"
    expect "uclog (Lync / Skype for Business log)"
    inside icewarn 0x29 || fail "icewarn"
    expect "TURN server unreachable"
    inside sh -c 'icewarn --version; uclog --version' || fail "--version"
    expect "^icewarn.* $version"
    expect "^uclog.* $version"
    inside sh -c 'uclog "$(find /src -maxdepth 2 -name "*.log" | sort | head -n 1)" -w /tmp/out && tshark -r /tmp/out' || fail "uclog"
    expect "SIP"
    inside sh -c 'cd "$(mktemp -d)" && msice-batch -q -j 1 "$1" && cat calls.ndjson' sh "$1" || fail "msice-batch"
    expect "proxy"
}

# Wireshark's own windows, with nothing of ours but the package.
look() {
    # shellcheck disable=SC2046  # words are meant
    install python3-pytest $(sed -n '/^# The windows/,/^# The lab/s/^[a-z].*/&/p' "$top/tests/packages.txt") || fail "no Wireshark"
    copy_source "$place/src/msice"
    inside /usr/bin/python3 /src/msice/tests/installed.py /usr/share/doc/msice/examples/story-proxy-443.pcap ||
        fail "Wireshark's windows"
    rm -rf "$place/src/msice"
}

remove() {
    inside sh -c 'dpkg -L msice | while read -r file; do [ -d "$file" ] || echo "$file"; done >/tmp/files
        apt-get purge -q -y msice' || fail "it could not be removed"
    inside sh -c 'while read -r file; do [ ! -e "$file" ] || echo "$file"; done </tmp/files'
    [ ! -s "$work/log" ] || fail "files are left"
    unseen
}

unseen() {
    inside tshark -G plugins
    ! grep -q msice "$work/log" || fail "Wireshark still loads it"
}

test_source() {
    made_twice
    new_place bookworm
    tar -xzf "$file" -C "$place/src"
    folder=/src/${product%.tar.gz}
    inside sh "$folder/plugin/install.sh" || fail "it could not be installed"
    mkdir "$place/src/examples"
    cp "$place$folder"/pcaps/story-*.pcap "$place/src/examples/"
    use /src/examples
    inside sh "$folder/plugin/install.sh" --uninstall || fail "it could not be removed"
    unseen
    say "package: source: passed: $product the same twice, built, installed, used, removed"
}

test_zip() {
    made_twice
    python3 -m zipfile -l "$file" >"$work/log"
    for path in plugins/4.0/epan/msice.dll plugins/4.4/epan/msice.dll plugins/4.6/epan/msice.dll \
        plugins/4.6/wiretap/uclog.dll extcap/uclog.exe icewarn.exe install.cmd uninstall.cmd README.txt COPYING.txt \
        profiles/MS-ICE/preferences examples/story-proxy-443.pcap examples/damaged.pcap; do
        expect "^msice-$version-windows-x64/$path "
    done
    say "package: windows: passed: $product the same twice, with all it should have; tests/windows.sh uses it"
}

if [ "${1-}" = --installed ]; then
    suite=$2
    test_installed
    exit
fi
[ $# -gt 0 ] || set -- bookworm
for suite in "$@"; do
    case $suite in
    windows) test_zip ;;
    source) test_source ;;
    *) test_suite ;;
    esac
done
