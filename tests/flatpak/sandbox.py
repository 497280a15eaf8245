# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak in a room of the lab (tests/rooms/lab.py), and the sound server beside it."""

import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rooms"))

import lab  # noqa: E402  (found where the path now leads)

if "FLATPAK_USER_DIR" not in os.environ:
    sys.exit("Bail out! there is no Flatpak to test here: ./dev flatpak builds one and runs this")

# As flatpak/build.sh tells.
APP_ID = os.environ["THRU_APP_ID"]
INSTALLATION = os.environ["FLATPAK_USER_DIR"]
SDK = glob.glob(os.path.join(INSTALLATION, "runtime", "org.gnome.Sdk", "*", "*", "active", "files"))[0]

# What follows runs with the SDK's programs and libraries.
IN_SDK = ["bwrap", "--ro-bind", SDK, "/usr", "--ro-bind", os.path.join(SDK, "etc"), "/etc", "--symlink", "usr/lib", "/lib",
          "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev",
          "--tmpfs", "/tmp"]

lab.TOOLS["bwrap"] = "bubblewrap"
lab.TOOLS["flatpak"] = "flatpak"


class SandboxRoom:
    """A room whose musician installed the Flatpak, and has PipeWire."""

    def __init__(self, studio, name):
        self.room = studio.add_room(name, display=True)
        self.room.run("mkdir", "-m", "700", "-p", "/run/user/0")
        self.room.env.update({
            "FLATPAK_USER_DIR": INSTALLATION,
            "PIPEWIRE_RUNTIME_DIR": "/run/user/0",
            "XDG_RUNTIME_DIR": "/run/user/0",
        })
        for name in ("ADW_DISABLE_PORTAL", "GSETTINGS_SCHEMA_DIR", "GDK_BACKEND", "GSETTINGS_BACKEND"):
            self.room.env.pop(name, None)
        self.thruwall = None

    def start_pipewire(self):
        """The stand-in SDK's, because MIDI into the sandbox needs a server that is not older than the client in there."""
        self.pipewire = self.start_in_sdk("pipewire")
        lab.wait_for(lambda: os.path.exists(self.room.path("/run/user/0/pipewire-0")), 10, "pipewire")
        self.wireplumber = self.start_in_sdk("wireplumber")

    def start_in_sdk(self, *args, name=None, stdin=subprocess.DEVNULL):
        """A program with the SDK's libraries, but outside of any sandbox."""
        lab.need("bwrap")
        return self.room.start(*IN_SDK, "--bind", "/run", "/run", "--dev-bind", "/dev", "/dev", "--ro-bind", lab.BUILD, lab.BUILD,
                               "--setenv", "LD_LIBRARY_PATH", "/usr/lib/x86_64-linux-gnu/pipewire-0.3/jack",
                               "--", *args, name=name or args[0], stdin=stdin)

    # What midi.Player and midi.Recorder ask of a room.

    def start(self, program, *args, name=None, stdin=subprocess.DEVNULL):
        return self.start_in_sdk(program, *args, name=name, stdin=stdin)

    def start_thruwall(self, *args, permissions=()):
        """The Flatpak, with more or fewer permissions than it asks for."""
        lab.need("flatpak")
        self.thruwall = self.room.start("flatpak", "run", "--user", *permissions, APP_ID, *args, name="flatpak")
        return self.thruwall

    def status(self):
        """What the Thruwall in the sandbox answers; a command finds it as it would outside."""
        text = self.room.run("flatpak", "run", "--user", APP_ID, "status", "--json")
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise lab.LabError(f"status --json is no JSON ({error}): {text[:200]!r}") from None

    def end_thruwall(self):
        self.room.run("flatpak", "kill", APP_ID)
        self.thruwall.wait()
