/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* How the desktop, and a second start of the program, ask the one that runs for its window: org.freedesktop.Application at
 * THRU_APP_PATH (Desktop Entry Specification, “D-Bus Activation”). A program with a window has it from GApplication; this is
 * for one without, until it has one. */
#define THRU_TYPE_ACTIVATION (thru_activation_get_type ())

G_DECLARE_FINAL_TYPE (ThruActivation, thru_activation, THRU, ACTIVATION, GObject)

/* What a window needs to open, as the asking program has it; the names are those of the environment variables. Empty: not
 * given. */
typedef struct
{
  const char *display;
  const char *wayland_display;
  const char *xauthority;
  const char *token;           /* of XDG activation, or X11's startup id: the window may take the focus */
} ThruActivationPlace;

/* Shows the studio's window: a GApplication of this program's id, which is asked from then on. FALSE with @error, in words for
 * people, when it can not be shown. */
typedef gboolean (*ThruShowFunc) (ThruStudio                *studio,
                                  const ThruActivationPlace *place,
                                  GError                   **error);

/* Exports it until the last reference goes. NULL with @error when the path is taken. */
ThruActivation *thru_activation_new (ThruStudio       *studio,
                                     GDBusConnection  *connection,
                                     ThruShowFunc      show,
                                     GError          **error);

typedef enum
{
  THRU_ACTIVATION_NOBODY, /* no Thruwall runs in this login session, or there is no bus */
  THRU_ACTIVATION_SHOWN,
  THRU_ACTIVATION_FAILED, /* one runs; why it shows no window is in the error */
} ThruActivationResult;

/* Asks the Thruwall that runs to show its window where this program would. Blocks for up to 10 s. */
ThruActivationResult thru_activation_ask (GError **error);

G_END_DECLS
