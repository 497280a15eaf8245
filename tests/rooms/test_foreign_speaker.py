#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The foreign speaker against itself over loopback, against the published vectors, and the vectors against the document."""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import unittest

import foreign_speaker
import foreign_wire as wire

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
DOCUMENT = (HERE.parent.parent / "app" / "dmidi" / "PROTOCOL.md").read_text(encoding="utf-8")


def load_rows(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def octets_of(text):
    return b"" if text == "-" else bytes.fromhex(text)


class Vectors(unittest.TestCase):
    def read(self, kind, octets):
        """(result, value) as the vectors have it."""
        if kind == "speaker":
            return wire.speaker(octets[0]), "-"
        try:
            if kind == "preface":
                version = wire.parse_preface(octets)
                return ("ok", "%d.%d" % version) if version else ("more", "-")
            if kind == "stream":
                return "ok", " ".join(self.read_stream(octets))
            frame = wire.parse_frame(octets)
        except wire.Malformed:
            return "error", "-"
        if frame is None:
            return "more", "-"
        return "ok", "%s %d %s" % (wire.format_address(frame[0]), frame[1], frame[2].hex() or "-")

    @staticmethod
    def read_stream(octets):
        parsers = {}
        while octets:
            address, _, payload = wire.parse_frame(octets)
            octets = octets[wire.HEADER.size + len(payload):]
            for message in parsers.setdefault(address, wire.MidiParser()).feed(payload):
                if message != b"\xfe":
                    yield "%s=%s" % (wire.format_address(address), message.hex())

    def test_frames_are_read_as_published(self):
        for kind, octets, result, value, meaning in load_rows("dmidi-frames.tsv"):
            with self.subTest(meaning):
                self.assertEqual(self.read(kind, octets_of(octets)), (result, value))

    def test_midi_is_read_as_published(self):
        for octets, expected, meaning in load_rows("midi1-stream.tsv"):
            with self.subTest(meaning):
                messages = [message.hex() for message in wire.MidiParser().feed(bytes.fromhex(octets))]
                self.assertEqual(" ".join(messages) or "-", expected)

    def test_document_shows_what_the_session_examples_hold(self):
        shown = [line for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.S) for line in block.splitlines()]
        examples = (DATA / "dmidi-session.jsonl").read_text(encoding="utf-8").splitlines()
        self.assertCountEqual(shown, examples)
        for line in examples:
            self.assertIn("type", json.loads(line))
            self.assertLessEqual(len(line.encode()), wire.PAYLOAD_MAX)

    def test_document_shows_what_the_frame_vectors_hold(self):
        rows = {tuple(row[:4]) for row in load_rows("dmidi-frames.tsv")}
        shown = re.findall(r"^\| (preface|frame|stream) \| `([0-9a-f]+)` \| (\w+) \| (.*) \|$", DOCUMENT, re.M)
        self.assertGreater(len(shown), 0)
        for row in shown:
            self.assertIn(row, rows)


