/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-check.h"

#include "sim-log.h"

#include <string.h>

#define STARTED_BIT (1u << 7) /* on the first channel: the sequencer runs */

/* A note has a reason to sound while some player holds its key and there is a way from there; pedals and sequencers
 * likewise. Without one, the clock starts as soon as nothing is under way to the instrument any more, for what is under way
 * may be its end; and it stands still while the instrument takes nothing or its own room is frozen. */

static bool
reaches (SimStudio    *studio,
         const SimEnd *end)
{
  const SimEnd *far;

  if (end == NULL || end->out->dead)
    return false;
  far = sim_studio_far_end (studio, end);
  return far == NULL ? studio->foreign.in == end->out : far->link != NULL && far->accepted;
}

/* From a source of a room's router. */
static bool
is_routed (SimStudio *studio,
           unsigned   from,
           unsigned   source,
           unsigned   synth)
{
  const SimRoom *room = &studio->rooms[from];
  unsigned place = synth / SIM_SYNTHS;

  if (!room->wanted[source][synth] || room->crashed)
    return false;
  if (place != SIM_FOREIGN && !studio->rooms[place].plugged[synth % SIM_SYNTHS])
    return false;
  return place == from || reaches (studio, sim_room_link (room, place));
}

static bool
has_way (SimStudio         *studio,
         const SimMusician *musician,
         unsigned           synth)
{
  if (musician->place == SIM_FOREIGN)
    {
      const SimEnd *end = sim_room_link (&studio->rooms[studio->host], SIM_FOREIGN);

      return end != NULL && !end->in->dead && studio->foreign.out == end->in &&
             is_routed (studio, studio->host, SIM_SOURCE_FOREIGN, synth);
    }
  return studio->rooms[musician->place].keyboards[musician->source].plugged &&
         is_routed (studio, musician->place, musician->source, synth);
}

/* What the players give a reason for, as the instrument's bits. */
static void
find_reasons (SimStudio *studio,
              unsigned   synth,
              uint8_t    reasons[16])
{
  memset (reasons, 0, 16);
  for (unsigned i = 0; i < studio->n_musicians; i++)
    {
      const SimPlayer *player = &studio->musicians[i].player;

      if ((player->held[0] | player->held[1] | player->started) == 0 || !has_way (studio, &studio->musicians[i], synth))
        continue;
      for (unsigned channel = 0; channel < SIM_CHANNELS; channel++)
        reasons[player->first_channel + channel] |= player->held[channel];
      if (player->started)
        reasons[0] |= STARTED_BIT;
    }
}

static bool
is_wire_busy (const SimWire *wire)
{
  return wire->ready > 0 || (!wire->dead && wire->length > 0);
}

/* Something comes over one of the connections of a room, or waits at their far ends. */
static bool
is_under_way (SimStudio *studio,
              unsigned   room,
              unsigned   synth)
{
  for (unsigned i = 0; i < studio->rooms[room].n_ends; i++)
    {
      SimEnd *near = studio->rooms[room].ends[i];
      SimEnd *far = sim_studio_far_end (studio, near);

      if (is_wire_busy (near->in) || (far == NULL && !near->in->dead && studio->foreign.n_waiting > 0))
        return true;
      if (far != NULL && far->link != NULL && !near->in->dead &&
          (sim_end_n_waiting (far) > 0 || far->far_synths[synth].refused_ms + 1 >= studio->now_ms))
        return true;
    }
  return false;
}

static bool
is_played_by_foreign (SimStudio *studio,
                      unsigned   synth)
{
  return studio->has_foreign && studio->rooms[studio->host].wanted[SIM_SOURCE_FOREIGN][synth];
}

static bool
is_busy (SimStudio *studio,
         unsigned   number)
{
  const SimSynth *synth = sim_studio_synth (studio, number);
  const SimEnd *host_end;

  if (synth->asked_ms == studio->now_ms)
    return true;
  if (number / SIM_SYNTHS != SIM_FOREIGN)
    {
      if (is_played_by_foreign (studio, number) && studio->foreign.out != NULL && is_wire_busy (studio->foreign.out))
        return true;
      return is_under_way (studio, number / SIM_SYNTHS, number % SIM_SYNTHS);
    }
  host_end = sim_room_link (&studio->rooms[studio->host], SIM_FOREIGN);
  return host_end == NULL || host_end->in != studio->foreign.out || is_wire_busy (host_end->out) ||
         host_end->far_synths[0].refused_ms + 1 >= studio->now_ms;
}

