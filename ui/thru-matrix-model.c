/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-model.h"

#include "thru-matrix-lines.h"

/* Crossings whose possibility nobody has asked for yet. */
#define UNKNOWN 0xff

typedef struct
{
  ThruRoute *route;     /* owned */
  int        from;      /* among the sources; -1 when it is not there */
  int        to;
} Route;

struct _ThruMatrixModel
{
  GObject parent_instance;

  /* owned */
  ThruStudio      *studio;
  ThruMatrixLines *lines;
  GArray          *routes;
  GHashTable      *sums;       /* crossing -> ThruCellSum */
  guint8          *states;     /* ThruCellState of every crossing, or UNKNOWN */

  /* what changed since the last update */
  gboolean lines_stale;
  guint    update_id;
};

enum { LINES_CHANGED, CELLS_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruMatrixModel, thru_matrix_model, G_TYPE_OBJECT)

static void queue_cells (ThruMatrixModel *self);

static void
read_lines (ThruMatrixModel *self)
{
  gsize n_crossings;

  thru_matrix_lines_read (self->lines, thru_studio_get_rooms (self->studio));
  n_crossings = (gsize) thru_matrix_lines_get_n_all (self->lines, THRU_MATRIX_ROWS)
                * thru_matrix_lines_get_n_all (self->lines, THRU_MATRIX_COLUMNS);
  g_free (self->states);
  self->states = g_malloc (n_crossings + 1);
  memset (self->states, UNKNOWN, n_crossings);
}

static guint8 *
get_crossing (ThruMatrixModel *self,
              guint            from,
              guint            to)
{
  return &self->states[(gsize) from * thru_matrix_lines_get_n_all (self->lines, THRU_MATRIX_COLUMNS) + to];
}

static void
clear_routes (ThruMatrixModel *self)
{
  for (guint i = 0; i < self->routes->len; i++)
    {
      Route *entry = &g_array_index (self->routes, Route, i);

      if (self->states != NULL && entry->from >= 0 && entry->to >= 0)
        {
          *get_crossing (self, (guint) entry->from, (guint) entry->to) = UNKNOWN;
        }
      g_signal_handlers_disconnect_by_func (entry->route, queue_cells, self);
      g_object_unref (entry->route);
    }
  g_array_set_size (self->routes, 0);
  g_hash_table_remove_all (self->sums);
}

static int
find_index (ThruMatrixModel *self,
            ThruMatrixSide   side,
            const char      *room,
            const char      *device)
{
  ThruDevice *found = thru_studio_find_device (self->studio, room, device, side == THRU_MATRIX_ROWS);

  return found != NULL ? thru_matrix_lines_find_device (self->lines, side, found) : -1;
}

/* Devices count on after the rooms, so that a crossing of any two lines has a key. */
static guint64
crossing_key (guint row,
              guint column)
{
  return (guint64) row << 32 | column;
}

static void
add_to_sum (ThruMatrixModel *self,
            guint            row,
            guint            column,
            ThruRouteState   state)
{
  guint64 key = crossing_key (row, column);
  ThruCellSum *sum = g_hash_table_lookup (self->sums, &key);

  if (sum == NULL)
    {
      sum = g_new0 (ThruCellSum, 1);
      g_hash_table_insert (self->sums, g_memdup2 (&key, sizeof key), sum);
    }
  thru_cell_sum_add (sum, state);
}

static void
place_route (ThruMatrixModel *self,
             const Route     *entry)
{
  ThruRouteState state = thru_route_get_state (entry->route);
  guint from_room = thru_matrix_lines_get_line (self->lines, THRU_MATRIX_ROWS, (guint) entry->from).room;
  guint to_room = thru_matrix_lines_get_line (self->lines, THRU_MATRIX_COLUMNS, (guint) entry->to).room;
  guint n_rooms = thru_matrix_lines_get_n_rooms (self->lines);
  guint row = n_rooms + (guint) entry->from;
  guint column = n_rooms + (guint) entry->to;

  *get_crossing (self, (guint) entry->from, (guint) entry->to) = (guint8) thru_cell_state_from_route (entry->route);
  add_to_sum (self, from_room, to_room, state);
  add_to_sum (self, from_room, column, state);
  add_to_sum (self, row, to_room, state);
}

static void
read_routes (ThruMatrixModel *self)
{
  GListModel *routes = thru_studio_get_routes (self->studio);

  clear_routes (self);
  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      Route entry = { .route = g_list_model_get_item (routes, i) };

      entry.from = find_index (self, THRU_MATRIX_ROWS,
                               thru_route_get_from_room (entry.route), thru_route_get_from_device (entry.route));
      entry.to = find_index (self, THRU_MATRIX_COLUMNS,
                             thru_route_get_to_room (entry.route), thru_route_get_to_device (entry.route));
      g_signal_connect_object (entry.route, "notify", G_CALLBACK (queue_cells), self, G_CONNECT_SWAPPED);
      g_array_append_val (self->routes, entry);
      if (entry.from >= 0 && entry.to >= 0)
        {
          place_route (self, &entry);
        }
    }
}

