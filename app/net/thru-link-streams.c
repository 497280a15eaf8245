/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-link-streams.h"
#include "thru-limits.h"
#include "thru-midi-message.h"

#define START 0xfa
#define CONTINUE 0xfb

typedef struct
{
  ThruLinkStreams *owner;
  ThruPortNumber   source;
  gboolean         is_own;
  gint64           fed_us;
  ThruMidiParser   parser;
} Stream;

struct _ThruLinkStreams
{
  ThruRouter     *router;  /* borrowed */
  GHashTable     *streams; /* (element-type guint32 Stream) by address */
  ThruOctetBudget budget;  /* of long System Exclusive */
  ThruTokenBucket rate;
  guint64         n_stray;
  gint64          now_us;  /* while feeding */
  guint64         age_us;  /* while feeding */
  guint32         n_lost;  /* while feeding */
  gboolean        flooded;
};

static void
drop_unfinished (Stream *stream)
{
  if (thru_midi_parser_drop_sysex (&stream->parser))
    thru_router_lose_sysex (stream->owner->router, stream->source, THRU_SYSEX_CUT_SHORT);
}

static void
stream_free (Stream *stream)
{
  drop_unfinished (stream);
  if (stream->is_own)
    thru_router_remove_source (stream->owner->router, stream->source, (guint64)g_get_monotonic_time ());
  thru_midi_parser_clear (&stream->parser);
  g_free (stream);
}

ThruLinkStreams *
thru_link_streams_new (ThruRouter            *router,
                       const ThruTokenBucket *rate)
{
  ThruLinkStreams *self = g_new0 (ThruLinkStreams, 1);

  self->router = router;
  self->rate = *rate;
  thru_octet_budget_init (&self->budget, THRU_LIMIT_SYSEX_OCTETS_PER_LINK, thru_router_get_sysex_budget (router));
  self->streams = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)stream_free);
  return self;
}

void
thru_link_streams_free (ThruLinkStreams *self)
{
  if (self == NULL)
    return;

  if (self->n_stray > 0)
    g_debug ("[Streams] %" G_GUINT64_FORMAT " frames were for nothing here", self->n_stray);
  g_hash_table_unref (self->streams);
  g_free (self);
}

gboolean
thru_link_streams_add (ThruLinkStreams *self,
                       guint32          address,
                       ThruPortNumber   source,
                       gboolean         is_own)
{
  Stream *stream;

  g_return_val_if_fail (self != NULL, FALSE);

  if (g_hash_table_size (self->streams) >= THRU_LIMIT_STREAMS ||
      (is_own && !thru_router_add_source (self->router, source, NULL)))
    return FALSE;

  stream = g_new0 (Stream, 1);
  stream->owner = self;
  stream->source = source;
  stream->is_own = is_own;
  thru_midi_parser_init (&stream->parser, THRU_MIDI_SYSEX_MAX);
  thru_midi_parser_set_budget (&stream->parser, &self->budget);
  g_hash_table_replace (self->streams, GUINT_TO_POINTER (address), stream);
  return TRUE;
}

void
thru_link_streams_remove (ThruLinkStreams *self,
                          guint32          address)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove (self->streams, GUINT_TO_POINTER (address));
}

ThruPortNumber
thru_link_streams_lookup (ThruLinkStreams *self,
                          guint32          address)
{
  Stream *stream;

  g_return_val_if_fail (self != NULL, 0);

  stream = g_hash_table_lookup (self->streams, GUINT_TO_POINTER (address));
  return stream != NULL ? stream->source : 0;
}

/* What must arrive, and what is too rare to matter and starts something. */
static gboolean
is_spared (const guint8 *message,
           gsize         length)
{
  return message[0] == START || message[0] == CONTINUE || thru_midi_is_undroppable (message, length);
}

static ThruTokenBucketVerdict
take_token (ThruLinkStreams *self,
            gint64           now_us)
{
  ThruTokenBucketVerdict verdict;

  if (self->rate.rate == 0)
    return THRU_TOKEN_BUCKET_FINE;

  verdict = thru_token_bucket_take (&self->rate, now_us);
  self->flooded |= verdict == THRU_TOKEN_BUCKET_FLOOD;
  return verdict;
}

