/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-room.h"

#include "sim-log.h"

#include "thru-link-rule.h"

#include <stdlib.h>
#include <string.h>

#define READ_ALL SIM_WIRE_CAPACITY
#define READ_SLOWLY 3
#define SETTLE_ROUNDS 4
#define REDIAL_MS 60
#define REDIAL_REFUSED_MS 3000 /* their link is on its way to us */

/* A MIDI system holds what is played in so long for a program that stands still; then it loses all but the last of it. */
#define MIDI_HOLDS_MS 500
#define MIDI_PERIOD_MS 21
#define TIME_OF_THAW UINT64_MAX /* what it hands over then bears no other */

static uint64_t
min (uint64_t a,
     uint64_t b)
{
  return a < b ? a : b;
}

static bool
is_keyboard (unsigned source)
{
  return source < SIM_KEYBOARDS;
}

/* 0: there is none now. */
static ThruPortNumber
source_port (const SimRoom *room,
             unsigned       source)
{
  const SimEnd *end;

  if (is_keyboard (source))
    return 1 + source;
  end = sim_room_link (room, SIM_FOREIGN);
  return end != NULL ? end->base : 0;
}

static ThruPortNumber
synth_port (const SimRoom *room,
            unsigned       synth)
{
  unsigned place = synth / SIM_SYNTHS;
  const SimEnd *end;

  if (place == room->index)
    return 1 + synth % SIM_SYNTHS;
  end = sim_room_link (room, place);
  return end != NULL && end->far_synths[synth % SIM_SYNTHS].plugged ? end->base + synth % SIM_SYNTHS : 0;
}

void
sim_room_connect (SimRoom *room)
{
  for (unsigned source = 0; source < SIM_SOURCES; source++)
    {
      for (unsigned synth = 0; synth < SIM_SYNTHS_MAX; synth++)
        {
          if (room->wanted[source][synth])
            thru_router_connect (room->router, source_port (room, source), synth_port (room, synth), NULL);
        }
    }
}

void
sim_room_disconnect (SimRoom       *room,
                     ThruPortNumber destination)
{
  for (unsigned source = 0; source < SIM_SOURCES; source++)
    thru_router_disconnect (room->router, source_port (room, source), destination, sim_room_time (room));
  room->busy = true;
}

void
sim_room_toggle_route (SimRoom *room,
                       unsigned source,
                       unsigned synth)
{
  bool *wanted = &room->wanted[source][synth];

  *wanted = !*wanted;
  sim_log (room->now_ms, "room %u: route %u to %u: %s", room->index, source, synth, *wanted ? "on" : "off");
  if (*wanted)
    sim_room_connect (room);
  else
    thru_router_disconnect (room->router, source_port (room, source), synth_port (room, synth), sim_room_time (room));
  room->busy = true;
}

/* Devices */

static void
add_synth (SimRoom *room,
           unsigned synth)
{
  thru_router_add_destination (room->router, 1 + synth, sim_synth_send, &room->synths[synth], room->meter);
  thru_router_set_sysex (room->router, 1 + synth, &sim_synth_sysex, THRU_MIDI_SYSEX_MAX);
  for (unsigned i = 0; i < room->n_ends; i++)
    {
      if (room->ends[i]->accepted && !room->ends[i]->plain)
        thru_router_connect (room->router, room->ends[i]->base + synth, 1 + synth, NULL);
    }
}

void
sim_room_plug_synth (SimRoom *room,
                     unsigned synth,
                     bool     plugged)
{
  sim_log (room->now_ms, "room %u: instrument %u %s", room->index, synth, plugged ? "is back" : "vanishes");
  room->plugged[synth] = plugged;
  sim_synth_reset (&room->synths[synth]);
  if (plugged)
    add_synth (room, synth);
  else
    thru_router_remove_destination (room->router, 1 + synth);
  for (unsigned i = 0; i < room->n_ends; i++)
    sim_end_tell (room->ends[i]);
  sim_room_connect (room);
}