static bool
stands_still (SimStudio *studio,
              unsigned   number)
{
  unsigned place = number / SIM_SYNTHS;

  if (sim_studio_synth (studio, number)->refused_ms == studio->now_ms)
    return true;
  return place == SIM_FOREIGN ? sim_room_is_frozen (&studio->rooms[studio->host]) : sim_room_is_frozen (&studio->rooms[place]);
}

static void
note_hang (SimStudio *studio,
           unsigned   synth,
           unsigned   channel,
           unsigned   bit)
{
  uint64_t hang_ms = studio->now_ms - studio->idle_since_ms[synth][channel][bit];
  bool plain = studio->has_foreign;
  uint64_t *longest_ms = plain ? &studio->longest_plain_hang_ms : &studio->longest_hang_ms;

  if (hang_ms > *longest_ms)
    *longest_ms = hang_ms;
  if (hang_ms > (plain ? SIM_PLAIN_HANG_MAX_MS : SIM_HANG_MAX_MS))
    {
      sim_log (studio->now_ms, "instrument %u, channel %u, bit %u hangs", synth, channel, bit);
      studio->complaint = bit == 7 ? "a sequencer runs on" : bit == SIM_NOTES ? "a pedal hangs" : "a note hangs";
    }
}

static void
check_channel (SimStudio *studio,
               unsigned   synth,
               unsigned   channel,
               uint8_t    wrong,
               bool       busy,
               bool       still)
{
  uint8_t *idle = &studio->idle[synth][channel];

  *idle &= wrong;
  for (unsigned bit = 0; bit < 8; bit++)
    {
      uint64_t *since_ms = &studio->idle_since_ms[synth][channel][bit];

      if (!(wrong & 1u << bit))
        continue;
      if (!(*idle & 1u << bit))
        {
          *idle |= busy ? 0 : (uint8_t)(1u << bit);
          *since_ms = studio->now_ms;
        }
      else if (still)
        {
          *since_ms += studio->now_ms - studio->last_ms;
        }
      else
        {
          note_hang (studio, synth, channel, bit);
        }
    }
}

/* No message says for whom a sequencer runs, so nothing stops it when the way to it is cut; and one that was started over a way
 * that is no longer there is past help, too. */
static void
excuse_sequencer (SimStudio      *studio,
                  const SimSynth *synth,
                  bool            has_reason,
                  bool            changed)
{
  unsigned number = synth->number;

  if (!synth->started)
    studio->excused[number] = false;
  else if (changed || (!studio->ran[number] && !has_reason))
    studio->excused[number] = true;
  studio->ran[number] = synth->started;
}

/* What sounds there and has no reason to. TRUE: anything. */
static bool
find_wrongs (SimStudio      *studio,
             const SimSynth *synth,
             bool            changed,
             uint8_t         wrongs[16])
{
  uint8_t reasons[16];
  uint8_t any = 0;

  find_reasons (studio, synth->number, reasons);
  excuse_sequencer (studio, synth, reasons[0] & STARTED_BIT, changed);
  memcpy (wrongs, synth->sounding, 16);
  if (synth->started && !studio->excused[synth->number])
    wrongs[0] |= STARTED_BIT;
  for (unsigned i = 0; i < 16; i++)
    any |= wrongs[i] &= (uint8_t) ~reasons[i];
  return any != 0;
}

