#!/bin/bash
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# guest.sh COMMAND [ARGUMENT...] runs COMMAND as root in a small virtual machine whose Debian kernel has a real ALSA sequencer
# with four virtual raw MIDI ports (snd-virmidi: /dev/snd/midiC0D0 to D3), which few build machines have, and a USB of its own to
# plug instruments into (usb_gadget.py). What it prints comes out here, and its exit status is ours. It sees this machine's files
# read-only; /run, /var/tmp and /mnt are its own; it has the loopback network. The processor is emulated: a few seconds to start
# and a tenth of the speed. THRU_GUEST_ACCEL=kvm is faster on a desktop; on rented machines it may hang.
#
# The kernel is fetched as Debian's package once (70 MB) and kept under ${XDG_CACHE_HOME:-~/.cache}/thruwall.
# THRU_GUEST_SECONDS: give up after that many (default 600).
set -euo pipefail

[ $# -gt 0 ] || { sed -n '5,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
cache=${XDG_CACHE_HOME:-$HOME/.cache}/thruwall/guest-3
modules='virtio_pci 9pnet_virtio 9p snd-hrtimer snd-seq snd-seq-midi snd-virmidi snd-seq-dummy'
modules+=' dummy_hcd libcomposite usb_f_midi snd-usb-audio'

need() # PROGRAM PACKAGE
{
  command -v "$1" >/dev/null || { echo "guest.sh: $1 is missing: install the Debian package $2" >&2; exit 1; }
}

# The files of a module and of what it needs, in the order of loading.
module_files() # FOLDER MODULE
{
  local path dependency
  path=$(sed -n "s#^\([^:]*/$2\.ko[^:]*\):.*#\1#p" "$1/modules.dep")
  [ -n "$path" ] || { echo "guest.sh: the kernel has no module $2" >&2; exit 1; }
  for dependency in $(sed -n "s#^$path: *##p" "$1/modules.dep" | tr ' ' '\n' | tac); do echo "$dependency"; done
  echo "$path"
}

fetch_kernel() # FOLDER
{
  local image
  cd "$1"
  image=$(apt-cache depends linux-image-amd64 | sed -n 's/ *Depends: //p' | head -n 1)
  [ -n "$image" ] || { echo 'guest.sh: apt knows no linux-image-amd64: run apt-get update' >&2; exit 1; }
  apt-get download "$image" >&2 || apt-get download "$image-unsigned" >&2
  dpkg -x linux-image-*.deb kernel
  rm linux-image-*.deb
}

# Debian 12's is packed with xz. QEMU starts it as it comes, too, but then unpacks it in emulation, for seconds.
unpack_kernel() # PACKED UNPACKED
{
  python3 - "$@" <<'PYTHON'
import lzma, sys
kernel = open(sys.argv[1], "rb").read()
start = kernel.find(b"\xfd7zXZ\0")
if start >= 0:
    kernel = lzma.LZMADecompressor().decompress(kernel[start:])
open(sys.argv[2], "wb").write(kernel)
PYTHON
}

write_init() # FILE
{
  cat >"$1" <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
exec </dev/null
while read -r m; do $b insmod "/modules/${m##*/}" || echo "insmod $m failed"; done </modules/order
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro,cache=loose host /host
# A root of our own, for Flatpak can not do with the links in the root of a 9p file system.
$b mount -t tmpfs tmpfs /root
cd /host
links= folders=
for f in *; do
  if [ -L "$f" ]; then links="$links $f"; elif [ -d "$f" ]; then folders="$folders $f"; fi
done
$b cp -P $links /root/
cd /root
$b mkdir -p $folders dev proc sys run mnt /dev/shm /dev/pts
for f in $folders; do
  case $f in dev | proc | sys | run | mnt) ;; *) $b mount --bind "/host/$f" "$f" ;; esac
done
for d in dev proc sys; do $b mount --move "/$d" "/root/$d"; done
for d in run var/tmp mnt dev/shm; do $b mount -t tmpfs tmpfs "/root/$d"; done
$b mount -t devpts devpts /root/dev/pts
$b ip link set lo up
script=$($b sed -n 's/.*guest_script=\([^ ]*\).*/\1/p' /root/proc/cmdline)
echo "--- guest begins"
# Moved, and not only a chroot: who makes a mount namespace, as a sandbox does, would leave that.
$b mount --move . /
PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/var/tmp $b chroot . /bin/bash "$script"
echo "--- guest ends $?"
$b poweroff -f
INIT
  chmod +x "$1"
}

# In a folder beside, so that a run that is cut short leaves nothing half made.
make_cache()
{
  local folder base
  folder=$(mktemp -d "$cache.XXXXXX")
  chmod 755 "$folder"
  (
    fetch_kernel "$folder"
    depmod -b kernel "$(ls kernel/lib/modules)"
    base=kernel/lib/modules/$(ls kernel/lib/modules)
    mkdir -p tree/{bin,modules,proc,sys,dev,host,root}
    cp /bin/busybox tree/bin/
    for m in $modules; do module_files "$base" "$m"; done | awk '!seen[$0]++' >tree/modules/order
    while read -r m; do cp "$base/$m" tree/modules/; done <tree/modules/order
    write_init tree/init
    unpack_kernel kernel/boot/vmlinuz-* vmlinux
    (cd tree && find . | cpio -o -H newc 2>/dev/null) >initrd
    rm -r kernel tree
  )
  mv -T "$folder" "$cache"
}

[ "$(uname -m)" = x86_64 ] || { echo 'guest.sh: the guest is for x86_64 only' >&2; exit 1; }
need qemu-system-x86_64 qemu-system-x86
need busybox busybox-static
need cpio cpio
need depmod kmod
need flock util-linux

mkdir -p "$(dirname "$cache")"
exec 9>"$cache.lock"
flock 9
[ -e "$cache/initrd" ] || make_cache
flock -u 9

script=$(mktemp "${TMPDIR:-/tmp}/thruwall-guest.XXXXXX")
trap 'rm -f "$script"' EXIT
printf 'cd %q\nexec ' "$PWD" >"$script"
printf '%q ' "$@" >>"$script"
chmod 644 "$script"

# The serial line ends its lines in CR LF, and begins with what the BIOS says.
timeout "${THRU_GUEST_SECONDS:-600}" qemu-system-x86_64 -M q35 -accel "${THRU_GUEST_ACCEL:-tcg,thread=multi}" -cpu qemu64,+rdrand -smp 2 -m 2G \
    -nographic -no-reboot -kernel "$cache/vmlinux" -initrd "$cache/initrd" \
    -append "console=ttyS0 quiet panic=-1 mitigations=off guest_script=$script" \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap </dev/null 2>&1 |
  awk '{ sub (/\r+$/, "") }
       /--- guest begins$/ { inside = 1; next }
       /^--- guest ends / { status = $4; ended = 1; inside = 0 }
       inside { print; fflush () }
       !inside && !ended { before = before $0 "\n" }
       END { if (!ended) { printf "guest.sh: the guest did not come to its end\n%s", before > "/dev/stderr"; exit 124 } exit status }'
