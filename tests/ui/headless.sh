#!/bin/sh
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a command on a screen of its own: private X server, session bus, home and runtime folder, so that tests neither see each
# other nor the user's desktop.
#   headless.sh [-s WIDTHxHEIGHT] COMMAND [ARG...]
set -u

size=1280x800
if [ "${1:-}" = -s ]; then
  size=$2
  shift 2
fi

for tool in Xvfb:xvfb dbus-run-session:dbus-daemon; do
  if ! command -v "${tool%%:*}" >/dev/null; then
    echo "headless.sh: ${tool%%:*} is missing (Debian package ${tool#*:})" >&2
    exit 1
  fi
done

folder=$(mktemp -d)
export XDG_RUNTIME_DIR="$folder/run" HOME="$folder/home" TMPDIR="$folder"
export XDG_CONFIG_HOME="$folder/config" XDG_CACHE_HOME="$folder/cache" XDG_DATA_HOME="$folder/data"
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir -p "$HOME" "$XDG_CONFIG_HOME/gtk-4.0" "$XDG_CACHE_HOME" "$XDG_DATA_HOME"
printf '[Settings]\ngtk-enable-animations=%s\ngtk-cursor-blink=0\n' "${THRU_TEST_ANIMATIONS:-1}" \
  >"$XDG_CONFIG_HOME/gtk-4.0/settings.ini"
export GDK_BACKEND=x11 GSK_RENDERER="${GSK_RENDERER:-cairo}" GSETTINGS_BACKEND=memory GIO_USE_VFS=local
export ADW_DISABLE_PORTAL=1 LC_ALL=C.UTF-8
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS DESKTOP_STARTUP_ID

# The server says which display it took once it is ready.
mkfifo "$folder/display"
Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp -noreset 3>"$folder/display" >/dev/null 2>&1 &
server=$!
read -r display <"$folder/display"
if [ -z "$display" ]; then
  echo "headless.sh: Xvfb did not start" >&2
  exit 1
fi
export DISPLAY=":$display"

dbus-run-session -- "$@"
status=$?

kill "$server"
wait "$server" 2>/dev/null
rm -rf "$folder"
exit $status
