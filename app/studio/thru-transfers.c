/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-transfers.h"

#include "thru-device-private.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define SHOW_US (400 * 1000)         /* what is over sooner is not shown */
#define TELL_US G_USEC_PER_SEC       /* other rooms, of progress */
#define COMPLAIN_US (5 * G_USEC_PER_SEC)
#define REMOTE_MAX 64                /* that other rooms may have shown here */

/* Being sent to a destination of the engine. */
typedef struct
{
  ThruPortNumber number;
  ThruTransfer  *transfer;
  gint64         begun_us;
  gint64         told_us;  /* to the other rooms; 0: never */
  gboolean       is_own;   /* our device's */
  gboolean       shown;
} Entry;

struct _ThruTransfers
{
  ThruStudio    *studio;
  ThruEngine    *engine;
  ThruPatcher   *patcher;
  ThruRoomLinks *links;
  GHashTable    *entries;  /* (element-type ThruPortNumber Entry) */
  GPtrArray     *remote;   /* (element-type ThruTransfer): what other rooms tell of */
  gint64         complained_us;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->transfer);
  g_free (entry);
}

ThruTransfers *
thru_transfers_new (ThruStudio    *studio,
                    ThruEngine    *engine,
                    ThruPatcher   *patcher,
                    ThruRoomLinks *links)
{
  ThruTransfers *self = g_new0 (ThruTransfers, 1);

  self->studio = studio;
  self->engine = engine;
  self->patcher = patcher;
  self->links = links;
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->remote = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
thru_transfers_free (ThruTransfers *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->remote);
  g_free (self);
}

static ThruDevice *
find_by_address (ThruRoom *room,
                 guint32   address)
{
  GListModel *devices = thru_room_get_devices (room);
  guint n = g_list_model_get_n_items (devices);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (_thru_device_get_address (device) == address && !thru_device_is_source (device))
        return device;
    }
  return NULL;
}

/* Returns: (transfer none) (nullable): what is behind a port of the engine. */
static ThruDevice *
find_device (ThruTransfers *self,
             ThruPortNumber number,
             gboolean       source)
{
  const char *own_id = thru_room_get_id (thru_studio_get_own_room (self->studio));
  GPtrArray *peers = thru_room_links_get_peers (self->links);
  const char *device;
  ThruLinkId link;
  guint32 address;

  if (number == 0 || !thru_patcher_find_port (self->patcher, number, &device, &link, &address))
    return NULL;
  if (device != NULL)
    return thru_studio_find_device (self->studio, own_id, device, source);

  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      if (peer->link == link)
        return find_by_address (peer->room, address);
    }
  return NULL;
}

/* Returns: (transfer full): "TX7", or "TX7 in Live room". */
static char *
name_device (ThruDevice *device)
{
  ThruRoom *room = device != NULL ? thru_device_get_room (device) : NULL;

  if (device == NULL)
    return g_strdup (_("a device"));
  if (room == NULL || thru_room_is_own (room))
    return g_strdup (thru_device_get_name (device));
  /* Translators: a device in a room: "TX7 in Live room" */
  return g_strdup_printf (_("%1$s in %2$s"), thru_device_get_name (device), thru_room_get_name (room));
}

static void
tell_rooms (ThruTransfers *self,
            Entry         *entry,
            const char    *state)
{
  GPtrArray *peers = thru_room_links_get_peers (self->links);
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_SYSEX);

  if (!entry->is_own)
    return;

  entry->told_us = g_get_monotonic_time ();
  message->address = _thru_device_get_address (thru_transfer_get_device (entry->transfer));
  message->length = thru_transfer_get_length (entry->transfer);
  message->sent = thru_transfer_get_sent (entry->transfer);
  message->state = g_strdup (state);
  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      if (peer->link != 0 && !peer->plain)
        thru_engine_send (self->engine, peer->link, message);
    }
}

static void
show (ThruTransfers *self,
      Entry         *entry)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!entry->shown && now_us - entry->begun_us < SHOW_US)
    return;
  if (!entry->shown)
    _thru_studio_add_transfer (self->studio, entry->transfer);
  entry->shown = TRUE;
  if (now_us - entry->told_us >= TELL_US)
    tell_rooms (self, entry, "sending");
}

