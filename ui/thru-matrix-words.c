/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-matrix-words.h"
#include "thru-words.h"

#include <glib/gi18n.h>

static gboolean
is_crossing_of_devices (const ThruMatrixLine *row,
                        const ThruMatrixLine *column)
{
  return row->device >= 0 && column->device >= 0;
}

static char *
speak_line (ThruMatrixModel      *model,
            ThruMatrixSide        side,
            const ThruMatrixLine *line)
{
  ThruRoom *room = thru_matrix_model_get_room (model, line->room);
  ThruDevice *device = thru_matrix_model_get_device (model, side, line);
  g_autofree char *name = NULL;

  if (device != NULL)
    {
      return thru_words_spoken_device (thru_room_is_own (room), thru_room_get_name (room), thru_device_get_name (device));
    }
  name = thru_words_name (thru_room_get_name (room));

  /* Translators: every device of a room: "all of Live room" */
  return g_strdup_printf (_("all of %s"), name);
}

static char *
show_line (ThruMatrixModel      *model,
           ThruMatrixSide        side,
           const ThruMatrixLine *line)
{
  ThruRoom *room = thru_matrix_model_get_room (model, line->room);
  ThruDevice *device = thru_matrix_model_get_device (model, side, line);

  if (device == NULL)
    {
      return thru_words_name (thru_room_get_name (room));
    }

  return thru_words_shown_device (thru_room_is_own (room), thru_room_get_name (room), thru_device_get_name (device));
}

/* (nullable): an empty room or an impossible crossing says why; a sentence. */
static char *
explain_impossible (ThruMatrixModel      *model,
                    const ThruMatrixLine *row,
                    const ThruMatrixLine *column)
{
  g_autofree char *name = NULL;
  guint n_from = thru_matrix_model_get_n_devices (model, THRU_MATRIX_ROWS, row->room);
  guint n_to = thru_matrix_model_get_n_devices (model, THRU_MATRIX_COLUMNS, column->room);

  if (n_from > 0 && n_to > 0)
    {
      return is_crossing_of_devices (row, column)
        ? thru_studio_explain_impossible (thru_matrix_model_get_studio (model),
                                          thru_matrix_model_get_device (model, THRU_MATRIX_ROWS, row),
                                          thru_matrix_model_get_device (model, THRU_MATRIX_COLUMNS, column))
        : NULL;
    }
  name = thru_words_name (thru_room_get_name (thru_matrix_model_get_room (model, n_from == 0 ? row->room : column->room)));

  return g_strdup_printf (n_from == 0 ? _("Nothing in %s sends MIDI.") : _("Nothing in %s receives MIDI."), name);
}

static char *
say_state (ThruMatrixModel      *model,
           const ThruMatrixLine *row,
           const ThruMatrixLine *column)
{
  ThruCellState state = thru_matrix_model_get_state (model, row, column);
  ThruStudio *studio = thru_matrix_model_get_studio (model);
  ThruRoute *route;

  if (state == THRU_CELL_IMPOSSIBLE)
    {
      g_autofree char *why = explain_impossible (model, row, column);

      return thru_words_with_reason (thru_cell_state_to_words (state), why);
    }
  if (!is_crossing_of_devices (row, column))
    {
      ThruCellSum sum = thru_matrix_model_get_sum (model, row, column);

      return thru_cell_sum_to_words (&sum, thru_matrix_model_get_possible (model, row, column));
    }
  route = thru_studio_find_route (studio,
                                  thru_matrix_model_get_device (model, THRU_MATRIX_ROWS, row),
                                  thru_matrix_model_get_device (model, THRU_MATRIX_COLUMNS, column));

  return route != NULL ? thru_words_route_state (studio, route) : g_strdup (thru_cell_state_to_words (THRU_CELL_EMPTY));
}

