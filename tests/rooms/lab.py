# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Studio rooms on one computer, made of Linux namespaces.

Each room has a network of its own on a common bridge, its own /run and /dev/shm, D-Bus system and session bus, avahi-daemon, home
folder, and on request a JACK server and an X server. What runs in it is the real thing.

    with Lab() as lab:
        studio = lab.add_room("studio", jack=True, display=True)
        studio.start_thruwall("--room-name", "Studio")

A test program calls tap.main(), which moves it into a process, mount and network namespace of its own first (enter() here). So
nothing has to be cleaned up by name: when the program ends, however it ends, the kernel ends all that it started. Neither root
nor a free address is needed, and programs that run side by side do not see each other.
"""

import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.environ.get("THRU_BUILD_DIR", os.path.join(HERE, "..", "..", "build")))
PYTHON = "/usr/bin/python3"  # Debian's: only it has gi

# Command → Debian package.
TOOLS = {
    "aseqnet": "alsa-utils",
    "avahi-browse": "avahi-utils",
    "avahi-daemon": "avahi-daemon",
    "avahi-publish": "avahi-utils",
    "dbus-daemon": "dbus-daemon",
    "ip": "iproute2",
    "jackd": "jackd2",
    "mount": "mount",
    "nft": "nftables",
    "nsenter": "util-linux",
    "pipewire": "pipewire",
    "ss": "iproute2",
    "unshare": "util-linux",
    "Xvfb": "xvfb",
}
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

SCREENS = "/tmp/.X11-unix"
JACK_CLOCK = (48000, 256)  # frames a second, frames a period

# Every room has its own there.
ROOM_FOLDERS = ("/run/avahi-daemon", "/run/dbus", "/run/user")

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_type="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

AVAHI_CONFIG = """[server]
host-name={host}
use-ipv4=yes
use-ipv6=yes
allow-interfaces=eth0
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
publish-hinfo=no
"""

GTK_SETTINGS = """[Settings]
gtk-enable-animations=0
gtk-cursor-blink=0
"""


class LabError(Exception):
    """Something that a test waits for or needs did not come."""


def need(command):
    """Says which package is missing, as a failure: a test that is skipped tests nothing."""
    if shutil.which(command) is None:
        raise LabError(f"{command} is missing: install the Debian package {TOOLS[command]}")


def wait_for(condition, seconds=10, what="condition"):
    """Returns the first true value of condition(); LabError after so many seconds. An exception of LabError's kind counts as
    not yet."""
    deadline = time.monotonic() + seconds
    problem = None
    while True:
        try:
            value = condition()
            problem = None
        except LabError as error:
            value, problem = None, error
        if value:
            return value
        if time.monotonic() >= deadline:
            reason = f": {problem}" if problem else ""
            raise LabError(f"{what} did not come within {seconds} s{reason}")
        time.sleep(0.02)


def run(*args, **options):
    """Runs a command to its end; LabError with what it said when it fails."""
    result = subprocess.run(args, capture_output=True, text=True, check=False, timeout=60, **options)
    if result.returncode != 0:
        raise LabError(f"{' '.join(args)}: status {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def app_id():
    """As the build computed it."""
    with open(os.path.join(BUILD, "thru-config.h"), encoding="utf-8") as header:
        return re.search(r'THRU_APP_ID "(.*)"', header.read())[1]


def app_path():
    return "/" + app_id().replace(".", "/")


def enter():
    """Starts this program again inside namespaces of its own, where the network is the rooms' LAN. Does not return there."""
    if os.environ.get("THRU_LAB") == "inside":
        run("mount", "-t", "tmpfs", "tmpfs", "/run")
        for name in ROOM_FOLDERS:
            os.mkdir(name)
        # Screens are numbered by who is alive, and programs beside this one are not seen from here.
        os.makedirs(SCREENS, mode=0o1777, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", SCREENS)
        run("ip", "link", "add", "lan", "type", "bridge")
        run("ip", "link", "set", "lan", "up")
        # The first process of a namespace ignores a signal that it has no handler for.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return
    for command in ("unshare", "nsenter", "mount", "ip"):
        need(command)
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    os.environ["THRU_LAB"] = "inside"
    os.execvp("unshare", ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                          PYTHON, "-u", *sys.argv])


