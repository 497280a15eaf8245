/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-wire.h"

#include "thru-link.h"
#include "thru-router.h"

#define SIM_SYNTHS 2 /* in each room */

typedef struct _SimEnd SimEnd;
typedef struct _SimRoom SimRoom;

/* What a router's destination for an instrument elsewhere points to. */
typedef struct
{
  SimEnd  *end;
  uint32_t address;
  bool     plugged;
  uint64_t refused_ms; /* when the link last had no room for it */
} SimFarSynth;

/* One room's end of a connection: the link, the wires, and what the room's router has for them: destinations for the
 * instruments of the other room, and for each own instrument a source that feeds it. On a plain link there is one of each. */
struct _SimEnd
{
  SimRoom       *room;
  unsigned       other;     /* the place at the other end */
  bool           is_ours;   /* we dialed */
  bool           pending;   /* the kernel accepted it, the program has not seen it yet */
  ThruLink      *link;      /* NULL: closed */
  SimWire       *in;
  SimWire       *out;
  uint32_t       serial;    /* of the connection */
  ThruPortNumber base;      /* of its numbers in the router; instrument i has base + i */
  bool           plain;
  bool           asks;      /* they said who they are, and nobody decided yet */
  bool           accepted;
  bool           welcome;   /* they accepted us: their instruments are in the router */
  bool           chosen;    /* that was just now */
  bool           refused;   /* only what is in the output is to go yet */
  uint64_t       refused_until_ms;
  SimFarSynth    far_synths[SIM_SYNTHS];
  uint64_t       now_ms;
  uint64_t       now_us;    /* by the room's clock */
  uint64_t       ping_ms;   /* when the next one is due */
  uint64_t       ping_us;   /* when the last one left, by the room's clock; 0: it was answered */
  uint64_t       round_trip_us; /* the shortest; 0: none is known */
  uint32_t       n_told;
  uint32_t       n_heard;
  bool           told_duplicate; /* they refused it because there is another */
  const char    *complaint;
};

/* The wires stay the caller's. One that was accepted is pending at first. */
void     sim_end_init     (SimEnd         *end,
                           SimRoom        *room,
                           unsigned        other,
                           ThruLinkRole    role,
                           ThruPortNumber  base,
                           SimWire        *in,
                           SimWire        *out);
bool     sim_end_is_open  (const SimEnd   *end);

/* What the program does when a connection ends, for whatever reason. */
void     sim_end_close    (SimEnd         *end);

/* The program is gone, and so is its router. */
void     sim_end_crash    (SimEnd         *end);

/* Decides about one that asks. Who is refused is told, which may take a while. */
void     sim_end_accept   (SimEnd         *end);
void     sim_end_refuse   (SimEnd         *end);

/* An instrument of this room was plugged in or out. */
void     sim_end_tell     (SimEnd         *end);

/* Reads up to @octets_max octets, hands what they say to the router, and looks at the time. */
void     sim_end_run      (SimEnd         *end,
                           size_t          octets_max);

/* Gives the wire what it takes. TRUE: that was something. */
bool     sim_end_write    (SimEnd         *end);

/* Octets that wait on this side. */
size_t   sim_end_n_waiting (SimEnd        *end);

/* Whether anything wakes its program now. */
bool     sim_end_is_woken (SimEnd         *end);

/* When it wants to run next, in milliseconds. */
uint64_t sim_end_due      (SimEnd         *end,
                           uint64_t        now_ms);
