/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The listening socket, IPv4 and IPv6 in one. Keeps trying when it can not have the port; when the program runs out of
 * descriptors it rests for a second (GSocketService would spin). Lives on the thread whose default main context it was made
 * on. */
typedef struct _ThruListener ThruListener;

typedef struct
{
  /* @socket: borrowed; a connection that is not referenced is closed. */
  void (*incoming)  (GSocket      *socket,
                     gpointer      user);
  void (*listening) (guint         port,
                     gpointer      user);
  /* Told once until it works or fails differently. */
  void (*failed)    (const GError *error,
                     guint         port,
                     gpointer      user);
} ThruListenerFuncs;

/* Begins at once: the functions may be called from here. @port 0: any free one. */
ThruListener *thru_listener_new  (guint                    port,
                                  const ThruListenerFuncs *funcs,
                                  gpointer                 user);
void          thru_listener_free (ThruListener            *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruListener, thru_listener_free)

G_END_DECLS
