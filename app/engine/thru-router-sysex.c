/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router-private.h"

static void
source_sysex (Source    *source,
              ThruSysex *sysex,
              uint64_t   time_us)
{
  if (source->meter != NULL)
    thru_meter_count (source->meter, sysex->octets, sysex->length);
  for (Route *route = source->routes; route != NULL; route = route->next_of_source)
    {
      ThruDelivery delivery;

      if (route->muted)
        continue;
      delivery = thru_destination_deliver_sysex (&route->sink->destination, sysex, source->number, time_us);
      if (delivery != THRU_DELIVERY_TAKEN)
        _thru_router_count_dropped (route->meter, delivery);
      else if (route->meter != NULL)
        thru_meter_count (route->meter, sysex->octets, sysex->length);
    }
}

void
_thru_router_take_long_sysex (Source  *source,
                              size_t   length,
                              uint64_t time_us)
{
  ThruSysex *sysex = thru_sysex_new_from_parser (&source->parser, length);

  if (sysex == NULL)
    {
      _thru_router_count_dropped (source->meter, THRU_DELIVERY_LOST);
      return;
    }
  source_sysex (source, sysex, time_us);
  thru_sysex_unref (sysex);
}

void
_thru_router_lose_sysex (ThruRouter    *router,
                         Source        *source,
                         ThruSysexState state,
                         uint64_t       n)
{
  for (; n > 0; n--)
    {
      if (source->meter != NULL)
        {
          thru_meter_lose (source->meter, 1);
          thru_sysex_reporter_refuse (&router->reporter, state, source->number, 0, 0);
          continue;
        }
      for (Route *route = source->routes; route != NULL; route = route->next_of_source)
        thru_destination_refuse_sysex (&route->sink->destination, state, source->number);
    }
}

void
_thru_router_drop_unfinished (ThruRouter *router,
                              Source     *source)
{
  if (thru_midi_parser_drop_sysex (&source->parser))
    _thru_router_lose_sysex (router, source, THRU_SYSEX_CUT_SHORT, 1);
}

static bool
collects_sysex (const Source *source)
{
  return source->parser.in_sysex && !source->parser.sysex_too_long;
}

void
_thru_router_drop_silent (ThruRouter *router)
{
  for (size_t i = 0; i < router->sources.n; i++)
    {
      Source *source = router->sources.entries[i].port;

      if (collects_sysex (source) && router->times.now_us >= source->input_us + THRU_ROUTER_SYSEX_SILENCE_US)
        _thru_router_drop_unfinished (router, source);
    }
}

bool
thru_router_set_sysex (ThruRouter           *router,
                       ThruPortNumber        destination,
                       const ThruSysexFuncs *funcs,
                       size_t                max)
{
  Sink *sink = thru_port_table_lookup (&router->sinks, destination);

  if (sink == NULL)
    return false;
  sink->destination.player.funcs = funcs;
  sink->destination.player.user = sink->destination.user;
  sink->destination.sysex_max = max;
  return true;
}

void
thru_router_set_sysex_report (ThruRouter         *router,
                              ThruSysexReportFunc func,
                              void               *user)
{
  router->reporter.func = func;
  router->reporter.user = user;
}

bool
thru_router_is_sending_sysex (ThruRouter    *router,
                              ThruPortNumber destination)
{
  Sink *sink = thru_port_table_lookup (&router->sinks, destination);

  return sink != NULL && thru_sysex_player_is_busy (&sink->destination.player);
}

bool
thru_router_cancel_sysex (ThruRouter    *router,
                          ThruPortNumber destination)
{
  Sink *sink = thru_port_table_lookup (&router->sinks, destination);

  return sink != NULL && thru_destination_cancel_sysex (&sink->destination);
}

ThruOctetBudget *
thru_router_get_sysex_budget (ThruRouter *router)
{
  return &router->budget;
}

void
thru_router_input_sysex (ThruRouter    *router,
                         ThruPortNumber source,
                         uint64_t       time_us,
                         ThruSysex     *sysex)
{
  Source *from = thru_port_table_lookup (&router->sources, source);

  if (from != NULL)
    source_sysex (from, sysex, time_us);
}

void
thru_router_lose_sysex (ThruRouter    *router,
                        ThruPortNumber source,
                        ThruSysexState state)
{
  Source *from = thru_port_table_lookup (&router->sources, source);

  if (from != NULL)
    _thru_router_lose_sysex (router, from, state, 1);
}

uint64_t
thru_router_deadline (ThruRouter *router)
{
  uint64_t deadline = _thru_router_beat (router);

  for (size_t i = 0; i < router->sources.n; i++)
    {
      const Source *source = router->sources.entries[i].port;
      uint64_t ends_us = source->input_us + THRU_ROUTER_SYSEX_SILENCE_US;

      if (collects_sysex (source) && ends_us < deadline)
        deadline = ends_us;
    }
  return deadline;
}
