#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of resources/screenshots: the real program, in rooms of the tests' lab.

What a picture shows has its real cause. Two rooms are two Thruwalls with JACK and Avahi, and somebody plays; where a picture says
that Avahi is not running, it is not. Options give looks at other sizes for those who work on the interface:

    ./dev screenshots --into /tmp/look --size 360x640 --text-scale 1.5 eight-rooms
"""

import argparse
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
os.environ.setdefault("THRU_BUILD_DIR", os.path.join(TOP, "build"))
sys.path.insert(0, os.path.join(TOP, "tests", "rooms"))

import lab  # noqa: E402
from PIL import Image  # noqa: E402
from Xlib import X, Xatom  # noqa: E402
from Xlib import display as xdisplay  # noqa: E402

PROGRAM = os.path.join(lab.BUILD, "thruwall")
SCREEN = "1920x1200"
SETTLE = 1.2  # seconds for GTK to draw, and for the meters to be in full swing
GTK_SETTINGS = """[Settings]
gtk-enable-animations=0
gtk-cursor-blink=0
gtk-font-name=Cantarell 11
"""
# What GTK asks X for.
X_RESOURCES = """Xft.dpi: {dpi}
Xft.antialias: 1
Xft.hinting: 1
Xft.hintstyle: hintslight
Xft.rgba: none
"""
# Says to GTK that its texts are written from right to left; no language need be installed. Empty, it says that the program speaks
# that language.
CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
RTL_CATALOGUE = CATALOGUE + '\nmsgid "default:LTR"\nmsgstr "default:RTL"\n'


class Camera:
    """A window manager just able enough that GTK draws shadows and round corners, and takes pictures of windows with them."""

    def __init__(self, room, text_scale):
        self.display = xdisplay.Display(room.env["DISPLAY"])
        self.root = self.display.screen().root
        resources = X_RESOURCES.format(dpi=round(96 * text_scale))
        self.root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, resources.encode())
        self._manage()

    def close(self):
        self.display.close()

    def _atom(self, name):
        return self.display.intern_atom(name)

    def _manage(self):
        check = self.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        for window in (self.root, check):
            window.change_property(self._atom("_NET_SUPPORTING_WM_CHECK"), Xatom.WINDOW, 32, [check.id])
        self.root.change_property(self._atom("_NET_SUPPORTED"), Xatom.ATOM, 32,
                                  [self._atom(name) for name in ("_GTK_FRAME_EXTENTS", "_NET_ACTIVE_WINDOW")])
        check.set_selection_owner(self._atom("_NET_WM_CM_S0"), X.CurrentTime)
        self.display.sync()

    def windows(self):
        """The program's windows, the lowest first."""
        return [window for window in self.root.query_tree().children
                if window.get_attributes().map_state == X.IsViewable and window.get_wm_class() is not None]

    def main_window(self):
        return lab.wait_for(self.windows, 20, "the window")[0]

    def _frame(self, window):
        """Widths of the shadow: left, right, top, bottom."""
        extents = window.get_full_property(self._atom("_GTK_FRAME_EXTENTS"), Xatom.CARDINAL)
        return tuple(extents.value) if extents is not None else (0, 0, 0, 0)

    def resize(self, window, size):
        left, right, top, bottom = lab.wait_for(lambda: self._frame(window), 5, "the window's frame")
        window.configure(width=size[0] + left + right, height=size[1] + top + bottom)
        self.display.sync()

    def focus(self, window):
        window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self.root.change_property(self._atom("_NET_ACTIVE_WINDOW"), Xatom.WINDOW, 32, [window.id])
        self.display.sync()

    def point(self, window, x, y):
        """Moves the pointer to a place of the window, from its visible corner."""
        left, _, top, _ = self._frame(window)
        window.warp_pointer(left + x, top + y)
        self.display.sync()

    def _image(self, window):
        geometry = window.get_geometry()
        raw = window.get_image(0, 0, geometry.width, geometry.height, X.ZPixmap, 0xFFFFFFFF)
        mode = "BGRa" if geometry.depth == 32 else "BGRX"
        size = (geometry.width, geometry.height)
        if mode == "BGRX":
            return Image.frombytes("RGB", size, raw.data, "raw", mode).convert("RGBA")
        return Image.frombytes("RGBA", size, raw.data, "raw", "BGRa")

    def _middle(self, window):
        """Of what is visible, within the window's picture."""
        geometry = window.get_geometry()
        left, right, top, bottom = self._frame(window)
        return (left + geometry.width - right) // 2, (top + geometry.height - bottom) // 2

    def picture(self):
        """All windows of the program, each in the middle of the one below."""
        windows = self.windows()
        whole = self._image(windows[0])
        x, y = self._middle(windows[0])
        for window in windows[1:]:
            dx, dy = self._middle(window)
            whole.alpha_composite(self._image(window), (max(0, x - dx), max(0, y - dy)))
        return whole.crop(whole.getbbox())


