/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-fault.h"

#include "sim-log.h"

#define CONNECTIONS_GAP_MS 2500 /* between faults of one connection, about */
#define ROOMS_GAP_MS 600        /* of one room */
#define NOTICED_MS 1600         /* after the end of a trouble, it is noticed within this */
#define KERNEL_MIN_MS 2800      /* keepalive and user time-out give up */
#define KERNEL_MAX_MS 3700

static void
trouble (SimStudio *studio,
         unsigned   a,
         unsigned   b,
         uint64_t   until_ms)
{
  until_ms += NOTICED_MS;
  if (studio->troubled_ms[a][b] < until_ms)
    studio->troubled_ms[a][b] = studio->troubled_ms[b][a] = until_ms;
}

static void
trouble_room (SimStudio *studio,
              unsigned   room,
              uint64_t   until_ms)
{
  for (unsigned other = 0; other < SIM_PLACES; other++)
    trouble (studio, room, other, until_ms);
}

/* Connections */

static void
break_wire (SimStudio *studio,
            SimWire   *wire)
{
  if (wire->dead)
    return;
  wire->dead = true;
  wire->broken_ms = studio->now_ms + sim_random_range (&studio->random, KERNEL_MIN_MS, KERNEL_MAX_MS);
}

/* Nothing gets through any more, and nobody is told. */
static void
kill_connection (SimStudio     *studio,
                 SimConnection *connection)
{
  for (unsigned i = 0; i < 2; i++)
    break_wire (studio, &connection->wires[i]);
  trouble (studio, connection->places[0], connection->places[1], studio->now_ms + KERNEL_MAX_MS);
}

/* What was under way is lost, and both sides learn of it. */
static void
reset_connection (SimStudio     *studio,
                  SimConnection *connection)
{
  for (unsigned i = 0; i < 2; i++)
    {
      connection->wires[i].length = connection->wires[i].ready;
      connection->wires[i].closed = true;
    }
  trouble (studio, connection->places[0], connection->places[1], studio->now_ms);
}

/* Both dial again at the very same moment. */
static void
reset_and_meet (SimStudio     *studio,
                SimConnection *connection)
{
  uint64_t dial_ms = studio->now_ms + sim_random_range (&studio->random, 2, 20);

  reset_connection (studio, connection);
  for (unsigned i = 0; i < 2; i++)
    {
      if (connection->places[i] != SIM_FOREIGN)
        studio->rooms[connection->places[i]].peers[connection->places[1 - i]].dial_ms = dial_ms;
    }
}

/* A direction that is full of holes hears no answers either. */
static void
stall_wire (SimStudio     *studio,
            SimConnection *connection)
{
  SimWire *wire = &connection->wires[sim_random_below (&studio->random, 2)];

  wire->stalled_until_ms = studio->now_ms + sim_random_range (&studio->random, 5, 2500);
  trouble (studio, connection->places[0], connection->places[1], wire->stalled_until_ms);
}

/* As when a room is found at a second address. */
static void
dial_again (SimStudio     *studio,
            SimConnection *connection)
{
  unsigned i = sim_random_below (&studio->random, 2);

  if (connection->places[0] == SIM_FOREIGN || connection->places[1] == SIM_FOREIGN)
    return;
  sim_studio_dial (studio, connection->places[i], connection->places[1 - i]);
  trouble (studio, connection->places[0], connection->places[1], studio->now_ms);
}

static void
vex_connection (SimStudio     *studio,
                SimConnection *connection)
{
  unsigned what = sim_random_below (&studio->random, 8);

  sim_log (studio->now_ms, "fault %u on the connection of %u and %u", what, connection->places[0], connection->places[1]);
  switch (what)
    {
    case 0:
      kill_connection (studio, connection);
      break;

    case 1:
      reset_connection (studio, connection);
      break;

    case 2:
      reset_and_meet (studio, connection);
      break;

    case 3:
    case 4:
      dial_again (studio, connection);
      break;

    default:
      stall_wire (studio, connection);
      break;
    }
}

static void
vex_some_connection (SimStudio *studio)
{
  unsigned first = sim_random_below (&studio->random, SIM_CONNECTIONS_MAX);

  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      SimConnection *connection = &studio->connections[(first + i) % SIM_CONNECTIONS_MAX];

      if (connection->used)
        {
          vex_connection (studio, connection);
          return;
        }
    }
}

/* Rooms */

static void
freeze_room (SimStudio *studio,
             SimRoom   *room,
             uint32_t   most_ms)
{
  room->frozen_until_ms = studio->now_ms + sim_random_range (&studio->random, 20, most_ms);
  room->held_since_ms = 0;
  sim_log (studio->now_ms, "room %u: frozen for %u ms", room->index, (unsigned)(room->frozen_until_ms - studio->now_ms));
  trouble_room (studio, room->index, room->frozen_until_ms);
}

