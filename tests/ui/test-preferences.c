/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/* What is set in the preferences counts at once, and what is set elsewhere shows in them. */

#include "thru-config.h"

#include "thru-demo-studio.h"
#include "thru-preferences.h"

#include <glib/gstdio.h>
#include <locale.h>

typedef struct
{
  ThruStudio *studio;
  GtkWindow  *parent;
  GtkWindow  *preferences;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->studio = thru_demo_studio_new (1, 2);
  fixture->parent = GTK_WINDOW (gtk_window_new ());
  fixture->preferences = thru_preferences_new (fixture->parent, fixture->studio);
  gtk_window_present (fixture->preferences);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->preferences));
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  gtk_window_destroy (fixture->parent);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  thru_studio_stop (fixture->studio);
  g_assert_finalize_object (fixture->studio);
}

static gpointer
find (Fixture *fixture,
      GType    type)
{
  g_autoptr(GQueue) widgets = g_queue_new ();
  GtkWidget *widget;

  g_queue_push_tail (widgets, fixture->preferences);
  while ((widget = g_queue_pop_head (widgets)) != NULL)
    {
      if (g_type_is_a (G_OBJECT_TYPE (widget), type))
        return widget;
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
        g_queue_push_tail (widgets, child);
    }
  g_error ("there is no %s", g_type_name (type));
}

static void
what_is_set_counts_at_once (Fixture      *fixture,
                            gconstpointer data)
{
  GtkSpinButton *spin = find (fixture, GTK_TYPE_SPIN_BUTTON);
  GtkSwitch *late = find (fixture, GTK_TYPE_SWITCH);

  gtk_spin_button_set_value (spin, 400);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 400);
  gtk_switch_set_active (late, FALSE);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 0);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (spin)));
  gtk_switch_set_active (late, TRUE);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 400);
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (spin)));
}

/* Outside of a sandbox, a file of the desktop's autostart folder. */
static void
start_at_login_is_a_file (Fixture      *fixture,
                          gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "autostart", THRU_APP_ID ".desktop", NULL);
  g_autoptr(GKeyFile) entry = g_key_file_new ();
  g_autofree char *command = NULL;
  GtkSwitch *login = GTK_SWITCH (gtk_widget_get_template_child (GTK_WIDGET (fixture->preferences), THRU_TYPE_PREFERENCES,
                                                                "login_switch"));

  g_assert_false (gtk_switch_get_active (login));
  gtk_switch_set_active (login, TRUE);
  while (!gtk_widget_is_sensitive (GTK_WIDGET (login)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_key_file_load_from_file (entry, path, G_KEY_FILE_NONE, NULL));
  command = g_key_file_get_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, NULL);
  g_assert_true (g_str_has_suffix (command, "/test-preferences --headless"));

  gtk_switch_set_active (login, FALSE);
  while (!gtk_widget_is_sensitive (GTK_WIDGET (login)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (gtk_switch_get_active (login));
}

/* A file stands where the folder should be. */
static void
start_at_login_that_fails_is_told (Fixture      *fixture,
                                   gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "autostart", NULL);
  GtkWidget *preferences = GTK_WIDGET (fixture->preferences);
  GtkSwitch *login = GTK_SWITCH (gtk_widget_get_template_child (preferences, THRU_TYPE_PREFERENCES, "login_switch"));
  GtkWidget *refusal = GTK_WIDGET (gtk_widget_get_template_child (preferences, THRU_TYPE_PREFERENCES, "refusal_label"));

  g_rmdir (folder);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  gtk_switch_set_active (login, TRUE);
  while (!gtk_widget_is_sensitive (GTK_WIDGET (login)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (gtk_switch_get_active (login));
  g_assert_true (gtk_widget_get_visible (refusal));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (refusal)), folder));
  g_unlink (folder);
}

static void
what_is_set_elsewhere_shows (Fixture      *fixture,
                             gconstpointer data)
{
  GtkSpinButton *spin = find (fixture, GTK_TYPE_SPIN_BUTTON);
  GtkSwitch *late = find (fixture, GTK_TYPE_SWITCH);

  g_assert_true (thru_studio_set_late_limit (fixture->studio, 1500, NULL));
  g_assert_cmpint (gtk_spin_button_get_value_as_int (spin), ==, 1500);
  g_assert_true (thru_studio_set_late_limit (fixture->studio, 0, NULL));
  g_assert_false (gtk_switch_get_active (late));
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 0);
}

static void
what_was_typed_last_counts_when_it_closes (Fixture      *fixture,
                                           gconstpointer data)
{
  gtk_editable_set_text (find (fixture, GTK_TYPE_SPIN_BUTTON), "90");
  gtk_window_close (fixture->preferences);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 90);
}

static void
it_fits_a_narrow_screen (Fixture      *fixture,
                         gconstpointer data)
{
  int minimum;

  gtk_widget_measure (GTK_WIDGET (fixture->preferences), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *config = g_dir_make_tmp ("thru-preferences-XXXXXX", NULL);
  int status;

  /* Not the user's own folder of what starts at login. */
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  setlocale (LC_ALL, "C.UTF-8");
  adw_init ();

#define ADD(path, func) g_test_add ("/preferences/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("what-is-set-counts-at-once", what_is_set_counts_at_once);
  ADD ("what-is-set-elsewhere-shows", what_is_set_elsewhere_shows);
  ADD ("what-was-typed-last-counts-when-it-closes", what_was_typed_last_counts_when_it_closes);
  ADD ("it-fits-a-narrow-screen", it_fits_a_narrow_screen);
  ADD ("start-at-login-is-a-file", start_at_login_is_a_file);
  ADD ("start-at-login-that-fails-is-told", start_at_login_that_fails_is_told);

  status = g_test_run ();
  g_rmdir (config);
  return status;
}
