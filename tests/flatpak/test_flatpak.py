#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundle as a new user installs it, beside a Thruwall that was built without a sandbox. Run by ./dev flatpak."""

import glob
import os
import subprocess

from sandbox import APP_ID, IN_SDK, INSTALLATION, SandboxRoom

import midi
import tap
from lab import PYTHON, Lab, LabError, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
EXPORTS = os.path.join(INSTALLATION, "exports", "share")
FILES = os.path.join(INSTALLATION, "app", APP_ID, "current", "active", "files")


def find_room(sandbox, name):
    for room in sandbox.status()["rooms"]:
        if room["name"] == name:
            return room
    raise LabError(f"the sandbox does not know a room “{name}”")


def find_problem(sandbox, words):
    """What is wrong, as the window says it, once it does."""
    def is_told():
        told = [f"{problem['title']}: {problem['detail']}" for problem in sandbox.status()["problems"]]
        return next((text for text in told if words in text), None)
    tap.remark(wait_for(is_told, 20, f"a problem with “{words}”"))


@tap.test("what the desktop sees of it is valid")
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


def run(*args):
    result = subprocess.run(args, capture_output=True, text=True, check=False)
    tap.check(result.returncode == 0, f"{' '.join(args)}: {result.stdout}{result.stderr}")
    return result.stdout + result.stderr


@tap.test("a room in the sandbox and one outside find each other, and notes go both ways")
def notes_go_both_ways():
    with Lab() as lab:
        booth = lab.add_room("booth", jack=True)
        booth.start_thruwall("--room-name", "Booth")
        studio = SandboxRoom(lab, "studio")
        studio.start_pipewire()
        keys, synth = midi.Player(studio, "keys", at_once=True), midi.Recorder(studio, "synth")
        pads, bass = midi.Player(booth, "pads", at_once=True), midi.Recorder(booth, "bass")
        studio.start_thruwall("--room-name", "Studio")
        studio.room.atspi("act", "keys:out to Booth bass:in: not connected")
        studio.room.atspi("act", "Booth pads:out to synth:in: not connected")
        carries(keys, bass)
        carries(pads, synth)


def carries(player, recorder):
    def try_note():
        player.play(bytes([0x90, 72, 64]), bytes([0x80, 72, 0]))
        return recorder.messages()
    wait_for(try_note, 15, f"a note of {player.device} at {recorder.device}")


@tap.test("the window speaks German to who does")
def window_speaks_german():
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        studio.room.env["LC_ALL"] = "de_DE.UTF-8"
        studio.start_thruwall()
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


@tap.test("without the permission for Avahi, the window says that rooms are not found")
def says_that_avahi_is_out_of_reach():
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        studio.start_thruwall("--room-name", "Studio", permissions=["--system-no-talk-name=org.freedesktop.Avahi"])
        find_problem(studio, "")


@tap.test("without the permission for the network, the window says that no room can be reached")
def says_that_the_network_is_out_of_reach():
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        booth = lab.add_room("booth", jack=True)
        booth.start_thruwall("--room-name", "Booth")
        studio.start_thruwall("--room-name", "Studio", permissions=["--unshare=network"])
        wait_for(lambda: find_room(studio, "Booth")["reason"], 30, "a reason why Booth is not reached")
        tap.remark(find_room(studio, "Booth")["reason"])


@tap.test("without the permissions for MIDI, the window says that there is none")
def says_that_midi_is_out_of_reach():
    with Lab() as lab:
        studio = SandboxRoom(lab, "studio")
        studio.start_thruwall("--room-name", "Studio", permissions=["--nosocket=pulseaudio", "--nofilesystem=xdg-run/pipewire-0"])
        find_problem(studio, "")


if __name__ == "__main__":
    tap.main()
