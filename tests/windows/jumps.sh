#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot, after under_wine.sh: where data ends too early Wireshark jumps (THROW) from its DLL into our
# code (CATCH). Over damaged captures it has to arrive in each of three files of ours, and tshark.exe to go on to the end.
# Then the same without plugin/windows/setjmp.h, which is only told: both sides are mingw's here, in the official Wireshark
# they are not.
#
#   jumps.sh WIRESHARK-HEADERS PREFIX SOURCE CAPTURES
set -eu
headers=$1 prefix=$2 source=$3
export captures=$4
. "$(dirname "$0")/machine.sh"
export HOME=$home/user-0 TZ=UTC WIRESHARK_ABORT_ON_DISSECTOR_BUG=1
work=$home/jumps-work
# Those of compare.py, where jumps are many, or go where others do not.
names="damaged-packets-direct-tcp damaged-packets-teams-refreshes damaged-sbc-private
    damaged-turn-edge-call turn-bad-input"
places="msturn-frames.c msturn-stock.c sdp-candidates.c"

# A Wireshark with a plugin that tells where it was jumped to.
rig() {
    MSICE_SETJMP=$source/tests/windows/jumps.h bash "$source/plugin/windows/build.sh" "$prefix" "$work/plugin" "4.0=$headers"
    rm -rf $home/jumps
    cp -rl $home/without $home/jumps
    mkdir $home/jumps/plugins
    mv "$work/plugin/4.0" $home/jumps/plugins/
}

# run NAME WHAT: WORK/NAME/CAPTURE.errors, .status. What is printed goes to a file: to the null device, which is taken for
# a terminal, each piece of a line would be written by itself.
run() {
    export MSICE_RIG=jumps out="$work/$1"
    mkdir -p "$out"
    # shellcheck disable=SC2086  # the list is meant to be split
    printf '%s\n' $names | xargs -P "$(nproc)" -n 1 sh -c '
        status=0
        tshark -n -2 -V -r "$captures/$0.pcap" </dev/null >"$out/$0.text" 2>"$out/$0.errors" || status=$?
        echo $status >"$out/$0.status"'
    sed -n 's/^jumped to \([a-z.-]*\).*/\1/p' "$out"/*.errors | sort | uniq -c >"$out/jumps"
    bad=$(cat "$out"/*.status | grep -v -x -c 0 || :)
    echo "windows: $2: $bad of $(ls "$out"/*.status | wc -l) captures ended badly; jumps to$(tr -s ' \n' ' ' <"$out/jumps")"
}

failed=0
rm -rf "$work"
start_windows 0
rig
run with "TRY and CATCH"
[ "$bad" = 0 ] || failed=1
for place in $places; do
    grep -q " $place\$" "$work/with/jumps" || { echo "windows: FAILED: no jump to $place"; failed=1; }
done
MSICE_FRAME=1
export MSICE_FRAME
run without "TRY and CATCH without setjmp.h"
exit $failed
