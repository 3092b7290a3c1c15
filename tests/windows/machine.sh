# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced in tests/windows.sh's chroot: a Windows user's machine in $home. There is Wireshark with the plugin in it; and one
# without, because Windows' Wireshark looks for plugins in no other place that a test could name.
export PATH="/usr/local/bin:$PATH" WINEDEBUG=-all
home=/var/lib/msice-windows

# command_for FILE PROGRAM: starts the program like one of this system. A Windows for each user.
command_for() {
    cat >"$1" <<END
#!/bin/sh
case \${WIRESHARK_PLUGIN_DIR-} in *no-plugins) folder=without ;; *) folder=\${MSICE_RIG-with} ;; esac
export WINEPREFIX=$home/user-\$(id -u) WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp
exec wine "$home/\$folder/$2" "\$@"
END
    chmod 755 "$1"
}

# Windows' services are started here, once: started by a test they would hold its pipes open for ever.
start_windows() {
    setpriv --reuid="$1" --regid="$1" --clear-groups env WINEPREFIX="$home/user-$1" HOME="$home/user-$1" \
        XDG_RUNTIME_DIR=/tmp sh -c 'wineserver -p; [ -f "$WINEPREFIX/system.reg" ] || wine wineboot -i; wine cmd /c exit' </dev/null >/dev/null 2>&1 || :
}

# make_machine WIRESHARK ZIP
make_machine() {
    rm -rf $home
    mkdir -p $home/build/extcap
    cp -r "$1" $home/without
    cp -rl $home/without $home/with
    mkdir -p $home/with/plugins
    cp -r "$2/plugins/4.0" $home/with/plugins/
    cp "$2/icewarn.exe" "$2/extcap/uclog.exe" $home/with/
    cp -r $home/with/plugins $home/build/
    chmod -R a+rX $home
    command_for /usr/local/bin/tshark tshark.exe
    command_for /usr/local/bin/sharkd sharkd.exe
    command_for $home/build/icewarn icewarn.exe
    command_for $home/build/extcap/uclog uclog.exe
    for user in 0 65534; do
        mkdir -p $home/user-$user
        chown $user:$user $home/user-$user
        start_windows $user
    done
}
