#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A room that speaks DMIDI over TCP, written from app/dmidi/PROTOCOL.md and nothing else.

It has one source and one destination, answers pings, keeps up its heartbeat, owns the routes of its source, and says what
happens as JSON objects, one a line:

  foreign_speaker.py connect HOST[:PORT]     connect to a room
  foreign_speaker.py listen [PORT]           wait for rooms (default: 1199; 0: any free port, told by the event "listening")

Commands are lines on standard input; the end of it is no command:

  play DEVICE HEX…      MIDI messages to a destination of another room, by its name ("play TX7 903c64 803c40")
  route HEX…            MIDI messages from our source along the routes that others asked us for
  request ACTION ROOM/SOURCE ROOM/DESTINATION    ask another room to connect or disconnect (names)
  silence               no more heartbeat, though it was promised
  quit                  say bye and end

Options: --name NAME, --id ID, --source NAME, --destination NAME, --heartbeat MS, --host ADDRESS (to listen on), --seconds S (end
by itself then). As a library: Room and its methods; everything happens inside Room.pump(), on the caller's thread.
"""

import argparse
import json
import os
import selectors
import shlex
import socket
import sys
import time
import uuid

from foreign_wire import (EVERYONE, FIRST, HEADER, Malformed, MidiParser, PAYLOAD_MAX, PORT, PREFACE, SESSION, Sounding,
                          format_address, make_frame, parse_address, parse_frame, parse_preface, speaker)

SILENCE = 1.0
OPENING = 2.0
HELLO = 5.0


# Links and rooms


class Link:
    """One connection. state: opening, framed, closed."""

    def __init__(self, room, connection, dialed):
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.room = room
        self.socket = connection
        self.dialed = dialed
        self.state = "opening"
        self.version = None
        self.hello = None
        self.devices = None
        self.routes = []
        self.parts = {}
        self.parsers = {}
        self.heard = {}
        self.played = {}
        self.input = bytearray()
        self.output = bytearray()
        self.opened = self.last_input = self.last_output = time.monotonic()
        if dialed:
            self.send_octets(PREFACE)

    # Out

    def send_octets(self, octets):
        self.output += octets
        self.last_output = time.monotonic()
        self.flush()

    def flush(self):
        try:
            while self.output:
                del self.output[:self.socket.send(self.output)]
        except BlockingIOError:
            pass
        except OSError as error:
            self.close(str(error))

    def send(self, **message):
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        self.send_octets(make_frame(SESSION, self.room.clock(), text))

    def send_midi(self, address, message):
        for start in range(0, len(message), PAYLOAD_MAX):
            self.send_octets(make_frame(address, self.room.clock(), message[start:start + PAYLOAD_MAX]))
        self.played.setdefault(address, Sounding()).record(message)

    def bye(self, code, reason):
        if self.state == "framed":
            for address, sounding in self.played.items():
                for message in sounding.release():
                    self.send_octets(make_frame(address, self.room.clock(), message))
            self.send(type="bye", code=code, reason=reason)
        self.close(reason)

    def close(self, reason):
        if self.state == "closed":
            return
        self.state = "closed"
        self.socket.close()
        for address, sounding in self.heard.items():
            for message in sounding.release():
                self.room.tell("midi", self, address=format_address(address), message=message.hex(), released=True)
        self.room.tell("closed", self, reason=reason)

    # In

    def receive(self):
        try:
            octets = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError as error:
            self.close(str(error))
            return
        if not octets:
            self.close("the other side closed")
            return
        self.last_input = time.monotonic()
        self.input += octets
        try:
            while self.state != "closed" and self.take():
                pass
        except Malformed as error:
            self.bye("error", str(error))

    def take(self):
        """One preface or frame; whether there was one."""
        if self.state == "opening":
            return self.take_preface()
        frame = parse_frame(self.input)
        if frame is None:
            return False
        address, clock, payload = frame
        del self.input[:HEADER.size + len(payload)]
        if address == SESSION and payload:
            self.take_session(payload)
        elif address != SESSION:
            self.take_midi(address, clock, payload)
        return True

    def take_preface(self):
        if self.input and speaker(self.input[0]) != "framed":
            self.close("a speaker of another kind: " + speaker(self.input[0]))
            return False
        self.version = parse_preface(bytes(self.input))
        if self.version is None:
            return False
        del self.input[:len(PREFACE)]
        if not self.dialed:
            self.send_octets(PREFACE)
        if self.version[0] != PREFACE[6]:
            self.close("another version: %d.%d" % self.version)
            return False
        self.state = "framed"
        self.room.tell("open", self, version="%d.%d" % self.version)
        self.send(type="hello", id=self.room.id, name=self.room.name, program="foreign_speaker", heartbeat=self.room.heartbeat)
        return True

    def take_midi(self, address, clock, payload):
        if self.hello is None or address not in (self.room.destination["number"], EVERYONE):
            return
        for message in self.parsers.setdefault(address, MidiParser()).feed(payload):
            if message != b"\xfe":
                self.heard.setdefault(address, Sounding()).record(message)
                self.room.tell("midi", self, address=format_address(address), message=message.hex(), time=clock)

    def take_session(self, payload):
        try:
            message = json.loads(payload.decode())
            handler = getattr(self, "on_" + str(message["type"]), None)
            if self.hello is None and message["type"] not in ("hello", "bye"):
                raise Malformed("no hello")
            if handler is not None:
                handler(message)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Malformed("broken message: %r" % error) from error

    def on_hello(self, message):
        identity, name = message["id"], message["name"]
        first = self.hello is None
        if not first and identity != self.hello["id"]:
            raise Malformed("another id")
        self.hello = message
        self.room.tell("hello", self, id=identity, name=name)
        if first and not self.room.is_duplicate(self):
            self.send(type="devices", devices=[self.room.source["shown"], self.room.destination["shown"]])
            self.send(type="routes", routes=self.room.routes)

    def take_list(self, message):
        """The whole list when its last part has come, else None."""
        kind = message["type"]
        self.parts.setdefault(kind, []).extend(message[kind])
        return None if message.get("more") else self.parts.pop(kind)

    def on_devices(self, message):
        devices = self.take_list(message)
        if devices is None:
            return
        if self.devices is None:
            self.room.tell("accepted", self)
        self.devices = devices
        self.room.tell("devices", self, devices=devices)
        self.room.update_routes()

    def on_routes(self, message):
        routes = self.take_list(message)
        if routes is not None:
            self.routes = routes
            self.room.tell("routes", self, routes=routes)

    def on_request(self, message):
        self.room.tell("request", self, **{key: message[key] for key in ("request", "action", "from", "to")})
        reason = self.room.change_route(message)
        if reason is None:
            self.send(type="answer", request=message["request"], ok=True)
            self.room.update_routes()
        else:
            self.send(type="answer", request=message["request"], ok=False, reason=reason)

    def on_answer(self, message):
        self.room.tell("answer", self, request=message["request"], ok=message["ok"], reason=message.get("reason"))

    def on_ping(self, message):
        self.send(type="pong", t1=message["t1"], t2=self.room.clock())

    def on_pong(self, message):
        now = self.room.clock()
        self.room.tell("pong", self, round_trip=now - message["t1"], offset=message["t2"] - (message["t1"] + now) // 2)

    def on_bye(self, message):
        self.room.tell("bye", self, code=message["code"], reason=message.get("reason"))
        self.close("bye: " + message["code"])

    # Time

    def tick(self, now):
        promise = min(self.hello.get("heartbeat") or 0, 60000) / 1000 if self.hello else 0
        if self.state == "opening" and now > self.opened + OPENING:
            self.close("no preface in time")
        elif self.hello is None and now > self.opened + HELLO:
            self.bye("error", "no hello in time")
        elif promise and now > self.last_input + max(SILENCE, 4 * promise):
            self.close("silent")
        elif self.state == "framed" and self.room.heartbeat and not self.room.silent:
            if now > self.last_output + self.room.heartbeat / 1000 and not self.output:
                self.send_octets(make_frame(EVERYONE, self.room.clock(), b"\xfe"))

    def find_device(self, name, direction):
        for device in self.devices or []:
            if device["name"] == name and device["direction"] == direction:
                return device
        return None


class Room:
    """A room with one source and one destination. events: what happened, oldest first."""

    def __init__(self, name="Foreign room", identity=None, source="Foreign keys", destination="Foreign synth", heartbeat=250):
        self.name = name
        self.id = identity or str(uuid.uuid4())
        self.heartbeat = heartbeat
        self.silent = False
        self.source = self.make_device("keys", source, FIRST, "source")
        self.destination = self.make_device("synth", destination, FIRST + 1, "destination")
        self.routes = []
        self.links = []
        self.events = []
        self.listener = None
        self.on_event = None
        self.n_requests = 0

    @staticmethod
    def make_device(identity, name, number, direction):
        shown = {"id": identity, "name": name, "address": format_address(number), "direction": direction, "online": True}
        return {"number": number, "shown": shown}

    @staticmethod
    def clock():
        return time.monotonic_ns() // 1000

    def tell(self, event, link=None, **members):
        if link is not None and link.hello is not None:
            members.setdefault("room", link.hello["name"])
        members = {"event": event, **members}
        self.events.append(members)
        if self.on_event is not None:
            self.on_event(members)

    def listen(self, port=0, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family)
        self.listener.setblocking(False)
        port = self.listener.getsockname()[1]
        self.tell("listening", port=port)
        return port

    def connect(self, host, port=PORT):
        link = Link(self, socket.create_connection((host, port), 5), True)
        self.links.append(link)
        return link

    def pump(self, timeout=0.05, also=None):
        """Reads, writes and keeps time, once; whether the file @also (nullable) can be read."""
        readable = False
        self.drop_closed()
        with selectors.PollSelector() as selector:
            for link in self.links:
                selector.register(link.socket, selectors.EVENT_READ | (selectors.EVENT_WRITE if link.output else 0), link)
            if self.listener is not None:
                selector.register(self.listener, selectors.EVENT_READ, "listener")
            if also is not None:
                selector.register(also, selectors.EVENT_READ, "also")
            for key, mask in selector.select(timeout):
                if key.data == "also":
                    readable = True
                elif key.data == "listener":
                    self.links.append(Link(self, self.listener.accept()[0], False))
                elif key.data.state != "closed":
                    if mask & selectors.EVENT_WRITE:
                        key.data.flush()
                    if mask & selectors.EVENT_READ and key.data.state != "closed":
                        key.data.receive()
        now = time.monotonic()
        for link in self.links:
            if link.state != "closed":
                link.tick(now)
        self.drop_closed()
        return readable

    def drop_closed(self):
        self.links = [link for link in self.links if link.state != "closed"]

    def wait_for(self, condition, seconds=5, others=()):
        """Pumps, the rooms in @others too, until @condition() is true; its value at the end."""
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            self.pump(0.01)
            for other in others:
                other.pump(0)
        return condition()

    def close(self, reason="The program ends."):
        for link in self.links:
            link.bye("quit", reason)
        self.links = []
        if self.listener is not None:
            self.listener.close()
            self.listener = None

    # Other rooms

    def is_duplicate(self, link):
        """Settles two links with one room; whether @link is the one that went."""
        identity = link.hello["id"]
        if identity == self.id:
            link.bye("duplicate", "This is a link to itself.")
            return True
        for other in self.links:
            if other is link or other.state == "closed" or other.hello is None or other.hello["id"] != identity:
                continue
            ours_stays = self.id.encode() < identity.encode()
            newer_stays = link.dialed == other.dialed or link.dialed == ours_stays
            (other if newer_stays else link).bye("duplicate", "There is another link.")
            return not newer_stays
        return False

    def find_room(self, name):
        for link in self.links:
            if link.hello is not None and link.hello["name"] == name:
                return link
        return None

    def play(self, device, *messages):
        """Sends whole messages (octets) to a destination in another room, by name; whether it is there."""
        for link in self.links:
            shown = link.find_device(device, "destination")
            if shown is not None:
                for message in messages:
                    link.send_midi(parse_address(shown["address"]), message)
                return True
        return False

    def request(self, action, source, destination):
        """Asks for or against a route; both ends as (room name, device name).

        The request's number, or None when an end is unknown."""
        owner, target = self.find_room(source[0]), self.find_room(destination[0])
        device = owner and owner.find_device(source[1], "source")
        if destination[0] == self.name:
            to_room, to_device = self.id, self.destination["shown"]
        else:
            to_room, to_device = target and target.hello["id"], target and target.find_device(destination[1], "destination")
        if not device or not to_device:
            return None
        self.n_requests += 1
        to = {"room": to_room, "device": to_device["id"], "room-name": destination[0], "name": to_device["name"]}
        owner.send(type="request", request=self.n_requests, action=action, **{"from": device["id"], "to": to})
        return self.n_requests

    # Routes of our source

    def route_target(self, route):
        """(link, address) of a route's end in another room, or None."""
        for link in self.links:
            if link.hello is not None and link.hello["id"] == route["to"]["room"]:
                for device in link.devices or []:
                    if device["id"] == route["to"]["device"] and device["direction"] == "destination":
                        return link, parse_address(device["address"])
        return None

    def change_route(self, message):
        """What stands against it, or None."""
        if message["from"] != self.source["shown"]["id"]:
            return "There is no such source here."
        if message["action"] not in ("connect", "disconnect"):
            raise ValueError(message["action"])
        to = message["to"]
        same = [route for route in self.routes if all(route["to"][key] == to[key] for key in ("room", "device"))]
        if message["action"] == "connect" and not same:
            self.routes.append({"from": message["from"], "to": to, "state": "waiting"})
        elif message["action"] == "disconnect":
            for route in same:
                self.end_route(route)
        return None

    def end_route(self, route):
        target = self.route_target(route)
        self.routes.remove(route)
        if target is not None:
            link, address = target
            for message in link.played.get(address, Sounding()).release():
                link.send_octets(make_frame(address, self.clock(), message))

    def update_routes(self):
        for route in self.routes:
            route["state"] = "connected" if self.route_target(route) else "waiting"
        for link in self.links:
            if link.state == "framed" and link.hello is not None:
                link.send(type="routes", routes=self.routes)

    def play_routes(self, *messages):
        """Plays whole messages on our source; to how many destinations they went."""
        targets = [target for target in map(self.route_target, self.routes) if target is not None]
        for message in messages:
            for link, address in targets:
                link.send_midi(address, message)
        return len(targets)


