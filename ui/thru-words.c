/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-words.h"
#include "thru-cell-state.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8"
#define POP_DIRECTIONAL_ISOLATE "\xe2\x81\xa9"

char *
thru_words_name (const char *name)
{
  if (gtk_widget_get_default_direction () != GTK_TEXT_DIR_RTL)
    {
      return g_strdup (name);
    }

  return g_strconcat (FIRST_STRONG_ISOLATE, name, POP_DIRECTIONAL_ISOLATE, NULL);
}

char *
thru_words_spoken_device (gboolean    own,
                          const char *room,
                          const char *device)
{
  g_autofree char *room_name = thru_words_name (room);
  g_autofree char *device_name = thru_words_name (device);

  if (own)
    {
      return g_steal_pointer (&device_name);
    }

  /* Translators: a device in another room, as a screen reader says it: "Live room TX7" */
  return g_strdup_printf (_("%1$s %2$s"), room_name, device_name);
}

char *
thru_words_shown_device (gboolean    own,
                         const char *room,
                         const char *device)
{
  g_autofree char *room_name = thru_words_name (room);
  g_autofree char *device_name = thru_words_name (device);

  if (own)
    {
      /* Translators: a device in this room: "Keystation (here)" */
      return g_strdup_printf (_("%s (here)"), device_name);
    }

  /* Translators: a device in another room: "TX7 in Live room" */
  return g_strdup_printf (_("%1$s in %2$s"), device_name, room_name);
}

/* "1 millisecond": half the @round_trip, in microseconds. NULL when that is 0, which means unknown. */
static char *
describe_latency (guint round_trip)
{
  guint milliseconds = (round_trip / 2 + 500) / 1000;

  if (round_trip == 0)
    {
      return NULL;
    }
  if (milliseconds == 0)
    {
      return g_strdup (_("under 1 millisecond"));
    }

  return g_strdup_printf (ngettext ("%u millisecond", "%u milliseconds", milliseconds), milliseconds);
}

char *
thru_words_clause (const char *sentence)
{
  gsize length = strlen (sentence);

  return g_strndup (sentence, length > 0 && sentence[length - 1] == '.' ? length - 1 : length);
}

static gboolean
is_own (ThruStudio *studio,
        const char *room_id)
{
  ThruRoom *own = thru_studio_get_own_room (studio);

  return own != NULL && g_strcmp0 (thru_room_get_id (own), room_id) == 0;
}

/* Returns: (transfer none) (nullable): between two other rooms nobody here knows how things stand; within our own there is
 * nothing to know. */
static ThruRoom *
get_other_room (ThruStudio *studio,
                ThruRoute  *route)
{
  gboolean from_here = is_own (studio, thru_route_get_from_room (route));
  gboolean to_here = is_own (studio, thru_route_get_to_room (route));

  if (from_here == to_here)
    {
      return NULL;
    }

  return thru_studio_find_room (studio, from_here ? thru_route_get_to_room (route) : thru_route_get_from_room (route));
}

char *
thru_words_with_reason (const char *state,
                        const char *reason)
{
  g_autofree char *clause = NULL;

  if (reason == NULL || *reason == '\0')
    {
      return g_strdup (state);
    }
  clause = thru_words_clause (reason);

  /* Translators: a state, and a sentence that says why; the full stop follows: "waiting. Live room is off" */
  return g_strdup_printf (_("%1$s. %2$s"), state, clause);
}

/* How far the message is that the route's destination is being sent. Returns: (transfer full) (nullable): NULL: none is. */
static char *
describe_transfer (ThruStudio *studio,
                   ThruRoute  *route)
{
  ThruDevice *device = thru_studio_find_device (studio, thru_route_get_to_room (route), thru_route_get_to_device (route), FALSE);
  ThruTransfer *transfer = device != NULL ? thru_studio_find_transfer (studio, device) : NULL;

  if (transfer == NULL)
    {
      return NULL;
    }

  /* Translators: a long message takes a while: "System Exclusive is being sent, 41 %" */
  return g_strdup_printf (_("System Exclusive is being sent, %u %%"), thru_transfer_get_percent (transfer));
}

