# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the project, as the checks see them."""

import os
import re
import shutil
import subprocess

IGNORED_FOLDERS = {'.flatpak-builder', '.git', '__pycache__', 'subprojects'}


class Tree:
    """The source folder and the build folder."""

    def __init__(self, source, build):
        self.source = source
        self.build = build
        self.files = sorted(self._walk())

    def _walk(self):
        for folder, folders, names in os.walk(self.source):
            at_top = os.path.samefile(folder, self.source)
            folders[:] = [name for name in folders if name not in IGNORED_FOLDERS and not (at_top and is_build(name))]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.source)

    def named(self, *endings):
        """The files whose names end so, relative to the source folder."""
        return [path for path in self.files if path.endswith(endings)]

    def read(self, path):
        """The text of a file; None when it is not text."""
        try:
            return (self.source / path).read_text(encoding='utf-8')
        except UnicodeDecodeError:
            return None

    def scripts(self, interpreter):
        """The files that @interpreter runs: their first line says so."""
        for path in self.files:
            with open(self.source / path, 'rb') as file:
                first = file.readline(100)
            if first.startswith(b'#!') and interpreter in first:
                yield path

    def run(self, package, *command, folder=None, harmless=None):
        """Yields what a tool of a Debian package has to say, when it is not content. With @harmless, every other line is a
        complaint, whatever its exit status says. @folder: where to run it, for who leaves something there."""
        if not shutil.which(command[0]):
            yield f'{command[0]} is missing: apt-get install {package}'
            return
        done = subprocess.run(command, cwd=folder or self.source, text=True, errors='replace',
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        complaints = [line for line in done.stdout.splitlines() if harmless and not re.match(harmless, line)]
        if done.returncode == 0:
            yield from complaints
        else:
            yield from done.stdout.splitlines() or [f'{command[0]}: exit status {done.returncode}']


def is_build(name):
    """What .gitignore leaves out at the top."""
    return name == 'build' or (name.startswith('build-') and name != 'build-aux')
