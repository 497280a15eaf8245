/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The matrix as a widget, on a screen. */

#include "matrix-fixture.h"

#include "thru-route-list.h"

#include <locale.h>

static void
test_roles (MatrixFixture *fixture,
            gconstpointer  data)
{
  gtk_test_accessible_assert_role (fixture->matrix, GTK_ACCESSIBLE_ROLE_GRID);
  gtk_test_accessible_assert_role (matrix_fixture_get_cell (fixture, KEYSTATION, TX7), GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
test_labels (MatrixFixture *fixture,
             gconstpointer  data)
{
  gtk_test_accessible_assert_property (matrix_fixture_get_cell (fixture, KEYSTATION, TX7), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Keystation 61 MK3 to Live room TX7: connected, under 1 millisecond");
  gtk_test_accessible_assert_property (matrix_fixture_get_cell (fixture, PUSH, TX7), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Push 3 to Live room TX7: not connected");
  gtk_test_accessible_assert_property (matrix_fixture_get_cell (fixture, 0, 5), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "all of Control room to all of Live room: 2 of 15 connected");
}

static void
test_states (MatrixFixture *fixture,
             gconstpointer  data)
{
  gtk_test_accessible_assert_state (matrix_fixture_get_cell (fixture, KEYSTATION, TX7), GTK_ACCESSIBLE_STATE_CHECKED,
                                    GTK_ACCESSIBLE_TRISTATE_TRUE);
  gtk_test_accessible_assert_state (matrix_fixture_get_cell (fixture, PUSH, TX7), GTK_ACCESSIBLE_STATE_CHECKED,
                                    GTK_ACCESSIBLE_TRISTATE_FALSE);
  gtk_test_accessible_assert_state (matrix_fixture_get_cell (fixture, 0, 5), GTK_ACCESSIBLE_STATE_CHECKED,
                                    GTK_ACCESSIBLE_TRISTATE_MIXED);
}

static void
test_rooms_are_expandable (MatrixFixture *fixture,
                           gconstpointer  data)
{
  gtk_test_accessible_assert_state (matrix_fixture_get_cell (fixture, 0, TX7), GTK_ACCESSIBLE_STATE_EXPANDED, TRUE);
  _thru_matrix_view_fold (fixture->matrix, THRU_MATRIX_ROWS, 0, TRUE);
  gtk_test_accessible_assert_state (matrix_fixture_get_cell (fixture, 0, TX7), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE);
}

static void
test_names_are_isolated (MatrixFixture *fixture,
                         gconstpointer  data)
{
  g_assert_true (g_str_has_prefix (thru_matrix_cell_get_label (matrix_fixture_get_cell (fixture, PUSH, TX7)), "\xe2\x81\xa8Push 3\xe2\x81\xa9 to "));
}

static void
test_sentence (MatrixFixture *fixture,
               gconstpointer  data)
{
  ThruMatrixRect rect = thru_matrix_layout_get_cell (&fixture->matrix->layout, PUSH, TX7);
  gpointer motion = matrix_fixture_find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION);

  g_signal_emit_by_name (motion, "motion", rect.x + 8, rect.y + 8);
  g_assert_cmpstr (thru_matrix_view_get_sentence (fixture->matrix), ==,
                   "Push 3 (here) → TX7 in Live room: not connected. Click to connect.");
  matrix_fixture_press_key (fixture, GDK_KEY_Home, GDK_CONTROL_MASK);
  g_assert_cmpstr (thru_matrix_view_get_sentence (fixture->matrix), ==,
                   "Control room → Control room: 1 of 20 connected. Click to fold.");
  g_signal_emit_by_name (motion, "motion", rect.x + 9, rect.y + 8);
  g_assert_cmpstr (thru_matrix_view_get_sentence (fixture->matrix), ==,
                   "Push 3 (here) → TX7 in Live room: not connected. Click to connect.");
}

static void
test_room_appears (MatrixFixture *fixture,
                   gconstpointer  data)
{
  g_autoptr(ThruRoom) room = _thru_room_new ("new", "Shed");

  _thru_studio_add_room (fixture->studio, room);
  WAIT_UNTIL (thru_matrix_axis_get_n_rooms (fixture->matrix->layout.rows) == 3);
  g_assert_cmpstr (thru_matrix_cell_get_label (matrix_fixture_get_cell (fixture, 1, 9)), ==,
                   "Keystation 61 MK3 to all of Shed: not possible. Nothing in Shed receives MIDI");
}

static void
test_meters_rest (MatrixFixture *fixture,
                  gconstpointer  data)
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
test_reduced_motion (MatrixFixture *fixture,
                     gconstpointer  data)
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
test_scrolled_cells_are_bound (MatrixFixture *fixture,
                               gconstpointer  data)
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
test_zoom (MatrixFixture *fixture,
           gconstpointer  data)
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
test_dark (MatrixFixture *fixture,
           gconstpointer  data)
{
  AdwStyleManager *style_manager = adw_style_manager_get_default ();

  g_assert_cmpfloat (fixture->matrix->style.back.red, >, 0.8);
  adw_style_manager_set_color_scheme (style_manager, ADW_COLOR_SCHEME_FORCE_DARK);
  WAIT_UNTIL (fixture->matrix->style.back.red < 0.3 && fixture->matrix->style.text.red > 0.8);
  adw_style_manager_set_color_scheme (style_manager, ADW_COLOR_SCHEME_DEFAULT);
  WAIT_UNTIL (fixture->matrix->style.back.red > 0.8 && fixture->matrix->style.text.red < 0.3);
}

static void
test_no_studio (MatrixFixture *fixture,
                gconstpointer  data)
{
  thru_matrix_view_set_studio (fixture->matrix, NULL);
  g_assert_false (matrix_fixture_press_key (fixture, GDK_KEY_Down, 0));
  g_assert_null (thru_matrix_view_get_sentence (fixture->matrix));
  thru_matrix_view_set_studio (fixture->matrix, fixture->studio);
  g_assert_true (matrix_fixture_press_key (fixture, GDK_KEY_Down, 0));
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
test_route_list (MatrixFixture *fixture,
                 gconstpointer  data)
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

#define ADD(path, up, function) \
  g_test_add (path, MatrixFixture, NULL, up, function, matrix_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  /* gtk_test_init() asks for a locale that need not be there, and arrows would print as question marks. */
  setlocale (LC_ALL, "C.UTF-8");
  g_set_prgname ("test-matrix-view");
  adw_init ();

  ADD ("/matrix-view/is-a-grid-of-cells", matrix_fixture_set_up, test_roles);
  ADD ("/matrix-view/a-cell-says-a-whole-sentence", matrix_fixture_set_up, test_labels);
  ADD ("/matrix-view/a-cell-has-its-state", matrix_fixture_set_up, test_states);
  ADD ("/matrix-view/rooms-are-expandable", matrix_fixture_set_up, test_rooms_are_expandable);
  ADD ("/matrix-view/names-are-isolated-right-to-left", matrix_fixture_set_up_right_to_left, test_names_are_isolated);
  ADD ("/matrix-view/the-sentence-follows-pointer-and-keyboard", matrix_fixture_set_up, test_sentence);
  ADD ("/matrix-view/a-room-that-appears-gets-lines", matrix_fixture_set_up, test_room_appears);
  ADD ("/matrix-view/meters-move-and-rest", matrix_fixture_set_up, test_meters_rest);
  ADD ("/matrix-view/reduced-motion-has-a-steady-lamp", matrix_fixture_set_up, test_reduced_motion);
  ADD ("/matrix-view/proxies-follow-the-scrolling", matrix_fixture_set_up_many, test_scrolled_cells_are_bound);
  ADD ("/matrix-view/zooms", matrix_fixture_set_up_many, test_zoom);
  ADD ("/matrix-view/follows-light-and-dark", matrix_fixture_set_up, test_dark);
  ADD ("/matrix-view/is-empty-without-a-studio", matrix_fixture_set_up, test_no_studio);
  ADD ("/route-list/says-and-removes-routes-while-it-is-shown", matrix_fixture_set_up, test_route_list);
  add_matrix_input_tests ();

  return g_test_run ();
}
