/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-settings.h"

GSettings *
thru_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, THRU_APP_ID, TRUE);
  return schema != NULL ? g_settings_new (THRU_APP_ID) : NULL;
}

gboolean
thru_settings_get_boolean (GSettings  *settings,
                           const char *key,
                           gboolean    otherwise)
{
  return settings != NULL ? g_settings_get_boolean (settings, key) : otherwise;
}
