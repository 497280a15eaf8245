/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-export.h"

struct _ThruExport
{
  GDBusConnection     *connection;
  const char          *path;
  GDBusNodeInfo       *info;
  GDBusInterfaceVTable vtable;
  gpointer             user;
  guint                registration; /* 0: paused */
};

ThruExport *
thru_export_new (GDBusConnection             *connection,
                 const char                  *path,
                 const char                  *introspection,
                 GDBusInterfaceMethodCallFunc call,
                 gpointer                     user,
                 GError                     **error)
{
  ThruExport *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection) && path != NULL && introspection != NULL && call != NULL, NULL);

  self = g_new0 (ThruExport, 1);
  self->connection = g_object_ref (connection);
  self->path = path;
  self->vtable.method_call = call;
  self->user = user;
  self->info = g_dbus_node_info_new_for_xml (introspection, error);
  if (self->info == NULL || !thru_export_resume (self, error))
    g_clear_pointer (&self, thru_export_free);
  return self;
}

void
thru_export_free (ThruExport *self)
{
  g_return_if_fail (self != NULL);

  thru_export_pause (self);
  g_clear_pointer (&self->info, g_dbus_node_info_unref);
  g_object_unref (self->connection);
  g_free (self);
}

void
thru_export_pause (ThruExport *self)
{
  g_return_if_fail (self != NULL);

  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
}

gboolean
thru_export_resume (ThruExport *self,
                    GError    **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->registration == 0)
    self->registration = g_dbus_connection_register_object (self->connection, self->path, self->info->interfaces[0],
                                                            &self->vtable, self->user, NULL, error);
  return self->registration != 0;
}
