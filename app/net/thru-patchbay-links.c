/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-patchbay-private.h"
#include "thru-dmidi-frame.h"
#include "thru-limits.h"

void
thru_patchbay_add_link (ThruPatchbay   *self,
                        ThruConnection *connection)
{
  ThruTokenBucket rate;

  g_return_if_fail (self != NULL);

  thru_token_bucket_init (&rate, self->limits.rate, self->limits.burst, self->limits.flood, THRU_LIMIT_FLOOD_SECONDS,
                          g_get_monotonic_time ());
  g_hash_table_insert (self->streams, connection, thru_link_streams_new (self->router, &rate));
}

static GArray *
ports_of_link (GHashTable     *ports,
               ThruConnection *connection,
               gsize           offset)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (ThruPortNumber));
  GHashTableIter iter;
  gpointer key;
  gpointer port;

  g_hash_table_iter_init (&iter, ports);
  while (g_hash_table_iter_next (&iter, &key, &port))
    {
      ThruPortNumber number = GPOINTER_TO_UINT (key);

      if (G_STRUCT_MEMBER (ThruConnection *, port, offset) == connection)
        g_array_append_val (numbers, number);
    }

  return numbers;
}

void
thru_patchbay_remove_link (ThruPatchbay   *self,
                           ThruConnection *connection)
{
  g_autoptr(GArray) inputs = NULL;
  g_autoptr(GArray) outputs = NULL;

  g_return_if_fail (self != NULL);

  inputs = ports_of_link (self->inputs, connection, G_STRUCT_OFFSET (ThruPatchbayInput, connection));
  outputs = ports_of_link (self->outputs, connection, G_STRUCT_OFFSET (ThruPatchbayOutput, connection));

  for (guint i = 0; i < inputs->len; i++)
    thru_patchbay_remove_source (self, g_array_index (inputs, ThruPortNumber, i));

  for (guint i = 0; i < outputs->len; i++)
    {
      ThruPortNumber number = g_array_index (outputs, ThruPortNumber, i);
      ThruPatchbayOutput *output = g_hash_table_lookup (self->outputs, GUINT_TO_POINTER (number));

      if (output->leaves_us != 0)
        self->n_leaving--;
      _thru_patchbay_disconnect_all (self, number);
      g_hash_table_remove (self->outputs, GUINT_TO_POINTER (number));
    }

  g_hash_table_remove (self->streams, connection);
}

/* Whether @output is meant by @address of a link. */
static gboolean
is_played_by (ThruPatchbayOutput *output,
              guint32             address)
{
  return output->connection == NULL && output->address != 0 && output->leaves_us == 0 &&
         (address == THRU_DMIDI_ADDRESS_EVERYONE || output->address == address);
}

/* The router's source for what @streams' link plays to @address; 0 when nothing here has that address. */
static ThruPortNumber
add_stream (ThruPatchbay    *self,
            ThruLinkStreams *streams,
            guint32          address)
{
  GHashTableIter iter;
  gpointer port;
  ThruPortNumber source = 0;

  g_hash_table_iter_init (&iter, self->outputs);
  while (g_hash_table_iter_next (&iter, NULL, &port))
    {
      ThruPatchbayOutput *output = port;

      if (!is_played_by (output, address))
        continue;

      if (source == 0)
        {
          if (!thru_link_streams_add (streams, address, self->next_own_source, TRUE))
            return 0;

          source = self->next_own_source;
          self->next_own_source = MAX (source + 1, _THRU_PATCHBAY_FIRST_OWN_SOURCE);
        }
      thru_router_connect (self->router, source, output->number, NULL);
    }

  return source;
}

/* Shown where it would have been played; for a plain link, where it came in. */
static void
lose (ThruPatchbay   *self,
      ThruConnection *connection,
      guint32         address,
      guint32         n)
{
  gboolean plain = thru_connection_is_plain (connection);
  GHashTableIter iter;
  gpointer port;

  g_hash_table_iter_init (&iter, plain ? self->inputs : self->outputs);
  while (g_hash_table_iter_next (&iter, NULL, &port))
    {
      ThruMeter *meter = plain ? ((ThruPatchbayInput *)port)->meter : ((ThruPatchbayOutput *)port)->meter;
      gboolean meant = plain ? ((ThruPatchbayInput *)port)->connection == connection : is_played_by (port, address);

      if (meant && meter != NULL)
        thru_meter_lose (meter, n);
    }
}

gboolean
thru_patchbay_link_midi (ThruPatchbay   *self,
                         ThruConnection *connection,
                         guint32         address,
                         const guint8   *bytes,
                         gsize           length,
                         gint64          now_us)
{
  ThruLinkStreams *streams;
  guint32 n_lost;
  gboolean fine;

  g_return_val_if_fail (self != NULL, FALSE);

  streams = g_hash_table_lookup (self->streams, connection);
  if (streams == NULL)
    return TRUE;

  if (thru_link_streams_lookup (streams, address) == 0 && !thru_connection_is_plain (connection))
    add_stream (self, streams, address);

  thru_router_set_time (self->router, (guint64)now_us);
  fine = thru_link_streams_feed (streams, address, bytes, length, thru_connection_get_midi_age (connection), now_us, &n_lost);
  if (n_lost > 0)
    lose (self, connection, address, n_lost);
  return fine;
}

/* Small pieces, and only while little waits: the notes of other routes share the link. */
static size_t
take_for_link (void          *user,
               const uint8_t *octets,
               size_t         length,
               size_t         at,
               uint64_t       time_us)
{
  ThruPatchbayOutput *output = user;
  gsize n = MIN (length - at, THRU_LIMIT_SYSEX_PIECE);

  if (thru_connection_get_waiting (output->connection) + n > THRU_LIMIT_SYSEX_WAITING ||
      !thru_connection_send_midi (output->connection, output->address, octets + at, n, (gint64)time_us,
                                  g_get_monotonic_time ()))
    return 0;
  return n;
}

/* Any status but realtime makes them drop what they have of it; this one means nothing else. */
static bool
break_off_for_link (void *user)
{
  static const guint8 end[] = { 0xf4 };
  ThruPatchbayOutput *output = user;
  gint64 now_us = g_get_monotonic_time ();

  return thru_connection_send_midi (output->connection, output->address, end, sizeof end, now_us, now_us);
}

const ThruSysexFuncs _thru_patchbay_link_sysex = {
  .take = take_for_link,
  .break_off = break_off_for_link,
};

gint64
_thru_patchbay_watch_sysex (ThruPatchbay *self,
                            gint64        now_us)
{
  guint64 deadline = thru_router_deadline (self->router);
  gint64 next_us = deadline > G_MAXINT64 ? G_MAXINT64 : (gint64)deadline;
  GHashTableIter iter;
  gpointer streams;

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, NULL, &streams))
    {
      gint64 stream_us = thru_link_streams_watch_sysex (streams, now_us);

      next_us = MIN (next_us, stream_us);
    }

  return next_us;
}

guint64
thru_patchbay_get_n_stray (ThruPatchbay   *self,
                           ThruConnection *connection)
{
  ThruLinkStreams *streams;

  g_return_val_if_fail (self != NULL, 0);

  streams = g_hash_table_lookup (self->streams, connection);
  return streams != NULL ? thru_link_streams_get_n_stray (streams) : 0;
}
