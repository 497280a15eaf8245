/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-synth.h"
#include "sim-wire.h"

#include "thru-link.h"
#include "thru-router.h"

#define SIM_SYNTHS 2 /* in each room */

/* What keeps notes from hanging and from coming late; each can be left out, to see that it is needed. */
typedef struct
{
  bool state_queue;
  bool stall_gate;
  bool release_on_close;
  bool heartbeat;
} SimProtections;

typedef struct _SimEnd SimEnd;

/* What a router's destination for an instrument in another room points to. */
typedef struct
{
  SimEnd  *end;
  uint32_t address;
  uint64_t refused_ms; /* when the link last had no room for it */
} SimFarSynth;

/* One room's end of a connection: the link, the wires, and what the room's router has for them: destinations for
 * the instruments of the other room, and for each own instrument a source that feeds it. */
struct _SimEnd
{
  const SimProtections *protections; /* borrowed */
  SimSynth       *synths;  /* borrowed: the instruments of this room */
  ThruRouter     *router;
  ThruMeter      *meter;   /* borrowed */
  ThruLink       *link;    /* NULL: closed */
  SimWire        *in;
  SimWire        *out;
  ThruPortNumber  base;    /* of its numbers in the router; instrument i has base + i */
  SimFarSynth     far_synths[SIM_SYNTHS];
  uint64_t        clock_us; /* this room's clock is ahead by so much */
  uint64_t        now_us;   /* by this room's clock */
  uint64_t        now_ms;
  uint64_t        their_us; /* their clock in the last session message */
  uint64_t        heard_us; /* and when it was heard */
  uint64_t        round_trip_us; /* the shortest; 0: none is known */
  uint64_t        told_ms; /* when the last session message was sent */
  uint32_t        n_told;
  uint32_t        n_heard;
  const char     *complaint;
};

/* What a room has for its ends. */
typedef struct
{
  const SimProtections *protections;
  ThruRouter           *router;
  ThruMeter            *meter;
  SimSynth             *synths;
  uint64_t              clock_us;
} SimEndHost;

/* The wires stay the caller's. */
void sim_end_open    (SimEnd           *end,
                      const SimEndHost *host,
                      ThruPortNumber    base,
                      ThruLinkRole      role,
                      SimWire          *in,
                      SimWire          *out,
                      uint64_t          now_ms);

/* What the program does when a connection ends, for whatever reason. */
void sim_end_close   (SimEnd         *end);

/* The program is gone, and so is its router. */
void sim_end_crash   (SimEnd         *end);
bool sim_end_is_open (const SimEnd   *end);

/* Reads up to @octets_max octets, hands events to the router, and looks at the time. TRUE when it has just opened. */
bool sim_end_run     (SimEnd         *end,
                      uint64_t        now_ms,
                      size_t          octets_max);

/* Gives the wire what it takes. */
void sim_end_write   (SimEnd         *end);

/* Octets that wait on this side. */
size_t sim_end_n_waiting (SimEnd     *end);
