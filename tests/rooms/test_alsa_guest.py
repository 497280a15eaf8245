#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole path over the real ALSA sequencer: alsa_story.py inside the virtual machine of guest.sh."""

import os

from lab import BUILD, HERE, PYTHON

os.environ["THRU_BUILD_DIR"] = BUILD
os.execv(os.path.join(HERE, "guest.sh"), ["guest.sh", "env", f"THRU_BUILD_DIR={BUILD}", PYTHON, "-u", os.path.join(HERE, "alsa_story.py")])
