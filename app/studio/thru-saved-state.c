/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-saved-state.h"

#include "thru-strings-private.h"

#include <string.h>

#define ADDRESS_FIRST 0x80000001u
#define ADDRESS_LAST 0xfeffffffu

G_DEFINE_QUARK (thru-saved-error-quark, thru_saved_error)

void
thru_saved_device_free (ThruSavedDevice *device)
{
  if (device == NULL)
    return;
  g_free (device->id);
  g_free (device->name);
  g_free (device->kind);
  g_free (device->place);
  g_free (device->serial);
  g_free (device->maybe);
  g_free (device->port);
  g_free (device);
}

static void
address_free (ThruSavedAddress *address)
{
  g_free (address->address);
  g_free (address->room_id);
  g_free (address);
}

static void
room_free (ThruSavedRoom *room)
{
  g_free (room->id);
  g_free (room->name);
  g_ptr_array_unref (room->devices);
  g_free (room);
}

ThruSavedState *
thru_saved_state_new (void)
{
  ThruSavedState *self = g_new0 (ThruSavedState, 1);

  self->room_id = g_uuid_string_random ();
  self->late_limit_ms = THRU_LATE_LIMIT_DEFAULT;
  self->devices = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_saved_device_free);
  self->routes = g_ptr_array_new_with_free_func (g_object_unref);
  self->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) address_free);
  self->rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) room_free);
  return self;
}

void
thru_saved_state_free (ThruSavedState *self)
{
  if (self == NULL)
    return;

  g_free (self->room_id);
  g_free (self->room_name);
  g_free (self->complaint);
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->routes);
  g_ptr_array_unref (self->addresses);
  g_ptr_array_unref (self->rooms);
  g_free (self);
}

static char *
cut_ordinal (const char *id)
{
  const char *mark = strrchr (id, '#');

  if (mark == NULL || mark[1] == '\0' || mark[1 + strspn (mark + 1, "0123456789")] != '\0')
    return g_strdup (id);
  return g_strndup (id, (gsize) (mark - id));
}

ThruSavedDevice *
thru_saved_device_new (const char *id,
                       const char *name,
                       gboolean    is_source,
                       guint32     address)
{
  ThruSavedDevice *device;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);

  device = g_new0 (ThruSavedDevice, 1);
  device->id = g_strdup (id);
  device->name = g_strdup (name);
  device->is_source = !!is_source;
  device->address = address;
  device->kind = cut_ordinal (id);
  return device;
}

ThruSavedDevice *
thru_saved_device_copy (const ThruSavedDevice *device)
{
  ThruSavedDevice *copy;

  g_return_val_if_fail (device != NULL, NULL);

  copy = thru_saved_device_new (device->id, device->name, device->is_source, device->address);
  _thru_strings_set (&copy->kind, device->kind);
  copy->place = g_strdup (device->place);
  copy->serial = g_strdup (device->serial);
  copy->maybe = g_strdup (device->maybe);
  copy->port = g_strdup (device->port);
  return copy;
}

ThruSavedAddress *
thru_saved_address_new (const char *address,
                        const char *room_id)
{
  ThruSavedAddress *saved;

  g_return_val_if_fail (address != NULL, NULL);

  saved = g_new0 (ThruSavedAddress, 1);
  saved->address = g_strdup (address);
  saved->room_id = g_strdup (room_id);
  return saved;
}

ThruSavedRoom *
thru_saved_room_new (const char *id,
                     const char *name)
{
  ThruSavedRoom *room;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);

  room = g_new0 (ThruSavedRoom, 1);
  room->id = g_strdup (id);
  room->name = g_strdup (name);
  room->devices = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_saved_device_free);
  return room;
}

static gboolean
is_address_free (ThruSavedState *self,
                 guint32         address)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      ThruSavedDevice *device = g_ptr_array_index (self->devices, i);

      if (device->address == address)
        return FALSE;
    }
  return TRUE;
}

ThruSavedDevice *
thru_saved_state_find_device (ThruSavedState *self,
                              const char     *id,
                              gboolean        is_source)
{
  g_return_val_if_fail (self != NULL && id != NULL, NULL);

  for (guint i = 0; i < self->devices->len; i++)
    {
      ThruSavedDevice *device = g_ptr_array_index (self->devices, i);

      if (device->is_source == !!is_source && g_str_equal (device->id, id))
        return device;
    }
  return NULL;
}

ThruSavedDevice *
thru_saved_state_know_device (ThruSavedState *self,
                              const char     *id,
                              const char     *name,
                              gboolean        is_source)
{
  ThruSavedDevice *device;
  guint32 address = ADDRESS_FIRST;

  g_return_val_if_fail (self != NULL && id != NULL && name != NULL, NULL);

  device = thru_saved_state_find_device (self, id, is_source);
  if (device != NULL)
    {
      _thru_strings_set (&device->name, name);
      return device;
    }
  if (self->devices->len >= THRU_SAVED_DEVICES_MAX)
    return NULL;

  while (address < ADDRESS_LAST && !is_address_free (self, address))
    address++;
  device = thru_saved_device_new (id, name, is_source, address);
  g_ptr_array_add (self->devices, device);
  return device;
}
