/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-studio.h"

#include "sim-check.h"

#include <stdlib.h>
#include <string.h>

#define BASE(connection) (100 + (ThruPortNumber)(connection) * SIM_SYNTHS)
#define READ_ALL SIM_WIRE_CAPACITY
#define READ_SLOWLY 3
#define RETRY_MS 50
#define RING_SIZE (64 * 1024)

/* Asks for what is wanted; what cannot be had yet, or is there, refuses by itself. */
static void
connect_wanted (SimStudio *studio,
                unsigned   room)
{
  ThruRouter *router = studio->rooms[room].router;

  for (unsigned i = 0; i < studio->n_rooms * SIM_SYNTHS; i++)
    {
      SimEnd *end = sim_studio_end (studio, room, i / SIM_SYNTHS);
      ThruPortNumber base = end != NULL ? end->base : 1;

      if (studio->rooms[room].wanted[i])
        thru_router_connect (router, 1, base + i % SIM_SYNTHS, NULL);
    }
}

static void
toggle_route (SimStudio *studio,
              unsigned   room)
{
  unsigned i = sim_random_below (&studio->random, studio->n_rooms * SIM_SYNTHS);
  SimEnd *end = sim_studio_end (studio, room, i / SIM_SYNTHS);
  ThruPortNumber base = end != NULL ? end->base : 1;
  bool *wanted = &studio->rooms[room].wanted[i];

  *wanted = !*wanted;
  if (*wanted)
    connect_wanted (studio, room);
  else
    thru_router_disconnect (studio->rooms[room].router, 1, base + i % SIM_SYNTHS, sim_studio_time (studio, room));
}

/* The player's octets come cut anywhere. */
static void
play (SimStudio *studio,
      unsigned   index)
{
  SimRoom *room = &studio->rooms[index];
  const uint8_t *octets = room->player.octets;
  size_t length = room->player.length;

  while (length > 0)
    {
      size_t piece = sim_random_range (&studio->random, 1, (uint32_t)length);

      thru_ring_write (room->ring, sim_studio_time (studio, index), octets, piece);
      octets += piece;
      length -= piece;
    }
}

/* Now and then some are lost, and always when the ring was full. */
static void
read_ring (SimStudio *studio,
           unsigned   index,
           bool       lose)
{
  SimRoom *room = &studio->rooms[index];
  uint8_t octets[SIM_PLAYER_OCTETS_MAX];
  uint64_t time_us;
  uint32_t lost;
  size_t length;

  do
    {
      length = thru_ring_read (room->ring, &time_us, octets, sizeof octets, &lost);
      if (lost > 0 || (lose && length > 0))
        thru_router_input_gap (room->router, 1, sim_studio_time (studio, index));
      if (!lose)
        thru_router_input (room->router, 1, time_us, octets, length);
    }
  while (length > 0);
}

static void
start_room (SimStudio *studio,
            unsigned   index)
{
  SimRoom *room = &studio->rooms[index];

  room->router = thru_router_new ();
  if (!studio->protections.stall_gate)
    thru_router_set_late_limit (room->router, 0);
  thru_router_add_source (room->router, 1, NULL);
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    thru_router_add_destination (room->router, 1 + i, sim_synth_send, &room->synths[i], studio->meter);
}

static void
crash_room (SimStudio *studio,
            unsigned   index)
{
  for (unsigned other = 0; other < studio->n_rooms; other++)
    {
      SimEnd *end = sim_studio_end (studio, index, other);

      if (end != NULL && end->link != NULL)
        sim_end_crash (end);
    }
  thru_router_free (studio->rooms[index].router);
  studio->rooms[index].router = NULL;
  studio->rooms[index].crashed = true;
}

static void
send_to_synth (const uint8_t *message,
               size_t         length,
               void          *user)
{
  sim_synth_send (user, message, length, 0);
}

/* The program starts again, and releases first what it had left sounding. */
static void
restart_room (SimStudio *studio,
              unsigned   index)
{
  SimRoom *room = &studio->rooms[index];

  room->crashed = false;
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    {
      ThruMidiLedger left = room->synths[i].ledger;

      room->synths[i].stalled_until_ms = 0;
      room->synths[i].pace = 0;
      thru_midi_ledger_release (&left, NULL, send_to_synth, &room->synths[i]);
    }
  start_room (studio, index);
  connect_wanted (studio, index);
}

