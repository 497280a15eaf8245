/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-loop-finder.h"

#include <glib/gi18n.h>

/* A device on the way round: reached with that many whose behaviour is not known. */
typedef struct _Step Step;

struct _Step
{
  const Step *before;   /* borrowed; NULL: the first */
  char       *room;     /* id */
  char       *name;
  char       *room_name;
  guint       n_unknown;
  guint       n_through;
};

typedef struct
{
  GPtrArray  *steps;    /* (element-type Step), in the order in which they were found */
  GHashTable *seen;     /* (element-type utf8) */
  const char *room;     /* where the circle closes */
  const char *name;
} Search;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->room);
  g_free (step->name);
  g_free (step->room_name);
  g_free (step);
}

static gboolean
is_through (const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  return strstr (folded, "through") != NULL || (strstr (folded, "thru") != NULL && strstr (folded, "thruwall") == NULL);
}

/* What both ends of a device have in common: JACK puts the name of the port behind that of the program.
 * Returns: (transfer full). */
static char *
name_both_ends (const char *name)
{
  const char *colon = is_through (name) ? strchr (name, ':') : NULL;

  return colon != NULL ? g_strndup (name, (gsize) (colon - name)) : g_strdup (name);
}

/* Returns: (nullable): the step that closes the circle. */
static const Step *
reach (Search     *search,
       const Step *before,
       const char *room,
       const char *room_name,
       const char *end_name)
{
  g_autofree char *name = name_both_ends (end_name);
  gboolean through = is_through (end_name);
  guint n_unknown = (before != NULL ? before->n_unknown : 0) + !through;
  g_autofree char *key = g_strdup_printf ("%u/%s/%s", n_unknown, room, name);
  Step *step;

  if (n_unknown > 1 || !g_hash_table_add (search->seen, g_steal_pointer (&key)))
    return NULL;

  step = g_new0 (Step, 1);
  step->before = before;
  step->room = g_strdup (room);
  step->name = g_strdup (name);
  step->room_name = g_strdup (room_name);
  step->n_unknown = n_unknown;
  step->n_through = (before != NULL ? before->n_through : 0) + through;
  g_ptr_array_add (search->steps, step);
  return step->n_through > 0 && g_str_equal (room, search->room) && g_str_equal (name, search->name) ? step : NULL;
}

static const Step *
reach_from (Search     *search,
            GListModel *routes,
            const Step *step)
{
  guint n = g_list_model_get_n_items (routes);
  const Step *closing = NULL;

  for (guint i = 0; i < n && closing == NULL; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);
      g_autofree char *name = name_both_ends (thru_route_get_from_name (route));

      if (thru_route_get_mute (route) == THRU_MUTE_NONE &&
          g_str_equal (thru_route_get_from_room (route), step->room) &&
          g_str_equal (name, step->name))
        closing = reach (search, step, thru_route_get_to_room (route), thru_route_get_to_room_name (route),
                         thru_route_get_to_name (route));
    }
  return closing;
}

static char *
name_device (ThruStudio *studio,
             const char *room,
             const char *room_name,
             const char *name)
{
  if (g_str_equal (thru_room_get_id (thru_studio_get_own_room (studio)), room))
    return g_strdup (name);

  /* Translators: a device in another room: room and device */
  return g_strdup_printf (_("%1$s / %2$s"), room_name, name);
}

static char *
describe (ThruStudio *studio,
          const Step *closing)
{
  g_autoptr(GString) way = g_string_new (NULL);
  g_autofree char *last = name_device (studio, closing->room, closing->room_name, closing->name);
  const char *unknown = NULL;

  for (const Step *step = closing; step != NULL; step = step->before)
    {
      g_autofree char *name = name_device (studio, step->room, step->room_name, step->name);
      g_autofree char *arrow = g_strconcat (" → ", name, NULL);

      g_string_prepend (way, arrow);
      if (!is_through (step->name))
        unknown = step->name;
    }
  g_string_prepend (way, last);

  if (unknown == NULL)
    return g_strdup_printf (_("This route would close a loop: %s. Notes would go round without end."), way->str);
  return g_strdup_printf (_("This route would close a loop: %1$s. If %2$s passes on what it receives, notes would go round without end."),
                          way->str, unknown);
}

char *
thru_loop_finder_explain (ThruStudio *studio,
                          ThruDevice *from,
                          ThruDevice *to)
{
  g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func (step_free);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *name = NULL;
  ThruRoom *room;
  Search search = { steps, seen, NULL, NULL };
  const Step *closing;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to), NULL);

  if (thru_device_get_room (from) == NULL || thru_device_get_room (to) == NULL)
    return NULL;

  search.room = thru_room_get_id (thru_device_get_room (from));
  name = name_both_ends (thru_device_get_name (from));
  search.name = name;
  room = thru_device_get_room (to);
  closing = reach (&search, NULL, thru_room_get_id (room), thru_room_get_name (room), thru_device_get_name (to));
  for (guint i = 0; i < steps->len && closing == NULL; i++)
    closing = reach_from (&search, thru_studio_get_routes (studio), g_ptr_array_index (steps, i));
  return closing != NULL ? describe (studio, closing) : NULL;
}
