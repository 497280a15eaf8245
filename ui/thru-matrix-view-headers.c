/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-matrix-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* Labels of columns that are scrolled out at the start still lean into view. */
static guint
first_leaning (ThruMatrixView *self,
               guint           first)
{
  double reach = thru_matrix_layout_get_shift (&self->layout, 0);
  int line = thru_matrix_axis_line_at (self->layout.columns, MAX (self->layout.scroll_x - reach, 0));

  return line >= 0 ? MIN ((guint) line, first) : first;
}

/* A point of the column header: @x along the axis at the grid, @y of the widget. */
static void
header_point (ThruMatrixView *self,
              cairo_t        *cr,
              double          x,
              double          y,
              gboolean        move)
{
  double at = thru_matrix_layout_place (&self->layout, self->layout.header_width + x - self->layout.scroll_x
                                        + thru_matrix_layout_get_shift (&self->layout, y), 0);

  if (move)
    {
      cairo_move_to (cr, at, y);
    }
  else
    {
      cairo_line_to (cr, at, y);
    }
}

/* From @top to @bottom, leaning above the foot. */
static void
header_parallelogram (ThruMatrixView *self,
                      cairo_t        *cr,
                      double          start,
                      double          end,
                      double          top,
                      double          bottom)
{
  double foot = MIN (bottom, self->layout.header_height - self->layout.foot_height);

  header_point (self, cr, start, bottom, TRUE);
  header_point (self, cr, start, foot, FALSE);
  header_point (self, cr, start, top, FALSE);
  header_point (self, cr, end, top, FALSE);
  header_point (self, cr, end, foot, FALSE);
  header_point (self, cr, end, bottom, FALSE);
  cairo_close_path (cr);
}

static void
header_line (ThruMatrixView *self,
             cairo_t        *cr,
             double          at,
             double          top)
{
  /* On the pixel, where it meets the grid's line. */
  at -= self->layout.rtl ? -0.5 : 0.5;
  header_point (self, cr, at, self->layout.header_height, TRUE);
  header_point (self, cr, at, self->layout.header_height - self->layout.foot_height, FALSE);
  header_point (self, cr, at, top, FALSE);
  cairo_stroke (cr);
}

static void
draw_column_grounds (ThruMatrixView *self,
                     cairo_t        *cr,
                     guint           first,
                     guint           last)
{
  guint first_room = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, first)->room;
  guint last_room = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, last)->room;
  double height = self->layout.header_height;

  for (guint room = first_room; room <= last_room; room++)
    {
      GdkRGBA ground = thru_matrix_style_shade (&self->style, 0.07);
      double start, end;
      guint line = thru_matrix_axis_find_line (self->layout.columns, room, -1);
      const ThruMatrixLine *own = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, line);

      if (!own->open)
        {
          continue;
        }
      thru_matrix_axis_get_span (self->layout.columns, room, &start, &end);
      gdk_cairo_set_source_rgba (cr, &ground);
      header_parallelogram (self, cr, start, end, 0, self->layout.strip_height);
      header_parallelogram (self, cr, own->start, own->start + own->size, self->layout.strip_height, height);
      cairo_fill (cr);
    }
}

static void
draw_column_lines (ThruMatrixView *self,
                   cairo_t        *cr,
                   guint           first,
                   guint           last)
{
  GdkRGBA weak = thru_matrix_style_line (&self->style, FALSE);
  GdkRGBA strong = thru_matrix_style_line (&self->style, TRUE);
  guint n_lines = thru_matrix_axis_get_n_lines (self->layout.columns);

  cairo_set_line_width (cr, 1);
  for (guint i = first; i <= last; i++)
    {
      const ThruMatrixLine *line = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, i);
      gboolean ends_room = i + 1 == n_lines
                           || _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, i + 1)->room != line->room;

      gdk_cairo_set_source_rgba (cr, ends_room ? &strong : &weak);
      header_line (self, cr, line->start + line->size, ends_room ? 0 : self->layout.strip_height);
    }
}

/* Stays within the strip of its room while that scrolls by. */
static void
draw_room_name (ThruMatrixView *self,
                GtkSnapshot    *snapshot,
                guint           room)
{
  double start, end, width, at;
  GskRenderNode *name = _thru_matrix_view_get_room_name (self, room, &width);
  double shift = thru_matrix_layout_get_shift (&self->layout, self->layout.strip_height / 2);

  if (name == NULL)
    {
      return;
    }
  thru_matrix_axis_get_span (self->layout.columns, room, &start, &end);
  at = MAX (start + shift, self->layout.scroll_x);
  at = MIN (at, end + shift - width);
  at = thru_matrix_layout_place (&self->layout, self->layout.header_width + at - self->layout.scroll_x, width);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (at), 0));
  gtk_snapshot_append_node (snapshot, name);
  gtk_snapshot_restore (snapshot);
}

