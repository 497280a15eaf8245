/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The matrix as a widget, on a screen. */

#include "thru-demo-studio.h"
#include "thru-matrix-view-private.h"
#include "thru-route-list.h"
#include "thru-studio-private.h"

#include <adwaita.h>
#include <locale.h>

/* The demo's two rooms: row 1 is Keystation 61 MK3, row 2 Push 3; column 1 is Push 3, column 6 TX7, column 7 Prophet Rev2. */
#define KEYSTATION 1
#define PUSH 2
#define TO_PUSH 1
#define TX7 6
#define PROPHET 7

typedef struct
{
  ThruStudio     *studio;
  GtkWidget      *window;
  GtkWidget      *scroller;
  ThruMatrixView *matrix;
  GString        *heard; /* signals, in words */
} Fixture;

static gboolean
time_out_cb (gpointer flag)
{
  *(gboolean *) flag = TRUE;

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the condition holds. */
#define WAIT_UNTIL(condition)                                       \
  G_STMT_START {                                                    \
    gboolean late = FALSE;                                          \
    guint id = g_timeout_add_seconds (10, time_out_cb, &late);      \
    while (!(condition) && !late)                                   \
    g_main_context_iteration (NULL, TRUE);                        \
    g_assert_false (late);                                          \
    g_source_remove (id);                                           \
  } G_STMT_END

static void
disconnected_cb (ThruMatrixView *matrix,
                 const char     *text,
                 ThruDevice     *from,
                 ThruDevice     *to,
                 Fixture        *fixture)
{
  g_string_append_printf (fixture->heard, "%s;%s;%s", text, thru_device_get_name (from), thru_device_get_name (to));
}

static void
failed_cb (ThruMatrixView *matrix,
           const char     *text,
           Fixture        *fixture)
{
  g_string_append_printf (fixture->heard, "failed:%s", text);
}

static void
set_up_rooms (Fixture *fixture,
              guint    n_rooms,
              guint    n_devices)
{
  fixture->studio = thru_demo_studio_new (n_rooms, n_devices);
  thru_demo_studio_set_pace (THRU_DEMO_STUDIO (fixture->studio), 0);
  fixture->heard = g_string_new (NULL);
  fixture->matrix = THRU_MATRIX_VIEW (thru_matrix_view_new ());
  g_signal_connect (fixture->matrix, "disconnected", G_CALLBACK (disconnected_cb), fixture);
  g_signal_connect (fixture->matrix, "failed", G_CALLBACK (failed_cb), fixture);
  thru_matrix_view_set_studio (fixture->matrix, fixture->studio);
  fixture->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (fixture->scroller), GTK_WIDGET (fixture->matrix));
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->scroller);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 600);
  gtk_window_present (GTK_WINDOW (fixture->window));
  WAIT_UNTIL (gtk_widget_get_mapped (GTK_WIDGET (fixture->matrix))
              && _thru_matrix_view_get_cell (fixture->matrix, 2, 2) != NULL);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  set_up_rooms (fixture, 2, 0);
}

static void
set_up_many (Fixture      *fixture,
             gconstpointer data)
{
  set_up_rooms (fixture, 8, 8);
}

static void
set_up_right_to_left (Fixture      *fixture,
                      gconstpointer data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  set_up_rooms (fixture, 2, 0);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  ThruMatrixView *matrix = fixture->matrix;

  g_object_add_weak_pointer (G_OBJECT (matrix), (gpointer *) &matrix);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  WAIT_UNTIL (matrix == NULL);
  g_assert_finalize_object (fixture->studio);
  g_string_free (fixture->heard, TRUE);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static ThruMatrixCell *
get_cell (Fixture *fixture,
          guint    row,
          guint    column)
{
  ThruMatrixCell *cell;

  WAIT_UNTIL ((cell = _thru_matrix_view_get_cell (fixture->matrix, row, column)) != NULL);

  return cell;
}

static gpointer
find_controller (Fixture *fixture,
                 GType    type)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->matrix));
  gpointer found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && found == NULL; i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        {
          found = controller;
        }
    }
  g_assert_nonnull (found);

  return found;
}

