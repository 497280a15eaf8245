# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the rooms suite: functions, run in order, told in TAP."""

import re
import sys
import time
import traceback

import lab

_tests = []


def test(sentence):
    """Makes a function a test. The sentence says what holds when it passes."""
    def register(function):
        _tests.append((sentence, function))
        return function
    return register


def remark(text):
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def check(value, text):
    """A test's own assertion: it stays with python -O, too."""
    if not value:
        raise lab.LabError(text)


def check_equal(found, expected, what):
    if found != expected:
        raise lab.LabError(f"{what}: expected {expected!r}, found {found!r}")


def choose(wanted):
    """The tests whose sentence contains a text; of "2/3" the second, fifth, eighth…, so that three processes share them."""
    part = re.fullmatch(r"(\d+)/(\d+)", wanted)
    if part:
        return _tests[int(part[1]) - 1::int(part[2])]
    return [(sentence, function) for sentence, function in _tests if wanted in sentence]


def main():
    """Runs all tests, or those that choose() finds for the program's argument."""
    chosen = choose(sys.argv[1] if len(sys.argv) > 1 else "")
    try:
        lab.enter()
    except lab.LabError as error:
        print(f"Bail out! {error}")
        sys.exit(1)
    print(f"1..{len(chosen)}", flush=True)
    failures = 0
    for number, (sentence, function) in enumerate(chosen, 1):
        begin = time.monotonic()
        try:
            function()
            result = "ok"
        except lab.LabError as error:
            result = "not ok"
            remark(error)
            remark(traceback.format_exc())
        except Exception:  # a broken test is a failed one, and the next ones still run
            result = "not ok"
            remark(traceback.format_exc())
        failures += result != "ok"
        print(f"{result} {number} {sentence}", flush=True)
        remark(f"{time.monotonic() - begin:.1f} s")
    sys.exit(1 if failures else 0)
