#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop between two rooms, through an instrument in each that plays what it is played."""

import json
import os
import time

import midi
import story
import tap
from lab import Lab, wait_for
from story import Seat

FIRST = "00000000-0000-4000-8000-000000000001"  # of two rooms, the smaller id cuts the loop
CUT_WITHIN = 3  # seconds on a busy machine; the promise is one


def name_room(seat, identity):
    folder = os.path.join(seat.room.home, ".config", "thruwall")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "studio.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "room": {"id": identity, "name": seat.name}}, file)


def muted(seat):
    return [route for route in seat.room.status()["routes"] if route["state"] == "muted"]


@tap.test("a loop between two rooms is cut by one of them, nothing hangs, other routes play on, and the button undoes it")
def cut_loop():
    with Lab() as lab:
        desk = Seat(lab, "a", "Desk", display=True).add_player("keys").add_recorder("synth")
        booth = Seat(lab, "b", "Booth").add_recorder("organ")
        here, there = midi.Echo(desk.room, "mirror"), midi.Echo(booth.room, "glass")
        name_room(desk, FIRST)
        desk.start()
        booth.start()
        desk.wait_for_device(booth, there.input)
        booth.wait_for_device(desk, here.input)
        loop = [(f"Desk/{here.output}", f"Booth/{there.input}"), (f"Booth/{there.output}", f"Desk/{here.input}")]
        others = [("Desk/keys:out", "Desk/synth:in"), (f"Booth/{there.output}", "Booth/organ:in")]
        for source, destination in loop + others + [("Desk/keys:out", f"Booth/{there.input}")]:
            desk.room.command("connect", source, destination)
            desk.wait_for_route(source, destination)

        began = time.monotonic()
        desk.player.play(*story.CHORD)
        desk.player.play(*story.CHORD_ENDS)
        routes = wait_for(lambda: muted(desk), 10, "a route muted")
        tap.check(time.monotonic() - began < CUT_WITHIN, f"cut within {CUT_WITHIN} s")
        tap.check_equal([(route["from"], route["to"]) for route in routes], [loop[0]], "what was muted")
        tap.check("loop" in routes[0]["reason"], f"the reason: {routes[0]['reason']}")
        wait_for(lambda: not booth.recorder.sounding() and not desk.recorder.sounding(), 5, "that nothing sounds")

        booth.recorder.forget()
        desk.player.play(bytes([0x90, 72, 1]), bytes([0x80, 72, 1]))
        wait_for(lambda: len(booth.recorder.messages()) == 2, 5, "one note, once")
        wait_for(lambda: muted(booth), 5, "that the other room knows")

        desk.room.atspi("act", "Undo")
        desk.wait_for_route(*loop[0])
        desk.player.play(*story.CHORD)
        desk.player.play(*story.CHORD_ENDS)
        wait_for(lambda: muted(desk), 10, "that the loop is cut again")


if __name__ == "__main__":
    tap.main()
