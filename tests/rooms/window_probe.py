#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches the window of a running Thruwall from outside, as who uses it does: window_probe.py frames|answers|machine

  frames   moves the pointer onto the first button and off it, 50 times a second, which has to be drawn each time; a line for
           each time that the window draws (the X server tells, by XDamage)
  answers  a line for each question to its main thread, one every 10 ms over D-Bus: when it was asked, and how long the answer
           took
  machine  a line for each time that 10 ms of work were done here, five times a second: when, and how many times as long they
           took, for others want the processors, too

Times in seconds, of the monotonic clock. Run inside a room, until it is killed.
"""

import itertools
import sys
import threading
import time

MOVE_EVERY = 0.02
PLACES = ((28, 28), (200, 28))  # the button that adds a room, and where nothing is, whatever the matrix shows
SAME_FRAME = 0.001              # what is drawn within that belongs together
ASK_EVERY = 0.01
WORK, WORK_EVERY = 0.01, 0.2
NAME = "Thruwall"  # of the window, and the end of the name on the bus


def frames():
    # Only here: the other half does not need it.
    from Xlib import X, display
    from Xlib.ext import damage, xtest

    screen = display.Display()
    screen.damage_query_version()
    windows = [window for window in screen.screen().root.query_tree().children
               if window.get_wm_name() == NAME and window.get_attributes().map_state == X.IsViewable]
    if not windows:
        sys.exit(f"There is no window “{NAME}”.")
    windows[0].damage_create(damage.DamageReportRawRectangles)
    screen.sync()
    threading.Thread(target=move, args=(display.Display(), xtest.fake_input, X.MotionNotify), daemon=True).start()
    print("ready", flush=True)
    last = 0
    while True:
        screen.next_event()
        now = time.monotonic()
        if now - last > SAME_FRAME:
            print(f"{now:.6f}", flush=True)
        last = now


def move(screen, fake_input, kind):
    for x, y in itertools.cycle(PLACES):
        fake_input(screen, kind, x=x, y=y)
        screen.sync()
        time.sleep(MOVE_EVERY)


def answers():
    from gi.repository import Gio, GLib

    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    names = bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ListNames", None, None,
                          Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
    name = next(name for name in names if name.endswith("." + NAME))
    path = "/" + name.replace(".", "/")
    print("ready", flush=True)
    while True:
        time.sleep(ASK_EVERY)
        asked = time.monotonic()
        bus.call_sync(name, path, "org.freedesktop.DBus.Properties", "Get",
                      GLib.Variant("(ss)", ("org.gtk.Application", "Busy")), None, Gio.DBusCallFlags.NO_AUTO_START, 60000, None)
        print(f"{asked:.6f} {time.monotonic() - asked:.6f}", flush=True)


def machine():
    print("ready", flush=True)
    while True:
        began, done = time.monotonic(), time.process_time() + WORK
        while time.process_time() < done:
            pass
        print(f"{began:.6f} {(time.monotonic() - began) / WORK:.3f}", flush=True)
        time.sleep(WORK_EVERY)


KINDS = {"frames": frames, "answers": answers, "machine": machine}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    KINDS[sys.argv[1]]()
