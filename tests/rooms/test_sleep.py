#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computers that go to sleep in the middle of a chord, and wake: with a logind that waits for Thruwall, and with others."""

import contextlib
import os
import signal
import subprocess
import time

import midi
import story
import tap
from lab import HERE, PYTHON, Lab, wait_for
from story import Seat


class Logind:
    """logind.py in a room."""

    def __init__(self, room, manner="works"):
        self.process = room.start(PYTHON, "-u", os.path.join(HERE, "logind.py"), manner, name="logind", stdin=subprocess.PIPE)
        self.wait_for("ready")

    def say(self, word):
        self.process.say(word)

    def times(self, words):
        return [float(line.split(" ", 1)[0]) for line in self.process.lines() if line.partition(" ")[2].startswith(words)]

    def wait_for(self, words, count=1, seconds=10):
        """Returns when it said so for the so-many-th time."""
        return wait_for(lambda: self.times(words)[count - 1:], seconds, f"logind's {count}. “{words}”")[0]


class Computer:
    """A seat whose computer can sleep."""

    def __init__(self, seat, manner="works"):
        self.seat = seat
        self.logind = Logind(seat.room, manner)

    def sleep(self):
        """Returns when logind let it sleep."""
        count = len(self.logind.times("asleep")) + 1
        self.logind.say("sleep")
        return self.logind.wait_for("asleep", count)

    def freeze(self):
        self.seat.room.link_down()
        self.seat.room.thruwall.signal(signal.SIGSTOP)

    def wake(self):
        self.seat.room.thruwall.signal(signal.SIGCONT)
        self.seat.room.link_up()
        self.logind.say("wake")


@contextlib.contextmanager
def two_rooms(manner="works"):
    """A keyboard and a synth in each; routes both ways, and one within the room that will sleep."""
    with Lab() as lab:
        studio = Seat(lab, "a", "Studio").add_player("keys").add_recorder("desk")
        computer = Computer(studio, manner)
        studio.start()
        live = Seat(lab, "b", "Live room").add_player("pads").add_recorder("synth").start()
        studio.wait_for_device(live, live.recorder.device)
        for source, destination in ((studio.source, live.destination), (studio.source, studio.destination),
                                    (live.source, studio.destination)):
            studio.room.command("connect", source, destination)
        all_connected(studio, live)
        yield computer, studio, live


def all_connected(studio, live, seconds=10):
    for seat in (studio, live):
        seat.wait_for_route(studio.source, live.destination, seconds=seconds)
        seat.wait_for_route(live.source, studio.destination, seconds=seconds)


def last_time(recorder):
    return float(recorder.process.lines()[-1].split(" ")[0])


@tap.test("before the computer sleeps all is released here and in the other room, which says that it sleeps; then all comes back")
def sleep_and_wake():
    with two_rooms() as (computer, studio, live):
        computer.logind.wait_for("held Thruwall")
        story.hold_chord(studio.player, live.recorder)
        wait_for(lambda: studio.recorder.sounding() == story.CHORD_SOUNDS, 5, "the chord at home")
        begin = time.monotonic()
        asleep = computer.sleep()
        story.check_balanced(live.recorder, 1)
        story.check_balanced(studio.recorder, 1)
        for recorder in (live.recorder, studio.recorder):
            tap.check(begin <= last_time(recorder) <= asleep, "silence came before the computer slept")
        tap.remark(f"asleep {asleep - begin:.3f} s after it was said")
        tap.check("is asleep" in wait_for(lambda: live.room.room_in_status("Studio")["reason"], 5, "a reason"),
                  "the other room says that it sleeps")

        # A key that is pressed in the last moment would hang for as long as the computer sleeps.
        studio.recorder.forget()
        studio.player.play(bytes([0x90, 50, 1]))
        computer.freeze()
        time.sleep(1.5)
        tap.check("is asleep" in live.room.room_in_status("Studio")["reason"], "it still says that it sleeps")
        tap.check_equal(studio.recorder.messages(), [], "what was played in the last moment")

        computer.wake()
        woke = time.monotonic()
        all_connected(studio, live, story.BACK_WITHIN)
        tap.remark(f"back after {time.monotonic() - woke:.2f} s")
        story.release_chord(studio.player)
        story.plays_through(studio.player, live.recorder)
        story.plays_through(live.player, studio.recorder)
        computer.logind.wait_for("held Thruwall", 2)


@tap.test("the computer sleeps in time though the network does not answer, and a logind that hangs or refuses costs nothing else")
def no_answer():
    with two_rooms() as (computer, studio, live):
        computer.logind.wait_for("held Thruwall")
        story.hold_chord(studio.player, studio.recorder)
        studio.room.run("nft", "add table inet t; add chain inet t o { type filter hook output priority 0; policy accept; }; "
                               "add rule inet t o oifname eth0 drop")
        begin = time.monotonic()
        tap.check(computer.sleep() - begin < 1.5, "it did not wait")
        story.check_balanced(studio.recorder, 1)
        studio.room.run("nft", "delete table inet t")
        computer.logind.say("wake")
        all_connected(studio, live)
        computer.logind.wait_for("held Thruwall", 2)

        for count, manner in enumerate(("refuses", "hangs"), 1):
            computer.logind.process.stop()
            computer.logind = Logind(studio.room, manner)
            computer.logind.wait_for("refused" if manner == "refuses" else "held nobody")
            story.release_chord(studio.player)
            story.hold_chord(studio.player, live.recorder)
            computer.sleep()
            story.check_balanced(live.recorder, 2)
            computer.wake()
            all_connected(studio, live)
            tap.remark(f"logind that {manner}: fine ({count})")
        tap.check_equal(midi.sounding(live.recorder.messages()), set(), "what sounds")


@tap.test("where nobody tells of sleep, a computer that was frozen is back within 5 s")
def no_logind():
    with two_rooms() as (computer, studio, live):
        computer.logind.process.stop()
        studio.room.stop_dbus()
        story.hold_chord(studio.player, live.recorder)
        computer.freeze()
        story.check_balanced(live.recorder)
        studio.room.thruwall.signal(signal.SIGCONT)
        studio.room.link_up()
        all_connected(studio, live, story.BACK_WITHIN)
        story.release_chord(studio.player)
        story.plays_through(studio.player, live.recorder)


if __name__ == "__main__":
    tap.main()
