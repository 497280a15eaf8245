/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-matrix-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define CHEVRON_AT 14.0      /* middle of a row's chevron */
#define ROOM_TEXT_AT 26.0
#define DEVICE_TEXT_AT 26.0
#define ROW_END 18.0         /* kept free for the meter */
#define HEADING_TEXT_AT 22.0
#define STATE_SIZE 14
#define GAP 6.0
#define NOTE_WIDTH 20.0      /* how many devices a folded room has */
#define SLANT (60.0 * G_PI / 180.0)

static gboolean
is_room (const ThruMatrixLine *line)
{
  return line->device < 0;
}

static const char *
name_of (ThruMatrixView       *self,
         ThruMatrixSide        side,
         const ThruMatrixLine *line)
{
  ThruDevice *device = thru_matrix_model_get_device (self->model, side, line);

  return device != NULL
    ? thru_device_get_name (device)
    : thru_room_get_name (thru_matrix_model_get_room (self->model, line->room));
}

static PangoLayout *
create_layout (ThruMatrixView *self,
               const char     *text,
               gboolean        bold,
               double          widest)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int natural;

  if (bold)
    {
      PangoAttrList *attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_layout_set_attributes (layout, attributes);
      pango_attr_list_unref (attributes);
    }
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_get_pixel_size (layout, &natural, NULL);
  /* Only what is too long gets a width: with one, right-to-left text would be aligned within it. */
  if (natural > widest)
    {
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
      pango_layout_set_width (layout, (int) (MAX (widest, 1) * PANGO_SCALE));
    }

  return layout;
}

static void
show_layout (cairo_t       *cr,
             PangoLayout   *layout,
             double         x,
             double         y,
             const GdkRGBA *color)
{
  PangoRectangle extents;

  pango_layout_get_pixel_extents (layout, NULL, &extents);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, x - extents.x, y);
  pango_cairo_show_layout (cr, layout);
}

static double
measure_line (ThruMatrixView       *self,
              ThruMatrixSide        side,
              const ThruMatrixLine *line,
              int                  *height)
{
  g_autoptr(PangoLayout) layout = create_layout (self, name_of (self, side, line), is_room (line), G_MAXINT / PANGO_SCALE);
  int width;

  pango_layout_get_pixel_size (layout, &width, height);

  return width;
}

void
_thru_matrix_view_measure_labels (ThruMatrixView   *self,
                                  ThruMatrixDemand *demand)
{
  ThruMatrixAxis *axes[2] = { self->layout.rows, self->layout.columns };
  double widest[2] = { 0, 0 };
  double heading = 0;
  int height = 16;

  for (guint side = 0; side < 2; side++)
    {
      for (guint i = 0; i < thru_matrix_axis_get_n_lines (axes[side]); i++)
        {
          const ThruMatrixLine *line = thru_matrix_axis_get_line (axes[side], i);
          double width = measure_line (self, side, line, &height);

          /* An open room's name stands in the strip. */
          width += is_room (line) ? STATE_SIZE + GAP : 0;
          if (side == THRU_MATRIX_COLUMNS && line->open)
            {
              guint n = thru_matrix_model_get_n_devices (self->model, side, line->room);

              heading = MAX (heading, (HEADING_TEXT_AT + width + GAP - THRU_MATRIX_OPEN_ROOM_WIDTH) / n);
              continue;
            }
          width += line->folded && side == THRU_MATRIX_ROWS ? NOTE_WIDTH : 0;
          widest[side] = MAX (widest[side], width);
        }
    }
  demand->row_label = widest[THRU_MATRIX_ROWS];
  demand->column_label = widest[THRU_MATRIX_COLUMNS];
  demand->heading = ceil (heading);
  demand->line_height = height;
  demand->zoom = self->zoom;
}

