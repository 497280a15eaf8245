# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that read files as text: licences, identities, translations, the editor's settings."""

import json
import os
import re
import subprocess

COLUMNS_MAX = 130
LICENSED = ('.c', '.h', '.py', '.sh', '.css', '.ui', '.xml.in', '.1')
TEXT = (*LICENSED, '.build', '.md', '.in', '.txt', '.cfg', 'NEWS', 'dev')

# Text for people: in C, in templates, and in the three files that xgettext knows by their kind.
MARKED_C = re.compile(r'\b(?:_|N_|C_|NC_|ngettext|g_dngettext|g_dgettext|g_dpgettext2?)\s*\(\s*"')
MARKED_UI = re.compile(r'translatable="(?:yes|true)"')
ALWAYS_MARKED = ('.desktop.in', '.gschema.xml.in', '.metainfo.xml.in')

UNFINISHED = re.compile(r'\b(?:TO' r'DO|FIX' r'ME|XX' r'X)\b')


def licences(tree):
    """Every source says whose it is and under which licence."""
    scripts = [*tree.scripts(b'bash'), *tree.scripts(b'python')]
    for path in sorted({*tree.named(*LICENSED), *scripts}):
        head = '\n'.join(tree.read(path).splitlines()[:5])
        if 'SPDX-License-Identifier: ' not in head or 'SPDX-FileCopyrightText: ' not in head:
            yield f'{path}: no SPDX-FileCopyrightText and SPDX-License-Identifier in its first lines: copy them from a neighbour'


def potfiles(tree):
    """po/POTFILES.in names every file with text for people, and no other, sorted."""
    listed = [line for line in tree.read('po/POTFILES.in').splitlines() if line and not line.startswith('#')]
    marked = [path for path in tree.files if has_text(tree, path)]
    for path in sorted(set(marked) - set(listed)):
        yield f'po/POTFILES.in: {path} is missing: it holds text to translate'
    for path in sorted(set(listed) - set(marked)):
        yield f'po/POTFILES.in: {path} holds no text to translate: remove the line'
    if listed != sorted(listed):
        yield 'po/POTFILES.in: sort it: LC_ALL=C sort'


def has_text(tree, path):
    if path.startswith('tests/'):
        return False
    if path.endswith(('.c', '.h')):
        return bool(MARKED_C.search(tree.read(path)))
    if path.endswith('.ui'):
        return bool(MARKED_UI.search(tree.read(path)))
    return path.endswith(ALWAYS_MARKED)


def quotes(tree):
    """What the README says that Thruwall says, it does say."""
    said = ''.join(re.sub(r'"\s*\n\s*"', '', tree.read(path)) for path in tree.named('.c') if not path.startswith('tests/'))
    told = re.search(r'^\| it says \|.*?\n\n', tree.read('README.md'), re.MULTILINE | re.DOTALL)[0].splitlines()[2:]
    for message in (line.split('|')[1].strip() for line in told if line):
        for part in re.split(r'…|\d+', message):
            if part.strip() and part.strip(' .') not in said:
                yield f'README.md: quotes “{message}”, which is nowhere in the sources: “{part.strip()}”'


def limits(tree):
    """Every limit has a test: DESIGN.md says which, and constants and tests are there."""
    header = tree.read('app/net/thru-limits.h')
    table = re.search(r'^\| limit \| constant \|.*?(?:\n\n|\Z)', tree.read('app/DESIGN.md'), re.MULTILINE | re.DOTALL)[0]
    rows = [[re.findall('`([^`]+)`', cell) for cell in line.split('|')[1:4]] for line in table.splitlines()[2:] if line]
    sources = ''.join(tree.read(path) for path in tree.named('.c', '.h') if path.startswith('app/'))
    tests = ''.join(tree.read(path) for path in tree.named('.c', '.py') if path.startswith('tests/'))
    for name in re.findall(r'^#define (\w+) ', header, re.MULTILINE):
        if name not in [constant for _, constants, _ in rows for constant in constants]:
            yield f'app/DESIGN.md: {name} of thru-limits.h is not in the table of limits: add it, with its test'
    for _, constants, named in rows:
        for constant in constants:
            if not re.search(rf'\b{constant}\b', sources):
                yield f'app/DESIGN.md: the limit {constant} is nowhere in app/'
        if not named:
            yield f'app/DESIGN.md: no test for {", ".join(constants)}'
        for test in named:
            # A path may be put together from its beginning and its last part.
            start, _, last = test.rpartition('/')
            whole = f'"{test}"' in tests or (test.startswith('/') and f'"{start}/"' in tests and f'"{last}"' in tests)
            if not whole and not (tree.source / test.split()[0]).exists():
                yield f'app/DESIGN.md: there is no test {test}'


