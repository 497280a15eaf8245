/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-matrix-view-private.h"
#include "thru-matrix-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>

enum { PROP_0, PROP_SENTENCE, N_OWN, PROP_HADJUSTMENT = N_OWN, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
enum { DISCONNECTED, FAILED, ASKS, N_SIGNALS };

static GParamSpec *properties[N_OWN];
static guint signals[N_SIGNALS];

static const ThruMatrixDraw layer_draws[THRU_N_LAYERS] = {
  [THRU_LAYER_BODY] = _thru_matrix_view_draw_body,
  [THRU_LAYER_BODY_METERS] = _thru_matrix_view_draw_body_meters,
  [THRU_LAYER_COLUMNS] = _thru_matrix_view_draw_columns,
  [THRU_LAYER_COLUMN_METERS] = _thru_matrix_view_draw_column_meters,
  [THRU_LAYER_ROWS] = _thru_matrix_view_draw_rows,
  [THRU_LAYER_ROW_METERS] = _thru_matrix_view_draw_row_meters,
  [THRU_LAYER_CURSOR] = _thru_matrix_view_draw_cursor,
};

static gboolean
thru_matrix_view_get_border (GtkScrollable *scrollable,
                             GtkBorder     *border)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (scrollable);

  *border = (GtkBorder) { 0 };
  border->top = (gint16) self->layout.header_height;
  if (self->layout.rtl)
    {
      border->right = (gint16) self->layout.header_width;
    }
  else
    {
      border->left = (gint16) self->layout.header_width;
    }

  return TRUE;
}

static void
scrollable_init (GtkScrollableInterface *iface)
{
  iface->get_border = thru_matrix_view_get_border;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ThruMatrixView, thru_matrix_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, scrollable_init))

const ThruMatrixLine *
_thru_matrix_view_get_line (ThruMatrixView *self,
                            ThruMatrixSide side,
                            guint line)
{
  return thru_matrix_axis_get_line (side == THRU_MATRIX_ROWS ? self->layout.rows : self->layout.columns, line);
}

gboolean
_thru_matrix_view_is_empty (ThruMatrixView *self)
{
  return self->model == NULL || thru_matrix_axis_get_n_lines (self->layout.rows) == 0;
}

void
_thru_matrix_view_redraw (ThruMatrixView     *self,
                          ThruMatrixLayerKind layer)
{
  if (self->layers[layer] != NULL)
    {
      gtk_widget_queue_draw (self->layers[layer]);
    }
}

void
_thru_matrix_view_redraw_all (ThruMatrixView *self)
{
  for (guint i = 0; i < THRU_N_LAYERS; i++)
    {
      _thru_matrix_view_redraw (self, i);
    }
}

static void
redraw_meters (GtkWidget *widget)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  _thru_matrix_view_redraw (self, THRU_LAYER_BODY_METERS);
  _thru_matrix_view_redraw (self, THRU_LAYER_COLUMN_METERS);
  _thru_matrix_view_redraw (self, THRU_LAYER_ROW_METERS);
}

static char *
make_sentence (ThruMatrixView *self)
{
  ThruMatrixHit hit = self->hover;

  if (_thru_matrix_view_is_empty (self))
    {
      return NULL;
    }
  if (hit.area == THRU_MATRIX_ROW_HEADER || hit.area == THRU_MATRIX_COLUMN_HEADER)
    {
      ThruMatrixSide side = hit.area == THRU_MATRIX_ROW_HEADER ? THRU_MATRIX_ROWS : THRU_MATRIX_COLUMNS;
      int line = side == THRU_MATRIX_ROWS ? hit.row : hit.column;

      return thru_matrix_words_explain_line (self->model, side, _thru_matrix_view_get_line (self, side, (guint) line));
    }
  if (hit.area != THRU_MATRIX_BODY)
    {
      if (!self->cursor_moved || gtk_widget_get_focus_child (GTK_WIDGET (self)) == NULL)
        {
          return NULL;
        }
      hit.row = (int) self->cursor_row;
      hit.column = (int) self->cursor_column;
    }

  return thru_matrix_words_explain (self->model,
                                    _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, (guint) hit.row),
                                    _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, (guint) hit.column));
}

void
_thru_matrix_view_update_sentence (ThruMatrixView *self)
{
  g_autofree char *sentence = make_sentence (self);

  if (g_strcmp0 (sentence, self->sentence) != 0)
    {
      g_free (self->sentence);
      self->sentence = g_steal_pointer (&sentence);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
    }
}

static void
thru_matrix_view_map (GtkWidget *widget)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  GTK_WIDGET_CLASS (thru_matrix_view_parent_class)->map (widget);
  thru_meter_driver_start (self->meters);
  if (self->model != NULL)
    {
      thru_studio_set_watched (thru_matrix_model_get_studio (self->model), TRUE);
    }
}

