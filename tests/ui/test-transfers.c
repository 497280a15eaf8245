/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/* What the window shows of long System Exclusive while it is being sent. */

#include "thru-config.h"

#include "thru-demo-studio.h"
#include "thru-matrix-view.h"
#include "thru-studio-private.h"
#include "thru-transfer-bar.h"
#include "thru-window.h"

#include <locale.h>

#define LENGTH 65536
#define SENT 26870
#define N_TRANSFERS 3
#define DEADLINE_US (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  ThruStudio   *studio;
  ThruWindow   *window;
  ThruTransfer *transfers[N_TRANSFERS];
} Fixture;

static AdwApplication *app;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  static const char *const destinations[N_TRANSFERS] = { "Live room/TX7", "Live room/Prophet Rev2", "Control room/Ardour" };

  fixture->studio = thru_demo_studio_new (2, 0);
  fixture->window = thru_window_new (app, fixture->studio);
  for (guint i = 0; i < N_TRANSFERS; i++)
    {
      ThruDevice *device = thru_studio_parse_device (fixture->studio, destinations[i], FALSE, NULL);

      fixture->transfers[i] = thru_transfer_new (device, LENGTH);
    }
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->window));
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  for (guint i = 0; i < N_TRANSFERS; i++)
    g_object_unref (fixture->transfers[i]);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  thru_studio_stop (fixture->studio);
  g_assert_finalize_object (fixture->studio);
}

/* All descendants of @type that are shown, in their order. Returns: (transfer full). */
static GPtrArray *
find_all (GtkWidget *widget,
          GType      type)
{
  GPtrArray *found = g_ptr_array_new ();

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_mapped (child))
        continue;
      if (g_type_is_a (G_OBJECT_TYPE (child), type))
        g_ptr_array_add (found, child);
      else
        g_ptr_array_extend_and_steal (found, find_all (child, type));
    }
  return found;
}

static GtkWidget *
find_bar (Fixture *fixture,
          guint    n)
{
  g_autoptr(GPtrArray) bars = find_all (GTK_WIDGET (fixture->window), THRU_TYPE_TRANSFER_BAR);

  return n < bars->len ? g_ptr_array_index (bars, n) : NULL;
}

static guint
count_bars (Fixture *fixture)
{
  g_autoptr(GPtrArray) bars = find_all (GTK_WIDGET (fixture->window), THRU_TYPE_TRANSFER_BAR);

  return bars->len;
}

/* The only one of its kind in the bar. */
static GtkWidget *
find_in_bar (Fixture *fixture,
             guint    n,
             GType    type)
{
  g_autoptr(GPtrArray) found = find_all (find_bar (fixture, n), type);

  g_assert_cmpuint (found->len, ==, 1);
  return g_ptr_array_index (found, 0);
}

static gboolean
has_label (Fixture    *fixture,
           guint       n,
           const char *text)
{
  g_autoptr(GPtrArray) labels = find_all (find_bar (fixture, n), GTK_TYPE_LABEL);

  for (guint i = 0; i < labels->len; i++)
    {
      if (strstr (gtk_label_get_text (g_ptr_array_index (labels, i)), text) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
wait_for_bars (Fixture *fixture,
               guint    n)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  while (count_bars (fixture) != n)
    {
      if (g_get_monotonic_time () > deadline)
        return FALSE;
      g_main_context_iteration (NULL, FALSE);
    }
  return TRUE;
}

static void
begin (Fixture *fixture,
       guint    n)
{
  for (guint i = 0; i < n; i++)
    _thru_studio_add_transfer (fixture->studio, fixture->transfers[i]);
  g_assert_true (wait_for_bars (fixture, n));
}

static void
progress_is_shown_and_said (Fixture      *fixture,
                            gconstpointer data)
{
  GtkWidget *progress;

  g_assert_cmpuint (count_bars (fixture), ==, 0);
  begin (fixture, 1);
  g_assert_true (has_label (fixture, 0, "Live room TX7"));
  progress = find_in_bar (fixture, 0, GTK_TYPE_PROGRESS_BAR);
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (progress)), ==, 0);
  gtk_test_accessible_assert_property (progress, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "0 percent");

  thru_transfer_set_sent (fixture->transfers[0], SENT);
  g_assert_true (has_label (fixture, 0, "41"));
  g_assert_cmpfloat_with_epsilon (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (progress)), 0.41, 0.001);
  gtk_test_accessible_assert_property (progress, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "41 percent");
  gtk_test_accessible_assert_role (find_bar (fixture, 0), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cancel_breaks_it_off (Fixture      *fixture,
                      gconstpointer data)
{
  GtkWidget *button;

  begin (fixture, 2);
  button = find_in_bar (fixture, 1, GTK_TYPE_BUTTON);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Cancel the System Exclusive message to Live room Prophet Rev2");
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (wait_for_bars (fixture, 1));
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_transfers (fixture->studio)), ==, 1);
  g_assert_true (has_label (fixture, 0, "TX7"));
}

