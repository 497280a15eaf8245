/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-accept-policy.h"

#include <glib/gi18n.h>

gboolean
thru_accept_policy_allows (const char *own_id,
                           const char *room_id,
                           char      **reason)
{
  g_return_val_if_fail (own_id != NULL && reason != NULL, FALSE);

  *reason = NULL;
  if (g_strcmp0 (own_id, room_id) != 0)
    return TRUE;

  *reason = g_strdup (_("This address is this room itself."));
  return FALSE;
}
