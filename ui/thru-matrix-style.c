/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-style.h"
#include "thru-cell-sign.h"

#include <adwaita.h>
#include <math.h>

/* Counts, sizes and states in use at a time are few; a zoom or two ago does not matter. */
#define MAX_SIGNS 1024

static void
unref_node (gpointer node)
{
  gsk_render_node_unref (node);
}

void
thru_matrix_style_init (ThruMatrixStyle *self)
{
  *self = (ThruMatrixStyle) { 0 };
  self->signs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, unref_node);
}

void
thru_matrix_style_clear (ThruMatrixStyle *self)
{
  g_clear_pointer (&self->signs, g_hash_table_unref);
}

static gboolean
set_color (GdkRGBA       *color,
           const GdkRGBA *other)
{
  gboolean changed = !gdk_rgba_equal (color, other);

  *color = *other;

  return changed;
}

/* gtk_widget_get_color() came with 4.10, and nothing replaces gtk_style_context_lookup_color(). */
static gboolean
look_up (GtkWidget     *widget,
         const char    *name,
         GdkRGBA       *color,
         const GdkRGBA *fallback)
{
  GdkRGBA found;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &found))
    {
      found = *fallback;
    }

  return set_color (color, &found);
}

gboolean
thru_matrix_style_load (ThruMatrixStyle *self,
                        GtkWidget       *widget)
{
  gboolean high_contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
  gboolean changed = self->high_contrast != high_contrast;
  GdkRGBA text;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  changed |= set_color (&self->text, &text);
  changed |= look_up (widget, "view_bg_color", &self->back, &(GdkRGBA) { 1, 1, 1, 1 });
  /* Not the *_bg_color: some of them are too faint beside the background (WCAG 1.4.11 asks 3:1). */
  changed |= look_up (widget, "accent_color", &self->accent, &text);
  changed |= look_up (widget, "success_color", &self->success, &text);
  changed |= look_up (widget, "warning_color", &self->warning, &text);
  changed |= look_up (widget, "error_color", &self->error, &text);
  self->high_contrast = high_contrast;
  if (changed)
    {
      g_hash_table_remove_all (self->signs);
    }

  return changed;
}

GdkRGBA
thru_matrix_style_shade (ThruMatrixStyle *self,
                         double           opacity)
{
  GdkRGBA color = self->text;

  color.alpha *= (float) opacity;

  return color;
}

GdkRGBA
thru_matrix_style_line (ThruMatrixStyle *self,
                        gboolean         strong)
{
  if (self->high_contrast)
    {
      return thru_matrix_style_shade (self, strong ? 0.9 : 0.5);
    }

  return thru_matrix_style_shade (self, strong ? 0.26 : 0.11);
}

GdkRGBA
thru_matrix_style_get_ink (ThruMatrixStyle *self,
                           ThruCellState    state)
{
  switch (state)
    {
    case THRU_CELL_LATE:
    case THRU_CELL_WAITING:
      return self->warning;

    case THRU_CELL_PROBLEM:
      return self->error;

    case THRU_CELL_MUTED:
      return thru_matrix_style_shade (self, 0.75);

    case THRU_CELL_EMPTY:
    case THRU_CELL_CONNECTED:
    case THRU_CELL_CONNECTING:
    case THRU_CELL_IMPOSSIBLE:
    case THRU_CELL_PARTIAL:
    default:
      return self->accent;
    }
}

static gint64
make_key (guint kind,
          guint a,
          guint b,
          guint c)
{
  return (gint64) kind << 48 | (gint64) (a & 0xff) << 40 | (gint64) (b & 0xffff) << 16 | (gint64) (c & 0xffff);
}

static GskRenderNode *
keep (ThruMatrixStyle *self,
      gint64           key,
      GtkSnapshot     *snapshot)
{
  GskRenderNode *node = gtk_snapshot_free_to_node (snapshot);

  if (g_hash_table_size (self->signs) >= MAX_SIGNS)
    {
      g_hash_table_remove_all (self->signs);
    }
  g_hash_table_insert (self->signs, g_memdup2 (&key, sizeof key), node);

  return node;
}

static void
draw_state (ThruMatrixStyle *self,
            cairo_t         *cr,
            ThruCellState    state,
            double           size)
{
  GdkRGBA ink = thru_matrix_style_get_ink (self, state);

  thru_cell_sign_draw (cr, state, size, &ink, &self->back);
}

GskRenderNode *
thru_matrix_style_get_sign (ThruMatrixStyle *self,
                            ThruCellState    state,
                            int              size)
{
  gint64 key = make_key (1, state, 0, (guint) size);
  GskRenderNode *node = g_hash_table_lookup (self->signs, &key);
  GtkSnapshot *snapshot;
  cairo_t *cr;

  if (node != NULL || state == THRU_CELL_EMPTY || state == THRU_CELL_IMPOSSIBLE)
    {
      return node;
    }
  snapshot = gtk_snapshot_new ();
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, size, size));
  draw_state (self, cr, state, size);
  cairo_destroy (cr);

  return keep (self, key, snapshot);
}

