/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-input-source.h"
#include "thru-limits.h"

#include <glib-unix.h>
#include <unistd.h>

typedef struct
{
  GSource                 source;
  ThruRing               *ring;
  int                     wake_fd;
  ThruInputSourceFunc     func;
  ThruInputSourceWokeFunc woke;
  gpointer                user;
  gboolean                ended; /* and that was told */
} InputSource;

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user)
{
  InputSource *self = (InputSource *)source;
  guint8 bytes[4096];
  guint64 value;
  guint64 time_us;
  guint32 n_lost;
  gboolean ends;
  gsize length;
  guint n = 0;

  /* Before the ring: what is written after the last look at it wakes us again. */
  if (read (self->wake_fd, &value, sizeof value) < 0)
    value = 0;
  if (self->ended)
    return G_SOURCE_CONTINUE;

  ends = thru_ring_has_ended (self->ring);

  do
    {
      length = thru_ring_read (self->ring, &time_us, bytes, sizeof bytes, &n_lost);
      if (n_lost > 0)
        self->func (NULL, n_lost, length > 0 ? time_us : (guint64)g_get_monotonic_time (), self->user);
      if (length > 0)
        self->func (bytes, length, time_us, self->user);
    }
  while (length > 0 && ++n < THRU_LIMIT_CHUNKS);

  /* What it has sounding is released now, and not only when it is taken away. */
  if (ends && n < THRU_LIMIT_CHUNKS)
    {
      self->ended = TRUE;
      self->func (NULL, 0, (guint64)g_get_monotonic_time (), self->user);
    }
  g_source_set_ready_time (source, n == THRU_LIMIT_CHUNKS ? 0 : -1);
  self->woke (self->user);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

GSource *
thru_input_source_new (ThruRing               *ring,
                       int                     wake_fd,
                       ThruInputSourceFunc     func,
                       ThruInputSourceWokeFunc woke,
                       gpointer                user)
{
  GSource *source;
  InputSource *self;

  g_return_val_if_fail (ring != NULL, NULL);
  g_return_val_if_fail (wake_fd >= 0, NULL);

  source = g_source_new (&source_funcs, sizeof (InputSource));
  self = (InputSource *)source;
  self->ring = ring;
  self->wake_fd = wake_fd;
  self->func = func;
  self->woke = woke;
  self->user = user;
  g_source_add_unix_fd (source, wake_fd, G_IO_IN);
  g_source_set_static_name (source, "[thruwall] input");

  /* It never runs a loop of its own; without this GLib takes the descriptor out and in again around every dispatch, which wakes
   * the context each time. */
  g_source_set_can_recurse (source, TRUE);
  return source;
}
