#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the guest of guest.sh, where the kernel has an ALSA sequencer with virtual raw MIDI ports: two Thruwalls without
display carry the stream of the big test from one raw port to another. Called by test_alsa_guest.py; prints TAP."""

import contextlib
import fcntl
import json
import os
import struct
import subprocess
import sys
import threading
import time

from gi.repository import Gio, GLib

import alsa_client
import midi
import story
import tap
from lab import BUILD, LabError, app_id, app_path, wait_for
from usb_gadget import Gadget

PROGRAM = os.path.join(BUILD, "thruwall")
FOLDER = "/run/story"
CABLE = 3000    # octets a second; a cable carries 3125
PIECE = 16
OUT_ROOM = 256  # octets that are in no pool yet, and so a hundred messages at most
CELLS = 30      # of a pool's 200
DUMP = 64 * 1024
DUMP_PIECE = 256


class Instrument:
    """A virtual raw MIDI port: what is written to it comes out of the sequencer's port, and the reverse."""

    def __init__(self, number):
        self.file = os.open(f"/dev/snd/midiC0D{number}", os.O_RDWR)
        self.received = bytearray()
        self._from = 0
        self._status = 0
        self._missing = 0  # data octets until the message is whole
        self._set_room(1, 65536)  # the 4 KiB that it has to read from overflow when this slow guest is late
        self._set_room(0, OUT_ROOM)
        threading.Thread(target=self._read, daemon=True).start()

    def _set_room(self, stream, octets):
        params = struct.pack("@iQQI16x4x", stream, octets, 1, 0)
        request = 3 << 30 | len(params) << 16 | ord("W") << 8 | 0x10  # SNDRV_RAWMIDI_IOCTL_PARAMS
        fcntl.ioctl(self.file, request, bytearray(params))

    def _read(self):
        try:
            while True:
                for octet in os.read(self.file, 4096):
                    self._take(octet)
        except OSError:
            pass  # its card went

    def close(self):
        """What still reads ends when the card goes."""
        os.close(self.file)

    def _take(self, octet):
        """The kernel uses running status; what is compared here has every status written out."""
        if 0x80 <= octet < 0xF8:
            self._status = octet
            self._missing = midi.LENGTHS.get(octet & 0xF0 if octet < 0xF0 else octet, 1) - 1
        elif octet < 0x80 and self._status < 0xF0:
            if self._missing == 0:
                self.received.append(self._status)
                self._missing = midi.LENGTHS[self._status & 0xF0] - 1
            self._missing -= 1
        self.received.append(octet)

    def play(self, *messages):
        octets = b"".join(messages)
        begin = time.monotonic()
        for index in range(0, len(octets), PIECE):
            self._write(octets[index:index + PIECE])
            time.sleep(max(0, begin + (index + PIECE) / CABLE - time.monotonic()))

    def dump(self, octets):
        """As fast as the sequencer carries it."""
        for index in range(0, len(octets), DUMP_PIECE):
            self._write(octets[index:index + DUMP_PIECE])

    def _write(self, octets):
        """What has no room in a program's pool would be lost in the kernel, and nobody told. And Linux counts what is written before
        it has copied it: while older octets leave, it may send on what stood there before."""
        while alsa_client.cells_in_use() > CELLS:
            time.sleep(0.001)
        request = 1 << 30 | 4 << 16 | ord("W") << 8 | 0x31  # SNDRV_RAWMIDI_IOCTL_DRAIN
        fcntl.ioctl(self.file, request, struct.pack("@i", 0))
        os.write(self.file, octets)

    # As a recorder

    def forget(self):
        self._from = len(self.received)

    def octets(self):
        return bytes(self.received[self._from:])

    def messages(self):
        return midi.split(self.octets())[0]

    def sounding(self):
        return midi.sounding(self.messages())


CARD = "/sys/bus/platform/drivers/snd_virmidi"


def unplug():
    """The card of the raw ports goes, as a USB interface does."""
    with open(f"{CARD}/unbind", "w", encoding="ascii") as file:
        file.write("snd_virmidi.0")


def plug_in():
    with open(f"{CARD}/bind", "w", encoding="ascii") as file:
        file.write("snd_virmidi.0")
    wait_for(lambda: os.path.exists("/dev/snd/midiC0D1"), 10, "the card")