static bool
add_keyboard (SimRoom *room,
              unsigned keyboard)
{
  if (!thru_router_add_source (room->router, 1 + keyboard, NULL))
    return false;
  if (room->protections->doubt)
    thru_router_doubt_source (room->router, 1 + keyboard, THRU_ROUTER_DOUBT_STREAM);
  return true;
}

/* What it holds can not be let go of there any more. */
void
sim_room_plug_keyboard (SimRoom *room,
                        unsigned keyboard,
                        bool     plugged)
{
  sim_log (room->now_ms, "room %u: keyboard %u %s", room->index, keyboard, plugged ? "is back" : "vanishes");
  room->keyboards[keyboard].plugged = plugged;
  room->busy = true;
  if (!plugged)
    thru_router_remove_source (room->router, 1 + keyboard, sim_room_time (room));
  else if (add_keyboard (room, keyboard))
    sim_room_connect (room);
}

/* Links */

static void
use_link (SimRoom *room,
          SimPeer *peer,
          SimEnd  *end)
{
  sim_log (room->now_ms, "room %u: uses the link to %u that %s", room->index, end->other,
           end->is_ours ? "it opened" : "they opened");
  peer->link = end;
  sim_room_connect (room);
}

static ThruLinkRule
choose (const SimRoom *room,
        const SimPeer *peer,
        const SimEnd  *end)
{
  static const char *const ids[SIM_PLACES] = { "b", "c", "a", "d" };

  if (!room->protections->one_link_rule)
    return THRU_LINK_RULE_NEWER;
  return thru_link_rule_choose (ids[room->index], ids[end->other], peer->link->is_ours, end->is_ours);
}

static void
decide (SimRoom *room,
        SimEnd  *end)
{
  SimPeer *peer = &room->peers[end->other];
  SimEnd *older = peer->link;
  ThruLinkRule rule = older != NULL ? choose (room, peer, end) : THRU_LINK_RULE_NEWER;

  if (rule == THRU_LINK_RULE_OLDER)
    {
      sim_end_refuse (end);
      return;
    }
  if (rule == THRU_LINK_RULE_THEIRS)
    {
      if (peer->spare != NULL)
        sim_end_refuse (peer->spare);
      peer->spare = end;
      for (unsigned i = 0; i < SIM_SYNTHS; i++)
        room->synths[i].unordered = true;
      sim_end_accept (end);
      return;
    }
  sim_end_accept (end);
  use_link (room, peer, end);
  if (older != NULL)
    sim_end_refuse (older);
  /* It was for the other room to choose between two of ours, and it chose this. */
  if (peer->spare != NULL)
    sim_end_refuse (peer->spare);
  peer->spare = NULL;
}

/* Whoever talks over the spare link has chosen it. */
static void
take_choice (SimRoom *room,
             SimEnd  *end)
{
  SimPeer *peer = &room->peers[end->other];

  end->chosen = false;
  if (end == peer->spare)
    {
      peer->spare = peer->link;
      use_link (room, peer, end);
    }
  else
    {
      sim_room_connect (room);
    }
}

/* Only its own: what another link with the same room does is not its business. */
static void
forget (SimRoom *room,
        SimEnd  *end)
{
  SimPeer *peer = &room->peers[end->other];
  uint64_t wait_ms = end->told_duplicate ? REDIAL_REFUSED_MS : sim_random_gap (room->random, REDIAL_MS);

  sim_log (room->now_ms, "room %u: a link to %u is closed", room->index, end->other);
  if (peer->spare == end)
    peer->spare = NULL;
  if (peer->link == end)
    {
      peer->link = NULL;
      if (peer->spare != NULL)
        use_link (room, peer, peer->spare);
      peer->spare = NULL;
    }
  if (peer->link == NULL && (end->told_duplicate || peer->dial_ms <= room->now_ms))
    peer->dial_ms = room->now_ms + wait_ms;
}

void
sim_room_add_end (SimRoom *room,
                  SimEnd  *end)
{
  room->ends[room->n_ends++] = end;
}

