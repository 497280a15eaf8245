/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-engine-core-private.h"
#include "thru-address.h"
#include "thru-limits.h"
#include "thru-net-text.h"

#include <glib/gi18n.h>

#define FLUSH_AGAIN_US 2000
#define SETTLE_ROUNDS 16
#define STOP_US (300 * 1000)
#define POLICY_AGE_US G_USEC_PER_SEC

static void
assert_in_engine (ThruEngineCore *self)
{
  g_assert (g_main_context_is_owner (self->context));
}

/* Listening */

static void
count_link (ThruThrottleCensus *census,
            ThruThrottle       *throttle,
            ThruConnection     *connection,
            GInetAddress       *remote)
{
  GInetAddress *address = thru_connection_get_remote (connection);
  gboolean same = g_inet_address_equal (address, remote);

  census->lasts |= same && _thru_engine_core_has_lasted_in_engine (connection);
  if (thru_connection_get_dial (connection) != 0)
    return;

  census->n++;
  census->n_same_address += same;
  if (!thru_connection_is_accepted (connection) && !thru_throttle_knows (throttle, address))
    census->n_undecided++;
}

static gboolean
is_room_for_in_engine (ThruEngineCore *self,
                       GInetAddress   *remote)
{
  ThruThrottleCensus census = { 0 };
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, &connection))
    count_link (&census, self->throttle, connection, remote);
  for (guint i = 0; i < self->leaving->len; i++)
    count_link (&census, self->throttle, g_ptr_array_index (self->leaving, i), remote);

  return thru_throttle_allows (self->throttle, remote, &census, g_get_monotonic_time ());
}

static gboolean
is_neighbour_in_engine (ThruEngineCore *self,
                        GInetAddress   *remote)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->policy_read_us == 0 || now_us - self->policy_read_us >= POLICY_AGE_US)
    {
      thru_address_policy_refresh (self->policy);
      self->policy_read_us = now_us;
    }

  return thru_address_policy_allows (self->policy, remote);
}

/* Before anything is read. */
static void
incoming_in_engine (GSocket *socket,
                    gpointer user)
{
  ThruEngineCore *self = user;
  g_autoptr(GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  g_autoptr(GInetAddress) remote = NULL;

  if (self->asleep || !G_IS_INET_SOCKET_ADDRESS (address))
    return;

  remote = thru_address_unmap (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));

  if (is_neighbour_in_engine (self, remote) && is_room_for_in_engine (self, remote))
    _thru_engine_core_add_link_in_engine (self, 0, socket, NULL);
}

static void
listening_in_engine (guint    port,
                     gpointer user)
{
  ThruEngineEvent *event = thru_engine_event_new (THRU_ENGINE_LISTENING);

  event->port = port;
  _thru_engine_core_push_in_engine (user, event);
}

static void
listen_failed_in_engine (const GError *error,
                         guint         port,
                         gpointer      user)
{
  ThruEngineEvent *event = thru_engine_event_new (THRU_ENGINE_LISTEN_FAILED);

  event->port = port;
  event->port_in_use = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  event->text = thru_net_text_listen_failed (error, port);
  _thru_engine_core_push_in_engine (user, event);
}

static const ThruListenerFuncs listener_funcs = {
  .incoming = incoming_in_engine,
  .listening = listening_in_engine,
  .failed = listen_failed_in_engine,
};

/* Dialing */

static void
dialing_in_engine (ThruDialer *dialer,
                   gpointer    user)
{
  ThruEngineEvent *event = thru_engine_event_new (THRU_ENGINE_DIALING);

  event->dial = thru_dialer_get_id (dialer);
  _thru_engine_core_push_in_engine (user, event);
}

static void
dial_failed_in_engine (ThruDialer *dialer,
                       const char *text,
                       gpointer    user)
{
  ThruEngineEvent *event = thru_engine_event_new (THRU_ENGINE_DIAL_FAILED);

  event->dial = thru_dialer_get_id (dialer);
  event->text = g_strdup (text);
  _thru_engine_core_push_in_engine (user, event);
}

static void
dial_connected_in_engine (ThruDialer        *dialer,
                          GSocketConnection *connection,
                          gpointer           user)
{
  ThruEngineCore *self = user;
  GSocket *socket = g_socket_connection_get_socket (connection);

  if (!_thru_engine_core_add_link_in_engine (self, thru_dialer_get_id (dialer), socket, connection))
    thru_dialer_retry (dialer, THRU_DIALER_SOON);

  thru_engine_core_settle_in_engine (self);
}

static const ThruDialerFuncs dialer_funcs = {
  .dialing = dialing_in_engine,
  .failed = dial_failed_in_engine,
  .connected = dial_connected_in_engine,
};

/* The end of a wake-up */

typedef struct
{
  GSource source;
  gint64  due_us;
} Timer;