/* How a connected route fares: "connected, 150 milliseconds. The network is slow". */
static char *
describe_connected (ThruStudio *studio,
                    ThruRoute  *route)
{
  const char *state = thru_cell_state_to_words (THRU_CELL_CONNECTED);
  ThruRoom *room = get_other_room (studio, route);
  g_autofree char *latency = room != NULL ? describe_latency (thru_room_get_round_trip (room)) : NULL;
  g_autofree char *transfer = describe_transfer (studio, route);
  g_autofree char *timed = NULL;

  if (transfer != NULL)
    {
      return thru_words_with_reason (state, transfer);
    }
  if (latency == NULL)
    {
      return g_strdup (state);
    }
  /* Translators: a route's state and how long MIDI takes: "connected, 1 millisecond" */
  timed = g_strdup_printf (_("%1$s, %2$s"), state, latency);

  return thru_words_with_reason (timed, thru_room_get_reason (room));
}

static char *
describe_state (ThruStudio *studio,
                ThruRoute  *route)
{
  if (thru_route_get_state (route) == THRU_ROUTE_CONNECTED)
    {
      return describe_connected (studio, route);
    }

  return thru_words_with_reason (thru_cell_state_to_words (thru_cell_state_from_route (route)), thru_route_get_reason (route));
}

char *
thru_words_route_state (ThruStudio *studio,
                        ThruRoute  *route)
{
  g_autofree char *state = describe_state (studio, route);
  g_autofree char *late = NULL;
  guint n = thru_route_get_late (route);

  if (n == 0)
    {
      return g_steal_pointer (&state);
    }
  /* Translators: a full stop stands before it, and another follows */
  late = g_strdup_printf (ngettext ("%u note came too late and was not played",
                                    "%u notes came too late and were not played", n), n);

  return thru_words_with_reason (state, late);
}

char *
thru_words_spoken_route (ThruStudio *studio,
                         ThruRoute  *route)
{
  g_autofree char *from = thru_words_spoken_device (is_own (studio, thru_route_get_from_room (route)),
                                                    thru_route_get_from_room_name (route),
                                                    thru_route_get_from_name (route));
  g_autofree char *to = thru_words_spoken_device (is_own (studio, thru_route_get_to_room (route)),
                                                  thru_route_get_to_room_name (route),
                                                  thru_route_get_to_name (route));

  /* Translators: a route: "Keystation to Live room TX7" */
  return g_strdup_printf (_("%1$s to %2$s"), from, to);
}

static char *
shown_end (gboolean    own,
           const char *room,
           const char *device)
{
  g_autofree char *room_name = thru_words_name (room);
  g_autofree char *device_name = thru_words_name (device);

  /* Translators: one end of a route in the list: "TX7 (Live room)" */
  return own ? g_steal_pointer (&device_name) : g_strdup_printf (_("%1$s (%2$s)"), device_name, room_name);
}

char *
thru_words_shown_route (ThruStudio *studio,
                        ThruRoute  *route)
{
  g_autofree char *from = shown_end (is_own (studio, thru_route_get_from_room (route)),
                                     thru_route_get_from_room_name (route), thru_route_get_from_name (route));
  g_autofree char *to = shown_end (is_own (studio, thru_route_get_to_room (route)),
                                   thru_route_get_to_room_name (route), thru_route_get_to_name (route));

  /* Translators: a route in the list: "Keystation → TX7 (Live room)" */
  return g_strdup_printf (_("%1$s → %2$s"), from, to);
}

char *
thru_words_disconnected (ThruStudio *studio,
                         ThruRoute  *route)
{
  g_autofree char *from = thru_words_name (thru_route_get_from_name (route));
  g_autofree char *to = NULL;

  if (is_own (studio, thru_route_get_to_room (route)))
    {
      to = thru_words_name (thru_route_get_to_name (route));
    }
  else
    {
      to = thru_words_shown_device (FALSE, thru_route_get_to_room_name (route), thru_route_get_to_name (route));
    }

  /* Translators: a route was removed: "Disconnected Keystation from TX7 in Live room" */
  return g_strdup_printf (_("Disconnected %1$s from %2$s"), from, to);
}
