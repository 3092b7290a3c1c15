#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In tests/windows.sh's chroot: the project's tests with the Windows programs, run by wine.
#
#   under_wine.sh WIRESHARK BINARIES SOURCE [TESTS]
#
# What is left out needs Linux itself (its packages, its Wireshark of another version, its debugger), or programs that
# are not built for Windows: the batch programs, capturing, the windows.
set -eu
wireshark=$1 binaries=$2 source=$3 tests=${4-}
home=/var/lib/msice-windows
export WINEDEBUG=-all

# A Windows user's machine: Wireshark with the plugin in it; and one without, because Windows' Wireshark looks nowhere else.
rm -rf $home
mkdir -p $home/build/extcap
cp -r "$wireshark" $home/with
cp -r "$wireshark" $home/without
mkdir -p $home/with/plugins
cp -r "$binaries"/4.0 $home/with/plugins/
cp "$binaries"/*.exe $home/with/
cp -r $home/with/plugins $home/build/
chmod -R a+rX $home

# command NAME FOLDER PROGRAM: starts the program like one of this system. A Windows for each user.
command_for() {
    cat >"$1" <<END
#!/bin/sh
case \${WIRESHARK_PLUGIN_DIR-} in *no-plugins) folder=without ;; *) folder=with ;; esac
export WINEPREFIX=$home/user-\$(id -u) WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp
exec wine "$home/\$folder/$2" "\$@"
END
    chmod 755 "$1"
}
command_for /usr/local/bin/tshark tshark.exe
command_for /usr/local/bin/sharkd sharkd.exe
command_for $home/build/icewarn icewarn.exe
command_for $home/build/extcap/uclog uclog.exe

# Windows' services are started here, once: started by a test they would hold its pipes open for ever.
for user in 0 65534; do
    mkdir -p $home/user-$user
    chown $user:$user $home/user-$user
    setpriv --reuid=$user --regid=$user --clear-groups env WINEPREFIX=$home/user-$user HOME=$home/user-$user \
        XDG_RUNTIME_DIR=/tmp sh -c 'wineserver -p; wine wineboot -i; wine cmd /c exit' </dev/null >/dev/null 2>&1 || :
done

sh "$(dirname "$0")/installer.sh" "$binaries" "$source"
cd "$source"
[ -n "$tests" ] || tests=$(grep -v '^#' tests/windows/tests.txt)
# shellcheck disable=SC2086  # lists are meant to be split
BUILD_DIR=$home/build exec python3 -m pytest -q -p no:cacheprovider --no-header -n "$(nproc)" --dist loadfile \
    $(sed -n 's/^# not: \([^ ]*\).*/--deselect tests\/\1/p' tests/windows/tests.txt) $tests
