/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-player.h"

#include "thru-midi-ledger.h"
#include "thru-sysex-player.h"

#define SIM_PLAYERS_MAX 8

/* The oldest that a note-on may be: what the router allows, what clocks are not sure of, and how well a router knows for how long
 * its program did not run. */
#define SIM_LATE_MAX_MS 330

/* An instrument, and a strict one: it counts note-ons, wants a note-off for each, and knows no All Notes Off. */
typedef struct
{
  unsigned       number;
  ThruMidiLedger ledger;
  uint8_t        sounding[16];                /* bit per key of the players, and SIM_PEDAL_BIT: what the ledger says of them */
  uint8_t        simple[16];                  /* the same for an instrument that one note-off silences */
  uint16_t       channels;                    /* bit per channel with any of them */
  bool           started;                     /* its sequencer */
  uint32_t       last_sysex[SIM_PLAYERS_MAX]; /* number of the last one from each player */
  bool           unordered;                   /* it was played over two links at once, and so something may have been overtaken */
  bool           tallies;
  SimTally       tally[SIM_PLAYERS_MAX];      /* of what came from each, when each has channels of its own */
  uint64_t       n_system;
  uint64_t       stalled_until_ms;            /* takes nothing before */
  bool           forgetful;                   /* says that it took what it did not: a room without a state queue */
  uint64_t       lenient_until_ms;            /* before, nobody can know how old a note is */
  uint32_t       pace;                        /* messages a millisecond; 0: any number */
  uint32_t       taken;                       /* messages in this millisecond */
  uint64_t       taken_ms;
  uint64_t       now_ms;
  uint64_t       asked_ms;                    /* when it was last offered anything */
  uint64_t       refused_ms;                  /* and when it last did not take it */
  uint64_t       n_messages;
  uint64_t       longest_sysex;               /* octets of the longest System Exclusive that it got */
  uint8_t       *sysex;                       /* what came of one that comes in pieces; NULL: none did yet */
  size_t         sysex_length;
  bool           sysex_lost;                  /* who sends it is gone: the next message ends it */
  uint64_t       sysex_ms;                    /* when it took the last piece */
  uint32_t       sysex_pace;                  /* octets a millisecond that it takes of those */
  uint64_t       oldest_ms;                   /* the age of the oldest note-on that it played, in steps of SIM_STAMP_MS */
  uint64_t       hash;                        /* of everything it took and when */
  const char    *complaint;                   /* what it was sent that may never be sent */
} SimSynth;

void sim_synth_init  (SimSynth      *synth,
                      unsigned       number);
void sim_synth_clear (SimSynth      *synth);

/* How it takes long System Exclusives. */
extern const ThruSysexFuncs sim_synth_sysex;

/* Nothing more comes from who played. */
void sim_synth_cut   (SimSynth      *synth);

/* A ThruRouterSendFunc. */
bool sim_synth_send  (void          *user,
                      const uint8_t *message,
                      size_t         length,
                      uint64_t       time_us);

/* It was switched off and on: nothing sounds any more. */
void sim_synth_reset (SimSynth      *synth);

/* Anything sounds or runs that the players can begin. */
bool sim_synth_is_sounding (const SimSynth *synth);