static void
thru_matrix_view_unmap (GtkWidget *widget)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  if (self->model != NULL)
    {
      thru_studio_set_watched (thru_matrix_model_get_studio (self->model), FALSE);
    }
  thru_meter_driver_stop (self->meters);
  GTK_WIDGET_CLASS (thru_matrix_view_parent_class)->unmap (widget);
}

static void
thru_matrix_view_measure (GtkWidget     *widget,
                          GtkOrientation orientation,
                          int            for_size,
                          int           *minimum,
                          int           *natural,
                          int           *minimum_baseline,
                          int           *natural_baseline)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 2 * (int) self->layout.cell_width;
      *natural = (int) (self->layout.header_width + thru_matrix_layout_get_content_width (&self->layout));
    }
  else
    {
      *minimum = 2 * (int) self->layout.cell_height;
      *natural = (int) (self->layout.header_height + thru_matrix_layout_get_content_height (&self->layout));
    }
  *natural = MAX (*natural, *minimum);
}

static void
thru_matrix_view_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  _thru_matrix_view_allocate (THRU_MATRIX_VIEW (widget), width, height);
}

/* Also called on every step of a transition between colours, so nothing is done twice. */
static void
follow_theme (ThruMatrixView *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  const PangoFontDescription *font = pango_context_get_font_description (context);
  gboolean recolored = thru_matrix_style_load (&self->style, GTK_WIDGET (self));

  if (self->font == NULL || !pango_font_description_equal (self->font, font))
    {
      g_clear_pointer (&self->font, pango_font_description_free);
      self->font = pango_font_description_copy (font);
      _thru_matrix_view_relayout (self);
    }
  else if (recolored)
    {
      _thru_matrix_view_forget_labels (self);
      _thru_matrix_view_redraw_all (self);
    }
}

static void
thru_matrix_view_css_changed (GtkWidget         *widget,
                              GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (thru_matrix_view_parent_class)->css_changed (widget, change);
  follow_theme (THRU_MATRIX_VIEW (widget));
}

static void
thru_matrix_view_direction_changed (GtkWidget       *widget,
                                    GtkTextDirection previous)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  self->layout.rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  _thru_matrix_view_relayout (self);
}

static gboolean
thru_matrix_view_grab_focus (GtkWidget *widget)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  if (_thru_matrix_view_is_empty (self))
    {
      return FALSE;
    }
  _thru_matrix_view_move_cursor (self, self->cursor_row, self->cursor_column, TRUE);

  return TRUE;
}

/* One stop for Tab: in at the cursor, and out again. */
static gboolean
thru_matrix_view_focus (GtkWidget       *widget,
                        GtkDirectionType direction)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (focus != NULL && gtk_widget_is_ancestor (focus, widget))
    {
      return FALSE;
    }

  return gtk_widget_grab_focus (widget);
}

static void
thru_matrix_view_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  /* The proxies are children, too, and are not drawn. */
  for (guint i = 0; i < THRU_N_LAYERS; i++)
    {
      gtk_widget_snapshot_child (widget, self->layers[i], snapshot);
    }
}

static void
thru_matrix_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (object);

  switch (id)
    {
    case PROP_SENTENCE:
      g_value_set_string (value, self->sentence);
      break;

    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;

    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;

    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;

    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thru_matrix_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      _thru_matrix_view_set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;

    case PROP_VADJUSTMENT:
      _thru_matrix_view_set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;

    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;

    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thru_matrix_view_dispose (GObject *object)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->place_id, g_source_remove);
  g_clear_pointer (&self->meters, thru_meter_driver_free);
  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      g_clear_object (&self->model);
    }
  _thru_matrix_view_set_adjustment (self, &self->hadjustment, NULL);
  _thru_matrix_view_set_adjustment (self, &self->vadjustment, NULL);
  g_clear_object (&self->cursor_on[THRU_MATRIX_ROWS]);
  g_clear_object (&self->cursor_on[THRU_MATRIX_COLUMNS]);
  g_hash_table_remove_all (self->bound);
  g_ptr_array_set_size (self->cells, 0);
  memset (self->layers, 0, sizeof self->layers);
  self->menu = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    {
      gtk_widget_unparent (child);
    }

  G_OBJECT_CLASS (thru_matrix_view_parent_class)->dispose (object);
}

static void
thru_matrix_view_finalize (GObject *object)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (object);

  g_ptr_array_unref (self->labels[THRU_MATRIX_ROWS]);
  g_ptr_array_unref (self->labels[THRU_MATRIX_COLUMNS]);
  g_ptr_array_unref (self->room_names);
  g_array_unref (self->name_widths);
  g_ptr_array_unref (self->cells);
  g_hash_table_unref (self->bound);
  thru_matrix_layout_clear (&self->layout);
  thru_matrix_style_clear (&self->style);
  g_clear_pointer (&self->font, pango_font_description_free);
  g_free (self->sentence);

  G_OBJECT_CLASS (thru_matrix_view_parent_class)->finalize (object);
}

