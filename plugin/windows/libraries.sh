#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot with packages.txt: GLib for Windows, from Debian's sources.
#
#   libraries.sh WORK PREFIX [PROCESSORS]   libglib-2.0.a and its headers, for programs that are a single file
#   libraries.sh --rig WORK PREFIX …        and, for tests/windows.sh, what tshark.exe needs as DLLs
#
# What is done is not done again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rig=
[ "${1-}" != --rig ] || { rig=yes; shift; }
work=$1 prefix=$2 jobs=${3:-1}
target=x86_64-w64-mingw32ucrt
mkdir -p "$work/done" "$prefix/bin" "$prefix/include" "$prefix/lib/pkgconfig"
export WINDOWS_PREFIX="$prefix" PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig:/usr/$target/lib/pkgconfig"

# step NAME CMD...: once; what it says goes to WORK/NAME.log. No "if" around the command: it would go on after errors.
step() {
    name=$1
    shift
    [ ! -f "$work/done/$name" ] || return 0
    start=$(date +%s)
    trap 'tail -n 20 "$work/$name.log" >&2; echo "error: $name could not be built for Windows" >&2' EXIT
    "$@" >"$work/$name.log" 2>&1
    trap - EXIT
    echo "$name: $(($(date +%s) - start)) s"
    touch "$work/done/$name"
}

