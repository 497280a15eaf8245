/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-random.h"

#include "thru-midi-parser.h"

#include <stddef.h>

/* Someone at a keyboard: few notes on few channels, so that players who share an instrument meet on the same keys;
 * pedals, wheels, pressure, programs, a sequencer that starts and stops, numbered System Exclusives; running status, and
 * realtime in the middle of everything. */
#define SIM_CHANNELS 2
#define SIM_NOTE_FIRST 60
#define SIM_NOTES 6
#define SIM_PEDAL_BIT (1u << SIM_NOTES)
#define SIM_PLAYER_OCTETS_MAX 4096

/* A note-on's velocity says when its key was pressed, in steps of so many milliseconds, over and over. */
#define SIM_STAMP_MS 32
#define SIM_STAMPS 126
#define SIM_STAMP_NONE 127

/* F0, 7D, player, number in 4 octets, length of the rest in 3, then octets that follow from the number, F7. */
#define SIM_SYSEX_HEADER 10
#define SIM_SYSEX_LONGEST THRU_MIDI_SYSEX_MAX
#define SIM_SYSEX_ORDINARY 1500

typedef struct
{
  uint64_t hash;
  uint64_t n;
} SimTally;

typedef struct
{
  uint8_t   number;
  uint8_t   first_channel;
  bool      stamps;       /* its note-ons say when they were played */
  uint32_t  sysex_longest; /* octets of the longest System Exclusive that it sends */
  SimRandom random;
  uint64_t  now_ms;
  uint64_t  next_ms;      /* when it plays again */
  uint64_t  phase_ms;     /* when it becomes a machine, or a human again */
  uint32_t  liveliness;   /* 1: as people play; more: as machines do */
  uint8_t   held[SIM_CHANNELS]; /* bit per key, and SIM_PEDAL_BIT */
  uint8_t   pedal[SIM_CHANNELS]; /* which controller it is */
  bool      sequencer;    /* it has one; one in a studio is enough, for a second would hide a lost Stop */
  bool      started;      /* that runs */
  uint64_t  started_ms;   /* when it last started or stopped */
  uint8_t   running;
  uint32_t  sysex_number;
  uint32_t  sysex_length; /* of the one under way; 0: none */
  uint32_t  sysex_at;
  SimTally  sysex_tally;  /* what will be played when it is complete */
  SimTally  tally;        /* of all channel messages and System Exclusives played */
  uint64_t  n_system;     /* all others, but for Active Sensing */
  uint64_t  n_messages;
  uint8_t   octets[SIM_PLAYER_OCTETS_MAX];
  size_t    length;
} SimPlayer;

void sim_player_init (SimPlayer     *player,
                      uint8_t        number,
                      uint64_t       seed);

/* Plays what is due now: leaves the octets in the player. */
void sim_player_play (SimPlayer     *player,
                      uint64_t       now_ms);

/* Lets go of all keys, pedals and wheels, stops, and plays no more before @until_ms. */
void sim_player_rest (SimPlayer     *player,
                      uint64_t       now_ms,
                      uint64_t       until_ms);

/* The other end of the cable is new: status octets must be said anew. What was begun is not gone on with. */
void sim_player_new_cable (SimPlayer *player);

void sim_tally_octet (SimTally      *tally,
                      uint8_t        octet);
