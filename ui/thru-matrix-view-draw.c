/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-view-private.h"

#include <math.h>

#define SIGN_SHARE 0.56  /* of the cell's shorter side */
#define LARGEST_SIGN 28.0
#define LARGEST_BADGE 40.0
#define FOCUS_WIDTH 2.0f

typedef struct
{
  guint first_row, last_row, first_column, last_column;
} Range;

static gboolean
get_range (ThruMatrixView *self,
           Range          *range)
{
  return !_thru_matrix_view_is_empty (self)
         && thru_matrix_layout_get_visible (&self->layout, &range->first_row, &range->last_row,
                                            &range->first_column, &range->last_column);
}

static void
fill (GtkSnapshot   *snapshot,
      const GdkRGBA *color,
      double         x,
      double         y,
      double         width,
      double         height)
{
  gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

static gboolean
ends_room (ThruMatrixView *self,
           ThruMatrixSide  side,
           guint           line)
{
  ThruMatrixAxis *axis = side == THRU_MATRIX_ROWS ? self->layout.rows : self->layout.columns;

  return line + 1 >= thru_matrix_axis_get_n_lines (axis)
         || thru_matrix_axis_get_line (axis, line + 1)->room != thru_matrix_axis_get_line (axis, line)->room;
}

/* The grid's outline within the widget. */
static ThruMatrixRect
get_grid (ThruMatrixView *self,
          const Range    *range)
{
  ThruMatrixRect start = thru_matrix_layout_get_cell (&self->layout, range->first_row, range->first_column);
  ThruMatrixRect end = thru_matrix_layout_get_cell (&self->layout, range->last_row, range->last_column);
  double left = MIN (start.x, end.x);

  return (ThruMatrixRect) {
           left, start.y, MAX (start.x + start.width, end.x + end.width) - left, end.y + end.height - start.y
  };
}

static void
draw_row_grounds (ThruMatrixView       *self,
                  GtkSnapshot          *snapshot,
                  const Range          *range,
                  const ThruMatrixRect *grid)
{
  GdkRGBA ground = thru_matrix_style_shade (&self->style, 0.07);

  for (guint row = range->first_row; row <= range->last_row; row++)
    {
      if (_thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row)->open)
        {
          ThruMatrixRect rect = thru_matrix_layout_get_row (&self->layout, row);

          fill (snapshot, &ground, grid->x, rect.y, grid->width, rect.height);
        }
    }
}

static void
draw_column_grounds (ThruMatrixView       *self,
                     GtkSnapshot          *snapshot,
                     const Range          *range,
                     const ThruMatrixRect *grid)
{
  GdkRGBA ground = thru_matrix_style_shade (&self->style, 0.07);

  for (guint column = range->first_column; column <= range->last_column; column++)
    {
      if (_thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column)->open)
        {
          ThruMatrixRect rect = thru_matrix_layout_get_column (&self->layout, column);

          fill (snapshot, &ground, rect.x, grid->y, rect.width, grid->height);
        }
    }
}

static void
draw_lines (ThruMatrixView       *self,
            GtkSnapshot          *snapshot,
            const Range          *range,
            const ThruMatrixRect *grid)
{
  GdkRGBA lines[2] = { thru_matrix_style_line (&self->style, FALSE), thru_matrix_style_line (&self->style, TRUE) };

  for (guint row = range->first_row; row <= range->last_row; row++)
    {
      ThruMatrixRect rect = thru_matrix_layout_get_row (&self->layout, row);

      fill (snapshot, &lines[ends_room (self, THRU_MATRIX_ROWS, row)], grid->x, rect.y + rect.height - 1, grid->width, 1);
    }
  for (guint column = range->first_column; column <= range->last_column; column++)
    {
      ThruMatrixRect rect = thru_matrix_layout_get_column (&self->layout, column);

      fill (snapshot, &lines[ends_room (self, THRU_MATRIX_COLUMNS, column)],
            self->layout.rtl ? rect.x : rect.x + rect.width - 1, grid->y, 1, grid->height);
    }
}

static int
sign_size (const ThruMatrixRect *rect)
{
  return (int) round (MIN (MIN (rect->width, rect->height) * SIGN_SHARE, LARGEST_SIGN));
}

static void
append_centred (GtkSnapshot          *snapshot,
                GskRenderNode        *node,
                const ThruMatrixRect *rect,
                int                   size)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) floor (rect->x + (rect->width - 1 - size) / 2.0 + 0.5),
                                                          (float) floor (rect->y + (rect->height - 1 - size) / 2.0 + 0.5)));
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_restore (snapshot);
}

