/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-entry-dialog.h"
#include "thru-preferences.h"
#include "thru-window-private.h"

#include <glib/gi18n.h>

static gboolean
add_room_cb (const char *text,
             gpointer    user,
             GError    **error)
{
  ThruWindow *self = user;

  return thru_studio_add_room (self->studio, text, error);
}

static void
add_room_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  GtkWindow *dialog = thru_entry_dialog_new (GTK_WINDOW (widget),
                                             _("Add a Room"),
                                             _("Address"),
                                             _("The other computer’s name or number, such as studio.local or 192.168.1.20. "
                                               "Thruwall remembers it, and tries until it answers."),
                                             _("Add"),
                                             NULL,
                                             add_room_cb,
                                             widget);

  gtk_window_present (dialog);
}

static gboolean
rename_room_cb (const char *text,
                gpointer    user,
                GError    **error)
{
  ThruWindow *self = user;

  return thru_studio_set_room_name (self->studio, text, error);
}

static void
rename_room_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);
  GtkWindow *dialog = thru_entry_dialog_new (GTK_WINDOW (widget),
                                             _("Name This Room"),
                                             _("This room is called"),
                                             _("Other rooms see this computer under this name. Routes stay as they are."),
                                             _("Rename"),
                                             thru_room_get_name (thru_studio_get_own_room (self->studio)),
                                             rename_room_cb,
                                             widget);

  gtk_window_present (dialog);
}

static void
preferences_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  gtk_window_present (thru_preferences_new (GTK_WINDOW (widget), THRU_WINDOW (widget)->studio));
}

static void
new_identity_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  thru_studio_renew_identity (THRU_WINDOW (widget)->studio);
}

static void
panic_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);

  thru_studio_panic (self->studio);
  _thru_window_toast (self, _("Everything was silenced"), NULL, NULL);
}

static void
undo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);
  g_autoptr(GError) error = NULL;

  if (!thru_history_undo (self->history, &error))
    _thru_window_toast (self, error->message, NULL, NULL);
}

static void
redo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);
  g_autoptr(GError) error = NULL;

  if (!thru_history_redo (self->history, &error))
    _thru_window_toast (self, error->message, NULL, NULL);
}

static void
unmute_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);
  const char *from_room, *from_device, *to_room, *to_device;
  ThruDevice *from, *to;
  ThruRoute *route = NULL;
  g_autoptr(GError) error = NULL;

  g_variant_get (parameter, "(&s&s&s&s)", &from_room, &from_device, &to_room, &to_device);
  from = thru_studio_find_device (self->studio, from_room, from_device, TRUE);
  to = thru_studio_find_device (self->studio, to_room, to_device, FALSE);
  if (from != NULL && to != NULL)
    route = thru_studio_find_route (self->studio, from, to);
  if (route == NULL)
    _thru_window_toast (self, _("The route is not there any more"), NULL, NULL);
  else if (!thru_studio_mute_route (self->studio, route, FALSE, &error))
    _thru_window_toast (self, error->message, NULL, NULL);
}

static void
zoom_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);

  if (g_str_equal (name, "win.zoom-in"))
    thru_matrix_view_zoom_in (self->matrix);
  else if (g_str_equal (name, "win.zoom-out"))
    thru_matrix_view_zoom_out (self->matrix);
  else
    thru_matrix_view_set_zoom (self->matrix, 0);
}

static void
view_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ThruWindow *self = THRU_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->view_stack, g_variant_get_string (parameter, NULL));
}

void
_thru_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.add-room", NULL, add_room_action);
  gtk_widget_class_install_action (widget_class, "win.rename-room", NULL, rename_room_action);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.new-identity", NULL, new_identity_action);
  gtk_widget_class_install_action (widget_class, "win.panic", NULL, panic_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo_action);
  gtk_widget_class_install_action (widget_class, "win.unmute", "(ssss)", unmute_action);
  gtk_widget_class_install_action (widget_class, "win.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "win.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "win.zoom-normal", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "win.view", "s", view_action);
}

void
_thru_window_update_actions (ThruWindow *self)
{
  static const char *const main_actions[] = {
    "win.add-room", "win.rename-room", "win.preferences", "win.panic", "win.view", "win.zoom-in", "win.zoom-out", "win.zoom-normal",
  };
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean named = !thru_studio_get_needs_name (self->studio);

  for (gsize i = 0; i < G_N_ELEMENTS (main_actions); i++)
    gtk_widget_action_set_enabled (widget, main_actions[i], named);
  gtk_widget_action_set_enabled (widget, "win.undo", named && thru_history_can_undo (self->history));
  gtk_widget_action_set_enabled (widget, "win.redo", named && thru_history_can_redo (self->history));
}
