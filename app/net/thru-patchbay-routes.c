/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-patchbay-private.h"

#include "thru-dmidi-frame.h"

static guint64
now (void)
{
  return (guint64)g_get_monotonic_time ();
}

static gint64
route_key (ThruPortNumber source,
           ThruPortNumber destination)
{
  return (gint64)((guint64)source << 32 | destination);
}

void
_thru_patchbay_forget_routes (ThruPatchbay  *self,
                              ThruPortNumber source,
                              ThruPortNumber destination)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint64 route = (guint64)*(gint64 *)key;

      if ((source != 0 && route >> 32 == source) || (destination != 0 && (guint32)route == destination))
        g_hash_table_iter_remove (&iter);
    }
}

void
_thru_patchbay_disconnect_all (ThruPatchbay  *self,
                               ThruPortNumber destination)
{
  GHashTableIter iter;
  gpointer streams;
  gpointer key;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint64 route = (guint64)*(gint64 *)key;

      if ((guint32)route == destination)
        thru_router_disconnect (self->router, (ThruPortNumber)(route >> 32), destination, now ());
    }
  _thru_patchbay_forget_routes (self, 0, destination);

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, NULL, &streams))
    {
      ThruPortNumber everyone = thru_link_streams_lookup (streams, THRU_DMIDI_ADDRESS_EVERYONE);

      if (everyone != 0)
        thru_router_disconnect (self->router, everyone, destination, now ());
    }
}

void
thru_patchbay_connect (ThruPatchbay  *self,
                       ThruPortNumber source,
                       ThruPortNumber destination,
                       ThruMeter     *meter)
{
  gint64 key = route_key (source, destination);
  ThruPatchbayOutput *output;

  g_return_if_fail (self != NULL);

  output = g_hash_table_lookup (self->outputs, GUINT_TO_POINTER (destination));
  if (output == NULL || output->leaves_us != 0)
    return;

  if (thru_router_connect (self->router, source, destination, meter))
    g_hash_table_add (self->routes, g_memdup2 (&key, sizeof key));
}

void
thru_patchbay_disconnect (ThruPatchbay  *self,
                          ThruPortNumber source,
                          ThruPortNumber destination)
{
  gint64 key = route_key (source, destination);

  g_return_if_fail (self != NULL);

  thru_router_disconnect (self->router, source, destination, now ());
  g_hash_table_remove (self->routes, &key);
}
