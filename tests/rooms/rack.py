#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine in the rack: no screen, no desktop, no session bus; Thruwall is started by its unit and patched from another room.

Usage: rack.py [MINUTES]

For so long (10) it plays to another room and is played from there, is quiet, is killed while a chord sounds, loses its power, and
is shut down. systemd's own user manager starts and restarts it as the installed unit says. Prints what was measured; the exit
status is 0 only when everything held.
"""

import os
import signal
import sys
import time

import lab
import tap
from lab import Lab, LabError, wait_for
from performance import Part, Phrase, Pulse, descriptors, resident_kib, threads
from story import BACK_WITHIN, BALANCED_WITHIN, Seat
from user_manager import UserManager, install

UNIT = "thruwall.service"
NAME = "rack"        # nobody names it: it is called as the computer
PART = 1 / 5         # of the time it plays, thrice, or is quiet, twice
LEAST_PLAYING, LEAST_QUIET = 1.5, 2.5  # seconds
NOTES_PER_SECOND = 20
WAKEUPS = 5 + 4 + 3 + 2  # a second, without JACK's: the promise with one link; once JACK is asked for its ports; twice the
                     # engine looks whether it was stopped meanwhile
MUSIC = 2.2          # seconds after the last note, while it looks more often (thru-lapse.c)
PROCESSOR = 0.3      # percent, without JACK's, the promise
LATE_SHARE = 0.02    # of the notes, or LATE_NOTES: the whole of both computers is measured here
LATE_NOTES = 10
SPARE = 2            # descriptors, threads: what comes and goes
SCANNER = "midi scanner"   # the thread of Thruwall's that opens ports; those that JACK makes meanwhile are called like it
JACKS = "JACK’s"           # woken once a period for each open port
GROWTH_KIB = 1024    # from one quiet while to the next


class RackSeat(Seat):
    """The machine in the rack."""

    def __init__(self, lab_):
        self.name = NAME
        self.room = lab_.add_room(NAME, jack=True, session_bus=False)
        self.manager = UserManager(self.room)
        self.player = self.recorder = None
        self._set_up()

    def _set_up(self):
        install(self.room)
        self.add_player("keys", at_once=True)
        self.add_recorder("synth")
        self.manager.start()

    def boot(self):
        self.room.boot()
        self._set_up()

    def cut_power(self):
        self.manager.cut()
        self.room.shut_down()

    def pid(self):
        return self.manager.main_pid(UNIT)

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)

    def starts(self):
        return int(self.manager.show(UNIT, "NRestarts")[0])


def thread_usage(pid):
    """Thread → (its name, how often it woke, nanoseconds of processor)."""
    usage = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        folder = f"/proc/{pid}/task/{task}"
        with open(f"{folder}/comm", encoding="utf-8") as file:
            name = file.read().strip()
        with open(f"{folder}/status", encoding="ascii", errors="replace") as file:
            wakeups = next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt"))
        with open(f"{folder}/schedstat", encoding="ascii") as file:
            usage[task] = (name, wakeups, int(file.read().split()[0]))
    return usage


class Quiet:
    """What each thread of a program takes while nothing is played."""

    def __init__(self, pid, seconds):
        self.seconds = seconds
        before, begin = thread_usage(pid), time.monotonic()
        time.sleep(seconds)
        after, took = thread_usage(pid), time.monotonic() - begin
        self.rows = []  # (thread, wake-ups a second, percent of a processor)
        scanner = min((int(task) for task, usage in after.items() if usage[0] == SCANNER), default=0)
        for task, (name, wakeups, spent) in after.items():
            _, wakeups_before, spent_before = before.get(task, (name, 0, 0))
            if name == SCANNER and int(task) > scanner:
                name = JACKS
            self.rows.append((name, (wakeups - wakeups_before) / took, (spent - spent_before) / took / 1e7))
        self.memory_kib = resident_kib(pid)
        self.descriptors, self.threads = descriptors(pid), threads(pid)

    def own(self):
        """(wake-ups a second, percent) of all threads but JACK's."""
        own = [row for row in self.rows if row[0] != JACKS]
        return sum(row[1] for row in own), sum(row[2] for row in own)

    def lines(self):
        yield f"quiet for {self.seconds:.0f} s: {self.memory_kib} KiB, {self.descriptors} descriptors, {self.threads} threads"
        for name, wakeups, percent in sorted(self.rows, key=lambda row: -row[1]):
            if wakeups > 0:
                yield f"  {name:16} {wakeups:7.1f} wake-ups/s {percent:6.2f} % of a processor"
        wakeups, percent = self.own()
        yield f"  without JACK’s   {wakeups:7.1f} wake-ups/s {percent:6.2f} %; to reach: {WAKEUPS} and {PROCESSOR}"


