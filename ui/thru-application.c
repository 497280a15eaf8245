/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-application.h"

#include "thru-background.h"
#include "thru-service.h"
#include "thru-settings.h"
#include "thru-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#define NOTIFICATION_ID "plays-on"

struct _ThruApplication
{
  AdwApplication    parent_instance;

  ThruStudioFactory factory;
  gpointer          factory_data;
  gboolean          is_guest; /* of a program that goes on without it */
  gboolean          plays_on; /* when the window is closed */

  /* Owned, from startup to shutdown */
  ThruStudio  *studio;
  ThruService *service;
  GSettings   *settings; /* nullable */
  guint        signals[3];

  gboolean     is_held;   /* without a window */
  gboolean     is_ending;
};

G_DEFINE_FINAL_TYPE (ThruApplication, thru_application, ADW_TYPE_APPLICATION)

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  GtkApplication *self = user_data;

  adw_show_about_window (gtk_application_get_active_window (self),
                         "application-name", _("Thruwall"),
                         "application-icon", THRU_APP_ID,
                         "version", THRU_VERSION,
                         "comments", _("Carries MIDI between the rooms of a studio"),
                         "developer-name", _("The Thruwall authors"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "debug-info", THRU_APP_ID " " THRU_VERSION,
                         NULL);
}

static void
quit (ThruApplication *self)
{
  self->is_ending = TRUE;
  g_application_quit (G_APPLICATION (self));
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  ThruApplication *self = user_data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!self->is_guest)
    quit (self);
  else if (window != NULL)
    gtk_window_close (window);
}

/* For the launcher's menu; the window has its own. */
static void
panic_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  thru_studio_panic (THRU_APPLICATION (user_data)->studio);
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = about_cb },
  { .name = "panic", .activate = panic_cb },
  { .name = "quit", .activate = quit_cb },
};

static const struct
{
  const char *action;
  const char *keys[3];
} shortcuts[] = {
  { "app.quit", { "<Control>q" } },
  { "window.close", { "<Control>w" } },
  { "win.add-room", { "<Control>n" } },
  { "win.preferences", { "<Control>comma" } },
  { "win.panic", { "<Control>period" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z" } },
  { "win.zoom-in", { "<Control>plus", "<Control>equal" } },
  { "win.zoom-out", { "<Control>minus" } },
  { "win.zoom-normal", { "<Control>0" } },
  { "win.view::matrix", { "<Alt>1" } },
  { "win.view::routes", { "<Alt>2" } },
};

static gboolean
signal_cb (gpointer user_data)
{
  quit (user_data);
  return G_SOURCE_CONTINUE;
}

/* The end of the login session, too, must leave no note hanging. */
static void
watch_signals (ThruApplication *self)
{
  static const int numbers[G_N_ELEMENTS (self->signals)] = { SIGTERM, SIGINT, SIGHUP };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->signals[i] = g_unix_signal_add (numbers[i], signal_cb, self);
}

static void
export_service (ThruApplication *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self));
  g_autoptr(GError) error = NULL;

  if (bus == NULL)
    return;

  self->service = thru_service_new (self->studio, bus, &error);
  if (self->service == NULL)
    g_warning ("Commands such as \"thruwall status\" will not work: %s", error->message);
}

static void
thru_application_startup (GApplication *app)
{
  ThruApplication *self = THRU_APPLICATION (app);

  G_APPLICATION_CLASS (thru_application_parent_class)->startup (app);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action, shortcuts[i].keys);

  gtk_window_set_default_icon_name (THRU_APP_ID);

  if (self->is_guest)
    return;

  self->settings = thru_settings_new ();
  self->studio = self->factory (self->factory_data);
  export_service (self);
  watch_signals (self);
}

static void
hold (ThruApplication *self)
{
  if (!self->is_held)
    g_application_hold (G_APPLICATION (self));
  self->is_held = TRUE;
}

static void
release (ThruApplication *self)
{
  if (self->is_held)
    g_application_release (G_APPLICATION (self));
  self->is_held = FALSE;
}

