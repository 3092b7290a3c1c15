#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot, by under_wine.sh: install.cmd and uninstall.cmd, by wine's cmd.
#
#   installer.sh ZIP     the zip of the release, unpacked
set -eu
zip=$1
home=/var/lib/msice-windows
export WINEPREFIX=$home/user-0 WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp
data=$(wine cmd /c 'echo %APPDATA%' 2>/dev/null | tr -d '\r')
target=$(winepath -u "$data")/Wireshark

fail() {
    printf '%s\n' "windows: FAILED: the installer: $*"
    cat $home/said
    exit 1
}
# run STATUS WORD...: what it says is in $home/said.
run() {
    wanted=$1
    shift
    status=0
    (cd "$zip" && wine cmd /c "$@" 2>&1) </dev/null >$home/bytes || status=$?
    tr -d '\r' <$home/bytes >$home/said
    [ $status = "$wanted" ] || fail "$* ended with $status"
}
said() { grep -q "$1" $home/said || fail "it did not say: $1"; }

rm -rf "$target"

run 1 install.cmd 'C:\nowhere'
said "there is no Wireshark in C:.nowhere"
[ ! -e "$target/plugins" ] || fail "it put something there all the same"

run 0 install.cmd "$(winepath -w $home/without)"
said "msice for Wireshark 4.0 (4.0.17 is installed"
said "^msice.dll"
for file in plugins/4.0/epan/msice.dll extcap/uclog.exe msice/icewarn.exe msice/story-proxy-443.pcap msice/uninstall.cmd \
    profiles/MS-ICE/preferences; do
    [ -f "$target/$file" ] || fail "$file is not there"
done
wine $home/without/tshark.exe -2 -r "$target/msice/story-proxy-443.pcap" -Y icewarn -V >$home/said 2>/dev/null
said "Most likely cause: An application-layer firewall"

mv "$zip/plugins/4.0" "$zip/plugins/4.9"
run 1 install.cmd "$(winepath -w $home/without)"
said "Wireshark 4.0.17 is installed; this package has plugins for these versions alone"
said "^4.9"
mv "$zip/plugins/4.9" "$zip/plugins/4.0"

run 0 uninstall.cmd
[ -z "$(find "$target" -type f)" ] || { find "$target" -type f >$home/said; fail "these are left"; }
run 0 uninstall.cmd
said "msice is not installed"
echo "windows: install.cmd and uninstall.cmd: passed"
