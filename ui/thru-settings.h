/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The interface's settings. NULL where their schema is not installed, as in a build tree that GSETTINGS_SCHEMA_DIR does not name:
 * then nothing is remembered, and what thru_settings_get_boolean() is given holds. */
GSettings *thru_settings_new         (void);

/* @settings: may be NULL. */
gboolean   thru_settings_get_boolean (GSettings  *settings,
                                      const char *key,
                                      gboolean    otherwise);

G_END_DECLS
