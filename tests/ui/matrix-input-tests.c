/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The matrix under keyboard and pointer. */

#include "matrix-fixture.h"

static void
test_toggle_action (MatrixFixture *fixture,
                    gconstpointer  data)
{
  ThruMatrixCell *cell = matrix_fixture_get_cell (fixture, KEYSTATION, PROPHET);
  ThruDevice *from = thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_ROWS, 0);
  ThruDevice *to = thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_COLUMNS, 5);

  g_assert_nonnull (thru_studio_find_route (fixture->studio, from, to));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (cell), "cell.toggle", NULL));
  g_assert_null (thru_studio_find_route (fixture->studio, from, to));
  g_assert_cmpstr (fixture->heard->str, ==,
                   "Disconnected Keystation 61 MK3 from Prophet Rev2 in Live room;Keystation 61 MK3;Prophet Rev2");
  WAIT_UNTIL (g_str_has_suffix (thru_matrix_cell_get_label (cell), "not connected"));
  gtk_test_accessible_assert_state (cell, GTK_ACCESSIBLE_STATE_CHECKED, GTK_ACCESSIBLE_TRISTATE_FALSE);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (cell), "cell.toggle", NULL));
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (cell), ": connected") != NULL);
  gtk_test_accessible_assert_state (cell, GTK_ACCESSIBLE_STATE_CHECKED, GTK_ACCESSIBLE_TRISTATE_TRUE);
}

static void
test_arrows (MatrixFixture *fixture,
             gconstpointer  data)
{
  matrix_fixture_assert_cursor (fixture, 1, 1);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Down, 0));
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Right, 0));
  matrix_fixture_assert_cursor (fixture, 2, 2);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (matrix_fixture_get_cell (fixture, 2, 2))));
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Left, 0));
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Left, 0));
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Left, 0));
  matrix_fixture_assert_cursor (fixture, 2, 0);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_End, GDK_CONTROL_MASK));
  matrix_fixture_assert_cursor (fixture, 8, 8);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK));
  matrix_fixture_assert_cursor (fixture, 0, 0);
  g_assert_false (matrix_fixture_press_key (fixture, GDK_KEY_x, 0));
  g_assert_false (matrix_fixture_press_key (fixture, GDK_KEY_1, GDK_ALT_MASK));
  g_assert_false (matrix_fixture_press_key (fixture, GDK_KEY_plus, GDK_CONTROL_MASK));
}

static void
test_arrows_right_to_left (MatrixFixture *fixture,
                           gconstpointer  data)
{
  matrix_fixture_assert_cursor (fixture, 1, 1);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Left, 0));
  matrix_fixture_assert_cursor (fixture, 1, 2);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Right, 0));
  matrix_fixture_assert_cursor (fixture, 1, 1);
  g_assert_cmpfloat (thru_matrix_layout_get_cell (&fixture->matrix->layout, 1, 1).x, >,
                     thru_matrix_layout_get_cell (&fixture->matrix->layout, 1, 2).x);
}

static void
test_space_toggles (MatrixFixture *fixture,
                    gconstpointer  data)
{
  ThruMatrixCell *cell = matrix_fixture_get_cell (fixture, KEYSTATION, TO_PUSH);

  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_space, 0));
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (cell), ": connected") != NULL);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Return, 0));
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (cell), ": not connected") != NULL);
}

static void
test_fold_by_key (MatrixFixture *fixture,
                  gconstpointer  data)
{
  matrix_fixture_press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK);
  matrix_fixture_press_key (fixture, GDK_KEY_Right, 0);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_minus, 0));
  g_assert_true (thru_matrix_axis_is_folded (fixture->matrix->layout.rows, 0));
  g_assert_false (thru_matrix_axis_is_folded (fixture->matrix->layout.columns, 0));
  g_assert_cmpstr (thru_matrix_cell_get_label (matrix_fixture_get_cell (fixture, 0, TX7)), ==,
                   "all of Control room to Live room TX7: 1 of 5 connected");
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_plus, 0));
  g_assert_false (thru_matrix_axis_is_folded (fixture->matrix->layout.rows, 0));
}

static void
test_delete_removes_a_room (MatrixFixture *fixture,
                            gconstpointer  data)
{
  g_autoptr(ThruRoom) room = g_list_model_get_item (thru_studio_get_rooms (fixture->studio), 1);
  g_autofree char *id = g_strdup (thru_room_get_id (room));
  guint line = thru_matrix_axis_find_line (fixture->matrix->layout.columns, 1, -1);

  /* One that is here stays: it would come back at once. */
  matrix_fixture_press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK);
  for (guint i = 0; i < line; i++)
    matrix_fixture_press_key (fixture, GDK_KEY_Right, 0);
  g_assert_cmpuint (fixture->matrix->cursor_column, ==, line);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Delete, 0));
  g_assert_nonnull (thru_studio_find_room (fixture->studio, id));

  _thru_room_set_state (room, THRU_ROOM_WAITING, "It is not here now.");
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_F10, GDK_SHIFT_MASK));
  gtk_popover_popdown (GTK_POPOVER (fixture->matrix->menu));
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Delete, 0));
  g_assert_null (thru_studio_find_room (fixture->studio, id));
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

