/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An object of ours on a D-Bus connection, until it is freed. Main thread. */
typedef struct _ThruExport ThruExport;

/* @path and @introspection, XML of a node with one interface: static. @call: answers a call of it, and gets @user; GIO has
 * checked that the method and the types of its arguments are as the XML says. NULL with @error when @path is taken.
 * Returns: (transfer full). */
ThruExport *thru_export_new    (GDBusConnection              *connection,
                                const char                   *path,
                                const char                   *introspection,
                                GDBusInterfaceMethodCallFunc  call,
                                gpointer                      user,
                                GError                      **error);

void        thru_export_free   (ThruExport                   *self);

/* Leaves the path to another object, until thru_export_resume(). */
void        thru_export_pause  (ThruExport                   *self);

/* FALSE with @error when the path is taken now. */
gboolean    thru_export_resume (ThruExport                   *self,
                                GError                      **error);

G_END_DECLS
