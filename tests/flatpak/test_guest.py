#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak beside a real ALSA sequencer: guest_story.py inside the virtual machine of tests/rooms/guest.sh. Run by
./dev flatpak."""

import os

from sandbox import APP_ID, INSTALLATION

from lab import BUILD, PYTHON
from lab import HERE as ROOMS

STORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guest_story.py")

os.execv(os.path.join(ROOMS, "guest.sh"),
         ["guest.sh", "env", f"THRU_BUILD_DIR={BUILD}", f"FLATPAK_USER_DIR={INSTALLATION}", f"THRU_APP_ID={APP_ID}",
          PYTHON, "-u", STORY])
