/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-own-devices.h"

#include "thru-device-questions.h"
#include "thru-session-message.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

/* Programs come and go with names of their own, so the devices that were ever seen are without number. */
static void
forget_oldest (ThruStudio     *studio,
               ThruSavedState *state)
{
  for (guint i = 0; i < state->devices->len; i++)
    {
      const ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (saved->port != NULL || thru_device_questions_is_needed (studio, saved))
        continue;
      g_ptr_array_remove_index (state->devices, i);
      return;
    }
}

static void
suspect_old (ThruStudio         *studio,
             ThruSavedState     *state,
             ThruSavedDevice    *saved,
             const ThruPortInfo *port)
{
  for (guint i = 0; i < state->devices->len && saved->maybe == NULL; i++)
    {
      const ThruSavedDevice *old = g_ptr_array_index (state->devices, i);

      if (old != saved && old->port == NULL && !g_str_equal (old->kind, port->kind)
          && thru_device_matcher_similar (port, old) && thru_device_questions_is_needed (studio, old))
        saved->maybe = g_strdup (old->id);
    }
}

/* Returns: (transfer none) (nullable). */
static ThruSavedDevice *
add_device (ThruStudio         *studio,
            ThruSavedState     *state,
            const ThruPortInfo *port)
{
  ThruSavedDevice *saved;

  if (state->devices->len >= THRU_SAVED_DEVICES_MAX)
    forget_oldest (studio, state);
  saved = thru_device_questions_add (state, port);
  if (saved != NULL)
    suspect_old (studio, state, saved, port);
  return saved;
}

/* Of twins that no route needs, any will do. Returns: (transfer none) (nullable): NULL: it matters which one it is. */
static ThruSavedDevice *
choose_unneeded (ThruStudio         *studio,
                 ThruSavedState     *state,
                 const ThruPortInfo *port)
{
  ThruSavedDevice *first = NULL;

  for (guint i = 0; i < state->devices->len; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (saved->port != NULL || !thru_device_matcher_may_be (port, saved))
        continue;
      if (thru_device_questions_is_needed (studio, saved))
        return NULL;
      first = first != NULL ? first : saved;
    }
  return first;
}

/* Those that have gone are not where they were any more. */
static void
unbind_absent (ThruSavedState *state,
               GPtrArray      *ports)
{
  g_autoptr(GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < ports->len; i++)
    g_hash_table_add (present, ((ThruPortInfo *) g_ptr_array_index (ports, i))->port);
  for (guint i = 0; i < state->devices->len; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (saved->port != NULL && !g_hash_table_contains (present, saved->port))
        g_clear_pointer (&saved->port, g_free);
    }
}

static gboolean
is_bound (const ThruSavedDevice *saved,
          const ThruPortInfo    *port)
{
  return g_strcmp0 (saved->place, port->place) == 0 && g_strcmp0 (saved->serial, port->serial) == 0;
}

/* Gives each port its device. @changed: set when something is to be saved. Returns: (transfer full): what is ambiguous still. */
static ThruMatch *
recognise (ThruStudio     *studio,
           ThruSavedState *state,
           GPtrArray      *ports,
           gboolean       *changed)
{
  ThruMatch *matches;

  unbind_absent (state, ports);
  matches = thru_device_matcher_match (ports, state->devices);
  for (guint i = 0; i < state->devices->len; i++)
    g_clear_pointer (&((ThruSavedDevice *) g_ptr_array_index (state->devices, i))->port, g_free);
  for (guint i = 0; i < ports->len; i++)
    if (matches[i].device != NULL)
      {
        *changed |= !is_bound (matches[i].device, g_ptr_array_index (ports, i));
        thru_device_questions_bind (matches[i].device, g_ptr_array_index (ports, i));
      }
  for (guint i = 0; i < ports->len; i++)
    {
      ThruPortInfo *port = g_ptr_array_index (ports, i);

      if (matches[i].result == THRU_MATCH_AMBIGUOUS)
        matches[i].device = choose_unneeded (studio, state, port);
      else if (matches[i].result == THRU_MATCH_NEW)
        matches[i].device = add_device (studio, state, port);
      else
        continue;
      if (matches[i].device == NULL)
        continue;
      thru_device_questions_bind (matches[i].device, port);
      matches[i].result = THRU_MATCH_KNOWN;
      *changed = TRUE;
    }
  return matches;
}

static ThruDevice *
take_device (ThruRoom              *room,
             const ThruSavedDevice *saved)
{
  ThruDevice *device = _thru_room_find_device (room, saved->id, saved->is_source);

  device = device != NULL ? g_object_ref (device) : _thru_device_new (saved->id, saved->name, saved->is_source);
  _thru_device_set_name (device, saved->name);
  _thru_device_set_address (device, saved->address);
  _thru_device_set_port (device, saved->port);
  return device;
}

/* Returns: (transfer full) (nullable): why it is absent although it may be here. */
static char *
explain_doubt (GPtrArray             *ports,
               const ThruMatch       *matches,
               const ThruSavedDevice *saved)
{
  for (guint i = 0; i < ports->len; i++)
    {
      const ThruPortInfo *port = g_ptr_array_index (ports, i);

      if (matches[i].result == THRU_MATCH_AMBIGUOUS && thru_device_matcher_may_be (port, saved))
        /* Translators: a device. */
        return g_strdup_printf (_("Thruwall can not tell which %s is plugged in. Answer the question."),
                                port->label);
    }
  return NULL;
}

static void
show_devices (ThruStudio      *studio,
              ThruSavedState  *state,
              GPtrArray       *ports,
              const ThruMatch *matches,
              const char      *problem)
{
  ThruRoom *room = thru_studio_get_own_room (studio);
  g_autoptr(GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  _thru_room_freeze (room);
  for (guint i = 0; i < ports->len && devices->len < THRU_SESSION_DEVICES_MAX; i++)
    {
      ThruDevice *device;

      if (matches[i].device == NULL)
        continue;
      device = take_device (room, matches[i].device);
      _thru_device_set_online (device, TRUE, NULL);
      g_ptr_array_add (devices, device);
    }
  for (guint i = 0; i < state->devices->len && devices->len < THRU_SESSION_DEVICES_MAX; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);
      g_autofree char *doubt = NULL;
      ThruDevice *device;

      if (saved->port != NULL || !thru_device_questions_is_needed (studio, saved))
        continue;
      device = take_device (room, saved);
      doubt = explain_doubt (ports, matches, saved);
      _thru_device_set_in_doubt (device, doubt != NULL);
      _thru_device_set_online (device, FALSE, doubt != NULL ? doubt : problem != NULL ? problem : _("It is not plugged in."));
      g_ptr_array_add (devices, device);
    }
  _thru_room_set_devices (room, devices);
  _thru_room_thaw (room);
}

gboolean
thru_own_devices_update (ThruStudio     *studio,
                         ThruMidiSystem *midi,
                         ThruSavedState *state)
{
  g_autofree ThruMatch *matches = NULL;
  g_autoptr(GPtrArray) questions = NULL;
  GPtrArray *ports;
  gboolean changed = FALSE;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && THRU_IS_MIDI_SYSTEM (midi) && state != NULL, FALSE);

  ports = thru_midi_system_get_ports (midi);
  matches = recognise (studio, state, ports, &changed);
  show_devices (studio, state, ports, matches, thru_midi_system_get_problem (midi));
  questions = thru_device_questions_list (studio, state, ports, matches);
  _thru_studio_set_questions (studio, questions);
  return changed;
}
