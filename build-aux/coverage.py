#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells which lines of the program no test ran: a table by layer, the files with the largest gaps, and the functions in them that
were never called.

Usage: coverage.py BUILD-FOLDER [FILE…]     a FILE's lines that were not run are told one by one
"""

import collections
import json
import os
import subprocess
import sys

FILES_SHOWN = 25
FUNCTIONS_SHOWN = 6


def read_counts(build):
    """What gcovr makes of the counts that the tests left in BUILD."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    places = [os.path.join(build, name) for name in ('app', 'ui', 'thruwall.p')]
    command = ['gcovr', '--root', root, '--filter', 'app/', '--filter', 'ui/', '-j', str(os.cpu_count()), '--json', '-', *places]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)['files']


def layer_of(name):
    return os.path.dirname(name)


def missed_lines(file):
    return [line['line_number'] for line in file['lines'] if line['count'] == 0 and not line.get('gcovr/noncode')]


def n_lines(file):
    return sum(not line.get('gcovr/noncode') for line in file['lines'])


def never_called(file):
    return [function['name'] for function in file['functions'] if function['execution_count'] == 0]


def ranges(numbers):
    """1, 2, 3, 7 as "1–3 7"."""
    parts = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ' '.join(str(first) if first == last else f'{first}–{last}' for first, last in parts)


def print_table(rows):
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [str(row[0]).ljust(widths[0])] + [str(cell).rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print('  '.join(cells))


def percent(lines, missed):
    return f'{100 * (lines - missed) / lines:.1f}' if lines else '–'


def print_layers(files):
    lines, missed, uncalled = (collections.Counter() for _ in range(3))
    for file in files:
        for layer in (layer_of(file['file']), 'all'):
            lines[layer] += n_lines(file)
            missed[layer] += len(missed_lines(file))
            uncalled[layer] += len(never_called(file))
    layers = sorted(lines, key=lambda layer: (layer == 'all', layer))
    print_table([('layer', 'lines', 'not run', 'run, %', 'functions never called')] +
                [(layer, lines[layer], missed[layer], percent(lines[layer], missed[layer]), uncalled[layer]) for layer in layers])


def print_gaps(files):
    files = sorted(files, key=lambda file: -len(missed_lines(file)))[:FILES_SHOWN]
    print_table([('file', 'lines', 'not run', 'run, %')] +
                [(file['file'], n_lines(file), len(missed_lines(file)), percent(n_lines(file), len(missed_lines(file))))
                 for file in files])
    print('\nnever called:')
    for file in files:
        names = never_called(file)
        if names:
            more = f' and {len(names) - FUNCTIONS_SHOWN} more' if len(names) > FUNCTIONS_SHOWN else ''
            print(f'  {file["file"]}: {", ".join(names[:FUNCTIONS_SHOWN])}{more}')


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    files = read_counts(sys.argv[1])
    if not any(line['count'] for file in files for line in file['lines']):
        print('No test has left a count: was it built with -Db_coverage=true?', file=sys.stderr)
        return 1
    if len(sys.argv) > 2:
        for file in files:
            if os.path.basename(file['file']) in [os.path.basename(name) for name in sys.argv[2:]]:
                print(f'{file["file"]}: {ranges(missed_lines(file))}')
        return 0
    print_layers(files)
    print()
    print_gaps(files)
    return 0


if __name__ == '__main__':
    sys.exit(main())
