/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-check.h"

#include "sim-log.h"

#include <string.h>

#define STARTED_BIT (1u << 7) /* on the first channel: the sequencer runs */
#define WAY_AT_HOME UINT32_MAX
#define UNDER_WAY_MAX_MS 5000 /* longer than anything can take */
#define CUT_OFF_MAX_MS 200    /* for so long, what somebody holds may be silent */

/* A note has a reason to sound while some player holds its key and there is a way from there; pedals and sequencers
 * likewise. Without one, the clock starts as soon as nothing is under way to the instrument any more, for what is under way
 * may be its end; and it stands still while the instrument takes nothing or its own room is frozen. */

/* A connection as a way: its serial number; 0: nothing gets through. */
static uint64_t
way_over (SimStudio    *studio,
          const SimEnd *end)
{
  const SimEnd *far;

  if (end == NULL || end->out->dead)
    return 0;
  far = sim_studio_far_end (studio, end);
  if (far == NULL)
    return studio->foreign.in == end->out ? end->serial : 0;
  return far->link != NULL && far->accepted ? end->serial : 0;
}

/* The same from a source of a room's router. */
static uint64_t
way_from (SimStudio *studio,
          unsigned   from,
          unsigned   source,
          unsigned   synth)
{
  const SimRoom *room = &studio->rooms[from];
  unsigned place = synth / SIM_SYNTHS;

  if (!room->wanted[source][synth] || room->crashed)
    return 0;
  if (place != SIM_FOREIGN && !studio->rooms[place].plugged[synth % SIM_SYNTHS])
    return 0;
  return place == from ? WAY_AT_HOME : way_over (studio, sim_room_link (room, place));
}

/* And from a musician. While it stays the same, nothing on it gets lost. */
static uint64_t
way_of (SimStudio         *studio,
        const SimMusician *musician,
        unsigned           synth)
{
  const SimEnd *end;
  uint64_t way;

  if (musician->place != SIM_FOREIGN)
    return studio->rooms[musician->place].keyboards[musician->source].plugged
             ? way_from (studio, musician->place, musician->source, synth)
             : 0;
  end = sim_room_link (&studio->rooms[studio->host], SIM_FOREIGN);
  if (end == NULL || end->in->dead || studio->foreign.out != end->in)
    return 0;
  way = way_from (studio, studio->host, SIM_SOURCE_FOREIGN, synth);
  return way != 0 ? way << 32 | end->serial : 0;
}