/* A ready time would be simpler, but to set it wakes the context, and it moves with every wake-up. */
static gboolean
timer_prepare (GSource *source,
               int     *timeout_ms)
{
  gint64 due_us = ((Timer *)source)->due_us;
  gint64 left_us = due_us - g_source_get_time (source);

  *timeout_ms = due_us == G_MAXINT64 ? -1 : (int)CLAMP ((left_us + 999) / 1000, 0, G_MAXINT);
  return left_us <= 0;
}

static gboolean
timer_check (GSource *source)
{
  return ((Timer *)source)->due_us <= g_source_get_time (source);
}

static gboolean
timer_dispatch (GSource    *source,
                GSourceFunc callback,
                gpointer    user)
{
  ((Timer *)source)->due_us = G_MAXINT64;
  return callback (user);
}

static GSourceFuncs timer_funcs = { .prepare = timer_prepare, .check = timer_check, .dispatch = timer_dispatch };

void
_thru_engine_core_look_again_in_engine (ThruEngineCore *self,
                                        gint64          us)
{
  assert_in_engine (self);

  ((Timer *)self->timer)->due_us = us;
}

static gboolean
flush_again_cb (gpointer user)
{
  thru_engine_core_settle_in_engine (user);
  return G_SOURCE_CONTINUE;
}

static void
patchbay_woke_in_engine (gpointer user)
{
  thru_engine_core_settle_in_engine (user);
}

/* TRUE when a link has room again that had little. */
static gboolean
write_pending_in_engine (ThruEngineCore *self,
                         gint64          now_us)
{
  gboolean room = FALSE;

  while (self->pending->len > 0)
    {
      g_autoptr(ThruConnection) connection = g_ptr_array_steal_index_fast (self->pending, self->pending->len - 1);

      room |= thru_connection_write (connection, now_us);
    }

  return room;
}

static void
stop_when_done_in_engine (ThruEngineCore *self,
                          gboolean        flushed)
{
  gint64 now_us = g_get_monotonic_time ();

  if ((flushed && self->leaving->len == 0) || now_us >= self->stop_us)
    g_main_loop_quit (self->loop);
  else
    _thru_engine_core_look_again_in_engine (self, MIN (now_us + FLUSH_AGAIN_US, self->stop_us));
}

void
thru_engine_core_settle_in_engine (ThruEngineCore *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean flushed = FALSE;
  gboolean room = TRUE;

  assert_in_engine (self);

  for (guint i = 0; i < SETTLE_ROUNDS && room && !flushed; i++)
    {
      flushed = thru_patchbay_flush (self->patchbay, now_us);
      room = write_pending_in_engine (self, now_us);
    }

  if (self->loop != NULL)
    stop_when_done_in_engine (self, flushed);
  else
    _thru_engine_core_look_again_in_engine (self, thru_patchbay_get_again_us (self->patchbay));

  if (self->asleep_us != 0)
    _thru_engine_core_fall_asleep_in_engine (self, flushed);
}

/* Commands */

GPtrArray *
_thru_engine_core_copy_links_in_engine (ThruEngineCore *self)
{
  GPtrArray *links = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_connection_unref);
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, &connection))
    g_ptr_array_add (links, thru_connection_ref (connection));

  return links;
}

static void
sysex_reported_in_engine (void                  *user,
                          const ThruSysexReport *report)
{
  ThruEngineEvent *event = thru_engine_event_new (THRU_ENGINE_SYSEX);

  event->sysex = *report;
  _thru_engine_core_push_in_engine (user, event);
}

static void
loop_in_engine (void      *user,
                ThruMeter *meter)
{
  ThruEngineCore *self = user;
  ThruEngineEvent *event = thru_engine_event_new (THRU_ENGINE_LOOP);

  event->meter = meter != NULL ? thru_meter_ref (meter) : NULL;
  _thru_engine_core_push_in_engine (self, event);
}

ThruEngineCore *
thru_engine_core_new (GMainContext   *context,
                      ThruEventQueue *events)
{
  ThruEngineCore *self = g_new0 (ThruEngineCore, 1);

  self->context = context;
  self->events = events;
  self->patchbay = thru_patchbay_new (context, patchbay_woke_in_engine, self);
  thru_patchbay_set_sysex_report (self->patchbay, sysex_reported_in_engine, self);
  thru_patchbay_set_loop_func (self->patchbay, loop_in_engine, self);
  self->heartbeat = thru_heartbeat_new (context);
  self->links = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)thru_connection_unref);
  self->leaving = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_connection_unref);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_connection_unref);
  self->dialers = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)thru_dialer_free);
  self->policy = thru_address_policy_new ();
  self->throttle = thru_throttle_new ();
  self->timer = g_source_new (&timer_funcs, sizeof (Timer));
  ((Timer *)self->timer)->due_us = G_MAXINT64;
  g_source_set_static_name (self->timer, "[thruwall] flush");
  g_source_set_callback (self->timer, flush_again_cb, self, NULL);
  g_source_attach (self->timer, context);
  return self;
}

