/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-guest-window.h"

#include "thru-application.h"

#include <glib/gi18n.h>

static ThruApplication *application; /* from the first window on */

/* A variable that is new moves the environment, which other threads may be reading; one that is there is replaced in its
 * place. */
void
thru_guest_window_prepare (void)
{
  g_setenv ("DISPLAY", "", FALSE);
  g_setenv ("WAYLAND_DISPLAY", "", FALSE);
  g_setenv ("XAUTHORITY", "", FALSE);
}

static gboolean
open_display (const ThruActivationPlace *place,
              GError                   **error)
{
  g_autofree char *default_authority = g_build_filename (g_get_home_dir (), ".Xauthority", NULL);

  if (gdk_display_get_default () != NULL)
    return TRUE;

  g_setenv ("DISPLAY", place->display, TRUE);
  g_setenv ("WAYLAND_DISPLAY", place->wayland_display, TRUE);
  g_setenv ("XAUTHORITY", place->xauthority[0] != '\0' ? place->xauthority : default_authority, TRUE);

  /* GTK is initialized once, whether a display was there or not. */
  if (gtk_init_check () && (gdk_display_get_default () != NULL || gdk_display_open (NULL) != NULL))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("Thruwall is running already, without a window, and has no display to open one on"));
  return FALSE;
}

gboolean
thru_guest_window_show (ThruStudio                *studio,
                        const ThruActivationPlace *place,
                        GError                   **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (studio), FALSE);

  if (!open_display (place, error))
    return FALSE;

  if (application == NULL)
    {
      g_autoptr(ThruApplication) guest = thru_application_new_guest (studio);

      if (!g_application_register (G_APPLICATION (guest), NULL, error))
        return FALSE;
      application = g_steal_pointer (&guest);
    }
  g_application_activate (G_APPLICATION (application));
  if (place->token[0] != '\0')
    gtk_window_set_startup_id (gtk_application_get_active_window (GTK_APPLICATION (application)), place->token);
  return TRUE;
}
