/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-studio.h"

#include "sim-check.h"
#include "sim-fault.h"
#include "sim-log.h"

#include <stdlib.h>
#include <string.h>

#define START_MS 1000
#define PLAY_MS 1500   /* after the start: all have found each other */
#define RING_SMALL 2048
#define RING_LARGE (64 * 1024)
#define RETRY_MS 40
#define DRIFT_MAX_PPM 95
#define CLOCK_TURN_US (UINT64_C (1) << 32) /* what a frame's time can tell */
#define SEQUENCERS_AMONG 4 /* so many musicians take turns in having it */
#define HANG_STEP_MS 20 /* while anything sounds without a reason: so often it is looked at */
#define PERFECT_SEED 5 /* one in so many */
#define SHARED_SEED 10 /* and of these, the first but for zero */
#define SYSEX_PERFECT (128 * 1024)
#define SYSEX_PLAIN (60 * 1024)
#define SIM_SYSEX_PACE 150

static uint64_t
min (uint64_t a,
     uint64_t b)
{
  return a < b ? a : b;
}

/* Connections */

static SimConnection *
free_connection (SimStudio *studio,
                 unsigned   a,
                 unsigned   b)
{
  SimConnection *found = NULL;
  unsigned n = 0;

  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      SimConnection *connection = &studio->connections[i];

      if (!connection->used)
        found = connection;
      else if (connection->places[0] + connection->places[1] == a + b)
        n++;
    }
  return n < SIM_CONNECTIONS_PER_PAIR ? found : NULL;
}

static bool
is_there (SimStudio *studio,
          unsigned   place)
{
  if (place == SIM_FOREIGN)
    return studio->has_foreign && studio->foreign.in == NULL;
  return place < studio->n_rooms && !studio->rooms[place].crashed;
}

void
sim_studio_dial (SimStudio *studio,
                 unsigned   from,
                 unsigned   to)
{
  SimConnection *connection = free_connection (studio, from, to);
  ThruPortNumber base;

  if (connection == NULL || !is_there (studio, to) || (from != SIM_FOREIGN && sim_room_is_frozen (&studio->rooms[from])))
    return;
  base = 100 + (ThruPortNumber)(connection - studio->connections) * SIM_SYNTHS;
  sim_log (studio->now_ms, "%u dials %u", from, to);
  connection->used = true;
  studio->n_dials++;
  connection->places[0] = from;
  connection->places[1] = to;
  for (unsigned i = 0; i < 2; i++)
    sim_wire_init (&connection->wires[i]);
  for (unsigned i = 0; i < 2; i++)
    {
      SimWire *in = &connection->wires[1 - i];
      SimWire *out = &connection->wires[i];

      if (connection->places[i] == SIM_FOREIGN)
        {
          memset (&connection->ends[i], 0, sizeof connection->ends[i]);
          sim_foreign_connect (&studio->foreign, in, out);
          continue;
        }
      sim_end_init (&connection->ends[i], &studio->rooms[connection->places[i]], connection->places[1 - i],
                    i == 0 ? THRU_LINK_DIALED : THRU_LINK_ACCEPTED, base, in, out);
      connection->ends[i].serial = studio->n_dials;
      sim_room_add_end (&studio->rooms[connection->places[i]], &connection->ends[i]);
    }
}

static void
room_dials (SimStudio *studio,
            SimRoom   *room)
{
  for (unsigned other = 0; other < SIM_PLACES; other++)
    {
      SimPeer *peer = &room->peers[other];

      if (other == room->index || peer->link != NULL || studio->now_ms < peer->dial_ms)
        continue;
      if (other == SIM_FOREIGN && (room->index != studio->host || studio->foreign.dials))
        continue;
      peer->dial_ms = studio->now_ms + sim_random_gap (&studio->random, 10 * RETRY_MS);
      sim_studio_dial (studio, room->index, other);
    }
}

static void
foreign_dials (SimStudio *studio)
{
  SimForeign *foreign = &studio->foreign;

  if (foreign->in != NULL || studio->now_ms < foreign->dial_ms)
    return;
  foreign->dial_ms = studio->now_ms + RETRY_MS;
  sim_studio_dial (studio, SIM_FOREIGN, studio->host);
}

static void
run_connection (SimStudio     *studio,
                SimConnection *connection)
{
  bool open = false;

  for (unsigned i = 0; i < 2; i++)
    {
      sim_wire_tick (&connection->wires[i], &studio->random, studio->now_ms);
      if (connection->ends[i].complaint != NULL)
        studio->complaint = connection->ends[i].complaint;
      if (connection->places[i] == SIM_FOREIGN)
        open |= studio->foreign.in == &connection->wires[1 - i];
      else
        open |= sim_end_is_open (&connection->ends[i]);
    }
  connection->used = open;
}

