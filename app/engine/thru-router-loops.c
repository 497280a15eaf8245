/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router-private.h"

#include "thru-midi-message.h"

#include <stdlib.h>

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

void
_thru_router_listen (ThruRouter    *router,
                     Source        *source,
                     const uint8_t *message,
                     size_t         length,
                     uint64_t       time_us)
{
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

      if (source->echo != NULL)
        thru_echo_detector_set_patience (source->echo, us);
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
    watched->echo = malloc (sizeof *watched->echo);
  if (watched->echo == NULL)
    return false;
  thru_echo_detector_init (watched->echo);
  thru_echo_detector_set_patience (watched->echo, router->loop_patience_us);
  return true;
}
