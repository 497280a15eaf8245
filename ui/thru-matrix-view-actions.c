/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-matrix-view-private.h"
#include "thru-words.h"

#include <glib/gi18n.h>

static ThruDevice *
get_device (ThruMatrixView *self,
            ThruMatrixSide  side,
            guint           line)
{
  return thru_matrix_model_get_device (self->model, side, _thru_matrix_view_get_line (self, side, line));
}

void
_thru_matrix_view_connect (ThruMatrixView *self,
                           guint           row,
                           guint           column)
{
  /* Held, for whoever hears of it may change the studio. */
  g_autoptr(ThruDevice) from = g_object_ref (get_device (self, THRU_MATRIX_ROWS, row));
  g_autoptr(ThruDevice) to = g_object_ref (get_device (self, THRU_MATRIX_COLUMNS, column));
  g_autoptr(GError) error = NULL;

  if (!thru_studio_connect_route (thru_matrix_model_get_studio (self->model), from, to, &error))
    {
      if (g_error_matches (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_LOOP))
        {
          g_signal_emit_by_name (self, "asks", error->message, from, to);
        }
      else
        {
          g_signal_emit_by_name (self, "failed", error->message);
        }
    }
}

static void
disconnect_crossing (ThruMatrixView *self,
                     guint           row,
                     guint           column,
                     ThruRoute      *route)
{
  g_autoptr(ThruDevice) from = g_object_ref (get_device (self, THRU_MATRIX_ROWS, row));
  g_autoptr(ThruDevice) to = g_object_ref (get_device (self, THRU_MATRIX_COLUMNS, column));
  g_autofree char *text = thru_words_disconnected (thru_matrix_model_get_studio (self->model), route);
  g_autoptr(GError) error = NULL;

  if (thru_studio_disconnect_route (thru_matrix_model_get_studio (self->model), route, &error))
    {
      g_signal_emit_by_name (self, "disconnected", text, from, to);
    }
  else
    {
      g_signal_emit_by_name (self, "failed", error->message);
    }
}

static gboolean
is_crossing_of_devices (ThruMatrixView *self,
                        guint           row,
                        guint           column)
{
  return _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row)->device >= 0
         && _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column)->device >= 0;
}

/* The studio's word, not the model's, which follows a moment later.
 * Returns: (transfer none) (nullable). */
static ThruRoute *
find_route (ThruMatrixView *self,
            guint           row,
            guint           column)
{
  return thru_studio_find_route (thru_matrix_model_get_studio (self->model),
                                 get_device (self, THRU_MATRIX_ROWS, row),
                                 get_device (self, THRU_MATRIX_COLUMNS, column));
}

gboolean
_thru_matrix_view_can_connect (ThruMatrixView *self,
                               guint           row,
                               guint           column)
{
  return is_crossing_of_devices (self, row, column)
         && find_route (self, row, column) == NULL
         && thru_matrix_model_get_state (self->model, _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row),
                                         _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column)) != THRU_CELL_IMPOSSIBLE;
}

void
_thru_matrix_view_fold_crossing (ThruMatrixView *self,
                                 guint           row,
                                 guint           column,
                                 gboolean        fold)
{
  ThruMatrixLine lines[2] = {
    *_thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row),
    *_thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column),
  };

  for (guint side = 0; side < 2; side++)
    {
      if (lines[side].device < 0 && lines[side].folded != fold)
        {
          _thru_matrix_view_fold (self, side, lines[side].room, fold);
        }
    }
}

static gboolean
is_folded (ThruMatrixView *self,
           guint           row,
           guint           column)
{
  return _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, row)->folded
         || _thru_matrix_view_get_line (self, THRU_MATRIX_COLUMNS, column)->folded;
}

void
_thru_matrix_view_activate (ThruMatrixView *self,
                            guint           row,
                            guint           column)
{
  ThruRoute *route;

  if (!is_crossing_of_devices (self, row, column))
    {
      _thru_matrix_view_fold_crossing (self, row, column, !is_folded (self, row, column));
      return;
    }
  route = find_route (self, row, column);
  if (route != NULL)
    {
      disconnect_crossing (self, row, column, route);
    }
  else
    {
      _thru_matrix_view_connect (self, row, column);
    }
}