static void
run_ends (SimStudio *studio,
          unsigned   index)
{
  SimRoom *room = &studio->rooms[index];
  size_t octets_max = studio->now_ms < room->slow_until_ms ? READ_SLOWLY : READ_ALL;

  for (unsigned other = 0; other < studio->n_rooms; other++)
    {
      SimEnd *end = sim_studio_end (studio, index, other);

      if (end != NULL && end->link != NULL && sim_end_run (end, studio->now_ms, octets_max))
        connect_wanted (studio, index);
    }
}

static void
run_room (SimStudio *studio,
          unsigned   index,
          bool       calm)
{
  SimRoom *room = &studio->rooms[index];

  if (room->crashed)
    restart_room (studio, index);
  thru_router_set_time (room->router, sim_studio_time (studio, index));
  run_ends (studio, index);
  read_ring (studio, index, !calm && sim_random_chance (&studio->random, 200));
  thru_router_flush (room->router, sim_studio_time (studio, index));
  for (unsigned other = 0; other < studio->n_rooms; other++)
    {
      SimEnd *end = sim_studio_end (studio, index, other);

      if (end != NULL && end->link != NULL)
        sim_end_write (end);
    }
}

static void
open_connection (SimStudio     *studio,
                 SimConnection *connection)
{
  ThruPortNumber base = BASE (connection - studio->connections);

  for (unsigned i = 0; i < 2; i++)
    sim_wire_init (&connection->wires[i]);
  for (unsigned i = 0; i < 2; i++)
    {
      SimRoom *room = &studio->rooms[connection->rooms[i]];
      SimEndHost host = { &studio->protections, room->router, studio->meter, room->synths, room->clock_us };

      sim_end_open (&connection->ends[i], &host, base, i == 0 ? THRU_LINK_DIALED : THRU_LINK_ACCEPTED,
                    &connection->wires[1 - i], &connection->wires[i], studio->now_ms);
    }
}

static void
run_connection (SimStudio     *studio,
                SimConnection *connection)
{
  bool closed = connection->ends[0].link == NULL && connection->ends[1].link == NULL;

  for (unsigned i = 0; i < 2; i++)
    {
      sim_wire_tick (&connection->wires[i], &studio->random, studio->now_ms);
      if (connection->ends[i].complaint != NULL)
        studio->complaint = connection->ends[i].complaint;
    }
  if (!closed || studio->rooms[connection->rooms[0]].crashed || studio->rooms[connection->rooms[1]].crashed)
    connection->retry_ms = studio->now_ms + RETRY_MS;
  else if (studio->now_ms >= connection->retry_ms)
    open_connection (studio, connection);
}

static void
vex_connection (SimStudio     *studio,
                SimConnection *connection)
{
  SimRandom *random = &studio->random;
  SimWire *wire = &connection->wires[sim_random_below (random, 2)];

  switch (sim_random_below (random, 4))
    {
    case 0:
      for (unsigned i = 0; i < 2; i++)
        connection->wires[i].dead = true;
      break;

    case 1:
      /* Reset: what was under way is lost, and both sides learn of it. */
      for (unsigned i = 0; i < 2; i++)
        {
          connection->wires[i].length = connection->wires[i].ready;
          connection->wires[i].closed = true;
        }
      break;

    default:
      wire->stalled_until_ms = studio->now_ms + sim_random_range (random, 5, 3000);
      break;
    }
}

static void
vex_room (SimStudio *studio,
          unsigned   index)
{
  SimRandom *random = &studio->random;
  SimRoom *room = &studio->rooms[index];
  SimSynth *synth = &room->synths[sim_random_below (random, SIM_SYNTHS)];

  switch (sim_random_below (random, 13))
    {
    case 0:
      room->frozen_until_ms = studio->now_ms + sim_random_range (random, 20, 3000);
      break;

    case 1:
    case 2:
      room->slow_until_ms = studio->now_ms + sim_random_range (random, 100, 2000);
      break;

    case 3:
    case 4:
      synth->stalled_until_ms = studio->now_ms + sim_random_range (random, 20, 2000);
      break;

    case 5:
      synth->pace = sim_random_below (random, 4);
      break;

    case 6:
      thru_router_panic (room->router, sim_studio_time (studio, index));
      break;

    case 7:
      crash_room (studio, index);
      room->frozen_until_ms = studio->now_ms + sim_random_range (random, 100, 2000);
      break;

    default:
      toggle_route (studio, index);
      break;
    }
}

