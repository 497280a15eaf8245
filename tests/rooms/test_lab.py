#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab itself: what the other tests stand on."""

import tap
from lab import PYTHON, Lab, wait_for

LISTEN = "import socket; s = socket.create_server(('', 7000)); print('ready', flush=True); s.accept()[0].sendall(b'hello')"
CONNECT = "import socket, sys; print(socket.create_connection((sys.argv[1], 7000), 5).recv(9).decode())"


@tap.test("rooms reach each other over their network")
def rooms_reach_each_other():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        listener = one.start(PYTHON, "-c", LISTEN, name="listener")
        wait_for(lambda: "ready" in listener.output(), 10, "the listener")
        tap.check_equal(two.run(PYTHON, "-c", CONNECT, one.address).strip(), "hello", "what came")


@tap.test("a service published in one room is found in the other, and by no other lab")
def services_are_found():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        one.start("avahi-publish", "--service", "Test room", "_dmidi._tcp", "1199", "id=abc")
        browse = two.start("avahi-browse", "--parsable", "--resolve", "_dmidi._tcp")
        wait_for(lambda: one.address in browse.output(), 10, "the service")
        tap.check("Test\\032room" in browse.output(), "the name is another")


@tap.test("a room that is shut down and booted again is on the network again")
def rooms_boot_again():
    with Lab() as lab:
        one, two = lab.add_room("one"), lab.add_room("two")
        one.shut_down()
        one.boot()
        listener = one.start(PYTHON, "-c", LISTEN, name="listener")
        wait_for(lambda: "ready" in listener.output(), 10, "the listener")
        tap.check_equal(two.run(PYTHON, "-c", CONNECT, one.address).strip(), "hello", "what came")


if __name__ == "__main__":
    tap.main()
