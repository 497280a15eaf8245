/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-wire.h"

#include <stddef.h>
#include <string.h>

static size_t
min (size_t a,
     size_t b)
{
  return a < b ? a : b;
}

void
sim_wire_init (SimWire *wire)
{
  memset (wire, 0, offsetof (SimWire, octets));
  wire->broken_ms = SIM_NEVER;
}

size_t
sim_wire_write (SimWire       *wire,
                const uint8_t *octets,
                size_t         length)
{
  size_t end = (wire->start + wire->length) % SIM_WIRE_CAPACITY;
  size_t first;

  if (wire->closed)
    return 0;
  length = min (length, SIM_WIRE_CAPACITY - wire->length);
  first = min (length, SIM_WIRE_CAPACITY - end);
  memcpy (wire->octets + end, octets, first);
  memcpy (wire->octets, octets + first, length - first);
  wire->length += length;
  return length;
}

size_t
sim_wire_read (SimWire *wire,
               uint8_t *octets,
               size_t   room)
{
  size_t length = min (wire->ready, room);
  size_t first = min (length, SIM_WIRE_CAPACITY - wire->start);

  memcpy (octets, wire->octets + wire->start, first);
  memcpy (octets + first, wire->octets, length - first);
  wire->start = (wire->start + length) % SIM_WIRE_CAPACITY;
  wire->length -= length;
  wire->ready -= length;
  return length;
}

bool
sim_wire_is_ended (const SimWire *wire,
                   uint64_t       now_ms)
{
  return wire->dead ? wire->ready == 0 && now_ms >= wire->broken_ms : wire->closed && wire->length == 0;
}

void
sim_wire_tick (SimWire   *wire,
               SimRandom *random,
               uint64_t   now_ms)
{
  size_t under_way = wire->length - wire->ready;

  if (under_way == 0 || wire->dead || now_ms < wire->stalled_until_ms)
    return;
  if (sim_random_chance (random, 500000))
    wire->ready = wire->length;
  else
    wire->ready += sim_random_below (random, (uint32_t)under_way + 1);
}

uint64_t
sim_wire_due (const SimWire *wire,
              uint64_t       now_ms)
{
  if (wire->dead || wire->length == wire->ready)
    return SIM_NEVER;
  return wire->stalled_until_ms > now_ms ? wire->stalled_until_ms : now_ms + 1;
}
