/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-preferences.h"

#include "thru-background.h"
#include "thru-settings.h"

#define STEP 10
#define PAGE 50

struct _ThruPreferences
{
  AdwWindow parent_instance;

  /* Owned */
  ThruStudio *studio;

  GSettings  *settings;     /* nullable */

  gboolean    following;    /* the studio, not the user, changes what is shown */

  /* Template children */
  GtkSwitch     *keep_switch;
  GtkWidget     *keep_row;
  GtkSwitch     *login_switch;
  GtkLabel      *refusal_label;
  GtkSwitch     *late_switch;
  GtkWidget     *late_row;
  GtkSpinButton *late_spin;
};

G_DEFINE_FINAL_TYPE (ThruPreferences, thru_preferences, ADW_TYPE_WINDOW)

static void
follow_studio (ThruPreferences *self)
{
  guint limit = thru_studio_get_late_limit (self->studio);

  self->following = TRUE;
  gtk_switch_set_active (self->late_switch, limit > 0);
  gtk_widget_set_sensitive (self->late_row, limit > 0);
  if (limit > 0)
    gtk_spin_button_set_value (self->late_spin, limit);
  self->following = FALSE;
}

static void
late_changed_cb (ThruPreferences *self)
{
  gboolean leave_out = gtk_switch_get_active (self->late_switch);

  if (self->studio == NULL || self->following)
    return;

  thru_studio_set_late_limit (self->studio, leave_out ? (guint) gtk_spin_button_get_value_as_int (self->late_spin) : 0, NULL);
}

static void
show_login (ThruPreferences *self,
            gboolean         at_login,
            const char      *refusal)
{
  self->following = TRUE;
  gtk_switch_set_active (self->login_switch, at_login);
  self->following = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->login_switch), TRUE);
  gtk_label_set_text (self->refusal_label, refusal != NULL ? refusal : "");
  gtk_widget_set_visible (GTK_WIDGET (self->refusal_label), refusal != NULL);
}

static void
login_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(ThruPreferences) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean wanted;

  if (self->studio == NULL)
    return;

  wanted = gtk_switch_get_active (self->login_switch);
  if (!thru_background_request_finish (result, &error))
    {
      show_login (self, !wanted, error->message);
      return;
    }
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "start-at-login", wanted);
  show_login (self, wanted, NULL);
}

static void
login_changed_cb (ThruPreferences *self)
{
  if (self->studio == NULL || self->following)
    return;

  /* Until the desktop has answered. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->login_switch), FALSE);
  thru_background_request (gtk_switch_get_active (self->login_switch), NULL, login_cb, g_object_ref (self));
}

/* Where nothing can be remembered, nothing is offered. */
static void
bind_settings (ThruPreferences *self)
{
  self->settings = thru_settings_new ();
  gtk_widget_set_visible (self->keep_row, self->settings != NULL);
  if (self->settings != NULL)
    g_settings_bind (self->settings, "keep-playing", self->keep_switch, "active", G_SETTINGS_BIND_DEFAULT);
  show_login (self, thru_background_is_at_login (self->settings), NULL);
}

/* What was typed counts even if neither Enter nor Tab followed. */
static gboolean
thru_preferences_close_request (GtkWindow *window)
{
  gtk_spin_button_update (THRU_PREFERENCES (window)->late_spin);

  return GTK_WINDOW_CLASS (thru_preferences_parent_class)->close_request (window);
}

static void
thru_preferences_dispose (GObject *object)
{
  ThruPreferences *self = THRU_PREFERENCES (object);

  g_clear_object (&self->studio);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), THRU_TYPE_PREFERENCES);

  G_OBJECT_CLASS (thru_preferences_parent_class)->dispose (object);
}

static void
thru_preferences_class_init (ThruPreferencesClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = thru_preferences_dispose;
  GTK_WINDOW_CLASS (class)->close_request = thru_preferences_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, keep_switch);
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, keep_row);
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, login_switch);
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, refusal_label);
  gtk_widget_class_bind_template_callback (widget_class, login_changed_cb);
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, late_switch);
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, late_row);
  gtk_widget_class_bind_template_child (widget_class, ThruPreferences, late_spin);
  gtk_widget_class_bind_template_callback (widget_class, late_changed_cb);
}

static void
thru_preferences_init (ThruPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_spin_button_set_range (self->late_spin, THRU_LATE_LIMIT_MIN, THRU_LATE_LIMIT_MAX);
  gtk_spin_button_set_increments (self->late_spin, STEP, PAGE);
  gtk_spin_button_set_value (self->late_spin, THRU_LATE_LIMIT_DEFAULT);
}

GtkWindow *
thru_preferences_new (GtkWindow  *parent,
                      ThruStudio *studio)
{
  ThruPreferences *self;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  self = g_object_new (THRU_TYPE_PREFERENCES, "transient-for", parent, NULL);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               CLAMP (gtk_widget_get_width (GTK_WIDGET (parent)) - 24, 320, 560),
                               CLAMP (gtk_widget_get_height (GTK_WIDGET (parent)) - 48, 360, 560));
  self->studio = g_object_ref (studio);
  g_signal_connect_object (studio, "notify::late-limit", G_CALLBACK (follow_studio), self, G_CONNECT_SWAPPED);
  follow_studio (self);
  bind_settings (self);
  return GTK_WINDOW (self);
}
