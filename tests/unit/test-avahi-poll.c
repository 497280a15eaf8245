/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-avahi-poll.h"

#include <avahi-common/timeval.h>
#include <unistd.h>

typedef struct
{
  AvahiPoll      *poll;
  GMainContext   *context;
  guint           n_calls;
  AvahiWatchEvent event;
  AvahiWatch     *watch;
  AvahiTimeout   *timeout;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->poll = thru_avahi_poll_new (fixture->context);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_pointer (&fixture->poll, thru_avahi_poll_free);
  g_clear_pointer (&fixture->context, g_main_context_unref);
}

/* Until @n calls came; a second without one is a failure. */
static void
iterate_until (Fixture *fixture,
               guint    n)
{
  gint64 deadline = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (fixture->n_calls < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (fixture->context, FALSE);
    }
}

static void
note_watch (AvahiWatch     *watch,
            int             fd,
            AvahiWatchEvent event,
            void           *user)
{
  Fixture *fixture = user;

  fixture->n_calls++;
  fixture->event = event;
  g_assert_cmpint (fixture->poll->watch_get_events (watch), ==, event);
}

static void
free_watch (AvahiWatch     *watch,
            int             fd,
            AvahiWatchEvent event,
            void           *user)
{
  Fixture *fixture = user;

  fixture->n_calls++;
  fixture->poll->watch_free (watch);
}

static void
test_watch_events (Fixture      *fixture,
                   gconstpointer data)
{
  AvahiWatch *watch;
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  watch = fixture->poll->watch_new (fixture->poll, ends[0], AVAHI_WATCH_IN, note_watch, fixture);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 0);

  g_assert_cmpint (write (ends[1], "x", 1), ==, 1);
  iterate_until (fixture, 1);
  g_assert_cmpint (fixture->event, ==, AVAHI_WATCH_IN);

  fixture->poll->watch_update (watch, 0);
  fixture->n_calls = 0;
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 0);

  fixture->poll->watch_free (watch);
  close (ends[0]);
  close (ends[1]);
}

static void
test_watch_freed_inside (Fixture      *fixture,
                         gconstpointer data)
{
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_cmpint (write (ends[1], "x", 1), ==, 1);
  fixture->poll->watch_new (fixture->poll, ends[0], AVAHI_WATCH_IN, free_watch, fixture);
  iterate_until (fixture, 1);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 1);

  close (ends[0]);
  close (ends[1]);
}

static void
note_timeout (AvahiTimeout *timeout,
              void         *user)
{
  Fixture *fixture = user;

  fixture->n_calls++;
}

static void
free_timeout (AvahiTimeout *timeout,
              void         *user)
{
  Fixture *fixture = user;

  fixture->n_calls++;
  fixture->poll->timeout_free (timeout);
}

static void
test_timeout_once (Fixture      *fixture,
                   gconstpointer data)
{
  struct timeval when;
  AvahiTimeout *timeout;
  gint64 begin = g_get_monotonic_time ();

  timeout = fixture->poll->timeout_new (fixture->poll, avahi_elapse_time (&when, 20, 0), note_timeout, fixture);
  iterate_until (fixture, 1);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 19000);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 1);

  /* One that is past is due at once. */
  when = (struct timeval) { 1, 0 };
  fixture->poll->timeout_update (timeout, &when);
  iterate_until (fixture, 2);
  fixture->poll->timeout_free (timeout);
}

static void
test_timeout_off (Fixture      *fixture,
                  gconstpointer data)
{
  struct timeval when = { 1, 0 };
  AvahiTimeout *timeout = fixture->poll->timeout_new (fixture->poll, &when, note_timeout, fixture);

  fixture->poll->timeout_update (timeout, NULL);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 0);
  fixture->poll->timeout_free (timeout);
}

static void
test_timeout_freed_inside (Fixture      *fixture,
                           gconstpointer data)
{
  struct timeval when = { 1, 0 };

  fixture->poll->timeout_new (fixture->poll, &when, free_timeout, fixture);
  iterate_until (fixture, 1);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

#define ADD(path, test) g_test_add ("/discovery/poll/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("watch-tells-what-happens-while-it-is-asked-to", test_watch_events);
  ADD ("watch-may-be-freed-in-its-callback", test_watch_freed_inside);
  ADD ("timeout-comes-once-and-in-time", test_timeout_once);
  ADD ("timeout-can-be-switched-off", test_timeout_off);
  ADD ("timeout-may-be-freed-in-its-callback", test_timeout_freed_inside);
  return g_test_run ();
}
