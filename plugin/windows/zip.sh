#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The zip of a release, of what build.sh made; the same bytes each time.
#
#   zip.sh BINARIES FILE.zip
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
binaries=$1 zip=$(realpath "$2")
version=$(sed -n 's/^project(msice VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
date=$(sed -n 's/^## .*(\(.*\))$/\1/p' "$top/docs/CHANGELOG.md" | head -n 1)
damaged=turn-bad-input.pcap # TRY and CATCH are needed most there
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/msice-$version-windows-x64

# Text as Windows wants it.
text_file() { sed "s/@VERSION@/$version/g; s/\$/\r/" "$1" >"$folder/$2"; }

mkdir -p "$folder/extcap" "$folder/plugins" "$folder/profiles" "$folder/examples"
cp "$binaries/uclog.exe" "$folder/extcap/"
cp "$binaries/icewarn.exe" "$folder/"
cp -r "$binaries"/[0-9].* "$folder/plugins/"
cp -r "$top/plugin/profile/MS-ICE" "$folder/profiles/"
cp "$top/pcaps/story-proxy-443.pcap" "$folder/examples/"
cp "$top/pcaps/$damaged" "$folder/examples/damaged.pcap"
for file in install.cmd uninstall.cmd README.txt; do
    text_file "$top/plugin/windows/$file" "$file"
done
text_file "$top/COPYING" COPYING.txt

find "$folder" -exec touch -d "$date UTC" {} +
find "$folder" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
rm -f "$zip"
cd "$work"
find . -type f | LC_ALL=C sort | TZ=UTC zip -q -X -9 "$zip" -@