static const char *
say_what_a_click_does (ThruMatrixModel      *model,
                       const ThruMatrixLine *row,
                       const ThruMatrixLine *column)
{
  ThruCellState state = thru_matrix_model_get_state (model, row, column);

  if (state == THRU_CELL_IMPOSSIBLE)
    {
      return NULL;
    }
  if (!is_crossing_of_devices (row, column))
    {
      return row->folded || column->folded ? _("Click to unfold.") : _("Click to fold.");
    }

  return state == THRU_CELL_EMPTY ? _("Click to connect.") : _("Click to disconnect.");
}

char *
thru_matrix_words_describe (ThruMatrixModel      *model,
                            const ThruMatrixLine *row,
                            const ThruMatrixLine *column)
{
  g_autofree char *from = speak_line (model, THRU_MATRIX_ROWS, row);
  g_autofree char *to = speak_line (model, THRU_MATRIX_COLUMNS, column);
  g_autofree char *state = say_state (model, row, column);

  /* Translators: a crossing, for a screen reader: "Keystation to Live room TX7: connected, 1 millisecond" */
  return g_strdup_printf (_("%1$s to %2$s: %3$s"), from, to, state);
}

char *
thru_matrix_words_explain (ThruMatrixModel      *model,
                           const ThruMatrixLine *row,
                           const ThruMatrixLine *column)
{
  g_autofree char *from = show_line (model, THRU_MATRIX_ROWS, row);
  g_autofree char *to = show_line (model, THRU_MATRIX_COLUMNS, column);
  g_autofree char *state = say_state (model, row, column);
  const char *click = say_what_a_click_does (model, row, column);

  if (click == NULL)
    {
      /* Translators: a crossing: "Keystation (here) → TX7 in Live room: connected, 1 millisecond." */
      return g_strdup_printf (_("%1$s → %2$s: %3$s."), from, to, state);
    }

  /* Translators: the last part is "Click to connect." or the like */
  return g_strdup_printf (_("%1$s → %2$s: %3$s. %4$s"), from, to, state, click);
}

/* "here", "connected" … Static. */
static const char *
describe_room_state (ThruRoomState state)
{
  switch (state)
    {
    case THRU_ROOM_HERE:
      return _("this room");

    case THRU_ROOM_CONNECTED:
      return _("connected");

    case THRU_ROOM_CONNECTING:
      return _("connecting");

    case THRU_ROOM_WAITING:
      return _("waiting");

    case THRU_ROOM_PROBLEM:
    default:
      return _("problem");
    }
}

static char *
explain_room (ThruMatrixModel      *model,
              ThruMatrixSide        side,
              const ThruMatrixLine *line)
{
  ThruRoom *room = thru_matrix_model_get_room (model, line->room);
  g_autofree char *name = thru_words_name (thru_room_get_name (room));
  const char *state = describe_room_state (thru_room_get_state (room));
  g_autofree char *detail = thru_words_with_reason (state, thru_room_get_reason (room));

  if (thru_matrix_model_get_n_devices (model, side, line->room) == 0)
    {
      return g_strdup_printf (side == THRU_MATRIX_ROWS ? _("%1$s: %2$s. Nothing there sends MIDI.")
                                                       : _("%1$s: %2$s. Nothing there receives MIDI."), name, detail);
    }

  /* Translators: a room, its state, what a click does: "Live room: connected. Click to fold." */
  return g_strdup_printf (_("%1$s: %2$s. %3$s"), name, detail, line->folded ? _("Click to unfold.") : _("Click to fold."));
}

char *
thru_matrix_words_explain_line (ThruMatrixModel      *model,
                                ThruMatrixSide        side,
                                const ThruMatrixLine *line)
{
  ThruDevice *device = thru_matrix_model_get_device (model, side, line);
  g_autofree char *name = NULL;
  g_autofree char *clause = NULL;

  if (device == NULL)
    {
      return explain_room (model, side, line);
    }
  name = show_line (model, side, line);
  if (thru_device_get_reason (device) != NULL)
    {
      clause = thru_words_clause (thru_device_get_reason (device));
    }
  if (clause == NULL)
    {
      return g_strconcat (name, ".", NULL);
    }

  /* Translators: a device and what is wrong with it: "TX7 in Live room: it is not plugged in." */
  return g_strdup_printf (_("%1$s: %2$s."), name, clause);
}
