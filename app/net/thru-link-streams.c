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
  ThruMidiParser   parser;
} Stream;

struct _ThruLinkStreams
{
  ThruRouter     *router;  /* borrowed */
  GHashTable     *streams; /* (element-type guint32 Stream) by address */
  ThruTokenBucket rate;
  guint64         n_stray;
  gint64          now_us;  /* while feeding */
  guint64         age_us;  /* while feeding */
  guint32         n_lost;  /* while feeding */
  gboolean        flooded;
};

static void
stream_free (Stream *stream)
{
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
message_cb (const uint8_t *message,
            size_t         length,
            void          *user)
{
  Stream *stream = user;
  ThruLinkStreams *self = stream->owner;

  if (take_token (self, self->now_us) == THRU_TOKEN_BUCKET_FINE || is_spared (message, length))
    thru_router_input (self->router, stream->source, (guint64)self->now_us - self->age_us, message, length);
  else
    self->n_lost++;
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
  thru_midi_parser_feed (&stream->parser, bytes, length, message_cb, stream);
  *n_lost = self->n_lost;
  return !self->flooded;
}

guint64
thru_link_streams_get_n_stray (ThruLinkStreams *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_stray;
}
