# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion of thruwall's command line for fish. Rooms and devices come from the Thruwall that runs.

set -l commands status connect disconnect mute unmute same-device other-device add-room remove-room late-limit new-identity cancel-sysex panic
set -l routes 'connect disconnect mute unmute'

function __thruwall_words
    count (string match --invert -- --anyway (commandline --tokenize --cut-at-cursor))
end

complete -c thruwall -f
complete -c thruwall -n __fish_use_subcommand -a "$commands"
complete -c thruwall -n __fish_use_subcommand -l headless -d 'Run without a window'
complete -c thruwall -n __fish_use_subcommand -l demo -d 'Show a busy studio without hardware or network'
complete -c thruwall -n __fish_use_subcommand -l room-name -x -d 'Name this room'
complete -c thruwall -n __fish_use_subcommand -l port -x -d 'Listen on this TCP port instead of 1199'
complete -c thruwall -n __fish_use_subcommand -l midi -x -a 'alsa jack demo' -d 'Use this MIDI system'
complete -c thruwall -n __fish_use_subcommand -l config-dir -r -d 'Keep the saved state here'
complete -c thruwall -n __fish_use_subcommand -l version -d 'Print the version'
complete -c thruwall -n __fish_use_subcommand -s h -l help -d 'Print the options and the commands'
complete -c thruwall -n '__fish_seen_subcommand_from status' -l json -d 'For programs'
complete -c thruwall -n '__fish_seen_subcommand_from connect' -l anyway -d 'Make it even when it closes a loop'
complete -c thruwall -n '__fish_seen_subcommand_from late-limit' -a 'off 100 250 500 1000'
complete -c thruwall -n '__fish_seen_subcommand_from remove-room' -a '(thruwall names rooms 2>/dev/null)'
complete -c thruwall -n '__fish_seen_subcommand_from cancel-sysex' -a '(thruwall names destinations 2>/dev/null)'
complete -c thruwall -n "__fish_seen_subcommand_from $routes; and test (__thruwall_words) -eq 2" \
    -a '(thruwall names sources 2>/dev/null)'
complete -c thruwall -n "__fish_seen_subcommand_from $routes; and test (__thruwall_words) -eq 3" \
    -a '(thruwall names destinations 2>/dev/null)'
