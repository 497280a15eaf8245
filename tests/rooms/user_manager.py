# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd's user manager in a room, as it runs on a machine without a screen for a user who lingers (loginctl enable-linger):
without a desktop, a login, and here without a session bus. What it starts is what the installed unit files say."""

import contextlib
import glob
import json
import os
import re
import signal

import lab
from lab import BUILD, LabError, need, run, wait_for

lab.TOOLS.update({"meson": "meson", "systemctl": "systemd"})

SYSTEMD = "/lib/systemd/systemd"
GROUP = "thruwall-rack"

# A control group of its own, that it takes for the root; of the build machine's user units only what packages brought, but no
# session bus; and no ALSA. systemd asks /run/systemd/system whether this computer runs systemd at all.
PREPARE = f"""
mount -t cgroup2 cgroup2 /sys/fs/cgroup
if ! group=$(mktemp -d /sys/fs/cgroup/{GROUP}.XXXXXX) || ! echo $$ >"$group/cgroup.procs"; then
  echo "It needs a control group of its own: run this as root, or by systemd-run --user --scope"
  exit 1
fi
mount -t tmpfs tmpfs /etc/systemd/user
ln -s /dev/null /etc/systemd/user/dbus.socket
[ ! -e /dev/snd ] || mount -t tmpfs tmpfs /dev/snd
mkdir -p /run/systemd/system
exec unshare --cgroup --mount sh -euc 'umount /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec "$@"' sh "$@"
"""
REMOVE_GROUP = "mount -t cgroup2 cgroup2 /sys/fs/cgroup && find /sys/fs/cgroup/{} -depth -type d -exec rmdir {{}} +"


def prefix():
    """Where this build is to be installed."""
    options = json.loads(run("meson", "introspect", "--buildoptions", BUILD))
    found = next(option["value"] for option in options if option["name"] == "prefix")
    if found == "/usr":
        raise LabError("this build is to be installed to /usr, which a room can not have for itself: take another prefix")
    return found


def install(room):
    """Puts Thruwall where `meson install` does, for this room only; again after each boot."""
    need("meson")
    folder = os.path.join(room.folder, "installed")
    if not os.path.exists(folder):
        try:
            run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder)
        except LabError:
            raise LabError(f"{BUILD} can not be installed: build all of it first, with ninja -C {BUILD}") from None
    room.run("mount", "--bind", folder + prefix(), prefix())


class UserManager:
    def __init__(self, room):
        need("systemctl")
        if not os.path.exists(SYSTEMD):
            raise LabError("systemd is missing: install the Debian package systemd")
        self.room = room
        self.process = None
        self._group = None

    def start(self):
        """As the computer's start does: what is enabled is started."""
        room = self.room
        kept = ("HOME", "USER", "PATH", "LC_ALL", "XDG_RUNTIME_DIR", "JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER",
                "JACK_NO_AUDIO_RESERVATION")
        env = [f"{key}={room.env[key]}" for key in kept]
        self.process = room.start("env", "-i", *env, "unshare", "--mount", "--cgroup", "sh", "-euc", PREPARE, "sh", SYSTEMD, "--user",
                                  "--log-target=console", "--default-standard-output=inherit", name="systemd")
        wait_for(self._is_up, 20, "systemd's user manager")
        with open(f"/proc/{self.process.pid}/cgroup", encoding="utf-8") as file:
            self._group = re.search(rf"{GROUP}\.\w+", file.read())[0]

    def _is_up(self):
        if not self.process.is_running():
            raise LabError(f"it ended: {self.process.output()[-1000:]}")
        state = self.systemctl("is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def systemctl(self, *args, check=True):
        return self.room.run("systemctl", "--user", *args, check=check)

    def show(self, unit, *properties):
        """The values of these properties of a unit."""
        lines = self.systemctl("show", unit, *(f"--property={name}" for name in properties)).splitlines()
        values = dict(line.split("=", 1) for line in lines)
        return [values[name] for name in properties]

    def main_pid(self, unit):
        """Of its main process now; LabError when it has none."""
        state, pid = self.show(unit, "ActiveState", "MainPID")
        if state != "active" or pid == "0":
            raise LabError(f"{unit} is {state}")
        return int(pid)

    def stop(self):
        """As the computer's shutdown does."""
        status = self.process.stop(20)
        self._remove_group()
        return status

    def cut(self):
        """A power cut for all that it started, too."""
        self.process.signal(signal.SIGSTOP)  # it starts nothing anew
        for pid in self._members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self._remove_group()

    def _members(self):
        for path in glob.glob("/proc/[0-9]*/cgroup"):
            with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
                if self._group in file.read():
                    yield int(path.split("/")[2])

    def _remove_group(self):
        wait_for(lambda: run("unshare", "--mount", "--cgroup", "sh", "-c", REMOVE_GROUP.format(self._group)) == "", 10,
                 "the end of what systemd started")
