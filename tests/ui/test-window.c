/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/* The window on the demo studio: what it shows when something is missing, and its commands. */

#include "thru-config.h"

#include "thru-demo-studio.h"
#include "thru-matrix-view.h"
#include "thru-problem-bar.h"
#include "thru-question-bar.h"
#include "thru-room-private.h"
#include "thru-route-list.h"
#include "thru-studio-private.h"
#include "thru-view-title.h"
#include "thru-window.h"

#include <locale.h>

typedef struct
{
  ThruStudio *studio;
  ThruWindow *window;
} Fixture;

/* One for all tests: a second one could not register at the same place of the bus. */
static AdwApplication *app;

static void
set_up (Fixture      *fixture,
        gconstpointer n_rooms)
{
  fixture->studio = thru_demo_studio_new (GPOINTER_TO_UINT (n_rooms), 2);
  fixture->window = thru_window_new (app, fixture->studio);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->window));
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  thru_studio_stop (fixture->studio);
  g_assert_finalize_object (fixture->studio);
}

/* The first visible descendant of @type whose label or title holds @text (nullable: any). */
static GtkWidget *
find_shown (GtkWidget  *widget,
            GType       type,
            const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    {
      g_autofree char *shown = NULL;

      if (text == NULL)
        return widget;
      if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "label") != NULL)
        g_object_get (widget, "label", &shown, NULL);
      else if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "title") != NULL)
        g_object_get (widget, "title", &shown, NULL);
      if (shown != NULL && strstr (shown, text) != NULL)
        return widget;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_shown (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
wait_for_shown (Fixture    *fixture,
                GType       type,
                const char *text,
                gboolean    shown)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  while ((find_shown (GTK_WIDGET (fixture->window), type, text) != NULL) != shown)
    {
      if (g_get_monotonic_time () > deadline)
        return FALSE;
      g_main_context_iteration (NULL, FALSE);
    }
  return TRUE;
}

static gboolean
wait_for_text (Fixture    *fixture,
               const char *text,
               gboolean    shown)
{
  return wait_for_shown (fixture, GTK_TYPE_LABEL, text, shown);
}

static void
alone_it_says_that_it_looks_for_other_rooms (Fixture      *fixture,
                                             gconstpointer data)
{
  g_assert_true (wait_for_text (fixture, "Looking for Other Rooms", TRUE));
}

static void
alone_and_not_searching_it_offers_an_address (Fixture      *fixture,
                                              gconstpointer data)
{
  _thru_studio_set_searching (fixture->studio, FALSE);
  g_assert_true (wait_for_text (fixture, "No Other Room Yet", TRUE));
  g_assert_true (wait_for_text (fixture, "Add Room by Address", TRUE));
}

static void
alone_without_devices_it_says_what_to_plug_in (Fixture      *fixture,
                                               gconstpointer data)
{
  g_autoptr(GPtrArray) none = g_ptr_array_new ();

  g_assert_true (wait_for_text (fixture, "No MIDI Devices Yet", FALSE));
  _thru_room_set_devices (thru_studio_get_own_room (fixture->studio), none);
  g_assert_true (wait_for_text (fixture, "No MIDI Devices Yet", TRUE));
}

static void
with_other_rooms_the_hint_is_gone (Fixture      *fixture,
                                   gconstpointer data)
{
  g_assert_true (wait_for_text (fixture, "Looking for Other Rooms", FALSE));
}

static void
a_new_user_is_asked_for_the_rooms_name (Fixture      *fixture,
                                        gconstpointer data)
{
  _thru_studio_set_needs_name (fixture->studio, TRUE);
  g_assert_true (wait_for_text (fixture, "Welcome", TRUE));
  g_assert_true (wait_for_shown (fixture, ADW_TYPE_VIEW_SWITCHER, NULL, FALSE));
  g_assert_null (find_shown (GTK_WIDGET (fixture->window), GTK_TYPE_MENU_BUTTON, NULL));

  _thru_studio_set_needs_name (fixture->studio, FALSE);
  g_assert_true (wait_for_text (fixture, "Welcome", FALSE));
}