static void
it_disappears_when_all_is_sent (Fixture      *fixture,
                                gconstpointer data)
{
  begin (fixture, 1);
  thru_transfer_set_sent (fixture->transfers[0], LENGTH);
  gtk_test_accessible_assert_property (find_in_bar (fixture, 0, GTK_TYPE_PROGRESS_BAR), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "100 percent");
  _thru_studio_remove_transfer (fixture->studio, fixture->transfers[0]);
  g_assert_true (wait_for_bars (fixture, 0));
}

static void
several_are_shown_each_with_its_own_progress (Fixture      *fixture,
                                              gconstpointer data)
{
  GtkWidget *first, *last;

  begin (fixture, N_TRANSFERS);
  for (guint i = 0; i < N_TRANSFERS; i++)
    thru_transfer_set_sent (fixture->transfers[i], (i + 1) * LENGTH / 4);
  g_assert_true (has_label (fixture, 0, "25"));
  g_assert_true (has_label (fixture, 1, "50"));
  g_assert_true (has_label (fixture, 2, "75"));

  /* The one in the middle ends; the others stay the very widgets that they were. */
  first = find_bar (fixture, 0);
  last = find_bar (fixture, 2);
  _thru_studio_remove_transfer (fixture->studio, fixture->transfers[1]);
  g_assert_true (wait_for_bars (fixture, 2));
  g_assert_true (find_bar (fixture, 0) == first && find_bar (fixture, 1) == last);
  thru_transfer_set_sent (fixture->transfers[2], LENGTH - 1);
  g_assert_true (has_label (fixture, 1, "99"));
}

static gboolean
has_keyboard (Fixture   *fixture,
              GtkWidget *widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

static void
the_keyboard_goes_on_when_a_bar_goes (Fixture      *fixture,
                                      gconstpointer data)
{
  g_autoptr(GPtrArray) matrix = find_all (GTK_WIDGET (fixture->window), THRU_TYPE_MATRIX_VIEW);

  begin (fixture, 2);
  gtk_widget_grab_focus (find_in_bar (fixture, 0, GTK_TYPE_BUTTON));
  _thru_studio_remove_transfer (fixture->studio, fixture->transfers[0]);
  g_assert_true (wait_for_bars (fixture, 1));
  g_assert_true (has_keyboard (fixture, find_bar (fixture, 0)));
  g_signal_emit_by_name (find_in_bar (fixture, 0, GTK_TYPE_BUTTON), "clicked");
  g_assert_true (wait_for_bars (fixture, 0));
  g_assert_true (has_keyboard (fixture, g_ptr_array_index (matrix, 0)));
}

static void
it_takes_no_keyboard_when_it_comes (Fixture      *fixture,
                                    gconstpointer data)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  begin (fixture, 1);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == focus);
}

static void
long_names_fit_a_narrow_window (Fixture      *fixture,
                                gconstpointer data)
{
  ThruDevice *device = thru_studio_parse_device (fixture->studio, "Live room/TX7", FALSE, NULL);
  int minimum;

  _thru_device_set_name (device, "Untergeschosskonzertflügelsteuerungsschnittstelle with a very long name of its own");
  begin (fixture, N_TRANSFERS);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 600);
  gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static gboolean
is_narrow (Fixture *fixture)
{
  return gtk_widget_get_width (GTK_WIDGET (fixture->window)) <= 360;
}

static gboolean
is_whole (Fixture *fixture)
{
  GtkWidget *bar = find_bar (fixture, 0);
  GtkWidget *scroller = gtk_widget_get_ancestor (bar, GTK_TYPE_SCROLLED_WINDOW);

  return gtk_widget_get_height (bar) > 0 && gtk_widget_get_height (bar) <= gtk_widget_get_height (scroller);
}

static void
one_is_whole_and_many_leave_room (Fixture      *fixture,
                                  gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  int minimum;

  begin (fixture, 1);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 600);
  while (!(is_narrow (fixture) && is_whole (fixture)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (is_narrow (fixture) && is_whole (fixture));

  for (guint i = 1; i < N_TRANSFERS; i++)
    _thru_studio_add_transfer (fixture->studio, fixture->transfers[i]);
  g_assert_true (wait_for_bars (fixture, N_TRANSFERS));
  gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_VERTICAL, 360, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 600);
}

#define ADD(name, func) g_test_add ("/transfers/" name, Fixture, NULL, set_up, func, tear_down)

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

  ADD ("progress-is-shown-and-said", progress_is_shown_and_said);
  ADD ("cancel-breaks-it-off", cancel_breaks_it_off);
  ADD ("it-disappears-when-all-is-sent", it_disappears_when_all_is_sent);
  ADD ("several-are-shown-each-with-its-own-progress", several_are_shown_each_with_its_own_progress);
  ADD ("the-keyboard-goes-on-when-a-bar-goes", the_keyboard_goes_on_when_a_bar_goes);
  ADD ("it-takes-no-keyboard-when-it-comes", it_takes_no_keyboard_when_it_comes);
  ADD ("long-names-fit-a-narrow-window", long_names_fit_a_narrow_window);
  ADD ("one-is-whole-and-many-leave-room", one_is_whole_and_many_leave_room);
  return g_test_run ();
}
