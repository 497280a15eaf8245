/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-axis.h"

#define ROOMS_SHOWN_OPEN 8
#define ROOMS_OWN_SHOWN_OPEN 16
#define DEVICES_SHOWN_OPEN 96

/* More rooms than anybody has; bounds what is remembered about rooms that went. */
#define MAX_REMEMBERED 4096

typedef struct
{
  char *id;
  guint n_devices;
  guint first_line;
} Room;

struct _ThruMatrixAxis
{
  GArray     *rooms;
  GArray     *lines;
  GHashTable *folded; /* id -> GINT_TO_POINTER (gboolean) */
  double      device_size;
  double      room_size;
};

static void
clear_room (gpointer data)
{
  Room *room = data;

  g_free (room->id);
}

static Room *
get_room (ThruMatrixAxis *self,
          guint           index)
{
  g_assert (index < self->rooms->len);

  return &g_array_index (self->rooms, Room, index);
}

static gboolean
room_is_folded (ThruMatrixAxis *self,
                Room           *room)
{
  return room->n_devices > 0 && GPOINTER_TO_INT (g_hash_table_lookup (self->folded, room->id));
}

static void
append_line (ThruMatrixAxis *self,
             guint           room,
             int             device,
             gboolean        folded,
             double          size)
{
  ThruMatrixLine line = { .room = room, .device = device, .folded = folded, .size = size };

  line.open = device < 0 && !folded && get_room (self, room)->n_devices > 0;
  line.start = thru_matrix_axis_get_length (self);
  g_array_append_val (self->lines, line);
}

static void
rebuild (ThruMatrixAxis *self)
{
  g_array_set_size (self->lines, 0);

  for (guint i = 0; i < self->rooms->len; i++)
    {
      Room *room = get_room (self, i);
      gboolean folded = room_is_folded (self, room);

      room->first_line = self->lines->len;
      append_line (self, i, -1, folded, folded || room->n_devices == 0 ? self->device_size : self->room_size);

      for (guint j = 0; !folded && j < room->n_devices; j++)
        {
          append_line (self, i, (int) j, FALSE, self->device_size);
        }
    }
}

ThruMatrixAxis *
thru_matrix_axis_new (void)
{
  ThruMatrixAxis *self = g_new0 (ThruMatrixAxis, 1);

  self->rooms = g_array_new (FALSE, TRUE, sizeof (Room));
  g_array_set_clear_func (self->rooms, clear_room);
  self->lines = g_array_new (FALSE, TRUE, sizeof (ThruMatrixLine));
  self->folded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->device_size = 32;
  self->room_size = 24;

  return self;
}

void
thru_matrix_axis_free (ThruMatrixAxis *self)
{
  g_array_unref (self->rooms);
  g_array_unref (self->lines);
  g_hash_table_unref (self->folded);
  g_free (self);
}

gboolean
thru_matrix_axis_folds_at_first (guint    n_rooms,
                                 guint    n_devices,
                                 gboolean own)
{
  if (own)
    {
      return n_rooms > ROOMS_OWN_SHOWN_OPEN;
    }

  return n_rooms > ROOMS_SHOWN_OPEN || n_devices > DEVICES_SHOWN_OPEN;
}

void
thru_matrix_axis_set_rooms (ThruMatrixAxis    *self,
                            const char *const *ids,
                            const guint       *n_devices,
                            guint              n_rooms)
{
  guint total = 0;

  g_return_if_fail (self != NULL);

  for (guint i = 0; i < n_rooms; i++)
    {
      total += n_devices[i];
    }
  if (g_hash_table_size (self->folded) > MAX_REMEMBERED)
    {
      g_hash_table_remove_all (self->folded);
    }

  g_array_set_size (self->rooms, 0);
  for (guint i = 0; i < n_rooms; i++)
    {
      Room room = { .id = g_strdup (ids[i]), .n_devices = n_devices[i] };

      g_array_append_val (self->rooms, room);
      if (!g_hash_table_contains (self->folded, ids[i]))
        {
          gboolean folded = thru_matrix_axis_folds_at_first (n_rooms, total, i == 0);

          g_hash_table_insert (self->folded, g_strdup (ids[i]), GINT_TO_POINTER (folded));
        }
    }

  rebuild (self);
}

void
thru_matrix_axis_set_sizes (ThruMatrixAxis *self,
                            double          device,
                            double          room)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (device > 0 && room > 0);

  if (self->device_size == device && self->room_size == room)
    {
      return;
    }
  self->device_size = device;
  self->room_size = room;
  rebuild (self);
}

