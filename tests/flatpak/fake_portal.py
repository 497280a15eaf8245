#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of xdg-desktop-portal as Thruwall asks: may it run in the background? fake_portal.py grant|refuse; prints each request."""

import sys

from gi.repository import Gio, GLib

PATH = "/org/freedesktop/portal/desktop"
INTERFACES = """<node>
 <interface name="org.freedesktop.portal.Background">
  <method name="RequestBackground">
   <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
  </method>
  <property name="version" type="u" access="read"/>
 </interface>
</node>"""


def called(bus, sender, _path, _interface, _method, parameters, invocation):
    options = parameters.unpack()[1]
    request = f"{PATH}/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
    granted = sys.argv[1] == "grant"
    print(f"{options['commandline']} at login: {options['autostart']}", flush=True)
    invocation.return_value(GLib.Variant("(o)", (request,)))
    results = {"background": GLib.Variant("b", granted), "autostart": GLib.Variant("b", granted and options["autostart"])}
    bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                    GLib.Variant("(ua{sv})", (0 if granted else 1, results)))


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    interface = Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces[0]
    bus.register_object(PATH, interface, called, lambda *_: GLib.Variant("u", 2), None)
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.portal.Desktop", Gio.BusNameOwnerFlags.NONE, None, None)
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
