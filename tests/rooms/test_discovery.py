#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discovery with real Avahi daemons."""

import os
import signal
import subprocess
import time

import tap
from lab import BUILD, PYTHON, Lab, wait_for


class Discover:
    """The program discover in a room."""

    def __init__(self, room, ident, name, port=1199):
        self.process = room.start(os.path.join(BUILD, "tests", "rooms", "discover"), ident, name, str(port),
                                  stdin=subprocess.PIPE)

    def events(self, kind):
        return [line.split("\t")[1:] for line in self.process.lines() if line.startswith(kind + "\t")]

    def rooms(self):
        """What it knows now: key → [name, address, …]."""
        known = {}
        for line in self.process.lines():
            kind, _, rest = line.partition("\t")
            if kind == "found":
                key, *fields = rest.split("\t")
                known[key] = fields
            elif kind == "gone":
                known.pop(rest, None)
        return known

    def state(self):
        states = self.events("state")
        return states[-1][0] if states else "starting"

    def published(self):
        states = self.events("state")
        return states[-1][1] if states else ""

    def wait_published(self, name):
        wait_for(lambda: self.published() == name, 10, f"being published as “{name}”")

    def wait_state(self, state, seconds=15):
        wait_for(lambda: self.state() == state, seconds, f"state {state}")

    def wait_room(self, key, name, seconds=10):
        wait_for(lambda: self.rooms().get(key, [None])[0] == name, seconds, f"room {key} called “{name}”")
        return self.rooms()[key]

    def resolve_until(self, key, address):
        """Asks again and again, as one does who calls an address that does not answer."""
        def ask():
            self.process.say(f"resolve {key}")
            time.sleep(0.5)
            return address in self.rooms()[key]
        wait_for(ask, 15, f"address {address}")


def two_rooms(lab):
    one, two = lab.add_room("one"), lab.add_room("two")
    return one, two, Discover(one, "id-one", "Studio"), Discover(two, "id-two", "Live room")


@tap.test("two rooms find each other and not themselves, with IPv4 first and the interface of link-local IPv6")
def found():
    with Lab() as lab:
        one, two, first, second = two_rooms(lab)
        tap.check_equal(first.wait_room("id-two", "Live room")[1], f"{two.address}:1199", "first address")
        tap.check_equal(second.wait_room("id-one", "Studio")[1], f"{one.address}:1199", "first address")
        addresses = wait_for(lambda: len(first.rooms()["id-two"]) > 2 and first.rooms()["id-two"], 10, "the IPv6 address")
        tap.check(addresses[2].startswith("[fe80::") and addresses[2].endswith("%eth0]:1199"), f"addresses are {addresses}")
        tap.check_equal(list(first.rooms()), ["id-two"], "rooms known to the first")
        tap.check_equal(list(second.rooms()), ["id-one"], "rooms known to the second")


@tap.test("a room that leaves is gone after two seconds, and one that returns before is never reported gone")
def gone():
    with Lab() as lab:
        _, two, first, second = two_rooms(lab)
        first.wait_room("id-two", "Live room")
        second.process.say("port 0")
        second.process.say("port 1200")
        first.resolve_until("id-two", f"{two.address}:1200")
        tap.check_equal(first.events("gone"), [], "rooms reported gone")
        second.process.say("quit")
        begin = time.monotonic()
        wait_for(lambda: first.events("gone") == [["id-two"]], 10, "the end of the second room")
        tap.check(time.monotonic() - begin >= 1.5, "it was reported gone too soon")
        tap.check_equal(second.process.wait(), 0, "exit status")


@tap.test("a room that is renamed stays the same room")
def renamed():
    with Lab() as lab:
        _, _, first, second = two_rooms(lab)
        first.wait_room("id-two", "Live room")
        second.process.say("name Vocal booth")
        first.wait_room("id-two", "Vocal booth")
        second.wait_published("Vocal booth")
        # Past the time in which its former name is forgotten.
        time.sleep(3)
        tap.check_equal(first.events("gone"), [], "rooms reported gone")
        tap.check_equal(first.rooms()["id-two"][0], "Vocal booth", "name")


@tap.test("a name that is taken on this computer or on another gets a number")
def collision():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        first = Discover(one, "id-one", "Studio")
        first.wait_published("Studio")
        same_host = Discover(one, "id-twin", "Studio", 1200)
        same_host.wait_published("Studio #2")
        elsewhere = Discover(two, "id-two", "Studio")
        elsewhere.wait_published("Studio #3")
        elsewhere.wait_room("id-one", "Studio")
        elsewhere.wait_room("id-twin", "Studio #2")
        first.wait_room("id-two", "Studio #3")


