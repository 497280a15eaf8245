/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router-private.h"

#include "thru-midi-message.h"

#include <stdlib.h>

#define HIGHEST_NOTE 127

static Route *
find_tried (ThruRouter *router)
{
  Route *route = router->trying->routes;
  unsigned n = router->n_tried;

  for (; route != NULL; route = route->next_of_source)
    {
      if (!route->muted && n-- == 0)
        break;
    }
  return route;
}

static void
let_go (Route *route)
{
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  while ((message = thru_message_queue_peek (&route->held, &length, &time_us)) != NULL)
    {
      _thru_router_carry (route, message, length, time_us);
      thru_message_queue_pop (&route->held);
    }
}

static void
let_all_go (Source *source)
{
  for (Route *route = source->routes; route != NULL; route = route->next_of_source)
    let_go (route);
}

static void
end_trial (ThruRouter *router)
{
  Source *source = router->trying;

  router->trying = NULL;
  if (source->echo->phase != THRU_ECHO_LISTENING)
    thru_echo_detector_give_up (source->echo, router->times.now_us);
  for (Route *route = source->routes; route != NULL; route = route->next_of_source)
    route->trial = false;
  let_all_go (source);
}

/* Those that are not on trial any more are let go. */
static void
put_on_trial (ThruRouter *router)
{
  unsigned n = 0;

  for (Route *route = router->trying->routes; route != NULL; route = route->next_of_source)
    {
      if (route->muted)
        continue;
      route->trial = router->stage == TRIAL_OF_ALL || n == router->n_tried ||
                     (router->stage == TRIAL_OF_SEVERAL && n < router->n_tried);
      if (!route->trial)
        let_go (route);
      n++;
    }
}

static void
begin (ThruRouter *router,
       Source     *source,
       TrialStage  stage)
{
  router->trying = source;
  router->stage = stage;
  router->n_tried = 0;
  put_on_trial (router);
}

/* FALSE: there are no others. */
static bool
try_others (ThruRouter *router,
            uint64_t    time_us)
{
  if (router->stage == TRIAL_OF_ALL)
    return false;

  router->n_tried++;
  if (find_tried (router) == NULL)
    {
      if (router->stage == TRIAL_OF_SEVERAL || router->n_tried == 1)
        return false;
      router->stage = TRIAL_OF_SEVERAL;
      router->n_tried = 1;
    }
  put_on_trial (router);
  thru_echo_detector_hold_others (router->trying->echo, time_us);
  return true;
}

static void
mute (ThruRouter *router,
      Route      *route)
{
  route->trial = false;
  route->muted = true;
  _thru_router_release (route, router->times.now_us);
  if (router->loop_func != NULL)
    router->loop_func (router->loop_user, route->meter);
}

/* Whether a note-off of it would end anything, here or in the source's stream. */
static bool
is_held (const Route *route,
         unsigned     channel,
         unsigned     note)
{
  for (const Route *other = route->sink->routes; other != NULL; other = other->next_of_sink)
    {
      if (other->ledger.held[channel][note] > 0)
        return true;
    }
  for (const Route *other = route->source->routes; other != NULL; other = other->next_of_source)
    {
      if (other->ledger.held[channel][note] > 0)
        return true;
    }
  return false;
}

/* FALSE: there are enough that are marked, or no note is free. */
static bool
mark (Route   *route,
      unsigned number,
      uint64_t time_us)
{
  ThruLoopProbe *probe = route->source->probe;
  uint8_t marks[THRU_LOOP_PROBE_MARKS][THRU_LOOP_PROBE_MARK_LENGTH];
  uint8_t note = 0;

  while (note < HIGHEST_NOTE && is_held (route, thru_loop_probe_get_channel (probe), note))
    note++;
  if (note == HIGHEST_NOTE || !thru_loop_probe_mark (probe, note, marks))
    return false;

  route->mark = number;
  for (unsigned i = 0; i < THRU_LOOP_PROBE_MARKS; i++)
    thru_destination_deliver (&route->sink->destination, marks[i], sizeof marks[i], time_us);
  return true;
}

/* Where a source has many routes, each has its turn. */
static void
mark_routes (Source  *source,
             uint64_t time_us)
{
  unsigned n_marked = 0;
  unsigned n = 0;

  for (Route *route = source->routes; route != NULL; route = route->next_of_source)
    {
      route->mark = 0;
      if (route->muted || n++ < source->n_probed)
        continue;
      if (mark (route, n_marked + 1, time_us))
        n_marked++;
    }
  source->n_probed = source->n_probed + n_marked < n ? source->n_probed + n_marked : 0;
}

static void
mute_marked (ThruRouter *router,
             Source     *source,
             unsigned    number)
{
  for (Route *route = source->routes; route != NULL; route = route->next_of_source)
    {
      if (route->mark != number || route->muted)
        continue;
      /* A trial counts the routes that are not muted. */
      if (router->trying == source)
        end_trial (router);
      source->n_probed = 0;
      mute (router, route);
      return;
    }
}

