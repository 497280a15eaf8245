/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-lines.h"

typedef struct
{
  ThruRoom   *room;     /* owned */
  GListModel *devices;  /* owned */
  guint       first[2]; /* index of its first device on each side */
  guint       n[2];
} Room;

struct _ThruMatrixLines
{
  ThruMatrixLinesFunc changed;
  gpointer            user;

  /* owned */
  GArray     *rooms;
  GPtrArray  *devices[2];
  GArray     *device_rooms[2];         /* guint, the room of each device */
  GHashTable *index[2];                /* ThruDevice -> index + 1 */
};

static Room *
get_room (ThruMatrixLines *self,
          guint            index)
{
  g_assert (index < self->rooms->len);

  return &g_array_index (self->rooms, Room, index);
}

static void
changed_cb (ThruMatrixLines *self)
{
  self->changed (self->user);
}

static void
add_device (ThruMatrixLines *self,
            Room            *room,
            guint            room_index,
            ThruDevice      *device)
{
  ThruMatrixSide side = thru_device_is_source (device) ? THRU_MATRIX_ROWS : THRU_MATRIX_COLUMNS;

  g_ptr_array_add (self->devices[side], g_object_ref (device));
  g_array_append_val (self->device_rooms[side], room_index);
  g_hash_table_insert (self->index[side], device, GUINT_TO_POINTER (self->devices[side]->len));
  room->n[side]++;
  g_signal_connect_swapped (device, "notify", G_CALLBACK (changed_cb), self);
}

static void
add_room (ThruMatrixLines *self,
          ThruRoom        *thru_room)
{
  guint index = self->rooms->len;
  Room room = {
    .room = g_object_ref (thru_room),
    .devices = g_object_ref (thru_room_get_devices (thru_room)),
    .first = { self->devices[0]->len, self->devices[1]->len },
  };

  for (guint i = 0; i < g_list_model_get_n_items (room.devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (room.devices, i);

      add_device (self, &room, index, device);
    }
  g_signal_connect_swapped (thru_room, "notify", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (room.devices, "items-changed", G_CALLBACK (changed_cb), self);
  g_array_append_val (self->rooms, room);
}

ThruMatrixLines *
thru_matrix_lines_new (ThruMatrixLinesFunc changed,
                       gpointer            user)
{
  ThruMatrixLines *self;

  g_return_val_if_fail (changed != NULL, NULL);

  self = g_new0 (ThruMatrixLines, 1);
  self->changed = changed;
  self->user = user;
  self->rooms = g_array_new (FALSE, FALSE, sizeof (Room));
  for (guint side = 0; side < 2; side++)
    {
      self->devices[side] = g_ptr_array_new_with_free_func (g_object_unref);
      self->device_rooms[side] = g_array_new (FALSE, FALSE, sizeof (guint));
      self->index[side] = g_hash_table_new (NULL, NULL);
    }
  return self;
}

void
thru_matrix_lines_free (ThruMatrixLines *self)
{
  if (self == NULL)
    {
      return;
    }

  thru_matrix_lines_clear (self);
  for (guint side = 0; side < 2; side++)
    {
      g_ptr_array_unref (self->devices[side]);
      g_array_unref (self->device_rooms[side]);
      g_hash_table_unref (self->index[side]);
    }
  g_array_unref (self->rooms);
  g_free (self);
}

void
thru_matrix_lines_clear (ThruMatrixLines *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->rooms->len; i++)
    {
      Room *room = get_room (self, i);

      g_signal_handlers_disconnect_by_func (room->room, changed_cb, self);
      g_signal_handlers_disconnect_by_func (room->devices, changed_cb, self);
      g_object_unref (room->room);
      g_object_unref (room->devices);
    }
  g_array_set_size (self->rooms, 0);

  for (guint side = 0; side < 2; side++)
    {
      for (guint i = 0; i < self->devices[side]->len; i++)
        {
          g_signal_handlers_disconnect_by_func (self->devices[side]->pdata[i], changed_cb, self);
        }
      g_ptr_array_set_size (self->devices[side], 0);
      g_array_set_size (self->device_rooms[side], 0);
      g_hash_table_remove_all (self->index[side]);
    }
}

void
thru_matrix_lines_read (ThruMatrixLines *self,
                        GListModel      *rooms)
{
  g_return_if_fail (self != NULL && G_IS_LIST_MODEL (rooms));

  thru_matrix_lines_clear (self);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);

      add_room (self, room);
    }
}

guint
thru_matrix_lines_get_n_rooms (ThruMatrixLines *self)
{
  return self->rooms->len;
}

ThruRoom *
thru_matrix_lines_get_room (ThruMatrixLines *self,
                            guint            room)
{
  return get_room (self, room)->room;
}

guint
thru_matrix_lines_get_first (ThruMatrixLines *self,
                             ThruMatrixSide   side,
                             guint            room)
{
  return get_room (self, room)->first[side];
}

guint
thru_matrix_lines_get_n_devices (ThruMatrixLines *self,
                                 ThruMatrixSide   side,
                                 guint            room)
{
  return get_room (self, room)->n[side];
}

guint
thru_matrix_lines_get_n_all (ThruMatrixLines *self,
                             ThruMatrixSide   side)
{
  return self->devices[side]->len;
}

ThruDevice *
thru_matrix_lines_get_nth (ThruMatrixLines *self,
                           ThruMatrixSide   side,
                           guint            index)
{
  g_return_val_if_fail (index < self->devices[side]->len, NULL);

  return g_ptr_array_index (self->devices[side], index);
}

int
thru_matrix_lines_find_device (ThruMatrixLines *self,
                               ThruMatrixSide   side,
                               ThruDevice      *device)
{
  return (int) GPOINTER_TO_UINT (g_hash_table_lookup (self->index[side], device)) - 1;
}

gboolean
thru_matrix_lines_find (ThruMatrixLines *self,
                        ThruMatrixSide   side,
                        GObject         *object,
                        ThruMatrixLine  *line)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->index[side], object));

  if (number > 0)
    {
      *line = thru_matrix_lines_get_line (self, side, number - 1);
      return TRUE;
    }
  for (guint i = 0; i < self->rooms->len; i++)
    {
      if (G_OBJECT (get_room (self, i)->room) == object)
        {
          *line = (ThruMatrixLine) { .room = i, .device = -1 };
          return TRUE;
        }
    }

  return FALSE;
}

ThruMatrixLine
thru_matrix_lines_get_line (ThruMatrixLines *self,
                            ThruMatrixSide   side,
                            guint            index)
{
  guint room = g_array_index (self->device_rooms[side], guint, index);

  return (ThruMatrixLine) { .room = room, .device = (int) (index - get_room (self, room)->first[side]) };
}

void
thru_matrix_lines_get_range (ThruMatrixLines      *self,
                             ThruMatrixSide        side,
                             const ThruMatrixLine *line,
                             guint                *first,
                             guint                *end)
{
  Room *room = get_room (self, line->room);

  *first = room->first[side] + (line->device < 0 ? 0 : (guint) line->device);
  *end = line->device < 0 ? room->first[side] + room->n[side] : *first + 1;
}