static gboolean
press_key (Fixture        *fixture,
           guint           key,
           GdkModifierType modifiers)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", key, 0, modifiers, &handled);

  return handled;
}

static void
assert_cursor (Fixture *fixture,
               guint    row,
               guint    column)
{
  g_assert_cmpuint (fixture->matrix->cursor_row, ==, row);
  g_assert_cmpuint (fixture->matrix->cursor_column, ==, column);
}

static void
test_roles (Fixture      *fixture,
            gconstpointer data)
{
  gtk_test_accessible_assert_role (fixture->matrix, GTK_ACCESSIBLE_ROLE_GRID);
  gtk_test_accessible_assert_role (get_cell (fixture, KEYSTATION, TX7), GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
test_labels (Fixture      *fixture,
             gconstpointer data)
{
  gtk_test_accessible_assert_property (get_cell (fixture, KEYSTATION, TX7), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Keystation 61 MK3 to Live room TX7: connected, under 1 millisecond");
  gtk_test_accessible_assert_property (get_cell (fixture, PUSH, TX7), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Push 3 to Live room TX7: not connected");
  gtk_test_accessible_assert_property (get_cell (fixture, 0, 5), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "all of Control room to all of Live room: 2 of 15 connected");
}

static void
test_states (Fixture      *fixture,
             gconstpointer data)
{
  gtk_test_accessible_assert_state (get_cell (fixture, KEYSTATION, TX7), GTK_ACCESSIBLE_STATE_CHECKED,
                                    GTK_ACCESSIBLE_TRISTATE_TRUE);
  gtk_test_accessible_assert_state (get_cell (fixture, PUSH, TX7), GTK_ACCESSIBLE_STATE_CHECKED,
                                    GTK_ACCESSIBLE_TRISTATE_FALSE);
  gtk_test_accessible_assert_state (get_cell (fixture, 0, 5), GTK_ACCESSIBLE_STATE_CHECKED,
                                    GTK_ACCESSIBLE_TRISTATE_MIXED);
}

static void
test_rooms_are_expandable (Fixture      *fixture,
                           gconstpointer data)
{
  gtk_test_accessible_assert_state (get_cell (fixture, 0, TX7), GTK_ACCESSIBLE_STATE_EXPANDED, TRUE);
  _thru_matrix_view_fold (fixture->matrix, THRU_MATRIX_ROWS, 0, TRUE);
  gtk_test_accessible_assert_state (get_cell (fixture, 0, TX7), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE);
}

static void
test_toggle_action (Fixture      *fixture,
                    gconstpointer data)
{
  ThruMatrixCell *cell = get_cell (fixture, KEYSTATION, PROPHET);
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
test_arrows (Fixture      *fixture,
             gconstpointer data)
{
  assert_cursor (fixture, 1, 1);
  g_assert_true (press_key (fixture, GDK_KEY_Down, 0));
  g_assert_true (press_key (fixture, GDK_KEY_Right, 0));
  assert_cursor (fixture, 2, 2);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (get_cell (fixture, 2, 2))));
  g_assert_true (press_key (fixture, GDK_KEY_Left, 0));
  g_assert_true (press_key (fixture, GDK_KEY_Left, 0));
  g_assert_true (press_key (fixture, GDK_KEY_Left, 0));
  assert_cursor (fixture, 2, 0);
  g_assert_true (press_key (fixture, GDK_KEY_End, GDK_CONTROL_MASK));
  assert_cursor (fixture, 8, 8);
  g_assert_true (press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK));
  assert_cursor (fixture, 0, 0);
  g_assert_false (press_key (fixture, GDK_KEY_x, 0));
  g_assert_false (press_key (fixture, GDK_KEY_1, GDK_ALT_MASK));
  g_assert_false (press_key (fixture, GDK_KEY_plus, GDK_CONTROL_MASK));
}

static void
test_arrows_right_to_left (Fixture      *fixture,
                           gconstpointer data)
{
  assert_cursor (fixture, 1, 1);
  g_assert_true (press_key (fixture, GDK_KEY_Left, 0));
  assert_cursor (fixture, 1, 2);
  g_assert_true (press_key (fixture, GDK_KEY_Right, 0));
  assert_cursor (fixture, 1, 1);
  g_assert_cmpfloat (thru_matrix_layout_get_cell (&fixture->matrix->layout, 1, 1).x, >,
                     thru_matrix_layout_get_cell (&fixture->matrix->layout, 1, 2).x);
}

static void
test_names_are_isolated (Fixture      *fixture,
                         gconstpointer data)
{
  g_assert_true (g_str_has_prefix (thru_matrix_cell_get_label (get_cell (fixture, PUSH, TX7)), "\xe2\x81\xa8Push 3\xe2\x81\xa9 to "));
}

static void
test_space_toggles (Fixture      *fixture,
                    gconstpointer data)
{
  ThruMatrixCell *cell = get_cell (fixture, KEYSTATION, TO_PUSH);

  g_assert_true (press_key (fixture, GDK_KEY_space, 0));
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (cell), ": connected") != NULL);
  g_assert_true (press_key (fixture, GDK_KEY_Return, 0));
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (cell), ": not connected") != NULL);
}