guint
thru_matrix_axis_get_n_rooms (ThruMatrixAxis *self)
{
  return self->rooms->len;
}

guint
thru_matrix_axis_get_n_lines (ThruMatrixAxis *self)
{
  return self->lines->len;
}

const ThruMatrixLine *
thru_matrix_axis_get_line (ThruMatrixAxis *self,
                           guint           line)
{
  g_return_val_if_fail (line < self->lines->len, NULL);

  return &g_array_index (self->lines, ThruMatrixLine, line);
}

double
thru_matrix_axis_get_length (ThruMatrixAxis *self)
{
  const ThruMatrixLine *last;

  if (self->lines->len == 0)
    {
      return 0;
    }
  last = &g_array_index (self->lines, ThruMatrixLine, self->lines->len - 1);

  return last->start + last->size;
}

gboolean
thru_matrix_axis_is_folded (ThruMatrixAxis *self,
                            guint           room)
{
  return room_is_folded (self, get_room (self, room));
}

gboolean
thru_matrix_axis_can_fold (ThruMatrixAxis *self,
                           guint           room)
{
  return get_room (self, room)->n_devices > 0;
}

gboolean
thru_matrix_axis_has_open (ThruMatrixAxis *self)
{
  return self->lines->len > self->rooms->len;
}

void
thru_matrix_axis_set_folded (ThruMatrixAxis *self,
                             guint           room,
                             gboolean        folded)
{
  g_return_if_fail (self != NULL && room < self->rooms->len);

  g_hash_table_insert (self->folded, g_strdup (get_room (self, room)->id), GINT_TO_POINTER (!!folded));
  rebuild (self);
}

void
thru_matrix_axis_set_all_folded (ThruMatrixAxis *self,
                                 gboolean        folded)
{
  for (guint i = 0; i < self->rooms->len; i++)
    {
      g_hash_table_insert (self->folded, g_strdup (get_room (self, i)->id), GINT_TO_POINTER (!!folded));
    }
  rebuild (self);
}

int
thru_matrix_axis_line_at (ThruMatrixAxis *self,
                          double          position)
{
  guint low = 0, high = self->lines->len;

  if (position < 0 || position >= thru_matrix_axis_get_length (self))
    {
      return -1;
    }

  /* The last line that starts at or before the position. */
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->lines, ThruMatrixLine, middle).start <= position)
        {
          low = middle;
        }
      else
        {
          high = middle;
        }
    }

  return (int) low;
}

guint
thru_matrix_axis_find_line (ThruMatrixAxis *self,
                            guint           room,
                            int             device)
{
  Room *entry = get_room (self, room);

  if (device < 0 || (guint) device >= entry->n_devices || room_is_folded (self, entry))
    {
      return entry->first_line;
    }

  return entry->first_line + 1 + (guint) device;
}

gboolean
thru_matrix_axis_get_visible (ThruMatrixAxis *self,
                              double          position,
                              double          length,
                              guint          *first,
                              guint          *last)
{
  double end = thru_matrix_axis_get_length (self);

  if (length <= 0 || position >= end || position + length <= 0)
    {
      return FALSE;
    }
  *first = (guint) thru_matrix_axis_line_at (self, MAX (position, 0));
  *last = position + length >= end ? self->lines->len - 1 : (guint) thru_matrix_axis_line_at (self, position + length);

  return TRUE;
}

void
thru_matrix_axis_get_span (ThruMatrixAxis *self,
                           guint           room,
                           double         *start,
                           double         *end)
{
  guint first = get_room (self, room)->first_line;

  *start = thru_matrix_axis_get_line (self, first)->start;
  *end = room + 1 < self->rooms->len
    ? thru_matrix_axis_get_line (self, get_room (self, room + 1)->first_line)->start
    : thru_matrix_axis_get_length (self);
}

int
thru_matrix_axis_get_pinned (ThruMatrixAxis *self,
                             double          position,
                             double         *start)
{
  int line = thru_matrix_axis_line_at (self, position);
  const ThruMatrixLine *at;
  double from, to;
  guint room;

  if (line < 0)
    {
      return -1;
    }
  room = thru_matrix_axis_get_line (self, (guint) line)->room;
  line = (int) get_room (self, room)->first_line;
  at = thru_matrix_axis_get_line (self, (guint) line);
  thru_matrix_axis_get_span (self, room, &from, &to);
  if (at->folded || at->start >= position || to - from <= at->size)
    {
      return -1;
    }
  *start = MIN (0, to - position - at->size);

  return line;
}
