/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-command-socket.h"

#include "thru-runtime-folder.h"
#include "thru-service.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define PATIENCE_SECONDS 10

struct _ThruCommandSocket
{
  GObject      parent_instance;

  ThruStudio  *studio;
  char        *path;
  int          lock_fd; /* held as long as the path is ours, so that what a killed program left is told from what is in use */
  GDBusServer *server;
  GHashTable  *callers; /* (element-type GDBusConnection ThruService) */
};

G_DEFINE_FINAL_TYPE (ThruCommandSocket, thru_command_socket, G_TYPE_OBJECT)

static char *
get_address (const char *path)
{
  g_autofree char *escaped = g_dbus_address_escape_value (path);

  return g_strdup_printf ("unix:path=%s", escaped);
}

static gboolean
fail (const char *path,
      GError    **error)
{
  int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno), "%s: %s", path, g_strerror (saved_errno));
  return FALSE;
}

static gboolean
take_path (ThruCommandSocket *self,
           GError           **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (folder, error);

  self->lock_fd = g_open (lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0 || flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    return fail (lock, error);

  if (g_unlink (self->path) != 0 && errno != ENOENT)
    return fail (self->path, error);
  return TRUE;
}

static void
closed_cb (GDBusConnection *connection,
           gboolean         remote_peer_vanished,
           GError          *error,
           gpointer         user_data)
{
  ThruCommandSocket *self = user_data;

  g_hash_table_remove (self->callers, connection);
}

static gboolean
new_connection_cb (GDBusServer     *server,
                   GDBusConnection *connection,
                   gpointer         user_data)
{
  ThruCommandSocket *self = user_data;
  ThruService *service;

  if (g_hash_table_size (self->callers) >= THRU_COMMAND_SOCKET_CALLERS_MAX)
    return FALSE;

  service = thru_service_new (self->studio, connection, NULL);
  if (service == NULL)
    return FALSE;

  g_hash_table_insert (self->callers, g_object_ref (connection), service);
  g_signal_connect_object (connection, "closed", G_CALLBACK (closed_cb), self, 0);
  return TRUE;
}

static gboolean
listen_there (ThruCommandSocket *self,
              GError           **error)
{
  g_autofree char *address = get_address (self->path);
  g_autofree char *guid = g_dbus_generate_guid ();

  self->server = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_AUTHENTICATION_REQUIRE_SAME_USER, guid, NULL, NULL, error);
  if (self->server == NULL)
    return FALSE;

  g_signal_connect_object (self->server, "new-connection", G_CALLBACK (new_connection_cb), self, 0);
  g_dbus_server_start (self->server);
  return TRUE;
}

static void
thru_command_socket_dispose (GObject *object)
{
  ThruCommandSocket *self = THRU_COMMAND_SOCKET (object);

  if (self->server != NULL)
    {
      g_dbus_server_stop (self->server);
      g_unlink (self->path);
    }
  g_clear_object (&self->server);
  g_hash_table_remove_all (self->callers);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_command_socket_parent_class)->dispose (object);
}

static void
thru_command_socket_finalize (GObject *object)
{
  ThruCommandSocket *self = THRU_COMMAND_SOCKET (object);

  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_hash_table_unref (self->callers);
  g_free (self->path);

  G_OBJECT_CLASS (thru_command_socket_parent_class)->finalize (object);
}

static void
thru_command_socket_class_init (ThruCommandSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = thru_command_socket_dispose;
  object_class->finalize = thru_command_socket_finalize;
}

static void
thru_command_socket_init (ThruCommandSocket *self)
{
  self->lock_fd = -1;
  self->callers = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

ThruCommandSocket *
thru_command_socket_new (ThruStudio *studio,
                         GError    **error)
{
  g_autoptr(ThruCommandSocket) self = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  self = g_object_new (THRU_TYPE_COMMAND_SOCKET, NULL);
  self->studio = g_object_ref (studio);
  self->path = thru_runtime_folder_build ("commands");
  return take_path (self, error) && listen_there (self, error) ? g_steal_pointer (&self) : NULL;
}

GDBusConnection *
thru_command_socket_connect (GError **error)
{
  g_autofree char *path = thru_runtime_folder_build ("commands");
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) stream = NULL;
  GDBusConnection *connection;

  /* A program that is frozen takes the connection, and says nothing. */
  g_socket_client_set_timeout (client, PATIENCE_SECONDS);
  stream = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  if (stream == NULL)
    return NULL;

  connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL,
                                           error);
  g_socket_set_timeout (g_socket_connection_get_socket (stream), 0);
  return connection;
}
