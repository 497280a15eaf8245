/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-room-private.h"

#include "thru-device-private.h"
#include "thru-strings-private.h"

struct _ThruRoom
{
  GObject       parent_instance;

  char         *id;
  char         *name;      /* as it is shown: told_name, or that with a number */
  char         *told_name;
  char         *address;
  char         *reason;
  GListStore   *devices;
  GHashTable   *by_id[2]; /* char * to ThruDevice, both of the device: destinations, sources */
  ThruRoomState state;
  guint         round_trip; /* microseconds; 0: unknown */
  guint         number;     /* among rooms of its name; 1: it is shown without */
  guint         frozen;
  gboolean      changed; /* while frozen */
  gboolean      is_own;
  gboolean      is_manual;
  gboolean      is_plain;
};

G_DEFINE_FINAL_TYPE (ThruRoom, thru_room, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_ADDRESS,
  PROP_STATE,
  PROP_REASON,
  PROP_ROUND_TRIP,
  PROP_MANUAL,
  N_PROPS
};

enum
{
  DEVICES_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
thru_room_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  ThruRoom *self = THRU_ROOM (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;

    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;

    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;

    case PROP_ROUND_TRIP:
      g_value_set_uint (value, self->round_trip);
      break;

    case PROP_MANUAL:
      g_value_set_boolean (value, self->is_manual);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thru_room_finalize (GObject *object)
{
  ThruRoom *self = THRU_ROOM (object);

  g_hash_table_unref (self->by_id[FALSE]);
  g_hash_table_unref (self->by_id[TRUE]);
  g_object_unref (self->devices);
  g_free (self->id);
  g_free (self->name);
  g_free (self->told_name);
  g_free (self->address);
  g_free (self->reason);

  G_OBJECT_CLASS (thru_room_parent_class)->finalize (object);
}

static void
thru_room_class_init (ThruRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = thru_room_get_property;
  object_class->finalize = thru_room_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, THRU_ROOM_HERE, THRU_ROOM_PROBLEM, THRU_ROOM_WAITING, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_ROUND_TRIP] = g_param_spec_uint ("round-trip", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MANUAL] = g_param_spec_boolean ("manual", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DEVICES_CHANGED] = g_signal_new ("devices-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
thru_room_init (ThruRoom *self)
{
  self->state = THRU_ROOM_WAITING;
  self->devices = g_list_store_new (THRU_TYPE_DEVICE);
  self->by_id[FALSE] = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_id[TRUE] = g_hash_table_new (g_str_hash, g_str_equal);
}

ThruRoom *
_thru_room_new (const char *id,
                const char *name)
{
  ThruRoom *self;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);

  self = g_object_new (THRU_TYPE_ROOM, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->told_name = g_strdup (name);
  self->number = 1;
  return self;
}

void
_thru_room_set_id (ThruRoom   *self,
                   const char *id)
{
  g_return_if_fail (THRU_IS_ROOM (self) && id != NULL);

  _thru_strings_set_property (self, properties[PROP_ID], &self->id, id);
}

static void
show_name (ThruRoom *self)
{
  g_autofree char *name = self->number > 1 ? g_strdup_printf ("%s (%u)", self->told_name, self->number) : g_strdup (self->told_name);

  _thru_strings_set_property (self, properties[PROP_NAME], &self->name, name);
}

void
_thru_room_set_name (ThruRoom   *self,
                     const char *name)
{
  g_return_if_fail (THRU_IS_ROOM (self) && name != NULL);

  if (!_thru_strings_set (&self->told_name, name))
    return;

  self->number = 1;
  show_name (self);
}

const char *
_thru_room_get_told_name (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), NULL);

  return self->told_name;
}

guint
_thru_room_get_number (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), 1);

  return self->number;
}

void
_thru_room_set_number (ThruRoom *self,
                       guint     number)
{
  g_return_if_fail (THRU_IS_ROOM (self) && number > 0);

  self->number = number;
  show_name (self);
}

void
_thru_room_set_address (ThruRoom   *self,
                        const char *address)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  _thru_strings_set_property (self, properties[PROP_ADDRESS], &self->address, address);
}

void
_thru_room_set_state (ThruRoom     *self,
                      ThruRoomState state,
                      const char   *reason)
{
  gboolean other_state;

  g_return_if_fail (THRU_IS_ROOM (self));

  other_state = self->state != state;
  self->state = state;
  _thru_strings_set_property (self, properties[PROP_REASON], &self->reason, reason);
  if (other_state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
_thru_room_set_round_trip (ThruRoom *self,
                           guint     microseconds)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  if (self->round_trip == microseconds)
    return;

  self->round_trip = microseconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROUND_TRIP]);
}

void
_thru_room_set_own (ThruRoom *self)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  self->is_own = TRUE;
  _thru_room_set_state (self, THRU_ROOM_HERE, NULL);
}

void
_thru_room_set_manual (ThruRoom *self,
                       gboolean  manual)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  if (self->is_manual == !!manual)
    return;

  self->is_manual = !!manual;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MANUAL]);
}