@tap.test("long names are cut at a character, hostile ones cleaned, rooms without identity told apart by name")
def names():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        first = Discover(one, "id-one", "Ä" * 40)
        first.wait_published("Ä" * 31)
        two.start("avahi-publish", "--service", "evil\u202etxt\x1b[31m", "_dmidi._tcp", "1199", "id=two words")
        two.start("avahi-publish", "--service", "No port", "_dmidi._tcp", "0", "id=no-port")
        two.start("avahi-publish", "--service", "Console", "_dmidi._tcp", "51325")
        first.wait_room("name Console", "Console")
        first.wait_room("name eviltxt[31m", "eviltxt[31m")
        tap.check_equal(sorted(first.rooms()), ["name Console", "name eviltxt[31m"], "rooms")


@tap.test("avahi-daemon may come late and be restarted: no room vanishes, and all is published again")
def restart():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        second = Discover(two, "id-two", "Live room")
        one.stop_avahi()
        first = Discover(one, "id-one", "Studio")
        first.wait_state("no-daemon")
        tap.check(first.events("state")[-1][2] != "", "no sentence says what is wrong")
        one.start_avahi()
        first.wait_state("working")
        first.wait_room("id-two", "Live room")
        second.wait_room("id-one", "Studio")

        one.stop_avahi()
        first.wait_state("no-daemon")
        wait_for(lambda: "id-one" not in second.rooms(), 10, "the end of the first room")
        one.start_avahi()
        first.wait_state("working")
        first.wait_published("Studio")
        second.wait_room("id-one", "Studio")
        # Past the time after which what nobody announced again is forgotten.
        time.sleep(11)
        tap.check_equal(first.events("gone"), [], "rooms that the first reported gone")


@tap.test("nobody waits for an avahi-daemon that hangs, and what happened meanwhile is known when it goes on")
def hanging():
    with Lab() as lab:
        one, _, first, second = two_rooms(lab)
        first.wait_room("id-two", "Live room")
        second.wait_room("id-one", "Studio")
        one.avahi.signal(signal.SIGSTOP)
        second.process.say("name Vocal booth")
        first.process.say("resolve id-two")
        first.process.say("name Attic")
        time.sleep(1)
        begin = time.monotonic()
        first.process.say("ping")
        wait_for(lambda: "pong" in first.process.lines(), 5, "an answer while avahi-daemon hangs")
        tap.remark(f"answered after {time.monotonic() - begin:.2f} s")
        one.avahi.signal(signal.SIGCONT)
        first.wait_room("id-two", "Vocal booth")
        first.wait_published("Attic")
        second.wait_room("id-one", "Attic")
        one.avahi.signal(signal.SIGSTOP)
        first.process.say("resolve id-two")
        time.sleep(0.5)
        first.process.say("quit")
        tap.check_equal(first.process.wait(5), 0, "exit status while avahi-daemon hangs")
        one.avahi.signal(signal.SIGCONT)
        wait_for(lambda: second.events("gone") == [["id-one"]], 10, "the end of the first room")


@tap.test("what left while avahi-daemon was away is gone soon after its return")
def left_unseen():
    with Lab() as lab:
        one, _, first, second = two_rooms(lab)
        first.wait_room("id-two", "Live room")
        one.stop_avahi()
        first.wait_state("no-daemon")
        second.process.say("quit")
        second.process.wait()
        one.start_avahi()
        wait_for(lambda: first.events("gone") == [["id-two"]], 20, "the end of the second room")


@tap.test("the system bus may come late and be restarted, without a word on standard error")
def dbus():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        Discover(two, "id-two", "Live room")
        one.stop_avahi()
        one.stop_dbus()
        first = Discover(one, "id-one", "Studio")
        first.wait_state("no-dbus")
        tap.check(first.events("state")[-1][2] != "", "no sentence says what is wrong")
        one.start_dbus()
        first.wait_state("no-daemon")
        one.start_avahi()
        first.wait_state("working")
        first.wait_room("id-two", "Live room")

        one.stop_avahi()
        one.stop_dbus()
        first.wait_state("no-dbus")
        one.start_dbus()
        one.start_avahi()
        first.wait_state("working")
        first.wait_published("Studio")
        strange = [line for line in first.process.lines() if line.split("\t")[0] not in ("found", "gone", "state")]
        tap.check_equal(strange, [], "other output")


