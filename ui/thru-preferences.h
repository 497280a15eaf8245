/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_PREFERENCES (thru_preferences_get_type ())

/* What can be set: what is changed counts at once, and what others set meanwhile shows. */
G_DECLARE_FINAL_TYPE (ThruPreferences, thru_preferences, THRU, PREFERENCES, AdwWindow)

/* Modal to @parent. */
GtkWindow *thru_preferences_new (GtkWindow  *parent,
                                 ThruStudio *studio);

G_END_DECLS
