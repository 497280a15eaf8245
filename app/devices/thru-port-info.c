/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-port-info.h"

ThruPortInfo *
thru_port_info_new (const char   *id,
                    const char   *name,
                    const char   *kind,
                    const char   *label,
                    const char   *port,
                    ThruDirection direction)
{
  ThruPortInfo *info;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);
  g_return_val_if_fail (kind != NULL && label != NULL && port != NULL, NULL);

  info = g_new0 (ThruPortInfo, 1);
  info->id = g_strdup (id);
  info->name = g_strdup (name);
  info->kind = g_strdup (kind);
  info->label = g_strdup (label);
  info->port = g_strdup (port);
  info->direction = direction;
  return info;
}

ThruPortInfo *
thru_port_info_copy (const ThruPortInfo *info)
{
  ThruPortInfo *copy;

  g_return_val_if_fail (info != NULL, NULL);

  copy = thru_port_info_new (info->id, info->name, info->kind, info->label, info->port, info->direction);
  copy->place = g_strdup (info->place);
  copy->serial = g_strdup (info->serial);
  return copy;
}

gboolean
thru_port_info_equal (const ThruPortInfo *info,
                      const ThruPortInfo *other)
{
  g_return_val_if_fail (info != NULL && other != NULL, FALSE);

  return info->direction == other->direction
         && g_str_equal (info->id, other->id)
         && g_str_equal (info->port, other->port)
         && g_strcmp0 (info->place, other->place) == 0
         && g_strcmp0 (info->serial, other->serial) == 0;
}

void
thru_port_info_free (ThruPortInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->id);
  g_free (info->name);
  g_free (info->kind);
  g_free (info->label);
  g_free (info->port);
  g_free (info->place);
  g_free (info->serial);
  g_free (info);
}