SimStudio *
sim_studio_new (uint64_t              seed,
                const SimProtections *protections)
{
  SimStudio *studio = calloc (1, sizeof *studio);

  if (studio == NULL)
    abort ();
  studio->protections = *protections;
  sim_random_init (&studio->random, seed);
  studio->meter = thru_meter_new ();
  studio->now_ms = 1000;
  studio->n_rooms = sim_random_range (&studio->random, 2, SIM_ROOMS_MAX);

  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      SimRoom *room = &studio->rooms[i];

      room->ring = thru_ring_new (RING_SIZE);
      room->clock_us = (uint64_t)sim_random_below (&studio->random, 1u << 24) << 10;
      sim_player_init (&room->player, (uint8_t)i, seed * SIM_ROOMS_MAX + i);
      for (unsigned j = 0; j < SIM_SYNTHS; j++)
        {
          sim_synth_init (&room->synths[j]);
          room->synths[j].forgetful = !protections->state_queue;
        }
      start_room (studio, i);
      for (unsigned j = i + 1; j < studio->n_rooms; j++)
        {
          SimConnection *connection = &studio->connections[studio->n_connections++];

          connection->rooms[0] = i;
          connection->rooms[1] = j;
          connection->ends[0].base = connection->ends[1].base = BASE (connection - studio->connections);
        }
    }
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      for (unsigned j = 0; j < studio->n_rooms * SIM_SYNTHS; j++)
        studio->rooms[i].wanted[j] = sim_random_chance (&studio->random, 600000);
      connect_wanted (studio, i);
    }
  return studio;
}

void
sim_studio_free (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_connections; i++)
    {
      for (unsigned j = 0; j < 2; j++)
        {
          if (studio->connections[i].ends[j].link != NULL)
            sim_end_close (&studio->connections[i].ends[j]);
        }
    }
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      thru_router_free (studio->rooms[i].router);
      thru_ring_free (studio->rooms[i].ring);
    }
  thru_meter_unref (studio->meter);
  free (studio);
}

void
sim_studio_step (SimStudio *studio,
                 bool       calm)
{
  studio->now_ms++;
  for (unsigned i = 0; i < studio->n_connections; i++)
    run_connection (studio, &studio->connections[i]);
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      for (unsigned j = 0; j < SIM_SYNTHS; j++)
        sim_synth_tick (&studio->rooms[i].synths[j], studio->now_ms);
    }
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      /* A machine, unlike a person, would fill the ring while nobody reads it. */
      if (!calm && (studio->rooms[i].player.liveliness == 1 || !sim_room_is_frozen (studio, i)))
        {
          sim_player_play (&studio->rooms[i].player, studio->now_ms);
          play (studio, i);
        }
      if (!sim_room_is_frozen (studio, i))
        run_room (studio, i, calm);
    }
  sim_check_step (studio);
}

void
sim_studio_vex (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_connections; i++)
    {
      if (sim_random_chance (&studio->random, 400))
        vex_connection (studio, &studio->connections[i]);
    }
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      if (!sim_room_is_frozen (studio, i) && sim_random_chance (&studio->random, 1500))
        vex_room (studio, i);
    }
}

void
sim_studio_soothe (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      SimRoom *room = &studio->rooms[i];

      room->frozen_until_ms = room->slow_until_ms = 0;
      for (unsigned j = 0; j < SIM_SYNTHS; j++)
        {
          room->synths[j].stalled_until_ms = 0;
          room->synths[j].pace = 0;
        }
      sim_player_rest (&room->player);
      play (studio, i);
    }
  for (unsigned i = 0; i < studio->n_connections; i++)
    {
      for (unsigned j = 0; j < 2; j++)
        studio->connections[i].wires[j].stalled_until_ms = 0;
    }
}

SimEnd *
sim_studio_end (SimStudio *studio,
                unsigned   room,
                unsigned   other)
{
  for (unsigned i = 0; i < studio->n_connections; i++)
    {
      SimConnection *connection = &studio->connections[i];

      if (connection->rooms[0] == room && connection->rooms[1] == other)
        return &connection->ends[0];
      if (connection->rooms[1] == room && connection->rooms[0] == other)
        return &connection->ends[1];
    }
  return NULL;
}

bool
sim_room_is_frozen (const SimStudio *studio,
                    unsigned         room)
{
  return studio->now_ms < studio->rooms[room].frozen_until_ms;
}

uint64_t
sim_studio_time (const SimStudio *studio,
                 unsigned         room)
{
  return studio->now_ms * 1000 + studio->rooms[room].clock_us;
}
