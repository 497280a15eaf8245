# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rooms that play to each other, and everything that can go wrong in and between them."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import time
from typing import Callable, Optional

import midi
from lab import HERE, PYTHON, LabError, need, wait_for
from performance import Part
from story import Seat

AT_ONCE = 0.05    # seconds, the promise after a close, a quit
UNPLUGGED = 0.1   # after a device has gone
REJECTED = 0.1    # after a firewall closed: the next note, 40 ms later, meets it
UNHEARD = 1.5     # after the last octet between two Thruwalls
RESTARTED = 1     # after the start of a program whose predecessor was killed
DUMPS_KIB = 4096  # 2 MiB of System Exclusive may wait for a room, here and there in pieces
PORT = 1199
OTHER_PORT = 1200


class Stage:
    """Two rooms, each with a keyboard, a synth, and a route to the other's synth; faults happen here and are felt there, too."""

    def __init__(self, lab):
        self.lab = lab
        self.here = self._seat("here", "Studio", forwarder=True)
        self.there = self._seat("there", "Live room")
        self.to_there = Part(self.here, self.there)
        self.to_here = Part(self.there, self.here)
        self.parts = (self.to_there, self.to_here)
        for part in self.parts:
            source, destination = part.player_seat, part.recorder_seat
            source.wait_for_device(destination, destination.recorder.device)
            source.room.command("connect", source.source, destination.destination)
        for part in self.parts:
            part.player_seat.wait_for_route(part.player_seat.source, part.recorder_seat.destination)
        # What must be found again after a kill.
        self.here.wait_saved(self.there.recorder.device)
        self.there.wait_saved(self.here.recorder.device)

    def _seat(self, host, name, **options):
        seat = Seat(self.lab, host, name, **options)
        self._add_instruments(seat)
        return seat.start()

    @staticmethod
    def _add_instruments(seat):
        seat.add_player("keys", at_once=True)
        seat.add_recorder("synth")

    def new_instruments(self, seat):
        """After its MIDI system was killed."""
        self._add_instruments(seat)
        for part in self.parts:
            if part.recorder_seat is seat:
                part.ear.follow(seat.recorder)

    @staticmethod
    def lose_instruments(seat, parts):
        """With the MIDI system of a room its instruments have gone."""
        for part in parts:
            if part.recorder_seat is seat:
                part.ear.follow(None)

    def links(self):
        """Connections between the rooms, as the kernel lists them here."""
        ports = " or ".join(f"{side} = :{port}" for port in (PORT, OTHER_PORT) for side in ("sport", "dport"))
        sockets = self.here.room.run("ss", "-Htn", "state", "established", f"( {ports} )")
        return len(sockets.splitlines())


@dataclasses.dataclass
class Fault:
    """Something that goes wrong, and what is promised of it.

    @begin and @end are called with the stage. @begin returns when it happened, or None: when it was called. @end returns since
    when all is reachable again, or None: since it was called.
    @there and @here: seconds within which all that sounds is released in each room; None: nothing can be said there, or nothing
    may be released at all (unbroken). @here_from_end: counted from the end of the fault, since until then nobody is there to do
    it.
    """

    name: str
    begin: Callable
    end: Callable
    seconds: float = 2.5
    there: Optional[float] = UNHEARD
    here: Optional[float] = UNHEARD
    here_from_end: bool = False
    there_from_end: bool = False
    unbroken: bool = False
    clear: Optional[Callable] = None  # called when the music is back: what may only be mended then
    growth_kib: int = 1024            # of a program's resident memory
    in_table_only: bool = False       # it needs more than the two rooms, or more time, or more notes are just in time


# Programs


def kill_here(stage):
    stage.here.kill()
    return time.monotonic()


def kill_both(stage):
    stage.here.kill()
    stage.there.kill()


def start_here(stage):
    stage.here.start(wait=False)


def start_both(stage):
    stage.here.start(wait=False)
    stage.there.start(wait=False)


def dial_both(stage):
    """Each room also has the other's address, and calls it."""
    for seat, other in ((stage.here, stage.there), (stage.there, stage.here)):
        seat.room.command("add-room", other.room.address, check=False)
    kill_both(stage)


def freeze_here(stage):
    stage.here.room.thruwall.signal(signal.SIGSTOP)


def thaw_here(stage):
    stage.here.room.thruwall.signal(signal.SIGCONT)