static void
run_end (SimRoom *room,
         SimEnd  *end)
{
  sim_end_run (end, room->now_ms < room->slow_until_ms ? READ_SLOWLY : READ_ALL);
  if (end->asks && end->link != NULL)
    decide (room, end);
  if (end->chosen && end->link != NULL)
    take_choice (room, end);
  if (!sim_end_is_open (end))
    forget (room, end);
}

static void
run_ends (SimRoom *room)
{
  unsigned kept = 0;

  for (unsigned i = 0; i < room->n_ends; i++)
    run_end (room, room->ends[i]);
  for (unsigned i = 0; i < room->n_ends; i++)
    {
      if (sim_end_is_open (room->ends[i]))
        room->ends[kept++] = room->ends[i];
    }
  room->n_ends = kept;
}

/* The program */

void
sim_room_play (SimRoom       *room,
               unsigned       keyboard,
               const uint8_t *octets,
               size_t         length)
{
  uint64_t time_us = sim_room_time (room);

  if (room->crashed)
    {
      room->keyboards[keyboard].lost = true;
      return;
    }
  if (sim_room_is_frozen (room) && room->held_since_ms != 0)
    {
      bool waits = room->now_ms <= room->held_since_ms + MIDI_HOLDS_MS || room->now_ms + MIDI_PERIOD_MS >= room->frozen_until_ms;

      room->keyboards[keyboard].lost |= !waits;
      if (!waits)
        return;
      time_us = TIME_OF_THAW;
    }
  thru_ring_write (room->keyboards[keyboard].ring, time_us, octets, length);
}

static void
lose_input (SimRoom *room,
            unsigned keyboard)
{
  sim_log (room->now_ms, "room %u: something that keyboard %u played is lost", room->index, keyboard);
  room->keyboards[keyboard].lost = true;
  if (room->protections->release_on_gap)
    thru_router_input_gap (room->router, 1 + keyboard, sim_room_time (room));
}

static void
read_ring (SimRoom *room,
           unsigned keyboard)
{
  uint8_t octets[SIM_PLAYER_OCTETS_MAX];
  uint64_t time_us = 0;
  uint32_t lost;
  size_t length;

  do
    {
      length = thru_ring_read (room->keyboards[keyboard].ring, &time_us, octets, sizeof octets, &lost);
      room->busy |= length > 0 || lost > 0;
      if (!room->keyboards[keyboard].plugged)
        continue;
      if (lost > 0 || (room->loses && length > 0))
        lose_input (room, keyboard);
      if (time_us == TIME_OF_THAW)
        time_us = sim_room_time (room);
      if (length > 0 && !room->loses)
        thru_router_input (room->router, 1 + keyboard, time_us, octets, length);
    }
  while (length > 0);
}

static void
read_rings (SimRoom *room)
{
  for (unsigned i = 0; i < SIM_KEYBOARDS; i++)
    {
      if (room->keyboards[i].player != NULL)
        read_ring (room, i);
    }
  room->loses = false;
}

static void
send_to_synth (const uint8_t *message,
               size_t         length,
               void          *user)
{
  sim_synth_send (user, message, length, 0);
}

void
sim_room_start (SimRoom *room)
{
  room->crashed = false;
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    {
      ThruMidiLedger left = room->synths[i].ledger;

      room->synths[i].stalled_until_ms = 0;
      room->synths[i].pace = 0;
      if (room->protections->release_on_start)
        thru_midi_ledger_release (&left, NULL, send_to_synth, &room->synths[i]);
    }
  room->router = thru_router_new ();
  if (room->router == NULL)
    abort ();
  if (!room->protections->stall_gate)
    thru_router_set_late_limit (room->router, 0);
  for (unsigned i = 0; i < SIM_KEYBOARDS; i++)
    {
      if (room->keyboards[i].player != NULL && room->keyboards[i].plugged)
        add_keyboard (room, i);
    }
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    {
      if (room->plugged[i])
        add_synth (room, i);
    }
  for (unsigned i = 0; i < SIM_PLACES; i++)
    room->peers[i] = (SimPeer){ .dial_ms = room->now_ms + sim_random_gap (room->random, REDIAL_MS) }
  ;
  sim_room_connect (room);
}

