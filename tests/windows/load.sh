#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot, after under_wine.sh: all plugins of the zip can be loaded by Windows' own loader, and say the
# version they are and the Wireshark they are for. No Wireshark but 4.0 can be built here: what the plugins import from
# Wireshark's DLLs is put into DLLs that hold nothing but these names; GLib and C are real.
#
#   load.sh WIRESHARK ZIP SOURCE
set -eu
wireshark=$1 zip=$2 source=$3
. "$(dirname "$0")/machine.sh"
export WINEPREFIX=$home/user-0 XDG_RUNTIME_DIR=/tmp
target=x86_64-w64-mingw32ucrt
version=$(sed -n 's/^project(msice VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
start_windows 0

# stand_in PLUGIN DLL: a DLL of what the plugin imports from it.
stand_in() {
    "$target-objdump" -p "$1" | awk -v dll="$2" '
        /DLL Name:/ { ours = $3 == dll }
        ours && NF == 4 && $2 == "<none>" { print "__declspec(dllexport) char " $4 "[64];" }' >"$work/$2.c"
    [ ! -s "$work/$2.c" ] || "$target-gcc" -fno-builtin -w -shared -o "$work/$2" "$work/$2.c"
}

failed=0
for plugin in "$zip"/plugins/*/*/*.dll; do
    minor=$(basename "$(dirname "$(dirname "$plugin")")")
    work=$home/load-$minor
    rm -rf "$work"
    mkdir "$work"
    cp "$wireshark"/glib-2.0-0.dll "$wireshark"/libpcre2-8.dll "$plugin" "$work/"
    for dll in libwireshark.dll libwiretap.dll libwsutil.dll; do stand_in "$plugin" $dll; done
    "$target-gcc" -O -o "$work/load.exe" "$source/tests/windows/load.c"
    name=$(basename "$plugin")
    said=$(cd "$work" && wine load.exe "$name" </dev/null 2>/dev/null | tr -d '\r') || :
    if [ "$said" = "$name: $version for $minor" ]; then
        echo "windows: loaded: $said"
    else
        echo "windows: FAILED: $plugin: $said"
        failed=1
    fi
done
exit $failed
