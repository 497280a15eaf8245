#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every benchmark() of a build folder, one after the other, and shows what each prints: run-benchmarks.py BUILD-FOLDER.

The exit status is 0 only when there is one and none failed.
"""

import json
import os
import subprocess
import sys
import tempfile


def measure(benchmark, folder):
    """Runs one; what it says on standard error matters only when it fails."""
    print(f'\n== {benchmark["name"]}', flush=True)
    with tempfile.TemporaryFile('w+') as complaints:
        try:
            status = subprocess.run(benchmark['cmd'], cwd=folder, env={**os.environ, **benchmark['env']},
                                    stdin=subprocess.DEVNULL, stderr=complaints, timeout=benchmark['timeout'],
                                    check=False).returncode
        except subprocess.TimeoutExpired:
            status = f'none after {benchmark["timeout"]} s'
        if status != 0:
            complaints.seek(0)
            print(f'{complaints.read()}FAILED: {benchmark["name"]}: exit status {status}', flush=True)
    return status == 0


def main():
    if len(sys.argv) != 2:
        print('Usage: run-benchmarks.py BUILD-FOLDER', file=sys.stderr)
        return 2
    folder = sys.argv[1]
    listed = subprocess.run(['meson', 'introspect', folder, '--benchmarks'], stdout=subprocess.PIPE, check=True).stdout
    results = [measure(benchmark, folder) for benchmark in json.loads(listed)]
    print(f'\n{results.count(True)} measured, {results.count(False)} failed')
    return 0 if results and all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