/* FALSE: the message is one of ours. Where the source itself plays the note of the mark it may be the source's. */
static bool
listen_for_marks (ThruRouter    *router,
                  Source        *source,
                  const uint8_t *message,
                  size_t         length,
                  uint64_t       time_us)
{
  int closed;

  switch (thru_loop_probe_hear (source->probe, message, length, time_us))
    {
    case THRU_LOOP_PROBE_ASK:
      if (router->trying != NULL)
        thru_loop_probe_postpone (source->probe);
      else
        mark_routes (source, time_us);
      return true;

    case THRU_LOOP_PROBE_CAME_BACK:
      closed = thru_loop_probe_take_closed (source->probe, time_us);
      if (closed >= 0)
        mute_marked (router, source, (unsigned)closed + 1);
      for (const Route *route = source->routes; route != NULL; route = route->next_of_source)
        {
          if (route->ledger.held[message[0] & 0x0f][message[1]] > 0)
            return true;
        }
      return false;

    case THRU_LOOP_PROBE_NOTHING:
    default:
      return true;
    }
}

bool
_thru_router_listen (ThruRouter    *router,
                     Source        *source,
                     const uint8_t *message,
                     size_t         length,
                     uint64_t       time_us)
{
  if (!listen_for_marks (router, source, message, length, time_us))
    return false;

  switch (thru_echo_detector_hear (source->echo, message, length, time_us))
    {
    case THRU_ECHO_HOLD:
      /* One after the other: what is tried here may end the echo there. */
      if (router->trying != NULL)
        thru_echo_detector_postpone (source->echo);
      else
        begin (router, source, TRIAL_OF_ALL);
      break;

    case THRU_ECHO_NOT_THIS:
      if (!try_others (router, time_us))
        end_trial (router);
      break;

    case THRU_ECHO_NOTHING:
    case THRU_ECHO_LET_GO:
    case THRU_ECHO_LOOP:
    default:
      break;
    }
  return true;
}

/* Only what an echo may consist of: realtime is never late, and System Exclusive is no matter of a moment. */
void
_thru_router_hold (ThruRouter    *router,
                   Route         *route,
                   const uint8_t *message,
                   size_t         length,
                   uint64_t       time_us)
{
  if (route->source->echo->phase == THRU_ECHO_HOLDING && message[0] < 0xf0)
    {
      if (thru_message_queue_push (&route->held, message, length, time_us, false))
        return;

      /* Thousands in a moment are no music. What is lost ends nothing that still sounds. */
      _thru_router_release (route, router->times.now_us);
      if (route->meter != NULL)
        thru_meter_lose (route->meter, 1);
      return;
    }
  _thru_router_carry (route, message, length, time_us);
}

bool
_thru_router_try (ThruRouter *router)
{
  Source *source = router->trying;
  Route *tried;

  if (source == NULL)
    return true;

  switch (thru_echo_detector_advance (source->echo, router->times.now_us))
    {
    case THRU_ECHO_LET_GO:
      let_all_go (source);
      break;

    case THRU_ECHO_LOOP:
      tried = find_tried (router);
      if (tried != NULL)
        mute (router, tried);
      break;

    case THRU_ECHO_HOLD:
      begin (router, source, TRIAL_OF_EACH);
      break;

    case THRU_ECHO_NOTHING:
    case THRU_ECHO_NOT_THIS:
    default:
      break;
    }

  if (source->echo->phase == THRU_ECHO_LISTENING)
    end_trial (router);
  return router->trying == NULL;
}

void
thru_router_set_loop_func (ThruRouter        *router,
                           ThruRouterLoopFunc func,
                           void              *user)
{
  router->loop_func = func;
  router->loop_user = user;
}

void
thru_router_set_loop_patience (ThruRouter *router,
                               uint64_t    us)
{
  router->loop_patience_us = us;
  for (size_t i = 0; i < router->sources.n; i++)
    {
      Source *source = router->sources.entries[i].port;

      if (source->echo == NULL)
        continue;
      thru_echo_detector_set_patience (source->echo, us);
      thru_loop_probe_set_patience (source->probe, us);
    }
}

bool
thru_router_watch_source (ThruRouter    *router,
                          ThruPortNumber source)
{
  Source *watched = thru_port_table_lookup (&router->sources, source);

  if (watched == NULL)
    return false;
  if (watched->echo == NULL)
    {
      ThruEchoDetector *echo = malloc (sizeof *echo);
      ThruLoopProbe *probe = malloc (sizeof *probe);

      if (echo == NULL || probe == NULL)
        {
          free (echo);
          free (probe);
          return false;
        }
      watched->echo = echo;
      watched->probe = probe;
    }
  thru_echo_detector_init (watched->echo);
  thru_echo_detector_set_patience (watched->echo, router->loop_patience_us);
  thru_loop_probe_init (watched->probe);
  thru_loop_probe_set_patience (watched->probe, router->loop_patience_us);
  return true;
}
