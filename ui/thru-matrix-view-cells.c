/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-view-private.h"
#include "thru-matrix-words.h"

/* A 4K screen full of the smallest cells has more; those farthest from the top go without. */
#define MAX_CELLS 4096

static gint64
make_key (guint row,
          guint column)
{
  return (gint64) row << 32 | column;
}

ThruMatrixCell *
_thru_matrix_view_get_cell (ThruMatrixView *self,
                            guint           row,
                            guint           column)
{
  gint64 key = make_key (row, column);

  return g_hash_table_lookup (self->bound, &key);
}

static void
toggle_cb (ThruMatrixView *self,
           ThruMatrixCell *cell)
{
  guint row = thru_matrix_cell_get_row (cell);
  guint column = thru_matrix_cell_get_column (cell);

  _thru_matrix_view_move_cursor (self, row, column, FALSE);
  _thru_matrix_view_activate (self, row, column);
}

static void
mute_cb (ThruMatrixView *self,
         ThruMatrixCell *cell)
{
  _thru_matrix_view_move_cursor (self, thru_matrix_cell_get_row (cell), thru_matrix_cell_get_column (cell), FALSE);
  _thru_matrix_view_toggle_mute (self);
}

static void
entered_cb (ThruMatrixView *self,
            ThruMatrixCell *cell)
{
  _thru_matrix_view_set_cursor (self, thru_matrix_cell_get_row (cell), thru_matrix_cell_get_column (cell));
  self->cursor_moved = TRUE;
  _thru_matrix_view_redraw (self, THRU_LAYER_CURSOR);
  _thru_matrix_view_update_sentence (self);
}

static ThruCellFold
get_fold (const ThruMatrixLine *row,
          const ThruMatrixLine *column)
{
  if (row->folded || column->folded)
    {
      return THRU_CELL_FOLDED;
    }

  return row->open || column->open ? THRU_CELL_OPEN : THRU_CELL_OF_DEVICES;
}

static void
update_cell (ThruMatrixView *self,
             ThruMatrixCell *cell)
{
  const ThruMatrixLine *row = _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, thru_matrix_cell_get_row (cell));
  const ThruMatrixLine *column = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, thru_matrix_cell_get_column (cell));
  g_autofree char *label = thru_matrix_words_describe (self->model, row, column);

  thru_matrix_cell_set (cell, label, thru_matrix_model_get_state (self->model, row, column), get_fold (row, column));
}

void
_thru_matrix_view_update_cells (ThruMatrixView *self)
{
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, NULL, &cell))
    {
      update_cell (self, cell);
    }
}

static ThruMatrixCell *
add_cell (ThruMatrixView *self)
{
  GtkWidget *cell = thru_matrix_cell_new ();

  g_signal_connect_swapped (cell, "toggle", G_CALLBACK (toggle_cb), self);
  g_signal_connect_swapped (cell, "mute", G_CALLBACK (mute_cb), self);
  g_signal_connect_swapped (cell, "entered", G_CALLBACK (entered_cb), self);
  gtk_widget_set_parent (cell, GTK_WIDGET (self));
  g_ptr_array_add (self->cells, cell);

  return THRU_MATRIX_CELL (cell);
}

/* @from: where to go on looking, so that binding many is linear. */
static ThruMatrixCell *
bind_cell (ThruMatrixView *self,
           guint           row,
           guint           column,
           guint          *from)
{
  ThruMatrixCell *cell = _thru_matrix_view_get_cell (self, row, column);
  gint64 key = make_key (row, column);

  if (cell != NULL)
    {
      return cell;
    }
  while (*from < self->cells->len && thru_matrix_cell_is_bound (self->cells->pdata[*from]))
    {
      ++*from;
    }
  if (*from >= MAX_CELLS)
    {
      return NULL;
    }
  cell = *from < self->cells->len ? self->cells->pdata[*from] : add_cell (self);
  thru_matrix_cell_bind (cell, row, column);
  g_hash_table_insert (self->bound, g_memdup2 (&key, sizeof key), cell);
  update_cell (self, cell);

  return cell;
}

static void
unbind_cell (ThruMatrixView *self,
             ThruMatrixCell *cell)
{
  gint64 key = make_key (thru_matrix_cell_get_row (cell), thru_matrix_cell_get_column (cell));

  g_hash_table_remove (self->bound, &key);
  thru_matrix_cell_unbind (cell);
}

