/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-view-private.h"

/* --- Keyboard --- */

static guint
page_from (ThruMatrixView *self,
           gboolean        down)
{
  const ThruMatrixLine *line = _thru_matrix_view_get_line (self, THRU_MATRIX_ROWS, self->cursor_row);
  double page = MAX (thru_matrix_layout_get_page_height (&self->layout) - line->size, line->size);
  double position = line->start + (down ? page : -page);
  int found = thru_matrix_axis_line_at (self->layout.rows, MAX (position, 0));

  return found >= 0 ? (guint) found : thru_matrix_axis_get_n_lines (self->layout.rows) - 1;
}

/* FALSE: not a key that moves. @row and @column may end up -1 or beyond the last line. */
static gboolean
move_by_key (ThruMatrixView *self,
             guint           key,
             gboolean        control,
             int            *row,
             int            *column)
{
  int forward = self->layout.rtl ? -1 : 1;

  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      --*row;
      return !control;

    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      ++*row;
      return !control;

    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      *column -= forward;
      return !control;

    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      *column += forward;
      return !control;

    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      *column = 0;
      *row = control ? 0 : *row;
      return TRUE;

    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      *column = (int) thru_matrix_axis_get_n_lines (self->layout.columns) - 1;
      *row = control ? (int) thru_matrix_axis_get_n_lines (self->layout.rows) - 1 : *row;
      return TRUE;

    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      *row = (int) page_from (self, FALSE);
      return !control;

    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      *row = (int) page_from (self, TRUE);
      return !control;

    default:
      return FALSE;
    }
}

static gboolean
act_by_key (ThruMatrixView *self,
            guint           key,
            GdkModifierType modifiers)
{
  switch (key)
    {
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
    case GDK_KEY_Return:
    case GDK_KEY_ISO_Enter:
    case GDK_KEY_KP_Enter:
      _thru_matrix_view_activate (self, self->cursor_row, self->cursor_column);
      return TRUE;

    case GDK_KEY_m:
    case GDK_KEY_M:
      return _thru_matrix_view_toggle_mute (self);

    case GDK_KEY_plus:
    case GDK_KEY_KP_Add:
      _thru_matrix_view_fold_crossing (self, self->cursor_row, self->cursor_column, FALSE);
      return TRUE;

    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      _thru_matrix_view_fold_crossing (self, self->cursor_row, self->cursor_column, TRUE);
      return TRUE;

    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      _thru_matrix_view_remove_at_cursor (self);
      return TRUE;

    case GDK_KEY_Menu:
      _thru_matrix_view_pop_up_menu (self);
      return TRUE;

    case GDK_KEY_F10:
      if ((modifiers & GDK_SHIFT_MASK) == 0)
        {
          return FALSE;
        }
      _thru_matrix_view_pop_up_menu (self);
      return TRUE;

    default:
      return FALSE;
    }
}

