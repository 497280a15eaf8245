#!/usr/bin/python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the guest of guest.sh, whose kernel has an ALSA sequencer: the installed Flatpak, in its sandbox, carries MIDI from
one raw port to another. Called by test_guest.py; prints TAP."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rooms"))

import alsa_story  # noqa: E402  (found where the path now leads)
import lab  # noqa: E402
import story  # noqa: E402
import tap  # noqa: E402

APP_ID = os.environ["THRU_APP_ID"]
INSTALLATION = os.environ["FLATPAK_USER_DIR"]
ROOM = "Studio"
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

# Nobody else is on it: a desktop's services would be started, and take their time.
BUS_CONFIG = lab.BUS_CONFIG.replace("<type>system", "<type>session").replace("/run/dbus/system_bus_socket", "{socket}")


class Sandbox(alsa_story.Program):
    """The Flatpak with a session bus and a home of its own. Commands are typed outside of the sandbox, where they start sooner,
    and reach it over the bus."""

    def start_bus(self):
        config = os.path.join(self.folder, "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIG.format(socket=os.path.join(self.folder, "bus")))
        self._spawn("bus", "dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")

    def start(self, *permissions):
        self.env.pop("GSETTINGS_SCHEMA_DIR", None)
        self.env["FLATPAK_USER_DIR"] = INSTALLATION
        self.popen = self._spawn("thruwall", "flatpak", "run", "--user", *permissions, APP_ID,
                                 "--headless", "--room-name", self.name)
        lab.wait_for(self.status, 120, "Thruwall in its sandbox")

    def stop(self):
        subprocess.run(["flatpak", "kill", APP_ID], env=self.env, check=True)
        self.popen.wait(60)

    def devices(self):
        return {(device["name"], device["direction"]) for device in self.status()["rooms"][0]["devices"] if device["online"]}


def make_tmp_writable(*kept):
    """The guest sees the host's /tmp, read-only. Flatpak wants one of its own; what lies there and is still needed stays."""
    subprocess.run(["mount", "--bind", "/tmp", "/mnt"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/tmp"], check=True)
    for path in map(os.path.realpath, kept):
        if path.startswith("/tmp/"):
            os.makedirs(path, exist_ok=True)
            subprocess.run(["mount", "--bind", path.replace("/tmp", "/mnt", 1), path], check=True)


def problems_of_midi(sandbox):
    """Not those of finding other rooms: there is no Avahi here."""
    return [problem for problem in sandbox.status()["problems"] if "MIDI" in f"{problem}"]


def lists_the_ports(sandbox):
    for number in range(4):
        for direction in ("source", "destination"):
            lab.wait_for(lambda n=number, d=direction: sandbox.device(ROOM, n, d), 60, f"the {direction} {number}")
    tap.check_equal(problems_of_midi(sandbox), [], "problems")


def tell(sandbox):
    lists_the_ports(sandbox)
    print("ok 1 in the sandbox, Thruwall lists the ALSA sequencer's ports in both directions", flush=True)

    keys, synth = alsa_story.Instrument(0), alsa_story.Instrument(1)
    source, destination = sandbox.device(ROOM, 0, "source"), sandbox.device(ROOM, 1, "destination")
    sandbox.command("late-limit", "off")  # this computer is so slow at times that everything would be late
    sandbox.command("connect", source, destination)
    lab.wait_for(lambda: sandbox.route_state(source, destination) == "connected", 30, "the route")
    story.carry_everything(keys, synth, 300)
    print("ok 2 a route in the sandbox carries everything from one ALSA client to another, in order and unchanged", flush=True)

    keys.close()
    synth.close()
    alsa_story.unplug()
    lab.wait_for(lambda: sandbox.route_state(source, destination) == "waiting", 30, "the route without its devices")
    alsa_story.plug_in()
    keys, synth = alsa_story.Instrument(0), alsa_story.Instrument(1)
    lab.wait_for(lambda: sandbox.route_state(source, destination) == "connected", 60, "the route after replugging")
    story.plays_through(keys, synth, 20)
    print("ok 3 the sandbox sees the devices go and come: the route waits, and is back with them", flush=True)

    sandbox.stop()
    sandbox.start("--nosocket=pulseaudio")
    told = lab.wait_for(lambda: problems_of_midi(sandbox), 30, "a problem")
    tap.remark(f"{told[0]['title']}: {told[0]['detail']}")
    tap.check("--socket=pulseaudio" in told[0]["command"], f"what gives it back is not told: {told[0]['command']}")
    tap.check_equal(sandbox.devices(), set(), "devices")
    tap.check_equal(sandbox.route_state(source, destination), "waiting", "the route")
    sandbox.stop()
    print("ok 4 without the permission for /dev/snd it lists none, says what gives it back, and keeps the route", flush=True)


def main():
    print("1..4", flush=True)
    sandbox = None
    make_tmp_writable(INSTALLATION, lab.BUILD, SOURCES)
    try:
        sandbox = Sandbox(ROOM, 1199)
        tell(sandbox)
    except lab.LabError as error:
        tap.remark(error)
        print("not ok", flush=True)
        if sandbox:
            sandbox.show_log()
        sys.exit(1)


if __name__ == "__main__":
    main()
