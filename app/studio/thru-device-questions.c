/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-device-questions.h"

#include "thru-strings-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define WHICH "which:"
#define SAME "same:"

struct _ThruDeviceChange
{
  GPtrArray *before; /* of ThruSavedDevice: those that were changed or removed */
  GPtrArray *added;  /* of ThruSavedDevice: copies of those that were not there */
};

void
thru_device_change_free (ThruDeviceChange *change)
{
  if (change == NULL)
    return;
  g_ptr_array_unref (change->before);
  g_ptr_array_unref (change->added);
  g_free (change);
}

static ThruDeviceChange *
change_new (void)
{
  ThruDeviceChange *change = g_new0 (ThruDeviceChange, 1);

  change->before = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_saved_device_free);
  change->added = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_saved_device_free);
  return change;
}

static void
keep (ThruDeviceChange      *change,
      const ThruSavedDevice *saved)
{
  g_ptr_array_add (change->before, thru_saved_device_copy (saved));
}

static void
set_failed (GError    **error,
            const char *text)
{
  g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_FAILED, text);
}

static gboolean
leads_to (ThruStudio            *studio,
          ThruRoute             *route,
          const ThruSavedDevice *saved)
{
  const char *own_id = thru_room_get_id (thru_studio_get_own_room (studio));
  const char *room = saved->is_source ? thru_route_get_from_room (route) : thru_route_get_to_room (route);
  const char *device = saved->is_source ? thru_route_get_from_device (route) : thru_route_get_to_device (route);

  return g_str_equal (device, saved->id) && g_str_equal (room, own_id);
}

gboolean
thru_device_questions_is_needed (ThruStudio            *studio,
                                 const ThruSavedDevice *saved)
{
  GListModel *routes;
  guint n;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && saved != NULL, FALSE);

  routes = thru_studio_get_routes (studio);
  n = g_list_model_get_n_items (routes);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (leads_to (studio, route, saved))
        return TRUE;
    }
  return FALSE;
}

void
thru_device_questions_bind (ThruSavedDevice    *saved,
                            const ThruPortInfo *port)
{
  g_return_if_fail (saved != NULL && port != NULL);

  _thru_strings_set (&saved->kind, port->kind);
  _thru_strings_set (&saved->place, port->place);
  _thru_strings_set (&saved->serial, port->serial);
  _thru_strings_set (&saved->port, port->port);
}

static gboolean
is_name_taken (ThruSavedState *state,
               const char     *name,
               gboolean        is_source)
{
  for (guint i = 0; i < state->devices->len; i++)
    {
      const ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (saved->is_source == is_source && g_str_equal (saved->name, name))
        return TRUE;
    }
  return FALSE;
}

ThruSavedDevice *
thru_device_questions_add (ThruSavedState     *state,
                           const ThruPortInfo *port)
{
  gboolean is_source;
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  ThruSavedDevice *saved;

  g_return_val_if_fail (state != NULL && port != NULL, NULL);

  is_source = port->direction == THRU_DIRECTION_SOURCE;
  id = g_strdup (port->kind);
  name = g_strdup (port->label);
  for (guint n = 2; thru_saved_state_find_device (state, id, is_source) != NULL || is_name_taken (state, name, is_source); n++)
    {
      g_free (id);
      g_free (name);
      id = g_strdup_printf ("%s#%u", port->kind, n);
      name = g_strdup_printf ("%s (%u)", port->label, n);
    }
  saved = thru_saved_state_know_device (state, id, name, is_source);
  if (saved != NULL)
    thru_device_questions_bind (saved, port);
  return saved;
}

/* The same instrument in the other direction, as far as names tell. */
static ThruSavedDevice *
find_sibling (ThruSavedState        *state,
              const ThruSavedDevice *saved)
{
  for (guint i = 0; i < state->devices->len; i++)
    {
      ThruSavedDevice *other = g_ptr_array_index (state->devices, i);

      if (other->is_source != saved->is_source && g_str_equal (other->name, saved->name))
        return other;
    }
  return NULL;
}