static void
round_rectangle (cairo_t *cr,
                 double   x,
                 double   y,
                 double   width,
                 double   height,
                 double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

static void
draw_number (GtkWidget     *widget,
             cairo_t       *cr,
             guint          number,
             double         width,
             double         height,
             const GdkRGBA *ink)
{
  g_autofree char *text = number < 100 ? g_strdup_printf ("%u", number) : g_strdup ("99+");
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();
  PangoRectangle extents;

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_attr_list_insert (attributes, pango_attr_size_new_absolute ((int) (height * 0.66 * PANGO_SCALE)));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_pixel_extents (layout, &extents, NULL);
  gdk_cairo_set_source_rgba (cr, ink);
  cairo_move_to (cr, (width - extents.width) / 2.0 - extents.x, (height - extents.height) / 2.0 - extents.y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_number_box (ThruMatrixStyle *self,
                 GtkWidget       *widget,
                 cairo_t         *cr,
                 guint            number,
                 gboolean         filled,
                 double           width,
                 double           height)
{
  gdk_cairo_set_source_rgba (cr, &self->accent);
  if (filled)
    {
      round_rectangle (cr, 0, 0, width, height, 5);
      cairo_fill (cr);
    }
  else
    {
      round_rectangle (cr, 1, 1, width - 2, height - 2, 4);
      cairo_set_line_width (cr, 2);
      cairo_stroke (cr);
    }
  draw_number (widget, cr, number, width, height, filled ? &self->back : &self->accent);
}

/* The number alone, or moved aside for what deserves attention, or that alone. */
static void
draw_badge (ThruMatrixStyle   *self,
            GtkWidget         *widget,
            cairo_t           *cr,
            ThruCellState      state,
            const ThruCellSum *sum,
            double             size)
{
  ThruCellState worst = thru_cell_sum_get_worst (sum);
  double sign = worst != THRU_CELL_EMPTY ? MAX (round (size * 0.45), 11) : 0;
  double height = round (size * 0.7);
  double width = sum->connected > 9 ? round (size * 0.9) : height;

  if (sum->connected == 0)
    {
      cairo_translate (cr, round ((size - height) / 2), round ((size - height) / 2));
      draw_state (self, cr, worst, height);
      return;
    }

  cairo_save (cr);
  cairo_translate (cr, sign > 0 ? 0 : round ((size - width) / 2), sign > 0 ? size - height : round ((size - height) / 2));
  draw_number_box (self, widget, cr, sum->connected, state == THRU_CELL_CONNECTED, width, height);
  cairo_restore (cr);
  if (sign > 0)
    {
      cairo_translate (cr, size - sign + 1, -1);
      gdk_cairo_set_source_rgba (cr, &self->back);
      cairo_arc (cr, sign / 2, sign / 2, sign / 2 + 1, 0, 2 * G_PI);
      cairo_fill (cr);
      draw_state (self, cr, worst, sign);
    }
}

GskRenderNode *
thru_matrix_style_get_badge (ThruMatrixStyle   *self,
                             GtkWidget         *widget,
                             ThruCellState      state,
                             const ThruCellSum *sum,
                             int                size)
{
  guint kind = (guint) thru_cell_sum_get_worst (sum) << 1 | (state == THRU_CELL_CONNECTED);
  gint64 key = make_key (2, kind, MIN (sum->connected, 100), (guint) size);
  GskRenderNode *node = g_hash_table_lookup (self->signs, &key);
  GtkSnapshot *snapshot;
  cairo_t *cr;

  if (node != NULL)
    {
      return node;
    }
  snapshot = gtk_snapshot_new ();
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (-2, -2, size + 4, size + 4));
  draw_badge (self, widget, cr, state, sum, size);
  cairo_destroy (cr);

  return keep (self, key, snapshot);
}

GskRenderNode *
thru_matrix_style_get_count (ThruMatrixStyle   *self,
                             GtkWidget         *widget,
                             const ThruCellSum *sum,
                             int                size)
{
  ThruCellState worst = thru_cell_sum_get_worst (sum);
  gint64 key = make_key (4, worst, MIN (sum->connected, 100), (guint) size);
  GskRenderNode *node = g_hash_table_lookup (self->signs, &key);
  GtkSnapshot *snapshot;
  cairo_t *cr;

  if (node != NULL)
    {
      return node;
    }
  snapshot = gtk_snapshot_new ();
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (-4, -4, (float) size + 8, (float) size + 8));
  if (worst == THRU_CELL_EMPTY)
    {
      GdkRGBA ink = thru_matrix_style_shade (self, self->high_contrast ? 1 : 0.7);

      draw_number (widget, cr, sum->connected, size, size, &ink);
    }
  else
    {
      double small = MIN (size, 14);

      cairo_translate (cr, (size - small) / 2, (size - small) / 2);
      draw_state (self, cr, worst, small);
    }
  cairo_destroy (cr);

  return keep (self, key, snapshot);
}

GskRenderNode *
thru_matrix_style_get_hatch (ThruMatrixStyle *self,
                             int              width,
                             int              height)
{
  gint64 key = make_key (3, 0, (guint) width, (guint) height);
  GskRenderNode *node = g_hash_table_lookup (self->signs, &key);
  GdkRGBA ink = thru_matrix_style_shade (self, self->high_contrast ? 0.4 : 0.14);
  GtkSnapshot *snapshot;
  cairo_t *cr;

  if (node != NULL)
    {
      return node;
    }
  snapshot = gtk_snapshot_new ();
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gdk_cairo_set_source_rgba (cr, &ink);
  cairo_set_line_width (cr, 1);
  for (int x = -height; x < width; x += 6)
    {
      cairo_move_to (cr, x, height);
      cairo_line_to (cr, x + height, 0);
    }
  cairo_stroke (cr);
  cairo_destroy (cr);

  return keep (self, key, snapshot);
}
