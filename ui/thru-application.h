/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_APPLICATION (thru_application_get_type ())

/* The program with a window. When it is closed and there are routes, the program plays on where the user and the desktop let
 * it, and says so. */
G_DECLARE_FINAL_TYPE (ThruApplication, thru_application, THRU, APPLICATION, AdwApplication)

/* @factory: called when the program really starts: not in a second start that only shows the first one's window.
 * @alone: neither shows nor is shown for another start of the program (the demo). */
ThruApplication *thru_application_new (ThruStudioFactory  factory,
                                       gpointer           user,
                                       gboolean           alone);

/* The window of a program that began without one: it is registered and activated, never run, and leaves @studio as it is. */
ThruApplication *thru_application_new_guest (ThruStudio *studio);

G_END_DECLS