/* A program without a window must not be a secret. */
static void
tell_that_it_plays_on (ThruApplication *self)
{
  guint n = g_list_model_get_n_items (thru_studio_get_routes (self->studio));
  g_autoptr(GNotification) notification = g_notification_new (_("Thruwall Plays On"));
  g_autofree char *body = NULL;

  body = g_strdup_printf (ngettext ("%u route stays connected without the window. Start Thruwall again to see it.",
                                    "%u routes stay connected without the window. Start Thruwall again to see them.", n), n);
  g_notification_set_body (notification, body);
  g_notification_add_button (notification, _("Quit"), "app.quit");
  g_application_send_notification (G_APPLICATION (self), NOTIFICATION_ID, notification);
}

static void
background_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(ThruApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  if (thru_background_request_finish (result, &error))
    {
      if (self->is_held)
        tell_that_it_plays_on (self);
      return;
    }

  g_printerr ("thruwall: %s\n", error->message);
  release (self);
}

/* The last window has gone, and there is something to play on with. */
static void
play_on (ThruApplication *self)
{
  hold (self);
  if (thru_background_needs_asking ())
    thru_background_request (thru_background_is_at_login (self->settings), NULL, background_cb, g_object_ref (self));
  else
    tell_that_it_plays_on (self);
}

static void
thru_application_window_removed (GtkApplication *app,
                                 GtkWindow      *window)
{
  ThruApplication *self = THRU_APPLICATION (app);
  gboolean is_last = gtk_application_get_windows (app) != NULL && gtk_application_get_windows (app)->next == NULL;

  if (is_last && self->plays_on && !self->is_ending && thru_settings_get_boolean (self->settings, "keep-playing", TRUE) &&
      g_list_model_get_n_items (thru_studio_get_routes (self->studio)) > 0)
    play_on (self);

  GTK_APPLICATION_CLASS (thru_application_parent_class)->window_removed (app, window);
}

static void
thru_application_activate (GApplication *app)
{
  ThruApplication *self = THRU_APPLICATION (app);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (app));

  if (window == NULL)
    window = GTK_WINDOW (thru_window_new (ADW_APPLICATION (self), self->studio));
  gtk_window_present (window);
  g_application_withdraw_notification (app, NOTIFICATION_ID);
  release (self);
}

static void
thru_application_shutdown (GApplication *app)
{
  ThruApplication *self = THRU_APPLICATION (app);

  for (gsize i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);
  g_clear_object (&self->service);
  g_clear_object (&self->settings);
  if (self->studio != NULL && !self->is_guest)
    thru_studio_stop (self->studio);

  G_APPLICATION_CLASS (thru_application_parent_class)->shutdown (app);

  g_clear_object (&self->studio);
}

static void
thru_application_class_init (ThruApplicationClass *class)
{
  GApplicationClass *app_class = G_APPLICATION_CLASS (class);

  app_class->startup = thru_application_startup;
  app_class->activate = thru_application_activate;
  app_class->shutdown = thru_application_shutdown;
  GTK_APPLICATION_CLASS (class)->window_removed = thru_application_window_removed;
}

static void
thru_application_init (ThruApplication *self)
{
}

ThruApplication *
thru_application_new (ThruStudioFactory factory,
                      gpointer          user,
                      gboolean          alone)
{
  ThruApplication *self;

  g_return_val_if_fail (factory != NULL, NULL);

  self = g_object_new (THRU_TYPE_APPLICATION,
                       "application-id", THRU_APP_ID,
                       "flags", alone ? G_APPLICATION_NON_UNIQUE : G_APPLICATION_DEFAULT_FLAGS,
                       "resource-base-path", THRU_APP_PATH,
                       NULL);
  self->factory = factory;
  self->factory_data = user;
  self->plays_on = !alone;
  return self;
}

ThruApplication *
thru_application_new_guest (ThruStudio *studio)
{
  ThruApplication *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  /* The name is the host's. */
  self = g_object_new (THRU_TYPE_APPLICATION,
                       "application-id", THRU_APP_ID,
                       "flags", G_APPLICATION_NON_UNIQUE,
                       "resource-base-path", THRU_APP_PATH,
                       NULL);
  self->studio = g_object_ref (studio);
  self->is_guest = TRUE;
  return self;
}