/* Where its routes lead, for a person who has to tell twins apart. Returns: (transfer full). */
static char *
describe_device (ThruStudio            *studio,
                 ThruSavedState        *state,
                 const ThruSavedDevice *saved)
{
  GListModel *routes = thru_studio_get_routes (studio);
  const ThruSavedDevice *sibling = find_sibling (state, saved);
  const ThruSavedDevice *source = saved->is_source ? saved : sibling;
  const ThruSavedDevice *destination = saved->is_source ? sibling : saved;
  g_autofree char *first = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (source != NULL && leads_to (studio, route, source))
        {
          if (n++ == 0)
            /* Translators: a device, and the device that its route leads to. */
            first = g_strdup_printf (_("%s, to %s"), saved->name, thru_route_get_to_name (route));
        }
      else if (destination != NULL && leads_to (studio, route, destination))
        {
          if (n++ == 0)
            /* Translators: a device, and the device that its route comes from. */
            first = g_strdup_printf (_("%s, from %s"), saved->name, thru_route_get_from_name (route));
        }
    }
  if (n == 0)
    return g_strdup_printf (_("%s, no routes"), saved->name);
  if (n > 1)
    /* Translators: a device, and how many routes it has. */
    return g_strdup_printf (ngettext ("%s, %u route", "%s, %u routes", n), saved->name, n);
  return g_steal_pointer (&first);
}

static ThruQuestion *
ask_which (ThruStudio         *studio,
           ThruSavedState     *state,
           const ThruPortInfo *port)
{
  g_autofree char *key = g_strconcat (WHICH, port->port, NULL);
  g_autofree char *title = g_strdup_printf (_("Which %s is this?"), port->label);
  g_autofree char *detail = NULL;
  g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) about = g_ptr_array_new ();

  for (guint i = 0; i < state->devices->len && about->len + 1 < THRU_QUESTION_ANSWERS_MAX; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (saved->port != NULL || !thru_device_matcher_may_be (port, saved))
        continue;
      g_ptr_array_add (about, saved->id);
      g_ptr_array_add (answers, describe_device (studio, state, saved));
    }
  if (about->len > 1)
    detail = g_strdup_printf (_("%s came back, and Thruwall can not tell which of the %u it was. "
                                "The routes of all of them wait for your answer."), port->label, about->len);
  else
    detail = g_strdup_printf (_("%s came back with a twin, and Thruwall can not tell which of them was here before. "
                                "Its routes wait for your answer."), port->label);
  g_ptr_array_add (answers, g_strdup (_("Another One")));
  g_ptr_array_add (answers, NULL);
  g_ptr_array_add (about, NULL);
  return thru_question_new (key, title, detail, (const char *const *) answers->pdata, (const char *const *) about->pdata);
}

static ThruQuestion *
ask_same (const ThruSavedDevice *saved,
          const ThruSavedDevice *old)
{
  g_autofree char *key = g_strdup_printf (SAME "%s:%s", saved->is_source ? "in" : "out", saved->id);
  g_autofree char *title = g_strdup_printf (_("Is this the same instrument?"));
  g_autofree char *detail = NULL;
  const char *answers[] = { NULL, _("Another One"), NULL };
  const char *about[] = { old->id, NULL };
  g_autofree char *use = g_strdup_printf (_("Use It Instead"));

  /* Translators: a new device, and one that is absent, twice. */
  detail = g_strdup_printf (_("%s is new here, and %s is absent. If it is the same instrument under another name, the routes of %s "
                              "can go on with it."), saved->name, old->name, old->name);
  answers[0] = use;
  return thru_question_new (key, title, detail, answers, about);
}

/* One question for all ports of a unit. */
static gboolean
is_asked (GPtrArray          *asked,
          const ThruPortInfo *port)
{
  for (guint i = 0; i < asked->len; i++)
    {
      const ThruPortInfo *other = g_ptr_array_index (asked, i);

      if (thru_device_matcher_same_unit (other->place, port->place))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer none) (nullable): the device that @saved may be under another name, while that is worth a question. */
static ThruSavedDevice *
get_maybe (ThruStudio      *studio,
           ThruSavedState  *state,
           ThruSavedDevice *saved)
{
  ThruSavedDevice *old = NULL;

  if (saved->maybe == NULL || saved->port == NULL)
    return NULL;
  old = thru_saved_state_find_device (state, saved->maybe, saved->is_source);
  if (old == NULL || old->port != NULL || thru_device_questions_is_needed (studio, saved)
      || !thru_device_questions_is_needed (studio, old))
    return NULL;
  return old;
}

static gboolean
has_asked_in_the_other_direction (ThruStudio      *studio,
                                  ThruSavedState  *state,
                                  ThruSavedDevice *saved)
{
  ThruSavedDevice *sibling = saved->is_source ? NULL : find_sibling (state, saved);

  return sibling != NULL && get_maybe (studio, state, sibling) != NULL;
}

GPtrArray *
thru_device_questions_list (ThruStudio      *studio,
                            ThruSavedState  *state,
                            GPtrArray       *ports,
                            const ThruMatch *matches)
{
  GPtrArray *questions;
  g_autoptr(GPtrArray) asked = g_ptr_array_new ();

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && state != NULL && ports != NULL && matches != NULL, NULL);

  questions = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ports->len; i++)
    {
      ThruPortInfo *port = g_ptr_array_index (ports, i);

      if (matches[i].result != THRU_MATCH_AMBIGUOUS || is_asked (asked, port))
        continue;
      g_ptr_array_add (asked, port);
      g_ptr_array_add (questions, ask_which (studio, state, port));
    }
  for (guint i = 0; i < state->devices->len; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);
      ThruSavedDevice *old = get_maybe (studio, state, saved);

      if (old != NULL && !has_asked_in_the_other_direction (studio, state, saved))
        g_ptr_array_add (questions, ask_same (saved, old));
    }
  return questions;
}

