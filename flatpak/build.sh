#!/bin/bash
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build.sh CACHE [SUITE]: builds the Flatpak from the manifest beside it, without a network, against a stand-in for the GNOME
# runtime (stand-in.sh; SUITE's packages, trixie if none is named), and installs it into an installation of its own. Prints a
# shell's settings to run it with, FLATPAK_USER_DIR and THRU_APP_ID. Making the stand-in needs root, or sudo.
#
# build.sh CACHE SUITE --sdk PACKAGE…: only makes what Thruwall is built with, in a stand-in whose Sdk has these PACKAGEs more.
# Prints FLATPAK_USER_DIR and THRU_SDK, a folder for "flatpak build".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=$1 suite=${2:-trixie}
sdk_packages=()
[[ ${3:-} == --sdk ]] && sdk_packages=("${@:4}")
manifest=$(echo "$here"/*.json)
app_id=$(basename "$manifest" .json)

lap ()
{
  printf '%4d s  %s\n' "$SECONDS" "$*" >&2
}

# field NAME: of the manifest.
field ()
{
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$manifest" "$1"
}

as_root ()
{
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "The stand-in for the GNOME runtime is made in a chroot: run this as root once." >&2
    return 1
  fi
}

# In a network of its own, where nobody else is.
alone ()
{
  local -a user=()
  ((EUID == 0)) || user=(--user --map-current-user)
  unshare "${user[@]}" --net "$@"
}

# Made anew when its recipe changes, and kept in one piece: a run that was cut short left it under another name.
make_stand_in ()
{
  runtimes=$cache/runtimes-$suite-$branch-$( (cat "$here/stand-in.sh" && printf %s "${sdk_packages[*]}") | sha256sum | cut -c 1-12)
  if [[ ! -d $runtimes ]]; then
    as_root rm -rf "$cache/runtimes-$suite-$branch"-*
    as_root "$here/stand-in.sh" "$suite" "$branch" "$runtimes.new" "${sdk_packages[@]}" >&2
    ((EUID == 0)) || sudo chown -R "$EUID" "$runtimes.new"
    mv "$runtimes.new" "$runtimes"
    lap "made a stand-in for the GNOME runtime $branch of Debian $suite"
  fi
  # Of another stand-in, or of one that was moved.
  if [[ $(flatpak --user remotes --columns=url 2>/dev/null) != *"file://$runtimes/runtimes"* ]]; then
    rm -rf "$FLATPAK_USER_DIR"
  fi
  if [[ ! -d $FLATPAK_USER_DIR/runtime/org.gnome.Sdk ]]; then
    flatpak --user remote-add --no-gpg-verify --if-not-exists stand-in "file://$runtimes/runtimes" >&2
    flatpak --user install --assumeyes --noninteractive stand-in "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch" >&2
    lap "installed it"
  fi
}

# The sources that the manifest names, by their checksum. Debian keeps them byte for byte as upstream's.
fetch_sources ()
{
  python3 - "$manifest" <<'END' | while read -r sha256 url; do
import json, sys
for module in json.load(open(sys.argv[1]))["modules"]:
    for source in module["sources"]:
        if source["type"] == "archive":
            print(source["sha256"], source["url"])
END
    local target=$cache/sources/downloads/$sha256/${url##*/}
    if [[ ! -f $target ]]; then
      fetch_rtmidi "$target"
    fi
  done
}

fetch_rtmidi ()
{
  local target=$1 scratch mirror
  scratch=$(mktemp -d "$cache/source-XXXXXX")
  # shellcheck disable=SC2016  # apt's own variable
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$scratch/sources.list"
  mkdir -p "$scratch/lists/partial"
  (
    cd "$scratch"
    local -a options=(-q -o "Dir::Etc::SourceList=$scratch/sources.list" -o Dir::Etc::SourceParts=/dev/null
                      -o "Dir::State::Lists=$scratch/lists" -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    # The archive only: mirrors lack its description at times.
    apt-get "${options[@]}" source --tar-only --download-only rtmidi >&2
  )
  mkdir -p "$(dirname "$target")"
  mv "$scratch"/rtmidi_*.orig.tar.gz "$target"
  rm -rf "$scratch"
  lap "fetched RtMidi's sources"
}

# run_builder ARGS…: without FUSE, which containers lack. What has not changed since the last time is not compiled again; the
# compiler is told by its octets, for all files of a runtime are of 1970.
run_builder ()
{
  mkdir -p "$cache/state/ccache"
  printf 'compiler_check = content\nmax_size = 300M\n' >"$cache/state/ccache/ccache.conf"
  alone flatpak-builder --user --force-clean --disable-updates --disable-rofiles-fuse --ccache \
    --extra-sources="$cache/sources" --state-dir="$cache/state" "$@" "$manifest" >&2
}

build ()
{
  run_builder --repo="$cache/repository" "$cache/build"
  lap "built $app_id and ran its unit tests"
}

build_dependencies ()
{
  run_builder --stop-at=thruwall "$cache/sdk"
  lap "built what $app_id needs"
}

install_bundle ()
{
  local bundle=$cache/$app_id.flatpak
  flatpak build-bundle "$cache/repository" "$bundle" "$app_id" >&2
  alone flatpak --user uninstall --assumeyes --noninteractive "$app_id" >/dev/null 2>&1 || true
  alone flatpak --user install --assumeyes --noninteractive --bundle "$bundle" >&2
  lap "installed $(basename "$bundle"), $(stat --format %s "$bundle") octets"
}

mkdir -p "$cache/home"
branch=$(field runtime-version)
export HOME=$cache/home FLATPAK_USER_DIR=$cache/installation-$suite-$branch
unset XDG_DATA_HOME XDG_CACHE_HOME XDG_CONFIG_HOME
make_stand_in
fetch_sources
echo "FLATPAK_USER_DIR=$FLATPAK_USER_DIR"
if [[ ${3:-} == --sdk ]]; then
  build_dependencies
  echo "THRU_SDK=$cache/sdk"
else
  build
  install_bundle
  echo "THRU_APP_ID=$app_id"
fi
