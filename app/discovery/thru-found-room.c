/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-found-room.h"

void
thru_found_room_free (ThruFoundRoom *room)
{
  g_free (room->key);
  g_free (room->id);
  g_free (room->name);
  g_strfreev (room->addresses);
  g_free (room);
}

gboolean
thru_found_room_equal (const ThruFoundRoom *a,
                       const ThruFoundRoom *b)
{
  return g_str_equal (a->key, b->key)
         && g_strcmp0 (a->id, b->id) == 0
         && g_str_equal (a->name, b->name)
         && g_strv_equal ((const char *const *) a->addresses, (const char *const *) b->addresses);
}