/* The lines have changed: no proxy knows any more what it stands for. The one with the focus goes on as the cursor's. */
void
_thru_matrix_view_unbind_cells (ThruMatrixView *self)
{
  ThruMatrixCell *focus = NULL;

  for (guint i = 0; i < self->cells->len; i++)
    {
      if (gtk_widget_has_focus (self->cells->pdata[i]))
        {
          focus = self->cells->pdata[i];
        }
      thru_matrix_cell_unbind (self->cells->pdata[i]);
    }
  g_hash_table_remove_all (self->bound);

  if (focus != NULL && !_thru_matrix_view_is_empty (self))
    {
      gint64 key = make_key (self->cursor_row, self->cursor_column);

      thru_matrix_cell_bind (focus, self->cursor_row, self->cursor_column);
      g_hash_table_insert (self->bound, g_memdup2 (&key, sizeof key), focus);
      update_cell (self, focus);
    }
}

static void
place_cells (ThruMatrixView *self)
{
  guint first_row, last_row, first_column, last_column, from = 0;
  gboolean any = !_thru_matrix_view_is_empty (self)
                 && thru_matrix_layout_get_visible (&self->layout, &first_row, &last_row, &first_column, &last_column);

  for (guint i = 0; i < self->cells->len; i++)
    {
      ThruMatrixCell *cell = self->cells->pdata[i];
      guint row = thru_matrix_cell_get_row (cell), column = thru_matrix_cell_get_column (cell);

      if (thru_matrix_cell_is_bound (cell) && !gtk_widget_has_focus (GTK_WIDGET (cell))
          && !(any && row >= first_row && row <= last_row && column >= first_column && column <= last_column))
        {
          unbind_cell (self, cell);
        }
    }
  for (guint row = first_row; any && row <= last_row; row++)
    {
      for (guint column = first_column; column <= last_column; column++)
        {
          bind_cell (self, row, column, &from);
        }
    }
  for (guint i = 0; i < self->cells->len; i++)
    {
      gtk_widget_set_visible (self->cells->pdata[i], thru_matrix_cell_is_bound (self->cells->pdata[i]));
    }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
place_cb (gpointer data)
{
  ThruMatrixView *self = data;

  self->place_id = 0;
  place_cells (self);

  return G_SOURCE_REMOVE;
}

/* Never from size_allocate, where a new child would be drawn before it has a place; and only once a scroll has come to rest.
 * @delay: milliseconds; 0: before the next frame is drawn. */
void
_thru_matrix_view_queue_place (ThruMatrixView *self,
                               guint           delay)
{
  g_clear_handle_id (&self->place_id, g_source_remove);
  self->place_id = delay > 0 ? g_timeout_add (delay, place_cb, self)
                             : g_idle_add_full (G_PRIORITY_HIGH_IDLE, place_cb, self, NULL);
}

void
_thru_matrix_view_allocate_cells (ThruMatrixView *self)
{
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, NULL, &cell))
    {
      ThruMatrixRect rect = thru_matrix_layout_get_cell (&self->layout, thru_matrix_cell_get_row (cell),
                                                         thru_matrix_cell_get_column (cell));
      GtkAllocation allocation = { (int) rect.x, (int) rect.y, (int) rect.width, (int) rect.height };

      /* GTK wants every child measured before it is allocated. */
      gtk_widget_measure (cell, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (cell, &allocation, -1);
    }
}

static void
reveal_cursor (ThruMatrixView *self)
{
  double x, y;

  if (self->hadjustment == NULL || self->vadjustment == NULL)
    {
      return;
    }
  thru_matrix_layout_reveal (&self->layout, self->cursor_row, self->cursor_column, &x, &y);
  if (self->layout.rtl)
    {
      x = gtk_adjustment_get_upper (self->hadjustment) - gtk_adjustment_get_page_size (self->hadjustment) - x;
    }
  gtk_adjustment_set_value (self->hadjustment, x);
  gtk_adjustment_set_value (self->vadjustment, y);
}

void
_thru_matrix_view_move_cursor (ThruMatrixView *self,
                               guint           row,
                               guint           column,
                               gboolean        focus)
{
  ThruMatrixCell *cell;
  guint from = 0;

  if (_thru_matrix_view_is_empty (self))
    {
      return;
    }
  _thru_matrix_view_set_cursor (self,
                                MIN (row, thru_matrix_axis_get_n_lines (self->layout.rows) - 1),
                                MIN (column, thru_matrix_axis_get_n_lines (self->layout.columns) - 1));
  self->cursor_moved = TRUE;
  reveal_cursor (self);
  cell = bind_cell (self, self->cursor_row, self->cursor_column, &from);
  if (cell != NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (cell), TRUE);
      if (focus)
        {
          gtk_widget_grab_focus (GTK_WIDGET (cell));
        }
    }
  _thru_matrix_view_redraw (self, THRU_LAYER_CURSOR);
  _thru_matrix_view_update_sentence (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