static void
test_fold_by_key (Fixture      *fixture,
                  gconstpointer data)
{
  press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK);
  press_key (fixture, GDK_KEY_Right, 0);
  g_assert_true (press_key (fixture, GDK_KEY_minus, 0));
  g_assert_true (thru_matrix_axis_is_folded (fixture->matrix->layout.rows, 0));
  g_assert_false (thru_matrix_axis_is_folded (fixture->matrix->layout.columns, 0));
  g_assert_cmpstr (thru_matrix_cell_get_label (get_cell (fixture, 0, TX7)), ==,
                   "all of Control room to Live room TX7: 1 of 5 connected");
  g_assert_true (press_key (fixture, GDK_KEY_plus, 0));
  g_assert_false (thru_matrix_axis_is_folded (fixture->matrix->layout.rows, 0));
}

static void
test_delete_removes_a_room (Fixture      *fixture,
                            gconstpointer data)
{
  g_autoptr(ThruRoom) room = g_list_model_get_item (thru_studio_get_rooms (fixture->studio), 1);
  g_autofree char *id = g_strdup (thru_room_get_id (room));
  guint line = thru_matrix_axis_find_line (fixture->matrix->layout.columns, 1, -1);

  /* One that is here stays: it would come back at once. */
  press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK);
  for (guint i = 0; i < line; i++)
    press_key (fixture, GDK_KEY_Right, 0);
  g_assert_cmpuint (fixture->matrix->cursor_column, ==, line);
  g_assert_true (press_key (fixture, GDK_KEY_Delete, 0));
  g_assert_nonnull (thru_studio_find_room (fixture->studio, id));

  _thru_room_set_state (room, THRU_ROOM_WAITING, "It is not here now.");
  g_assert_true (press_key (fixture, GDK_KEY_F10, GDK_SHIFT_MASK));
  gtk_popover_popdown (GTK_POPOVER (fixture->matrix->menu));
  g_assert_true (press_key (fixture, GDK_KEY_Delete, 0));
  g_assert_null (thru_studio_find_room (fixture->studio, id));
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

static void
test_cursor_goes_to_the_first_device (Fixture      *fixture,
                                      gconstpointer data)
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
  assert_cursor (fixture, KEYSTATION, TO_PUSH);
}

