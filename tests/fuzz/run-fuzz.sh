#!/bin/sh
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: run-fuzz.sh TARGET CORPUS
# Runs a libFuzzer target over its corpus and THRU_FUZZ_RUNS (200000) new inputs. What it discovers goes to a folder
# that is thrown away; an input that breaks something stays in the working directory as crash-*.
set -eu
target=$1
corpus=$2
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT INT TERM
"$target" -runs="${THRU_FUZZ_RUNS:-200000}" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
  "$found" "$corpus"