def links(tree):
    """What the documents link to, and the pictures that program centres show, are in the tree."""
    for path in tree.named('.md'):
        for target in re.findall(r'\]\(([^)#:]+)(?:#[^)]*)?\)', tree.read(path)):
            if not (tree.source / path).parent.joinpath(target).exists():
                yield f'{path}: links to {target}, which is not there'
    for path in tree.named('.metainfo.xml.in'):
        for name in re.findall(r'@SCREENSHOTS@/([^<]+)<', tree.read(path)):
            if not (tree.source / 'resources' / 'screenshots' / name).exists():
                yield f'{path}: shows {name}, which is not in resources/screenshots'


def ids(tree):
    """The application id has one home, and what the build makes of it agrees."""
    app_id = re.search(r"^app_id = '([^']+)'", tree.read('meson.build'), re.MULTILINE)[1]
    path_form = '/'.join(app_id.split('.'))
    manifest = f'flatpak/{app_id}.json'
    written_out = ('meson.build', manifest, 'flatpak/README.md', 'README.md')
    for path in tree.files:
        text = tree.read(path) if path not in written_out else None
        for number, line in enumerate((text or '').splitlines(), 1):
            if app_id in line or path_form in line:
                yield f'{path}:{number}: names the application id: compute it from app_id in meson.build'

    if manifest not in tree.files:
        yield f'{manifest}: is missing: the manifest is named after the application id'
    elif json.loads(tree.read(manifest))['id'] != app_id:
        yield f'{manifest}: its id is not {app_id}'
    for path in tree.named('.md'):
        for other in re.findall(r'flatpak (?:run|override|kill|info|uninstall) [^`\n|]*?([a-z]\w*(?:\.\w+){2,})(?=`| |$)',
                                tree.read(path), re.MULTILINE):
            if other not in (app_id, 'org.freedesktop.Avahi'):
                yield f'{path}: a command names {other}, and Thruwall is {app_id}'

    yield from made_ids(tree, app_id, path_form)


def made_ids(tree, app_id, path_form):
    """What the build computed."""
    for name, wanted in {
        f'resources/{app_id}.desktop': [f'Icon={app_id}', 'Exec=thruwall', 'DBusActivatable=true'],
        f'resources/{app_id}.metainfo.xml': [f'<id>{app_id}</id>', f'>{app_id}.desktop<', '<binary>thruwall</binary>'],
        f'resources/{app_id}.gschema.xml': [f'id="{app_id}" path="/{path_form}/"', 'gettext-domain="thruwall"'],
        f'resources/{app_id}.service': [f'Name={app_id}', '/thruwall\n'],
        'resources/thruwall.gresource.xml': [f'prefix="/{path_form}"', f'{app_id}.svg', f'{app_id}-symbolic.svg'],
        'resources/thruwall.service': ['/thruwall --headless'],
        'thru-config.h': [f'THRU_APP_ID "{app_id}"', f'THRU_APP_PATH "/{path_form}"', 'GETTEXT_PACKAGE "thruwall"'],
    }.items():
        made = tree.build / name
        if not made.exists():
            yield f'{made}: was not made: its name must follow app_id'
            continue
        for part in wanted:
            if part not in made.read_text(encoding='utf-8'):
                yield f'{made}: lacks {part.strip()}'


