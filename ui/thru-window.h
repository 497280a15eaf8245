/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_WINDOW (thru_window_get_type ())

/* The program's window: the matrix, the list of routes, and what to do when something is missing. */
G_DECLARE_FINAL_TYPE (ThruWindow, thru_window, THRU, WINDOW, AdwApplicationWindow)

ThruWindow *thru_window_new (AdwApplication *app,
                             ThruStudio     *studio);

G_END_DECLS