static void
draw_column_label (ThruMatrixView *self,
                   GtkSnapshot    *snapshot,
                   guint           column)
{
  GskRenderNode *label = _thru_matrix_view_get_label (self, THRU_MATRIX_COLUMNS, column);
  ThruMatrixRect rect = thru_matrix_layout_get_column (&self->layout, column);

  if (label == NULL)
    {
      return;
    }
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (rect.x + rect.width / 2),
                                                          (float) (rect.height - self->layout.foot_height)));
  gtk_snapshot_append_node (snapshot, label);
  gtk_snapshot_restore (snapshot);
}

void
_thru_matrix_view_draw_columns (GtkWidget   *widget,
                                GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruMatrixRect region = thru_matrix_layout_get_region (&self->layout, THRU_MATRIX_COLUMN_HEADER);
  guint top, bottom, first, last;
  cairo_t *cr;

  if (_thru_matrix_view_is_empty (self)
      || !thru_matrix_layout_get_visible (&self->layout, &top, &bottom, &first, &last))
    {
      return;
    }
  first = first_leaning (self, first);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) region.x, 0, (float) region.width,
                                                                 (float) region.height));
  draw_column_grounds (self, cr, first, last);
  draw_column_lines (self, cr, first, last);
  cairo_destroy (cr);

  for (guint i = first; i <= last; i++)
    {
      const ThruMatrixLine *line = _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, i);

      draw_column_label (self, snapshot, i);
      if ((i == first || line->device < 0) && !thru_matrix_axis_is_folded (self->layout.columns, line->room)
          && thru_matrix_axis_can_fold (self->layout.columns, line->room))
        {
          draw_room_name (self, snapshot, line->room);
        }
    }
}

static void
draw_row (ThruMatrixView       *self,
          GtkSnapshot          *snapshot,
          guint                 row,
          const ThruMatrixRect *rect)
{
  const ThruMatrixLine *line = _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row);
  gboolean last = row + 1 == thru_matrix_axis_get_n_lines (self->layout.rows)
                  || _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row + 1)->room != line->room;
  GdkRGBA ground = thru_matrix_style_shade (&self->style, 0.07);
  GdkRGBA border = thru_matrix_style_line (&self->style, last);
  float width = (float) self->layout.header_width;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) rect->x, (float) rect->y));
  if (line->open)
    {
      gtk_snapshot_append_color (snapshot, &ground, &GRAPHENE_RECT_INIT (0, 0, width, (float) rect->height));
    }
  gtk_snapshot_append_color (snapshot, &border, &GRAPHENE_RECT_INIT (0, (float) rect->height - 1, width, 1));
  gtk_snapshot_append_node (snapshot, _thru_matrix_view_get_label (self, THRU_MATRIX_ROWS, row));
  gtk_snapshot_restore (snapshot);
}

static void
draw_caption (ThruMatrixView *self,
              GtkSnapshot    *snapshot,
              const char     *text,
              gboolean        end,
              double          y)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA color = thru_matrix_style_shade (&self->style, self->style.high_contrast ? 1 : 0.7);
  int width, height;
  double x;

  pango_layout_get_pixel_size (layout, &width, &height);
  x = thru_matrix_layout_place (&self->layout, end ? self->layout.header_width - width - 10 : 10, width);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (x), (float) (y - height)));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_corner (ThruMatrixView *self,
             GtkSnapshot    *snapshot)
{
  double height = self->layout.header_height;
  gboolean rtl = self->layout.rtl;

  /* Translators: rows of the matrix are what is played from, columns what is played to. */
  draw_caption (self, snapshot, _("from ↓"), FALSE, height - 6);
  draw_caption (self, snapshot, rtl ? _("to ←") : _("to →"), TRUE,
                self->layout.lean > 0 ? height - 6 : self->layout.strip_height - 4);
}

void
_thru_matrix_view_draw_rows (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruMatrixRect region = thru_matrix_layout_get_region (&self->layout, THRU_MATRIX_ROW_HEADER);
  ThruMatrixRect pinned;
  guint first, last, row;

  draw_corner (self, snapshot);
  if (_thru_matrix_view_is_empty (self)
      || !thru_matrix_axis_get_visible (self->layout.rows, self->layout.scroll_y, region.height, &first, &last))
    {
      return;
    }

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) region.x, (float) region.y, (float) region.width,
                                                         (float) region.height));
  for (row = first; row <= last; row++)
    {
      ThruMatrixRect rect = thru_matrix_layout_get_row (&self->layout, row);

      draw_row (self, snapshot, row, &rect);
    }
  if (thru_matrix_layout_get_pinned (&self->layout, &row, &pinned))
    {
      pinned.x = region.x;
      gtk_snapshot_append_color (snapshot, &self->style.back,
                                 &GRAPHENE_RECT_INIT ((float) region.x, (float) pinned.y, (float) region.width,
                                                      (float) pinned.height));
      draw_row (self, snapshot, row, &pinned);
    }
  gtk_snapshot_pop (snapshot);
}