static gboolean
update_cb (gpointer data)
{
  ThruMatrixModel *self = data;
  gboolean lines = self->lines_stale;

  self->update_id = 0;
  self->lines_stale = FALSE;
  if (lines)
    {
      /* First, for it looks at the crossings of the old lines. */
      clear_routes (self);
      read_lines (self);
    }
  read_routes (self);
  g_signal_emit (self, signals[lines ? LINES_CHANGED : CELLS_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
queue_cells (ThruMatrixModel *self)
{
  if (self->update_id == 0)
    {
      /* Before GTK lays out and draws. */
      self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_cb, self, NULL);
    }
}

static void
queue_lines (ThruMatrixModel *self)
{
  self->lines_stale = TRUE;
  queue_cells (self);
}

static void
lines_changed_cb (gpointer user)
{
  queue_lines (user);
}

static void
thru_matrix_model_dispose (GObject *object)
{
  ThruMatrixModel *self = THRU_MATRIX_MODEL (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->studio != NULL)
    {
      clear_routes (self);
      thru_matrix_lines_clear (self->lines);
      g_clear_pointer (&self->states, g_free);
      g_clear_object (&self->studio);
    }

  G_OBJECT_CLASS (thru_matrix_model_parent_class)->dispose (object);
}

static void
thru_matrix_model_finalize (GObject *object)
{
  ThruMatrixModel *self = THRU_MATRIX_MODEL (object);

  thru_matrix_lines_free (self->lines);
  g_array_unref (self->routes);
  g_hash_table_unref (self->sums);

  G_OBJECT_CLASS (thru_matrix_model_parent_class)->finalize (object);
}

static void
transfers_changed_cb (ThruMatrixModel *self,
                      guint            position,
                      guint            n_removed,
                      guint            n_added,
                      GListModel      *transfers)
{
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr(ThruTransfer) transfer = g_list_model_get_item (transfers, position + i);

      g_signal_connect_object (transfer, "notify::sent", G_CALLBACK (queue_cells), self, G_CONNECT_SWAPPED);
    }
  queue_cells (self);
}

static void
thru_matrix_model_class_init (ThruMatrixModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = thru_matrix_model_dispose;
  object_class->finalize = thru_matrix_model_finalize;

  signals[LINES_CHANGED] = g_signal_new ("lines-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CELLS_CHANGED] = g_signal_new ("cells-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
thru_matrix_model_init (ThruMatrixModel *self)
{
  self->lines = thru_matrix_lines_new (lines_changed_cb, self);
  self->routes = g_array_new (FALSE, FALSE, sizeof (Route));
  self->sums = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

ThruMatrixModel *
thru_matrix_model_new (ThruStudio *studio)
{
  ThruMatrixModel *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  self = g_object_new (THRU_TYPE_MATRIX_MODEL, NULL);
  self->studio = g_object_ref (studio);
  g_signal_connect_object (thru_studio_get_rooms (studio), "items-changed", G_CALLBACK (queue_lines), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "devices-changed", G_CALLBACK (queue_lines), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_studio_get_transfers (studio), "items-changed", G_CALLBACK (transfers_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_studio_get_routes (studio), "items-changed", G_CALLBACK (queue_cells), self,
                           G_CONNECT_SWAPPED);
  read_lines (self);
  read_routes (self);

  return self;
}

ThruStudio *
thru_matrix_model_get_studio (ThruMatrixModel *self)
{
  return self->studio;
}

guint
thru_matrix_model_get_n_devices (ThruMatrixModel *self,
                                 ThruMatrixSide   side,
                                 guint            room)
{
  return thru_matrix_lines_get_n_devices (self->lines, side, room);
}

ThruRoom *
thru_matrix_model_get_room (ThruMatrixModel *self,
                            guint            room)
{
  return thru_matrix_lines_get_room (self->lines, room);
}

ThruDevice *
thru_matrix_model_get_device (ThruMatrixModel      *self,
                              ThruMatrixSide        side,
                              const ThruMatrixLine *line)
{
  guint first;

  g_return_val_if_fail (line->device < (int) thru_matrix_lines_get_n_devices (self->lines, side, line->room), NULL);

  first = thru_matrix_lines_get_first (self->lines, side, line->room);
  return line->device < 0 ? NULL : thru_matrix_lines_get_nth (self->lines, side, first + (guint) line->device);
}

void
thru_matrix_model_fill_axis (ThruMatrixModel *self,
                             ThruMatrixSide   side,
                             ThruMatrixAxis  *axis)
{
  guint n_rooms = thru_matrix_lines_get_n_rooms (self->lines);
  g_autofree const char **ids = g_new0 (const char *, n_rooms + 1);
  g_autofree guint *n_devices = g_new0 (guint, n_rooms + 1);

  for (guint i = 0; i < n_rooms; i++)
    {
      ids[i] = thru_room_get_id (thru_matrix_lines_get_room (self->lines, i));
      n_devices[i] = thru_matrix_lines_get_n_devices (self->lines, side, i);
    }
  thru_matrix_axis_set_rooms (axis, ids, n_devices, n_rooms);
}

guint
thru_matrix_model_get_n_all (ThruMatrixModel *self,
                             ThruMatrixSide   side)
{
  return thru_matrix_lines_get_n_all (self->lines, side);
}

ThruDevice *
thru_matrix_model_get_nth (ThruMatrixModel *self,
                           ThruMatrixSide   side,
                           guint            index)
{
  return thru_matrix_lines_get_nth (self->lines, side, index);
}

guint
thru_matrix_model_get_first (ThruMatrixModel *self,
                             ThruMatrixSide   side,
                             guint            room)
{
  return thru_matrix_lines_get_first (self->lines, side, room);
}

guint
thru_matrix_model_get_n_routes (ThruMatrixModel *self)
{
  return self->routes->len;
}

gboolean
thru_matrix_model_find (ThruMatrixModel *self,
                        ThruMatrixSide   side,
                        GObject         *object,
                        ThruMatrixLine  *line)
{
  return thru_matrix_lines_find (self->lines, side, object, line);
}

gboolean
thru_matrix_model_get_route (ThruMatrixModel *self,
                             guint            index,
                             ThruRoute      **route,
                             ThruMatrixLine  *row,
                             ThruMatrixLine  *column)
{
  Route *entry;

  g_return_val_if_fail (index < self->routes->len, FALSE);

  entry = &g_array_index (self->routes, Route, index);
  *route = entry->route;
  if (entry->from < 0 || entry->to < 0)
    {
      return FALSE;
    }
  *row = thru_matrix_lines_get_line (self->lines, THRU_MATRIX_ROWS, (guint) entry->from);
  *column = thru_matrix_lines_get_line (self->lines, THRU_MATRIX_COLUMNS, (guint) entry->to);

  return TRUE;
}

static ThruCellState
get_device_state (ThruMatrixModel *self,
                  guint            from,
                  guint            to)
{
  guint8 *state = get_crossing (self, from, to);

  if (*state == UNKNOWN)
    {
      g_autofree char *why = thru_studio_explain_impossible (self->studio,
                                                             thru_matrix_lines_get_nth (self->lines, THRU_MATRIX_ROWS, from),
                                                             thru_matrix_lines_get_nth (self->lines, THRU_MATRIX_COLUMNS, to));

      *state = why != NULL ? THRU_CELL_IMPOSSIBLE : THRU_CELL_EMPTY;
    }

  return *state;
}

guint
thru_matrix_model_get_possible (ThruMatrixModel      *self,
                                const ThruMatrixLine *row,
                                const ThruMatrixLine *column)
{
  guint from, from_end, to, to_end, n = 0;

  thru_matrix_lines_get_range (self->lines, THRU_MATRIX_ROWS, row, &from, &from_end);
  thru_matrix_lines_get_range (self->lines, THRU_MATRIX_COLUMNS, column, &to, &to_end);
  for (guint i = from; i < from_end; i++)
    {
      for (guint j = to; j < to_end; j++)
        {
          n += get_device_state (self, i, j) != THRU_CELL_IMPOSSIBLE;
        }
    }

  return n;
}

ThruCellSum
thru_matrix_model_get_sum (ThruMatrixModel      *self,
                           const ThruMatrixLine *row,
                           const ThruMatrixLine *column)
{
  guint n_rooms = thru_matrix_lines_get_n_rooms (self->lines);
  guint from, from_end, to, to_end;
  const ThruCellSum *sum;
  guint64 key;

  thru_matrix_lines_get_range (self->lines, THRU_MATRIX_ROWS, row, &from, &from_end);
  thru_matrix_lines_get_range (self->lines, THRU_MATRIX_COLUMNS, column, &to, &to_end);
  key = crossing_key (row->device < 0 ? row->room : n_rooms + from,
                      column->device < 0 ? column->room : n_rooms + to);
  sum = g_hash_table_lookup (self->sums, &key);

  return sum != NULL ? *sum : (ThruCellSum) { 0 };
}

ThruCellState
thru_matrix_model_get_state (ThruMatrixModel      *self,
                             const ThruMatrixLine *row,
                             const ThruMatrixLine *column)
{
  guint from, from_end, to, to_end;
  ThruCellSum sum;

  thru_matrix_lines_get_range (self->lines, THRU_MATRIX_ROWS, row, &from, &from_end);
  thru_matrix_lines_get_range (self->lines, THRU_MATRIX_COLUMNS, column, &to, &to_end);
  if (from == from_end || to == to_end)
    {
      return THRU_CELL_IMPOSSIBLE;
    }
  if (row->device >= 0 && column->device >= 0)
    {
      return get_device_state (self, from, to);
    }
  sum = thru_matrix_model_get_sum (self, row, column);
  if (thru_cell_sum_get_total (&sum) == 0)
    {
      return THRU_CELL_EMPTY;
    }

  return thru_cell_sum_get_state (&sum, thru_matrix_model_get_possible (self, row, column));
}
