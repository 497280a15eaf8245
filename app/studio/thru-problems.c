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
  const char *title = _("Other rooms can not connect to this one");
  g_autofree char *detail = NULL;
  g_autofree char *command = NULL;

  if (!in_use)
    return thru_problem_new (THRU_PROBLEM_LISTEN, title, text, NULL);

  /* Translators: %s is a sentence, such as "A program of the user alice uses port 1199." */
  detail = g_strdup_printf (_("%s Close it, and Thruwall goes on by itself. The command tells which one it is."), text);
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
_thru_problems_midi (const char *text,
                     const char *command)
{
  return thru_problem_new (THRU_PROBLEM_MIDI, _("MIDI does not work on this computer"), text, command);
}

ThruProblem *
_thru_problems_store (const char *text)
{
  return thru_problem_new (THRU_PROBLEM_STORE, _("What was saved could not be kept as it was"), text, NULL);
}

ThruProblem *
_thru_problems_not_saved (const char *text)
{
  return thru_problem_new (THRU_PROBLEM_STORE, _("Changes are not saved"), text, NULL);
}

ThruProblem *
_thru_problems_identity (const char *name,
                         const char *first,
                         const char *second)
{
  const char *title = _("Two computers have the same identity");
  g_autofree char *detail = NULL;

  if (first != NULL)
    {
      detail = g_strdup_printf (_("%s at %s and the computer at %s were set up from the same files, so only the first one is let in. "
                                  "On one of them, choose New Identity in Thruwall."), name, first, second);
      return thru_problem_new (THRU_PROBLEM_IDENTITY, title, detail, NULL);
    }

  if (second != NULL)
    detail = g_strdup_printf (_("The computer at %s and this one were set up from the same files, and other rooms can not tell them "
                                "apart. Give one of the two a new identity: its own routes stay."), second);
  else
    detail = g_strdup (_("Another computer and this one were set up from the same files, and other rooms can not tell them apart. "
                         "Give one of the two a new identity: its own routes stay."));
  return thru_problem_new (THRU_PROBLEM_IDENTITY, title, detail, "thruwall new-identity");
}

ThruProblem *
_thru_problems_denied (ThruProblemKind        kind,
                       ThruSandboxPermissions denied)
{
  g_autofree char *command = thru_sandbox_dup_command (denied);

  switch (kind)
    {
    case THRU_PROBLEM_DISCOVERY:
      return _thru_problems_discovery (_("Other rooms are not found by themselves, because Flatpak does not let Thruwall use the "
                                         "Avahi service. Run the command in a terminal and start Thruwall again, or add rooms by "
                                         "their address."), command);

    case THRU_PROBLEM_MIDI:
      return _thru_problems_midi (_("Flatpak does not let Thruwall use MIDI devices. Run the command in a terminal, and start "
                                    "Thruwall again."), command);

    case THRU_PROBLEM_LISTEN:
      return thru_problem_new (kind, _("Other rooms can not be reached"),
                               _("Flatpak does not let Thruwall use the network. Run the command in a terminal, and start Thruwall "
                                 "again."), command);

    case THRU_PROBLEM_STORE:
    case THRU_PROBLEM_IDENTITY:
    default:
      g_return_val_if_reached (NULL);
    }
}
