# SPDX-FileCopyrightText: The Thruwall authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Completion of thruwall's command line for bash. Rooms and devices come from the Thruwall that runs.

_thruwall_options='--headless --demo --room-name --port --midi --config-dir --version --help'
_thruwall_commands='status connect disconnect mute unmute same-device other-device add-room remove-room late-limit new-identity cancel-sysex panic'

# _thruwall_offer LINE…: those that begin with $cur, quoted for the shell.
_thruwall_offer ()
{
  local line
  for line in "$@"; do
    if [[ $line == "${cur//\\ / }"* ]]; then
      COMPREPLY+=("$(printf '%q' "$line")")
    fi
  done
}

_thruwall ()
{
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} kind=
  local -i position=COMP_CWORD
  local -a names
  COMPREPLY=()
  case $previous in
    --config-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --midi)
      mapfile -t COMPREPLY < <(compgen -W 'alsa jack demo' -- "$cur")
      return ;;
    --port | --room-name)
      return ;;
  esac
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$_thruwall_commands $_thruwall_options" -- "$cur")
    return
  fi
  if [[ $command == connect && $cur == -* && $COMP_CWORD == 2 ]]; then
    mapfile -t COMPREPLY < <(compgen -W --anyway -- "$cur")
    return
  elif [[ $command == connect && ${COMP_WORDS[2]} == --anyway ]]; then
    position=COMP_CWORD-1
  fi
  case $command:$position in
    status:2) mapfile -t COMPREPLY < <(compgen -W --json -- "$cur") ;;
    late-limit:2) mapfile -t COMPREPLY < <(compgen -W 'off 100 250 500 1000' -- "$cur") ;;
    connect:2 | disconnect:2 | mute:2 | unmute:2) kind=sources ;;
    connect:3 | disconnect:3 | mute:3 | unmute:3) kind=destinations ;;
    remove-room:2) kind=rooms ;;
    cancel-sysex:2) kind=destinations ;;
    -*) mapfile -t COMPREPLY < <(compgen -W "$_thruwall_options" -- "$cur") ;;
  esac
  if [[ -n $kind ]]; then
    mapfile -t names < <(thruwall names "$kind" 2>/dev/null)
    _thruwall_offer "${names[@]}"
  fi
}

complete -F _thruwall thruwall
