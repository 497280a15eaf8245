#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A logind that only knows about sleep, on a room's own system bus: logind.py [works|refuses|hangs]

On standard input: "sleep" (it says so, and waits for whoever asked to be waited for) and "wake". On standard output, each with the
time of CLOCK_MONOTONIC: ready, held WHO (somebody asked), refused, asleep (nobody holds it any more, or 5 s are over).
"""

import os
import sys
import time

from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
INTROSPECTION = f"""<node><interface name="{INTERFACE}">
  <method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="h" direction="out"/></method>
  <signal name="PrepareForSleep"><arg type="b"/></signal>
</interface></node>"""
LONGEST_MS = 5000  # logind's own InhibitDelayMaxSec


class Logind:
    def __init__(self, manner):
        self.manner = manner
        self.held = {}
        self.preparing = False
        self.hung = []
        self.bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)
        self.bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(INTROSPECTION).interfaces[0], self.call, None, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: say("ready"), None)
        GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, self.told)

    def call(self, _bus, _sender, _path, _interface, _method, parameters, invocation):
        what, who, why, mode = parameters.unpack()
        if self.manner == "hangs":
            self.hung.append(invocation)
            say("held nobody")
        elif self.manner == "refuses" or self.preparing or (what, mode) != ("sleep", "delay") or not why:
            invocation.return_dbus_error("org.freedesktop.DBus.Error.AccessDenied", "Permission denied")
            say("refused")
        else:
            reader, writer = os.pipe()
            self.held[reader] = GLib.io_add_watch(reader, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, self.let_go)
            invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), Gio.UnixFDList.new_from_array([writer]))
            say(f"held {who}")

    def let_go(self, reader, _condition):
        os.close(reader)
        del self.held[reader]
        self.look()
        return False

    def look(self):
        if self.preparing and not self.held:
            self.sleep()

    def sleep(self):
        if self.preparing:
            self.preparing = False
            say("asleep")
        return False

    def told(self, _source, _condition):
        word = sys.stdin.readline().strip()
        if word == "sleep":
            self.preparing = True
            GLib.timeout_add(LONGEST_MS, self.sleep)
        if word in ("sleep", "wake"):
            self.bus.emit_signal(None, PATH, INTERFACE, "PrepareForSleep", GLib.Variant("(b)", (word == "sleep",)))
            self.look()
        return word != ""


def say(text):
    print(f"{time.monotonic():.6f} {text}", flush=True)


if __name__ == "__main__":
    logind = Logind(sys.argv[1] if len(sys.argv) > 1 else "works")
    GLib.MainLoop().run()
