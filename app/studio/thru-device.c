/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-device-private.h"

#include "thru-room-private.h"
#include "thru-strings-private.h"

struct _ThruDevice
{
  GObject         parent_instance;

  char           *id;
  char           *name;
  char           *reason;
  char           *port;
  ThruMeter      *meter;
  ThruRoom       *room; /* weak */
  guint32         address;
  gboolean        is_source;
  gboolean        online;
  gboolean        in_doubt;

  ThruSessionOpen open;
};

G_DEFINE_FINAL_TYPE (ThruDevice, thru_device, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_ONLINE,
  PROP_REASON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
tell_room (ThruDevice *self)
{
  if (self->room != NULL)
    _thru_room_devices_changed (self->room);
}

static void
thru_device_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  ThruDevice *self = THRU_DEVICE (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;

    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thru_device_finalize (GObject *object)
{
  ThruDevice *self = THRU_DEVICE (object);

  g_clear_weak_pointer (&self->room);
  g_clear_pointer (&self->meter, thru_meter_unref);
  g_free (self->id);
  g_free (self->name);
  g_free (self->reason);
  g_free (self->port);

  G_OBJECT_CLASS (thru_device_parent_class)->finalize (object);
}

static void
thru_device_class_init (ThruDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = thru_device_get_property;
  object_class->finalize = thru_device_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
thru_device_init (ThruDevice *self)
{
  self->meter = thru_meter_new ();
}

ThruDevice *
_thru_device_new (const char *id,
                  const char *name,
                  gboolean    is_source)
{
  ThruDevice *self;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);

  self = g_object_new (THRU_TYPE_DEVICE, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->is_source = is_source;
  return self;
}

void
_thru_device_set_room (ThruDevice *self,
                       ThruRoom   *room)
{
  g_return_if_fail (THRU_IS_DEVICE (self));

  g_set_weak_pointer (&self->room, room);
}

void
_thru_device_set_name (ThruDevice *self,
                       const char *name)
{
  g_return_if_fail (THRU_IS_DEVICE (self));

  if (_thru_strings_set_property (self, properties[PROP_NAME], &self->name, name))
    tell_room (self);
}

void
_thru_device_set_online (ThruDevice *self,
                         gboolean    online,
                         const char *reason)
{
  gboolean other_online;
  gboolean other_reason;

  g_return_if_fail (THRU_IS_DEVICE (self));

  other_online = self->online != !!online;
  self->online = !!online;
  self->in_doubt &= !self->online;
  other_reason = _thru_strings_set_property (self, properties[PROP_REASON], &self->reason, reason);
  if (other_online)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
  if (other_online || other_reason)
    tell_room (self);
}

const char *
_thru_device_get_port (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), NULL);

  return self->port;
}

void
_thru_device_set_port (ThruDevice *self,
                       const char *port)
{
  g_return_if_fail (THRU_IS_DEVICE (self));

  _thru_strings_set (&self->port, port);
}

gboolean
_thru_device_get_in_doubt (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), FALSE);

  return self->in_doubt;
}

void
_thru_device_set_in_doubt (ThruDevice *self,
                           gboolean    in_doubt)
{
  g_return_if_fail (THRU_IS_DEVICE (self));

  self->in_doubt = !!in_doubt;
}

guint32
_thru_device_get_address (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), 0);

  return self->address;
}

void
_thru_device_set_address (ThruDevice *self,
                          guint32     address)
{
  g_return_if_fail (THRU_IS_DEVICE (self));

  self->address = address;
}

ThruSessionOpen
_thru_device_get_open (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), THRU_SESSION_OPEN_UNTOLD);

  return self->open;
}

gboolean
_thru_device_set_open (ThruDevice     *self,
                       ThruSessionOpen open)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), FALSE);

  if (self->open == open)
    return FALSE;

  self->open = open;
  return TRUE;
}

const char *
thru_device_get_id (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), NULL);

  return self->id;
}

const char *
thru_device_get_name (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), NULL);

  return self->name;
}

gboolean
thru_device_is_source (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), FALSE);

  return self->is_source;
}

gboolean
thru_device_get_online (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), FALSE);

  return self->online;
}

const char *
thru_device_get_reason (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), NULL);

  return self->reason;
}

ThruRoom *
thru_device_get_room (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), NULL);

  return self->room;
}

ThruMeter *
thru_device_get_meter (ThruDevice *self)
{
  g_return_val_if_fail (THRU_IS_DEVICE (self), NULL);

  return self->meter;
}
