#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that means harm to a room: attacker.py KIND ADDRESS SECONDS [--from ADDRESS…]

Run by attacks.py inside a room of its own. What it does for so many seconds is said at each kind's function; it ends with one
line of JSON that counts what it did.
"""

import argparse
import collections
import contextlib
import json
import os
import random
import selectors
import socket
import struct
import time

import foreign_wire as wire

PORT = wire.PORT
CONNECTS = 1000  # a second
UGLY_NAMES = ("\u202eoidutS", "A" * 200, "<b>Studio</b>&amp;", "%s%n%d", "\x1b[31mred\x07", "a/b\\c\"d'e", "\u200b\u200b", "🎹" * 15,
              "../../etc/passwd", " ")


class Attacker:
    def __init__(self, target, seconds, sources):
        self.target, self.sources = target, sources
        self.end = time.monotonic() + seconds
        self.count = collections.Counter()

    def goes_on(self):
        return time.monotonic() < self.end

    def connect(self, index=0):
        """A connection under way, from one of our addresses; None when the kernel has none left."""
        try:
            link = socket.socket()
        except OSError:
            return None
        link.setblocking(False)
        try:
            if self.sources:
                link.bind((self.sources[index % len(self.sources)], 0))
            link.connect((self.target, PORT))
        except BlockingIOError:
            pass
        except OSError:
            link.close()
            return None
        self.count["connects"] += 1
        return link

    def introduce(self, link, name="Mallory", room=None):
        """Says hello and waits for the answer's beginning. None: it is not wanted."""
        link.setblocking(True)
        link.settimeout(2)
        hello = {"type": "hello", "id": room or f"mallory-{random.getrandbits(64)}", "name": name, "heartbeat": 0}
        try:
            link.sendall(wire.PREFACE + session(hello))
            answer = link.recv(65536)
        except OSError:
            return None
        self.count["introduced"] += bool(answer)
        return answer or None

    def link(self, name="Mallory"):
        """A link that is accepted, whatever it takes, and what it said so far; None when there is no time left."""
        while self.goes_on():
            link = self.connect()
            answer = self.introduce(link, name) if link is not None else None
            if answer is not None:
                return link, answer
            time.sleep(0.2)
        return None, b""

    def links(self):
        """Link after link, as often as one is closed."""
        while (link := self.link()[0]) is not None:
            yield link

    def links_to_sink(self):
        """The same, each with the address of the instrument that nobody listens to, as the list of devices tells it."""
        while True:
            link, said = self.link()
            if link is None:
                return
            address = self.find_sink(link, bytearray(said))
            if address is not None:
                yield link, address

    def find_sink(self, link, said):
        while self.goes_on():
            at = said.find(b'"sink:in"')
            end = said.find(b"}", at)
            if at >= 0 and end >= 0:
                return wire.parse_address(json.loads(said[said.rfind(b"{", 0, at):end + 1])["address"])
            try:
                more = link.recv(65536)
            except OSError:
                return None
            if not more:
                return None
            said += more
        return None

    def send(self, link, octets):
        """FALSE: the other side has had enough."""
        try:
            link.sendall(octets)
        except OSError:
            self.count["closed"] += 1
            return False
        return True


def session(message):
    return wire.make_frame(wire.SESSION, 0, json.dumps(message).encode())


def crowd(attacker, size, octets=None, interval=1.0):
    """Keeps up to so many connections open, as many as are let be, and opens no more than CONNECTS a second. Each says one more
    octet of @octets every interval."""
    selector = selectors.DefaultSelector()
    begin, number = time.monotonic(), 0
    said, next_say = {}, begin + interval

    while attacker.goes_on():
        while number < (time.monotonic() - begin) * CONNECTS:
            link = attacker.connect(number) if len(said) < size else None
            if link is None:
                break
            number += 1
            said[link] = 0
            selector.register(link, selectors.EVENT_READ)
        for key, _ in selector.select(0.05):
            if has_ended(key.fileobj):
                selector.unregister(key.fileobj)
                key.fileobj.close()
                del said[key.fileobj]
                attacker.count["closed"] += 1
        attacker.count["open at most"] = max(attacker.count["open at most"], len(said))
        if octets and time.monotonic() >= next_say:
            next_say += interval
            for link in said:
                with contextlib.suppress(OSError):  # not connected yet, or no more: the selector tells
                    said[link] += link.send(octets[said[link]:said[link] + 1])


