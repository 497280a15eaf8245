/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router-private.h"

#include "thru-midi-message.h"

#include <stdlib.h>
#include <string.h>

#define ACTIVE_SENSING 0xfe
#define ALL_NOTES_OFF 123
#define RELEASE_VELOCITY 64
#define N_CHANNELS 16
#define N_NOTES 128

/* What the parser's callback needs to know. */
typedef struct
{
  ThruRouter *router;
  Source     *source;
  uint64_t    time_us;
  uint64_t    oldest_us; /* since when it may have been waiting */
} Input;

typedef struct
{
  ThruDestination *destination;
  uint64_t         time_us;
} Release;

static ThruMeter *
ref_meter (ThruMeter *meter)
{
  return meter != NULL ? thru_meter_ref (meter) : NULL;
}

static void
unref_meter (ThruMeter *meter)
{
  if (meter != NULL)
    thru_meter_unref (meter);
}

static bool
others_hold (const Route *route,
             unsigned     channel,
             unsigned     note)
{
  for (const Route *other = route->sink->routes; other != NULL; other = other->next_of_sink)
    {
      if (other != route && other->ledger.held[channel][note] > 0)
        return true;
    }
  return false;
}

/* A note-off passes unchanged, whether this route holds the note or not, unless it would end the note of another
 * route: then it waits until the last of them lets go. One whose note-on was dropped is simply left out. */
static void
route_note_off (Route         *route,
                const uint8_t *message,
                size_t         length,
                uint64_t       time_us)
{
  unsigned channel = message[0] & 0x0f;
  unsigned note = message[1] & 0x7f;

  if (!others_hold (route, channel, note))
    thru_destination_deliver (&route->sink->destination, message, length, time_us);
  else if (route->ledger.held[channel][note] > 0)
    thru_destination_withhold (&route->sink->destination, channel, note, 1);
}

static bool
is_all_notes_off (const uint8_t *message,
                  size_t         length)
{
  return length == 3 && (message[0] & 0xf0) == 0xb0 && message[1] == ALL_NOTES_OFF;
}

static bool
others_hold_any (const Route *route,
                 unsigned     channel)
{
  for (unsigned note = 0; note < N_NOTES; note++)
    {
      if (others_hold (route, channel, note))
        return true;
    }
  return false;
}

/* Where others hold notes on the channel, only those of this route end: all notes of a source, not of an instrument.
 * What shall silence the instrument itself is All Sound Off, which passes. */
static void
route_all_notes_off (Route         *route,
                     const uint8_t *message,
                     size_t         length,
                     uint64_t       time_us)
{
  unsigned channel = message[0] & 0x0f;

  if (!others_hold_any (route, channel))
    {
      thru_destination_deliver (&route->sink->destination, message, length, time_us);
      thru_destination_settle (&route->sink->destination, channel, time_us);
      return;
    }

  for (unsigned note = 0; note < N_NOTES; note++)
    {
      const uint8_t off[] = { (uint8_t) (0x80 | channel), (uint8_t) note, RELEASE_VELOCITY };

      for (; route->ledger.held[channel][note] > 0; route->ledger.held[channel][note]--)
        route_note_off (route, off, sizeof off, time_us);
    }
}

void
_thru_router_count_dropped (ThruMeter   *meter,
                            ThruDelivery how)
{
  if (meter == NULL)
    return;
  if (how == THRU_DELIVERY_LATE)
    thru_meter_add_late (meter, 1);
  else
    thru_meter_lose (meter, 1);
}

void
_thru_router_carry (Route         *route,
                    const uint8_t *message,
                    size_t         length,
                    uint64_t       time_us)
{
  ThruDelivery delivery = THRU_DELIVERY_TAKEN;

  if (thru_midi_is_note_off (message, length))
    {
      route_note_off (route, message, length, time_us);
    }
  else if (is_all_notes_off (message, length))
    {
      route_all_notes_off (route, message, length, time_us);
    }
  else
    {
      delivery = thru_destination_deliver_from (&route->sink->destination, message, length, time_us, route->meter);
    }

  if (delivery != THRU_DELIVERY_TAKEN)
    {
      _thru_router_count_dropped (route->meter, delivery);
      return;
    }

  /* Only what the destination gets: a note-on that was dropped does not sound. */
  thru_midi_ledger_record (&route->ledger, message, length);
  if (route->meter != NULL)
    thru_meter_count (route->meter, message, length);
}

