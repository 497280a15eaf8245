/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-random.h"

#include <stddef.h>

/* One direction of a connection, as TCP is seen from a program: a bounded buffer out of which the octets come in
 * order, in pieces of any size, late, or never. */
#define SIM_WIRE_CAPACITY (32 * 1024)
#define SIM_NEVER UINT64_MAX

typedef struct
{
  size_t   start;
  size_t   length;
  size_t   ready;                     /* octets that have arrived and may be read */
  uint64_t stalled_until_ms;          /* nothing arrives before */
  uint64_t broken_ms;                 /* when the reader's kernel gives up; SIM_NEVER: it does not */
  bool     dead;                      /* nothing arrives any more, and nobody is told before that */
  bool     closed;                    /* the end follows what is in the buffer */
  uint8_t  octets[SIM_WIRE_CAPACITY]; /* a ring */
} SimWire;

void     sim_wire_init     (SimWire       *wire);

/* Returns how many of the octets fitted. */
size_t   sim_wire_write    (SimWire       *wire,
                            const uint8_t *octets,
                            size_t         length);
size_t   sim_wire_read     (SimWire       *wire,
                            uint8_t       *octets,
                            size_t         room);

/* The reader knows that nothing more will come: the writer closed and everything was read, or the kernel gave up. */
bool     sim_wire_is_ended (const SimWire *wire,
                            uint64_t       now_ms);

/* Lets some of what was written arrive in this millisecond. */
void     sim_wire_tick     (SimWire       *wire,
                            SimRandom     *random,
                            uint64_t       now_ms);

/* When it needs another tick, at the earliest. */
uint64_t sim_wire_due      (const SimWire *wire,
                            uint64_t       now_ms);
