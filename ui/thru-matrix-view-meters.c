/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-view-private.h"

#include <math.h>

#define THICKNESS 4.0
#define INSET 5.0           /* from the ends of a cell */
#define LONGEST 44.0

/* In the bank: all sources, then all destinations, then all routes. */
static guint
first_of_side (ThruMatrixView *self,
               ThruMatrixSide  side)
{
  return side == THRU_MATRIX_ROWS ? 0 : thru_matrix_model_get_n_all (self->model, THRU_MATRIX_ROWS);
}

static guint
first_route (ThruMatrixView *self)
{
  return first_of_side (self, THRU_MATRIX_COLUMNS) + thru_matrix_model_get_n_all (self->model, THRU_MATRIX_COLUMNS);
}

void
_thru_matrix_view_set_meters (ThruMatrixView *self)
{
  g_autoptr(GPtrArray) meters = g_ptr_array_new ();

  for (guint side = 0; self->model != NULL && side < 2; side++)
    {
      for (guint i = 0; i < thru_matrix_model_get_n_all (self->model, side); i++)
        {
          g_ptr_array_add (meters, thru_device_get_meter (thru_matrix_model_get_nth (self->model, side, i)));
        }
    }
  for (guint i = 0; self->model != NULL && i < thru_matrix_model_get_n_routes (self->model); i++)
    {
      ThruMatrixLine row, column;
      ThruRoute *route;

      thru_matrix_model_get_route (self->model, i, &route, &row, &column);
      g_ptr_array_add (meters, thru_route_get_meter (route));
    }
  thru_meter_bank_set (thru_meter_driver_get_bank (self->meters), (ThruMeter **) meters->pdata, meters->len);
}

/* A folded room shows the loudest of its devices. */
static double
get_line_level (ThruMatrixView       *self,
                ThruMatrixSide        side,
                const ThruMatrixLine *line)
{
  ThruMeterBank *bank = thru_meter_driver_get_bank (self->meters);
  guint first = first_of_side (self, side) + thru_matrix_model_get_first (self->model, side, line->room);
  double level = 0;

  if (line->device >= 0)
    {
      return thru_meter_bank_get_level (bank, first + (guint) line->device);
    }
  for (guint i = 0; line->folded && i < thru_matrix_model_get_n_devices (self->model, side, line->room); i++)
    {
      level = MAX (level, thru_meter_bank_get_level (bank, first + i));
    }

  return level;
}

static void
draw_bar (ThruMatrixView *self,
          GtkSnapshot    *snapshot,
          double          x,
          double          y,
          double          width,
          double          height)
{
  gtk_snapshot_append_color (snapshot, &self->style.success,
                             &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

static void
draw_across (ThruMatrixView       *self,
             GtkSnapshot          *snapshot,
             const ThruMatrixRect *rect,
             double                y,
             double                level)
{
  double room = MIN (rect->width - 2 * INSET, LONGEST);
  double width = round (room * level);
  double start = floor ((rect->width - 1 - room) / 2);

  draw_bar (self, snapshot, self->layout.rtl ? rect->x + rect->width - start - width : rect->x + start, y, width, THICKNESS);
}

/* The routes that sound, not the cells: few against many. */
void
_thru_matrix_view_draw_body_meters (GtkWidget   *widget,
                                    GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruMatrixRect body = thru_matrix_layout_get_region (&self->layout, THRU_MATRIX_BODY);
  ThruMatrixRect pinned = { 0, body.y, 0, 0 };
  guint row;

  if (_thru_matrix_view_is_empty (self))
    {
      return;
    }
  thru_matrix_layout_get_pinned (&self->layout, &row, &pinned);
  for (guint i = 0; i < thru_matrix_model_get_n_routes (self->model); i++)
    {
      double level = thru_meter_bank_get_level (thru_meter_driver_get_bank (self->meters), first_route (self) + i);
      ThruMatrixLine from, to;
      ThruMatrixRect rect;
      ThruRoute *route;

      if (level <= 0 || !thru_matrix_model_get_route (self->model, i, &route, &from, &to))
        {
          continue;
        }
      rect = thru_matrix_layout_get_cell (&self->layout,
                                          thru_matrix_axis_find_line (self->layout.rows, from.room, from.device),
                                          thru_matrix_axis_find_line (self->layout.columns, to.room, to.device));
      if (rect.x < body.x + body.width && rect.x + rect.width > body.x && rect.y < body.y + body.height
          && rect.y + rect.height - THICKNESS > pinned.y + pinned.height)
        {
          draw_across (self, snapshot, &rect, rect.y + rect.height - 2 - THICKNESS, level);
        }
    }
}

void
_thru_matrix_view_draw_column_meters (GtkWidget   *widget,
                                      GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  guint top, bottom, first, last;

  if (_thru_matrix_view_is_empty (self)
      || !thru_matrix_layout_get_visible (&self->layout, &top, &bottom, &first, &last))
    {
      return;
    }
  for (guint i = first; i <= last; i++)
    {
      double level = get_line_level (self, THRU_MATRIX_COLUMNS, _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, i));
      ThruMatrixRect rect = thru_matrix_layout_get_column (&self->layout, i);

      if (level > 0)
        {
          draw_across (self, snapshot, &rect, rect.height - 3 - THICKNESS, level);
        }
    }
}

void
_thru_matrix_view_draw_row_meters (GtkWidget   *widget,
                                   GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruMatrixRect pinned = { 0, self->layout.header_height, 0, 0 };
  guint first, last, row;

  if (_thru_matrix_view_is_empty (self)
      || !thru_matrix_axis_get_visible (self->layout.rows, self->layout.scroll_y,
                                        thru_matrix_layout_get_page_height (&self->layout), &first, &last))
    {
      return;
    }
  thru_matrix_layout_get_pinned (&self->layout, &row, &pinned);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, (float) (pinned.y + pinned.height), (float) self->layout.width,
                                                         (float) self->layout.height));
  for (guint i = first; i <= last; i++)
    {
      double level = get_line_level (self, THRU_MATRIX_ROWS, _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, i));
      ThruMatrixRect rect = thru_matrix_layout_get_row (&self->layout, i);
      double height = round ((rect.height - 2 * INSET) * level);

      if (level > 0)
        {
          draw_bar (self, snapshot,
                    thru_matrix_layout_place (&self->layout, self->layout.header_width - 4 - THICKNESS, THICKNESS),
                    rect.y + rect.height - INSET - height, THICKNESS, height);
        }
    }
  gtk_snapshot_pop (snapshot);
}
