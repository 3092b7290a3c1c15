#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot with Wireshark's headers, in the folder of the source: the Debian package for that Wireshark, the same
# bytes each time.
#
#   deb.sh OUT
set -eu
out=$1
top=$(pwd)
version=$(sed -n 's/^project(msice VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
SOURCE_DATE_EPOCH=$(date -u -d "$(sed -n 's/^## .*(\(.*\))$/\1/p' docs/CHANGELOG.md | head -n 1)" +%s)
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
minor=$(pkg-config --modversion wireshark | cut -d. -f1-2)
next=${minor%.*}.$((${minor#*.} + 1))
architecture=$(dpkg --print-architecture)
maintainer="msice maintainers <maintainers@msice.invalid>"
# A new Wireshark needs a new package, of the same msice: it has to be the newer one.
package_version=$version+wireshark$minor
# No folder named "build": the path to the sources stands in none of the files, that to a build might.
work=/tmp/msice-package
root=$work/root
rm -rf "$work"
mkdir -p "$root/DEBIAN" "$work/debian" "$out"

# The programs with all that Debian wants of programs.
flags() { DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get "$1"; }
cmake -G Ninja -S . -B "$work/build" -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX=/usr \
    -DCMAKE_C_FLAGS="$(flags CFLAGS) $(flags CPPFLAGS) -ffile-prefix-map=$top=. -ffile-prefix-map=$work=." \
    -DCMAKE_EXE_LINKER_FLAGS="$(flags LDFLAGS)" -DCMAKE_MODULE_LINKER_FLAGS="$(flags LDFLAGS)"
cmake --build "$work/build"
DESTDIR=$root cmake --install "$work/build" --strip

# Where Wireshark looks for sources of captures, and for profiles.
extcap=$(tshark -G folders | sed -n 's/^\(Global \)\{0,1\}Extcap path:[[:space:]]*//p' | tail -n 1)
mkdir -p "$root$extcap" "$root/usr/share/wireshark/profiles"
ln -s "$(realpath -m -s --relative-to="$extcap" /usr/bin/uclog)" "$root$extcap/uclog"
cp -r plugin/profile/MS-ICE "$root/usr/share/wireshark/profiles/"

# Documents: what the help of the capture dialog opens, and a capture to try it with.
doc=$root/usr/share/doc/msice
mkdir -p "$doc/examples" "$doc/pictures"
cp docs/logs.md "$doc/"
cp docs/pictures/log.png "$doc/pictures/"
cp pcaps/story-proxy-443.pcap "$doc/examples/"
gzip -9n <docs/CHANGELOG.md >"$doc/changelog.gz"
printf 'msice (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- %s  %s\n' "$package_version" "$maintainer" \
    "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.Debian.gz"
cat >"$doc/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: msice

Files: *
Copyright: $(date -d "@$SOURCE_DATE_EPOCH" +%Y) the authors of msice
License: GPL-2+
 This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License
 as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
 .
 On Debian systems, the full text of the GNU General Public License version 2 is in /usr/share/common-licenses/GPL-2.
END

# What a command prints as its help is its manual.
manual() { # NAME DESCRIPTION
    {
        printf '.TH %s 1 "" "msice %s"\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n' "$1" "$version" "$1" "$2"
        printf '.nf\n'
        "$root/usr/bin/$1" --help | sed 's/\\/\\\\/g; s/-/\\-/g; s/^\([.'"'"']\)/\\\&\1/'
        printf '.fi\n'
    } | gzip -9n >"$root/usr/share/man/man1/$1.1.gz"
}
mkdir -p "$root/usr/share/man/man1"
manual icewarn "ICEWarn values and diagnostics headers explained"
manual uclog "client and server logs of Lync and Skype for Business as captures"
manual msice-batch "the calls of many captures and logs"
manual msice-worker "the calls of captures and logs, for msice-batch"
manual msice-db "the calls of msice-batch in a database"
manual msice-report "the calls of msice-batch as one HTML file"

# The libraries that the programs need; and Wireshark's, of this minor version alone: apt refuses any other.
printf 'Source: msice\n\nPackage: msice\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info \
    $(find "$root/usr" -type f \( -perm -u+x -o -name '*.so' \) -exec sh -c 'head -c 4 "$1" | grep -q ELF && echo "-e$1"' sh {} \;) \
    2>/dev/null | sed 's/^shlibs:Depends=//')
cat >"$root/DEBIAN/control" <<END
Package: msice
Version: $package_version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$root/usr" | cut -f1)
Depends: $libraries, wireshark-common (>= $minor~), wireshark-common (<< $next~)
Recommends: tshark | wireshark, parallel, sqlite3
Section: net
Priority: optional
Description: why a Lync, Skype for Business or Teams media call failed
 A plugin for Wireshark $minor that decodes what such a call leaves behind in a
 capture: diagnostics headers with every ICEWarn flag, MS-TURN and connectivity
 checks, pseudo-TLS on port 443, candidate lists and relay credentials, and that
 names the most likely cause with the frames that show it.
 .
 With it come the commands icewarn (values explained without a capture), uclog
 (client and server logs as captures, also a capture source of Wireshark),
 msice-batch and msice-report (thousands of captures), and the profile MS-ICE.
END
find "$root" -mindepth 1 ! -type l -exec chmod u=rwX,go=rX {} +
find "$root" -depth -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
touch -d "@$SOURCE_DATE_EPOCH" "$root/DEBIAN" "$root/DEBIAN"/*
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/msice_${version}_wireshark${minor}_$architecture.deb"
rm -rf "$work"
