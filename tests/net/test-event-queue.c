/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-event-queue.h"
#include "thru-limits.h"

/* What came, and how long each takes to handle. */
typedef struct
{
  GString *order; /* a character each: the number of the link, or 'c' for its end */
  guint    busy_us;
  guint    n;
  guint    n_draws;
} Listener;

static void
take_cb (ThruEngineEvent *event,
         gpointer         user)
{
  Listener *listener = user;
  gint64 until_us = g_get_monotonic_time () + listener->busy_us;

  g_string_append_c (listener->order, event->type == THRU_ENGINE_LINK_CLOSED ? 'c' : (char)('0' + event->link));
  listener->n++;
  while (g_get_monotonic_time () < until_us)
    continue;
}

static gboolean
draw_cb (gpointer user)
{
  ((Listener *)user)->n_draws++;
  return G_SOURCE_CONTINUE;
}

static gboolean
push (ThruEventQueue     *queue,
      ThruEngineEventType type,
      ThruLinkId          link)
{
  ThruEngineEvent *event = thru_engine_event_new (type);

  event->link = link;
  if (type == THRU_ENGINE_LINK_MESSAGE)
    event->message = thru_session_message_new (THRU_SESSION_DEVICES);
  return thru_event_queue_push (queue, event);
}

static void
say (ThruEventQueue *queue,
     ThruLinkId      link,
     guint           n)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (push (queue, THRU_ENGINE_LINK_MESSAGE, link));
}

static void
deliver (Listener *listener,
         guint     n)
{
  while (listener->n < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_turns (void)
{
  g_autoptr(GString) order = g_string_new (NULL);
  Listener listener = { .order = order };
  g_autoptr(ThruEventQueue) queue = thru_event_queue_new (take_cb, &listener);

  say (queue, 1, 5);
  say (queue, 2, 2);
  push (queue, THRU_ENGINE_LINK_CLOSED, 2);
  push (queue, THRU_ENGINE_LINK_CLOSED, 3);
  deliver (&listener, 9);
  g_assert_cmpstr (order->str, ==, "c12121c11");
  thru_event_queue_stop (queue);
}

static void
test_bounds (void)
{
  g_autoptr(GString) order = g_string_new (NULL);
  Listener listener = { .order = order };
  g_autoptr(ThruEventQueue) queue = thru_event_queue_new (take_cb, &listener);

  say (queue, 1, THRU_LIMIT_EVENTS_PER_LINK);
  g_assert_false (push (queue, THRU_ENGINE_LINK_MESSAGE, 1));
  say (queue, 2, THRU_LIMIT_EVENTS_TOTAL - THRU_LIMIT_EVENTS_PER_LINK);
  g_assert_false (push (queue, THRU_ENGINE_LINK_MESSAGE, 2));
  say (queue, 3, THRU_LIMIT_EVENTS_SHARE);
  g_assert_false (push (queue, THRU_ENGINE_LINK_MESSAGE, 3));

  for (guint i = 0; i < 2 * THRU_LIMIT_EVENTS_SPARE; i++)
    g_assert_true (push (queue, THRU_ENGINE_DIAL_FAILED, 0));
  deliver (&listener, THRU_LIMIT_EVENTS_TOTAL + THRU_LIMIT_EVENTS_SHARE + THRU_LIMIT_EVENTS_SPARE);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  say (queue, 1, 1);
  thru_event_queue_stop (queue);
}

/* The window draws at a lower priority. */
static void
test_draws_meanwhile (void)
{
  g_autoptr(GString) order = g_string_new (NULL);
  Listener listener = { .order = order, .busy_us = 1000 };
  g_autoptr(ThruEventQueue) queue = thru_event_queue_new (take_cb, &listener);
  guint id = g_idle_add (draw_cb, &listener);

  say (queue, 1, 200);
  deliver (&listener, 200);
  g_assert_cmpuint (listener.n_draws, >, 200 / 4 - 10);
  g_source_remove (id);
  thru_event_queue_stop (queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/event-queue/links-take-turns-and-end-behind-their-words", test_turns);
  g_test_add_func ("/net/event-queue/what-waits-is-bounded", test_bounds);
  g_test_add_func ("/net/event-queue/window-draws-between-the-turns", test_draws_meanwhile);

  return g_test_run ();
}
