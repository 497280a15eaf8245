#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A computer that was set up with a copy of another one's disk: two rooms with one identity, and a third that sees both."""

import shutil

import tap
from lab import Lab, wait_for

TITLE = "Two computers have the same identity"


def complains(room):
    return TITLE in room.command("status")


@tap.test("a copied computer is noticed by all, let in by none, and is a room of its own after one command, its routes with it")
def copied():
    with Lab() as lab:
        original, copy, booth = (lab.add_room(name) for name in ("original", "copy", "booth"))
        booth.start_thruwall("--room-name", "Booth")
        original.start_thruwall("--room-name", "Studio")
        wait_for(lambda: original.room_in_status("Booth")["state"] == "connected", 20, "the link")
        original.command("connect", "/Demo Keyboard", "Booth/Demo Synth")
        original.thruwall.stop()
        shutil.copytree(original.home, copy.home, dirs_exist_ok=True)
        original.start_thruwall()
        wait_for(lambda: booth.room_in_status("Studio")["state"] == "connected", 20, "the link again")

        copy.start_thruwall()
        for room in (original, copy, booth):
            wait_for(lambda room=room: complains(room), 20, f"the word of {room.name}")
        tap.check_equal(original.route_in_status("Studio/Demo Keyboard", "Booth/Demo Synth")["state"], "connected",
                        "the original's route")
        tap.check_equal([room["name"] for room in booth.status()["rooms"]], ["Booth", "Studio"], "rooms of the third")

        copy.command("new-identity")
        for room in (original, copy, booth):
            wait_for(lambda room=room: not complains(room), 30, f"the end of it in {room.name}")
        wait_for(lambda: [room["name"] for room in booth.status()["rooms"]] == ["Booth", "Studio", "Studio (2)"], 20, "two rooms")
        for room in (original, copy):
            wait_for(lambda room=room: room.route_in_status("Studio/Demo Keyboard", "Booth/Demo Synth")["state"] == "connected",
                     20, f"the route of {room.name}")
        wait_for(lambda: booth.route_in_status("Studio (2)/Demo Keyboard", "Booth/Demo Synth")["state"] == "connected", 10,
                 "the copy's route as seen from its end")


if __name__ == "__main__":
    tap.main()
