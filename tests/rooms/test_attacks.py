#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worst of the attacks of attacks.py, shortly: the whole list is for ./dev attacks."""

import functools

import attacks
import tap
from lab import Lab

SECONDS = 5
NOTES_LATER = 0.05  # where other programs use the machine, milliseconds say little


@functools.lru_cache(maxsize=None)
def siege():
    """One for all tests, and what was measured before them. It ends with this program."""
    stage = attacks.Stage(Lab())
    stage.watch(1)
    return attacks.Siege(stage, SECONDS, NOTES_LATER), stage.watch(SECONDS)


def withstands(name):
    attack = next(attack for attack in attacks.ATTACKS if attack.name == name)
    besieged, before = siege()
    row = besieged.attack(attack, before)
    tap.remark(row.line())
    tap.check(not row.broken, "; ".join(row.broken))


for _name in ("2,000 idle connections from 16 addresses", "50,000 messages a second", "System Exclusive of 10 MiB",
              "ever new lists of devices and routes", "no descriptors left"):
    tap.test(f"{_name}: the window goes on drawing, the music playing, and who means well comes in")(
        functools.partial(withstands, _name))


if __name__ == "__main__":
    tap.main()
