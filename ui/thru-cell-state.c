/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-cell-state.h"

#include <glib/gi18n.h>

ThruCellState
thru_cell_state_from_route (ThruRoute *route)
{
  switch (thru_route_get_state (route))
    {
    case THRU_ROUTE_CONNECTED:
      return thru_route_is_late (route) ? THRU_CELL_LATE : THRU_CELL_CONNECTED;

    case THRU_ROUTE_CONNECTING:
      return THRU_CELL_CONNECTING;

    case THRU_ROUTE_WAITING:
      return THRU_CELL_WAITING;

    case THRU_ROUTE_MUTED:
      return THRU_CELL_MUTED;

    case THRU_ROUTE_PROBLEM:
    default:
      return THRU_CELL_PROBLEM;
    }
}

const char *
thru_cell_state_to_words (ThruCellState state)
{
  switch (state)
    {
    case THRU_CELL_CONNECTED:
    case THRU_CELL_LATE:
      return _("connected");

    case THRU_CELL_CONNECTING:
      return _("connecting");

    case THRU_CELL_WAITING:
      return _("waiting");

    case THRU_CELL_MUTED:
      return _("muted");

    case THRU_CELL_PROBLEM:
      return _("problem");

    case THRU_CELL_IMPOSSIBLE:
      return _("not possible");

    case THRU_CELL_PARTIAL:
      return _("partly connected");

    case THRU_CELL_EMPTY:
    default:
      return _("not connected");
    }
}

void
thru_cell_sum_add (ThruCellSum   *sum,
                   ThruRouteState state)
{
  switch (state)
    {
    case THRU_ROUTE_CONNECTED:
      sum->connected++;
      break;

    case THRU_ROUTE_CONNECTING:
      sum->connecting++;
      break;

    case THRU_ROUTE_WAITING:
      sum->waiting++;
      break;

    case THRU_ROUTE_MUTED:
      sum->muted++;
      break;

    case THRU_ROUTE_PROBLEM:
    default:
      sum->problem++;
      break;
    }
}

guint
thru_cell_sum_get_total (const ThruCellSum *sum)
{
  return sum->connected + sum->connecting + sum->waiting + sum->muted + sum->problem;
}

ThruCellState
thru_cell_sum_get_state (const ThruCellSum *sum,
                         guint              possible)
{
  if (thru_cell_sum_get_total (sum) == 0)
    {
      return THRU_CELL_EMPTY;
    }

  return sum->connected >= possible ? THRU_CELL_CONNECTED : THRU_CELL_PARTIAL;
}

ThruCellState
thru_cell_sum_get_worst (const ThruCellSum *sum)
{
  if (sum->problem > 0)
    {
      return THRU_CELL_PROBLEM;
    }
  if (sum->connecting > 0)
    {
      return THRU_CELL_CONNECTING;
    }
  if (sum->waiting > 0)
    {
      return THRU_CELL_WAITING;
    }

  return sum->muted > 0 ? THRU_CELL_MUTED : THRU_CELL_EMPTY;
}

static void
append_count (GString    *text,
              guint       n,
              const char *words)
{
  if (n > 0)
    {
      /* Translators: separates parts of an enumeration: "2 of 12 connected, 1 waiting" */
      g_string_append (text, _(", "));
      g_string_append_printf (text, "%u ", n);
      g_string_append (text, words);
    }
}

char *
thru_cell_sum_to_words (const ThruCellSum *sum,
                        guint              possible)
{
  g_autoptr(GString) text = NULL;

  if (thru_cell_sum_get_total (sum) == 0)
    {
      return g_strdup (thru_cell_state_to_words (THRU_CELL_EMPTY));
    }

  text = g_string_new (NULL);
  /* Translators: how many of a room's crossings are connected: "2 of 12 connected" */
  g_string_append_printf (text, _("%u of %u connected"), sum->connected, possible);
  append_count (text, sum->connecting, thru_cell_state_to_words (THRU_CELL_CONNECTING));
  append_count (text, sum->waiting, thru_cell_state_to_words (THRU_CELL_WAITING));
  append_count (text, sum->muted, thru_cell_state_to_words (THRU_CELL_MUTED));
  append_count (text, sum->problem, ngettext ("problem", "problems", sum->problem));

  return g_string_free (g_steal_pointer (&text), FALSE);
}
