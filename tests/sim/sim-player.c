/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-player.h"

#include <string.h>

#define SYSEX_LONGEST 1500
#define LIVELINESS_OF_MACHINES 40 /* up to so many messages a millisecond */
#define MESSAGE_LONGEST 16 /* but for System Exclusive, with realtime in it */

/* Realtime may stand between any two octets. */
static void
put (SimPlayer *player,
     uint8_t    octet)
{
  static const uint8_t realtime[] = { 0xf8, 0xfe, 0xf8, 0xfe };

  if (player->length + 2 > sizeof player->octets)
    return;
  if (sim_random_chance (&player->random, 20000))
    player->octets[player->length++] = realtime[sim_random_below (&player->random, sizeof realtime)];
  player->octets[player->length++] = octet;
}

static void
put_channel_message (SimPlayer *player,
                     uint8_t    status,
                     uint8_t    first,
                     int        second)
{
  if (status != player->running || sim_random_chance (&player->random, 300000))
    put (player, status);
  player->running = status;
  put (player, first);
  if (second >= 0)
    put (player, (uint8_t)second);
}

static void
toggle_key (SimPlayer *player,
            unsigned   channel,
            unsigned   note)
{
  bool *key = &player->key[channel][note];
  uint8_t number = (uint8_t)(SIM_NOTE_FIRST + note);

  *key = !*key;
  if (*key)
    put_channel_message (player, (uint8_t)(0x90 | channel), number, 1 + (int)(player->now_ms / SIM_STAMP_MS % SIM_STAMPS));
  else if (sim_random_chance (&player->random, 500000))
    put_channel_message (player, (uint8_t)(0x90 | channel), number, 0);
  else
    put_channel_message (player, (uint8_t)(0x80 | channel), number, 64);
}

static void
toggle_pedal (SimPlayer *player,
              unsigned   channel)
{
  player->pedal[channel] = !player->pedal[channel];
  put_channel_message (player, (uint8_t)(0xb0 | channel), 64, player->pedal[channel] ? 127 : 0);
}

static void
turn_wheel (SimPlayer *player,
            unsigned   channel,
            bool       bent)
{
  player->bent[channel] = bent;
  put_channel_message (player, (uint8_t)(0xe0 | channel), 0,
                       bent ? (int)sim_random_range (&player->random, 65, 127) : 64);
}

static void
press (SimPlayer *player,
       unsigned   channel,
       bool       pressed)
{
  player->pressed[channel] = pressed;
  put_channel_message (player, (uint8_t)(0xd0 | channel),
                       pressed ? (uint8_t)sim_random_range (&player->random, 1, 127) : 0, -1);
}

/* F0, 7D, player, number in 4 octets, length in 2, then octets that follow from the number. */
static void
put_sysex (SimPlayer *player)
{
  uint32_t length = sim_random_below (&player->random, sim_random_chance (&player->random, 100000) ? SYSEX_LONGEST : 20);
  uint32_t number = ++player->sysex_number;

  if (player->length + 2 * (length + 10) > sizeof player->octets)
    return;
  put (player, 0xf0);
  put (player, 0x7d);
  put (player, player->number);
  for (int shift = 21; shift >= 0; shift -= 7)
    put (player, (uint8_t)(number >> shift & 0x7f));
  put (player, (uint8_t)(length >> 7));
  put (player, (uint8_t)(length & 0x7f));
  for (uint32_t i = 0; i < length; i++)
    put (player, (uint8_t)((number + i) & 0x7f));
  put (player, 0xf7);
  player->running = 0;
}

static void
play_something (SimPlayer *player)
{
  unsigned channel = sim_random_below (&player->random, SIM_CHANNELS);

  switch (sim_random_below (&player->random, 20))
    {
    case 0:
      toggle_pedal (player, channel);
      break;

    case 1:
      turn_wheel (player, channel, sim_random_chance (&player->random, 600000));
      break;

    case 2:
      press (player, channel, sim_random_chance (&player->random, 600000));
      break;

    case 3:
      put_sysex (player);
      break;

    case 4:
      put_channel_message (player, (uint8_t)(0xc0 | channel), 5, -1);
      break;

    case 5:
    case 6:
    case 7:
      put_channel_message (player, (uint8_t)(0xb0 | channel), 1, (int)sim_random_below (&player->random, 128));
      break;

    default:
      toggle_key (player, channel, sim_random_below (&player->random, SIM_NOTES));
      break;
    }
}

void
sim_player_init (SimPlayer *player,
                 uint8_t    number,
                 uint64_t   seed)
{
  memset (player, 0, sizeof *player);
  player->number = number;
  player->liveliness = 1;
  sim_random_init (&player->random, seed);
}

void
sim_player_play (SimPlayer *player,
                 uint64_t   now_ms)
{
  player->now_ms = now_ms;
  player->length = 0;
  if (sim_random_chance (&player->random, 300))
    player->liveliness = sim_random_chance (&player->random, 150000) ? LIVELINESS_OF_MACHINES : 1;
  if (player->liveliness == 1 && !sim_random_chance (&player->random, 30000))
    return;
  for (uint32_t n = sim_random_range (&player->random, 1, player->liveliness); n > 0; n--)
    {
      if (player->length + MESSAGE_LONGEST > sizeof player->octets)
        break;
      play_something (player);
    }
}

void
sim_player_rest (SimPlayer *player)
{
  player->length = 0;
  for (unsigned channel = 0; channel < SIM_CHANNELS; channel++)
    {
      for (unsigned note = 0; note < SIM_NOTES; note++)
        {
          if (player->key[channel][note])
            toggle_key (player, channel, note);
        }
      if (player->pedal[channel])
        toggle_pedal (player, channel);
      turn_wheel (player, channel, false);
      press (player, channel, false);
    }
}
