#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cable with faults: passes Ethernet frames between two network namespaces, late, never, twice or in another order.

Usage: tapem.py HERE THERE PID [SEED]

Makes the TAP device HERE in its own network namespace and THERE in that of process PID, joins them and says "ready". Each line
of its standard input sets what happens from then on, as a JSON object: delay and jitter in seconds (each frame takes delay ±
jitter, so jitter changes the order), loss and twice as a share of 1, cut true or false. What was said before and is not said
again stays. It ends when its standard input does. The same can be done with netem, which many kernels are built without.
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
FRAME_MAX = 65536
QUEUE_MAX = 10000  # frames on the way; more are lost, as on a real line


def enter_network(pid):
    with open(f"/proc/{pid}/ns/net", "rb") as namespace:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def open_tap(name):
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TAP | IFF_NO_PI))
    return tap


class Cable:
    def __init__(self, one, other, seed):
        self.other_end = {one: other, other: one}
        self.random = random.Random(seed)
        self.settings = {"delay": 0, "jitter": 0, "loss": 0, "twice": 0, "cut": False}
        self.on_the_way = []  # heap of (time to arrive, number, end, frame)
        self.number = 0

    def set(self, line):
        settings = json.loads(line)
        unknown = settings.keys() - self.settings.keys()
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        self.settings.update(settings)

    def take(self, end):
        try:
            frame = os.read(end, FRAME_MAX)
        except OSError:  # the device is down
            return
        now = self.settings
        if now["cut"] or self.random.random() < now["loss"] or len(self.on_the_way) >= QUEUE_MAX:
            return
        for _ in range(2 if self.random.random() < now["twice"] else 1):
            delay = max(0, now["delay"] + self.random.uniform(-1, 1) * now["jitter"])
            self.number += 1
            heapq.heappush(self.on_the_way, (time.monotonic() + delay, self.number, self.other_end[end], frame))

    def deliver(self):
        """Returns how long it is until the next frame arrives, or None."""
        while self.on_the_way:
            wait = self.on_the_way[0][0] - time.monotonic()
            if wait > 0:
                return wait
            _, _, end, frame = heapq.heappop(self.on_the_way)
            if self.settings["cut"]:
                continue
            try:
                os.write(end, frame)
            except OSError:  # the device is down, or full
                pass
        return None

    def run(self, commands):
        rest = b""
        while True:
            ready, _, _ = select.select([commands, *self.other_end], [], [], self.deliver())
            for end in ready:
                if end != commands:
                    self.take(end)
                    continue
                octets = os.read(commands, FRAME_MAX)
                if not octets:
                    return
                *lines, rest = (rest + octets).split(b"\n")
                for line in lines:
                    self.set(line)


def main():
    if len(sys.argv) not in (4, 5):
        print("Usage: tapem.py HERE THERE PID [SEED]", file=sys.stderr)
        return 2
    here = open_tap(sys.argv[1])
    enter_network(int(sys.argv[3]))
    cable = Cable(here, open_tap(sys.argv[2]), int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    print("ready", flush=True)
    cable.run(sys.stdin.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
