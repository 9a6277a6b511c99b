#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Both front doors on a bare machine: a new minimal Debian 12, then ./start demo and ./start test.
# Takes the last commit, and ../shared if it is there. Root only. FRESH='demo' runs just that.
#
# The bare system is kept packed in out/fresh/debian.tar; delete that to make it anew. Mounts live in
# a mount namespace of their own and vanish with it, so nothing outside can be reached by removal.
set -eu
cd "$(dirname "$0")/.."
top=$(pwd)
place=$top/out/fresh
room=$place/room

if [ "$(id -u)" -ne 0 ]; then
    echo "skipped: needs root"
    exit 0
fi

# sources: the line "URI SUITE" of the first Debian archive that this machine installs from.
sources() {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '
        /^URIs:/ { uri = $2 }
        /^Suites:/ { print uri, $2; exit }'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk '
        /^deb / { sub(/\[[^]]*\] */, ""); print $2, $3; exit }'
}

# Inside the namespace: the system's own folders, then one command of ours.
if [ "${1:-}" = inside ]; then
    mount -t proc proc "$room/proc"
    mount --rbind /dev "$room/dev"
    exec chroot "$room" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp TERM=dumb \
        sh -c "cd /srv/allmende && ./start $2"
fi

if ! [ -f "$place/debian.tar" ]; then
    command -v debootstrap >/dev/null || {
        echo "debootstrap is missing; run: apt-get install debootstrap" >&2
        exit 1
    }
    rm -rf --one-file-system "$place/debian"
    mkdir -p "$place"
    # shellcheck disable=SC2046 # two words
    set -- $(sources | head -n 1)
    echo "A minimal Debian $2 is made in out/fresh, from $1"
    debootstrap --variant=minbase "$2" "$place/debian" "$1" >"$place/debootstrap.log"
    # Packages come from where this machine takes them: sources, keys, proxies.
    rm -f "$place/debian/etc/apt/sources.list"
    for part in sources.list sources.list.d keyrings trusted.gpg.d; do
        [ ! -e "/etc/apt/$part" ] || cp -R "/etc/apt/$part" "$place/debian/etc/apt/"
    done
    mkdir -p "$place/debian/usr/share/keyrings"
    cp -R /usr/share/keyrings/. "$place/debian/usr/share/keyrings/"
    grep -lE '^ *Acquire' /etc/apt/apt.conf.d/* 2>/dev/null |
        xargs -r -I {} cp {} "$place/debian/etc/apt/apt.conf.d/"
    tar -C "$place/debian" -cf "$place/debian.tar.part" .
    mv "$place/debian.tar.part" "$place/debian.tar"
    rm -rf --one-file-system "$place/debian"
fi

rm -rf --one-file-system "$room"
mkdir -p "$room"
tar -C "$room" -xf "$place/debian.tar"
cp /etc/resolv.conf /etc/hosts "$room/etc/"
mkdir -p "$room/srv/allmende"
git archive HEAD | tar -C "$room/srv/allmende" -xf -
[ ! -d ../shared ] || cp -R ../shared "$room/srv/shared"

for door in ${FRESH:-demo test}; do
    begun=$(date +%s)
    echo "== ./start $door"
    unshare --mount --pid --fork --kill-child --propagation private sh "$top/tools/fresh.sh" inside "$door"
    echo "== ./start $door took $(($(date +%s) - begun)) s"
done
