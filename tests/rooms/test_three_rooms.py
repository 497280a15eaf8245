#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three rooms: any of them patches any two."""

import contextlib

import story
import tap
from lab import Lab, wait_for
from story import Seat

CELL = "Live room keys:out to Booth synth:in"


@contextlib.contextmanager
def three_rooms():
    """The desk, where somebody sits; the keyboard and the synth each in a room of its own."""
    with Lab() as lab:
        desk = Seat(lab, "a", "Desk", display=True).start()
        keys = Seat(lab, "b", "Live room").add_player("keys").start()
        synth = Seat(lab, "c", "Booth").add_recorder("synth").start()
        desk.wait_for_device(keys, keys.player.device)
        desk.wait_for_device(synth, synth.recorder.device)
        keys.wait_for_device(synth, synth.recorder.device)
        yield desk, keys, synth


def all_connected(seats, keys, synth, seconds=15):
    for seat in seats:
        seat.wait_for_route(keys.source, synth.destination, seconds=seconds)


@tap.test("a click at the desk connects two other rooms, and everything goes straight from one to the other")
def click_at_desk():
    with three_rooms() as (desk, keys, synth):
        desk.click(CELL)
        all_connected((desk, keys, synth), keys, synth)
        story.carry_everything(keys.player, synth.recorder)

        keys.wait_saved(synth.recorder.device)
        story.hold_chord(keys.player, synth.recorder)
        keys.kill()
        story.check_balanced(synth.recorder)
        story.release_chord(keys.player)
        keys.start()
        all_connected((desk, keys, synth), keys, synth, 20)
        story.plays_through(keys.player, synth.recorder)


@tap.test("the route between two other rooms does not need the desk, and all three find it again after a restart")
def without_desk():
    with three_rooms() as (desk, keys, synth):
        desk.click(CELL)
        all_connected((desk, keys, synth), keys, synth)
        desk.stop()
        story.carry_everything(keys.player, synth.recorder, 100)
        keys.stop()
        synth.stop()
        for seat in (desk, keys, synth):
            seat.start()
        all_connected((desk, keys, synth), keys, synth, 20)
        story.carry_everything(keys.player, synth.recorder, 100)


@tap.test("the desk disconnects two other rooms, and what sounded between them is released")
def disconnect_at_desk():
    with three_rooms() as (desk, keys, synth):
        desk.room.command("connect", keys.source, synth.destination)
        all_connected((desk, keys, synth), keys, synth)
        story.hold_chord(keys.player, synth.recorder)
        desk.room.command("disconnect", keys.source, synth.destination)
        story.check_balanced(synth.recorder, 2)
        for seat in (desk, keys, synth):
            wait_for(lambda seat=seat: seat.room.status()["routes"] == [], 5, f"no route as seen from {seat.name}")


if __name__ == "__main__":
    tap.main()