def versions(tree):
    """The version has one home, too."""
    version = re.search(r"^  version: '([^']+)'", tree.read('meson.build'), re.MULTILINE)[1]
    app_id = re.search(r"^app_id = '([^']+)'", tree.read('meson.build'), re.MULTILINE)[1]
    for path in [f'flatpak/{app_id}.json', *(path for path in tree.files if path.startswith(('resources/', 'ui/')))]:
        if version in (tree.read(path) or ''):
            yield f'{path}: names the version: compute it from meson.build'
    if not tree.read('NEWS').startswith(f'{version} '):
        yield f'NEWS: does not begin with {version}'
    releases = re.findall(r'<release version="([^"]+)"',
                          (tree.build / 'resources' / f'{app_id}.metainfo.xml').read_text(encoding='utf-8'))
    if not releases or releases[0] != version:
        yield f'resources/thruwall.metainfo.xml.in: the newest release is not {version}'
    if f'THRU_VERSION "{version}"' not in (tree.build / 'thru-config.h').read_text(encoding='utf-8'):
        yield f'{tree.build}/thru-config.h: its version is not {version}'


def installed(tree):
    """What is installed is found: by the shell, the desktop, D-Bus, systemd and man."""
    def introspect(what):
        return json.loads(subprocess.run(['meson', 'introspect', what, tree.build], stdout=subprocess.PIPE, check=True).stdout)
    prefix = next(option['value'] for option in introspect('--buildoptions') if option['name'] == 'prefix')
    found = {os.path.relpath(path, prefix) for path in introspect('--installed').values()}
    app_id = re.search(r"^app_id = '([^']+)'", tree.read('meson.build'), re.MULTILINE)[1]
    # systemd looks into a folder lib only in these two.
    units = 'lib' if prefix in ('/usr', '/usr/local') else 'share'
    wanted = {
        'bin/thruwall',
        f'{units}/systemd/user/thruwall.service',
        f'share/applications/{app_id}.desktop',
        'share/bash-completion/completions/thruwall',
        f'share/dbus-1/services/{app_id}.service',
        'share/fish/vendor_completions.d/thruwall.fish',
        f'share/glib-2.0/schemas/{app_id}.gschema.xml',
        f'share/icons/hicolor/scalable/apps/{app_id}.svg',
        f'share/icons/hicolor/symbolic/apps/{app_id}-symbolic.svg',
        *(f'share/locale/{language}/LC_MESSAGES/thruwall.mo' for language in tree.read('po/LINGUAS').split()),
        'share/man/man1/thruwall.1',
        f'share/metainfo/{app_id}.metainfo.xml',
        'share/zsh/site-functions/_thruwall',
    }
    for path in sorted(wanted - found):
        yield f'meson.build: {path} is not installed: see the install: and install_dir: of its target'
    for path in sorted(found - wanted):
        yield f'meson.build: {path} is installed, and tests/lint does not know what for: add it there'
    for name, key in {'thruwall.service': 'ExecStart', f'{app_id}.service': 'Exec'}.items():
        command = re.search(rf'^{key}=(\S+)', (tree.build / 'resources' / name).read_text(encoding='utf-8'), re.MULTILINE)[1]
        if command != f'{prefix}/bin/thruwall':
            yield f'resources/{name}: starts {command}, which is not where the program is installed'


def text(tree):
    """What .editorconfig asks for, and nothing left unfinished."""
    for path in tree.named(*TEXT):
        content = tree.read(path)
        if content is None:
            yield f'{path}: is no UTF-8'
            continue
        if content and not content.endswith('\n'):
            yield f'{path}: does not end in a newline'
        for number, line in enumerate(content.split('\n'), 1):
            if line != line.rstrip():
                yield f'{path}:{number}: blanks at the end of the line'
            if '\t' in line:
                yield f'{path}:{number}: a tab: indent with spaces'
            if len(line) > COLUMNS_MAX and not path.endswith('.md') and '"' not in line:  # text is not cut
                yield f'{path}:{number}: {len(line)} columns, at most {COLUMNS_MAX}'
            if UNFINISHED.search(line) and path.startswith(('app/', 'ui/')):
                yield f'{path}:{number}: an unfinished thought: finish it or file an issue'
