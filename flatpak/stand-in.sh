#!/bin/bash
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# stand-in.sh SUITE BRANCH FOLDER [PACKAGE…]: makes org.gnome.Platform//BRANCH and org.gnome.Sdk//BRANCH out of Debian SUITE's
# packages, the Sdk with these PACKAGEs more, and leaves them as an OSTree repository FOLDER/runtimes. Where Flathub can not be
# reached, the manifest builds against them unchanged. What is built so is for tests only: it is linked against Debian's
# libraries. Needs root.
set -euo pipefail
suite=$1 branch=$2 folder=$3
more_packages=("${@:4}")

# What the GNOME runtime has too and Thruwall uses, with what a window, a font and an icon need.
platform_packages=(
  adwaita-icon-theme ca-certificates fontconfig fonts-dejavu-core gettext-base gsettings-desktop-schemas hicolor-icon-theme
  libadwaita-1-0 libasound2-data libasound2t64 libavahi-client3 libdbus-1-3 libegl1 libgl1 libgl1-mesa-dri libgles2
  libglib2.0-bin libgtk-4-1 libgtk-4-bin libjson-glib-1.0-0 libpipewire-0.3-0t64 librsvg2-common locales pipewire-jack
  shared-mime-info tzdata
)
sdk_packages=(
  appstream appstream-compose bzip2 ccache cmake desktop-file-utils elfutils file g++ gcc gettext gtk-update-icon-cache
  libadwaita-1-dev libasound2-dev libavahi-client-dev libdbus-1-dev libgtk-4-dev libjack-jackd2-dev libjson-glib-dev
  libxml2-utils make meson ninja-build patch pkgconf python3 unzip xz-utils
)
# No part of GNOME's SDK: the tests' sound server, of the same version as the client in the sandbox.
lab_packages=(pipewire pipewire-bin wireplumber)

arch=$(flatpak --default-arch)
triplet=$(gcc -print-multiarch)
# The mirror that this machine uses; the first one, if several.
# shellcheck disable=SC2016  # apt's own variable
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)

make_platform ()
{
  # Debian's testing moves: a mirror that is a snapshot has release files past their date.
  mmdebstrap --quiet --variant=minbase --mode=root --format=directory \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/locale/de/*' \
    --dpkgopt='path-include=/usr/share/locale/locale.alias' \
    --include="$(IFS=,; echo "${platform_packages[*]}")" "$suite" "$folder/platform" "$mirror"
  chroot "$folder/platform" localedef -i de_DE -f UTF-8 de_DE.UTF-8
  chroot "$folder/platform" localedef -i en_US -f UTF-8 en_US.UTF-8
}

make_sdk ()
{
  cp -a "$folder/platform" "$folder/sdk"
  cp /etc/resolv.conf "$folder/sdk/etc/resolv.conf"
  chroot "$folder/sdk" apt-get -qq update
  DEBIAN_FRONTEND=noninteractive chroot "$folder/sdk" \
    apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${sdk_packages[@]}" "${lab_packages[@]}" "${more_packages[@]}" >/dev/null
  rm -rf "$folder"/sdk/var/lib/apt/lists/* "$folder"/sdk/var/cache/apt/archives/*.deb
  add_appstream_compose
}

# flatpak-builder 1.2 calls appstream-glib's program, which the SDK has no more; appstreamcli does the same, more strictly.
add_appstream_compose ()
{
  local program=$folder/sdk/usr/bin/appstream-compose
  [[ -e $program ]] && return
  cat >"$program" <<'END'
#!/bin/sh
for id; do :; done
mkdir -p /app/share/app-info/xmls /app/share/metainfo
[ -e "/app/share/metainfo/$id.metainfo.xml" ] || ln -s "../appdata/$id.appdata.xml" "/app/share/metainfo/$id.metainfo.xml"
png=
appstreamcli compose --help | grep -q image-format && png=--image-format=png
exec appstreamcli compose --no-net $png --print-report=full --prefix=/ --origin="$id" --result-root=/app \
  --data-dir=/app/share/app-info/xmls --icons-dir=/app/share/app-info/icons/flatpak --components="$id,$id.desktop" /app
END
  chmod 755 "$program"
}

# export TREE ID: the tree's /usr and /etc as a runtime.
export_runtime ()
{
  local tree=$folder/$1 id=$2 runtime=$folder/runtime-$1
  mkdir -p "$runtime"
  mv "$tree/usr" "$runtime/usr"
  (cd "$runtime/usr" && rm -rf etc games local src)
  mv "$tree/etc" "$runtime/usr/etc"
  # What is the host's.
  (cd "$runtime/usr/etc" && rm -rf passwd* shadow* group* gshadow* hostname hosts resolv.conf machine-id mtab localtime \
    ld.so.cache fstab subuid* subgid* apt init.d rc?.d cron* systemd ssh dpkg)
  # In GNOME's runtime, libjack is PipeWire's.
  if [[ $1 == platform ]]; then
    ln -s pipewire-0.3/jack/libjack.so.0 "$runtime/usr/lib/$triplet/libjack.so.0"
  fi
  cat >"$runtime/metadata" <<END
[Runtime]
name=$id
runtime=org.gnome.Platform/$arch/$branch
sdk=org.gnome.Sdk/$arch/$branch

[Environment]
GI_TYPELIB_PATH=/app/lib/girepository-1.0
XDG_DATA_DIRS=/app/share:/usr/share:/usr/share/runtime/share:/run/host/user-share:/run/host/share
END
  flatpak build-export --runtime --no-update-summary --files=usr "$folder/runtimes" "$runtime" "$branch" >/dev/null
  rm -rf "$runtime" "$tree"
}

rm -rf "$folder"
mkdir -p "$folder"
make_platform
make_sdk
ostree init --mode=bare-user-only --repo="$folder/runtimes"
export_runtime platform org.gnome.Platform
export_runtime sdk org.gnome.Sdk
flatpak build-update-repo "$folder/runtimes" >/dev/null