class Rack:
    """The two rooms and what happens to them."""

    def __init__(self, lab_):
        self.pulse = Pulse()
        self.desk = Seat(lab_, "desk", "Desk").add_player("keys", at_once=True).add_recorder("synth").start()
        self.rack = RackSeat(lab_)
        self.to_rack = Part(self.desk, self.rack)
        self.to_desk = Part(self.rack, self.desk)
        self.parts = (self.to_rack, self.to_desk)

    def install(self):
        """As README.md says; the rest is done at the desk."""
        self.rack.manager.systemctl("enable", "--now", "thruwall")
        self.desk.wait_for_device(self.rack, self.rack.recorder.device)
        for part in self.parts:
            self.desk.room.command("connect", part.player_seat.source, part.recorder_seat.destination)
        self.wait_for_routes()
        self.rack.wait_saved(self.desk.recorder.device)

    def wait_for_routes(self, seconds=20):
        for part in self.parts:
            self.desk.wait_for_route(part.player_seat.source, part.recorder_seat.destination, seconds=seconds)

    def play(self, seconds):
        """Every note arrives in time, or is counted as late, and none hangs."""
        for part in self.parts:
            part.forget()
            part.struck.clear()
        begin, left_out = time.monotonic(), [self.left_out(part) for part in self.parts]
        phrase = Phrase(self.parts, NOTES_PER_SECOND)
        time.sleep(seconds)
        phrase.stop()
        for part in self.parts:
            part.let_go()
        for part, before in zip(self.parts, left_out):
            wait_for(part.ear.is_silent, BALANCED_WITHIN, "silence after the last note")
            self.judge_notes(part, begin, before)

    def left_out(self, part):
        """Notes of a route that came too late to be played, so far."""
        route = self.desk.room.route_in_status(part.player_seat.source, part.recorder_seat.destination)
        return route["late"]

    def judge_notes(self, part, begin, left_out):
        notes, late = len(part.note_delays(begin)), part.late_notes(begin, self.pulse)
        missing, counted = len(part.struck) - notes, self.left_out(part) - left_out
        tap.remark(f"{notes} notes from {part.player_seat.name}, the latest after {1000 * part.latest_note(begin):.0f} ms"
                   + (f"; {missing} left out" if missing else ""))
        tap.check(missing <= counted, f"{missing} notes from {part.player_seat.name} are missing, {counted} were left out")
        # A computer that others use may hold up the instruments, too.
        tap.check(max(len(late), missing) <= max(LATE_SHARE * notes, LATE_NOTES), f"notes from {part.player_seat.name} came late: {late}")

    def be_quiet(self, seconds, before=None):
        """@before: an earlier while of the same program."""
        time.sleep(MUSIC)
        quiet = Quiet(self.rack.pid(), seconds)
        for line in quiet.lines():
            tap.remark(line)
        wakeups, _ = quiet.own()
        tap.check(wakeups <= 2 * WAKEUPS, f"{wakeups:.1f} wake-ups a second while nothing is played")
        if before is not None:
            tap.check(quiet.memory_kib <= before.memory_kib + GROWTH_KIB, f"{quiet.memory_kib} KiB, {before.memory_kib} before")
            tap.check(quiet.descriptors <= before.descriptors + SPARE, f"{quiet.descriptors} descriptors, {before.descriptors} before")
            tap.check(quiet.threads <= before.threads + SPARE, f"{quiet.threads} threads, {before.threads} before")
        return quiet

    def is_killed(self):
        """While a chord sounds in both rooms: it ends, the unit starts Thruwall again, and the routes are back."""
        pid, starts = self.rack.pid(), self.rack.starts()
        for part in self.parts:
            part.hold_chord()
        for part in self.parts:
            wait_for(lambda ear=part.ear: not ear.is_silent(), 5, "the chord")
        killed = time.monotonic()
        self.rack.kill()
        wait_for(lambda: self.rack.pid() != pid, 10, "another process of the unit")
        started = time.monotonic()
        wait_for(self.to_desk.ear.is_silent, BALANCED_WITHIN, "silence at the desk")
        wait_for(self.to_rack.ear.is_silent, BALANCED_WITHIN, "silence in the rack")
        self.let_go()
        self.come_back(started)
        tap.check_equal(self.rack.starts(), starts + 1, "starts by the unit")
        tap.remark(f"killed: started again after {started - killed:.2f} s")

    def let_go(self):
        for part in self.parts:
            part.let_go()

    def come_back(self, since):
        """Notes come through in both directions again."""
        phrase = Phrase(self.parts, NOTES_PER_SECOND)
        try:
            for part in self.parts:
                wait_for(lambda p=part: p.first_note_since(since), 20, f"music from {part.player_seat.name}")
        finally:
            phrase.stop()
            self.let_go()
        back = max(part.first_note_since(since) for part in self.parts) - since
        tap.remark(f"music in both directions {back:.2f} s after the start")
        tap.check(back <= BACK_WITHIN + self.pulse.away(since, since + back), f"back after {back:.2f} s")
        self.wait_for_routes()

    def loses_power(self):
        self.rack.cut_power()
        self.to_rack.ear.follow(None)
        self.rack.boot()
        self.to_rack.ear.follow(self.rack.recorder)
        wait_for(self.rack.pid, 10, "Thruwall, started with the computer")
        self.come_back(time.monotonic())

    def is_shut_down(self):
        self.rack.manager.systemctl("stop", "thruwall")
        state, result = self.rack.manager.show(UNIT, "ActiveState", "Result")
        tap.check_equal((state, result), ("inactive", "success"), "the unit")
        wait_for(lambda: self.desk.room.room_in_status(NAME)["state"] != "connected", 10, "the desk's word that it has gone")
        tap.check_equal(self.rack.manager.stop(), 0, "systemd's exit status")


def run(seconds):
    """The whole day of a machine in the rack. LabError when something does not hold."""
    with Lab() as lab_:
        rack = Rack(lab_)
        rack.install()
        playing, quiet = max(PART * seconds, LEAST_PLAYING), max(PART * seconds, LEAST_QUIET)
        rack.play(playing)
        before = rack.be_quiet(quiet)
        rack.play(playing)
        rack.be_quiet(quiet, before)
        rack.is_killed()
        rack.play(playing)
        rack.loses_power()
        rack.is_shut_down()


def main():
    minutes = sys.argv[1] if len(sys.argv) > 1 else "10"
    if not minutes.replace(".", "", 1).isdigit():
        print(__doc__.split("\n\n", maxsplit=2)[1], file=sys.stderr)
        sys.exit(2)
    try:
        lab.enter()
        run(60 * float(minutes))
    except LabError as error:
        sys.exit(f"rack: {error}")
    print("rack: all held")


if __name__ == "__main__":
    main()
