#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds msice and installs it for this user (for everybody when run by root, because Wireshark ignores personal
# plugins of root), then decodes a sample.
#
#   sh plugin/install.sh              install; can be run again
#   sh plugin/install.sh --uninstall  remove what it put there
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/plugin/debian-packages.sh"
build=${MSICE_BUILD:-$top/build}
home=${HOME:-/root}

# Where things go, from Wireshark itself where it can tell.
folders() {
    if [ "$(id -u)" = 0 ]; then
        plugins=$(pkg-config --variable=plugindir wireshark)
        extcap=$(tshark -G folders | sed -n 's/^\(Global \)\{0,1\}Extcap path:[[:space:]]*//p' | tail -n 1)
        profiles=/usr/share/wireshark/profiles
        programs=/usr/local/bin
        documents=/usr/local/share/doc/msice
    else
        plugins=$(tshark -G folders | sed -n 's/^Personal Plugins:[[:space:]]*//p')
        extcap=$(tshark -G folders | sed -n 's/^Personal Extcap path:[[:space:]]*//p')
        configuration=$(tshark -G folders | sed -n 's/^Personal configuration:[[:space:]]*//p')
        extcap=${extcap:-$configuration/extcap} # Wireshark 4.0 looks there, but does not list it
        profiles=$configuration/profiles
        programs=$home/.local/bin
        documents=${XDG_DATA_HOME:-$home/.local/share}/doc/msice
    fi
}

# put FILE FOLDER: installs a file and notes it for --uninstall.
put() {
    mkdir -p "$2"
    install -m "$(test -x "$1" && echo 755 || echo 644)" "$1" "$2/"
    echo "$2/$(basename "$1")" >>"$manifest.new"
    echo "  $2/$(basename "$1")"
}

# Removes the files of the manifest, and folders that are empty then.
remove_installed() {
    [ -f "$manifest" ] || return 0
    while read -r file; do
        rm -f "$file"
        rmdir "$(dirname "$file")" 2>/dev/null || :
    done <"$manifest"
    rm -f "$manifest"
}

if [ "$(id -u)" = 0 ]; then
    manifest=/var/lib/msice/installed
else
    manifest=${XDG_DATA_HOME:-$home/.local/share}/msice/installed
fi

case ${1-} in
--uninstall)
    if [ ! -f "$manifest" ]; then
        echo "msice is not installed: there is no $manifest"
        exit 0
    fi
    remove_installed
    rmdir "$(dirname "$manifest")" 2>/dev/null || :
    echo "msice is removed. Packages that were installed for it stay."
    exit 0
    ;;
"") ;;
*)
    echo "usage: sh plugin/install.sh [--uninstall]" >&2
    exit 2
    ;;
esac

echo "1. Packages that building and using it needs"
need_packages "$top/plugin/packages.txt"

echo "2. Building in $build"
mkdir -p "$build" "$(dirname "$manifest")"
log=$build/install.log
if ! { cmake -G Ninja -S "$top" -B "$build" -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo &&
    cmake --build "$build"; } >"$log" 2>&1; then
    tail -n 20 "$log"
    echo "error: the build failed; all of it is in $log" >&2
    exit 1
fi

echo "3. Installing"
folders
rm -f "$manifest.new"
remove_installed
put "$(echo "$build"/plugins/*/epan/msice.so)" "$plugins/epan"
put "$build/icewarn" "$programs"
for program in msice-batch msice-worker msice-db msice-report; do
    put "$build/batch/$program" "$programs"
done
# The log reader: a command, a capture source of Wireshark, and from Wireshark 4.6 on a file reader as well.
put "$build/extcap/uclog" "$programs"
put "$build/extcap/uclog" "$extcap"
for reader in "$build"/plugins/*/wiretap/uclog.so; do
    [ ! -f "$reader" ] || put "$reader" "$plugins/wiretap"
done
# What the help of the capture dialog opens.
put "$top/docs/logs.md" "$documents"
put "$top/docs/pictures/log.png" "$documents/pictures"
for file in "$top"/plugin/profile/MS-ICE/*; do
    put "$file" "$profiles/MS-ICE"
done
mv "$manifest.new" "$manifest"

echo "4. Does Wireshark load it?"
if ! tshark -G plugins 2>/dev/null | grep -q 'msice\.so'; then
    echo "error: tshark does not list msice.so; it was put into $plugins/epan" >&2
    exit 1
fi
tshark -G plugins | grep 'msice\.so' | sed 's/^/  /'
if ! tshark -D 2>/dev/null | grep -q ' uclog '; then
    echo "error: tshark -D does not list uclog; it was put into $extcap" >&2
    exit 1
fi
tshark -D 2>/dev/null | grep ' uclog ' | sed 's/^[0-9]*\. /  /'

echo "5. A sample: the end of a failed call, and why it failed"
sample=$top/pcaps/story-proxy-443.pcap
tshark -r "$sample" -Y icewarn 2>/dev/null | sed 's/^/  /'
tshark -2 -r "$sample" -Y icewarn -V 2>/dev/null |
    grep -E 'Error ID|Reason:|ICE warning flags: 0x[0-9a-f]* |([.1]{4} ){8}= .*: Set|Most likely cause: |What to do|Shown by frame' |
    grep -v 'Expert Info' | cut -c1-200 | sed 's/^  *//; s/^/  /'
echo "Done. Open a capture with the profile MS-ICE: wireshark -C MS-ICE $sample"