void
_thru_matrix_view_forget_labels (ThruMatrixView *self)
{
  g_ptr_array_set_size (self->labels[THRU_MATRIX_ROWS], 0);
  g_ptr_array_set_size (self->labels[THRU_MATRIX_COLUMNS], 0);
  g_ptr_array_set_size (self->room_names, 0);
  g_array_set_size (self->name_widths, 0);
  g_ptr_array_set_size (self->labels[THRU_MATRIX_ROWS], (int) thru_matrix_axis_get_n_lines (self->layout.rows));
  g_ptr_array_set_size (self->labels[THRU_MATRIX_COLUMNS], (int) thru_matrix_axis_get_n_lines (self->layout.columns));
  g_ptr_array_set_size (self->room_names, (int) thru_matrix_axis_get_n_rooms (self->layout.columns));
  g_array_set_size (self->name_widths, thru_matrix_axis_get_n_rooms (self->layout.columns));
}

static GdkRGBA
text_color (ThruMatrixView       *self,
            ThruMatrixSide        side,
            const ThruMatrixLine *line)
{
  ThruDevice *device = thru_matrix_model_get_device (self->model, side, line);
  gboolean dim = device != NULL ? !thru_device_get_online (device)
                                : thru_matrix_model_get_n_devices (self->model, side, line->room) == 0;

  return dim ? thru_matrix_style_shade (&self->style, self->style.high_contrast ? 0.85 : 0.7) : self->style.text;
}

static void
draw_chevron (ThruMatrixView *self,
              cairo_t        *cr,
              double          x,
              double          y,
              gboolean        folded)
{
  const double reach = 4;
  double forward = self->layout.rtl ? -reach : reach;

  gdk_cairo_set_source_rgba (cr, &self->style.text);
  if (folded)
    {
      cairo_move_to (cr, x - forward / 2, y - reach);
      cairo_line_to (cr, x + forward / 2, y);
      cairo_line_to (cr, x - forward / 2, y + reach);
    }
  else
    {
      cairo_move_to (cr, x - reach, y - reach / 2);
      cairo_line_to (cr, x, y + reach / 2);
      cairo_line_to (cr, x + reach, y - reach / 2);
    }
  cairo_set_line_width (cr, 1.8);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
}

/* Beside a room's name, where it is not simply there. */
static GskRenderNode *
get_room_sign (ThruMatrixView *self,
               guint           room)
{
  switch (thru_room_get_state (thru_matrix_model_get_room (self->model, room)))
    {
    case THRU_ROOM_CONNECTING:
      return thru_matrix_style_get_sign (&self->style, THRU_CELL_CONNECTING, STATE_SIZE);

    case THRU_ROOM_WAITING:
      return thru_matrix_style_get_sign (&self->style, THRU_CELL_WAITING, STATE_SIZE);

    case THRU_ROOM_PROBLEM:
      return thru_matrix_style_get_sign (&self->style, THRU_CELL_PROBLEM, STATE_SIZE);

    case THRU_ROOM_HERE:
    case THRU_ROOM_CONNECTED:
    default:
      return NULL;
    }
}

static void
append_node_at (GtkSnapshot   *snapshot,
                GskRenderNode *node,
                double         x,
                double         y)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_restore (snapshot);
}

/* Counted from the start of the row, which is at the right in right-to-left. */
static double
place_in_row (ThruMatrixView *self,
              double          at,
              double          width)
{
  return self->layout.rtl ? self->layout.header_width - at - width : at;
}

/* (nullable): what stands dimmed behind a room's name. */
static char *
get_room_note (ThruMatrixView       *self,
               const ThruMatrixLine *line)
{
  guint n = thru_matrix_model_get_n_devices (self->model, THRU_MATRIX_ROWS, line->room);

  if (n == 0)
    {
      gboolean receives = thru_matrix_model_get_n_devices (self->model, THRU_MATRIX_COLUMNS, line->room) > 0;

      return g_strdup (receives ? _("sends nothing") : _("no devices"));
    }

  return line->folded ? g_strdup_printf ("%u", n) : NULL;
}

