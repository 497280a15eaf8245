#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks over all that the window of `thruwall --demo` and its dialogs offer, over AT-SPI as a screen reader does: whatever takes
the keyboard's focus says what it is, once and in words. PROGRAM as the one argument."""

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

DEADLINE = 30
PLACES = ("Add a room by its address", "Matrix", "Routes", "Silence everything", "Main menu")
HIDDEN = ("This room is called", "Start", "Show the Matrix")
OLD_GTK = (4, 10)  # before, it tells of pages that are not shown, too; as of 4.24, no program’s menu tells its names
DIALOG = ("Address", "Add", "Cancel")
PREFERENCES = ("Leave out late notes", "Too late after, in milliseconds")


def children(node):
    found = (node.get_child_at_index(index) for index in range(node.get_child_count()))
    return [child for child in found if child is not None]


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def wait(what, get):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            result = get()
        except GLib.GError:
            result = None
        if result:
            return result
        while GLib.MainContext.default().iteration(False):
            pass
        time.sleep(0.05)
    sys.exit(f"timed out: {what}")


def find(name):
    """The program's node of exactly that name that takes the focus, or None."""
    for app in children(Atspi.get_desktop(0)):
        if "hruwall" in (app.get_name() or ""):
            for node in walk(app):
                if node.get_name() == name and takes_focus(node):
                    return node
    return None


def toolkit():
    """The version of the program's GTK."""
    for app in children(Atspi.get_desktop(0)):
        if "hruwall" in (app.get_name() or ""):
            return tuple(int(number) for number in app.get_toolkit_version().split(".")[:2])
    return (0, 0)


def takes_focus(node):
    return node.get_state_set().contains(Atspi.StateType.FOCUSABLE)


def says(name):
    """What is wrong with a name; None when nothing is."""
    words = name.split()
    if not words:
        return "has no name"
    if "_" in name:
        return f"is called “{name}”, with the mark of a mnemonic"
    half = len(words) // 2
    if len(words) % 2 == 0 and words[:half] == words[half:]:
        return f"says its name twice: “{name}”"
    if words[0].startswith(("Gtk", "Adw", "Thru")) and words[0] != "Thruwall":
        return f"is called “{name}” as in the code"
    return None


def complaints():
    for app in children(Atspi.get_desktop(0)):
        if "hruwall" not in (app.get_name() or ""):
            continue
        for node in walk(app):
            # AdwStatusPage's own cannot be named.
            if node.get_role() == Atspi.Role.SCROLL_PANE:
                continue
            problem = says(node.get_name() or "") if takes_focus(node) else None
            if problem:
                parents, parent = [], node.get_parent()
                while parent is not None and len(parents) < 4:
                    parents.append(f"{parent.get_role_name()} “{parent.get_name() or ''}”")
                    parent = parent.get_parent()
                yield f"a {node.get_role_name()} {problem}, in {', in '.join(parents)}"


def check():
    for name in PLACES:
        wait(f"“{name}”", lambda name=name: find(name))
    old = toolkit() < OLD_GTK
    for name in HIDDEN if old else ():
        wait(f"“{name}”", lambda name=name: find(name))
    found = set(complaints())
    Atspi.Action.do_action(find(PLACES[0]), 0)
    for name in DIALOG:
        if name != "Add":  # it takes the focus only when there is an address
            wait(f"“{name}” of the dialog", lambda name=name: find(name))
    found |= set(complaints())
    Atspi.Action.do_action(find("Cancel"), 0)
    if old:
        Atspi.Action.do_action(find("Main menu"), 0)
        Atspi.Action.do_action(wait("“Preferences” of the menu", lambda: find("Preferences")), 0)
        for name in PREFERENCES:
            wait(f"“{name}” of the preferences", lambda name=name: find(name))
        found |= set(complaints())
    if found:
        sys.exit("\n".join(sorted(found)))


def main():
    Atspi.init()
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, GTK_A11Y="atspi", THRUWALL_DEMO_STILL="1")
        program = subprocess.Popen([sys.argv[1], "--demo", "--config-dir", folder], env=env)
        try:
            check()
        finally:
            program.terminate()
            program.wait(10)


if __name__ == "__main__":
    main()
