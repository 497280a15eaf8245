#!/bin/bash
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Proves that a clone needs nothing beforehand: makes a minimal Debian 12 in a folder, clones the last commit of this checkout
# into it, and runs ./dev there. Nothing outlives it.
#
# Usage: build-aux/fresh-debian.sh COMMAND [ARGS…]     (as root; for example: build, test, run --headless)
set -euo pipefail

suite=bookworm
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if (($# == 0)); then
  sed -n 's/^# \(Usage: .*\)/\1/p' "${BASH_SOURCE[0]}" >&2
  exit 2
elif ((EUID != 0)); then
  echo 'A Debian of its own can only be made as root.' >&2
  exit 1
elif ! command -v mmdebstrap unshare >/dev/null; then
  echo 'Missing: apt-get install mmdebstrap util-linux' >&2
  exit 1
fi

# The mirror that apt uses here, whether or not it is one that the public knows.
# shellcheck disable=SC2016 # apt-get fills these in
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$suite //p" | head -n 1)
eval "$(apt-config shell valid_until Acquire::Check-Valid-Until)"

folder=$(mktemp --directory --tmpdir fresh-debian.XXXXXX)
trap 'rm --recursive --force --one-file-system "$folder"' EXIT

mmdebstrap --quiet --variant=minbase --include=git \
  --aptopt="Acquire::Check-Valid-Until \"${valid_until:-true}\"" "$suite" "$folder/root" ${mirror:+"$mirror"}
printf '#!/bin/sh\nexit 101\n' >"$folder/root/usr/sbin/policy-rc.d" # a chroot starts no services
chmod 755 "$folder/root/usr/sbin/policy-rc.d"
git clone --quiet "file://$checkout" "$folder/root/root/thruwall"

# In namespaces of its own: with the first process all others end, and the mounts go.
inside ()
{
  mount --bind "$1" "$1"
  mount -t proc proc "$1/proc"
  mount --rbind /sys "$1/sys"
  mount --rbind /dev "$1/dev"
  mount -t tmpfs tmpfs "$1/dev/shm"
  mount -t tmpfs tmpfs "$1/run"
  mount -t tmpfs tmpfs "$1/tmp"
  cd "$1"
  shift
  pivot_root . mnt # not only chroot: the tests make mount namespaces of their own, and leave a chroot with that
  umount --lazy /mnt
  exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb CI=true /root/thruwall/dev "$@"
}
unshare --mount --pid --fork --kill-child bash -euo pipefail -c "$(declare -f inside); inside \"\$@\"" \
  inside "$folder/root" "$@" </dev/null