class Process:
    """A program in a room, its output in a file."""

    def __init__(self, room, name, args, env, stdin):
        if args[0].startswith(BUILD) and not os.path.exists(args[0]):
            raise LabError(f"{args[0]} is missing: build it first")
        self.name = name
        self.log = os.path.join(room.folder, f"{len(room.processes):02}-{name}.log")
        self._output = open(self.log, "wb")
        self.popen = subprocess.Popen(room.inside(args), env=env, stdin=stdin, stdout=self._output, stderr=subprocess.STDOUT,
                                      start_new_session=True)
        self.pid = self.popen.pid
        self.expected = None  # the status that stop() or kill() leads to

    def is_running(self):
        return self.popen.poll() is None

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def lines(self):
        return self.output().splitlines()

    def signal(self, number):
        self.popen.send_signal(number)

    def kill(self):
        """kill -9: no good-bye."""
        self.popen.kill()
        self.popen.wait(10)
        self._output.close()

    def stop(self, seconds=10):
        """SIGTERM. Returns the exit status; LabError when it does not end."""
        if self.is_running():
            self.popen.terminate()
        return self.wait(seconds)

    def wait(self, seconds=10):
        try:
            status = self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise LabError(f"{self.name} did not end within {seconds} s") from None
        self._output.close()
        return status

    def say(self, line):
        """To its standard input, when it was started with stdin=PIPE."""
        self.popen.stdin.write(line.encode() + b"\n")
        self.popen.stdin.flush()