static void
test_cursor_stays_with_its_devices (Fixture      *fixture,
                                    gconstpointer data)
{
  press_key (fixture, GDK_KEY_Down, 0);
  for (guint i = 0; i < 5; i++)
    {
      press_key (fixture, GDK_KEY_Right, 0);
    }
  assert_cursor (fixture, PUSH, TX7);
  _thru_matrix_view_fold (fixture->matrix, THRU_MATRIX_COLUMNS, 0, TRUE);
  assert_cursor (fixture, PUSH, 2);
  _thru_room_remove_device (thru_studio_get_own_room (fixture->studio),
                            thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_ROWS, 0));
  WAIT_UNTIL (thru_matrix_model_get_n_all (fixture->matrix->model, THRU_MATRIX_ROWS) == 6);
  assert_cursor (fixture, PUSH - 1, 2);
  g_assert_cmpstr (thru_matrix_cell_get_label (get_cell (fixture, PUSH - 1, 2)), ==,
                   "Push 3 to Live room TX7: not connected");
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (get_cell (fixture, PUSH - 1, 2))));
}

static void
test_menu (Fixture      *fixture,
           gconstpointer data)
{
  guint before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));

  press_key (fixture, GDK_KEY_End, 0);
  press_key (fixture, GDK_KEY_Left, 0);
  g_assert_true (press_key (fixture, GDK_KEY_F10, GDK_SHIFT_MASK));
  g_assert_true (gtk_widget_get_visible (fixture->matrix->menu));
  gtk_popover_popdown (GTK_POPOVER (fixture->matrix->menu));
  g_assert_false (press_key (fixture, GDK_KEY_F10, 0));
  gtk_widget_activate_action (GTK_WIDGET (fixture->matrix), "matrix.connect", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before);
  gtk_widget_activate_action (GTK_WIDGET (fixture->matrix), "matrix.disconnect", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before - 1);
}

static void
drag (Fixture *fixture,
      guint    row,
      guint    column,
      guint    to_row,
      guint    to_column)
{
  ThruMatrixRect from = thru_matrix_layout_get_cell (&fixture->matrix->layout, row, column);
  ThruMatrixRect to = thru_matrix_layout_get_cell (&fixture->matrix->layout, to_row, to_column);

  _thru_matrix_view_press (fixture->matrix, from.x + 8, from.y + 8);
  _thru_matrix_view_drag (fixture->matrix, to.x + 9, to.y + 9);
  _thru_matrix_view_release (fixture->matrix, to.x + 9, to.y + 9);
}

static void
test_click (Fixture      *fixture,
            gconstpointer data)
{
  drag (fixture, PUSH, TX7, PUSH, TX7);
  assert_cursor (fixture, PUSH, TX7);
  WAIT_UNTIL (strstr (thru_matrix_cell_get_label (get_cell (fixture, PUSH, TX7)), ": connected") != NULL);
}

static void
test_drag_adds (Fixture      *fixture,
                gconstpointer data)
{
  drag (fixture, PUSH, TX7, PUSH, TX7 + 2);
  for (guint column = TX7; column <= TX7 + 2; column++)
    {
      WAIT_UNTIL (strstr (thru_matrix_cell_get_label (get_cell (fixture, PUSH, column)), ": connected") != NULL);
    }
}

static void
test_drag_never_removes (Fixture      *fixture,
                         gconstpointer data)
{
  guint before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));

  drag (fixture, KEYSTATION, TX7, KEYSTATION, TX7 + 2);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before);
  drag (fixture, KEYSTATION, TX7 + 2, KEYSTATION, TX7);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before + 1);
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

static void
test_click_on_header_folds (Fixture      *fixture,
                            gconstpointer data)
{
  ThruMatrixRect rect = thru_matrix_layout_get_row (&fixture->matrix->layout, 0);

  _thru_matrix_view_press (fixture->matrix, rect.x + 14, rect.y + 8);
  _thru_matrix_view_release (fixture->matrix, rect.x + 14, rect.y + 8);
  g_assert_true (thru_matrix_axis_is_folded (fixture->matrix->layout.rows, 0));
}

