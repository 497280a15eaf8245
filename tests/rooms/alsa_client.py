# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on the ALSA sequencer, as alsa-lib makes it, and what the sequencer's clients have room for."""

import ctypes
import re
import threading

from lab import LabError

DUPLEX = 3                  # SND_SEQ_OPEN_DUPLEX
PLAYABLE = 1 << 1 | 1 << 6  # SND_SEQ_PORT_CAP_WRITE | SUBS_WRITE
SYNTH = 1 << 1              # SND_SEQ_PORT_TYPE_MIDI_GENERIC
HARDWARE = 1 << 16          # SND_SEQ_PORT_TYPE_HARDWARE
LONGEST = 4096              # octets of one event


class Recorder:
    """A port that can be played, with the pool that every program has that does not ask for more: 200 cells of 28 octets.
    @hardware: it says that there is a cable behind it."""

    def __init__(self, name, hardware=False):
        self.received = bytearray()
        self._alsa = ctypes.CDLL("libasound.so.2")
        self._seq, self._decoder = ctypes.c_void_p(), ctypes.c_void_p()
        self._call("snd_seq_open", ctypes.byref(self._seq), b"default", DUPLEX, 0)
        self._call("snd_seq_set_client_name", self._seq, name.encode())
        self._call("snd_seq_create_simple_port", self._seq, name.encode(), PLAYABLE, SYNTH | (HARDWARE if hardware else 0))
        self._call("snd_midi_event_new", ctypes.c_size_t(LONGEST), ctypes.byref(self._decoder))
        self._alsa.snd_midi_event_no_status(self._decoder, 1)
        threading.Thread(target=self._read, daemon=True).start()

    def _call(self, name, *args):
        result = getattr(self._alsa, name)(*args)
        if result < 0:
            raise LabError(f"{name}: error {-result}")
        return result

    def _read(self):
        event, octets = ctypes.c_void_p(), ctypes.create_string_buffer(LONGEST)
        while True:
            if self._alsa.snd_seq_event_input(self._seq, ctypes.byref(event)) < 0:
                self.received += b"lost"  # which is no MIDI
                continue
            length = self._alsa.snd_midi_event_decode(self._decoder, octets, ctypes.c_long(LONGEST), event)
            if length > 0:
                self.received += octets.raw[:length]

    def octets(self):
        return bytes(self.received)

    def forget(self):
        self.received.clear()


def cells_in_use():
    """Of the fullest pool from which a program reads."""
    with open("/proc/asound/seq/clients", encoding="utf-8", errors="replace") as file:
        pools = re.findall(r"Input pool :\n\s*Pool size\s*: \d+\n\s*Cells in use\s*: (\d+)", file.read())
    return max(map(int, pools), default=0)