class Stage:
    """One picture's rooms and looks."""

    def __init__(self, studio, scheme, options):
        self.lab = studio
        self.scheme = scheme
        self.options = options
        self.more_env = {}

    def room(self, host, jack=False):
        """The room whose window is in the picture: the only one with a screen."""
        room = self.lab.add_room(host, jack=jack)
        room.start_display(SCREEN)
        settings = os.path.join(room.home, ".config", "gtk-4.0", "settings.ini")
        with open(settings, "w", encoding="utf-8") as file:
            file.write(GTK_SETTINGS)
        return room

    def program(self, room, *args, **env):
        """Starts Thruwall in a room and returns the camera that stands before it."""
        env = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark" if self.scheme == "dark" else "prefer-light", **env}
        camera = Camera(room, self.options.text_scale)
        room.thruwall = room.start(PROGRAM, *args, env=env)
        window = camera.main_window()
        camera.resize(window, self.options.size)
        camera.focus(window)
        return camera

    def take(self, camera, settle=SETTLE):
        time.sleep(settle)
        picture = camera.picture()
        camera.close()
        return picture


# --- What the pictures show -------------------------------------------------------------------------------------------

PICTURES = {}


def picture(name, schemes=("light", "dark")):
    def register(function):
        PICTURES[name] = (function, schemes)
        return function
    return register


def instruments(room, *names):
    """Devices of these names: +SOURCE, -DESTINATION. Somebody plays them."""
    process = room.start(lab.PYTHON, os.path.join(HERE, "instruments.py"), *names, name="instruments")
    lab.wait_for(lambda: "ready" in process.output(), 10, "the instruments")


ROUTES = (("Control room/Keystation 61", "Live room/TX7"),
          ("Control room/Push 3", "Live room/Prophet Rev2"),
          ("Live room/Prophet Rev2", "Control room/Push 3"))


def wait_for_routes(room):
    lab.wait_for(lambda: all(room.route_in_status(*route)["state"] == "connected" for route in ROUTES), 30, "the routes")


def two_playing_rooms(stage):
    """The control room, from which the picture is taken, and the live room."""
    control = stage.room("control", jack=True)
    live = stage.lab.add_room("live", jack=True)
    instruments(control, "+Keystation 61", "+Push 3", "-Push 3")
    instruments(live, "+Prophet Rev2", "-Prophet Rev2", "-TX7")
    live.start_thruwall("--room-name", "Live room")
    # Routes come back, and then no message about them is in the way.
    control.start_thruwall("--room-name", "Control room")
    for route in ROUTES:
        lab.wait_for(lambda route=route: control.command("connect", *route) or True, 20, f"route {route}")  # an error counts as not yet
    control.thruwall.stop()
    camera = stage.program(control, "--midi", "jack")
    wait_for_routes(control)
    return camera


@picture("two-rooms")
def two_rooms(stage):
    camera = two_playing_rooms(stage)
    time.sleep(2)
    camera.point(camera.main_window(), 464, 168)
    return stage.take(camera)


def demo(stage, room, still="1", **env):
    camera = stage.program(room, "--demo", THRUWALL_DEMO_STILL=still, **env)
    time.sleep(1)
    return camera


@picture("eight-rooms")
def eight_rooms(stage):
    camera = demo(stage, stage.room("demo"))
    camera.point(camera.main_window(), 564, 223)
    return stage.take(camera)


@picture("routes")
def routes(stage):
    room = stage.room("demo")
    camera = demo(stage, room)
    room.atspi("act", "Routes")
    return stage.take(camera)


@picture("what-happens")
def what_happens(stage):
    """A question, System Exclusive on its way, and a route that was muted because it closed a loop."""
    return stage.take(demo(stage, stage.room("demo"), still="transfer same loop"), 2 * SETTLE)


@picture("eight-rooms-high-contrast", ("light",))
def high_contrast(stage):
    camera = demo(stage, stage.room("demo"), ADW_DEBUG_HIGH_CONTRAST="1")
    camera.point(camera.main_window(), 564, 223)
    return stage.take(camera)


