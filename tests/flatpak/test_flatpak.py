#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundle as a new user installs it, beside a Thruwall that was built without a sandbox. Run by ./dev flatpak."""

import glob
import json
import os
import subprocess

from sandbox import APP_ID, EXPORTS, FILES, IN_SDK, SandboxRoom, desktop_entry, read_groups

import midi
import tap
from lab import BUILD, HERE as ROOMS, PYTHON, Lab, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
MANIFEST = os.path.join(ROOMS, "..", "..", "flatpak", f"{APP_ID}.json")
PICTURE = os.path.join(BUILD, "meson-logs", "flatpak.png")


def run(*args):
    result = subprocess.run(args, capture_output=True, text=True, check=False)
    tap.check(result.returncode == 0, f"{' '.join(args)}: {result.stdout}{result.stderr}")
    return result.stdout + result.stderr


@tap.test("its desktop file, metainfo, icons and D-Bus service are exported and valid, and the licences are in it")
def exports_are_valid():
    tap.check_equal(run("desktop-file-validate", f"{EXPORTS}/applications/{APP_ID}.desktop"), "", "complaints")
    # flatpak-builder before 1.4 renames it. The SDK's program, because Debian 12's does not know all of today's words.
    metainfo = glob.glob(f"{EXPORTS}/metainfo/{APP_ID}.*.xml")[0]
    told = run(*IN_SDK, "--ro-bind", metainfo, "/tmp/metainfo.xml", "appstreamcli", "validate", "--no-net", "/tmp/metainfo.xml")
    tap.check_equal([line for line in told.splitlines() if line and not line.startswith("✔")], [], "complaints")
    run("xmllint", "--noout", f"{EXPORTS}/icons/hicolor/scalable/apps/{APP_ID}.svg",
        f"{EXPORTS}/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg")
    tap.check(os.path.exists(f"{EXPORTS}/dbus-1/services/{APP_ID}.service"), "no D-Bus service was exported")
    for module in ("rtmidi", "thruwall"):
        tap.check(os.listdir(f"{FILES}/share/licenses/{APP_ID}/{module}"), f"the licence of {module} is missing")


@tap.test("it may do what the manifest asks for, and nothing else")
def permissions_are_the_manifests():
    metadata = read_groups(os.path.join(FILES, "..", "metadata"))
    groups = {"shared": "share", "sockets": "socket", "devices": "device", "filesystems": "filesystem"}
    granted = [f"--{groups[key]}={value}" for key, values in metadata["Context"].items() for value in values.split(";") if value]
    granted += [f"--system-{policy}-name={name}" for name, policy in metadata["System Bus Policy"].items()]
    with open(MANIFEST, encoding="utf-8") as file:
        wanted = json.load(file)["finish-args"]
    wanted.append("--socket=x11")  # what Flatpak makes of fallback-x11
    tap.check_equal(sorted(granted), sorted(wanted), "permissions")
    tap.check_equal([group for group in metadata.sections() if group.endswith("Policy")], ["System Bus Policy"], "buses")


@tap.test("started from the desktop's menu, it finds a Thruwall outside of a sandbox, and notes go both ways")
def notes_go_both_ways():
    with Lab() as lab:
        booth = lab.add_room("booth", jack=True)
        booth.start_thruwall("--room-name", "Booth")
        studio = SandboxRoom(lab, "studio")
        studio.start_pipewire()
        keys, synth = midi.Player(studio, "Keystation", at_once=True), midi.Recorder(studio, "Drumbrute")
        pads, bass = midi.Player(booth, "Push", at_once=True), midi.Recorder(booth, "Minitaur")
        studio.start_thruwall("--room-name", "Studio")
        studio.room.atspi("act", "Keystation:out to Booth Minitaur:in: not connected")
        studio.room.atspi("act", "Booth Push:out to Drumbrute:in: not connected")
        carries(keys, bass)
        carries(pads, synth)
        studio.resize_window(640, 400)
        studio.room.atspi("wait-gone", "Undo")
        for player, recorder in (keys, bass), (pads, synth):
            recorder.forget()
            player.play(bytes([0x90, 60, 127]), bytes([0x90, 64, 127]))
            wait_for(lambda: len(recorder.messages()) == 2, 10, "a chord for the picture")
        studio.take_picture(PICTURE)
        tap.remark(f"a picture of it: {PICTURE}")


def carries(player, recorder):
    def try_note():
        player.play(bytes([0x90, 72, 64]), bytes([0x80, 72, 0]))
        return recorder.messages()
    wait_for(try_note, 15, f"a note of {player.device} at {recorder.device}")


@tap.test("it speaks German to who does, in the window and in the desktop's menu")
def speaks_german():
    tap.check_equal(desktop_entry()["Comment[de]"], "MIDI-Geräte in verschiedenen Räumen verbinden", "the menu")
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        studio.room.env["LC_ALL"] = "de_DE.UTF-8"
        studio.start_thruwall()
        studio.room.atspi("wait", "Willkommen bei Thruwall")
        studio.room.atspi("act", "Los", "--role", "push button")
        studio.room.atspi("wait", "Hauptmenü")
        studio.end_thruwall()


def close_window(studio, portal):
    """With a route, and a desktop that grants or refuses to play on without the window."""
    asked = studio.room.start(PYTHON, os.path.join(HERE, "fake_portal.py"), portal)
    wait_for(lambda: "ready" in asked.lines(), 10, "the portal")
    studio.start_pipewire()
    midi.Player(studio, "keys", at_once=True)
    midi.Recorder(studio, "synth")
    studio.start_thruwall("--room-name", "Studio")
    studio.room.atspi("act", "keys:out to synth:in: not connected")
    studio.room.atspi("wait", "keys:out to synth:in: connected")
    studio.room.atspi("act", "Close", "--role", "push button")
    wait_for(lambda: any("--headless" in line for line in asked.lines()), 10, "the question")


@tap.test("where the desktop grants it, a route plays on without the window")
def plays_on():
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        close_window(studio, "grant")
        studio.room.atspi("wait-gone", "Main menu")
        tap.check_equal(studio.status()["routes"][0]["state"], "connected", "the route")
        studio.room.run("flatpak", "run", "--user", APP_ID)
        studio.room.atspi("wait", "Main menu")


@tap.test("where the desktop refuses, closing the window ends it, and it says why")
def ends_with_its_window():
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        close_window(studio, "refuse")
        tap.check_equal(studio.thruwall.wait(), 0, "exit status")
        tap.check("does not let Thruwall run without a window" in studio.thruwall.output(), "it does not say why")


if __name__ == "__main__":
    tap.main()