gboolean
_thru_room_is_plain (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), FALSE);

  return self->is_plain;
}

void
_thru_room_set_plain (ThruRoom *self,
                      gboolean  plain)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  self->is_plain = plain;
}

static void
index_device (ThruRoom   *self,
              ThruDevice *device)
{
  _thru_device_set_room (device, self);
  g_hash_table_replace (self->by_id[thru_device_is_source (device)], (char *) thru_device_get_id (device), device);
}

void
_thru_room_set_devices (ThruRoom  *self,
                        GPtrArray *devices)
{
  guint n_old;
  guint n_new;
  guint head = 0;
  guint tail = 0;

  g_return_if_fail (THRU_IS_ROOM (self) && devices != NULL);

  n_old = g_list_model_get_n_items (G_LIST_MODEL (self->devices));
  for (guint i = 0; i < n_old; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i);
      gboolean same = i < devices->len && g_ptr_array_index (devices, i) == device;

      head += same && head == i;
      _thru_device_set_room (device, NULL);
    }
  while (tail < n_old - head && tail < devices->len - head)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), n_old - 1 - tail);

      if (g_ptr_array_index (devices, devices->len - 1 - tail) != device)
        break;
      tail++;
    }

  g_hash_table_remove_all (self->by_id[FALSE]);
  g_hash_table_remove_all (self->by_id[TRUE]);
  for (guint i = 0; i < devices->len; i++)
    index_device (self, g_ptr_array_index (devices, i));

  if (head == n_old && head == devices->len)
    return;

  n_new = devices->len - head - tail;
  g_list_store_splice (self->devices, head, n_old - head - tail, n_new > 0 ? devices->pdata + head : NULL, n_new);
  _thru_room_devices_changed (self);
}

void
_thru_room_add_device (ThruRoom   *self,
                       ThruDevice *device)
{
  g_return_if_fail (THRU_IS_ROOM (self) && THRU_IS_DEVICE (device));

  index_device (self, device);
  g_list_store_append (self->devices, device);
  _thru_room_devices_changed (self);
}

void
_thru_room_remove_device (ThruRoom   *self,
                          ThruDevice *device)
{
  g_autoptr(ThruDevice) kept = NULL;
  guint position;

  g_return_if_fail (THRU_IS_ROOM (self) && THRU_IS_DEVICE (device));

  if (!g_list_store_find (self->devices, device, &position))
    return;

  kept = g_object_ref (device);
  g_hash_table_remove (self->by_id[thru_device_is_source (device)], thru_device_get_id (device));
  _thru_device_set_room (device, NULL);
  g_list_store_remove (self->devices, position);
  _thru_room_devices_changed (self);
}

ThruDevice *
_thru_room_find_device (ThruRoom   *self,
                        const char *id,
                        gboolean    source)
{
  g_return_val_if_fail (THRU_IS_ROOM (self) && id != NULL, NULL);

  return g_hash_table_lookup (self->by_id[!!source], id);
}

void
_thru_room_freeze (ThruRoom *self)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  self->frozen++;
}

void
_thru_room_thaw (ThruRoom *self)
{
  g_return_if_fail (THRU_IS_ROOM (self) && self->frozen > 0);

  self->frozen--;
  if (self->frozen == 0 && self->changed)
    _thru_room_devices_changed (self);
}

void
_thru_room_devices_changed (ThruRoom *self)
{
  g_return_if_fail (THRU_IS_ROOM (self));

  self->changed = self->frozen > 0;
  if (!self->changed)
    g_signal_emit (self, signals[DEVICES_CHANGED], 0);
}

const char *
thru_room_get_id (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), NULL);

  return self->id;
}

const char *
thru_room_get_name (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), NULL);

  return self->name;
}

const char *
thru_room_get_address (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), NULL);

  return self->address;
}

ThruRoomState
thru_room_get_state (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), THRU_ROOM_PROBLEM);

  return self->state;
}

const char *
thru_room_get_reason (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), NULL);

  return self->reason;
}

guint
thru_room_get_round_trip (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), 0);

  return self->round_trip;
}

gboolean
thru_room_is_own (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), FALSE);

  return self->is_own;
}

gboolean
thru_room_is_manual (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), FALSE);

  return self->is_manual;
}

GListModel *
thru_room_get_devices (ThruRoom *self)
{
  g_return_val_if_fail (THRU_IS_ROOM (self), NULL);

  return G_LIST_MODEL (self->devices);
}

const char *
thru_room_state_to_string (ThruRoomState state)
{
  switch (state)
    {
    case THRU_ROOM_HERE:
      return "here";

    case THRU_ROOM_CONNECTED:
      return "connected";

    case THRU_ROOM_CONNECTING:
      return "connecting";

    case THRU_ROOM_WAITING:
      return "waiting";

    case THRU_ROOM_PROBLEM:
    default:
      return "problem";
    }
}