class Program:
    """A Thruwall with a session bus and a home of its own."""

    def __init__(self, name, port):
        folder = os.path.join(FOLDER, str(port))
        os.makedirs(folder)
        self.name = name
        self.port = port
        self.folder = folder
        self.bus = None
        self.env = {
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/none",
            "GSETTINGS_BACKEND": "memory",
            "GSETTINGS_SCHEMA_DIR": os.path.join(BUILD, "resources"),
            "HOME": folder,
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "XDG_RUNTIME_DIR": folder,
        }
        self.start_bus()
        wait_for(lambda: os.path.exists(f"{folder}/bus"), 30, "the session bus")
        self.start()

    def start_bus(self):
        self._spawn("bus", "dbus-daemon", "--session", "--nofork", "--nopidfile",
                    f"--address=unix:path={self.folder}/bus")

    def _spawn(self, name, *args):
        with open(os.path.join(self.folder, name + ".log"), "ab") as log:
            return subprocess.Popen(args, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        self.popen = self._spawn("thruwall", PROGRAM, "--headless", "--midi", "alsa", "--room-name", self.name,
                                 "--port", str(self.port), "--config-dir", os.path.join(self.folder, "config"))
        wait_for(self.status, 60, f"Thruwall “{self.name}”")

    def kill(self):
        self.popen.kill()
        self.popen.wait()

    def command(self, *args):
        result = subprocess.run([PROGRAM, *args], env=self.env, capture_output=True, text=True, check=False, timeout=60)
        if result.returncode != 0:
            raise LabError(f"thruwall {' '.join(args)}: status {result.returncode}: {result.stderr.strip()}")
        return result.stdout

    def status(self):
        """What "status --json" prints, asked for on the bus: to start a program takes a second here."""
        try:
            if self.bus is None:
                flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
                self.bus = Gio.DBusConnection.new_for_address_sync(self.env["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)
            answer = self.bus.call_sync(app_id(), app_path() + "/Studio", app_id() + ".Studio", "Status", None, None,
                                        Gio.DBusCallFlags.NO_AUTO_START, 10000, None)
        except GLib.Error as error:
            raise LabError(f"“{self.name}” does not answer: {error.message}") from None
        return json.loads(answer.unpack()[0])

    def device(self, room, port, direction):
        """Room/Device of the raw port VirMIDI 0-PORT, or of the program of that name, as this Thruwall knows it; LabError when it
        does not."""
        name = f"VirMIDI 0-{port}" if isinstance(port, int) else port
        for entry in self.status()["rooms"]:
            for device in entry["devices"] if entry["name"] == room else []:
                if device["name"].endswith(name) and device["direction"] == direction and device["online"]:
                    return f"{room}/{device['name']}"
        raise LabError(f"“{self.name}” knows no {direction} {name} in “{room}”: {self.status()['rooms']}")

    def route_state(self, source, destination):
        for route in self.status()["routes"]:
            if (route["from"], route["to"]) == (source, destination):
                return route["state"]
        return None

    def show_log(self):
        with open(os.path.join(self.folder, "thruwall.log"), encoding="utf-8", errors="replace") as log:
            tap.remark(f"--- {self.name}\n" + "\n".join(log.read().splitlines()[-40:]))


def make_route(studio, source, destination):
    """From the Studio's raw port to what is played in the Live room. Returns both as the commands take them."""
    source = wait_for(lambda: studio.device("Studio", source, "source"), 60, "the source")
    destination = wait_for(lambda: studio.device("Live room", destination, "destination"), 60, "the destination")
    studio.command("connect", source, destination)
    wait_for(lambda: studio.route_state(source, destination) == "connected", 30, "the route")
    return source, destination


def check_octets(found, wanted, what):
    """Says where two dumps part, and not only that they do."""
    same = len(os.path.commonprefix([found, wanted]))
    tap.check(found == wanted, f"{what}: {len(found)} octets instead of {len(wanted)}; from {same} on it is "
                               f"{found[same:same + 16].hex()} instead of {wanted[same:same + 16].hex()}")


def tell_of_dumps(studio, keys, synth):
    """What is longer than any pool of the sequencer holds, beside notes of another route."""
    dumper, sampler, module = Instrument(2), Instrument(3), alsa_client.Recorder("Module", hardware=True)
    route = make_route(studio, 2, 3)
    notes = [bytes([(0x90, 0x80)[index % 2], index // 2 % 100, 100]) for index in range(600)]
    dump = midi.sysex(DUMP)
    synth.forget()
    begin = time.monotonic()
    player = threading.Thread(target=keys.play, args=notes)
    player.start()
    dumper.dump(dump)
    wait_for(lambda: len(sampler.octets()) >= DUMP, 30, "the dump")
    tap.remark(f"{DUMP} octets took {time.monotonic() - begin:.1f} s")
    check_octets(sampler.octets(), dump, "the dump")
    player.join()
    wait_for(lambda: len(synth.octets()) >= 3 * len(notes), 30, "the notes")
    story.compare(synth.messages(), notes)
    print("ok 5 a System Exclusive of 64 KiB arrives unchanged, and so do the notes of another route beside it", flush=True)

    studio.command("disconnect", *route)
    _, destination = make_route(studio, 2, "Module")
    dump = midi.sysex(12000)
    begin = time.monotonic()
    dumper.dump(dump)
    wait_for(lambda: len(module.octets()) >= len(dump), 30, "the dump at an instrument")
    check_octets(module.octets(), dump, "the dump at an instrument")
    tap.check(time.monotonic() - begin > 12000 / 3125 - 0.2, "no faster than a cable")
    print("ok 6 an instrument gets twice what its pool holds at the pace of a cable, and loses nothing", flush=True)

    module.forget()
    dump = midi.sysex(DUMP)  # long enough for a command to come in time here
    dumper.dump(dump)
    wait_for(lambda: len(module.octets()) > 1000, 30, "the beginning of another dump")
    studio.command("cancel-sysex", destination)
    wait_for(lambda: module.octets().endswith(b"\xf7"), 10, "the end of what was cancelled")
    dumper.play(bytes([0x90, 61, 100]))
    wait_for(lambda: module.octets().endswith(bytes([0xF7, 0x90, 61, 100])), 10, "the next note")
    sent = len(module.octets()) - 4
    tap.remark(f"{sent} octets of it were sent")
    tap.check(sent < len(dump) - 1, "some of it was not sent")
    check_octets(module.octets()[:sent], dump[:sent], "its beginning")
    print("ok 7 one that is cancelled on its way ends with F7, and the next note is played", flush=True)


def tell_of_usb(studio, keys):
    """An instrument that some program has opened past the sequencer, as a few do for speed."""
    gadget = Gadget("USB Synth")
    outside, inside = gadget.plug_in()
    source = studio.device("Studio", 0, "source")
    destination = wait_for(lambda: studio.device("Studio", "USB Synth MIDI 1", "destination"), 60, "the instrument")
    held = os.open(outside, os.O_WRONLY)
    with open("/proc/self/comm", encoding="utf-8") as file:
        holder = file.read().strip()
    try:
        studio.command("connect", source, destination)
    except LabError as error:
        tap.check(f"USB Synth MIDI 1 is held by {holder}, which shares it with nobody." in str(error), str(error))
    else:
        raise LabError("an instrument that another program has opened was opened")
    os.close(held)
    wait_for(lambda: studio.route_state(source, destination) == "connected", 60, "the route when the other program lets go")
    arrives_at(inside, keys)
    print("ok 8 an instrument on USB that another program opened is named with it, and plays when that lets go", flush=True)

    gadget.unplug()
    wait_for(lambda: studio.route_state(source, destination) == "waiting", 30, "the route without the instrument")
    _, inside = gadget.plug_in()
    wait_for(lambda: studio.route_state(source, destination) == "connected", 60, "the route after replugging")
    arrives_at(inside, keys)
    print("ok 9 its plug is pulled and put back, and its route is back without a command", flush=True)


def arrives_at(device, keys):
    """A note from these keys is read there, on the other end of the USB cable."""
    note = bytes([0x90, 72, 100])
    file = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    received = bytearray()

    def try_note():
        keys.play(note, bytes([0x80, 72, 0]))
        time.sleep(0.2)
        with contextlib.suppress(BlockingIOError):
            received.extend(os.read(file, 4096))
        return note in received
    wait_for(try_note, 30, "a note at the instrument")
    os.close(file)


def tell(programs):
    studio, live = programs
    keys, synth = Instrument(0), Instrument(1)
    studio.command("add-room", f"127.0.0.1:{live.port}")
    source, destination = make_route(studio, 0, 1)

    # This computer is so slow at times that everything would be late.
    for program in programs:
        program.command("late-limit", "off")
    story.carry_everything(keys, synth)
    print("ok 1 everything written to one raw MIDI port is read from the other, in order and unchanged", flush=True)

    story.hold_chord(keys, synth)
    studio.kill()
    story.check_balanced(synth)
    print("ok 2 when the sending Thruwall is killed in the middle of a chord, the other port is silent within 4 s", flush=True)

    story.release_chord(keys)
    studio.start()
    wait_for(lambda: studio.route_state(source, destination) == "connected", 60, "the route after a restart")
    story.plays_through(keys, synth, 20)
    print("ok 3 after a restart the route is back without a command", flush=True)

    story.hold_chord(keys, synth)
    keys.close()
    synth.close()
    unplug()
    wait_for(lambda: studio.route_state(source, destination) == "waiting", 30, "the route without its devices")
    plug_in()
    keys, synth = Instrument(0), Instrument(1)
    wait_for(lambda: studio.route_state(source, destination) == "connected", 60, "the route after replugging")
    tap.check_equal([message for message in synth.messages() if message[0] & 0xF0 == 0x90], [], "notes from before")
    story.plays_through(keys, synth, 20)
    print("ok 4 both devices are unplugged in the middle of a chord: when they are back, the route is, and plays nothing stale",
          flush=True)
    tell_of_dumps(studio, keys, synth)
    tell_of_usb(studio, keys)


def main():
    print("1..9", flush=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    programs = []
    try:
        for name, port in (("Studio", 1199), ("Live room", 1200)):
            programs.append(Program(name, port))
        tell(programs)
    except LabError as error:
        tap.remark(error)
        print("not ok", flush=True)
        for program in programs:
            program.show_log()
        sys.exit(1)


if __name__ == "__main__":
    main()
