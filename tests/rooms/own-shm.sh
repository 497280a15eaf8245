#!/bin/sh
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a command with a /dev/shm of its own: a JACK server that was killed leaves its place in a list there, of eight places for
# the whole computer, and a test must neither find nor leave such.
set -eu
# shellcheck disable=SC2016 # the inner shell fills these in
exec unshare --mount sh -c 'mount -t tmpfs tmpfs /dev/shm && exec "$@"' sh "$@"
