#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells most of the fault matrix in little time: see faults.py, which has all of it."""

import fault_kinds
import tap
from faults import Matrix

matrix = Matrix()


def register(fault, plays):
    @tap.test(f"{fault.name}, while {'playing' if plays else 'idle'}: all is as promised")
    def try_fault():
        row = matrix.try_one(fault, plays)
        tap.remark(row.line())
        tap.check(not row.broken, "; ".join(row.broken))


for chosen in fault_kinds.quick():
    register(*chosen)

if __name__ == "__main__":
    with matrix:
        tap.main()
