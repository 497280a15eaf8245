/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-discovery.h"

/* What holds without any D-Bus. With it: tests/rooms/test_discovery.py. */

static void
note_change (ThruDiscovery *discovery,
             guint         *n_changes)
{
  (*n_changes)++;
}

static void
iterate_until (const guint *counter,
               guint        n)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (*counter < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
test_no_dbus (void)
{
  ThruDiscovery *discovery = thru_discovery_new ();
  guint n_changes = 0;

  g_signal_connect (discovery, "state-changed", G_CALLBACK (note_change), &n_changes);
  thru_discovery_start (discovery, "id", "Studio", 1199);
  iterate_until (&n_changes, 1);
  g_assert_cmpint (thru_discovery_get_state (discovery), ==, THRU_DISCOVERY_NO_DBUS);
  g_assert_nonnull (thru_discovery_get_problem (discovery));
  g_assert_null (thru_discovery_get_published (discovery));

  thru_discovery_update (discovery, "Other", 0);
  thru_discovery_resolve_again (discovery, "unknown");
  g_assert_finalize_object (discovery);
}

static void
stop (ThruDiscovery *discovery,
      guint         *n_changes)
{
  thru_discovery_stop (discovery);
  (*n_changes)++;
}

static void
test_stop_inside (void)
{
  ThruDiscovery *discovery = thru_discovery_new ();
  guint n_changes = 0;

  g_signal_connect (discovery, "state-changed", G_CALLBACK (stop), &n_changes);
  thru_discovery_start (discovery, "id", "Studio", 1199);
  iterate_until (&n_changes, 1);
  g_assert_cmpint (thru_discovery_get_state (discovery), ==, THRU_DISCOVERY_OFF);
  g_assert_null (thru_discovery_get_problem (discovery));

  thru_discovery_start (discovery, "id", "Studio", 1199);
  iterate_until (&n_changes, 2);
  g_assert_finalize_object (discovery);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/thruwall", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/no-system-bus-is-told-in-words", test_no_dbus);
  g_test_add_func ("/discovery/can-be-stopped-and-started-in-its-signals", test_stop_inside);
  return g_test_run ();
}