static void
source_message (const uint8_t *message,
                size_t         length,
                void          *user)
{
  const Input *input = user;

  if (length > THRU_MIDI_SYSEX_SHORT)
    {
      _thru_router_take_long_sysex (input->source, length, input->time_us);
      return;
    }

  /* Hop by hop: what hears one falls silent when the next is late, and over a network it will be. */
  if (message[0] == ACTIVE_SENSING)
    return;

  if (input->source->meter != NULL)
    thru_meter_count (input->source->meter, message, length);
  if (input->source->echo != NULL && !_thru_router_listen (input->router, input->source, message, length, input->time_us))
    return;
  for (Route *route = input->source->routes; route != NULL; route = route->next_of_source)
    {
      if (route->trial)
        _thru_router_hold (input->router, route, message, length, input->oldest_us);
      else if (!route->muted)
        _thru_router_carry (route, message, length, input->oldest_us);
    }
}

static void
release_message (const uint8_t *message,
                 size_t         length,
                 void          *user)
{
  const Release *release = user;

  thru_destination_deliver (release->destination, message, length, release->time_us);
}

/* What the route holds together with others stays until they let go, and is then ended as often as it was begun. */
static void
withhold_shared (Route                *route,
                 const ThruMidiLedger *others)
{
  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      if (!(route->ledger.touched & others->touched & 1u << channel))
        continue;
      for (unsigned note = 0; note < N_NOTES; note++)
        {
          if (others->held[channel][note] > 0)
            thru_destination_withhold (&route->sink->destination, channel, note, route->ledger.held[channel][note]);
        }
    }
}

void
_thru_router_release (Route   *route,
                      uint64_t now_us)
{
  Release release = { &route->sink->destination, now_us };
  ThruMidiLedger others;

  thru_message_queue_clear (&route->held);
  if (route->ledger.touched == 0)
    return;

  thru_midi_ledger_init (&others);
  for (const Route *other = route->sink->routes; other != NULL; other = other->next_of_sink)
    {
      if (other != route)
        thru_midi_ledger_add (&others, &other->ledger);
    }
  withhold_shared (route, &others);
  thru_midi_ledger_release (&route->ledger, &others, release_message, &release);
}

static void
source_release (Source  *source,
                uint64_t now_us)
{
  for (Route *route = source->routes; route != NULL; route = route->next_of_source)
    _thru_router_release (route, now_us);
}

/* Takes the route out of both lists without a release. */
static void
route_free (Route *route)
{
  Route **link;

  for (link = &route->source->routes; *link != route; link = &(*link)->next_of_source)
    continue;
  *link = route->next_of_source;
  for (link = &route->sink->routes; *link != route; link = &(*link)->next_of_sink)
    continue;
  *link = route->next_of_sink;

  thru_message_queue_clear (&route->held);
  unref_meter (route->meter);
  free (route);
}

static Route *
find_route (ThruRouter    *router,
            ThruPortNumber source_number,
            ThruPortNumber sink_number)
{
  Source *source = thru_port_table_lookup (&router->sources, source_number);
  Sink *sink = thru_port_table_lookup (&router->sinks, sink_number);
  Route *route = source != NULL ? source->routes : NULL;

  while (route != NULL && route->sink != sink)
    route = route->next_of_source;
  return route;
}

static void
source_free (Source *source)
{
  while (source->routes != NULL)
    route_free (source->routes);
  thru_midi_parser_clear (&source->parser);
  free (source->echo);
  free (source->probe);
  unref_meter (source->meter);
  free (source);
}

static void
sink_free (Sink *sink)
{
  while (sink->routes != NULL)
    route_free (sink->routes);
  thru_destination_clear (&sink->destination);
  free (sink);
}

