/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-player.h"

#include <string.h>

#define LIVELINESS_MAX 40 /* up to so many messages a millisecond */
#define HUMAN_PHASE_MS 4000
#define MACHINE_PHASE_MS 80
#define FLOOD_PHASE_MS 600
#define HUMAN_GAP_MS 33
#define MESSAGE_LONGEST 24 /* but for System Exclusive, with realtime in it */
#define SYSEX_STEP 600     /* octets a millisecond, at most */

static const uint8_t pedals[] = { 64, 66, 67, 69 };

void
sim_tally_octet (SimTally *tally,
                 uint8_t   octet)
{
  tally->hash = (tally->hash ^ octet) * UINT64_C (1099511628211);
}

static void
put_octet (SimPlayer *player,
           uint8_t    octet)
{
  if (player->length < sizeof player->octets)
    player->octets[player->length++] = octet;
}

/* Realtime may stand between any two octets. */
static void
put (SimPlayer *player,
     uint8_t    octet)
{
  if (player->length + 2 > sizeof player->octets)
    return;
  if (sim_random_chance (&player->random, 10000))
    {
      bool clock = sim_random_chance (&player->random, 500000);

      put_octet (player, clock ? 0xf8 : 0xfe);
      player->n_system += clock;
    }
  put_octet (player, octet);
}

static void
play_channel_message (SimPlayer *player,
                      unsigned   kind,
                      unsigned   channel,
                      uint8_t    first,
                      int        second)
{
  uint8_t status = (uint8_t)(kind | (player->first_channel + channel));

  if (status != player->running || sim_random_chance (&player->random, 300000))
    put (player, status);
  player->running = status;
  put (player, first);
  if (second >= 0)
    put (player, (uint8_t)second);

  sim_tally_octet (&player->tally, status);
  sim_tally_octet (&player->tally, first);
  if (second >= 0)
    sim_tally_octet (&player->tally, (uint8_t)second);
  player->tally.n++;
  player->n_messages++;
}

/* Up to 3 octets; realtime leaves the running status alone. */
static void
play_system_message (SimPlayer     *player,
                     const uint8_t *octets,
                     size_t         length)
{
  for (size_t i = 0; i < length; i++)
    put (player, octets[i]);
  if (octets[0] < 0xf8)
    player->running = 0;
  player->n_system++;
  player->n_messages++;
}

static uint8_t
stamp (const SimPlayer *player)
{
  return player->stamps ? (uint8_t)(1 + player->now_ms / SIM_STAMP_MS % SIM_STAMPS) : SIM_STAMP_NONE;
}

static void
toggle_key (SimPlayer *player,
            unsigned   channel,
            unsigned   note)
{
  uint8_t number = (uint8_t)(SIM_NOTE_FIRST + note);

  player->held[channel] ^= (uint8_t)(1u << note);
  if (player->held[channel] & 1u << note)
    play_channel_message (player, 0x90, channel, number, stamp (player));
  else if (sim_random_chance (&player->random, 500000))
    play_channel_message (player, 0x90, channel, number, 0);
  else
    play_channel_message (player, 0x80, channel, number, 64);
}

/* Any pedal, but one at a time. */
static void
toggle_pedal (SimPlayer *player,
              unsigned   channel)
{
  player->held[channel] ^= SIM_PEDAL_BIT;
  if (player->held[channel] & SIM_PEDAL_BIT)
    player->pedal[channel] = pedals[sim_random_below (&player->random, sizeof pedals)];
  play_channel_message (player, 0xb0, channel, player->pedal[channel], player->held[channel] & SIM_PEDAL_BIT ? 127 : 0);
}

static void
turn_wheel (SimPlayer *player,
            unsigned   channel,
            bool       bent)
{
  play_channel_message (player, 0xe0, channel, 0, bent ? (int)sim_random_range (&player->random, 65, 127) : 64);
}

static void
press (SimPlayer *player,
       unsigned   channel,
       bool       pressed)
{
  play_channel_message (player, 0xd0, channel, pressed ? (uint8_t)sim_random_range (&player->random, 1, 127) : 0, -1);
}

static void
start_or_stop (SimPlayer *player)
{
  uint8_t message = player->started ? 0xfc : 0xfa;

  player->started = !player->started;
  player->started_ms = player->now_ms;
  play_system_message (player, &message, 1);
}

static void
play_other (SimPlayer *player,
            unsigned   channel)
{
  static const uint8_t position[] = { 0xf2, 5, 6 };
  static const uint8_t tune[] = { 0xf6 };
  uint8_t value = (uint8_t)sim_random_below (&player->random, 128);

  switch (sim_random_below (&player->random, 7))
    {
    case 0:
      play_channel_message (player, 0xb0, channel, 0, value);
      play_channel_message (player, 0xb0, channel, 32, value);
      play_channel_message (player, 0xc0, channel, value, -1);
      break;

    case 1:
      play_channel_message (player, 0xb0, channel, 101, 0);
      play_channel_message (player, 0xb0, channel, 100, value);
      play_channel_message (player, 0xb0, channel, 6, value);
      break;

    case 2:
      play_system_message (player, position, sizeof position);
      break;

    case 3:
      play_system_message (player, tune, sizeof tune);
      break;

    case 4:
      play_channel_message (player, 0xb0, channel, 96, 0);
      break;

    default:
      play_channel_message (player, 0xb0, channel, 1, value);
      break;
    }
}

/* System Exclusive */

