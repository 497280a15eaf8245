#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A speaker that was written from PROTOCOL.md alone, and Thruwall, in two rooms."""

import contextlib
import json
import os
import subprocess

import story
import tap
from lab import HERE, PYTHON, Lab, wait_for
from story import Seat

SPEAKER = os.path.join(HERE, "foreign_speaker.py")


class Foreigner:
    """foreign_speaker.py in a room. It has the devices “Foreign keys” and “Foreign synth”."""

    name = "Foreign room"
    source = "Foreign room/Foreign keys"
    destination = "Foreign room/Foreign synth"

    def __init__(self, room, *args):
        self.process = room.start(PYTHON, "-u", SPEAKER, *args, name="foreign-speaker", stdin=subprocess.PIPE)

    def say(self, line):
        self.process.say(line)

    def events(self, kind):
        events = [json.loads(line) for line in self.process.lines() if line.startswith("{")]
        return [event for event in events if event["event"] == kind]

    def heard(self):
        """The MIDI messages that it was played."""
        return [bytes.fromhex(event["message"]) for event in self.events("midi")]


@contextlib.contextmanager
def studio_and_foreigner(*args):
    with Lab() as lab:
        studio = Seat(lab, "a", "Studio").add_player("keys").add_recorder("synth").start()
        abroad = lab.add_room("b")
        yield studio, abroad


def meet(studio, foreigner):
    wait_for(lambda: studio.room.room_in_status(foreigner.name)["state"] == "connected", 10, "the foreign room")
    wait_for(lambda: studio.device_is_online(foreigner.name, "Foreign synth"), 10, "its devices")


@tap.test("a foreign speaker that connects is shown as a room, sends notes and receives them")
def it_connects():
    with studio_and_foreigner() as (studio, abroad):
        foreigner = Foreigner(abroad, "connect", studio.room.address)
        meet(studio, foreigner)
        studio.room.command("connect", studio.source, foreigner.destination)
        studio.wait_for_route(studio.source, foreigner.destination)
        studio.player.play(*story.CHORD)
        wait_for(lambda: foreigner.heard()[-4:] == list(story.CHORD), 5, "the chord in the foreign room")

        foreigner.say(f"play {studio.recorder.device} 903c64 803c40")
        wait_for(lambda: studio.recorder.messages()[-2:] == [b"\x90\x3c\x64", b"\x80\x3c\x40"], 5, "the foreign room's note")


@tap.test("a foreign speaker that listens is added by its address and owns the routes of its source")
def it_listens():
    with studio_and_foreigner() as (studio, abroad):
        foreigner = Foreigner(abroad, "listen", "--host", "0.0.0.0")
        studio.room.command("add-room", abroad.address)
        meet(studio, foreigner)
        studio.room.command("connect", foreigner.source, studio.destination)
        studio.wait_for_route(foreigner.source, studio.destination)
        foreigner.say("route 904064")
        wait_for(lambda: studio.recorder.sounding() == {(0, 0x40)}, 5, "the foreign room's note")
        foreigner.process.kill()
        story.check_balanced(studio.recorder)
        wait_for(lambda: studio.room.room_in_status(foreigner.name)["state"] != "connected", 5, "the end of the foreign room")


@tap.test("plain MIDI octets, as mixing consoles send them, are a room with one device")
def plain_octets():
    with studio_and_foreigner() as (studio, abroad):
        code = ("import socket, sys, time; s = socket.create_connection((sys.argv[1], 1199)); s.sendall(b'\\xfe')\n"
                "for line in sys.stdin: s.sendall(bytes.fromhex(line))")
        console = abroad.start(PYTHON, "-u", "-c", code, studio.room.address, name="console", stdin=subprocess.PIPE)

        def find():
            for room in studio.room.status()["rooms"]:
                if abroad.address in (room["address"] or ""):
                    return room
            return None
        room = wait_for(find, 10, "the console as a room")
        source = next(device for device in room["devices"] if device["direction"] == "source")
        studio.room.command("connect", f"{room['name']}/{source['name']}", studio.destination)
        studio.wait_for_route(f"{room['name']}/{source['name']}", studio.destination)
        # The second note by running status.
        console.say("903c643e64")
        wait_for(lambda: studio.recorder.sounding() == {(0, 0x3C), (0, 0x3E)}, 5, "the console's notes")
        console.kill()
        story.check_balanced(studio.recorder)


if __name__ == "__main__":
    tap.main()