static void
add_signals (GType type)
{
  signals[DISCONNECTED] = g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 3, G_TYPE_STRING, THRU_TYPE_DEVICE, THRU_TYPE_DEVICE);
  signals[ASKS] = g_signal_new ("asks", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, G_TYPE_STRING, THRU_TYPE_DEVICE, THRU_TYPE_DEVICE);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
thru_matrix_view_class_init (ThruMatrixViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = thru_matrix_view_get_property;
  object_class->set_property = thru_matrix_view_set_property;
  object_class->dispose = thru_matrix_view_dispose;
  object_class->finalize = thru_matrix_view_finalize;
  widget_class->map = thru_matrix_view_map;
  widget_class->unmap = thru_matrix_view_unmap;
  widget_class->measure = thru_matrix_view_measure;
  widget_class->size_allocate = thru_matrix_view_size_allocate;
  widget_class->snapshot = thru_matrix_view_snapshot;
  widget_class->css_changed = thru_matrix_view_css_changed;
  widget_class->direction_changed = thru_matrix_view_direction_changed;
  widget_class->grab_focus = thru_matrix_view_grab_focus;
  widget_class->focus = thru_matrix_view_focus;

  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_OWN, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  add_signals (G_TYPE_FROM_CLASS (klass));
  _thru_matrix_view_install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "matrix");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
}

static void
unref_node (gpointer node)
{
  g_clear_pointer (&node, gsk_render_node_unref);
}

static void
thru_matrix_view_init (ThruMatrixView *self)
{
  AdwStyleManager *style_manager = adw_style_manager_get_default ();

  thru_matrix_layout_init (&self->layout);
  thru_matrix_style_init (&self->style);
  self->layout.rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  self->labels[THRU_MATRIX_ROWS] = g_ptr_array_new_with_free_func (unref_node);
  self->labels[THRU_MATRIX_COLUMNS] = g_ptr_array_new_with_free_func (unref_node);
  self->room_names = g_ptr_array_new_with_free_func (unref_node);
  self->name_widths = g_array_new (FALSE, TRUE, sizeof (double));
  self->cells = g_ptr_array_new ();
  self->bound = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->hover = self->press = (ThruMatrixHit) { THRU_MATRIX_NOWHERE, -1, -1 };
  self->demand.line_height = 16;
  self->meters = thru_meter_driver_new (GTK_WIDGET (self), redraw_meters);

  for (guint i = 0; i < THRU_N_LAYERS; i++)
    {
      self->layers[i] = thru_matrix_layer_new (GTK_WIDGET (self), layer_draws[i]);
    }
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (GTK_WIDGET (self), "view");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Matrix"), -1);
  _thru_matrix_view_add_input (self);
  g_signal_connect_object (style_manager, "notify::high-contrast", G_CALLBACK (follow_theme), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style_manager, "notify::dark", G_CALLBACK (follow_theme), self, G_CONNECT_SWAPPED);
}

GtkWidget *
thru_matrix_view_new (void)
{
  return g_object_new (THRU_TYPE_MATRIX_VIEW, NULL);
}

void
thru_matrix_view_set_studio (ThruMatrixView *self,
                             ThruStudio     *studio)
{
  ThruStudio *old;

  g_return_if_fail (THRU_IS_MATRIX_VIEW (self));
  g_return_if_fail (studio == NULL || THRU_IS_STUDIO (studio));

  old = self->model != NULL ? thru_matrix_model_get_studio (self->model) : NULL;
  if (old != studio)
    _thru_matrix_view_follow (self, studio);
}

const char *
thru_matrix_view_get_sentence (ThruMatrixView *self)
{
  g_return_val_if_fail (THRU_IS_MATRIX_VIEW (self), NULL);

  return self->sentence;
}

void
thru_matrix_view_set_zoom (ThruMatrixView *self,
                           int             zoom)
{
  int least, most;

  g_return_if_fail (THRU_IS_MATRIX_VIEW (self));

  thru_matrix_layout_get_zoom_range (thru_matrix_axis_get_n_rooms (self->layout.rows), &least, &most);
  zoom = CLAMP (zoom, least, most);
  if (zoom != self->zoom)
    {
      self->zoom = zoom;
      _thru_matrix_view_lines_changed (self);
    }
}

void
thru_matrix_view_zoom_in (ThruMatrixView *self)
{
  thru_matrix_view_set_zoom (self, self->zoom + 1);
}

void
thru_matrix_view_zoom_out (ThruMatrixView *self)
{
  thru_matrix_view_set_zoom (self, self->zoom - 1);
}

void
thru_matrix_view_set_all_folded (ThruMatrixView *self,
                                 gboolean        folded)
{
  g_return_if_fail (THRU_IS_MATRIX_VIEW (self));

  thru_matrix_axis_set_all_folded (self->layout.rows, folded);
  thru_matrix_axis_set_all_folded (self->layout.columns, folded);
  _thru_matrix_view_lines_changed (self);
}
