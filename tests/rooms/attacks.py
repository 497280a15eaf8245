#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rooms that play to each other while a third host attacks the one with the window, and what is felt of it.

Usage: attacks.py [PART OF AN ATTACK'S NAME…]

Prints a Markdown table, for each attack before it and meanwhile: the longest that the window drew nothing, and that its main
thread did not answer; how late the notes came (99 of 100 were quicker); what the program took of memory and descriptors. On a
machine that others use, too, all takes longer, so the last column says how many times as long a bit of work took at worst, and
the promises are judged by that. The exit status is 0 only when all of them hold.
"""

import argparse
import dataclasses
import json
import os
import resource
import sys
import time
from typing import List

import lab
import midi
from lab import HERE, PYTHON, Lab, LabError, wait_for
from performance import Part, Phrase, descriptors, resident_kib
from story import Seat

FRAME_GAP = 0.1          # seconds: the promises
NOTES_LATER = 0.002
GROWTH_KIB = 16 * 1024
BACK = 5                 # seconds until somebody who means well is let in again
RATE = 50                # notes a second, each way
CALM, ATTACK = 8, 12     # seconds
SOURCES = 16             # addresses of the attacker, who needs new ones each time, for the old are ignored
SPARE = 3                # descriptors that are left, where they run out
HEADING = ("attack", "what it did", "no frame for", "no answer for", "99 % of notes within", "memory", "descriptors",
           "slower machine", "verdict")


@dataclasses.dataclass
class Attack:
    name: str
    kind: str                # of attacker.py
    many: bool = False       # comes from many addresses
    starve: bool = False     # while hardly any descriptors are left


ATTACKS = (
    Attack("2,000 idle connections", "idle"),
    Attack("2,000 idle connections from 16 addresses", "idle", many=True),
    Attack("1,000 connections a second", "storm"),
    Attack("500 slow speakers", "slow", many=True),
    Attack("random octets", "garbage", many=True),
    Attack("half frames", "half_frames", many=True),
    Attack("rooms that come and go", "come_and_go", many=True),
    Attack("50,000 messages a second", "flood"),
    Attack("System Exclusive of 10 MiB", "long_sysex"),
    Attack("System Exclusive without an end", "open_sysex"),
    Attack("ever new lists of devices and routes", "lists"),
    Attack("pings, and their answers never read", "never_read"),
    Attack("500 announced rooms that are not there", "announce", many=True),
    Attack("no descriptors left", "idle", many=True, starve=True),
)


@dataclasses.dataclass
class Measure:
    """Of one while."""

    frame: float      # seconds
    answer: float
    notes: float
    memory_kib: int
    descriptors: int
    slower: float     # times, the machine


def longest(times, begin, end):
    inside = [begin, *(when for when in times if begin < when < end), end]
    return max(after - before for before, after in zip(inside, inside[1:]))


class Follower:
    """The lines of numbers that a process writes."""

    def __init__(self, process):
        self.process = process
        wait_for(lambda: "ready" in process.lines() or not process.is_running(), 10, process.name)
        if not process.is_running():
            raise LabError(f"{process.name}: {process.output().strip()}")

    def since(self, begin):
        lines = self.process.output().rpartition("\n")[0].splitlines()
        rows = [tuple(map(float, line.split())) for line in lines if line[:1].isdigit()]
        return [row for row in rows if row[0] >= begin]


class Stage:
    """Two rooms with a route each way, the first of them in a window, and a room full of harm."""

    def __init__(self, lab_):
        self.studio = self._seat(lab_, "studio", "Studio", display=True)
        self.live = self._seat(lab_, "live", "Live room")
        self.sink = midi.Sink(self.studio.room, "sink")
        self.harm = lab_.add_room("harm")
        self.parts = (Part(self.live, self.studio), Part(self.studio, self.live))
        for seat in (self.studio, self.live):
            seat.start()
        for part in self.parts:
            source, destination = part.player_seat, part.recorder_seat
            source.wait_for_device(destination, destination.recorder.device)
            source.room.command("connect", source.source, destination.destination)
        for part in self.parts:
            part.player_seat.wait_for_route(part.player_seat.source, part.recorder_seat.destination)
        wait_for(lambda: self.studio.device_is_online("Studio", self.sink.device), 10, "the sink")
        self.addresses = (f"10.77.{lab_.net}.{number}" for number in range(10, 255))
        probe = os.path.join(HERE, "window_probe.py")
        self.frames, self.answers, self.machine = (Follower(self.studio.room.start(PYTHON, "-u", probe, kind, name=kind))
                                                   for kind in ("frames", "answers", "machine"))
        self.phrase = Phrase(self.parts, RATE)

    @staticmethod
    def _seat(lab_, host, name, display=False):
        return Seat(lab_, host, name, display).add_player("keys", at_once=True).add_recorder("synth")

    def sources(self, count):
        """So many new addresses of the attacker."""
        addresses = [next(self.addresses) for _ in range(count)]
        for address in addresses:
            self.harm.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
        return addresses

    @property
    def pid(self):
        return self.studio.room.thruwall.pid

    def check(self):
        for seat in (self.studio, self.live):
            thruwall = seat.room.thruwall
            if not thruwall.is_running():
                raise LabError(f"Thruwall in {seat.name} ended with status {thruwall.popen.returncode}: {thruwall.output()[-300:]}")

    def measure(self, begin, end, memory_kib, files):
        answers = self.answers.since(begin)
        frames = [when for when, in self.frames.since(begin)]
        delays = sorted(delay for part in self.parts for _, delay in part.note_delays(begin, end))
        if len(delays) < 1.8 * (end - begin) * RATE:
            raise LabError(f"only {len(delays)} notes came in {end - begin:.0f} s")
        return Measure(longest(frames, begin, end), max((took for _, took in answers), default=end - begin),
                       delays[len(delays) * 99 // 100], memory_kib, files,
                       max((times for _, times in self.machine.since(begin)), default=1))

    def watch(self, seconds):
        """Looks on for a while."""
        begin = time.monotonic()
        memory, files = 0, 0
        while time.monotonic() < begin + seconds:
            time.sleep(0.2)
            self.check()
            memory = max(memory, resident_kib(self.pid))
            files = max(files, descriptors(self.pid))
        time.sleep(0.1)
        return self.measure(begin, begin + seconds, memory, files)

    def starve(self, limit):
        """As many descriptors as are open now and some; or, without @limit, as many as there were."""
        soft, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (limit or hard, hard))
        return soft

    def stop(self):
        self.phrase.stop()


@dataclasses.dataclass
class Row:
    attack: Attack
    before: Measure
    during: Measure
    did: str
    broken: List[str]

    def cells(self):
        def pair(name):
            return f"{getattr(self.before, name) * 1000:.0f} → {getattr(self.during, name) * 1000:.0f} ms"
        return (self.attack.name, self.did, pair("frame"), pair("answer"),
                f"{self.before.notes * 1000:.1f} → {self.during.notes * 1000:.1f} ms",
                f"{self.during.memory_kib - self.before.memory_kib:+} KiB", str(self.during.descriptors),
                f"{self.before.slower:.1f} → {self.during.slower:.1f} ×",
                "**" + "; ".join(self.broken) + "**" if self.broken else "holds")

    def line(self):
        return f"| {' | '.join(self.cells())} |"


def judge(before, during, notes_later):
    """What stands against the promises."""
    slower = max(1, during.slower)
    broken = []
    for what, value in (("frame", during.frame), ("answer", during.answer)):
        if value > FRAME_GAP * slower:
            broken.append(f"{value * 1000:.0f} ms without {what}")
    if during.notes > max(1, slower / before.slower) * before.notes + notes_later * slower:
        broken.append(f"notes {(during.notes - before.notes) * 1000:.1f} ms later")
    if during.memory_kib > before.memory_kib + GROWTH_KIB:
        broken.append(f"{(during.memory_kib - before.memory_kib) / 1024:.0f} MiB more memory")
    return broken


class Siege:
    """Attacks one after the other, each for so many seconds."""

    def __init__(self, stage, seconds=ATTACK, notes_later=NOTES_LATER):
        self.stage, self.seconds, self.notes_later = stage, seconds, notes_later

    def attack(self, attack, before):
        stage = self.stage
        if attack.starve:
            stage.starve(descriptors(stage.pid) + SPARE)
        attacker = stage.harm.start(PYTHON, "-u", os.path.join(HERE, "attacker.py"), attack.kind, stage.studio.room.address,
                                    str(self.seconds), "--from", *stage.sources(SOURCES if attack.many else 1),
                                    name="attacker")
        during = stage.watch(self.seconds)
        if attacker.wait(20) != 0:
            raise LabError(f"the attacker failed: {attacker.output()}")
        did = json.loads(attacker.lines()[-1])
        if attack.starve:
            stage.starve(None)
        row = Row(attack, before, during, ", ".join(f"{count:,} {what}" for what, count in did.items()),
                  judge(before, during, self.notes_later))
        row.broken += self.come_back()
        return row

    def come_back(self):
        """Who means well is let in: the other room, when its program was killed and is started anew."""
        live = self.stage.live
        live.kill()
        live.start(wait=False)
        started = time.monotonic()
        parts = self.stage.parts
        try:
            wait_for(lambda: all(part.first_note_since(started) for part in parts), 4 * BACK, "music")
        except LabError as error:
            return [f"after it: {error}"]
        took = max(part.first_note_since(started) for part in parts) - started
        return [f"the other room was back only after {took:.1f} s"] if took > BACK else []


def try_all(attacks):
    rows = []
    print(f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}", flush=True)
    with Lab() as lab_:
        stage = Stage(lab_)
        try:
            siege = Siege(stage)
            time.sleep(2)
            for attack in attacks:
                rows.append(siege.attack(attack, stage.watch(CALM)))
                print(rows[-1].line(), flush=True)
        finally:
            stage.stop()
    broken = sum(bool(row.broken) for row in rows)
    print(f"\n{len(rows)} attacks, {broken} against the promises", flush=True)
    return rows and not broken


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", help="only the attacks with one of these in their name")
    arguments = parser.parse_args()
    lab.enter()
    chosen = [attack for attack in ATTACKS
              if not arguments.names or any(name in attack.name for name in arguments.names)]
    return 0 if try_all(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
