/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "thru-sleep-watch.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

/* What needs no logind; the rest is in tests/rooms. */

static gint64 slept_us;
static guint n_slept;
static guint n_woke;

static gint64
clock_func (void)
{
  return slept_us;
}

static void
sleeping_cb (gpointer user)
{
  n_slept++;
}

static void
woke_cb (gpointer user)
{
  n_woke++;
}

static const ThruSleepWatchFuncs funcs = { sleeping_cb, woke_cb };

static ThruSleepWatch *
make_watch (void)
{
  ThruSleepWatch *watch = thru_sleep_watch_new (&funcs, NULL);

  n_slept = n_woke = 0;
  thru_sleep_watch_set_clock (watch, clock_func);
  return watch;
}

static gboolean
flag_cb (gpointer user)
{
  *(gboolean *) user = TRUE;
  return G_SOURCE_REMOVE;
}

/* Something else wakes the loop. */
static void
turn (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add (ms, flag_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_jump_is_waking (void)
{
  g_autoptr(ThruSleepWatch) watch = make_watch ();

  turn (1);
  g_assert_cmpuint (n_woke, ==, 0);
  slept_us += 3 * G_USEC_PER_SEC;
  turn (1);
  g_assert_cmpuint (n_woke, ==, 1);
  turn (1);
  g_assert_cmpuint (n_woke, ==, 1);
  slept_us += G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  turn (1);
  g_assert_cmpuint (n_woke, ==, 2);
  g_assert_cmpuint (n_slept, ==, 0);
}

/* The two clocks are not read at one moment. */
static void
test_trifle_is_no_sleep (void)
{
  g_autoptr(ThruSleepWatch) watch = make_watch ();

  for (guint i = 0; i < 10; i++)
    {
      slept_us += i % 2 == 0 ? 900000 : -900000;
      turn (1);
    }
  g_assert_cmpuint (n_woke, ==, 0);
}

static void
test_costs_no_wake_up (void)
{
  g_autoptr(ThruSleepWatch) watch = make_watch ();
  gboolean done = FALSE;
  guint n = 0;

  turn (50);
  g_timeout_add (300, flag_cb, &done);
  while (!done)
    {
      g_main_context_iteration (NULL, TRUE);
      n++;
    }
  g_assert_cmpuint (n, <=, 2);
}

static void
test_no_bus (void)
{
  g_autoptr(ThruSleepWatch) watch = NULL;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  watch = make_watch ();
  turn (50);
  g_assert_false (thru_sleep_watch_is_heeded (watch));
  slept_us += 3 * G_USEC_PER_SEC;
  turn (1);
  g_assert_cmpuint (n_woke, ==, 1);

  /* Nobody said that we sleep. */
  thru_sleep_watch_ready (watch);
}

/* It takes the connection, and never says a word. */
static void
test_bus_that_hangs (void)
{
  g_autofree char *folder = g_dir_make_tmp ("thru-bus-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bus", NULL);
  g_autofree char *bus_address = g_strconcat ("unix:path=", path, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  ThruSleepWatch *watch;
  gint64 begin;

  g_assert_true (g_socket_bind (socket, address, TRUE, NULL) && g_socket_listen (socket, NULL));
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", bus_address, TRUE);
  begin = g_get_monotonic_time ();
  watch = make_watch ();
  turn (50);
  slept_us += 3 * G_USEC_PER_SEC;
  turn (1);
  g_assert_cmpuint (n_woke, ==, 1);
  g_assert_false (thru_sleep_watch_is_heeded (watch));
  thru_sleep_watch_free (watch);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 3 * G_USEC_PER_SEC);

  g_socket_close (socket, NULL);
  turn (50);
  g_remove (path);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/studio/sleep/jump-of-the-clocks-is-waking", test_jump_is_waking);
  g_test_add_func ("/studio/sleep/trifle-is-no-sleep", test_trifle_is_no_sleep);
  g_test_add_func ("/studio/sleep/looking-costs-no-wake-up", test_costs_no_wake_up);
  g_test_add_func ("/studio/sleep/without-a-bus", test_no_bus);
  g_test_add_func ("/studio/sleep/with-a-bus-that-hangs", test_bus_that_hangs);
  return g_test_run ();
}
