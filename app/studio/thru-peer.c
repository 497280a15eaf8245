/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-peer.h"

#include "thru-room-private.h"

#include <glib/gi18n.h>

ThruPeer *
thru_peer_new (const char *id,
               const char *name)
{
  ThruPeer *self = g_new0 (ThruPeer, 1);

  self->room = _thru_room_new (id, name);
  self->typed = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
thru_peer_free (ThruPeer *self)
{
  if (self == NULL)
    return;

  thru_peer_drop_parts (self);
  g_clear_pointer (&self->routes, g_ptr_array_unref);
  g_ptr_array_unref (self->typed);
  g_strfreev (self->found);
  g_free (self->found_key);
  g_free (self->run);
  g_free (self->why);
  g_free (self->host);
  g_object_unref (self->room);
  g_free (self);
}

char *
thru_peer_explain_absence (ThruPeer *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  /* Translators: a sentence that says what is wrong stands before it */
  if (self->why != NULL)
    return g_strdup_printf (_("%s The route comes back by itself."), self->why);
  return g_strdup_printf (_("%s is not here. The route comes back by itself."), thru_room_get_name (self->room));
}

void
thru_peer_drop_parts (ThruPeer *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->devices_part, g_ptr_array_unref);
  g_clear_pointer (&self->routes_part, g_ptr_array_unref);
}

char **
thru_peer_get_addresses (ThruPeer *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; self->found != NULL && self->found[i] != NULL; i++)
    g_strv_builder_add (builder, self->found[i]);
  for (guint i = 0; i < self->typed->len; i++)
    {
      const char *address = g_ptr_array_index (self->typed, i);

      if (self->found == NULL || !g_strv_contains ((const char *const *) self->found, address))
        g_strv_builder_add (builder, address);
    }
  return g_strv_builder_end (builder);
}

gboolean
thru_peer_add_typed (ThruPeer   *self,
                     const char *address)
{
  g_return_val_if_fail (self != NULL && address != NULL, FALSE);

  if (g_ptr_array_find_with_equal_func (self->typed, address, g_str_equal, NULL))
    return FALSE;

  g_ptr_array_add (self->typed, g_strdup (address));
  _thru_room_set_manual (self->room, TRUE);
  return TRUE;
}

gboolean
thru_peer_remove_typed (ThruPeer   *self,
                        const char *address)
{
  guint i;

  g_return_val_if_fail (self != NULL && address != NULL, FALSE);

  if (!g_ptr_array_find_with_equal_func (self->typed, address, g_str_equal, &i))
    return FALSE;

  g_ptr_array_remove_index (self->typed, i);
  _thru_room_set_manual (self->room, self->typed->len > 0);
  return TRUE;
}