static void
test_cursor_goes_to_the_first_device (MatrixFixture *fixture,
                                      gconstpointer  data)
{
  ThruRoom *own = thru_studio_get_own_room (fixture->studio);
  g_autoptr(GPtrArray) none = g_ptr_array_new ();
  g_autoptr(GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (thru_room_get_devices (own)); i++)
    {
      g_ptr_array_add (devices, g_list_model_get_item (thru_room_get_devices (own), i));
    }
  _thru_room_set_devices (own, none);
  WAIT_UNTIL (!thru_matrix_axis_can_fold (fixture->matrix->layout.rows, 0));
  _thru_matrix_view_set_cursor (fixture->matrix, 0, 0);

  _thru_room_set_devices (own, devices);
  WAIT_UNTIL (thru_matrix_axis_can_fold (fixture->matrix->layout.rows, 0));
  matrix_fixture_assert_cursor (fixture, KEYSTATION, TO_PUSH);
}

static void
test_cursor_stays_with_its_devices (MatrixFixture *fixture,
                                    gconstpointer  data)
{
  matrix_fixture_press_key (fixture, GDK_KEY_Down, 0);
  for (guint i = 0; i < 5; i++)
    {
      matrix_fixture_press_key (fixture, GDK_KEY_Right, 0);
    }
  matrix_fixture_assert_cursor (fixture, PUSH, TX7);
  _thru_matrix_view_fold (fixture->matrix, THRU_MATRIX_COLUMNS, 0, TRUE);
  matrix_fixture_assert_cursor (fixture, PUSH, 2);
  _thru_room_remove_device (thru_studio_get_own_room (fixture->studio),
                            thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_ROWS, 0));
  WAIT_UNTIL (thru_matrix_model_get_n_all (fixture->matrix->model, THRU_MATRIX_ROWS) == 6);
  matrix_fixture_assert_cursor (fixture, PUSH - 1, 2);
  g_assert_cmpstr (thru_matrix_cell_get_label (matrix_fixture_get_cell (fixture, PUSH - 1, 2)), ==,
                   "Push 3 to Live room TX7: not connected");
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (matrix_fixture_get_cell (fixture, PUSH - 1, 2))));
}

static void
test_menu (MatrixFixture *fixture,
           gconstpointer  data)
{
  guint before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));

  matrix_fixture_press_key (fixture, GDK_KEY_End, 0);
  matrix_fixture_press_key (fixture, GDK_KEY_Left, 0);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_F10, GDK_SHIFT_MASK));
  g_assert_true (gtk_widget_get_visible (fixture->matrix->menu));
  gtk_popover_popdown (GTK_POPOVER (fixture->matrix->menu));
  g_assert_false (matrix_fixture_press_key (fixture, GDK_KEY_F10, 0));
  gtk_widget_activate_action (GTK_WIDGET (fixture->matrix), "matrix.connect", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before);
  gtk_widget_activate_action (GTK_WIDGET (fixture->matrix), "matrix.disconnect", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before - 1);
}

static void
drag (MatrixFixture *fixture,
      guint          row,
      guint          column,
      guint          to_row,
      guint          to_column)
{
  ThruMatrixRect from = thru_matrix_layout_get_cell (&fixture->matrix->layout, row, column);
  ThruMatrixRect to = thru_matrix_layout_get_cell (&fixture->matrix->layout, to_row, to_column);

  _thru_matrix_view_press (fixture->matrix, from.x + 8, from.y + 8);
  _thru_matrix_view_drag (fixture->matrix, to.x + 9, to.y + 9);
  _thru_matrix_view_release (fixture->matrix, to.x + 9, to.y + 9);
}

static void
test_click (MatrixFixture *fixture,
            gconstpointer  data)
{
  drag (fixture, PUSH, TX7, PUSH, TX7);
  matrix_fixture_assert_cursor (fixture, PUSH, TX7);
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (matrix_fixture_get_cell (fixture, PUSH, TX7)), ": connected") != NULL);
}