static void
a_new_user_is_not_bothered_with_problems (Fixture      *fixture,
                                          gconstpointer data)
{
  g_autoptr(ThruProblem) problem = thru_problem_new (THRU_PROBLEM_MIDI, "No MIDI", "Start JACK.", NULL);

  _thru_studio_set_needs_name (fixture->studio, TRUE);
  _thru_studio_set_problem (fixture->studio, THRU_PROBLEM_MIDI, problem);
  g_assert_true (wait_for_text (fixture, "Welcome", TRUE));
  g_assert_null (find_shown (GTK_WIDGET (fixture->window), THRU_TYPE_PROBLEM_BAR, NULL));

  _thru_studio_set_needs_name (fixture->studio, FALSE);
  g_assert_true (wait_for_text (fixture, "Start JACK.", TRUE));
}

static void
a_problem_is_shown_with_its_remedy_until_it_is_over (Fixture      *fixture,
                                                     gconstpointer data)
{
  g_autoptr(ThruProblem) problem = thru_problem_new (THRU_PROBLEM_LISTEN, "Port 1199 is taken", "Another program uses it.",
                                                     "ss -ltnp 'sport = :1199'");

  _thru_studio_set_problem (fixture->studio, THRU_PROBLEM_LISTEN, problem);
  g_assert_true (wait_for_text (fixture, "Port 1199 is taken", TRUE));
  g_assert_true (wait_for_text (fixture, "Another program uses it.", TRUE));
  g_assert_nonnull (find_shown (GTK_WIDGET (fixture->window), GTK_TYPE_BUTTON, "Copy Command"));

  _thru_studio_set_problem (fixture->studio, THRU_PROBLEM_LISTEN, NULL);
  g_assert_true (wait_for_text (fixture, "Port 1199 is taken", FALSE));
}

static void
ask (Fixture *fixture)
{
  static const char *const answers[] = { "UM-ONE, to TX7", "UM-ONE (2), no routes", "Another One", NULL };
  static const char *const about[] = { "first", "second", NULL };
  g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (questions, thru_question_new ("which", "Which UM-ONE is this?", "UM-ONE came back.", answers, about));
  _thru_studio_set_questions (fixture->studio, questions);
}

static void
a_question_waits_until_it_is_answered (Fixture      *fixture,
                                       gconstpointer data)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  GtkWidget *button;

  ask (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->window));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == focus);
  g_assert_nonnull (find_shown (GTK_WIDGET (fixture->window), THRU_TYPE_QUESTION_BAR, NULL));
  button = find_shown (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "UM-ONE (2), no routes");
  g_assert_nonnull (button);
  g_signal_emit_by_name (gtk_widget_get_ancestor (button, GTK_TYPE_BUTTON), "clicked");
  g_assert_null (find_shown (GTK_WIDGET (fixture->window), THRU_TYPE_QUESTION_BAR, NULL));
}

static void
an_answer_can_be_undone (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr(ThruQuestion) question = NULL;

  ask (fixture);
  question = g_list_model_get_item (thru_studio_get_questions (fixture->studio), 0);
  g_assert_true (thru_studio_answer (fixture->studio, question, 1, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_questions (fixture->studio)), ==, 0);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.undo", NULL));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->window));
  g_assert_nonnull (find_shown (GTK_WIDGET (fixture->window), THRU_TYPE_QUESTION_BAR, NULL));
}

static void
a_problem_without_a_command_has_no_button (Fixture      *fixture,
                                           gconstpointer data)
{
  g_autoptr(ThruProblem) problem = thru_problem_new (THRU_PROBLEM_MIDI, "No MIDI", "Start JACK.", NULL);

  _thru_studio_set_problem (fixture->studio, THRU_PROBLEM_MIDI, problem);
  g_assert_true (wait_for_text (fixture, "Start JACK.", TRUE));
  g_assert_null (find_shown (GTK_WIDGET (fixture->window), GTK_TYPE_BUTTON, "Copy Command"));
}

static void
panic_is_confirmed (Fixture      *fixture,
                    gconstpointer data)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.panic", NULL));
  g_assert_true (wait_for_text (fixture, "Everything was silenced", TRUE));
}

static void
disconnecting_offers_undo_that_brings_it_back (Fixture      *fixture,
                                               gconstpointer data)
{
  GListModel *routes = thru_studio_get_routes (fixture->studio);
  guint before = g_list_model_get_n_items (routes);
  g_autoptr(ThruRoute) route = g_list_model_get_item (routes, 0);

  g_assert_true (thru_studio_disconnect_route (fixture->studio, route, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (routes), ==, before - 1);
  g_assert_true (wait_for_text (fixture, "disconnected from", TRUE));

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.undo", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (routes), ==, before);
}

static void
set_width (Fixture *fixture,
           int      width)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, 600);
}