# Machines


def power_cut(stage):
    stage.here.room.shut_down()
    stage.lose_instruments(stage.here, stage.parts)


def quit_and_shut_down(stage):
    stage.here.room.thruwall.stop()
    power_cut(stage)


def boot(stage):
    stage.here.room.boot()
    stage.new_instruments(stage.here)
    begin = time.monotonic()
    start_here(stage)
    return begin


def kill_jack(seat_name):
    def begin(stage):
        seat = getattr(stage, seat_name)
        seat.room.kill_jack()
        happened = time.monotonic()
        stage.lose_instruments(seat, stage.parts)
        return happened
    return begin


def start_jack(seat_name):
    def end(stage):
        seat = getattr(stage, seat_name)
        seat.room.start_jack()
        stage.new_instruments(seat)
        return time.monotonic()
    return end


# Networks


def flush_addresses(stage):
    stage.here.room.run("ip", "address", "flush", "dev", "eth0")


def add_address(stage):
    stage.here.room.add_address()
    _add_link_local(stage.here.room, "1")


def change_address(stage):
    room = stage.here.room
    flush_addresses(stage)
    *net, host = room.address.split(".")
    room.add_address(".".join(net + [str(int(host) % 200 + 50)]))
    _add_link_local(room, room.address.rsplit(".", maxsplit=1)[1])


def move_unheard(stage):
    """To another address and port, of which the other room does not hear, and from where it can not be called."""
    cable(cut=True)(stage)
    chain = f"chain output {{ type filter hook output priority 0; tcp dport {PORT} drop; }}"
    stage.here.room.run("nft", f"table inet fault {{\n{chain}\n}}")
    stage.here.room.thruwall.stop()
    change_address(stage)
    stage.here.start(wait=False, port=OTHER_PORT)


def move_back(stage):
    no_firewall(stage)
    stage.here.room.thruwall.stop()
    stage.here.start(port=PORT)
    for part in stage.parts:
        part.player_seat.wait_for_route(part.player_seat.source, part.recorder_seat.destination)


def _add_link_local(room, host):
    room.run("ip", "address", "add", f"fe80::{host}/64", "dev", "eth0")


def firewall(rules):
    def begin(stage):
        need("nft")
        chains = "".join(f"chain {hook} {{ type filter hook {hook} priority 0; {rules} }}\n" for hook in ("input", "output"))
        stage.here.room.run("nft", f"table inet fault {{\n{chains}}}")
    return begin


def no_firewall(stage):
    stage.here.room.run("nft", "delete", "table", "inet", "fault")


DROP = f"tcp sport {PORT} drop; tcp dport {PORT} drop;"
# The reset must pass, too.
REJECT = f"tcp flags & rst == rst accept; tcp sport {PORT} reject with tcp reset; tcp dport {PORT} reject with tcp reset;"


def cable(**settings):
    return lambda stage: stage.here.room.set_cable(**settings)


GOOD_CABLE = cable(delay=0, jitter=0, loss=0, twice=0, cut=False)


def link(seat_name, state):
    return lambda stage: getattr(getattr(stage, seat_name).room, f"link_{state}")()


# A third room


class DeafRoom:
    """A speaker in a third room that stops reading while a lot is sent to it, and promised no heartbeat."""

    def __init__(self):
        self.speaker = self.flood = None

    def begin(self, stage):
        rooms = {room.name: room for room in stage.lab.rooms}
        room = rooms.get("deaf") or stage.lab.add_room("deaf")
        self.speaker = room.start(PYTHON, "-u", os.path.join(HERE, "foreign_speaker.py"), "connect", stage.here.room.address,
                                  "--heartbeat", "0", "--id", "deaf-room", name="foreign-speaker", stdin=subprocess.PIPE)
        self.flood = midi.Player(stage.here.room, "flood")
        wait_for(lambda: stage.here.room.room_in_status("Foreign room")["state"] == "connected", 10, "the foreign room")
        stage.here.wait_for_device(stage.here, self.flood.device)
        wait_for(lambda: stage.here.device_is_online("Foreign room", "Foreign synth"), 10, "its device")
        stage.here.room.command("connect", f"{stage.here.name}/{self.flood.device}", "Foreign room/Foreign synth")
        stage.here.wait_for_route(f"{stage.here.name}/{self.flood.device}", "Foreign room/Foreign synth")
        self.speaker.signal(signal.SIGSTOP)
        self.flood.play(*[midi.sysex(8000)] * 300, *[bytes([0xB0, 1, value % 128]) for value in range(2000)])

    def end(self, stage):
        stage.here.room.command("disconnect", f"{stage.here.name}/{self.flood.device}", "Foreign room/Foreign synth")
        self.flood.finish()
        self.speaker.kill()