static void
begin (ThruTransfers         *self,
       const ThruSysexReport *report)
{
  ThruDevice *device = find_device (self, report->destination, FALSE);
  Entry *entry;

  if (device == NULL)
    return;

  entry = g_new0 (Entry, 1);
  entry->number = report->destination;
  entry->transfer = thru_transfer_new (device, (guint) report->length);
  entry->begun_us = g_get_monotonic_time ();
  entry->is_own = thru_device_get_room (device) == thru_studio_get_own_room (self->studio);
  g_hash_table_replace (self->entries, GUINT_TO_POINTER (report->destination), entry);
}

/* Returns: (transfer full): what a person should know of one that came to nothing. */
static char *
explain (ThruTransfers         *self,
         const ThruSysexReport *report,
         const char            *to,
         const char            *from)
{
  g_autofree char *length = g_format_size (report->length);
  g_autofree char *at = g_format_size (report->at);

  switch (report->state)
    {
    case THRU_SYSEX_TOO_LONG:
      if (report->destination == 0 || report->length == 0)
        return g_strdup_printf (_("A System Exclusive message from %s was longer than 1 MiB. Nothing of it was sent on."), from);
      return g_strdup_printf (_("A System Exclusive message of %1$s was not sent to %2$s, which does not take such long ones."),
                              length, to);

    case THRU_SYSEX_CUT_SHORT:
      if (report->destination != 0)
        return g_strdup_printf (_("A System Exclusive message to %s did not arrive whole. Nothing of it was played."), to);
      return g_strdup_printf (_("%s did not finish a System Exclusive message. Nothing of it was sent on."), from);

    case THRU_SYSEX_NO_ROOM:
      if (report->destination != 0)
        return g_strdup_printf (_("Too much System Exclusive waits for %s. A message was dropped whole."), to);
      return g_strdup_printf (_("Too many System Exclusive messages at once. One from %s was dropped whole."), from);

    case THRU_SYSEX_CANCELLED:
    case THRU_SYSEX_GONE:
      if (report->at == 0)
        return g_strdup_printf (_("A System Exclusive message was not sent to %s."), to);
      return g_strdup_printf (_("The System Exclusive message to %1$s was cut off after %2$s of %3$s."), to, at, length);

    case THRU_SYSEX_BEGUN:
    case THRU_SYSEX_PROGRESS:
    case THRU_SYSEX_DELIVERED:
    default:
      return NULL;
    }
}

/* What a person cancelled is told always; else not too often, for something may be broken and go on for hours. */
static void
complain (ThruTransfers         *self,
          const ThruSysexReport *report,
          ThruDevice            *device)
{
  g_autofree char *to = name_device (device != NULL ? device : find_device (self, report->destination, FALSE));
  g_autofree char *from = name_device (find_device (self, report->source, TRUE));
  g_autofree char *text = explain (self, report, to, from);
  gint64 now_us = g_get_monotonic_time ();

  if (text == NULL ||
      (report->state != THRU_SYSEX_CANCELLED && self->complained_us != 0 && now_us < self->complained_us + COMPLAIN_US))
    return;
  if (report->state != THRU_SYSEX_CANCELLED)
    self->complained_us = now_us;
  _thru_studio_tell (self->studio, "%s", text);
}

void
thru_transfers_handle (ThruTransfers         *self,
                       const ThruSysexReport *report)
{
  Entry *entry;

  g_return_if_fail (self != NULL && report != NULL);

  if (report->state == THRU_SYSEX_BEGUN)
    begin (self, report);
  entry = report->destination != 0 ? g_hash_table_lookup (self->entries, GUINT_TO_POINTER (report->destination)) : NULL;

  if (report->state <= THRU_SYSEX_PROGRESS)
    {
      if (entry == NULL)
        return;
      thru_transfer_set_sent (entry->transfer, (guint) report->at);
      show (self, entry);
      return;
    }

  complain (self, report, entry != NULL ? thru_transfer_get_device (entry->transfer) : NULL);

  /* One that only waited, or never came so far, is not the one under way. */
  if (entry == NULL || (report->state != THRU_SYSEX_DELIVERED && report->at == 0))
    return;
  if (entry->shown)
    {
      tell_rooms (self, entry, report->state == THRU_SYSEX_DELIVERED ? "done" : "broken");
      _thru_studio_remove_transfer (self->studio, entry->transfer);
    }
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (report->destination));
}

