# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by what works in Debian chroots: package.sh, tests/matrix.sh, tests/windows.sh. Wants top, the source. Chroots are
# kept in MSICE_MATRIX_DIR (default /var/cache/msice-matrix); MSICE_MATRIX_MIRROR names the Debian mirror, default: the one
# this machine's apt uses.
cache=${MSICE_MATRIX_DIR:-/var/cache/msice-matrix}
log_dir=$cache/log

say() { printf '%s\n' "$*"; }

mirror() {
    if [ -n "${MSICE_MATRIX_MIRROR:-}" ]; then
        say "$MSICE_MATRIX_MIRROR"
        return
    fi
    found=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null \
        | grep -E '^https?://.*/debian/?$' | sort -u | head -n 1)
    say "${found:-http://deb.debian.org/debian}"
}

# A mount and process space of its own: nothing stays mounted or running, however the command ends.
isolated() {
    if unshare --mount --pid --fork --kill-child true 2>/dev/null; then
        unshare --mount --pid --fork --kill-child "$@"
    else
        "$@"
    fi
}

# in_chroot DIR CMD...: /proc and /dev where the machine allows it, names resolved as outside.
in_chroot() {
    root=$1
    shift
    isolated sh -c '
        root=$1; shift
        mount -t proc proc "$root/proc" 2>/dev/null
        mount --bind /dev "$root/dev" 2>/dev/null
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts" 2>/dev/null
        mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm" 2>/dev/null
        cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null
        cp -L /etc/hosts "$root/etc/hosts" 2>/dev/null
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
            DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"' sh "$root" "$@"
}

# new_chroot DIR SUITE: a Debian with nothing in it, by debootstrap; else the reason is in $reason, and 1.
new_chroot() {
    if ! command -v debootstrap >/dev/null; then
        apt-get install -y --no-install-recommends debootstrap >>"$log" 2>&1
        command -v debootstrap >/dev/null || { reason="debootstrap is not installed"; return 1; }
    fi
    rm -rf "$1.part"
    # usrmerge and the rest come with minbase; our packages come by apt, which resolves alternatives.
    if ! isolated debootstrap --variant=minbase "$2" "$1.part" "$(mirror)" >>"$log" 2>&1; then
        reason=$(grep -E '^E:' "$log" | tail -n 1 | sed 's/^E: //')
        reason=${reason:-debootstrap failed, see $log}
        rm -rf "$1.part"
        return 1
    fi
    rm -rf "$1"
    mv "$1.part" "$1"
    # A cache, made again when broken: no reason to wait for the disk after each file, nor for documentation.
    printf 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\n%s\n' \
        'path-exclude=/usr/share/locale/*' >"$1/etc/dpkg/dpkg.cfg.d/msice"
    # A mirror that stands still (a snapshot) is good enough; the signatures are checked as ever.
    printf 'Acquire::Check-Valid-Until "false";\nAcquire::Languages "none";\n' >"$1/etc/apt/apt.conf.d/msice"
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod +x "$1/usr/sbin/policy-rc.d"
}

# make_chroot NAME SUITE LIST...: a chroot with the packages of the lists (a name a line, # comments). 0 when it is
# there afterwards, in $cache/NAME; else the reason is in $reason. What a chroot lacks is added.
make_chroot() {
    name=$1
    debian=$2
    shift 2
    mkdir -p "$log_dir" || exit 2
    root=$cache/$name
    log=$log_dir/$name-make.log
    missing=
    # shellcheck disable=SC2013  # words are meant
    for word in $(sed 's/#.*//' "$@"); do
        grep -qxF "$word" "$root/.msice-stamp" 2>/dev/null || missing="$missing $word"
    done
    [ -n "$missing" ] || [ ! -f "$root/.msice-stamp" ] || return 0
    : >"$log"
    [ -f "$root/.msice-stamp" ] || new_chroot "$root" "$debian" || return 1
    # shellcheck disable=SC2086  # the list is meant to be split
    if ! in_chroot "$root" sh -c 'apt-get update -q && apt-get install -q -y --no-install-recommends "$@"' \
        sh $missing >>"$log" 2>&1; then
        reason="its packages could not be installed: $(grep -E '^E:' "$log" | tail -n 1 | sed 's/^E: //')"
        return 1
    fi
    in_chroot "$root" apt-get clean >>"$log" 2>&1
    printf '%s\n' $missing >>"$root/.msice-stamp"
}

# copy_source DIR: what git knows or would know of the tree; all but builds where there is no git.
copy_source() {
    mkdir -p "$1"
    if git -c safe.directory="$top" -C "$top" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -c safe.directory="$top" -C "$top" ls-files -z --cached --others --exclude-standard \
            | (cd "$top" && tar --null --ignore-failed-read -T - -cf - 2>/dev/null) | tar -xf - -C "$1"
    else
        tar -C "$top" --exclude='./build*' --exclude=./.git -cf - . | tar -xf - -C "$1"
    fi
}