static void
show_focus (ThruMatrixView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    {
      gtk_window_set_focus_visible (GTK_WINDOW (root), TRUE);
    }
  /* Whoever uses the keyboard is not asking about what the pointer rests on. */
  self->hover = (ThruMatrixHit) { THRU_MATRIX_NOWHERE, -1, -1 };
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        modifiers,
                ThruMatrixView        *self)
{
  gboolean control = (modifiers & GDK_CONTROL_MASK) != 0;
  int row = (int) self->cursor_row, column = (int) self->cursor_column;
  int last_row, last_column;

  if (_thru_matrix_view_is_empty (self) || (modifiers & (GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    {
      return FALSE;
    }
  if (!move_by_key (self, key, control, &row, &column))
    {
      return !control && act_by_key (self, key, modifiers);
    }

  last_row = (int) thru_matrix_axis_get_n_lines (self->layout.rows) - 1;
  last_column = (int) thru_matrix_axis_get_n_lines (self->layout.columns) - 1;
  if (row < 0 || column < 0 || row > last_row || column > last_column)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
    }
  show_focus (self);
  _thru_matrix_view_move_cursor (self, (guint) CLAMP (row, 0, last_row), (guint) CLAMP (column, 0, last_column), TRUE);

  return TRUE;
}

/* --- Pointer --- */

static void
hover (ThruMatrixView *self,
       ThruMatrixHit   hit)
{
  if (hit.area == self->hover.area && hit.row == self->hover.row && hit.column == self->hover.column)
    {
      return;
    }
  self->hover = hit;
  _thru_matrix_view_redraw (self, THRU_LAYER_CURSOR);
  _thru_matrix_view_update_sentence (self);
}

void
_thru_matrix_view_update_hover (ThruMatrixView *self)
{
  hover (self, _thru_matrix_view_is_empty (self) || !self->pointer_inside
         ? (ThruMatrixHit) { THRU_MATRIX_NOWHERE, -1, -1 }
         : thru_matrix_layout_hit_test (&self->layout, self->pointer_x, self->pointer_y));
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           ThruMatrixView           *self)
{
  self->pointer_inside = TRUE;
  self->pointer_x = x;
  self->pointer_y = y;
  _thru_matrix_view_update_hover (self);
}

static void
leave_cb (GtkEventControllerMotion *controller,
          ThruMatrixView           *self)
{
  self->pointer_inside = FALSE;
  _thru_matrix_view_update_hover (self);
}

/* A press on a header folds or opens its room. */
static void
click_header (ThruMatrixView      *self,
              const ThruMatrixHit *hit)
{
  ThruMatrixSide side = hit->area == THRU_MATRIX_ROW_HEADER ? THRU_MATRIX_ROWS : THRU_MATRIX_COLUMNS;
  const ThruMatrixLine *line = _thru_matrix_view_get_line (self, side,
                                                           (guint) (side == THRU_MATRIX_ROWS ? hit->row : hit->column));

  if (line->device < 0)
    {
      _thru_matrix_view_fold (self, side, line->room, !line->folded);
    }
}

void
_thru_matrix_view_press (ThruMatrixView *self,
                         double          x,
                         double          y)
{
  self->painting = FALSE;
  self->press = _thru_matrix_view_is_empty (self)
    ? (ThruMatrixHit) { THRU_MATRIX_NOWHERE, -1, -1 }
    : thru_matrix_layout_hit_test (&self->layout, x, y);
  if (self->press.area == THRU_MATRIX_BODY)
    {
      _thru_matrix_view_move_cursor (self, (guint) self->press.row, (guint) self->press.column, TRUE);
    }
}

/* Connects from where the drag began to where it is, along the line it took first; it never removes. */
static void
paint_to (ThruMatrixView      *self,
          const ThruMatrixHit *hit)
{
  gboolean along_row = self->paint_orientation == GTK_ORIENTATION_HORIZONTAL;
  int start = along_row ? self->press.column : self->press.row;
  int end = along_row ? hit->column : hit->row;

  for (int i = MIN (start, end); i <= MAX (start, end); i++)
    {
      guint row = (guint) (along_row ? self->press.row : i);
      guint column = (guint) (along_row ? i : self->press.column);

      if (_thru_matrix_view_can_connect (self, row, column))
        {
          _thru_matrix_view_connect (self, row, column);
        }
    }
}

void
_thru_matrix_view_drag (ThruMatrixView *self,
                        double          x,
                        double          y)
{
  ThruMatrixHit hit;

  if (self->press.area != THRU_MATRIX_BODY || _thru_matrix_view_is_empty (self))
    {
      return;
    }
  hit = thru_matrix_layout_hit_test (&self->layout, x, y);
  if (hit.area != THRU_MATRIX_BODY || (hit.row == self->press.row && hit.column == self->press.column))
    {
      return;
    }
  if (!self->painting)
    {
      if (!_thru_matrix_view_can_connect (self, (guint) self->press.row, (guint) self->press.column))
        {
          self->press.area = THRU_MATRIX_NOWHERE;
          return;
        }
      self->painting = TRUE;
      self->paint_orientation = hit.column != self->press.column ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL;
    }
  paint_to (self, &hit);
}

void
_thru_matrix_view_release (ThruMatrixView *self,
                           double          x,
                           double          y)
{
  ThruMatrixHit press = self->press;
  ThruMatrixHit hit;

  self->press.area = THRU_MATRIX_NOWHERE;
  if (self->painting || press.area == THRU_MATRIX_NOWHERE || _thru_matrix_view_is_empty (self))
    {
      return;
    }
  hit = thru_matrix_layout_hit_test (&self->layout, x, y);
  if (hit.area != press.area || hit.row != press.row || hit.column != press.column)
    {
      return;
    }
  if (hit.area == THRU_MATRIX_BODY)
    {
      _thru_matrix_view_activate (self, (guint) hit.row, (guint) hit.column);
    }
  else if (hit.area == THRU_MATRIX_ROW_HEADER || hit.area == THRU_MATRIX_COLUMN_HEADER)
    {
      click_header (self, &hit);
    }
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               ThruMatrixView *self)
{
  _thru_matrix_view_press (self, x, y);
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double          offset_x,
                double          offset_y,
                ThruMatrixView *self)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    {
      _thru_matrix_view_drag (self, x + offset_x, y + offset_y);
    }
}

static void
drag_end_cb (GtkGestureDrag *gesture,
             double          offset_x,
             double          offset_y,
             ThruMatrixView *self)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    {
      _thru_matrix_view_release (self, x + offset_x, y + offset_y);
    }
}