/* The device that @port is when another port of its unit is @chosen. (nullable) */
static ThruSavedDevice *
find_along (ThruSavedState        *state,
            const ThruPortInfo    *port,
            const ThruSavedDevice *chosen)
{
  ThruSavedDevice *found = NULL;

  for (guint i = 0; i < state->devices->len; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (saved->port != NULL || !thru_device_matcher_may_be (port, saved))
        continue;
      if (thru_device_matcher_same_unit (saved->place, chosen->place))
        return saved;
      if (g_str_equal (saved->name, chosen->name))
        found = saved;
    }
  return found;
}

static ThruDeviceChange *
answer_which (ThruSavedState     *state,
              GPtrArray          *ports,
              const ThruPortInfo *asked,
              ThruSavedDevice    *chosen)
{
  g_autofree ThruMatch *matches = thru_device_matcher_match (ports, state->devices);
  g_autoptr(ThruSavedDevice) before = chosen != NULL ? thru_saved_device_copy (chosen) : NULL;
  ThruDeviceChange *change = change_new ();

  for (guint i = 0; i < ports->len; i++)
    {
      ThruPortInfo *port = g_ptr_array_index (ports, i);
      ThruSavedDevice *saved = chosen;

      if (matches[i].result != THRU_MATCH_AMBIGUOUS
          || (port != asked && !thru_device_matcher_same_unit (port->place, asked->place)))
        continue;
      if (chosen == NULL)
        {
          saved = thru_device_questions_add (state, port);
          if (saved != NULL)
            g_ptr_array_add (change->added, thru_saved_device_copy (saved));
          continue;
        }
      if (port != asked)
        saved = find_along (state, port, before);
      if (saved == NULL)
        continue;
      keep (change, saved);
      thru_device_questions_bind (saved, port);
    }
  return change;
}

static ThruDeviceChange *
answer_which_port (ThruSavedState *state,
                   GPtrArray      *ports,
                   ThruQuestion   *question,
                   const char     *id,
                   char          **text,
                   GError        **error)
{
  const char *name = thru_question_get_key (question) + strlen (WHICH);

  for (guint i = 0; i < ports->len; i++)
    {
      ThruPortInfo *port = g_ptr_array_index (ports, i);
      ThruSavedDevice *chosen = NULL;

      if (!g_str_equal (port->port, name))
        continue;
      if (id != NULL)
        chosen = thru_saved_state_find_device (state, id, port->direction == THRU_DIRECTION_SOURCE);
      if (id != NULL && (chosen == NULL || chosen->port != NULL))
        break;
      if (chosen != NULL)
        *text = g_strdup_printf (_("It is %s"), chosen->name);
      else
        *text = g_strdup_printf (_("It is another %s"), port->label);
      return answer_which (state, ports, port, chosen);
    }
  set_failed (error, _("That is not to be answered any more"));
  return NULL;
}

/* What is known of the old device stays, but for what it is recognised by. */
static void
take_over (ThruSavedState   *state,
           ThruDeviceChange *change,
           ThruSavedDevice  *old,
           ThruSavedDevice  *saved)
{
  keep (change, old);
  keep (change, saved);
  _thru_strings_set (&old->name, saved->name);
  _thru_strings_set (&old->kind, saved->kind);
  _thru_strings_set (&old->place, saved->place);
  _thru_strings_set (&old->serial, saved->serial);
  _thru_strings_set (&old->port, saved->port);
  g_ptr_array_remove (state->devices, saved);
}

static gboolean
may_take_over (ThruStudio            *studio,
               const ThruSavedDevice *old,
               const ThruSavedDevice *saved)
{
  return old != NULL && saved != NULL && old->port == NULL && saved->port != NULL
         && !thru_device_questions_is_needed (studio, saved);
}