static void
silence (ThruDestination *destination,
         uint64_t         now_us)
{
  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      const uint8_t sound_off[] = { (uint8_t)(0xb0 | channel), 120, 0 };
      const uint8_t notes_off[] = { (uint8_t)(0xb0 | channel), 123, 0 };

      thru_destination_deliver (destination, sound_off, sizeof sound_off, now_us);
      thru_destination_deliver (destination, notes_off, sizeof notes_off, now_us);
    }
}

ThruRouter *
thru_router_new (void)
{
  ThruRouter *router = calloc (1, sizeof *router);

  if (router == NULL)
    return NULL;
  router->times.late_limit_us = THRU_ROUTER_LATE_LIMIT_US;
  thru_octet_budget_init (&router->budget, THRU_ROUTER_SYSEX_OCTETS, NULL);
  return router;
}

void
thru_router_free (ThruRouter *router)
{
  if (router == NULL)
    return;
  router->reporter.func = NULL;
  for (size_t i = 0; i < router->sources.n; i++)
    source_free (router->sources.entries[i].port);
  for (size_t i = 0; i < router->sinks.n; i++)
    sink_free (router->sinks.entries[i].port);
  thru_port_table_clear (&router->sources);
  thru_port_table_clear (&router->sinks);
  free (router);
}

void
thru_router_set_late_limit (ThruRouter *router,
                            uint64_t    us)
{
  router->times.late_limit_us = us;
}

bool
thru_router_add_source (ThruRouter    *router,
                        ThruPortNumber source,
                        ThruMeter     *meter)
{
  Source *added = calloc (1, sizeof *added);

  if (added == NULL)
    return false;
  thru_midi_parser_init (&added->parser, THRU_MIDI_SYSEX_MAX);
  thru_midi_parser_set_budget (&added->parser, &router->budget);
  added->number = source;
  added->meter = ref_meter (meter);
  if (thru_port_table_insert (&router->sources, source, added))
    return true;
  source_free (added);
  return false;
}

bool
thru_router_remove_source (ThruRouter    *router,
                           ThruPortNumber source,
                           uint64_t       now_us)
{
  Source *removed = thru_port_table_lookup (&router->sources, source);

  if (removed == NULL)
    return false;
  if (router->trying == removed)
    router->trying = NULL;
  thru_router_doubt_source (router, source, THRU_ROUTER_DOUBT_NOTHING);
  source_release (removed, now_us);
  _thru_router_drop_unfinished (router, removed);
  thru_port_table_remove (&router->sources, source);
  source_free (removed);
  return true;
}

bool
thru_router_add_destination (ThruRouter        *router,
                             ThruPortNumber     destination,
                             ThruRouterSendFunc send,
                             void              *user,
                             ThruMeter         *meter)
{
  Sink *added = calloc (1, sizeof *added);

  if (added == NULL)
    return false;
  thru_destination_init (&added->destination, send, user, meter, &router->times, &router->reporter, destination);
  if (thru_port_table_insert (&router->sinks, destination, added))
    return true;
  sink_free (added);
  return false;
}

bool
thru_router_remove_destination (ThruRouter    *router,
                                ThruPortNumber destination)
{
  Sink *removed = thru_port_table_lookup (&router->sinks, destination);

  if (removed == NULL)
    return false;
  thru_port_table_remove (&router->sinks, destination);
  sink_free (removed);
  return true;
}

bool
thru_router_connect (ThruRouter    *router,
                     ThruPortNumber source,
                     ThruPortNumber destination,
                     ThruMeter     *meter)
{
  Source *from = thru_port_table_lookup (&router->sources, source);
  Sink *to = thru_port_table_lookup (&router->sinks, destination);
  Route *route;

  if (from == NULL || to == NULL || find_route (router, source, destination) != NULL)
    return false;
  route = calloc (1, sizeof *route);
  if (route == NULL)
    return false;

  thru_midi_ledger_init (&route->ledger);
  thru_message_queue_init (&route->held);
  route->meter = ref_meter (meter);
  route->source = from;
  route->sink = to;
  route->next_of_source = from->routes;
  route->next_of_sink = to->routes;
  from->routes = to->routes = route;
  return true;
}

bool
thru_router_disconnect (ThruRouter    *router,
                        ThruPortNumber source,
                        ThruPortNumber destination,
                        uint64_t       now_us)
{
  Route *route = find_route (router, source, destination);

  if (route == NULL)
    return false;
  thru_destination_forget_sysex (&route->sink->destination, source, THRU_SYSEX_GONE);
  _thru_router_release (route, now_us);
  route_free (route);
  return true;
}