static void
take_long_sysex (Stream *stream,
                 gsize   length,
                 guint64 time_us)
{
  ThruRouter *router = stream->owner->router;
  ThruSysex *sysex = thru_sysex_new_from_parser (&stream->parser, length);

  if (sysex == NULL)
    {
      thru_router_lose_sysex (router, stream->source, THRU_SYSEX_NO_ROOM);
      return;
    }

  thru_router_input_sysex (router, stream->source, time_us, sysex);
  thru_sysex_unref (sysex);
}

static void
message_cb (const uint8_t *message,
            size_t         length,
            void          *user)
{
  Stream *stream = user;
  ThruLinkStreams *self = stream->owner;

  guint64 time_us = (guint64)self->now_us - self->age_us;

  if (take_token (self, self->now_us) != THRU_TOKEN_BUCKET_FINE && !is_spared (message, length))
    self->n_lost++;
  else if (length > THRU_MIDI_SYSEX_SHORT)
    take_long_sysex (stream, length, time_us);
  else
    thru_router_input (self->router, stream->source, time_us, message, length);
}

static void
lose_sysex (Stream        *stream,
            ThruSysexState state,
            guint64        n)
{
  for (; n > 0; n--)
    thru_router_lose_sysex (stream->owner->router, stream->source, state);
}

static void
feed (Stream       *stream,
      const guint8 *bytes,
      gsize         length)
{
  const ThruMidiParser before = stream->parser;
  const ThruMidiParser *after = &stream->parser;
  guint64 n_too_long;
  guint64 n_no_room;

  stream->fed_us = stream->owner->now_us;
  thru_midi_parser_feed (&stream->parser, bytes, length, message_cb, stream);
  if (after->n_sysex_dropped == before.n_sysex_dropped)
    return;

  n_too_long = after->n_sysex_too_long - before.n_sysex_too_long;
  n_no_room = after->n_sysex_no_room - before.n_sysex_no_room;
  lose_sysex (stream, THRU_SYSEX_TOO_LONG, n_too_long);
  lose_sysex (stream, THRU_SYSEX_NO_ROOM, n_no_room);
  lose_sysex (stream, THRU_SYSEX_CUT_SHORT, after->n_sysex_dropped - before.n_sysex_dropped - n_too_long - n_no_room);
}

gboolean
thru_link_streams_feed (ThruLinkStreams *self,
                        guint32          address,
                        const guint8    *bytes,
                        gsize            length,
                        guint64          age_us,
                        gint64           now_us,
                        guint32         *n_lost)
{
  Stream *stream;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (n_lost != NULL, FALSE);

  *n_lost = 0;
  stream = g_hash_table_lookup (self->streams, GUINT_TO_POINTER (address));
  if (stream == NULL)
    {
      self->n_stray++;
      take_token (self, now_us);
      return !self->flooded;
    }

  self->now_us = now_us;
  self->age_us = MIN (age_us, (guint64)now_us);
  self->n_lost = 0;
  feed (stream, bytes, length);
  *n_lost = self->n_lost;
  return !self->flooded;
}

gint64
thru_link_streams_watch_sysex (ThruLinkStreams *self,
                               gint64           now_us)
{
  gint64 next_us = G_MAXINT64;
  GHashTableIter iter;
  gpointer data;

  g_return_val_if_fail (self != NULL, next_us);

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      Stream *stream = data;

      if (!stream->parser.in_sysex || stream->parser.sysex_too_long)
        continue;

      if (now_us >= stream->fed_us + THRU_ROUTER_SYSEX_SILENCE_US)
        drop_unfinished (stream);
      else
        next_us = MIN (next_us, stream->fed_us + THRU_ROUTER_SYSEX_SILENCE_US);
    }

  return next_us;
}

guint64
thru_link_streams_get_n_stray (ThruLinkStreams *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_stray;
}