static void
test_lines_changing_under_a_press (Fixture      *fixture,
                                   gconstpointer data)
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
test_sentence (Fixture      *fixture,
               gconstpointer data)
{
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&fixture->matrix->layout, PUSH, TX7);
  gpointer motion = find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION);

  g_signal_emit_by_name (motion, "motion", rect.x + 8, rect.y + 8);
  g_assert_cmpstr (thru_matrix_view_get_sentence (fixture->matrix), ==,
                   "Push 3 (here) → TX7 in Live room: not connected. Click to connect.");
  press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK);
  g_assert_cmpstr (thru_matrix_view_get_sentence (fixture->matrix), ==,
                   "Control room → Control room: 1 of 20 connected. Click to fold.");
  g_signal_emit_by_name (motion, "motion", rect.x + 9, rect.y + 8);
  g_assert_cmpstr (thru_matrix_view_get_sentence (fixture->matrix), ==,
                   "Push 3 (here) → TX7 in Live room: not connected. Click to connect.");
}

static void
test_room_appears (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr(ThruRoom) room = _thru_room_new ("new", "Shed");

  _thru_studio_add_room (fixture->studio, room);
  WAIT_UNTIL (thru_matrix_axis_get_n_rooms (fixture->matrix->layout.rows) == 3);
  g_assert_cmpstr (thru_matrix_cell_get_label (get_cell (fixture, 1, 9)), ==,
                   "Keystation 61 MK3 to all of Shed: not possible. Nothing in Shed receives MIDI");
}

static void
test_meters_rest (Fixture      *fixture,
                  gconstpointer data)
{
  ThruDevice *device = thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_ROWS, 0);

  WAIT_UNTIL (!thru_meter_driver_is_moving (fixture->matrix->meters));
  thru_meter_count (thru_device_get_meter (device), (const uint8_t[]) { 0xf8 }, 1);
  g_assert_false (thru_meter_bank_peek (thru_meter_driver_get_bank (fixture->matrix->meters)));
  thru_meter_count (thru_device_get_meter (device), (const uint8_t[]) { 0x90, 60, 100 }, 3);
  WAIT_UNTIL (thru_meter_driver_is_moving (fixture->matrix->meters));
  WAIT_UNTIL (thru_meter_bank_get_level (thru_meter_driver_get_bank (fixture->matrix->meters), 0) > 0.5);
  WAIT_UNTIL (!thru_meter_driver_is_moving (fixture->matrix->meters));
  gtk_widget_set_visible (fixture->window, FALSE);
  thru_meter_count (thru_device_get_meter (device), (const uint8_t[]) { 0x90, 60, 100 }, 3);
  g_assert_false (thru_meter_driver_is_moving (fixture->matrix->meters));
}

static void
test_reduced_motion (Fixture      *fixture,
                     gconstpointer data)
{
  ThruDevice *device = thru_matrix_model_get_nth (fixture->matrix->model, THRU_MATRIX_ROWS, 0);
  ThruMeterBank *bank = thru_meter_driver_get_bank (fixture->matrix->meters);

  WAIT_UNTIL (!thru_meter_driver_is_moving (fixture->matrix->meters));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  thru_meter_count (thru_device_get_meter (device), (const uint8_t[]) { 0x90, 60, 1 }, 3);
  WAIT_UNTIL (thru_meter_bank_get_level (bank, 0) >= 1);
  g_assert_false (thru_meter_driver_is_moving (fixture->matrix->meters));
  WAIT_UNTIL (thru_meter_bank_get_level (bank, 0) <= 0);
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-enable-animations");
}

static void
test_scrolled_cells_are_bound (Fixture      *fixture,
                               gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (fixture->scroller));
  guint n_before, last = thru_matrix_axis_get_n_lines (fixture->matrix->layout.rows) - 1;

  n_before = g_hash_table_size (fixture->matrix->bound);
  g_assert_null (_thru_matrix_view_get_cell (fixture->matrix, last, 2));
  gtk_adjustment_set_value (adjustment, 99999);
  WAIT_UNTIL (_thru_matrix_view_get_cell (fixture->matrix, last, 2) != NULL);
  /* Only what is visible has proxies. */
  g_assert_cmpuint (g_hash_table_size (fixture->matrix->bound), <, 2 * n_before);
  g_assert_null (_thru_matrix_view_get_cell (fixture->matrix, 5, 2));
}

