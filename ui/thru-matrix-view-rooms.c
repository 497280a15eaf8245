/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-matrix-view-private.h"
#include "thru-words.h"

#include <glib/gi18n.h>

/* Returns: (transfer none) (nullable): the room whose own line that is. */
static ThruRoom *
get_room (ThruMatrixView *self,
          ThruMatrixSide  side,
          guint           line)
{
  const ThruMatrixLine *at = _thru_matrix_view_get_line (self, side, line);

  return at->device < 0 ? thru_matrix_model_get_room (self->model, at->room) : NULL;
}

static gboolean
can_remove (ThruMatrixView *self,
            ThruRoom       *room)
{
  return room != NULL && thru_studio_can_remove_room (thru_matrix_model_get_studio (self->model), room);
}

static void
append_remove (GMenu    *menu,
               ThruRoom *room,
               gboolean  possible)
{
  g_autofree char *name = thru_words_name (thru_room_get_name (room));
  g_autoptr(GString) escaped = g_string_new (name);
  g_autofree char *label = NULL;
  g_autoptr(GMenuItem) item = NULL;

  g_string_replace (escaped, "_", "__", 0);
  /* Translators: in a menu; the name of a room. */
  label = g_strdup_printf (_("_Remove %s"), escaped->str);
  item = g_menu_item_new (label, NULL);

  /* An action that does not exist makes it insensitive: it shows where to look. */
  g_menu_item_set_action_and_target (item, possible ? "matrix.remove-room" : "matrix.none", "s", thru_room_get_id (room));
  g_menu_append_item (menu, item);
}

void
_thru_matrix_view_append_rooms (ThruMatrixView *self,
                                GMenu          *menu,
                                guint           row,
                                guint           column)
{
  ThruRoom *rooms[2] = { get_room (self, THRU_MATRIX_ROWS, row), get_room (self, THRU_MATRIX_COLUMNS, column) };

  for (guint side = 0; side < 2; side++)
    {
      if (can_remove (self, rooms[side]) && (side == 0 || rooms[1] != rooms[0]))
        {
          append_remove (menu, rooms[side], TRUE);
        }
    }
}

gboolean
_thru_matrix_view_pop_up_room_menu (ThruMatrixView      *self,
                                    const ThruMatrixHit *hit,
                                    double               x,
                                    double               y)
{
  ThruMatrixSide side = hit->area == THRU_MATRIX_ROW_HEADER ? THRU_MATRIX_ROWS : THRU_MATRIX_COLUMNS;
  ThruRoom *room = get_room (self, side, (guint) (side == THRU_MATRIX_ROWS ? hit->row : hit->column));
  g_autoptr(GMenu) menu = NULL;

  if (room == NULL || thru_room_is_own (room))
    {
      return FALSE;
    }
  menu = g_menu_new ();
  append_remove (menu, room, can_remove (self, room));
  _thru_matrix_view_pop_up (self, G_MENU_MODEL (menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });

  return TRUE;
}

static void
remove_room (ThruMatrixView *self,
             ThruRoom       *room)
{
  g_autoptr(GError) error = NULL;

  if (!thru_studio_remove_room (thru_matrix_model_get_studio (self->model), room, &error))
    {
      g_signal_emit_by_name (self, "failed", error->message);
    }
}

void
_thru_matrix_view_remove_at_cursor (ThruMatrixView *self)
{
  ThruRoom *row = get_room (self, THRU_MATRIX_ROWS, self->cursor_row);
  ThruRoom *column = get_room (self, THRU_MATRIX_COLUMNS, self->cursor_column);
  gboolean can_row = can_remove (self, row);
  gboolean can_column = can_remove (self, column);

  if (can_row && can_column && row != column)
    {
      _thru_matrix_view_pop_up_menu (self);
    }
  else if (can_row || can_column)
    {
      remove_room (self, can_row ? row : column);
    }
  else
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
    }
}

static void
remove_room_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  ThruMatrixView *self = THRU_MATRIX_VIEW (widget);
  ThruStudio *studio = thru_matrix_model_get_studio (self->model);
  ThruRoom *room = studio != NULL ? thru_studio_find_room (studio, g_variant_get_string (parameter, NULL)) : NULL;

  if (room != NULL)
    {
      remove_room (self, room);
    }
}

void
_thru_matrix_view_install_room_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "matrix.remove-room", "s", remove_room_action);
}
