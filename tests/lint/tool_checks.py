# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that other programs make."""

import json
import re
import subprocess


def formatting(tree):
    """The house style, as ./dev format would write it."""
    for line in tree.run('uncrustify', 'uncrustify', '-q', '-l', 'C', '-c', 'build-aux/uncrustify.cfg', '--check',
                         *tree.named('.c')):
        if not line.startswith('PASS'):
            yield f'{line}: run ./dev format'


def desktop_file(tree):
    """The entry in the menu of applications."""
    for path in sorted((tree.build / 'resources').glob('*.desktop')):
        yield from tree.run('desktop-file-utils', 'desktop-file-validate', path, harmless='$')


def manifest(tree):
    """The Flatpak's: nothing misspelt, no permission without a reason, no source that can not be checked."""
    for path in (path for path in tree.named('.json') if path.startswith('flatpak/')):
        # It shows the manifest, and warns of what it does not know in lines that are not indented.
        yield from tree.run('flatpak-builder', 'flatpak-builder', '--show-manifest', tree.source / path, folder=tree.build,
                            harmless=r'[\s{}]|$')
        told = json.loads(tree.read(path))
        reasons = re.findall(r'^\|(.*?)\|', tree.read('flatpak/README.md'), re.MULTILINE)
        explained = sorted(option for cell in reasons for option in re.findall(r'`(--[^`]+)`', cell))
        if sorted(told['finish-args']) != explained:
            yield f'{path}: finish-args are not those that flatpak/README.md gives reasons for: {" ".join(explained)}'
        if told['separate-locales']:
            yield f'{path}: with separate-locales, a bundle speaks English only'
        for source in (source for module in told['modules'] for source in module['sources'] if source['type'] != 'dir'):
            if not source['url'].startswith('https://') or not re.fullmatch('[0-9a-f]{64}', source['sha256']):
                yield f'{path}: {source["url"]}: by https, and with its sha256'


def metainfo(tree):
    """What software centres show."""
    for path in sorted((tree.build / 'resources').glob('*.metainfo.xml')):
        # Debian 12's does not know the word yet that today's asks for.
        yield from tree.run('appstream', 'appstreamcli', 'validate', '--no-net', path,
                            harmless='$|✔|I: .*: unknown-tag developer')


def schema(tree):
    """The settings."""
    yield from tree.run('libglib2.0-bin', 'glib-compile-schemas', '--strict', '--dry-run', tree.build / 'resources')


def shell(tree):
    """Shell scripts."""
    yield from tree.run('shellcheck', 'shellcheck', *tree.scripts(b'sh'))


def python(tree):
    """Python files compile."""
    for path in sorted({*tree.named('.py'), *tree.scripts(b'python')}):
        try:
            compile(tree.read(path), path, 'exec')
        except SyntaxError as error:
            yield f'{path}:{error.lineno}: {error.msg}'


def xml(tree):
    """Templates, icons and configured files are well-formed."""
    yield from tree.run('libxml2-utils', 'xmllint', '--noout', *tree.named('.ui', '.svg', '.xml', '.xml.in'))


def translations(tree):
    """Translations are whole files, and their format strings fit."""
    for path in tree.named('.po'):
        yield from tree.run('gettext', 'msgfmt', '--check', '--output-file=/dev/null', path)
        if re.search(r'^#, (?:.*, )?fuzzy', tree.read(path), re.MULTILINE):
            yield f'{path}: has fuzzy entries: look at each, and remove the mark'


def man_page(tree):
    """The manual."""
    yield from tree.run('mandoc', 'mandoc', '-T', 'lint', '-W', 'warning', 'resources/thruwall.1')


def options(tree):
    """The manual and --help name the same options."""
    shown = subprocess.run([tree.build / 'thruwall', '--help'], text=True, stdout=subprocess.PIPE, check=True).stdout
    known = set(re.findall(r'--[a-z][a-z-]+', shown)) - {'--help-all', '--help-gapplication', '--help-gtk'}
    told = {option.replace('\\-', '-') for option in re.findall(r'--[a-z][a-z-]+', manual_text(tree))}
    for option in sorted(known - told):
        yield f'resources/thruwall.1: does not tell of {option}'
    for option in sorted(told - known):
        yield f'resources/thruwall.1: tells of {option}, which --help does not know'


def completions(tree):
    """What the shells complete is what --help names."""
    shown = subprocess.run([tree.build / 'thruwall', '--help'], text=True, stdout=subprocess.PIPE, check=True).stdout
    words = set(re.findall(r'--[a-z][a-z-]+', shown)) - {'--help-all', '--help-gapplication', '--help-gtk'}
    words |= set(re.findall(r'^  ([a-z][a-z-]+)', shown[shown.index('Commands for'):], re.MULTILINE)) - {'names'}
    for path in sorted(path for path in tree.files if path.startswith('resources/completions/')):
        text = tree.read(path)
        for word in sorted(words):
            if not re.search(rf'(?<![a-z-]){word}(?![a-z-])', text) and f'-l {word[2:]} ' not in text:
                yield f'{path}: does not know {word}'


def manual_text(tree):
    """mdoc writes --option as "Fl -option". Examples may call other programs."""
    without_examples = re.sub(r'^\.Bd -literal.*?^\.Ed', '', tree.read('resources/thruwall.1'), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r'Fl (?=-)', '-', without_examples)
