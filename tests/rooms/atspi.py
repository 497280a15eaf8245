#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses a program as a screen reader does: by the names of what it shows. Run by Room.atspi() inside a room."""

import argparse
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  (the version comes first)


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def walk(node, depth=0):
    yield depth, node
    for child in children(node):
        yield from walk(child, depth + 1)


def states(node):
    return sorted(state.value_nick for state in node.get_state_set().get_states())


def find(options):
    """The first node whose name begins with options.name, and fits the other options; None when there is none now."""
    for app in children(Atspi.get_desktop(0)):
        if options.app and options.app not in (app.get_name() or ""):
            continue
        for _, node in walk(app):
            if fits(node, options):
                return node
    return None


def fits(node, options):
    name = node.get_name() or ""
    if not name.startswith(options.name):
        return False
    if options.suffix and not name.endswith(options.suffix):
        return False
    if options.role and node.get_role_name() != options.role:
        return False
    return not options.state or options.state in states(node)


def wait(options, wanted):
    """Until find() has the node, or with wanted=False has none. Nodes may vanish while they are looked at."""
    deadline = time.monotonic() + options.seconds
    while True:
        try:
            node = find(options)
            if (node is not None) == wanted:
                return node
        except GLib.GError:
            pass
        if time.monotonic() >= deadline:
            sys.exit(f"nothing named “{options.name}…” within {options.seconds} s" if wanted
                     else f"“{options.name}…” is still there after {options.seconds} s")
        # Events refresh libatspi's cache; without them names stay as first seen.
        while GLib.MainContext.default().iteration(False):
            pass
        time.sleep(0.05)


def show_tree(options):
    for app in children(Atspi.get_desktop(0)):
        for depth, node in walk(app):
            print("  " * depth + f"{node.get_role_name()} “{node.get_name() or ''}” {' '.join(states(node))}")


def act(options):
    node = wait(options, True)
    actions = node.get_action_iface()
    if actions is None or actions.get_n_actions() == 0:
        sys.exit(f"“{node.get_name()}” can not be activated")
    names = [actions.get_action_name(index) for index in range(actions.get_n_actions())]
    if options.action and options.action not in names:
        sys.exit(f"“{node.get_name()}” has no action {options.action}, only {', '.join(names)}")
    print(node.get_name())
    actions.do_action(names.index(options.action) if options.action else 0)


def set_text(options):
    node = wait(options, True)
    entry = node.get_editable_text_iface()
    if entry is None:
        sys.exit(f"“{node.get_name()}” takes no text")
    entry.set_text_contents(options.text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("tree", "wait", "wait-gone", "act", "set-text"))
    parser.add_argument("name", nargs="?", default="", help="how the accessible name begins")
    parser.add_argument("text", nargs="?", default="", help="for set-text")
    parser.add_argument("--app", default="", help="part of the program's name")
    parser.add_argument("--suffix", default="", help="how the accessible name ends")
    parser.add_argument("--role", default="", help="as AT-SPI calls it: “push button”, “table cell”")
    parser.add_argument("--state", default="", help="one that it must have: checked, focused")
    parser.add_argument("--action", default="", help="other than the first")
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    Atspi.init()
    if options.command == "tree":
        show_tree(options)
    elif options.command == "wait":
        print(wait(options, True).get_name())
    elif options.command == "wait-gone":
        wait(options, False)
    elif options.command == "act":
        act(options)
    else:
        set_text(options)


if __name__ == "__main__":
    main()