static void
test_drag_adds (MatrixFixture *fixture,
                gconstpointer  data)
{
  drag (fixture, PUSH, TX7, PUSH, TX7 + 2);
  for (guint column = TX7; column <= TX7 + 2; column++)
    {
      WAIT_UNTIL (strstr (thru_matrix_cell_get_label (matrix_fixture_get_cell (fixture, PUSH, column)), ": connected") != NULL);
    }
}

static void
test_drag_never_removes (MatrixFixture *fixture,
                         gconstpointer  data)
{
  guint before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));

  drag (fixture, KEYSTATION, TX7, KEYSTATION, TX7 + 2);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before);
  drag (fixture, KEYSTATION, TX7 + 2, KEYSTATION, TX7);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before + 1);
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

static void
test_click_on_header_folds (MatrixFixture *fixture,
                            gconstpointer  data)
{
  ThruMatrixRect rect = thru_matrix_layout_get_row (&fixture->matrix->layout, 0);

  _thru_matrix_view_press (fixture->matrix, rect.x + 14, rect.y + 8);
  _thru_matrix_view_release (fixture->matrix, rect.x + 14, rect.y + 8);
  g_assert_true (thru_matrix_axis_is_folded (fixture->matrix->layout.rows, 0));
}

static void
test_lines_changing_under_a_press (MatrixFixture *fixture,
                                   gconstpointer  data)
{
  guint before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&fixture->matrix->layout, PUSH, TX7);

  _thru_matrix_view_press (fixture->matrix, rect.x + 8, rect.y + 8);
  /* Another device moves up into the same place. */
  _thru_room_remove_device (thru_studio_get_own_room (fixture->studio),
                            thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_ROWS, 1));
  WAIT_UNTIL (thru_matrix_model_get_n_all (fixture->matrix->model, THRU_MATRIX_ROWS) == 6);
  before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));
  _thru_matrix_view_release (fixture->matrix, rect.x + 8, rect.y + 8);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before);
}

static void
test_keys_scroll (MatrixFixture *fixture,
                  gconstpointer  data)
{
  guint last = thru_matrix_axis_get_n_lines (fixture->matrix->layout.rows) - 1;

  matrix_fixture_press_key (fixture, GDK_KEY_End, GDK_CONTROL_MASK);
  matrix_fixture_assert_cursor (fixture, last, last);
  g_assert_cmpfloat (fixture->matrix->layout.scroll_y, >, 0);
  g_assert_cmpfloat (fixture->matrix->layout.scroll_x, >, 0);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (matrix_fixture_get_cell (fixture, last, last))));
  matrix_fixture_press_key (fixture, GDK_KEY_Page_Up, 0);
  g_assert_cmpuint (fixture->matrix->cursor_row, <, last - 5);
}

#define ADD(path, up, function) \
  g_test_add (path, MatrixFixture, NULL, up, function, matrix_fixture_tear_down)

void
add_matrix_input_tests (void)
{
  ADD ("/matrix-view/the-menu-acts-on-the-cursor", matrix_fixture_set_up, test_menu);
  ADD ("/matrix-view/toggling-disconnects-and-connects", matrix_fixture_set_up, test_toggle_action);
  ADD ("/matrix-view/arrows-move", matrix_fixture_set_up, test_arrows);
  ADD ("/matrix-view/arrows-are-mirrored-right-to-left", matrix_fixture_set_up_right_to_left, test_arrows_right_to_left);
  ADD ("/matrix-view/space-toggles", matrix_fixture_set_up, test_space_toggles);
  ADD ("/matrix-view/plus-and-minus-fold", matrix_fixture_set_up, test_fold_by_key);
  ADD ("/matrix-view/delete-removes-a-room-that-is-away", matrix_fixture_set_up, test_delete_removes_a_room);
  ADD ("/matrix-view/the-cursor-goes-to-the-first-device-of-its-room", matrix_fixture_set_up, test_cursor_goes_to_the_first_device);
  ADD ("/matrix-view/the-cursor-stays-with-its-devices", matrix_fixture_set_up, test_cursor_stays_with_its_devices);
  ADD ("/matrix-view/a-click-connects", matrix_fixture_set_up, test_click);
  ADD ("/matrix-view/a-drag-connects-a-line", matrix_fixture_set_up, test_drag_adds);
  ADD ("/matrix-view/a-drag-never-disconnects", matrix_fixture_set_up, test_drag_never_removes);
  ADD ("/matrix-view/a-click-on-a-room-folds", matrix_fixture_set_up, test_click_on_header_folds);
  ADD ("/matrix-view/lines-that-change-under-a-press-cancel-it", matrix_fixture_set_up, test_lines_changing_under_a_press);
  ADD ("/matrix-view/keys-scroll-to-the-end", matrix_fixture_set_up_many, test_keys_scroll);
}
