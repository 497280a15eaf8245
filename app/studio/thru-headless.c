/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-headless.h"

#include "thru-command-socket.h"
#include "thru-service.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

typedef struct
{
  ThruStudioFactory  factory;
  gpointer           user;
  ThruShowFunc       show;
  GMainLoop         *loop;
  ThruStudio        *studio; /* when the name is ours */
  ThruService       *service;
  ThruCommandSocket *socket;
  ThruActivation    *activation;
  int                status;
} Headless;

static gboolean
signal_cb (gpointer user_data)
{
  g_main_loop_quit (((Headless *) user_data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
message_cb (ThruStudio *studio,
            const char *text,
            gpointer    user_data)
{
  g_printerr ("%s\n", text);
}

static void
problems_changed_cb (GListModel *problems,
                     guint       position,
                     guint       removed,
                     guint       added,
                     gpointer    user_data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(ThruProblem) problem = g_list_model_get_item (problems, i);

      g_printerr ("%s: %s\n", thru_problem_get_title (problem), thru_problem_get_detail (problem));
      if (thru_problem_get_command (problem) != NULL)
        g_printerr ("  %s\n", thru_problem_get_command (problem));
    }
}

/* Beside the bus, too: it may go, or be another one where a command is written. @needed: there is no bus. */
static void
open_socket (Headless *headless,
             gboolean  needed)
{
  g_autoptr(GError) error = NULL;

  headless->socket = thru_command_socket_new (headless->studio, &error);
  if (headless->socket != NULL || !needed)
    return;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    g_printerr ("%s\n", _("thruwall: Commands reach the Thruwall that was started first, and not this one"));
  else
    g_printerr (_("thruwall: Commands can not reach this program: %s\n"), error->message);
}

/* @has_bus: commands come over the session bus. */
static void
start (Headless *headless,
       gboolean  has_bus)
{
  GListModel *problems;

  headless->studio = headless->factory (headless->user);
  problems = thru_studio_get_problems (headless->studio);
  problems_changed_cb (problems, 0, 0, g_list_model_get_n_items (problems), NULL);
  g_signal_connect (problems, "items-changed", G_CALLBACK (problems_changed_cb), NULL);
  g_signal_connect (headless->studio, "message", G_CALLBACK (message_cb), NULL);
  open_socket (headless, !has_bus);
}

static void
stop (Headless *headless)
{
  g_clear_object (&headless->activation);
  g_clear_object (&headless->socket);
  g_clear_object (&headless->service);
  if (headless->studio == NULL)
    return;

  g_signal_handlers_disconnect_by_func (thru_studio_get_problems (headless->studio), problems_changed_cb, NULL);
  g_signal_handlers_disconnect_by_func (headless->studio, message_cb, NULL);
  thru_studio_stop (headless->studio);
  g_clear_object (&headless->studio);
}

static void
name_acquired_cb (GDBusConnection *connection,
                  const char      *name,
                  gpointer         user_data)
{
  Headless *headless = user_data;
  g_autoptr(GError) error = NULL;

  if (headless->studio != NULL)
    return;

  start (headless, TRUE);
  headless->service = thru_service_new (headless->studio, connection, &error);
  if (headless->service == NULL)
    g_printerr (_("thruwall: Commands can not reach this program: %s\n"), error->message);

  g_clear_error (&error);
  headless->activation = thru_activation_new (headless->studio, connection, headless->show, &error);
  if (headless->activation == NULL)
    g_printerr (_("thruwall: This program can not open a window: %s\n"), error->message);
}

static void
name_lost_cb (GDBusConnection *connection,
              const char      *name,
              gpointer         user_data)
{
  Headless *headless = user_data;

  /* The bus went, which is no reason to stop the music. */
  if (g_dbus_connection_is_closed (connection))
    {
      if (headless->studio == NULL)
        start (headless, FALSE);
      return;
    }

  g_printerr ("%s\n", _("thruwall: Thruwall is running already; “thruwall status” shows what it does"));
  headless->status = 1;
  g_main_loop_quit (headless->loop);
}

/* A second program must not touch what the first one saves, so the studio waits for the name. */
static guint
join_bus (Headless *headless)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  if (connection == NULL)
    {
      /* Why is told to developers only: it would lead others to a dbus-launch that they do not need. */
      g_debug ("%s", error->message);
      g_printerr ("%s\n", _("thruwall: There is no session bus. Commands reach this program; windows can not be opened beside it."));
      start (headless, FALSE);
      return 0;
    }

  g_dbus_connection_set_exit_on_close (connection, FALSE);
  return g_bus_own_name_on_connection (connection, THRU_APP_ID, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                       name_acquired_cb, name_lost_cb, headless, NULL);
}

int
thru_headless_run (ThruStudioFactory factory,
                   gpointer          user,
                   ThruShowFunc      show)
{
  Headless headless = { .factory = factory, .user = user, .show = show };
  guint signals[3];
  guint owner;

  g_return_val_if_fail (factory != NULL && show != NULL, 1);

  headless.loop = g_main_loop_new (NULL, FALSE);
  signals[0] = g_unix_signal_add (SIGTERM, signal_cb, &headless);
  signals[1] = g_unix_signal_add (SIGINT, signal_cb, &headless);
  signals[2] = g_unix_signal_add (SIGHUP, signal_cb, &headless);
  owner = join_bus (&headless);

  g_main_loop_run (headless.loop);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  if (owner != 0)
    g_bus_unown_name (owner);
  stop (&headless);
  g_main_loop_unref (headless.loop);
  return headless.status;
}