void
thru_router_input (ThruRouter    *router,
                   ThruPortNumber source,
                   uint64_t       time_us,
                   const uint8_t *bytes,
                   size_t         length)
{
  Input input = { router, thru_port_table_lookup (&router->sources, source), time_us, time_us };
  ThruMidiParser *parser;
  uint64_t n_too_long;
  uint64_t n_no_room;
  uint64_t n_dropped;

  if (input.source == NULL)
    return;

  parser = &input.source->parser;
  n_too_long = parser->n_sysex_too_long;
  n_no_room = parser->n_sysex_no_room;
  n_dropped = parser->n_sysex_dropped;
  input.source->input_us = time_us;
  input.oldest_us = _thru_router_doubt_time (router, input.source, time_us);
  thru_midi_parser_feed (parser, bytes, length, source_message, &input);
  if (parser->n_sysex_dropped == n_dropped)
    return;

  n_too_long = parser->n_sysex_too_long - n_too_long;
  n_no_room = parser->n_sysex_no_room - n_no_room;
  n_dropped = parser->n_sysex_dropped - n_dropped;
  _thru_router_lose_sysex (router, input.source, THRU_SYSEX_TOO_LONG, n_too_long);
  _thru_router_lose_sysex (router, input.source, THRU_SYSEX_NO_ROOM, n_no_room);
  _thru_router_lose_sysex (router, input.source, THRU_SYSEX_CUT_SHORT, n_dropped - n_too_long - n_no_room);
}

void
thru_router_input_gap (ThruRouter    *router,
                       ThruPortNumber source,
                       uint64_t       now_us)
{
  Source *broken = thru_port_table_lookup (&router->sources, source);

  if (broken == NULL)
    return;
  /* The gap itself is counted by who saw it. */
  if (thru_midi_parser_drop_sysex (&broken->parser))
    thru_sysex_reporter_refuse (&router->reporter, THRU_SYSEX_CUT_SHORT, source, 0, 0);
  thru_midi_parser_reset (&broken->parser);
  source_release (broken, now_us);
}

bool
thru_router_flush (ThruRouter *router,
                   uint64_t    now_us)
{
  bool done;

  thru_router_set_time (router, now_us);
  _thru_router_drop_silent (router);
  done = router->patient = _thru_router_try (router);
  for (size_t i = 0; i < router->sinks.n; i++)
    {
      Sink *sink = router->sinks.entries[i].port;

      if (thru_destination_flush (&sink->destination))
        continue;
      done = false;
      router->patient &= sink->destination.player.is_slow;
    }
  return done;
}

bool
thru_router_is_patient (ThruRouter *router)
{
  return router->patient;
}

void
thru_router_panic (ThruRouter *router,
                   uint64_t    now_us)
{
  /* Notes that wait are not wanted any more. */
  for (size_t i = 0; i < router->sinks.n; i++)
    thru_destination_collapse (&((Sink *)router->sinks.entries[i].port)->destination);
  thru_router_release_all (router, now_us);
  for (size_t i = 0; i < router->sinks.n; i++)
    silence (&((Sink *)router->sinks.entries[i].port)->destination, now_us);
}

void
thru_router_release_all (ThruRouter *router,
                         uint64_t    now_us)
{
  /* No note-off gets through behind what may take minutes. */
  for (size_t i = 0; i < router->sinks.n; i++)
    thru_destination_drop_sysex (&((Sink *)router->sinks.entries[i].port)->destination, THRU_SYSEX_GONE);
  for (size_t i = 0; i < router->sources.n; i++)
    source_release (router->sources.entries[i].port, now_us);
}

unsigned
thru_router_n_held (ThruRouter *router)
{
  unsigned n = 0;

  for (size_t i = 0; i < router->sources.n; i++)
    {
      const Source *source = router->sources.entries[i].port;

      for (const Route *route = source->routes; route != NULL; route = route->next_of_source)
        n += thru_midi_ledger_n_held (&route->ledger);
    }
  return n;
}
