/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router-private.h"

static bool
holds_note (const ThruRouter *router)
{
  for (size_t i = 0; i < router->sources.n; i++)
    {
      const Source *source = router->sources.entries[i].port;

      for (const Route *route = source->routes; route != NULL; route = route->next_of_source)
        {
          if (source->doubt != THRU_ROUTER_DOUBT_NOTHING && thru_midi_ledger_n_held (&route->ledger) > 0)
            return true;
        }
    }
  return false;
}

/* No word tells what the MIDI system could not hand over; a note-off may have been in it. */
static void
doubt_streams (ThruRouter *router,
               uint64_t    now_us)
{
  for (size_t i = 0; i < router->sources.n; i++)
    {
      const Source *source = router->sources.entries[i].port;

      if (source->doubt == THRU_ROUTER_DOUBT_STREAM)
        thru_router_input_gap (router, source->number, now_us);
    }
}

void
thru_router_set_time (ThruRouter *router,
                      uint64_t    now_us)
{
  if (now_us > router->times.now_us)
    router->times.now_us = now_us;
  if (router->n_doubted == 0)
    return;

  if (thru_lapse_rests (&router->lapse, now_us) && holds_note (router))
    thru_lapse_play (&router->lapse, now_us);
  if (thru_lapse_run (&router->lapse, now_us))
    doubt_streams (router, now_us);
}

bool
thru_router_doubt_source (ThruRouter     *router,
                          ThruPortNumber  source,
                          ThruRouterDoubt doubt)
{
  Source *doubted = thru_port_table_lookup (&router->sources, source);

  if (doubted == NULL)
    return false;
  router->n_doubted -= doubted->doubt != THRU_ROUTER_DOUBT_NOTHING;
  doubted->doubt = doubt;
  router->n_doubted += doubted->doubt != THRU_ROUTER_DOUBT_NOTHING;
  if (router->n_doubted == 0)
    router->lapse = (ThruLapse){ 0 }
  ;
  return true;
}

uint64_t
_thru_router_doubt_time (ThruRouter *router,
                         Source     *source,
                         uint64_t    time_us)
{
  if (source->doubt == THRU_ROUTER_DOUBT_NOTHING)
    return time_us;
  if (source->doubt == THRU_ROUTER_DOUBT_STREAM && thru_lapse_tears (&router->lapse, time_us))
    {
      /* What was begun may go on with the end of another. */
      thru_midi_parser_drop_sysex (&source->parser);
      thru_midi_parser_reset (&source->parser);
    }
  thru_lapse_play (&router->lapse, router->times.now_us);
  return thru_lapse_oldest (&router->lapse, time_us);
}

uint64_t
_thru_router_beat (const ThruRouter *router)
{
  return router->n_doubted > 0 ? thru_lapse_due (&router->lapse) : UINT64_MAX;
}
