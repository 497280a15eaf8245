#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Thruwall starts and ends: a second time, without a display or a bus, and on each signal."""

import os
import signal

import tap
from lab import BUILD, Lab, LabError, wait_for

THRUWALL = os.path.join(BUILD, "thruwall")


def check_refused(result, *words):
    """It ends with 1, and one line on standard error that holds these words."""
    tap.check_equal(result.returncode, 1, f"exit status ({result.stderr!r})")
    tap.check_equal(result.stderr.count("\n"), 1, f"lines of {result.stderr!r}")
    for word in words:
        tap.check(word in result.stderr, f"“{word}” is not in {result.stderr!r}")


def catches(pid, number):
    """Whether a process has a handler for a signal: so far has its start come."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        caught = next(line for line in file if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) >> (number - 1) & 1


@tap.test("a second headless start says that one runs, and changes nothing of the first")
def second_start():
    with Lab() as lab:
        room = lab.add_room("one")
        room.start_thruwall("--room-name", "First")
        check_refused(room.run(THRUWALL, "--headless", "--room-name", "Second", check=False), "running already")
        room.thruwall.stop()
        room.start_thruwall()
        tap.check_equal(room.status()["room"]["name"], "First", "the saved name")


@tap.test("a window beside a headless Thruwall says that one runs")
def window_beside_headless():
    with Lab() as lab:
        room = lab.add_room("one", display=True)
        room.start_thruwall()
        check_refused(room.run(THRUWALL, check=False), "running already", "without a window")


@tap.test("without a display Thruwall says what to do")
def no_display():
    with Lab() as lab:
        room = lab.add_room("one")
        check_refused(room.run(THRUWALL, check=False), "no display", "--headless")


@tap.test("a window without a session bus tells it in one line, and works")
def no_session_bus():
    with Lab() as lab:
        room = lab.add_room("one", display=True)
        program = room.start(THRUWALL, "--demo", env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})
        wait_for(lambda: catches(program.pid, signal.SIGTERM), 20, "the start")
        tap.check_equal(program.stop(), 0, "exit status")
        tap.check_equal(len(program.lines()), 1, f"lines of {program.output()!r}")


@tap.test("a room ends cleanly on each signal that asks for it")
def ends_on_signals():
    with Lab() as lab:
        room = lab.add_room("one", display=True)
        for headless in (True, False):
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                program = room.start_thruwall("--room-name", "One", headless=headless)
                program.signal(number)
                tap.check_equal(program.wait(), 0, f"exit status after {number.name}")
                if program.output():
                    raise LabError(f"it said, after {number.name}: {program.output()}")


if __name__ == "__main__":
    tap.main()