static void
a_narrow_window_has_its_views_at_the_bottom (Fixture      *fixture,
                                             gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  int minimum;

  g_assert_true (wait_for_shown (fixture, ADW_TYPE_VIEW_SWITCHER, NULL, TRUE));
  g_assert_true (wait_for_text (fixture, "Thruwall", FALSE));

  set_width (fixture, 360);
  g_assert_true (wait_for_text (fixture, "Thruwall", TRUE));
  g_assert_true (thru_view_title_get_squeezed (THRU_VIEW_TITLE (find_shown (window, THRU_TYPE_VIEW_TITLE, NULL))));
  g_assert_true (wait_for_shown (fixture, ADW_TYPE_VIEW_SWITCHER, NULL, TRUE));
  gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);

  set_width (fixture, 900);
  g_assert_true (wait_for_text (fixture, "Thruwall", FALSE));
}

static void
a_narrow_window_wraps_problems (Fixture      *fixture,
                                gconstpointer data)
{
  g_autoptr(ThruProblem) problem = thru_problem_new (THRU_PROBLEM_LISTEN, "Other rooms cannot connect to this one",
                                                     "Another program uses port 1199. Close it.", "ss -ltnp");
  int minimum;

  _thru_studio_set_problem (fixture->studio, THRU_PROBLEM_LISTEN, problem);
  set_width (fixture, 360);
  g_assert_true (wait_for_text (fixture, "Thruwall", TRUE));
  gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static void
tab_reaches_everything (Fixture      *fixture,
                        gconstpointer data)
{
  static const char *const names[] = { "win.add-room", "win.panic" };
  g_autoptr(ThruProblem) problem = thru_problem_new (THRU_PROBLEM_LISTEN, "Port 1199 is taken", "Close it.", "ss -ltnp");
  g_autoptr(GHashTable) reached = g_hash_table_new (NULL, NULL);
  GtkWidget *window = GTK_WIDGET (fixture->window);
  GtkWidget *copy;

  _thru_studio_set_problem (fixture->studio, THRU_PROBLEM_LISTEN, problem);
  g_assert_true (wait_for_text (fixture, "Port 1199 is taken", TRUE));
  copy = find_shown (window, GTK_TYPE_BUTTON, "Copy Command");

  for (int i = 0; i < 30; i++)
    {
      GtkWidget *focus;

      gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
      for (focus = gtk_root_get_focus (GTK_ROOT (window)); focus != NULL; focus = gtk_widget_get_parent (focus))
        {
          g_hash_table_add (reached, focus);
          if (GTK_IS_ACTIONABLE (focus) && gtk_actionable_get_action_name (GTK_ACTIONABLE (focus)) != NULL)
            g_hash_table_add (reached, (gpointer) g_intern_string (gtk_actionable_get_action_name (GTK_ACTIONABLE (focus))));
        }
    }

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (g_hash_table_contains (reached, g_intern_string (names[i])));
  g_assert_true (g_hash_table_contains (reached, copy));
  g_assert_true (g_hash_table_contains (reached, find_shown (window, GTK_TYPE_MENU_BUTTON, NULL)));
  g_assert_true (g_hash_table_contains (reached, find_shown (window, ADW_TYPE_VIEW_SWITCHER, NULL)));
  g_assert_true (g_hash_table_contains (reached, find_shown (window, THRU_TYPE_MATRIX_VIEW, NULL)));
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static ThruDevice *
find_device (ThruStudio *studio,
             gboolean    source)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (studio));

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (thru_device_is_source (device) == source)
        return device;
    }
  g_assert_not_reached ();
}

