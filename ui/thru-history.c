/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-history.h"

#include <glib/gi18n.h>

#define MAX_STEPS 100

typedef struct
{
  char      *from_room;
  char      *from_device;
  char      *to_room;
  char      *to_device;
  ThruChange change;
  gboolean   muted; /* DISCONNECTED: it was */
  gboolean   is_answer; /* to a question, and no route */
  gboolean   is_room; /* from_room was removed; the rest is nothing */
} Step;

struct _ThruHistory
{
  GObject parent_instance;

  /* Owned */
  ThruStudio *studio;
  GQueue      undo;   /* of Step, newest first */
  GQueue      redo;

  gboolean    replaying;
};

enum
{
  PROP_0,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  PATCHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruHistory, thru_history, G_TYPE_OBJECT)

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->from_room);
  g_free (step->from_device);
  g_free (step->to_room);
  g_free (step->to_device);
  g_free (step);
}

static void
notify_both (ThruHistory *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
}

static char *
describe (ThruRoute *route,
          ThruChange change)
{
  const char *from = thru_route_get_from_name (route);
  const char *to = thru_route_get_to_name (route);

  switch (change)
    {
    case THRU_CHANGE_CONNECTED:
      /* Translators: names of devices, from and to. */
      return g_strdup_printf (_("%s connected to %s"), from, to);

    case THRU_CHANGE_MUTED:
      if (thru_route_get_mute (route) == THRU_MUTE_LOOP)
        /* Translators: names of devices, from and to. */
        return g_strdup_printf (_("%1$s → %2$s was muted: its notes came back in a loop"), from, to);
      /* Translators: names of devices, from and to. */
      return g_strdup_printf (_("%1$s → %2$s muted"), from, to);

    case THRU_CHANGE_UNMUTED:
      /* Translators: names of devices, from and to. */
      return g_strdup_printf (_("%1$s → %2$s no longer muted"), from, to);

    case THRU_CHANGE_DISCONNECTED:
    default:
      return g_strdup_printf (_("%s disconnected from %s"), from, to);
    }
}

static void
take_step (ThruHistory *self,
           Step        *step,
           const char  *text,
           ThruRoute   *unasked)
{
  g_queue_push_head (&self->undo, step);
  if (self->undo.length > MAX_STEPS)
    step_free (g_queue_pop_tail (&self->undo));
  g_queue_clear_full (&self->redo, step_free);

  notify_both (self);
  g_signal_emit (self, signals[PATCHED], 0, text, unasked);
}

static void
patched_cb (ThruHistory *self,
            ThruRoute   *route,
            int          change)
{
  g_autofree char *text = describe (route, (ThruChange) change);
  Step *step;

  if (self->replaying)
    return;

  step = g_new0 (Step, 1);
  step->from_room = g_strdup (thru_route_get_from_room (route));
  step->from_device = g_strdup (thru_route_get_from_device (route));
  step->to_room = g_strdup (thru_route_get_to_room (route));
  step->to_device = g_strdup (thru_route_get_to_device (route));
  step->change = (ThruChange) change;
  step->muted = thru_route_get_mute (route) != THRU_MUTE_NONE;

  take_step (self, step, text, thru_route_get_mute (route) == THRU_MUTE_LOOP ? route : NULL);
}

static void
answered_cb (ThruHistory *self,
             const char  *text)
{
  Step *step = g_new0 (Step, 1);

  step->is_answer = TRUE;
  take_step (self, step, text, NULL);
}

static void
room_removed_cb (ThruHistory *self,
                 ThruRoom    *room)
{
  /* Translators: the name of a room. */
  g_autofree char *text = g_strdup_printf (_("%s removed"), thru_room_get_name (room));
  Step *step;

  if (self->replaying)
    return;

  step = g_new0 (Step, 1);
  step->from_room = g_strdup (thru_room_get_id (room));
  step->is_room = TRUE;
  take_step (self, step, text, NULL);
}

/* What undoes @change. */
static ThruChange
reverse_of (ThruChange change)
{
  switch (change)
    {
    case THRU_CHANGE_CONNECTED:
      return THRU_CHANGE_DISCONNECTED;

    case THRU_CHANGE_MUTED:
      return THRU_CHANGE_UNMUTED;

    case THRU_CHANGE_UNMUTED:
      return THRU_CHANGE_MUTED;

    case THRU_CHANGE_DISCONNECTED:
    default:
      return THRU_CHANGE_CONNECTED;
    }
}