/* Sums stand where they tell something new: at folded rooms, and small where two open rooms cross. */
static void
draw_sum (ThruMatrixView       *self,
          GtkSnapshot          *snapshot,
          const ThruMatrixLine *row,
          const ThruMatrixLine *column,
          const ThruMatrixRect *rect)
{
  gboolean folded = row->folded || column->folded;
  gboolean bands = row->device < 0 && column->device < 0;
  ThruCellSum sum = thru_matrix_model_get_sum (self->model, row, column);
  ThruCellState state;
  int size;

  if ((!folded && !bands) || thru_cell_sum_get_total (&sum) == 0)
    {
      return;
    }
  /* A device and an open room: its own crossings say it. */
  if ((row->device >= 0 && !column->folded) || (column->device >= 0 && !row->folded))
    {
      return;
    }
  state = thru_matrix_model_get_state (self->model, row, column);
  size = (int) round (MIN (MIN (rect->width, rect->height), LARGEST_BADGE) - 4);
  append_centred (snapshot,
                  bands && !row->folded && !column->folded
                  ? thru_matrix_style_get_count (&self->style, GTK_WIDGET (self), &sum, size)
                  : thru_matrix_style_get_badge (&self->style, GTK_WIDGET (self), state, &sum, size), rect, size);
}

static void
draw_cell (ThruMatrixView *self,
           GtkSnapshot    *snapshot,
           guint           row,
           guint           column)
{
  const ThruMatrixLine *across = _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row);
  const ThruMatrixLine *down = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column);
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&self->layout, row, column);
  ThruCellState state;
  GskRenderNode *node;

  if (across->device < 0 || down->device < 0)
    {
      draw_sum (self, snapshot, across, down, &rect);
      return;
    }
  state = thru_matrix_model_get_state (self->model, across, down);
  if (state == THRU_CELL_IMPOSSIBLE)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (self->layout.rtl ? rect.x + 1 : rect.x), (float) rect.y));
      gtk_snapshot_append_node (snapshot, thru_matrix_style_get_hatch (&self->style, (int) rect.width - 1,
                                                                       (int) rect.height - 1));
      gtk_snapshot_restore (snapshot);
      return;
    }
  node = thru_matrix_style_get_sign (&self->style, state, sign_size (&rect));
  if (node != NULL)
    {
      append_centred (snapshot, node, &rect, sign_size (&rect));
    }
}

/* A room's line, kept in view over the first of its devices. */
static void
draw_pinned (ThruMatrixView       *self,
             GtkSnapshot          *snapshot,
             const Range          *range,
             const ThruMatrixRect *grid)
{
  GdkRGBA ground = thru_matrix_style_shade (&self->style, 0.07);
  GdkRGBA border = thru_matrix_style_line (&self->style, TRUE);
  ThruMatrixRect rect;
  guint row;

  if (!thru_matrix_layout_get_pinned (&self->layout, &row, &rect))
    {
      return;
    }
  fill (snapshot, &self->style.back, grid->x, rect.y, grid->width, rect.height);
  fill (snapshot, &ground, grid->x, rect.y, grid->width, rect.height);
  fill (snapshot, &border, grid->x, rect.y + rect.height - 1, grid->width, 1);
  for (guint column = range->first_column; column <= range->last_column; column++)
    {
      ThruMatrixRect cell = thru_matrix_layout_get_column (&self->layout, column);

      cell.y = rect.y;
      cell.height = rect.height;
      draw_sum (self, snapshot,
                _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row),
                _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column), &cell);
    }
}

void
_thru_matrix_view_draw_body (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruMatrixRect grid;
  Range range;

  if (!get_range (self, &range))
    {
      return;
    }
  grid = get_grid (self, &range);
  draw_row_grounds (self, snapshot, &range, &grid);
  draw_column_grounds (self, snapshot, &range, &grid);
  draw_lines (self, snapshot, &range, &grid);
  for (guint row = range.first_row; row <= range.last_row; row++)
    {
      for (guint column = range.first_column; column <= range.last_column; column++)
        {
          draw_cell (self, snapshot, row, column);
        }
    }
  draw_pinned (self, snapshot, &range, &grid);
}

static void
draw_row_light (ThruMatrixView       *self,
                GtkSnapshot          *snapshot,
                guint                 row,
                const ThruMatrixRect *grid,
                const GdkRGBA        *light)
{
  ThruMatrixRect rect = thru_matrix_layout_get_row (&self->layout, row);
  double left = MIN (rect.x, grid->x);
  double right = MAX (rect.x + rect.width, grid->x + grid->width);
  ThruMatrixRect pinned;
  guint pinned_row;

  if (thru_matrix_layout_get_pinned (&self->layout, &pinned_row, &pinned) && pinned_row == row)
    {
      rect.y = pinned.y;
    }
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, (float) self->layout.header_height, (float) self->layout.width,
                                                         (float) self->layout.height));
  fill (snapshot, light, left, rect.y, right - left, rect.height - 1);
  gtk_snapshot_pop (snapshot);
}

