# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a musician does with Thruwall, in steps that several tests share."""

import os
import time

import midi
import tap
from lab import LabError, wait_for

CHORD = (bytes([0x90, 60, 100]), bytes([0x90, 64, 100]), bytes([0x93, 67, 100]), bytes([0xB0, 64, 127]))
CHORD_ENDS = (bytes([0x80, 60, 0]), bytes([0x80, 64, 0]), bytes([0x83, 67, 0]), bytes([0xB0, 64, 0]))
CHORD_SOUNDS = {(0, 60), (0, 64), (3, 67), (0, "pedal")}
BALANCED_WITHIN = 4  # seconds, the promise for a program that was killed
BACK_WITHIN = 5      # seconds, the promise for a route once both ends can be reached again


class Seat:
    """A room of the studio with its Thruwall, as its musician calls it."""

    def __init__(self, lab, host, name, display=False, forwarder=False, pipewire=False, jack=True):
        self.name = name
        self.room = lab.add_room(host, jack=not pipewire and jack, display=display, forwarder=forwarder)
        if pipewire:
            self.room.start_pipewire()
        self.headless = not display
        self.player = self.recorder = None

    def add_player(self, name, at_once=False):
        self.player = midi.Player(self.room, name, at_once)
        return self

    def add_recorder(self, name):
        self.recorder = midi.Recorder(self.room, name)
        return self

    @property
    def source(self):
        return f"{self.name}/{self.player.device}"

    @property
    def destination(self):
        return f"{self.name}/{self.recorder.device}"

    def start(self, wait=True, port=None):
        more = [] if port is None else ["--port", str(port)]
        self.room.start_thruwall("--room-name", self.name, *more, headless=self.headless, wait=wait)
        return self

    def kill(self):
        self.room.thruwall.kill()

    def stop(self):
        status = self.room.thruwall.stop()
        tap.check_equal(status, 0, f"exit status of Thruwall in {self.name}")

    def device_is_online(self, room, device):
        """Whether Thruwall here sees that device there now."""
        return any(entry["name"] == device and entry["online"] for entry in self.room.room_in_status(room)["devices"])

    def wait_for_device(self, seat, device, seconds=20):
        wait_for(lambda: self.device_is_online(seat.name, device), seconds, f"{device} of {seat.name} as seen from {self.name}")

    def wait_for_route(self, source, destination, state="connected", seconds=10):
        def has_it():
            route = self.room.route_in_status(source, destination)
            if route["state"] != state:
                raise LabError(f"it is {route['state']} ({route.get('reason')})")
            return route
        return wait_for(has_it, seconds, f"route {source} → {destination} {state} as seen from {self.name}")

    def wait_saved(self, text):
        """Until the state that Thruwall here keeps for its next start holds a text."""
        def is_there():
            for folder, _, files in os.walk(os.path.join(self.room.home, ".config")):
                for name in files:
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        if text in file.read():
                            return True
            return False
        wait_for(is_there, 5, f"“{text}” in the saved state of {self.name}")

    def click(self, crossing):
        """Activates a crossing of the matrix by its accessible name."""
        self.room.atspi("act", crossing + ": not connected")
        self.room.atspi("wait", crossing + ": connected")


def carry_everything(player, recorder, notes=1000):
    """The whole stream goes from the player's port to the recorder's: all there, in order, unchanged."""
    recorder.forget()
    sent = midi.stream(notes)
    wanted, wanted_realtime = midi.split(b"".join(sent))
    player.play(*sent)
    deadline = time.monotonic() + 60

    def arrived():
        octets = recorder.octets()
        return octets.endswith(sent[-1]) or len(octets) >= sum(map(len, sent))

    # Until all is there, or nothing more comes for a while: what is missing says more than how long was waited.
    last, quiet_since = -1, time.monotonic()
    while not arrived() and time.monotonic() < deadline:
        size = len(recorder.octets())
        if size != last:
            last, quiet_since = size, time.monotonic()
        elif time.monotonic() > quiet_since + 8:
            break
        time.sleep(0.1)
    time.sleep(0.3)
    try:
        found, found_realtime = midi.split(recorder.octets())
    except LabError as error:
        raise LabError(f"what arrived is no stream of messages: {error}") from None
    compare(found, wanted)
    tap.check_equal(len(found_realtime), len(wanted_realtime), "clock messages")
    tap.check_equal(set(found_realtime), set(wanted_realtime), "kinds of real-time messages")


def compare(found, wanted):
    """Says where two lists of messages part, and not only that they do."""
    for index, (one, other) in enumerate(zip(found, wanted)):
        if one != other:
            context = " ".join(message[:8].hex() for message in found[max(index - 2, 0):index + 4])
            raise LabError(f"message {index} is {one[:16].hex()} ({len(one)} octets) instead of {other[:16].hex()} "
                           f"({len(other)} octets); around it: {context}")
    tap.check_equal(len(found), len(wanted), "messages")


def hold_chord(player, recorder):
    recorder.forget()
    player.play(*CHORD)
    wait_for(lambda: recorder.sounding() == CHORD_SOUNDS, 5, "the chord")


def check_balanced(recorder, seconds=BALANCED_WITHIN):
    begin = time.monotonic()
    wait_for(lambda: recorder.sounding() == set(), seconds, "silence")
    tap.remark(f"silent after {time.monotonic() - begin:.2f} s")


def release_chord(player):
    """The musician lets go: what hung or not, hangs no more."""
    player.play(*CHORD_ENDS)


def plays_through(player, recorder, seconds=BACK_WITHIN):
    """A note that is played comes out, sooner or later: one is tried again and again."""
    recorder.forget()

    def try_note():
        player.play(bytes([0x90, 72, 1]), bytes([0x80, 72, 0]))
        time.sleep(0.1)
        return bytes([0x90, 72, 1]) in recorder.messages()
    wait_for(try_note, seconds, "a note at the other end")
