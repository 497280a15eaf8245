/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-end.h"
#include "sim-player.h"
#include "sim-random.h"
#include "sim-synth.h"
#include "sim-wire.h"

#include "thru-ring.h"

#define SIM_ROOMS_MAX 3
#define SIM_CONNECTIONS_MAX (SIM_ROOMS_MAX * (SIM_ROOMS_MAX - 1) / 2)
#define SIM_SYNTHS_MAX (SIM_ROOMS_MAX * SIM_SYNTHS)

/* A room: a router, one player (source 1) and some instruments (destinations 1 and up). */
typedef struct
{
  ThruRouter *router;
  ThruRing   *ring;                                /* from the player, who goes on when the program does not */
  uint64_t    clock_us;                            /* this room's clock is ahead by so much */
  bool        crashed;                             /* until it is no longer frozen */
  SimPlayer   player;
  SimSynth    synths[SIM_SYNTHS];
  bool        wanted[SIM_SYNTHS_MAX];              /* routes of the player to every instrument of the studio */
  uint64_t    frozen_until_ms;                     /* the program does not run before */
  uint64_t    slow_until_ms;                       /* it reads little before */
  uint64_t    idle_since_ms[SIM_SYNTHS][16][128];  /* see sim-check.c; 0: nothing wrong */
} SimRoom;

typedef struct
{
  unsigned rooms[2];
  SimEnd   ends[2];  /* the first one dials */
  SimWire  wires[2]; /* out of each end */
  uint64_t retry_ms;
} SimConnection;

/* Some rooms, each connected to each, in simulated time. The seed decides everything. */
typedef struct
{
  SimProtections protections;
  SimRandom     random;
  uint64_t      now_ms;
  unsigned      n_rooms;
  unsigned      n_connections;
  SimRoom       rooms[SIM_ROOMS_MAX];
  SimConnection connections[SIM_CONNECTIONS_MAX];
  ThruMeter    *meter;           /* of all destinations */
  uint64_t      longest_hang_ms;
  const char   *complaint; /* the first thing that was wrong; NULL: nothing */
} SimStudio;

SimStudio *sim_studio_new    (uint64_t              seed,
                              const SimProtections *protections);
void       sim_studio_free   (SimStudio *studio);

/* One millisecond of the whole studio. @calm: nobody plays. */
void       sim_studio_step   (SimStudio *studio,
                              bool       calm);

/* Lets something go wrong, now and then: connections stall, break or die in silence; programs freeze, crash or read slowly;
 * instruments stall; input is lost; routes come and go; somebody panics. */
void       sim_studio_vex    (SimStudio *studio);

/* The time by the clock of @room. */
uint64_t   sim_studio_time   (const SimStudio *studio,
                              unsigned         room);

/* Ends all that is wrong and lets all players rest. */
void       sim_studio_soothe (SimStudio *studio);

/* The end of @room of its connection to @other; NULL when they are the same. */
SimEnd    *sim_studio_end    (SimStudio *studio,
                              unsigned   room,
                              unsigned   other);
bool       sim_room_is_frozen (const SimStudio *studio,
                               unsigned         room);
