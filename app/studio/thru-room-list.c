/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-room-list-private.h"

struct _ThruRoomList
{
  GListStore *rooms;
  GHashTable *by_id;     /* char * of the room to ThruRoom */
  gboolean    numbering; /* rooms of one name */
};

static int
compare_rooms (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  ThruRoom *first = (ThruRoom *) a;
  ThruRoom *second = (ThruRoom *) b;
  int order;

  if (thru_room_is_own (first) != thru_room_is_own (second))
    return thru_room_is_own (first) ? -1 : 1;

  order = g_utf8_collate (thru_room_get_name (first), thru_room_get_name (second));
  return order != 0 ? order : g_strcmp0 (thru_room_get_id (first), thru_room_get_id (second));
}

static void
sort_rooms (ThruRoomList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));

  /* g_list_store_sort() tells of a change of everything even when nothing moves. */
  for (guint i = 1; i < n; i++)
    {
      g_autoptr(ThruRoom) before = g_list_model_get_item (G_LIST_MODEL (self->rooms), i - 1);
      g_autoptr(ThruRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      if (compare_rooms (before, room, NULL) > 0)
        {
          g_list_store_sort (self->rooms, compare_rooms, NULL);
          return;
        }
    }
}

static gboolean
is_taken (ThruRoomList *self,
          ThruRoom     *room,
          const char   *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoom) other = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      if (other != room && g_str_equal (thru_room_get_name (other), name))
        return TRUE;
    }
  return FALSE;
}

/* Two computers may well be called the same. Whoever was there first is shown as it is called, and the others keep the number
 * they have as long as they need one. */
static void
number_room (ThruRoomList *self,
             ThruRoom     *room)
{
  const char *told = _thru_room_get_told_name (room);
  guint number = 2;

  if (!is_taken (self, room, told))
    {
      _thru_room_set_number (room, 1);
      return;
    }
  if (_thru_room_get_number (room) > 1 && !is_taken (self, room, thru_room_get_name (room)))
    return;

  for (; number < G_MAXUINT; number++)
    {
      g_autofree char *name = g_strdup_printf ("%s (%u)", told, number);

      if (!is_taken (self, room, name))
        break;
    }
  _thru_room_set_number (room, number);
}

/* @last: (nullable): the newest of all; the others come before it. */
static void
number_rooms (ThruRoomList *self,
              ThruRoom     *last)
{
  g_autoptr(GPtrArray) rooms = NULL;
  guint n;

  /* To number one tells of its new name, which leads back here. */
  if (self->numbering)
    return;

  self->numbering = TRUE;
  rooms = g_ptr_array_new_with_free_func (g_object_unref);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));
  if (last != NULL && !thru_room_is_own (last))
    number_room (self, last);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (rooms, g_list_model_get_item (G_LIST_MODEL (self->rooms), i));
  for (guint i = 0; i < n; i++)
    {
      if (!thru_room_is_own (g_ptr_array_index (rooms, i)))
        number_room (self, g_ptr_array_index (rooms, i));
    }
  self->numbering = FALSE;
}

ThruRoomList *
_thru_room_list_new (void)
{
  ThruRoomList *self = g_new0 (ThruRoomList, 1);

  self->rooms = g_list_store_new (THRU_TYPE_ROOM);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
_thru_room_list_free (ThruRoomList *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_id);
  g_object_unref (self->rooms);
  g_free (self);
}

GListModel *
_thru_room_list_get_model (ThruRoomList *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return G_LIST_MODEL (self->rooms);
}

ThruRoom *
_thru_room_list_find (ThruRoomList *self,
                      const char   *id)
{
  g_return_val_if_fail (self != NULL && id != NULL, NULL);

  return g_hash_table_lookup (self->by_id, id);
}

void
_thru_room_list_add (ThruRoomList *self,
                     ThruRoom     *room)
{
  g_return_if_fail (self != NULL && THRU_IS_ROOM (room));

  g_hash_table_insert (self->by_id, (char *) thru_room_get_id (room), room);
  g_list_store_insert_sorted (self->rooms, room, compare_rooms, NULL);
  number_rooms (self, room);
}

void
_thru_room_list_remove (ThruRoomList *self,
                        ThruRoom     *room)
{
  guint position;

  g_return_if_fail (self != NULL && THRU_IS_ROOM (room));

  if (!g_list_store_find (self->rooms, room, &position))
    return;

  g_hash_table_remove (self->by_id, thru_room_get_id (room));
  g_list_store_remove (self->rooms, position);
  number_rooms (self, NULL);
}

void
_thru_room_list_set_id (ThruRoomList *self,
                        ThruRoom     *room,
                        const char   *id)
{
  g_return_if_fail (self != NULL && THRU_IS_ROOM (room) && id != NULL);

  g_hash_table_remove (self->by_id, thru_room_get_id (room));
  _thru_room_set_id (room, id);
  g_hash_table_insert (self->by_id, (char *) thru_room_get_id (room), room);
}

void
_thru_room_list_renamed (ThruRoomList *self,
                         ThruRoom     *room)
{
  g_return_if_fail (self != NULL && THRU_IS_ROOM (room));

  number_rooms (self, room);
  sort_rooms (self);
}
