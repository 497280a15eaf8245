#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the whole way between two rooms: an instrument on JACK, the whole program in each, and JACK again.

Usage: bench_jack.py [--json] [--only WORD]

Each room is a network namespace, see tests/rooms/lab.py, with a JACK server of its own. What the keyboard plays is recorded twice
by the same program: there, through Thruwall, and here, where JACK alone connects it. So each message is held against itself. As
with the crystals of two sound cards, one server's clock is a little faster: every 6.4 s its periods have moved once along the
other's, and a figure is of all their positions. But for the clock: its spread is compared with both rooms on one server, for
another one's late periods would count as Thruwall's. --only: the pieces that have this word in their names.

What differs is played again, three times at most, when JACK itself lost something or a server was late. On a busy computer
periods come late on either server, and the other one's add to every figure: see how many at the end. The exit status is 0 when
the measurements could be taken, whatever they say.
"""

import argparse
import collections
import contextlib
import fcntl
import io
import json
import os
import re
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rooms"))

import lab
import midi
from performance import PHRASE_CHANNEL, note_on
from story import Seat

PERIOD = 64  # frames
CLOCK_HERE = (48010, PERIOD)
CLOCK_THERE = (48000, PERIOD)
PERIOD_US = 1e6 * PERIOD / CLOCK_THERE[0]
TURN_S = 6.4        # until the servers' periods are again as they were
TRIES = 3
OVER_S = 1.5        # when nothing has come for so long, nothing more does
PIPE = 1 << 20      # holds a whole piece: who writes it is not on the processors while it is played
NOTES_TURNS, CLOCK_TURNS = 2, 2
NOTES_RATE = 100    # messages a second, half of them note-offs
CHORDS, CHORD_SIZE, CHORD_MS = 50, 10, 50
FLOOD, FLOOD_RATE = 100000, 20000
SYSEX_LENGTHS = (3, 4, 17, 250, 1000, 4096, 8192, 15999, 16001, 32768, 65536)
SYSEX_RATE = 4
CLOCKS_A_BEAT = 24
EVENT = re.compile(r"(?P<when>\d+\.\d+) (?P<octets>[0-9a-f]+)")
PARTS = re.compile(rb"[\x80-\xff][\x00-\x7f]*|[\x00-\x7f]+")  # a status with its data, or what continues one

Piece = collections.namedtuple("Piece", "name lines messages")
Heard = collections.namedtuple("Heard", "times messages")
Result = collections.namedtuple("Result", "piece played direct path tries xruns")  # played: times
Row = collections.namedtuple("Row", "figure name value unit reach")


def evenly(name, rate, messages):
    return Piece(name, [f"evenly {rate}", *(message.hex() for message in messages), "evenly 0"], messages)


def note_off(number):
    """Of a velocity that says which."""
    return bytes([0x80 | PHRASE_CHANNEL, number % 128, number // 128])


def notes():
    count = int(NOTES_TURNS * TURN_S * NOTES_RATE)
    return evenly("notes, 100 a second", NOTES_RATE, [(note_off if i % 2 else note_on)(i // 2) for i in range(count)])


def chords():
    lines, messages = [], []
    for number in range(CHORDS):
        for strike in (note_on, note_off):
            chord = [strike(key) for key in range(number * CHORD_SIZE, (number + 1) * CHORD_SIZE)]
            messages += chord
            lines += [*(message.hex() for message in chord), f"sleep {CHORD_MS}"]
    return Piece("chords of 10", lines, messages)


def clock(bpm):
    rate = bpm * CLOCKS_A_BEAT // 60
    return evenly(f"clock at {bpm} bpm", rate, [b"\xf8"] * int(CLOCK_TURNS * TURN_S * rate))


def controllers():
    messages = [bytes([0xB0 | i % 16, i // 16 % 120, i // 16 // 120]) for i in range(FLOOD)]
    return evenly("controllers, 20,000 a second", FLOOD_RATE, messages)


def sysex():
    return evenly("SysEx, 3 B to 64 KiB", SYSEX_RATE, [midi.sysex(length) for length in SYSEX_LENGTHS])


PIECES = [notes(), chords(), controllers(), sysex()]
CLOCKS = [clock(120), clock(300)]


def cut(events):
    """What came as whole messages, each with when its last octet came. What is none, or has no end, is told as it is: it was not
    played, so it counts as changed."""
    heard, current = Heard([], []), b""

    def end(when, message):
        heard.times.append(when)
        heard.messages.append(message)

    for when, octets in events:
        for part in PARTS.findall(octets):
            if part[0] >= 0xF8:
                end(when, part[:1])
                part = part[1:]
            elif 0x80 <= part[0] != 0xF7 and current:
                end(when, current)
                current = b""
            current += part
            if current and (current[0] < 0x80 or midi.is_whole(current)):
                end(when, current)
                current = b""
    if current:
        end(float("inf"), current)
    return heard


class Ear:
    """What is added to the log of a player or recorder from here on."""

    def __init__(self, process):
        self._process = process
        self._from = self.size()

    def size(self):
        return os.path.getsize(self._process.log)

    def lines(self):
        with open(self._process.log, encoding="utf-8", errors="replace") as log:
            log.seek(self._from)
            return log.read().splitlines()

    def listen(self):
        lines = self.lines()
        lost = [line for line in lines if line.startswith("jack-midi: lost")]
        if lost:
            raise lab.LabError(f"the recorder could not follow: {lost[0]}")
        events = filter(None, map(EVENT.fullmatch, lines))  # and no remarks of JACK's library
        return cut((float(event["when"]), bytes.fromhex(event["octets"])) for event in events)


class Stage:
    """The two rooms, a keyboard that both recorders hear, and the route between the rooms."""

    def __init__(self, studio):
        self.here = Seat(studio, "a", "Studio", jack=CLOCK_THERE if studio.one_jack else CLOCK_HERE).add_player("keys", at_once=True).add_recorder("direct")
        self.there = Seat(studio, "b", "Live room", jack=CLOCK_THERE).add_recorder("synth")
        self.here.start()
        self.there.start()
        self.here.wait_for_device(self.there, self.there.recorder.device)
        self.there.wait_for_device(self.here, self.here.player.device)
        self.here.room.command("connect", self.here.source, self.there.destination)
        self.here.wait_for_route(self.here.source, self.there.destination)
        self.here.room.run("jack_connect", self.here.player.device, self.here.recorder.device)
        fcntl.fcntl(self.here.player.process.popen.stdin, fcntl.F_SETPIPE_SZ, PIPE)

    def _xruns(self):
        servers = [room.jack for room in (self.here.room, self.there.room) if room.jack is not None]
        return sum(server.output().count("XRun") for server in servers)

    def _play_once(self, piece):
        player, direct, path = [Ear(process) for process in (self.here.player.process, self.here.recorder.process,
                                                             self.there.recorder.process)]
        xruns = self._xruns()
        size = player.size()
        self.here.player.process.say("\n".join([*piece.lines, "tell"]))
        lab.wait_for(lambda: player.size() > size and player.lines()[-1] == "told", 60, f"the end of the {piece.name}")
        sizes = None
        while sizes != [direct.size(), path.size()]:
            sizes = [direct.size(), path.size()]
            time.sleep(OVER_S)
        return Result(piece, [float(line) for line in player.lines()[:-1]], direct.listen(), path.listen(), 1,
                      self._xruns() - xruns)

    def play(self, piece):
        for tries in range(1, TRIES + 1):
            result = self._play_once(piece)._replace(tries=tries)
            is_sound = result.direct.messages == piece.messages
            if is_sound and (result.path.messages == piece.messages or result.xruns == 0):
                break
        return result


def play(pieces, word, one_jack=False):
    pieces = [piece for piece in pieces if word in piece.name]
    if not pieces:
        return []
    with lab.Lab(one_jack) as studio:
        stage = Stage(studio)
        return [stage.play(piece) for piece in pieces]


def differences(wanted, found):
    """(lost, twice, out of order, changed)"""
    more = collections.Counter(found) - collections.Counter(wanted)
    place = {message: index for index, message in enumerate(wanted)}
    changed = sum(count for message, count in more.items() if message not in place)
    order = [place[message] for message in found if message in place]
    return (sum((collections.Counter(wanted) - collections.Counter(found)).values()), sum(more.values()) - changed,
            sum(after < before for before, after in zip(order, order[1:])), changed)


def latencies_us(result, heard):
    """Of each message that came."""
    when = dict(zip(heard.messages, heard.times))
    return sorted(1e6 * (when[message] - played) for message, played in zip(result.piece.messages, result.played)
                  if message in when)


def at(values, part):
    return values[int((len(values) - 1) * part)]


def spread_us(heard):
    return statistics.pstdev(1e6 * (after - before) for before, after in zip(heard.times, heard.times[1:]))


def verdict(value, reach):
    if value <= reach:
        return "reached"
    return f"missed by {100 * (value / reach - 1):.0f} %" if reach > 0 else f"missed by {value}"


def show(text, row):
    print(f"  {row.figure:<3}{text}  (≤ {row.reach:.2f}{row.unit}: {verdict(row.value, row.reach)})")
    return row


def show_losses(results):
    print(f"  {'against what JACK alone delivers':38}{'messages':>9}{'lost':>7}{'twice':>7}{'disorder':>10}{'changed':>9}")
    for result in results:
        lost, twice, disorder, changed = differences(result.direct.messages, result.path.messages)
        row = Row(5, f"{result.piece.name}: lost, twice, disorder, changed", lost + twice + disorder + changed, "", 0)
        remark = f", try {result.tries}, {result.xruns} late periods" if result.tries > 1 else ""
        print(f"  {row.figure:<3}{result.piece.name:35}{len(result.direct.messages):9}{lost:7}{twice:7}{disorder:10}{changed:9}"
              f"  (0: {verdict(row.value, row.reach)}{remark})")
        yield row


def show_latency(result):
    direct, path = latencies_us(result, result.direct), latencies_us(result, result.path)
    print(f"  {result.piece.name + ', one way':38}{'median':>9}{'p99':>9}")
    for name, values in (("JACK alone", direct), ("through Thruwall", path)):
        print(f"    {name:36}{at(values, 0.5):9.0f}{at(values, 0.99):9.0f} µs")
    for name, part, reach in (("median", 0.5, PERIOD_US + 100), ("p99", 0.99, 2 * PERIOD_US)):
        row = Row(4, f"{result.piece.name}, over JACK alone, {name}", at(path, part) - at(direct, part), " µs", reach)
        periods, rest = divmod(row.value, PERIOD_US)
        yield show(f"{'over JACK alone, ' + name:35}{row.value:9.0f} µs = {periods:.0f} × {PERIOD_US:.0f} µs + {rest:.0f} µs", row)


def show_spread(result):
    direct, path = spread_us(result.direct), spread_us(result.path)
    print(f"  {result.piece.name}, spread (σ)")
    print(f"    {'JACK alone':36}{direct:9.0f} µs\n    {'through Thruwall':36}{path:9.0f} µs")
    row = Row(10, f"{result.piece.name}, spread over JACK alone", path / direct, "×", 1.1)
    yield show(f"{'over JACK alone':35}{row.value:9.2f}×", row)


def show_all(results):
    print(f"Periods of {PERIOD} frames, {PERIOD_US:.0f} µs")
    rows = [*show_losses(results)]
    for result in results:
        if result.piece.name.startswith(("notes", "chords")):
            rows += show_latency(result)
        elif result.piece.name.startswith("clock"):
            rows += show_spread(result)
    print(f"  {'late periods of the JACK servers':38}{sum(result.xruns for result in results):9}")
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD")
    options = parser.parse_args()
    lab.enter()
    results = [*play(PIECES, options.only), *play(CLOCKS, options.only, one_jack=True)]
    if options.json:
        with contextlib.redirect_stdout(io.StringIO()):
            rows = show_all(results)
        print(json.dumps([row._asdict() for row in rows]))
    else:
        show_all(results)


if __name__ == "__main__":
    main()