static void
check_synth (SimStudio *studio,
             unsigned   number,
             bool       changed)
{
  const SimSynth *synth = sim_studio_synth (studio, number);
  uint8_t wrongs[16];
  bool busy;
  bool still;

  if (synth->complaint != NULL)
    studio->complaint = synth->complaint;
  if (synth->channels == 0 && !synth->started)
    {
      studio->ran[number] = studio->excused[number] = false;
      studio->idle_channels[number] = 0;
      return;
    }
  if (!find_wrongs (studio, synth, changed, wrongs))
    {
      studio->idle_channels[number] = 0;
      return;
    }

  busy = is_busy (studio, number);
  still = stands_still (studio, number);
  for (unsigned i = 0; i < 16; i++)
    {
      if (!(studio->idle_channels[number] >> i & 1))
        studio->idle[number][i] = 0;
      if (wrongs[i] != 0)
        check_channel (studio, number, i, wrongs[i], busy, still);
      else
        studio->idle[number][i] = 0;
    }
  studio->idle_channels[number] = 0xffff;
  studio->is_hanging = true;
}

/* Rooms that find each other */

static bool
are_together (SimStudio *studio,
              unsigned   a,
              unsigned   b)
{
  SimEnd *near = sim_room_link (&studio->rooms[a], b);

  if (near == NULL)
    return false;
  if (b == SIM_FOREIGN)
    return studio->foreign.in == near->out;
  return sim_studio_far_end (studio, near) == sim_room_link (&studio->rooms[b], a);
}

static void
check_pair (SimStudio *studio,
            unsigned   a,
            unsigned   b)
{
  uint64_t *since_ms = &studio->apart_since_ms[a][b];

  if (are_together (studio, a, b) || studio->now_ms < studio->troubled_ms[a][b])
    *since_ms = studio->now_ms;
  else if (studio->now_ms - *since_ms > SIM_APART_MAX_MS)
    studio->complaint = "two rooms do not find each other";
}

void
sim_check_step (SimStudio *studio)
{
  bool changed = false;

  studio->is_hanging = false;
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      changed |= studio->rooms[i].changed;
      studio->rooms[i].changed = false;
      for (unsigned j = i + 1; j < studio->n_rooms; j++)
        check_pair (studio, i, j);
    }
  if (studio->has_foreign)
    check_pair (studio, studio->host, SIM_FOREIGN);
  for (unsigned i = 0; i < SIM_SYNTHS_MAX; i++)
    {
      if (sim_studio_synth (studio, i) != NULL)
        check_synth (studio, i, changed);
    }
}

/* The end */

static void
check_synth_at_rest (SimStudio *studio,
                     unsigned   number)
{
  const SimSynth *synth = sim_studio_synth (studio, number);
  bool routed = false;

  if (sim_synth_is_sounding (synth))
    studio->complaint = "an instrument sounds at rest";
  for (unsigned i = 0; i < studio->n_musicians; i++)
    routed |= has_way (studio, &studio->musicians[i], number);
  if (synth->started && routed)
    studio->complaint = "a sequencer runs at rest";
}

static void
check_perfect_synth (SimStudio *studio,
                     unsigned   number)
{
  const SimSynth *synth = sim_studio_synth (studio, number);
  uint64_t n_system = 0;

  for (unsigned i = 0; i < studio->n_musicians; i++)
    {
      const SimPlayer *player = &studio->musicians[i].player;

      if (!has_way (studio, &studio->musicians[i], number))
        {
          if (synth->tally[i].n > 0)
            studio->complaint = "something arrived where it was not sent";
          continue;
        }
      n_system += player->n_system;
      if (synth->tally[i].n != player->tally.n)
        studio->complaint = "a message was lost on a faultless way";
      else if (synth->tally[i].hash != player->tally.hash)
        studio->complaint = "a message changed on a faultless way";
    }
  if (synth->n_system != n_system)
    studio->complaint = "a system message was lost on a faultless way";
}

void
sim_check_rest (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      if (!thru_router_flush (studio->rooms[i].router, sim_room_time (&studio->rooms[i])))
        studio->complaint = "something still waits at rest";
      if (thru_router_n_held (studio->rooms[i].router) > 0)
        studio->complaint = "a route holds a note at rest";
    }
  for (unsigned i = 0; i < SIM_SYNTHS_MAX; i++)
    {
      if (sim_studio_synth (studio, i) == NULL)
        continue;
      check_synth_at_rest (studio, i);
      if (studio->kind == SIM_KIND_PERFECT)
        check_perfect_synth (studio, i);
    }
}
