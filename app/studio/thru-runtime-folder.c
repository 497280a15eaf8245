/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-runtime-folder.h"

char *
thru_runtime_folder_build (const char *name)
{
  const char *sandbox = g_getenv ("FLATPAK_ID");

  g_return_val_if_fail (name != NULL, NULL);

  if (sandbox != NULL)
    return g_build_filename (g_get_user_runtime_dir (), "app", sandbox, name, NULL);
  return g_build_filename (g_get_user_runtime_dir (), "thruwall", name, NULL);
}
