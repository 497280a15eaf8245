/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-view-private.h"

/* The cursor belongs to what it is on, not to a number: devices that come and go must not put another crossing under Space. */
void
_thru_matrix_view_set_cursor (ThruMatrixView *self,
                              guint           row,
                              guint           column)
{
  guint lines[2] = { row, column };

  self->cursor_row = row;
  self->cursor_column = column;
  for (guint side = 0; side < 2; side++)
    {
      const ThruMatrixLine *line = _thru_matrix_view_get_line (self, side, lines[side]);
      ThruDevice *device = thru_matrix_model_get_device (self->model, side, line);
      ThruRoom *room = thru_matrix_model_get_room (self->model, line->room);

      self->cursor_on_empty[side] = thru_matrix_model_get_n_devices (self->model, side, line->room) == 0;
      g_set_object (&self->cursor_on[side], device != NULL ? G_OBJECT (device) : G_OBJECT (room));
    }
}

static guint
find_line_again (ThruMatrixView *self,
                 ThruMatrixSide  side,
                 guint           before)
{
  ThruMatrixAxis *axis = side == THRU_MATRIX_ROWS ? self->layout.rows : self->layout.columns;
  ThruMatrixLine line;

  if (self->cursor_on[side] != NULL && thru_matrix_model_find (self->model, side, self->cursor_on[side], &line))
    {
      /* A room's devices come after it. */
      return thru_matrix_axis_find_line (axis, line.room, self->cursor_on_empty[side] ? 0 : line.device);
    }

  return MIN (before, thru_matrix_axis_get_n_lines (axis) - 1);
}

void
_thru_matrix_view_lines_changed (ThruMatrixView *self)
{
  /* A button held down meanwhile would let go over another crossing. */
  self->press.area = THRU_MATRIX_NOWHERE;
  if (!_thru_matrix_view_is_empty (self))
    {
      _thru_matrix_view_set_cursor (self,
                                    find_line_again (self, THRU_MATRIX_ROWS, self->cursor_row),
                                    find_line_again (self, THRU_MATRIX_COLUMNS, self->cursor_column));
    }
  _thru_matrix_view_relayout (self);
  _thru_matrix_view_update_hover (self);
  _thru_matrix_view_update_sentence (self);
}

static void
model_lines_changed_cb (ThruMatrixView *self)
{
  thru_matrix_model_fill_axis (self->model, THRU_MATRIX_ROWS, self->layout.rows);
  thru_matrix_model_fill_axis (self->model, THRU_MATRIX_COLUMNS, self->layout.columns);
  _thru_matrix_view_set_meters (self);
  _thru_matrix_view_lines_changed (self);
}

static void
model_cells_changed_cb (ThruMatrixView *self)
{
  _thru_matrix_view_set_meters (self);
  _thru_matrix_view_update_cells (self);
  _thru_matrix_view_redraw_all (self);
  _thru_matrix_view_update_sentence (self);
}

void
_thru_matrix_view_fold (ThruMatrixView *self,
                        ThruMatrixSide  side,
                        guint           room,
                        gboolean        folded)
{
  thru_matrix_axis_set_folded (side == THRU_MATRIX_ROWS ? self->layout.rows : self->layout.columns, room, folded);
  _thru_matrix_view_lines_changed (self);
}

/* On a crossing of devices, where Space does what people expect. */
static void
place_cursor_first (ThruMatrixView *self)
{
  if (!_thru_matrix_view_is_empty (self))
    {
      _thru_matrix_view_set_cursor (self,
                                    thru_matrix_axis_find_line (self->layout.rows, 0, 0),
                                    thru_matrix_axis_find_line (self->layout.columns, 0, 0));
    }
}

static void
leave_studio (ThruMatrixView *self)
{
  if (self->model == NULL)
    {
      return;
    }
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      thru_studio_set_watched (thru_matrix_model_get_studio (self->model), FALSE);
    }
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->cursor_on[THRU_MATRIX_ROWS]);
  g_clear_object (&self->cursor_on[THRU_MATRIX_COLUMNS]);
  thru_matrix_axis_set_rooms (self->layout.rows, NULL, NULL, 0);
  thru_matrix_axis_set_rooms (self->layout.columns, NULL, NULL, 0);
}

void
_thru_matrix_view_follow (ThruMatrixView *self,
                          ThruStudio     *studio)
{
  leave_studio (self);
  if (studio == NULL)
    {
      _thru_matrix_view_set_meters (self);
      _thru_matrix_view_lines_changed (self);
      return;
    }

  self->model = thru_matrix_model_new (studio);
  g_signal_connect_swapped (self->model, "lines-changed", G_CALLBACK (model_lines_changed_cb), self);
  g_signal_connect_swapped (self->model, "cells-changed", G_CALLBACK (model_cells_changed_cb), self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      thru_studio_set_watched (studio, TRUE);
    }
  model_lines_changed_cb (self);
  place_cursor_first (self);
}
