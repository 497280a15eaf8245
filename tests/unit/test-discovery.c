/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-discovery.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#define SOON_US (5 * G_USEC_PER_SEC) /* much less than the 25 s that a call over D-Bus waits */

/* What holds without any D-Bus. With it: tests/rooms/test_discovery.py. */

/* Where there is no system bus but in the last test: libdbus remembers the address that it was told first. */
static char *bus_path;

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

/* A bus that takes connections and never says a word, as one that was stopped with SIGSTOP. */
static GSocket *
make_mute_bus (void)
{
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (bus_path);
  g_autoptr(GError) error = NULL;
  GSocket *bus = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (bus, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (bus, &error);
  g_assert_no_error (error);
  return bus;
}

static void
test_hanging (void)
{
  g_autoptr(GSocket) bus = make_mute_bus ();
  ThruDiscovery *discovery = thru_discovery_new ();
  gint64 start = g_get_monotonic_time ();

  thru_discovery_start (discovery, "id", "Studio", 1199);
  g_assert_true (g_socket_condition_timed_wait (bus, G_IO_IN, SOON_US, NULL, NULL));
  thru_discovery_update (discovery, "Other", 1200);
  thru_discovery_resolve_again (discovery, "somebody");
  thru_discovery_announce_again (discovery);
  g_assert_cmpint (thru_discovery_get_state (discovery), ==, THRU_DISCOVERY_STARTING);
  thru_discovery_stop (discovery);
  thru_discovery_start (discovery, "other", "Studio", 1199);
  g_assert_finalize_object (discovery);
  g_assert_cmpint (g_get_monotonic_time () - start, <, SOON_US);
  g_unlink (bus_path);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("discovery-XXXXXX", NULL);
  g_autofree char *address = NULL;
  int status;

  bus_path = g_build_filename (folder, "bus", NULL);
  address = g_strconcat ("unix:path=", bus_path, NULL);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/no-system-bus-is-told-in-words", test_no_dbus);
  g_test_add_func ("/discovery/can-be-stopped-and-started-in-its-signals", test_stop_inside);
  g_test_add_func ("/discovery/nobody-waits-for-a-bus-that-hangs", test_hanging);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (bus_path);
  return status;
}
