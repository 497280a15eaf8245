#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up test runs: a table by suite, what failed, and "N passed, N failed" alone on the last line.

Each LABEL=FILE is the JSON log of one "meson test". The results inside a test (TAP) are counted one by one. A skipped test is
a failed one, and so is a suite in which no test ran. Where there is FILE with "-again" before ".json", the tests in it count as
they went there, and are named. The exit status is 0 only when nothing failed and something passed.
"""

import argparse
import json
import re
import sys

RESULT = re.compile(r'(?P<no>not )?ok\b[ \d]*(?:- )?(?P<name>[^#]*)(?:#\s*(?P<directive>\w+))?')
REMARKS_MAX = 20


def results_of(run):
    """Yields (name, what is wrong or None) for everything that a test reports."""
    test = short_name(run)
    failed = False
    found = False
    remarks = []
    for line in run['stdout'].splitlines():
        match = RESULT.match(line)
        if not match:
            remarks.append(line)
            continue
        found = True
        name = f'{test} {match["name"].strip()}'
        if match['no']:
            failed = True
            yield name, 'failed' + tail(remarks)
        elif (match['directive'] or '').upper() == 'SKIP':
            failed = True
            yield name, 'skipped' + tail(remarks)
        else:
            yield name, None
        remarks.clear()
    if run['result'] != 'OK' and not failed:
        remarks += run.get('stderr', '').splitlines()
        yield test, f'{run["result"].lower()}, exit status {run["returncode"]}' + tail(remarks)
    elif run['result'] == 'OK' and not found:
        yield test, None


def tail(lines):
    """The last words before a failure, indented."""
    return ''.join(f'\n    {line}' for line in lines[-REMARKS_MAX:])


def read_log(path):
    try:
        with open(path, encoding='utf-8') as log:
            return [json.loads(line) for line in log]
    except FileNotFoundError:
        return []


def short_name(run):
    # "project:suite / name"; newer versions of Meson say "suite - project:name".
    return re.sub(r'^.*? (?:/ |- \w+:)', '', run['name'])


def failed_names(path):
    return [short_name(run) for run in read_log(path) if run['result'] != 'OK']


def read_with_second_try(path):
    """The runs of a log, those that were tried again as they went then; and the names of these."""
    again = {run['name']: run for run in read_log(path.removesuffix('.json') + '-again.json')}
    return [again.get(run['name'], run) for run in read_log(path)], [short_name(run) for run in again.values()]


def passed_names(path):
    """Without the test programs' names: the sentences speak for themselves."""
    return [name.removeprefix(f'{short_name(run)} ')
            for run in read_with_second_try(path)[0] for name, problem in results_of(run) if not problem]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--broken', action='append', default=[], help='something that failed before its tests could run')
    parser.add_argument('--list-failed', metavar='FILE', help='only name the tests of a log that failed')
    parser.add_argument('--list-passed', metavar='FILE', help='only name what the tests of a log have shown')
    parser.add_argument('logs', nargs='*', metavar='LABEL=FILE')
    arguments = parser.parse_args()
    if arguments.list_failed:
        for name in failed_names(arguments.list_failed):
            print(name)
        return 0
    if arguments.list_passed:
        for name in passed_names(arguments.list_passed):
            print(f'  {name}')
        return 0

    rows = []
    second = []
    problems = [f'{what}: failed' for what in arguments.broken]
    for label, path in (log.split('=', 1) for log in arguments.logs):
        runs, tried_again = read_with_second_try(path)
        second += [f'{label}: {name}' for name in tried_again]
        results = [result for run in runs for result in results_of(run)] or [(label, 'no test ran')]
        wrong = [f'{label}: {name}: {problem}' for name, problem in results if problem]
        problems += wrong
        rows.append((label, len(results) - len(wrong), len(wrong), sum(run['duration'] for run in runs)))

    width = max([len(row[0]) for row in rows] + [len('suite')])
    print(f'{"suite":{width}}  {"passed":>7}  {"failed":>7}  {"seconds":>8}')
    for label, passed, failed, seconds in rows:
        print(f'{label:{width}}  {passed:7}  {failed:7}  {seconds:8.1f}')
    if second:
        print('\nneeded a second try: ' + ', '.join(second))
    if problems:
        print('\n' + '\n'.join(problems))
    passed = sum(row[1] for row in rows)
    print(f'\n{passed} passed, {len(problems)} failed')
    return 0 if passed > 0 and not problems else 1


if __name__ == '__main__':
    sys.exit(main())