static void
answer_about_loop (Fixture    *fixture,
                   const char *response)
{
  ThruStudio *studio = fixture->studio;
  GtkWidget *matrix = find_shown (GTK_WIDGET (fixture->window), THRU_TYPE_MATRIX_VIEW, NULL);
  ThruDevice *from = find_device (studio, TRUE);
  ThruDevice *to = find_device (studio, FALSE);
  ThruRoute *route = thru_studio_find_route (studio, from, to);
  GtkWidget *dialog;

  if (route != NULL)
    thru_studio_disconnect_route (studio, route, NULL);
  g_signal_emit_by_name (matrix, "asks", "This route would close a loop: A → B → A.", from, to);
  g_signal_emit_by_name (matrix, "asks", "This route would close another loop.", to, from);
  dialog = find_dialog ();
  g_assert_nonnull (find_shown (dialog, GTK_TYPE_LABEL, "A → B → A"));
  g_assert_null (thru_studio_find_route (studio, from, to));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_assert_true ((thru_studio_find_route (studio, from, to) != NULL) == g_str_equal (response, "connect"));
}

static void
a_loop_is_asked_about (Fixture      *fixture,
                       gconstpointer data)
{
  answer_about_loop (fixture, "cancel");
  g_assert_null (find_dialog ());
  answer_about_loop (fixture, "connect");
}

static void
the_list_of_routes_is_the_second_view (Fixture      *fixture,
                                       gconstpointer data)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "routes"));
  g_assert_true (wait_for_shown (fixture, THRU_TYPE_ROUTE_LIST, NULL, TRUE));
}

static void
without_routes_the_list_says_how_to_make_one (Fixture      *fixture,
                                              gconstpointer data)
{
  GListModel *routes = thru_studio_get_routes (fixture->studio);

  while (g_list_model_get_n_items (routes) > 0)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, 0);

      g_assert_true (thru_studio_disconnect_route (fixture->studio, route, NULL));
    }
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "routes"));
  g_assert_true (wait_for_text (fixture, "No Routes Yet", TRUE));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  setlocale (LC_ALL, "C.UTF-8");
  app = ADW_APPLICATION (g_object_new (ADW_TYPE_APPLICATION,
                                       "application-id", THRU_APP_ID,
                                       "flags", G_APPLICATION_NON_UNIQUE,
                                       "resource-base-path", THRU_APP_PATH,
                                       NULL));
  g_assert_true (g_application_register (G_APPLICATION (app), NULL, NULL));

#define ADD(path, rooms, func) g_test_add ("/window/" path, Fixture, GUINT_TO_POINTER (rooms), set_up, func, tear_down)
  ADD ("alone-it-says-that-it-looks-for-other-rooms", 1, alone_it_says_that_it_looks_for_other_rooms);
  ADD ("alone-and-not-searching-it-offers-an-address", 1, alone_and_not_searching_it_offers_an_address);
  ADD ("alone-without-devices-it-says-what-to-plug-in", 1, alone_without_devices_it_says_what_to_plug_in);
  ADD ("with-other-rooms-the-hint-is-gone", 3, with_other_rooms_the_hint_is_gone);
  ADD ("a-new-user-is-asked-for-the-rooms-name", 1, a_new_user_is_asked_for_the_rooms_name);
  ADD ("a-new-user-is-not-bothered-with-problems", 1, a_new_user_is_not_bothered_with_problems);
  ADD ("a-problem-is-shown-with-its-remedy-until-it-is-over", 2, a_problem_is_shown_with_its_remedy_until_it_is_over);
  ADD ("a-problem-without-a-command-has-no-button", 2, a_problem_without_a_command_has_no_button);
  ADD ("a-question-waits-until-it-is-answered", 2, a_question_waits_until_it_is_answered);
  ADD ("an-answer-can-be-undone", 2, an_answer_can_be_undone);
  ADD ("panic-is-confirmed", 2, panic_is_confirmed);
  ADD ("disconnecting-offers-undo-that-brings-it-back", 0, disconnecting_offers_undo_that_brings_it_back);
  ADD ("a-narrow-window-has-its-views-at-the-bottom", 0, a_narrow_window_has_its_views_at_the_bottom);
  ADD ("a-narrow-window-wraps-problems", 2, a_narrow_window_wraps_problems);
  ADD ("tab-reaches-everything", 2, tab_reaches_everything);
  ADD ("a-loop-is-asked-about", 2, a_loop_is_asked_about);
  ADD ("the-list-of-routes-is-the-second-view", 0, the_list_of_routes_is_the_second_view);
  ADD ("without-routes-the-list-says-how-to-make-one", 2, without_routes_the_list_says_how_to_make_one);

  return g_test_run ();
}