# avahi-daemon, D-Bus


def stop_avahi(stage):
    stage.here.room.stop_avahi()


def start_avahi(stage):
    stage.here.room.start_avahi()


def stop_dbus(stage):
    stage.here.room.stop_dbus()
    with contextlib.suppress(LabError):
        stage.here.room.stop_avahi()


def start_dbus(stage):
    stage.here.room.start_dbus()
    stage.here.room.start_avahi()


def faults():
    """All of them, in the table's order."""
    deaf = DeafRoom()
    nothing = {"there": None, "here": None, "unbroken": True}
    return [
        Fault("program killed", kill_here, start_here, there=AT_ONCE, here=RESTARTED, here_from_end=True),
        Fault("program quits", lambda stage: stage.here.room.thruwall.stop(), start_here,
              there=AT_ONCE, here=AT_ONCE),
        Fault("program frozen and thawed", freeze_here, thaw_here, seconds=3, here_from_end=True),
        Fault("program frozen for 0.7 s", freeze_here, thaw_here, seconds=0.7, here_from_end=True, there_from_end=True,
              in_table_only=True),
        Fault("machine gone", power_cut, boot, here=None),
        Fault("machine reboots", quit_and_shut_down, boot, seconds=0.1, there=AT_ONCE, here=None),
        Fault("cable pulled here", link("here", "down"), link("here", "up")),
        Fault("cable pulled there", link("there", "down"), link("there", "up")),
        Fault("address removed", flush_addresses, add_address),
        Fault("address changed", change_address, lambda stage: None, seconds=0),
        Fault("address and port changed unheard", move_unheard, cable(cut=False), seconds=9, clear=move_back, in_table_only=True),
        Fault("silent drop", firewall(DROP), no_firewall),
        Fault("rejected with reset", firewall(REJECT), no_firewall, there=REJECTED, here=REJECTED),
        Fault("0.6 s outage", cable(cut=True), GOOD_CABLE, seconds=0.6),
        Fault("1 s outage", cable(cut=True), GOOD_CABLE, seconds=1),
        Fault("3 s outage", cable(cut=True), GOOD_CABLE, seconds=3),
        Fault("6 s outage", cable(cut=True), GOOD_CABLE, seconds=6),
        Fault("20 s outage", cable(cut=True), GOOD_CABLE, seconds=20, in_table_only=True),
        Fault("3 % of frames lost", cable(loss=0.03), GOOD_CABLE, seconds=6, **nothing),
        Fault("100 ± 50 ms delay", cable(delay=0.1, jitter=0.05), GOOD_CABLE, seconds=6, **nothing),
        Fault("a third room reads nothing", deaf.begin, deaf.end, seconds=6, growth_kib=DUMPS_KIB, in_table_only=True, **nothing),
        Fault("both killed, both dial", dial_both, start_both, there=RESTARTED, here=RESTARTED,
              here_from_end=True, there_from_end=True),
        Fault("avahi-daemon restarted", stop_avahi, start_avahi, **nothing),
        Fault("system bus gone", stop_dbus, start_dbus, **nothing),
        Fault("jackd killed here", kill_jack("here"), start_jack("here"), there=UNPLUGGED, here=None),
        Fault("jackd killed there", kill_jack("there"), start_jack("there"), there=None, here=UNPLUGGED),
    ]


# What tells most in little time.
QUICK = (
    ("program killed", True),
    ("program frozen and thawed", True),
    ("cable pulled here", True),
    ("cable pulled there", False),
    ("rejected with reset", True),
    ("0.6 s outage", True),
    ("3 % of frames lost", True),
    ("both killed, both dial", True),
    ("jackd killed here", True),
    ("jackd killed there", False),
)


def quick():
    """(fault, whether they play) of those that are tried with every test run."""
    by_name = {fault.name: fault for fault in faults()}
    return [(by_name[name], plays) for name, plays in QUICK]
