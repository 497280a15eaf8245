# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The octets of DMIDI over TCP, written from app/dmidi/PROTOCOL.md and nothing else: prefaces, frames, the MIDI messages in
them, and what these leave sounding."""

import struct

PORT = 1199
PREFACE = b"DMIDI\0\1\0"
HEADER = struct.Struct(">IIH")
PAYLOAD_MAX = 8192
SYSEX_MAX = 65536
SESSION = 0x00000000
FIRST = 0x80000001
LAST = 0xFEFFFFFF
EVERYONE = 0xFFFFFFFF
PEDALS = (64, 66, 67, 69)


class Malformed(Exception):
    """What came in is no DMIDI."""


def format_address(address):
    return ":".join("%02X" % octet for octet in address.to_bytes(4, "big"))


def parse_address(text):
    return int.from_bytes(bytes.fromhex(text.replace(":", "")), "big")


def speaker(first_octet):
    if first_octet >= 0x80:
        return "plain"
    return {0x44: "framed", 0x16: "tls"}.get(first_octet, "unknown")


def parse_preface(octets):
    """(major, minor), or None for need more."""
    if not PREFACE[:6].startswith(octets[:6]):
        raise Malformed("no preface")
    return (octets[6], octets[7]) if len(octets) >= 8 else None


def parse_frame(octets):
    """(address, time, payload), or None for need more."""
    if len(octets) < HEADER.size:
        return None
    address, clock, length = HEADER.unpack_from(octets)
    if length > PAYLOAD_MAX:
        raise Malformed("frame too long")
    if len(octets) < HEADER.size + length:
        return None
    return address, clock, bytes(octets[HEADER.size:HEADER.size + length])


def make_frame(address, clock, payload):
    return HEADER.pack(address, clock & 0xFFFFFFFF, len(payload)) + payload


def message_length(status):
    if status < 0xF0:
        return 2 if 0xC0 <= status < 0xE0 else 3
    return {0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF4: 0, 0xF5: 0, 0xF7: 0, 0xF9: 0, 0xFD: 0}.get(status, 1)


class MidiParser:
    """The MIDI octets of one address, cut anywhere, into whole messages."""

    def __init__(self):
        self.running = 0
        self.message = bytearray()

    def feed(self, octets):
        for octet in octets:
            if octet >= 0xF8:
                if message_length(octet):
                    yield bytes([octet])
            elif octet >= 0x80:
                yield from self._status(octet)
            else:
                yield from self._data(octet)

    def _status(self, status):
        ended = bytes(self.message)
        self.message.clear()
        self.running = status if status < 0xF0 else 0
        if status == 0xF7 and ended[:1] == b"\xf0" and len(ended) < SYSEX_MAX:
            yield ended + b"\xf7"
        elif status == 0xF0 or message_length(status) > 1:
            self.message.append(status)
        elif message_length(status) == 1:
            yield bytes([status])

    def _data(self, octet):
        if not self.message and self.running:
            self.message.append(self.running)
        if not self.message:
            return
        if self.message[0] == 0xF0:
            if len(self.message) < SYSEX_MAX:
                self.message.append(octet)
            return
        self.message.append(octet)
        if len(self.message) == message_length(self.message[0]):
            yield bytes(self.message)
            self.message.clear()


class Sounding:
    """What one stream of messages left sounding, and what ends it."""

    def __init__(self):
        self.notes = []
        self.controls = {}

    def record(self, message):
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind == 0x90 and message[2] > 0:
            self.notes.append((channel, message[1]))
        elif kind in (0x80, 0x90):
            if (channel, message[1]) in self.notes:
                self.notes.remove((channel, message[1]))
        elif kind == 0xB0 and message[1] in PEDALS:
            self._control((channel, bytes([message[0], message[1], 0])), message)
        elif kind == 0xA0:
            self._control((channel, bytes([message[0], message[1], 0])), message)
        elif kind == 0xD0:
            self._control((channel, bytes([message[0], 0])), message)
        elif kind == 0xE0:
            self._control((channel, bytes([message[0], 0, 64])), message)

    def _control(self, key, message):
        if message == key[1]:
            self.controls.pop(key, None)
        else:
            self.controls[key] = True

    def release(self):
        channels = sorted({channel for channel, _ in self.notes} | {channel for channel, _ in self.controls})
        messages = []
        for channel in channels:
            messages += [bytes([0x80 | channel, note, 64]) for where, note in self.notes if where == channel]
            messages += [rest for where, rest in self.controls if where == channel]
            messages.append(bytes([0xB0 | channel, 123, 0]))
        self.__init__()
        return messages