def has_ended(link):
    try:
        return not link.recv(4096)
    except BlockingIOError:
        return False
    except OSError:
        return True


def idle(attacker):
    """2,000 connections that say nothing."""
    crowd(attacker, 2000)


def slow(attacker):
    """500 connections that say their preface, and then a frame, one octet a second."""
    crowd(attacker, 500, wire.PREFACE + session({"type": "hello", "id": "slow", "name": "Slow", "heartbeat": 0}))


def storm(attacker):
    """1,000 connections a second, closed at once."""
    begin = time.monotonic()
    while attacker.goes_on():
        if attacker.count["connects"] > (time.monotonic() - begin) * CONNECTS:
            time.sleep(0.001)
            continue
        link = attacker.connect(attacker.count["connects"])
        if link is not None:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.close()


def garbage(attacker):
    """Random octets, after every beginning that is understood."""
    beginnings = (b"", b"D", wire.PREFACE, b"\x16\x03\x01", b"\x90", b"GET / HTTP/1.1\r\n\r\n",
                  wire.PREFACE + session({"type": "hello", "id": "g", "name": "Garbage", "heartbeat": 0}))
    while attacker.goes_on():
        link = attacker.connect(attacker.count["connects"])
        if link is None:
            continue
        link.setblocking(True)
        link.settimeout(0.2)
        with contextlib.suppress(OSError):
            link.sendall(random.choice(beginnings) + os.urandom(random.randrange(1, 20000)))
            link.recv(1)
        link.close()


def half_frames(attacker):
    """Links that say hello, then half a frame, and then nothing; others follow when they are closed."""
    links = []
    while attacker.goes_on():
        link = attacker.connect(attacker.count["connects"])
        if link is not None and attacker.introduce(link):
            attacker.send(link, wire.make_frame(wire.EVERYONE, 0, bytes(8192))[:4000])
            links.append(link)
        time.sleep(0.05)


def come_and_go(attacker):
    """Rooms of ever new names that say hello and leave, as fast as they are let."""
    while attacker.goes_on():
        link = attacker.connect(attacker.count["connects"])
        if link is not None:
            attacker.introduce(link, random.choice(UGLY_NAMES)[:60] + str(random.random()))
            link.close()


def flood(attacker):
    """50,000 controllers a second to an instrument, on one link."""
    octets = b"".join(bytes([0xB0 | number % 16, 1 + number % 60, number % 128]) for number in range(500))
    for link, address in attacker.links_to_sink():
        next_time = time.monotonic()
        while attacker.goes_on() and attacker.send(link, wire.make_frame(address, 0, octets)):
            attacker.count["messages"] += 500
            next_time += 0.01
            time.sleep(max(0, next_time - time.monotonic()))


def long_sysex(attacker):
    """System Exclusive of 10 MiB to an instrument, one after the other, as fast as it is taken."""
    octets = b"\xf0" + bytes(10 * 1024 * 1024) + b"\xf7"
    for link, address in attacker.links_to_sink():
        while attacker.goes_on():
            for at in range(0, len(octets), wire.PAYLOAD_MAX):
                frame = wire.make_frame(address, 0, octets[at:at + wire.PAYLOAD_MAX])
                if not attacker.goes_on() or not attacker.send(link, frame):
                    break
            else:
                attacker.count["messages"] += 1
                continue
            break