static void
draw_room_note (ThruMatrixView       *self,
                cairo_t              *cr,
                const ThruMatrixLine *line,
                double                at)
{
  g_autofree char *note = get_room_note (self, line);
  g_autoptr(PangoLayout) layout = NULL;
  GdkRGBA color = thru_matrix_style_shade (&self->style, self->style.high_contrast ? 0.85 : 0.7);
  double room = self->layout.header_width - ROW_END - at;
  int width, height;

  if (note == NULL || room < 16)
    {
      return;
    }
  layout = create_layout (self, note, FALSE, room);
  pango_layout_get_pixel_size (layout, &width, &height);
  show_layout (cr, layout, place_in_row (self, at, width), (line->size - height) / 2, &color);
}

static GskRenderNode *
draw_row_label (ThruMatrixView       *self,
                const ThruMatrixLine *line)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *sign = is_room (line) ? get_room_sign (self, line->room) : NULL;
  double at = is_room (line) ? ROOM_TEXT_AT : DEVICE_TEXT_AT;
  double widest = self->layout.header_width - at - ROW_END - (sign != NULL ? STATE_SIZE + GAP : 0);
  g_autoptr(PangoLayout) layout = create_layout (self, name_of (self, THRU_MATRIX_ROWS, line), is_room (line), widest);
  GdkRGBA color = text_color (self, THRU_MATRIX_ROWS, line);
  int width, height;
  cairo_t *cr;

  pango_layout_get_pixel_size (layout, &width, &height);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) self->layout.header_width, (float) line->size));
  show_layout (cr, layout, place_in_row (self, at, width), (line->size - height) / 2, &color);
  at += width + GAP;
  if (is_room (line))
    {
      if (thru_matrix_axis_can_fold (self->layout.rows, line->room))
        {
          draw_chevron (self, cr, place_in_row (self, CHEVRON_AT, 0), line->size / 2, line->folded);
        }
      draw_room_note (self, cr, line, at + (sign != NULL ? STATE_SIZE + GAP : 0));
    }
  cairo_destroy (cr);
  if (sign != NULL)
    {
      append_node_at (snapshot, sign, place_in_row (self, at, STATE_SIZE), round ((line->size - STATE_SIZE) / 2));
    }

  return gtk_snapshot_free_to_node (snapshot);
}

/* At the origin: the middle of the column, at the labels' foot. */
static GskRenderNode *
draw_slanted_label (ThruMatrixView       *self,
                    const ThruMatrixLine *line)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gboolean chevron = is_room (line) && thru_matrix_axis_can_fold (self->layout.columns, line->room);
  double indent = chevron ? 14 : 0;
  g_autoptr(PangoLayout) layout = create_layout (self, name_of (self, THRU_MATRIX_COLUMNS, line), is_room (line),
                                                 thru_matrix_layout_get_widest_slanted (&self->demand) - indent);
  double tall = self->layout.header_height;
  GdkRGBA color = text_color (self, THRU_MATRIX_COLUMNS, line);
  int width, height;
  cairo_t *cr;

  pango_layout_get_pixel_size (layout, &width, &height);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) -tall, (float) -tall, (float) (2 * tall),
                                                                 (float) (tall + 16)));
  cairo_rotate (cr, self->layout.rtl ? SLANT : -SLANT);
  /* A little up, or the foot of the text would stand on the grid. */
  cairo_translate (cr, self->layout.rtl ? -4 : 4, 0);
  if (chevron)
    {
      draw_chevron (self, cr, self->layout.rtl ? -4 : 4, 0, line->folded);
    }
  show_layout (cr, layout, self->layout.rtl ? -width - indent : indent, -height / 2.0, &color);
  cairo_destroy (cr);

  return gtk_snapshot_free_to_node (snapshot);
}

