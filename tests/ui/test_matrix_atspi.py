#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses the matrix of `thruwall --demo` as a screen reader does, over AT-SPI: PROGRAM as the one argument."""

import os
import subprocess
import sys
import tempfile
import time

# Before GLib reads it: libatspi and GTK warn about what screen readers do all the time.
os.environ.pop("G_DEBUG", None)

try:
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
except (ImportError, ValueError) as error:
    sys.exit(f"{error} (Debian packages python3-gi, gir1.2-atspi-2.0)")

CROSSING = "Push 3 to Live room TX7: "
DEADLINE = 30


def iterate(seconds):
    """Lets events in: libatspi's cache of names follows them."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not GLib.MainContext.default().iteration(False):
            time.sleep(0.01)


def wait(what, get):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            result = get()
        except GLib.GError:
            result = None
        if result:
            return result
        iterate(0.02)
    sys.exit(f"timed out: {what}")


def children(node):
    found = (node.get_child_at_index(index) for index in range(node.get_child_count()))
    return [child for child in found if child is not None]


def find(node, fits):
    if fits(node):
        return node
    return next((found for child in children(node) if (found := find(child, fits))), None)


def find_program():
    return next((app for app in children(Atspi.get_desktop(0)) if "hruwall" in (app.get_name() or "")), None)


def has(node, state):
    return node.get_state_set().contains(state)


def act(cell, name):
    actions = cell.get_action_iface()
    names = [actions.get_action_name(index) for index in range(actions.get_n_actions())]
    assert names == ["cell.toggle", "cell.mute", "cell.focus"], names
    actions.do_action(names.index(name))


def check_tree(program):
    grid = wait("the matrix", lambda: find(program, lambda node: node.get_role() == Atspi.Role.TABLE))
    assert grid.get_name() == "Matrix", grid.get_name()
    cells = [node for node in children(grid) if node.get_role() == Atspi.Role.TABLE_CELL]
    for cell in cells:
        assert " to " in cell.get_name() and ": " in cell.get_name(), cell.get_name()
    names = [cell.get_name() for cell in cells]
    assert len(set(names)) == len(names), "two crossings say the same"
    return grid


def check_toggle(grid):
    cell = wait(CROSSING, lambda: find(grid, lambda node: (node.get_name() or "").startswith(CROSSING)))
    assert cell.get_name() == CROSSING + "not connected", cell.get_name()
    assert not has(cell, Atspi.StateType.CHECKED)

    act(cell, "cell.toggle")
    wait("connected", lambda: cell.get_name().startswith(CROSSING + "connected"))
    wait("checked", lambda: has(cell, Atspi.StateType.CHECKED))

    act(cell, "cell.mute")
    wait("muted", lambda: cell.get_name() == CROSSING + "muted")
    assert has(cell, Atspi.StateType.CHECKED), "a muted route is a route"
    act(cell, "cell.mute")
    wait("unmuted", lambda: cell.get_name().startswith(CROSSING + "connected"))

    act(cell, "cell.focus")
    wait("the focus", lambda: has(cell, Atspi.StateType.FOCUSED))

    act(cell, "cell.toggle")
    wait("disconnected", lambda: cell.get_name() == CROSSING + "not connected")
    wait("unchecked", lambda: not has(cell, Atspi.StateType.CHECKED))


def check_silence():
    """The demo plays all the time, and none of that is worth a word; a room that comes or goes meanwhile is."""
    heard = []
    listener = Atspi.EventListener.new(lambda event: heard.append(event.source.get_name()))
    for event in ("object:property-change:accessible-name", "object:state-changed"):
        listener.register(event)

    def is_silent():
        heard.clear()
        iterate(2)
        return not heard

    wait("silence", is_silent)


def main():
    with tempfile.TemporaryDirectory() as config:
        environment = dict(os.environ, GTK_A11Y="atspi")
        process = subprocess.Popen([sys.argv[1], "--demo", "--config-dir", config], env=environment)
        try:
            grid = check_tree(wait("the program", find_program))
            check_toggle(grid)
            check_silence()
            assert process.poll() is None, "the program has ended"
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
