#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a key in one room to a synth in the next, on real parts: JACK, Avahi, D-Bus, X and the whole program in each room."""

import contextlib

import story
import tap
from lab import Lab, wait_for
from story import Seat

CELL_IN_STUDIO = "keys:out to Live room synth:in"
CELL_IN_LIVE_ROOM = "Studio keys:out to synth:in"


@contextlib.contextmanager
def two_rooms(display=True):
    """The keyboard in one room, the synth in the other; each knows the other by itself."""
    with Lab() as lab:
        studio = Seat(lab, "a", "Studio", display).add_player("keys").start()
        live = Seat(lab, "b", "Live room", display).add_recorder("synth").start()
        studio.wait_for_device(live, live.recorder.device)
        live.wait_for_device(studio, studio.player.device)
        yield studio, live


def connect(studio, live):
    studio.room.command("connect", studio.source, live.destination)
    both_connected(studio, live)


def both_connected(studio, live, seconds=10):
    studio.wait_for_route(studio.source, live.destination, seconds=seconds)
    live.wait_for_route(studio.source, live.destination, seconds=seconds)


@tap.test("one click on a crossing, and everything played here comes out there, in order and unchanged")
def click_here():
    with two_rooms() as (studio, live):
        studio.click(CELL_IN_STUDIO)
        both_connected(studio, live)
        story.carry_everything(studio.player, live.recorder)
        wait_for(lambda: studio.room.route_in_status(studio.source, live.destination)["messages"] > 2000, 5, "the route's count")
        live.room.atspi("wait", CELL_IN_LIVE_ROOM + ": connected")


@tap.test("the same, asked for from the room of the synth")
def click_there():
    with two_rooms() as (studio, live):
        live.click(CELL_IN_LIVE_ROOM)
        both_connected(studio, live)
        story.carry_everything(studio.player, live.recorder)
        studio.room.atspi("wait", CELL_IN_STUDIO + ": connected")


@tap.test("a second click disconnects, and what sounded on the route is released at once")
def click_again():
    with two_rooms() as (studio, live):
        studio.click(CELL_IN_STUDIO)
        story.hold_chord(studio.player, live.recorder)
        studio.room.atspi("act", CELL_IN_STUDIO + ": connected")
        story.check_balanced(live.recorder, 1)
        studio.room.atspi("wait", CELL_IN_STUDIO + ": not connected")
        wait_for(lambda: live.room.status()["routes"] == [], 5, "the end of the route")


@tap.test("when the room of the keyboard is killed in the middle of a chord, the synth is silent within 4 s")
def kill_sender():
    with two_rooms(display=False) as (studio, live):
        connect(studio, live)
        studio.wait_saved(live.recorder.device)
        story.hold_chord(studio.player, live.recorder)
        studio.kill()
        story.check_balanced(live.recorder)
        live.wait_for_route(studio.source, live.destination, "waiting")
        story.release_chord(studio.player)
        studio.start()
        both_connected(studio, live, 15)
        story.plays_through(studio.player, live.recorder)


@tap.test("when the room of the synth is killed in the middle of a chord, the synth is silent within 4 s of its return")
def kill_receiver():
    with two_rooms(display=False) as (studio, live):
        connect(studio, live)
        story.hold_chord(studio.player, live.recorder)
        live.kill()
        studio.wait_for_route(studio.source, live.destination, "waiting")
        live.start()
        story.check_balanced(live.recorder)
        both_connected(studio, live, 15)
        story.release_chord(studio.player)
        story.plays_through(studio.player, live.recorder)


@tap.test("after a restart of both rooms the route is back without a click")
def restart_both():
    with two_rooms() as (studio, live):
        studio.click(CELL_IN_STUDIO)
        both_connected(studio, live)
        story.hold_chord(studio.player, live.recorder)
        studio.stop()
        story.check_balanced(live.recorder, 1)
        live.stop()
        story.release_chord(studio.player)
        studio.start()
        live.start()
        both_connected(studio, live, 20)
        story.carry_everything(studio.player, live.recorder, 100)


@tap.test("after a power cut in the room of the keyboard the route is back without a click")
def power_cut():
    with two_rooms(display=False) as (studio, live):
        connect(studio, live)
        studio.wait_saved(live.recorder.device)
        story.hold_chord(studio.player, live.recorder)
        studio.room.shut_down()
        story.check_balanced(live.recorder)
        studio.room.boot()
        studio.add_player("keys").start()
        both_connected(studio, live, 20)
        story.carry_everything(studio.player, live.recorder, 100)


@tap.test("when the cable is pulled the synth is silent within 4 s, and when it is back the route is, too")
def cable_pulled():
    with two_rooms(display=False) as (studio, live):
        connect(studio, live)
        story.hold_chord(studio.player, live.recorder)
        studio.room.link_down()
        story.check_balanced(live.recorder)
        story.release_chord(studio.player)
        studio.room.link_up()
        both_connected(studio, live, 15)
        story.plays_through(studio.player, live.recorder)


@tap.test("another address in the other room loses the link for seconds, not the route")
def other_address():
    with two_rooms(display=False) as (studio, live):
        connect(studio, live)
        live.room.delete_address()
        live.room.add_address("10.77.199.9")
        studio.room.delete_address()
        studio.room.add_address("10.77.199.8")
        both_connected(studio, live, 20)
        story.plays_through(studio.player, live.recorder)


if __name__ == "__main__":
    tap.main()
