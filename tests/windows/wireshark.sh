#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot, after plugin/windows/libraries.sh --rig: tshark.exe and sharkd.exe of Wireshark 4.0, from
# Debian 12's source, without our plugin and with the dissectors of dissectors.txt.
#
#   wireshark.sh WORK PREFIX RIG [PROCESSORS]     RIG: a folder as Windows users have it
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$1 prefix=$2 rig=$3 jobs=${4:-1}
target=x86_64-w64-mingw32ucrt
source=$work/wireshark
build=$work/wireshark-build
export WINDOWS_PREFIX="$prefix" PKG_CONFIG="$target-pkg-config"
export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig:/usr/$target/lib/pkgconfig"
# Makes Wireshark's build look for libraries as on Unix, instead of fetching its own.
export MSYSTEM=MINGW64

# Without capture a file lacks a header; and today's gcc is stricter than that of then.
repair() {
    grep -q wsutil/feature_list.h "$source/capture/capture-wpcap.c" ||
        sed -i 's|^#include <ws_attributes.h>|&\n#include <wsutil/feature_list.h>|' "$source/capture/capture-wpcap.c"
    sed -i 's|ws_inet_pton4(path, &(s_in|ws_inet_pton4(path, (void *)\&(s_in|' "$source/sharkd_daemon.c"
}

# Leaves in the lists of dissectors those that are kept.
choose() {
    list=$source/epan/dissectors/CMakeLists.txt
    [ -f "$list.whole" ] || cp "$list" "$list.whole"
    awk -v kept="$top/tests/windows/dissectors.txt" '
        BEGIN { while ((getline name < kept) > 0) is_kept[name] }
        /^\t\${CMAKE_CURRENT_[A-Z]+_DIR}\/(packet|file)-[^\/ ]*\.c$/ {
            name = $1
            sub(/.*\//, "", name)
            if (!(name in is_kept)) next
        }
        { print }' "$list.whole" >"$list"
}

# What is not built, and what is not looked for.
no_programs="wireshark logray tfshark rawshark dumpcap text2pcap mergecap reordercap editcap capinfos captype randpkt
    dftest corbaidl2wrs dcerpcidl2wrs xxx2deb androiddump sshdump ciscodump dpauxmon randpktdump wifidump udpdump
    mmdbresolve fuzzshark etwdump sdjournal"
no_libraries="PCAP AIRPCAP LUA GNUTLS KERBEROS SMI WINSPARKLE LIBXML2 PLUGIN_IFDEMO CHM_GUIDES WERROR NGHTTP2 BROTLI
    LZ4 SNAPPY ZSTD MINIZIP SBC SPANDSP BCG729 ILBC OPUS LIBSSH"

# What wine can map as it stands in the file, and where it wants to be, it need not read and relocate at each start. (strip
# would align it anew.)
quick_start="-Wl,--strip-debug -Wl,--file-alignment=4096 -Wl,--disable-dynamicbase -Wl,--enable-auto-image-base"

configure() {
    off=
    for name in $no_programs; do off="$off -DBUILD_$name=OFF"; done
    for name in $no_libraries; do off="$off -DENABLE_$name=OFF"; done
    # shellcheck disable=SC2086  # the list is meant to be split
    cmake -G Ninja -S "$source" -B "$build" -DCMAKE_TOOLCHAIN_FILE="$top/plugin/windows/toolchain.cmake" \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_POLICY_VERSION_MINIMUM=3.5 -DCMAKE_C_FLAGS_RELEASE="-O1 -w -DNDEBUG" \
        -DCMAKE_SHARED_LINKER_FLAGS="$quick_start" -DCMAKE_EXE_LINKER_FLAGS="$quick_start" \
        -DHAVE_C99_VSNPRINTF_EXITCODE=0 $off # what it would find out by running
}

compile() {
    # A generator of Wireshark's build, which runs here and not on Windows.
    ninja -C "$build" -j"$jobs" lemon
    cc -O1 -w -o "$build/run/lemon.exe" "$source/tools/lemon/lemon.c"
    ninja -C "$build" -j"$jobs" tshark sharkd
}

collect() {
    rm -rf "$rig"
    mkdir -p "$rig"
    cp "$build"/run/tshark.exe "$build"/run/sharkd.exe "$build"/run/libwireshark.dll "$build"/run/libwiretap.dll \
        "$build"/run/libwsutil.dll "$rig/"
    for name in libcares libgcrypt-20 libgpg-error-0 glib-2.0-0 libgmodule-2.0-0 libgthread-2.0-0 libpcre2-8 zlib1; do
        cp "$prefix/bin/$name.dll" "$rig/"
    done
    cp "/usr/$target/lib/libwinpthread-1.dll" "$rig/"
    # Not its lists of vendors, services and enterprises, which each start would read: the tests ask for no such names.
}

repair
choose
configure
compile
collect