@tap.test("addresses are looked up anew when they are said not to answer")
def resolve_again():
    with Lab() as lab:
        _, two, first, _ = two_rooms(lab)
        first.wait_room("id-two", "Live room")
        two.delete_address()
        two.add_address("10.77.99.7")
        first.resolve_until("id-two", "10.77.99.7:1199")
        tap.check_equal(first.events("gone"), [], "rooms reported gone")


@tap.test("a new address and port that nobody heard of are found when the old ones are said not to answer")
def moved_unheard():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two", forwarder=True)
        first, second = Discover(one, "id-one", "Studio"), Discover(two, "id-two", "Live room")
        old = first.wait_room("id-two", "Live room")[1]
        wait_for(lambda: len(first.rooms()["id-two"]) > 2, 10, "the IPv6 address")
        two.set_cable(cut=True)
        two.delete_address()
        two.add_address("10.77.99.7")
        second.process.say("port 1201")
        # Past the time in which it is announced.
        time.sleep(8)
        two.set_cable(cut=False)
        time.sleep(1)
        tap.check_equal(first.rooms()["id-two"][1], old, "address before it is asked for")
        begin = time.monotonic()
        first.process.say("resolve id-two")
        wait_for(lambda: first.rooms()["id-two"][1] == "10.77.99.7:1201", 4, "the new address")
        wait_for(lambda: all(address.endswith(":1201") for address in first.rooms()["id-two"][1:]), 4, "the new port")
        tap.remark(f"found after {time.monotonic() - begin:.1f} s")


HALF_ANNOUNCED = """
import socket, struct, sys
def name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\\0"
service = name(b"_dmidi", b"_tcp", b"local")
instance = name(b"Live room", b"_dmidi", b"_tcp", b"local")
answer = service + struct.pack(">HHIH", 12, 1, 4500, len(instance)) + instance
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[1]))
    udp.bind(("", 5353))
    udp.sendto(struct.pack(">6H", 0, 0x8400, 0, 1, 0, 0) + answer, ("224.0.0.251", 5353))
"""


@tap.test("a room that did not answer when it was announced is found when somebody waits for it")
def announced_unasked():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two", forwarder=True)
        first = Discover(one, "id-one", "Studio")
        first.wait_published("Studio")
        two.run(PYTHON, "-c", HALF_ANNOUNCED, two.address)
        time.sleep(0.5)
        two.set_cable(cut=True)
        Discover(two, "id-two", "Live room")
        # Past the time in which it is announced, and in a pause between two look-ups.
        time.sleep(16)
        two.set_cable(cut=False)
        time.sleep(1)
        tap.check_equal(first.rooms(), {}, "rooms known before one is asked for")
        begin = time.monotonic()
        first.process.say("resolve id-two")
        first.wait_room("id-two", "Live room", 4)
        tap.remark(f"found after {time.monotonic() - begin:.1f} s")


FLOOD = """
import gi, sys
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)
def call(path, interface, method, arguments=None):
    return bus.call_sync("org.freedesktop.Avahi", path, "org.freedesktop.Avahi." + interface, method, arguments, None, 0, -1)
for number in range(int(sys.argv[1])):
    path = call("/", "Server", "EntryGroupNew")[0]
    call(path, "EntryGroup", "AddService", GLib.Variant("(iiussssqaay)", (-1, -1, 0, "Flood %d" % number, "_dmidi._tcp", "", "",
         1199, [b"id=flood-%d" % number])))
    call(path, "EntryGroup", "Commit")
GLib.MainLoop().run()
"""


@tap.test("a flood of announcements shows 128 rooms and no more, and what it pushed out is found when it ends")
def flood():
    with Lab() as lab:
        one, two, three = lab.add_room("one"), lab.add_room("two"), lab.add_room("three")
        flooder = two.start(PYTHON, "-c", FLOOD, "400", name="flood")
        first = Discover(one, "id-one", "Studio")
        wait_for(lambda: len(first.rooms()) == 128, 60, "128 rooms")
        Discover(three, "id-three", "Live room")
        time.sleep(5)
        tap.check_equal(len(first.rooms()), 128, "rooms")
        flooder.kill()
        first.wait_room("id-three", "Live room", 60)
        wait_for(lambda: list(first.rooms()) == ["id-three"], 60, "the end of the flood")


if __name__ == "__main__":
    tap.main()