static void
test_keys_scroll (Fixture      *fixture,
                  gconstpointer data)
{
  guint last = thru_matrix_axis_get_n_lines (fixture->matrix->layout.rows) - 1;

  press_key (fixture, GDK_KEY_End, GDK_CONTROL_MASK);
  assert_cursor (fixture, last, last);
  g_assert_cmpfloat (fixture->matrix->layout.scroll_y, >, 0);
  g_assert_cmpfloat (fixture->matrix->layout.scroll_x, >, 0);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (get_cell (fixture, last, last))));
  press_key (fixture, GDK_KEY_Page_Up, 0);
  g_assert_cmpuint (fixture->matrix->cursor_row, <, last - 5);
}

static void
test_zoom (Fixture      *fixture,
           gconstpointer data)
{
  double before = fixture->matrix->layout.cell_height;

  thru_matrix_view_zoom_in (fixture->matrix);
  g_assert_cmpfloat (fixture->matrix->layout.cell_height, >, before);
  thru_matrix_view_set_zoom (fixture->matrix, -99);
  g_assert_cmpfloat (fixture->matrix->layout.cell_height, <, before);
  thru_matrix_view_set_zoom (fixture->matrix, 0);
  g_assert_cmpfloat (fixture->matrix->layout.cell_height, ==, before);
}

static void
test_dark (Fixture      *fixture,
           gconstpointer data)
{
  AdwStyleManager *style_manager = adw_style_manager_get_default ();

  g_assert_cmpfloat (fixture->matrix->style.back.red, >, 0.8);
  adw_style_manager_set_color_scheme (style_manager, ADW_COLOR_SCHEME_FORCE_DARK);
  WAIT_UNTIL (fixture->matrix->style.back.red < 0.3 && fixture->matrix->style.text.red > 0.8);
  adw_style_manager_set_color_scheme (style_manager, ADW_COLOR_SCHEME_DEFAULT);
  WAIT_UNTIL (fixture->matrix->style.back.red > 0.8 && fixture->matrix->style.text.red < 0.3);
}

static void
test_no_studio (Fixture      *fixture,
                gconstpointer data)
{
  thru_matrix_view_set_studio (fixture->matrix, NULL);
  g_assert_false (press_key (fixture, GDK_KEY_Down, 0));
  g_assert_null (thru_matrix_view_get_sentence (fixture->matrix));
  thru_matrix_view_set_studio (fixture->matrix, fixture->studio);
  g_assert_true (press_key (fixture, GDK_KEY_Down, 0));
}

static void
count_text_cb (ThruRouteList *list,
               const char    *text,
               ThruDevice    *from,
               ThruDevice    *to,
               GString       *heard)
{
  g_string_append (heard, text);
}

static GtkWidget *
find_row (GtkWidget *widget)
{
  if (GTK_IS_LIST_BOX_ROW (widget))
    {
      return widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = find_row (child);

      if (row != NULL)
        {
          return row;
        }
    }

  return NULL;
}

