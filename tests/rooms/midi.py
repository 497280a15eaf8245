# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MIDI for the tests: instruments on JACK, the stream that must arrive, and what is left sounding."""

import os
import subprocess

from lab import BUILD, LabError, wait_for

JACK_MIDI = os.path.join(BUILD, "tests", "rooms", "jack-midi")
READY = "jack-midi: ready"
RATE = 1000  # messages a second, as many as a MIDI cable carries
LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3, 0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF6: 1}


def is_whole(message):
    status = message[0]
    return message[-1] == 0xF7 if status == 0xF0 else len(message) == LENGTHS[status & 0xF0 if status < 0xF0 else status]


def split(octets):
    """Cuts a stream of octets into whole messages and real-time messages; LabError for anything else in it."""
    messages, realtime, current = [], [], b""
    for octet in octets:
        if octet >= 0xF8:
            realtime.append(octet)
            continue
        if octet >= 0x80 and octet != 0xF7 and current:
            raise LabError(f"{current[:8].hex()}… is cut off by {octet:02x}")
        if octet < 0x80 and not current:
            raise LabError(f"{octet:02x} follows no status")
        current += bytes([octet])
        if is_whole(current):
            messages.append(current)
            current = b""
    if current:
        raise LabError(f"{current[:8].hex()}… has no end")
    return messages, realtime


def sounding(messages):
    """What these messages leave sounding: notes as (channel, note) and pedals as (channel, "pedal"). All Notes Off (CC 123)
    counts for nothing: there are synths that ignore it, so every note must be ended by its own note-off."""
    held = set()
    for message in messages:
        follow(held, message)
    return held


def follow(held, message):
    """What sounds after one more message."""
    kind, channel = message[0] & 0xF0, message[0] & 0x0F
    if kind == 0x90 and message[2] > 0:
        held.add((channel, message[1]))
    elif kind in (0x80, 0x90):
        held.discard((channel, message[1]))
    elif kind == 0xB0 and message[1] == 64:
        (held.add if message[2] >= 64 else held.discard)((channel, "pedal"))


def sysex(length):
    """A System Exclusive message of so many octets, F0 and F7 included, no two parts of it alike."""
    return b"\xf0\x7d" + bytes((index * 7 + index // 127) & 0x7F for index in range(length - 3)) + b"\xf7"


def stream(notes=1000):
    """The messages of the big test, in order: numbered notes, and among them everything else that MIDI knows."""
    out = []
    for number in range(notes):
        channel, note, velocity = number % 16, number // 16 % 128, 1 + number % 127
        out += [bytes([0x90 | channel, note, velocity]), bytes([0x80 | channel, note, number % 128])]
        if number % 5 == 0:
            out.append(bytes([0xB0 | channel, 1 + number % 31, number % 128]))
        if number % 7 == 0:
            out.append(bytes([0xE0 | channel, number % 128, number // 8 % 128]))
        if number % 11 == 0:
            out.append(bytes([0xC0 | channel, number % 128]))
        if number % 13 == 0:
            out.append(bytes([0xD0 | channel, number % 128]))
        if number % 17 == 0:
            out.append(bytes([0xA0 | channel, note, number % 128]))
        if number % 4 == 0:
            out.append(b"\xf8")
        if number % 100 == 50:
            out.append(bytes([0xF2, number % 128, number // 128]))
        if number % 250 == 30:
            out += [sysex(3), sysex(300), sysex(5000)]
    return out


class Player:
    """An instrument that is played: its port is NAME:out. It waits until something is connected to it and plays as fast as a MIDI
    cable carries, unless @at_once: then it neither waits nor slows down."""

    def __init__(self, room, name, at_once=False):
        self.device = f"{name}:out"
        how = ["0", "at-once"] if at_once else [str(RATE)]
        self.process = room.start(JACK_MIDI, "play", name, "-", *how, name=name, stdin=subprocess.PIPE)
        wait_for(lambda: READY in self.process.lines(), 10, f"the instrument {name}")

    def play(self, *messages):
        self.process.say("\n".join(message.hex() for message in messages))

    def finish(self, seconds=60):
        """Waits until all was played, and leaves JACK."""
        self.process.popen.stdin.close()
        if self.process.wait(seconds) != 0:
            raise LabError(f"the player failed: {self.process.output()}")


class Recorder:
    """An instrument that writes down what it is played: its port is NAME:in."""

    def __init__(self, room, name, *options):
        self.device = f"{name}:in"
        self.process = room.start(JACK_MIDI, "record", name, *options, name=name)
        wait_for(lambda: READY in self.process.lines(), 10, f"the instrument {name}")
        self._from = 0

    def forget(self):
        """From here on only."""
        self._from = self.process.output().count("\n")

    def octets(self):
        octets = b""
        whole = self.process.output().rpartition("\n")[0]
        for line in whole.splitlines()[self._from:]:
            if "lost" in line:
                raise LabError(f"the recorder could not follow: {line}")
            if line != READY:
                octets += bytes.fromhex(line.split(" ")[1])
        return octets

    def messages(self):
        return split(self.octets())[0]

    def sounding(self):
        return sounding(self.messages())


class Sink:
    """An instrument that nobody listens to: its port is NAME:in."""

    def __init__(self, room, name):
        self.device = f"{name}:in"
        self.process = room.start(JACK_MIDI, "swallow", name, name=name)
        wait_for(lambda: READY in self.process.lines(), 10, f"the instrument {name}")


class Echo:
    """An instrument that plays what it is played: its ports are NAME:in and NAME:out."""

    def __init__(self, room, name):
        self.input, self.output = f"{name}:in", f"{name}:out"
        self.process = room.start(JACK_MIDI, "echo", name, name=name)
        wait_for(lambda: READY in self.process.lines(), 10, f"the instrument {name}")
