#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the whole program: start, memory, and how quiet it is when nothing is played.

Usage: bench_program.py PROGRAM [--json]

The headless program runs with simulated devices on a port of loopback, alone and linked to others of its kind; the window
runs on a private X server. Wake-ups are voluntary context switches of all its threads. Each figure stands beside the one to
reach; the exit status is 0 when the measurements could be taken, whatever they say.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

STARTS = 5
QUIET_S = 10
DEADLINE_S = 20
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def require(command, package):
    if shutil.which(command) is None:
        sys.exit(f"{command} is missing: install the Debian package {package}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"{what} did not happen within {DEADLINE_S} s")
        time.sleep(0.002)


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def wakeups(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as status:
            total += next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))
    return total


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def quiet(pid):
    """Wake-ups per second and processor share in percent, over a while in which nothing happens."""
    switches, ticks, start = wakeups(pid), cpu_ticks(pid), time.monotonic()
    time.sleep(QUIET_S)
    seconds = time.monotonic() - start
    return (wakeups(pid) - switches) / seconds, 100 * (cpu_ticks(pid) - ticks) / TICKS_PER_S / seconds


@contextlib.contextmanager
def running(command, env):
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def median(values):
    return sorted(values)[len(values) // 2]


def headless_start(program, env, config):
    port = free_port()
    command = [program, "--headless", "--midi", "demo", "--port", str(port), "--room-name", "Bench",
               "--config-dir", config]
    start = time.monotonic()
    with running(command, env) as process:
        wait_until(lambda: is_listening(port), "listening")
        return time.monotonic() - start, process.pid


def measure_headless(program, env, config):
    starts = [headless_start(program, env, config)[0] for _ in range(STARTS)]
    port = free_port()
    command = [program, "--headless", "--midi", "demo", "--port", str(port), "--config-dir", config]
    with running(command, env) as process:
        wait_until(lambda: is_listening(port), "listening")
        time.sleep(3)
        rate, share = quiet(process.pid)
        memory = resident_kb(process.pid)
    return [
        ("headless: start to listening, median", median(starts), "s", 0.15),
        ("headless: resident memory", memory / 1024, "MB", 25),
        ("headless: wake-ups per second, quiet, no link", rate, "/s", 5),
        ("headless: processor, quiet", share, "%", 0.3),
    ]


@contextlib.contextmanager
def session_bus():
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--print-address", "--nofork"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        yield daemon.stdout.readline().strip()
    finally:
        daemon.terminate()
        daemon.wait()


def connected(program, env):
    status = subprocess.run([program, "status", "--json"], env=env, capture_output=True, text=True, check=False)
    rooms = json.loads(status.stdout)["rooms"] if status.returncode == 0 else []
    return sum(room["state"] == "connected" for room in rooms)


def headless(stack, program, env, home, name):
    """Starts a room and returns its process and port."""
    port = free_port()
    process = stack.enter_context(running([program, "--headless", "--midi", "demo", "--room-name", name, "--port", str(port),
                                           "--config-dir", os.path.join(home, name)], env))
    wait_until(lambda: is_listening(port), "listening")
    return process, port


def quiet_with_links(program, env, home, links):
    """Wake-ups per second and memory of a room that is linked to so many others, all on loopback."""
    with contextlib.ExitStack() as stack:
        ports = [headless(stack, program, env, home, f"Room {i + 1}")[1] for i in range(links)]
        env = dict(env, DBUS_SESSION_BUS_ADDRESS=stack.enter_context(session_bus()))
        process, _ = headless(stack, program, env, home, "Bench")
        for port in ports:
            subprocess.run([program, "add-room", f"127.0.0.1:{port}"], env=env, check=True, stdout=subprocess.DEVNULL)
        wait_until(lambda: connected(program, env) == links, "the links")
        time.sleep(5)
        rate, _ = quiet(process.pid)
        return rate, resident_kb(process.pid)


def measure_links(program, env, home):
    rate_1, memory_1 = quiet_with_links(program, env, os.path.join(home, "one"), 1)
    rate_8, memory_8 = quiet_with_links(program, env, os.path.join(home, "eight"), 8)
    return [
        ("headless: wake-ups per second, quiet, 1 link", rate_1, "/s", 5 + 4),
        ("headless: wake-ups per second, quiet, 8 links", rate_8, "/s", 5 + 8 * 4),
        ("headless: resident memory for a further link", (memory_8 - memory_1) / 7, "kB", 96),
    ]


@contextlib.contextmanager
def x_server():
    read_end, write_end = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x800x24", "-nolisten", "tcp",
                               "-noreset"], pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as pipe:
            yield ":" + pipe.readline().strip()
    finally:
        server.terminate()
        server.wait()


def measure_window(program, env, config):
    starts = []
    with x_server() as display:
        env = dict(env, DISPLAY=display, GDK_BACKEND="x11", GSK_RENDERER="cairo")
        for _ in range(STARTS):
            start = time.monotonic()
            with running([program, "--demo"], env):
                subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "^Thruwall$"], env=env, check=True,
                               stdout=subprocess.DEVNULL, timeout=DEADLINE_S)
                starts.append(time.monotonic() - start)
        command = [program, "--room-name", "Bench", "--port", str(free_port()), "--config-dir", config]
        with running(command, env) as process:
            time.sleep(4)
            rate, share = quiet(process.pid)
            memory = resident_kb(process.pid)
    return [
        ("window: start to being shown, median", median(starts), "s", 0.5),
        ("window: resident memory", memory / 1024, "MB", 110),
        ("window: wake-ups per second, quiet", rate, "/s", 5),
        ("window: processor, quiet", share, "%", 0.3),
    ]


def main():
    program = os.path.abspath(sys.argv[1])
    require("dbus-daemon", "dbus-daemon")
    require("Xvfb", "xvfb")
    require("xdotool", "xdotool")
    with tempfile.TemporaryDirectory() as home:
        env = dict(os.environ, HOME=home, XDG_RUNTIME_DIR=home, XDG_CONFIG_HOME=home, GSETTINGS_BACKEND="memory",
                   LC_ALL="C.UTF-8", DBUS_SYSTEM_BUS_ADDRESS="unix:path=/nonexistent",
                   DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent", GTK_A11Y="none")
        env.pop("DISPLAY", None)
        env.pop("WAYLAND_DISPLAY", None)
        rows = measure_headless(program, env, os.path.join(home, "state"))
        rows += measure_links(program, env, home)
        rows += measure_window(program, env, os.path.join(home, "window-state"))

    if "--json" in sys.argv[2:]:
        print(json.dumps([{"figure": name, "value": value, "unit": unit, "reach": reach} for name, value, unit, reach in rows]))
        return
    for name, value, unit, reach in rows:
        verdict = "reached" if value <= reach else "NOT reached"
        print(f"{name:50} {value:8.2f} {unit:3} {verdict} (≤ {reach} {unit})")


if __name__ == "__main__":
    main()
