/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-session-names.h"

static const char *const type_names[] = {
  [THRU_SESSION_HELLO] = "hello",
  [THRU_SESSION_DEVICES] = "devices",
  [THRU_SESSION_ROUTES] = "routes",
  [THRU_SESSION_REQUEST] = "request",
  [THRU_SESSION_ANSWER] = "answer",
  [THRU_SESSION_ACTIVITY] = "activity",
  [THRU_SESSION_SYSEX] = "sysex",
  [THRU_SESSION_PING] = "ping",
  [THRU_SESSION_PONG] = "pong",
  [THRU_SESSION_BYE] = "bye",
};

static const char *const state_names[] = {
  "connected", "connecting", "waiting", "muted", "problem", NULL,
};

const char *
thru_session_type_to_string (ThruSessionType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (type_names), "");

  return type_names[type];
}

gboolean
thru_session_type_from_string (const char      *text,
                               ThruSessionType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    {
      if (g_str_equal (text, type_names[i]))
        {
          *type = (ThruSessionType)i;
          return TRUE;
        }
    }

  return FALSE;
}

gboolean
thru_session_state_is_known (const char *state)
{
  return g_strv_contains (state_names, state);
}
