#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong between two rooms, while they play and while they are idle, and how long it is felt.

Usage: faults.py [--quick] [PART OF A FAULT'S NAME…]

Prints a Markdown table and what it says against the promises. The exit status is 0 only when all of them hold.
"""

import argparse
import contextlib
import dataclasses
import sys
import time
from typing import List, Optional

import fault_kinds
import lab
from lab import Lab, LabError, wait_for
from performance import Phrase, resident_kib

BACK = 5              # seconds, the promise for a route once both ends can be reached again
BACK_GIVEN_UP = 20
LET_GO = 1.5          # after the last key was let go, everything is silent
PAUSE = 0.5           # without a note, where nothing may be felt
GROWTH_KIB = 1024     # of a program's resident memory
HEADING = ("fault", "while", "silent there", "silent here", "back", "late", "memory", "verdict")


@dataclasses.dataclass
class Row:
    fault: str
    mode: str
    there: Optional[float] = None     # seconds that something hung
    here: Optional[float] = None
    back: Optional[float] = None
    late: Optional[int] = None
    growth_kib: Optional[int] = None
    broken: List[str] = dataclasses.field(default_factory=list)

    def hold(self, what, value, limit):
        if value is not None and limit is not None and value > limit:
            self.broken.append(f"{what}: {value:.3g} instead of {limit:g}")

    def cells(self):
        def seconds(value):
            return "–" if value is None else f"{value:.2f} s"
        return (self.fault, self.mode, seconds(self.there), seconds(self.here), seconds(self.back),
                "–" if self.late is None else str(self.late), "–" if self.growth_kib is None else f"{self.growth_kib:+} KiB",
                "**" + "; ".join(self.broken) + "**" if self.broken else "holds")

    def print(self):
        print(f"| {' | '.join(self.cells())} |", flush=True)


class Trial:
    """One fault, while the rooms play or are idle."""

    def __init__(self, fault, plays):
        self.fault, self.plays = fault, plays
        self.stage = None
        self.row = Row(fault.name, "playing" if plays else "idle")
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
        self.fault.begin(stage)
        time.sleep(max(0, started + self.fault.seconds - time.monotonic()))
        mended = time.monotonic()
        mended = self.fault.end(stage) or mended
        if not self.plays:
            self.play()
        self.wait_until_back(mended)
        ended = time.monotonic()
        if self.plays:
            self.judge_sound(started, mended, ended)
        self.let_go()
        if stage.links() != 1:
            row.broken.append(f"{stage.links()} links")
        row.late = sum(len(part.late_notes(started)) for part in stage.parts)
        if row.late:
            worst = max(max(part.late_notes(started), default=0) for part in stage.parts)
            row.broken.append(f"{row.late} notes late, up to {worst:.2f} s")
        grown = [after - sizes[pid] for pid, after in self.sizes().items() if pid in sizes]
        row.growth_kib = max(grown, default=None)
        row.hold("memory in KiB", row.growth_kib, GROWTH_KIB)

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
        self.row.back = max(part.first_note_since(mended) for part in self.stage.parts) - mended
        self.row.hold("back", self.row.back, BACK)

    def judge_sound(self, started, mended, ended):
        stage, fault, row = self.stage, self.fault, self.row
        if fault.unbroken:
            if not all(part.is_unbroken(started, ended) for part in stage.parts):
                row.broken.append("what was held was cut off")
            row.hold("pause", max(part.longest_pause(started, ended) for part in stage.parts), PAUSE)
            return
        if fault.there is not None:
            row.there = stage.to_there.longest_hang(mended if fault.there_from_end else started, ended)
            row.hold("there", row.there, fault.there)
        if fault.here is not None:
            row.here = stage.to_here.longest_hang(mended if fault.here_from_end else started, ended)
            row.hold("here", row.here, fault.here)

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
    """Plays on one stage for as long as it is worth it."""

    def __init__(self):
        self.rows = []
        self._stack = contextlib.ExitStack()
        self._stage = None

    def try_all(self, faults):
        print(f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}", flush=True)
        with self._stack:
            for fault in faults:
                for plays in (True, False):
                    self.try_one(fault, plays)
        broken = sum(bool(row.broken) for row in self.rows)
        print(f"\n{len(self.rows)} faults, {broken} against the promises", flush=True)
        return broken == 0

    def try_one(self, fault, plays):
        trial = Trial(fault, plays)
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
        trial.row.print()
        if trial.row.broken:
            # What is left of this fault is none of the next one's.
            self._stack.close()
            self._stage = None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="only the faults that every test run tries")
    parser.add_argument("names", nargs="*", help="only the faults with one of these in their name")
    arguments = parser.parse_args()
    lab.enter()
    chosen = [fault for fault in fault_kinds.faults() if fault.quick or not arguments.quick]
    if arguments.names:
        chosen = [fault for fault in chosen if any(name in fault.name for name in arguments.names)]
    return 0 if chosen and Matrix().try_all(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