static GskRenderNode *
draw_upright_label (ThruMatrixView       *self,
                    const ThruMatrixLine *line)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr(PangoLayout) layout = create_layout (self, name_of (self, THRU_MATRIX_COLUMNS, line), is_room (line),
                                                 line->size - 8);
  GdkRGBA color = text_color (self, THRU_MATRIX_COLUMNS, line);
  PangoRectangle extents;

  /* Not with cairo: hinted, capitals lose their tops there. */
  pango_layout_get_pixel_extents (layout, NULL, &extents);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (-extents.width / 2.0) - (float) extents.x,
                                                          (float) (-extents.height - 4)));
  gtk_snapshot_append_layout (snapshot, layout, &color);

  return gtk_snapshot_free_to_node (snapshot);
}

/* An open room's name stands in the strip above its columns when it fits there. */
static gboolean
has_column_label (ThruMatrixView       *self,
                  const ThruMatrixLine *line)
{
  double width;

  if (!line->open)
    {
      return TRUE;
    }

  return self->layout.lean > 0 && _thru_matrix_view_get_room_name (self, line->room, &width) == NULL;
}

GskRenderNode *
_thru_matrix_view_get_label (ThruMatrixView *self,
                             ThruMatrixSide  side,
                             guint           line)
{
  gpointer *slot = &self->labels[side]->pdata[line];

  if (*slot == NULL)
    {
      const ThruMatrixLine *at = _thru_matrix_view_get_line (self, side, line);

      if (side == THRU_MATRIX_ROWS)
        {
          *slot = draw_row_label (self, at);
        }
      else if (has_column_label (self, at))
        {
          *slot = self->layout.lean > 0 ? draw_slanted_label (self, at) : draw_upright_label (self, at);
        }
    }

  return *slot;
}

static GskRenderNode *
draw_room_name (ThruMatrixView *self,
                guint           room,
                double          widest,
                double         *width_out)
{
  g_autoptr(PangoLayout) layout = create_layout (self, thru_room_get_name (thru_matrix_model_get_room (self->model, room)),
                                                 TRUE, G_MAXINT / PANGO_SCALE);
  GskRenderNode *sign = get_room_sign (self, room);
  GtkSnapshot *snapshot;
  double indent = HEADING_TEXT_AT, text_at, total;
  int width, height;
  cairo_t *cr;

  pango_layout_get_pixel_size (layout, &width, &height);
  total = indent + width + (sign != NULL ? GAP + STATE_SIZE : 0) + GAP;
  /* Upright columns have no other place for the name. */
  if (total > widest && self->layout.lean > 0)
    {
      return NULL;
    }
  if (total > widest)
    {
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
      pango_layout_set_width (layout, (int) (MAX (width - (total - widest), 1) * PANGO_SCALE));
      pango_layout_get_pixel_size (layout, &width, &height);
      total = widest;
    }
  *width_out = total;

  snapshot = gtk_snapshot_new ();
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) total, (float) self->layout.strip_height));
  text_at = self->layout.rtl ? total - indent - width : indent;
  show_layout (cr, layout, text_at, floor ((self->layout.strip_height - height) / 2), &self->style.text);
  draw_chevron (self, cr, self->layout.rtl ? total - 11 : 11, self->layout.strip_height / 2, FALSE);
  cairo_destroy (cr);
  if (sign != NULL)
    {
      append_node_at (snapshot, sign, self->layout.rtl ? text_at - GAP - STATE_SIZE : text_at + width + GAP,
                      round ((self->layout.strip_height - STATE_SIZE) / 2));
    }

  return gtk_snapshot_free_to_node (snapshot);
}

GskRenderNode *
_thru_matrix_view_get_room_name (ThruMatrixView *self,
                                 guint           room,
                                 double         *width)
{
  gpointer *slot = &self->room_names->pdata[room];
  double *known = &g_array_index (self->name_widths, double, room);

  /* A negative width says that it was tried and does not fit. */
  if (*slot == NULL && *known >= 0)
    {
      double start, end;

      thru_matrix_axis_get_span (self->layout.columns, room, &start, &end);
      *slot = draw_room_name (self, room, end - start, known);
      if (*slot == NULL)
        {
          *known = -1;
        }
    }
  *width = *known;

  return *slot;
}
