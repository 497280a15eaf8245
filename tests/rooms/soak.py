#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rooms that play to each other for hours, while something goes wrong again and again.

Usage: soak.py HOURS [--seed N] [--faults-every FROM TO]

200 messages a second each way, System Exclusive every 10 s, a random fault every 20 to 60 s. Each minute the musicians pause, and
a line says whether anything still sounds, and what each program takes of memory, descriptors and threads. The exit status is 0
only when nothing sounded in any pause and none of these grows.
"""

import argparse
import random
import sys
import time

import fault_kinds
import lab
import midi
from fault_kinds import Stage
from lab import Lab, LabError, wait_for
from performance import Phrase, descriptors, resident_kib, threads

NOTES_PER_SECOND = 100      # two messages each, in each direction
SYSEX_EVERY = 10            # seconds
SYSEX_OCTETS = 2000
FAULTS_EVERY = (20, 60)     # seconds
MINUTE = 60                 # seconds between two pauses
BACK_WITHIN = 20            # seconds: later, the route is lost
SILENT_WITHIN = 4           # seconds after the last key was let go
WARM_UP = 2                 # minutes in which caches fill
GROWTH_KIB = 2048           # of memory, from then to the end
SPARE = 2                   # descriptors, threads: what comes and goes with a link that is being made
HEADING = ("minute", "faults", "still sounds", "late", "memory here, there", "descriptors", "threads", "verdict")


class Program:
    """What Thruwall in a room takes, and took when it had warmed up."""

    def __init__(self, seat):
        self.seat = seat
        self.first = self.now = (0, 0, 0)

    def look(self, minute):
        """Says what stands against it."""
        thruwall = self.seat.room.thruwall
        if not thruwall.is_running():
            return [f"Thruwall in {self.seat.name} ended with status {thruwall.popen.returncode}"]
        self.now = (resident_kib(thruwall.pid), descriptors(thruwall.pid), threads(thruwall.pid))
        if minute <= WARM_UP:
            self.first = self.now
        rows = zip(("KiB", "descriptors", "threads"), (GROWTH_KIB, SPARE, SPARE), self.first, self.now)
        return [f"{self.seat.name} has {now} {what}, {first} before" for what, limit, first, now in rows if now > first + limit]


class Soak:
    def __init__(self, stage, seed, faults_every):
        self.stage, self.faults_every = stage, faults_every
        self.random = random.Random(seed)
        self.faults = [fault for fault in fault_kinds.faults() if not fault.in_table_only]
        self.programs = [Program(seat) for seat in (stage.here, stage.there)]
        self.next_fault = time.monotonic() + self.random.uniform(*self.faults_every)
        self.next_sysex = 0
        self.bad_minutes = 0

    def run(self, hours):
        print(f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}", flush=True)
        end = time.monotonic() + hours * 3600
        minute = 0
        while minute == 0 or time.monotonic() < end and self.both_run():
            minute += 1
            self.play_minute(minute)
        return self.bad_minutes == 0

    def both_run(self):
        return all(program.seat.room.thruwall.is_running() for program in self.programs)

    def play_minute(self, minute):
        begin, happened, problems = time.monotonic(), [], []
        phrase = Phrase(self.stage.parts, NOTES_PER_SECOND)
        try:
            while time.monotonic() < begin + MINUTE:
                self.play_on(happened)
        except LabError as error:
            problems.append(str(error).replace("\n", " ")[:200])
        finally:
            phrase.stop()
        for part in self.stage.parts:
            part.let_go()
        problems += self.wait_for_silence()
        self.report(minute, begin, happened, problems)
        for part in self.stage.parts:
            part.forget()

    def play_on(self, happened):
        now = time.monotonic()
        if now >= self.next_sysex:
            self.next_sysex = now + SYSEX_EVERY
            for part in self.stage.parts:
                part.play(midi.sysex(SYSEX_OCTETS))
        if now >= self.next_fault:
            fault = self.random.choice(self.faults)
            happened.append(fault.name)
            self.suffer(fault)
            self.next_fault = time.monotonic() + self.random.uniform(*self.faults_every)
        time.sleep(0.1)

    def suffer(self, fault):
        for part in self.stage.parts:
            part.hold_chord()
        fault.begin(self.stage)
        time.sleep(fault.seconds)
        begin = time.monotonic()
        begin = fault.end(self.stage) or begin
        wait_for(lambda: all(part.first_note_since(begin) for part in self.stage.parts), BACK_WITHIN,
                 f"music after “{fault.name}”")

    def wait_for_silence(self):
        for part in self.stage.parts:
            try:
                wait_for(part.ear.is_silent, SILENT_WITHIN, "silence")
            except LabError:
                yield f"{len(part.ear.held)} hang in {part.recorder_seat.name}: {sorted(part.ear.held, key=str)[:4]}"

    def report(self, minute, begin, happened, problems):
        for program in self.programs:
            problems += program.look(minute)
        self.bad_minutes += bool(problems)
        late = sum(len(part.late_notes(begin)) for part in self.stage.parts)
        held = sum(len(part.ear.held) for part in self.stage.parts)
        memory, files, tasks = (", ".join(str(program.now[index]) for program in self.programs) for index in range(3))
        print(f"| {minute} | {', '.join(happened) or '–'} | {held or 'nothing'} | {late} | {memory} KiB | {files} | {tasks} | "
              f"{'**' + '; '.join(problems) + '**' if problems else 'holds'} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("hours", type=float)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--faults-every", type=float, nargs=2, default=FAULTS_EVERY, metavar=("FROM", "TO"), help="seconds")
    arguments = parser.parse_args()
    lab.enter()
    print(f"Seed {arguments.seed}\n", flush=True)
    with Lab() as rooms:
        soak = Soak(Stage(rooms), arguments.seed, arguments.faults_every)
        holds = soak.run(arguments.hours)
    print(f"\n{soak.bad_minutes} minutes against the promises", flush=True)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
