#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rooms that play to each other for hours, while something goes wrong again and again.

Usage: soak.py HOURS [--accelerated] [--seed N]

200 messages a second each way, System Exclusive every 10 s, a random fault every 20 to 60 s. Each minute the musicians pause, and
a line says whether anything still sounds, whether notes came late, and what each program takes of memory, descriptors and
threads. --accelerated: all comes ten times as often, and a minute lasts six seconds, so that HOURS are over in a tenth of the
time; only the messages are five times as many, for a MIDI cable carries no more. The exit status is 0 only when nothing sounded
in any pause, no note was late and none of the others grew.
"""

import argparse
import dataclasses
import random
import sys
import time

import fault_kinds
import lab
import midi
from fault_kinds import Stage
from lab import Lab, LabError, wait_for
from performance import Phrase, Pulse, descriptors, resident_kib, threads

SYSEX_OCTETS = 2000
BACK_WITHIN = 20            # seconds: later, the route is lost
SILENT_WITHIN = 4           # seconds after the last key was let go
WARM_UP = 2                 # minutes of a program's life in which its caches fill
GROWTH_KIB = 2048           # of memory, from then to its end
SPARE = 2                   # descriptors, threads: what comes and goes with a link that is being made
HEADING = ("minute", "faults", "still sounds", "late notes", "memory here, there", "descriptors", "threads", "verdict")


@dataclasses.dataclass
class Pace:
    notes_per_second: int = 100     # two messages each, in each direction
    sysex_every: float = 10         # seconds
    fault_every: tuple = (20, 60)   # seconds
    minute: float = 60              # seconds between two pauses
    fault_seconds_max: float = 60   # faults that last longer are left out


ACCELERATED = Pace(500, 1, (2, 6), 6, 3)
FASTER = 10


class Program:
    """What Thruwall in a room takes, and took when it had warmed up."""

    def __init__(self, seat):
        self.seat = seat
        self._pid = None
        self._minutes = 0
        self._first = self.now = (0, 0, 0)

    def look(self):
        """Says what stands against it."""
        thruwall = self.seat.room.thruwall
        if not thruwall.is_running():
            return [f"Thruwall in {self.seat.name} ended with status {thruwall.popen.returncode}"]
        if self._pid != thruwall.pid:
            self._pid, self._minutes = thruwall.pid, 0
        self._minutes += 1
        self.now = (resident_kib(thruwall.pid), descriptors(thruwall.pid), threads(thruwall.pid))
        if self._minutes <= WARM_UP:
            self._first = self.now
        rows = zip(("KiB", "descriptors", "threads"), (GROWTH_KIB, SPARE, SPARE), self._first, self.now)
        return [f"{self.seat.name} has {now} {what}, {first} before" for what, limit, first, now in rows if now > first + limit]


class Soak:
    def __init__(self, stage, seed, pace=Pace()):
        self.stage, self.pace = stage, pace
        self.bad_minutes = self.n_faults = 0
        self._random = random.Random(seed)
        self._faults = [fault for fault in fault_kinds.faults()
                        if not fault.in_table_only and fault.seconds <= pace.fault_seconds_max]
        self._left = []
        self._pulse = Pulse()
        self._programs = [Program(seat) for seat in (stage.here, stage.there)]
        self._next_fault = time.monotonic() + self._random.uniform(*pace.fault_every)
        self._next_sysex = 0

    def run(self, seconds):
        print(f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}", flush=True)
        end = time.monotonic() + seconds
        minute = 0
        while minute == 0 or time.monotonic() < end and self._both_run():
            minute += 1
            self._play_minute(minute)

    def _both_run(self):
        return all(program.seat.room.thruwall.is_running() for program in self._programs)

    def _play_minute(self, minute):
        begin, happened, problems = time.monotonic(), [], []
        phrase = Phrase(self.stage.parts, self.pace.notes_per_second)
        try:
            while time.monotonic() < begin + self.pace.minute:
                self._play_on(happened)
        except LabError as error:
            problems.append(str(error).replace("\n", " ")[:200])
        finally:
            phrase.stop()
        for part in self.stage.parts:
            part.let_go()
        problems += self._wait_for_silence()
        self._report(minute, begin, happened, problems)
        for part in self.stage.parts:
            part.forget()

    def _play_on(self, happened):
        now = time.monotonic()
        if now >= self._next_sysex:
            self._next_sysex = now + self.pace.sysex_every
            for part in self.stage.parts:
                part.play(midi.sysex(SYSEX_OCTETS))
        if now >= self._next_fault:
            fault = self._choose()
            happened.append(fault.name)
            self._suffer(fault)
            self._next_fault = max(now + self._random.uniform(*self.pace.fault_every), time.monotonic())
        time.sleep(0.1)

    def _choose(self):
        """At random, but each comes once before any comes again."""
        if not self._left:
            self._left = self._random.sample(self._faults, len(self._faults))
        return self._left.pop()

    def _suffer(self, fault):
        self.n_faults += 1
        for part in self.stage.parts:
            part.hold_chord()
        fault.begin(self.stage)
        time.sleep(fault.seconds)
        begin = time.monotonic()
        begin = fault.end(self.stage) or begin
        wait_for(lambda: all(part.first_note_since(begin) for part in self.stage.parts), BACK_WITHIN,
                 f"music after “{fault.name}”")

    def _wait_for_silence(self):
        for part in self.stage.parts:
            try:
                wait_for(part.ear.is_silent, SILENT_WITHIN, "silence")
            except LabError:
                yield f"{len(part.ear.held)} hang in {part.recorder_seat.name}: {sorted(part.ear.held, key=str)[:4]}"

    def _report(self, minute, begin, happened, problems):
        for program in self._programs:
            problems += program.look()
        late = [delay for part in self.stage.parts for delay in part.late_notes(begin, self._pulse)]
        if late:
            problems.append(f"notes came up to {max(late):.2f} s late")
        self.bad_minutes += bool(problems)
        held = sum(len(part.ear.held) for part in self.stage.parts)
        memory, files, tasks = (", ".join(str(program.now[index]) for program in self._programs) for index in range(3))
        print(f"| {minute} | {', '.join(happened) or '–'} | {held or 'nothing'} | {len(late)} | {memory} KiB | {files} | {tasks} | "
              f"{'**' + '; '.join(problems) + '**' if problems else 'holds'} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("hours", type=float)
    parser.add_argument("--accelerated", action="store_true", help="all ten times as often, in a tenth of the time")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    lab.enter()
    print(f"Seed {arguments.seed}\n", flush=True)
    with Lab() as rooms:
        soak = Soak(Stage(rooms), arguments.seed, ACCELERATED if arguments.accelerated else Pace())
        soak.run(arguments.hours * 3600 / (FASTER if arguments.accelerated else 1))
    print(f"\n{soak.n_faults} faults, {soak.bad_minutes} minutes against the promises", flush=True)
    return 1 if soak.bad_minutes else 0


if __name__ == "__main__":
    sys.exit(main())