static void
put_sysex_octet (SimPlayer *player,
                 uint8_t    octet)
{
  put (player, octet);
  sim_tally_octet (&player->sysex_tally, octet);
}

static uint32_t
choose_sysex_length (SimPlayer *player)
{
  uint32_t most = player->sysex_longest - SIM_SYSEX_HEADER - 1; /* what stands around it */

  if (sim_random_chance (&player->random, 30000))
    return sim_random_below (&player->random, (most >> sim_random_below (&player->random, 9)) + 1);
  if (sim_random_chance (&player->random, 100000))
    return sim_random_below (&player->random, SIM_SYSEX_ORDINARY);
  return sim_random_below (&player->random, 20);
}

static void
begin_sysex (SimPlayer *player)
{
  uint32_t number = ++player->sysex_number;
  uint32_t length = choose_sysex_length (player);

  player->sysex_tally = player->tally;
  player->sysex_length = length + 1;
  player->sysex_at = 0;
  player->running = 0;
  put_sysex_octet (player, 0xf0);
  put_sysex_octet (player, 0x7d);
  put_sysex_octet (player, player->number);
  for (int shift = 21; shift >= 0; shift -= 7)
    put_sysex_octet (player, (uint8_t)(number >> shift & 0x7f));
  for (int shift = 14; shift >= 0; shift -= 7)
    put_sysex_octet (player, (uint8_t)(length >> shift & 0x7f));
}

static void
go_on_with_sysex (SimPlayer *player)
{
  uint32_t step = sim_random_range (&player->random, 1, SYSEX_STEP);

  for (; step > 0 && player->sysex_at + 1 < player->sysex_length; step--, player->sysex_at++)
    {
      if (player->length + MESSAGE_LONGEST > sizeof player->octets)
        return;
      put_sysex_octet (player, (uint8_t)((player->sysex_number + player->sysex_at) & 0x7f));
    }
  if (player->sysex_at + 1 < player->sysex_length)
    return;
  put_sysex_octet (player, 0xf7);
  player->tally = player->sysex_tally;
  player->tally.n++;
  player->n_messages++;
  player->sysex_length = 0;
}

/* A status octet cuts it short, and then it never was. */
static void
give_up_sysex (SimPlayer *player)
{
  player->sysex_length = 0;
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
      begin_sysex (player);
      go_on_with_sysex (player);
      break;

    case 4:
      if (player->sequencer)
        start_or_stop (player);
      else
        play_other (player, channel);
      break;

    case 5:
    case 6:
      play_other (player, channel);
      break;

    default:
      toggle_key (player, channel, sim_random_below (&player->random, SIM_NOTES));
      break;
    }
}

static void
change_phase (SimPlayer *player)
{
  bool machine = player->liveliness == 1;
  bool flood = machine && sim_random_chance (&player->random, 30000);
  uint32_t mean_ms = flood ? FLOOD_PHASE_MS : machine ? MACHINE_PHASE_MS : HUMAN_PHASE_MS;

  player->liveliness = flood ? LIVELINESS_MAX : machine ? sim_random_range (&player->random, 2, LIVELINESS_MAX) : 1;
  player->phase_ms = player->now_ms + sim_random_gap (&player->random, mean_ms);
}

void
sim_player_init (SimPlayer *player,
                 uint8_t    number,
                 uint64_t   seed)
{
  memset (player, 0, sizeof *player);
  player->number = number;
  player->liveliness = 1;
  player->stamps = true;
  player->sysex_longest = SIM_SYSEX_ORDINARY;
  sim_random_init (&player->random, seed);
  player->phase_ms = sim_random_gap (&player->random, HUMAN_PHASE_MS);
}

void
sim_player_play (SimPlayer *player,
                 uint64_t   now_ms)
{
  player->length = 0;
  if (now_ms < player->next_ms)
    return;

  player->now_ms = now_ms;
  player->next_ms = now_ms + 1;
  if (player->sysex_length > 0 && !sim_random_chance (&player->random, 1000))
    {
      go_on_with_sysex (player);
      return;
    }
  give_up_sysex (player);

  if (now_ms >= player->phase_ms)
    change_phase (player);
  for (uint32_t n = sim_random_range (&player->random, 1, player->liveliness); n > 0; n--)
    {
      if (player->sysex_length > 0 || player->length + 4 * MESSAGE_LONGEST > sizeof player->octets)
        break;
      play_something (player);
    }
  if (player->liveliness == 1 && player->sysex_length == 0)
    player->next_ms = now_ms + sim_random_gap (&player->random, HUMAN_GAP_MS);
}

void
sim_player_rest (SimPlayer *player,
                 uint64_t   now_ms,
                 uint64_t   until_ms)
{
  player->length = 0;
  player->now_ms = now_ms;
  player->next_ms = until_ms;
  give_up_sysex (player);
  for (unsigned channel = 0; channel < SIM_CHANNELS; channel++)
    {
      for (unsigned note = 0; note < SIM_NOTES; note++)
        {
          if (player->held[channel] & 1u << note)
            toggle_key (player, channel, note);
        }
      if (player->held[channel] & SIM_PEDAL_BIT)
        toggle_pedal (player, channel);
      turn_wheel (player, channel, false);
      press (player, channel, false);
    }
  player->started = player->sequencer;
  if (player->sequencer)
    start_or_stop (player);
}

void
sim_player_new_cable (SimPlayer *player)
{
  give_up_sysex (player);
}
