/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "live-studios.h"
#include "test-tools.h"

#include <glib/gstdio.h>

gboolean
live_deadline_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* What is waited for may happen on another thread, without a word to this one. */
gboolean
live_poll_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
live_start (LiveStudios *fixture,
            guint        n)
{
  static const char *const names[LIVE_STUDIOS] = { "Control room", "Live room", "Drum booth" };
  ThruLiveStudioOptions options = { fixture->dirs[n], names[n], fixture->ports[n], THRU_MIDI_API_DEMO };

  fixture->studios[n] = thru_live_studio_new (&options);
}

void
live_stop (LiveStudios *fixture,
           guint        n)
{
  if (fixture->studios[n] == NULL)
    return;

  thru_studio_stop (fixture->studios[n]);
  g_assert_finalize_object (fixture->studios[n]);
  fixture->studios[n] = NULL;
}

void
live_init (int    *argc,
           char ***argv)
{
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (argc, argv, NULL);
}

void
live_set_up (LiveStudios  *fixture,
             gconstpointer data)
{
  guint n_rooms = GPOINTER_TO_UINT (data);

  thru_demo_ports_clear ();
  thru_demo_port_add ("Keys", THRU_DIRECTION_SOURCE);
  thru_demo_port_add ("Synth", THRU_DIRECTION_DESTINATION);
  for (guint i = 0; i < LIVE_STUDIOS; i++)
    {
      fixture->dirs[i] = g_dir_make_tmp ("thru-live-XXXXXX", NULL);
      fixture->ports[i] = test_find_port ();
      if (i < n_rooms)
        live_start (fixture, i);
    }
}

void
live_tear_down (LiveStudios  *fixture,
                gconstpointer data)
{
  for (guint i = 0; i < LIVE_STUDIOS; i++)
    {
      g_autofree char *path = g_build_filename (fixture->dirs[i], "studio.json", NULL);

      live_stop (fixture, i);
      g_remove (path);
      g_rmdir (fixture->dirs[i]);
      g_free (fixture->dirs[i]);
    }
}

GSocketConnection *
live_reach (LiveStudios *fixture,
            guint        n)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection = NULL;

  live_wait_until ((connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16)fixture->ports[n],
                                                                  NULL, NULL)) != NULL);
  return connection;
}

void
live_type_in (LiveStudios *fixture,
              guint        n,
              guint        other)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", fixture->ports[other]);

  g_assert_true (thru_studio_add_room (fixture->studios[n], address, NULL));
}

ThruDevice *
live_find (LiveStudios *fixture,
           guint        n,
           const char  *text,
           gboolean     source)
{
  ThruDevice *device = thru_studio_parse_device (fixture->studios[n], text, source, NULL);

  return device != NULL && thru_device_get_online (device) ? device : NULL;
}

ThruRoute *
live_find_route (LiveStudios *fixture,
                 guint        n,
                 const char  *from_text,
                 const char  *to_text)
{
  ThruDevice *from = thru_studio_parse_device (fixture->studios[n], from_text, TRUE, NULL);
  ThruDevice *to = thru_studio_parse_device (fixture->studios[n], to_text, FALSE, NULL);

  return from != NULL && to != NULL ? thru_studio_find_route (fixture->studios[n], from, to) : NULL;
}

gboolean
live_is_state (LiveStudios   *fixture,
               guint          n,
               const char    *from,
               const char    *to,
               ThruRouteState state)
{
  ThruRoute *route = live_find_route (fixture, n, from, to);

  return route != NULL && thru_route_get_state (route) == state;
}

void
live_wait_connected (LiveStudios *fixture,
                     guint        n,
                     const char  *from,
                     const char  *to)
{
  live_wait_until (live_is_state (fixture, n, from, to, THRU_ROUTE_CONNECTED));
}

void
live_connect_route (LiveStudios *fixture,
                    guint        n,
                    const char  *from,
                    const char  *to)
{
  g_autoptr(GError) error = NULL;

  live_wait_until (live_find (fixture, n, from, TRUE) != NULL && live_find (fixture, n, to, FALSE) != NULL);
  thru_studio_connect_route (fixture->studios[n], live_find (fixture, n, from, TRUE), live_find (fixture, n, to, FALSE), &error);
  g_assert_no_error (error);
}

gboolean
live_heard (GByteArray *heard,
            const char *expected,
            gsize       length)
{
  g_autoptr(GBytes) more = thru_demo_port_take ("Synth");

  g_byte_array_append (heard, g_bytes_get_data (more, NULL), (guint) g_bytes_get_size (more));
  return heard->len == length && memcmp (heard->data, expected, length) == 0;
}
