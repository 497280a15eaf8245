/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-headless.h"

#include "thru-service.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

typedef struct
{
  ThruStudio  *studio; /* borrowed */
  GMainLoop   *loop;
  ThruService *service;
  int          status;
} Headless;

static gboolean
signal_cb (gpointer user_data)
{
  g_main_loop_quit (((Headless *) user_data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
name_lost_cb (GDBusConnection *connection,
              const char      *name,
              gpointer         user_data)
{
  Headless *headless = user_data;

  /* The bus went, which is no reason to stop the music. */
  if (connection == NULL || g_dbus_connection_is_closed (connection))
    return;

  g_printerr ("%s\n", _("thruwall: Thruwall is running already"));
  headless->status = 1;
  g_main_loop_quit (headless->loop);
}

static guint
join_bus (Headless *headless)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  if (connection != NULL)
    {
      g_dbus_connection_set_exit_on_close (connection, FALSE);
      headless->service = thru_service_new (headless->studio, connection, &error);
    }
  if (headless->service == NULL)
    {
      g_printerr (_("thruwall: No session bus, so commands can not reach this program: %s\n"), error->message);
      return 0;
    }
  return g_bus_own_name_on_connection (connection, THRU_APP_ID, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                       NULL, name_lost_cb, headless, NULL);
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

int
thru_headless_run (ThruStudio *studio)
{
  Headless headless = { .studio = studio };
  GListModel *problems;
  guint signals[3];
  guint owner;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), 1);

  headless.loop = g_main_loop_new (NULL, FALSE);
  problems = thru_studio_get_problems (studio);
  problems_changed_cb (problems, 0, 0, g_list_model_get_n_items (problems), NULL);
  g_signal_connect (problems, "items-changed", G_CALLBACK (problems_changed_cb), NULL);
  g_signal_connect (studio, "message", G_CALLBACK (message_cb), NULL);
  signals[0] = g_unix_signal_add (SIGTERM, signal_cb, &headless);
  signals[1] = g_unix_signal_add (SIGINT, signal_cb, &headless);
  signals[2] = g_unix_signal_add (SIGHUP, signal_cb, &headless);
  owner = join_bus (&headless);

  g_main_loop_run (headless.loop);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  if (owner != 0)
    g_bus_unown_name (owner);
  g_clear_object (&headless.service);
  g_signal_handlers_disconnect_by_func (problems, problems_changed_cb, NULL);
  g_signal_handlers_disconnect_by_func (studio, message_cb, NULL);
  g_main_loop_unref (headless.loop);
  thru_studio_stop (studio);
  return headless.status;
}
