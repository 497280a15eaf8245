/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-heartbeat.h"
#include "thru-connection-private.h"

#define NEVER G_MAXINT64

struct _ThruHeartbeat
{
  GSource   *source;
  GPtrArray *connections; /* (element-type ThruConnection), borrowed */
  gint64     due_us;
  gboolean   put_off;     /* one of them may be due later than that */
};

typedef struct
{
  GSource        source;
  ThruHeartbeat *owner;
} Source;

static void
reckon (ThruHeartbeat *self)
{
  self->due_us = NEVER;
  self->put_off = FALSE;
  for (guint i = 0; i < self->connections->len; i++)
    thru_heartbeat_due_by (self, _thru_connection_get_deadline (g_ptr_array_index (self->connections, i)));
}

/* A ready time would be simpler, but to set it wakes the context, and it moves with every message. */
static gboolean
prepare (GSource *source,
         int     *timeout_ms)
{
  ThruHeartbeat *self = ((Source *)source)->owner;
  gint64 left_us;

  if (self->put_off)
    reckon (self);
  left_us = self->due_us - g_source_get_time (source);
  *timeout_ms = self->due_us == NEVER ? -1 : (int)CLAMP ((left_us + 999) / 1000, 0, G_MAXINT);
  return left_us <= 0;
}

static gboolean
check (GSource *source)
{
  return ((Source *)source)->owner->due_us <= g_source_get_time (source);
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user)
{
  ThruHeartbeat *self = ((Source *)source)->owner;
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_connection_unref);

  /* What is done to one can end others. */
  for (guint i = 0; i < self->connections->len; i++)
    g_ptr_array_add (connections, thru_connection_ref (g_ptr_array_index (self->connections, i)));

  for (guint i = 0; i < connections->len; i++)
    {
      ThruConnection *connection = g_ptr_array_index (connections, i);

      if (_thru_connection_get_deadline (connection) <= now_us)
        _thru_connection_wake (connection, 0);
    }

  reckon (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .prepare = prepare, .check = check, .dispatch = dispatch };

ThruHeartbeat *
thru_heartbeat_new (GMainContext *context)
{
  ThruHeartbeat *self = g_new0 (ThruHeartbeat, 1);

  self->connections = g_ptr_array_new ();
  self->due_us = NEVER;
  self->source = g_source_new (&source_funcs, sizeof (Source));
  ((Source *)self->source)->owner = self;
  g_source_set_static_name (self->source, "[thruwall] heartbeat");
  g_source_attach (self->source, context);
  return self;
}

void
thru_heartbeat_free (ThruHeartbeat *self)
{
  if (self == NULL)
    return;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_ptr_array_unref (self->connections);
  g_free (self);
}

void
thru_heartbeat_add (ThruHeartbeat  *self,
                    ThruConnection *connection)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_add (self->connections, connection);
}

void
thru_heartbeat_remove (ThruHeartbeat  *self,
                       ThruConnection *connection)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_remove_fast (self->connections, connection);
}

void
thru_heartbeat_due_by (ThruHeartbeat *self,
                       gint64         us)
{
  g_return_if_fail (self != NULL);

  self->due_us = MIN (self->due_us, us);
}

void
thru_heartbeat_put_off (ThruHeartbeat *self)
{
  g_return_if_fail (self != NULL);

  self->put_off = TRUE;
}

void
thru_heartbeat_beat (ThruHeartbeat *self,
                     gint64         now_us)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->connections->len; i++)
    _thru_connection_beat (g_ptr_array_index (self->connections, i), now_us);

  /* Those that have beaten have put their next one off. */
  reckon (self);
}