/* Other rooms */

static ThruTransfer *
find_remote (ThruTransfers *self,
             ThruDevice    *device)
{
  for (guint i = 0; i < self->remote->len; i++)
    {
      if (thru_transfer_get_device (g_ptr_array_index (self->remote, i)) == device)
        return g_ptr_array_index (self->remote, i);
    }
  return NULL;
}

static void
end_remote (ThruTransfers *self,
            ThruTransfer  *transfer)
{
  _thru_studio_remove_transfer (self->studio, transfer);
  g_ptr_array_remove (self->remote, transfer);
}

static void
cancel_own (ThruTransfers *self,
            guint32        address)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      Entry *entry = data;

      if (entry->is_own && _thru_device_get_address (thru_transfer_get_device (entry->transfer)) == address)
        thru_engine_cancel_sysex (self->engine, entry->number);
    }
}

void
thru_transfers_take (ThruTransfers            *self,
                     ThruPeer                 *peer,
                     const ThruSessionMessage *message)
{
  ThruDevice *device;
  ThruTransfer *transfer;

  g_return_if_fail (self != NULL && peer != NULL && message != NULL);

  if (g_strcmp0 (message->state, "cancel") == 0)
    {
      cancel_own (self, message->address);
      return;
    }

  device = find_by_address (peer->room, message->address);
  if (device == NULL)
    return;

  transfer = find_remote (self, device);
  if (transfer != NULL && (g_strcmp0 (message->state, "sending") != 0 || thru_transfer_get_length (transfer) != message->length))
    {
      end_remote (self, transfer);
      transfer = NULL;
    }
  if (g_strcmp0 (message->state, "broken") == 0)
    {
      g_autofree char *name = name_device (device);

      _thru_studio_tell (self->studio, _("The System Exclusive message to %s was cut off."), name);
    }
  if (g_strcmp0 (message->state, "sending") != 0 || self->remote->len >= REMOTE_MAX)
    return;

  if (transfer == NULL)
    {
      transfer = thru_transfer_new (device, message->length);
      g_ptr_array_add (self->remote, transfer);
      _thru_studio_add_transfer (self->studio, transfer);
    }
  thru_transfer_set_sent (transfer, message->sent);
}

void
thru_transfers_forget (ThruTransfers *self,
                       ThruPeer      *peer)
{
  g_return_if_fail (self != NULL && peer != NULL);

  for (guint i = self->remote->len; i > 0; i--)
    {
      ThruTransfer *transfer = g_ptr_array_index (self->remote, i - 1);

      if (thru_device_get_room (thru_transfer_get_device (transfer)) == peer->room)
        end_remote (self, transfer);
    }
}

void
thru_transfers_cancel (ThruTransfers *self,
                       ThruTransfer  *transfer)
{
  ThruDevice *device;
  ThruRoom *room;
  ThruPeer *peer;
  g_autoptr(ThruSessionMessage) message = NULL;
  GHashTableIter iter;
  gpointer data;

  g_return_if_fail (self != NULL && THRU_IS_TRANSFER (transfer));

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      if (((Entry *) data)->transfer == transfer)
        {
          thru_engine_cancel_sysex (self->engine, ((Entry *) data)->number);
          return;
        }
    }

  device = thru_transfer_get_device (transfer);
  room = thru_device_get_room (device);
  peer = room != NULL ? thru_room_links_find (self->links, thru_room_get_id (room)) : NULL;
  if (peer == NULL || peer->link == 0)
    return;
  message = thru_session_message_new (THRU_SESSION_SYSEX);
  message->address = _thru_device_get_address (device);
  message->length = thru_transfer_get_length (transfer);
  message->state = g_strdup ("cancel");
  thru_engine_send (self->engine, peer->link, message);
}
