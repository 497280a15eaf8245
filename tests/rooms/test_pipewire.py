#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PipeWire in the place of jackd: its libjack is another program with the same functions. One room has it, the other jackd."""

import contextlib
import time

import midi
import story
import tap
from lab import Lab, wait_for
from story import Seat


@contextlib.contextmanager
def two_rooms():
    with Lab() as lab:
        studio = Seat(lab, "a", "Studio", pipewire=True).add_player("keys").start()
        live = Seat(lab, "b", "Live room").add_recorder("synth").start()
        studio.wait_for_device(live, live.recorder.device)
        live.wait_for_device(studio, studio.player.device)
        studio.room.command("connect", studio.source, live.destination)
        both_connected(studio, live)
        yield studio, live


def both_connected(studio, live, seconds=10):
    studio.wait_for_route(studio.source, live.destination, seconds=seconds)
    live.wait_for_route(studio.source, live.destination, seconds=seconds)


def count_threads(process):
    with open(f"/proc/{process.popen.pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Threads:"))


@tap.test("PipeWire is killed in the middle of a chord and started again: silence, and the route is back by itself")
def killed_and_started():
    with two_rooms() as (studio, live):
        story.plays_through(studio.player, live.recorder)
        threads = count_threads(studio.room.thruwall)
        for _ in range(2):
            story.hold_chord(studio.player, live.recorder)
            studio.room.kill_pipewire()
            story.check_balanced(live.recorder)
            live.wait_for_route(studio.source, live.destination, "waiting")
            studio.player.process.kill()

            studio.room.start_pipewire()
            studio.add_player("keys")
            begin = time.monotonic()
            both_connected(studio, live)
            tap.remark(f"back after {time.monotonic() - begin:.2f} s")
            story.plays_through(studio.player, live.recorder)
        wait_for(lambda: count_threads(studio.room.thruwall) <= threads, 10, "no thread left behind")


@tap.test("what is played at PipeWire's ports, in and out, arrives as it was played")
def carries():
    with two_rooms() as (studio, live):
        studio.recorder = midi.Recorder(studio.room, "synth")
        live.player = midi.Player(live.room, "keys")
        live.wait_for_device(studio, studio.recorder.device)
        studio.wait_for_device(live, live.player.device)
        live.room.command("connect", live.source, studio.destination)
        live.wait_for_route(live.source, studio.destination)
        story.hold_chord(studio.player, live.recorder)
        story.release_chord(studio.player)
        story.check_balanced(live.recorder)
        story.hold_chord(live.player, studio.recorder)
        live.kill()
        story.check_balanced(studio.recorder)


if __name__ == "__main__":
    tap.main()
