/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-synth.h"
#include "sim-wire.h"

#include "thru-link.h"
#include "thru-router.h"

#define SIM_SYNTHS 2 /* in each room */

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
  ThruRouter     *router;
  ThruMeter      *meter;   /* borrowed */
  ThruLink       *link;    /* NULL: closed */
  SimWire        *in;
  SimWire        *out;
  ThruPortNumber  base;    /* of its numbers in the router; instrument i has base + i */
  SimFarSynth     far_synths[SIM_SYNTHS];
  uint64_t        now_us;
  uint64_t        told_ms; /* when the last session message was sent */
  uint32_t        n_told;
  uint32_t        n_heard;
  const char     *complaint;
};

/* The wires stay the caller's. */
void sim_end_open    (SimEnd         *end,
                      ThruRouter     *router,
                      ThruMeter      *meter,
                      ThruPortNumber  base,
                      ThruLinkRole    role,
                      SimWire        *in,
                      SimWire        *out,
                      uint64_t        now_ms);

/* What the program does when a connection ends, for whatever reason. */
void sim_end_close   (SimEnd         *end);
bool sim_end_is_open (const SimEnd   *end);

/* Reads up to @octets_max octets, hands events to the router, and looks at the time. TRUE when it has just opened. */
bool sim_end_run     (SimEnd         *end,
                      uint64_t        now_ms,
                      size_t          octets_max);

/* Gives the wire what it takes. */
void sim_end_write   (SimEnd         *end);

/* Octets that wait on this side. */
size_t sim_end_n_waiting (SimEnd     *end);