SimConnection *
sim_studio_connection (SimStudio    *studio,
                       const SimEnd *end)
{
  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      SimConnection *connection = &studio->connections[i];

      if (end == &connection->ends[0] || end == &connection->ends[1])
        return connection;
    }
  return NULL;
}

SimEnd *
sim_studio_far_end (SimStudio    *studio,
                    const SimEnd *end)
{
  SimConnection *connection = sim_studio_connection (studio, end);
  unsigned far = end == &connection->ends[0];

  return connection->places[far] == SIM_FOREIGN ? NULL : &connection->ends[far];
}

/* Setting up */

/* One in three passes the point within the simulated time at which the time in frames begins anew. */
static uint64_t
choose_clock (SimStudio *studio)
{
  SimRandom *random = &studio->random;
  uint64_t turns = sim_random_range (random, 1, 4);

  if (sim_random_chance (random, 333333))
    return turns * CLOCK_TURN_US - (uint64_t)sim_random_below (random, 12000) * 1000;
  return (uint64_t)sim_random_below (random, 1u << 24) << 10;
}

/* In a perfect studio none keeps a link busy so long that notes come too late, and a plain speaker takes shorter ones only. */
static uint32_t
choose_sysex_longest (SimStudio *studio,
                      unsigned   musician)
{
  bool dumps = sim_random_chance (&studio->random, 250000);

  if (studio->kind == SIM_KIND_FAULTY)
    return dumps ? SIM_SYSEX_LONGEST : SIM_SYSEX_ORDINARY;
  if (musician > 0)
    return SIM_SYSEX_ORDINARY;
  return studio->has_foreign ? SYSEX_PLAIN : SYSEX_PERFECT;
}

static SimMusician *
add_musician (SimStudio *studio,
              unsigned   place,
              unsigned   source,
              uint64_t   seed)
{
  unsigned number = studio->n_musicians++;
  SimMusician *musician = &studio->musicians[number];
  bool perfect = studio->kind == SIM_KIND_PERFECT;

  sim_player_init (&musician->player, (uint8_t)number, seed * SIM_PLAYERS_MAX + number);
  musician->player.first_channel = perfect ? (uint8_t)(number * SIM_CHANNELS) : 0;
  musician->player.sequencer = number == seed % SEQUENCERS_AMONG;
  musician->player.sysex_longest = choose_sysex_longest (studio, number);
  musician->player.next_ms = START_MS + PLAY_MS;
  musician->player.phase_ms += START_MS + PLAY_MS;
  musician->player.stamps = place != SIM_FOREIGN;
  musician->place = place;
  musician->source = source;
  return musician;
}

static void
init_keyboards (SimStudio *studio,
                SimRoom   *room,
                uint64_t   seed)
{
  unsigned n = sim_random_chance (&studio->random, 300000) ? 2 : 1;
  bool small = studio->kind == SIM_KIND_FAULTY && sim_random_chance (&studio->random, 300000);

  for (unsigned i = 0; i < n; i++)
    {
      room->keyboards[i].player = &add_musician (studio, room->index, i, seed)->player;
      room->keyboards[i].ring = thru_ring_new (small ? RING_SMALL : RING_LARGE);
      room->keyboards[i].plugged = true;
    }
}

static void
init_room (SimStudio *studio,
           unsigned   index,
           uint64_t   seed)
{
  SimRoom *room = &studio->rooms[index];

  room->index = index;
  room->protections = &studio->protections;
  room->random = &studio->random;
  room->meter = studio->meter;
  room->now_ms = studio->now_ms;
  room->clock_us = choose_clock (studio);
  room->drift_ppm = (int)sim_random_below (&studio->random, 2 * DRIFT_MAX_PPM + 1) - DRIFT_MAX_PPM;
  init_keyboards (studio, room, seed);
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    {
      sim_synth_init (&room->synths[i], index * SIM_SYNTHS + i);
      room->synths[i].forgetful = !studio->protections.state_queue;
      room->synths[i].tallies = studio->kind == SIM_KIND_PERFECT;
      room->synths[i].now_ms = studio->now_ms;
      if (studio->kind == SIM_KIND_FAULTY)
        room->synths[i].sysex_pace = sim_random_range (&studio->random, SIM_SYSEX_PACE, 4 * SIM_SYSEX_PACE);
      room->plugged[i] = true;
    }
}