static void
test_route_list (Fixture      *fixture,
                 gconstpointer data)
{
  GtkWidget *list = thru_route_list_new ();
  GtkWidget *window = gtk_window_new ();
  guint before = g_list_model_get_n_items (thru_studio_get_routes (fixture->studio));
  g_autoptr(GString) heard = g_string_new (NULL);
  GtkWidget *row;

  g_object_ref_sink (list);
  gtk_window_set_child (GTK_WINDOW (window), list);
  g_signal_connect (list, "disconnected", G_CALLBACK (count_text_cb), heard);
  thru_route_list_set_studio (THRU_ROUTE_LIST (list), fixture->studio);
  g_assert_null (find_row (list));

  gtk_window_present (GTK_WINDOW (window));
  row = find_row (list);
  g_assert_nonnull (row);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "FaderPort 8 to Ardour: connected");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "FaderPort 8 → Ardour");
  gtk_widget_activate_action (row, "route.disconnect", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studio)), ==, before - 1);
  g_assert_cmpstr (heard->str, ==, "Disconnected FaderPort 8 from Ardour");
  gtk_test_accessible_assert_property (find_row (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Keystation 61 MK3 to Live room Prophet Rev2: connected, under 1 millisecond");

  gtk_widget_set_visible (window, FALSE);
  g_assert_null (find_row (list));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (list);
}

#define ADD(path, up, function) g_test_add (path, Fixture, NULL, up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  /* gtk_test_init() asks for a locale that need not be there, and arrows would print as question marks. */
  setlocale (LC_ALL, "C.UTF-8");
  g_set_prgname ("test-matrix-view");
  adw_init ();

  ADD ("/matrix-view/is-a-grid-of-cells", set_up, test_roles);
  ADD ("/matrix-view/a-cell-says-a-whole-sentence", set_up, test_labels);
  ADD ("/matrix-view/a-cell-has-its-state", set_up, test_states);
  ADD ("/matrix-view/rooms-are-expandable", set_up, test_rooms_are_expandable);
  ADD ("/matrix-view/the-menu-acts-on-the-cursor", set_up, test_menu);
  ADD ("/matrix-view/toggling-disconnects-and-connects", set_up, test_toggle_action);
  ADD ("/matrix-view/arrows-move", set_up, test_arrows);
  ADD ("/matrix-view/arrows-are-mirrored-right-to-left", set_up_right_to_left, test_arrows_right_to_left);
  ADD ("/matrix-view/names-are-isolated-right-to-left", set_up_right_to_left, test_names_are_isolated);
  ADD ("/matrix-view/space-toggles", set_up, test_space_toggles);
  ADD ("/matrix-view/plus-and-minus-fold", set_up, test_fold_by_key);
  ADD ("/matrix-view/delete-removes-a-room-that-is-away", set_up, test_delete_removes_a_room);
  ADD ("/matrix-view/the-cursor-goes-to-the-first-device-of-its-room", set_up, test_cursor_goes_to_the_first_device);
  ADD ("/matrix-view/the-cursor-stays-with-its-devices", set_up, test_cursor_stays_with_its_devices);
  ADD ("/matrix-view/a-click-connects", set_up, test_click);
  ADD ("/matrix-view/a-drag-connects-a-line", set_up, test_drag_adds);
  ADD ("/matrix-view/a-drag-never-disconnects", set_up, test_drag_never_removes);
  ADD ("/matrix-view/a-click-on-a-room-folds", set_up, test_click_on_header_folds);
  ADD ("/matrix-view/lines-that-change-under-a-press-cancel-it", set_up, test_lines_changing_under_a_press);
  ADD ("/matrix-view/the-sentence-follows-pointer-and-keyboard", set_up, test_sentence);
  ADD ("/matrix-view/a-room-that-appears-gets-lines", set_up, test_room_appears);
  ADD ("/matrix-view/meters-move-and-rest", set_up, test_meters_rest);
  ADD ("/matrix-view/reduced-motion-has-a-steady-lamp", set_up, test_reduced_motion);
  ADD ("/matrix-view/proxies-follow-the-scrolling", set_up_many, test_scrolled_cells_are_bound);
  ADD ("/matrix-view/keys-scroll-to-the-end", set_up_many, test_keys_scroll);
  ADD ("/matrix-view/zooms", set_up_many, test_zoom);
  ADD ("/matrix-view/follows-light-and-dark", set_up, test_dark);
  ADD ("/matrix-view/is-empty-without-a-studio", set_up, test_no_studio);
  ADD ("/route-list/says-and-removes-routes-while-it-is-shown", set_up, test_route_list);

  return g_test_run ();
}
