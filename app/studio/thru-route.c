/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-route-private.h"

#include "thru-strings-private.h"

#define LATE_SHOWN_US (10 * G_USEC_PER_SEC)

struct _ThruRoute
{
  GObject        parent_instance;

  ThruRouteKey   key; /* owned strings */
  char          *from_room_name;
  char          *from_name;
  char          *to_room_name;
  char          *to_name;
  char          *reason;
  ThruMeter     *meter;
  ThruRouteState state;
  ThruMute       mute;
  guint          late;    /* notes, at the last look */
  gint64         late_at; /* when they became more, monotonic, microseconds */
  gboolean       is_late;
};

G_DEFINE_FINAL_TYPE (ThruRoute, thru_route, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_REASON,
  PROP_LATE,
  PROP_IS_LATE,
  PROP_FROM_ROOM_NAME,
  PROP_FROM_NAME,
  PROP_TO_ROOM_NAME,
  PROP_TO_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *const state_names[] = {
  [THRU_ROUTE_CONNECTED] = "connected",
  [THRU_ROUTE_CONNECTING] = "connecting",
  [THRU_ROUTE_WAITING] = "waiting",
  [THRU_ROUTE_MUTED] = "muted",
  [THRU_ROUTE_PROBLEM] = "problem",
};

static void
thru_route_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  ThruRoute *self = THRU_ROUTE (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;

    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;

    case PROP_LATE:
      g_value_set_uint (value, self->late);
      break;

    case PROP_IS_LATE:
      g_value_set_boolean (value, self->is_late);
      break;

    case PROP_FROM_ROOM_NAME:
      g_value_set_string (value, self->from_room_name);
      break;

    case PROP_FROM_NAME:
      g_value_set_string (value, self->from_name);
      break;

    case PROP_TO_ROOM_NAME:
      g_value_set_string (value, self->to_room_name);
      break;

    case PROP_TO_NAME:
      g_value_set_string (value, self->to_name);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thru_route_finalize (GObject *object)
{
  ThruRoute *self = THRU_ROUTE (object);

  g_clear_pointer (&self->meter, thru_meter_unref);
  g_free ((char *) self->key.from_room);
  g_free ((char *) self->key.from_device);
  g_free ((char *) self->key.to_room);
  g_free ((char *) self->key.to_device);
  g_free (self->from_room_name);
  g_free (self->from_name);
  g_free (self->to_room_name);
  g_free (self->to_name);
  g_free (self->reason);

  G_OBJECT_CLASS (thru_route_parent_class)->finalize (object);
}

static void
thru_route_class_init (ThruRouteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = thru_route_get_property;
  object_class->finalize = thru_route_finalize;

  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL,
                                             THRU_ROUTE_CONNECTED, THRU_ROUTE_PROBLEM, THRU_ROUTE_WAITING, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_LATE] = g_param_spec_uint ("late", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_IS_LATE] = g_param_spec_boolean ("is-late", NULL, NULL, FALSE, flags);
  properties[PROP_FROM_ROOM_NAME] = g_param_spec_string ("from-room-name", NULL, NULL, NULL, flags);
  properties[PROP_FROM_NAME] = g_param_spec_string ("from-name", NULL, NULL, NULL, flags);
  properties[PROP_TO_ROOM_NAME] = g_param_spec_string ("to-room-name", NULL, NULL, NULL, flags);
  properties[PROP_TO_NAME] = g_param_spec_string ("to-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
thru_route_init (ThruRoute *self)
{
  self->meter = thru_meter_new ();
  self->state = THRU_ROUTE_WAITING;
  self->from_room_name = g_strdup ("");
  self->from_name = g_strdup ("");
  self->to_room_name = g_strdup ("");
  self->to_name = g_strdup ("");
}

guint
_thru_route_key_hash (gconstpointer key)
{
  const ThruRouteKey *k = key;
  guint hash = g_str_hash (k->from_room);

  hash = hash * 31 + g_str_hash (k->from_device);
  hash = hash * 31 + g_str_hash (k->to_room);
  hash = hash * 31 + g_str_hash (k->to_device);
  return hash;
}

gboolean
_thru_route_key_equal (gconstpointer a,
                       gconstpointer b)
{
  const ThruRouteKey *ka = a;
  const ThruRouteKey *kb = b;

  return g_str_equal (ka->from_device, kb->from_device) && g_str_equal (ka->to_device, kb->to_device) &&
         g_str_equal (ka->from_room, kb->from_room) && g_str_equal (ka->to_room, kb->to_room);
}

ThruRoute *
_thru_route_new (const ThruRouteKey *key)
{
  ThruRoute *self;

  g_return_val_if_fail (key != NULL, NULL);

  self = g_object_new (THRU_TYPE_ROUTE, NULL);
  self->key.from_room = g_strdup (key->from_room);
  self->key.from_device = g_strdup (key->from_device);
  self->key.to_room = g_strdup (key->to_room);
  self->key.to_device = g_strdup (key->to_device);
  return self;
}

const ThruRouteKey *
_thru_route_get_key (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return &self->key;
}

void
_thru_route_set_state (ThruRoute     *self,
                       ThruRouteState state,
                       const char    *reason)
{
  gboolean other_state;

  g_return_if_fail (THRU_IS_ROUTE (self));

  other_state = self->state != state;
  self->state = state;
  _thru_strings_set_property (self, properties[PROP_REASON], &self->reason, reason);
  if (other_state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
_thru_route_set_mute (ThruRoute *self,
                      ThruMute   mute)
{
  g_return_if_fail (THRU_IS_ROUTE (self));

  self->mute = mute;
}

gboolean
_thru_route_look (ThruRoute *self,
                  gint64     now_us)
{
  ThruMeterSample sample;
  gboolean more;
  gboolean was_late;

  g_return_val_if_fail (THRU_IS_ROUTE (self), FALSE);

  thru_meter_peek (self->meter, &sample);
  more = sample.late != self->late;
  was_late = self->is_late;
  self->late = sample.late;
  if (more)
    self->late_at = now_us;
  self->is_late = more || (was_late && now_us - self->late_at < LATE_SHOWN_US);

  if (more)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LATE]);
  if (self->is_late != was_late)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LATE]);
  return self->is_late;
}

static void
set_name (ThruRoute  *self,
          char      **slot,
          const char *name,
          int         property)
{
  if (name != NULL)
    _thru_strings_set_property (self, properties[property], slot, name);
}

void
_thru_route_set_names (ThruRoute  *self,
                       const char *from_room_name,
                       const char *from_name,
                       const char *to_room_name,
                       const char *to_name)
{
  g_return_if_fail (THRU_IS_ROUTE (self));

  set_name (self, &self->from_room_name, from_room_name, PROP_FROM_ROOM_NAME);
  set_name (self, &self->from_name, from_name, PROP_FROM_NAME);
  set_name (self, &self->to_room_name, to_room_name, PROP_TO_ROOM_NAME);
  set_name (self, &self->to_name, to_name, PROP_TO_NAME);
}

ThruRouteState
_thru_route_state_from_string (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (state_names); i++)
    {
      if (g_str_equal (text, state_names[i]))
        return (ThruRouteState) i;
    }
  return THRU_ROUTE_PROBLEM;
}

ThruRouteState
thru_route_get_state (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), THRU_ROUTE_PROBLEM);

  return self->state;
}

const char *
thru_route_get_reason (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->reason;
}

guint
thru_route_get_late (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), 0);

  return self->late;
}

gboolean
thru_route_is_late (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), FALSE);

  return self->is_late;
}

ThruMeter *
thru_route_get_meter (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->meter;
}

ThruMute
thru_route_get_mute (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), THRU_MUTE_NONE);

  return self->mute;
}

const char *
thru_route_get_from_room (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->key.from_room;
}

const char *
thru_route_get_from_device (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->key.from_device;
}

const char *
thru_route_get_to_room (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->key.to_room;
}

const char *
thru_route_get_to_device (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->key.to_device;
}

const char *
thru_route_get_from_room_name (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->from_room_name;
}

const char *
thru_route_get_from_name (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->from_name;
}

const char *
thru_route_get_to_room_name (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->to_room_name;
}

const char *
thru_route_get_to_name (ThruRoute *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE (self), NULL);

  return self->to_name;
}

const char *
thru_route_state_to_string (ThruRouteState state)
{
  return (guint) state < G_N_ELEMENTS (state_names) ? state_names[state] : "problem";
}
