/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-sysex-player.h"

#include <string.h>

static void
report (const ThruSysexPlayer *player,
        ThruSysexState         state)
{
  const ThruSysexReport what = {
    .state = state,
    .source = player->source,
    .destination = player->number,
    .length = player->sysex->length,
    .at = player->at,
  };

  if (player->reporter->func != NULL)
    player->reporter->func (player->reporter->user, &what);
}

static void
end (ThruSysexPlayer *player,
     ThruSysexState   state)
{
  report (player, state);
  thru_sysex_unref (player->sysex);
  player->sysex = NULL;
  player->at = 0;
  player->is_slow = false;
}

void
thru_sysex_player_init (ThruSysexPlayer         *player,
                        const ThruSysexReporter *reporter,
                        uint32_t                 number)
{
  memset (player, 0, sizeof *player);
  player->reporter = reporter;
  player->number = number;
}

void
thru_sysex_player_clear (ThruSysexPlayer *player)
{
  if (player->sysex != NULL)
    end (player, THRU_SYSEX_GONE);
  player->breaks = false;
}

bool
thru_sysex_player_is_busy (const ThruSysexPlayer *player)
{
  return player->sysex != NULL || player->breaks;
}

bool
thru_sysex_player_would_be_slow (const ThruSysexPlayer *player,
                                 size_t                 length)
{
  return player->funcs->duration != NULL && player->funcs->duration (player->user, length) > THRU_SYSEX_BRIEF_US;
}

void
thru_sysex_player_begin (ThruSysexPlayer *player,
                         ThruSysex       *sysex,
                         uint32_t         source,
                         uint64_t         time_us)
{
  player->sysex = thru_sysex_ref (sysex);
  player->at = 0;
  player->source = source;
  player->time_us = time_us;
  player->is_slow = thru_sysex_player_would_be_slow (player, sysex->length);
  report (player, THRU_SYSEX_BEGUN);
}

bool
thru_sysex_player_go_on (ThruSysexPlayer *player,
                         bool            *delivered)
{
  size_t before = player->at;
  size_t n;

  *delivered = false;
  if (player->breaks)
    player->breaks = !player->funcs->break_off (player->user);
  if (player->sysex == NULL)
    return !player->breaks;

  do
    {
      n = player->funcs->take (player->user, player->sysex->octets, player->sysex->length, player->at, player->time_us);
      player->at += n;
    }
  while (n > 0 && player->at < player->sysex->length);

  if (player->at < player->sysex->length)
    {
      if (player->at > before)
        report (player, THRU_SYSEX_PROGRESS);
      return false;
    }
  *delivered = true;
  end (player, THRU_SYSEX_DELIVERED);
  return true;
}

bool
thru_sysex_player_break_off (ThruSysexPlayer *player,
                             ThruSysexState   state)
{
  if (player->sysex == NULL)
    return false;
  player->breaks = player->at > 0 && !player->funcs->break_off (player->user);
  end (player, state);
  return true;
}

void
thru_sysex_reporter_refuse (const ThruSysexReporter *reporter,
                            ThruSysexState           state,
                            uint32_t                 source,
                            uint32_t                 destination,
                            size_t                   length)
{
  const ThruSysexReport what = {
    .state = state, .source = source, .destination = destination, .length = length,
  };

  if (reporter->func != NULL)
    reporter->func (reporter->user, &what);
}
