/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-random.h"

#include <stddef.h>

/* Someone at a keyboard: few notes on few channels, so that players who share an instrument meet on the same keys;
 * pedals, bend, pressure, numbered System Exclusives; running status, and realtime in the middle of everything. */
#define SIM_CHANNELS 2
#define SIM_NOTE_FIRST 60
#define SIM_NOTES 6
#define SIM_PLAYER_OCTETS_MAX 4096

/* A note-on's velocity says when its key was pressed, in steps of so many milliseconds, over and over. */
#define SIM_STAMP_MS 32
#define SIM_STAMPS 126

typedef struct
{
  uint8_t   number;
  SimRandom random;
  bool      key[SIM_CHANNELS][SIM_NOTES];
  bool      pedal[SIM_CHANNELS];
  bool      bent[SIM_CHANNELS];
  bool      pressed[SIM_CHANNELS];
  uint64_t  now_ms;
  uint8_t   running;
  uint32_t  sysex_number;
  uint32_t  liveliness; /* 1: as people play; more: as machines do */
  uint8_t   octets[SIM_PLAYER_OCTETS_MAX];
  size_t    length;
} SimPlayer;

void sim_player_init (SimPlayer *player,
                      uint8_t    number,
                      uint64_t   seed);

/* One millisecond of playing: leaves the octets in the player. */
void sim_player_play (SimPlayer *player,
                      uint64_t   now_ms);

/* Lets go of all keys, pedals and wheels. */
void sim_player_rest (SimPlayer *player);
