# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the install and test commands: installs what is missing of the Debian packages listed in files.

# need_packages FILE…: takes package list files (a name a line, # comments); installs the missing packages
# with apt-get, through sudo when not root. Fails with one clear line where that is not possible.
need_packages() {
    missing=
    for package in $(sed 's/#.*//' "$@"); do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "error: these packages are missing and there is no apt-get here:$missing" >&2
        return 1
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        as_root=sudo
        command -v sudo >/dev/null 2>&1 || {
            echo "error: these packages are missing, and neither root nor sudo is at hand:$missing" >&2
            return 1
        }
    fi
    echo "installing packages:$missing"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
            </dev/null >/dev/null
}
