/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-wire.h"

#include <string.h>

void
sim_wire_init (SimWire *wire)
{
  memset (wire, 0, sizeof *wire);
}

size_t
sim_wire_write (SimWire       *wire,
                const uint8_t *octets,
                size_t         length)
{
  size_t room = SIM_WIRE_CAPACITY - wire->length;

  if (wire->closed)
    return 0;
  if (length > room)
    length = room;
  for (size_t i = 0; i < length; i++)
    wire->octets[(wire->start + wire->length + i) % SIM_WIRE_CAPACITY] = octets[i];
  wire->length += length;
  return length;
}

size_t
sim_wire_read (SimWire *wire,
               uint8_t *octets,
               size_t   room)
{
  size_t length = wire->ready < room ? wire->ready : room;

  for (size_t i = 0; i < length; i++)
    octets[i] = wire->octets[(wire->start + i) % SIM_WIRE_CAPACITY];
  wire->start = (wire->start + length) % SIM_WIRE_CAPACITY;
  wire->length -= length;
  wire->ready -= length;
  return length;
}

bool
sim_wire_is_ended (const SimWire *wire)
{
  return wire->closed && !wire->dead && wire->length == 0;
}

void
sim_wire_tick (SimWire   *wire,
               SimRandom *random,
               uint64_t   now_ms)
{
  size_t under_way = wire->length - wire->ready;

  if (wire->dead || now_ms < wire->stalled_until_ms || under_way == 0)
    return;
  if (sim_random_chance (random, 500000))
    wire->ready = wire->length;
  else
    wire->ready += sim_random_below (random, (uint32_t)under_way + 1);
}
