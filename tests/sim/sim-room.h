/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-end.h"
#include "sim-player.h"
#include "sim-random.h"
#include "sim-synth.h"

#include "thru-ring.h"

/* Places: the rooms, and one that has a plain speaker instead: an instrument with a keyboard, and no Thruwall. */
#define SIM_ROOMS_MAX 3
#define SIM_FOREIGN SIM_ROOMS_MAX
#define SIM_PLACES (SIM_ROOMS_MAX + 1)
#define SIM_SYNTHS_MAX (SIM_PLACES * SIM_SYNTHS)

/* Sources of a room's router: its keyboards, and what a plain speaker plays. */
#define SIM_KEYBOARDS 2
#define SIM_SOURCES (SIM_KEYBOARDS + 1)
#define SIM_SOURCE_FOREIGN SIM_KEYBOARDS

/* What keeps notes from hanging and from coming late; each can be left out, to see that it is needed. */
typedef struct
{
  bool state_queue;
  bool stall_gate;
  bool release_on_close;
  bool release_on_gap;
  bool release_on_start;
  bool heartbeat;
  bool one_link_rule;
  bool doubt;
} SimProtections;

typedef struct
{
  SimPlayer *player; /* NULL: nobody plays */
  ThruRing  *ring;   /* from the player, who goes on when the program does not */
  bool       plugged;
  bool       lost;    /* something it played was, since it was asked */
} SimKeyboard;

/* Another place, as a room knows it. */
typedef struct
{
  SimEnd  *link;    /* that which is in use */
  SimEnd  *spare;   /* we opened both, and they choose */
  uint64_t dial_ms; /* when to dial next, while there is no link */
} SimPeer;

/* A program in a room: a router, keyboards (sources 1 and up), instruments (destinations 1 and up), and its ends of
 * connections. */
struct _SimRoom
{
  unsigned              index;
  const SimProtections *protections;
  SimRandom            *random;
  uint64_t              now_ms;
  uint64_t              clock_us;         /* this room's clock is ahead by so much */
  int                   drift_ppm;        /* and runs faster by so much */
  ThruRouter           *router;
  ThruMeter            *meter;
  bool                  busy;             /* the router holds something that waits */
  bool                  crashed;          /* until it is no longer frozen */
  bool                  loses;            /* what the keyboards play next is lost on its way into the program */
  uint64_t              frozen_until_ms;  /* the program does not run before */
  uint64_t              held_since_ms;    /* the MIDI system can not reach it since then; 0: it can */
  uint64_t              slow_until_ms;    /* it reads little before */
  SimKeyboard           keyboards[SIM_KEYBOARDS];
  SimSynth              synths[SIM_SYNTHS];
  bool                  plugged[SIM_SYNTHS];
  bool                  wanted[SIM_SOURCES][SIM_SYNTHS_MAX];
  SimPeer               peers[SIM_PLACES];
  SimEnd               *ends[SIM_PLACES * 4]; /* all that are open or pending */
  unsigned              n_ends;
};

/* The program starts, as after a crash: what it had left sounding is released first. */
void     sim_room_start        (SimRoom       *room);
void     sim_room_crash        (SimRoom       *room);
void     sim_room_add_end      (SimRoom       *room,
                                SimEnd        *end);

/* One turn of the program, when anything wakes it. */
void     sim_room_run          (SimRoom       *room);

/* Somebody clicks, pulls a plug, or puts it back in. */
void     sim_room_toggle_route (SimRoom       *room,
                                unsigned       source,
                                unsigned       synth);
void     sim_room_plug_synth   (SimRoom       *room,
                                unsigned       synth,
                                bool           plugged);
void     sim_room_plug_keyboard (SimRoom      *room,
                                unsigned       keyboard,
                                bool           plugged);

/* Something is played on a keyboard. While the program does not run at all, its MIDI system holds it back, or loses it. Without
 * a program, nobody listens. */
void     sim_room_play         (SimRoom       *room,
                                unsigned       keyboard,
                                const uint8_t *octets,
                                size_t         length);

/* Makes the routes that are wanted; what can not be had yet, or is there, refuses by itself. */
void     sim_room_connect      (SimRoom       *room);

/* Ends all routes to a destination of its router. */
void     sim_room_disconnect   (SimRoom       *room,
                                ThruPortNumber destination);

bool     sim_room_is_frozen    (const SimRoom *room);

/* The time by its clock, microseconds. */
uint64_t sim_room_time         (const SimRoom *room);

/* When it wants to run next, in milliseconds. */
uint64_t sim_room_due          (SimRoom       *room);

/* The millisecond in which a deadline by its clock has come. */
uint64_t sim_room_due_at       (const SimRoom *room,
                                uint64_t       deadline_us);

/* The link to a place that is in use and works; NULL: none. */
SimEnd  *sim_room_link         (const SimRoom *room,
                                unsigned       place);