static void
want_routes (SimStudio *studio,
             SimRoom   *room)
{
  for (unsigned source = 0; source < SIM_SOURCES; source++)
    {
      bool foreign = source == SIM_SOURCE_FOREIGN;

      if (foreign && (!studio->has_foreign || studio->host != room->index))
        continue;
      for (unsigned synth = 0; synth < SIM_SYNTHS_MAX; synth++)
        {
          bool own = synth / SIM_SYNTHS == SIM_FOREIGN;

          if (sim_studio_synth (studio, synth) != NULL && (!own || (!foreign && studio->host == room->index)))
            room->wanted[source][synth] = sim_random_chance (&studio->random, 500000);
        }
    }
}

static void
init_foreign (SimStudio *studio,
              uint64_t   seed)
{
  SimMusician *musician;

  if (!studio->has_foreign)
    return;
  studio->host = sim_random_below (&studio->random, studio->n_rooms);
  musician = add_musician (studio, SIM_FOREIGN, SIM_SOURCE_FOREIGN, seed);
  sim_foreign_init (&studio->foreign, &musician->player, SIM_FOREIGN * SIM_SYNTHS, sim_random_chance (&studio->random, 500000));
  studio->foreign.synth.now_ms = studio->now_ms;
  studio->foreign.synth.tallies = studio->kind == SIM_KIND_PERFECT;
}

SimStudio *
sim_studio_new (uint64_t              seed,
                const SimProtections *protections)
{
  SimStudio *studio = calloc (1, sizeof *studio);

  if (studio == NULL)
    abort ();
  studio->protections = *protections;
  studio->kind = seed % PERFECT_SEED == 0 ? SIM_KIND_PERFECT : seed % SHARED_SEED == 1 ? SIM_KIND_SHARED : SIM_KIND_FAULTY;
  sim_random_init (&studio->random, seed);
  studio->meter = thru_meter_new ();
  studio->now_ms = studio->last_ms = START_MS;
  studio->vex_connection_ms = studio->vex_room_ms = START_MS + 1;
  studio->n_rooms = sim_random_range (&studio->random, 2, SIM_ROOMS_MAX);
  studio->has_foreign = sim_random_chance (&studio->random, 300000);
  for (unsigned i = 0; i < studio->n_rooms; i++)
    init_room (studio, i, seed);
  init_foreign (studio, seed);
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      want_routes (studio, &studio->rooms[i]);
      sim_room_start (&studio->rooms[i]);
    }
  return studio;
}

static void
free_room (SimRoom *room)
{
  for (unsigned i = 0; i < room->n_ends; i++)
    sim_end_crash (room->ends[i]);
  thru_router_free (room->router);
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    sim_synth_clear (&room->synths[i]);
  for (unsigned i = 0; i < SIM_KEYBOARDS; i++)
    thru_ring_free (room->keyboards[i].ring);
}

void
sim_studio_free (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_rooms; i++)
    free_room (&studio->rooms[i]);
  if (studio->has_foreign)
    sim_foreign_clear (&studio->foreign);
  thru_meter_unref (studio->meter);
  free (studio);
}

SimSynth *
sim_studio_synth (SimStudio *studio,
                  unsigned   synth)
{
  unsigned place = synth / SIM_SYNTHS;

  if (place == SIM_FOREIGN)
    return studio->has_foreign && synth % SIM_SYNTHS == 0 ? &studio->foreign.synth : NULL;
  return place < studio->n_rooms ? &studio->rooms[place].synths[synth % SIM_SYNTHS] : NULL;
}

/* Time */

static uint64_t
next_step (SimStudio *studio,
           uint64_t   until_ms,
           bool       vexed)
{
  uint64_t now_ms = studio->now_ms;
  uint64_t next_ms = until_ms;

  if (studio->is_hanging)
    next_ms = min (next_ms, now_ms + HANG_STEP_MS);
  if (vexed && studio->kind == SIM_KIND_FAULTY)
    next_ms = min (next_ms, min (studio->vex_connection_ms, studio->vex_room_ms));
  for (unsigned i = 0; i < studio->n_musicians; i++)
    next_ms = min (next_ms, studio->musicians[i].player.next_ms);
  if (studio->has_foreign)
    next_ms = min (next_ms, sim_foreign_due (&studio->foreign, now_ms));
  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX && next_ms > now_ms + 1; i++)
    {
      if (studio->connections[i].used)
        next_ms = min (next_ms, min (sim_wire_due (&studio->connections[i].wires[0], now_ms),
                                     sim_wire_due (&studio->connections[i].wires[1], now_ms)));
    }
  for (unsigned i = 0; i < studio->n_rooms && next_ms > now_ms + 1; i++)
    {
      SimRoom *room = &studio->rooms[i];

      next_ms = min (next_ms, sim_room_due (room));
      for (unsigned other = 0; other < SIM_PLACES; other++)
        {
          bool known = other == SIM_FOREIGN ? studio->has_foreign && studio->host == i && !studio->foreign.dials
                                            : other < studio->n_rooms && other != i;

          if (known && room->peers[other].link == NULL)
            next_ms = min (next_ms, room->peers[other].dial_ms);
        }
    }
  return next_ms > now_ms ? next_ms : now_ms + 1;
}