static void
connect_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  guint row = self->cursor_row, column = self->cursor_column;

  if (!_thru_matrix_view_is_empty (self) && is_crossing_of_devices (self, row, column)
      && find_route (self, row, column) == NULL)
    {
      _thru_matrix_view_connect (self, row, column);
    }
}

/* Returns: (transfer none) (nullable). */
static ThruRoute *
find_route_at_cursor (ThruMatrixView *self)
{
  guint row = self->cursor_row, column = self->cursor_column;

  return !_thru_matrix_view_is_empty (self) && is_crossing_of_devices (self, row, column) ? find_route (self, row, column) : NULL;
}

static void
disconnect_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruRoute *route = find_route_at_cursor (self);

  if (route != NULL)
    {
      disconnect_crossing (self, self->cursor_row, self->cursor_column, route);
    }
}

gboolean
_thru_matrix_view_toggle_mute (ThruMatrixView *self)
{
  ThruRoute *route = find_route_at_cursor (self);
  g_autoptr(GError) error = NULL;

  if (route == NULL)
    {
      return FALSE;
    }
  if (!thru_studio_mute_route (thru_matrix_model_get_studio (self->model), route,
                               thru_route_get_mute (route) == THRU_MUTE_NONE, &error))
    {
      g_signal_emit_by_name (self, "failed", error->message);
    }

  return TRUE;
}

static void
mute_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  _thru_matrix_view_toggle_mute (THRU_MATRIX_VIEW (widget));
}

static void
fold_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);

  if (!_thru_matrix_view_is_empty (self))
    {
      _thru_matrix_view_fold_crossing (self, self->cursor_row, self->cursor_column, g_str_equal (name, "matrix.fold"));
    }
}

static GMenuModel *
create_menu (ThruMatrixView *self)
{
  GMenu *menu = g_menu_new ();
  guint row = self->cursor_row, column = self->cursor_column;
  ThruRoute *route = find_route_at_cursor (self);

  if (!is_crossing_of_devices (self, row, column))
    {
      if (is_folded (self, row, column))
        {
          g_menu_append (menu, _("_Unfold"), "matrix.unfold");
        }
      else
        {
          g_menu_append (menu, _("_Fold"), "matrix.fold");
        }
      _thru_matrix_view_append_rooms (self, menu, row, column);
    }
  else if (route != NULL)
    {
      g_menu_append (menu, thru_route_get_mute (route) == THRU_MUTE_NONE ? _("_Mute") : _("Un_mute"), "matrix.mute");
      g_menu_append (menu, _("_Disconnect"), "matrix.disconnect");
    }
  else
    {
      g_menu_append (menu, _("_Connect"), "matrix.connect");
    }

  return G_MENU_MODEL (menu);
}

void
_thru_matrix_view_pop_up (ThruMatrixView     *self,
                          GMenuModel         *menu,
                          const GdkRectangle *at)
{
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), TRUE);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), menu);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

void
_thru_matrix_view_pop_up_menu (ThruMatrixView *self)
{
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&self->layout, self->cursor_row, self->cursor_column);
  g_autoptr(GMenuModel) menu = create_menu (self);

  _thru_matrix_view_pop_up (self, menu, &(GdkRectangle) { (int) rect.x, (int) rect.y, (int) rect.width, (int) rect.height });
}

void
_thru_matrix_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "matrix.connect", NULL, connect_action);
  gtk_widget_class_install_action (widget_class, "matrix.disconnect", NULL, disconnect_action);
  gtk_widget_class_install_action (widget_class, "matrix.mute", NULL, mute_action);
  gtk_widget_class_install_action (widget_class, "matrix.fold", NULL, fold_action);
  gtk_widget_class_install_action (widget_class, "matrix.unfold", NULL, fold_action);
  _thru_matrix_view_install_room_actions (widget_class);
}
