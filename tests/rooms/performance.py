# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A performance that is measured: what was struck when, what came out at the other end when, and what sounded in between.

All times are of the monotonic clock, which the rooms of a lab share.
"""

import collections
import os
import re
import threading
import time

import midi
from lab import LabError
from story import CHORD, CHORD_ENDS

LATE = 0.25          # seconds after it came in, a note is no longer played
INSTRUMENTS = 0.05   # seconds from a finger to the port of an instrument, and in at another one
NUMBERS = 128 * 127  # so many notes of a phrase can be told apart
PHRASE_CHANNEL = 1
EVENT = re.compile(rb"(?P<when>\d+\.\d+) (?P<octets>[0-9a-f]+)")


def note_on(number):
    """A note of a phrase: its key and velocity say which."""
    return bytes([0x90 | PHRASE_CHANNEL, number % 128, 1 + number // 128 % 127])


def note_off(number):
    return bytes([0x80 | PHRASE_CHANNEL, number % 128, 0])


def is_note_on(message):
    return message[0] & 0xF0 == 0x90 and message[2] > 0


class Pulse(threading.Thread):
    """How late this computer is, which others may use, too: what is measured on it is as late."""

    INTERVAL = 0.01
    UNFELT = 0.003

    def __init__(self):
        super().__init__(daemon=True)
        self._beats = collections.deque(maxlen=100000)  # (since when it was away, until when)
        self.start()

    def run(self):
        while True:
            due = time.monotonic() + self.INTERVAL
            time.sleep(self.INTERVAL)
            now = time.monotonic()
            if now - due > self.UNFELT:
                self._beats.append((due, now))

    def away(self, begin, end):
        """Seconds of that while."""
        total = 0
        for since, until in reversed(list(self._beats)):
            if until <= begin:
                break
            total += max(0, min(until, end) - max(since, begin))
        return total


class Ear:
    """Follows what a recorder writes down."""

    def __init__(self):
        self.heard = []            # (time, message)
        self.sound = [(0, False)]  # (time, whether anything sounds since then)
        self.held = set()
        self._file = None
        self.follow(None)

    def follow(self, recorder):
        """Another recorder from here on; what the last one held is silent with it."""
        if self._file is not None:
            self._file.close()
        self._file = open(recorder.process.log, "rb") if recorder else None
        self._line = self._message = b""
        self.held = set()
        self._note_sound(time.monotonic())

    def _note_sound(self, now):
        if bool(self.held) != self.sound[-1][1]:
            self.sound.append((now, bool(self.held)))

    def listen(self):
        """Takes in what has come since."""
        if self._file is None:
            return
        *lines, self._line = (self._line + self._file.read()).split(b"\n")
        for line in lines:
            if line.startswith(b"jack-midi: lost"):
                raise LabError(f"the recorder could not follow: {line.decode()}")
            event = EVENT.fullmatch(line)
            if event:  # and not a remark of JACK's library
                self._take(float(event["when"]), bytes.fromhex(event["octets"].decode()))

    def _take(self, when, octets):
        for octet in octets:
            if octet >= 0xF8:
                continue
            if octet >= 0x80 and octet != 0xF7:
                self._message = b""
            self._message += bytes([octet])
            if self._message[0] < 0x80:
                raise LabError(f"{octet:02x} follows no status")
            if midi.is_whole(self._message):
                self._take_message(when, self._message)
                self._message = b""

    def _take_message(self, when, message):
        self.heard.append((when, message))
        midi.follow(self.held, message)
        self._note_sound(when)

    def forget(self):
        """What was heard so far, but for what sounds."""
        self.heard.clear()
        del self.sound[:-1]

    def is_silent(self):
        self.listen()
        return not self.held


class Part:
    """What is played in one room and heard in another."""

    def __init__(self, player_seat, recorder_seat):
        self.player_seat, self.recorder_seat = player_seat, recorder_seat
        self.ear = Ear()
        self.ear.follow(recorder_seat.recorder)
        self.struck = {}   # note-on → when it was struck last
        self.number = 0
        self._last = None  # of the phrase's notes, what is held down

    def play(self, *messages):
        """While the instrument has lost its MIDI system, it plays nothing."""
        now = time.monotonic()
        for message in messages:
            if is_note_on(message):
                self.struck[message] = now
        try:
            self.player_seat.player.play(*messages)
        except (BrokenPipeError, ValueError):
            pass

    def hold_chord(self):
        self.play(*CHORD)

    def play_next(self):
        """The next note of the phrase, which ends the last."""
        on = note_on(self.number)
        before = [] if self._last is None else [self._last]
        self._last = note_off(self.number)
        self.number = (self.number + 1) % NUMBERS
        self.play(*before, on)

    def let_go(self):
        """Everything that is held down."""
        self.play(*CHORD_ENDS, *([] if self._last is None else [self._last]))
        self._last = None

    # What came of it

    def forget(self):
        """What was heard so far."""
        self.ear.forget()

    def note_delays(self, begin, end=float("inf")):
        """(when it came, how long after it was struck) of each note that came then."""
        self.ear.listen()
        return [(when, when - self.struck[message]) for when, message in self.ear.heard
                if begin <= when < end and is_note_on(message) and message in self.struck]

    def late_notes(self, begin, pulse):
        """By how much notes were played that were too old. What the computer was away meanwhile makes none late."""
        return [delay for when, delay in self.note_delays(begin)
                if delay > LATE + INSTRUMENTS and delay > LATE + INSTRUMENTS + pulse.away(when - delay, when)]

    def latest_note(self, begin):
        return max((delay for _, delay in self.note_delays(begin)), default=None)

    def first_note_since(self, begin):
        """When the first note came that was struck since then and is in time; None: not yet."""
        return next((when for when, delay in self.note_delays(begin) if when - delay >= begin and delay <= LATE), None)

    def _pauses(self, begin, end):
        """(from, to) between the notes that came in time."""
        times = [begin, *(when for when, delay in self.note_delays(begin, end) if delay <= LATE), end]
        return zip(times, times[1:])

    def longest_pause(self, begin, end):
        """(from, to) of the longest in which no note came in time."""
        return max(self._pauses(begin, end), key=lambda pause: pause[1] - pause[0])

    def longest_hang(self, begin, end):
        """(from, to) of the longest that something sounded while nothing came that was played in time."""
        hangs = [(before, self._last_sound(before, after)) for before, after in self._pauses(begin, end)]
        return max(hangs, key=lambda hang: hang[1] - hang[0])

    def _last_sound(self, begin, end):
        """When it last sounded in that while, or its beginning."""
        last = begin
        changes = [*self.ear.sound, (float("inf"), False)]
        for (since, sounds), (until, _) in zip(changes, changes[1:]):
            if sounds and since < end and until > begin:
                last = min(until, end)
        return last

    def is_unbroken(self, begin, end):
        """Whether something sounded all the time."""
        self.ear.listen()
        return not any(begin < since < end and not sounds for since, sounds in self.ear.sound)


class Phrase(threading.Thread):
    """Plays the phrase of several parts, so many notes a second each, until stop()."""

    def __init__(self, parts, rate=25):
        super().__init__(daemon=True)
        self._parts, self._interval = parts, 1 / rate
        self._stopped = threading.Event()
        self.start()

    def run(self):
        next_time = time.monotonic()
        while not self._stopped.wait(max(0, next_time - time.monotonic())):
            next_time += self._interval
            for part in self._parts:
                part.play_next()

    def stop(self):
        self._stopped.set()
        self.join()


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))
