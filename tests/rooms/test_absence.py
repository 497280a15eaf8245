#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why another room is not here: its program is frozen, or nothing gets there. Routes say which. And when the way is slow."""

import signal
import time

import tap
from lab import PYTHON, Lab, wait_for

KEYBOARD, SYNTH = "Demo Keyboard", "Demo Synth"
FROZEN = "The program in Booth does not answer, though its computer does: it may be frozen. The network is fine."
CUT_OFF = "can no longer be reached. Check its cable or Wi-Fi."
PLAIN_SPEAKER = """
import socket, sys, time
speaker = socket.create_connection((sys.argv[1], 1199))
speaker.sendall(bytes([0x90, 60, 64, 0x80, 60, 64]))
time.sleep(600)
"""


def longest_answer(room, seconds):
    """Asks Thruwall in that room again and again; the longest that it took to answer, in seconds."""
    end, longest = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        asked = time.monotonic()
        room.status()
        longest = max(longest, time.monotonic() - asked)
    return longest


def wait_for_state(room, route, state):
    wait_for(lambda: room.route_in_status(*route)["state"] == state, 20, f"{' → '.join(route)} {state} as seen from {room.name}")


def wait_for_reason(room, route, reason):
    wait_for(lambda: reason in (room.route_in_status(*route)["reason"] or ""), 20, f"“{reason}” at {' → '.join(route)}")
    tap.check_equal(room.route_in_status(*route)["state"], "waiting", "its state")


@tap.test("a frozen program is told from a pulled cable, at routes there and back, and both go by")
def frozen_or_cut_off():
    with Lab() as lab:
        booth, desk = lab.add_room("booth"), lab.add_room("desk")
        booth.start_thruwall("--room-name", "Booth")
        desk.start_thruwall("--room-name", "Desk")
        routes = ((f"Desk/{KEYBOARD}", f"Booth/{SYNTH}"), (f"Booth/{KEYBOARD}", f"Desk/{SYNTH}"))
        wait_for(lambda: desk.room_in_status("Booth")["state"] == "connected", 20, "the link")
        for route in routes:
            desk.command("connect", *route)
            wait_for_state(desk, route, "connected")

        booth.thruwall.signal(signal.SIGSTOP)
        for route in routes:
            wait_for_reason(desk, route, FROZEN)
        booth.thruwall.signal(signal.SIGCONT)
        for route in routes:
            wait_for_state(desk, route, "connected")

        booth.link_down()
        for route in routes:
            wait_for_reason(desk, route, f"Booth {CUT_OFF}")
            wait_for_reason(booth, route, f"Desk {CUT_OFF}")
        booth.link_up()
        for route in routes:
            wait_for_state(desk, route, "connected")


@tap.test("a speaker without a heartbeat that is cut off is noticed as well")
def plain_cut_off():
    with Lab() as lab:
        desk, mixer = lab.add_room("desk"), lab.add_room("mixer")
        desk.start_thruwall("--room-name", "Desk")
        mixer.start(PYTHON, "-c", PLAIN_SPEAKER, desk.address, name="plain-speaker")
        route = (f"Desk/{KEYBOARD}", f"{mixer.address}/MIDI")
        wait_for(lambda: desk.room_in_status(mixer.address)["state"] == "connected", 20, "the speaker")
        desk.command("connect", *route)
        wait_for_state(desk, route, "connected")
        mixer.link_down()
        wait_for_reason(desk, route, f"{mixer.address} {CUT_OFF}")


@tap.test("who goes and comes while avahi-daemon hangs is missed and linked as ever, and nothing waits for it")
def hanging():
    with Lab() as lab:
        booth, desk = lab.add_room("booth"), lab.add_room("desk")
        booth.start_thruwall("--room-name", "Booth")
        desk.start_thruwall("--room-name", "Desk")
        wait_for(lambda: desk.room_in_status("Booth")["state"] == "connected", 20, "the link")
        desk.avahi.signal(signal.SIGSTOP)
        booth.thruwall.kill()
        wait_for(lambda: desk.room_in_status("Booth")["state"] == "waiting", 5, "its end")
        tap.check(longest_answer(desk, 2) < 5, "Thruwall did not answer for seconds")
        booth.start_thruwall("--room-name", "Booth", wait=False)
        wait_for(lambda: desk.room_in_status("Booth")["state"] == "connected", 10, "the link again")
        begin = time.monotonic()
        tap.check_equal(desk.thruwall.stop(), 0, "exit status")
        tap.remark(f"ended after {time.monotonic() - begin:.1f} s")


@tap.test("a slow network is said to be slow, as long as it is")
def slow():
    with Lab() as lab:
        booth, desk = lab.add_room("booth"), lab.add_room("desk", forwarder=True)
        booth.start_thruwall("--room-name", "Booth")
        desk.start_thruwall("--room-name", "Desk")
        for room, other in ((desk, "Booth"), (booth, "Desk")):
            wait_for(lambda room=room, other=other: room.room_in_status(other)["state"] == "connected", 20, "the link")

        desk.set_cable(delay=0.08)
        for room, other in ((desk, "Booth"), (booth, "Desk")):
            wait_for(lambda room=room, other=other: room.room_in_status(other)["reason"] == "The network is slow.", 20, "the word")
            tap.check_equal(room.room_in_status(other)["state"], "connected", "the state")
        desk.set_cable(delay=0)
        for room, other in ((desk, "Booth"), (booth, "Desk")):
            wait_for(lambda room=room, other=other: room.room_in_status(other)["reason"] is None, 20, "the end of it")


if __name__ == "__main__":
    tap.main()
