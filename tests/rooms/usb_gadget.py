# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instrument on USB, in the guest of guest.sh: a gadget of Linux, plugged into a bus that ends in the same kernel. To the driver
for USB MIDI, to ALSA and to Thruwall it is one like any other."""

import glob
import os
import re
import subprocess

from lab import LabError, wait_for

CONFIG = "/sys/kernel/config"
FOLDER = CONFIG + "/usb_gadget/instrument"
STRINGS = FOLDER + "/strings/0x409"
SOCKET = "dummy_udc.0"
INSIDE = "f_midi"  # what the kernel calls the gadget's own end


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def raw_device(name):
    """The raw MIDI device of that name; LabError when there is none."""
    for path in glob.glob("/proc/asound/card*/midi*"):
        with open(path, encoding="ascii") as file:
            if file.readline().strip() == name:
                return "/dev/snd/midiC{}D{}".format(*re.findall(r"\d+", path))
    raise LabError(f"no raw MIDI device is called {name}")


class Gadget:
    def __init__(self, name):
        self.name = name
        if not os.path.isdir(FOLDER):
            subprocess.run(["mount", "-t", "configfs", "none", CONFIG], check=True)
        os.makedirs(STRINGS)
        _write(FOLDER + "/idVendor", "0x1d6b")
        _write(FOLDER + "/idProduct", "0x0104")
        _write(STRINGS + "/manufacturer", "Thruwall")
        _write(STRINGS + "/product", name)
        _write(STRINGS + "/serialnumber", "1")
        os.mkdir(FOLDER + "/functions/midi.0")
        os.mkdir(FOLDER + "/configs/all.1")
        os.symlink(FOLDER + "/functions/midi.0", FOLDER + "/configs/all.1/midi.0")

    def plug_in(self):
        """Returns the raw devices of the computer's end and of the gadget's."""
        _write(FOLDER + "/UDC", SOCKET)
        return [wait_for(lambda name=name: raw_device(name), 20, f"the raw device {name}") for name in (self.name, INSIDE)]

    def unplug(self):
        _write(FOLDER + "/UDC", "\n")