/* It was in the program's memory. */
static void
empty_rings (SimRoom *room)
{
  uint8_t octets[SIM_PLAYER_OCTETS_MAX];
  uint64_t time_us;

  for (unsigned i = 0; i < SIM_KEYBOARDS; i++)
    {
      while (room->keyboards[i].player != NULL &&
             thru_ring_read (room->keyboards[i].ring, &time_us, octets, sizeof octets, NULL) > 0)
        room->keyboards[i].lost = true;
    }
}

void
sim_room_crash (SimRoom *room)
{
  sim_log (room->now_ms, "room %u: crashes", room->index);
  empty_rings (room);
  for (unsigned i = 0; i < room->n_ends; i++)
    sim_end_crash (room->ends[i]);
  room->n_ends = 0;
  for (unsigned i = 0; i < SIM_PLACES; i++)
    room->peers[i].link = room->peers[i].spare = NULL;
  thru_router_free (room->router);
  room->router = NULL;
  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    sim_synth_cut (&room->synths[i]);
  room->crashed = true;
}

/* What a link gives away makes room in it for more. */
static void
settle (SimRoom *room)
{
  bool again = room->busy || sim_room_time (room) >= thru_router_deadline (room->router);

  for (unsigned round = 0; round < SETTLE_ROUNDS; round++)
    {
      if (again)
        room->busy = !thru_router_flush (room->router, sim_room_time (room));
      again = false;
      for (unsigned i = 0; i < room->n_ends; i++)
        again |= sim_end_write (room->ends[i]);
      if (!again || !room->busy)
        break;
    }
}

/* A program that nothing wakes does not see the time pass. */
static bool
is_woken (SimRoom *room)
{
  if (room->busy || room->loses || sim_room_time (room) >= thru_router_deadline (room->router))
    return true;
  for (unsigned i = 0; i < SIM_KEYBOARDS; i++)
    {
      if (room->keyboards[i].player != NULL && thru_ring_fill (room->keyboards[i].ring) > 0)
        return true;
    }
  for (unsigned i = 0; i < room->n_ends; i++)
    {
      if (sim_end_is_woken (room->ends[i]))
        return true;
    }
  return false;
}

void
sim_room_run (SimRoom *room)
{
  if (room->crashed)
    sim_room_start (room);
  else if (!is_woken (room))
    return;
  thru_router_set_time (room->router, sim_room_time (room));
  run_ends (room);
  read_rings (room);
  settle (room);
}

bool
sim_room_is_frozen (const SimRoom *room)
{
  return room->now_ms < room->frozen_until_ms;
}

uint64_t
sim_room_time (const SimRoom *room)
{
  return room->now_ms * 1000 + room->clock_us + (uint64_t)((int64_t)room->now_ms * room->drift_ppm / 1000);
}

uint64_t
sim_room_due (SimRoom *room)
{
  uint64_t due_ms = room->busy || room->crashed || room->loses ? room->now_ms + 1 : SIM_NEVER;
  uint64_t deadline_us;

  if (sim_room_is_frozen (room))
    return room->frozen_until_ms;
  deadline_us = room->crashed ? UINT64_MAX : thru_router_deadline (room->router);
  if (deadline_us != UINT64_MAX)
    due_ms = min (due_ms, sim_room_due_at (room, deadline_us));
  for (unsigned i = 0; i < room->n_ends && due_ms > room->now_ms + 1; i++)
    due_ms = min (due_ms, sim_end_due (room->ends[i], room->now_ms));
  return due_ms;
}

uint64_t
sim_room_due_at (const SimRoom *room,
                 uint64_t       deadline_us)
{
  uint64_t now_us = sim_room_time (room);

  return room->now_ms + 1 + (deadline_us > now_us ? (deadline_us - now_us) / 1000 : 0);
}

SimEnd *
sim_room_link (const SimRoom *room,
               unsigned       place)
{
  SimEnd *end = room->peers[place].link;

  return end != NULL && end->link != NULL && end->accepted && end->welcome ? end : NULL;
}
