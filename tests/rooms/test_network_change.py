#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that changes under a studio, and a clock that is set: a room stays one room, and its link is back within 5 s."""

import contextlib
import glob
import os
import time

import story
import tap
from lab import Lab, LabError, run, wait_for
from story import BACK_WITHIN, Seat

SECOND = "10.78.0"


@contextlib.contextmanager
def two_rooms(**start):
    with Lab() as lab:
        studio = Seat(lab, "a", "Studio").add_player("keys")
        live = Seat(lab, "b", "Live room").add_recorder("synth")
        studio.room.start_thruwall("--room-name", studio.name, **start)
        live.start()
        studio.wait_for_device(live, live.recorder.device)
        studio.room.command("connect", studio.source, live.destination)
        back(studio, live, 10)
        yield studio, live


def check_rooms(studio, live):
    """Each knows the other once, and nobody else. Returns the two views."""
    views = []
    for seat, other in ((studio, live), (live, studio)):
        status = seat.room.status()
        tap.check_equal(sorted(room["name"] for room in status["rooms"]), sorted([studio.name, live.name]),
                        f"rooms as seen from {seat.name}")
        views.append(next(room for room in status["rooms"] if room["name"] == other.name))
    return views


def back(studio, live, seconds=BACK_WITHIN):
    """Until both say connected; however often one looks meanwhile, there are two rooms."""
    begin = time.monotonic()

    def connected():
        views = check_rooms(studio, live)
        if any(view["state"] != "connected" for view in views):
            raise LabError(f"{views}")
        return studio.room.route_in_status(studio.source, live.destination)["state"] == "connected"
    wait_for(connected, seconds, "the link")
    return time.monotonic() - begin


def returns(studio, live, seconds=BACK_WITHIN):
    """Until what is played comes out again, and all is said to be connected. Returns the seconds."""
    begin = time.monotonic()
    story.release_chord(studio.player)
    story.plays_through(studio.player, live.recorder, seconds)
    back(studio, live, seconds)
    return time.monotonic() - begin


def stays(studio, live, seconds=2):
    """What sounds goes on, and the link is never lost."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        tap.check_equal([view["state"] for view in check_rooms(studio, live)], ["connected"] * 2, "the link")
        tap.check_equal(live.recorder.sounding(), story.CHORD_SOUNDS, "what sounds")


def add_interface(room):
    """A second cable into the same switch, with an address in a net of its own; Avahi uses it, too."""
    cable = f"two-{room.name}"
    run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth1", "netns", str(room.keeper.pid))
    run("ip", "link", "set", cable, "master", "lan", "up")
    room.run("ip", "address", "add", f"{SECOND}.{room.number}/24", "dev", "eth1")
    room.run("ip", "link", "set", "eth1", "up")


def use_all_interfaces(room):
    """avahi-daemon on whatever interface comes, and not only on the first."""
    room.stop_avahi()
    path = os.path.join(room.folder, "avahi.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("allow-interfaces=eth0\n", ""))
    room.avahi = room.start("avahi-daemon", "--file", path, "--no-rlimits", "--no-drop-root", "--no-chroot")
    wait_for(lambda: "startup complete" in room.avahi.output(), 20, "avahi-daemon")


@tap.test("a second interface, an address by DHCP, a default route that moves, an interface that goes: one room stays one room")
def interfaces():
    with two_rooms() as (studio, live):
        for seat in (studio, live):
            use_all_interfaces(seat.room)
        story.hold_chord(studio.player, live.recorder)
        for seat in (studio, live):
            add_interface(seat.room)
            seat.room.run("ip", "route", "add", "default", "via", f"{SECOND}.9", "dev", "eth1")
        stays(studio, live)
        for seat in (studio, live):
            seat.room.run("ip", "route", "replace", "default", "via", f"10.77.{seat.room.lab.net}.9", "dev", "eth0")
        stays(studio, live, 1)

        live.room.delete_address()
        live.room.add_address(f"10.77.{live.room.lab.net}.77")
        tap.remark(f"another address: back after {returns(studio, live):.2f} s")
        story.hold_chord(studio.player, live.recorder)
        studio.room.link_down()
        tap.remark(f"over the other interface after {returns(studio, live):.2f} s")
        studio.room.link_up()
        studio.room.run("ip", "link", "set", "eth1", "down")
        tap.remark(f"over the first one after {returns(studio, live):.2f} s")


@tap.test("a clock that is set an hour on or back changes nothing: no link is lost, and every note arrives in time")
def clock_is_set():
    library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    tap.check(library, "libfaketime.so.1 is missing: install the Debian package faketime")
    with Lab() as lab:
        clock = os.path.join(lab.folder, "clock")

        def set_clock(offset):
            with open(clock + ".new", "w", encoding="ascii") as file:
                file.write(offset + "\n")
            os.rename(clock + ".new", clock)
        set_clock("+0s")
        env = {"LD_PRELOAD": library[0], "DONT_FAKE_MONOTONIC": "1", "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1",
               "FAKETIME_DONT_RESET": "1"}
        studio = Seat(lab, "a", "Studio").add_player("keys")
        live = Seat(lab, "b", "Live room").add_recorder("synth")
        for seat in (studio, live):
            seat.room.start_thruwall("--room-name", seat.name, env=env)
        studio.wait_for_device(live, live.recorder.device)
        studio.room.command("connect", studio.source, live.destination)
        back(studio, live, 10)
        story.hold_chord(studio.player, live.recorder)
        for offset in ("+3600s", "-3600s", "+0s"):
            set_clock(offset)
            told = studio.room.run("date", "+%s", env=env)
            tap.check(abs(int(told) - time.time() - int(offset[:-1])) < 60, f"the clock says {offset}")
            stays(studio, live, 1.5)
        story.release_chord(studio.player)
        story.check_balanced(live.recorder)
        story.carry_everything(studio.player, live.recorder, 100)


if __name__ == "__main__":
    tap.main()
