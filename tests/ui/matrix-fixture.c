/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "matrix-fixture.h"

gboolean
matrix_fixture_time_out_cb (gpointer flag)
{
  *(gboolean *) flag = TRUE;

  return G_SOURCE_REMOVE;
}

static void
disconnected_cb (ThruMatrixView *matrix,
                 const char     *text,
                 ThruDevice     *from,
                 ThruDevice     *to,
                 MatrixFixture  *fixture)
{
  g_string_append_printf (fixture->heard, "%s;%s;%s", text, thru_device_get_name (from), thru_device_get_name (to));
}

static void
failed_cb (ThruMatrixView *matrix,
           const char     *text,
           MatrixFixture  *fixture)
{
  g_string_append_printf (fixture->heard, "failed:%s", text);
}

static void
set_up_rooms (MatrixFixture *fixture,
              guint          n_rooms,
              guint          n_devices)
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

void
matrix_fixture_set_up (MatrixFixture *fixture,
                       gconstpointer  data)
{
  set_up_rooms (fixture, 2, 0);
}

void
matrix_fixture_set_up_many (MatrixFixture *fixture,
                            gconstpointer  data)
{
  set_up_rooms (fixture, 8, 8);
}

void
matrix_fixture_set_up_right_to_left (MatrixFixture *fixture,
                                     gconstpointer  data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  set_up_rooms (fixture, 2, 0);
}

void
matrix_fixture_tear_down (MatrixFixture *fixture,
                          gconstpointer  data)
{
  ThruMatrixView *matrix = fixture->matrix;

  g_object_add_weak_pointer (G_OBJECT (matrix), (gpointer *) &matrix);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  WAIT_UNTIL (matrix == NULL);
  g_assert_finalize_object (fixture->studio);
  g_string_free (fixture->heard, TRUE);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

ThruMatrixCell *
matrix_fixture_get_cell (MatrixFixture *fixture,
                         guint          row,
                         guint          column)
{
  ThruMatrixCell *cell;

  WAIT_UNTIL ((cell = _thru_matrix_view_get_cell (fixture->matrix, row, column)) != NULL);

  return cell;
}

gpointer
matrix_fixture_find_controller (MatrixFixture *fixture,
                                GType          type)
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

gboolean
matrix_fixture_press_key (MatrixFixture  *fixture,
                          guint           key,
                          GdkModifierType modifiers)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (matrix_fixture_find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", key, 0, modifiers, &handled);

  return handled;
}

void
matrix_fixture_assert_cursor (MatrixFixture *fixture,
                              guint          row,
                              guint          column)
{
  g_assert_cmpuint (fixture->matrix->cursor_row, ==, row);
  g_assert_cmpuint (fixture->matrix->cursor_column, ==, column);
}