static void
crash_room (SimStudio *studio,
            SimRoom   *room)
{
  sim_room_crash (room);
  freeze_room (studio, room, 2000);
}

/* No last word reaches anybody. */
static void
cut_power (SimStudio *studio,
           SimRoom   *room)
{
  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      SimConnection *connection = &studio->connections[i];

      if (connection->used && (connection->places[0] == room->index || connection->places[1] == room->index))
        kill_connection (studio, connection);
    }
  crash_room (studio, room);
}

static void
toggle_route (SimStudio *studio,
              SimRoom   *room)
{
  unsigned source = sim_random_below (&studio->random, SIM_SOURCES);
  unsigned synth = sim_random_below (&studio->random, SIM_SYNTHS_MAX);
  bool hosts = studio->has_foreign && studio->host == room->index;

  if (sim_studio_synth (studio, synth) == NULL || (source == SIM_SOURCE_FOREIGN && !hosts))
    return;
  if (synth / SIM_SYNTHS == SIM_FOREIGN && (!hosts || source == SIM_SOURCE_FOREIGN))
    return;
  sim_room_toggle_route (room, source, synth);
}

static void
plug_keyboard (SimStudio *studio,
               SimRoom   *room)
{
  unsigned keyboard = sim_random_below (&studio->random, SIM_KEYBOARDS);

  if (room->keyboards[keyboard].player == NULL)
    return;
  sim_player_new_cable (room->keyboards[keyboard].player);
  sim_room_plug_keyboard (room, keyboard, !room->keyboards[keyboard].plugged);
}

static void
vex_synth (SimStudio *studio,
           SimRoom   *room,
           unsigned   what)
{
  unsigned i = sim_random_below (&studio->random, SIM_SYNTHS);
  SimSynth *synth = &room->synths[i];

  if (what == 0)
    sim_room_plug_synth (room, i, !room->plugged[i]);
  else if (what == 1)
    synth->pace = sim_random_below (&studio->random, 4);
  else
    synth->stalled_until_ms = studio->now_ms + sim_random_range (&studio->random, 20, 2000);
}

static void
vex_room (SimStudio *studio,
          SimRoom   *room)
{
  unsigned what = sim_random_below (&studio->random, 18);

  sim_log (studio->now_ms, "fault %u in room %u", what, room->index);
  switch (what)
    {
    case 0:
      freeze_room (studio, room, 3000);
      room->held_since_ms = sim_random_chance (&studio->random, 500000) ? studio->now_ms : 0;
      if (room->held_since_ms != 0)
        sim_log (studio->now_ms, "room %u: and so are its MIDI threads", room->index);
      break;

    case 1:
    case 2:
      room->slow_until_ms = studio->now_ms + sim_random_range (&studio->random, 100, 2000);
      trouble_room (studio, room->index, room->slow_until_ms);
      break;

    case 3:
    case 4:
    case 5:
    case 6:
      vex_synth (studio, room, what - 3);
      break;

    case 7:
      thru_router_panic (room->router, sim_room_time (room));
      room->busy = true;
      break;

    case 8:
      crash_room (studio, room);
      break;

    case 9:
      cut_power (studio, room);
      break;

    case 10:
      plug_keyboard (studio, room);
      break;

    case 11:
      room->loses = true;
      break;

    default:
      toggle_route (studio, room);
      break;
    }
}

void
sim_fault_meet (SimStudio *studio)
{
  sim_log (studio->now_ms, "all connections are reset");
  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      if (studio->connections[i].used)
        reset_and_meet (studio, &studio->connections[i]);
    }
}

void
sim_fault_vex (SimStudio *studio)
{
  SimRandom *random = &studio->random;
  unsigned n_connections = studio->n_rooms * (studio->n_rooms - 1) / 2 + studio->has_foreign;

  if (studio->now_ms >= studio->vex_connection_ms)
    {
      vex_some_connection (studio);
      studio->vex_connection_ms = studio->now_ms + sim_random_gap (random, CONNECTIONS_GAP_MS / n_connections);
      studio->n_faults++;
    }
  if (studio->now_ms >= studio->vex_room_ms)
    {
      SimRoom *room = &studio->rooms[sim_random_below (random, studio->n_rooms)];

      if (!sim_room_is_frozen (room) && !room->crashed)
        vex_room (studio, room);
      studio->vex_room_ms = studio->now_ms + sim_random_gap (random, ROOMS_GAP_MS / studio->n_rooms);
      studio->n_faults++;
    }
}
