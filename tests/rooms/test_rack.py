#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The day of a machine in the rack, shortened. ./dev rack takes as long as it says."""

import rack
import tap


@tap.test("a machine without screen and session bus is patched from another room, killed, cut off from power, and plays on")
def day_of_a_rack():
    rack.run(0)


if __name__ == "__main__":
    tap.main()