static gboolean
change_route (ThruHistory *self,
              const Step  *step,
              ThruChange   change,
              ThruDevice  *from,
              ThruDevice  *to,
              GError     **error)
{
  ThruRoute *route = thru_studio_find_route (self->studio, from, to);

  if (change == THRU_CHANGE_DISCONNECTED)
    return route == NULL || thru_studio_disconnect_route (self->studio, route, error);
  if (change == THRU_CHANGE_MUTED || change == THRU_CHANGE_UNMUTED)
    return route == NULL || thru_studio_mute_route (self->studio, route, change == THRU_CHANGE_MUTED, error);
  if (route != NULL)
    return TRUE;

  /* If it closes a loop, somebody agreed to that before. */
  if (!thru_studio_connect_route_anyway (self->studio, from, to, error))
    return FALSE;
  route = step->muted ? thru_studio_find_route (self->studio, from, to) : NULL;
  return route == NULL || thru_studio_mute_route (self->studio, route, TRUE, error);
}

static gboolean
apply (ThruHistory *self,
       const Step  *step,
       ThruChange   change,
       GError     **error)
{
  ThruDevice *from = thru_studio_find_device (self->studio, step->from_room, step->from_device, TRUE);
  ThruDevice *to = thru_studio_find_device (self->studio, step->to_room, step->to_device, FALSE);
  gboolean ok;

  if (from == NULL || to == NULL)
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_DEVICE,
                           _("A device of that route is not known any more"));
      return FALSE;
    }

  self->replaying = TRUE;
  ok = change_route (self, step, change, from, to, error);
  self->replaying = FALSE;
  return ok;
}

static gboolean
apply_to_room (ThruHistory *self,
               const Step  *step,
               gboolean     restore,
               GError     **error)
{
  ThruRoom *room = thru_studio_find_room (self->studio, step->from_room);
  gboolean ok = TRUE;

  self->replaying = TRUE;
  if (restore)
    ok = thru_studio_restore_room (self->studio, step->from_room, error);
  else if (room != NULL)
    ok = thru_studio_remove_room (self->studio, room, error);
  self->replaying = FALSE;
  return ok;
}

static gboolean
replay (ThruHistory *self,
        GQueue      *steps,
        GQueue      *back,
        gboolean     reverse,
        GError     **error)
{
  Step *step = g_queue_pop_head (steps);
  gboolean ok;

  if (step == NULL)
    return TRUE;

  if (step->is_answer)
    ok = thru_studio_take_back_answer (self->studio, error);
  else if (step->is_room)
    ok = apply_to_room (self, step, reverse, error);
  else
    ok = apply (self, step, reverse ? reverse_of (step->change) : step->change, error);
  /* A question that is open again is answered again, not redone. */
  if (ok && !step->is_answer)
    g_queue_push_head (back, step);
  else
    step_free (step);
  notify_both (self);
  return ok;
}

static void
thru_history_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  ThruHistory *self = THRU_HISTORY (object);

  switch (id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, thru_history_can_undo (self));
      break;

    case PROP_CAN_REDO:
      g_value_set_boolean (value, thru_history_can_redo (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thru_history_finalize (GObject *object)
{
  ThruHistory *self = THRU_HISTORY (object);

  g_queue_clear_full (&self->undo, step_free);
  g_queue_clear_full (&self->redo, step_free);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_history_parent_class)->finalize (object);
}

static void
thru_history_class_init (ThruHistoryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = thru_history_get_property;
  object_class->finalize = thru_history_finalize;

  properties[PROP_CAN_UNDO] =
    g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_REDO] =
    g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PATCHED] = g_signal_new ("patched", THRU_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, THRU_TYPE_ROUTE);
}

static void
thru_history_init (ThruHistory *self)
{
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
}

ThruHistory *
thru_history_new (ThruStudio *studio)
{
  ThruHistory *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  self = g_object_new (THRU_TYPE_HISTORY, NULL);
  self->studio = g_object_ref (studio);
  g_signal_connect_object (studio, "patched", G_CALLBACK (patched_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "answered", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "room-removed", G_CALLBACK (room_removed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

gboolean
thru_history_undo (ThruHistory *self,
                   GError     **error)
{
  g_return_val_if_fail (THRU_IS_HISTORY (self), FALSE);

  return replay (self, &self->undo, &self->redo, TRUE, error);
}

gboolean
thru_history_redo (ThruHistory *self,
                   GError     **error)
{
  g_return_val_if_fail (THRU_IS_HISTORY (self), FALSE);

  return replay (self, &self->redo, &self->undo, FALSE, error);
}

gboolean
thru_history_can_undo (ThruHistory *self)
{
  g_return_val_if_fail (THRU_IS_HISTORY (self), FALSE);

  return self->undo.length > 0;
}

gboolean
thru_history_can_redo (ThruHistory *self)
{
  g_return_val_if_fail (THRU_IS_HISTORY (self), FALSE);

  return self->redo.length > 0;
}
