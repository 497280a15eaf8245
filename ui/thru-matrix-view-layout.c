/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-view-private.h"

#include <math.h>

/* After the last scroll event, milliseconds: binding proxies while it moves would cost more than drawing. */
#define PLACE_AFTER_SCROLL 120

/* Labels, sizes and proxies anew. */
void
_thru_matrix_view_relayout (ThruMatrixView *self)
{
  if (self->model != NULL)
    {
      _thru_matrix_view_measure_labels (self, &self->demand);
    }
  self->demand.zoom = self->zoom;
  thru_matrix_layout_choose (&self->layout, &self->demand);
  _thru_matrix_view_forget_labels (self);
  _thru_matrix_view_unbind_cells (self);
  _thru_matrix_view_queue_place (self, 0);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  _thru_matrix_view_redraw_all (self);
}

static double
get_scroll_range (double content,
                  double page)
{
  return MAX (ceil (content), page);
}

/* An adjustment counts from the left, we count from the start: right to left the distance to the right edge is what stays. */
static void
configure_adjustments (ThruMatrixView *self)
{
  double page_width = thru_matrix_layout_get_page_width (&self->layout);
  double page_height = thru_matrix_layout_get_page_height (&self->layout);
  double width = get_scroll_range (thru_matrix_layout_get_content_width (&self->layout), page_width);
  double height = get_scroll_range (thru_matrix_layout_get_content_height (&self->layout), page_height);
  double x = CLAMP (self->layout.scroll_x, 0, width - page_width);
  double y = CLAMP (self->layout.scroll_y, 0, height - page_height);

  self->layout.scroll_x = x;
  self->layout.scroll_y = y;
  if (self->hadjustment != NULL)
    {
      gtk_adjustment_configure (self->hadjustment, self->layout.rtl ? width - page_width - x : x, 0, width,
                                self->layout.cell_width, page_width * 0.9, page_width);
    }
  if (self->vadjustment != NULL)
    {
      gtk_adjustment_configure (self->vadjustment, y, 0, height, self->layout.cell_height, page_height * 0.9, page_height);
    }
}

static void
place_layers (ThruMatrixView *self)
{
  static const ThruMatrixArea areas[THRU_N_LAYERS] = {
    [THRU_LAYER_BODY] = THRU_MATRIX_BODY,
    [THRU_LAYER_BODY_METERS] = THRU_MATRIX_BODY,
    [THRU_LAYER_COLUMNS] = THRU_MATRIX_COLUMN_HEADER,
    [THRU_LAYER_COLUMN_METERS] = THRU_MATRIX_COLUMN_HEADER,
    [THRU_LAYER_ROWS] = THRU_MATRIX_NOWHERE,
    [THRU_LAYER_ROW_METERS] = THRU_MATRIX_ROW_HEADER,
    [THRU_LAYER_CURSOR] = THRU_MATRIX_NOWHERE,
  };

  for (guint i = 0; i < THRU_N_LAYERS; i++)
    {
      ThruMatrixRect rect = { 0, 0, self->layout.width, self->layout.height };

      /* The row headers draw the corner, too; the cursor's light reaches everywhere. */
      if (areas[i] != THRU_MATRIX_NOWHERE)
        {
          rect = thru_matrix_layout_get_region (&self->layout, areas[i]);
        }
      thru_matrix_layer_place (THRU_MATRIX_LAYER (self->layers[i]), (int) rect.x, (int) rect.y, (int) rect.width,
                               (int) rect.height);
    }
}

static gboolean
sizes_differ (const ThruMatrixLayout *a,
              const ThruMatrixLayout *b)
{
  return a->cell_width != b->cell_width || a->cell_height != b->cell_height || a->lean != b->lean
         || a->header_width != b->header_width || a->header_height != b->header_height;
}

void
_thru_matrix_view_allocate (ThruMatrixView *self,
                            int             width,
                            int             height)
{
  ThruMatrixLayout before = self->layout;

  self->layout.width = width;
  self->layout.height = height;
  thru_matrix_layout_choose (&self->layout, &self->demand);
  if (sizes_differ (&before, &self->layout))
    {
      _thru_matrix_view_forget_labels (self);
    }
  if (sizes_differ (&before, &self->layout) || before.width != width || before.height != height)
    {
      _thru_matrix_view_redraw_all (self);
      _thru_matrix_view_queue_place (self, 0);
    }
  configure_adjustments (self);
  place_layers (self);
  _thru_matrix_view_allocate_cells (self);
  if (self->menu != NULL)
    {
      gtk_popover_present (GTK_POPOVER (self->menu));
    }
}

static void
scrolled_cb (ThruMatrixView *self)
{
  double x = self->layout.scroll_x, y = self->layout.scroll_y;

  if (self->hadjustment != NULL)
    {
      x = gtk_adjustment_get_value (self->hadjustment);
      if (self->layout.rtl)
        {
          x = gtk_adjustment_get_upper (self->hadjustment) - gtk_adjustment_get_page_size (self->hadjustment) - x;
        }
    }
  if (self->vadjustment != NULL)
    {
      y = gtk_adjustment_get_value (self->vadjustment);
    }
  /* Whole pixels keep the grid sharp. */
  x = MAX (round (x), 0);
  y = MAX (round (y), 0);
  if (x == self->layout.scroll_x && y == self->layout.scroll_y)
    {
      return;
    }
  self->layout.scroll_x = x;
  self->layout.scroll_y = y;
  _thru_matrix_view_redraw_all (self);
  _thru_matrix_view_queue_place (self, PLACE_AFTER_SCROLL);
  if (self->hover.area != THRU_MATRIX_NOWHERE)
    {
      _thru_matrix_view_update_hover (self);
    }
}

void
_thru_matrix_view_set_adjustment (ThruMatrixView *self,
                                  GtkAdjustment **slot,
                                  GtkAdjustment  *adjustment)
{
  if (*slot == adjustment && adjustment != NULL)
    {
      return;
    }
  if (*slot != NULL)
    {
      g_signal_handlers_disconnect_by_func (*slot, scrolled_cb, self);
      g_clear_object (slot);
    }
  if (adjustment != NULL)
    {
      *slot = g_object_ref_sink (adjustment);
      g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
    }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