static void
set_time (SimStudio *studio,
          uint64_t   now_ms)
{
  studio->last_ms = studio->now_ms;
  studio->now_ms = now_ms;
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      studio->rooms[i].now_ms = now_ms;
      for (unsigned j = 0; j < SIM_SYNTHS; j++)
        studio->rooms[i].synths[j].now_ms = now_ms;
    }
  studio->foreign.synth.now_ms = now_ms;
}

/* A keyboard's octets come cut anywhere. */
static void
play_keyboard (SimStudio *studio,
               SimRoom   *room,
               unsigned   keyboard)
{
  const uint8_t *octets = room->keyboards[keyboard].player->octets;
  size_t length = room->keyboards[keyboard].player->length;

  while (length > 0)
    {
      size_t piece = sim_random_range (&studio->random, 1, (uint32_t)length);

      sim_room_play (room, keyboard, octets, piece);
      octets += piece;
      length -= piece;
    }
}

static void
hear_musician (SimStudio   *studio,
               SimMusician *musician)
{
  SimRoom *room;

  if (musician->player.length == 0)
    return;
  sim_log_message (studio->now_ms, "player", musician->player.number, musician->player.octets, (unsigned)musician->player.length);
  if (musician->place == SIM_FOREIGN)
    {
      sim_foreign_play (&studio->foreign);
      return;
    }
  room = &studio->rooms[musician->place];
  if (room->keyboards[musician->source].plugged)
    play_keyboard (studio, room, musician->source);
}

/* Who is not heard does not play on, lest everything it holds back comes at once. */
static bool
is_heard (const SimStudio   *studio,
          const SimMusician *musician)
{
  return musician->place != SIM_FOREIGN || studio->foreign.n_waiting < SIM_FOREIGN_WAITING_MAX / 2;
}

static void
play (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_musicians; i++)
    {
      SimMusician *musician = &studio->musicians[i];

      if (studio->now_ms < musician->player.next_ms || !is_heard (studio, musician))
        continue;
      sim_player_play (&musician->player, studio->now_ms);
      hear_musician (studio, musician);
    }
}

void
sim_studio_step (SimStudio *studio,
                 uint64_t   until_ms,
                 bool       vexed)
{
  set_time (studio, next_step (studio, until_ms, vexed));
  if (vexed && studio->kind == SIM_KIND_FAULTY)
    sim_fault_vex (studio);
  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      if (studio->connections[i].used)
        run_connection (studio, &studio->connections[i]);
    }
  play (studio);
  if (studio->has_foreign)
    {
      foreign_dials (studio);
      sim_foreign_run (&studio->foreign, &studio->random, studio->now_ms);
    }
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      if (sim_room_is_frozen (&studio->rooms[i]))
        continue;
      sim_room_run (&studio->rooms[i]);
      room_dials (studio, &studio->rooms[i]);
    }
  sim_check_step (studio);
}

void
sim_studio_soothe (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      SimRoom *room = &studio->rooms[i];

      room->frozen_until_ms = room->slow_until_ms = 0;
      if (room->crashed)
        sim_room_start (room);
      for (unsigned j = 0; j < SIM_SYNTHS; j++)
        {
          room->synths[j].stalled_until_ms = 0;
          room->synths[j].pace = 0;
          if (!room->plugged[j])
            sim_room_plug_synth (room, j, true);
        }
      for (unsigned j = 0; j < SIM_KEYBOARDS; j++)
        {
          if (room->keyboards[j].player != NULL && !room->keyboards[j].plugged)
            sim_room_plug_keyboard (room, j, true);
        }
    }
  for (unsigned i = 0; i < SIM_CONNECTIONS_MAX; i++)
    {
      for (unsigned j = 0; j < 2; j++)
        studio->connections[i].wires[j].stalled_until_ms = 0;
    }
}

void
sim_studio_rest (SimStudio *studio,
                 uint64_t   until_ms)
{
  for (unsigned i = 0; i < studio->n_musicians; i++)
    {
      sim_player_rest (&studio->musicians[i].player, studio->now_ms, until_ms);
      hear_musician (studio, &studio->musicians[i]);
    }
}
