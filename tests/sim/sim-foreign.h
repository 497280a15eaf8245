/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-player.h"
#include "sim-random.h"
#include "sim-synth.h"
#include "sim-wire.h"

#include "thru-midi-parser.h"

#define SIM_FOREIGN_WAITING_MAX (4 * SIM_PLAYER_OCTETS_MAX)

/* A plain speaker, as a mixing console is one: MIDI octets over TCP and nothing else. It silences itself when its
 * connection ends; whoever listens to it must see to that alone. */
typedef struct
{
  SimPlayer     *player;
  SimSynth       synth;
  ThruMidiParser parser;
  SimWire       *in;      /* NULL: not connected */
  SimWire       *out;
  bool           dials;   /* else it is dialed */
  uint64_t       dial_ms;
  uint8_t        waiting[SIM_FOREIGN_WAITING_MAX];
  size_t         n_waiting;
} SimForeign;

void     sim_foreign_init       (SimForeign *foreign,
                                 SimPlayer  *player,
                                 unsigned    synth,
                                 bool        dials);
void     sim_foreign_clear      (SimForeign *foreign);
void     sim_foreign_connect    (SimForeign *foreign,
                                 SimWire    *in,
                                 SimWire    *out);
void     sim_foreign_disconnect (SimForeign *foreign,
                                 SimRandom  *random,
                                 uint64_t    now_ms);

/* What its player has played now. */
void     sim_foreign_play       (SimForeign *foreign);
void     sim_foreign_run        (SimForeign *foreign,
                                 SimRandom  *random,
                                 uint64_t    now_ms);
uint64_t sim_foreign_due        (const SimForeign *foreign,
                                 uint64_t    now_ms);
