#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the whole way over the real ALSA sequencer, in the virtual machine of tests/rooms/guest.sh, beside aseqnet.

Usage: bench_alsa.py [--json]

Two Thruwalls, and two aseqnets (of Debian's alsa-utils), carry the same from one port of the sequencer to another, in turns; what
the sequencer itself delivers is measured, too. The processor is emulated: only ratios mean something. The exit status is 0 when
the measurements could be taken, whatever they say.
"""

import contextlib
import io
import json
import os
import subprocess
import sys

ROOMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rooms")
sys.path.insert(0, ROOMS)

from alsa_story import FOLDER, Program, make_route
from lab import BUILD, PYTHON, LabError, need, wait_for

INSTRUMENT = os.path.join(BUILD, "tests", "bench", "bench-alsa")
NAMES = {"direct": "the sequencer alone", "aseqnet": "aseqnet", "thruwall": "Thruwall"}
WAYS = tuple(NAMES)
ROUNDS, NOTES, NOTES_RATE = 3, 60, 50  # messages in a round; a second
FLOOD, FLOOD_RATE = 10000, 5000
SYSEX_LENGTHS = (8192, 65536)
ASEQNET_PORT = "9000"


class Instrument:
    """See bench-alsa.c."""

    def __init__(self):
        self._popen = subprocess.Popen([INSTRUMENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read()

    def _read(self):
        line = self._popen.stdout.readline()
        if not line.endswith("\n"):
            raise LabError("the instrument ended")
        return line.split()

    def do(self, *words):
        self._popen.stdin.write(" ".join(map(str, words)) + "\n")
        self._popen.stdin.flush()
        return [float(word) for word in self._read()]


def start_aseqnets():
    for name, host in (("aseqnet-here", []), ("aseqnet-there", ["127.0.0.1"])):
        with open(os.path.join(FOLDER, name + ".log"), "wb") as log:
            subprocess.Popen(["aseqnet", "--port", ASEQNET_PORT, "--name", name, *host], stdin=subprocess.DEVNULL, stdout=log,
                             stderr=log)
        wait_for(lambda name=name: has_client(name), 20, name)
    for index, (source, destination) in enumerate((("aseqnet-here", "aseqnet-there"), ("aseqnet-there", "aseqnet-here"))):
        port = 2 * WAYS.index("aseqnet") + index
        connect(f"Bench keys:{port}", f"{source}:0")
        connect(f"{destination}:0", f"Bench synth:{port}")


def has_client(name):
    with open("/proc/asound/seq/clients", encoding="utf-8", errors="replace") as clients:
        return f'"{name}"' in clients.read()


def connect(source, destination):
    subprocess.run(["aconnect", source, destination], check=True)


def start_thruwalls():
    studio, live = [Program(name, port) for name, port in (("Studio", 1199), ("Live room", 1200))]
    studio.command("add-room", f"127.0.0.1:{live.port}")
    make_route(studio, "thruwall-there", "thruwall-there")
    source = wait_for(lambda: live.device("Live room", "thruwall-back", "source"), 60, "the source")
    destination = wait_for(lambda: live.device("Studio", "thruwall-back", "destination"), 60, "the destination")
    live.command("connect", source, destination)
    wait_for(lambda: live.route_state(source, destination) == "connected", 30, "the route back")
    # This computer is so slow at times that everything would be late.
    for program in (studio, live):
        program.command("late-limit", "off")


def measure():
    """Runs in the guest."""
    os.makedirs(FOLDER, exist_ok=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    instrument = Instrument()
    start_aseqnets()
    start_thruwalls()

    notes = {(way, both): [] for both in (0, 1) for way in WAYS[both:]}
    for _ in range(ROUNDS):
        for way, both in notes:
            notes[way, both] += instrument.do("notes", way, NOTES, NOTES_RATE, both)
    return {
        "notes": [[way, both, sorted(latencies)] for (way, both), latencies in notes.items()],
        "flood": [[way, *instrument.do("flood", way, FLOOD, FLOOD_RATE)] for way in WAYS],
        "sysex": [[way, length, *instrument.do("sysex", way, length)] for length in SYSEX_LENGTHS for way in WAYS],
    }


def in_guest():
    """What measure() found there."""
    command = [os.path.join(ROOMS, "guest.sh"), "env", f"THRU_BUILD_DIR={BUILD}", PYTHON, "-u", os.path.abspath(__file__), "inside"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if result.returncode != 0 or len(lines) != 1:
        sys.exit(f"{result.stdout}{result.stderr}The guest could not measure: exit status {result.returncode}.")
    return json.loads(lines[0])


def at(values, part):
    return values[int((len(values) - 1) * part)]


def verdict(value, reach):
    if value <= reach:
        return "reached"
    return f"missed by {100 * (value / reach - 1):.0f} %" if reach > 0 else f"missed by {value:.0f}"


def show_notes(notes):
    for both, name in enumerate(("one way", "both ways")):
        latencies = {way: values for way, its_both, values in notes if its_both == both}
        print(f"  {f'Notes, {NOTES_RATE} a second, {name}':38}{'median':>9}{'p99':>9}{'lost':>7}")
        for way, values in latencies.items():
            lost = ROUNDS * NOTES * (1 + both) - len(values)
            print(f"    {NAMES[way]:36}{at(values, 0.5):9.0f}{at(values, 0.99):9.0f}{lost:7} µs")
        for part, what in ((0.5, "median"), (0.99, "p99")):
            ratio = at(latencies["thruwall"], part) / at(latencies["aseqnet"], part)
            print(f"  12 {f'over aseqnet, {name}, {what}':35}{ratio:9.2f}×  (≤ 1.0×: {verdict(ratio, 1)})")
            yield {"figure": 12, "name": f"notes over aseqnet, {name}, {what}", "value": ratio, "unit": "×", "reach": 1}


def show_flood(flood):
    print(f"  {f'{FLOOD} controllers, {FLOOD_RATE} a second':38}{'lost':>9}{'twice':>9}{'not taken at once':>19}")
    for way, came, twice, waits, overflows in flood:
        lost = FLOOD - came + twice
        is_ours = way == "thruwall"
        remark = f"  (0: {verdict(lost + twice, 0)})" if is_ours else ""
        print(f"  {'13' if is_ours else '':3}{NAMES[way]:35}{lost:9.0f}{twice:9.0f}{waits:19.0f}{remark}")
        if overflows > 0:
            print(f"    of these, the instrument that was played lost some itself, {overflows:.0f} times")
        if is_ours:
            yield {"figure": 13, "name": "controllers lost or twice", "value": lost + twice, "unit": "", "reach": 0}


def show_sysex(sysex):
    for way, length, came in sysex:
        is_ours = way == "thruwall"
        remark = f"  (whole: {verdict(length - came, 0)})" if is_ours else ""
        print(f"  {'13' if is_ours else '':3}{f'SysEx of {length // 1024} KiB, {NAMES[way]}':35}{came:9.0f} octets unchanged{remark}")
        if is_ours:
            yield {"figure": 13, "name": f"SysEx of {length} octets, of it lost", "value": length - came, "unit": "", "reach": 0}


def main():
    if sys.argv[1:] == ["inside"]:
        print(json.dumps(measure()))
        sys.stdout.flush()
        os._exit(0)  # what was started ends with the guest
    need("aseqnet")
    found = in_guest()
    with contextlib.redirect_stdout(io.StringIO() if "--json" in sys.argv else sys.stdout):
        rows = [*show_notes(found["notes"]), *show_flood(found["flood"]), *show_sysex(found["sysex"])]
    if "--json" in sys.argv:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
