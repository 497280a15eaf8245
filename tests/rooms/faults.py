#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong between two rooms, while they play and while they are idle, and how long it is felt.

Usage: faults.py [--quick] [PART OF A FAULT'S NAME…]

Prints a Markdown table and what it says against the promises; that of all faults becomes FAULTS.md beside this file. The exit
status is 0 only when all promises hold.
"""

import argparse
import contextlib
import dataclasses
import os
import platform
import sys
import time
from typing import List, Optional

import fault_kinds
import lab
from lab import HERE, Lab, LabError, wait_for
from performance import Phrase, Pulse, resident_kib

BACK = 5              # seconds, the promise for a route once both ends can be reached again
BACK_GIVEN_UP = 20
LET_GO = 1.5          # after the last key was let go, everything is silent
PAUSE = 0.5           # without a note, where nothing may be felt
HEADING = ("fault", "while", "silent there", "silent here", "back", "late notes", "latest note", "memory", "verdict")
TABLE = os.path.join(HERE, "FAULTS.md")
INTRODUCTION = """# What is felt when something goes wrong

Two rooms play to each other, or are idle, and something goes wrong in one of them (“here”), in the other (“there”) or between
them. Each row is measured with the whole program in each room, on real sockets, avahi-daemon, D-Bus and JACK. `./dev faults`
writes this table anew; {quick} of its rows run with every `./dev test`.

- **silent**: so long after the fault, or after the return of a room that was away (“from its return”), the last note and pedal
  was released in that room. Behind “of” stands the promise. “–”: nothing is held, or the room's instruments went with it.
- **back**: so long after all could be reached again, music came out in both rooms. The promise is {back} s.
- **late notes**: those that were played although they were older than 0.25 s. The promise is none: what is that old is left out.
- **latest note**: how long after its key the latest of all notes was heard, the way of both instruments included.
- **memory**: what the larger of both programs grew by. At most 1 MiB, and 4 where System Exclusive waits for a room:
  up to 2 MiB of it are kept until the route ends, and the C library keeps that memory for the next time. It is no leak: four
  times in a row the program had 121.8, then 124.3, 124.6, 122.6 and 124.6 MiB, and 2.0 less when the library was told to give
  back what it kept.

Measured on {date} with Linux {kernel} on {processors} processors, which other programs used, too. What a stall of the computer
itself adds to a time is measured beside it and does not count against a promise.
"""


@dataclasses.dataclass
class Row:
    fault: fault_kinds.Fault
    plays: bool
    there: Optional[float] = None     # seconds that something hung
    here: Optional[float] = None
    back: Optional[float] = None
    late: Optional[int] = None
    latest: Optional[float] = None    # seconds
    growth_kib: Optional[int] = None
    broken: List[str] = dataclasses.field(default_factory=list)

    def hold(self, what, value, limit, away=0):
        """@away: seconds of this while in which the computer itself stood still."""
        if value is not None and limit is not None and value > limit + away:
            self.broken.append(f"{what}: {value:.3g} instead of {limit:g}")

    def cells(self):
        def seconds(value):
            return "–" if value is None else f"{value:.2f} s"

        def silent(value, limit, from_end):
            return "–" if value is None else f"{value:.2f} of {limit:g} s" + (" from its return" if from_end else "")
        fault = self.fault
        return (fault.name, "playing" if self.plays else "idle", silent(self.there, fault.there, fault.there_from_end),
                silent(self.here, fault.here, fault.here_from_end), seconds(self.back),
                "–" if self.late is None else str(self.late), seconds(self.latest),
                "–" if self.growth_kib is None else f"{self.growth_kib:+} KiB",
                "**" + "; ".join(self.broken) + "**" if self.broken else "holds")

    def line(self):
        return f"| {' | '.join(self.cells())} |"


class Trial:
    """One fault, while the rooms play or are idle."""

    def __init__(self, fault, plays, pulse):
        self.fault, self.plays, self.pulse = fault, plays, pulse
        self.stage = None
        self.row = Row(fault, plays)
        self.phrase = None

    def run(self, stage):
        row = self.row
        self.stage = stage
        for seat in (stage.here, stage.there):
            seat.room.wait_for_thruwall()
        sizes = self.sizes()
        if self.plays:
            self.play()
        started = time.monotonic()
        happened = self.fault.begin(stage) or started
        time.sleep(max(0, started + self.fault.seconds - time.monotonic()))
        mended = time.monotonic()
        mended = self.fault.end(stage) or mended
        if not self.plays:
            self.play()
        self.wait_until_back(mended)
        ended = time.monotonic()
        if self.plays:
            self.judge_sound(happened, mended, ended)
        self.let_go()
        if self.fault.clear is not None:
            self.fault.clear(stage)
        if stage.links() != 1:
            row.broken.append(f"{stage.links()} links")
        self.judge_notes(started)
        grown = [after - sizes[pid] for pid, after in self.sizes().items() if pid in sizes]
        row.growth_kib = max(grown, default=None)
        row.hold("memory in KiB", row.growth_kib, self.fault.growth_kib)

    def sizes(self):
        programs = [seat.room.thruwall for seat in (self.stage.here, self.stage.there)]
        for program in programs:
            if not program.is_running():
                raise LabError(f"Thruwall ended with status {program.popen.returncode}: {program.output()[-200:]}")
        return {program.pid: resident_kib(program.pid) for program in programs}

    def play(self):
        begin = time.monotonic()
        self.phrase = Phrase(self.stage.parts)
        if self.plays:
            for part in self.stage.parts:
                part.hold_chord()
            wait_for(lambda: self.all_heard(begin + 0.3), 5, "the phrase")

    def all_heard(self, since):
        return all(part.first_note_since(since) for part in self.stage.parts)

    def wait_until_back(self, mended):
        try:
            wait_for(lambda: self.all_heard(mended), BACK_GIVEN_UP + mended - time.monotonic(), "music")
        except LabError:
            ways = [f"to {part.recorder_seat.name}" for part in self.stage.parts if not part.first_note_since(mended)]
            self.row.broken.append(f"nothing plays {' and '.join(ways)} after {BACK_GIVEN_UP} s")
            return
        back = max(part.first_note_since(mended) for part in self.stage.parts)
        self.row.back = back - mended
        self.row.hold("back", self.row.back, BACK, self.pulse.away(mended, back))

    def judge_sound(self, started, mended, ended):
        stage, fault, row = self.stage, self.fault, self.row
        if fault.unbroken:
            if not all(part.is_unbroken(started, ended) for part in stage.parts):
                row.broken.append("what was held was cut off")
            for part in stage.parts:
                begin, end = part.longest_pause(started, ended)
                row.hold("pause", end - begin, PAUSE, self.pulse.away(begin, end))
            return
        if fault.there is not None:
            begin, end = stage.to_there.longest_hang(mended if fault.there_from_end else started, ended)
            row.there = end - begin
            row.hold("there", row.there, fault.there, self.pulse.away(begin, end))
        if fault.here is not None:
            begin, end = stage.to_here.longest_hang(mended if fault.here_from_end else started, ended)
            row.here = end - begin
            row.hold("here", row.here, fault.here, self.pulse.away(begin, end))

    def judge_notes(self, started):
        late = [delay for part in self.stage.parts for delay in part.late_notes(started, self.pulse)]
        self.row.late = len(late)
        if late:
            self.row.broken.append(f"{len(late)} notes late, up to {max(late):.2f} s")
        latest = [part.latest_note(started) for part in self.stage.parts]
        self.row.latest = max((delay for delay in latest if delay is not None), default=None)

    def let_go(self):
        if self.phrase is None:
            return
        self.phrase.stop()
        self.phrase = None
        for part in self.stage.parts:
            part.let_go()
        for part in self.stage.parts:
            try:
                wait_for(part.ear.is_silent, LET_GO, "silence")
            except LabError:
                self.row.broken.append(f"{len(part.ear.held)} hang in {part.recorder_seat.name}")


class Matrix:
    """Plays on one stage for as long as it is worth it. A context manager."""

    def __init__(self):
        self.rows = []
        self._pulse = Pulse()
        self._stack = contextlib.ExitStack()
        self._stage = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self._stack.close()

    def try_one(self, fault, plays):
        trial = Trial(fault, plays, self._pulse)
        try:
            if self._stage is None:
                self._stage = fault_kinds.Stage(self._stack.enter_context(Lab()))
            trial.run(self._stage)
        except LabError as error:
            trial.row.broken.append(str(error).replace("|", "/").replace("\n", " ")[:200])
        finally:
            if trial.phrase is not None:
                trial.phrase.stop()
        self.rows.append(trial.row)
        if trial.row.broken:
            # What is left of this fault is none of the next one's.
            self._stack.close()
            self._stage = None
        return trial.row


def heading():
    return f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}"


def count(rows):
    broken = sum(bool(row.broken) for row in rows)
    return f"{len(rows)} rows, {broken or 'none'} against the promises."


def write_table(rows):
    introduction = INTRODUCTION.format(
        quick=len(fault_kinds.quick()), back=BACK, date=time.strftime("%Y-%m-%d"),
        kernel=".".join(platform.release().split(".")[:2]), processors=len(os.sched_getaffinity(0)))
    with open(TABLE, "w", encoding="utf-8") as file:
        file.write("\n".join((introduction, heading(), *(row.line() for row in rows), "", count(rows), "")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="only what every test run tries")
    parser.add_argument("names", nargs="*", help="only the faults with one of these in their name")
    arguments = parser.parse_args()
    lab.enter()
    chosen = fault_kinds.quick() if arguments.quick else [(fault, plays) for fault in fault_kinds.faults()
                                                          for plays in (True, False)]
    if arguments.names:
        chosen = [(fault, plays) for fault, plays in chosen if any(name in fault.name for name in arguments.names)]
    print(heading(), flush=True)
    with Matrix() as matrix:
        for fault, plays in chosen:
            print(matrix.try_one(fault, plays).line(), flush=True)
    print(f"\n{count(matrix.rows)}", flush=True)
    if not arguments.quick and not arguments.names:
        write_table(matrix.rows)
    return 0 if chosen and not any(row.broken for row in matrix.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
