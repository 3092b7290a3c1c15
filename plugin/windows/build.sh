#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot with packages.txt, after libraries.sh: the Windows binaries, the same bytes each time.
#
#   build.sh PREFIX OUT MINOR=WIRESHARK...
#
# WIRESHARK is a folder with include/ (Debian's headers of Wireshark of that minor) and lib/ (its shared libraries, which
# tell what each library holds: no import library of the official Wireshark is at hand). OUT gets uclog.exe, icewarn.exe,
# MINOR/epan/msice.dll, and MINOR/wiretap/uclog.dll where that Wireshark has a place for it.
# MSICE_SETJMP: a file in place of setjmp.h, for a test; then the plugins alone are made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
prefix=$1 out=$2
shift 2
target=x86_64-w64-mingw32ucrt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=0 LC_ALL=C
version=$(sed -n 's/^project(msice VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
warnings="-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes -Werror"
common="-std=gnu11 -O2 $warnings -ffile-prefix-map=$top=. -DMSICE_VERSION=\"$version\" -I$top/plugin
    -isystem $prefix/include/glib-2.0 -isystem $prefix/static/include"

# sources FILE LIST: the files of a list in a CMakeLists.txt, from its folder.
sources() {
    sed -n "/^set($2\$/,/^)/p" "$top/$1/CMakeLists.txt" | sed '1d;$d' |
        while read -r name; do realpath "$top/$1/$name"; done
}
msice=$(sources . MSICE_SOURCES)
icewarn=$(sources . ICEWARN_SOURCES)
parser="$(sources plugin/logs UCLOG_PARSER_SOURCES) $top/plugin/logs/uclog-zones.c"
uclog="$(sources plugin/logs UCLOG_SOURCES | sed 's/uclog-os\.c/uclog-os-windows.c/') $parser"

# compile FOLDER FLAGS SOURCE...: objects, named by their path.
compile() {
    folder=$1 flags=$2
    shift 2
    mkdir -p "$folder"
    for file in "$@"; do
        printf '%s\0%s\0' "$file" "$folder/$(echo "${file#"$top/"}" | tr / _).o"
    done | xargs -0 -n 2 -P "${JOBS:-$(nproc)}" sh -c "$target-gcc $(echo $common $flags | sed 's/"/\\"/g') -c \"\$0\" -o \"\$1\""
}

# program NAME FLAGS SOURCE...: a single file that needs nothing but Windows.
program() {
    name=$1 flags=$2
    shift 2
    compile "$work/$name" "-DGLIB_STATIC_COMPILATION $flags" "$@"
    "$target-gcc" -static -s -Wl,--no-insert-timestamp -o "$out/$name.exe" "$work/$name"/*.o \
        "$prefix/static/libglib-2.0.a" -L"$prefix/lib" -l:libpcre2-8.a -l:libintl.a \
        -lws2_32 -lole32 -lwinmm -lshlwapi -luuid
}

# import_library WORK LIBRARY DLL NEEDED: what the file NEEDED lists and the shared library LIBRARY holds.
import_library() {
    nm -D --defined-only "$2" | sed 's/@.*//' | awk '{ print $3, $2 ~ /[BDR]/ ? "DATA" : "" }' | sort -u >"$1/holds"
    { echo "LIBRARY \"$3\""; echo EXPORTS; join "$1/holds" "$4"; } >"$1/$3.def"
    "$target-dlltool" --temp-prefix "$1/dlltool" -d "$1/$3.def" -l "$1/lib$3.a"
}

# plugin WIRESHARK OUT.dll FOLDER: links the objects of a folder. The libraries have the names of the official Wireshark.
plugin() {
    wireshark=$1 dll=$2 folder=$3
    "$target-nm" -u "$folder"/*.o | awk '/ U / { print $2 }' | sed 's/^__imp_//' | sort -u >"$folder/needed"
    libraries=
    for library in wireshark wiretap wsutil; do
        import_library "$folder" "$(ls "$wireshark/lib/lib$library".so.* | head -n 1)" "lib$library.dll" "$folder/needed"
        libraries="$libraries $folder/liblib$library.dll.a"
    done
    import_library "$folder" "$(ls "$wireshark"/lib/libglib-2.0.so.* | head -n 1)" glib-2.0-0.dll "$folder/needed"
    mkdir -p "$(dirname "$dll")"
    # shellcheck disable=SC2086  # the list is meant to be split
    "$target-gcc" -shared -s -static-libgcc -Wl,--no-insert-timestamp -Wl,--exclude-all-symbols -o "$dll" \
        "$folder"/*.o $libraries "$folder/libglib-2.0-0.dll.a" -lws2_32
    check "$dll"
}

# Wireshark finds its five names in a plugin; and Windows finds all DLLs that it needs in Wireshark's folder or its own.
check() {
    "$target-objdump" -p "$1" >"$work/told"
    names=$(sed -n 's/^\t\[.*+base.* \(plugin_[a-z_]*\)$/\1/p' "$work/told" | sort -u | paste -s -d " ")
    strange=$(sed -n 's/^\tDLL Name: //p' "$work/told" |
        grep -v -i -E '^(lib(wireshark|wiretap|wsutil)|glib-2\.0-0|kernel32|ws2_32|api-ms-win-crt-.*)\.dll$' || :)
    if [ "$names" != "plugin_describe plugin_register plugin_version plugin_want_major plugin_want_minor" ] ||
        [ -n "$strange" ]; then
        echo "error: $1 offers: $names; asks for: $strange" >&2
        exit 1
    fi
}

mkdir -p "$out"
if [ -z "${MSICE_SETJMP:-}" ]; then
    # shellcheck disable=SC2086  # lists are meant to be split
    program icewarn "" $icewarn
    # shellcheck disable=SC2086
    program uclog "" $uclog
fi
for pair in "$@"; do
    minor=${pair%%=*} wireshark=${pair#*=}
    # Wireshark's headers for its own compiler's C; setjmp as setjmp.h says.
    flags="-isystem $wireshark/include -DHAVE_SSIZE_T -include ${MSICE_SETJMP:-$here/setjmp.h}"
    # shellcheck disable=SC2086
    compile "$work/$minor" "$flags" $msice
    plugin "$wireshark" "$out/$minor/epan/msice.dll" "$work/$minor"
    [ -f "$wireshark/include/wiretap/wtap_module.h" ] || continue
    # shellcheck disable=SC2086
    compile "$work/$minor-reader" "$flags" $parser "$top/plugin/logs/uclog-wiretap.c"
    plugin "$wireshark" "$out/$minor/wiretap/uclog.dll" "$work/$minor-reader"
done