/* Scrolling took the touch, or a grab broke: nothing was clicked. */
static void
cancel_cb (GtkGesture       *gesture,
           GdkEventSequence *sequence,
           ThruMatrixView   *self)
{
  self->press.area = THRU_MATRIX_NOWHERE;
}

static void
secondary_pressed_cb (GtkGestureClick *gesture,
                      int              n_press,
                      double           x,
                      double           y,
                      ThruMatrixView  *self)
{
  ThruMatrixHit hit;

  if (_thru_matrix_view_is_empty (self))
    {
      return;
    }
  hit = thru_matrix_layout_hit_test (&self->layout, x, y);
  if (hit.area == THRU_MATRIX_BODY)
    {
      _thru_matrix_view_move_cursor (self, (guint) hit.row, (guint) hit.column, TRUE);
      _thru_matrix_view_pop_up_menu (self);
    }
  else if (hit.area == THRU_MATRIX_ROW_HEADER || hit.area == THRU_MATRIX_COLUMN_HEADER)
    {
      _thru_matrix_view_pop_up_room_menu (self, &hit, x, y);
    }
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           ThruMatrixView           *self)
{
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if ((modifiers & GDK_CONTROL_MASK) == 0 || dy == 0)
    {
      return FALSE;
    }
  if (dy < 0)
    {
      thru_matrix_view_zoom_in (self);
    }
  else
    {
      thru_matrix_view_zoom_out (self);
    }

  return TRUE;
}

static void
focus_changed_cb (ThruMatrixView *self)
{
  _thru_matrix_view_redraw (self, THRU_LAYER_CURSOR);
  _thru_matrix_view_update_sentence (self);
}

static void
add_controller (ThruMatrixView     *self,
                GtkEventController *controller)
{
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

void
_thru_matrix_view_add_input (ThruMatrixView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL
                                                                | GTK_EVENT_CONTROLLER_SCROLL_DISCRETE);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();

  g_signal_connect (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (focus, "notify::contains-focus", G_CALLBACK (focus_changed_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (cancel_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  g_signal_connect (secondary, "pressed", G_CALLBACK (secondary_pressed_cb), self);

  add_controller (self, motion);
  add_controller (self, keys);
  add_controller (self, focus);
  add_controller (self, scroll);
  add_controller (self, GTK_EVENT_CONTROLLER (drag));
  add_controller (self, GTK_EVENT_CONTROLLER (secondary));
}
