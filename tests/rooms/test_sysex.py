#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long System Exclusive between two rooms: whole, beside notes that are not held up, at an instrument's pace, and broken off."""

import contextlib
import subprocess

import midi
import story
import tap
from lab import Lab, wait_for
from story import Seat

MIB = 1024 * 1024


@contextlib.contextmanager
def two_rooms(*synth_options, display=False):
    """A keyboard that can send dumps in one room, a synthesizer and a sampler in the other."""
    with Lab() as lab:
        studio = Seat(lab, "a", "Studio", display).add_player("keys")
        dumper = midi.Player(studio.room, "dumper")
        studio.start()
        live = Seat(lab, "b", "Live room", display).add_recorder("synth")
        sampler = midi.Recorder(live.room, "sampler", *synth_options)
        live.start()
        studio.wait_for_device(live, live.recorder.device)
        studio.wait_for_device(live, sampler.device)
        live.wait_for_device(studio, studio.player.device)
        live.wait_for_device(studio, dumper.device)
        route(studio, studio.source, live.destination)
        route(studio, f"Studio/{dumper.device}", f"Live room/{sampler.device}")
        yield studio, live, dumper, sampler


def route(studio, source, destination):
    studio.room.command("connect", source, destination)
    studio.wait_for_route(source, destination)


def transfers(seat):
    return seat.room.status()["transfers"]


@tap.test("1 MiB arrives unchanged, and the notes of another route are not held up by it")
def a_mebibyte():
    with two_rooms() as (studio, live, dumper, sampler):
        notes = [bytes([(0x90, 0x80)[index % 2], index // 2 % 100, 100]) for index in range(4000)]
        dump = midi.sysex(MIB)
        live.recorder.forget()
        dumper.play(dump)
        studio.player.play(*notes)
        wait_for(lambda: len(sampler.octets()) >= MIB, 60, "the dump")
        tap.check_equal(sampler.octets() == dump, True, "the dump is unchanged")
        wait_for(lambda: len(live.recorder.octets()) >= 3 * len(notes), 60, "the notes")
        # None that was later than 250 ms would have been played.
        story.compare(live.recorder.messages(), notes)


@tap.test("a message of one octet more is dropped whole, and what comes after it is played")
def too_long():
    with two_rooms() as (_, _, dumper, sampler):
        dumper.play(midi.sysex(MIB + 1), bytes([0x90, 60, 100]))
        wait_for(lambda: sampler.octets() == bytes([0x90, 60, 100]), 30, "the note, and nothing else")


@tap.test("an instrument gets it at the pace of a cable, both rooms show how far it is, and one that is cancelled ends")
def cancelled():
    with two_rooms("hardware") as (studio, live, dumper, sampler):
        dumper.play(bytes([0x90, 60, 100]))
        wait_for(lambda: sampler.sounding() == {(0, 60)}, 5, "a note that sounds")
        dumper.play(midi.sysex(30000))
        for seat in (live, studio):
            shown = wait_for(lambda seat=seat: transfers(seat), 5, f"the message as {seat.name} shows it")[0]
            tap.check_equal((shown["to"], shown["length"]), (f"Live room/{sampler.device}", 30000), "what is shown")
        tap.check_equal(sampler.octets()[:6], bytes([0x90, 60, 100, 0x80, 60, 64]), "the note ends first")
        wait_for(lambda: transfers(studio)[0]["sent"] > 6000, 10, "progress in the other room")
        tap.check(len(sampler.octets()) < 20000, "no faster than a cable")
        studio.room.command("cancel-sysex", f"Live room/{sampler.device}")
        for seat in (live, studio):
            wait_for(lambda seat=seat: transfers(seat) == [], 5, f"the end as {seat.name} shows it")
        dumper.play(bytes([0x90, 61, 100]))
        wait_for(lambda: sampler.octets().endswith(bytes([0xF7, 0x90, 61, 100])), 5, "F7, and then the next note")
        with contextlib.suppress(subprocess.CalledProcessError):
            tap.remark(live.room.command("status"))


if __name__ == "__main__":
    tap.main()