void
thru_engine_core_free (ThruEngineCore *self)
{
  if (self == NULL)
    return;

  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  thru_listener_free (self->listener);
  g_hash_table_unref (self->dialers);
  thru_patchbay_free (self->patchbay);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->leaving);
  g_hash_table_unref (self->links);
  thru_heartbeat_free (self->heartbeat);
  thru_address_policy_free (self->policy);
  thru_throttle_free (self->throttle);
  g_clear_pointer (&self->hello, g_ptr_array_unref);
  g_free (self);
}

ThruPatchbay *
thru_engine_core_get_patchbay_in_engine (ThruEngineCore *self)
{
  assert_in_engine (self);
  return self->patchbay;
}

ThruConnection *
thru_engine_core_get_link_in_engine (ThruEngineCore *self,
                                     ThruLinkId      link)
{
  ThruConnection *connection;

  assert_in_engine (self);
  connection = g_hash_table_lookup (self->links, GUINT_TO_POINTER (link));
  return connection != NULL && thru_connection_is_accepted (connection) ? connection : NULL;
}

void
thru_engine_core_set_hello_in_engine (ThruEngineCore *self,
                                      GPtrArray      *hello)
{
  g_autoptr(GPtrArray) links = NULL;

  assert_in_engine (self);

  g_clear_pointer (&self->hello, g_ptr_array_unref);
  self->hello = g_ptr_array_ref (hello);

  links = _thru_engine_core_copy_links_in_engine (self);
  for (guint i = 0; i < links->len; i++)
    thru_connection_send (g_ptr_array_index (links, i), hello);
}

void
thru_engine_core_listen_in_engine (ThruEngineCore *self,
                                   guint           port)
{
  assert_in_engine (self);

  thru_engine_core_stop_listening_in_engine (self);
  self->listener = thru_listener_new (port, &listener_funcs, self);
}

void
thru_engine_core_stop_listening_in_engine (ThruEngineCore *self)
{
  assert_in_engine (self);
  g_clear_pointer (&self->listener, thru_listener_free);
}

void
thru_engine_core_dial_in_engine (ThruEngineCore    *self,
                                 ThruDialId         dial,
                                 const char *const *addresses,
                                 gboolean           hurry)
{
  ThruDialer *dialer;

  assert_in_engine (self);

  dialer = g_hash_table_lookup (self->dialers, GUINT_TO_POINTER (dial));
  if (dialer == NULL)
    {
      if (g_hash_table_size (self->dialers) >= THRU_LIMIT_DIALS)
        return;

      dialer = thru_dialer_new (dial, &dialer_funcs, self);
      g_hash_table_insert (self->dialers, GUINT_TO_POINTER (dial), dialer);
    }

  /* Who wakes us wants everybody dialed again. */
  if (!self->asleep)
    thru_dialer_dial (dialer, addresses, hurry);
}

void
thru_engine_core_hang_up_in_engine (ThruEngineCore *self,
                                    ThruDialId      dial)
{
  assert_in_engine (self);
  g_hash_table_remove (self->dialers, GUINT_TO_POINTER (dial));
}

void
thru_engine_core_accept_in_engine (ThruEngineCore *self,
                                   ThruLinkId      link)
{
  ThruConnection *connection;

  assert_in_engine (self);

  connection = g_hash_table_lookup (self->links, GUINT_TO_POINTER (link));
  if (connection == NULL || thru_connection_is_accepted (connection))
    return;

  thru_patchbay_add_link (self->patchbay, connection);
  thru_connection_accept (connection);
}

void
thru_engine_core_refuse_in_engine (ThruEngineCore *self,
                                   ThruLinkId      link,
                                   const char     *code,
                                   const char     *reason)
{
  ThruConnection *connection;

  assert_in_engine (self);

  connection = g_hash_table_lookup (self->links, GUINT_TO_POINTER (link));
  if (connection == NULL)
    return;

  self->our_code = code;
  thru_connection_close (connection, code, reason, reason);
  self->our_code = NULL;
}

void
thru_engine_core_send_in_engine (ThruEngineCore *self,
                                 ThruLinkId      link,
                                 GPtrArray      *parts)
{
  ThruConnection *connection;

  assert_in_engine (self);

  connection = g_hash_table_lookup (self->links, GUINT_TO_POINTER (link));
  if (connection != NULL)
    thru_connection_send (connection, parts);
}

void
thru_engine_core_stop_in_engine (ThruEngineCore *self,
                                 GMainLoop      *loop)
{
  g_autoptr(GPtrArray) links = NULL;

  assert_in_engine (self);

  self->loop = loop;
  self->stop_us = g_get_monotonic_time () + STOP_US;
  thru_engine_core_stop_listening_in_engine (self);
  g_hash_table_remove_all (self->dialers);
  thru_patchbay_release_all (self->patchbay);

  links = _thru_engine_core_copy_links_in_engine (self);
  for (guint i = 0; i < links->len; i++)
    thru_connection_close (g_ptr_array_index (links, i), "quit", NULL, _("Thruwall was closed here."));
}
