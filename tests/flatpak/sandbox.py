# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak in a room of the lab (tests/rooms/lab.py), and the sound server beside it."""

import configparser
import glob
import json
import os
import shlex
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rooms"))

import lab  # noqa: E402  (found where the path now leads)
from Xlib import X, display  # noqa: E402

if "FLATPAK_USER_DIR" not in os.environ:
    sys.exit("Bail out! there is no Flatpak to test here: ./dev flatpak builds one and runs this")

# As flatpak/build.sh tells.
APP_ID = os.environ["THRU_APP_ID"]
INSTALLATION = os.environ["FLATPAK_USER_DIR"]
EXPORTS = os.path.join(INSTALLATION, "exports", "share")
FILES = os.path.join(INSTALLATION, "app", APP_ID, "current", "active", "files")
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
        # What a person allows and forbids, for this room only.
        overrides = os.path.join(INSTALLATION, "overrides")
        os.makedirs(overrides, exist_ok=True)
        self.room.run("mount", "-t", "tmpfs", "tmpfs", overrides)
        self.thruwall = None
        self._screen = None

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

    def start_thruwall(self, *args):
        """As a click in the desktop's menu does."""
        lab.need("flatpak")
        command = shlex.split(desktop_entry()["Exec"])
        self.thruwall = self.room.start(*command, *args, name="flatpak")
        return self.thruwall

    def override(self, *options):
        """What the person at the computer does with the Flatpak's permissions."""
        self.room.run("flatpak", "override", "--user", *options, APP_ID)

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

    def resize_window(self, width, height):
        self._find_window().configure(width=width, height=height)
        self._screen.sync()

    def take_picture(self, path):
        """Of its window, as a PNG file."""
        window = self._find_window()
        size = window.get_geometry()
        pixels = window.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data
        with open(path, "wb") as file:
            file.write(make_png(size.width, size.height, pixels))

    def _find_window(self):
        if self._screen is None:
            self._screen = display.Display(self.room.env["DISPLAY"])
        return next(window for window in self._screen.screen().root.query_tree().children
                    if window.get_wm_name() == "Thruwall" and window.get_attributes().map_state == X.IsViewable)


def read_groups(path):
    """A file of [groups] with key=value lines, as GLib writes them."""
    groups = configparser.RawConfigParser(delimiters="=")
    groups.optionxform = str
    with open(path, encoding="utf-8") as file:
        groups.read_file(file)
    return groups


def desktop_entry():
    """What the desktop knows of it."""
    return read_groups(f"{EXPORTS}/applications/{APP_ID}.desktop")["Desktop Entry"]


def make_png(width, height, pixels):
    """@pixels: blue, green, red and one more octet each, row by row."""
    rgb = bytearray(width * height * 3)
    for color in range(3):
        rgb[color::3] = pixels[2 - color::4]
    rows = b"".join(b"\0" + rgb[row:row + width * 3] for row in range(0, len(rgb), width * 3))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")))
