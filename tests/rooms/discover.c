/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-discovery.h"

#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>

/* Discovery alone, for the tests in rooms: discover ID NAME PORT. Tells each signal in a line (fields separated by tabs); takes
 * "name NAME", "port PORT", "resolve KEY", "ping" (the answer is "pong") and "quit" as lines on its standard input. */

typedef struct
{
  ThruDiscovery *discovery;
  GMainLoop     *loop;
  char          *name;
  guint          port;
} Discover;

static void
room_found_cb (ThruDiscovery *discovery,
               ThruFoundRoom *room,
               Discover      *self)
{
  g_autofree char *addresses = g_strjoinv ("\t", room->addresses);

  g_print ("found\t%s\t%s\t%s\n", room->key, room->name, addresses);
}

static void
room_gone_cb (ThruDiscovery *discovery,
              const char    *key,
              Discover      *self)
{
  g_print ("gone\t%s\n", key);
}

static void
state_changed_cb (ThruDiscovery *discovery,
                  Discover      *self)
{
  static const char *const states[] = { "off", "starting", "working", "no-daemon", "no-dbus", "problem" };
  const char *published = thru_discovery_get_published (discovery);
  const char *problem = thru_discovery_get_problem (discovery);

  g_print ("state\t%s\t%s\t%s\n", states[thru_discovery_get_state (discovery)],
           published != NULL ? published : "", problem != NULL ? problem : "");
}

static void
obey (Discover   *self,
      const char *line)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 2);
  const char *argument = words[0] != NULL && words[1] != NULL ? words[1] : "";

  if (g_strcmp0 (words[0], "quit") == 0)
    {
      g_main_loop_quit (self->loop);
    }
  else if (g_strcmp0 (words[0], "resolve") == 0)
    {
      thru_discovery_resolve_again (self->discovery, argument);
    }
  else if (g_strcmp0 (words[0], "ping") == 0)
    {
      g_print ("pong\n");
    }
  else if (g_strcmp0 (words[0], "name") == 0)
    {
      g_free (self->name);
      self->name = g_strdup (argument);
      thru_discovery_update (self->discovery, self->name, self->port);
    }
  else if (g_strcmp0 (words[0], "port") == 0)
    {
      self->port = (guint) g_ascii_strtoull (argument, NULL, 10);
      thru_discovery_update (self->discovery, self->name, self->port);
    }
}

static gboolean
read_cb (GIOChannel  *channel,
         GIOCondition condition,
         gpointer     user_data)
{
  Discover *self = user_data;
  g_autofree char *line = NULL;
  gsize end;

  if (g_io_channel_read_line (channel, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  line[end] = '\0';
  obey (self, line);
  return G_SOURCE_CONTINUE;
}

int
main (int    argc,
      char **argv)
{
  Discover self = { NULL };
  g_autoptr(GIOChannel) input = g_io_channel_unix_new (0);

  if (argc != 4)
    {
      g_printerr ("usage: discover ID NAME PORT\n");
      return 2;
    }
  setlocale (LC_ALL, "");
  /* Otherwise lines wait in a buffer while the test waits for them. */
  setvbuf (stdout, NULL, _IOLBF, 0);
  self.name = g_strdup (argv[2]);
  self.port = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.discovery = thru_discovery_new ();
  g_signal_connect (self.discovery, "room-found", G_CALLBACK (room_found_cb), &self);
  g_signal_connect (self.discovery, "room-gone", G_CALLBACK (room_gone_cb), &self);
  g_signal_connect (self.discovery, "state-changed", G_CALLBACK (state_changed_cb), &self);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, read_cb, &self);
  thru_discovery_start (self.discovery, argv[1], self.name, self.port);
  g_main_loop_run (self.loop);

  g_assert_finalize_object (self.discovery);
  g_main_loop_unref (self.loop);
  g_free (self.name);
  return 0;
}