def open_sysex(attacker):
    """A System Exclusive of 60,000 octets that does not end, to every address that there may be."""
    part = bytes(7500)
    for link, address in attacker.links_to_sink():
        targets = (address, wire.EVERYONE, *range(wire.FIRST, wire.FIRST + 300))
        frames = (wire.make_frame(target, 0, (b"" if at else b"\xf0") + part) for target in targets for at in range(8))
        if all(attacker.goes_on() and attacker.send(link, frame) for frame in frames):
            attacker.count["held open"] += len(targets)
        while attacker.goes_on() and attacker.send(link, session({"type": "ping", "t1": 1})):
            time.sleep(0.2)


def lists(attacker):
    """A room of 256 devices and 1,024 routes that are all others 150 times a second."""
    number = 0
    for link in attacker.links():
        while attacker.goes_on() and attacker.send(link, changed_lists(number)):
            number += 1
            attacker.count["lists"] += 1
            with contextlib.suppress(OSError):
                link.setblocking(False)
                link.recv(1 << 20)
            link.setblocking(True)
            link.settimeout(2)
            time.sleep(0.16)


def changed_lists(number):
    devices = [{"id": f"{number}-{index}", "name": UGLY_NAMES[index % len(UGLY_NAMES)] + str(number),
                "direction": ("source", "destination")[index % 2], "online": True,
                "address": wire.format_address(wire.FIRST + index)} for index in range(250)]
    routes = [{"from": f"{number}-{index % 125 * 2}", "to": {"room": f"room-{index % 50}", "device": str(index),
               "room-name": UGLY_NAMES[index % len(UGLY_NAMES)], "name": str(number)}, "state": "problem", "reason": "x" * 255}
              for index in range(250)]
    return b"".join(in_parts("devices", devices) + in_parts("routes", routes))


def in_parts(kind, entries, part=14):
    return [session({"type": kind, kind: entries[at:at + part], "more": at + part < len(entries)})
            for at in range(0, len(entries), part)]


def never_read(attacker):
    """Asks for more than a link's buffers hold, and reads none of the answers."""
    for link in attacker.links():
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while attacker.goes_on() and attacker.send(link, session({"type": "ping", "t1": 1 << 50})):
            attacker.count["pings"] += 1
            time.sleep(0.006)


def announce(attacker):
    """500 rooms that are not there, announced by mDNS again and again, under names that nobody would choose."""
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(attacker.sources[0]))
    out.bind(("", 5353))
    while attacker.goes_on():
        for number in range(500):
            out.sendto(announcement(number, attacker.sources[number % len(attacker.sources)]), ("224.0.0.251", 5353))
            attacker.count["announcements"] += 1
            time.sleep(0.002)


def dns_name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def announcement(number, address):
    label = (UGLY_NAMES[number % len(UGLY_NAMES)].encode()[:50] + b" %d" % number)[:63]
    kind = dns_name(b"_dmidi", b"_tcp", b"local")
    service, host = bytes([len(label)]) + label + kind, dns_name(b"mallory%d" % number, b"local")

    def record(name, number, data, flush=0x8000):
        return name + struct.pack(">HHIH", number, 1 | flush, 120, len(data)) + data

    txt = b"\x09txtvers=1" + (lambda text: bytes([len(text)]) + text)(b"id=forged-%d" % number)
    return (struct.pack(">HHHHHH", 0, 0x8400, 0, 4, 0, 0) + record(kind, 12, service, 0)
            + record(service, 33, struct.pack(">HHH", 0, 0, 1024 + number) + host)
            + record(service, 16, txt) + record(host, 1, socket.inet_aton(address)))


KINDS = {function.__name__: function for function in (idle, slow, storm, garbage, half_frames, come_and_go, flood, long_sysex,
                                                      open_sysex, lists, never_read, announce)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("target")
    parser.add_argument("seconds", type=float)
    parser.add_argument("--from", dest="sources", nargs="*", default=[], metavar="ADDRESS")
    arguments = parser.parse_args()
    os.nice(19)  # its work is another computer's
    attacker = Attacker(arguments.target, arguments.seconds, arguments.sources)
    KINDS[arguments.kind](attacker)
    print(json.dumps(attacker.count), flush=True)


if __name__ == "__main__":
    main()
