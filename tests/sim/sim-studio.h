/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-foreign.h"
#include "sim-room.h"

#define SIM_CONNECTIONS_PER_PAIR 4
#define SIM_CONNECTIONS_MAX 14 /* three pairs of rooms, and the plain speaker's */

/* Between two places. */
typedef struct
{
  bool     used;
  unsigned places[2]; /* the first one dials */
  SimEnd   ends[2];   /* unused at a plain speaker's place */
  SimWire  wires[2];  /* out of each end */
} SimConnection;

typedef enum
{
  SIM_KIND_FAULTY,  /* everything goes wrong */
  SIM_KIND_PERFECT, /* nothing does: what is played arrives, to the octet */
  SIM_KIND_SHARED,  /* nothing does, and all play the same keys: what somebody holds sounds */
} SimKind;

/* Who plays, and what that is connected to. */
typedef struct
{
  SimPlayer player;
  unsigned  place;
  unsigned  source; /* of that room's router; of the host's, for the plain speaker */
} SimMusician;

/* Some rooms, each connected to each, in simulated time. The seed decides everything. */
typedef struct
{
  SimProtections protections;
  SimKind        kind;
  SimRandom      random;
  uint64_t       now_ms;
  uint64_t       last_ms;       /* the time of the step before */
  unsigned       n_rooms;
  SimRoom        rooms[SIM_ROOMS_MAX];
  bool           has_foreign;
  unsigned       host;          /* the room that the plain speaker is connected to */
  SimForeign     foreign;
  unsigned       n_musicians;
  SimMusician    musicians[SIM_PLAYERS_MAX];
  SimConnection  connections[SIM_CONNECTIONS_MAX];
  uint64_t       vex_connection_ms;
  uint64_t       vex_room_ms;
  uint64_t       silent_since_ms[SIM_SYNTHS_MAX][SIM_CHANNELS][SIM_NOTES];
  uint64_t       troubled_ms[SIM_PLACES][SIM_PLACES]; /* two places can not be expected to find each other before */
  uint64_t       apart_since_ms[SIM_PLACES][SIM_PLACES];
  uint64_t       idle_since_ms[SIM_SYNTHS_MAX][16][8]; /* see sim-check.c */
  uint8_t        idle[SIM_SYNTHS_MAX][16];
  uint64_t       host_ways[SIM_ROOMS_MAX];    /* from the plain speaker's host to the other rooms, at the step before */
  uint64_t       host_lost_ms[SIM_ROOMS_MAX]; /* when one of them lost it last */
  uint16_t       idle_channels[SIM_SYNTHS_MAX]; /* where that means anything */
  bool           is_hanging;    /* something sounds without a reason */
  uint32_t       n_dials;
  uint64_t       ways[SIM_SYNTHS_MAX][SIM_PLAYERS_MAX]; /* at the step before: see way_of() */
  bool           ran[SIM_SYNTHS_MAX];     /* its sequencer, at the step before */
  bool           excused[SIM_SYNTHS_MAX]; /* that its sequencer runs: nobody was there to stop it */
  ThruMeter     *meter;         /* of all destinations */
  uint64_t       n_faults;
  uint64_t       longest_hang_ms;
  uint64_t       longest_plain_hang_ms;
  const char    *complaint;     /* the first thing that was wrong; NULL: nothing */
} SimStudio;

SimStudio *sim_studio_new     (uint64_t              seed,
                               const SimProtections *protections);
void       sim_studio_free    (SimStudio            *studio);

/* Goes on to the next millisecond in which anything can happen, or to @until_ms. @vexed: in faulty studios something goes
 * wrong now and then. */
void       sim_studio_step    (SimStudio            *studio,
                               uint64_t              until_ms,
                               bool                  vexed);

/* One place opens a connection to another, if both can. */
void       sim_studio_dial    (SimStudio            *studio,
                               unsigned              from,
                               unsigned              to);

/* Ends all that is wrong. */
void       sim_studio_soothe  (SimStudio            *studio);

/* Lets all players rest. */
void       sim_studio_rest    (SimStudio            *studio,
                               uint64_t              until_ms);

/* An instrument by its number in the whole studio; NULL: there is none. */
SimSynth  *sim_studio_synth   (SimStudio            *studio,
                               unsigned              synth);

/* The other end; NULL at a plain speaker's place. */
SimEnd    *sim_studio_far_end (SimStudio            *studio,
                               const SimEnd         *end);
SimConnection *
           sim_studio_connection (SimStudio         *studio,
                               const SimEnd         *end);
