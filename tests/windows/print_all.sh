#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot, after under_wine.sh: what tshark prints of each capture of a folder, for compare.py.
#
#   print_all.sh CAPTURES OUT     OUT/CAPTURE.text, and its exit status in OUT/CAPTURE.text.status
set -eu
export captures=$1 out=$2
. "$(dirname "$0")/machine.sh"
export HOME=$home/user-0 TZ=UTC WIRESHARK_ABORT_ON_DISSECTOR_BUG=1
mkdir -p "$out"
start_windows 0
find "$captures" -type f -printf '%f\n' | sort | xargs -P "$(nproc)" -n 1 sh -c '
    status=0
    tshark -n -2 -V -r "$captures/$0" </dev/null >"$out/$0.text" 2>"$out/$0.text.errors" || status=$?
    echo $status >"$out/$0.text.status"'