def translate(room, root, domain, catalogue):
    folder = f"{root}/he/LC_MESSAGES"
    room.run("mount", "-t", "tmpfs", "tmpfs", root)
    room.run("mkdir", "-p", folder)
    subprocess.run(room.inside(["msgfmt", "-o", f"{folder}/{domain}.mo", "-"]), input=catalogue, text=True, check=True)


@picture("eight-rooms-right-to-left", ("light",))
def right_to_left(stage):
    room = stage.room("demo")
    os.makedirs("/usr/local/share/locale", exist_ok=True)
    translate(room, "/usr/share/locale", "gtk40", RTL_CATALOGUE)
    translate(room, "/usr/local/share/locale", "thruwall", CATALOGUE)
    camera = demo(stage, room, LANGUAGE="he")
    return stage.take(camera)


@picture("first-page")
def first_page(stage):
    room = stage.room("control-room", jack=True)
    instruments(room, "+Keystation 61")
    return stage.take(stage.program(room, "--midi", "jack"))


def lonely_room(stage):
    room = stage.room("control", jack=True)
    instruments(room, "+Keystation 61", "+Push 3", "-Push 3")
    return room


@picture("no-other-room")
def no_other_room(stage):
    room = lonely_room(stage)
    return stage.take(stage.program(room, "--room-name", "Control room", "--midi", "jack"), 3)


@picture("no-avahi")
def no_avahi(stage):
    room = lonely_room(stage)
    room.stop_avahi()
    return stage.take(stage.program(room, "--room-name", "Control room", "--midi", "jack"), 3)


@picture("no-midi")
def no_midi(stage):
    room = stage.room("control")
    if os.path.isdir("/dev/snd"):
        room.run("mount", "-t", "tmpfs", "tmpfs", "/dev/snd")
    return stage.take(stage.program(room, "--room-name", "Control room"), 4)


@picture("port-taken")
def port_taken(stage):
    room = lonely_room(stage)
    other = room.start(lab.PYTHON, "-c", "import socket, time; s = socket.create_server(('', 1199)); print('taken', flush=True); "
                       "time.sleep(600)", name="other-program")
    lab.wait_for(lambda: "taken" in other.output(), 10, "the other program")
    return stage.take(stage.program(room, "--room-name", "Control room", "--midi", "jack"), 3)


@picture("add-room")
def add_room(stage):
    room = lonely_room(stage)
    camera = stage.program(room, "--room-name", "Control room", "--midi", "jack")
    room.atspi("act", "Add a room by its address")
    dialog = lab.wait_for(lambda: camera.windows()[1:], 10, "the dialog")[0]
    camera.focus(dialog)
    room.atspi("set-text", "Address", "live room:1199:7")
    room.atspi("act", "Add", "--role", "push button", "--suffix", "Add", "--state", "sensitive")
    return stage.take(camera)


# ----------------------------------------------------------------------------------------------------------------------

def make(name, scheme, options):
    function, _ = PICTURES[name]
    with lab.Lab() as studio:
        image = function(Stage(studio, scheme, options))
    path = os.path.join(options.into, f"{name}-{scheme}.png")
    image.save(path, optimize=True)
    print(f"{path}: {image.width} × {image.height}, {os.path.getsize(path) // 1024} kB", flush=True)


def size(text):
    width, _, height = text.partition("x")
    return int(width), int(height)


def parse():
    parser = argparse.ArgumentParser(prog="./dev screenshots", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of: {' '.join(PICTURES)}")
    parser.add_argument("--into", default=os.path.join(TOP, "resources", "screenshots"), metavar="FOLDER")
    parser.add_argument("--size", type=size, default=(960, 640), metavar="WIDTHxHEIGHT")
    parser.add_argument("--text-scale", type=float, default=1.0, metavar="FACTOR")
    parser.add_argument("--scheme", choices=("light", "dark"), help="only this one")
    options = parser.parse_args()
    for name in options.names:
        if name not in PICTURES:
            parser.error(f"there is no picture “{name}”")
    return options


def main():
    options = parse()
    lab.enter()
    os.makedirs(options.into, exist_ok=True)
    for name in options.names or PICTURES:
        for scheme in PICTURES[name][1]:
            if options.scheme in (None, scheme):
                make(name, scheme, options)


if __name__ == "__main__":
    main()