static bool
has_way (SimStudio         *studio,
         const SimMusician *musician,
         unsigned           synth)
{
  return way_of (studio, musician, synth) != 0;
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

/* What a plain speaker left sounding elsewhere is for its host to notice. A room that loses the host before it did is told by
 * nobody: from then on, it is as between any two rooms. */
static void
watch_host (SimStudio *studio)
{
  const SimRoom *host = &studio->rooms[studio->host];

  for (unsigned place = 0; place < studio->n_rooms; place++)
    {
      uint64_t *before = &studio->host_ways[place];
      uint64_t way = sim_room_is_frozen (host) ? 0 : way_over (studio, sim_room_link (host, place));

      if (*before != 0 && way != *before)
        studio->host_lost_ms[place] = studio->now_ms;
      *before = way;
    }
}

static bool
has_lost_host (const SimStudio *studio,
               unsigned         synth,
               uint64_t         since_ms)
{
  unsigned place = synth / SIM_SYNTHS;
  uint64_t lost_ms = place < SIM_ROOMS_MAX ? studio->host_lost_ms[place] : 0;

  return lost_ms > since_ms && lost_ms <= since_ms + SIM_PLAIN_HANG_MAX_MS && studio->now_ms <= lost_ms + SIM_HANG_MAX_MS;
}

static void
note_hang (SimStudio *studio,
           unsigned   synth,
           unsigned   channel,
           unsigned   bit)
{
  uint64_t since_ms = studio->idle_since_ms[synth][channel][bit];
  uint64_t hang_ms = studio->now_ms - since_ms;
  bool plain = studio->has_foreign;
  uint64_t *longest_ms = plain ? &studio->longest_plain_hang_ms : &studio->longest_hang_ms;

  if (hang_ms > SIM_PLAIN_HANG_MAX_MS && has_lost_host (studio, synth, since_ms))
    return;
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

/* Whether a Start or Stop may have been lost on its way. */
static bool
may_have_lost (SimStudio *studio,
               unsigned   synth,
               unsigned   number)
{
  const SimMusician *musician = &studio->musicians[number];
  uint64_t *before = &studio->ways[synth][number];
  uint64_t way = way_of (studio, musician, synth);
  bool lost = *before != 0 && way != *before;

  *before = way;
  if (musician->place != SIM_FOREIGN)
    lost |= studio->rooms[musician->place].keyboards[musician->source].lost;
  return lost && (musician->player.started || studio->now_ms < musician->player.started_ms + UNDER_WAY_MAX_MS);
}

/* No message says for whom a sequencer runs, so nothing stops it when the way to it is cut; and one that was started over a way
 * that is no longer there is past help, too. */
static void
excuse_sequencer (SimStudio      *studio,
                  const SimSynth *synth,
                  bool            has_reason)
{
  unsigned number = synth->number;
  bool lost = false;

  for (unsigned i = 0; i < studio->n_musicians; i++)
    lost |= may_have_lost (studio, number, i);
  if (!synth->started)
    studio->excused[number] = false;
  else if (lost || (!studio->ran[number] && !has_reason))
    studio->excused[number] = true;
  studio->ran[number] = synth->started;
}

/* What sounds there and has no reason to. TRUE: anything. */
static bool
find_wrongs (SimStudio      *studio,
             const SimSynth *synth,
             uint8_t         wrongs[16])
{
  uint8_t reasons[16];
  uint8_t any = 0;

  find_reasons (studio, synth->number, reasons);
  excuse_sequencer (studio, synth, reasons[0] & STARTED_BIT);
  memcpy (wrongs, synth->sounding, 16);
  if (synth->started && !studio->excused[synth->number])
    wrongs[0] |= STARTED_BIT;
  for (unsigned i = 0; i < 16; i++)
    any |= wrongs[i] &= (uint8_t) ~reasons[i];
  return any != 0;
}

static void
check_synth (SimStudio *studio,
             unsigned   number)
{
  const SimSynth *synth = sim_studio_synth (studio, number);
  uint8_t wrongs[16];
  bool busy;
  bool still;

  if (synth->complaint != NULL)
    studio->complaint = synth->complaint;
  if (synth->channels == 0 && !synth->started)
    {
      excuse_sequencer (studio, synth, false);
      studio->idle_channels[number] = 0;
      return;
    }
  if (!find_wrongs (studio, synth, wrongs))
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

/* Keys that all play */

/* Bit per key of a channel that somebody holds who has a way to there. */
static unsigned
find_held (SimStudio *studio,
           unsigned   synth,
           unsigned   channel)
{
  unsigned held = 0;

  for (unsigned i = 0; i < studio->n_musicians; i++)
    {
      if (studio->musicians[i].player.held[channel] != 0 && has_way (studio, &studio->musicians[i], synth))
        held |= studio->musicians[i].player.held[channel];
    }
  return held & (SIM_PEDAL_BIT - 1);
}

static void
check_keys (SimStudio *studio,
            unsigned   synth,
            unsigned   channel)
{
  unsigned silent = find_held (studio, synth, channel) & ~(unsigned)sim_studio_synth (studio, synth)->simple[channel];

  for (unsigned note = 0; note < SIM_NOTES; note++)
    {
      uint64_t *since_ms = &studio->silent_since_ms[synth][channel][note];

      if (!(silent & 1u << note))
        *since_ms = 0;
      else if (*since_ms == 0)
        *since_ms = studio->now_ms;
      else if (studio->now_ms - *since_ms > CUT_OFF_MAX_MS)
        studio->complaint = "a note that somebody holds does not sound";
    }
}

static void
forget_losses (SimStudio *studio)
{
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      for (unsigned j = 0; j < SIM_KEYBOARDS; j++)
        studio->rooms[i].keyboards[j].lost = false;
    }
}

void
sim_check_step (SimStudio *studio)
{
  studio->is_hanging = false;
  for (unsigned i = 0; i < studio->n_rooms; i++)
    {
      for (unsigned j = i + 1; j < studio->n_rooms; j++)
        check_pair (studio, i, j);
    }
  if (studio->has_foreign)
    {
      check_pair (studio, studio->host, SIM_FOREIGN);
      watch_host (studio);
    }
  for (unsigned i = 0; i < SIM_SYNTHS_MAX; i++)
    {
      if (sim_studio_synth (studio, i) == NULL)
        continue;
      check_synth (studio, i);
      for (unsigned channel = 0; studio->kind == SIM_KIND_SHARED && channel < SIM_CHANNELS; channel++)
        check_keys (studio, i, channel);
    }
  forget_losses (studio);
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
    routed |= studio->musicians[i].player.sequencer && has_way (studio, &studio->musicians[i], number);
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
