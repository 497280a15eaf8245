#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts that go wrong: they must not cost the music that plays, nor end the program."""

import os

import tap
from lab import BUILD, Lab, wait_for

FROM, TO = "Desk/Demo Keyboard", "Booth/Demo Synth"


@tap.test("a second start beside the running program ends at once and leaves the routes alone")
def second_start():
    with Lab() as lab:
        booth = lab.add_room("booth")
        booth.start_thruwall("--room-name", "Booth")
        desk = lab.add_room("desk")
        desk.start_thruwall("--room-name", "Desk")
        desk.command("add-room", booth.address)
        wait_for(lambda: desk.room_in_status("Booth")["state"] == "connected", 20, "the link")
        desk.command("connect", FROM, TO)
        wait_for(lambda: booth.route_in_status(FROM, TO)["state"] == "connected", 10, "the route")
        for _ in range(5):
            second = desk.start(os.path.join(BUILD, "thruwall"), "--headless", "--midi", "demo", "--room-name", "Desk")
            while second.is_running():
                tap.check_equal(booth.route_in_status(FROM, TO)["state"], "connected", "the route meanwhile")
            tap.check_equal(second.wait(), 1, "the second start's exit status")
            tap.check("running already" in second.output(), f"it says why, and not: {second.output()}")
        tap.check_equal(booth.route_in_status(FROM, TO)["state"], "connected", "the route at last")


@tap.test("a full disk is told, and keeps nobody from playing")
def full_disk():
    with Lab() as lab:
        desk = lab.add_room("desk")
        config = os.path.join(desk.home, "config")
        os.mkdir(config)
        desk.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", config)
        desk.run("dd", "if=/dev/zero", f"of={config}/fill", "bs=4k", check=False)
        desk.start_thruwall("--room-name", "Desk", "--config-dir", config, env={"XDG_RUNTIME_DIR": config})
        desk.command("connect", "Desk/Demo Keyboard", "Desk/Demo Synth")
        wait_for(lambda: "not saved" in desk.thruwall.output(), 10, "the reason")
        tap.check_equal(desk.route_in_status("Desk/Demo Keyboard", "Desk/Demo Synth")["state"], "connected", "the route")
        tap.check_equal(desk.thruwall.stop(), 0, "the exit status")


if __name__ == "__main__":
    tap.main()
