#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts that go wrong: they must not cost the music that plays, nor end the program. And how it ends when it is told to."""

import os
import signal

import tap
from lab import BUILD, HERE, PYTHON, Lab, LabError, app_id, app_path, wait_for

THRUWALL = os.path.join(BUILD, "thruwall")
ACTIVATE = ("gdbus", "call", "--session", "--dest", app_id(), "--object-path", app_path(),
            "--method", "org.freedesktop.Application.Activate", "{}")
FROM, TO = "Desk/Demo Keyboard", "Booth/Demo Synth"


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


@tap.test("a second start beside the running program ends at once and leaves the routes alone")
def second_start():
    with Lab() as lab:
        booth = lab.add_room("booth")
        booth.start_thruwall("--room-name", "Booth")
        desk = lab.add_room("desk")
        desk.start_thruwall("--room-name", "Desk")
        desk.command("add-room", booth.address)
        wait_for(lambda: desk.room_in_status("Booth")["state"] == "connected", 20, "the link")
        desk.command("connect", FROM, TO)
        wait_for(lambda: booth.route_in_status(FROM, TO)["state"] == "connected", 10, "the route")
        for _ in range(5):
            second = desk.start(THRUWALL, "--headless", "--midi", "demo", "--room-name", "Desk")
            while second.is_running():
                tap.check_equal(booth.route_in_status(FROM, TO)["state"], "connected", "the route meanwhile")
            tap.check_equal(second.wait(), 1, "the second start's exit status")
            tap.check("running already" in second.output(), f"it says why, and not: {second.output()}")
        tap.check_equal(booth.route_in_status(FROM, TO)["state"], "connected", "the route at last")


@tap.test("a full disk is told, and keeps nobody from playing")
def full_disk():
    with Lab() as lab:
        desk = lab.add_room("desk")
        config = os.path.join(desk.home, "config")
        os.mkdir(config)
        desk.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", config)
        desk.run("dd", "if=/dev/zero", f"of={config}/fill", "bs=4k", check=False)
        desk.start_thruwall("--room-name", "Desk", "--config-dir", config, env={"XDG_RUNTIME_DIR": config})
        desk.command("connect", "Desk/Demo Keyboard", "Desk/Demo Synth")
        wait_for(lambda: "not saved" in desk.thruwall.output(), 10, "the reason")
        tap.check_equal(desk.route_in_status("Desk/Demo Keyboard", "Desk/Demo Synth")["state"], "connected", "the route")
        tap.check_equal(desk.thruwall.stop(), 0, "the exit status")


@tap.test("a second start does not name the room that runs")
def second_name():
    with Lab() as lab:
        room = lab.add_room("one")
        room.start_thruwall("--room-name", "First")
        check_refused(room.run(THRUWALL, "--headless", "--room-name", "Second", check=False), "running already")
        room.thruwall.stop()
        room.start_thruwall()
        tap.check_equal(room.status()["room"]["name"], "First", "the saved name")


@tap.test("a second start opens the window of a Thruwall that runs without one, and closing it leaves the music alone")
def window_of_headless():
    with Lab() as lab:
        room = lab.add_room("one", display=True)
        # As a service has it, which began before anybody logged in.
        room.start_thruwall("--room-name", "One", env={"DISPLAY": ""})
        room.command("connect", "/Demo Keyboard", "/Demo Synth")
        for _ in range(2):
            tap.check_equal(room.run(THRUWALL), "", "what the second start says")
            room.atspi("wait", "Demo Keyboard to Demo Synth: connected")
            room.atspi("act", "Close", "--role", "push button")
            room.atspi("wait-gone", "Main menu")
        tap.check_equal(room.route_in_status("One/Demo Keyboard", "One/Demo Synth")["state"], "connected", "the route")
        tap.check_equal(room.thruwall.stop(), 0, "exit status")


@tap.test("a click on the launcher opens the window where systemd knows a display")
def launcher_of_headless():
    with Lab() as lab:
        room = lab.add_room("one", display=True)
        room.start_thruwall("--room-name", "One", env={"DISPLAY": ""})
        result = room.run(*ACTIVATE, check=False)
        tap.check("no display" in result.stderr, f"it says why it opens no window, and not: {result.stderr!r}")
        room.start(PYTHON, os.path.join(HERE, "fake_systemd.py"), f"DISPLAY={room.env['DISPLAY']}")
        wait_for(lambda: room.run(*ACTIVATE, check=False).returncode == 0, 10, "the window")
        room.atspi("wait", "Main menu")


def start_window(lab):
    room = lab.add_room("one", display=True)
    room.start_thruwall("--room-name", "One", headless=False)
    room.atspi("wait", "Main menu")
    return room


def close_window(room):
    room.atspi("act", "Close", "--role", "push button")
    room.atspi("wait-gone", "Main menu")


@tap.test("closing the window of a room with a route leaves it playing, a second start shows it again, and Quit ends it")
def plays_on():
    with Lab() as lab:
        room = start_window(lab)
        room.command("connect", "/Demo Keyboard", "/Demo Synth")
        for _ in range(2):
            close_window(room)
            tap.check_equal(room.route_in_status("One/Demo Keyboard", "One/Demo Synth")["state"], "connected", "the route")
            room.run(THRUWALL)
            room.atspi("wait", "Main menu")
        close_window(room)
        room.run("gdbus", "call", "--session", "--dest", app_id(), "--object-path", app_path(),
                 "--method", "org.freedesktop.Application.ActivateAction", "quit", "[]", "{}")
        tap.check_equal(room.thruwall.wait(), 0, "exit status")


@tap.test("closing the window of a room without a route ends it")
def nothing_to_play():
    with Lab() as lab:
        room = start_window(lab)
        close_window(room)
        tap.check_equal(room.thruwall.wait(), 0, "exit status")


@tap.test("a second start without a display asks the running one in vain, and says so")
def window_without_display():
    with Lab() as lab:
        room = lab.add_room("one")
        room.start_thruwall()
        check_refused(room.run(THRUWALL, check=False), "running already", "no display")


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