# Command line


def run_command(room, line):
    """Whether to go on."""
    try:
        words = shlex.split(line)
        return do_command(room, line, words[0] if words else "", words)
    except (ValueError, IndexError) as error:
        room.tell("unknown command", line=line.strip(), reason=str(error))
        return True


def do_command(room, line, command, words):
    if command == "quit":
        return False
    if command == "silence":
        room.silent = True
    elif command == "play" and len(words) > 2:
        room.tell("played", ok=room.play(words[1], *map(bytes.fromhex, words[2:])), device=words[1])
    elif command == "route" and len(words) > 1:
        room.tell("played", routes=room.play_routes(*map(bytes.fromhex, words[1:])))
    elif command == "request" and len(words) == 4:
        number = room.request(words[1], words[2].split("/", 1), words[3].split("/", 1))
        room.tell("requested", request=number)
    elif command:
        room.tell("unknown command", line=line.strip())
    return True


def run(room, seconds):
    deadline = time.monotonic() + seconds if seconds else float("inf")
    commands = b""
    stdin = sys.stdin.fileno()
    while time.monotonic() < deadline and (room.links or room.listener):
        if not room.pump(0.05, stdin):
            continue
        octets = os.read(stdin, 65536)
        if not octets:
            stdin = None
        *lines, commands = (commands + octets).split(b"\n")
        for line in lines:
            if not run_command(room, line.decode()):
                return


def print_event(event):
    print(json.dumps(event, ensure_ascii=False), flush=True)


def parse_host(text):
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        return text.strip("[]"), PORT
    return host.strip("[]"), int(port)


def main():
    parser = argparse.ArgumentParser(description="A room that speaks DMIDI over TCP.")
    parser.add_argument("mode", choices=("connect", "listen"))
    parser.add_argument("where", nargs="?")
    parser.add_argument("--name", default="Foreign room")
    parser.add_argument("--id")
    parser.add_argument("--source", default="Foreign keys")
    parser.add_argument("--destination", default="Foreign synth")
    parser.add_argument("--heartbeat", type=int, default=250)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--seconds", type=float)
    arguments = parser.parse_args()
    if arguments.mode == "connect" and arguments.where is None:
        parser.error("connect to where?")

    room = Room(arguments.name, arguments.id, arguments.source, arguments.destination, arguments.heartbeat)
    room.on_event = print_event
    try:
        if arguments.mode == "listen":
            room.listen(int(arguments.where if arguments.where is not None else PORT), arguments.host)
        else:
            room.connect(*parse_host(arguments.where))
        run(room, arguments.seconds)
    except OSError as error:
        print("foreign_speaker: %s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    room.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