ThruDeviceChange *
thru_device_questions_use (ThruStudio     *studio,
                           ThruSavedState *state,
                           const char     *old_id,
                           const char     *new_id,
                           gboolean        is_source,
                           char          **text,
                           GError        **error)
{
  ThruDeviceChange *change;
  ThruSavedDevice *old;
  ThruSavedDevice *saved;
  ThruSavedDevice *old_sibling;
  ThruSavedDevice *new_sibling;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && state != NULL && old_id != NULL && new_id != NULL && text != NULL, NULL);

  old = thru_saved_state_find_device (state, old_id, is_source);
  saved = thru_saved_state_find_device (state, new_id, is_source);
  if (!may_take_over (studio, old, saved))
    {
      set_failed (error, old == NULL || saved == NULL ? _("There is no such device in this room")
                  : old->port != NULL ? _("The old device is here")
                  : saved->port == NULL ? _("The new device is not here")
                  : _("The new device has routes of its own: end them first"));
      return NULL;
    }

  old_sibling = find_sibling (state, old);
  new_sibling = find_sibling (state, saved);
  *text = g_strdup_printf (_("%s is used instead of %s"), saved->name, old->name);
  change = change_new ();
  if (may_take_over (studio, old_sibling, new_sibling))
    take_over (state, change, old_sibling, new_sibling);
  take_over (state, change, old, saved);
  return change;
}

static ThruDeviceChange *
answer_same (ThruStudio     *studio,
             ThruSavedState *state,
             ThruQuestion   *question,
             gboolean        use,
             char          **text,
             GError        **error)
{
  const char *rest = thru_question_get_key (question) + strlen (SAME);
  gboolean is_source = g_str_has_prefix (rest, "in:");
  ThruSavedDevice *saved = thru_saved_state_find_device (state, strchr (rest, ':') + 1, is_source);
  ThruSavedDevice *sibling = saved != NULL ? find_sibling (state, saved) : NULL;
  ThruDeviceChange *change;

  if (saved == NULL || saved->maybe == NULL)
    {
      set_failed (error, _("That is not to be answered any more"));
      return NULL;
    }
  if (use)
    return thru_device_questions_use (studio, state, saved->maybe, saved->id, is_source, text, error);

  change = change_new ();
  keep (change, saved);
  *text = g_strdup_printf (_("%s is another instrument"), saved->name);
  g_clear_pointer (&saved->maybe, g_free);
  if (sibling != NULL && sibling->maybe != NULL)
    {
      keep (change, sibling);
      g_clear_pointer (&sibling->maybe, g_free);
    }
  return change;
}

ThruDeviceChange *
thru_device_questions_answer (ThruStudio     *studio,
                              ThruSavedState *state,
                              GPtrArray      *ports,
                              ThruQuestion   *question,
                              guint           answer,
                              char          **text,
                              GError        **error)
{
  const char *const *about;
  const char *id;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && state != NULL && ports != NULL, NULL);
  g_return_val_if_fail (THRU_IS_QUESTION (question) && text != NULL, NULL);

  about = thru_question_get_about (question);
  id = answer < g_strv_length ((char **) about) ? about[answer] : NULL;
  if (g_str_has_prefix (thru_question_get_key (question), SAME))
    return answer_same (studio, state, question, id != NULL, text, error);
  return answer_which_port (state, ports, question, id, text, error);
}

static void
remove_device (ThruSavedState        *state,
               const ThruSavedDevice *copy)
{
  ThruSavedDevice *saved = thru_saved_state_find_device (state, copy->id, copy->is_source);

  if (saved != NULL)
    g_ptr_array_remove (state->devices, saved);
}

gboolean
thru_device_questions_revert (ThruStudio       *studio,
                              ThruSavedState   *state,
                              ThruDeviceChange *change,
                              GError          **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (studio) && state != NULL && change != NULL, FALSE);

  for (guint i = 0; i < change->added->len; i++)
    if (thru_device_questions_is_needed (studio, g_ptr_array_index (change->added, i)))
      {
        set_failed (error, _("It has routes of its own: end them first"));
        return FALSE;
      }
  for (guint i = 0; i < change->added->len; i++)
    remove_device (state, g_ptr_array_index (change->added, i));
  for (guint i = 0; i < change->before->len; i++)
    {
      const ThruSavedDevice *before = g_ptr_array_index (change->before, i);

      remove_device (state, before);
      if (state->devices->len < THRU_SAVED_DEVICES_MAX)
        g_ptr_array_add (state->devices, thru_saved_device_copy (before));
    }
  return TRUE;
}
