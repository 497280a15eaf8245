#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab itself: what the other tests stand on."""

import midi
import tap
from lab import PYTHON, Lab, wait_for

LISTEN = "import socket; s = socket.create_server(('', 7000)); print('ready', flush=True); s.accept()[0].sendall(b'hello')"
CONNECT = "import socket, sys; print(socket.create_connection((sys.argv[1], 7000), 5).recv(9).decode())"


@tap.test("rooms reach each other over their network")
def rooms_reach_each_other():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        listener = one.start(PYTHON, "-c", LISTEN, name="listener")
        wait_for(lambda: "ready" in listener.output(), 10, "the listener")
        tap.check_equal(two.run(PYTHON, "-c", CONNECT, one.address).strip(), "hello", "what came")


@tap.test("a service published in one room is found in the other, and by no other lab")
def services_are_found():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        one.start("avahi-publish", "--service", "Test room", "_dmidi._tcp", "1199", "id=abc")
        browse = two.start("avahi-browse", "--parsable", "--resolve", "_dmidi._tcp")
        wait_for(lambda: one.address in browse.output(), 10, "the service")
        tap.check("Test\\032room" in browse.output(), "the name is another")


@tap.test("a room that is shut down and booted again is on the network again")
def rooms_boot_again():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        one.shut_down()
        one.boot()
        listener = one.start(PYTHON, "-c", LISTEN, name="listener")
        wait_for(lambda: "ready" in listener.output(), 10, "the listener")
        tap.check_equal(two.run(PYTHON, "-c", CONNECT, one.address).strip(), "hello", "what came")


WINDOW = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk
GLib.set_prgname("little-window")
Gtk.init()
window = Gtk.Window(title="Little window", default_width=300, default_height=200)
button = Gtk.Button(label="Press me")
button.connect("clicked", lambda *_: button.set_label("Pressed"))
window.set_child(button)
window.present()
GLib.MainLoop().run()
"""


@tap.test("a window in a room is used by the names of what it shows")
def windows_are_used_by_name():
    with Lab() as lab:
        room = lab.add_room("one", display=True)
        room.start(PYTHON, "-c", WINDOW, name="window")
        room.atspi("wait", "Press me", "--app", "little-window", "--role", "push button")
        tap.check("Little window" in room.atspi("tree"), "the window is not in the tree")
        room.atspi("act", "Press me")
        room.atspi("wait", "Pressed")


CONNECT_JACK = """
import ctypes, sys
jack = ctypes.CDLL("libjack.so.0")
jack.jack_client_open.restype = ctypes.c_void_p
client = ctypes.c_void_p(jack.jack_client_open(b"cable", 1, None))
sys.exit(jack.jack_connect(client, sys.argv[1].encode(), sys.argv[2].encode()))
"""


@tap.test("MIDI goes from one JACK instrument to another, and each room has a JACK server of its own")
def jack_carries_midi():
    with Lab() as lab:
        one, two = lab.add_room("one", jack=True), lab.add_room("two", jack=True)
        two.stop_jack()
        player, recorder = midi.Player(one, "keys"), midi.Recorder(one, "synth")
        one.run(PYTHON, "-c", CONNECT_JACK, "keys:out", "synth:in")
        sent = midi.stream()
        player.play(*sent)
        player.finish()
        tap.check_equal(midi.split(recorder.octets()), midi.split(b"".join(sent)), "what arrived")


if __name__ == "__main__":
    tap.main()
