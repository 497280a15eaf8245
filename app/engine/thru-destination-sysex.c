/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-destination-private.h"

#define SYSTEM_EXCLUSIVE 0xf0
#define RELEASE_VELOCITY 64
#define N_CHANNELS 16
#define N_NOTES 128

static bool
end_note (ThruDestination *destination,
          unsigned         channel,
          unsigned         note)
{
  const uint8_t off[] = { (uint8_t)(0x80 | channel), (uint8_t)note, RELEASE_VELOCITY };

  while (destination->sounding[channel][note] > 0)
    {
      if (!_thru_destination_send_now (destination, off, sizeof off, destination->times->now_us))
        return false;
    }
  destination->owed[channel][note] = 0;
  return true;
}

static bool
raise_pedals (ThruDestination *destination,
              unsigned         channel)
{
  for (size_t i = 0; i < THRU_DESTINATION_N_PEDALS; i++)
    {
      const uint8_t up[] = { (uint8_t)(0xb0 | channel), _thru_destination_pedals[i], 0 };

      if ((destination->pedals[i] & 1u << channel) &&
          !_thru_destination_send_now (destination, up, sizeof up, destination->times->now_us))
        return false;
    }
  return true;
}

/* FALSE: not all of it yet. */
static bool
end_what_sounds (ThruDestination *destination)
{
  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      for (unsigned note = 0; note < N_NOTES; note++)
        {
          if (!end_note (destination, channel, note))
            return false;
        }
      if (!raise_pedals (destination, channel))
        return false;
    }
  return true;
}

bool
_thru_destination_go_on_with_sysex (ThruDestination *destination)
{
  static const uint8_t status = SYSTEM_EXCLUSIVE;
  bool delivered;
  bool done = thru_sysex_player_go_on (&destination->player, &delivered);

  if (delivered && destination->meter != NULL)
    thru_meter_count (destination->meter, &status, 1);
  return done;
}

/* FALSE: it is not over yet. */
bool
_thru_destination_play_sysex (ThruDestination *destination,
                              ThruSysex       *sysex,
                              ThruPortNumber   source,
                              uint64_t         time_us)
{
  if (thru_sysex_player_would_be_slow (&destination->player, sysex->length) && !end_what_sounds (destination))
    return false;
  thru_sysex_player_begin (&destination->player, sysex, source, time_us);
  thru_message_queue_pop (&destination->queue);
  return _thru_destination_go_on_with_sysex (destination);
}

/* @source 0: of all. */
void
_thru_destination_drop_waiting_sysex (ThruDestination *destination,
                                      ThruPortNumber   source,
                                      ThruSysexState   state)
{
  unsigned n = thru_message_queue_drop_sysex (&destination->queue, source);

  for (; n > 0; n--)
    {
      _thru_destination_lose (destination);
      thru_sysex_reporter_refuse (destination->player.reporter, state, source, destination->player.number, 0);
    }
}

void
thru_destination_refuse_sysex (ThruDestination *destination,
                               ThruSysexState   state,
                               ThruPortNumber   source)
{
  _thru_destination_lose (destination);
  thru_sysex_reporter_refuse (destination->player.reporter, state, source, destination->player.number, 0);
}

static ThruDelivery
refuse_sysex (ThruDestination *destination,
              ThruSysexState   state,
              ThruPortNumber   source,
              size_t           length)
{
  _thru_destination_lose (destination);
  thru_sysex_reporter_refuse (destination->player.reporter, state, source, destination->player.number, length);
  return THRU_DELIVERY_LOST;
}

ThruDelivery
thru_destination_deliver_sysex (ThruDestination *destination,
                                ThruSysex       *sysex,
                                ThruPortNumber   source,
                                uint64_t         time_us)
{
  bool was_idle = _thru_destination_is_idle (destination);

  if (sysex->length > destination->sysex_max)
    return refuse_sysex (destination, THRU_SYSEX_TOO_LONG, source, sysex->length);
  if (was_idle && destination->player.funcs == NULL &&
      _thru_destination_send_now (destination, sysex->octets, sysex->length, time_us))
    return THRU_DELIVERY_TAKEN;

  _thru_destination_collapse_old (destination);
  if (!thru_message_queue_push_sysex (&destination->queue, sysex, source, time_us))
    return refuse_sysex (destination, THRU_SYSEX_NO_ROOM, source, sysex->length);
  if (was_idle && destination->player.funcs != NULL)
    thru_destination_flush (destination);
  return THRU_DELIVERY_TAKEN;
}

static bool
break_off (ThruDestination *destination,
           ThruSysexState   state)
{
  if (!thru_sysex_player_break_off (&destination->player, state))
    return false;
  _thru_destination_lose (destination);
  return true;
}

void
thru_destination_forget_sysex (ThruDestination *destination,
                               ThruPortNumber   source,
                               ThruSysexState   state)
{
  ThruSysexPlayer *player = &destination->player;

  _thru_destination_drop_waiting_sysex (destination, source, state);
  if (player->sysex != NULL && player->source == source && player->at == 0)
    break_off (destination, state);
}

bool
thru_destination_cancel_sysex (ThruDestination *destination)
{
  return break_off (destination, THRU_SYSEX_CANCELLED);
}

void
thru_destination_drop_sysex (ThruDestination *destination,
                             ThruSysexState   state)
{
  break_off (destination, state);
  _thru_destination_drop_waiting_sysex (destination, 0, state);
}
