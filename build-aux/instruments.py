#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instruments for pictures, on JACK as the bridge a2jmidid calls them: instruments.py [+SOURCE…] [-DESTINATION…]

Each source is played all the time, each in its own way. Runs until it is killed.
"""

import sys
import time

import jack

CHORDS = ((48, 64, 67, 71), (45, 64, 69, 72), (50, 65, 69, 74), (43, 62, 67, 71))
STEPS = 5  # a second


class Source:
    def __init__(self, client, name, number):
        self.port = client.midi_outports.register(f"{name} [{number}] (capture): {name}")
        self.number = number
        self.step = 0
        self.held = ()

    def play(self, step):
        self.port.clear_buffer()
        if step == self.step:
            return
        self.step = step
        for note in self.held:
            self.port.write_midi_event(0, (0x80, note, 0))
        self.held = CHORDS[step // 8 % len(CHORDS)][:1 + (step + self.number) % 4]
        for note in self.held:
            self.port.write_midi_event(0, (0x90, note, 70 + (step * 37 + self.number * 11) % 50))


def main():
    client = jack.Client("a2j", no_start_server=True)
    names = sys.argv[1:]
    for number, name in enumerate(names, 20):
        if name.startswith("-"):
            client.midi_inports.register(f"{name[1:]} [{number}] (playback): {name[1:]}")
    sources = [Source(client, name[1:], number) for number, name in enumerate(names, 20) if name.startswith("+")]

    @client.set_process_callback
    def process(frames):
        step = int(client.last_frame_time * STEPS / client.samplerate)
        for source in sources:
            source.play(step)

    with client:
        print("ready", flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