class Room:
    """A host of the lab. Made by Lab.add_room()."""

    def __init__(self, lab, name, number, jack, display, forwarder=False, session_bus=True):
        self.lab = lab
        self.name = name
        self.number = number
        self.address = f"10.77.{lab.net}.{number}"
        self.folder = os.path.join(lab.folder, name)
        self.home = os.path.join(self.folder, "home")
        self.processes = []
        self.keeper = None
        self._cable = f"to-{name}"[:15]
        self.jack = self.display = self.thruwall = None
        self.env = {}
        self._wants_jack, self._wants_display, self._wants_forwarder = bool(jack), display, forwarder
        self._jack_clock = jack if isinstance(jack, tuple) else JACK_CLOCK
        self._wants_session_bus = session_bus
        self.forwarder = None
        os.makedirs(self.home)

    # The room itself

    def boot(self):
        """Starts the room, or again after shut_down(): what is in its home folder stays, as on a computer."""
        mounts = " && ".join([*(f"mount -t tmpfs -o mode=700 tmpfs {name}" for name in ROOM_FOLDERS), self._mount_shm()])
        self.keeper = subprocess.Popen(["unshare", "--mount", "--net", "--uts", "--propagation", "private", "sh", "-c",
                                        f"{mounts} && hostname {self.name} && ip link set lo up && touch /run/user/ready"
                                        " && exec sleep infinity"],
                                       stdin=subprocess.DEVNULL, start_new_session=True)
        wait_for(lambda: os.path.exists(self.path("/run/user/ready")), 10, f"room {self.name}")
        self._plug_in()
        self._make_env()
        self.start_dbus()
        self.start_avahi()
        if self._wants_display:
            self.start_display()
        if self._wants_session_bus:
            self.start_session_bus()
        if self._wants_jack and (self is self.lab.rooms[0] or not self.lab.one_jack):
            self.start_jack()

    def _mount_shm(self):
        """Where JACK's clients and server meet."""
        if not self.lab.one_jack:
            return "mount -t tmpfs -o mode=700 tmpfs /dev/shm"
        folder = os.path.join(self.lab.folder, "shm")
        os.makedirs(folder, exist_ok=True)
        return f"mount --bind {folder} /dev/shm"

    def shut_down(self):
        """A power cut: nobody says good-bye, not even the kernel."""
        if self.forwarder is not None:
            self.forwarder.kill()
            self.forwarder.wait()
        subprocess.run(["ip", "link", "delete", self._cable], capture_output=True, check=False)
        for process in self.processes:
            if process.is_running():
                process.kill()
        if self.keeper is not None:
            self.keeper.kill()
            self.keeper.wait()
            self.keeper = None
        self.thruwall = None

    def _plug_in(self):
        cable = self._cable
        if self._wants_forwarder:
            self._start_forwarder()
        else:
            run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(self.keeper.pid))
        run("ip", "link", "set", cable, "master", "lan", "up")
        self.add_address()
        self.run("ip", "link", "set", "eth0", "up")
        # Without waiting for duplicates, which takes a second or two.
        self.run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad")

    def _start_forwarder(self):
        args = [PYTHON, "-u", os.path.join(HERE, "tapem.py"), self._cable, "eth0", str(self.keeper.pid)]
        self.forwarder = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        if self.forwarder.stdout.readline() != b"ready\n":
            raise LabError(f"tapem.py did not start for room {self.name}")

    def set_cable(self, **settings):
        """What its cable does to frames, see tapem.py; for a room that was added with a forwarder."""
        self.forwarder.stdin.write(json.dumps(settings).encode() + b"\n")
        self.forwarder.stdin.flush()

    def link_down(self):
        self.run("ip", "link", "set", "eth0", "down")

    def link_up(self):
        self.run("ip", "link", "set", "eth0", "up")

    def add_address(self, address=None):
        if address is not None:
            self.address = address
        self.run("ip", "address", "add", f"{self.address}/24", "dev", "eth0")

    def delete_address(self):
        self.run("ip", "address", "delete", f"{self.address}/24", "dev", "eth0")

    def _make_env(self):
        passed = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "G_MESSAGES_DEBUG")
        self.env = {key: os.environ[key] for key in passed if key in os.environ}
        self.env.update({
            "ADW_DISABLE_PORTAL": "1",
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/run/dbus/system_bus_socket",
            "GDK_BACKEND": "x11",
            "GIO_USE_VFS": "local",
            "GSETTINGS_BACKEND": "memory",
            "GSETTINGS_SCHEMA_DIR": os.path.join(BUILD, "resources"),
            "GSK_RENDERER": "cairo",
            "HOME": self.home,
            "JACK_DEFAULT_SERVER": f"thru-{self.lab.rooms[0].name if self.lab.one_jack else self.name}",
            "JACK_NO_AUDIO_RESERVATION": "1",
            "JACK_NO_START_SERVER": "1",
            "LC_ALL": "C.UTF-8",
            "USER": "musician",
            "XDG_CACHE_HOME": os.path.join(self.home, ".cache"),
            "XDG_CONFIG_HOME": os.path.join(self.home, ".config"),
            "XDG_DATA_HOME": os.path.join(self.home, ".local", "share"),
            "XDG_RUNTIME_DIR": "/run/user",
            "XDG_STATE_HOME": os.path.join(self.home, ".local", "state"),
        })
        if self._wants_session_bus:
            self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/run/user/bus"
        settings = os.path.join(self.home, ".config", "gtk-4.0")
        os.makedirs(settings, exist_ok=True)
        with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
            file.write(GTK_SETTINGS)

    # What runs in it

    def inside(self, args):
        return ["nsenter", "--target", str(self.keeper.pid), "--mount", "--net", "--uts", "--", *args]

    def start(self, *args, name=None, env=None, stdin=subprocess.DEVNULL):
        """Starts a program in the room."""
        process = Process(self, name or os.path.basename(args[0]), list(args), {**self.env, **(env or {})}, stdin)
        self.processes.append(process)
        return process

    def run(self, *args, env=None, seconds=30, check=True):
        """Runs a program in the room to its end. Returns what it wrote, or with check=False subprocess's result."""
        result = subprocess.run(self.inside(list(args)), env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, check=False, timeout=seconds)
        if not check:
            return result
        if result.returncode != 0:
            raise LabError(f"in room {self.name}: {' '.join(args)}: status {result.returncode}: {result.stderr.strip()}")
        return result.stdout

    def path(self, path):
        """A path inside the room as seen from the test."""
        return f"/proc/{self.keeper.pid}/root{path}"

    def start_dbus(self):
        need("dbus-daemon")
        config = self._write("bus.conf", BUS_CONFIG)
        self.dbus = self.start("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", name="system-bus")
        wait_for(lambda: os.path.exists(self.path("/run/dbus/system_bus_socket")), 10, "the system bus")

    def stop_dbus(self):
        self.dbus.stop()
        wait_for(lambda: not os.path.exists(self.path("/run/dbus/system_bus_socket")), 10, "the system bus's end")

    def start_avahi(self):
        need("avahi-daemon")
        config = self._write("avahi.conf", AVAHI_CONFIG.format(host=self.name))
        self.avahi = self.start("avahi-daemon", "--file", config, "--no-rlimits", "--no-drop-root", "--no-chroot")
        wait_for(lambda: "startup complete" in self.avahi.output(), 20, "avahi-daemon")

    def stop_avahi(self):
        self.avahi.stop()

    def start_session_bus(self):
        self.session_bus = self.start("dbus-daemon", "--session", "--nofork", "--nopidfile",
                                      "--address=unix:path=/run/user/bus", name="session-bus")
        wait_for(lambda: os.path.exists(self.path("/run/user/bus")), 10, "the session bus")

    def start_display(self, size="1280x800"):
        need("Xvfb")
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        log = open(os.path.join(self.folder, "Xvfb.log"), "wb")
        popen = subprocess.Popen(self.inside(["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24",
                                              "-nolisten", "tcp", "-noreset"]),
                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[writer], start_new_session=True)
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        log.close()
        self.display = popen
        if not number:
            raise LabError(f"Xvfb did not start in room {self.name}")
        self.env["DISPLAY"] = f":{number}"

    def start_jack(self):
        need("jackd")
        # Synchronous: a busy machine delays a period and loses nothing. Then a client that is killed stops the server for ten
        # of its time-outs, half a second if nothing is said.
        rate, period = self._jack_clock
        self.jack = self.start("jackd", "--name", self.env["JACK_DEFAULT_SERVER"], "--no-realtime", "--sync", "--timeout", "50",
                               "-d", "dummy", "--rate", str(rate), "--period", str(period), name="jackd")
        wait_for(self._jack_is_up, 20, "jackd")

    def stop_jack(self):
        self.jack.stop()

    def kill_jack(self):
        """kill -9: it leaves behind what tells that it is up."""
        self.jack.kill()
        os.unlink(self._jack_socket())

    def start_pipewire(self):
        """In the place of jackd: JACK programs that are started from now on speak to PipeWire, as under pw-jack."""
        need("pipewire")
        libraries = glob.glob("/usr/lib/*/pipewire-0.3/jack")
        if not libraries:
            raise LabError("PipeWire's libjack is missing: install the Debian package pipewire-jack")
        self._wants_jack = True
        self.env["LD_LIBRARY_PATH"] = libraries[0]
        self.pipewire = self.start("pipewire")
        wait_for(lambda: os.path.exists(self.path("/run/user/pipewire-0")), 20, "PipeWire")

    def kill_pipewire(self):
        """kill -9: its socket stays."""
        self.pipewire.kill()
        os.unlink(self.path("/run/user/pipewire-0"))

    def _jack_is_up(self):
        return os.path.exists(self._jack_socket())

    def _jack_socket(self):
        return self.path(f"/dev/shm/jack_{self.env['JACK_DEFAULT_SERVER']}_0_0")

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def tear_down(self):
        if self.display is not None:
            # It removes its lock from /tmp only when it is asked to end.
            self.display.terminate()
            self.display.wait()
        self.shut_down()

    # Thruwall in it

    def start_thruwall(self, *args, env=None, headless=True, wait=True):
        """Starts Thruwall and waits until it answers."""
        program = os.path.join(BUILD, "thruwall")
        more = ["--headless"] if headless else []
        self.thruwall = self.start(program, *more, "--midi", "jack" if self._wants_jack else "demo", *args, env=env)
        if wait:
            self.wait_for_thruwall()
        return self.thruwall

    def wait_for_thruwall(self):
        wait_for(self._answers, 20, f"Thruwall in room {self.name}")

    def _answers(self):
        if not self.thruwall.is_running():
            raise LabError(f"it ended with status {self.thruwall.popen.returncode}: {self.thruwall.output()[-1000:]}")
        return self.status()

    def command(self, *args, check=True):
        """A command to the running Thruwall: connect, disconnect, add-room…"""
        # Debugging output goes where its answer goes.
        return self.run(os.path.join(BUILD, "thruwall"), *args, env={"G_MESSAGES_DEBUG": ""}, check=check)

    def status(self):
        text = self.command("status", "--json")
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise LabError(f"status --json is no JSON ({error}): {text[:200]!r}") from None

    def room_in_status(self, name):
        """What Thruwall here says about the room of that name; LabError when it does not know it."""
        for room in self.status()["rooms"]:
            if room["name"] == name:
                return room
        raise LabError(f"room {self.name} does not know a room “{name}”")

    def route_in_status(self, source, destination):
        """The route as Thruwall here lists it; LabError when there is none. Both are Room/Device."""
        for route in self.status()["routes"]:
            if route["from"] == source and route["to"] == destination:
                return route
        raise LabError(f"room {self.name} has no route {source} → {destination}")

    def atspi(self, *args, seconds=30):
        """Runs atspi.py in the room; LabError with its complaint when it fails."""
        return self.run(PYTHON, os.path.join(HERE, "atspi.py"), *args, seconds=seconds)


