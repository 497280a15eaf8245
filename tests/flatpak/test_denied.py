#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the installed Flatpak says when a person took a permission away, and whether what it recommends helps."""

from sandbox import APP_ID, SandboxRoom

import midi
import tap
from lab import Lab, LabError, wait_for


def denied_and_given_back(taken, given, words, works):
    """Takes permissions away; the window and “status” must say so and name the command that gives them back. Runs that: at the
    next start, works(studio) must come true, and nothing be said."""
    command = " ".join(["flatpak override --user", *given, APP_ID])
    with Lab() as lab:
        booth = lab.add_room("booth", jack=True)
        booth.start_thruwall("--room-name", "Booth")
        studio = SandboxRoom(lab, "studio")
        studio.start_pipewire()
        midi.Player(studio, "keys", at_once=True)

        studio.override(*taken)
        studio.start_thruwall("--room-name", "Studio")
        studio.room.atspi("wait", words)
        studio.room.atspi("wait", command)
        wait_for(lambda: told_in_status(studio, words, command), 20, f"“{words}” in the status")
        tap.check(not works(studio.status()), "it works although it is denied")
        studio.end_thruwall()

        studio.room.run("sh", "-c", command)
        studio.start_thruwall()
        wait_for(lambda: works(studio.status()), 20, "what was given back")
        tap.check_equal(studio.status()["problems"], [], "problems")


def told_in_status(studio, words, command):
    told = studio.room.run("flatpak", "run", "--user", APP_ID, "status")
    if words not in told or f"    {command}\n" not in told:
        raise LabError(told)
    return True


def booth_is_connected(status):
    return any(room["name"] == "Booth" and room["state"] == "connected" for room in status["rooms"])


def keys_are_there(status):
    return any(device["name"] == "keys:out" and device["online"] for room in status["rooms"] for device in room["devices"])


@tap.test("without Avahi, it says that rooms are not found, and after the command that it names they are")
def says_that_avahi_is_denied():
    denied_and_given_back(["--system-no-talk-name=org.freedesktop.Avahi"], ["--system-talk-name=org.freedesktop.Avahi"],
                          "Other rooms are not found by themselves, because Flatpak does not let", booth_is_connected)


@tap.test("without the network, it says that no room can be reached, and after the command that it names they can")
def says_that_the_network_is_denied():
    denied_and_given_back(["--unshare=network"], ["--share=network"],
                          "Flatpak does not let Thruwall use the network.", booth_is_connected)


@tap.test("without MIDI devices, it says that it may not use them, and after the command that it names it does")
def says_that_midi_is_denied():
    denied_and_given_back(["--nosocket=pulseaudio", "--nofilesystem=xdg-run/pipewire-0"],
                          ["--socket=pulseaudio", "--filesystem=xdg-run/pipewire-0"],
                          "Flatpak does not let Thruwall use MIDI devices.", keys_are_there)


if __name__ == "__main__":
    tap.main()