# Unpacked sources: WORK/NAME, of this Debian, or of the one before where the mirror does not have its files.
fetch() {
    mirror=$(sed -n 's/^deb \([^ ]*\) .*/\1/p' /etc/apt/sources.list | head -n 1)
    printf "deb-src $mirror %s main\n" trixie bookworm >/etc/apt/sources.list.d/msice-src.list
    apt-get update -q
    for package in glib2.0 pcre2 libffi ${rig:+c-ares speexdsp wireshark}; do
        rm -rf "$work/part"
        mkdir "$work/part"
        cd "$work/part"
        # The rig is Wireshark 4.0.
        [ "$package" != wireshark ] && apt-get source -q "$package/trixie" || apt-get source -q "$package/bookworm"
        rm -rf "${work:?}/$package"
        mv "$work"/part/*/ "$work/$package"
    done
    cd /
    rm -rf "$work/part"
}

intl() {
    "$target-gcc" -O2 -c "$here/intl/libintl.c" -o "$work/libintl.o"
    "$target-ar" rcsD "$prefix/lib/libintl.a" "$work/libintl.o"
    cp "$here/intl/libintl.h" "$prefix/include/"
}

with_cmake() {
    source=$1
    shift
    cmake -G Ninja -S "$work/$source" -B "$work/$source-build" -DCMAKE_TOOLCHAIN_FILE="$here/toolchain.cmake" \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_BUILD_TYPE=Release -DCMAKE_POLICY_VERSION_MINIMUM=3.5 "$@"
    ninja -j"$jobs" -C "$work/$source-build" install
}

# Debian's source of some is what their repository holds, without "configure".
with_configure() {
    source=$1
    shift
    [ -x "$work/$source/configure" ] || (cd "$work/$source" && autoreconf -fi)
    mkdir -p "$work/$source-build"
    cd "$work/$source-build"
    "$work/$source/configure" --host="$target" --prefix="$prefix" --disable-shared --enable-static "$@" \
        CPPFLAGS=-I"$prefix/include" LDFLAGS=-L"$prefix/lib"
    make -j"$jobs" install
}

# GLib's own build makes either DLLs or archives on Windows, where C has no LC_MESSAGES.
glib() {
    kind=$1
    shift
    rm -rf "$work/glib-$kind"
    meson setup "$work/glib-$kind" "$work/glib2.0" --cross-file "$here/toolchain.ini" --prefix "$prefix" --libdir lib \
        --buildtype release --wrap-mode nodownload --default-library "$kind" -Dtests=false -Dnls=disabled \
        -Dintrospection=disabled -Dlibelf=disabled -Dglib_debug=disabled -Dman-pages=disabled -Dsysprof=disabled \
        -Dc_args="-I$prefix/include -DPCRE2_STATIC -DLC_MESSAGES=LC_CTYPE" -Dc_link_args="-L$prefix/lib" \
        -Dcpp_args="-I$prefix/include -DPCRE2_STATIC" -Dcpp_link_args="-L$prefix/lib"
}

glib_static() {
    glib static
    ninja -j"$jobs" -C "$work/glib-static" glib/libglib-2.0.a
    mkdir -p "$prefix/static/include"
    rm -f "$prefix/static/libglib-2.0.a"
    # One archive, of the objects themselves: the build's own is thin.
    printf 'CREATE %s\nADDLIB %s\nSAVE\n' "$prefix/static/libglib-2.0.a" "$work/glib-static/glib/libglib-2.0.a" |
        "$target-ar" -M
    cp "$work/glib-static/glib/glibconfig.h" "$prefix/static/include/"
    mkdir -p "$prefix/include/glib-2.0"
    cp "$work/glib2.0/glib/glib.h" "$work/glib2.0/gmodule/gmodule.h" "$prefix/include/glib-2.0/"
    for folder in glib glib/deprecated gmodule; do
        mkdir -p "$prefix/include/glib-2.0/$folder"
        cp "$work/glib2.0/$folder"/*.h "$prefix/include/glib-2.0/$folder/"
        cp "$work/glib-static/$folder"/*.h "$prefix/include/glib-2.0/$folder/" 2>/dev/null || :
    done
}

# The DLL has the name that it has in the official Wireshark, so that what is made for that runs here as it is.
glib_shared() {
    grep -q "name_prefix: ''" "$work/glib2.0/glib/meson.build" ||
        sed -i "/library('glib-2.0',/,/sources *:/s/ *sources *:/  name_prefix: '',\n&/" "$work/glib2.0/glib/meson.build"
    glib shared
    # Three of its libraries: the others, which take minutes, are not asked for.
    ninja -j"$jobs" -C "$work/glib-shared" glib/glib-2.0-0.dll gmodule/libgmodule-2.0-0.dll gthread/libgthread-2.0-0.dll
    for folder in glib gmodule gthread; do
        cp "$work/glib-shared/$folder"/*-2.0-0.dll "$prefix/bin/"
        cp "$work/glib-shared/$folder"/*.dll.a "$prefix/lib/"
        cp "$work/glib-shared/meson-private/$folder"*-2.0.pc "$prefix/lib/pkgconfig/"
    done
    cp "$work/glib-shared/gmodule"/*.h "$prefix/include/glib-2.0/gmodule/"
    mkdir -p "$prefix/lib/glib-2.0/include"
    cp "$work/glib-shared/glib/glibconfig.h" "$prefix/lib/glib-2.0/include/"
}

# Debian's own Windows builds (DLLs with a C run time of their own), and headers that Wireshark spells with capitals.
ready_made() {
    for file in include/gcrypt.h include/gpg-error.h include/gpgrt.h lib/libgcrypt.dll.a lib/libgpg-error.dll.a \
        bin/libgcrypt-20.dll bin/libgpg-error-0.dll; do
        cp "/usr/x86_64-w64-mingw32/$file" "$prefix/$file"
    done
    cp "/usr/$target/lib/zlib1.dll" "$prefix/bin/"
    for header in Ws2tcpip Windows VersionHelpers Uxtheme; do
        echo "#include <$(echo "$header" | tr A-Z a-z).h>" >"$prefix/include/$header.h"
    done
}

step "sources${rig:+-rig}" fetch
step intl intl
step pcre2 with_cmake pcre2 -DPCRE2_BUILD_TESTS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF -DBUILD_SHARED_LIBS=ON \
    -DBUILD_STATIC_LIBS=ON -DPCRE2_SUPPORT_JIT=OFF
step libffi with_configure libffi --disable-docs --disable-multi-os-directory
step glib-static glib_static
if [ -n "$rig" ]; then
    step c-ares with_cmake c-ares -DCARES_BUILD_TOOLS=OFF -DCARES_BUILD_TESTS=OFF \
        -DCMAKE_C_FLAGS=-DINADDRSZ=4 # a name that some releases forget on Windows
    step speexdsp with_configure speexdsp --disable-examples
    step glib-shared glib_shared
    step ready-made ready_made
fi
