#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot, after under_wine.sh: what tshark prints of each capture of a folder, for compare.py.
#
#   print_all.sh CAPTURES OUT     OUT/CAPTURE.VIEW, and its exit status in OUT/CAPTURE.VIEW.status
set -eu
export PATH="/usr/local/bin:$PATH"
export captures=$1 out=$2
export HOME=/var/lib/msice-windows/user-0 WINEPREFIX=/var/lib/msice-windows/user-0 XDG_RUNTIME_DIR=/tmp WINEDEBUG=-all
export TZ=UTC WIRESHARK_ABORT_ON_DISSECTOR_BUG=1
mkdir -p "$out"
(wineserver -p && wine cmd /c exit) </dev/null >/dev/null 2>&1
find "$captures" -type f -printf '%f\n' | sort | xargs -P "$(nproc)" -n 1 sh -c '
    print() {
        view=$1
        shift
        status=0
        tshark -n -2 -r "$captures/$0" "$@" </dev/null >"$out/$0.$view" 2>"$out/$0.$view.errors" || status=$?
        echo $status >"$out/$0.$view.status"
    }
    print text -V
    case $0 in damaged-*) ;; *) print json -T json ;; esac'
