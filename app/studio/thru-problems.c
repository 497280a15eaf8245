/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-problems-private.h"

#include <glib/gi18n.h>

ThruProblem *
_thru_problems_listen (guint       port,
                       gboolean    in_use,
                       const char *text)
{
  g_autofree char *title = g_strdup_printf (_("Other rooms can not connect to port %u"), port);
  g_autofree char *detail = NULL;
  g_autofree char *command = NULL;

  if (!in_use)
    return thru_problem_new (THRU_PROBLEM_LISTEN, title, text, NULL);

  detail = g_strdup_printf (_("Port %u is used by another program. Run the command below in a terminal to see which, and close "
                              "it; this is tried again by itself. Rooms that this one connects to go on working."), port);
  command = g_strdup_printf ("ss -ltnp 'sport = :%u'", port);
  return thru_problem_new (THRU_PROBLEM_LISTEN, title, detail, command);
}

ThruProblem *
_thru_problems_discovery (const char *text,
                          const char *command)
{
  return thru_problem_new (THRU_PROBLEM_DISCOVERY, _("Automatic finding is off"), text, command);
}

ThruProblem *
_thru_problems_midi (const char *text)
{
  return thru_problem_new (THRU_PROBLEM_MIDI, _("No MIDI devices of this computer"), text, NULL);
}

ThruProblem *
_thru_problems_store (const char *text)
{
  return thru_problem_new (THRU_PROBLEM_STORE, _("What was saved could not be kept as it was"), text, NULL);
}
