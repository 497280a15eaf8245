/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-background.h"

#include "thru-sandbox.h"
#include "thru-settings.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define REQUEST "org.freedesktop.portal.Request"
#define RESPONSE_GRANTED 0

typedef struct
{
  GDBusConnection *connection;
  guint            subscription;
  gboolean         at_login;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_object (&request->connection);
  g_free (request);
}

gboolean
thru_background_needs_asking (void)
{
  return thru_sandbox_is_inside ();
}

/* --- Outside of a sandbox -------------------------------------------------------------------------------------------- */

static char *
get_autostart_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", THRU_APP_ID ".desktop", NULL);
}

gboolean
thru_background_is_at_login (GSettings *settings)
{
  g_autofree char *path = get_autostart_path ();

  if (thru_background_needs_asking ())
    return thru_settings_get_boolean (settings, "start-at-login", FALSE);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
write_autostart (const char *path,
                 GError    **error)
{
  g_autoptr(GKeyFile) entry = g_key_file_new ();
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *quoted = NULL;
  g_autofree char *command = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  if (program == NULL)
    return FALSE;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("The folder “%s” could not be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }

  quoted = g_shell_quote (program);
  command = g_strconcat (strpbrk (program, " \"'\\$`") != NULL ? quoted : program, " --headless", NULL);
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, g_get_application_name ());
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, THRU_APP_ID);
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, command);
  return g_key_file_save_to_file (entry, path, error);
}

static gboolean
set_autostart (gboolean at_login,
               GError **error)
{
  g_autofree char *path = get_autostart_path ();

  if (at_login)
    return write_autostart (path, error);
  if (g_unlink (path) != 0 && errno != ENOENT)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("“%s” could not be removed: %s"), path,
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

/* --- In a sandbox ---------------------------------------------------------------------------------------------------- */

/* The subscription holds the task, and the task the subscription. */
static void
stop_listening (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  guint subscription = request->subscription;

  request->subscription = 0;
  if (subscription != 0)
    g_dbus_connection_signal_unsubscribe (request->connection, subscription);
}

static void
response_cb (GDBusConnection *connection,
             const char      *sender,
             const char      *object_path,
             const char      *interface_name,
             const char      *signal_name,
             GVariant        *parameters,
             gpointer         user_data)
{
  g_autoptr(GTask) task = g_object_ref (user_data);
  Request *request = g_task_get_task_data (task);
  g_autoptr(GVariant) results = NULL;
  gboolean background = FALSE;
  gboolean autostart = FALSE;
  guint32 response;

  stop_listening (task);
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  g_variant_lookup (results, "background", "b", &background);
  g_variant_lookup (results, "autostart", "b", &autostart);
  if (response != RESPONSE_GRANTED || !background)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _("The desktop does not let Thruwall run without a window. Its settings for applications can allow it."));
  else if (request->at_login && !autostart)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _("The desktop does not let Thruwall start at login. Its settings for applications can allow it."));
  else
    g_task_return_boolean (task, TRUE);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return;

  stop_listening (task);
  g_dbus_error_strip_remote_error (error);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("The desktop could not be asked whether Thruwall may run without a window: %s"), error->message);
}

/* The answer's path is computed, so that it is listened to before it can come. */
static char *
make_request_path (GDBusConnection *connection,
                   const char      *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (connection) + 1);

  return g_strdup_printf (PORTAL_PATH "/request/%s/%s", g_strdelimit (sender, ".", '_'), token);
}

static void
ask_portal (GTask *task)
{
  static const char *const command[] = { "thruwall", "--headless", NULL };
  Request *request = g_task_get_task_data (task);
  g_autofree char *token = g_strdup_printf ("thruwall%u", g_random_int ());
  g_autofree char *path = make_request_path (request->connection, token);
  GVariantBuilder options;

  request->subscription =
    g_dbus_connection_signal_subscribe (request->connection, PORTAL, REQUEST, "Response", path, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, response_cb, g_object_ref (task), g_object_unref);

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (_("Routes play on when the window is closed")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (request->at_login));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  g_dbus_connection_call (request->connection, PORTAL, PORTAL_PATH, "org.freedesktop.portal.Background", "RequestBackground",
                          g_variant_new ("(s@a{sv})", "", g_variant_builder_end (&options)), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task), called_cb, g_object_ref (task));
}

void
thru_background_request (gboolean            at_login,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user);
  Request *request = g_new0 (Request, 1);
  g_autoptr(GError) error = NULL;

  request->at_login = at_login;
  g_task_set_task_data (task, request, request_free);

  if (!thru_background_needs_asking ())
    {
      if (set_autostart (at_login, &error))
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  request->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (request->connection == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    ask_portal (task);
}

gboolean
thru_background_request_finish (GAsyncResult *result,
                                GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
