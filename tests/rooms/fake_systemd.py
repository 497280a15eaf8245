#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of systemd's user manager as Thruwall asks: what environment the desktop told it. fake_systemd.py NAME=VALUE…"""

import sys

from gi.repository import Gio, GLib

INTERFACE = """<node><interface name="org.freedesktop.systemd1.Manager">
 <property name="Environment" type="as" access="read"/>
</interface></node>"""


def get_property(_connection, _sender, _path, _interface, _name):
    return GLib.Variant("as", sys.argv[1:])


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
    bus.register_object("/org/freedesktop/systemd1", info, None, get_property, None)
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.systemd1", Gio.BusNameOwnerFlags.NONE, None, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
