#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one check of the sources: lint.py CHECK SOURCE-FOLDER BUILD-FOLDER.

A check yields problems, one line each: the file, what is wrong, and what to do about it.
"""

import sys
from pathlib import Path

import files_checks
import source_checks
import tool_checks
from tree import Tree

CHECKS = {
    'clocks': source_checks.clocks,
    'desktop-file': tool_checks.desktop_file,
    'format': tool_checks.formatting,
    'ids': files_checks.ids,
    'installed': files_checks.installed,
    'layers': source_checks.layers,
    'licences': files_checks.licences,
    'limits': files_checks.limits,
    'links': files_checks.links,
    'man-page': tool_checks.man_page,
    'manifest': tool_checks.manifest,
    'metainfo': tool_checks.metainfo,
    'completions': tool_checks.completions,
    'options': tool_checks.options,
    'potfiles': files_checks.potfiles,
    'python': tool_checks.python,
    'quotes': files_checks.quotes,
    'schema': tool_checks.schema,
    'shell': tool_checks.shell,
    'sizes': source_checks.sizes,
    'text': files_checks.text,
    'translations': tool_checks.translations,
    'versions': files_checks.versions,
    'xml': tool_checks.xml,
}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in CHECKS:
        print(f'Usage: lint.py CHECK SOURCE-FOLDER BUILD-FOLDER\nChecks: {" ".join(CHECKS)}', file=sys.stderr)
        return 2
    problems = list(CHECKS[sys.argv[1]](Tree(Path(sys.argv[2]), Path(sys.argv[3]))))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