class Rooms(unittest.TestCase):
    def setUp(self):
        self.a = foreign_speaker.Room("Room A", "a-room", "A keys", "A synth")
        self.b = foreign_speaker.Room("Room B", "b-room", "B keys", "B synth")
        self.port = self.b.listen()
        self.addCleanup(self.a.close)
        self.addCleanup(self.b.close)

    def wait(self, condition, seconds=5):
        self.assertTrue(self.a.wait_for(condition, seconds, [self.b]))

    def link(self):
        link = self.a.connect("127.0.0.1", self.port)
        self.wait(lambda: self.has(self.a, "routes") and self.has(self.b, "routes"))
        return link

    @staticmethod
    def having(room, event, /):
        return [members for members in room.events if members["event"] == event]

    def has(self, room, event, /, **members):
        return any(members.items() <= seen.items() for seen in self.having(room, event))

    def heard(self, room):
        return [members["message"] for members in self.having(room, "midi")]

    def raw(self):
        """A socket to room B that says what it likes."""
        connection = socket.create_connection(("127.0.0.1", self.port), 5)
        connection.setblocking(False)
        self.addCleanup(connection.close)
        return connection

    def test_rooms_meet(self):
        self.link()
        self.assertTrue(self.has(self.a, "hello", id="b-room", name="Room B"))
        self.assertTrue(self.has(self.b, "hello", id="a-room", name="Room A"))
        self.assertTrue(self.has(self.a, "accepted"))
        self.assertTrue(self.has(self.b, "accepted"))

    def test_messages_arrive_in_order_and_unchanged(self):
        self.link()
        messages = [bytes([0x90, note, 100]) for note in range(128)]
        messages += [b"\xf0" + bytes(range(100)) * 250 + b"\xf7", b"\xf8", b"\xe0\x00\x40", b"\xc5\x07", b"\xf2\x01\x02"]
        messages += [bytes([0x80, note, 0]) for note in range(128)]
        self.assertTrue(self.a.play("B synth", *messages))
        self.wait(lambda: len(self.heard(self.b)) == len(messages))
        self.assertEqual(self.heard(self.b), [message.hex() for message in messages])

    def test_pings_are_answered(self):
        link = self.link()
        link.send(type="ping", t1=self.a.clock())
        self.wait(lambda: self.has(self.a, "pong"))
        self.assertGreaterEqual(self.having(self.a, "pong")[0]["round_trip"], 0)

    def test_quiet_link_stays_open_by_its_heartbeat(self):
        link = self.link()
        opened = link.last_input
        self.wait(lambda: link.last_input > opened + 1.2)
        self.assertEqual(link.state, "framed")
        self.assertEqual(self.heard(self.a), [])

    def test_silent_room_is_lost_after_a_second(self):
        link = self.link()
        self.b.silent = True
        self.wait(lambda: link.state == "closed", 3)
        self.assertTrue(self.has(self.a, "closed", reason="silent"))

    def test_room_without_promise_may_be_silent(self):
        self.b.heartbeat = 0
        link = self.link()
        opened = link.last_input
        self.assertFalse(self.a.wait_for(lambda: link.state == "closed", 1.3, [self.b]))
        self.assertLess(link.last_input, opened + 0.5)

    def test_route_is_asked_for_played_and_ended(self):
        self.link()
        number = self.a.request("connect", ("Room B", "B keys"), ("Room A", "A synth"))
        self.wait(lambda: self.has(self.a, "answer", request=number, ok=True))
        self.wait(lambda: any(event["routes"] and event["routes"][0]["state"] == "connected"
                              for event in self.having(self.a, "routes")))
        self.assertEqual(self.b.play_routes(b"\x90\x3c\x64", b"\xb0\x40\x7f"), 1)
        self.wait(lambda: len(self.heard(self.a)) == 2)
        self.a.request("disconnect", ("Room B", "B keys"), ("Room A", "A synth"))
        self.wait(lambda: len(self.heard(self.a)) == 5)
        self.assertEqual(self.heard(self.a)[2:], ["803c40", "b04000", "b07b00"])
        self.wait(lambda: self.having(self.a, "routes")[-1]["routes"] == [])

    def test_request_for_an_unknown_source_is_declined(self):
        link = self.link()
        to = {"room": "a-room", "device": "synth"}
        link.send(type="request", request=9, action="connect", to=to, **{"from": "nothing"})
        self.wait(lambda: self.has(self.a, "answer", request=9, ok=False))

    def test_what_sounds_ends_with_the_link(self):
        link = self.link()
        self.a.play("B synth", b"\x90\x3c\x64", b"\x91\x40\x64", b"\xe1\x00\x10")
        self.wait(lambda: len(self.heard(self.b)) == 3)
        link.close("gone without a word")
        self.wait(lambda: self.has(self.b, "closed"))
        self.assertEqual(self.heard(self.b)[3:], ["803c40", "b07b00", "814040", "e10040", "b17b00"])

    def test_link_of_the_smaller_id_stays(self):
        self.link()
        second = self.b.connect("127.0.0.1", self.a.listen())
        self.wait(lambda: second.state == "closed")
        self.wait(lambda: [link.dialed for link in self.a.links] == [True])
        self.assertTrue(any(self.has(room, "closed", reason="There is another link.") for room in (self.a, self.b)))
        self.assertTrue(self.a.play("B synth", b"\x90\x3c\x64"))
        self.wait(lambda: self.heard(self.b) == ["903c64"])

    def test_newer_link_of_the_same_room_stays(self):
        first = self.link()
        second = self.a.connect("127.0.0.1", self.port)
        self.wait(lambda: first.state == "closed" and second.devices is not None)
        self.wait(lambda: self.a.links == [second] and len(self.b.links) == 1)

    def test_link_to_itself_ends(self):
        self.b.connect("127.0.0.1", self.port)
        self.wait(lambda: self.has(self.b, "closed"))

    def test_other_major_version_is_refused_with_our_preface(self):
        connection = self.raw()
        connection.send(b"DMIDI\0\2\0")
        self.wait(lambda: self.has(self.b, "closed", reason="another version: 2.0"))
        self.assertEqual(connection.recv(100), wire.PREFACE)
        self.assertEqual(connection.recv(100), b"")

    def test_overlong_frame_is_refused_at_its_header(self):
        connection = self.raw()
        connection.send(wire.PREFACE + wire.HEADER.pack(wire.FIRST, 0, wire.PAYLOAD_MAX + 1))
        self.wait(lambda: self.has(self.b, "closed", reason="frame too long"))

    def test_broken_messages_are_refused(self):
        broken = [b"{", b"[]", b'{"type":"hello"}', b'{"type":"devices","devices":[]}', b"\xff", b"[" * 4000]
        for n, text in enumerate(broken):
            self.raw().send(wire.PREFACE + wire.make_frame(wire.SESSION, 0, text))
            self.wait(lambda n=n: len(self.having(self.b, "closed")) == n + 1)

    def test_unknown_types_and_members_are_skipped(self):
        link = self.link()
        link.send(type="dance", steps=3)
        link.send(type="hello", id="a-room", name="Room A, renamed", colour="red")
        self.wait(lambda: self.has(self.b, "hello", name="Room A, renamed"))
        self.assertEqual(link.state, "framed")

    def test_program_plays_and_prints(self):
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        program = subprocess.Popen(
            [sys.executable, HERE / "foreign_speaker.py", "connect", "127.0.0.1:%d" % self.port,
             "--name", "Program", "--seconds", "20"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.addCleanup(program.wait)
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.kill)
        self.wait(lambda: self.has(self.b, "accepted", room="Program"), 10)
        self.b.play("Foreign synth", b"\x90\x3c\x64", b"\x80\x3c\x00")
        program.stdin.write(b'play "B synth" 904040 804000\n')
        program.stdin.flush()
        self.wait(lambda: self.heard(self.b) == ["904040", "804000"])
        program.stdin.write(b"quit\n")
        program.stdin.close()
        self.wait(lambda: self.has(self.b, "bye", code="quit"))
        events = [json.loads(line) for line in program.stdout]
        self.assertEqual([event["message"] for event in events if event["event"] == "midi"], ["903c64", "803c00"])
        self.assertEqual(program.wait(5), 0)


class Tap(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self.n_before = len(self.failures) + len(self.errors)

    def stopTest(self, test):
        super().stopTest(test)
        problems = (self.failures + self.errors)[self.n_before:]
        for _, text in problems:
            print("\n".join("# " + line for line in text.splitlines()))
        print("%s %d %s" % ("not ok" if problems else "ok", self.testsRun, test.id().split(".", 1)[1]), flush=True)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print("1..%d" % suite.countTestCases())
    return 0 if suite.run(Tap()).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
