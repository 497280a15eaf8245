# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the C sources: what they include, and how long they are."""

import os
import re

# Aim at half of it.
FILE_LINES_MAX = 650
TEST_LINES_MAX = 900
FUNCTION_LINES_MAX = 65

# Who may include whose headers: itself and what lies below (app/DESIGN.md).
BELOW = {
    'app/midi': [],
    'app/dmidi': ['app/midi'],
    'app/engine': ['app/midi', 'app/dmidi'],
    'app/devices': ['app/midi', 'app/dmidi', 'app/engine'],
    'app/net': ['app/midi', 'app/dmidi', 'app/engine'],
    'app/discovery': [],
    'app/studio': ['app/midi', 'app/dmidi', 'app/engine', 'app/devices', 'app/net', 'app/discovery'],
}

# The pure folders: octets and time in, octets and actions out.
PURE = ('app/midi', 'app/dmidi', 'app/engine')
PURE_SYSTEM_HEADERS = {'assert.h', 'inttypes.h', 'limits.h', 'stdalign.h', 'stdatomic.h', 'stdbool.h', 'stddef.h', 'stdint.h',
                       'stdlib.h', 'string.h'}
INTERFACE_HEADERS = ('gtk/', 'gdk/', 'gsk/', 'adwaita.h', 'pango/', 'cairo')

# Clocks that a person, NTP or a battery sets. Who decides by them is wrong by an hour one day; CLOCK_MONOTONIC never jumps.
WALL_CLOCK = re.compile(r'\b(g_get_real_time|g_get_current_time|g_date_time_new_now\w*|gettimeofday|CLOCK_REALTIME\w*|CLOCK_TAI'
                        r'|g_source_get_current_time|pthread_cond_timedwait|(?<!->)(?<!\.)time\s*\((?=\s*(NULL|0|&)))')
WALL_CLOCK_USERS = {
    'app/discovery/thru-avahi-poll.c': 'Avahi says by it when to call back; it is turned into a span at once',
    'app/studio/thru-store.c': 'in the name of a file that was kept aside',
}

INCLUDE = re.compile(r'\s*#\s*include\s+(?P<mark>[<"])(?P<name>[^>"]+)')


def layers(tree):
    """No header from a layer above, no GTK in app/, nothing but octets in the pure folders."""
    home = {os.path.basename(path): os.path.dirname(path) for path in tree.named('.h')}
    for path in tree.named('.c', '.h'):
        folder = os.path.dirname(path)
        if not folder.startswith('app/'):
            continue
        layer = '/'.join(folder.split('/')[:2])
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            name = match['name']
            if match['mark'] == '"' and name in home and home[name] not in [layer, *BELOW[layer]]:
                yield f'{path}:{number}: {layer} must not know {home[name]}/{name}: layers use only what lies below them'
            elif name.startswith(INTERFACE_HEADERS):
                yield f'{path}:{number}: <{name}> in app/: everything that draws belongs into ui/'
            elif match['mark'] == '<' and layer in PURE and name not in PURE_SYSTEM_HEADERS:
                yield f'{path}:{number}: <{name}> in {layer}: this layer does no I/O and knows no clock, threads or GLib'


def clocks(tree):
    """No decision by a clock that can jump."""
    for path in tree.named('.c', '.h'):
        if not path.startswith(('app/', 'ui/')) or path in WALL_CLOCK_USERS:
            continue
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            match = WALL_CLOCK.search(line)
            if match:
                yield f'{path}:{number}: {match[0]} jumps when the clock is set: use g_get_monotonic_time()'


def functions(text):
    """Yields (first line, lines) of each function: in this style its braces stand in the first column."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if line == '{':
            start = number
        elif line == '}' and start:
            yield start, number - start + 1
        if line.startswith('}'):
            start = None


def sizes(tree):
    """Files and functions that one can still read."""
    for path in tree.named('.c', '.h'):
        text = tree.read(path)
        lines = text.count('\n')
        lines_max = TEST_LINES_MAX if path.startswith('tests/') else FILE_LINES_MAX
        if lines > lines_max:
            yield f'{path}: {lines} lines, at most {lines_max}: split it by concern'
        for first, length in functions(text):
            if length > FUNCTION_LINES_MAX:
                yield f'{path}:{first}: a function of {length} lines, at most {FUNCTION_LINES_MAX}: split it'