static void
draw_column_light (ThruMatrixView       *self,
                   GtkSnapshot          *snapshot,
                   guint                 column,
                   const ThruMatrixRect *grid,
                   const GdkRGBA        *light)
{
  ThruMatrixRect rect = thru_matrix_layout_get_column (&self->layout, column);
  ThruMatrixRect body = thru_matrix_layout_get_region (&self->layout, THRU_MATRIX_BODY);
  double foot = self->layout.header_height - self->layout.foot_height;
  double shift = thru_matrix_layout_get_shift (&self->layout, self->layout.strip_height);
  cairo_t *cr;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) body.x, 0, (float) body.width, (float) self->layout.height));
  fill (snapshot, light, self->layout.rtl ? rect.x + 1 : rect.x, foot, rect.width - 1, grid->y + grid->height - foot);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) (rect.x - shift), 0,
                                                                 (float) (rect.width + 2 * shift), (float) foot));
  shift = self->layout.rtl ? -shift : shift;
  gdk_cairo_set_source_rgba (cr, light);
  cairo_move_to (cr, rect.x, foot);
  cairo_line_to (cr, rect.x + shift, self->layout.strip_height);
  cairo_line_to (cr, rect.x + rect.width + shift, self->layout.strip_height);
  cairo_line_to (cr, rect.x + rect.width, foot);
  cairo_fill (cr);
  cairo_destroy (cr);
  gtk_snapshot_pop (snapshot);
}

/* The row and the column of the crossing, from their headers to the end of the grid. */
static void
draw_cross (ThruMatrixView       *self,
            GtkSnapshot          *snapshot,
            int                   row,
            int                   column,
            const ThruMatrixRect *grid)
{
  GdkRGBA light = self->style.accent;

  light.alpha = self->style.high_contrast ? 0.2f : 0.11f;
  if (row >= 0)
    {
      draw_row_light (self, snapshot, (guint) row, grid, &light);
    }
  if (column >= 0)
    {
      draw_column_light (self, snapshot, (guint) column, grid, &light);
    }
}

/* What a click would put there. */
static void
draw_ghost (ThruMatrixView *self,
            GtkSnapshot    *snapshot)
{
  const ThruMatrixLine *row = _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, (guint) self->hover.row);
  const ThruMatrixLine *column = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, (guint) self->hover.column);
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&self->layout, (guint) self->hover.row, (guint) self->hover.column);
  int size = sign_size (&rect);
  float x = (float) floor (rect.x + (rect.width - 1 - size) / 2.0 + 0.5);
  float y = (float) floor (rect.y + (rect.height - 1 - size) / 2.0 + 0.5);
  GdkRGBA color = self->style.accent;
  GskRoundedRect ring;

  if (row->device < 0 || column->device < 0
      || thru_matrix_model_get_state (self->model, row, column) != THRU_CELL_EMPTY)
    {
      return;
    }
  color.alpha = 0.7f;
  gsk_rounded_rect_init_from_rect (&ring, &GRAPHENE_RECT_INIT (x, y, (float) size, (float) size), (float) size / 2);
  gtk_snapshot_append_border (snapshot, &ring, (float[4]) { 1.5f, 1.5f, 1.5f, 1.5f },
                              (GdkRGBA[4]) { color, color, color, color });
}

static gboolean
has_visible_focus (ThruMatrixView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self))
         && GTK_IS_WINDOW (root) && gtk_window_get_focus_visible (GTK_WINDOW (root));
}

static void
draw_focus (ThruMatrixView *self,
            GtkSnapshot    *snapshot)
{
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&self->layout, self->cursor_row, self->cursor_column);
  const GdkRGBA *color = &self->style.accent;
  GskRoundedRect ring;

  gsk_rounded_rect_init_from_rect (&ring, &GRAPHENE_RECT_INIT ((float) rect.x, (float) rect.y, (float) rect.width - 1,
                                                               (float) rect.height - 1), 6);
  gtk_snapshot_append_border (snapshot, &ring, (float[4]) { FOCUS_WIDTH, FOCUS_WIDTH, FOCUS_WIDTH, FOCUS_WIDTH },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

void
_thru_matrix_view_draw_cursor (GtkWidget   *widget,
                               GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  GdkRGBA border = thru_matrix_style_line (&self->style, TRUE);
  ThruMatrixRect header = thru_matrix_layout_get_region (&self->layout, THRU_MATRIX_CORNER);
  ThruMatrixRect body = thru_matrix_layout_get_region (&self->layout, THRU_MATRIX_BODY);
  ThruMatrixRect grid;
  gboolean focus;
  Range range;

  if (!get_range (self, &range))
    {
      return;
    }
  grid = get_grid (self, &range);
  focus = has_visible_focus (self);

  if (self->hover.area != THRU_MATRIX_NOWHERE)
    {
      draw_cross (self, snapshot, self->hover.row, self->hover.column, &grid);
    }
  else if (focus)
    {
      draw_cross (self, snapshot, (int) self->cursor_row, (int) self->cursor_column, &grid);
    }
  fill (snapshot, &border, self->layout.rtl ? header.x : header.x + header.width - 1, 0, 1, grid.y + grid.height);
  fill (snapshot, &border, MIN (header.x, grid.x), header.height - 1,
        MAX (header.x + header.width, grid.x + grid.width) - MIN (header.x, grid.x), 1);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) body.x, (float) body.y, (float) body.width,
                                                         (float) body.height));
  if (self->hover.area == THRU_MATRIX_BODY)
    {
      draw_ghost (self, snapshot);
    }
  if (focus)
    {
      draw_focus (self, snapshot);
    }
  gtk_snapshot_pop (snapshot);
}
