/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-check.h"

/* A note has a reason to sound while some player holds its key and there is a way from there. Without one, the clock
 * starts as soon as nothing is under way to the instrument any more, for what is under way may be its end; and it
 * stands still while the instrument takes nothing or its own room is frozen. */

static SimEnd *
far_end (SimStudio *studio,
         unsigned   room,
         unsigned   other)
{
  return sim_studio_end (studio, other, room);
}

static bool
is_under_way (SimStudio *studio,
              unsigned   room,
              unsigned   synth,
              unsigned   other)
{
  SimEnd *near = sim_studio_end (studio, room, other);
  SimEnd *far = far_end (studio, room, other);

  if (near == NULL || near->link == NULL)
    return false;
  if (near->in->ready > 0)
    return true;
  return !near->in->dead &&
         (near->in->length > 0 || sim_end_n_waiting (far) > 0 ||
          far->far_synths[synth].refused_ms + 1 >= studio->now_ms);
}

static bool
is_busy (SimStudio *studio,
         unsigned   room,
         unsigned   synth)
{
  if (studio->rooms[room].synths[synth].asked_ms == studio->now_ms)
    return true;
  for (unsigned other = 0; other < studio->n_rooms; other++)
    {
      if (is_under_way (studio, room, synth, other))
        return true;
    }
  return false;
}

static bool
has_way (SimStudio *studio,
         unsigned   from,
         unsigned   room,
         unsigned   synth)
{
  SimEnd *near = sim_studio_end (studio, room, from);

  if (!studio->rooms[from].wanted[room * SIM_SYNTHS + synth])
    return false;
  return near == NULL || (sim_end_is_open (near) && sim_end_is_open (far_end (studio, room, from)) && !near->in->dead);
}

static bool
has_reason (SimStudio *studio,
            unsigned   room,
            unsigned   synth,
            unsigned   channel,
            unsigned   note)
{
  for (unsigned from = 0; from < studio->n_rooms; from++)
    {
      if (studio->rooms[from].player.key[channel][note - SIM_NOTE_FIRST] && has_way (studio, from, room, synth))
        return true;
    }
  return false;
}

static void
check_note (SimStudio *studio,
            unsigned   room,
            unsigned   synth,
            unsigned   channel,
            unsigned   note)
{
  uint64_t *idle_since_ms = &studio->rooms[room].idle_since_ms[synth][channel][note];
  uint64_t hang_ms;

  if (studio->rooms[room].synths[synth].ledger.held[channel][note] == 0 ||
      has_reason (studio, room, synth, channel, note))
    {
      *idle_since_ms = 0;
      return;
    }
  if (*idle_since_ms == 0)
    {
      if (!is_busy (studio, room, synth))
        *idle_since_ms = studio->now_ms;
      return;
    }
  if (sim_room_is_frozen (studio, room) || studio->rooms[room].synths[synth].refused_ms == studio->now_ms)
    {
      ++*idle_since_ms;
      return;
    }

  hang_ms = studio->now_ms - *idle_since_ms;
  if (hang_ms > studio->longest_hang_ms)
    studio->longest_hang_ms = hang_ms;
  if (hang_ms > SIM_HANG_MAX_MS)
    studio->complaint = "a note hangs";
}

void
sim_check_step (SimStudio *studio)
{
  for (unsigned room = 0; room < studio->n_rooms; room++)
    {
      for (unsigned synth = 0; synth < SIM_SYNTHS; synth++)
        {
          if (studio->rooms[room].synths[synth].complaint != NULL)
            studio->complaint = studio->rooms[room].synths[synth].complaint;
          for (unsigned channel = 0; channel < SIM_CHANNELS; channel++)
            {
              for (unsigned note = SIM_NOTE_FIRST; note < SIM_NOTE_FIRST + SIM_NOTES; note++)
                check_note (studio, room, synth, channel, note);
            }
        }
    }
}

void
sim_check_rest (SimStudio *studio)
{
  for (unsigned room = 0; room < studio->n_rooms; room++)
    {
      if (!thru_router_flush (studio->rooms[room].router, sim_studio_time (studio, room)))
        studio->complaint = "something still waits at rest";
      if (thru_router_n_held (studio->rooms[room].router) > 0)
        studio->complaint = "a route holds a note at rest";
      for (unsigned synth = 0; synth < SIM_SYNTHS; synth++)
        {
          if (thru_midi_ledger_is_sounding (&studio->rooms[room].synths[synth].ledger))
            studio->complaint = "an instrument sounds at rest";
        }
    }
}
