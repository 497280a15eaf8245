/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-port-info.h"

ThruPortInfo *
thru_port_info_new (const char   *id,
                    const char   *name,
                    ThruDirection direction)
{
  ThruPortInfo *info;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  info = g_new0 (ThruPortInfo, 1);
  info->id = g_strdup (id);
  info->name = g_strdup (name);
  info->direction = direction;
  return info;
}

void
thru_port_info_free (ThruPortInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->id);
  g_free (info->name);
  g_free (info);
}