class Lab:
    """A bridge with rooms around it. A context manager; leaving it ends all rooms."""

    _count = 0

    def __init__(self, one_jack=False):
        """@one_jack: the first room's JACK server is that of all that want one."""
        if os.environ.get("THRU_LAB") != "inside":
            raise LabError("call lab.enter() first")
        self.one_jack = one_jack
        Lab._count += 1
        self.net = Lab._count
        self.folder = tempfile.mkdtemp(prefix="lab-", dir="/run")
        self.rooms = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.show_logs()
        for room in self.rooms:
            room.tear_down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add_room(self, name, jack=False, display=False, forwarder=False, session_bus=True):
        """With @forwarder, its cable runs through tapem.py. @jack: whether there is a JACK server, or its (rate, period)."""
        room = Room(self, name, len(self.rooms) + 1, jack, display, forwarder, session_bus)
        # First, so that what a failed start leaves is shown and ended, too.
        self.rooms.append(room)
        room.boot()
        return room

    def show_logs(self):
        """What the rooms' programs said, as TAP remarks. Of the ordinary infrastructure, only what ended."""
        for room in self.rooms:
            for process in room.processes:
                if process.is_running() and process.name in ("system-bus", "session-bus", "avahi-daemon", "jackd", "pipewire"):
                    continue
                state = "running" if process.is_running() else f"ended with {process.popen.returncode}"
                print(f"# --- {room.name}: {process.name} ({state})")
                for line in process.lines()[-40:]:
                    print(f"#     {line[:500]}")
            if room.thruwall is not None and room.thruwall.is_running():
                status = room.command("status", check=False)
                print(f"# --- {room.name}: status")
                for line in (status.stdout + status.stderr).splitlines():
                    print(f"#     {line[:500]}")
        sys.stdout.flush()
